//! Every query of regulation texts. Rules and rights are decided by the callers.

use kernel::db::{Sql, placeholders};
use kernel::{Day, Error, Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::reading::correct::Correction;

/// Rows of one `INSERT`: times the columns well below the 32,766 variables SQLite takes.
const CHUNK: usize = 1_000;
/// Regulations offered for comparison or replacement.
const OTHERS: i64 = 50;

/// A regulation with its text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Regulation {
    pub id: Uuid,
    pub version: i64,
    pub title: String,
    pub state: String,
    pub in_force_on: Option<Day>,
    pub repealed_on: Option<Day>,
    pub decision: String,
    pub source: String,
    pub source_name: String,
    pub profile: Option<String>,
    /// Empty for one made from a profile.
    pub text: String,
    pub reader_version: i64,
    pub supersedes_id: Option<Uuid>,
}

/// A regulation as lists of others name it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Named {
    pub id: Uuid,
    pub title: String,
    pub state: String,
    pub in_force_on: Option<Day>,
    pub source: String,
}

/// A stored correction.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StoredCorrection {
    pub id: Uuid,
    pub seq: i64,
    pub correction: String,
    /// The account; none for a correction made without one.
    pub by_id: Option<Uuid>,
    pub by_name: String,
    pub at: Instant,
}

/// A persisted clause.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StoredNode {
    pub id: Uuid,
    pub place: i64,
    pub parent_id: Option<Uuid>,
    pub kind: String,
    pub address: String,
    pub address_tr: String,
    pub heading: String,
    pub display: String,
    pub digest: String,
}

/// A duty stated, or proposed as stated, by a clause.
#[derive(Clone, Debug)]
pub(super) struct NewDuty {
    pub node_id: Uuid,
    pub duty: String,
    pub score_milli: i64,
    pub words: String,
    pub state: &'static str,
    pub by_id: Option<Uuid>,
    pub by: Option<String>,
    pub at: Option<Instant>,
}

/// What a person once decided about equal words.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Decided {
    pub digest: String,
    pub duty: String,
    pub score_milli: i64,
    pub words: String,
    pub state: String,
    pub decided_by_id: Option<Uuid>,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
}

/// The regulation of this id; 404 when there is none.
pub async fn regulation(db: &impl Sql, id: Uuid) -> Result<Regulation> {
    let sql = "SELECT id, version, title, state, in_force_on, repealed_on, decision, source, source_name, profile, text, \
               reader_version, supersedes_id FROM regulation WHERE id = $1";
    db.row(sql, vec![id.into()]).await?.ok_or_else(Error::not_found)
}

/// Its corrections in order.
pub async fn corrections(db: &impl Sql, id: Uuid) -> Result<Vec<StoredCorrection>> {
    let sql = "SELECT id, seq, correction, by_id, by_name, at FROM regulation_correction WHERE regulation_id = $1 \
               ORDER BY seq LIMIT 5001";
    db.rows(sql, vec![id.into()]).await
}

/// Other regulations, those in force first.
pub(super) async fn others(db: &impl Sql, id: Uuid) -> Result<Vec<Named>> {
    let sql = "SELECT id, title, state, in_force_on, source FROM regulation WHERE id <> $1 AND state <> 'discarded' \
               ORDER BY state = 'in_force' DESC, created_at DESC, id LIMIT $2";
    db.rows(sql, vec![id.into(), OTHERS.into()]).await
}

/// The regulation taken in last that is a draft, confirmed or in force.
pub async fn newest(db: &impl Sql) -> Result<Option<Named>> {
    let sql = "SELECT id, title, state, in_force_on, source FROM regulation WHERE state IN ('draft', 'awaiting', 'in_force') \
               ORDER BY created_at DESC, id DESC LIMIT 1";
    db.row(sql, vec![]).await
}

/// The draft made last, when it holds this very text or was made from this profile.
pub(super) async fn same_draft(db: &impl Sql, digest: &str, profile: Option<&str>) -> Result<Option<Uuid>> {
    let sql = "SELECT id, text_digest, profile FROM regulation WHERE state = 'draft' ORDER BY created_at DESC, id DESC LIMIT 1";
    let newest: Option<Draft> = db.row(sql, vec![]).await?;
    let same = newest.filter(|draft| draft.text_digest == digest && draft.profile.as_deref() == profile);
    Ok(same.map(|draft| draft.id))
}

#[derive(FromQueryResult)]
struct Draft {
    id: Uuid,
    text_digest: String,
    profile: Option<String>,
}

/// Regulations in force, the newest first.
pub async fn in_force(db: &impl Sql) -> Result<Vec<Named>> {
    let sql = "SELECT id, title, state, in_force_on, source FROM regulation WHERE state = 'in_force' \
               ORDER BY in_force_on DESC, id LIMIT $1";
    db.rows(sql, vec![OTHERS.into()]).await
}

/// A confirmed regulation whose day has come.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Due {
    pub id: Uuid,
    pub in_force_on: Day,
    pub supersedes_id: Option<Uuid>,
}

/// Confirmed regulations whose day has come, the earliest first.
pub(super) async fn due(db: &impl Sql, today: Day) -> Result<Vec<Due>> {
    let sql = "SELECT id, in_force_on, supersedes_id FROM regulation WHERE state = 'awaiting' AND in_force_on <= $1 \
               ORDER BY in_force_on, id LIMIT $2";
    db.rows(sql, vec![today.into(), OTHERS.into()]).await
}

/// The confirmed regulation that will replace this one on its day.
pub(super) async fn successor(db: &impl Sql, id: Uuid) -> Result<Option<Named>> {
    let sql = "SELECT id, title, state, in_force_on, source FROM regulation WHERE supersedes_id = $1 AND state = 'awaiting' \
               ORDER BY in_force_on, id LIMIT 1";
    db.row(sql, vec![id.into()]).await
}

/// The version it replaced and the ones that replaced it.
pub(super) async fn versions(db: &impl Sql, regulation: &Regulation) -> Result<Vec<Named>> {
    let sql = "SELECT id, title, state, in_force_on, source FROM regulation \
               WHERE (id = $1 OR supersedes_id = $2) AND id <> $2 ORDER BY created_at, id LIMIT $3";
    let older = regulation.supersedes_id.unwrap_or(regulation.id);
    db.rows(sql, vec![older.into(), regulation.id.into(), OTHERS.into()]).await
}

/// Its persisted clauses in the order of the text, at most `limit`.
pub async fn nodes(db: &impl Sql, id: Uuid, limit: i64) -> Result<Vec<StoredNode>> {
    let sql = "SELECT id, place, parent_id, kind, address, address_tr, heading, display, digest FROM regulation_node \
               WHERE regulation_id = $1 ORDER BY place LIMIT $2";
    db.rows(sql, vec![id.into(), limit.into()]).await
}

/// What was confirmed or rejected in a regulation, by the words it was decided about.
pub(super) async fn decided(db: &impl Sql, id: Uuid) -> Result<Vec<Decided>> {
    let sql = "SELECT n.digest, d.duty, d.score_milli, d.words, d.state, d.decided_by_id, d.decided_by, d.decided_at \
               FROM clause_duty d JOIN regulation_node n ON n.id = d.node_id \
               WHERE d.regulation_id = $1 AND d.state IN ('confirmed', 'rejected') AND n.display <> '' LIMIT 50000";
    db.rows(sql, vec![id.into()]).await
}

/// A text as it is taken in.
pub(super) struct NewText<'a> {
    pub title: &'a str,
    pub source: &'static str,
    pub source_name: &'a str,
    pub profile: Option<&'a str>,
    pub text: &'a str,
    pub digest: String,
}

pub(super) async fn insert(tx: &Tx, id: Uuid, new: &NewText<'_>) -> Result<()> {
    let sql = "INSERT INTO regulation (id, version, title, title_key, kind, state, decision, source, source_name, profile, \
               text, text_digest, reader_version, created_at, created_by) \
               VALUES ($1, 1, $2, $3, 'yonetmelik', 'draft', '', $4, $5, $6, $7, $8, $9, $10, $11)";
    let values: Vec<Value> = vec![
        id.into(),
        new.title.into(),
        kernel::tr::collation_key(new.title).into(),
        new.source.into(),
        new.source_name.into(),
        new.profile.into(),
        new.text.into(),
        new.digest.as_str().into(),
        i64::from(crate::reading::READER_VERSION).into(),
        tx.at().into(),
        tx.act().actor.signature().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Adds a correction behind those the person saw. A conflict when somebody else was quicker.
pub(super) async fn add_corrections(tx: &Tx, id: Uuid, seen: i64, corrections: &[Correction]) -> Result<()> {
    let actor = &tx.act().actor;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(corrections.len());
    for (place, correction) in corrections.iter().enumerate() {
        rows.push(vec![
            tx.new_id().into(),
            id.into(),
            (seen + 1 + place as i64).into(),
            serde_json::to_string(correction)?.into(),
            actor.account_id.into(),
            actor.signature().into(),
            tx.at().into(),
        ]);
    }
    let into = "regulation_correction (id, regulation_id, seq, correction, by_id, by_name, at)";
    insert_many(tx, (into, ""), 7, rows).await
}

/// Number of the last correction; 0 without any.
pub(super) async fn last_seq(db: &impl Sql, id: Uuid) -> Result<i64> {
    let sql = "SELECT MAX(seq) FROM regulation_correction WHERE regulation_id = $1";
    Ok(db.scalar(sql, vec![id.into()]).await?.unwrap_or(0))
}

/// Takes the last correction back; answers whether it was still the last.
pub(super) async fn remove_correction(tx: &Tx, regulation_id: Uuid, seq: i64) -> Result<bool> {
    let sql = "DELETE FROM regulation_correction WHERE regulation_id = $1 AND seq = $2 AND NOT EXISTS \
               (SELECT 1 FROM regulation_correction later WHERE later.regulation_id = $1 AND later.seq > $2)";
    Ok(tx.run(sql, vec![regulation_id.into(), seq.into()]).await? == 1)
}

/// Marks that the reading of a draft changes; whoever confirms what they saw before is then refused.
pub(super) async fn touch_draft(tx: &Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE regulation SET version = version + 1 WHERE id = $1 AND state = 'draft'";
    if tx.run(sql, vec![id.into()]).await? == 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "Yürürlüğe konulmuş bir yönetmeliğin okuması değiştirilemez. Değişiklik için yeni metni ayrı bir yönetmelik olarak yükleyin.",
    ))
}

/// What a draft becomes when it is confirmed.
pub(super) struct Confirmed<'a> {
    /// `in_force`, or `awaiting` while its day is to come.
    pub state: &'static str,
    pub on: Day,
    pub title: &'a str,
    pub decision: &'a str,
    pub supersedes: Option<Uuid>,
}

/// Confirms a draft; a conflict when it is no draft any more or no longer of the version that was seen.
pub(super) async fn set_confirmed(
    tx: &Tx,
    (id, seen): (Uuid, Option<i64>),
    confirmed: &Confirmed<'_>,
) -> Result<()> {
    let sql = "UPDATE regulation SET state = $2, in_force_on = $3, title = $4, title_key = $5, decision = $6, \
               supersedes_id = $7, version = version + 1 WHERE id = $1 AND state = 'draft' AND ($8 < 0 OR version = $8)";
    let values: Vec<Value> = vec![
        id.into(),
        confirmed.state.into(),
        confirmed.on.into(),
        confirmed.title.into(),
        kernel::tr::collation_key(confirmed.title).into(),
        confirmed.decision.into(),
        confirmed.supersedes.into(),
        seen.unwrap_or(-1).into(),
    ];
    if tx.run(sql, values).await? == 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "Siz onaylarken bu yönetmeliğin okuması değişti ya da yürürlüğe konuldu. Güncel durumuna bakıp yeniden deneyin.",
    ))
}

/// Lets a confirmed regulation take force; answers whether it still waited for that. Of two nodes one gets a yes.
pub(super) async fn set_begun(tx: &Tx, id: Uuid) -> Result<bool> {
    let sql = "UPDATE regulation SET state = 'in_force', version = version + 1 WHERE id = $1 AND state = 'awaiting'";
    Ok(tx.run(sql, vec![id.into()]).await? == 1)
}

/// What the confirmation of a text had brought goes again; a profile keeps the addresses it came with.
pub(super) async fn clear_confirmation(tx: &Tx, id: Uuid) -> Result<()> {
    let duties = "DELETE FROM clause_duty WHERE regulation_id = $1 \
                  AND regulation_id IN (SELECT id FROM regulation WHERE id = $1 AND profile IS NULL)";
    tx.run(duties, vec![id.into()]).await?;
    let nodes = "DELETE FROM regulation_node WHERE regulation_id = $1 \
                 AND regulation_id IN (SELECT id FROM regulation WHERE id = $1 AND profile IS NULL)";
    tx.run(nodes, vec![id.into()]).await?;
    let sql = "UPDATE regulation SET in_force_on = NULL, supersedes_id = NULL WHERE id = $1";
    tx.run(sql, vec![id.into()]).await?;
    Ok(())
}

/// Ends the force of a regulation; it stays readable.
pub(super) async fn set_repealed(tx: &Tx, id: Uuid, on: Day) -> Result<()> {
    let sql = "UPDATE regulation SET state = 'repealed', repealed_on = $2, version = version + 1 \
               WHERE id = $1 AND state = 'in_force'";
    if tx.run(sql, vec![id.into(), on.into()]).await? == 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "Yerini alacağı yönetmelik bu arada yürürlükten kalkmış. Sayfayı yenileyip yeniden seçin.",
    ))
}

pub(super) async fn insert_nodes(tx: &Tx, regulation_id: Uuid, nodes: &[StoredNode]) -> Result<()> {
    let rows = nodes.iter().map(|node| {
        vec![
            node.id.into(),
            regulation_id.into(),
            node.place.into(),
            node.parent_id.into(),
            node.kind.as_str().into(),
            node.address.as_str().into(),
            node.address_tr.as_str().into(),
            node.heading.as_str().into(),
            node.display.as_str().into(),
            node.digest.as_str().into(),
        ]
    });
    let into = "regulation_node (id, regulation_id, place, parent_id, kind, address, address_tr, heading, display, digest)";
    insert_many(tx, (into, ""), 10, rows.collect()).await
}

/// What is known already of the same clause and duty gives way.
pub(super) async fn insert_duties(tx: &Tx, regulation_id: Uuid, duties: &[NewDuty]) -> Result<()> {
    let rows = duties.iter().map(|duty| {
        vec![
            tx.new_id().into(),
            1_i64.into(),
            duty.node_id.into(),
            regulation_id.into(),
            duty.duty.as_str().into(),
            duty.score_milli.into(),
            duty.words.as_str().into(),
            duty.state.into(),
            duty.by_id.into(),
            duty.by.clone().into(),
            duty.at.into(),
        ]
    });
    let into = "clause_duty (id, version, node_id, regulation_id, duty, score_milli, words, state, decided_by_id, decided_by, decided_at)";
    let otherwise = " ON CONFLICT (node_id, duty) DO UPDATE SET version = clause_duty.version + 1, state = excluded.state, \
                     score_milli = excluded.score_milli, words = excluded.words, decided_by_id = excluded.decided_by_id, \
                     decided_by = excluded.decided_by, decided_at = excluded.decided_at";
    insert_many(tx, (into, otherwise), 11, rows.collect()).await
}

/// One statement for a thousand rows.
async fn insert_many(
    tx: &Tx,
    (into, otherwise): (&str, &str),
    width: usize,
    rows: Vec<Vec<Value>>,
) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        let places: Vec<String> =
            (0..chunk.len()).map(|row| format!("({})", placeholders(row * width + 1, width))).collect();
        let sql = format!("INSERT INTO {into} VALUES {}{otherwise}", places.join(", "));
        tx.run(&sql, chunk.iter().flatten().cloned().collect()).await?;
    }
    Ok(())
}
