//! Queries about the credit for time stamps.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Credit {
    pub stamps_left: i64,
    pub is_low: bool,
    pub error: String,
}

pub(crate) async fn credit(db: &impl Sql) -> Result<Option<Credit>> {
    let sql = "SELECT stamps_left, is_low, error FROM stamp_credit WHERE name = 'kamusm'";
    db.row(sql, vec![]).await
}

pub(crate) async fn note_credit(tx: &Tx, left: i64, is_low: bool) -> Result<()> {
    let sql = "INSERT INTO stamp_credit (name, stamps_left, is_low, error, asked_at) VALUES ('kamusm', $1, $2, '', $3) \
               ON CONFLICT (name) DO UPDATE SET stamps_left = excluded.stamps_left, is_low = excluded.is_low, error = '', \
               asked_at = excluded.asked_at";
    tx.run(sql, vec![left.into(), is_low.into(), tx.at().into()]).await?;
    Ok(())
}

/// What was known stays.
pub(crate) async fn note_no_credit(tx: &Tx, error: &str) -> Result<()> {
    let sql = "INSERT INTO stamp_credit (name, stamps_left, is_low, error, asked_at) VALUES ('kamusm', 0, $1, $2, $3) \
               ON CONFLICT (name) DO UPDATE SET error = excluded.error, asked_at = excluded.asked_at";
    tx.run(sql, vec![false.into(), error.into(), tx.at().into()]).await?;
    Ok(())
}

pub(crate) async fn forget_credit(tx: &Tx) -> Result<()> {
    tx.run("DELETE FROM stamp_credit WHERE name = 'kamusm'", vec![]).await?;
    Ok(())
}
