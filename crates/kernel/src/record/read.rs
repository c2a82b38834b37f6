//! Reading records: one by id, and the titles of any references in one query.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement};
use uuid::Uuid;

use super::{Field, FieldValue, Kind};
use crate::access::Actor;
use crate::db::Sql;
use crate::error::{Error, Result};
use crate::tx::Tx;
use crate::value::Ref;

/// One row of a kind's table.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: Uuid,
    pub version: i64,
    values: HashMap<&'static str, FieldValue>,
}

impl Record {
    pub fn get(&self, column: &str) -> &FieldValue {
        self.values.get(column).unwrap_or(&FieldValue::Null)
    }

    pub(crate) fn read(row: &QueryResult, kind: &Kind) -> Result<Self> {
        let mut values = HashMap::with_capacity(kind.fields.len());
        for field in &kind.fields {
            values.insert(field.name, FieldValue::read(row, field)?);
        }
        let version = if kind.is_versioned { row.try_get("", "version")? } else { 0 };
        Ok(Self { id: row.try_get("", "id")?, version, values })
    }

    pub fn title(&self, kind: &Kind) -> String {
        match self.get(kind.title) {
            FieldValue::Text(text) if !text.is_empty() => {
                let choices = kind.field(kind.title).map_or(&[][..], |field| field.choices());
                let chosen = choices.iter().find(|choice| choice.code == text);
                chosen.map_or_else(|| text.clone(), |choice| choice.label_tr.to_string())
            }
            _ => self.number(kind),
        }
    }

    pub fn number(&self, kind: &Kind) -> String {
        kind.number.map(|column| self.get(column).text().to_string()).unwrap_or_default()
    }

    pub fn unit_id(&self, kind: &Kind) -> Option<Uuid> {
        own_or_column(self, kind.unit)
    }

    pub fn owner_id(&self, kind: &Kind) -> Option<Uuid> {
        own_or_column(self, kind.owner)
    }

    pub fn reference(&self, kind: &Kind) -> Ref {
        Ref::new(kind.id, self.id)
    }
}

/// A unit is its own unit, a staff member its own owner: the column is then `id`.
fn own_or_column(record: &Record, column: Option<&str>) -> Option<Uuid> {
    match column {
        Some("id") => Some(record.id),
        Some(column) => record.get(column).id(),
        None => None,
    }
}

pub(crate) fn columns(kind: &Kind) -> String {
    let mut names = vec![String::from("id")];
    names.extend(kind.fields.iter().filter(|field| field.name != "id").map(|field| match field.computed {
        Some(sql) => format!("({sql}) AS {}", field.name),
        None => field.name.into(),
    }));
    if kind.is_versioned {
        names.push("version".into());
    }
    names.join(", ")
}

/// The record, whoever asks; for actions, which then check the access rule.
pub async fn get(db: &impl Sql, kind: &Kind, id: Uuid) -> Result<Record> {
    let sql = format!("SELECT {} FROM {} WHERE id = $1", columns(kind), kind.table);
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [id.into()]);
    let row = db.query_one_raw(statement).await?.ok_or_else(Error::not_found)?;
    Record::read(&row, kind)
}

/// As [`get`], and nobody changes it until this transaction ends: for what its state decides.
pub async fn hold(tx: &Tx, kind: &Kind, id: Uuid) -> Result<Record> {
    let held = crate::db::until_commit(tx.get_database_backend());
    let sql = format!("SELECT {} FROM {} WHERE id = $1{held}", columns(kind), kind.table);
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [id.into()]);
    let row = tx.query_one_raw(statement).await?.ok_or_else(Error::not_found)?;
    Record::read(&row, kind)
}

/// Those of these records that exist, whoever asks, in one question for every few hundred.
pub async fn get_many(db: &impl Sql, kind: &Kind, ids: &[Uuid]) -> Result<Vec<Record>> {
    let mut records = Vec::with_capacity(ids.len());
    for part in ids.chunks(500) {
        let list = crate::db::placeholders(1, part.len());
        let sql = format!("SELECT {} FROM {} WHERE id IN ({list})", columns(kind), kind.table);
        let values = part.iter().map(|id| (*id).into()).collect::<Vec<sea_orm::Value>>();
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        for row in db.query_all_raw(statement).await? {
            records.push(Record::read(&row, kind)?);
        }
    }
    Ok(records)
}

/// The record if this person may see it; else "not found", so that its existence is not given away.
pub async fn get_visible(db: &impl Sql, kind: &Kind, id: Uuid, actor: &Actor) -> Result<Record> {
    let record = get(db, kind, id).await?;
    let may_see = actor.may_on(kind.view, record.unit_id(kind), record.owner_id(kind));
    let is_own = may_see && !kind.keeps_back(&record, actor);
    let may_be_opened = !kind.seen_through.is_empty();
    if is_own || (may_be_opened && super::open::may_open(db, kind, id, actor).await?) {
        return Ok(record);
    }
    Err(Error::not_found())
}

/// What a reference is called.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Named {
    pub kind: String,
    pub id: Uuid,
    pub number: String,
    pub title: String,
}

/// Titles of many references in one query; unknown ones are missing from the answer.
pub async fn names(db: &impl Sql, refs: &[Ref]) -> Result<Vec<Named>> {
    if refs.is_empty() {
        return Ok(Vec::new());
    }
    let mut by_kind: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for reference in refs {
        let ids = by_kind.entry(reference.kind.as_str()).or_default();
        if !ids.contains(&reference.id) {
            ids.push(reference.id);
        }
    }
    let mut values = Vec::new();
    let mut parts = Vec::new();
    for (kind, ids) in by_kind {
        values.push(kind.into());
        let at = values.len();
        values.extend(ids.iter().map(|id| (*id).into()));
        // One look into the key for each kind; with OR between them PostgreSQL plans several times as long.
        parts.push(format!(
            "SELECT kind, id, number, title FROM record WHERE kind = ${at} AND id IN ({})",
            crate::db::placeholders(at + 1, ids.len())
        ));
    }
    db.rows(&parts.join(" UNION ALL "), values).await
}

/// Everything the records refer to.
pub fn references(kind: &Kind, records: &[Record]) -> Vec<Ref> {
    references_in(&kind.fields, records)
}

/// Everything the records refer to in these fields.
pub fn references_in<'a>(fields: impl IntoIterator<Item = &'a Field>, records: &[Record]) -> Vec<Ref> {
    let mut refs = Vec::new();
    for field in fields {
        let super::FieldKind::Reference(target) = field.kind else { continue };
        refs.extend(records.iter().filter_map(|record| Some(Ref::new(target, record.get(field.name).id()?))));
    }
    refs
}
