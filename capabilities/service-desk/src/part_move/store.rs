//! Queries about parts that were moved.

use kernel::Result;
use kernel::db::Sql;
use uuid::Uuid;

use crate::ticket::store::Totals;

/// The machine that a part with this serial number was fitted into last.
pub(super) async fn fitted_into(db: &impl Sql, serial: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT to_asset_id FROM part_move WHERE serial = $1 AND serial <> '' ORDER BY created_at DESC, id DESC LIMIT 1";
    db.scalar(sql, vec![serial.into()]).await
}

pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql =
        "SELECT count(*) AS number, CAST(0 AS BIGINT) AS other, max(created_at) AS last_at FROM part_move";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
