//! A draft confirmed and put in force: its clauses are persisted, matched to duties, and the version it replaces ends.

use std::collections::HashMap;

use kernel::db::Sql;
use kernel::{Day, Error, NewEvent, Ref, Result, Tx};
use uuid::Uuid;

use super::intake::digest;
use super::opened::{Opened, blocking};
use super::store::{self, Decided, NewDuty, StoredNode};
use super::{CONFIRM, kind};
use crate::catalogue::Catalogue;
use crate::matching::{Matcher, Proposal, provisions};
use crate::reading::{Kind, Reading};

/// Proposals kept for one clause; a person who rejects all of them picks from the catalogue.
const KEPT: usize = 3;
/// Longest citation of a decision, in characters.
const LONGEST_DECISION: usize = 300;

/// How a regulation takes force.
#[derive(Clone, Debug)]
pub struct Force {
    pub on: Day,
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
}

/// Matches the clauses of a reading with the catalogue, away from the threads that answer requests.
pub async fn work_out(reading: Reading, text: String) -> Result<Worked> {
    let work = move || {
        let provisions = provisions(&reading, &text);
        let found = Matcher::new(Catalogue::built_in()).propose_all(&provisions);
        let proposals = provisions.iter().map(|provision| provision.node).zip(found).collect();
        Worked { reading, text, seen: None, proposals }
    };
    blocking(work).await
}

impl Worked {
    /// Those of an open regulation.
    pub async fn of(opened: &Opened) -> Result<Self> {
        let worked = work_out(opened.reading().clone(), opened.text().to_owned()).await?;
        Ok(Self { seen: Some(opened.regulation.version), ..worked })
    }
}

/// Puts a draft in force. `worked` is `None` for one made from a profile, whose clauses are there already.
///
/// # Errors
/// 403 without the right, 409 when it is no draft any more or the replaced one is not in force, 422 for a decision
/// that is too long.
pub async fn put_in_force(tx: &Tx, id: Uuid, worked: Option<&Worked>, force: &Force) -> Result<()> {
    tx.act().require(CONFIRM, None, None)?;
    let decision = kernel::tr::clean_line(&force.decision).text;
    if decision.chars().count() > LONGEST_DECISION {
        return Err(Error::rule("YON-002", "karar", "Meclis kararı en çok 300 karakter olabilir."));
    }
    store::set_in_force(
        tx,
        (id, worked.and_then(|worked| worked.seen)),
        force.on,
        &decision,
        force.supersedes,
    )
    .await?;
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
    let note = format!("{} tarihinde yürürlüğe girer.", kernel::tr::date(force.on.0));
    announce(tx, id, "put_in_force", note, force.supersedes).await?;
    if let Some(old) = force.supersedes {
        store::set_repealed(tx, old, force.on).await?;
        let note = format!("{} tarihinde yerini yenisine bırakır.", kernel::tr::date(force.on.0));
        announce(tx, old, "repealed", note, Some(id)).await?;
    }
    Ok(())
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

/// What people decided about equal words stands; the matcher's proposals fill the rest.
fn duties_of(nodes: &[(u32, StoredNode)], worked: &Worked, decided: &[Decided]) -> Vec<NewDuty> {
    let mut known: HashMap<&str, Vec<&Decided>> = HashMap::new();
    for one in decided {
        known.entry(&one.digest).or_default().push(one);
    }
    let mut duties: Vec<NewDuty> = Vec::new();
    for (index, node) in nodes {
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
        for proposal in worked.proposals.get(index).into_iter().flatten().take(KEPT) {
            let duty = proposal.duty.to_string();
            if !duties[first..].iter().any(|known| known.duty == duty) {
                duties.push(NewDuty {
                    node_id: node.id,
                    duty,
                    score_milli: (f64::from(proposal.score) * 1_000.0).clamp(0.0, 1_000.0) as i64,
                    words: proposal.words.join(", "),
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
