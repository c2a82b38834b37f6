//! SQL over a journal, for people who know what they ask: one table that is read out of the segments while SQLite asks
//! for it, with the small tables that its numbers refer to beside it. Nothing can be written, made or attached, and time,
//! rows and bytes of an answer are bounded. No HTTP, no database of the product.
//!
//! Conditions on instants, equal values, lists and beginnings of texts go down into the journal, so that of two years only
//! the segments and pages are read that may have such rows; SQLite asks every condition again of what comes back.

mod push;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use journal::{Covered, Journal, Kind, Row, Schema};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Statement};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Questions that are worked on at a time, however many nodes' journals this process has open: each takes a processor.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);
/// Steps of SQLite's machine between two looks at the time.
const STEPS: i32 = 10_000;
/// Longest text that a function of SQLite may make.
const LONGEST_TEXT: i32 = 4 << 20;
/// Memory for sorting and grouping, in KiB, before SQLite goes on in a file.
const CACHE_KIB: i32 = 16 * 1_024;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes that are no text.
    Blob(Vec<u8>),
}

/// A column that is made of a whole row, such as the line it came from; nothing where there is none.
#[derive(Clone)]
pub struct Made {
    /// Its name.
    pub name: &'static str,
    /// Makes it.
    pub of: Making,
}

/// Makes a value of a row.
pub type Making = Arc<dyn Fn(&Row) -> Option<Vec<u8>> + Send + Sync>;

/// A small table beside the journal's.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Its name.
    pub name: &'static str,
    /// Its columns, each with its type in SQLite: without one, no index can be made while a question is answered.
    pub columns: &'static [(&'static str, &'static str)],
    /// Its rows, with a value for each column.
    pub rows: Vec<Vec<Value>>,
}

/// What can be asked.
#[derive(Clone)]
pub struct Tables {
    /// Its stream's name is the name of the table.
    pub journal: Arc<Journal>,
    /// Columns after those of the journal.
    pub made: Vec<Made>,
    /// Tables beside it.
    pub beside: Vec<Beside>,
}

/// How far a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of the answer.
    pub rows: usize,
    /// Bytes of the answer.
    pub bytes: usize,
    /// How long rows are read; what was not is named in the answer.
    pub reading: Duration,
    /// How long all of it takes; a question that has not ended then has no answer.
    pub time: Duration,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// There are more rows than the limits let through.
    pub is_cut: bool,
    /// Rows that were read out of the journal.
    pub read: u64,
    /// What of the journal was looked at.
    pub covered: Covered,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite does not understand it; in its words.
    #[error("{0}")]
    Sql(String),
    /// It is not a question: it would write, or look elsewhere.
    #[error("only one SELECT is answered")]
    NotAQuestion,
    /// It had not ended when its time was over.
    #[error("the question had not ended in time")]
    Late,
    /// Others' questions take all there is.
    #[error("other questions are being worked on")]
    Busy,
    /// The journal, or the machine.
    #[error("{0}")]
    Failed(String),
}

/// The columns of the journal's table, in their order, with their types in SQLite.
pub fn columns(schema: &Schema) -> Vec<(String, &'static str)> {
    schema.columns().into_iter().map(|(_, column)| (column.name.clone(), type_of(column.kind))).collect()
}

pub(crate) fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Time => "TEXT",
        Kind::Bytes => "BLOB",
        Kind::Number => "INTEGER",
    }
}

/// Whether a text is a question at all; nothing is read.
pub fn judge(tables: &Tables, sql: &str) -> Result<(), Error> {
    let shared = table::Shared::new(tables, Handle::current(), i64::MIN, Arc::default());
    prepared(&open(tables, &Arc::new(shared))?, tables, sql).map(|_| ())
}

/// Answers one SELECT. `until_us` is the instant, by the journal's clock, until which rows are read. Who does not wait for
/// the answer any more stops the work.
pub async fn ask(tables: Tables, sql: String, limits: Limits, until_us: i64) -> Result<Answer, Error> {
    let waiting = tokio::time::timeout(limits.reading, AT_A_TIME.acquire());
    let _permit =
        waiting.await.map_err(|_| Error::Busy)?.map_err(|error| Error::Failed(error.to_string()))?;
    let stop = Stop(Arc::new(AtomicBool::new(false)));
    let (stopped, handle) = (stop.0.clone(), Handle::current());
    let work = tokio::task::spawn_blocking(move || {
        let shared = table::Shared::new(&tables, handle, until_us, stopped.clone());
        let shared = Arc::new(shared);
        answer(&tables, &shared, &sql, limits, stopped)
            .map_err(|error| shared.take_trouble().map_or(error, Error::Failed))
    });
    let outcome = tokio::time::timeout(limits.time, work).await;
    outcome.map_err(|_| Error::Late)?.map_err(|error| Error::Failed(error.to_string()))?
}

/// Tells the thread that works on a question to stop, when nobody waits for it any more.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn answer(
    tables: &Tables,
    shared: &Arc<table::Shared>,
    sql: &str,
    limits: Limits,
    stop: Arc<AtomicBool>,
) -> Result<Answer, Error> {
    let db = open(tables, shared)?;
    db.progress_handler(STEPS, Some(move || stop.load(Ordering::Relaxed))).map_err(told)?;
    let mut statement = prepared(&db, tables, sql)?;
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let (mut rows, mut bytes, mut is_cut) = (Vec::new(), 0, false);
    let mut found = statement.query([]).map_err(told)?;
    while let Some(row) = found.next().map_err(told)? {
        let values: Vec<Value> = (0..columns.len())
            .map(|at| row.get_ref(at).map(value))
            .collect::<Result<_, _>>()
            .map_err(told)?;
        bytes += values.iter().map(size).sum::<usize>();
        if rows.len() == limits.rows || bytes > limits.bytes {
            is_cut = true;
            break;
        }
        rows.push(values);
    }
    drop(found);
    drop(statement);
    let (read, covered) = shared.looked_at();
    Ok(Answer { columns, rows, is_cut, read, covered })
}

/// The question as SQLite understands it, if it is one.
fn prepared<'d>(db: &'d Connection, tables: &Tables, sql: &str) -> Result<Statement<'d>, Error> {
    // The table is declared to SQLite at its first use, which the authorizer would not let pass.
    db.prepare(&format!("SELECT 1 FROM {}", quoted(tables.journal.schema().stream()))).map_err(told)?;
    db.authorizer(Some(|context: AuthContext<'_>| may(context.action))).map_err(told)?;
    let statement = db.prepare(sql).map_err(told)?;
    match (statement.readonly(), statement.parameter_count(), statement.column_count()) {
        (true, 0, 1..) => Ok(statement),
        (true, 1.., _) => Err(Error::Sql("a question has no parameters".to_owned())),
        (true, ..) => Err(Error::Sql("there is nothing to answer".to_owned())),
        _ => Err(Error::NotAQuestion),
    }
}

fn open(tables: &Tables, shared: &Arc<table::Shared>) -> Result<Connection, Error> {
    made(tables, shared).map_err(|error| Error::Failed(error.to_string()))
}

/// A database of nothing but the tables.
fn made(tables: &Tables, shared: &Arc<table::Shared>) -> rusqlite::Result<Connection> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(&format!("PRAGMA temp_store = FILE; PRAGMA cache_size = -{CACHE_KIB};"))?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_TEXT)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.set_limit(Limit::SQLITE_LIMIT_WORKER_THREADS, 0)?;
    for table in &tables.beside {
        let (name, places) = (quoted(table.name), vec!["?"; table.columns.len()].join(", "));
        let columns: Vec<String> =
            table.columns.iter().map(|(name, kind)| format!("{} {kind}", quoted(name))).collect();
        db.execute_batch(&format!("CREATE TABLE {name} ({})", columns.join(", ")))?;
        let mut insert = db.prepare(&format!("INSERT INTO {name} VALUES ({places})"))?;
        for row in &table.rows {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
    }
    // How small they are decides what is gone through first.
    db.execute_batch("ANALYZE")?;
    table::register(&db, tables.journal.schema().stream(), shared.clone())?;
    Ok(db)
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What a question may do: read, and call functions that read nothing else.
fn may(action: AuthAction<'_>) -> Authorization {
    match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if !function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

fn told(error: rusqlite::Error) -> Error {
    let said = match &error {
        rusqlite::Error::MultipleStatement => return Error::NotAQuestion,
        rusqlite::Error::SqliteFailure(cause, said) => match cause.code {
            ErrorCode::AuthorizationForStatementDenied => return Error::NotAQuestion,
            ErrorCode::OperationInterrupted => return Error::Late,
            ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory => {
                return Error::Failed(error.to_string());
            }
            _ => said.clone(),
        },
        rusqlite::Error::SqlInputError { msg, .. } => Some(msg.clone()),
        _ => None,
    };
    match said {
        // What SQLite says of a table of ours before the authorizer is asked, and of tables that read elsewhere.
        Some(said) if said.ends_with("may not be modified") || said.starts_with("not authorized") => {
            Error::NotAQuestion
        }
        said => Error::Sql(said.unwrap_or_else(|| error.to_string())),
    }
}

pub(crate) fn value(of: ValueRef<'_>) -> Value {
    match of {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(text.to_vec()),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => size_of::<Value>(),
    }
}

/// As people read it; nothing for null.
impl std::fmt::Display for Value {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Integer(number) => write!(to, "{number}"),
            Self::Real(number) => write!(to, "{number}"),
            Self::Text(text) => to.write_str(text),
            Self::Blob(bytes) => to.write_str(&String::from_utf8_lossy(bytes)),
        }
    }
}

impl Value {
    fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(self.as_ref()))
    }
}
