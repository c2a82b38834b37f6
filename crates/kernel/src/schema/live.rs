//! What a database itself says of its tables, and their rows as values that mean the same on both databases: the
//! ground that backup and restore stand on. What the tables are for is not known here.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Type;
use crate::db::{Sql, placeholders};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// A value without its database: truth is 0 or 1, an id is its 16 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// What a column's cells are when they are not null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Int,
    Text,
    Bytes,
}

/// A table as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveTable {
    pub name: String,
    pub columns: Vec<LiveColumn>,
    /// Columns of the primary key, in its order. Rows are read in the order of the key, bytewise, on both databases.
    pub key: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveColumn {
    pub name: String,
    kind: Type,
}

impl LiveColumn {
    pub fn class(&self) -> Class {
        match self.kind {
            Type::Int | Type::Bool => Class::Int,
            Type::Text => Class::Text,
            Type::Uuid | Type::Bytes => Class::Bytes,
        }
    }
}

#[derive(FromQueryResult)]
struct Found {
    table_name: String,
    column_name: String,
    kind: String,
    /// Place in the primary key from 1; 0 when it is no part of it.
    key_place: i64,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS table_name, c.name AS column_name, lower(c.type) AS kind, c.pk AS key_place \
     FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid";

const POSTGRES_COLUMNS: &str = "SELECT c.relname::text AS table_name, a.attname::text AS column_name, \
       format_type(a.atttypid, a.atttypmod) AS kind, \
       coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint AS key_place \
     FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
       LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace \
     ORDER BY c.relname::text COLLATE \"C\", a.attnum";

/// Every table of the database (PostgreSQL: of its current schema) by name. Fails for a column of a type that the
/// house does not use and for a table without a primary key, because neither could be carried over faithfully.
pub async fn tables(db: &impl Sql) -> Result<Vec<LiveTable>> {
    let is_sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let found: Vec<Found> =
        db.rows(if is_sqlite { SQLITE_COLUMNS } else { POSTGRES_COLUMNS }, vec![]).await?;
    let mut tables: Vec<LiveTable> = Vec::new();
    for group in found.chunk_by(|one, next| one.table_name == next.table_name) {
        let mut columns = Vec::new();
        for one in group {
            let kind = type_of(&one.kind, is_sqlite).ok_or_else(|| {
                Error::internal(format!("{}.{}: type {}", one.table_name, one.column_name, one.kind))
            })?;
            columns.push(LiveColumn { name: one.column_name.clone(), kind });
        }
        let mut key: Vec<&Found> = group.iter().filter(|one| one.key_place > 0).collect();
        key.sort_by_key(|one| one.key_place);
        let name = group[0].table_name.clone();
        if key.is_empty() {
            return Err(Error::internal(format!("table {name} has no primary key")));
        }
        let key = key.into_iter().map(|one| one.column_name.clone()).collect();
        tables.push(LiveTable { name, columns, key });
    }
    Ok(tables)
}

fn type_of(name: &str, is_sqlite: bool) -> Option<Type> {
    Some(match (name, is_sqlite) {
        ("integer" | "bigint", true) | ("bigint", false) => Type::Int,
        ("text", _) => Type::Text,
        ("blob", true) | ("bytea", false) => Type::Bytes,
        ("uuid", false) => Type::Uuid,
        ("boolean", false) => Type::Bool,
        _ => return None,
    })
}

impl LiveTable {
    /// The same table with columns and key in another order; nothing when a name is missing on either side.
    pub fn arranged(&self, columns: &[String], key: &[String]) -> Option<Self> {
        let pick = |name: &String| self.columns.iter().find(|column| column.name == *name).cloned();
        let arranged: Vec<LiveColumn> = columns.iter().map(pick).collect::<Option<_>>()?;
        let is_same_key = key.len() == self.key.len() && key.iter().all(|name| self.key.contains(name));
        (arranged.len() == self.columns.len() && is_same_key).then(|| Self {
            name: self.name.clone(),
            columns: arranged,
            key: key.to_vec(),
        })
    }

    /// The key of a row that [`LiveTable::page`] gave.
    pub fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        let place = |name: &String| self.columns.iter().position(|column| column.name == *name);
        self.key.iter().filter_map(place).map(|at| row[at].clone()).collect()
    }

    /// Rows in the order of the key, the first ones or those after `after`.
    pub async fn page(&self, db: &impl Sql, after: Option<&[Cell]>, limit: u32) -> Result<Vec<Vec<Cell>>> {
        let backend = db.get_database_backend();
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let key: Vec<&LiveColumn> = self
            .key
            .iter()
            .filter_map(|name| self.columns.iter().find(|column| column.name == *name))
            .collect();
        let order = key.iter().map(|column| bytewise(column, backend)).collect::<Vec<_>>().join(", ");
        let condition = match after {
            Some(_) => format!("WHERE ({order}) > ({})", placeholders(1, key.len())),
            None => String::new(),
        };
        let sql = format!(
            "SELECT {} FROM {} {condition} ORDER BY {order} LIMIT {limit}",
            names.join(", "),
            self.name
        );
        let values = key.iter().zip(after.unwrap_or_default());
        let values: Vec<Value> =
            values.map(|(column, cell)| bound(column, cell, backend)).collect::<Result<_>>()?;
        let rows = db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        rows.iter().map(|row| self.cells(row, backend)).collect()
    }

    fn cells(&self, row: &QueryResult, backend: DbBackend) -> Result<Vec<Cell>> {
        let columns = self.columns.iter().enumerate();
        columns.map(|(at, column)| cell(row, at, column.kind, backend)).collect()
    }

    /// Adds rows whose cells stand in the order of the columns.
    pub async fn insert(&self, tx: &Tx, rows: &[Vec<Cell>]) -> Result<()> {
        let backend = tx.get_database_backend();
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        // SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
        let most = (16_000 / names.len().max(1)).clamp(1, 500);
        for chunk in rows.chunks(most) {
            let width = names.len();
            let places = (0..chunk.len()).map(|row| match backend {
                // SQLite takes `$1` for a name and looks each up among all the others: thousands of them are slow.
                DbBackend::Sqlite => format!("({})", vec!["?"; width].join(", ")),
                _ => format!("({})", placeholders(row * width + 1, width)),
            });
            let places = places.collect::<Vec<_>>().join(", ");
            let sql = format!("INSERT INTO {} ({}) VALUES {places}", self.name, names.join(", "));
            let cells = chunk.iter().flat_map(|row| self.columns.iter().zip(row));
            let values = cells.map(|(column, cell)| bound(column, cell, backend)).collect::<Result<_>>()?;
            tx.run(&sql, values).await?;
        }
        Ok(())
    }

    pub async fn count(&self, db: &impl Sql) -> Result<i64> {
        let count = db.scalar(&format!("SELECT count(*) FROM {}", self.name), vec![]).await?;
        Ok(count.unwrap_or(0))
    }

    /// Deletes every row; for the restore, inside [`hold_references`].
    pub async fn clear(&self, tx: &Tx) -> Result<()> {
        tx.run(&format!("DELETE FROM {}", self.name), vec![]).await?;
        Ok(())
    }
}

/// The column as both databases sort it alike. Most texts are declared so; the migration table's are not.
fn bytewise(column: &LiveColumn, backend: DbBackend) -> String {
    if backend == DbBackend::Postgres && column.kind == Type::Text {
        return format!("{} COLLATE \"C\"", column.name);
    }
    column.name.clone()
}

fn cell(row: &QueryResult, at: usize, kind: Type, backend: DbBackend) -> Result<Cell> {
    let is_sqlite = backend == DbBackend::Sqlite;
    Ok(match kind {
        Type::Text => row.try_get_by_index::<Option<String>>(at)?.map_or(Cell::Null, Cell::Text),
        Type::Bool if !is_sqlite => {
            row.try_get_by_index::<Option<bool>>(at)?.map_or(Cell::Null, |truth| Cell::Int(truth.into()))
        }
        Type::Int | Type::Bool => row.try_get_by_index::<Option<i64>>(at)?.map_or(Cell::Null, Cell::Int),
        Type::Uuid if !is_sqlite => row
            .try_get_by_index::<Option<Uuid>>(at)?
            .map_or(Cell::Null, |id| Cell::Bytes(id.as_bytes().to_vec())),
        Type::Uuid | Type::Bytes => {
            row.try_get_by_index::<Option<Vec<u8>>>(at)?.map_or(Cell::Null, Cell::Bytes)
        }
    })
}

/// The cell as the database takes it.
fn bound(column: &LiveColumn, cell: &Cell, backend: DbBackend) -> Result<Value> {
    let is_sqlite = backend == DbBackend::Sqlite;
    let misfit = || Error::internal(format!("a value does not fit column {}", column.name));
    Ok(match (column.kind, cell) {
        (Type::Text, Cell::Text(text)) => text.clone().into(),
        (Type::Text, Cell::Null) => None::<String>.into(),
        (Type::Bool, Cell::Int(truth)) if !is_sqlite => (*truth != 0).into(),
        (Type::Bool, Cell::Null) if !is_sqlite => None::<bool>.into(),
        (Type::Int | Type::Bool, Cell::Int(number)) => (*number).into(),
        (Type::Int | Type::Bool, Cell::Null) => None::<i64>.into(),
        (Type::Uuid, Cell::Bytes(bytes)) if !is_sqlite => {
            Uuid::from_slice(bytes).map_err(|_| misfit())?.into()
        }
        (Type::Uuid, Cell::Null) if !is_sqlite => None::<Uuid>.into(),
        (Type::Uuid | Type::Bytes, Cell::Bytes(bytes)) => bytes.clone().into(),
        (Type::Uuid | Type::Bytes, Cell::Null) => None::<Vec<u8>>.into(),
        _ => return Err(misfit()),
    })
}

/// References between tables, loosened until the rows they point to are all there.
pub struct HeldReferences(Vec<Constraint>);

#[derive(FromQueryResult)]
struct Constraint {
    table_name: String,
    name: String,
}

/// Lets rows refer to rows that come later in the same transaction. [`release_references`] checks them all.
pub async fn hold_references(tx: &Tx) -> Result<HeldReferences> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        tx.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
        return Ok(HeldReferences(Vec::new()));
    }
    let sql = "SELECT conrelid::regclass::text AS table_name, quote_ident(conname) AS name FROM pg_constraint \
               WHERE contype = 'f' AND NOT condeferrable AND connamespace = current_schema()::regnamespace";
    let all: Vec<Constraint> = tx.rows(sql, vec![]).await?;
    for Constraint { table_name, name } in &all {
        let alter = format!("ALTER TABLE {table_name} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED");
        tx.execute_unprepared(&alter).await?;
    }
    Ok(HeldReferences(all))
}

/// Checks every reference and makes them strict again. Fails when a row refers to one that is not there.
pub async fn release_references(tx: &Tx, held: HeldReferences) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        let broken: Option<String> =
            tx.scalar("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1", vec![]).await?;
        return match broken {
            Some(table) => {
                Err(Error::internal(format!("a row of {table} refers to a row that is not there")))
            }
            None => Ok(()),
        };
    }
    tx.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
    for Constraint { table_name, name } in held.0 {
        tx.execute_unprepared(&format!("ALTER TABLE {table_name} ALTER CONSTRAINT {name} NOT DEFERRABLE"))
            .await?;
    }
    Ok(())
}

/// Indexes that only make reading fast, as the statements that make them again.
pub struct HeldIndexes(Vec<String>);

#[derive(FromQueryResult)]
struct IndexRow {
    name: String,
    definition: String,
}

/// Takes away every index that enforces nothing, so that many rows go in without sorting each into all of them;
/// [`make_indexes`] puts them back.
pub async fn drop_indexes(tx: &Tx) -> Result<HeldIndexes> {
    let sql = match tx.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name, sql AS definition FROM sqlite_master \
             WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE %' ORDER BY name"
        }
        _ => {
            "SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition \
             FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid \
             WHERE NOT i.indisunique AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace \
             ORDER BY 1"
        }
    };
    let all: Vec<IndexRow> = tx.rows(sql, vec![]).await?;
    for index in &all {
        tx.execute_unprepared(&format!("DROP INDEX {}", index.name)).await?;
    }
    Ok(HeldIndexes(all.into_iter().map(|index| index.definition).collect()))
}

/// Makes the indexes that [`drop_indexes`] took away.
pub async fn make_indexes(tx: &Tx, held: HeldIndexes) -> Result<()> {
    for definition in held.0 {
        tx.execute_unprepared(&definition).await?;
    }
    Ok(())
}

/// Removes the tables with everything in them; for the restore over an installation that is given up.
pub async fn drop_tables(tx: &Tx, tables: &[LiveTable]) -> Result<()> {
    if tables.is_empty() {
        return Ok(());
    }
    if tx.get_database_backend() == DbBackend::Postgres {
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        tx.execute_unprepared(&format!("DROP TABLE {} CASCADE", names.join(", "))).await?;
        return Ok(());
    }
    tx.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
    for table in tables {
        table.clear(tx).await?;
    }
    for table in tables {
        tx.execute_unprepared(&format!("DROP TABLE {}", table.name)).await?;
    }
    Ok(())
}
