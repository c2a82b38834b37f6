//! No list reads more than it shows: for every kind, every filter, alone and with every sort in both directions, the
//! database answers along an index, neither walking the table nor sorting what it found.

use kernel::access::Scope;
use kernel::record::{
    Direction, Field, FieldKind, FieldValue, FilterValue, Kind, ListQuery, Reach, page_statement,
};
use kernel::value::Day;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use testkit::{Person, TestDb, each};
use uuid::Uuid;

/// What a filter compares is no matter for the plan; that it is of the column's type is.
fn filters(kind: &Kind) -> Vec<Option<(&'static str, FilterValue)>> {
    let value = |field: &Field| match field.kind {
        FieldKind::Reference(_) => FilterValue::Is(FieldValue::Id(Uuid::from_u128(1))),
        FieldKind::Bool => FilterValue::Is(FieldValue::Bool(true)),
        FieldKind::Int { .. } | FieldKind::Money => FilterValue::Is(FieldValue::Int(1)),
        FieldKind::Day | FieldKind::Instant => {
            FilterValue::Between("2026-11-05".parse::<Day>().ok(), "2026-11-06".parse::<Day>().ok())
        }
        FieldKind::Choice(choices) => FilterValue::Is(FieldValue::Text(choices[0].code.into())),
        _ => FilterValue::Is(FieldValue::Text("x".into())),
    };
    let filtered = kind.fields.iter().filter(|field| field.is_filter);
    let states = kind.field("state").filter(|field| field.is_filter && field.choices().len() > 1);
    let some = states.map(|field| {
        Some((field.name, FilterValue::AnyOf(field.choices().iter().take(2).map(|one| one.code).collect())))
    });
    std::iter::once(None).chain(filtered.map(|field| Some((field.name, value(field))))).chain(some).collect()
}

/// The plan as one text, asked for as if every table were large.
async fn plan(test: &TestDb, mut statement: Statement) -> String {
    let tx = test.begin().await;
    tx.without_event("a plan changes nothing");
    let is_sqlite = test.db.get_database_backend() == DbBackend::Sqlite;
    let explain = if is_sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    if !is_sqlite {
        for way in ["seqscan", "sort", "bitmapscan", "incremental_sort"] {
            tx.execute_unprepared(&format!("SET LOCAL enable_{way} = off")).await.unwrap();
        }
    }
    statement.sql = format!("{explain} {}", statement.sql);
    let rows = tx.query_all_raw(statement).await.unwrap();
    let line = |row: &sea_orm::QueryResult| row.try_get_by_index::<String>(if is_sqlite { 3 } else { 0 });
    rows.iter().map(|row| line(row).unwrap()).collect::<Vec<_>>().join("\n")
}

/// Why a plan grows with the table; nothing when it does not.
fn fault(plan: &str, backend: DbBackend, is_filtered: bool, is_range: bool) -> Option<&'static str> {
    if backend == DbBackend::Sqlite {
        let is_walk = plan.lines().any(|line| line.starts_with("SCAN") && !line.contains("USING"));
        let is_unsearched = is_filtered && !plan.contains("SEARCH");
        return match () {
            () if plan.contains("TEMP B-TREE") => Some("sorts what it found"),
            () if is_walk => Some("walks the table"),
            () if is_unsearched && !is_range => Some("walks an index without using the filter"),
            () => None,
        };
    }
    // What is computed for each row of the page stands behind the list itself; of several indexes that lead there an empty table
    // prefers any.
    let mut list = plan.lines().take_while(|line| !line.trim_start().starts_with("SubPlan"));
    match () {
        () if plan.contains("Sort") => Some("sorts what it found"),
        () if plan.contains("Seq Scan") => Some("walks the table"),
        () if is_filtered && !is_range && list.any(|line| line.contains("Filter:")) => {
            Some("walks an index without using the filter")
        }
        () => None,
    }
}

#[tokio::test]
async fn every_list_with_every_filter_and_sort_is_answered_along_an_index() {
    each(super::declared(), async |test: &TestDb| {
        let mut faults = Vec::new();
        for kind in test.registry.kinds() {
            // What is kept back from others is few, and is passed over along the order.
            let person = Person::new("plan").may(kind.view, Scope::All);
            let person =
                kind.reserved.iter().fold(person, |person, one| person.may(one.to, Scope::All)).actor();
            let sorts: Vec<&'static str> =
                kind.fields.iter().filter(|field| field.sort.is_some()).map(|field| field.name).collect();
            for filter in filters(kind) {
                for sort in &sorts {
                    for direction in [Direction::Ascending, Direction::Descending] {
                        let mut query = ListQuery::first(kind);
                        (query.sort, query.direction) = (*sort, direction);
                        query.filters.extend(filter.clone());
                        // A range on another column than the sort is checked along the sort, and so is one of several.
                        let is_range = match &filter {
                            Some((name, FilterValue::Between(..))) => name != sort,
                            Some((_, FilterValue::AnyOf(_))) => true,
                            _ => false,
                        };
                        let asker = (&person, kind.view);
                        let statement =
                            page_statement(&test.db, kind, &query, asker, Reach::Whole).await.unwrap();
                        let plan = plan(test, statement).await;
                        let backend = test.db.get_database_backend();
                        if let Some(fault) = fault(&plan, backend, filter.is_some(), is_range) {
                            let name = filter.as_ref().map_or("everything", |(name, _)| *name);
                            faults
                                .push(format!("{} {name} by {sort} {direction:?} {fault}:\n{plan}", kind.id));
                        }
                    }
                }
            }
        }
        assert!(faults.is_empty(), "on {}:\n{}", test.name, faults.join("\n\n"));
    })
    .await;
}

#[tokio::test]
async fn a_list_of_some_units_reads_the_first_page_of_each_from_its_own_index() {
    each(super::declared(), async |test: &TestDb| {
        let units = vec![Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3)];
        let mut faults = Vec::new();
        for kind in test.registry.kinds() {
            let by_unit = kind.unit.filter(|unit| kind.field(unit).is_some_and(|field| field.is_filter));
            let Some(unit) = by_unit else { continue };
            let person = Person::new("plan").may(kind.view, Scope::Units(units.clone())).actor();
            for field in kind.fields.iter().filter(|field| field.sort.is_some()) {
                let query = ListQuery { sort: field.name, ..ListQuery::first(kind) };
                let asker = (&person, kind.view);
                let statement = page_statement(&test.db, kind, &query, asker, Reach::Many).await.unwrap();
                let plan = plan(test, statement).await;
                let searched =
                    plan.matches(&format!("{unit}=?")).count() + plan.matches(&format!("({unit} = ")).count();
                let is_walk = plan.lines().any(|line| line.starts_with(&format!("SCAN {}", kind.table)));
                if searched < units.len() || is_walk {
                    faults.push(format!("{} by {}:\n{plan}", kind.id, field.name));
                }
            }
        }
        assert!(faults.is_empty(), "on {}:\n{}", test.name, faults.join("\n\n"));
    })
    .await;
}

/// Whatever is filtered and sorted by, the few records of a unit are found along an index that begins with the unit; the page is
/// then looked up by its ids.
#[tokio::test]
async fn the_few_records_of_a_unit_are_gathered_along_its_index_and_the_table_is_never_walked() {
    each(super::declared(), async |test: &TestDb| {
        let mut faults = Vec::new();
        for kind in test.registry.kinds() {
            let by_unit = kind.unit.filter(|unit| kind.field(unit).is_some_and(|field| field.is_filter));
            let Some(unit) = by_unit else { continue };
            let person = Person::new("plan").may(kind.view, Scope::Units(vec![Uuid::from_u128(1)])).actor();
            for filter in
                filters(kind).into_iter().filter(|it| it.as_ref().is_none_or(|(name, _)| *name != unit))
            {
                for field in kind.fields.iter().filter(|field| field.sort.is_some()) {
                    let mut query = ListQuery { sort: field.name, ..ListQuery::first(kind) };
                    query.filters.extend(filter.clone());
                    let asker = (&person, kind.view);
                    let statement = page_statement(&test.db, kind, &query, asker, Reach::Few).await.unwrap();
                    let plan = plan(test, statement).await;
                    let is_walk = plan.contains("Seq Scan")
                        || plan.lines().any(|line| line.starts_with(&format!("SCAN {}", kind.table)));
                    // PostgreSQL, which knows how many there are, may begin with the filter instead.
                    let is_found =
                        plan.contains(&format!("({unit}=?")) || plan.contains(&format!("({unit} = "));
                    let may_differ =
                        filter.is_some() && test.db.get_database_backend() == DbBackend::Postgres;
                    if is_walk || !(is_found || may_differ) {
                        let name = filter.as_ref().map_or("everything", |(name, _)| *name);
                        faults.push(format!("{} {name} by {}:\n{plan}", kind.id, field.name));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "on {}:\n{}", test.name, faults.join("\n\n"));
    })
    .await;
}

/// The test above would be worth nothing if these plans passed.
#[test]
fn the_plans_that_grow_are_told() {
    let of = |plan: &str, backend| fault(plan, backend, true, false);
    assert!(of("SCAN staff", DbBackend::Sqlite).is_some());
    assert!(
        of("SEARCH staff USING INDEX a (unit_id=?)\nUSE TEMP B-TREE FOR ORDER BY", DbBackend::Sqlite)
            .is_some()
    );
    assert!(of("SCAN staff USING INDEX staff__name_key_id", DbBackend::Sqlite).is_some());
    assert!(of("SEARCH staff USING INDEX a (unit_id=?)", DbBackend::Sqlite).is_none());
    assert!(of("Limit\n  -> Sort\n    -> Index Scan", DbBackend::Postgres).is_some());
    assert!(of("Limit\n  -> Seq Scan on staff", DbBackend::Postgres).is_some());
    assert!(of("Limit\n  -> Index Scan using a\n  Filter: (x = 1)", DbBackend::Postgres).is_some());
    assert!(of("Limit\n  -> Index Scan using a\n  Index Cond: (x = 1)", DbBackend::Postgres).is_none());
}
