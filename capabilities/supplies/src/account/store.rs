//! Queries about a year's account.

use kernel::db::Sql;
use kernel::{Day, Result};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What a card carried over, and what came and went in a year.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Carried {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub measure: String,
    pub before: i64,
    pub came: i64,
    pub went: i64,
    /// In all rooms at the end of the year.
    pub everywhere: i64,
}

/// Cards that had anything, by movable code. Of one room what was carried in from another came, and what was carried out went.
pub(crate) async fn carried(
    db: &impl Sql,
    first: Day,
    last: Day,
    room: Option<Uuid>,
) -> Result<Vec<Carried>> {
    let mut values = vec![first.to_string().into(), last.to_string().into()];
    let here = if let Some(room) = room {
        values.push(room.into());
        "CASE WHEN store_room_id = $3 THEN change ELSE 0 END"
    } else {
        "change"
    };
    let sum = |condition: &str, what: &str| {
        format!("CAST(coalesce(sum(CASE WHEN {condition} THEN {what} ELSE 0 END), 0) AS BIGINT)")
    };
    let sql = format!(
        "SELECT c.id, coalesce(k.code, '') AS code, c.name, c.measure, {} AS before, {} AS came, {} AS went, \
         CAST(sum(n.all_change) AS BIGINT) AS everywhere FROM (SELECT movement_id, consumable_id, sum({here}) AS change, \
         sum(change) AS all_change FROM stock_line GROUP BY movement_id, consumable_id) AS n \
         JOIN stock_movement AS m ON m.id = n.movement_id JOIN consumable AS c ON c.id = n.consumable_id \
         LEFT JOIN movable_code AS k ON k.id = c.movable_code_id WHERE m.moved_on <= $2 \
         GROUP BY c.id, k.code, c.name, c.name_key, c.measure ORDER BY 2, c.name_key LIMIT 5000",
        sum("m.moved_on < $1", "n.change"),
        sum("m.moved_on >= $1 AND n.change > 0", "n.change"),
        sum("m.moved_on >= $1 AND n.change < 0", "-n.change"),
    );
    let all: Vec<Carried> = db.rows(&sql, values).await?;
    Ok(all.into_iter().filter(|one| one.before != 0 || one.came != 0 || one.went != 0).collect())
}

/// What came with a price; newest first.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Receipt {
    pub consumable_id: Uuid,
    pub quantity: i64,
    pub price_kurus: i64,
}

pub(crate) async fn receipts(db: &impl Sql, last: Day) -> Result<Vec<Receipt>> {
    let sql = "SELECT consumable_id, quantity, price_kurus FROM stock_movement WHERE kind = 'receipt' AND state <> 'reversed' \
               AND price_kurus IS NOT NULL AND moved_on <= $1 ORDER BY moved_on DESC, id DESC LIMIT 100000";
    db.rows(sql, vec![last.to_string().into()]).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Room {
    pub id: Uuid,
    pub name: String,
}

pub(crate) async fn rooms(db: &impl Sql) -> Result<Vec<Room>> {
    db.rows("SELECT id, name FROM store_room ORDER BY name_key LIMIT 50", vec![]).await
}

/// Cards that lie in a room at a year's end and were not counted there in that year.
pub(crate) async fn uncounted(db: &impl Sql, room: Uuid, first: Day, last: Day) -> Result<Vec<String>> {
    let sql = "SELECT c.name FROM consumable AS c WHERE c.id IN (SELECT l.consumable_id FROM stock_line AS l \
               JOIN stock_movement AS m ON m.id = l.movement_id WHERE l.store_room_id = $1 AND m.moved_on <= $3 \
               GROUP BY l.consumable_id HAVING sum(l.change) <> 0) AND NOT EXISTS (SELECT 1 FROM stock_movement AS k \
               WHERE k.consumable_id = c.id AND k.store_room_id = $1 AND k.kind = 'count' AND k.state <> 'reversed' \
               AND k.moved_on >= $2 AND k.moved_on <= $3) ORDER BY c.name_key LIMIT 6";
    db.column(sql, vec![room.into(), first.to_string().into(), last.to_string().into()]).await
}
