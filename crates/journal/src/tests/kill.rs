//! A node that is killed again and again: nothing it acknowledged is lost, nothing is there twice.

use super::{CLOCK, NOON, open};
use crate::{Error, Incoming, Query};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

const VARIABLE: &str = "BELDE_JOURNAL_KILLED";
const ROUNDS: u64 = 12;

/// Each process goes on behind the clocks of those before it.
fn clock_of(number: u64) -> i64 {
    NOON + number as i64 * 1_000_000
}

/// Not a test of its own: what the killed process does. It tells each number it has an acknowledgement for.
#[tokio::test]
async fn child() {
    let Ok(told) = std::env::var(VARIABLE) else { return };
    let (folder, first) = told.split_once('|').unwrap();
    let mut number: u64 = first.parse().unwrap();
    CLOCK.fetch_max(clock_of(number), Ordering::Relaxed);
    let journal = open(Path::new(folder), "one", 40).await;
    loop {
        let batch: Vec<String> = (number..number + 7).map(|it| format!("record {it}")).collect();
        let records: Vec<_> =
            batch.iter().map(|it| Incoming { received_at_us: NOON, payload: it.as_bytes() }).collect();
        match journal.append(&records) {
            Err(Error::Behind) => tokio::time::sleep(Duration::from_millis(1)).await,
            receipt => {
                receipt.unwrap().durable().await.unwrap();
                number += 7;
                println!("acknowledged {number}");
                if number.is_multiple_of(5) {
                    journal.hand_over().await.unwrap();
                }
            }
        }
    }
}

#[tokio::test]
async fn a_node_killed_again_and_again_loses_nothing_acknowledged_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut first, mut acknowledged) = (0, Vec::new());
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::kill::child", "--nocapture"])
            .env(VARIABLE, format!("{}|{first}", folder.path().display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = |line: &str| line.rsplit_once("acknowledged ").and_then(|(_, it)| it.parse::<u64>().ok());
        // It must have begun before it is killed; how far it comes then differs from round to round.
        let mut upto = lines.by_ref().find_map(|line| told(&line.unwrap())).unwrap();
        tokio::time::sleep(Duration::from_millis(3 + round * 17 % 90)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        upto = lines.filter_map(|line| told(&line.unwrap_or_default())).fold(upto, u64::max);
        acknowledged.extend(first..upto);
        // What was on its way when it was killed may be there or not: its numbers are not given again.
        first = upto + 1_000;
    }
    CLOCK.fetch_max(clock_of(first), Ordering::Relaxed);
    let journal = open(folder.path(), "one", 40).await;
    let raw = journal.schema().find("raw").unwrap();
    let rows = journal.query(&Query::newest(10_000_000)).await.unwrap();
    let number =
        |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().strip_prefix("record ").unwrap().parse().unwrap();
    let mut found: Vec<u64> = rows.iter().map(|row| number(row.get_bytes(raw).unwrap())).collect();
    found.sort_unstable();
    let distinct = found.len();
    found.dedup();
    assert_eq!(found.len(), distinct, "a record is there twice");
    let lost: Vec<&u64> = acknowledged.iter().filter(|it| found.binary_search(it).is_err()).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(acknowledged.len() as u64 >= ROUNDS * 7);
    let report = journal.verify(&super::keys(&["one"]), &[], None, true).await.unwrap();
    assert_eq!(report.findings, []);
}

/// The disk as a power cut may leave it: the log ends anywhere, beside every state of what is made of it.
#[tokio::test]
async fn a_log_that_ends_anywhere_gives_its_whole_records_once() {
    let made = tempfile::tempdir().unwrap();
    let journal = open(made.path(), "one", 1_000_000).await;
    let records: Vec<String> = (0..9).map(|number| format!("record {number}")).collect();
    super::append(&journal, NOON, &records).await;
    drop(journal);
    let log = std::fs::read(made.path().join("one/log/0000000001.log")).unwrap();
    let each = 16 + "record 0".len();
    assert_eq!(log.len(), 9 * each);
    for end in (0..=log.len()).step_by(5) {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("one/log");
        std::fs::create_dir_all(&logs).unwrap();
        std::fs::write(logs.join("0000000001.log"), &log[..end]).unwrap();
        for _ in 0..2 {
            let journal = open(folder.path(), "one", 1_000_000).await;
            let rows = journal.query(&Query::newest(100)).await.unwrap();
            assert_eq!(rows.len(), end / each, "a log of {end} bytes");
            // The log comes back, as if its removal had not reached the disk.
            std::fs::write(logs.join("0000000001.log"), &log[..end]).unwrap();
        }
    }
}
