//! Import of rows: the same parser and actions as the form, a savepoint per row, and a key that recognises
//! what is already there, so that a second run changes nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::Value;
use uuid::Uuid;

use super::{Field, FieldKind, Kind, create, get, parse_form, update};
use crate::db::Sql;
use crate::error::{Error, ErrorKind, Result, Violation};
use crate::tr;
use crate::tx::Tx;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Updated,
    Unchanged,
    Failed(Vec<Violation>),
}

/// One row of the file: its line number as a spreadsheet shows it, and what would or did become of it.
#[derive(Clone, Debug)]
pub struct ImportRow {
    pub line: usize,
    pub cells: Vec<String>,
    pub outcome: Outcome,
}

/// Writes every row that is right and says of each other what is wrong. The caller rolls back for a preview.
/// Columns are recognised by label or field name, folded; an unknown column is an error, not a surprise.
pub async fn import_rows(
    tx: &Tx,
    kind: &Kind,
    header: &[String],
    rows: &[Vec<String>],
) -> Result<Vec<ImportRow>> {
    let columns = recognise(kind, header)?;
    let mut known = Known::default();
    let mut report = Vec::with_capacity(rows.len());
    for (index, cells) in rows.iter().enumerate() {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        tx.begin_part().await?;
        let outcome = match import_row(tx, kind, &columns, cells, &mut known).await {
            Ok(outcome) => outcome,
            Err(error) if error.kind == ErrorKind::Invalid => Outcome::Failed(error.violations),
            Err(error)
                if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Forbidden | ErrorKind::NotFound) =>
            {
                Outcome::Failed(vec![Violation::new("ICE-003", "", error.message_tr)])
            }
            Err(error) => return Err(error),
        };
        tx.end_part(!matches!(outcome, Outcome::Failed(_))).await?;
        report.push(ImportRow { line: index + 2, cells: cells.clone(), outcome });
    }
    Ok(report)
}

fn recognise<'a>(kind: &'a Kind, header: &[String]) -> Result<Vec<&'a Field>> {
    let mut columns = Vec::new();
    for name in header {
        let folded = tr::fold(name);
        let known = kind
            .fields
            .iter()
            .filter(|field| field.form.has(true))
            .find(|field| tr::fold(field.label_tr) == folded || field.name == name.trim());
        match known {
            Some(field) if columns.iter().any(|column: &&Field| column.name == field.name) => {
                let text =
                    format!("“{}” sütunu iki kez var; hangisinin geçerli olduğu bilinemez.", field.label_tr);
                return Err(Error::rule("ICE-006", "dosya", text));
            }
            Some(field) => columns.push(field),
            None => {
                let labels: Vec<_> = kind
                    .fields
                    .iter()
                    .filter(|field| field.form.has(true))
                    .map(|field| field.label_tr)
                    .collect();
                let text = format!("“{name}” sütunu tanınmadı. Tanınan sütunlar: {}.", labels.join(", "));
                return Err(Error::rule("ICE-001", "dosya", text));
            }
        }
    }
    if let Some(missing) = kind.import_key.iter().find(|key| !columns.iter().any(|field| field.name == **key))
    {
        let label = kind.field(missing).map_or(*missing, |field| field.label_tr);
        return Err(Error::rule(
            "ICE-002",
            "dosya",
            format!("“{label}” sütunu eksik; kayıtlar onunla tanınır."),
        ));
    }
    Ok(columns)
}

/// What earlier rows of the file taught.
#[derive(Default)]
struct Known {
    /// Keys of the rows so far.
    keys: HashSet<Vec<String>>,
    /// What a text in a column means: thousands of rows name the same few units and titles.
    references: HashMap<(&'static str, String), Option<Uuid>>,
}

async fn import_row(
    tx: &Tx,
    kind: &Kind,
    columns: &[&Field],
    cells: &[String],
    known: &mut Known,
) -> Result<Outcome> {
    let mut typed = BTreeMap::new();
    let mut violations = Vec::new();
    if let Some(extra) = cells.iter().skip(columns.len()).find(|cell| !cell.trim().is_empty()) {
        let text = format!("“{}” hücresinin üstünde sütun adı yok.", tr::clean_line(extra).text);
        violations.push(Violation::new("ICE-005", "", text));
    }
    for (field, cell) in columns.iter().zip(cells) {
        match field.kind {
            FieldKind::Reference(target) if !cell.trim().is_empty() => {
                match known.reference(tx, kind, target, cell).await? {
                    Some(id) => {
                        typed.insert(field.name.to_string(), id.to_string());
                    }
                    None => violations.push(Violation::new(
                        "ICE-004",
                        field.name,
                        format!("“{}” bulunamadı.", cell.trim()),
                    )),
                }
            }
            _ => {
                typed.insert(field.name.to_string(), cell.clone());
            }
        }
    }
    let texts = kind.import_key.iter().filter_map(|key| typed.get(*key));
    let key: Vec<String> = texts.map(|text| tr::clean_line(text).text).collect();
    if key.iter().any(|part| !part.is_empty()) && !known.keys.insert(key) {
        let text = "Bu kayıt dosyada daha yukarıda da var; hangisinin geçerli olduğu bilinemez.";
        violations.push(Violation::new("ICE-007", kind.import_key[0], text));
    }
    let existing = match find_existing(tx, kind, &typed).await? {
        Some(id) => Some(get(tx, kind, id).await?),
        None => None,
    };
    let (draft, mut broken) = parse_form(kind, &typed, existing.as_ref(), &tx.act().actor);
    // A reference that was not found is told once, not also as missing.
    broken.retain(|violation| !violations.iter().any(|known| known.field == violation.field));
    violations.extend(broken);
    if !violations.is_empty() {
        return Ok(Outcome::Failed(violations));
    }
    match existing {
        Some(record) => {
            let is_changed = update(tx, kind, record.id, record.version, draft).await?;
            Ok(if is_changed { Outcome::Updated } else { Outcome::Unchanged })
        }
        None => create(tx, kind, draft).await.map(|_| Outcome::Created),
    }
}

impl Known {
    /// Of the kind that is imported itself, the row before may have written the one that is meant.
    async fn reference(
        &mut self,
        tx: &Tx,
        kind: &Kind,
        target: &'static str,
        text: &str,
    ) -> Result<Option<Uuid>> {
        if target == kind.id {
            return find_reference(tx, target, text).await;
        }
        let key = (target, text.to_string());
        if let Some(found) = self.references.get(&key) {
            return Ok(*found);
        }
        let found = find_reference(tx, target, text).await?;
        self.references.insert(key, found);
        Ok(found)
    }
}

/// By number first, then by title if exactly one record has it; among what the person may see.
async fn find_reference(tx: &Tx, kind_id: &str, text: &str) -> Result<Option<Uuid>> {
    let Some(kind) = tx.registry().and_then(|registry| registry.kind(kind_id)) else { return Ok(None) };
    let actor = &tx.act().actor;
    let text = tr::clean_line(text).text;
    let found = super::refs::numbered(tx, &kind, actor, &text).await?;
    if let [id] = found.as_slice() {
        return Ok(Some(*id));
    }
    let words: Vec<String> = tr::words(&text).collect();
    let Some(longest) = words.iter().max_by_key(|word| word.len()) else { return Ok(None) };
    let mut values: Vec<Value> = vec![kind_id.into(), longest.as_str().into(), text.into()];
    let access = super::words::access_of_kind(&kind, actor, &mut values);
    let by_word = format!(
        "SELECT r.id FROM record_word AS w JOIN record AS r ON r.kind = w.kind AND r.id = w.record_id \
         WHERE w.kind = $1 AND w.word = $2 AND r.title = $3 AND r.is_removed = FALSE AND {access} LIMIT 2"
    );
    let found: Vec<Uuid> = tx.column(&by_word, values).await?;
    Ok(if let [id] = found.as_slice() { Some(*id) } else { None })
}

async fn find_existing(tx: &Tx, kind: &Kind, typed: &BTreeMap<String, String>) -> Result<Option<Uuid>> {
    let mut values: Vec<Value> = Vec::new();
    let mut conditions = Vec::new();
    for key in kind.import_key {
        let Some(field) = kind.field(key) else { return Ok(None) };
        let only = BTreeMap::from([(field.name.to_string(), typed.get(*key).cloned().unwrap_or_default())]);
        let (draft, _) = parse_form(kind, &only, None, &tx.act().actor);
        let value = draft.get(field.name);
        if value.is_null() {
            return Ok(None);
        }
        values.push(value.bind(Some(field)));
        conditions.push(format!("{} = ${}", field.name, values.len()));
    }
    if conditions.is_empty() {
        return Ok(None);
    }
    let sql = format!("SELECT id FROM {} WHERE {} LIMIT 1", kind.table, conditions.join(" AND "));
    tx.scalar(&sql, values).await
}
