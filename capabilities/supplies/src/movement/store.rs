//! Queries about movements and the lines of the ledger.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// For a migration: what was given out before there was a text has one, and waits as it did.
pub(super) const WHAT_WAITS: [&str; 2] = [
    "UPDATE stock_movement SET statement = number || ': ' || title || '. Teslim alındı.' WHERE kind = 'issue'",
    "UPDATE stock_movement SET state = 'waiting' WHERE kind = 'issue' AND state = 'valid'",
];

/// One line of the ledger.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Line {
    pub store_room_id: Uuid,
    pub change: i64,
}

pub(super) async fn add(tx: &Tx, movement: Uuid, item: Uuid, room: Uuid, change: i64) -> Result<()> {
    let sql = "INSERT INTO stock_line (id, movement_id, consumable_id, store_room_id, change, at) VALUES ($1, $2, $3, $4, $5, $6)";
    let values =
        vec![tx.new_id().into(), movement.into(), item.into(), room.into(), change.into(), tx.at().into()];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn set_statement(tx: &Tx, movement: Uuid, text: &str) -> Result<()> {
    let sql = "UPDATE stock_movement SET statement = $1 WHERE id = $2";
    tx.run(sql, vec![text.into(), movement.into()]).await?;
    Ok(())
}

pub(super) async fn lines(db: &impl Sql, movement: Uuid) -> Result<Vec<Line>> {
    let sql = "SELECT store_room_id, change FROM stock_line WHERE movement_id = $1 ORDER BY id LIMIT 10";
    db.rows(sql, vec![movement.into()]).await
}

/// A card as its voucher names it.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct PrintedCard {
    pub code: String,
    pub name: String,
    pub measure: String,
}

pub(super) async fn printed_card(db: &impl Sql, consumable: Uuid) -> Result<Option<PrintedCard>> {
    let sql = "SELECT coalesce(k.code, '') AS code, c.name, c.measure FROM consumable AS c \
               LEFT JOIN movable_code AS k ON k.id = c.movable_code_id WHERE c.id = $1";
    db.row(sql, vec![consumable.into()]).await
}

/// Two counts and the newest instant, for evidence.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// All movements; the counts among them.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN kind = 'count' THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM stock_movement WHERE state <> 'reversed'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Issues that wait for the receiver's word.
pub(crate) async fn waiting_for(db: &impl Sql, staff: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM stock_movement WHERE staff_id = $1 AND state = 'waiting' \
               LIMIT 1000) AS counted";
    Ok(db.scalar(sql, vec![staff.into()]).await?.unwrap_or(0))
}
