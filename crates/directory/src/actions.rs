//! Opening units, titles, norms and people from code: regulation proposals, the demo and other capabilities.
//! Thin over the generic actions, so that rules, history, search and events are the same as on the screens.

use kernel::record::{self, Draft, FieldValue};
use kernel::{Day, Result, Tx};
use uuid::Uuid;

use crate::kinds;

/// A unit to be opened. `kind` is a code of [`kinds::unit::KINDS`]; `on` `None` means today.
#[derive(Clone, Debug, Default)]
pub struct NewUnit {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub parent: Option<Uuid>,
    pub on: Option<Day>,
    pub sort_no: i64,
}

/// A person to be entered; e-mail and telephone may be empty.
#[derive(Clone, Debug)]
pub struct NewStaff {
    pub registry_no: String,
    pub name: String,
    pub unit: Uuid,
    pub title: Uuid,
    pub email: String,
    pub phone: String,
    pub started_on: Day,
}

fn text(draft: &mut Draft, column: &'static str, text: &str) {
    draft.set(column, FieldValue::Text(text.to_string()));
}

/// Opens a unit. Errors: 403, 422 with the broken rules.
pub async fn create_unit(tx: &Tx, new: &NewUnit) -> Result<Uuid> {
    let mut draft = Draft::default();
    text(&mut draft, "code", &new.code);
    text(&mut draft, "name", &new.name);
    text(&mut draft, "kind", &new.kind);
    draft.set("parent_id", new.parent.map_or(FieldValue::Null, FieldValue::Id));
    draft.set("effective_on", new.on.map_or(FieldValue::Null, |on| FieldValue::Text(on.to_string())));
    draft.set("sort_no", FieldValue::Int(new.sort_no));
    record::create(tx, &kinds::unit::kind(), draft).await
}

/// Opens a title; `employment` is a code of [`kinds::title::EMPLOYMENTS`]. Errors: 403, 422.
pub async fn create_title(tx: &Tx, name: &str, employment: &str, is_head: bool) -> Result<Uuid> {
    let mut draft = Draft::default();
    text(&mut draft, "name", name);
    text(&mut draft, "employment", employment);
    draft.set("is_head", FieldValue::Bool(is_head));
    record::create(tx, &kinds::title::kind(), draft).await
}

/// Sets how many people may hold a title in a unit, whether the row exists or not. Errors: 403, 422 when more
/// people hold it already.
pub async fn set_norm(tx: &Tx, unit: Uuid, title: Uuid, count: u32, decision: &str) -> Result<Uuid> {
    use kernel::db::Sql;
    let kind = kinds::norm::kind();
    let mut draft = Draft::default();
    draft.set("count", FieldValue::Int(i64::from(count)));
    text(&mut draft, "decision", decision);
    let sql = "SELECT id FROM staffing_norm WHERE unit_id = $1 AND title_id = $2";
    if let Some(id) = tx.scalar::<Uuid>(sql, vec![unit.into(), title.into()]).await? {
        let before = record::get(tx, &kind, id).await?;
        record::update(tx, &kind, id, before.version, draft).await?;
        return Ok(id);
    }
    draft.set("unit_id", FieldValue::Id(unit));
    draft.set("title_id", FieldValue::Id(title));
    record::create(tx, &kind, draft).await
}

/// Enters a person. Errors: 403, 409, 422 — also where the norm grants no more posts of the title.
pub async fn create_staff(tx: &Tx, new: &NewStaff) -> Result<Uuid> {
    let mut draft = Draft::default();
    text(&mut draft, "registry_no", &new.registry_no);
    text(&mut draft, "name", &new.name);
    draft.set("unit_id", FieldValue::Id(new.unit));
    draft.set("title_id", FieldValue::Id(new.title));
    text(&mut draft, "email", &new.email);
    text(&mut draft, "phone", &new.phone);
    text(&mut draft, "started_on", &new.started_on.to_string());
    record::create(tx, &kinds::staff::kind(), draft).await
}
