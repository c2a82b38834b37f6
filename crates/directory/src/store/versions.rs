//! Units as they were and are: one row for each span of days.

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx};
use sea_orm::{FromQueryResult, Value};
use time::Date;
use uuid::Uuid;

use super::{day, iso};
use crate::units::UnitVersion;

/// More versions of units than this are never read at once.
pub const MAX_VERSIONS: u32 = 50_000;

#[derive(FromQueryResult)]
struct VersionRow {
    unit_id: Uuid,
    parent_id: Option<Uuid>,
    name: String,
    kind: String,
    valid_from_on: String,
    valid_to_on: Option<String>,
}

impl VersionRow {
    fn version(self) -> Result<UnitVersion> {
        Ok(UnitVersion {
            unit_id: self.unit_id,
            parent_id: self.parent_id,
            name: self.name,
            kind: self.kind,
            valid_from: day(&self.valid_from_on)?,
            valid_to: self.valid_to_on.as_deref().map(day).transpose()?,
        })
    }
}

const VERSION_COLUMNS: &str = "unit_id, parent_id, name, kind, valid_from_on, valid_to_on";

async fn read_versions(db: &impl Sql, condition: &str, values: Vec<Value>) -> Result<Vec<UnitVersion>> {
    let sql = format!(
        "SELECT {VERSION_COLUMNS} FROM unit_version WHERE {condition} ORDER BY valid_from_on, id LIMIT {MAX_VERSIONS}"
    );
    let rows: Vec<VersionRow> = db.rows(&sql, values).await?;
    rows.into_iter().map(VersionRow::version).collect()
}

/// Every version of every unit, oldest first.
pub async fn versions(db: &impl Sql) -> Result<Vec<UnitVersion>> {
    read_versions(db, "TRUE", vec![]).await
}

/// The versions that hold on a day.
pub async fn versions_on(db: &impl Sql, on: Date) -> Result<Vec<UnitVersion>> {
    let condition = "valid_from_on <= $1 AND (valid_to_on IS NULL OR valid_to_on > $1)";
    read_versions(db, condition, vec![iso(on).into()]).await
}

/// The versions of one unit, oldest first.
pub async fn versions_of(db: &impl Sql, unit: Uuid) -> Result<Vec<UnitVersion>> {
    read_versions(db, "unit_id = $1", vec![unit.into()]).await
}

/// Adds a version.
pub async fn insert_version(tx: &Tx, version: &UnitVersion) -> Result<()> {
    let sql = format!("INSERT INTO unit_version (id, {VERSION_COLUMNS}) VALUES ({})", placeholders(1, 7));
    let values = vec![
        tx.new_id().into(),
        version.unit_id.into(),
        version.parent_id.into(),
        version.name.clone().into(),
        version.kind.clone().into(),
        iso(version.valid_from).into(),
        version.valid_to.map(iso).into(),
    ];
    tx.run(&sql, values).await?;
    Ok(())
}

/// Ends the version that began on `from`.
pub async fn end_version(tx: &Tx, unit: Uuid, from: Date, to: Date) -> Result<()> {
    let sql = "UPDATE unit_version SET valid_to_on = $1 WHERE unit_id = $2 AND valid_from_on = $3";
    tx.run(sql, vec![iso(to).into(), unit.into(), iso(from).into()]).await?;
    Ok(())
}

/// Takes away the version that began on `from`, because another takes its place.
pub async fn delete_version(tx: &Tx, unit: Uuid, from: Date) -> Result<()> {
    let sql = "DELETE FROM unit_version WHERE unit_id = $1 AND valid_from_on = $2";
    tx.run(sql, vec![unit.into(), iso(from).into()]).await?;
    Ok(())
}
