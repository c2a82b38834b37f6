//! Queries about referrals.

use kernel::db::Sql;
use kernel::record::Record;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// How many referrals of a document are how far; for information alone does not count.
#[derive(Default, FromQueryResult)]
pub(crate) struct Standing {
    pub open: i64,
    pub returned: i64,
    pub done: i64,
}

/// A referral that was sent back counts until something else is done about the document.
pub(crate) async fn standing(db: &impl Sql, document: Uuid) -> Result<Standing> {
    let sql = "SELECT coalesce(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0) AS open, \
               coalesce(sum(CASE WHEN state = 'returned' AND NOT EXISTS (SELECT 1 FROM referral AS later \
                 WHERE later.document_id = r.document_id AND later.purpose = 'action' AND later.state IN ('open', 'done') \
                 AND later.created_at > r.ended_at) THEN 1 ELSE 0 END), 0) AS returned, \
               coalesce(sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0) AS done \
               FROM referral AS r WHERE document_id = $1 AND purpose = 'action'";
    let standing: Option<Standing> = db.row(sql, vec![document.into()]).await?;
    Ok(standing.unwrap_or_default())
}

/// Whether the same document waits there already.
pub(crate) async fn is_open_to(
    db: &impl Sql,
    document: Uuid,
    unit: Uuid,
    staff: Option<Uuid>,
) -> Result<bool> {
    let sql = "SELECT 1 AS found FROM referral WHERE document_id = $1 AND state = 'open' AND unit_id = $2 \
               AND coalesce(staff_id, $3) = $3 LIMIT 1";
    let found: Option<i32> =
        db.scalar(sql, vec![document.into(), unit.into(), staff.unwrap_or_default().into()]).await?;
    Ok(found.is_some())
}

/// One line of the tree.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Branch {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub unit_name: String,
    pub staff_name: Option<String>,
    pub from_name: Option<String>,
    pub purpose: String,
    pub due_on: String,
    pub note: String,
    pub outcome: String,
    pub state: String,
    pub created_at: Instant,
}

/// Every referral of a document, the oldest first; 500 at most.
pub(crate) async fn of_document(db: &impl Sql, document: Uuid) -> Result<Vec<Branch>> {
    let sql = "SELECT r.id, r.parent_id, u.title AS unit_name, s.title AS staff_name, f.title AS from_name, r.purpose, \
               r.due_on, r.note, r.outcome, r.state, r.created_at FROM referral AS r \
               JOIN record AS u ON u.kind = 'unit' AND u.id = r.unit_id \
               LEFT JOIN record AS s ON s.kind = 'staff' AND s.id = r.staff_id \
               LEFT JOIN record AS f ON f.kind = 'staff' AND f.id = r.from_id \
               WHERE r.document_id = $1 ORDER BY r.created_at, r.id LIMIT 500";
    db.rows(sql, vec![document.into()]).await
}

pub(crate) async fn end(tx: &Tx, referral: Uuid, outcome: &str) -> Result<()> {
    let sql = "UPDATE referral SET outcome = $1, ended_at = $2 WHERE id = $3";
    tx.run(sql, vec![outcome.into(), tx.at().into(), referral.into()]).await?;
    Ok(())
}

/// Referrals that came of this one and are still open end with it.
pub(crate) async fn open_below(db: &impl Sql, referral: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM referral WHERE parent_id = $1 AND state = 'open' AND purpose = 'action'";
    Ok(db.scalar(sql, vec![referral.into()]).await?.unwrap_or(0))
}

pub(crate) async fn set_due(tx: &Tx, referral: Uuid, due_on: &str) -> Result<()> {
    let sql = "UPDATE referral SET due_on = $1, is_late_told = FALSE WHERE id = $2";
    tx.run(sql, vec![due_on.into(), referral.into()]).await?;
    Ok(())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Referrals, those that ended, and when the last was made.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(ended_at) AS other, max(created_at) AS last_at FROM referral";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Open ones of a person, and those of them that are late.
pub(crate) async fn waiting_for(db: &impl Sql, staff: Uuid, today: &str) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN due_on < $2 THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM referral WHERE staff_id = $1 AND state = 'open'";
    Ok(db.row(sql, vec![staff.into(), today.into()]).await?.unwrap_or_default())
}

/// What referrals repeat of their document is said anew where it differs; answers which.
pub(crate) async fn follow(tx: &Tx, document: &Record) -> Result<Vec<Uuid>> {
    let said = ["title", "correspondent", "secrecy"].map(|name| document.get(name).text().to_string());
    let values = || -> Vec<Value> {
        let mut all: Vec<Value> = vec![document.id.into()];
        all.extend(said.iter().map(|text| Value::from(text.as_str())));
        all
    };
    let differs = "document_id = $1 AND (title <> $2 OR correspondent <> $3 OR secrecy <> $4)";
    let all: Vec<Uuid> = tx
        .column(&format!("SELECT id FROM referral WHERE {differs} ORDER BY id LIMIT 500"), values())
        .await?;
    if !all.is_empty() {
        let sql = format!(
            "UPDATE referral SET title = $2, correspondent = $3, secrecy = $4, version = version + 1 WHERE {differs}"
        );
        tx.run(&sql, values()).await?;
    }
    Ok(all)
}
