//! The SQL of the watch list. No rules.

use kernel::db::Sql;
use kernel::{Error, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The staff is told now.
pub(super) async fn set_told(tx: &Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE watched_law SET told_at = $1 WHERE id = $2";
    tx.run(sql, vec![tx.at().into(), id.into()]).await?;
    Ok(())
}

/// How much is watched and how much of it was told.
#[derive(FromQueryResult)]
pub(super) struct Shown {
    pub number: i64,
    pub told: i64,
    pub last_at: Option<i64>,
}

pub(super) async fn shown(db: &impl Sql) -> Result<Shown> {
    let sql = "SELECT count(*) AS number, count(told_at) AS told, max(coalesce(told_at, created_at)) AS last_at FROM watched_law";
    db.row(sql, vec![]).await?.ok_or_else(|| Error::internal("an aggregate has a row"))
}
