//! Queries about maintenance plans.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use uuid::Uuid;

/// Active plans whose day or count has come.
pub(super) async fn due(db: &impl Sql, today: Day, limit: u32) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT id FROM (SELECT id FROM maintenance_plan WHERE state = 'active' AND next_on <= $1 ORDER BY next_on, id LIMIT {limit}) AS by_day \
         UNION \
         SELECT id FROM (SELECT id FROM maintenance_plan WHERE state = 'active' AND counter_next IS NOT NULL AND counter_now >= counter_next \
         ORDER BY id LIMIT {limit}) AS by_count"
    );
    db.column(&sql, vec![today.to_string().into()]).await
}

pub(super) async fn set_next(tx: &Tx, plan: Uuid, next: Day, count: Option<i64>) -> Result<()> {
    let sql = "UPDATE maintenance_plan SET next_on = $1, counter_next = $2 WHERE id = $3";
    tx.run(sql, vec![next.to_string().into(), count.into(), plan.into()]).await?;
    Ok(())
}

/// What a device counted, in every plan for it that counts.
pub(super) async fn set_counter(tx: &Tx, asset: Uuid, count: i64) -> Result<()> {
    let sql =
        "UPDATE maintenance_plan SET counter_now = $1 WHERE asset_id = $2 AND counter_every IS NOT NULL";
    tx.run(sql, vec![count.into(), asset.into()]).await?;
    Ok(())
}
