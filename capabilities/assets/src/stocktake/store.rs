//! Queries about counts.

use kernel::db::{Sql, placeholders};
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::MOST;

fn of_units(units: &[Uuid], from: usize) -> (String, Vec<Value>) {
    (placeholders(from, units.len()), units.iter().map(|unit| Value::from(*unit)).collect())
}

/// Assets that should stand in these units.
pub(super) async fn count_expected(db: &impl Sql, units: &[Uuid]) -> Result<i64> {
    let (list, values) = of_units(units, 1);
    let sql = format!(
        "SELECT count(*) FROM asset WHERE unit_id IN ({list}) AND state NOT IN ('written_off', 'merged')"
    );
    Ok(db.scalar(&sql, values).await?.unwrap_or(0))
}

/// Number of a count that runs in one of these units.
pub(super) async fn open_of(db: &impl Sql, units: &[Uuid]) -> Result<Option<String>> {
    let (list, values) = of_units(units, 1);
    let sql = format!("SELECT number FROM stocktake WHERE state = 'open' AND unit_id IN ({list}) LIMIT 1");
    db.scalar(&sql, values).await
}

/// An asset as a reading may mean it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Scanned {
    pub id: Uuid,
    pub number: String,
    pub name: String,
    pub serial_key: String,
    pub unit_id: Uuid,
    pub place: String,
    pub state: String,
    /// Record of the same device that it was joined to.
    pub merged_into_id: Option<Uuid>,
}

pub(super) async fn scanned(
    db: &impl Sql,
    ids: &[Uuid],
    numbers: &[&str],
    keys: &[String],
) -> Result<Vec<Scanned>> {
    let mut values: Vec<Value> = Vec::new();
    let mut parts = Vec::new();
    let mut part = |column: &str, asked: Vec<Value>, more: &str| {
        if asked.is_empty() {
            return;
        }
        let list = placeholders(values.len() + 1, asked.len());
        values.extend(asked);
        parts.push(format!(
            "SELECT id, number, name, serial_key, unit_id, place, state, merged_into_id FROM asset WHERE {column} IN ({list}){more}"
        ));
    };
    part("id", ids.iter().map(|id| Value::from(*id)).collect(), "");
    part("number", numbers.iter().map(|number| Value::from(*number)).collect(), "");
    part(
        "serial_key",
        keys.iter().map(|key| Value::from(key.as_str())).collect(),
        " AND state NOT IN ('written_off', 'merged')",
    );
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    db.rows(&format!("{} LIMIT 2000", parts.join(" UNION ")), values).await
}

/// A line of a count.
pub(super) struct NewLine<'a> {
    pub id: Uuid,
    pub asset: Option<Uuid>,
    pub title: &'a str,
    pub code: &'a str,
    pub result: &'a str,
    pub place: &'a str,
    pub at: Instant,
}

/// Answers whether it is the first of its asset or label in this count.
pub(super) async fn insert(tx: &Tx, stocktake: Uuid, unit: Uuid, line: &NewLine<'_>) -> Result<bool> {
    let sql = "INSERT INTO stocktake_line (id, version, stocktake_id, asset_id, title, code, result, place, unit_id, seen_by, \
               seen_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    let seen_by = if line.result == "missing" { String::new() } else { tx.act().actor.signature() };
    let values = vec![
        line.id.into(),
        stocktake.into(),
        line.asset.into(),
        line.title.into(),
        line.code.into(),
        line.result.into(),
        line.place.into(),
        unit.into(),
        seen_by.into(),
        line.at.into(),
    ];
    Ok(tx.run(sql, values).await? == 1)
}

#[derive(FromQueryResult)]
pub(super) struct Tally {
    pub result: String,
    pub number: i64,
}

/// How many lines of each result a count has so far.
pub(super) async fn tallies(db: &impl Sql, stocktake: Uuid) -> Result<Vec<Tally>> {
    let sql = "SELECT result, count(*) AS number FROM stocktake_line WHERE stocktake_id = $1 GROUP BY result ORDER BY result LIMIT 10";
    db.rows(sql, vec![stocktake.into()]).await
}

/// Assets that are there, be it in another room than is written.
pub(super) async fn number_found(db: &impl Sql, stocktake: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM stocktake_line WHERE stocktake_id = $1 AND result IN ('found', 'moved')";
    Ok(db.scalar(sql, vec![stocktake.into()]).await?.unwrap_or(0))
}

/// An asset whose room was read.
#[derive(FromQueryResult)]
pub(super) struct Placed {
    pub id: Uuid,
    pub place: String,
}

/// Assets that were read in another room than is written, or of which no room was written.
pub(super) async fn placed(db: &impl Sql, stocktake: Uuid) -> Result<Vec<Placed>> {
    let sql = format!(
        "SELECT a.id, l.place FROM stocktake_line AS l JOIN asset AS a ON a.id = l.asset_id \
         WHERE l.stocktake_id = $1 AND l.place <> '' AND l.place <> a.place AND a.state NOT IN ('written_off', 'merged') \
         AND (l.result = 'moved' OR (l.result = 'found' AND a.place = '')) ORDER BY a.id LIMIT {MOST}"
    );
    db.rows(&sql, vec![stocktake.into()]).await
}

/// Lines that were read so far.
pub(super) async fn read_in(db: &impl Sql, stocktake: Uuid) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT id FROM stocktake_line WHERE stocktake_id = $1 ORDER BY id LIMIT {}", 2 * MOST);
    db.column(&sql, vec![stocktake.into()]).await
}

pub(super) async fn titles_of(
    db: &impl Sql,
    stocktake: Uuid,
    result: &str,
    limit: usize,
) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT title FROM stocktake_line WHERE stocktake_id = $1 AND result = $2 ORDER BY title LIMIT {limit}"
    );
    db.column(&sql, vec![stocktake.into(), result.into()]).await
}

/// An asset that nobody read.
#[derive(FromQueryResult)]
pub(super) struct Missing {
    pub id: Uuid,
    pub number: String,
    pub name: String,
    pub place: String,
    pub unit_id: Uuid,
    pub holder_id: Option<Uuid>,
    pub holder_name: Option<String>,
}

/// Assets of these units that stand in no line of the count.
pub(super) async fn not_seen(db: &impl Sql, stocktake: Uuid, units: &[Uuid]) -> Result<Vec<Missing>> {
    let (list, mut values) = of_units(units, 2);
    values.insert(0, stocktake.into());
    let sql = format!(
        "SELECT a.id, a.number, a.name, a.place, a.unit_id, a.holder_id, s.title AS holder_name FROM asset AS a \
         LEFT JOIN record AS s ON s.kind = 'staff' AND s.id = a.holder_id \
         WHERE a.unit_id IN ({list}) AND a.state NOT IN ('written_off', 'merged') AND NOT EXISTS ( \
         SELECT 1 FROM stocktake_line AS l WHERE l.stocktake_id = $1 AND l.asset_id = a.id) ORDER BY a.number LIMIT {MOST}"
    );
    db.rows(&sql, values).await
}

pub(super) async fn set_closed(tx: &Tx, id: Uuid, found: i64, missing: i64, text: &str) -> Result<()> {
    let sql = "UPDATE stocktake SET found = $1, missing = $2, statement = $3, closed_at = $4 WHERE id = $5";
    tx.run(sql, vec![found.into(), missing.into(), text.into(), tx.at().into(), id.into()]).await?;
    Ok(())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Counts, those that ended, and when the last began or ended.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(closed_at) AS other, max(COALESCE(closed_at, opened_at)) AS last_at FROM stocktake";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
