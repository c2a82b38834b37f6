//! Lists: what a URL asks for, the one SQL statement that answers it, keyset paging and capped counts.

use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

use super::read::columns;
use super::words::{hits, hits_of_one, prefix_end, query_words};
use super::{Field, FieldKind, FieldValue, Kind, Record};
use crate::access::{Actor, Scope};
use crate::db::{Sql, placeholders};
use crate::error::{Result, Violation};
use crate::tr;
use crate::value::Day;

pub const PAGE_SIZES: [u32; 3] = [25, 50, 100];
/// Exports read in pages of this many rows.
pub const MAX_PAGE: u32 = 500;
/// Counting stops here: "1.000+".
const COUNT_CAP: i64 = 1_000;
/// A word or a scope with more hits than this is checked row by row along the sort index instead of being listed first.
const FEW_HITS: i64 = 2_000;
/// Rows that the count of a list looks at where many match the filters and only some of them are of the scope: what is not
/// reached is said as "and more".
const MOST_SCANNED: i64 = 4_000;
/// A scope of more units than this covers too much for one plan to matter, and would make long statements.
const MOST_WRITTEN_OUT: usize = 100;
/// Several words together are rarer than each alone: they are listed first up to this many hits of the rarest.
const HITS_OF_SEVERAL: i64 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterValue {
    Is(FieldValue),
    /// Half-open in instants, closed in days; either end may be missing.
    Between(Option<Day>, Option<Day>),
}

/// A list as its URL describes it.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub filters: Vec<(&'static str, FilterValue)>,
    pub text: String,
    pub sort: &'static str,
    pub direction: Direction,
    /// Sort value and id of the row this page begins after (or, going back, ends before).
    pub cursor: Option<(String, Uuid)>,
    pub is_backward: bool,
    pub size: u32,
    /// Only these records: a bulk selection.
    pub only: Vec<Uuid>,
}

/// One page in list order.
#[derive(Debug)]
pub struct Page {
    pub records: Vec<Record>,
    pub has_previous: bool,
    pub has_next: bool,
}

impl ListQuery {
    pub fn first(kind: &Kind) -> Self {
        Self {
            filters: Vec::new(),
            text: String::new(),
            sort: kind.default_sort.0,
            direction: kind.default_sort.1,
            cursor: None,
            is_backward: false,
            size: PAGE_SIZES[0],
            only: Vec::new(),
        }
    }

    /// Reads URL parameters: `ara` (text), `sirala` (field, `-field` descending), `sonra`/`once` (cursor), `boy` (size),
    /// a field name per filter, `field_bas` and `field_son` for dates. What is not understood is said, not ignored.
    pub fn parse(kind: &Kind, pairs: &[(String, String)]) -> (Self, Vec<Violation>) {
        let mut query = Self::first(kind);
        let mut violations = Vec::new();
        for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            match name.as_str() {
                "ara" => query.text = tr::clean_line(value).text.chars().take(200).collect(),
                "sirala" => query.read_sort(kind, value, &mut violations),
                "sonra" | "once" => {
                    query.cursor = read_cursor(value);
                    query.is_backward = name == "once";
                }
                "boy" => {
                    query.size =
                        value.parse().ok().filter(|size| PAGE_SIZES.contains(size)).unwrap_or(PAGE_SIZES[0])
                }
                _ => query.read_filter(kind, name, value, &mut violations),
            }
        }
        (query, violations)
    }

    fn read_sort(&mut self, kind: &Kind, value: &str, violations: &mut Vec<Violation>) {
        let (direction, name) = match value.strip_prefix('-') {
            Some(name) => (Direction::Descending, name),
            None => (Direction::Ascending, value),
        };
        match kind.field(name).filter(|field| field.sort.is_some()) {
            Some(field) => (self.sort, self.direction) = (field.name, direction),
            None => violations.push(Violation::new("LST-001", "sirala", "Bu sütuna göre sıralanamaz.")),
        }
    }

    fn read_filter(&mut self, kind: &Kind, name: &str, value: &str, violations: &mut Vec<Violation>) {
        let (base, bound) = match (name.strip_suffix("_bas"), name.strip_suffix("_son")) {
            (Some(base), _) => (base, Some(true)),
            (_, Some(base)) => (base, Some(false)),
            _ => (name, None),
        };
        let Some(field) = kind.field(base).filter(|field| field.is_filter) else { return };
        if let Some(is_lower) = bound {
            match value.parse::<Day>().ok().or_else(|| tr::parse_date(value).ok().map(Day)) {
                Some(day) => self.set_bound(field.name, is_lower, day),
                None => violations.push(Violation::new("LST-002", name, "Tarihi 5.11.2026 biçiminde yazın.")),
            }
            return;
        }
        match filter_value(field, value) {
            Some(value) => self.filters.push((field.name, FilterValue::Is(value))),
            None => violations.push(Violation::new(
                "LST-003",
                name,
                format!("{}: bu değer listede yok.", field.label_tr),
            )),
        }
    }

    fn set_bound(&mut self, name: &'static str, is_lower: bool, day: Day) {
        let position = self
            .filters
            .iter()
            .position(|(known, value)| *known == name && matches!(value, FilterValue::Between(..)));
        let index = position.unwrap_or_else(|| {
            self.filters.push((name, FilterValue::Between(None, None)));
            self.filters.len() - 1
        });
        if let FilterValue::Between(from, to) = &mut self.filters[index].1 {
            if is_lower { *from = Some(day) } else { *to = Some(day) }
        }
    }

    /// The cursor that pages on from `record`, as it stands in a URL.
    pub fn cursor_of(&self, kind: &Kind, record: &Record) -> String {
        let value = match record.get(self.sort) {
            FieldValue::Int(number) => number.to_string(),
            FieldValue::Bool(flag) => flag.to_string(),
            FieldValue::Id(id) => id.to_string(),
            FieldValue::Text(text)
                if kind.field(self.sort).is_some_and(|field| field.sort != Some(field.name)) =>
            {
                tr::collation_key(text)
            }
            FieldValue::Text(text) => text.clone(),
            FieldValue::Null => String::new(),
        };
        format!("{}.{}", record.id.simple(), hex::encode(value))
    }
}

fn read_cursor(text: &str) -> Option<(String, Uuid)> {
    let (id, value) = text.split_once('.')?;
    let value = String::from_utf8(hex::decode(value).ok()?).ok()?;
    // PostgreSQL takes no NUL in a text; only a cursor made by hand has one.
    if value.contains('\0') { None } else { Some((value, id.parse().ok()?)) }
}

fn filter_value(field: &Field, value: &str) -> Option<FieldValue> {
    match field.kind {
        FieldKind::Choice(choices) => choices
            .iter()
            .find(|choice| choice.code == value)
            .map(|choice| FieldValue::Text(choice.code.into())),
        FieldKind::Reference(_) => value.parse().ok().map(FieldValue::Id),
        FieldKind::Bool => match value {
            "evet" => Some(FieldValue::Bool(true)),
            "hayir" => Some(FieldValue::Bool(false)),
            _ => None,
        },
        FieldKind::Int { .. } => value.parse().ok().map(FieldValue::Int),
        FieldKind::Day | FieldKind::Instant => None,
        _ => Some(FieldValue::Text(value.chars().take(200).collect())),
    }
}

/// Conditions joined by AND, with their bound values.
#[derive(Clone, Default)]
struct Where {
    /// What [`scope_condition`] says, where it narrows the list.
    scope: Option<String>,
    /// Who may see many records gets them checked along the order of the list.
    is_wide: bool,
    parts: Vec<String>,
    values: Vec<Value>,
    /// More is asked for than what the person may see.
    is_filtered: bool,
    counting: Counting,
    /// What decides which way is best stands in the text of the statement: see [`Where::deciding`].
    is_written_out: bool,
    /// `+` before the other columns where the scope's few records are to be found first, and SQLite would not.
    aside: &'static str,
}

/// How the records that match are best counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Counting {
    /// By looking for one more than are counted.
    #[default]
    Ordinary,
    /// All that match are found before the page is cut from them, so the page says how many there are.
    WithPage,
    /// Nothing but a common word is asked for, which at least this many records have.
    AtLeast(i64),
    /// Words so common that only the list's order leads to them: counting would walk most of the table, so the list
    /// says "and more".
    Not,
}

impl Where {
    fn bind(&mut self, value: Value) -> String {
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

    fn sql(&self) -> String {
        // `IS TRUE` keeps a planner from gathering and sorting all of a wide scope for the first page.
        let scope = self.scope.iter().map(|scope| match self.is_wide {
            true => format!("{scope} IS TRUE"),
            false => scope.clone(),
        });
        joined(scope.chain(self.parts.iter().cloned()))
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "TRUE".into() } else { parts.join(" AND ") }
}

/// The access rule as SQL: what [`Actor::may_on`] decides for one record, for all of them.
fn scope_condition(kind: &Kind, permission: &str, actor: &Actor, all: &mut Where) -> String {
    let mut any = Vec::new();
    for grant in actor.grants_of(permission) {
        match (&grant.scope, kind.unit, kind.owner) {
            (Scope::All, ..) => return "TRUE".into(),
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

/// [`scope_condition`] for a statement over the kind's own table, its values behind those there are; `None` for who may see
/// all of it.
pub(super) fn scope(
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

async fn conditions(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<Where> {
    let is_written_out = db.get_database_backend() == DbBackend::Postgres;
    let mut all = Where { is_written_out, ..Where::default() };
    let scope = scope_condition(kind, permission, actor, &mut all);
    if scope != "TRUE" {
        let few = "SELECT count(*) FROM (SELECT 1 FROM";
        let few = format!("{few} {} WHERE {scope} LIMIT {FEW_HITS}) AS few", kind.table);
        let hits: i64 = db.scalar(&few, all.values.clone()).await?.unwrap_or(0);
        // Who may see few records gets these few sorted. SQLite, whose statistics may not tell a unit's few from many, was
        // seen to walk the whole table in the order of the list: the other columns are hidden from it behind a sign.
        all.is_wide = hits >= FEW_HITS;
        all.aside = if !all.is_wide && db.get_database_backend() == DbBackend::Sqlite { "+" } else { "" };
        all.scope = Some(scope);
    }
    let is_open = kind.open_to(actor, kind.table, &mut all.values);
    all.parts.extend(is_open);
    all.is_filtered = !query.filters.is_empty() || !query.only.is_empty();
    for (name, filter) in &query.filters {
        let Some(field) = kind.field(name) else { continue };
        filter_condition(&mut all, field, filter);
    }
    if !query.only.is_empty() {
        let list = all.bind_all(&query.only);
        all.parts.push(format!("id IN ({list})"));
    }
    word_conditions(db, kind, &mut all, query_words(&query.text)).await?;
    Ok(all)
}

fn filter_condition(all: &mut Where, field: &Field, filter: &FilterValue) {
    let column = format!("{}{}", all.aside, field.name);
    match filter {
        FilterValue::Is(value) => {
            let bound = all.deciding(value, Some(field));
            all.parts.push(format!("{column} = {bound}"));
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
async fn word_conditions(db: &impl Sql, kind: &Kind, all: &mut Where, words: Vec<String>) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let most = if words.len() == 1 { FEW_HITS } else { HITS_OF_SEVERAL };
    let (mut counted, records) = match words.as_slice() {
        [word] => {
            let (entries, records) = hits_of_one(db, kind, word, most).await?;
            (vec![(entries, word.clone())], records)
        }
        _ => (hits(db, Some(kind), words, most).await?, 0),
    };
    counted.sort();
    let has_few = counted[0].0 < most;
    let id = all.bind(kind.id.into());
    all.counting = match counted.len() {
        _ if has_few => Counting::WithPage,
        1 if all.parts.is_empty() && all.scope.is_none() => Counting::AtLeast(records),
        _ => Counting::Not,
    };
    if !has_few {
        let on = format!("{}.id", kind.table);
        for (_, word) in counted {
            let check = word_check(all, &on, &id, &word);
            all.parts.push(check);
        }
        return Ok(());
    }
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

fn word_range(all: &mut Where, table: &str, word: &str) -> String {
    let (from, to) = (all.bind(word.into()), all.bind(prefix_end(word).into()));
    format!("{table}.word >= {from} AND {table}.word < {to}")
}

/// Asked record by record, in the order of the list. As EXISTS it would be a join to PostgreSQL, which knows nothing of
/// the word when it plans and gathers every record that has it first.
fn word_check(all: &mut Where, record: &str, kind: &str, word: &str) -> String {
    let range = word_range(all, "w", word);
    format!(
        "(SELECT TRUE FROM record_word AS w WHERE w.record_id = {record} AND w.kind = {kind} AND {range} LIMIT 1)"
    )
}

/// One page of records the person may see.
pub async fn list(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<Page> {
    let all = conditions(db, kind, query, actor, permission).await?;
    page_of(db, kind, query, all).await
}

/// The page and how many records match in all: what the list screen shows, with the conditions looked into once.
pub async fn list_counted(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<(Page, (i64, bool))> {
    let all = conditions(db, kind, query, actor, permission).await?;
    let counting = all.counting.clone();
    let (page, total) = page_and_total(db, kind, query, all.clone(), true).await?;
    let shown = page.records.len() as i64;
    let count = match (counting, total) {
        _ if query.cursor.is_none() && !page.has_next => (shown, false),
        (_, Some(total)) if total < 0 => ((-1 - total).max(shown).min(COUNT_CAP), true),
        (_, Some(total)) => capped(total),
        (Counting::AtLeast(records), _) => (records.min(COUNT_CAP), true),
        (Counting::Not, _) => (shown, true),
        _ => count_of(db, kind, all).await?,
    };
    Ok((page, count))
}

/// The one statement that answers [`list`], with one row more than the page has.
pub async fn page_statement(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<Statement> {
    let all = conditions(db, kind, query, actor, permission).await?;
    Ok(statement_of(db.get_database_backend(), kind, query, all, None))
}

/// How many match in all, as one more column of the page, where one statement can give both.
fn total_beside(kind: &Kind, query: &ListQuery, all: &Where) -> Option<String> {
    match all.counting {
        Counting::Ordinary => Some(format!("({})", list_count_sql(kind, all))),
        // Behind a cursor the window would count what is left.
        Counting::WithPage if query.cursor.is_none() => Some("count(*) OVER ()".into()),
        _ => None,
    }
}

fn statement_of(
    backend: DbBackend,
    kind: &Kind,
    query: &ListQuery,
    mut all: Where,
    total: Option<&str>,
) -> Statement {
    let total = total.map(|total| format!(", {total} AS total")).unwrap_or_default();
    let sort = kind.field(query.sort).and_then(|field| field.sort).unwrap_or("id");
    let sort = format!("{}{sort}", all.aside);
    let is_down = (query.direction == Direction::Descending) != query.is_backward;
    if let Some((value, id)) = &query.cursor {
        let bound = cursor_value(kind, query.sort, value);
        let (value, id) = (all.bind(bound), all.bind((*id).into()));
        all.parts.push(format!("({sort}, id) {} ({value}, {id})", if is_down { "<" } else { ">" }));
    }
    let order = if is_down { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT {}{total} FROM {} WHERE {} ORDER BY {sort} {order}, id {order} LIMIT {}",
        columns(kind),
        kind.table,
        all.sql(),
        query.size.min(MAX_PAGE) + 1
    );
    Statement::from_sql_and_values(backend, sql, all.values)
}

async fn page_of(db: &impl Sql, kind: &Kind, query: &ListQuery, all: Where) -> Result<Page> {
    Ok(page_and_total(db, kind, query, all, false).await?.0)
}

async fn page_and_total(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    all: Where,
    is_counted: bool,
) -> Result<(Page, Option<i64>)> {
    let size = query.size.min(MAX_PAGE);
    let total = total_beside(kind, query, &all).filter(|_| is_counted);
    let statement = statement_of(db.get_database_backend(), kind, query, all, total.as_deref());
    let rows = db.query_all_raw(statement).await?;
    let first = rows.first().filter(|_| total.is_some());
    let total = first.map(|row| row.try_get("", "total")).transpose()?;
    let mut records = rows.iter().map(|row| Record::read(row, kind)).collect::<Result<Vec<_>>>()?;
    let has_more = records.len() > size as usize;
    records.truncate(size as usize);
    if query.is_backward {
        records.reverse();
    }
    let has_cursor = query.cursor.is_some();
    let (has_previous, has_next) =
        if query.is_backward { (has_more, has_cursor) } else { (has_cursor, has_more) };
    Ok((Page { records, has_previous, has_next }, total))
}

fn cursor_value(kind: &Kind, sort: &str, value: &str) -> Value {
    match kind.field(sort).map(|field| field.kind) {
        Some(FieldKind::Int { .. } | FieldKind::Money | FieldKind::Instant) => {
            value.parse::<i64>().unwrap_or(0).into()
        }
        Some(FieldKind::Bool) => (value == "true").into(),
        Some(FieldKind::Reference(_)) => value.parse::<Uuid>().unwrap_or_default().into(),
        _ => value.into(),
    }
}

/// How many records match, counted up to 1,000; the flag says there are more.
pub async fn count(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<(i64, bool)> {
    count_of(db, kind, conditions(db, kind, query, actor, permission).await?).await
}

async fn count_of(db: &impl Sql, kind: &Kind, all: Where) -> Result<(i64, bool)> {
    let sql = count_sql(kind, &all);
    Ok(capped(db.scalar(&sql, all.values).await?.unwrap_or(0)))
}

fn count_sql(kind: &Kind, all: &Where) -> String {
    let most = COUNT_CAP + 1;
    format!("SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT {most}) AS counted", kind.table, all.sql())
}

/// As [`count_sql`] for what a list says beside its page. Along the index of a filter a wide scope may be met seldom, so no more
/// than [`MOST_SCANNED`] rows are looked at: where there are others behind them, `n` that were met are given as `-1 - n`.
fn list_count_sql(kind: &Kind, all: &Where) -> String {
    let Some(scope) = all.scope.as_ref().filter(|_| all.is_wide) else { return count_sql(kind, all) };
    if !all.is_filtered {
        // No order is asked for, so the scope's own index leads to as many as are counted.
        let plain = Where { is_wide: false, ..all.clone() };
        return count_sql(kind, &plain);
    }
    let most = MOST_SCANNED + 1;
    format!(
        "SELECT CASE WHEN count(*) = {most} THEN -1 - sum(seen) ELSE sum(seen) END FROM \
         (SELECT CASE WHEN {scope} THEN 1 ELSE 0 END AS seen FROM {} WHERE {} LIMIT {most}) AS scanned",
        kind.table,
        joined(all.parts.iter().cloned())
    )
}

fn capped(number: i64) -> (i64, bool) {
    (number.min(COUNT_CAP), number > COUNT_CAP)
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
