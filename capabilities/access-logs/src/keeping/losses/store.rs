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
    pub gaps: i64,
    pub since_at: Option<Instant>,
}

pub(super) async fn add(
    tx: &Tx,
    node: &str,
    (hour, since): (Instant, Option<Instant>),
    loss: &Loss,
) -> Result<()> {
    let sql = "INSERT INTO log_loss (hour, node, door, sender, lines, gaps, since_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (hour, node, door, sender) DO UPDATE SET lines = log_loss.lines + excluded.lines, \
               gaps = log_loss.gaps + excluded.gaps, since_at = coalesce(log_loss.since_at, excluded.since_at)";
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values = vec![
        hour.into(),
        node.into(),
        loss.door.into(),
        loss.sender.as_str().into(),
        count(loss.gone.lines).into(),
        count(loss.gone.gaps).into(),
        since.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Of the hours from one on and up to another, the newest first; what a file that was gone may have had reaches back to its last line.
pub(super) async fn between(db: &impl Sql, from: Instant, to: Instant) -> Result<Vec<Lost>> {
    let sql = "SELECT hour, node, door, sender, lines, gaps, since_at FROM log_loss WHERE hour >= $1 AND coalesce(since_at, hour) <= $2 \
               ORDER BY hour DESC, node, door, sender LIMIT 5000";
    db.rows(sql, vec![from.into(), to.into()]).await
}

pub(super) async fn forget_before(tx: &Tx, hour: Instant) -> Result<()> {
    tx.run("DELETE FROM log_loss WHERE hour < $1", vec![hour.into()]).await?;
    Ok(())
}
