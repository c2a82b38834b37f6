//! Stamps as they are kept and counted, with a judge who believes the name of the folder. Real authorities, and every way
//! to tamper, are in the tests of the crate that asks them.

use super::{NOON, append, keys, lines, local, open, open_with};
use crate::{Finding, Heads, Journal, Judge, Report, Stamp, Unstamped, Warning, What};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const MINUTE_US: i64 = 60_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;

fn believe(stamp: &Stamp) -> Result<i64, String> {
    match stamp.token.starts_with(b"bad") {
        true => Err("bad".to_owned()),
        false => Ok(stamp.at_us),
    }
}

const JUDGE: &Judge<'_> = &believe;

async fn verify(journal: &Journal) -> Report {
    journal.verify(&keys(&["one", "two"]), &[], Some(JUDGE), false).await.unwrap()
}

async fn keep(journal: &Journal, heads: &Heads, at_us: i64, token: &[u8]) -> bool {
    journal.keep_stamp(&journal.stamp_of(heads, at_us, b"reply", token)).await.unwrap()
}

/// A node whose clock is told.
async fn node(folder: &Path, name: &str) -> (Journal, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(NOON));
    let clock = {
        let now = now.clone();
        Arc::new(move || now.load(Ordering::Relaxed))
    };
    (open_with(local(&folder.join("all")), folder, name, 1_000_000, clock).await, now)
}

async fn write(journal: &Journal) {
    append(journal, NOON, &lines(0, 10)).await;
    journal.seal_now().await.unwrap();
    journal.hand_over().await.unwrap();
}

#[tokio::test]
async fn what_is_not_stamped_is_counted_from_the_newest_stamp_that_is_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (one, now) = node(folder.path(), "one").await;
    let (two, _) = node(folder.path(), "two").await;
    let state = async || one.unstamped(JUDGE).await.unwrap();
    let empty =
        Unstamped { heads: Heads { heads: vec![] }, stamped_upto_us: None, entries: 0, since_us: None };
    assert_eq!(state().await, empty);
    write(&one).await;
    now.store(NOON + 5, Ordering::Relaxed);
    write(&one).await;
    let before = state().await;
    assert_eq!((before.entries, before.since_us, before.stamped_upto_us), (2, Some(NOON), None));
    assert!(keep(&one, &before.heads, NOON + HOUR_US, b"token").await);
    let after = state().await;
    assert_eq!((after.entries, after.since_us, after.stamped_upto_us), (0, None, Some(NOON + HOUR_US)));
    // What only the disk of a node has is not there for a stamp; a node that is new counts from its first entry.
    append(&two, NOON, &lines(0, 10)).await;
    two.seal_now().await.unwrap();
    assert_eq!(two.unstamped(JUDGE).await.unwrap().entries, 0);
    two.hand_over().await.unwrap();
    assert_eq!((state().await.entries, state().await.since_us), (1, Some(NOON)));
    // A stamp that is not believed, and one that is not whole, cover nothing.
    let heads = state().await.heads;
    assert!(keep(&one, &heads, NOON + 2 * HOUR_US, b"bad").await);
    let half = one.stamp_of(&heads, NOON + 3 * HOUR_US, b"reply", b"token");
    let place = folder.path().join("all").join(&half.path);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("token.zd"), "token").unwrap();
    assert_eq!((state().await.entries, state().await.stamped_upto_us), (1, Some(NOON + HOUR_US)));
    assert_eq!(one.stamps(0, i64::MAX).await.unwrap().len(), 2);
    assert_eq!(one.stamps(NOON + HOUR_US + 1, NOON + 2 * HOUR_US).await.unwrap()[0].token, b"bad");
}

#[tokio::test]
async fn a_stamp_is_never_written_over_and_two_of_one_second_are_no_trouble() {
    let folder = tempfile::tempdir().unwrap();
    let (one, _) = node(folder.path(), "one").await;
    write(&one).await;
    let first = one.heads().await.unwrap();
    write(&one).await;
    let second = one.heads().await.unwrap();
    assert!(keep(&one, &first, NOON + 1, b"token").await);
    assert!(keep(&one, &first, NOON + 1, b"token").await, "a put that is tried again finds itself");
    assert!(!keep(&one, &second, NOON + 2, b"another").await);
    let kept = one.stamps(0, i64::MAX).await.unwrap();
    assert_eq!(kept.iter().map(|stamp| &*stamp.token).collect::<Vec<_>>(), [b"token"]);
    assert_eq!(kept[0].path, "_stamps/lines/2026-11-30T12-00-00Z");
    let report = verify(&one).await;
    assert_eq!((report.findings.as_slice(), report.unstamped), (&[][..], 1));
}

#[tokio::test]
async fn hours_without_a_stamp_are_a_warning_that_says_which_entries_waited() {
    let folder = tempfile::tempdir().unwrap();
    let (one, now) = node(folder.path(), "one").await;
    for hour in 0..6 {
        now.store(NOON + hour * HOUR_US, Ordering::Relaxed);
        write(&one).await;
        // At five past, but nobody answers between two and four.
        if !(2..4).contains(&hour) {
            let heads = one.heads().await.unwrap();
            assert!(keep(&one, &heads, NOON + hour * HOUR_US + 5 * MINUTE_US, b"token").await);
        }
    }
    let report = verify(&one).await;
    let (from_us, stamped_at_us) = (NOON + 2 * HOUR_US, NOON + 4 * HOUR_US + 5 * MINUTE_US);
    assert_eq!(report.warnings, [Warning::StampedLate { from_us, stamped_at_us, entries: 1 }]);
    assert_eq!((report.findings.as_slice(), report.stamps, report.unstamped), (&[][..], 4, 0));
}

#[tokio::test]
async fn stamps_that_go_back_are_named_and_the_race_of_two_nodes_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (one, _) = node(folder.path(), "one").await;
    write(&one).await;
    let older = one.heads().await.unwrap();
    write(&one).await;
    let newer = one.heads().await.unwrap();
    assert!(keep(&one, &newer, NOON, b"token").await);
    assert!(keep(&one, &older, NOON + 9 * MINUTE_US, b"token").await);
    assert_eq!(verify(&one).await.findings, []);
    assert!(keep(&one, &older, NOON + 11 * MINUTE_US, b"token").await);
    let path = "_stamps/lines/2026-11-30T12-11-00Z".to_owned();
    let what = What::StampOutOfOrder { node: "one".to_owned() };
    assert_eq!(verify(&one).await.findings, [Finding { path, what }]);
}

#[tokio::test]
async fn a_text_that_is_not_of_heads_is_no_stamp() {
    let text = |line: &str| Heads::parse(line);
    let digest = "ab".repeat(32);
    assert!(text(&format!("a 1 {digest}\nb 2 {digest}\n")).is_some());
    for wrong in [
        format!("b 2 {digest}\na 1 {digest}\n"),
        format!("a 1 {digest}\na 2 {digest}\n"),
        format!("a 1 {digest}"),
        format!("a 01 {digest}\n"),
        format!("a 1 {digest} more\n"),
        format!("a 1 {}\n", digest.to_uppercase()),
        "a 1\n".to_owned(),
    ] {
        assert!(text(&wrong).is_none(), "{wrong}");
    }
    let folder = tempfile::tempdir().unwrap();
    let one = open(folder.path(), "one", 1_000_000).await;
    write(&one).await;
    let stamp = Stamp {
        heads: "something else".to_owned(),
        ..one.stamp_of(&Heads { heads: vec![] }, NOON, b"", b"")
    };
    assert!(one.keep_stamp(&stamp).await.unwrap());
    assert_eq!(verify(&one).await.findings, [Finding { path: stamp.path, what: What::StampUnreadable }]);
}

#[tokio::test]
async fn an_entry_is_vouched_for_by_the_oldest_stamp_that_its_chain_leads_to() {
    let folder = tempfile::tempdir().unwrap();
    let (one, now) = node(folder.path(), "one").await;
    for hour in 0..4 {
        now.store(NOON + hour * HOUR_US, Ordering::Relaxed);
        write(&one).await;
        if hour == 1 || hour == 2 {
            let token: &[u8] = if hour == 1 { b"token" } else { b"bad" };
            assert!(keep(&one, &one.heads().await.unwrap(), NOON + hour * HOUR_US + MINUTE_US, token).await);
        }
    }
    let numbers = async |no| -> Option<(i64, Vec<u64>)> {
        let found = one.vouched("one", no, JUDGE).await.unwrap()?;
        Some((found.at_us, found.entries.into_iter().map(|(no, _)| no).collect()))
    };
    assert_eq!(numbers(0).await, Some((NOON + HOUR_US + MINUTE_US, vec![0, 1])));
    assert_eq!(numbers(1).await, Some((NOON + HOUR_US + MINUTE_US, vec![1])));
    assert_eq!(numbers(2).await, None, "the stamp over it is not believed");
    let last = NOON + 4 * HOUR_US;
    assert!(keep(&one, &one.heads().await.unwrap(), last, b"token").await);
    assert_eq!(numbers(2).await, Some((last, vec![2, 3])));
    assert_eq!(numbers(9).await, None);
    assert_eq!(one.vouched("two", 0, JUDGE).await.unwrap(), None);
    // A chain made anew is not led to by the stamp over the old one.
    let first = folder.path().join("all").join(crate::names::entry("lines", "one", 0));
    let text = std::fs::read_to_string(&first).unwrap();
    std::fs::write(&first, text.replacen("no 0", "no 00", 1)).unwrap();
    assert_eq!(numbers(0).await, None);
    assert_eq!(numbers(1).await, Some((NOON + HOUR_US + MINUTE_US, vec![1])));
}
