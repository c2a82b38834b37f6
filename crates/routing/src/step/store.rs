//! Queries about turns.

use kernel::db::{Sql, placeholders};
use kernel::{Instant, Ref, Result, Tx, record};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::{NewStep, Routed, kind};

pub(super) async fn insert(tx: &Tx, routed: &Routed<'_>, step: &NewStep) -> Result<()> {
    let id = tx.new_id();
    let unit = directory::store::person(tx, step.staff).await?.map(|person| person.unit_id);
    let sql = "INSERT INTO route_step (id, version, subject_kind, subject_id, subject_path, title, place, role, staff_id, unit_id, \
               state, note, created_at, means) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $10, 'waiting', '', $9, $11)";
    let values: Vec<Value> = vec![
        id.into(),
        routed.subject.kind.as_str().into(),
        routed.subject.id.into(),
        routed.path.into(),
        routed.title.into(),
        i64::from(step.place).into(),
        step.role.code().into(),
        step.staff.into(),
        tx.at().into(),
        unit.into(),
        step.means.code().into(),
    ];
    tx.run(sql, values).await?;
    let made = record::get(tx, &kind(), id).await?;
    record::index(tx, &kind(), &made).await
}

#[derive(FromQueryResult)]
struct Subject {
    id: Uuid,
    subject_kind: String,
    subject_id: Uuid,
}

pub(super) async fn subject(db: &impl Sql, step: Uuid) -> Result<Option<Ref>> {
    Ok(subjects(db, &[step]).await?.pop().map(|(_, subject)| subject))
}

pub(super) async fn subjects(db: &impl Sql, steps: &[Uuid]) -> Result<Vec<(Uuid, Ref)>> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, subject_kind, subject_id FROM route_step WHERE id IN ({}) ORDER BY created_at, id LIMIT 5000",
        placeholders(1, steps.len())
    );
    let found: Vec<Subject> = db.rows(&sql, steps.iter().map(|one| (*one).into()).collect()).await?;
    Ok(found.into_iter().map(|one| (one.id, Ref { kind: one.subject_kind, id: one.subject_id })).collect())
}

pub(super) async fn waiting_among(db: &impl Sql, steps: &[Uuid]) -> Result<Vec<Uuid>> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id FROM route_step WHERE state IN ('to_initial', 'to_sign', 'to_sign_by_card') AND id IN ({}) LIMIT 5000",
        placeholders(1, steps.len())
    );
    db.column(&sql, steps.iter().map(|one| (*one).into()).collect()).await
}

pub(super) async fn path(db: &impl Sql, step: Uuid) -> Result<Option<String>> {
    db.scalar("SELECT subject_path FROM route_step WHERE id = $1", vec![step.into()]).await
}

fn of_subject(subject: &Ref) -> Vec<Value> {
    vec![subject.id.into(), subject.kind.as_str().into()]
}

/// Turns that are still to come, or are now.
pub(super) async fn is_ahead(db: &impl Sql, subject: &Ref) -> Result<bool> {
    let sql = "SELECT count(*) FROM route_step WHERE subject_id = $1 AND subject_kind = $2 \
               AND state IN ('waiting', 'to_initial', 'to_sign', 'to_sign_by_card')";
    Ok(db.scalar::<i64>(sql, of_subject(subject)).await?.unwrap_or(0) > 0)
}

#[derive(FromQueryResult)]
pub(super) struct Next {
    pub id: Uuid,
    pub role: String,
    pub means: String,
}

/// Those of the first place that waits, if it is nobody's turn at present.
pub(super) async fn next(db: &impl Sql, subject: &Ref) -> Result<Vec<Next>> {
    let sql = "SELECT id, role, means FROM route_step WHERE subject_id = $1 AND subject_kind = $2 AND state = 'waiting' \
               AND place = (SELECT min(place) FROM route_step WHERE subject_id = $1 AND subject_kind = $2 AND state = 'waiting') \
               AND NOT EXISTS (SELECT 1 FROM route_step WHERE subject_id = $1 AND subject_kind = $2 \
                 AND state IN ('to_initial', 'to_sign', 'to_sign_by_card')) ORDER BY id LIMIT 50";
    db.rows(sql, of_subject(subject)).await
}

pub(super) async fn set_turn(tx: &Tx, step: Uuid, state: &str) -> Result<()> {
    tx.run("UPDATE route_step SET state = $1 WHERE id = $2", vec![state.into(), step.into()]).await?;
    Ok(())
}

pub(super) async fn set_done(tx: &Tx, step: Uuid, by: Option<Uuid>, note: &str) -> Result<()> {
    let sql = "UPDATE route_step SET done_by_id = $1, done_at = $2, note = $3 WHERE id = $4";
    tx.run(sql, vec![by.into(), tx.at().into(), note.into(), step.into()]).await?;
    Ok(())
}

pub(super) async fn end(tx: &Tx, subject: &Ref) -> Result<()> {
    let sql = "UPDATE route_step SET state = 'ended' WHERE subject_id = $1 AND subject_kind = $2 \
               AND state IN ('waiting', 'to_initial', 'to_sign', 'to_sign_by_card')";
    tx.run(sql, of_subject(subject)).await?;
    Ok(())
}

/// The turns to sign of the last route stand behind themselves once more, waiting; those that were there are over.
pub(super) async fn sign_again(tx: &Tx, subject: &Ref, why: &str) -> Result<()> {
    let all = of(tx, subject).await?;
    let route = super::last_route(&all);
    let last = route.iter().map(|turn| turn.place).max().unwrap_or(0);
    let is_over = |turn: &&Turn| turn.role != "sign" || ["ended", "returned"].contains(&turn.state.as_str());
    for turn in route.iter().filter(|turn| !is_over(turn)) {
        let id = tx.new_id();
        let sql = "INSERT INTO route_step (id, version, subject_kind, subject_id, subject_path, title, place, role, staff_id, unit_id, \
                   means, state, note, created_at) SELECT $1, 1, subject_kind, subject_id, subject_path, title, place + $2, role, \
                   staff_id, unit_id, means, 'waiting', '', created_at FROM route_step WHERE id = $3";
        tx.run(sql, vec![id.into(), last.into(), turn.id.into()]).await?;
        let sql = "UPDATE route_step SET state = 'ended', note = $1 WHERE id = $2";
        tx.run(sql, vec![why.into(), turn.id.into()]).await?;
        for step in [id, turn.id] {
            record::index(tx, &kind(), &record::get(tx, &kind(), step).await?).await?;
        }
    }
    Ok(())
}

/// One turn with the names of its people.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Turn {
    pub id: Uuid,
    pub place: i64,
    pub role: String,
    pub staff_id: Uuid,
    pub staff_name: String,
    pub done_by_id: Option<Uuid>,
    pub done_by_name: Option<String>,
    pub state: String,
    pub note: String,
    pub done_at: Option<Instant>,
    /// When its route began; all turns of a route have the same.
    pub created_at: Instant,
}

pub(super) async fn of(db: &impl Sql, subject: &Ref) -> Result<Vec<Turn>> {
    let sql = "SELECT r.id, r.place, r.role, r.staff_id, s.title AS staff_name, r.done_by_id, b.title AS done_by_name, r.state, r.note, \
               r.done_at, r.created_at FROM route_step AS r JOIN record AS s ON s.kind = 'staff' AND s.id = r.staff_id \
               LEFT JOIN record AS b ON b.kind = 'staff' AND b.id = r.done_by_id \
               WHERE r.subject_id = $1 AND r.subject_kind = $2 ORDER BY r.created_at, r.place, r.id LIMIT 500";
    db.rows(sql, of_subject(subject)).await
}

pub(super) async fn waiting(db: &impl Sql, staff: Uuid, state: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM route_step WHERE staff_id = $1 AND state = $2";
    Ok(db.scalar(sql, vec![staff.into(), state.into()]).await?.unwrap_or(0))
}
