//! Queries about work given to firms.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::ticket::store::Totals;

pub(super) async fn set_returned(tx: &Tx, job: Uuid, result: &str) -> Result<()> {
    let sql = "UPDATE vendor_job SET result = $1, returned_on = $2 WHERE id = $3";
    tx.run(sql, vec![result.into(), tx.at().day().to_string().into(), job.into()]).await?;
    Ok(())
}

/// Jobs of a ticket that are away, with the device of each.
pub(super) async fn away(db: &impl Sql, ticket: Uuid) -> Result<Vec<(Uuid, Option<Uuid>)>> {
    let sql =
        "SELECT id, asset_id FROM vendor_job WHERE ticket_id = $1 AND state = 'away' ORDER BY id LIMIT 100";
    let rows: Vec<Away> = db.rows(sql, vec![ticket.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.asset_id)).collect())
}

#[derive(FromQueryResult)]
struct Away {
    id: Uuid,
    asset_id: Option<Uuid>,
}

/// All jobs; those that are away.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN state = 'away' THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM vendor_job";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
