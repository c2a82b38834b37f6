//! Queries about how-tos.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::ticket::store::Totals;

pub(crate) async fn set_review(tx: &Tx, how_to: Uuid, on: Day) -> Result<()> {
    tx.run("UPDATE how_to SET review_on = $1 WHERE id = $2", vec![on.to_string().into(), how_to.into()])
        .await?;
    Ok(())
}

/// How many it helped and how many it did not.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub(crate) struct Votes {
    pub helped: i64,
    pub failed: i64,
}

pub(crate) async fn votes(db: &impl Sql, how_to: Uuid) -> Result<Votes> {
    let sql = "SELECT coalesce(sum(CASE WHEN has_helped THEN 1 ELSE 0 END), 0) AS helped, \
               coalesce(sum(CASE WHEN has_helped THEN 0 ELSE 1 END), 0) AS failed FROM how_to_vote WHERE how_to_id = $1";
    Ok(db.row(sql, vec![how_to.into()]).await?.unwrap_or_default())
}

/// The person's last word counts.
pub(crate) async fn vote(tx: &Tx, how_to: Uuid, account: Uuid, has_helped: bool) -> Result<()> {
    let sql = "INSERT INTO how_to_vote (how_to_id, account_id, has_helped, at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (how_to_id, account_id) DO UPDATE SET has_helped = excluded.has_helped, at = excluded.at";
    tx.run(sql, vec![how_to.into(), account.into(), has_helped.into(), tx.at().into()]).await?;
    Ok(())
}

/// Published how-tos, and those among them whose review is overdue.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, CAST(0 AS BIGINT) AS other, max(created_at) AS last_at FROM how_to WHERE state = 'published'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
