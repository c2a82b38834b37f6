//! The audit log under somebody's hands: every change in the database is found and its place named.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use kernel::job::{JobContext, Services};
use kernel::{NewEvent, Ref};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use testkit::{TestDb, each};

use super::{capability, seal_once, verify};
use crate::What;

fn context(test: &TestDb) -> JobContext {
    JobContext {
        db: test.db.clone(),
        clock: test.clock.clone(),
        registry: test.registry.clone(),
        services: Arc::new(Services::default()),
    }
}

async fn act(test: &TestDb, count: usize) {
    let tx = test.begin().await;
    for number in 0..count {
        let subject = Ref::new("unit", tx.new_id());
        tx.record(NewEvent::new(subject, format!("Birim {number}"), "created").note("ölçü")).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// As somebody with the database's password would: past every rule of the house.
async fn tamper(test: &TestDb, sql: &str) {
    test.db.execute_housekeeping(sql).await.unwrap();
}

async fn sealed(test: &TestDb) {
    for _ in 0..3 {
        act(test, 4).await;
        test.advance_seconds(5);
        assert_eq!(seal_once(&context(test)).await.unwrap(), 4);
    }
    assert!(verify(&test.db, &[]).await.unwrap().is_whole());
}

#[tokio::test]
async fn every_event_is_sealed_once_and_an_idle_log_makes_no_seal() {
    each(vec![capability()], async |test: &TestDb| {
        sealed(test).await;
        assert_eq!(seal_once(&context(test)).await.unwrap(), 0);
        let checked = verify(&test.db, &[]).await.unwrap();
        assert_eq!((checked.report.seals, checked.report.leaves, checked.unsealed), (3, 12, 0));
        assert_eq!(checked.anchor.unwrap().no, 2);
    })
    .await;
}

#[tokio::test]
async fn a_changed_note_names_the_seal_and_the_record() {
    each(vec![capability()], async |test: &TestDb| {
        sealed(test).await;
        tamper(test, "UPDATE event SET note = 'başka' WHERE seal_no = 1 AND leaf_no = 2").await;
        let checked = verify(&test.db, &[]).await.unwrap();
        let finding = checked.report.findings.first().copied().unwrap();
        assert_eq!((finding.seal_no, finding.leaf_no, finding.what), (1, Some(6), What::LeafChanged));
    })
    .await;
}

#[tokio::test]
async fn a_change_with_its_digest_recomputed_is_found_all_the_same() {
    each(vec![capability()], async |test: &TestDb| {
        sealed(test).await;
        let sql = format!("SELECT {} FROM event WHERE seal_no = 0 AND leaf_no = 0", super::COLUMNS);
        let mut event: super::Event = kernel::db::Sql::row(&test.db, &sql, vec![]).await.unwrap().unwrap();
        event.actor_name = "Başkası".into();
        let backend = test.db.get_database_backend();
        let digest = hex::encode(event.canonical_digest());
        let bytes = if backend == sea_orm::DbBackend::Sqlite {
            format!("x'{digest}'")
        } else {
            format!("'\\x{digest}'")
        };
        let sql = format!(
            "UPDATE event SET actor_name = 'Başkası', digest = {bytes} WHERE seal_no = 0 AND leaf_no = 0"
        );
        tamper(test, &sql).await;
        assert!(!verify(&test.db, &[]).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_event_and_a_deleted_seal_are_missed() {
    each(vec![capability()], async |test: &TestDb| {
        sealed(test).await;
        tamper(test, "DELETE FROM event WHERE seal_no = 2 AND leaf_no = 1").await;
        let findings = verify(&test.db, &[]).await.unwrap().report.findings;
        assert!(findings.iter().any(|one| one.seal_no == 2 && one.what == What::LeafMissing), "{findings:?}");
        tamper(test, "DELETE FROM seal WHERE no = 2").await;
        assert!(!verify(&test.db, &[]).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn a_log_cut_at_its_end_is_found_with_a_seal_written_down_outside() {
    each(vec![capability()], async |test: &TestDb| {
        sealed(test).await;
        let anchor = verify(&test.db, &[]).await.unwrap().anchor.unwrap();
        tamper(test, "DELETE FROM event WHERE seal_no = 2").await;
        tamper(test, "DELETE FROM seal WHERE no = 2").await;
        assert!(verify(&test.db, &[]).await.unwrap().is_whole(), "without an anchor the cut cannot be seen");
        assert!(!verify(&test.db, &[anchor]).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn an_event_changed_before_it_is_sealed_is_found_too() {
    each(vec![capability()], async |test: &TestDb| {
        act(test, 2).await;
        tamper(test, "UPDATE event SET verb = 'changed'").await;
        assert_eq!(verify(&test.db, &[]).await.unwrap().unsealed_changed.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_sealing_at_once_make_one_chain() {
    each(vec![capability()], async |test: &TestDb| {
        act(test, 50).await;
        let (one, other) = (context(test), context(test));
        let (first, second) = tokio::join!(seal_once(&one), seal_once(&other));
        assert!(first.is_ok() || second.is_ok());
        while seal_once(&one).await.unwrap() > 0 {}
        let checked = verify(&test.db, &[]).await.unwrap();
        assert!(checked.is_whole());
        assert_eq!((checked.report.leaves, checked.unsealed), (50, 0));
    })
    .await;
}

#[tokio::test]
async fn sealing_finds_each_event_by_its_id_so_that_writers_hardly_wait() {
    each(vec![capability()], async |test| {
        if test.db.get_database_backend() != DbBackend::Sqlite {
            return;
        }
        let sql = format!("EXPLAIN QUERY PLAN {}", super::take_leaves());
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [0_i64.into()]);
        let rows = test.db.query_all_raw(statement).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(3).unwrap()).collect();
        // The last is that of the row which is changed.
        let search = plan.iter().rfind(|line| line.starts_with("SEARCH event")).unwrap();
        assert!(search.ends_with("(id=?)"), "{plan:?}");
    })
    .await;
}

#[tokio::test]
async fn each_sealed_event_has_a_proof_that_holds_for_it_alone_and_an_unsealed_one_has_none() {
    each(vec![capability()], async |test: &TestDb| {
        sealed(test).await;
        act(test, 1).await;
        let sql = format!("SELECT {} FROM event ORDER BY id", super::COLUMNS);
        let events: Vec<super::Event> = kernel::db::Sql::rows(&test.db, &sql, vec![]).await.unwrap();
        let proofs = super::proofs_of(&test.db, &events).await.unwrap();
        assert_eq!(proofs.iter().flatten().count(), 12);
        assert!(proofs.last().unwrap().is_none());
        for (event, one) in events.iter().zip(&proofs).filter_map(|(event, one)| Some((event, one.as_ref()?)))
        {
            let leaf = crate::leaf_digest(&event.canonical_bytes());
            assert_eq!(leaf, event.canonical_digest());
            assert!(one.proof.holds(&leaf, &one.seal.root));
            let mut other = event.clone();
            other.note = "başka".into();
            assert!(!one.proof.holds(&other.canonical_digest(), &one.seal.root));
        }
    })
    .await;
}
