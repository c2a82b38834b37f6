//! The SQL of directives and of who read what. No rules.

use kernel::db::Sql;
use kernel::record::{Kind, Record};
use kernel::{Day, Error, Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Something a person has not yet said they read.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Waiting {
    pub kind: String,
    pub id: Uuid,
    pub title: String,
}

/// What waits for a member of staff of a unit.
pub(crate) async fn waiting(db: &impl Sql, staff: Uuid, unit: Option<Uuid>) -> Result<Vec<Waiting>> {
    let sql = "SELECT 'directive' AS kind, d.id, d.title FROM directive AS d \
               WHERE d.state = 'in_force' AND d.needs_acknowledgement = TRUE AND (d.unit_id IS NULL OR d.unit_id = $2) \
               AND NOT EXISTS (SELECT 1 FROM acknowledgement AS a WHERE a.subject_kind = 'directive' AND a.subject_id = d.id AND a.staff_id = $1) \
               UNION ALL SELECT 'watched_law' AS kind, w.id, w.title FROM watched_law AS w WHERE w.state = 'told' \
               AND NOT EXISTS (SELECT 1 FROM acknowledgement AS a WHERE a.subject_kind = 'watched_law' AND a.subject_id = w.id AND a.staff_id = $1) \
               LIMIT 200";
    db.rows(sql, vec![staff.into(), unit.into()]).await
}

/// Writes that the acting person, of this staff record, read the record; answers whether it is news.
pub(crate) async fn insert_acknowledgement(
    tx: &Tx,
    kind: &Kind,
    record: &Record,
    staff: Uuid,
) -> Result<bool> {
    let sql = "INSERT INTO acknowledgement (id, subject_kind, subject_id, staff_id, name, at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (subject_kind, subject_id, staff_id) DO NOTHING";
    let values = vec![
        tx.new_id().into(),
        kind.id.into(),
        record.id.into(),
        staff.into(),
        tx.act().actor.name.clone().into(),
        tx.at().into(),
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Somebody who said that they read a text.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Reader {
    pub name: String,
    pub at: Instant,
}

/// When this person said that they read the text.
pub(crate) async fn read_at(db: &impl Sql, kind: &str, id: Uuid, staff: Uuid) -> Result<Option<Instant>> {
    let sql = "SELECT at FROM acknowledgement WHERE subject_kind = $1 AND subject_id = $2 AND staff_id = $3";
    db.scalar(sql, vec![kind.into(), id.into(), staff.into()]).await
}

/// Who read the text, in the order they said so, at most `most`.
pub(crate) async fn readers(db: &impl Sql, kind: &str, id: Uuid, most: u32) -> Result<Vec<Reader>> {
    let sql = format!(
        "SELECT name, at FROM acknowledgement WHERE subject_kind = $1 AND subject_id = $2 ORDER BY at LIMIT {most}"
    );
    db.rows(&sql, vec![kind.into(), id.into()]).await
}

/// A member of staff as the records of all kinds name them.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Person {
    pub title: String,
}

/// Staff of a unit, or of all, who are still there and did not say that they read the text.
fn missing_sql(unit: Option<Uuid>, columns: &str, most: u32) -> String {
    let of_unit = if unit.is_some() { "AND r.unit_id = $3" } else { "" };
    format!(
        "SELECT {columns} FROM record AS r WHERE r.kind = 'staff' AND r.is_removed = FALSE {of_unit} \
         AND NOT EXISTS (SELECT 1 FROM acknowledgement AS a \
           WHERE a.subject_kind = $1 AND a.subject_id = $2 AND a.staff_id = r.id) LIMIT {most}"
    )
}

fn missing_values(kind: &str, id: Uuid, unit: Option<Uuid>) -> Vec<sea_orm::Value> {
    let mut values = vec![kind.into(), id.into()];
    values.extend(unit.map(sea_orm::Value::from));
    values
}

/// Some of those who are still to read the text, at most `most`.
pub(crate) async fn missing(
    db: &impl Sql,
    kind: &str,
    id: Uuid,
    unit: Option<Uuid>,
    most: u32,
) -> Result<Vec<Person>> {
    db.rows(&missing_sql(unit, "r.title", most), missing_values(kind, id, unit)).await
}

/// How many read the text and how many are still to, each counted up to one more than `most`.
pub(crate) async fn reader_counts(
    db: &impl Sql,
    kind: &str,
    id: Uuid,
    unit: Option<Uuid>,
    most: u32,
) -> Result<(i64, i64)> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM acknowledgement WHERE subject_kind = $1 AND subject_id = $2 LIMIT {}) AS r",
        most + 1
    );
    let read: Option<i64> = db.scalar(&sql, vec![kind.into(), id.into()]).await?;
    let sql = format!("SELECT count(*) FROM ({}) AS m", missing_sql(unit, "1", most + 1));
    let missing: Option<i64> = db.scalar(&sql, missing_values(kind, id, unit)).await?;
    Ok((read.unwrap_or(0), missing.unwrap_or(0)))
}

/// Gives a directive its first day.
pub(crate) async fn set_first_day(tx: &Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE directive SET in_force_on = $1 WHERE id = $2";
    tx.run(sql, vec![tx.at().day().to_string().into(), id.into()]).await?;
    Ok(())
}

/// Directives in force whose day of review has come.
pub(crate) async fn count_due_for_review(db: &impl Sql, on: Day) -> Result<i64> {
    let sql = "SELECT count(*) FROM directive WHERE state = 'in_force' AND review_on <= $1";
    Ok(db.scalar(sql, vec![on.to_string().into()]).await?.unwrap_or(0))
}

/// What there is to show of directives.
#[derive(FromQueryResult)]
pub(crate) struct Shown {
    pub in_force: i64,
    pub acknowledged: i64,
    pub last_at: Option<i64>,
}

/// Directives in force and how often they were read; the latest of being read and being put in force.
pub(crate) async fn shown(db: &impl Sql) -> Result<Shown> {
    let sql = "SELECT (SELECT count(*) FROM directive WHERE state = 'in_force') AS in_force, \
               count(*) AS acknowledged, max(at) AS last_at FROM acknowledgement WHERE subject_kind = 'directive'";
    let found: Option<Shown> = db.row(sql, vec![]).await?;
    let mut found = found.ok_or_else(|| Error::internal("an aggregate has a row"))?;
    let newest = "SELECT max(at) FROM event WHERE subject_kind = 'directive' AND verb = 'put_in_force'";
    let put_at: Option<i64> = db.scalar(newest, vec![]).await?;
    found.last_at = found.last_at.max(put_at);
    Ok(found)
}
