//! Who is bound: members of staff in the directory of records, part by part.

use kernel::Result;
use kernel::db::Sql;
use kernel::notice::Reach;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Staff, of one unit or all, in the order of ids.
pub(super) async fn staff(db: &impl Sql, unit: Option<Uuid>, reach: Reach) -> Result<Vec<Uuid>> {
    let of_unit = if unit.is_some() { "AND unit_id = $2" } else { "" };
    let sql = format!(
        "SELECT id FROM record WHERE kind = 'staff' AND is_removed = FALSE AND id > $1 {of_unit} ORDER BY id LIMIT {}",
        reach.limit
    );
    let mut values = vec![reach.after.into()];
    values.extend(unit.map(sea_orm::Value::from));
    db.column(&sql, values).await
}

#[derive(FromQueryResult)]
struct Directive {
    needs_acknowledgement: bool,
    unit_id: Option<Uuid>,
}

/// The unit whose staff must acknowledge a directive, `Some(None)` for all of it; `None` when nobody must.
pub(super) async fn directive_binds(db: &impl Sql, id: Uuid) -> Result<Option<Option<Uuid>>> {
    let sql = "SELECT needs_acknowledgement, unit_id FROM directive WHERE id = $1";
    let found: Option<Directive> = db.row(sql, vec![id.into()]).await?;
    Ok(found.filter(|one| one.needs_acknowledgement).map(|one| one.unit_id))
}
