//! Queries about days that were deleted.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Deletion {
    pub deleted_at: Instant,
    pub first_day: i64,
    pub last_day: i64,
    pub lines: i64,
    pub bytes: i64,
    pub reason: String,
    pub entry: String,
}

pub(super) async fn insert(tx: &Tx, one: &Deletion) -> Result<()> {
    let sql = "INSERT INTO log_deletion (id, deleted_at, first_day, last_day, lines, bytes, reason, entry) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = vec![
        tx.new_id().into(),
        one.deleted_at.into(),
        one.first_day.into(),
        one.last_day.into(),
        one.lines.into(),
        one.bytes.into(),
        one.reason.as_str().into(),
        one.entry.as_str().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// The newest first; a day has one at most.
pub(super) async fn last(db: &impl Sql) -> Result<Vec<Deletion>> {
    let sql = "SELECT deleted_at, first_day, last_day, lines, bytes, reason, entry FROM log_deletion ORDER BY deleted_at DESC, id LIMIT 200";
    db.rows(sql, vec![]).await
}
