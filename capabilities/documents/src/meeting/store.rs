//! Queries about agenda items and what must be done because of them.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Subject of the decision of this body with this number.
pub(super) async fn decided_as(db: &impl Sql, body: &str, year: i64, place: i64) -> Result<Option<String>> {
    let sql = "SELECT title FROM agenda_item WHERE body = $1 AND decision_year = $2 AND decision_place = $3";
    db.scalar(sql, vec![body.into(), year.into(), place.into()]).await
}

/// The number of a decision, as written and in its parts.
pub(super) struct Decision<'a> {
    pub number: &'a str,
    pub year: i64,
    pub place: i64,
}

pub(super) async fn set_decided(
    tx: &Tx,
    item: Uuid,
    decision: &Decision<'_>,
    decided_on: &str,
    application: &str,
) -> Result<()> {
    let sql = "UPDATE agenda_item SET decision_number = $1, decision_year = $2, decision_place = $3, decided_on = $4, \
               application = $5 WHERE id = $6";
    let values = vec![
        decision.number.into(),
        decision.year.into(),
        decision.place.into(),
        decided_on.into(),
        application.into(),
        item.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn set_meets_on(tx: &Tx, item: Uuid, day: &str) -> Result<()> {
    tx.run("UPDATE agenda_item SET meets_on = $1 WHERE id = $2", vec![day.into(), item.into()]).await?;
    Ok(())
}

pub(super) async fn set_application(tx: &Tx, item: Uuid, application: &str) -> Result<()> {
    let sql = "UPDATE agenda_item SET application = $1 WHERE id = $2";
    tx.run(sql, vec![application.into(), item.into()]).await?;
    Ok(())
}

/// How many tasks of a decision are how far.
#[derive(Default, FromQueryResult)]
pub(super) struct Standing {
    pub open: i64,
    pub done: i64,
}

pub(super) async fn standing(db: &impl Sql, item: Uuid) -> Result<Standing> {
    let sql = "SELECT coalesce(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0) AS open, \
               coalesce(sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0) AS done \
               FROM decision_task WHERE agenda_item_id = $1";
    Ok(db.row(sql, vec![item.into()]).await?.unwrap_or_default())
}

pub(super) async fn end(tx: &Tx, task: Uuid, outcome: &str) -> Result<()> {
    let sql = "UPDATE decision_task SET outcome = $1, ended_at = $2 WHERE id = $3";
    tx.run(sql, vec![outcome.into(), tx.at().into(), task.into()]).await?;
    Ok(())
}

pub(super) async fn set_due(tx: &Tx, task: Uuid, due_on: &str) -> Result<()> {
    let sql = "UPDATE decision_task SET due_on = $1, is_late_told = FALSE WHERE id = $2";
    tx.run(sql, vec![due_on.into(), task.into()]).await?;
    Ok(())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Decisions, those of them that were applied, and when the last item was entered.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN application = 'applied' THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM agenda_item WHERE state = 'decided'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Open tasks of a person, and those of them that are late.
pub(crate) async fn waiting_for(db: &impl Sql, staff: Uuid, today: &str) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN due_on < $2 THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM decision_task WHERE staff_id = $1 AND state = 'open'";
    Ok(db.row(sql, vec![staff.into(), today.into()]).await?.unwrap_or_default())
}

/// Proposals that nobody put on an agenda yet.
pub(crate) async fn proposed(db: &impl Sql) -> Result<i64> {
    let sql = "SELECT count(*) FROM agenda_item WHERE state = 'proposed'";
    Ok(db.scalar(sql, vec![]).await?.unwrap_or(0))
}
