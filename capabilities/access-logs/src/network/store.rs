//! Queries about ranges of addresses.

use kernel::Result;
use kernel::db::Sql;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Network {
    pub addresses: String,
    pub unit_id: Uuid,
}

pub(super) async fn all(db: &impl Sql) -> Result<Vec<Network>> {
    db.rows("SELECT addresses, unit_id FROM log_network ORDER BY id LIMIT 5000", vec![]).await
}
