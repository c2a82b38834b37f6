//! A draft confirmed and put in force: its clauses are persisted, matched to duties, and the version it replaces ends.

use std::collections::{HashMap, HashSet};

use kernel::db::Sql;
use kernel::event::Change;
use kernel::job::{self, JobContext};
use kernel::{Day, Error, NewEvent, Ref, Result, Tx, tr};
use uuid::Uuid;

use super::intake::{LONGEST_TITLE, digest};
use super::opened::{Opened, blocking};
use super::store::{self, Confirmed, Decided, NewDuty, StoredNode};
use super::{CONFIRM, kind};
use crate::catalogue::Catalogue;
use crate::duties::sync::restate;
use crate::matching::{Matcher, Proposal, provisions};
use crate::profiles::Profile;
use crate::reading::{Kind, Reading};

/// Proposals kept for one clause; a person who rejects all of them picks from the catalogue.
const KEPT: usize = 3;
/// Longest citation of a decision, in characters.
const LONGEST_DECISION: usize = 300;
/// Nodes of one regulation whose decisions are carried over.
const MOST_NODES: i64 = 50_000;
/// Least share of a profile's addresses, and of them with a duty the profile knows, for a text to be the profile's own.
const ADDRESSES_PERCENT: usize = 90;
const AGREED_PERCENT: usize = 85;
/// Job that lets confirmed regulations take force on their day.
pub(super) const TAKE_FORCE: &str = "regulation.take_force";
/// Job that reads all evidence again.
const REFRESH: &str = "regulation.refresh_evidence";
/// Stands beside a proposal in place of the words that gave it.
const PROFILE_WORDS: &str = "hazır profilde teyitli";

/// How a regulation takes force.
#[derive(Clone, Debug)]
pub struct Force {
    pub on: Day,
    /// The name it shall have; empty for the one it was taken in with.
    pub title: String,
    /// Council decision as people cite it; may be empty.
    pub decision: String,
    /// The version that ends on that day.
    pub supersedes: Option<Uuid>,
}

/// Clauses and proposals of a reading, worked out before the transaction that keeps them.
pub struct Worked {
    reading: Reading,
    text: String,
    /// Version of the regulation it was worked out from.
    seen: Option<i64>,
    /// By node index.
    proposals: HashMap<u32, Vec<Proposal>>,
    /// The built-in profile made from this very text, as far as facts can tell.
    profile: Option<&'static Profile>,
}

/// Matches the clauses of a reading with the catalogue, away from the threads that answer requests.
pub async fn work_out(reading: Reading, text: String) -> Result<Worked> {
    let work = move || {
        let provisions = provisions(&reading, &text);
        let found = Matcher::new(Catalogue::built_in()).propose_all(&provisions);
        let proposals: HashMap<u32, Vec<Proposal>> =
            provisions.iter().map(|provision| provision.node).zip(found).collect();
        let profile = recognise(&reading, &proposals);
        Worked { reading, text, seen: None, proposals, profile }
    };
    blocking(work).await
}

/// The built-in profile whose facts this reading repeats: nearly all of its addresses are there, and most of them speak
/// of the duty that the profile knows. Another town's regulation may have the same addresses, and says other things there.
fn recognise(reading: &Reading, proposals: &HashMap<u32, Vec<Proposal>>) -> Option<&'static Profile> {
    let by_address: HashMap<&str, u32> =
        reading.nodes.iter().map(|node| (node.address.as_str(), node.index)).collect();
    Profile::built_in().iter().find(|profile| {
        let known = profile.matches.len();
        let there =
            profile.matches.iter().filter_map(|known| Some((known, by_address.get(known.at.as_str())?)));
        let (mut found, mut agreed) = (0, 0);
        for (known, node) in there {
            found += 1;
            let own = proposals.get(node).into_iter().flatten().take(KEPT);
            agreed += usize::from(own.into_iter().any(|proposal| known.duties.contains(&proposal.duty)));
        }
        known > 0 && found * 100 >= known * ADDRESSES_PERCENT && agreed * 100 >= found * AGREED_PERCENT
    })
}

impl Worked {
    /// Those of an open regulation.
    pub async fn of(opened: &Opened) -> Result<Self> {
        let worked = work_out(opened.reading().clone(), opened.text().to_owned()).await?;
        Ok(Self { seen: Some(opened.regulation.version), ..worked })
    }
}

/// Confirms a draft: it is in force at once, or on its day when that is to come; until then the one it replaces stays.
/// `worked` is `None` for one made from a profile, whose clauses are there already.
///
/// # Errors
/// 403 without the right, 409 when it is no draft any more or the replaced one is not in force, 422 for a name or a
/// decision that is too long, or where another confirmed one is to replace the same.
pub async fn put_in_force(tx: &Tx, id: Uuid, worked: Option<&Worked>, force: &Force) -> Result<()> {
    tx.act().require(CONFIRM, None, None)?;
    let decision = tr::clean_line(&force.decision).text;
    if decision.chars().count() > LONGEST_DECISION {
        return Err(Error::rule("YON-002", "karar", "Meclis kararı en çok 300 karakter olabilir."));
    }
    if let Some(old) = force.supersedes {
        refuse_second_successor(tx, old).await?;
    }
    let title = rename(tx, id, &force.title).await?;
    let is_early = force.on > tx.at().day();
    let confirmed = Confirmed {
        state: if is_early { "awaiting" } else { "in_force" },
        on: force.on,
        title: &title,
        decision: &decision,
        supersedes: force.supersedes,
    };
    store::set_confirmed(tx, (id, worked.and_then(|worked| worked.seen)), &confirmed).await?;
    if let Some(worked) = worked {
        let nodes = stored_nodes(tx, worked);
        let decided = match force.supersedes {
            Some(old) => store::decided(tx, old).await?,
            None => Vec::new(),
        };
        let duties = duties_of(&nodes, worked, &decided);
        let rows: Vec<StoredNode> = nodes.into_iter().map(|(_, node)| node).collect();
        store::insert_nodes(tx, id, &rows).await?;
        store::insert_duties(tx, id, &duties).await?;
    }
    if is_early {
        let note = format!("{} tarihinde yürürlüğe girecek.", tr::date(force.on.0));
        announce(tx, id, "reading_confirmed", note, force.supersedes).await?;
        let key = format!("{TAKE_FORCE}/{id}");
        return job::enqueue(tx, TAKE_FORCE, &serde_json::Value::Null, Some(&key), force.on.start()).await;
    }
    begin(tx, id, force.on, force.supersedes).await
}

/// From now on it is in force, and the one it replaces is not.
async fn begin(tx: &Tx, id: Uuid, on: Day, supersedes: Option<Uuid>) -> Result<()> {
    let note = format!("{} tarihinde yürürlüğe girer.", tr::date(on.0));
    announce(tx, id, "put_in_force", note, supersedes).await?;
    if let Some(old) = supersedes {
        store::set_repealed(tx, old, on).await?;
        let note = format!("{} tarihinde yerini yenisine bırakır.", tr::date(on.0));
        announce(tx, old, "repealed", note, Some(id)).await?;
    }
    renew(tx, id).await
}

/// What duties and the inspection view say follows the regulation at once; evidence is read again right after.
pub(super) async fn renew(tx: &Tx, id: Uuid) -> Result<()> {
    restate(tx, None).await?;
    let key = format!("{REFRESH}/{id}");
    job::enqueue(tx, REFRESH, &serde_json::Value::Null, Some(&key), tx.at()).await
}

/// The job: confirmed regulations whose day has come take force, each in a transaction of its own.
pub(super) async fn take_force(context: &JobContext) -> Result<()> {
    let act = context.act("yürürlük takvimi");
    for due in store::due(&context.db, context.clock.now().day()).await? {
        let tx = context.db.begin(&act).await?;
        if !store::set_begun(&tx, due.id).await? {
            tx.rollback().await?;
            continue;
        }
        let mut old = None;
        if let Some(replaced) = due.supersedes_id {
            // What was decided about the old words while the new ones waited counts, too.
            let nodes = store::nodes(&tx, due.id, MOST_NODES).await?;
            let decided = store::decided(&tx, replaced).await?;
            store::insert_duties(&tx, due.id, &carried(nodes.iter(), &decided)).await?;
            let is_standing = store::regulation(&tx, replaced).await?.state == "in_force";
            old = is_standing.then_some(replaced);
        }
        begin(&tx, due.id, due.in_force_on, old).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// One regulation has one that replaces it.
async fn refuse_second_successor(tx: &Tx, old: Uuid) -> Result<()> {
    let Some(other) = store::successor(tx, old).await? else { return Ok(()) };
    let on = other.in_force_on.map_or(String::new(), |on| format!("{} tarihinde ", tr::date(on.0)));
    let text = format!(
        "Seçtiğiniz yönetmeliğin yerini {on}“{}” alacak. Önce onun sayfasında “Onayı geri al” düğmesine basın.",
        other.title
    );
    Err(Error::rule("YON-014", "yerine", text))
}

/// The name it is confirmed under; a correction of it is an event of its own.
async fn rename(tx: &Tx, id: Uuid, typed: &str) -> Result<String> {
    let before = store::regulation(tx, id).await?.title;
    let after = tr::clean_line(typed).text;
    if after.is_empty() || after == before {
        return Ok(before);
    }
    if after.chars().count() > LONGEST_TITLE {
        return Err(Error::rule("YON-001", "ad", "Ad en çok 300 karakter olabilir."));
    }
    let change = Change { field: "title".into(), label: "Adı".into(), before, after: after.clone() };
    tx.record(NewEvent::new(Ref::new(kind().id, id), &after, "changed").changes(vec![change])).await?;
    Ok(after)
}

async fn announce(tx: &Tx, id: Uuid, verb: &'static str, note: String, other: Option<Uuid>) -> Result<()> {
    let kind = kind();
    let record = kernel::record::get(tx, &kind, id).await?;
    kernel::record::index(tx, &kind, &record).await?;
    let mut event = NewEvent::new(record.reference(&kind), record.title(&kind), verb).note(note);
    if let Some(other) = other {
        event = event.related(Ref::new(kind.id, other));
    }
    tx.record(event).await?;
    Ok(())
}

/// Every node of the reading with its index there.
fn stored_nodes(tx: &Tx, worked: &Worked) -> Vec<(u32, StoredNode)> {
    let mut ids: HashMap<u32, Uuid> = HashMap::with_capacity(worked.reading.nodes.len());
    let mut nodes = Vec::with_capacity(worked.reading.nodes.len());
    for (place, node) in worked.reading.nodes.iter().enumerate() {
        let id = tx.new_id();
        ids.insert(node.index, id);
        let heading = node.heading.clone().unwrap_or_default();
        let display = worked.reading.display(node, &worked.text);
        let digest = digest(&format!("{heading}\n{display}"));
        let stored = StoredNode {
            id,
            place: place as i64 + 1,
            parent_id: node.parent.and_then(|parent| ids.get(&parent).copied()),
            kind: code_of(node.kind).into(),
            address: node.address.clone(),
            address_tr: node.address_tr.clone(),
            heading,
            display,
            digest,
        };
        nodes.push((node.index, stored));
    }
    nodes
}

/// What people decided about equal words, for the nodes that have them.
fn carried<'a>(nodes: impl Iterator<Item = &'a StoredNode>, decided: &[Decided]) -> Vec<NewDuty> {
    let mut known: HashMap<&str, Vec<&Decided>> = HashMap::new();
    for one in decided {
        known.entry(&one.digest).or_default().push(one);
    }
    let mut duties: Vec<NewDuty> = Vec::new();
    for node in nodes {
        let first = duties.len();
        for one in known.get(node.digest.as_str()).into_iter().flatten() {
            // Two clauses with the same words in the old text may have been decided alike.
            if !duties[first..].iter().any(|duty| duty.duty == one.duty) {
                duties.push(NewDuty {
                    node_id: node.id,
                    duty: one.duty.clone(),
                    score_milli: one.score_milli,
                    words: one.words.clone(),
                    state: if one.state == "confirmed" { "confirmed" } else { "rejected" },
                    by_id: one.decided_by_id,
                    by: one.decided_by.clone(),
                    at: one.decided_at,
                });
            }
        }
    }
    duties
}

/// What people decided about equal words stands; the matcher's proposals fill the rest, those of a built-in profile
/// with the same text before all others.
fn duties_of(nodes: &[(u32, StoredNode)], worked: &Worked, decided: &[Decided]) -> Vec<NewDuty> {
    let mut duties = carried(nodes.iter().map(|(_, node)| node), decided);
    let mut known: HashSet<(Uuid, String)> =
        duties.iter().map(|duty| (duty.node_id, duty.duty.clone())).collect();
    for (index, node) in nodes {
        let own = worked.profile.map_or(&[][..], |profile| profile.duties_at(&node.address));
        let by_profile = own.iter().map(|duty| (duty.to_string(), 1_000, PROFILE_WORDS.to_owned()));
        let proposals = worked.proposals.get(index).into_iter().flatten().take(KEPT);
        let by_words = proposals.map(|proposal| {
            let score_milli = (f64::from(proposal.score) * 1_000.0).clamp(0.0, 1_000.0) as i64;
            (proposal.duty.to_string(), score_milli, proposal.words.join(", "))
        });
        for (duty, score_milli, words) in by_profile.chain(by_words) {
            if known.insert((node.id, duty.clone())) {
                duties.push(NewDuty {
                    node_id: node.id,
                    duty,
                    score_milli,
                    words,
                    state: "proposed",
                    by_id: None,
                    by: None,
                    at: None,
                });
            }
        }
    }
    duties
}

/// As stored in `regulation_node.kind`.
pub(super) fn code_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Title => "title",
        Kind::Part => "part",
        Kind::Article => "article",
        Kind::Paragraph => "paragraph",
        Kind::Clause => "clause",
        Kind::SubClause => "sub_clause",
    }
}

/// The regulations in force now, which a draft may replace.
pub async fn replaceable(db: &impl Sql, id: Uuid) -> Result<Vec<store::Named>> {
    let mut others = store::others(db, id).await?;
    others.retain(|other| other.state == "in_force");
    Ok(others)
}
