//! Queries about what stands at the foot of a unit's letters.

use kernel::Result;
use kernel::db::Sql;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Contact {
    pub detsis: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub website: String,
    pub kep: String,
    pub informant_id: Option<Uuid>,
}

/// What the unit's letters carry; `None` where nobody wrote it down.
pub(crate) async fn of(db: &impl Sql, unit: Uuid) -> Result<Option<Contact>> {
    let sql = "SELECT detsis, address, phone, email, website, kep, informant_id FROM unit_contact WHERE unit_id = $1";
    db.row(sql, vec![unit.into()]).await
}
