//! Human numbers: gapless within a series and year, given inside the transaction that uses them, never reused.

use crate::db::Sql;
use crate::error::{Error, Result};
use crate::tx::Tx;

/// The next number of `series` in `year`. A transaction that rolls back gives its number back, because the
/// counter row rolls back with it; the row lock makes two nodes wait for each other instead of sharing a number.
pub async fn next(tx: &Tx, series: &str, year: i32) -> Result<i64> {
    let sql = "INSERT INTO number_series (series, year, last) VALUES ($1, $2, 1) \
               ON CONFLICT (series, year) DO UPDATE SET last = number_series.last + 1 RETURNING last";
    tx.scalar(sql, vec![series.into(), i64::from(year).into()])
        .await?
        .ok_or_else(|| Error::internal("number_series gave no row"))
}

/// `2026-BR-000123`.
pub fn format(year: i32, prefix: &str, number: i64) -> String {
    format!("{year}-{prefix}-{number:06}")
}
