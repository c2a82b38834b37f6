//! Fresh, migrated databases: a SQLite file always, a PostgreSQL database when `BELDE_TEST_POSTGRES` names a
//! server. Migrations run once; each test gets a copy. What a filled one begins with lives in `filled`.

mod filled;

pub use filled::each_filled;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use kernel::access::Source;
use kernel::job::{Job, JobContext, run_one};
use kernel::{Act, Actor, Capability, Clock, Db, Instant, Registry, Tx};
use sea_orm::DbBackend;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::postgres;

/// Where test clocks stand at first: Thursday, 5 November 2026, 10:00 in Türkiye.
pub const START: Instant = Instant(1_793_862_000_000_000);

/// A migrated database of one test. Dropped, it is gone.
pub struct TestDb {
    pub db: Db,
    pub clock: Clock,
    pub registry: Arc<Registry>,
    /// `SQLite` or `PostgreSQL`, for messages.
    pub name: &'static str,
    /// The address the database was opened with, for a second process or pool.
    pub url: String,
    _folder: Option<tempfile::TempDir>,
    database: Option<postgres::DropDatabase>,
    /// What this one was copied from, kept for the next copy.
    _original: Option<Arc<dyn std::any::Any + Send + Sync>>,
}

impl TestDb {
    /// The system's own act at the test's time; has every power.
    pub fn act(&self) -> Act {
        Act::system(&self.clock, Source::Screen, "Deneme")
    }

    /// This person's act on a screen.
    pub fn act_of(&self, actor: &Actor) -> Act {
        Act { actor: actor.clone(), ..self.act() }
    }

    /// A transaction of the system.
    pub async fn begin(&self) -> Tx {
        self.begin_as(&self.act()).await
    }

    pub async fn begin_as(&self, act: &Act) -> Tx {
        self.db.begin(act).await.expect("a test database accepts transactions")
    }

    /// The application with these routes over this database.
    pub fn app(&self, routes: web::Routes) -> crate::TestApp {
        crate::TestApp::new(self, routes)
    }

    /// What a worker on this database hands to its jobs.
    pub fn jobs(&self) -> JobContext {
        JobContext {
            db: self.db.clone(),
            clock: self.clock.clone(),
            registry: self.registry.clone(),
            services: Arc::default(),
        }
    }

    /// Runs a job as its worker does.
    pub async fn run(&self, job: &Job) {
        (job.run)(&self.jobs(), &serde_json::Value::Null).await.expect("the job does its work");
    }

    /// Runs what is queued and due until nothing is.
    pub async fn work(&self) {
        let context = self.jobs();
        while run_one(&context, "test").await.expect("the queue can be read") {}
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.clock.advance_us(seconds * Instant::SECOND_US);
    }
}

/// Runs one scenario on a fresh database of each kind, and says on which one it failed.
pub async fn each(capabilities: Vec<Capability>, scenario: impl AsyncFn(&TestDb)) {
    for test in dbs(capabilities).await {
        on(&test, &scenario).await;
    }
}

async fn on(test: &TestDb, scenario: &impl AsyncFn(&TestDb)) {
    let _on = Announce(test.name);
    scenario(test).await;
}

/// Names the database when a scenario panics on it.
struct Announce(&'static str);

impl Drop for Announce {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the scenario failed on {}", self.0);
        }
    }
}

/// A fresh database of each kind that this machine offers.
pub async fn dbs(capabilities: Vec<Capability>) -> Vec<TestDb> {
    let registry = Arc::new(Registry::new(capabilities));
    let mut all = vec![sqlite(&registry).await];
    if let Some(server) = server() {
        all.push(postgresql(&registry, &server).await);
    }
    all
}

/// The PostgreSQL server of this machine; without one it is said that it was skipped.
fn server() -> Option<String> {
    let server = std::env::var("BELDE_TEST_POSTGRES").ok().filter(|server| !server.is_empty());
    if server.is_none() {
        eprintln!("skipped: PostgreSQL, because BELDE_TEST_POSTGRES names no server");
    }
    server
}

/// Where a SQLite file of a test lies: the folder that vanishes with it, its path and its address.
fn place() -> (tempfile::TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("belde.db");
    let url = format!("sqlite:{}", path.display());
    (folder, path, url)
}

static SQLITE_TEMPLATES: Mutex<Option<HashMap<String, Arc<Vec<u8>>>>> = Mutex::const_new(None);

async fn sqlite(registry: &Arc<Registry>) -> TestDb {
    let (folder, path, url) = place();
    let key = schema_digest(registry, DbBackend::Sqlite);
    let mut templates = SQLITE_TEMPLATES.lock().await;
    let templates = templates.get_or_insert_default();
    if let Some(bytes) = templates.get(&key) {
        std::fs::write(&path, bytes.as_slice()).expect("a temporary file can be written");
    } else {
        let db = open(&url).await;
        migrate(&db, registry).await;
        db.close().await.expect("a database at rest closes");
        let bytes = std::fs::read(&path).expect("the migrated file is there");
        templates.insert(key, Arc::new(bytes));
    }
    let db = open(&url).await;
    wrap(db, registry, "SQLite", url, (Some(folder), None))
}

async fn postgresql(registry: &Arc<Registry>, server: &str) -> TestDb {
    let digest = schema_digest(registry, DbBackend::Postgres);
    let server = postgres::Server::new(server);
    let template = server
        .template(&digest, async |url| {
            let db = open(&url).await;
            migrate(&db, registry).await;
            db.close().await.expect("a database at rest closes");
        })
        .await;
    let (url, drop) = server.copy_of(&template).await;
    wrap(open(&url).await, registry, "PostgreSQL", url, (None, Some(drop)))
}

async fn open(url: &str) -> Db {
    let db = Db::open(url, 4).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    if db.backend() == DbBackend::Sqlite {
        // No power cut is tested here: nobody waits for the disk after each of the thousands of changes.
        db.execute_housekeeping("PRAGMA synchronous = OFF").await.expect("the writer is idle");
    }
    db
}

async fn migrate(db: &Db, registry: &Registry) {
    let applied = kernel::migrate::migrate(db, &Clock::at(START), &registry.migrations()).await;
    applied.unwrap_or_else(|error| panic!("migrations fail on {:?}: {error}", db.backend()));
}

fn wrap(
    db: Db,
    registry: &Arc<Registry>,
    name: &'static str,
    url: String,
    (folder, drop): (Option<tempfile::TempDir>, Option<postgres::DropDatabase>),
) -> TestDb {
    db.set_registry(registry.clone());
    TestDb {
        db,
        clock: Clock::at(START),
        registry: registry.clone(),
        name,
        url,
        _folder: folder,
        database: drop,
        _original: None,
    }
}

/// Two registries with the same statements share a template.
fn schema_digest(registry: &Registry, backend: DbBackend) -> String {
    let mut hash = Sha256::new();
    for migration in registry.migrations() {
        hash.update(migration.id);
        for statement in (migration.up)(backend) {
            hash.update(statement);
        }
    }
    hex::encode(&hash.finalize()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::db::Sql;
    use kernel::migrate::Migration;
    use kernel::schema::Table;

    fn capabilities() -> Vec<Capability> {
        let up = |backend| {
            kernel::migrate::create(backend, &[Table::new("probe", "test").id().text("name", "name")])
        };
        let migrations = vec![Migration { id: "probe/0001_table", up }];
        vec![Capability { id: "probe", migrations, ..Capability::default() }]
    }

    #[tokio::test]
    async fn each_test_has_a_migrated_database_of_its_own() {
        for _ in 0..2 {
            each(capabilities(), async |test| {
                let tx = test.begin().await;
                tx.without_event("a row of this test");
                let values = vec![tx.new_id().into(), "ığdır".into()];
                tx.run("INSERT INTO probe (id, name) VALUES ($1, $2)", values).await.expect("written");
                tx.commit().await.expect("kept");
                let count: Option<i64> =
                    test.db.scalar("SELECT count(*) FROM probe", vec![]).await.expect("read");
                assert_eq!(count, Some(1), "another test's row is seen on {}", test.name);
                let pending =
                    kernel::migrate::pending(&test.db, &test.registry.migrations()).await.expect("read");
                assert!(pending.is_empty());
            })
            .await;
        }
    }

    #[tokio::test]
    async fn the_clock_stands_until_it_is_moved() {
        each(Vec::new(), async |test| {
            assert_eq!(test.act().now(), START);
            assert_eq!(kernel::tr::instant(START.0), "05.11.2026 10:00");
            test.advance_seconds(60);
            assert_eq!(test.act().now(), START.plus_seconds(60));
        })
        .await;
    }

    #[tokio::test]
    async fn a_browser_meets_the_house_as_each_role_and_every_page_is_checked() {
        each(vec![web::house()], async |test| {
            let app = test.app(web::house_routes());
            app.get("/").await.leads_to("/giris?donus=%2F");
            app.sign_in_as("admin", &[], None);
            app.get("/").await.ok().queries_at_most(12);
            app.get("/kayitlar").await.ok().queries_at_most(12);
            app.post("/tercihler", &[("tema", "dark")]).await.leads_to("/");
            app.post("/tercihler", &[("tema", "dark"), ("csrf", "başka")]).await.status(403);
            app.sign_in_as("staff", &[], None);
            app.get("/yonetim/ayarlar").await.status(403);
            app.get("/yok-boyle-bir-sayfa").await.status(404);
            let token = app.sign_in_as("auditor", &[], None);
            app.forget_session();
            let path = "/api/v1/openapi.json";
            let document =
                app.api(http::Method::GET, path, &token, &serde_json::Value::Null).await.ok().json();
            assert!(document["paths"].is_object());
            app.api(http::Method::GET, path, "uydurma", &serde_json::Value::Null).await.status(401);
        })
        .await;
    }

    #[tokio::test]
    async fn a_change_without_an_event_is_refused() {
        each(capabilities(), async |test| {
            let tx = test.begin().await;
            let values = vec![tx.new_id().into(), "x".into()];
            tx.run("INSERT INTO probe (id, name) VALUES ($1, $2)", values).await.expect("written");
            assert!(tx.commit().await.is_err());
        })
        .await;
    }
}
