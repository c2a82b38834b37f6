//! Queries about records of one device that were made one.

use kernel::db::{Sql, placeholders};
use kernel::record::Record;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// Rows of one table that are moved; a device has a slip a year, and a line in each count.
const MOST: u32 = 2_000;

/// Two records that are one now.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Merge {
    pub id: Uuid,
    pub stays_id: Uuid,
    pub goes_id: Uuid,
    pub kept: String,
    pub merged_by: String,
    pub merged_at: Instant,
}

const COLUMNS: &str = "id, stays_id, goes_id, kept, merged_by, merged_at";

/// What was joined to this one and is still.
pub(super) async fn joined_to(db: &impl Sql, stays: Uuid) -> Result<Vec<Merge>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM asset_merge WHERE stays_id = $1 AND undone_at IS NULL ORDER BY id LIMIT 50"
    );
    db.rows(&sql, vec![stays.into()]).await
}

pub(super) async fn insert(tx: &Tx, stays: Uuid, goes: Uuid, kept: &str) -> Result<()> {
    let sql = "INSERT INTO asset_merge (id, stays_id, goes_id, kept, merged_by, merged_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        tx.new_id().into(),
        stays.into(),
        goes.into(),
        kept.into(),
        tx.act().actor.name.as_str().into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Answers how many were; none where somebody was faster.
pub(super) async fn set_undone(tx: &Tx, id: Uuid) -> Result<u64> {
    let sql = "UPDATE asset_merge SET undone_at = $1 WHERE id = $2 AND undone_at IS NULL";
    tx.run(sql, vec![tx.at().into(), id.into()]).await
}

/// Closed, and leads to the one that stays.
pub(super) async fn set_merged(tx: &Tx, goes: Uuid, stays: Uuid) -> Result<()> {
    let sql = "UPDATE asset SET state = 'merged', merged_into_id = $1, holder_id = NULL, version = version + 1 WHERE id = $2";
    tx.run(sql, vec![stays.into(), goes.into()]).await?;
    Ok(())
}

/// A record of its own again, in the charge of whoever its slip says.
pub(super) async fn set_apart(tx: &Tx, goes: Uuid, state: &str) -> Result<()> {
    let sql = "UPDATE asset SET merged_into_id = NULL, version = version + 1, holder_id = ( \
               SELECT c.holder_id FROM custody_item AS i JOIN custody AS c ON c.id = i.custody_id \
               WHERE i.asset_id = $1 AND i.returned_at IS NULL) WHERE id = $1";
    tx.run(sql, vec![goes.into()]).await?;
    // What came back to the store meanwhile lies there.
    let sql = "UPDATE asset SET state = CASE WHEN $1 = 'in_use' AND holder_id IS NULL THEN 'in_stock' ELSE $1 END WHERE id = $2";
    tx.run(sql, vec![state.into(), goes.into()]).await?;
    Ok(())
}

/// Whoever had the other has this one, where they have it.
pub(super) async fn take_holder(tx: &Tx, stays: Uuid, goes: &Record) -> Result<()> {
    let sql = "UPDATE asset SET holder_id = $1, unit_id = $2, place = CASE $3 WHEN '' THEN place ELSE $3 END, \
               state = CASE state WHEN 'in_stock' THEN 'in_use' ELSE state END, version = version + 1 WHERE id = $4";
    let values = vec![
        goes.get("holder_id").id().into(),
        goes.get("unit_id").id().into(),
        goes.get("place").text().into(),
        stays.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Nobody holds it any more: the slip is about the other. It stands where it stood.
pub(super) async fn release(tx: &Tx, stays: Uuid, state: &str, (unit, place): &(Uuid, String)) -> Result<()> {
    let sql = "UPDATE asset SET holder_id = NULL, unit_id = $1, place = $2, \
               state = CASE state WHEN 'in_use' THEN $3 ELSE state END, version = version + 1 WHERE id = $4";
    tx.run(sql, vec![(*unit).into(), place.as_str().into(), state.into(), stays.into()]).await?;
    Ok(())
}

pub(super) async fn is_on_a_slip(db: &impl Sql, asset: Uuid) -> Result<bool> {
    let sql = "SELECT asset_id FROM custody_item WHERE asset_id = $1 AND returned_at IS NULL LIMIT 1";
    let found: Option<Uuid> = db.scalar(sql, vec![asset.into()]).await?;
    Ok(found.is_some())
}

/// Whether one of the two is written down to need the other.
pub(super) async fn need_each_other(db: &impl Sql, one: Uuid, other: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM dependency WHERE state = 'active' AND ((asset_id = $1 AND needs_asset_id = $2) \
               OR (asset_id = $2 AND needs_asset_id = $1)) LIMIT 1";
    let found: Option<Uuid> = db.scalar(sql, vec![one.into(), other.into()]).await?;
    Ok(found.is_some())
}

/// One end of a table of things that either record has at most once each.
struct Beside {
    table: &'static str,
    /// What the thing is known by, and what both would share.
    id: &'static str,
    shared: &'static str,
}

/// Slips on which the one stands name the other, but those that name both already. Of the slips `which` alone, where it is said.
pub(super) async fn move_slips(tx: &Tx, from: Uuid, to: Uuid, which: Option<&[Uuid]>) -> Result<Vec<Uuid>> {
    let slips = Beside { table: "custody_item", id: "custody_id", shared: "custody_id" };
    shift(tx, &slips, (from, to), which).await
}

/// The same of the vouchers by which it came in and went.
pub(super) async fn move_vouchers(
    tx: &Tx,
    from: Uuid,
    to: Uuid,
    which: Option<&[Uuid]>,
) -> Result<Vec<Uuid>> {
    let vouchers = Beside { table: "movable_voucher_item", id: "voucher_id", shared: "direction" };
    shift(tx, &vouchers, (from, to), which).await
}

/// The same of lines in counts.
pub(super) async fn move_count_lines(
    tx: &Tx,
    from: Uuid,
    to: Uuid,
    which: Option<&[Uuid]>,
) -> Result<Vec<Uuid>> {
    let lines = Beside { table: "stocktake_line", id: "id", shared: "stocktake_id" };
    shift(tx, &lines, (from, to), which).await
}

async fn shift(
    tx: &Tx,
    beside: &Beside,
    (from, to): (Uuid, Uuid),
    which: Option<&[Uuid]>,
) -> Result<Vec<Uuid>> {
    let Beside { table, id, shared } = beside;
    let sql = format!(
        "SELECT o.{id} FROM {table} AS o WHERE o.asset_id = $1 AND NOT EXISTS ( \
         SELECT 1 FROM {table} AS b WHERE b.asset_id = $2 AND b.{shared} = o.{shared}) ORDER BY o.{id} LIMIT {MOST}"
    );
    let mut ids: Vec<Uuid> = tx.column(&sql, vec![from.into(), to.into()]).await?;
    ids.retain(|one| which.is_none_or(|which| which.contains(one)));
    if ids.is_empty() {
        return Ok(ids);
    }
    let sql = format!(
        "UPDATE {table} SET asset_id = $1 WHERE asset_id = $2 AND {id} IN ({})",
        placeholders(3, ids.len())
    );
    let mut values: Vec<Value> = vec![to.into(), from.into()];
    values.extend(ids.iter().map(|one| Value::from(*one)));
    tx.run(&sql, values).await?;
    Ok(ids)
}
