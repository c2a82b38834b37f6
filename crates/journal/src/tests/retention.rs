//! Days that are deleted by policy, and days that are held.

use super::{DAY_US, NOON, append, keys, open};
use crate::{Query, What};

fn lines_of(day: i64) -> Vec<String> {
    (0..20).map(|number| format!("{}|10.0.0.1|8.8.8.8|53|line", NOON + day * DAY_US + number)).collect()
}

const TODAY: i32 = 20_787;

#[tokio::test]
async fn old_days_go_with_a_record_and_a_held_day_stays_until_it_is_released() {
    let folder = tempfile::tempdir().unwrap();
    let one = open(folder.path(), "one", 1_000_000).await;
    let two = open(folder.path(), "two", 1_000_000).await;
    for day in 0..3 {
        append(&one, NOON, &lines_of(day)).await;
        append(&two, NOON, &lines_of(day)).await;
    }
    for node in [&one, &two] {
        node.seal_now().await.unwrap();
        node.hand_over().await.unwrap();
    }
    one.hold(TODAY, "Savcılık 2026/123").await.unwrap();
    assert_eq!(two.holds().await.unwrap()[0].reason, "Savcılık 2026/123");
    // One node deletes what all have written.
    let deleted = two.delete_before(TODAY + 2, "iki yıl doldu").await.unwrap();
    assert_eq!((deleted.segments, deleted.held.as_slice()), (2, &[TODAY][..]));
    assert_eq!(one.query(&Query::newest(1_000)).await.unwrap().len(), 80);
    one.hand_over().await.unwrap();
    let report = one.verify(&keys(&["one", "two"]), &[], None, true).await.unwrap();
    assert_eq!((report.findings.as_slice(), report.deleted), (&[][..], 2));
    one.release(TODAY, "dosya kapandı").await.unwrap();
    assert_eq!(one.delete_before(TODAY + 1, "iki yıl doldu").await.unwrap().segments, 2);
    let report = one.verify(&keys(&["one", "two"]), &[], None, true).await.unwrap();
    assert_eq!((report.findings.as_slice(), report.deleted), (&[][..], 4));
    // Nothing is left to delete, and nothing is said about it.
    let before = report.entries;
    assert_eq!(one.delete_before(TODAY + 1, "iki yıl doldu").await.unwrap().segments, 0);
    assert_eq!(one.verify(&keys(&["one", "two"]), &[], None, true).await.unwrap().entries, before);
}

#[tokio::test]
async fn a_deleted_day_that_comes_back_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let one = open(folder.path(), "one", 1_000_000).await;
    append(&one, NOON, &lines_of(0)).await;
    one.seal_now().await.unwrap();
    one.hand_over().await.unwrap();
    let path = "stream=lines/day=2026-11-30/one-0000000001.parquet";
    let file = folder.path().join("all").join(path);
    let bytes = std::fs::read(&file).unwrap();
    one.delete_before(TODAY + 1, "iki yıl doldu").await.unwrap();
    assert!(!file.exists());
    std::fs::write(&file, bytes).unwrap();
    let findings = one.verify(&keys(&["one"]), &[], None, true).await.unwrap().findings;
    assert_eq!(
        findings.iter().map(|it| (&*it.path, &it.what)).collect::<Vec<_>>(),
        [(path, &What::DeletedIsThere)]
    );
}
