//! Queries about maintenance plans.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use uuid::Uuid;

/// Active plans whose day has come, the oldest first.
pub(super) async fn due(db: &impl Sql, today: Day, limit: u32) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT id FROM maintenance_plan WHERE state = 'active' AND next_on <= $1 ORDER BY next_on, id LIMIT {limit}"
    );
    db.column(&sql, vec![today.to_string().into()]).await
}

pub(super) async fn set_next(tx: &Tx, plan: Uuid, next: Day) -> Result<()> {
    let sql = "UPDATE maintenance_plan SET next_on = $1 WHERE id = $2";
    tx.run(sql, vec![next.to_string().into(), plan.into()]).await?;
    Ok(())
}
