//! Queries of the plan board.

use kernel::db::Sql;
use kernel::{Day, Result};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A ticket as the board shows it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Planned {
    pub id: Uuid,
    pub version: i64,
    pub title: String,
    pub assignee_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub planned_on: String,
    pub deadline: String,
    pub is_open: bool,
}

const COLUMNS: &str =
    "id, version, title, assignee_id, team_id, coalesce(planned_on, '') AS planned_on, deadline, is_open";

pub(super) async fn planned(db: &impl Sql, from: Day, to: Day, most: usize) -> Result<Vec<Planned>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ticket WHERE planned_on >= $1 AND planned_on <= $2 \
         AND state NOT IN ('cancelled', 'rejected', 'merged') ORDER BY planned_on, assignee_id LIMIT {most}"
    );
    db.rows(&sql, vec![from.to_string().into(), to.to_string().into()]).await
}

/// Open ones whose day passed before this one, the oldest first.
pub(super) async fn overdue(db: &impl Sql, before: Day, most: usize) -> Result<Vec<Planned>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ticket WHERE planned_on < $1 AND is_open = TRUE ORDER BY planned_on, assignee_id LIMIT {most}"
    );
    db.rows(&sql, vec![before.to_string().into()]).await
}

/// Open ones of a person whose day has come, the oldest first.
pub(super) async fn orders_of(db: &impl Sql, staff: Uuid, until: Day, most: usize) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT id FROM ticket WHERE planned_on <= $1 AND assignee_id = $2 AND is_open = TRUE ORDER BY planned_on LIMIT {most}"
    );
    db.column(&sql, vec![until.to_string().into(), staff.into()]).await
}

/// Open ones without a day, those whose time runs out first.
pub(super) async fn unplanned(db: &impl Sql, most: usize) -> Result<Vec<Planned>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ticket WHERE is_open = TRUE AND planned_on IS NULL ORDER BY due_at, id LIMIT {most}"
    );
    db.rows(&sql, vec![]).await
}

/// An open ticket whose time runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub(super) struct Due {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    pub due_at: i64,
}

/// Those first whose time runs out first.
pub(super) async fn due(db: &impl Sql, most: usize) -> Result<Vec<Due>> {
    let sql = format!(
        "SELECT id, number, title, due_at FROM ticket WHERE is_open = TRUE AND deadline <> 'paused' ORDER BY due_at, id LIMIT {most}"
    );
    db.rows(&sql, vec![]).await
}

/// Solved here since then.
pub(super) async fn solved_since(db: &impl Sql, at: kernel::Instant) -> Result<i64> {
    let sql = "SELECT count(*) FROM ticket WHERE opened_at >= $1 AND solved_at >= $2 AND channel <> 'former'";
    // What was solved in these weeks was reported in the last half year, but for a few.
    let opened = kernel::Instant(at.0 - 180 * kernel::Instant::DAY_US);
    Ok(db.scalar(sql, vec![opened.into(), at.into()]).await?.unwrap_or(0))
}
