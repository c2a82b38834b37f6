//! Texts that a review reads: who may do what, every route with what it asks, both schemas. They are committed, so that a change
//! is seen; `BELDE_BLESS=1 cargo test --workspace --bin belde committed` writes them anew.

use kernel::db::Sql;
use sea_orm::{ConnectionTrait, DbBackend};
use web::Allow;

/// Compares a page of `docs/` with what the product says now.
fn compare(name: &str, now: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("BELDE_BLESS").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == now,
        "docs/{name} is not what the product says; write it anew and look at the difference"
    );
}

#[test]
fn the_committed_matrix_of_powers_is_the_one_in_force() {
    compare("permissions.txt", &access::roles::matrix_text(&crate::capabilities::registry()));
}

#[test]
fn the_committed_list_of_routes_names_each_with_what_it_asks() {
    let mut lines: Vec<String> = crate::capabilities::routes()
        .0
        .iter()
        .map(|route| {
            let asks = match route.allow {
                Allow::Public => "public".to_string(),
                Allow::Machine => "machine".to_string(),
                Allow::SignedIn => "signed-in".to_string(),
                Allow::Permission(code) => code.to_string(),
                Allow::Whole(code) => format!("{code}=all"),
            };
            format!("{} {} {asks}", route.method, route.path)
        })
        .collect();
    lines.sort();
    compare("routes.txt", &(lines.join("\n") + "\n"));
}

/// What SQLite keeps is the text of each statement, comments included.
const SQLITE_SCHEMA: &str =
    "SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name";

/// PostgreSQL keeps no statements: tables with their columns and comments, then their constraints and indexes.
const POSTGRES_SCHEMA: &str = "SELECT line FROM ( \
    SELECT c.relname::text AS name, 0 AS part, 0 AS place, \
      format(E'TABLE %s -- %s', c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')) AS line \
    FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace \
    UNION ALL SELECT c.relname::text, 1, a.attnum, \
      format('  %s %s%s%s%s -- %s', a.attname, format_type(a.atttypid, a.atttypmod), \
        CASE WHEN l.collname = 'C' THEN ' COLLATE \"C\"' ELSE '' END, \
        CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, \
        coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), ''), \
        coalesce(col_description(c.oid, a.attnum), '')) \
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
      LEFT JOIN pg_collation AS l ON l.oid = a.attcollation \
      LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum \
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace \
    UNION ALL SELECT c.relname::text, 2, 0, format('  %s %s', k.conname, pg_get_constraintdef(k.oid)) \
    FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid \
    WHERE c.relnamespace = current_schema()::regnamespace AND k.contype IN ('p', 'f', 'u', 'c') \
    UNION ALL SELECT tablename::text, 3, 0, '  ' || replace(indexdef, ' ' || schemaname || '.', ' ') \
    FROM pg_indexes WHERE schemaname = current_schema() \
  ) AS lines ORDER BY name COLLATE \"C\", part, place, line COLLATE \"C\"";

#[tokio::test]
async fn the_committed_schemas_are_what_migration_leaves_in_the_databases() {
    testkit::each(super::declared(), async |test| {
        let (file, sql) = match test.db.get_database_backend() {
            DbBackend::Sqlite => ("schema/sqlite.sql", SQLITE_SCHEMA),
            _ => ("schema/postgres.txt", POSTGRES_SCHEMA),
        };
        let lines: Vec<String> = test.db.column(sql, vec![]).await.unwrap();
        compare(file, &(lines.join("\n") + "\n"));
    })
    .await;
}
