//! Work done later: rows in the same database, enqueued in the same transaction, tried again with back-off,
//! set aside as dead after the last try. Any node takes any row and says every few seconds that it still holds it; a lock
//! that runs out frees a dead node's work.

use std::sync::Arc;

use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::access::{Act, Source};
use crate::clock::Clock;
use crate::db::{Db, Sql};
use crate::error::Result;
use crate::event::NewEvent;
use crate::tx::Tx;
use crate::value::{Instant, Ref};
use crate::{Boxed, Registry};

/// A declared job. `run` must be idempotent: a node may die after the work and before the row is deleted.
#[derive(Clone)]
pub struct Job {
    /// `crate.verb_noun`.
    pub name: &'static str,
    pub label_tr: &'static str,
    /// Repeats every so many seconds; `None` runs only when enqueued.
    pub every_seconds: Option<i64>,
    pub max_attempts: i64,
    /// A run that has not ended by then is cut off and counts as failed.
    pub limit_seconds: i64,
    pub run: for<'a> fn(&'a JobContext, &'a Json) -> Boxed<'a, Result<()>>,
}

/// What a job may use. `services` carries what the kernel does not know (files, printing), by type.
#[derive(Clone)]
pub struct JobContext {
    pub db: Db,
    pub clock: Clock,
    pub registry: Arc<Registry>,
    pub services: Arc<Services>,
}

/// Things jobs of higher crates need, found by their type.
#[derive(Default)]
pub struct Services(std::collections::HashMap<std::any::TypeId, Box<dyn std::any::Any + Send + Sync>>);

impl Services {
    pub fn with<T: Send + Sync + 'static>(mut self, service: T) -> Self {
        self.0.insert(std::any::TypeId::of::<T>(), Box::new(service));
        self
    }

    pub fn get<T: 'static>(&self) -> Result<&T> {
        let found = self.0.get(&std::any::TypeId::of::<T>()).and_then(|service| service.downcast_ref());
        found.ok_or_else(|| crate::Error::internal(format!("no service {}", std::any::type_name::<T>())))
    }
}

impl JobContext {
    pub fn act(&self, name: &str) -> Act {
        Act::system(&self.clock, Source::Job, name)
    }
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Queued {
    pub id: Uuid,
    pub name: String,
    pub payload: String,
    pub attempts: i64,
}

/// Puts work into the queue of this transaction. With a `unique_key` a second row with the same key is not added.
pub async fn enqueue(
    tx: &Tx,
    name: &str,
    payload: &Json,
    unique_key: Option<&str>,
    run_at: Instant,
) -> Result<()> {
    let sql = "INSERT INTO job (id, name, payload, state, unique_key, run_at, attempts, locked_until, last_error, created_at) \
               VALUES ($1, $2, $3, 'queued', $4, $5, 0, 0, '', $6) ON CONFLICT DO NOTHING";
    let key = unique_key.map(str::to_string);
    let values = vec![
        tx.new_id().into(),
        name.into(),
        written(payload).into(),
        key.into(),
        run_at.into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// No argument is an empty text, which no screen shows; as JSON it would read "null".
fn written(payload: &Json) -> String {
    if payload.is_null() { String::new() } else { payload.to_string() }
}

fn argument(text: &str) -> serde_json::Result<Json> {
    if text.is_empty() { Ok(Json::Null) } else { serde_json::from_str(text) }
}

/// A worker that says nothing for so long is taken for dead and its job for free. Nodes whose clocks differ by more
/// than the difference to [`RENEW_SECONDS`] would take each other's jobs.
const LOCK_SECONDS: i64 = 30;
/// How often a worker says that it still holds its job.
const RENEW_SECONDS: u64 = 8;

/// Takes the oldest due row, locks it and runs it. Answers whether there was one.
pub async fn run_one(context: &JobContext, worker: &str) -> Result<bool> {
    let Some(queued) = claim(context, worker).await? else { return Ok(false) };
    let Some(job) = context.registry.job(&queued.name) else {
        bury(context, &queued, "no such job in this version").await?;
        return Ok(true);
    };
    if queued.attempts > job.max_attempts {
        bury(context, &queued, "every worker that took it died with it").await?;
        return Ok(true);
    }
    let payload: Json = match argument(&queued.payload) {
        Ok(payload) => payload,
        Err(error) => {
            bury(context, &queued, &format!("its argument is no JSON: {error}")).await?;
            return Ok(true);
        }
    };
    let limit = std::time::Duration::from_secs(u64::try_from(job.limit_seconds).unwrap_or(60));
    // A task of its own, so that a job which computes for long without waiting does not starve it.
    let mut keeper = Keeper(tokio::spawn(keep(context.clone(), queued.clone())));
    let outcome = tokio::select! {
        done = tokio::time::timeout(limit, (job.run)(context, &payload)) => match done {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(_) => Err(format!("not finished after {} s", job.limit_seconds)),
        },
        _ = &mut keeper.0 => {
            tracing::warn!(job = %queued.name, "another worker took over this job, stopped");
            return Ok(true);
        }
    };
    drop(keeper);
    match outcome {
        Ok(()) => finish(context, &queued).await?,
        Err(text) if queued.attempts >= job.max_attempts => bury(context, &queued, &text).await?,
        Err(text) => retry(context, &queued, &text).await?,
    }
    Ok(true)
}

async fn claim(context: &JobContext, worker: &str) -> Result<Option<Queued>> {
    let tx = context.db.begin(&context.act("iş kuyruğu")).await?;
    tx.without_event("a lock is not an act");
    let now = tx.at();
    // The condition stands twice so that a second worker that waited for the row sees that it is taken.
    let sql = "UPDATE job SET locked_until = $1, locked_by = $2, attempts = attempts + 1 WHERE id = (\
                 SELECT id FROM job WHERE state = 'queued' AND run_at <= $3 AND locked_until < $3 \
                 ORDER BY run_at, id LIMIT 1) \
               AND state = 'queued' AND locked_until < $3 RETURNING id, name, payload, attempts";
    let until = now.plus_seconds(LOCK_SECONDS);
    let row = tx.row(sql, vec![until.into(), worker.into(), now.into()]).await?;
    tx.commit().await?;
    Ok(row)
}

/// Ends with the run that it keeps the lock for.
struct Keeper(tokio::task::JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Renews the lock until it is lost to another worker; then returns.
async fn keep(context: JobContext, queued: Queued) {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(RENEW_SECONDS)).await;
        match renew(&context, &queued).await {
            Ok(true) => {}
            Ok(false) => return,
            // The lock has time left for another try.
            Err(error) => tracing::warn!(%error, job = %queued.name, "the lock of a job was not renewed"),
        }
    }
}

/// Whoever claims a row raises `attempts`; so this number tells the present holder from one that was taken for dead
/// and comes back. Every change of a claimed row asks for it.
const HELD: &str = "AND state = 'queued' AND attempts = ";

async fn renew(context: &JobContext, queued: &Queued) -> Result<bool> {
    let tx = context.db.begin(&context.act("iş kuyruğu")).await?;
    tx.without_event("a lock is not an act");
    let until = tx.at().plus_seconds(LOCK_SECONDS);
    let sql = format!("UPDATE job SET locked_until = $1 WHERE id = $2 {HELD} $3");
    let is_held = tx.run(&sql, vec![until.into(), queued.id.into(), queued.attempts.into()]).await? == 1;
    tx.commit().await?;
    Ok(is_held)
}

async fn finish(context: &JobContext, queued: &Queued) -> Result<()> {
    let tx = context.db.begin(&context.act("iş kuyruğu")).await?;
    tx.without_event("the job recorded its own acts");
    let sql = format!("DELETE FROM job WHERE id = $1 {HELD} $2");
    tx.run(&sql, vec![queued.id.into(), queued.attempts.into()]).await?;
    tx.commit().await
}

/// Waits 15 s, 1 min, 4 min, 16 min … between tries.
async fn retry(context: &JobContext, queued: &Queued, error: &str) -> Result<()> {
    tracing::warn!(job = %queued.name, attempt = queued.attempts, error, "job failed, will try again");
    let tx = context.db.begin(&context.act("iş kuyruğu")).await?;
    tx.without_event("a retry is not an act");
    let power = u32::try_from(queued.attempts.clamp(1, 8) - 1).unwrap_or(0);
    let run_at = tx.at().plus_seconds(15 * 4_i64.pow(power));
    let sql = format!(
        "UPDATE job SET locked_until = 0, locked_by = NULL, run_at = $1, last_error = $2 WHERE id = $3 {HELD} $4"
    );
    let values = vec![run_at.into(), shorten(error).into(), queued.id.into(), queued.attempts.into()];
    tx.run(&sql, values).await?;
    tx.commit().await
}

async fn bury(context: &JobContext, queued: &Queued, error: &str) -> Result<()> {
    tracing::error!(job = %queued.name, attempts = queued.attempts, error, "job is dead");
    let tx = context.db.begin(&context.act("iş kuyruğu")).await?;
    let sql =
        format!("UPDATE job SET state = 'dead', locked_until = 0, last_error = $1 WHERE id = $2 {HELD} $3");
    let values = vec![shorten(error).into(), queued.id.into(), queued.attempts.into()];
    if tx.run(&sql, values).await? == 0 {
        // Another worker holds it by now; its outcome counts.
        return tx.rollback().await;
    }
    let label =
        context.registry.job(&queued.name).map_or(queued.name.as_str(), |job| job.label_tr).to_string();
    tx.record(NewEvent::new(Ref::new("job", queued.id), label, "job_died").note(shorten(error))).await?;
    tx.commit().await
}

/// Puts a dead row back into the queue, by a person's decision; who calls records it. Fails with Conflict while the same
/// work waits already: a repeated job that died once has its next run.
pub async fn revive(tx: &Tx, id: Uuid) -> Result<()> {
    let same = "SELECT queued.id FROM job AS dead JOIN job AS queued ON queued.unique_key = dead.unique_key \
                WHERE dead.id = $1 AND queued.state = 'queued'";
    if tx.scalar::<Uuid>(same, vec![id.into()]).await?.is_some() {
        return Err(crate::Error::conflict("Aynı iş zaten sırada bekliyor; bundan vazgeçebilirsiniz."));
    }
    let sql = "UPDATE job SET state = 'queued', attempts = 0, run_at = $1 WHERE id = $2 AND state = 'dead'";
    if tx.run(sql, vec![tx.at().into(), id.into()]).await? == 0 {
        return Err(crate::Error::not_found());
    }
    Ok(())
}

fn shorten(error: &str) -> String {
    error.chars().take(2_000).collect()
}

/// Enqueues every repeated job that is due; on many nodes each due time is taken by exactly one.
pub async fn enqueue_due(context: &JobContext) -> Result<()> {
    let due: Vec<String> = context
        .db
        .column("SELECT name FROM schedule WHERE next_at <= $1 LIMIT 200", vec![context.clock.now().into()])
        .await?;
    for job in context.registry.jobs().filter(|job| due.iter().any(|name| name == job.name)) {
        let Some(every) = job.every_seconds else { continue };
        let tx = context.db.begin(&context.act("zamanlayıcı")).await?;
        tx.without_event("a due time is not an act");
        let next = tx.at().plus_seconds(every);
        let taken = tx
            .run(
                "UPDATE schedule SET next_at = $1 WHERE name = $2 AND next_at <= $3",
                vec![next.into(), job.name.into(), tx.at().into()],
            )
            .await?;
        if taken == 1 {
            enqueue(&tx, job.name, &Json::Null, Some(job.name), tx.at()).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Makes sure every repeated job has its schedule row. Called at start-up.
pub async fn register_schedules(context: &JobContext) -> Result<()> {
    let tx = context.db.begin(&context.act("zamanlayıcı")).await?;
    tx.without_event("a due time is not an act");
    for job in context.registry.jobs().filter(|job| job.every_seconds.is_some()) {
        let sql = "INSERT INTO schedule (name, next_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        tx.run(sql, vec![job.name.into(), tx.at().into()]).await?;
    }
    tx.commit().await
}

/// Works until `stop` is set: due schedules every second, then the queue until it is empty.
pub async fn work(context: JobContext, worker: String, stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = enqueue_due(&context).await {
            tracing::warn!(%error, "schedules could not be read");
        }
        loop {
            match run_one(&context, &worker).await {
                Ok(true) if !*stop.borrow() => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "the job queue could not be read");
                    break;
                }
            }
        }
        let mut wake = stop.clone();
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), wake.changed()).await;
    }
}
