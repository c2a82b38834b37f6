//! What a record refers to: it must be there, be of the declared kind, be seen by the one who acts, and be in a state
//! in which it may still be chosen. One check for screens, API, import and command line, from what the fields declare.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::open::of_directory;
use super::query::scope;
use super::words::access_of_kind;
use super::{Draft, Field, FieldKind, Form, Kind, Record};
use crate::access::Actor;
use crate::db::{Sql, placeholders, until_commit};
use crate::error::{Result, Violation};
use crate::tx::Tx;

/// A record that may be referred to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Choosable {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    /// Empty where the kind has none.
    pub state: String,
}

/// Records of a kind that this person may refer to, at most `limit`, in no order.
pub async fn choosable(db: &impl Sql, kind: &Kind, actor: &Actor, limit: i64) -> Result<Vec<Choosable>> {
    // The few of a scope are found by the indexes of their own table: the table of records has none by unit or owner.
    let mut values: Vec<Value> = Vec::new();
    let few = scope(kind, actor, db.get_database_backend(), &mut values)
        .map(|scope| format!(" AND r.id IN (SELECT id FROM {} WHERE {scope} LIMIT {limit})", kind.table))
        .unwrap_or_default();
    let access = access_of_kind(kind, actor, &mut values);
    let sql = format!(
        "SELECT r.id, r.number, r.title, {} AS state FROM record AS r \
         WHERE r.is_removed = FALSE AND {access}{few} LIMIT {limit}",
        state_of(kind)
    );
    db.rows(&sql, values).await
}

fn state_of(kind: &Kind) -> String {
    match kind.field("state") {
        Some(_) => format!("COALESCE((SELECT k.state FROM {} AS k WHERE k.id = r.id), '')", kind.table),
        None => "''".into(),
    }
}

/// A mark of what a person may see of a kind: whoever has the same mark may choose from the same records.
pub fn seen_alike(kind: &Kind, actor: &Actor) -> [u8; 32] {
    let mut values: Vec<Value> = Vec::new();
    let access = access_of_kind(kind, actor, &mut values);
    Sha256::digest(format!("{access} {values:?}")).into()
}

/// One record, if the person may refer to it.
pub async fn choosable_one(db: &impl Sql, kind: &Kind, actor: &Actor, id: Uuid) -> Result<Option<Choosable>> {
    let mut values: Vec<Value> = vec![id.into()];
    let access = of_directory(kind, actor, db.get_database_backend(), &mut values);
    let sql = format!(
        "SELECT r.id, r.number, r.title, {} AS state FROM record AS r \
         WHERE r.id = $1 AND r.is_removed = FALSE AND {access}",
        state_of(kind)
    );
    db.row(&sql, values).await
}

/// The records of a kind whose number is exactly this, among those the person may refer to; two at most.
pub async fn numbered(db: &impl Sql, kind: &Kind, actor: &Actor, number: &str) -> Result<Vec<Uuid>> {
    let mut values: Vec<Value> = vec![number.into()];
    let access = of_directory(kind, actor, db.get_database_backend(), &mut values);
    let sql = format!(
        "SELECT r.id FROM record AS r WHERE r.number = $1 AND r.is_removed = FALSE AND {access} LIMIT 2"
    );
    db.column(&sql, values).await
}

/// What is wrong with the references that the draft brings or changes. Those that stay as they are may be to something
/// that was given up meanwhile.
pub(super) async fn check(
    tx: &Tx,
    kind: &Kind,
    draft: &Draft,
    before: Option<&Record>,
) -> Result<Vec<Violation>> {
    let Some(registry) = tx.registry().cloned() else { return Ok(Vec::new()) };
    let mut brought = Vec::new();
    for field in kind.fields.iter().filter(|field| field.form != Form::Never) {
        let FieldKind::Reference(target) = field.kind else { continue };
        let Some(id) = draft.get(field.name).id() else { continue };
        let is_kept = before.is_some_and(|before| before.get(field.name).id() == Some(id));
        // A part that is left out of the product is not referred to.
        if let Some(target) = registry.kind(target).filter(|_| !is_kept) {
            brought.push((field, target, id));
        }
    }
    if brought.is_empty() {
        return Ok(Vec::new());
    }
    let targets: Vec<(&Kind, Uuid)> = brought.iter().map(|(_, target, id)| (target.as_ref(), *id)).collect();
    let found = found(tx, &targets).await?;
    let mut states: HashMap<&str, HashMap<Uuid, String>> = HashMap::new();
    for target in with_states(&brought) {
        states.insert(target.id, states_of(tx, target, &brought).await?);
    }
    let wrong = brought.iter().filter_map(|(field, target, id)| {
        let Some(title) = found.get(&(target.id.to_string(), *id)) else {
            return Some(unknown(field, target));
        };
        let state = states.get(target.id).and_then(|states| states.get(id))?;
        let is_open = field.among.is_empty() || field.among.contains(&state.as_str());
        (!is_open).then(|| given_up(field, target, title, state))
    });
    Ok(wrong.collect())
}

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    id: Uuid,
    title: String,
}

/// Titles of those that are there and that the acting person may open: an answer refers to a document that was only referred.
async fn found(tx: &Tx, targets: &[(&Kind, Uuid)]) -> Result<HashMap<(String, Uuid), String>> {
    let mut values = Vec::new();
    let mut any = Vec::new();
    for (target, id) in targets {
        let access = of_directory(target, &tx.act().actor, tx.get_database_backend(), &mut values);
        values.push((*id).into());
        any.push(format!("({access} AND r.id = ${})", values.len()));
    }
    let sql = format!(
        "SELECT r.kind, r.id, r.title FROM record AS r WHERE r.is_removed = FALSE AND ({})",
        any.join(" OR ")
    );
    let rows: Vec<Row> = tx.rows(&sql, values).await?;
    Ok(rows.into_iter().map(|row| ((row.kind, row.id), row.title)).collect())
}

type Brought<'a> = (&'a Field, std::sync::Arc<Kind>, Uuid);

/// The kinds of which some field asks for a state: two or three at most.
fn with_states<'a>(brought: &'a [Brought<'a>]) -> Vec<&'a Kind> {
    let mut kinds: Vec<&Kind> = Vec::new();
    for (_, target, _) in brought.iter().filter(|(field, ..)| !field.among.is_empty()) {
        if target.field("state").is_some() && !kinds.iter().any(|known| known.id == target.id) {
            kinds.push(target);
        }
    }
    kinds
}

#[derive(FromQueryResult)]
struct State {
    id: Uuid,
    state: String,
}

/// States of the records of one kind; they stay so until this transaction ends.
async fn states_of(tx: &Tx, target: &Kind, brought: &[Brought<'_>]) -> Result<HashMap<Uuid, String>> {
    let of_kind = brought.iter().filter(|(_, other, _)| other.id == target.id);
    let ids: Vec<Value> = of_kind.map(|(_, _, id)| (*id).into()).collect();
    let sql = format!(
        "SELECT id, state FROM {} WHERE id IN ({}) ORDER BY id{}",
        target.table,
        placeholders(1, ids.len()),
        until_commit(tx.get_database_backend())
    );
    let rows: Vec<State> = tx.rows(&sql, ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.state)).collect())
}

/// The same for what is not there, is of another kind and may not be seen, so that nothing is given away.
fn unknown(field: &Field, target: &Kind) -> Violation {
    let text = format!("Böyle bir {} yok ya da görme yetkiniz yok; listeden seçin.", target.name_tr);
    Violation::new("KYT-010", field.name, text)
}

fn given_up(field: &Field, target: &Kind, title: &str, state: &str) -> Violation {
    let choices = target.field("state").map(Field::choices).unwrap_or_default();
    let label = choices.iter().find(|choice| choice.code == state).map_or(state, |choice| choice.label_tr);
    let text = format!("“{title}” seçilemez, durumu “{label}”. Başka bir {} seçin.", target.name_tr);
    Violation::new("KYT-012", field.name, text)
}
