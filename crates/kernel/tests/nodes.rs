//! Two nodes on one database: each has its own connections, as two processes would. Jobs, schedules, numbers and
//! migrations are each taken by one of them.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use kernel::db::Sql;
use kernel::job::{Job, JobContext, Services, enqueue, enqueue_due, register_schedules, run_one};
use kernel::migrate::{Migration, create, migrate};
use kernel::schema::Table;
use kernel::{Act, Boxed, Capability, Db, Error, Registry, Result, Source};
use serde_json::{Value as Json, json};
use testkit::{TestDb, each};

fn capability() -> Vec<Capability> {
    let up = |backend| {
        let table = Table::new("probe_run", "a line for each run of a job").id().int("number", "of the job");
        create(backend, &[table])
    };
    let job = |name, max_attempts, run| Job {
        name,
        label_tr: "Deneme işi",
        every_seconds: None,
        max_attempts,
        limit_seconds: 60,
        run,
    };
    let jobs = vec![
        Job { every_seconds: Some(60), ..job("probe.note", 3, note) },
        job("probe.long", 3, long),
        job("probe.fail", 2, fail),
        job("probe.overtaken", 1, overtaken),
    ];
    vec![Capability {
        id: "probe",
        migrations: vec![Migration { id: "probe/0001_run", up }],
        jobs,
        ..Capability::default()
    }]
}

async fn write_run(context: &JobContext, payload: &Json) -> Result<()> {
    let tx = context.db.begin(&context.act("deneme")).await?;
    tx.without_event("a line of this test");
    let values = vec![tx.new_id().into(), payload.as_i64().unwrap_or(-1).into()];
    tx.run("INSERT INTO probe_run (id, number) VALUES ($1, $2)", values).await?;
    tx.commit().await
}

fn note<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(write_run(context, payload))
}

/// Works longer than a lock is renewed, while the clock of the nodes moves past the lock's end.
fn long<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        for seconds in [8.5, 8.0] {
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
            context.clock.advance_us(20_000_000);
        }
        // Forty seconds after it was taken, the other node has a second to take it.
        tokio::time::sleep(Duration::from_secs(1)).await;
        write_run(context, payload).await
    })
}

fn fail<'a>(_context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async { Err(Error::internal("it always fails")) })
}

/// Another process on the same database.
async fn node(test: &TestDb) -> JobContext {
    let db = Db::open(&test.url, 4).await.unwrap();
    db.set_registry(test.registry.clone());
    JobContext {
        db,
        clock: test.clock.clone(),
        registry: test.registry.clone(),
        services: Arc::new(Services::default()),
    }
}

async fn put(test: &TestDb, name: &str, payloads: impl IntoIterator<Item = i64>) {
    let tx = test.begin().await;
    tx.without_event("jobs of this test");
    for payload in payloads {
        enqueue(&tx, name, &json!(payload), None, tx.at()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn runs(test: &TestDb) -> Vec<i64> {
    test.db.column("SELECT number FROM probe_run ORDER BY number, id", vec![]).await.unwrap()
}

async fn one<T: sea_orm::TryGetable + Send>(test: &TestDb, sql: &str) -> T {
    test.db.scalar(sql, vec![]).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_jobs_are_each_run_once_whichever_node_takes_them() {
    each(capability(), async |test: &TestDb| {
        put(test, "probe.note", 0..100).await;
        let (left, right) = (node(test).await, node(test).await);
        let work = async |context: &JobContext, worker: &str| {
            let mut idle = 0;
            while idle < 3 {
                idle = if run_one(context, worker).await.unwrap() { 0 } else { idle + 1 };
            }
        };
        tokio::join!(work(&left, "l1"), work(&left, "l2"), work(&right, "r1"), work(&right, "r2"));
        assert_eq!(runs(test).await, (0..100).collect::<Vec<_>>());
        assert_eq!(one::<i64>(test, "SELECT count(*) FROM job").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_taken_by_one_node() {
    each(capability(), async |test: &TestDb| {
        let (left, right) = (node(test).await, node(test).await);
        let (first, second) = tokio::join!(register_schedules(&left), register_schedules(&right));
        first.and(second).unwrap();
        for round in 1..=5 {
            let (first, second) = tokio::join!(enqueue_due(&left), enqueue_due(&right));
            first.and(second).unwrap();
            let (first, second) = tokio::join!(run_one(&left, "l"), run_one(&right, "r"));
            assert_ne!(first.unwrap(), second.unwrap(), "exactly one of them has it");
            assert_eq!(runs(test).await.len(), round);
            test.advance_seconds(61);
        }
    })
    .await;
}

/// As many scheduled jobs as the binary has, so that a chance order would soon cross another.
fn many_schedules() -> Vec<Capability> {
    let names = (0..40).map(|number| &*Box::leak(format!("probe.of_{number}").into_boxed_str()));
    let job = |name| Job {
        name,
        label_tr: "Deneme işi",
        every_seconds: Some(60),
        max_attempts: 1,
        limit_seconds: 60,
        run: note,
    };
    vec![Capability { id: "probe", jobs: names.map(job).collect(), ..Capability::default() }]
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_note_their_schedules_at_once_do_not_wait_for_each_other_for_ever() {
    each(many_schedules(), async |test: &TestDb| {
        for _ in 0..5 {
            // A registry of its own each, as two processes have.
            let mut nodes = [node(test).await, node(test).await, node(test).await];
            for node in &mut nodes {
                node.registry = Arc::new(Registry::new(many_schedules()));
            }
            let [first, second, third] = &nodes;
            let (first, second, third) = tokio::join!(
                register_schedules(first),
                register_schedules(second),
                register_schedules(third)
            );
            first.and(second).and(third).unwrap();
            assert_eq!(one::<i64>(test, "SELECT count(*) FROM schedule").await, 40);
            test.db.execute_housekeeping("DELETE FROM schedule").await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_job_keeps_its_lock_and_no_other_node_takes_it() {
    each(capability(), async |test: &TestDb| {
        put(test, "probe.long", [7]).await;
        let (left, right) = (node(test).await, node(test).await);
        let watching = async {
            for _ in 0..170 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                assert!(!run_one(&right, "r").await.unwrap(), "the other node took a job that still runs");
            }
        };
        let (done, ()) = tokio::join!(run_one(&left, "l"), watching);
        assert!(done.unwrap());
        assert_eq!(runs(test).await, [7]);
        assert_eq!(one::<i64>(test, "SELECT count(*) FROM job").await, 0);
    })
    .await;
}

/// Puts the row into the state of a job whose worker was stopped (a suspended machine) and is taken for dead.
async fn claimed_by_the_dead(test: &TestDb, attempts: i64) {
    let ended = test.clock.now().plus_seconds(-1).0;
    let sql = format!("UPDATE job SET attempts = {attempts}, locked_until = {ended}, locked_by = 'ölü'");
    test.db.execute_housekeeping(&sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_of_a_dead_node_is_free_when_its_lock_ran_out_and_not_before() {
    each(capability(), async |test: &TestDb| {
        put(test, "probe.note", [1]).await;
        let held = test.clock.now().plus_seconds(30).0;
        let sql = format!("UPDATE job SET attempts = 1, locked_until = {held}, locked_by = 'ölü'");
        test.db.execute_housekeeping(&sql).await.unwrap();
        let node = node(test).await;
        assert!(!run_one(&node, "n").await.unwrap());
        test.advance_seconds(31);
        assert!(run_one(&node, "n").await.unwrap());
        assert_eq!(runs(test).await, [1]);
    })
    .await;
}

/// While it runs, another node takes the row over, as it would from a machine that was suspended for a minute.
fn overtaken<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let sql = format!("UPDATE job SET attempts = attempts + 1, locked_until = {FAR}, locked_by = 'r'");
        context.db.execute_housekeeping(&sql).await?;
        if payload.as_i64() == Some(1) { Err(Error::internal("too late")) } else { Ok(()) }
    })
}

const FAR: i64 = 9_000_000_000_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_back_after_losing_its_job_changes_nothing_of_it() {
    each(capability(), async |test: &TestDb| {
        let node = node(test).await;
        for succeeds in [0, 1] {
            put(test, "probe.overtaken", [succeeds]).await;
            assert!(run_one(&node, "l").await.unwrap());
            let left = format!(
                "SELECT count(*) FROM job WHERE state = 'queued' AND locked_by = 'r' AND locked_until = {FAR} \
                 AND last_error = ''"
            );
            assert_eq!(one::<i64>(test, &left).await, 1);
            test.db.execute_housekeeping("DELETE FROM job").await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_every_worker_is_set_aside_at_last() {
    each(capability(), async |test: &TestDb| {
        put(test, "probe.note", [1]).await;
        claimed_by_the_dead(test, 3).await;
        let node = node(test).await;
        assert!(run_one(&node, "n").await.unwrap());
        assert!(runs(test).await.is_empty(), "it was tried once more");
        assert_eq!(one::<String>(test, "SELECT state FROM job").await, "dead");
        assert_eq!(one::<i64>(test, "SELECT count(*) FROM event WHERE verb = 'job_died'").await, 1);
        assert!(!run_one(&node, "n").await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_always_fails_is_tried_again_later_and_then_set_aside() {
    each(capability(), async |test: &TestDb| {
        put(test, "probe.fail", [1]).await;
        let node = node(test).await;
        assert!(run_one(&node, "n").await.unwrap());
        assert!(!run_one(&node, "n").await.unwrap(), "not at once");
        test.advance_seconds(16);
        assert!(run_one(&node, "n").await.unwrap());
        assert_eq!(one::<String>(test, "SELECT state FROM job").await, "dead");
        assert!(one::<String>(test, "SELECT last_error FROM job").await.contains("it always fails"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_give_human_numbers_without_a_gap_and_none_twice() {
    each(capability(), async |test: &TestDb| {
        let (left, right) = (node(test).await, node(test).await);
        let give = async |context: &JobContext| {
            let mut given = Vec::new();
            for round in 0..40 {
                let tx =
                    context.db.begin(&Act::system(&context.clock, Source::Screen, "deneme")).await.unwrap();
                tx.without_event("numbers of this test");
                let number = kernel::number::next(&tx, "BR", 2026).await.unwrap();
                if round % 4 == 3 {
                    // Given back: somebody else gets it.
                    tx.rollback().await.unwrap();
                } else {
                    tx.commit().await.unwrap();
                    given.push(number);
                }
            }
            given
        };
        let parts = tokio::join!(give(&left), give(&left), give(&right), give(&right));
        let mut given = [parts.0, parts.1, parts.2, parts.3].concat();
        given.sort_unstable();
        assert_eq!(given, (1..=120).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_start_on_an_empty_database_migrate_it_once() {
    each(Vec::new(), async |test: &TestDb| {
        let migrations = kernel::Registry::new(capability()).migrations();
        let (left, right) = (node(test).await, node(test).await);
        let (first, second) = tokio::join!(
            migrate(&left.db, &left.clock, &migrations),
            migrate(&right.db, &right.clock, &migrations)
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first.len() + second.len(), 1, "{first:?} {second:?}");
    })
    .await;
}

/// A command beside the server: it read before it wrote, and the server wrote in between.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_read_and_then_write_wait_for_each_other_instead_of_failing() {
    each(capability(), async |test: &TestDb| {
        let (left, right) = (node(test).await, node(test).await);
        let write = async |context: &JobContext| {
            for _ in 0..30 {
                let tx = context.db.begin(&context.act("deneme")).await?;
                tx.without_event("a line of this test");
                let count: Option<i64> = tx.scalar("SELECT count(*) FROM probe_run", vec![]).await?;
                tokio::task::yield_now().await;
                let values = vec![tx.new_id().into(), count.unwrap_or(0).into()];
                tx.run("INSERT INTO probe_run (id, number) VALUES ($1, $2)", values).await?;
                tx.commit().await?;
            }
            Ok::<_, Error>(())
        };
        let (first, second) = tokio::join!(write(&left), write(&right));
        first.and(second).unwrap();
        assert_eq!(runs(test).await.len(), 60);
    })
    .await;
}
