//! Queries about templates.

use kernel::Result;
use kernel::db::Sql;
use uuid::Uuid;

/// The unit's template whose name sorts so.
pub(super) async fn called(db: &impl Sql, unit: Uuid, name_key: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM letter_template WHERE unit_id = $1 AND name_key = $2";
    db.scalar(sql, vec![unit.into(), name_key.into()]).await
}
