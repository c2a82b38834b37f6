//! Forward-only migrations, each declared once for both databases, applied in order inside a lock.

use sea_orm::{ConnectionTrait, DbBackend};

use crate::access::{Act, Source};
use crate::clock::Clock;
use crate::db::{Db, Sql};
use crate::error::Result;
use crate::schema::Table;
use crate::tx::Tx;

/// One step. `id` is `crate/NNNN_what`; steps run in the order the registry lists them.
#[derive(Clone)]
pub struct Migration {
    pub id: &'static str,
    pub up: fn(DbBackend) -> Vec<String>,
}

/// Statements that create several tables.
pub fn create(backend: DbBackend, tables: &[Table]) -> Vec<String> {
    tables.iter().flat_map(|table| table.create(backend)).collect()
}

/// Applies what is missing; answers the ids it applied. Two nodes starting together apply each step once.
pub async fn migrate(db: &Db, clock: &Clock, migrations: &[Migration]) -> Result<Vec<&'static str>> {
    let act = Act::system(clock, Source::CommandLine, "belde migrate");
    let tx = db.begin(&act).await?;
    tx.without_event("the schema's own history is in the migration table");
    let applied = apply(&tx, migrations).await?;
    tx.commit().await?;
    Ok(applied)
}

/// [`migrate`] as a part of a larger transaction; whoever else migrates waits for its end.
pub async fn apply(tx: &Tx, migrations: &[Migration]) -> Result<Vec<&'static str>> {
    lock(tx).await?;
    tx.execute_unprepared("CREATE TABLE IF NOT EXISTS migration (id TEXT PRIMARY KEY, at BIGINT NOT NULL)")
        .await?;
    let done: Vec<String> = tx.column("SELECT id FROM migration", vec![]).await?;
    let mut applied = Vec::new();
    for migration in migrations.iter().filter(|migration| !done.iter().any(|id| id == migration.id)) {
        for statement in (migration.up)(tx.get_database_backend()) {
            tx.execute_unprepared(&statement).await?;
        }
        let values = vec![migration.id.into(), tx.at().into()];
        tx.run("INSERT INTO migration (id, at) VALUES ($1, $2)", values).await?;
        applied.push(migration.id);
    }
    Ok(applied)
}

/// SQLite has one writer anyway; PostgreSQL takes an advisory lock that ends with the transaction.
async fn lock(tx: &Tx) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(72656)").await?;
    }
    Ok(())
}

/// Ids not yet applied; empty when the schema is current. A database without any table answers all.
pub async fn pending(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>> {
    let done: Vec<String> = db.column("SELECT id FROM migration", vec![]).await.unwrap_or_default();
    Ok(migrations
        .iter()
        .map(|migration| migration.id)
        .filter(|id| !done.iter().any(|known| known == id))
        .collect())
}

/// The kernel's own tables.
pub fn kernel_migrations() -> Vec<Migration> {
    vec![
        Migration { id: "kernel/0001_house", up: |backend| create(backend, &crate::tables::all()) },
        Migration { id: "kernel/0002_notices", up: |backend| create(backend, &crate::notice::tables()) },
        Migration { id: "kernel/0003_shared_views", up: crate::tables::shared_views },
        Migration { id: "kernel/0004_jobs_by_name", up: crate::tables::jobs_by_name },
        Migration {
            id: "kernel/0005_signatures",
            up: |backend| create(backend, &[crate::record::signature_table()]),
        },
        Migration {
            id: "kernel/0006_import_plans",
            up: |backend| create(backend, &[crate::record::plan_table()]),
        },
        Migration { id: "kernel/0007_pictures_of_settings", up: crate::tables::pictures_of_settings },
        Migration { id: "kernel/0008_gathered_notices", up: crate::notice::gathered },
        Migration {
            id: "kernel/0009_record_links",
            up: |backend| create(backend, &[crate::record::link_table()]),
        },
    ]
}
