//! Import of rows: the same parser and actions as the form, a savepoint per row, and a key that recognises
//! what is already there, so that a second run changes nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::Value;
use uuid::Uuid;

use super::plan::{Plan, REST, for_import, offered, refuse};
use super::{Field, FieldKind, FieldValue, Kind, create, get, parse_form, update};
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
    /// Words of a new record that nothing here is called by, and what becomes of them.
    pub remarks: Vec<Violation>,
}

/// Writes every row that is right and says of each other what is wrong. The caller rolls back for a preview.
pub async fn import_rows(
    tx: &Tx,
    kind: &Kind,
    plan: &Plan,
    header: &[String],
    rows: &[Vec<String>],
) -> Result<Vec<ImportRow>> {
    let kind = &for_import(kind);
    let refused = refuse(kind, plan);
    if !refused.is_empty() {
        return Err(Error::invalid(refused));
    }
    let file = File { tx, kind, plan, columns: columns_of(kind, plan, header) };
    let mut known = Known::default();
    let mut report = Vec::with_capacity(rows.len());
    for (index, cells) in rows.iter().enumerate() {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        tx.begin_part().await?;
        let mut remarks = Vec::new();
        let outcome = match import_row(&file, cells, &mut known, &mut remarks).await {
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
        report.push(ImportRow { line: index + 2, cells: cells.clone(), outcome, remarks });
    }
    Ok(report)
}

/// What a column of the file is to the import.
#[derive(Clone, Copy)]
enum Column<'a> {
    Of(&'a Field),
    /// Its head, under which its cells go to the free text.
    Rest(&'a str),
    Left,
}

fn columns_of<'a>(kind: &'a Kind, plan: &Plan, header: &'a [String]) -> Vec<Column<'a>> {
    let column = |(place, head): (usize, &'a String)| match plan.columns.get(place).map(String::as_str) {
        Some(REST) => Column::Rest(head),
        Some(name) => offered(kind).find(|field| field.name == name).map_or(Column::Left, Column::Of),
        None => Column::Left,
    };
    header.iter().enumerate().map(column).collect()
}

/// Words of a file that nothing here is called by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub field: String,
    /// As it stands in the file, and in how many rows; the most frequent first.
    pub words: Vec<(String, usize)>,
}

/// Of each field that names a choice or another record, the words of the file that are none.
pub async fn unknown_words(
    tx: &Tx,
    kind: &Kind,
    plan: &Plan,
    header: &[String],
    rows: &[Vec<String>],
) -> Result<Vec<Unknown>> {
    let kind = &for_import(kind);
    let mut known = Known::default();
    let mut all = Vec::new();
    for (place, column) in columns_of(kind, plan, header).into_iter().enumerate() {
        let Column::Of(field) = column else { continue };
        if !matches!(field.kind, FieldKind::Choice(_) | FieldKind::Reference(_)) || field.enters.is_some() {
            continue;
        }
        let mut counted: HashMap<String, (String, usize)> = HashMap::new();
        for cell in rows.iter().filter_map(|row| row.get(place)).filter(|cell| !cell.trim().is_empty()) {
            counted.entry(tr::fold(cell)).or_insert_with(|| (tr::clean_line(cell).text, 0)).1 += 1;
        }
        let mut words = Vec::new();
        for (word, count) in counted.into_values().take(MOST_WORDS) {
            let text = plan.stands_for(field, &word);
            if known.value(tx, kind, field, &text).await?.is_none() {
                words.push((word, count));
            }
        }
        words.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        if !words.is_empty() {
            all.push(Unknown { field: field.name.into(), words });
        }
    }
    Ok(all)
}

/// Different words of one column that are looked up before the rows are.
const MOST_WORDS: usize = 5_000;

/// What earlier rows of the file taught.
#[derive(Default)]
struct Known {
    /// Keys of the rows so far.
    keys: HashSet<(usize, Vec<String>)>,
    /// What a text in a column means: thousands of rows name the same few units and titles.
    references: HashMap<(&'static str, String), Option<Uuid>>,
}

/// What the rows of one file have in common.
struct File<'a> {
    tx: &'a Tx,
    kind: &'a Kind,
    plan: &'a Plan,
    columns: Vec<Column<'a>>,
}

async fn import_row(
    file: &File<'_>,
    cells: &[String],
    known: &mut Known,
    remarks: &mut Vec<Violation>,
) -> Result<Outcome> {
    let File { tx, kind, plan, columns } = file;
    let mut row = Row::default();
    if let Some(extra) = cells.iter().skip(columns.len()).find(|cell| !cell.trim().is_empty()) {
        let text = format!("“{}” hücresinin üstünde sütun adı yok.", tr::clean_line(extra).text);
        row.violations.push(Violation::new("ICE-005", "", text));
    }
    for (column, cell) in columns.iter().zip(cells) {
        match column {
            Column::Of(field) => row.take(file, field, cell, known).await?,
            Column::Rest(head) => row.rest(head, cell),
            Column::Left => {}
        }
    }
    for (field, other) in &plan.instead {
        let text = row.typed.get(other).cloned().unwrap_or_default();
        row.typed.entry(field.clone()).and_modify(|known| fill(known, &text)).or_insert(text);
    }
    for (field, text) in &plan.fixed {
        row.typed.entry(field.clone()).and_modify(|known| fill(known, text)).or_insert(text.clone());
    }
    if !known.is_first(kind, &row.typed) {
        let text = "Bu kayıt dosyada daha yukarıda da var; hangisinin geçerli olduğu bilinemez.";
        row.violations.push(Violation::new("ICE-007", key_of(kind, &row.typed).unwrap_or_default(), text));
    }
    let unknown = std::mem::take(&mut row.unknown);
    let outcome = row.write(tx, kind).await?;
    // Of what is there already the free text stays as it is.
    if outcome == Outcome::Created {
        *remarks = unknown;
    }
    Ok(outcome)
}

fn fill(known: &mut String, text: &str) {
    if known.trim().is_empty() {
        text.clone_into(known);
    }
}

/// The first field of the key that recognises this row.
fn key_of(kind: &Kind, typed: &BTreeMap<String, String>) -> Option<&'static str> {
    let is_said = |name: &str| typed.get(name).is_some_and(|text| !text.trim().is_empty());
    kind.import_key.iter().find(|key| key.iter().all(|name| is_said(name)))?.first().copied()
}

/// One row on its way into a record.
#[derive(Default)]
struct Row {
    typed: BTreeMap<String, String>,
    violations: Vec<Violation>,
    /// What goes to the free text of a new record.
    rest: Vec<String>,
    /// Words among it that nothing here is called by.
    unknown: Vec<Violation>,
}

impl Row {
    async fn take(&mut self, file: &File<'_>, field: &Field, cell: &str, known: &mut Known) -> Result<()> {
        let File { tx, kind, plan, .. } = file;
        let mut text = plan.stands_for(field, cell);
        if !text.trim().is_empty()
            && let FieldKind::Reference(_) | FieldKind::Choice(_) = field.kind
        {
            let meant = known.value(tx, kind, field, &text).await?;
            if let (None, Some(enter)) = (&meant, field.enters) {
                let entered = enter(tx, &tr::clean_line(cell).text).await?;
                self.typed.insert(field.name.into(), entered.to_string());
                return Ok(());
            }
            match (meant, plan.otherwise(field.name)) {
                (Some(value), _) => text = value,
                (None, Some(otherwise)) => {
                    text = otherwise.to_string();
                    self.not_known(kind, field, cell);
                }
                (None, None) if field.is_noted => {
                    self.not_known(kind, field, cell);
                    return Ok(());
                }
                (None, None) if matches!(field.kind, FieldKind::Reference(_)) => {
                    let text = format!("“{}” bulunamadı.", cell.trim());
                    self.violations.push(Violation::new("ICE-004", field.name, text));
                    return Ok(());
                }
                // The parser of the form says which words there are.
                (None, None) => {}
            }
        }
        self.typed.insert(field.name.into(), text);
        Ok(())
    }

    /// The word is kept in the free text, and said to whoever looks at the row.
    fn not_known(&mut self, kind: &Kind, field: &Field, cell: &str) {
        self.rest(field.label_tr, cell);
        let Some(rest) = kind.import_rest.and_then(|name| kind.field(name)) else { return };
        let text = format!("“{}” tanınmadı; “{}” alanına yazılır.", tr::clean_line(cell).text, rest.label_tr);
        self.unknown.push(Violation::new("ICE-010", field.name, text));
    }

    fn rest(&mut self, head: &str, cell: &str) {
        let cell = tr::clean_text(cell).text;
        if !cell.is_empty() {
            self.rest.push(format!("{}: {cell}", tr::clean_line(head).text));
        }
    }

    async fn write(mut self, tx: &Tx, kind: &Kind) -> Result<Outcome> {
        let existing = match find_existing(tx, kind, &self.typed).await? {
            Some(id) => Some(get(tx, kind, id).await?),
            None => None,
        };
        if let Some(name) = kind.import_rest.filter(|_| existing.is_none() && !self.rest.is_empty()) {
            let text = self.typed.entry(name.into()).or_default();
            let lines: Vec<&str> = std::iter::once(text.as_str())
                .filter(|text| !text.is_empty())
                .chain(self.rest.iter().map(String::as_str))
                .collect();
            *text = lines.join("\n");
        }
        let (mut draft, mut broken) = parse_form(kind, &self.typed, existing.as_ref(), &tx.act().actor);
        // A reference that was not found is told once, not also as missing.
        broken.retain(|violation| !self.violations.iter().any(|known| known.field == violation.field));
        self.violations.extend(broken);
        if !self.violations.is_empty() {
            return Ok(Outcome::Failed(self.violations));
        }
        let Some(record) = existing else {
            return create(tx, kind, draft).await.map(|_| Outcome::Created);
        };
        // A free text that grew here is not taken back to what the file says.
        let grown = |column: &str, value: &FieldValue| {
            Some(column) == kind.import_rest && record.get(column).text().starts_with(value.text())
        };
        draft.values.retain(|column, value| record.get(column) != value && !grown(column, value));
        if draft.values.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        let is_changed = update(tx, kind, record.id, record.version, draft).await?;
        Ok(if is_changed { Outcome::Updated } else { Outcome::Unchanged })
    }
}

impl Known {
    /// Whether no row before had one of this row's keys.
    fn is_first(&mut self, kind: &Kind, typed: &BTreeMap<String, String>) -> bool {
        let mut is_first = true;
        for (place, key) in kind.import_key.iter().enumerate() {
            let texts = key.iter().filter_map(|name| typed.get(*name));
            let texts: Vec<String> = texts.map(|text| tr::clean_line(text).text).collect();
            if texts.iter().any(|text| !text.is_empty()) {
                is_first &= self.keys.insert((place, texts));
            }
        }
        is_first
    }

    /// What a text is to the form of such a field: the code of a choice, the id of a record; `None` when it is neither.
    async fn value(&mut self, tx: &Tx, kind: &Kind, field: &Field, text: &str) -> Result<Option<String>> {
        Ok(match field.kind {
            FieldKind::Choice(choices) => choices
                .iter()
                .find(|choice| choice.code == text.trim() || tr::fold(choice.label_tr) == tr::fold(text))
                .map(|choice| choice.code.to_string()),
            FieldKind::Reference(target) => match text.parse::<Uuid>() {
                // Decided on in the mapping; whether it may be chosen is checked with the form.
                Ok(id) => Some(id.to_string()),
                Err(_) => self.reference(tx, kind, target, text).await?.map(|id| id.to_string()),
            },
            _ => Some(text.to_string()),
        })
    }

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

/// By the e-mail address that a kind may have; among what the person may see.
async fn with_email(tx: &Tx, kind: &Kind, text: &str) -> Result<Option<Uuid>> {
    let field = kind.fields.iter().find(|field| matches!(field.kind, FieldKind::Email));
    let (Some(field), Ok(email)) = (field, tr::Email::parse(text)) else { return Ok(None) };
    let mut values: Vec<Value> = vec![email.to_string().to_ascii_lowercase().into()];
    let access = super::words::access_of_kind(kind, &tx.act().actor, &mut values);
    let sql = format!(
        "SELECT r.id FROM {} AS t JOIN record AS r ON r.id = t.id \
         WHERE lower(t.{}) = $1 AND r.is_removed = FALSE AND {access} LIMIT 2",
        kind.table, field.name
    );
    let found: Vec<Uuid> = tx.column(&sql, values).await?;
    Ok(if let [id] = found.as_slice() { Some(*id) } else { None })
}

/// By number first, then by e-mail address, then by title if exactly one record has it; among what the person may see.
async fn find_reference(tx: &Tx, kind_id: &str, text: &str) -> Result<Option<Uuid>> {
    let Some(kind) = tx.registry().and_then(|registry| registry.kind(kind_id)) else { return Ok(None) };
    let actor = &tx.act().actor;
    let text = tr::clean_line(text).text;
    let found = super::refs::numbered(tx, &kind, actor, &text).await?;
    if let [id] = found.as_slice() {
        return Ok(Some(*id));
    }
    if let Some(id) = with_email(tx, &kind, &text).await? {
        return Ok(Some(id));
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

/// By the first key of which the row says every part and some record has it.
async fn find_existing(tx: &Tx, kind: &Kind, typed: &BTreeMap<String, String>) -> Result<Option<Uuid>> {
    for key in kind.import_key {
        let mut values: Vec<Value> = Vec::new();
        let mut conditions = Vec::new();
        for field in key.iter().filter_map(|name| kind.field(name)) {
            let only = BTreeMap::from([(
                field.name.to_string(),
                typed.get(field.name).cloned().unwrap_or_default(),
            )]);
            let (draft, _) = parse_form(kind, &only, None, &tx.act().actor);
            let value = draft.get(field.name);
            if value.is_null() || (value.int().is_none() && value.id().is_none() && value.text().is_empty()) {
                break;
            }
            values.push(value.bind(Some(field)));
            conditions.push(format!("{} = ${}", field.name, values.len()));
            if matches!(value, FieldValue::Text(_)) {
                // An index may leave the empty ones out.
                conditions.push(format!("{} <> ''", field.name));
            }
        }
        if values.len() < key.len() || key.is_empty() {
            continue;
        }
        let sql = format!("SELECT id FROM {} WHERE {} LIMIT 1", kind.table, conditions.join(" AND "));
        let found = tx.scalar(&sql, values).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
