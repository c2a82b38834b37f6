//! Queries about write-offs.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The minutes of a write-off.
pub(crate) async fn set_statement(tx: &Tx, write_off: Uuid, text: &str) -> Result<()> {
    tx.run("UPDATE write_off SET statement = $1 WHERE id = $2", vec![text.into(), write_off.into()]).await?;
    Ok(())
}

pub(crate) async fn set_decision(tx: &Tx, write_off: Uuid, said: &str) -> Result<()> {
    let sql = "UPDATE write_off SET decision = $1, decided_at = $2 WHERE id = $3";
    tx.run(sql, vec![said.into(), tx.at().into(), write_off.into()]).await?;
    Ok(())
}

pub(crate) async fn set_written_off(tx: &Tx, write_off: Uuid, voucher: &str) -> Result<()> {
    let sql = "UPDATE write_off SET written_off_at = $1, voucher = $2 WHERE id = $3";
    tx.run(sql, vec![tx.at().into(), voucher.into(), write_off.into()]).await?;
    Ok(())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Write-offs that were begun and not given up, those that went through, and when the last did.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(written_off_at) AS other, max(COALESCE(written_off_at, created_at)) AS last_at \
               FROM write_off WHERE state <> 'cancelled'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
