//! The way of a row: log, memory, segment, all nodes; and back in every order.

use super::{DAY_US, NOON, append, columns, key, keys, line, lines, local, open, open_on, schema, text_of};
use crate::{Journal, Order, Query, Test};
use std::collections::BTreeMap;

async fn all(journal: &Journal) -> Vec<String> {
    let mut found = journal.query(&Query::newest(100_000)).await.unwrap();
    found.reverse();
    found.iter().map(|row| text_of(journal, row)).collect()
}

#[tokio::test]
async fn a_row_is_found_in_memory_in_a_segment_and_after_it_was_handed_over() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    append(&journal, NOON, &lines(0, 500)).await;
    assert_eq!(all(&journal).await, lines(0, 500));
    journal.seal_now().await.unwrap();
    assert_eq!(journal.status().rows_in_memory, 0);
    append(&journal, NOON, &lines(500, 600)).await;
    assert_eq!(all(&journal).await, lines(0, 600));
    journal.seal_now().await.unwrap();
    assert_eq!(journal.hand_over().await.unwrap(), 2);
    assert_eq!(all(&journal).await, lines(0, 600));
    let report = journal.verify(&keys(&["one"]), &[], None, true).await.unwrap();
    assert_eq!((report.findings.as_slice(), report.rows, report.segments), (&[][..], 600, 2));
}

#[tokio::test]
async fn what_a_stopped_node_left_in_its_log_becomes_a_segment_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let journal = open(folder.path(), "one", 1_000_000).await;
        assert_eq!(all(&journal).await, lines(0, round * 100));
        append(&journal, NOON, &lines(round * 100, (round + 1) * 100)).await;
    }
    let journal = open(folder.path(), "one", 1_000_000).await;
    assert_eq!(all(&journal).await, lines(0, 400));
    let report = journal.verify(&keys(&["one"]), &[], None, true).await.unwrap();
    assert_eq!((report.findings.as_slice(), report.entries), (&[][..], 4));
}

#[tokio::test]
async fn rows_of_two_days_become_two_segments() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    let late = |number: i64| format!("{}|10.0.0.1|8.8.8.8|53|late {number}", NOON + DAY_US + number);
    let mixed: Vec<String> = (0..50).flat_map(|number| [line(number), late(number)]).collect();
    append(&journal, NOON, &mixed).await;
    journal.seal_now().await.unwrap();
    journal.hand_over().await.unwrap();
    for day in ["2026-11-30", "2026-12-01"] {
        assert!(folder.path().join(format!("all/stream=lines/day={day}/one-0000000001.parquet")).is_file());
    }
    let second = Query { from_us: NOON + DAY_US, order: Order::OldestFirst, ..Query::newest(3) };
    let found = journal.query(&second).await.unwrap();
    let texts: Vec<String> = found.iter().map(|row| text_of(&journal, row)).collect();
    assert_eq!(texts, [late(0), late(1), late(2)]);
}

#[tokio::test]
async fn lines_nobody_understands_come_back_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    let odd: [&[u8]; 4] = [b"", b"\xff\x00\xfe", b"a|b", &[b'x'; 70_000]];
    let records: Vec<_> =
        odd.iter().map(|payload| crate::Incoming { received_at_us: NOON, payload }).collect();
    journal.append(&records).unwrap().durable().await.unwrap();
    let raw = columns(&schema()).raw;
    for _ in 0..2 {
        let found = journal.query(&Query::newest(10)).await.unwrap();
        let mut found: Vec<&[u8]> = found.iter().map(|row| row.get_bytes(raw).unwrap()).collect();
        found.sort_unstable();
        let mut expected = odd.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected);
        journal.seal_now().await.unwrap();
    }
}

#[tokio::test]
async fn nodes_that_do_not_know_each_other_write_and_each_reads_all() {
    let folder = tempfile::tempdir().unwrap();
    let one = open(folder.path(), "one", 1_000_000).await;
    let two = open(folder.path(), "two", 1_000_000).await;
    append(&one, NOON, &lines(0, 100)).await;
    append(&two, NOON, &lines(100, 200)).await;
    for node in [&one, &two] {
        node.seal_now().await.unwrap();
        node.hand_over().await.unwrap();
    }
    for node in [&one, &two] {
        assert_eq!(all(node).await, lines(0, 200));
        let report = node.verify(&keys(&["one", "two"]), &[], None, true).await.unwrap();
        assert_eq!((report.findings.as_slice(), report.rows), (&[][..], 200));
    }
    let heads = one.heads().await.unwrap();
    assert_eq!(heads, two.heads().await.unwrap());
    assert_eq!(
        heads.heads.iter().map(|(node, no, _)| (node.as_str(), *no)).collect::<Vec<_>>(),
        [("one", 0), ("two", 0)]
    );
}

#[tokio::test]
async fn a_new_disk_goes_on_with_the_chain_of_its_node() {
    let folder = tempfile::tempdir().unwrap();
    let all_nodes = folder.path().join("all");
    for round in 0..3 {
        let disk = folder.path().join(format!("disk-{round}"));
        let journal = open_on(&all_nodes, &disk, "one", 1_000_000).await;
        append(&journal, NOON, &lines(round * 10, round * 10 + 10)).await;
        journal.seal_now().await.unwrap();
        journal.hand_over().await.unwrap();
    }
    let journal = open_on(&all_nodes, &folder.path().join("reader"), "two", 1_000_000).await;
    assert_eq!(all(&journal).await, lines(0, 30));
    let report = journal.verify(&keys(&["one"]), &[], None, true).await.unwrap();
    assert_eq!((report.findings.as_slice(), report.entries), (&[][..], 3));
}

#[tokio::test]
async fn a_folder_belongs_to_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open(folder.path(), "one", 10).await;
    let schema = schema();
    let second = Journal::open(crate::Options {
        encoder: std::sync::Arc::new(super::Lines(schema.clone(), columns(&schema))),
        schema,
        node: "one".to_owned(),
        folder: folder.path().join("one"),
        store: local(&folder.path().join("all")),
        key: key("one"),
        clock: std::sync::Arc::new(|| NOON),
        limits: crate::Limits::default(),
    });
    assert!(second.await.is_err());
}

#[tokio::test]
async fn a_disk_that_refuses_makes_segments_later_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 100).await;
    // Where segments would go there is a file, as if the disk had gone bad.
    let own = folder.path().join("one/own");
    std::fs::remove_dir_all(&own).unwrap();
    std::fs::write(&own, "in the way").unwrap();
    append(&journal, NOON, &lines(0, 100)).await;
    assert!(journal.seal_now().await.is_err());
    append(&journal, NOON, &lines(100, 150)).await;
    assert!(journal.status().trouble.is_some());
    std::fs::remove_file(&own).unwrap();
    std::fs::create_dir(&own).unwrap();
    journal.seal_now().await.unwrap();
    assert_eq!(all(&journal).await, lines(0, 150));
    assert_eq!(journal.status().trouble, None);
}

#[tokio::test]
async fn intake_that_outruns_the_segments_is_told_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 10).await;
    let own = folder.path().join("one/own");
    std::fs::remove_dir_all(&own).unwrap();
    std::fs::write(&own, "in the way").unwrap();
    append(&journal, NOON, &lines(0, 10)).await;
    append(&journal, NOON, &lines(10, 20)).await;
    let payload = line(20);
    let more = crate::Incoming { received_at_us: NOON, payload: payload.as_bytes() };
    assert!(matches!(journal.append(&[more]), Err(crate::Error::Behind)));
}

#[tokio::test]
async fn only_the_columns_asked_for_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    append(&journal, NOON, &lines(0, 100)).await;
    let ids = columns(journal.schema());
    for _ in 0..2 {
        let query = Query { columns: Some(vec![ids.port]), ..Query::newest(1) }
            .with(ids.text, Test::Prefix(b"line 4".to_vec()));
        let found = journal.query(&query).await.unwrap();
        assert_eq!(found[0].get_number(ids.port), Some(1_004));
        assert_eq!(found[0].cells().count(), 1);
        journal.seal_now().await.unwrap();
    }
}

#[tokio::test]
async fn an_old_log_ends_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    append(&journal, NOON, &lines(0, 10)).await;
    journal.tick(NOON + 1).unwrap();
    assert_eq!(journal.status().rows_in_memory, 10);
    journal.tick(NOON + DAY_US).unwrap();
    journal.seal_now().await.unwrap();
    assert_eq!(journal.status().rows_in_memory, 0);
    assert_eq!(
        journal
            .verify(&BTreeMap::from([("one".to_owned(), key("one").public())]), &[], None, true)
            .await
            .unwrap()
            .rows,
        10
    );
}

/// A web server's handlers may wait for any of these.
#[tokio::test]
async fn what_is_waited_for_may_change_threads() {
    fn movable<T: Send>(future: T) -> T {
        future
    }
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    let receipt = journal.append(&[crate::Incoming { received_at_us: NOON, payload: b"line" }]).unwrap();
    movable(receipt.durable()).await.unwrap();
    movable(journal.seal_now()).await.unwrap();
    movable(journal.hand_over()).await.unwrap();
    assert_eq!(movable(journal.query(&Query::newest(1))).await.unwrap().len(), 1);
    assert_eq!(movable(journal.verify(&keys(&["one"]), &[], None, true)).await.unwrap().findings, []);
    assert_eq!(movable(journal.delete_before(0, "nothing is as old")).await.unwrap().segments, 0);
    assert_eq!(movable(journal.heads()).await.unwrap().heads.len(), 1);
}
