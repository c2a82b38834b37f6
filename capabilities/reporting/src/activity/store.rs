//! Queries about activity reports.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Freezes the numbers, or lets go of them.
pub(super) async fn set_statement(tx: &Tx, report: Uuid, text: &str, is_submitted: bool) -> Result<()> {
    let at = is_submitted.then(|| tx.at());
    let sql = "UPDATE activity_report SET statement = $1, submitted_at = $2 WHERE id = $3";
    tx.run(sql, vec![text.into(), at.into(), report.into()]).await?;
    Ok(())
}

pub(super) async fn statement(db: &impl Sql, report: Uuid) -> Result<String> {
    let sql = "SELECT statement FROM activity_report WHERE id = $1";
    Ok(db.scalar(sql, vec![report.into()]).await?.unwrap_or_default())
}

#[derive(Default, FromQueryResult)]
pub(super) struct Totals {
    pub number: i64,
    pub last_at: Option<i64>,
}

pub(super) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, max(submitted_at) AS last_at FROM activity_report WHERE state = 'submitted'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
