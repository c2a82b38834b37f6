//! A statement that fails, and a transaction that the database ended by itself: what is acknowledged afterwards is in
//! the database, and nothing of the failed one is.

#![allow(clippy::unwrap_used)]

use kernel::db::Sql;
use kernel::event::{Event, NewEvent, Reaction};
use kernel::{Boxed, Capability, Db, Error, ErrorKind, Ref, Tx};
use testkit::each;

async fn add(tx: &Tx, name: &str, size: usize) -> kernel::Result<u64> {
    tx.without_event("a line of this test");
    let sql = "INSERT INTO submission (token, leads_to, at) VALUES ($1, $2, $3)";
    tx.run(sql, vec![name.into(), "x".repeat(size).into(), tx.at().into()]).await
}

async fn count(db: &Db, name: &str) -> i64 {
    let sql = "SELECT count(*) FROM submission WHERE token = $1";
    db.scalar(sql, vec![name.into()]).await.unwrap().unwrap()
}

/// SQLite is given a most number of pages: it then says "full" as it does on a full disk, and ends the transaction.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_after_a_full_disk_is_kept() {
    each(vec![], async |test| {
        let db = &test.db;
        if db.backend() == sea_orm::DbBackend::Postgres {
            return;
        }
        let pages: i64 = db.scalar("PRAGMA page_count", vec![]).await.unwrap().unwrap();
        db.execute_housekeeping(&format!("PRAGMA max_page_count = {}", pages + 2)).await.unwrap();
        let tx = test.begin().await;
        add(&tx, "lost", 10).await.unwrap();
        let refused = add(&tx, "too much", 1_000_000).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Unavailable, "{refused}");
        drop(tx);
        let given_up = test.begin().await;
        add(&given_up, "given up", 10).await.unwrap();
        drop(given_up);
        let kept = test.begin().await;
        add(&kept, "kept", 10).await.unwrap();
        kept.commit().await.unwrap();
        for (name, expected) in [("lost", 0), ("too much", 0), ("given up", 0), ("kept", 1)] {
            assert_eq!(count(db, name).await, expected, "{name}");
        }
    })
    .await;
}

/// Whoever swallows the error of a statement does not get the rest committed, on either database.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_after_a_statement_that_failed() {
    each(vec![], async |test| {
        let db = &test.db;
        let tx = test.begin().await;
        add(&tx, "first", 10).await.unwrap();
        assert!(add(&tx, "first", 10).await.is_err(), "the same token twice");
        assert!(add(&tx, "second", 10).await.is_err());
        assert!(tx.commit().await.is_err());
        for name in ["first", "second"] {
            assert_eq!(count(db, name).await, 0, "{name}");
        }
    })
    .await;
}

fn refuse<'a>(_tx: &'a Tx, _event: &'a Event) -> Boxed<'a, kernel::Result<()>> {
    Box::pin(async { Err(Error::conflict("Olmaz.")) })
}

/// As in a bulk act or an import: what fails is taken back by itself, and however many fail, the rest goes on.
#[tokio::test(flavor = "multi_thread")]
async fn parts_that_fail_take_nothing_else_with_them() {
    let reactions = vec![Reaction { subject_kind: "probe", verb: "changed", run: refuse }];
    let capability = Capability { id: "probe", reactions, ..Capability::default() };
    each(vec![capability], async |test| {
        let tx = test.begin().await;
        for number in 0..8 {
            tx.begin_part().await.unwrap();
            add(&tx, "once", 10).await.unwrap();
            let refused = if number % 2 == 0 {
                add(&tx, "once", 10).await.unwrap_err()
            } else {
                tx.record(NewEvent::new(Ref::new("probe", tx.new_id()), "Deneme", "changed"))
                    .await
                    .unwrap_err()
            };
            assert_eq!(refused.kind, ErrorKind::Conflict, "{number}: {refused}");
            tx.end_part(false).await.unwrap();
        }
        tx.begin_part().await.unwrap();
        assert!(tx.is_first("probe") && !tx.is_first("probe"));
        tx.end_part(false).await.unwrap();
        assert!(tx.is_first("probe"), "what was taken back with a part is not done");
        tx.begin_part().await.unwrap();
        add(&tx, "kept", 10).await.unwrap();
        tx.end_part(true).await.unwrap();
        assert!(!tx.is_first("probe"), "what a kept part found done stays done");
        tx.commit().await.unwrap();
        assert_eq!((count(&test.db, "once").await, count(&test.db, "kept").await), (0, 1));
    })
    .await;
}

/// A large import holds SQLite's one writer for many seconds: who writes meanwhile waits and is not sent away.
#[tokio::test(flavor = "multi_thread")]
async fn who_writes_beside_a_long_transaction_waits() {
    each(vec![], async |test| {
        let long = test.begin().await;
        add(&long, "long", 10).await.unwrap();
        let meanwhile = async {
            let short = test.begin().await;
            add(&short, "short", 10).await.unwrap();
            short.commit().await.unwrap();
        };
        // Longer than sqlx and the readers wait for a connection.
        let import = async {
            tokio::time::sleep(std::time::Duration::from_secs(11)).await;
            long.commit().await.unwrap();
        };
        tokio::join!(meanwhile, import);
        for name in ["long", "short"] {
            assert_eq!(count(&test.db, name).await, 1, "{name}");
        }
    })
    .await;
}
