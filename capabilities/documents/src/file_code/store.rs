//! Queries about plans and their codes.

use kernel::db::Sql;
use kernel::{Result, Tx};
use uuid::Uuid;

pub(crate) async fn state_of_plan(db: &impl Sql, plan: Uuid) -> Result<Option<String>> {
    db.scalar("SELECT state FROM file_plan WHERE id = $1", vec![plan.into()]).await
}

/// Codes of a plan.
pub(crate) async fn count_of(db: &impl Sql, plan: Uuid) -> Result<i64> {
    Ok(db.scalar("SELECT count(*) FROM file_code WHERE plan_id = $1", vec![plan.into()]).await?.unwrap_or(0))
}

/// The plan that held until now holds no longer, and nothing new is filed under its codes.
pub(crate) async fn close_others(tx: &Tx, plan: Uuid) -> Result<()> {
    for table in ["file_plan", "file_code"] {
        let which = if table == "file_plan" { "id" } else { "plan_id" };
        let sql = format!("UPDATE {table} SET state = 'former' WHERE state = 'current' AND {which} <> $1");
        tx.run(&sql, vec![plan.into()]).await?;
    }
    Ok(())
}

pub(crate) async fn open(tx: &Tx, plan: Uuid) -> Result<()> {
    tx.run("UPDATE file_code SET state = 'current' WHERE plan_id = $1", vec![plan.into()]).await?;
    Ok(())
}

/// Codes of a plan, at most 20,000.
pub(crate) async fn codes_of(db: &impl Sql, plan: Uuid) -> Result<Vec<String>> {
    db.column("SELECT code FROM file_code WHERE plan_id = $1 ORDER BY code LIMIT 20000", vec![plan.into()])
        .await
}

/// The code of the plan in force that reads so.
pub(crate) async fn current(db: &impl Sql, code: &str) -> Result<Option<Uuid>> {
    db.scalar("SELECT id FROM file_code WHERE code = $1 AND state = 'current' LIMIT 1", vec![code.into()])
        .await
}
