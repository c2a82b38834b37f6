//! Queries about counts at the end of a year.

use kernel::db::Sql;
use kernel::{Result, Tx};
use uuid::Uuid;

use crate::movement::store::Totals;

pub(super) async fn exists(db: &impl Sql, room: Uuid, year: i64) -> Result<bool> {
    let sql = "SELECT count(*) FROM year_end WHERE store_room_id = $1 AND year = $2 AND state <> 'cancelled'";
    Ok(db.scalar::<i64>(sql, vec![room.into(), year.into()]).await?.unwrap_or(0) > 0)
}

pub(crate) async fn is_closed(db: &impl Sql, room: Uuid, year: i64) -> Result<bool> {
    let sql = "SELECT count(*) FROM year_end WHERE store_room_id = $1 AND year = $2 AND state = 'closed' \
               AND state <> 'cancelled'";
    Ok(db.scalar::<i64>(sql, vec![room.into(), year.into()]).await?.unwrap_or(0) > 0)
}

pub(super) async fn room_name(db: &impl Sql, room: Uuid) -> Result<String> {
    let name = db.scalar("SELECT name FROM store_room WHERE id = $1", vec![room.into()]).await?;
    Ok(name.unwrap_or_default())
}

pub(super) async fn set_statement(tx: &Tx, year_end: Uuid, text: &str) -> Result<()> {
    tx.run("UPDATE year_end SET statement = $1 WHERE id = $2", vec![text.into(), year_end.into()]).await?;
    Ok(())
}

pub(super) async fn set_closed(tx: &Tx, year_end: Uuid) -> Result<()> {
    tx.run("UPDATE year_end SET closed_at = $1 WHERE id = $2", vec![tx.at().into(), year_end.into()]).await?;
    Ok(())
}

/// Counts that were begun; those that closed their year.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(closed_at) AS other, max(coalesce(closed_at, created_at)) AS last_at \
               FROM year_end WHERE state <> 'cancelled'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
