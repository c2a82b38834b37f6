//! Queries of the plan board.

use kernel::db::Sql;
use kernel::{Day, Result};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A ticket as the board shows it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Planned {
    pub id: Uuid,
    pub title: String,
    pub assignee_id: Option<Uuid>,
    pub planned_on: String,
    pub deadline: String,
    pub is_open: bool,
}

const COLUMNS: &str = "id, title, assignee_id, coalesce(planned_on, '') AS planned_on, deadline, is_open";

pub(super) async fn planned(db: &impl Sql, from: Day, to: Day, most: usize) -> Result<Vec<Planned>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ticket WHERE planned_on >= $1 AND planned_on <= $2 AND state <> 'cancelled' \
         ORDER BY planned_on, assignee_id LIMIT {most}"
    );
    db.rows(&sql, vec![from.to_string().into(), to.to_string().into()]).await
}

/// Open ones without a day, those whose time runs out first.
pub(super) async fn unplanned(db: &impl Sql, most: usize) -> Result<Vec<Planned>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ticket WHERE is_open = TRUE AND planned_on IS NULL ORDER BY due_at, id LIMIT {most}"
    );
    db.rows(&sql, vec![]).await
}
