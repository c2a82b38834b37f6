//! Databases of tests on a PostgreSQL server: a migrated template per schema, a copy per test, dropped at the end.
//! Templates stay for the next run; old ones and those of crashed runs are swept when a new one is made.

use std::sync::atomic::{AtomicU32, Ordering};

use kernel::Clock;
use kernel::db::Sql;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

/// Older than this, a test database was left by a crash and a template by an older schema.
const KEEP_SECONDS: i64 = 2 * 24 * 3_600;

/// A server on which databases can be created.
pub struct Server {
    url: String,
}

impl Server {
    pub fn new(url: &str) -> Self {
        Self { url: url.to_string() }
    }

    /// One connection, because an advisory lock belongs to its connection.
    async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(1).sqlx_logging(false);
        Database::connect(options).await.unwrap_or_else(|error| panic!("BELDE_TEST_POSTGRES: {error}"))
    }

    /// The same server, another database.
    fn url_of(&self, database: &str) -> String {
        let (base, query) =
            self.url.split_once('?').map_or((self.url.as_str(), ""), |(base, query)| (base, query));
        let host = base.rfind('/').filter(|at| *at > "postgres://".len()).map_or(base, |at| &base[..at]);
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        format!("{host}/{database}{query}")
    }

    /// The name of the template for this schema, made by `migrate` if it is not there yet. Test processes that
    /// start together wait for the one that makes it.
    pub async fn template(&self, digest: &str, migrate: impl AsyncFnOnce(String)) -> String {
        let name = format!("belde_template_{digest}");
        let admin = self.connect().await;
        run(&admin, "SELECT pg_advisory_lock(72657)").await;
        let known: Option<i32> = admin
            .scalar("SELECT 1 FROM pg_database WHERE datname = $1", vec![name.as_str().into()])
            .await
            .expect("the server lists its databases");
        if known.is_none() {
            sweep(&admin).await;
            let half = format!("{name}_half");
            run(&admin, &format!("DROP DATABASE IF EXISTS {half}")).await;
            run(&admin, &format!("CREATE DATABASE {half} TEMPLATE template0 ENCODING 'UTF8'")).await;
            run(&admin, &format!("COMMENT ON DATABASE {half} IS '{}'", seconds())).await;
            migrate(self.url_of(&half)).await;
            // Renamed only when whole, so that a crash leaves no broken template.
            run(&admin, &format!("ALTER DATABASE {half} RENAME TO {name}")).await;
        }
        run(&admin, "SELECT pg_advisory_unlock(72657)").await;
        let _ = admin.close().await;
        name
    }

    /// A fresh copy: its address, and what drops it.
    pub async fn copy_of(&self, template: &str) -> (String, DropDatabase) {
        self.made(&format!("TEMPLATE {template}")).await
    }

    async fn made(&self, how: &str) -> (String, DropDatabase) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("belde_test_{}_{}_{count}", seconds(), std::process::id());
        let admin = self.connect().await;
        run(&admin, &format!("CREATE DATABASE {name} {how}")).await;
        run(&admin, &format!("COMMENT ON DATABASE {name} IS '{}'", seconds())).await;
        let _ = admin.close().await;
        (self.url_of(&name), DropDatabase { server: self.url.clone(), name })
    }
}

/// A database without any table, for what a new installation meets: its address, and what drops it. Nothing, and the
/// reason on the error output, without a server.
pub async fn empty_postgresql() -> Option<(String, DropDatabase)> {
    match std::env::var("BELDE_TEST_POSTGRES") {
        Ok(server) if !server.is_empty() => {
            Some(Server::new(&server).made("TEMPLATE template0 ENCODING 'UTF8'").await)
        }
        _ => {
            eprintln!("skipped: PostgreSQL, because BELDE_TEST_POSTGRES names no server");
            None
        }
    }
}

async fn run(admin: &DatabaseConnection, sql: &str) {
    admin.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn seconds() -> i64 {
    Clock::System.now().0 / 1_000_000
}

async fn sweep(admin: &DatabaseConnection) {
    let sql = "SELECT datname::text FROM pg_database WHERE (datname LIKE 'belde\\_test\\_%' OR datname LIKE 'belde\\_template\\_%') \
               AND coalesce(shobj_description(oid, 'pg_database'), '0')::bigint < $1 LIMIT 500";
    let old: Vec<String> = admin
        .column(sql, vec![(seconds() - KEEP_SECONDS).into()])
        .await
        .expect("the server lists its databases");
    for name in old {
        // Somebody may use it at this moment; then it is swept another time.
        let _ = admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await;
    }
}

/// Drops the database of a test, also when the test panicked.
pub struct DropDatabase {
    server: String,
    name: String,
}

impl DropDatabase {
    /// The database that it drops.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for DropDatabase {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let server = Server::new(&self.server);
        // The test's own runtime may be ending; a thread of its own is not.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a thread can have a runtime").block_on(async {
                let admin = server.connect().await;
                run(&admin, &sql).await;
                let _ = admin.close().await;
            });
        });
        if dropped.join().is_err() {
            eprintln!("the database {} could not be dropped", self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_server_and_options() {
        let of = |url: &str| Server::new(url).url_of("x");
        assert_eq!(of("postgres://postgres@127.0.0.1:5432/postgres"), "postgres://postgres@127.0.0.1:5432/x");
        assert_eq!(of("postgres://127.0.0.1/a?sslmode=disable"), "postgres://127.0.0.1/x?sslmode=disable");
        assert_eq!(of("postgres://127.0.0.1"), "postgres://127.0.0.1/x");
    }
}
