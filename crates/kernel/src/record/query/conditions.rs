//! Who may see what, filters and words as conditions of a statement, each in the form whose plan both databases keep good.

use sea_orm::{DbBackend, Value};
use uuid::Uuid;

use super::reach::{Asked, Reach};
use super::{Asker, FilterValue, ListQuery};
use crate::access::{Actor, Scope};
use crate::db::{Sql, placeholders};
use crate::error::Result;
use crate::record::words::{Sought, query_words};
use crate::record::{Field, FieldKind, FieldValue, Kind};

/// A word or a scope with more hits than this is checked row by row along the sort index instead of being listed first.
pub(super) const FEW_HITS: i64 = 2_000;
/// A scope of more units than this covers too much for one plan to matter, and would make long statements.
const MOST_WRITTEN_OUT: usize = 100;
/// Several words together are rarer than each alone: they are listed first up to this many hits of the rarest.
const HITS_OF_SEVERAL: i64 = 10_000;
/// The pages of so many units are laid together; of more the order of the list is walked.
const MOST_UNITS: usize = 24;

/// Conditions joined by AND, with their bound values.
#[derive(Clone, Default)]
pub(super) struct Where {
    /// What [`scope_condition`] says, where it narrows the list.
    pub scope: Option<String>,
    /// Where the scope is some units and nothing else is asked for: one condition for each of them. The first page of each
    /// unit stands in its own index, and the first page of all is among these.
    pub units: Vec<String>,
    /// Who may see many records gets them checked along the order of the list.
    pub is_wide: bool,
    /// Few records fit: their ids are gathered first, and the page is cut from them.
    pub is_gathered: bool,
    pub parts: Vec<String>,
    /// What is asked record by record, in the order of the list, until the page is full: over [`SORTED`] where few are gathered.
    pub checks: Vec<String>,
    pub values: Vec<Value>,
    /// More is asked for than what the person may see.
    pub is_filtered: bool,
    pub counting: Counting,
    /// What decides which way is best stands in the text of the statement: see [`Where::deciding`].
    is_written_out: bool,
    /// `+` before the other columns where the scope's few records are to be found first, and SQLite, whose statistics may not
    /// tell a unit's few from many, was seen to walk the whole table in the order of the list.
    aside: &'static str,
}

/// The gathered records in the order of the list.
pub(super) const SORTED: &str = "sorted";

/// How the records that match are best counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Counting {
    /// Those that were gathered, or else by looking for one more than are counted.
    #[default]
    Ordinary,
    /// Nothing but a common word is asked for, which at least this many records have.
    AtLeast(i64),
    /// Words so common that only the list's order leads to them: counting would walk most of the table, so the list
    /// says "and more".
    Not,
}

impl Where {
    /// For a list, each of which has a plan of its own on PostgreSQL.
    pub fn of_list(backend: DbBackend) -> Self {
        Self { is_written_out: backend == DbBackend::Postgres, ..Self::default() }
    }

    pub fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// A value of which a table may have a few rows or nearly all. PostgreSQL keeps one plan for whatever is bound, and
    /// planning anew each time costs more than most answers; written out, each such value has a plan of its own, which
    /// is kept. SQLite plans with what is bound.
    fn deciding(&mut self, value: &FieldValue, field: Option<&Field>) -> String {
        let is_plain =
            |code: &str| code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        let is_choice = field.is_some_and(|field| matches!(field.kind, FieldKind::Choice(_)));
        match value {
            FieldValue::Id(id) if self.is_written_out => format!("'{id}'::uuid"),
            FieldValue::Bool(flag) if self.is_written_out => flag.to_string(),
            FieldValue::Text(code) if self.is_written_out && is_choice && is_plain(code) => {
                format!("'{code}'")
            }
            _ => self.bind(value.bind(field)),
        }
    }

    /// Units or people of a scope.
    fn deciding_ids(&mut self, ids: &[Uuid]) -> String {
        if ids.len() > MOST_WRITTEN_OUT {
            return self.bind_all(ids);
        }
        ids.iter().map(|id| self.deciding(&FieldValue::Id(*id), None)).collect::<Vec<_>>().join(", ")
    }

    fn bind_all(&mut self, ids: &[Uuid]) -> String {
        let from = self.values.len() + 1;
        self.values.extend(ids.iter().map(|id| Value::from(*id)));
        placeholders(from, ids.len())
    }

    /// Without what is asked record by record.
    pub fn gathered_sql(&self) -> String {
        self.scope_and(self.parts.iter())
    }

    pub fn sql(&self) -> String {
        self.scope_and(self.parts.iter().chain(&self.checks))
    }

    fn scope_and<'a>(&'a self, parts: impl Iterator<Item = &'a String>) -> String {
        // `IS TRUE` keeps a planner from gathering and sorting all of a wide scope for the first page.
        let scope = self.scope.iter().map(|scope| match self.is_wide {
            true => format!("{scope} IS TRUE"),
            false => scope.clone(),
        });
        joined(scope.chain(parts.cloned()))
    }

    /// Without the scope.
    pub fn rest_sql(&self) -> String {
        joined(self.parts.iter().chain(&self.checks).cloned())
    }

    pub fn checks_sql(&self) -> String {
        joined(self.checks.iter().cloned())
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "TRUE".into() } else { parts.join(" AND ") }
}

/// The access rule as SQL: what [`Actor::may_on`] decides for one record, for all of them.
fn scope_condition(kind: &Kind, permission: &str, actor: &Actor, all: &mut Where) -> String {
    // Looked for first: a value that is bound and stands nowhere is refused by PostgreSQL.
    if actor.grants_of(permission).any(|grant| grant.scope == Scope::All) {
        return "TRUE".into();
    }
    let mut any = Vec::new();
    for grant in actor.grants_of(permission) {
        match (&grant.scope, kind.unit, kind.owner) {
            (Scope::Units(units), Some(column), _) if !units.is_empty() => {
                any.push(format!("{column} IN ({})", all.deciding_ids(units)));
            }
            (Scope::Own, _, Some(column)) => {
                let ids: Vec<Uuid> = [actor.staff_id, actor.account_id].into_iter().flatten().collect();
                if !ids.is_empty() {
                    any.push(format!("{column} IN ({})", all.deciding_ids(&ids)));
                }
            }
            _ => {}
        }
    }
    if any.is_empty() { "FALSE".into() } else { format!("({})", any.join(" OR ")) }
}

/// The units of a scope, a condition for each, where there is nothing else in it and the list has an index by unit.
fn units(kind: &Kind, permission: &str, actor: &Actor, all: &mut Where) -> Vec<String> {
    let Some(column) = kind.unit.filter(|column| kind.field(column).is_some_and(|field| field.is_filter))
    else {
        return Vec::new();
    };
    let mut ids = Vec::new();
    for grant in actor.grants_of(permission) {
        match &grant.scope {
            Scope::Units(units) => ids.extend(units.iter().copied()),
            Scope::Own if kind.owner.is_none() => {}
            Scope::All | Scope::Own => return Vec::new(),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MOST_UNITS {
        return Vec::new();
    }
    ids.iter().map(|id| format!("{column} = {}", all.deciding(&FieldValue::Id(*id), None))).collect()
}

/// [`scope_condition`] for a statement over the kind's own table, its values behind those there are; `None` for who may see
/// all of it.
pub(in crate::record) fn scope(
    kind: &Kind,
    actor: &Actor,
    backend: DbBackend,
    values: &mut Vec<Value>,
) -> Option<String> {
    let values_before = std::mem::take(values);
    let mut all =
        Where { is_written_out: backend == DbBackend::Postgres, values: values_before, ..Where::default() };
    let scope = scope_condition(kind, kind.view, actor, &mut all);
    *values = all.values;
    (scope != "TRUE").then_some(scope)
}

pub(super) async fn conditions(
    asked: &Asked<'_, impl Sql>,
    kind: &Kind,
    query: &ListQuery,
    (actor, permission): Asker<'_>,
    reach: Reach,
    mut all: Where,
) -> Result<Where> {
    let is_sqlite = asked.backend() == DbBackend::Sqlite;
    if reach != Reach::Whole {
        all.scope = Some(scope_condition(kind, permission, actor, &mut all));
    }
    all.is_wide = reach == Reach::Many;
    // Chosen records are fewer still, and found by their ids.
    all.is_gathered = reach == Reach::Few && query.only.is_empty();
    all.aside = if reach == Reach::Few && is_sqlite { "+" } else { "" };
    let words = query_words(&query.text);
    all.is_filtered = !query.filters.is_empty() || !query.only.is_empty();
    if all.is_wide && !all.is_filtered && words.is_empty() {
        all.units = units(kind, permission, actor, &mut all);
    }
    let is_open = kind.open_to(actor, kind.table, &mut all.values);
    all.parts.extend(is_open);
    for (name, filter) in &query.filters {
        let Some(field) = kind.field(name) else { continue };
        filter_condition(&mut all, field, filter, is_sqlite);
    }
    if !query.only.is_empty() {
        let list = all.bind_all(&query.only);
        all.parts.push(format!("id IN ({list})"));
    }
    word_conditions(asked, kind, &mut all, words).await?;
    Ok(all)
}

/// The scope as a condition for a count of its records, with its values; `None` for who may see all of them.
pub(super) fn scope_alone(
    kind: &Kind,
    permission: &str,
    actor: &Actor,
    backend: DbBackend,
) -> Option<(String, Vec<Value>)> {
    let mut all = Where { is_written_out: backend == DbBackend::Postgres, ..Where::default() };
    let scope = scope_condition(kind, permission, actor, &mut all);
    (scope != "TRUE").then_some((scope, all.values))
}

fn filter_condition(all: &mut Where, field: &Field, filter: &FilterValue, is_sqlite: bool) {
    let column = format!("{}{}", all.aside, field.name);
    match filter {
        FilterValue::Is(value) => {
            let bound = all.deciding(value, Some(field));
            all.parts.push(format!("{column} = {bound}"));
        }
        FilterValue::AnyOf(codes) => {
            let bound = codes.iter().map(|code| all.deciding(&FieldValue::Text((*code).into()), Some(field)));
            let bound = bound.collect::<Vec<_>>().join(", ");
            // Along the index of the filter the order of the list is lost, and all that has one of them would be sorted.
            let aside = if is_sqlite { "+" } else { "" };
            all.parts.push(format!("{aside}{} IN ({bound})", field.name));
        }
        FilterValue::Between(from, to) => {
            let is_instant = matches!(field.kind, FieldKind::Instant);
            if let Some(day) = from {
                let value: Value = if is_instant { day.start().into() } else { day.to_string().into() };
                let bound = all.bind(value);
                all.parts.push(format!("{column} >= {bound}"));
            }
            if let Some(day) = to {
                let value: Value =
                    if is_instant { day.next().start().into() } else { day.next().to_string().into() };
                let bound = all.bind(value);
                all.parts.push(format!("{column} < {bound}"));
            }
        }
    }
}

/// Rare words list their records first; common ones are checked along the sort order, which then ends early.
async fn word_conditions(
    asked: &Asked<'_, impl Sql>,
    kind: &Kind,
    all: &mut Where,
    words: Vec<Sought>,
) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let most = if words.len() == 1 { FEW_HITS } else { HITS_OF_SEVERAL };
    let (mut counted, records) = asked.hits(kind, words, most).await?;
    counted.sort();
    let has_few = counted[0].0 < most;
    if counted[0].0 == 0 {
        // Nothing has the word, so there is nothing to plan for.
        all.is_gathered = true;
        all.parts.push("FALSE".into());
        return Ok(());
    }
    let id = all.bind(kind.id.into());
    if !has_few {
        all.counting = match counted.len() {
            1 if all.parts.is_empty() && all.scope.is_none() => Counting::AtLeast(records),
            _ => Counting::Not,
        };
        let on = if all.is_gathered { SORTED } else { kind.table };
        for (_, word) in counted {
            let check = word_check(all, &format!("{on}.id"), &id, &word);
            all.checks.push(check);
        }
        return Ok(());
    }
    all.is_gathered = true;
    // Entries of one word stand together in the index: lists are read and laid on each other, which costs both databases
    // the same whatever the planner believes; only words too common for a list are looked up record by record.
    let (listed, checked): (Vec<_>, Vec<_>) = counted.into_iter().partition(|(hits, _)| *hits < most);
    let mut lists = Vec::new();
    for (_, word) in listed {
        let range = word_range(all, "w", &word);
        lists.push(format!("SELECT w.record_id FROM record_word AS w WHERE w.kind = {id} AND {range}"));
    }
    let mut checks = vec!["TRUE".to_string()];
    for (_, word) in checked {
        checks.push(word_check(all, "hit.record_id", &id, &word));
    }
    let (lists, checks) = (lists.join(" INTERSECT "), checks.join(" AND "));
    all.parts.push(format!(
        "id IN (WITH hit AS MATERIALIZED ({lists}) SELECT hit.record_id FROM hit WHERE {checks})"
    ));
    Ok(())
}

fn word_range(all: &mut Where, table: &str, word: &Sought) -> String {
    let (from, to) = (all.bind(word.word.as_str().into()), all.bind(word.end().into()));
    format!("{table}.word >= {from} AND {table}.word < {to}")
}

/// Asked record by record, in the order of the list. As EXISTS it would be a join to PostgreSQL, which knows nothing of
/// the word when it plans and gathers every record that has it first.
fn word_check(all: &mut Where, record: &str, kind: &str, word: &Sought) -> String {
    let range = word_range(all, "w", word);
    format!(
        "(SELECT TRUE FROM record_word AS w WHERE w.record_id = {record} AND w.kind = {kind} AND {range} LIMIT 1)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Choice, Tone};

    const STATES: &[Choice] = &[Choice::new("active", "Etkin", Tone::Done)];

    /// How each value stands in the statement, and how many are bound beside it.
    fn written(is_written_out: bool, field: &Field, value: &FieldValue) -> (String, usize) {
        let mut all = Where { is_written_out, ..Where::default() };
        let text = all.deciding(value, Some(field));
        (text, all.values.len())
    }

    #[test]
    fn ids_and_codes_may_stand_in_a_statement_and_what_a_person_typed_never_does() {
        let (state, name) = (Field::choice("state", "Durum", STATES), Field::text("name", "Ad", 80));
        let unit = Field::reference("unit_id", "Birim", "unit");
        let id = Uuid::from_u128(7);
        let text = |text: &str| FieldValue::Text(text.into());
        for (field, value, expected) in [
            (&state, text("active"), "'active'".to_string()),
            (&unit, FieldValue::Id(id), format!("'{id}'::uuid")),
            (&state, FieldValue::Bool(true), "true".to_string()),
            (&name, text("active"), "$1".to_string()),
            (&state, text("a' OR 'a' = 'a"), "$1".to_string()),
            (&state, text("İ"), "$1".to_string()),
            (&state, FieldValue::Int(1), "$1".to_string()),
        ] {
            let is_bound = expected == "$1";
            assert_eq!(written(true, field, &value), (expected, usize::from(is_bound)), "{value:?}");
            assert_eq!(written(false, field, &value), ("$1".to_string(), 1), "{value:?} on SQLite");
        }
    }

    #[test]
    fn a_scope_of_very_many_units_is_bound_so_that_statements_stay_short() {
        for (count, bound) in [(MOST_WRITTEN_OUT, 0), (MOST_WRITTEN_OUT + 1, MOST_WRITTEN_OUT + 1)] {
            let ids: Vec<Uuid> = (0..count).map(|number| Uuid::from_u128(number as u128)).collect();
            let mut all = Where { is_written_out: true, ..Where::default() };
            all.deciding_ids(&ids);
            assert_eq!(all.values.len(), bound, "{count}");
        }
    }
}
