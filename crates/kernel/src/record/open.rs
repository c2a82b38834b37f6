//! Which records a person may open, one by one: those of their scope, and those that something they may open refers to
//! (docs/adr/0028). The one place this rule stands in; lists go by scope alone.

use std::collections::{HashMap, HashSet};

use sea_orm::{DbBackend, FromQueryResult, Value};
use uuid::Uuid;

use super::Kind;
use super::query::scope;
use super::words::access_of_kind;
use crate::access::Actor;
use crate::capability::Registry;
use crate::db::{Sql, placeholders};
use crate::error::Result;
use crate::value::Ref;

/// Steps from a record to what opens it: an entry of the register by its letter, the letter by a signer's turn. Kinds that open each
/// other would go round for ever.
const MOST_STEPS: u32 = 3;

/// The rule as SQL over the kind's own table; `None` for who may open all of it.
fn rule(
    kind: &Kind,
    actor: &Actor,
    backend: DbBackend,
    values: &mut Vec<Value>,
    steps: u32,
) -> Option<String> {
    let scope = scope(kind, actor, backend, values);
    let kept = kind.open_to(actor, kind.table, values);
    let own = match (scope, &kept) {
        (None, None) => return None,
        (Some(one), None) => one,
        (None, Some(kept)) => kept.clone(),
        (Some(scope), Some(kept)) => format!("{scope} AND {kept}"),
    };
    let mut any = vec![format!("({own})")];
    for through in kind.seen_through.iter().filter(|_| steps > 0) {
        let other = (through.kind)();
        // A view of nothing leads nowhere, and need not be asked.
        if !actor.may(other.view) {
            continue;
        }
        let inner = rule(&other, actor, backend, values, steps - 1).unwrap_or_else(|| "TRUE".into());
        let opened = exists(kind, &other, through.column, &inner);
        // What is kept back is opened to whoever it was given to in person, not to whoever sees that it was.
        any.extend(kept.as_ref().and_then(|_| {
            Some(exists(kind, &other, through.column, &in_person(&other, actor, values, steps - 1)?))
        }));
        any.push(match &kept {
            Some(kept) => format!("({kept} AND {opened})"),
            None => opened,
        });
    }
    Some(any.join(" OR "))
}

fn exists(kind: &Kind, other: &Kind, column: &str, condition: &str) -> String {
    let (own, other) = (kind.table, other.table);
    format!("EXISTS (SELECT 1 FROM {other} WHERE {other}.{column} = {own}.id AND ({condition}))")
}

/// Records that are the person's own, and those that such ones open.
fn in_person(kind: &Kind, actor: &Actor, values: &mut Vec<Value>, steps: u32) -> Option<String> {
    let mut any = Vec::new();
    let ids: Vec<Uuid> = [actor.staff_id, actor.account_id].into_iter().flatten().collect();
    if let Some(owner) = kind.owner.filter(|_| !ids.is_empty()) {
        let first = values.len() + 1;
        any.push(format!("{}.{owner} IN ({})", kind.table, placeholders(first, ids.len())));
        values.extend(ids.iter().map(|id| Value::from(*id)));
    }
    for through in kind.seen_through.iter().filter(|_| steps > 0) {
        let other = (through.kind)();
        if actor.may(other.view) {
            let inner = in_person(&other, actor, values, steps - 1);
            any.extend(inner.map(|inner| exists(kind, &other, through.column, &inner)));
        }
    }
    (!any.is_empty()).then(|| any.join(" OR "))
}

/// Whether this person may open the record, which exists.
pub(super) async fn may_open(db: &impl Sql, kind: &Kind, id: Uuid, actor: &Actor) -> Result<bool> {
    let mut values: Vec<Value> = vec![id.into()];
    let Some(rule) = rule(kind, actor, db.get_database_backend(), &mut values, MOST_STEPS) else {
        return Ok(true);
    };
    let sql = format!("SELECT id FROM {} WHERE id = $1 AND ({rule})", kind.table);
    Ok(!db.column::<Uuid>(&sql, values).await?.is_empty())
}

/// The rule over `record AS r`, which names the kind too: for what one record may refer to.
pub(super) fn of_directory(
    kind: &Kind,
    actor: &Actor,
    backend: DbBackend,
    values: &mut Vec<Value>,
) -> String {
    if kind.seen_through.is_empty() {
        return access_of_kind(kind, actor, values);
    }
    values.push(kind.id.into());
    let is_kind = format!("r.kind = ${}", values.len());
    match rule(kind, actor, backend, values, MOST_STEPS) {
        Some(rule) => format!(
            "({is_kind} AND EXISTS (SELECT 1 FROM {} WHERE {}.id = r.id AND ({rule})))",
            kind.table, kind.table
        ),
        None => format!("({is_kind})"),
    }
}

#[derive(FromQueryResult)]
struct Opened {
    kind: String,
    id: Uuid,
}

/// Those of these records that this person may open, so that a page offers no link that is refused. Records of kinds they may open all
/// of are not looked up; the others are, in one question.
pub async fn openable(
    db: &impl Sql,
    registry: &Registry,
    actor: &Actor,
    refs: &[Ref],
) -> Result<HashSet<Ref>> {
    let mut by_kind: HashMap<&str, HashSet<Uuid>> = HashMap::new();
    for one in refs {
        by_kind.entry(one.kind.as_str()).or_default().insert(one.id);
    }
    let (mut open, mut parts, mut values) = (HashSet::new(), Vec::new(), Vec::new());
    for (code, ids) in by_kind {
        let Some(kind) = registry.kind(code).filter(|kind| actor.may(kind.view)) else { continue };
        let before = values.len();
        values.extend(ids.iter().map(|id| Value::from(*id)));
        match rule(&kind, actor, db.get_database_backend(), &mut values, MOST_STEPS) {
            Some(rule) => parts.push(format!(
                "SELECT '{code}' AS kind, id FROM {} WHERE id IN ({}) AND ({rule})",
                kind.table,
                placeholders(before + 1, ids.len())
            )),
            None => {
                values.truncate(before);
                open.extend(ids.into_iter().map(|id| Ref::new(code, id)));
            }
        }
    }
    if !parts.is_empty() {
        let found: Vec<Opened> = db.rows(&parts.join(" UNION ALL "), values).await?;
        open.extend(found.into_iter().map(|one| Ref::new(one.kind, one.id)));
    }
    Ok(open)
}
