//! Queries about parts that were moved.

use kernel::Result;
use kernel::db::Sql;

use crate::ticket::store::Totals;

pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql =
        "SELECT count(*) AS number, CAST(0 AS BIGINT) AS other, max(created_at) AS last_at FROM part_move";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
