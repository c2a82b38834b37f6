//! Queries about what stands on what.

use kernel::Result;
use kernel::db::Sql;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::reach::{Edge, Node};

/// Dependencies that one installation has at most for its drawing; a metropolis has some thousands.
const MOST: u32 = 20_000;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    service_id: Option<Uuid>,
    asset_id: Option<Uuid>,
    needs_service_id: Option<Uuid>,
    needs_asset_id: Option<Uuid>,
    effect: String,
}

/// All that are in force.
pub(crate) async fn edges(db: &impl Sql) -> Result<Vec<Edge>> {
    let sql = format!(
        "SELECT id, service_id, asset_id, needs_service_id, needs_asset_id, effect FROM dependency \
         WHERE state = 'active' ORDER BY created_at, id LIMIT {MOST}"
    );
    let rows: Vec<Row> = db.rows(&sql, vec![]).await?;
    let node =
        |service: Option<Uuid>, asset: Option<Uuid>| service.map(Node::Service).or(asset.map(Node::Asset));
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Edge {
                id: row.id,
                from: node(row.service_id, row.asset_id)?,
                needs: node(row.needs_service_id, row.needs_asset_id)?,
                stops: row.effect == "stops",
            })
        })
        .collect())
}

/// Whether anything in force needs this asset, or it needs anything.
pub(crate) async fn has(db: &impl Sql, asset: Uuid) -> Result<bool> {
    let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM dependency WHERE needs_asset_id = $1 AND state = 'active' UNION ALL \
               SELECT 1 AS one FROM dependency WHERE asset_id = $1 AND state = 'active' LIMIT 1) AS any_of_them";
    Ok(db.scalar::<i64>(sql, vec![asset.into()]).await?.unwrap_or(0) > 0)
}
