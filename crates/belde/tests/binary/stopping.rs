//! SIGTERM: what has begun is ended, nothing new begins.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use kernel::db::Sql;

use super::browser::Browser;
use super::node::{Node, make_demo};
use super::people::a_title;
use super::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_and_a_job_that_run_when_the_server_is_told_to_stop_come_to_their_end() {
    let place = Place::sqlite();
    make_demo(&place);
    let title = a_title(&place).await;
    let node = Node::start(&place);
    let mut browser = Browser::at(node.address);
    browser.sign_in("yonetici").await;
    // A form of which half has arrived.
    let (head, body) =
        browser.form(&format!("{title}/yorum"), &[(ui::names::COMMENT, "durmadan hemen önce")]);
    let mut slow = TcpStream::connect(node.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    slow.write_all(&head).unwrap();
    slow.write_all(&body[..body.len() / 2]).unwrap();
    job_is_running(&place).await;
    let address = node.address;
    let stopped = std::thread::spawn(move || node.stop());
    let refused = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(refused.elapsed() < Duration::from_secs(10), "new connections are still taken");
        std::thread::sleep(Duration::from_millis(50));
    }
    slow.write_all(&body[body.len() / 2..]).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 303") || answer.starts_with("HTTP/1.1 303"), "{answer}");
    let took = stopped.join().unwrap();
    assert!(took < Duration::from_secs(25), "it took {took:?}");
    let db = place.db().await;
    let notes = "SELECT count(*) FROM event WHERE note = 'durmadan hemen önce'";
    assert_eq!(db.scalar::<i64>(notes, vec![]).await.unwrap(), Some(1));
    let held = "SELECT count(*) FROM job WHERE locked_until > 0";
    assert_eq!(db.scalar::<i64>(held, vec![]).await.unwrap(), Some(0), "a job was cut off");
    db.close().await.unwrap();
}

/// Puts a job with some work into the queue and waits until a worker holds it.
async fn job_is_running(place: &Place) {
    let db = place.db().await;
    for number in 0..30 {
        let sql = format!(
            "INSERT INTO job (id, name, payload, state, run_at, attempts, locked_until, last_error, created_at) \
             VALUES (randomblob(16), 'regulation.refresh_evidence', 'null', 'queued', {number}, 0, 0, '', 0)"
        );
        db.execute_housekeeping(&sql).await.unwrap();
    }
    let held = "SELECT count(*) FROM job WHERE locked_until > 0";
    let started = Instant::now();
    while db.scalar::<i64>(held, vec![]).await.unwrap() == Some(0) {
        assert!(started.elapsed() < Duration::from_secs(20), "no worker takes the job");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    db.close().await.unwrap();
}
