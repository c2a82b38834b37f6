//! Queries about changes.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A change in the way of another.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Other {
    pub number: String,
    pub title: String,
}

/// One that was agreed to for the same device in an overlapping window.
pub(super) async fn at_the_same_time(
    db: &impl Sql,
    change: Uuid,
    asset: Uuid,
    starts_at: i64,
    ends_at: i64,
) -> Result<Option<Other>> {
    let sql = "SELECT number, title FROM it_change WHERE asset_id = $1 AND state IN ('agreed', 'running') AND id <> $2 \
               AND starts_at < $3 AND ends_at > $4 ORDER BY starts_at LIMIT 1";
    db.row(sql, vec![asset.into(), change.into(), ends_at.into(), starts_at.into()]).await
}

pub(super) async fn set_result(tx: &Tx, change: Uuid, said: &str) -> Result<()> {
    tx.run("UPDATE it_change SET result = $1 WHERE id = $2", vec![said.into(), change.into()]).await?;
    Ok(())
}
