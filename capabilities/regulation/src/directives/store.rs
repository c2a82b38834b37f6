//! The SQL of directives and of who read what. No rules.

use kernel::db::Sql;
use kernel::record::{Kind, Record};
use kernel::{Day, Error, Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Most readers, and most people, looked at for one text.
const MOST: u32 = 5_000;

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
    pub staff_id: Uuid,
    pub name: String,
    pub at: Instant,
}

/// Who read the text, in the order they said so.
pub(crate) async fn readers(db: &impl Sql, kind: &str, id: Uuid) -> Result<Vec<Reader>> {
    let sql = format!(
        "SELECT staff_id, name, at FROM acknowledgement WHERE subject_kind = $1 AND subject_id = $2 ORDER BY at LIMIT {MOST}"
    );
    db.rows(&sql, vec![kind.into(), id.into()]).await
}

/// A member of staff as the records of all kinds name them.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Person {
    pub id: Uuid,
    pub title: String,
}

/// Staff of a unit, or of all, who are still there.
pub(crate) async fn staff(db: &impl Sql, unit: Option<Uuid>) -> Result<Vec<Person>> {
    let columns = "SELECT id, title FROM record WHERE kind = 'staff' AND is_removed = FALSE";
    match unit {
        Some(unit) => db.rows(&format!("{columns} AND unit_id = $1 LIMIT {MOST}"), vec![unit.into()]).await,
        None => db.rows(&format!("{columns} LIMIT {MOST}"), vec![]).await,
    }
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
