//! Queries about what lay in store rooms at the beginning.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What a card opened with in a room, as people call it.
pub(super) async fn opened(db: &impl Sql, consumable: Uuid, room: Uuid) -> Result<Option<String>> {
    let sql = "SELECT title FROM opening_stock WHERE consumable_id = $1 AND store_room_id = $2";
    db.scalar(sql, vec![consumable.into(), room.into()]).await
}

/// A voucher that more lines may come to.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Gathering {
    pub id: Uuid,
    pub number: String,
    pub lines: i64,
}

/// The newest voucher that a request wrote for a room and a day; `own` stood on another before it was reversed.
pub(super) async fn gathering(
    db: &impl Sql,
    (room, day): (Uuid, &str),
    (request, own): (Uuid, Uuid),
) -> Result<Option<Gathering>> {
    let sql = "SELECT v.id, v.number, (SELECT count(*) FROM stock_movement AS m WHERE m.voucher_id = v.id) AS lines \
               FROM stock_voucher AS v WHERE v.id = (SELECT o.voucher_id FROM opening_stock AS o WHERE o.request_id = $1 \
               AND o.store_room_id = $2 AND o.moved_on = $3 AND o.voucher_id IS NOT NULL AND o.id <> $4 ORDER BY o.voucher_id DESC LIMIT 1)";
    db.row(sql, vec![request.into(), room.into(), day.into(), own.into()]).await
}

pub(super) async fn set_written(tx: &Tx, opening: Uuid, voucher: Uuid, movement: Uuid) -> Result<()> {
    let sql = "UPDATE opening_stock SET voucher_id = $1, movement_id = $2 WHERE id = $3";
    tx.run(sql, vec![voucher.into(), movement.into(), opening.into()]).await?;
    Ok(())
}

/// The line as somebody would have typed it.
pub(super) async fn add_line(tx: &Tx, voucher: Uuid, line: &str) -> Result<()> {
    let sql =
        "UPDATE stock_voucher SET lines = CASE lines WHEN '' THEN $1 ELSE lines || $2 END WHERE id = $3";
    tx.run(sql, vec![line.into(), format!("\n{line}").into(), voucher.into()]).await?;
    Ok(())
}

pub(super) async fn of_movement(db: &impl Sql, movement: Uuid) -> Result<Option<Uuid>> {
    db.scalar("SELECT id FROM opening_stock WHERE movement_id = $1", vec![movement.into()]).await
}

pub(super) async fn set_reversed(tx: &Tx, opening: Uuid) -> Result<()> {
    let sql =
        "UPDATE opening_stock SET state = 'reversed', quantity = 0, version = version + 1 WHERE id = $1";
    tx.run(sql, vec![opening.into()]).await?;
    Ok(())
}
