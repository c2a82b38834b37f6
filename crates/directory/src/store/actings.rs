//! Who acts for whom.

use kernel::db::{Sql, placeholders};
use kernel::{Instant, Result};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::ids;

/// An acting with the names of both.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ActingRow {
    pub id: Uuid,
    pub unit_id: Uuid,
    pub principal_id: Uuid,
    pub principal_name: String,
    pub substitute_id: Uuid,
    pub substitute_name: String,
    pub from_at: Instant,
    pub until_at: Instant,
    pub state: String,
}

const ACTING: &str = "SELECT a.id, a.unit_id, a.principal_id, p.name AS principal_name, a.substitute_id, \
    s.name AS substitute_name, a.from_at, a.until_at, a.state FROM acting AS a \
    JOIN staff AS p ON p.id = a.principal_id JOIN staff AS s ON s.id = a.substitute_id";

/// Approved actings that run at an instant; of these substitutes only, when any are named.
pub async fn actings_at(db: &impl Sql, at: Instant, substitutes: &[Uuid]) -> Result<Vec<ActingRow>> {
    let mut values: Vec<Value> = vec![at.into()];
    let mut sql =
        format!("{ACTING} WHERE a.state IN ('approved', 'ended') AND a.from_at <= $1 AND a.until_at > $1");
    if !substitutes.is_empty() {
        values.extend(ids(substitutes));
        sql.push_str(&format!(" AND a.substitute_id IN ({})", placeholders(2, substitutes.len())));
    }
    sql.push_str(" ORDER BY a.from_at, a.id LIMIT 5000");
    db.rows(&sql, values).await
}

/// Actings of a person, on either side, newest first.
pub async fn actings_of(db: &impl Sql, staff: Uuid) -> Result<Vec<ActingRow>> {
    let sql = format!(
        "{ACTING} WHERE a.principal_id = $1 OR a.substitute_id = $1 ORDER BY a.from_at DESC, a.id LIMIT 50"
    );
    db.rows(&sql, vec![staff.into()]).await
}

/// Actings that stand or are asked for and touch these two people, for the rules of overlap.
pub async fn standing_actings(db: &impl Sql, people: [Uuid; 2], at: Instant) -> Result<Vec<ActingRow>> {
    let sql = format!(
        "{ACTING} WHERE a.state IN ('proposed', 'approved') AND a.until_at > $3 \
         AND (a.principal_id IN ($1, $2) OR a.substitute_id IN ($1, $2)) ORDER BY a.from_at LIMIT 500"
    );
    db.rows(&sql, vec![people[0].into(), people[1].into(), at.into()]).await
}

/// Who stands in for one of these people at `at`.
pub async fn substitutes_of(db: &impl Sql, staff: &[Uuid], at: Instant) -> Result<Vec<Uuid>> {
    if staff.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT substitute_id FROM acting WHERE state = 'approved' AND from_at <= $1 AND until_at > $1 \
         AND principal_id IN ({}) LIMIT 500",
        placeholders(2, staff.len())
    );
    let mut values: Vec<Value> = vec![at.into()];
    values.extend(ids(staff));
    db.column(&sql, values).await
}

/// Somebody who is away, and for whom another stands in.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Principal {
    pub id: Uuid,
    pub name: String,
}

/// For whom this person stands in at `at`, by name.
pub async fn principals_of(db: &impl Sql, substitute: Uuid, at: Instant) -> Result<Vec<Principal>> {
    let sql = "SELECT DISTINCT p.id, p.name, p.name_key FROM acting AS a JOIN staff AS p ON p.id = a.principal_id \
               WHERE a.state = 'approved' AND a.from_at <= $1 AND a.until_at > $1 AND a.substitute_id = $2 \
               ORDER BY p.name_key, p.id LIMIT 20";
    db.rows(sql, vec![at.into(), substitute.into()]).await
}

/// Both people of an acting.
pub async fn people_of_acting(db: &impl Sql, id: Uuid) -> Result<Vec<Uuid>> {
    let sql =
        "SELECT principal_id FROM acting WHERE id = $1 UNION SELECT substitute_id FROM acting WHERE id = $1";
    db.column(sql, vec![id.into()]).await
}

/// An acting as an event names it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EndingRow {
    pub id: Uuid,
    pub name: String,
    pub unit_id: Uuid,
    pub principal_id: Uuid,
}

/// Approved actings that end before `until` and of whose end nobody was told yet.
pub async fn actings_ending(db: &impl Sql, now: Instant, until: Instant) -> Result<Vec<EndingRow>> {
    let sql = "SELECT id, name, unit_id, principal_id FROM acting AS a \
               WHERE state = 'approved' AND from_at <= $1 AND until_at > $1 AND until_at <= $2 \
               AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.subject_kind = 'acting' AND e.subject_id = a.id \
                 AND e.verb = 'acting_ending') ORDER BY until_at LIMIT 500";
    db.rows(sql, vec![now.into(), until.into()]).await
}
