//! Lists: the one SQL statement that answers what a URL asks for (`asked.rs`) under its conditions (`conditions.rs`), keyset paging
//! and capped counts.

mod asked;
mod conditions;
mod reach;
mod referring;

use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

use super::read::columns;
use super::{FieldKind, Kind, Record};
use crate::access::Actor;
use crate::db::{Db, Sql};
use crate::error::Result;

pub use asked::{Direction, FilterValue, ListQuery};
pub(super) use conditions::scope;
use conditions::{Counting, SORTED, Where, conditions};
use reach::Asked;
pub(crate) use reach::Counted;
pub use reach::Reach;
pub use referring::{Mention, referring};

pub const PAGE_SIZES: [u32; 3] = [25, 50, 100];
/// Exports read in pages of this many rows.
pub const MAX_PAGE: u32 = 500;
/// Counting stops here: "1.000+".
const COUNT_CAP: i64 = 1_000;
/// More than are ever gathered: a scope or a word with so many is not few.
const MOST_GATHERED: i64 = 1_000_000;
/// Rows that the count of a list looks at where many match the filters and only some of them are of the scope: what is not
/// reached is said as "and more".
const MOST_SCANNED: i64 = 4_000;

/// One page in list order.
#[derive(Debug)]
pub struct Page {
    pub records: Vec<Record>,
    pub has_previous: bool,
    pub has_next: bool,
}

/// Who asks, with which permission.
type Asker<'a> = (&'a Actor, &'a str);

/// One page of records the person may see.
pub async fn list(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<Page> {
    let (asked, asker) = (Asked { db, lately: None }, (actor, permission));
    let reach = asked.reach(kind, asker).await?;
    let all = conditions(&asked, kind, query, asker, reach, Where::of_list(asked.backend())).await?;
    Ok(page_and_total(db, kind, query, all, false).await?.0)
}

/// The page and how many records match in all: what the list screen shows, with the conditions looked into once.
pub async fn list_counted(
    db: &Db,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<(Page, (i64, bool))> {
    let (asked, asker) = (Asked { db, lately: Some(&*db.counted) }, (actor, permission));
    let reach = asked.reach(kind, asker).await?;
    let all = conditions(&asked, kind, query, asker, reach, Where::of_list(asked.backend())).await?;
    let counting = all.counting.clone();
    let (page, total) = page_and_total(db, kind, query, all.clone(), true).await?;
    let shown = page.records.len() as i64;
    let count = match (counting, total) {
        _ if query.cursor.is_none() && !page.has_next => (shown, false),
        (_, Some(total)) if total < 0 => ((-1 - total).max(shown).min(COUNT_CAP), true),
        (_, Some(total)) => capped(total),
        (Counting::AtLeast(records), _) => (records.min(COUNT_CAP), true),
        (Counting::Not, _) => (shown, true),
        (Counting::Ordinary, None) => count_of(db, kind, all).await?,
    };
    Ok((page, count))
}

/// The one statement that answers [`list`], with one row more than the page has, for somebody who reaches so much.
pub async fn page_statement(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    (actor, permission): (&Actor, &str),
    reach: Reach,
) -> Result<Statement> {
    let asked = Asked { db, lately: None };
    let all =
        conditions(&asked, kind, query, (actor, permission), reach, Where::of_list(asked.backend())).await?;
    Ok(statement_of(db.get_database_backend(), kind, query, all, false))
}

/// How many match in all, as one more column of the page, where one statement can give both.
fn total_beside(kind: &Kind, all: &Where) -> Option<String> {
    match all.counting {
        Counting::Ordinary if all.is_gathered => Some(format!("(SELECT count(*) FROM {GATHERED})")),
        Counting::Ordinary => Some(format!("({})", list_count_sql(kind, all))),
        Counting::AtLeast(_) | Counting::Not => None,
    }
}

/// What [`Where::is_gathered`] says: id and place in the order of each record that fits.
const GATHERED: &str = "gathered";

fn statement_of(
    backend: DbBackend,
    kind: &Kind,
    query: &ListQuery,
    mut all: Where,
    is_counted: bool,
) -> Statement {
    let total = total_beside(kind, &all).filter(|_| is_counted);
    let total = total.map(|total| format!(", {total} AS total")).unwrap_or_default();
    let sort = kind.field(query.sort).and_then(|field| field.sort).unwrap_or("id");
    let is_down = (query.direction == Direction::Descending) != query.is_backward;
    let begins = query.cursor.as_ref().map(|(value, id)| {
        let bound = cursor_value(kind, query.sort, value);
        let (value, id) = (all.bind(bound), all.bind((*id).into()));
        let place = if all.is_gathered { "place" } else { sort };
        format!("({place}, id) {} ({value}, {id})", if is_down { "<" } else { ">" })
    });
    let order = if is_down { "DESC" } else { "ASC" };
    let most = query.size.min(MAX_PAGE) + 1;
    let (columns, table) = (columns(kind), kind.table);
    // The page's few rows are sorted; SQLite is not to walk the table in their order.
    let aside = if backend == DbBackend::Sqlite { "+" } else { "" };
    let of_page = format!("ORDER BY {aside}{sort} {order}, id {order} LIMIT {most}");
    let sql = if all.is_gathered {
        let (gathered, page) = (all.gathered_sql(), page_of_gathered(&all, begins, order, most));
        format!(
            "WITH {GATHERED} AS MATERIALIZED (SELECT id, {sort} AS place FROM {table} WHERE {gathered}) \
             SELECT {columns}{total} FROM {table} WHERE id IN ({page}) {of_page}"
        )
    } else {
        all.parts.extend(begins);
        let along = format!("ORDER BY {sort} {order}, id {order} LIMIT {most}");
        if all.units.is_empty() {
            format!("SELECT {columns}{total} FROM {table} WHERE {} {along}", all.sql())
        } else {
            let found = pages_of_units(table, &all, &along);
            format!("SELECT {columns}{total} FROM {table} WHERE id IN ({found}) {of_page}")
        }
    };
    Statement::from_sql_and_values(backend, sql, all.values)
}

/// The ids of the page among the gathered ones.
fn page_of_gathered(all: &Where, begins: Option<String>, order: &str, most: u32) -> String {
    let begins = begins.map(|begins| format!(" WHERE {begins}")).unwrap_or_default();
    let sorted = format!("SELECT id FROM {GATHERED}{begins} ORDER BY place {order}, id {order}");
    if all.checks.is_empty() {
        return format!("{sorted} LIMIT {most}");
    }
    // The inner LIMIT keeps SQLite from checking them all before it sorts them.
    format!(
        "SELECT id FROM ({sorted} LIMIT {MOST_GATHERED}) AS {SORTED} WHERE {} LIMIT {most}",
        all.checks_sql()
    )
}

/// The ids of the page that each unit of the scope would have.
fn pages_of_units(table: &str, all: &Where, along: &str) -> String {
    let rest = all.rest_sql();
    let page = |unit: &String| {
        format!("SELECT id FROM (SELECT id FROM {table} WHERE {unit} AND {rest} {along}) AS page")
    };
    all.units.iter().map(page).collect::<Vec<_>>().join(" UNION ALL ")
}

async fn page_and_total(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    all: Where,
    is_counted: bool,
) -> Result<(Page, Option<i64>)> {
    let size = query.size.min(MAX_PAGE);
    let has_total = is_counted && total_beside(kind, &all).is_some();
    let statement = statement_of(db.get_database_backend(), kind, query, all, is_counted);
    let rows = db.query_all_raw(statement).await?;
    let first = rows.first().filter(|_| has_total);
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

/// The statement of [`list`] and its values, for whoever goes on from the page in the same statement; one row more than the page
/// has.
pub(super) async fn page_sql(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    asker: Asker<'_>,
) -> Result<(String, Vec<Value>)> {
    let asked = Asked { db, lately: None };
    let reach = asked.reach(kind, asker).await?;
    let all = conditions(&asked, kind, query, asker, reach, Where::of_list(asked.backend())).await?;
    let statement = statement_of(db.get_database_backend(), kind, query, all, false);
    Ok((statement.sql, statement.values.map(|values| values.0).unwrap_or_default()))
}

/// How many records match, counted up to 1,000; the flag says there are more.
pub async fn count(
    db: &impl Sql,
    kind: &Kind,
    query: &ListQuery,
    actor: &Actor,
    permission: &str,
) -> Result<(i64, bool)> {
    let (asked, asker) = (Asked { db, lately: None }, (actor, permission));
    let reach = asked.reach(kind, asker).await?;
    count_of(db, kind, conditions(&asked, kind, query, asker, reach, Where::of_list(asked.backend())).await?)
        .await
}

async fn count_of(db: &impl Sql, kind: &Kind, all: Where) -> Result<(i64, bool)> {
    let sql = count_sql(kind, &all);
    Ok(capped(db.scalar(&sql, all.values).await?.unwrap_or(0)))
}

fn count_sql(kind: &Kind, all: &Where) -> String {
    let (most, table) = (COUNT_CAP + 1, kind.table);
    let found = if all.is_gathered && !all.checks.is_empty() {
        let (gathered, checks) = (all.gathered_sql(), all.checks_sql());
        format!("(SELECT id FROM {table} WHERE {gathered}) AS {SORTED} WHERE {checks}")
    } else {
        format!("{table} WHERE {}", all.sql())
    };
    format!("SELECT count(*) FROM (SELECT 1 FROM {found} LIMIT {most}) AS counted")
}

/// As [`count_sql`] for what a list says beside its page. Along the index of a filter a wide scope may be met seldom, so no more
/// than [`MOST_SCANNED`] rows are looked at: where there are others behind them, `n` that were met are given as `-1 - n`.
fn list_count_sql(kind: &Kind, all: &Where) -> String {
    let Some(scope) = all.scope.as_ref().filter(|_| all.is_wide) else { return count_sql(kind, all) };
    if !all.is_filtered {
        // No order is asked for, so the scope's own index leads to as many as are counted.
        let mut plain = all.clone();
        plain.is_wide = false;
        return count_sql(kind, &plain);
    }
    let most = MOST_SCANNED + 1;
    format!(
        "SELECT CASE WHEN count(*) = {most} THEN -1 - sum(seen) ELSE sum(seen) END FROM \
         (SELECT CASE WHEN {scope} THEN 1 ELSE 0 END AS seen FROM {} WHERE {} LIMIT {most}) AS scanned",
        kind.table,
        all.rest_sql()
    )
}

fn capped(number: i64) -> (i64, bool) {
    (number.min(COUNT_CAP), number > COUNT_CAP)
}
