//! Two servers on one PostgreSQL and one bucket: they share the load, and one may die under it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kernel::Db;
use kernel::db::Sql;
use sea_orm::FromQueryResult;

use super::browser::Browser;
use super::node::{Node, belde, done, make_demo};
use super::people::{Acknowledged, a_title, work};
use super::place::Place;

/// Notes every claim of a job beside the product's own tables.
const WATCH: &str = "
    CREATE SCHEMA watch;
    CREATE TABLE watch.claim (no bigserial PRIMARY KEY, job_id uuid, worker text, attempts bigint);
    CREATE FUNCTION watch.note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO watch.claim (job_id, worker, attempts) VALUES (NEW.id, NEW.locked_by, NEW.attempts);
      RETURN NULL;
    END $$;
    CREATE TRIGGER note AFTER UPDATE ON job FOR EACH ROW WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION watch.note()";

const JOBS: usize = 120;

const QUEUE: &str = "
    INSERT INTO job (id, name, payload, state, run_at, attempts, locked_until, last_error, created_at)
    SELECT gen_random_uuid(), 'regulation.refresh_evidence', 'null', 'queued', number, 0, 0, '', 77
    FROM generate_series(1, 120) AS number";

#[derive(Debug, FromQueryResult)]
struct Claim {
    job_id: uuid::Uuid,
    worker: String,
}

async fn claims(db: &Db) -> BTreeMap<uuid::Uuid, Vec<String>> {
    let sql = "SELECT claim.job_id, claim.worker FROM watch.claim ORDER BY no";
    let all: Vec<Claim> = db.rows(sql, vec![]).await.unwrap();
    let mut by_job: BTreeMap<uuid::Uuid, Vec<String>> = BTreeMap::new();
    for claim in all {
        by_job.entry(claim.job_id).or_default().push(claim.worker);
    }
    by_job
}

/// Jobs of this test that are not done yet.
async fn open_jobs(db: &Db) -> i64 {
    db.scalar("SELECT count(*) FROM job WHERE created_at = 77", vec![]).await.unwrap().unwrap()
}

fn start_pair(place: &Place) -> (Node, Node) {
    let start = || {
        Node::start_with(place, |command| {
            command.arg("serve").env("BELDE_JOB_WORKERS", "4").env("BELDE_DATABASE_CONNECTIONS", "6");
        })
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(start);
        (start(), other.join().unwrap())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_sessions_and_files_and_one_killed_under_load_loses_nothing_acknowledged() {
    let Some(place) = Place::postgresql().await else { return };
    let Some(place) = place.with_bucket().await else { return };
    make_demo(&place);
    let title = a_title(&place).await;
    let (one, other) = start_pair(&place);
    let mut browser = Browser::at(one.address);
    browser.sign_in("yonetici").await;
    let mut second = browser.moved_to(other.address);
    assert_eq!(second.get("/").await.unwrap().status, 200, "the session is valid on the other node");
    a_file_of_one_is_read_from_the_other(&mut browser, &mut second, &title).await;

    let db = place.db().await;
    db.execute_housekeeping(WATCH).await.unwrap();
    db.execute_housekeeping(QUEUE).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let mut workers = Vec::new();
    for (browser, fallback, names) in [
        (&browser, other.address, ["Ayşe", "Fatma", "Zeynep"]),
        (&second, one.address, ["Ali", "Veli", "Can"]),
    ] {
        for who in names {
            let working = work(browser.clone(), vec![fallback], title.clone(), who, stop.clone());
            workers.push(tokio::spawn(working));
        }
    }
    let dead = format!("-{}-", one.id());
    held_by(&db, &dead).await;
    one.kill();
    let held: Vec<uuid::Uuid> = db
        .column(
            "SELECT id FROM job WHERE locked_until > 0 AND position($1 in locked_by) > 0",
            vec![dead.clone().into()],
        )
        .await
        .unwrap();
    assert!(!held.is_empty(), "the dead node held no job");
    tokio::time::sleep(Duration::from_secs(3)).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Acknowledged::default();
    for worker in workers {
        all.add(worker.await.unwrap());
    }
    assert!(all.notes.len() > 60 && all.failed > 0, "{} notes, {} failed", all.notes.len(), all.failed);
    all.is_all_there(&place).await;
    the_other_ends_the_jobs(&db, &held, &dead).await;
    db.close().await.unwrap();
    other.stop();
    assert!(done(&place, &["verify"]).ends_with("whole\n"));
}

/// Waits until a worker of the node that will die holds a job, after both nodes have done some.
async fn held_by(db: &Db, node: &str) {
    let started = Instant::now();
    loop {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the load is not shared: {:?}",
            claims(db).await
        );
        let by_node: BTreeSet<bool> =
            claims(db).await.into_values().flatten().map(|worker| worker.contains(node)).collect();
        let held: Option<i64> = db
            .scalar(
                "SELECT count(*) FROM job WHERE locked_until > 0 AND position($1 in locked_by) > 0",
                vec![node.into()],
            )
            .await
            .unwrap();
        if by_node.len() == 2 && held >= Some(2) && open_jobs(db).await < JOBS as i64 - 20 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// No job is claimed twice but those the dead node left half done, and these by the other.
async fn the_other_ends_the_jobs(db: &Db, held: &[uuid::Uuid], dead: &str) {
    let started = Instant::now();
    while open_jobs(db).await > 0 {
        assert!(started.elapsed() < Duration::from_secs(50), "{} jobs were left", open_jobs(db).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for (job, workers) in claims(db).await {
        if held.contains(&job) {
            assert_eq!(workers.len(), 2, "{workers:?}");
            assert!(workers[0].contains(dead) && !workers[1].contains(dead), "{workers:?}");
        } else {
            assert_eq!(workers.len(), 1, "job {job} ran twice: {workers:?}");
        }
    }
}

async fn a_file_of_one_is_read_from_the_other(one: &mut Browser, other: &mut Browser, title: &str) {
    let body: Vec<u8> =
        (0..900_000_u32).flat_map(|number| format!("{number}\n").into_bytes()).take(900_000).collect();
    let answer = one.upload(&format!("{title}/ek"), "ortak.txt", &body).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = other.get(title).await.unwrap().text();
    let link = format!("{title}/ek/");
    let id: String = page.split(&link).nth(1).unwrap().chars().take(36).collect();
    let file = other.get(&format!("{link}{id}")).await.unwrap();
    assert_eq!((file.status, file.body == body), (200, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_start_at_once_on_nothing_make_one_installation_and_a_third_with_another_key_is_refused()
 {
    let Some(place) = Place::postgresql().await else { return };
    let (one, other) = start_pair(&place);
    for address in [one.address, other.address] {
        assert_eq!(Browser::at(address).get("/readyz").await.unwrap().text(), "ready");
    }
    let output = belde(&place).arg("serve").env("BELDE_KEY", "ab".repeat(32)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("every node needs the same key"), "{said}");
    let output = belde(&place).arg("doctor").env("BELDE_KEY", "ab".repeat(32)).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("BAD  the installation key"));
    one.stop();
    other.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ended_on_one_server_ends_on_the_other_within_seconds() {
    let Some(place) = Place::postgresql().await else { return };
    make_demo(&place);
    let (one, other) = start_pair(&place);
    let mut browser = Browser::at(one.address);
    browser.sign_in("personel").await;
    let mut second = browser.moved_to(other.address);
    assert_eq!(second.get("/").await.unwrap().status, 200);
    assert_eq!(browser.post(ui::names::LOGOUT, &[]).await.unwrap().status, 303);
    let ended = Instant::now();
    while second.get("/").await.unwrap().status == 200 {
        assert!(ended.elapsed() < Duration::from_secs(6), "the other node still trusts the session");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    other.stop();
}
