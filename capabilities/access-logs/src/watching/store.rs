//! Queries about findings.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Open {
    pub id: Uuid,
    pub source_id: Option<Uuid>,
    pub what: String,
}

pub(super) async fn open(db: &impl Sql) -> Result<Vec<Open>> {
    let sql = "SELECT id, source_id, what FROM log_finding WHERE to_at IS NULL ORDER BY id LIMIT 50000";
    db.rows(sql, vec![]).await
}

pub(super) async fn end(tx: &Tx, id: Uuid, at: Instant) -> Result<()> {
    let sql = "UPDATE log_finding SET to_at = $2, state = 'ended', version = version + 1 WHERE id = $1";
    tx.run(sql, vec![id.into(), at.into()]).await?;
    Ok(())
}

pub(super) async fn unexplained(db: &impl Sql) -> Result<i64> {
    let sql = "SELECT count(*) FROM log_finding WHERE state IN ('open', 'ended')";
    Ok(db.scalar(sql, vec![]).await?.unwrap_or(0))
}
