//! Every kind of damage of the seal's duty (AC-3): it is found, and its place is named.

use super::{NOON, append, columns, key, keys, lines, local, open, open_with, schema, text_of};
use crate::chain::{self, Entry, sha256};
use crate::{Anchor, Finding, Journal, Query, What, leaf_digest};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const ROWS: i64 = 300;

/// Three sealed segments of a node, handed over.
async fn sealed(folder: &Path) -> Journal {
    let journal = open(folder, "one", 1_000_000).await;
    for part in 0..3 {
        append(&journal, NOON + part * ROWS, &lines(part * ROWS, (part + 1) * ROWS)).await;
        journal.seal_now().await.unwrap();
    }
    journal.hand_over().await.unwrap();
    assert_eq!(findings(&journal).await, []);
    journal
}

async fn findings(journal: &Journal) -> Vec<Finding> {
    let quick = journal.verify(&keys(&["one"]), &[], None, false).await.unwrap();
    let whole = journal.verify(&keys(&["one"]), &[], None, true).await.unwrap();
    assert_eq!(quick.findings, whole.findings);
    whole.findings
}

fn path(number: u64) -> String {
    format!("stream=lines/day=2026-11-30/one-{number:010}.parquet")
}

fn entry(no: u64) -> String {
    format!("_seals/lines/one/{no:010}.txt")
}

fn file(folder: &Path, path: &str) -> PathBuf {
    folder.join("all").join(path)
}

fn found(path: String, what: What) -> Finding {
    Finding { path, what }
}

#[tokio::test]
async fn a_flipped_bit_anywhere_in_a_segment_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let journal = sealed(folder.path()).await;
    let file = file(folder.path(), &path(2));
    let whole = fs::read(&file).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 150) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        fs::write(&file, flipped).unwrap();
        let findings = journal.verify(&keys(&["one"]), &[], None, false).await.unwrap().findings;
        assert!(
            !findings.is_empty() && findings.iter().all(|it| it.path == path(2)),
            "byte {at}: {findings:?}"
        );
        // A fresh reader may fail, and never falls over.
        let _ = journal.query(&Query::newest(1_000)).await;
    }
}

#[tokio::test]
async fn a_segment_cut_at_any_length_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let journal = sealed(folder.path()).await;
    let file = file(folder.path(), &path(3));
    let whole = fs::read(&file).unwrap();
    for end in (0..whole.len()).step_by(whole.len() / 40) {
        fs::write(&file, &whole[..end]).unwrap();
        assert_eq!(findings(&journal).await, [found(path(3), What::SegmentUnreadable)], "cut at {end}");
    }
}

#[tokio::test]
async fn deleted_inserted_and_swapped_segments_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let journal = sealed(folder.path()).await;
    let at = |number| file(folder.path(), &path(number));
    let second = fs::read(at(2)).unwrap();
    fs::remove_file(at(2)).unwrap();
    assert_eq!(findings(&journal).await, [found(path(2), What::SegmentMissing)]);
    fs::write(at(2), &second).unwrap();
    fs::write(at(9), &second).unwrap();
    assert_eq!(findings(&journal).await, [found(path(9), What::SegmentNotSealed)]);
    fs::remove_file(at(9)).unwrap();
    fs::rename(at(1), at(2)).unwrap();
    fs::write(at(1), &second).unwrap();
    let swapped = |one, other| found(path(one), What::SegmentSwapped { with: path(other) });
    assert_eq!(findings(&journal).await, [swapped(1, 2), swapped(2, 1)]);
}

/// A segment made anew by somebody who knows the format, with other rows under the old seal.
#[tokio::test]
async fn changed_rows_are_named_by_their_block() {
    let folder = tempfile::tempdir().unwrap();
    let count = 3 * crate::BLOCK_ROWS as i64;
    // One source, so that the order of the file is that of the instants.
    let line = |number: i64, text: &str| format!("{}|10.0.0.1|8.8.8.8|53|{text}", NOON + number);
    let honest: Vec<String> = (0..count).map(|number| line(number, "honest")).collect();
    let journal = open(folder.path(), "one", 1_000_000).await;
    append(&journal, NOON, &honest).await;
    journal.seal_now().await.unwrap();
    journal.hand_over().await.unwrap();
    let forged_folder = folder.path().join("forger");
    let forger = super::open_on(&forged_folder.join("all"), &forged_folder, "one", 1_000_000).await;
    let mut forged = honest.clone();
    forged[crate::BLOCK_ROWS + 17] = line(crate::BLOCK_ROWS as i64 + 17, "forged");
    append(&forger, NOON, &forged).await;
    forger.seal_now().await.unwrap();
    forger.hand_over().await.unwrap();
    fs::copy(file(&forged_folder, &path(1)), file(folder.path(), &path(1))).unwrap();
    let changed = What::RowsChanged { from: crate::BLOCK_ROWS as u64, to: 2 * crate::BLOCK_ROWS as u64 };
    assert_eq!(findings(&journal).await, [found(path(1), changed)]);
    // The same with a row less.
    forged.remove(5);
    let short_folder = folder.path().join("short");
    let short = super::open_on(&short_folder.join("all"), &short_folder, "one", 1_000_000).await;
    append(&short, NOON, &forged).await;
    short.seal_now().await.unwrap();
    short.hand_over().await.unwrap();
    fs::copy(file(&short_folder, &path(1)), file(folder.path(), &path(1))).unwrap();
    let missing = What::RowsMissingOrExtra { found: count as u64 - 1, sealed: count as u64 };
    assert!(findings(&journal).await.contains(&found(path(1), missing)));
    // Its seal in place of the honest one is not signed by the honest key when the forger has another.
    let text = fs::read_to_string(file(&short_folder, &entry(0))).unwrap();
    let forged_entry = Entry::parse("", &text).unwrap().signed(&key("two"));
    fs::write(file(folder.path(), &entry(0)), forged_entry).unwrap();
    assert_eq!(findings(&journal).await, [found(entry(0), What::EntryNotSigned)]);
}

#[tokio::test]
async fn a_changed_missing_or_moved_entry_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let journal = sealed(folder.path()).await;
    let at = |no| file(folder.path(), &entry(no));
    let texts: Vec<String> = (0..3).map(|no| fs::read_to_string(at(no)).unwrap()).collect();
    for byte in 0..texts[1].len() {
        let mut flipped = texts[1].clone().into_bytes();
        flipped[byte] ^= 1;
        fs::write(at(1), flipped).unwrap();
        let findings = journal.verify(&keys(&["one"]), &[], None, false).await.unwrap().findings;
        assert!(findings.iter().any(|it| it.path == entry(1)), "byte {byte}: {findings:?}");
    }
    fs::remove_file(at(1)).unwrap();
    let missing = found(entry(1), What::EntryMissing { last: 1 });
    assert!(findings(&journal).await.contains(&missing));
    fs::write(at(1), &texts[2]).unwrap();
    fs::write(at(2), &texts[1]).unwrap();
    assert!(findings(&journal).await.contains(&found(entry(1), What::ChainBroken)));
}

#[tokio::test]
async fn a_chain_cut_at_its_end_or_made_anew_with_the_key_is_found_by_an_entry_known_from_outside() {
    let folder = tempfile::tempdir().unwrap();
    let journal = sealed(folder.path()).await;
    let heads = journal.heads().await.unwrap().heads;
    let (node, no, digest) = heads[0].clone();
    let anchor = Anchor { node, no, digest };
    let report = |anchors: Vec<Anchor>| {
        let journal = &journal;
        async move { journal.verify(&keys(&["one"]), &anchors, None, false).await.unwrap().findings }
    };
    assert_eq!(report(vec![anchor.clone()]).await, []);
    let last = file(folder.path(), &entry(2));
    let text = fs::read_to_string(&last).unwrap();
    // Made anew with the stolen key: the entry says it was written a second later.
    let mut anew = Entry::parse("", &text).unwrap();
    anew.written_at_us += 1_000_000;
    fs::write(&last, anew.signed(&key("one"))).unwrap();
    assert_eq!(report(vec![]).await, []);
    assert_eq!(report(vec![anchor.clone()]).await, [found(entry(2), What::ChainBroken)]);
    // Cut, with the segment it seals.
    fs::remove_file(&last).unwrap();
    fs::remove_file(file(folder.path(), &path(3))).unwrap();
    assert_eq!(report(vec![]).await, []);
    assert_eq!(report(vec![anchor]).await, [found(entry(2), What::EntryMissing { last: 2 })]);
}

#[tokio::test]
async fn a_clock_set_back_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(NOON));
    let clock = {
        let now = now.clone();
        Arc::new(move || now.load(Ordering::Relaxed))
    };
    let journal = open_with(local(&folder.path().join("all")), folder.path(), "one", 1_000_000, clock).await;
    for back in [0, 0, 3_600_000_000, 0] {
        now.fetch_sub(back, Ordering::Relaxed);
        append(&journal, NOON, &lines(0, 10)).await;
        journal.seal_now().await.unwrap();
    }
    assert_eq!(findings(&journal).await, [found(entry(2), What::ClockSetBack)]);
}

#[tokio::test]
async fn a_row_is_proved_by_a_few_kilobytes_that_show_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    append(&journal, NOON, &lines(0, 5_000)).await;
    journal.seal_now().await.unwrap();
    let text = columns(&schema()).text;
    let found = journal
        .query(&Query::newest(1).with(text, crate::Test::OneOf(vec![b"line 4711".to_vec()])))
        .await
        .unwrap();
    let place = found[0].place.clone().unwrap();
    let proved = journal.prove(&place.path, place.row).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&proved.leaf), text_of(&journal, &found[0]));
    let leaf = leaf_digest(proved.at_us, proved.received_at_us, &proved.leaf);
    assert!(proved.proof.holds(&leaf, &proved.root));
    assert!(
        !proved
            .proof
            .holds(&leaf_digest(proved.at_us + 1, proved.received_at_us, &proved.leaf), &proved.root)
    );
    assert!(chain::is_signed(&proved.entry, &key("one").public()));
    assert!(proved.entry.contains(&hex::encode(proved.root)));
    let size = proved.leaf.len() + proved.proof.path.len() * 32 + proved.entry.len();
    assert!(size < 4_000, "{size} bytes");
}

/// The written steps of `docs/formats/journal.md`, with openssl alone.
#[tokio::test]
async fn openssl_checks_leaf_signature_and_file() {
    let run = |args: &[&str], input: &[u8]| -> Option<Vec<u8>> {
        use std::io::Write;
        let mut command = std::process::Command::new("openssl");
        command.args(args).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = command.spawn().ok()?;
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        output.status.success().then_some(output.stdout)
    };
    if run(&["version"], b"").is_none() {
        eprintln!("skipped: no openssl to check seals with");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let _journal = sealed(folder.path()).await;
    let leaf = [&[0][..], &5_i64.to_be_bytes(), &6_i64.to_be_bytes(), b"line"].concat();
    let digest = run(&["dgst", "-blake2b512", "-binary"], &leaf).unwrap();
    assert_eq!(digest[..32], leaf_digest(5, 6, b"line"));
    let text = fs::read_to_string(file(folder.path(), &entry(1))).unwrap();
    let (body, signature) = text.rsplit_once("signature ").unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let body = write("body", body.as_bytes());
    let signature = write("signature", &hex::decode(signature.trim()).unwrap());
    let public = write("key", &key("one").public().der());
    let checked = [
        "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", &public, "-rawin", "-in", &body,
        "-sigfile", &signature,
    ];
    assert!(run(&checked, b"").is_some());
    let segment = fs::read(file(folder.path(), &path(2))).unwrap();
    let digest = run(&["dgst", "-sha256", "-binary"], &segment).unwrap();
    assert_eq!(digest, sha256(&segment));
    assert!(text.contains(&hex::encode(digest)));
}
