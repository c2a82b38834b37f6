//! Queries about archives that were taken.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;

/// A file that was taken.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Taken {
    pub name: String,
    pub lines: i64,
    pub taken_at: Instant,
}

pub(super) async fn import(db: &impl Sql, sha256: &str) -> Result<Option<Taken>> {
    let sql = "SELECT name, lines, taken_at FROM log_import WHERE sha256 = $1";
    db.row(sql, vec![sha256.into()]).await
}

pub(super) async fn note_import(tx: &Tx, sha256: &str, name: &str, lines: i64) -> Result<()> {
    let sql = "INSERT INTO log_import (sha256, name, lines, taken_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (sha256) DO UPDATE SET name = $2, lines = $3, taken_at = $4";
    tx.run(sql, vec![sha256.into(), name.into(), lines.into(), tx.at().into()]).await?;
    Ok(())
}
