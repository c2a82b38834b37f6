//! Queries about stock cards: what the movements add up to.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A card as movements need it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Card {
    pub id: Uuid,
    pub name: String,
    pub measure: String,
    pub minimum: i64,
    pub level: String,
}

/// The card, locked until the transaction ends: two who take the last one wait for each other.
pub(crate) async fn locked(tx: &Tx, consumable: Uuid) -> Result<Option<Card>> {
    let sql = format!(
        "SELECT id, name, measure, minimum, level FROM consumable WHERE id = $1{}",
        kernel::db::until_commit(tx.get_database_backend())
    );
    tx.row(&sql, vec![consumable.into()]).await
}

/// What lies in one store room.
pub(crate) async fn in_room(db: &impl Sql, consumable: Uuid, room: Uuid) -> Result<i64> {
    let sql = "SELECT CAST(coalesce(sum(change), 0) AS BIGINT) FROM stock_line WHERE consumable_id = $1 AND store_room_id = $2";
    Ok(db.scalar(sql, vec![consumable.into(), room.into()]).await?.unwrap_or(0))
}

pub(crate) async fn on_hand(db: &impl Sql, consumable: Uuid) -> Result<i64> {
    let sql = "SELECT CAST(coalesce(sum(change), 0) AS BIGINT) FROM stock_line WHERE consumable_id = $1";
    Ok(db.scalar(sql, vec![consumable.into()]).await?.unwrap_or(0))
}

pub(crate) async fn set_on_hand(tx: &Tx, consumable: Uuid, on_hand: i64, level: &str) -> Result<()> {
    let sql = "UPDATE consumable SET on_hand = $1, level = $2 WHERE id = $3";
    tx.run(sql, vec![on_hand.into(), level.into(), consumable.into()]).await?;
    Ok(())
}

/// A store room and what lies there.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Lying {
    pub name: String,
    pub quantity: i64,
}

pub(super) async fn by_room(db: &impl Sql, consumable: Uuid) -> Result<Vec<Lying>> {
    let sql = "SELECT r.name, CAST(sum(l.change) AS BIGINT) AS quantity FROM stock_line AS l JOIN store_room AS r ON r.id = l.store_room_id \
               WHERE l.consumable_id = $1 GROUP BY r.id, r.name, r.name_key ORDER BY r.name_key LIMIT 200";
    db.rows(sql, vec![consumable.into()]).await
}

/// A card that is to be ordered.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct ToOrder {
    pub id: Uuid,
    pub name: String,
    pub measure: String,
    pub on_hand: i64,
    pub minimum: i64,
    pub wanted: i64,
}

pub(super) async fn to_order(db: &impl Sql) -> Result<Vec<ToOrder>> {
    let columns = "id, name, measure, on_hand, minimum, wanted FROM consumable WHERE state = 'active' AND";
    let sql = format!(
        "SELECT {columns} level = 'out' UNION ALL SELECT {columns} level = 'low' ORDER BY 2, 1 LIMIT 500"
    );
    db.rows(&sql, vec![]).await
}

/// A card that is to be ordered, and a printer that it was given out for.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Taking {
    pub consumable_id: Uuid,
    pub asset_id: Uuid,
    /// What the printer had counted when it got the last.
    pub counter: Option<i64>,
}

/// Of each card that is to be ordered the devices that took it since a day, those that took it last first.
pub(super) async fn taking(db: &impl Sql, since: Day) -> Result<Vec<Taking>> {
    let sql = "SELECT m.consumable_id, m.asset_id, max(m.counter) AS counter FROM stock_movement AS m \
               JOIN consumable AS c ON c.id = m.consumable_id WHERE c.state = 'active' AND c.level IN ('out', 'low') \
               AND m.asset_id IS NOT NULL AND m.kind = 'issue' AND m.state <> 'reversed' AND m.moved_on >= $1 \
               GROUP BY m.consumable_id, m.asset_id ORDER BY m.consumable_id, max(m.moved_on) DESC LIMIT 5000";
    db.rows(sql, vec![since.to_string().into()]).await
}

/// What a unit used of a card.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Used {
    pub unit_id: Uuid,
    pub name: String,
    pub measure: String,
    pub quantity: i64,
}

/// Given out less what came back, between two days.
pub(super) async fn used(db: &impl Sql, since: Day, until: Day) -> Result<Vec<Used>> {
    let sql = "SELECT m.unit_id, c.name, c.measure, CAST(-sum(l.change) AS BIGINT) AS quantity FROM stock_movement AS m \
               JOIN stock_line AS l ON l.movement_id = m.id JOIN consumable AS c ON c.id = m.consumable_id \
               WHERE m.unit_id IS NOT NULL AND m.kind IN ('issue', 'return') AND m.moved_on >= $1 AND m.moved_on <= $2 \
               GROUP BY m.unit_id, c.id, c.name, c.name_key, c.measure HAVING sum(l.change) < 0 ORDER BY c.name_key LIMIT 2000";
    db.rows(sql, vec![since.to_string().into(), until.to_string().into()]).await
}

/// One movement for a device; what came back is negative.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(super) struct Fitted {
    pub asset_id: Uuid,
    pub consumable_id: Uuid,
    pub name: String,
    pub measure: String,
    pub counter: Option<i64>,
    pub quantity: i64,
}

/// Movements for devices between two days, by device and card, the oldest first.
pub(super) async fn fitted(db: &impl Sql, since: Day, until: Day) -> Result<Vec<Fitted>> {
    let sql = "SELECT m.asset_id, m.consumable_id, c.name, c.measure, m.counter, \
               CASE WHEN m.kind = 'return' THEN -m.quantity ELSE m.quantity END AS quantity \
               FROM stock_movement AS m JOIN consumable AS c ON c.id = m.consumable_id \
               WHERE m.asset_id IS NOT NULL AND m.kind IN ('issue', 'return') AND m.state <> 'reversed' \
               AND m.moved_on >= $1 AND m.moved_on <= $2 \
               ORDER BY m.asset_id, m.consumable_id, m.moved_on, m.created_at LIMIT 5000";
    db.rows(sql, vec![since.to_string().into(), until.to_string().into()]).await
}
