//! Queries about entries of the register.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// Number of another entry that has this writer, number and day; cancelled ones do not count.
pub(crate) async fn alike(
    db: &impl Sql,
    correspondent: Uuid,
    their_number: &str,
    their_on: &str,
    own: Option<Uuid>,
) -> Result<Option<String>> {
    let sql = "SELECT number FROM document WHERE correspondent_id = $1 AND their_number = $2 \
               AND coalesce(their_on, '') = $3 AND state <> 'cancelled' AND id <> $4 ORDER BY id LIMIT 1";
    let own = own.unwrap_or_default();
    db.scalar(sql, vec![correspondent.into(), their_number.into(), their_on.into(), own.into()]).await
}

/// What was found of the signatures of an entry's package when it came; empty for none.
pub(super) async fn signature_report(db: &impl Sql, document: Uuid) -> Result<String> {
    let sql = "SELECT signature_report FROM document WHERE id = $1";
    Ok(db.scalar(sql, vec![document.into()]).await?.unwrap_or_default())
}

pub(crate) async fn state(db: &impl Sql, document: Uuid) -> Result<String> {
    let sql = "SELECT state FROM document WHERE id = $1";
    Ok(db.scalar(sql, vec![document.into()]).await?.unwrap_or_default())
}

pub(crate) async fn set_state(tx: &Tx, document: Uuid, state: &str) -> Result<()> {
    tx.run("UPDATE document SET state = $1 WHERE id = $2", vec![state.into(), document.into()]).await?;
    Ok(())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Entries, those that are filed under a code, and when the last was made.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql =
        "SELECT count(*) AS number, count(file_code_id) AS other, max(created_at) AS last_at FROM document";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Entries in one state of whatever unit.
pub(crate) async fn in_state(db: &impl Sql, state: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM document WHERE state = $1";
    Ok(db.scalar(sql, vec![state.into()]).await?.unwrap_or(0))
}

/// A letter's entry: its values in the order of [`super::entering`].
pub(super) async fn insert(tx: &Tx, values: Vec<Value>) -> Result<()> {
    let sql = "INSERT INTO document (id, version, number, book, book_year, book_number, title, correspondent, correspondent_id, \
               their_number, received_on, medium, secrecy, urgency, file_code_id, unit_id, owner_id, answers_id, sheets, is_copy, \
               package_id, note, state, created_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $18, $9, 'hand', $10, $11, $12, $13, \
               $14, $15, $16, FALSE, '', '', $19, $17)";
    tx.run(sql, values).await?;
    Ok(())
}
