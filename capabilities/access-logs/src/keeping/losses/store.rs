//! Queries about lines that were lost.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;

use super::Loss;

/// What was lost in an hour.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Lost {
    pub hour: Instant,
    pub node: String,
    pub door: String,
    pub sender: String,
    pub lines: i64,
}

pub(super) async fn add(tx: &Tx, node: &str, hour: Instant, loss: &Loss) -> Result<()> {
    let sql = "INSERT INTO log_loss (hour, node, door, sender, lines) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (hour, node, door, sender) DO UPDATE SET lines = log_loss.lines + $5";
    let values = vec![
        hour.into(),
        node.into(),
        loss.door.into(),
        loss.sender.as_str().into(),
        i64::try_from(loss.lines).unwrap_or(i64::MAX).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Of the hours from one on and up to another, the newest first.
pub(super) async fn between(db: &impl Sql, from: Instant, to: Instant) -> Result<Vec<Lost>> {
    let sql = "SELECT hour, node, door, sender, lines FROM log_loss WHERE hour >= $1 AND hour <= $2 \
               ORDER BY hour DESC, node, door, sender LIMIT 5000";
    db.rows(sql, vec![from.into(), to.into()]).await
}

pub(super) async fn forget_before(tx: &Tx, hour: Instant) -> Result<()> {
    tx.run("DELETE FROM log_loss WHERE hour < $1", vec![hour.into()]).await?;
    Ok(())
}
