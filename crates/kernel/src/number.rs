//! Human numbers: gapless within a series and year, given inside the transaction that uses them, never reused.

use sea_orm::FromQueryResult;

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

/// Says that the numbers of `series` in `year` have run up to `last`, for entries that were written in a batch.
pub async fn reach(tx: &Tx, series: &str, year: i32, last: i64) -> Result<()> {
    let sql = "INSERT INTO number_series (series, year, last) VALUES ($1, $2, $3) \
               ON CONFLICT (series, year) DO UPDATE SET last = excluded.last WHERE excluded.last > number_series.last";
    tx.run(sql, vec![series.into(), i64::from(year).into(), last.into()]).await?;
    Ok(())
}

/// `2026-BR-000123`.
pub fn format(year: i32, prefix: &str, number: i64) -> String {
    format!("{year}-{prefix}-{number:06}")
}

/// A book whose numbers run from 1 without a gap in each year, so that `belde verify` can say so.
#[derive(Clone, Copy, Debug)]
pub struct Book {
    /// The series its numbers are given from.
    pub series: &'static str,
    pub name_tr: &'static str,
    pub table: &'static str,
    /// Columns with the year and with the number in it.
    pub year: &'static str,
    pub number: &'static str,
    /// Portable SQL; `TRUE` where the whole table is one book.
    pub only_where: &'static str,
}

/// What one year of a book says against its counter.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct BookYear {
    pub year: i64,
    /// Entries there are, and the highest number among them.
    pub entries: i64,
    pub highest: i64,
    /// The last number that was given.
    pub last: i64,
}

impl BookYear {
    /// Numbers are unique, so as many entries as the highest number are all of them.
    pub fn is_whole(&self) -> bool {
        self.entries == self.highest && self.highest == self.last
    }
}

/// Every year of a book, the oldest first; of the years a counter or an entry speaks of.
pub async fn years(db: &impl Sql, book: &Book) -> Result<Vec<BookYear>> {
    let Book { table, year, number, only_where, .. } = book;
    let sql = format!(
        "WITH entered AS (SELECT {year} AS year, count(*) AS entries, max({number}) AS highest FROM {table} \
           WHERE {only_where} GROUP BY {year}), \
         given AS (SELECT CAST(year AS BIGINT) AS year, last FROM number_series WHERE series = $1) \
         SELECT y.year, coalesce(e.entries, 0) AS entries, coalesce(e.highest, 0) AS highest, coalesce(g.last, 0) AS last \
         FROM (SELECT year FROM entered UNION SELECT year FROM given) AS y \
         LEFT JOIN entered AS e ON e.year = y.year LEFT JOIN given AS g ON g.year = y.year ORDER BY y.year LIMIT 500"
    );
    db.rows(&sql, vec![book.series.into()]).await
}
