//! Databases that begin with more than their schema: filled once in a process, copied for each test, so that forty tests
//! on the demo town do not make it eighty times.

use std::any::type_name;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

use kernel::{Capability, Clock, Registry};
use sea_orm::DbBackend;
use tokio::sync::Mutex;

use super::{TestDb, on, open, place, postgresql, schema_digest, server, sqlite, wrap};
use crate::postgres::{DropDatabase, Server};

/// As [`super::each`], on copies of a database of each kind that `fill` filled, with a clock that goes on where the filling
/// ended. `fill` is a function, by which the filled database is known; what it leaves outside of the database is lost.
pub async fn each_filled<F: AsyncFn(&TestDb)>(
    capabilities: Vec<Capability>,
    fill: F,
    scenario: impl AsyncFn(&TestDb),
) {
    let registry = Arc::new(Registry::new(capabilities));
    let mut all = vec![filled_sqlite(&registry, &fill).await];
    // Before the first scenario runs, so that the next test finds the filled one still held.
    if let Some(server) = server() {
        all.push(filled_postgresql(&registry, &server, &fill).await);
    }
    for test in all {
        on(&test, &scenario).await;
    }
}

/// A database at rest, and the clock as the filling left it.
type Filled<T> = (T, Clock);

/// By schema and by what filled it.
type Known<T> = Mutex<Option<HashMap<String, T>>>;

static SQLITE: Known<Filled<Arc<Vec<u8>>>> = Mutex::const_new(None);

async fn filled_sqlite<F: AsyncFn(&TestDb)>(registry: &Arc<Registry>, fill: &F) -> TestDb {
    let key = key::<F>(registry, DbBackend::Sqlite);
    // Held while it is filled: whoever comes meanwhile waits for it instead of filling another.
    let mut all = SQLITE.lock().await;
    let all = all.get_or_insert_default();
    let (bytes, clock) = match all.get(&key).cloned() {
        Some(filled) => filled,
        None => {
            let test = sqlite(registry).await;
            fill(&test).await;
            test.db.close().await.expect("a database at rest closes");
            let file = test.url.trim_start_matches("sqlite:");
            let bytes = Arc::new(std::fs::read(file).expect("the filled file is there"));
            all.insert(key, (bytes.clone(), test.clock.clone()));
            (bytes, test.clock)
        }
    };
    let (folder, path, url) = place();
    std::fs::write(&path, bytes.as_slice()).expect("a temporary file can be written");
    let test = wrap(open(&url).await, registry, "SQLite", url, (Some(folder), None));
    TestDb { clock: clock.copied(), ..test }
}

/// Kept by the tests that stand on copies of it: with the last of them it goes from the server.
static POSTGRESQL: Known<Weak<Filled<DropDatabase>>> = Mutex::const_new(None);

async fn filled_postgresql<F: AsyncFn(&TestDb)>(registry: &Arc<Registry>, server: &str, fill: &F) -> TestDb {
    let key = key::<F>(registry, DbBackend::Postgres);
    let mut all = POSTGRESQL.lock().await;
    let all = all.get_or_insert_default();
    let filled = match all.get(&key).and_then(Weak::upgrade) {
        Some(filled) => filled,
        None => {
            let test = postgresql(registry, server).await;
            fill(&test).await;
            test.db.close().await.expect("a database at rest closes");
            let filled = Arc::new((test.database.expect("it is on a server"), test.clock));
            all.insert(key, Arc::downgrade(&filled));
            filled
        }
    };
    let (url, drop) = Server::new(server).copy_of(filled.0.name()).await;
    let test = wrap(open(&url).await, registry, "PostgreSQL", url, (None, Some(drop)));
    TestDb { clock: filled.1.copied(), _original: Some(filled), ..test }
}

fn key<F>(registry: &Registry, backend: DbBackend) -> String {
    format!("{} {}", schema_digest(registry, backend), type_name::<F>())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use kernel::db::Sql;
    use kernel::migrate::{Migration, create};
    use kernel::schema::Table;

    use super::*;

    static FILLINGS: AtomicU32 = AtomicU32::new(0);

    fn capabilities() -> Vec<Capability> {
        let up = |backend| create(backend, &[Table::new("filled_probe", "test").id()]);
        let migrations = vec![Migration { id: "filled_probe/0001_table", up }];
        vec![Capability { id: "filled_probe", migrations, ..Capability::default() }]
    }

    async fn add_row(test: &TestDb) {
        let tx = test.begin().await;
        tx.without_event("a row of this test");
        tx.run("INSERT INTO filled_probe (id) VALUES ($1)", vec![tx.new_id().into()])
            .await
            .expect("a new id");
        tx.commit().await.expect("kept");
    }

    async fn fill(test: &TestDb) {
        if test.name == "SQLite" {
            FILLINGS.fetch_add(1, Ordering::SeqCst);
        }
        test.advance_seconds(60);
        add_row(test).await;
    }

    #[tokio::test]
    async fn a_database_is_filled_once_and_each_test_goes_on_from_there() {
        for _ in 0..2 {
            each_filled(capabilities(), fill, async |test| {
                assert_eq!(test.clock.now(), crate::START.plus_seconds(60));
                add_row(test).await;
                let count: Option<i64> =
                    test.db.scalar("SELECT count(*) FROM filled_probe", vec![]).await.expect("read");
                assert_eq!(count, Some(2), "another test's row is seen on {}", test.name);
            })
            .await;
        }
        assert_eq!(FILLINGS.load(Ordering::SeqCst), 1);
    }
}
