//! Queries about vouchers of several lines.

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use uuid::Uuid;

/// A card that a line may mean, and how much of it lies in the voucher's room.
#[derive(FromQueryResult)]
pub(super) struct Card {
    pub id: Uuid,
    pub name: String,
    pub name_key: String,
    pub measure: String,
    pub lying: i64,
}

/// Cards in use whose names have these sort keys, locked in one order: two vouchers that name the same cards crosswise wait for each other.
pub(super) async fn cards(tx: &Tx, keys: &[String], room: Option<Uuid>) -> Result<Vec<Card>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT c.id, c.name, c.name_key, c.measure, CAST(coalesce((SELECT sum(l.change) FROM stock_line AS l \
         WHERE l.consumable_id = c.id AND l.store_room_id = $1), 0) AS BIGINT) AS lying \
         FROM consumable AS c WHERE c.state = 'active' AND c.name_key IN ({}) ORDER BY c.id LIMIT 500{}",
        placeholders(2, keys.len()),
        kernel::db::until_commit(tx.get_database_backend())
    );
    let mut values: Vec<Value> = vec![room.unwrap_or_default().into()];
    values.extend(keys.iter().map(|key| Value::from(key.as_str())));
    tx.rows(&sql, values).await
}

/// Movements of a voucher that were not reversed.
pub(super) async fn open_lines(db: &impl Sql, voucher: Uuid) -> Result<Vec<Uuid>> {
    let sql =
        "SELECT id FROM stock_movement WHERE voucher_id = $1 AND state <> 'reversed' ORDER BY id LIMIT 200";
    db.column(sql, vec![voucher.into()]).await
}

/// Whether a movement is a line of a voucher.
pub(crate) async fn is_line(db: &impl Sql, movement: Uuid) -> Result<bool> {
    let sql = "SELECT voucher_id FROM stock_movement WHERE id = $1 AND voucher_id IS NOT NULL";
    let found: Option<Uuid> = db.scalar(sql, vec![movement.into()]).await?;
    Ok(found.is_some())
}

/// A line as the voucher prints it.
#[derive(FromQueryResult)]
pub(super) struct Printed {
    pub code: String,
    pub name: String,
    pub measure: String,
    pub quantity: i64,
    pub price_kurus: Option<i64>,
    pub state: String,
}

pub(super) async fn printed(db: &impl Sql, voucher: Uuid) -> Result<Vec<Printed>> {
    let sql = "SELECT coalesce(k.code, '') AS code, c.name, c.measure, m.quantity, m.price_kurus, m.state \
               FROM stock_movement AS m JOIN consumable AS c ON c.id = m.consumable_id \
               LEFT JOIN movable_code AS k ON k.id = c.movable_code_id \
               WHERE m.voucher_id = $1 ORDER BY m.created_at, m.id LIMIT 200";
    db.rows(sql, vec![voucher.into()]).await
}

/// Vouchers that wait for a person's word.
pub(crate) async fn waiting_for(db: &impl Sql, staff: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM stock_voucher WHERE staff_id = $1 AND state = 'waiting' \
               LIMIT 1000) AS counted";
    Ok(db.scalar(sql, vec![staff.into()]).await?.unwrap_or(0))
}
