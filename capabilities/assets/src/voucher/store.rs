//! Queries about vouchers of devices.

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// A device that is on a voucher of the same direction already.
#[derive(FromQueryResult)]
pub(super) struct OnVoucher {
    pub asset: String,
    pub voucher: String,
}

pub(super) async fn on_voucher(db: &impl Sql, assets: &[Uuid], direction: &str) -> Result<Vec<OnVoucher>> {
    if assets.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT a.number AS asset, v.number AS voucher FROM movable_voucher_item AS i \
         JOIN movable_voucher AS v ON v.id = i.voucher_id JOIN asset AS a ON a.id = i.asset_id \
         WHERE i.is_valid = TRUE AND i.direction = $1 AND i.asset_id IN ({}) ORDER BY a.number LIMIT 20",
        placeholders(2, assets.len())
    );
    let mut values: Vec<Value> = vec![direction.into()];
    values.extend(assets.iter().map(|id| Value::from(*id)));
    db.rows(&sql, values).await
}

/// What a device cost.
#[derive(FromQueryResult)]
pub(super) struct Price {
    pub id: Uuid,
    pub price_kurus: i64,
}

/// Of those of which it is written.
pub(super) async fn prices(db: &impl Sql, assets: &[Uuid]) -> Result<Vec<Price>> {
    if assets.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, price_kurus FROM asset WHERE price_kurus IS NOT NULL AND id IN ({})",
        placeholders(1, assets.len())
    );
    db.rows(&sql, assets.iter().map(|id| Value::from(*id)).collect()).await
}

pub(super) async fn put(tx: &Tx, voucher: Uuid, direction: &str, assets: &[Uuid]) -> Result<()> {
    if assets.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..assets.len()).map(|row| format!("($1, ${}, $2, TRUE)", row + 3)).collect();
    let mut values: Vec<Value> = vec![voucher.into(), direction.into()];
    values.extend(assets.iter().map(|asset| Value::from(*asset)));
    let sql = format!(
        "INSERT INTO movable_voucher_item (voucher_id, asset_id, direction, is_valid) VALUES {}",
        rows.join(", ")
    );
    tx.run(&sql, values).await?;
    Ok(())
}

/// Its devices may come in by another one.
pub(super) async fn invalidate(tx: &Tx, voucher: Uuid) -> Result<()> {
    tx.run("UPDATE movable_voucher_item SET is_valid = FALSE WHERE voucher_id = $1", vec![voucher.into()])
        .await?;
    Ok(())
}
