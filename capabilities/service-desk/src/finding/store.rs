//! Queries about tickets that findings opened.

use kernel::db::Sql;
use kernel::{Result, Tx};
use uuid::Uuid;

pub(super) async fn is_open(db: &impl Sql, title: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM ticket WHERE is_open = TRUE AND channel = 'finding' AND title = $1 LIMIT 1) AS open";
    Ok(db.scalar::<i64>(sql, vec![title.into()]).await?.unwrap_or(0) > 0)
}

/// Who heads the team today, or whoever last had a ticket of it.
pub(super) async fn answers_for(tx: &Tx, team: Option<Uuid>) -> Result<Option<Uuid>> {
    if let Some(team) = team
        && let Some(head) = directory::store::head_on(tx, team, tx.at().day().0).await?
    {
        return Ok(Some(head.staff_id));
    }
    let sql = "SELECT assignee_id FROM ticket WHERE assignee_id IS NOT NULL ORDER BY opened_at DESC, id DESC LIMIT 1";
    tx.scalar(sql, vec![]).await
}
