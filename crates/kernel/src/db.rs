//! The database: one pool to read, one to write, the same SQL on SQLite and PostgreSQL.
//! The differences between the two live here and in `schema.rs`, nowhere else.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, ExecResult, FromQueryResult, IsolationLevel, QueryResult, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait, Value,
};

use crate::access::Act;
use crate::capability::Registry;
use crate::error::Result;
use crate::record::Counted;
use crate::tx::Tx;

tokio::task_local! {
    /// Counts the queries of the present request; the page tests pin it.
    pub static QUERY_COUNT: Arc<AtomicU32>;
}

/// A change waits this long for SQLite's one writer: an import of ten thousand rows was seen to hold it for twelve
/// seconds, and to wait is better than to be told to come again.
const WRITER_WAIT: Duration = Duration::from_secs(30);

/// Connections shared by the whole process; clone freely.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
    registry: Arc<OnceLock<Arc<Registry>>>,
    pub(crate) counted: Arc<Counted>,
}

impl Db {
    /// Opens `sqlite:PATH` (created if missing) or `postgres://…`, with at most `connections` readers.
    ///
    /// SQLite gets exactly one writer, so that two requests queue instead of failing with "database is locked"; PostgreSQL as many
    /// writers as readers.
    pub async fn open(url: &str, connections: u32) -> Result<Self> {
        let (registry, counted) = (Arc::new(OnceLock::new()), Arc::default());
        if url.starts_with("sqlite:") {
            let mut only = sqlite_options(url, 1);
            only.acquire_timeout(WRITER_WAIT);
            let write = Database::connect(only).await?;
            write.execute_unprepared("PRAGMA journal_mode = WAL").await?;
            let read = Database::connect(sqlite_options(url, connections)).await?;
            return Ok(Self { read, write, registry, counted });
        }
        let read = Database::connect(postgres_options(url, connections)).await?;
        // Apart, so that a change that reads beside its transaction never waits for one that waits for it.
        let write = Database::connect(postgres_options(url, connections)).await?;
        Ok(Self { read, write, registry, counted })
    }

    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    /// Lets transactions find the reactions and kinds that capabilities declare. Called once at start-up.
    pub fn set_registry(&self, registry: Arc<Registry>) {
        let _ = self.registry.set(registry);
    }

    pub fn registry(&self) -> Option<Arc<Registry>> {
        self.registry.get().cloned()
    }

    /// Starts a transaction in which `act` may change things.
    pub async fn begin(&self, act: &Act) -> Result<Tx> {
        count_query();
        // SQLite's write lock is taken here and waited for. Taken at the first write, after a read, it would fail
        // at once whenever another process (a command beside the server) had written in between.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Tx::new(self.write.begin_with_options(options).await?, act.clone(), self.registry()))
    }

    /// One view of everything as it is now, for reads that belong together (a backup, a check of the log). Nobody is
    /// kept from writing meanwhile, and nothing written after this returns is seen.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        if self.backend() == DbBackend::Sqlite {
            let view = Snapshot(self.read.begin().await?);
            // SQLite opens its view with the first read, not with BEGIN.
            view.scalar::<i64>("SELECT count(*) FROM sqlite_master", vec![]).await?;
            return Ok(view);
        }
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        let view = Snapshot(self.read.begin_with_options(options).await?);
        view.scalar::<i32>("SELECT 1", vec![]).await?;
        Ok(view)
    }

    /// Runs one statement outside any transaction; for migrations and the command line's housekeeping only.
    pub async fn execute_housekeeping(&self, sql: &str) -> Result<()> {
        self.write.execute_unprepared(sql).await?;
        Ok(())
    }

    /// After a large load: the planner learns how the rows are spread, and PostgreSQL gives back what the load left.
    pub async fn settle(&self) -> Result<()> {
        let sqlite = self.backend() == DbBackend::Sqlite;
        self.execute_housekeeping(if sqlite { "ANALYZE" } else { "VACUUM (ANALYZE)" }).await
    }

    /// Closes both pools; SQLite folds its write-ahead log into the file.
    pub async fn close(self) -> Result<()> {
        self.read.close().await?;
        self.write.close().await?;
        Ok(())
    }
}

fn postgres_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).sqlx_logging(false);
    options.test_before_acquire(false).acquire_timeout(Duration::from_secs(10));
    // PostgreSQL's own default is that of spinning disks: it would rather read thousands of rows in their order than
    // look up twenty-five by an index. Compiling a statement takes longer than any of ours may run, and it would
    // for those it thinks dear.
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.statement_cache_capacity(256).options([("random_page_cost", "1.1"), ("jit", "off")])
    });
    options
}

fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    let full = if url.contains('?') { url.to_string() } else { format!("{url}?mode=rwc") };
    let mut options = ConnectOptions::new(full);
    options.max_connections(connections).min_connections(1).sqlx_logging(false).test_before_acquire(false);
    options.acquire_timeout(Duration::from_secs(10));
    options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            // FULL: an acknowledged change survives a power cut.
            .pragma("synchronous", "FULL")
            .pragma("cache_size", "-16000")
            .pragma("temp_store", "memory")
            .statement_cache_capacity(256)
    });
    // A transaction that SQLite ended by itself (disk full, read error) leaves the driver counting one that is no more;
    // the next ones would be parts of it, and what they acknowledge would never be committed. Such a connection is
    // closed instead of being used again.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                if connection.is_in_transaction() {
                    // Perhaps not for long: the rollback of a dropped transaction stands in the queue before this.
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        })
    });
    options
}

/// Ends a SELECT whose rows must stay as they were read until the transaction ends. SQLite has one writer at a time
/// and needs nothing for it.
pub fn until_commit(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Postgres { " FOR SHARE" } else { "" }
}

fn count_query() {
    let _ = QUERY_COUNT.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
}

/// Reads go straight to the pool; a write outside a transaction is refused, because it would leave no event.
#[async_trait::async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom(format!("a write needs a transaction: {}", statement.sql)))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom(format!("a write needs a transaction: {sql}")))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        count_query();
        self.read.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        count_query();
        self.read.query_all_raw(statement).await
    }
}

/// See [`Db::snapshot`]. Reads only; dropped, it lets go of its view.
pub struct Snapshot(DatabaseTransaction);

#[async_trait::async_trait]
impl ConnectionTrait for Snapshot {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom(format!("a snapshot is only read: {}", statement.sql)))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom(format!("a snapshot is only read: {sql}")))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(statement).await
    }
}

/// Portable SQL text with `$1, $2 …`, on a [`Db`] (reads) or a [`Tx`] (reads and writes).
#[async_trait::async_trait]
pub trait Sql: ConnectionTrait + Sync {
    /// All rows. A query that can grow takes a LIMIT.
    async fn rows<T: FromQueryResult>(&self, sql: &str, values: Vec<Value>) -> Result<Vec<T>> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        let rows = self.query_all_raw(statement).await?;
        Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// The first row, if any.
    async fn row<T: FromQueryResult>(&self, sql: &str, values: Vec<Value>) -> Result<Option<T>> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        let row = self.query_one_raw(statement).await?;
        Ok(row.map(|row| T::from_query_result(&row, "")).transpose()?)
    }

    /// The first column of the first row, if any.
    async fn scalar<T: sea_orm::TryGetable + Send>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<T>> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        let row = self.query_one_raw(statement).await?;
        Ok(row.map(|row| row.try_get_by_index::<Option<T>>(0)).transpose()?.flatten())
    }

    /// The first column of every row.
    async fn column<T: sea_orm::TryGetable + Send>(&self, sql: &str, values: Vec<Value>) -> Result<Vec<T>> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        let rows = self.query_all_raw(statement).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index::<T>(0)).collect::<Result<_, _>>()?)
    }

    /// A change; answers how many rows it touched. Only a [`Tx`] accepts it.
    async fn run(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        Ok(self.execute_raw(statement).await?.rows_affected())
    }
}

impl<C: ConnectionTrait + Sync> Sql for C {}

/// Many rows at once: `values` row by row in the order of `columns` ("a, b, c"), split so that no statement has too many
/// parameters.
pub async fn insert_many(db: &impl Sql, table: &str, columns: &str, values: Vec<Value>) -> Result<()> {
    let width = columns.split(',').count();
    for part in values.chunks(width * (6_000 / width).max(1)) {
        let rows: Vec<String> = (0..part.len() / width)
            .map(|row| format!("({})", placeholders(row * width + 1, width)))
            .collect();
        let sql = format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", "));
        db.run(&sql, part.to_vec()).await?;
    }
    Ok(())
}

/// `$3, $4, $5` for a list of `count` values whose first is number `from`.
pub fn placeholders(from: usize, count: usize) -> String {
    (from..from + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}
