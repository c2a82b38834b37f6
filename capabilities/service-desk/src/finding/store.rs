//! Queries about tickets that findings opened.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::ticket::store::Totals;

/// The ticket somebody still sees to.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Open {
    pub id: Uuid,
    pub settled_at: Option<i64>,
}

/// The newest of a program that is not ended. What was said to be solved is not: the next inventory tells whether it was.
pub(super) async fn open(db: &impl Sql, software: Uuid) -> Result<Option<Open>> {
    let sql = "SELECT id, settled_at FROM ticket WHERE software_id = $1 AND (is_open = TRUE OR state = 'solved') \
               ORDER BY opened_at DESC, id DESC LIMIT 1";
    db.row(sql, vec![software.into()]).await
}

/// The newest of a program whose finding was not seen to be gone, ended or not.
pub(super) async fn standing(db: &impl Sql, software: Uuid) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM ticket WHERE software_id = $1 AND settled_at IS NULL ORDER BY opened_at DESC, id DESC LIMIT 1";
    db.scalar(sql, vec![software.into()]).await
}

/// The finding is gone, for every ticket that it opened.
pub(super) async fn settle(tx: &Tx, software: Uuid) -> Result<()> {
    let sql = "UPDATE ticket SET settled_at = $1 WHERE software_id = $2 AND settled_at IS NULL";
    tx.run(sql, vec![tx.at().into(), software.into()]).await?;
    Ok(())
}

pub(super) async fn unsettle(tx: &Tx, ticket: Uuid) -> Result<()> {
    tx.run("UPDATE ticket SET settled_at = NULL WHERE id = $1", vec![ticket.into()]).await?;
    Ok(())
}

/// Who last had a ticket.
pub(super) async fn last_assignee(tx: &Tx) -> Result<Option<Uuid>> {
    let sql = "SELECT assignee_id FROM ticket WHERE assignee_id IS NOT NULL ORDER BY opened_at DESC, id DESC LIMIT 1";
    tx.scalar(sql, vec![]).await
}

/// Findings that became work; those that are gone.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN settled_at IS NULL THEN 0 ELSE 1 END), 0) AS other, \
               max(opened_at) AS last_at FROM ticket WHERE software_id IS NOT NULL";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
