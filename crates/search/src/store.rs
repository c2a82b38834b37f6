//! What the follower asks the database: the event log in an order in which nothing comes late, and the ids of all records.

use kernel::Result;
use kernel::db::{Sql, placeholders};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// An act, as far as the index asks about it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Act {
    pub id: Uuid,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub verb: String,
    pub seal_no: Option<i64>,
    pub leaf_no: Option<i64>,
}

const COLUMNS: &str = "id, subject_kind, subject_id, verb, seal_no, leaf_no";

/// Acts behind this place of the seals, in their order. An act gets its place after it was committed, and places are given one
/// after the other: behind a place that was read nothing appears before it. Ids say when an act began, not when it was there.
pub(crate) async fn sealed_after(db: &impl Sql, place: (i64, i64), most: u32) -> Result<Vec<Act>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE (seal_no, leaf_no) > ($1, $2) ORDER BY seal_no, leaf_no LIMIT {most}"
    );
    db.rows(&sql, vec![place.0.into(), place.1.into()]).await
}

/// Acts about these kinds that have no place yet; `after` pages on.
pub(crate) async fn unsealed(db: &impl Sql, kinds: &[&str], after: Uuid, most: u32) -> Result<Vec<Act>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE seal_no IS NULL AND id > $1 AND subject_kind IN ({}) ORDER BY id LIMIT {most}",
        placeholders(2, kinds.len())
    );
    let mut values: Vec<Value> = vec![after.into()];
    values.extend(kinds.iter().map(|kind| Value::from(*kind)));
    db.rows(&sql, values).await
}

/// The last act that has a place.
pub(crate) async fn last_sealed(db: &impl Sql) -> Result<Option<Act>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE seal_no IS NOT NULL ORDER BY seal_no DESC, leaf_no DESC LIMIT 1"
    );
    db.row(&sql, vec![]).await
}

/// The act at a place of the seals.
pub(crate) async fn sealed_at(db: &impl Sql, place: (i64, i64)) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM event WHERE seal_no = $1 AND leaf_no = $2";
    db.scalar(sql, vec![place.0.into(), place.1.into()]).await
}

/// The act with the first id: two databases do not share it.
pub(crate) async fn first_act(db: &impl Sql) -> Result<Option<Uuid>> {
    db.scalar("SELECT id FROM event ORDER BY id LIMIT 1", vec![]).await
}

/// Ids of a kind's records, by id.
pub(crate) async fn ids_after(db: &impl Sql, table: &str, after: Uuid, most: u32) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT id FROM {table} WHERE id > $1 ORDER BY id LIMIT {most}");
    db.column(&sql, vec![after.into()]).await
}

/// About how many records a kind has, for saying how far a rebuild is.
pub(crate) async fn count(db: &impl Sql, table: &str) -> Result<i64> {
    Ok(db.scalar(&format!("SELECT count(*) FROM {table}"), vec![]).await?.unwrap_or(0))
}

/// Those of these records that were taken out of search.
pub(crate) async fn removed(db: &impl Sql, kind: &str, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id FROM record WHERE kind = $1 AND is_removed = TRUE AND id IN ({})",
        placeholders(2, ids.len())
    );
    let mut values: Vec<Value> = vec![kind.into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    db.column(&sql, values).await
}

/// Acts about these kinds, but these verbs, behind a place of the seals; those that began before `known` are not meant.
pub(crate) async fn behind(
    db: &impl Sql,
    (kinds, quiet): (&[&str], &[&str]),
    (place, known): ((i64, i64), Uuid),
    most: u32,
) -> Result<Vec<Uuid>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id FROM event WHERE (seal_no, leaf_no) > ($1, $2) AND id > $3 AND subject_kind IN ({}) AND verb NOT IN ({}) \
         ORDER BY seal_no, leaf_no LIMIT {most}",
        placeholders(4, kinds.len()),
        placeholders(4 + kinds.len(), quiet.len())
    );
    let mut values: Vec<Value> = vec![place.0.into(), place.1.into(), known.into()];
    values.extend(kinds.iter().chain(quiet).map(|word| Value::from(*word)));
    db.column(&sql, values).await
}
