//! Queries about steps, what was taken of them, and teams' times.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// More steps than this nobody understands.
const MOST_STEPS: u32 = 100;
const MOST_TEAM_TIMES: u32 = 1_000;

/// A step as it is taken.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Step {
    pub id: Uuid,
    pub title: String,
    pub measure: String,
    pub percent: i64,
    pub priority: String,
    pub team_id: Option<Uuid>,
    pub receiver: String,
    pub person_id: Option<Uuid>,
    pub hands_over: bool,
}

/// How long a team may hold a ticket, in working minutes.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct TeamTime {
    pub team_id: Uuid,
    pub priority: String,
    pub minutes: i64,
}

/// A step that was taken for a ticket; of a team's time, of which team.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Taken {
    pub step_id: Uuid,
    pub team_id: Uuid,
}

const STEP: &str = "id, title, measure, percent, priority, team_id, receiver, person_id, hands_over";

pub(crate) async fn steps(db: &impl Sql) -> Result<Vec<Step>> {
    let sql = format!(
        "SELECT {STEP} FROM escalation_step WHERE state = 'active' ORDER BY percent, id LIMIT {MOST_STEPS}"
    );
    db.rows(&sql, vec![]).await
}

pub(super) async fn step(db: &impl Sql, id: Uuid) -> Result<Option<Step>> {
    db.row(&format!("SELECT {STEP} FROM escalation_step WHERE id = $1"), vec![id.into()]).await
}

pub(crate) async fn team_times(db: &impl Sql) -> Result<Vec<TeamTime>> {
    let sql = format!(
        "SELECT team_id, priority, minutes FROM team_time WHERE state = 'active' ORDER BY id LIMIT {MOST_TEAM_TIMES}"
    );
    db.rows(&sql, vec![]).await
}

/// The one in force for a team and a priority.
pub(super) async fn team_time(db: &impl Sql, team: Uuid, priority: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM team_time WHERE team_id = $1 AND priority = $2 AND state = 'active'";
    db.scalar(sql, vec![team.into(), priority.into()]).await
}

pub(crate) async fn taken(db: &impl Sql, ticket: Uuid) -> Result<Vec<Taken>> {
    let sql = "SELECT step_id, team_id FROM escalation_taken WHERE ticket_id = $1 LIMIT 1000";
    db.rows(sql, vec![ticket.into()]).await
}

pub(super) async fn take(tx: &Tx, ticket: Uuid, taken: &Taken) -> Result<()> {
    let sql = "INSERT INTO escalation_taken (ticket_id, step_id, team_id, at) VALUES ($1, $2, $3, $4)";
    tx.run(sql, vec![ticket.into(), taken.step_id.into(), taken.team_id.into(), tx.at().into()]).await?;
    Ok(())
}
