//! Verification while nodes go on: what is on its way is no finding.

use super::{DAY_US, NOON, append, key, keys, lines, local, open, schema};
use crate::{Finding, Journal, Limits, Options, What};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

/// A node that looks again for as long at what does not fit.
async fn patient(folder: &Path, name: &str, patience: Duration) -> Journal {
    let schema = schema();
    let encoder = Arc::new(super::Lines(schema.clone(), super::columns(&schema)));
    let limits = Limits { patience, ..Limits::default() };
    let (node, store, key) = (name.to_owned(), local(&folder.join("all")), key(name));
    let clock = Arc::new(|| super::CLOCK.fetch_add(1, Ordering::Relaxed));
    let folder = folder.join(name);
    Journal::open(Options { schema, encoder, node, folder, store, key, clock, limits }).await.unwrap()
}

const SEGMENT: &str = "stream=lines/day=2026-11-30/two-0000000001.parquet";

/// Puts a file of the node `two` where all nodes see it, as the first half of a hand-over does.
fn put(folder: &Path, path: &str) {
    let to = folder.join("all").join(path);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(folder.join("two/own").join(path), to).unwrap();
}

#[tokio::test]
async fn a_segment_whose_entry_comes_a_moment_later_is_no_finding_and_one_that_none_seals_is() {
    let folder = tempfile::tempdir().unwrap();
    let one = patient(folder.path(), "one", Duration::from_secs(2)).await;
    let two = open(folder.path(), "two", 1_000_000).await;
    append(&two, NOON, &lines(0, 50)).await;
    two.seal_now().await.unwrap();
    put(folder.path(), SEGMENT);
    let not_sealed = Finding { path: SEGMENT.to_owned(), what: What::SegmentNotSealed };
    let keys = keys(&["one", "two"]);
    let verify = || one.verify(&keys, &[], None, true);
    assert_eq!(verify().await.unwrap().findings, [not_sealed], "its node has died, or it was put there");
    let later = async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        two.hand_over().await.unwrap();
    };
    let (report, ()) = tokio::join!(verify(), later);
    let report = report.unwrap();
    assert_eq!((report.findings.as_slice(), report.rows, report.entries), (&[][..], 50, 1));
}

#[tokio::test]
async fn a_segment_that_is_deleted_a_moment_later_is_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    let one = patient(folder.path(), "one", Duration::from_secs(2)).await;
    let two = open(folder.path(), "two", 1_000_000).await;
    append(&two, NOON, &lines(0, 50)).await;
    two.seal_now().await.unwrap();
    two.hand_over().await.unwrap();
    let file = folder.path().join("all").join(SEGMENT);
    let kept = fs::read(&file).unwrap();
    two.delete_before(crate::names::day_of(NOON + DAY_US), "iki yıl doldu").await.unwrap();
    // The entry is there, the file not yet gone.
    fs::write(&file, kept).unwrap();
    let later = async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        fs::remove_file(&file).unwrap();
    };
    let keys = keys(&["one", "two"]);
    let (report, ()) = tokio::join!(one.verify(&keys, &[], None, true), later);
    let report = report.unwrap();
    assert_eq!((report.findings.as_slice(), report.deleted), (&[][..], 1));
}

/// Nodes write, hand over, stamp and delete without rest while others verify.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn verification_is_never_alarmed_by_nodes_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let reader = patient(folder.path(), "reader", Duration::from_secs(5)).await;
    let done = Arc::new(AtomicBool::new(false));
    let mut working = Vec::new();
    // Other tests move the clock that is everybody's, and stamps must not be of before what they cover.
    let ticks = Arc::new(AtomicI64::new(NOON));
    for name in ["one", "two"] {
        let (ticks, all) = (ticks.clone(), local(&folder.path().join("all")));
        let clock = Arc::new(move || ticks.fetch_add(1, Ordering::Relaxed));
        let node = super::open_with(all, folder.path(), name, 1_000_000, clock).await;
        let done = done.clone();
        working.push(tokio::spawn(async move {
            for round in 0..i64::MAX {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                let late = |number: i64| {
                    format!("{}|10.0.0.1|8.8.8.8|53|late {number}", NOON + round % 3 * DAY_US + number)
                };
                let mixed: Vec<String> =
                    (0..20).flat_map(|number| [super::line(number), late(number)]).collect();
                append(&node, NOON, &mixed).await;
                node.seal_now().await.unwrap();
                node.hand_over().await.unwrap();
                let unstamped = node.unstamped(&|stamp| Ok(stamp.at_us)).await.unwrap();
                let at_us = NOON + (round + 1) * 1_000_000;
                node.keep_stamp(&node.stamp_of(&unstamped.heads, at_us, b"", name.as_bytes())).await.unwrap();
                if round % 4 == 3 {
                    node.delete_before(crate::names::day_of(NOON) + 1, "doldu").await.unwrap();
                }
            }
        }));
    }
    let keys = keys(&["one", "two"]);
    let (mut seen, mut rounds) = (0, 0);
    while seen < 60 && !working.iter().any(tokio::task::JoinHandle::is_finished) {
        let report =
            reader.verify(&keys, &[], Some(&|stamp| Ok(stamp.at_us)), rounds % 2 == 0).await.unwrap();
        assert_eq!(report.findings, [], "round {rounds}");
        (seen, rounds) = (report.entries, rounds + 1);
    }
    done.store(true, Ordering::Relaxed);
    for node in working {
        node.await.unwrap();
    }
    assert!(rounds > 2, "{rounds} times verified");
    let report = reader.verify(&keys, &[], Some(&|stamp| Ok(stamp.at_us)), true).await.unwrap();
    assert_eq!((report.findings.as_slice(), report.stamps > 1), (&[][..], true));
}
