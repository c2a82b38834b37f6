//! The index of values: it never hides a row, whatever became of it.

use super::{Chance, NOON, append, columns, keys, line, open, text_of};
use crate::index::{self, Listed, Marks, Part, mark};
use crate::names::SegmentName;
use crate::{Journal, Query, Test};
use std::collections::BTreeSet;
use std::path::Path;

fn listed(log: u64) -> Listed {
    let name = SegmentName { stream: "lines".into(), day: 20_787, node: "one".into(), log };
    Listed { name, size: log * 7, at: (-1, log as i64) }
}

#[test]
fn parts_and_what_is_merged_of_them_find_what_was_put_in() {
    let (folder, mut chance) = (tempfile::tempdir().unwrap(), Chance(11));
    let (mut told, mut parts) = (Vec::<(u32, u64)>::new(), Vec::new());
    for number in 0..5_u64 {
        let segments: Vec<Listed> = (0..=number * 3).map(|at| listed(number * 100 + at)).collect();
        let mut marks = Vec::new();
        for _ in 0..chance.below(6_000) {
            let (value, at) = (mark(&chance.below(9_000).to_le_bytes()), chance.below(segments.len() as u64));
            told.push((value, segments[at as usize].name.log));
            marks.push((value, at as u32));
        }
        let path = folder.path().join(format!("{number}.part"));
        index::write(&path, &segments, Marks::from([("source".to_owned(), marks)])).unwrap();
        parts.push(Part::open(&path).unwrap());
        assert_eq!(parts[number as usize].segments, segments);
    }
    let merged = folder.path().join("merged.part");
    // One segment was deleted.
    Part::merge(&merged, &parts.iter().collect::<Vec<_>>(), |name| name.log != 201).unwrap();
    let merged = Part::open(&merged).unwrap();
    for number in 0..10_000_u64 {
        let value = mark(&number.to_le_bytes());
        let expected: BTreeSet<u64> =
            told.iter().filter(|(known, _)| *known == value).map(|(_, log)| *log).collect();
        let find = |part: &Part| -> BTreeSet<u64> {
            let found = part.find("source", &[value]).unwrap().unwrap();
            found.into_iter().map(|at| part.segments[at as usize].name.log).collect()
        };
        assert_eq!(parts.iter().flat_map(&find).collect::<BTreeSet<u64>>(), expected);
        let mut expected = expected;
        expected.remove(&201);
        assert_eq!(find(&merged), expected);
    }
    assert_eq!(merged.find("target", &[1]).unwrap(), None);
}

async fn found(journal: &Journal, source: &str) -> Vec<String> {
    let source_id = columns(journal.schema()).source;
    let query = Query::newest(1_000).with(source_id, Test::OneOf(vec![source.into()]));
    let rows = journal.query(&query).await.unwrap();
    rows.iter().rev().map(|row| text_of(journal, row)).collect()
}

fn parts(folder: &Path) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(folder.join("one/index")).unwrap();
    files.map(|it| it.unwrap().path()).filter(|it| it.extension().is_some_and(|it| it == "part")).collect()
}

/// Forty segments, each with lines of two of the seven sources, and what one of them should give.
async fn filled(folder: &Path) -> (Journal, Vec<String>) {
    let journal = open(folder, "one", 1_000_000).await;
    let mut expected = Vec::new();
    for number in 0..40_i64 {
        let lines = vec![line(number * 7 + number % 7), line(number * 7 + (number + 1) % 7)];
        expected.extend(lines.iter().filter(|line| line.contains("|10.0.0.3|")).cloned());
        append(&journal, NOON + number, &lines).await;
        journal.seal_now().await.unwrap();
        // Handed over or not, in the index or not.
        match number % 3 {
            0 => drop(journal.hand_over().await.unwrap()),
            1 => drop(journal.index().await.unwrap()),
            _ => {}
        }
    }
    (journal, expected)
}

#[tokio::test]
async fn an_address_is_found_in_all_segments_with_and_without_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, expected) = filled(folder.path()).await;
    assert_eq!(found(&journal, "10.0.0.3").await, expected);
    assert!(found(&journal, "10.0.0.9").await.is_empty());
    assert!(parts(folder.path()).len() < 16, "many small parts become one");
    drop(journal);
    let journal = open(folder.path(), "one", 1_000_000).await;
    assert_eq!(found(&journal, "10.0.0.3").await, expected);
    drop(journal);
    // A part is damaged, another gone, and one was never finished.
    let mut some = parts(folder.path());
    some.sort();
    let mut bytes = std::fs::read(&some[0]).unwrap();
    let at = bytes.len() - 700;
    for byte in &mut bytes[at..] {
        *byte ^= 0x55;
    }
    std::fs::write(&some[0], bytes).unwrap();
    std::fs::remove_file(&some[1]).unwrap();
    std::fs::write(folder.path().join("one/index/0000000900.part"), b"BJINDEX1").unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    assert_eq!(found(&journal, "10.0.0.3").await, expected);
    journal.index().await.unwrap();
    assert_eq!(found(&journal, "10.0.0.3").await, expected);
    drop(journal);
    std::fs::remove_dir_all(folder.path().join("one/index")).unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    assert_eq!(found(&journal, "10.0.0.3").await, expected);
    assert_eq!(journal.verify(&keys(&["one"]), &[], None, true).await.unwrap().findings, []);
}

#[tokio::test]
async fn a_segment_that_no_chain_tells_of_is_found_by_the_list_and_a_deleted_one_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, expected) = filled(folder.path()).await;
    journal.hand_over().await.unwrap();
    drop(journal);
    // The chain has a gap in its middle.
    std::fs::remove_file(folder.path().join("all/_seals/lines/one/0000000010.txt")).unwrap();
    std::fs::remove_dir_all(folder.path().join("one/index")).unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    journal.index().await.unwrap();
    assert_eq!(found(&journal, "10.0.0.3").await, expected);
    journal.delete_before(30_000, "its time is up").await.unwrap();
    assert!(found(&journal, "10.0.0.3").await.is_empty());
}
