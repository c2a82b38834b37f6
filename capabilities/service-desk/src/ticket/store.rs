//! Queries about tickets and the log of their states.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::clock::{Moved, Reading};

/// Rows of one ticket's log that are read.
const MOST_MOVES: u32 = 2_000;

/// What the clocks ask of a ticket.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Standing {
    pub id: Uuid,
    pub title: String,
    pub state: String,
    pub priority: String,
    pub deadline: String,
    pub unit_id: Uuid,
    pub requester_id: Uuid,
    pub team_id: Option<Uuid>,
}

const STANDING: &str = "id, title, state, priority, deadline, unit_id, requester_id, team_id";

pub(crate) async fn standing(db: &impl Sql, ticket: Uuid) -> Result<Option<Standing>> {
    db.row(&format!("SELECT {STANDING} FROM ticket WHERE id = $1"), vec![ticket.into()]).await
}

pub(crate) async fn last_moved(db: &impl Sql, ticket: Uuid) -> Result<Option<Moved>> {
    let sql =
        "SELECT at, state, priority, team_id FROM ticket_state WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1";
    db.row(sql, vec![ticket.into()]).await
}

/// The whole log, oldest first.
pub(crate) async fn moves(db: &impl Sql, ticket: Uuid) -> Result<Vec<Moved>> {
    let sql = format!(
        "SELECT at, state, priority, team_id FROM ticket_state WHERE ticket_id = $1 ORDER BY id LIMIT {MOST_MOVES}"
    );
    db.rows(&sql, vec![ticket.into()]).await
}

pub(crate) async fn log(tx: &Tx, now: &Standing) -> Result<()> {
    let sql = "INSERT INTO ticket_state (id, ticket_id, at, state, priority, team_id) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        tx.new_id().into(),
        now.id.into(),
        tx.at().into(),
        now.state.as_str().into(),
        now.priority.as_str().into(),
        now.team_id.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// The time a ticket spent in another program, as one row before its first here.
pub(crate) async fn log_elsewhere(tx: &Tx, now: &Standing) -> Result<()> {
    let sql = "INSERT INTO ticket_state (id, ticket_id, at, state, priority, team_id) \
               SELECT $1, id, opened_at, 'elsewhere', priority, team_id FROM ticket WHERE id = $2";
    tx.run(sql, vec![tx.new_id().into(), now.id.into()]).await?;
    Ok(())
}

pub(crate) async fn set_reading(
    tx: &Tx,
    ticket: Uuid,
    reading: &Reading,
    step_at: Option<i64>,
) -> Result<()> {
    let sql = "UPDATE ticket SET is_open = $1, deadline = $2, response = $3, due_at = $4, near_at = $5, step_at = $6 \
               WHERE id = $7";
    let values = vec![
        reading.is_open.into(),
        reading.deadline.into(),
        reading.response.into(),
        reading.due_at.into(),
        reading.near_at.into(),
        step_at.into(),
        ticket.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Open tickets that passed a mark: three quarters of their time, its end, or the next step of escalation.
pub(crate) async fn passed(db: &impl Sql, now: Instant, limit: u32) -> Result<Vec<Standing>> {
    let sql = format!(
        "SELECT * FROM (SELECT {STANDING} FROM ticket WHERE deadline = 'on_time' AND near_at <= $1 ORDER BY near_at LIMIT {limit}) AS near \
         UNION \
         SELECT * FROM (SELECT {STANDING} FROM ticket WHERE deadline = 'near' AND due_at <= $1 ORDER BY due_at LIMIT {limit}) AS late \
         UNION \
         SELECT * FROM (SELECT {STANDING} FROM ticket WHERE step_at <= $1 ORDER BY step_at LIMIT {limit}) AS step"
    );
    db.rows(&sql, vec![now.into()]).await
}

pub(crate) async fn solved_before(db: &impl Sql, at: Instant, limit: u32) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT id FROM ticket WHERE state = 'solved' AND solved_at < $1 ORDER BY opened_at LIMIT {limit}"
    );
    db.column(&sql, vec![at.into()]).await
}

pub(crate) async fn open_after(db: &impl Sql, after: Uuid, limit: u32) -> Result<Vec<Standing>> {
    let sql =
        format!("SELECT {STANDING} FROM ticket WHERE is_open = TRUE AND id > $1 ORDER BY id LIMIT {limit}");
    db.rows(&sql, vec![after.into()]).await
}

pub(crate) async fn set_assignee(tx: &Tx, ticket: Uuid, staff: Uuid) -> Result<()> {
    tx.run("UPDATE ticket SET assignee_id = $1 WHERE id = $2", vec![staff.into(), ticket.into()]).await?;
    Ok(())
}

pub(crate) async fn set_state(tx: &Tx, ticket: Uuid, state: &str) -> Result<()> {
    tx.run("UPDATE ticket SET state = $1 WHERE id = $2", vec![state.into(), ticket.into()]).await?;
    Ok(())
}

pub(crate) async fn set_solved(tx: &Tx, ticket: Uuid, solution: &str, assignee: Option<Uuid>) -> Result<()> {
    let sql = "UPDATE ticket SET solution = $1, solved_at = $2, assignee_id = $3 WHERE id = $4";
    tx.run(sql, vec![solution.into(), tx.at().into(), assignee.into(), ticket.into()]).await?;
    Ok(())
}

pub(crate) async fn set_satisfaction(tx: &Tx, ticket: Uuid, answer: &str) -> Result<u64> {
    let sql = "UPDATE ticket SET satisfaction = $1 WHERE id = $2 AND satisfaction = 'unasked'";
    tx.run(sql, vec![answer.into(), ticket.into()]).await
}

/// Two counts and the newest instant, for evidence.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// All tickets of some kinds; those solved in time.
pub(crate) async fn totals(db: &impl Sql, kinds: &str) -> Result<Totals> {
    let sql = format!(
        "SELECT count(*) AS number, coalesce(sum(CASE WHEN deadline = 'met' THEN 1 ELSE 0 END), 0) AS other, \
         max(opened_at) AS last_at FROM ticket WHERE kind IN ({kinds})"
    );
    Ok(db.row(&sql, vec![]).await?.unwrap_or_default())
}

/// Tickets that were given a day; those still open.
pub(crate) async fn planned(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN is_open THEN 1 ELSE 0 END), 0) AS other, \
               max(opened_at) AS last_at FROM ticket WHERE planned_on IS NOT NULL";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Open tickets of a person's desk: all of theirs, and the late ones among them.
pub(crate) async fn of_assignee(db: &impl Sql, staff: Uuid) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN deadline = 'late' THEN 1 ELSE 0 END), 0) AS other, \
               max(opened_at) AS last_at FROM (SELECT deadline, opened_at FROM ticket WHERE assignee_id = $1 AND is_open = TRUE LIMIT 1000) AS mine";
    Ok(db.row(sql, vec![staff.into()]).await?.unwrap_or_default())
}

/// Tickets in a state, counted to a thousand.
pub(crate) async fn in_state(db: &impl Sql, state: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM ticket WHERE state = $1 LIMIT 1000) AS counted";
    Ok(db.scalar(sql, vec![state.into()]).await?.unwrap_or(0))
}

/// A requester's tickets that wait for their word.
pub(crate) async fn awaiting(db: &impl Sql, staff: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM ticket WHERE requester_id = $1 \
               AND state IN ('solved', 'waiting_requester') LIMIT 1000) AS counted";
    Ok(db.scalar(sql, vec![staff.into()]).await?.unwrap_or(0))
}

pub(crate) async fn with_number(db: &impl Sql, number: &str) -> Result<Option<Uuid>> {
    db.scalar("SELECT id FROM ticket WHERE number = $1", vec![number.into()]).await
}

pub(super) async fn set_parent(tx: &Tx, ticket: Uuid, parent: Uuid) -> Result<()> {
    tx.run("UPDATE ticket SET parent_id = $1 WHERE id = $2", vec![parent.into(), ticket.into()]).await?;
    Ok(())
}

/// A ticket and what it is part of, upwards.
pub(super) async fn with_parents(db: &impl Sql, ticket: Uuid) -> Result<Vec<Uuid>> {
    let sql = "WITH RECURSIVE above (id, parent_id, depth) AS (\
                 SELECT id, parent_id, 0 FROM ticket WHERE id = $1 \
                 UNION ALL SELECT t.id, t.parent_id, above.depth + 1 FROM ticket AS t JOIN above ON t.id = above.parent_id \
                 WHERE above.depth < 50) \
               SELECT id FROM above ORDER BY depth LIMIT 51";
    db.column(sql, vec![ticket.into()]).await
}

/// Tickets that wait with this one.
pub(super) async fn merged_into(db: &impl Sql, ticket: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM ticket WHERE parent_id = $1 AND state = 'merged' ORDER BY id LIMIT 500";
    db.column(sql, vec![ticket.into()]).await
}

/// Open ones that hang on a problem.
pub(super) async fn hanging_on(db: &impl Sql, problem: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM ticket WHERE parent_id = $1 AND state IN ('new', 'assigned', 'in_progress', \
               'waiting_requester', 'waiting_vendor', 'waiting_part') ORDER BY id LIMIT 500";
    db.column(sql, vec![problem.into()]).await
}

/// A problem as what hangs on it shows it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Problem {
    pub number: String,
    pub title: String,
    pub workaround: String,
}

pub(super) async fn problem(db: &impl Sql, ticket: Uuid) -> Result<Option<Problem>> {
    let sql = "SELECT number, title, workaround FROM ticket WHERE id = $1 AND kind = 'problem'";
    db.row(sql, vec![ticket.into()]).await
}

pub(super) async fn has_merged(db: &impl Sql, ticket: Uuid) -> Result<bool> {
    Ok(!merged_into(db, ticket).await?.is_empty())
}
