//! The stamp of the hour: taken where something came, from a server that may be away, by whichever node.

use journal::Warning;
use kernel::Instant;
use kernel::job::Services;
use std::sync::atomic::Ordering;
use testkit::{Manner, dbs};

use super::world::{Node, SECOND_US, World, capabilities, now_us, set, with};
use crate::{Roots, StampPassword, stamp};

#[tokio::test]
async fn a_stamp_covers_all_nodes_and_is_asked_for_only_where_something_came() {
    let world = World::make();
    let test = &dbs(capabilities()).await.remove(0);
    let (one, two) = (
        Node::open(&world.all(), &world.path("disk"), "one").await,
        Node::open(&world.all(), &world.path("disk"), "two").await,
    );
    one.write("first").await;
    // Where no server is set nothing is stamped.
    assert_eq!(stamp(&with(test, Services::default()), &one.journal).await.unwrap(), None);
    let jobs = world.jobs(test).await;
    two.write("second").await;
    let (before, standing) = (now_us(), one.stamped(&jobs).await);
    assert_eq!((standing.unstamped_entries, standing.unstamped_since, standing.error), (0, None, None));
    let at = standing.last_stamp_at.unwrap().0;
    assert!((before - SECOND_US..=now_us()).contains(&at), "{at}");
    assert_eq!(two.stamped(&jobs).await.last_stamp_at, Some(Instant(at)), "nothing came");
    assert_eq!(world.server.asked(), 1);
    let kept = one.journal.stamps(i64::MIN, i64::MAX).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].heads.lines().count(), 2);
    // Only what all nodes can see is stamped.
    let record = journal::Incoming { received_at_us: at, payload: b"on this disk only" };
    two.journal.append(&[record]).unwrap().durable().await.unwrap();
    two.journal.seal_now().await.unwrap();
    assert_eq!(one.stamped(&jobs).await.last_stamp_at, Some(Instant(at)));
    two.journal.hand_over().await.unwrap();
    assert!(one.stamped(&jobs).await.last_stamp_at > Some(Instant(at)));
    let report = world.verify(&one.journal).await;
    assert_eq!((report.findings.as_slice(), report.warnings.as_slice()), (&[][..], &[][..]));
    assert_eq!((report.stamps, report.unstamped, report.entries), (2, 0, 3));
}

#[tokio::test]
async fn while_the_server_is_away_entries_wait_and_the_next_stamp_covers_them_all() {
    let world = World::make();
    let test = &dbs(capabilities()).await.remove(0);
    let jobs = world.jobs(test).await;
    let one = Node::open(&world.all(), &world.path("disk"), "one").await;
    // Its clock goes through the hours in which nobody answers.
    let away = [Manner::Down, Manner::Page, Manner::OutOfCredit, Manner::OtherNonce, Manner::Stranger];
    let from = now_us();
    for (hour, manner) in (0..).zip(away) {
        one.ahead_us.store((hour - 5) * 3_600 * SECOND_US, Ordering::Relaxed);
        one.write(&format!("hour {hour}")).await;
        world.server.behave(manner);
        let standing = one.stamped(&jobs).await;
        assert_eq!((standing.last_stamp_at, standing.unstamped_entries), (None, hour as u64 + 1));
        assert!(standing.unstamped_since.unwrap().0 < from - 4 * 3_600 * SECOND_US);
        let error = standing.error.unwrap();
        let words =
            ["HTTP 503", "internet sayfası", "Kontor bitti", "başka bir isteğin", "güvenilen bir köke"];
        assert!(error.contains(words[hour as usize]), "{error}");
    }
    assert!(one.journal.stamps(0, i64::MAX).await.unwrap().is_empty(), "nothing doubtful is kept");
    world.server.behave(Manner::Honest);
    let standing = one.stamped(&jobs).await;
    assert_eq!((standing.unstamped_entries, standing.error), (0, None));
    let report = world.verify(&one.journal).await;
    assert_eq!(report.findings, []);
    let [Warning::StampedLate { entries: 4, stamped_at_us, .. }] = report.warnings[..] else {
        panic!("{:?}", report.warnings)
    };
    assert_eq!(Some(stamped_at_us), report.stamped_upto_us);
}

#[tokio::test]
async fn kamusm_stamps_for_a_customer_who_proves_the_password() {
    let world = World::make();
    world.server.serve_only(1234, "gizli");
    let test = &dbs(capabilities()).await.remove(0);
    let one = Node::open(&world.all(), &world.path("disk"), "one").await;
    one.write("first").await;
    let jobs = world.jobs(test).await;
    assert!(one.stamped(&jobs).await.error.unwrap().contains("Kimlik dogrulanamadi"));
    set(test, "documents.stamp_user", "1234").await;
    assert!(one.stamped(&jobs).await.error.unwrap().contains("stamp_password"));
    let jobs = |password: &str| {
        let services = Services::default().with(Roots(world.roots())).with(StampPassword(password.into()));
        with(test, services)
    };
    assert!(one.stamped(&jobs("baska")).await.error.unwrap().contains("Kimlik dogrulanamadi"));
    let standing = one.stamped(&jobs("gizli")).await;
    assert_eq!((standing.unstamped_entries, standing.error), (0, None));
    assert_eq!(world.server.headers()["user-agent"], signing::kamusm::USER_AGENT);
    assert_eq!(world.verify(&one.journal).await.findings, []);
}

#[tokio::test]
async fn a_node_whose_clock_was_ahead_is_named() {
    let world = World::make();
    let test = &dbs(capabilities()).await.remove(0);
    let jobs = world.jobs(test).await;
    let one = Node::open(&world.all(), &world.path("disk"), "one").await;
    one.write("first").await;
    one.ahead_us.store(3_600 * SECOND_US, Ordering::Relaxed);
    one.write("second").await;
    one.stamped(&jobs).await;
    let report = world.verify(&one.journal).await;
    let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("_seals/lines/one/0000000001.txt: written, as it says, after the stamp of "));
}

/// Both hands over and stamps at the same time, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_that_stamp_at_the_same_time_do_no_harm() {
    let world = World::make();
    let test = &dbs(capabilities()).await.remove(0);
    let jobs = world.jobs(test).await;
    let (one, two) = (
        Node::open(&world.all(), &world.path("disk"), "one").await,
        Node::open(&world.all(), &world.path("disk"), "two").await,
    );
    for round in 0..6 {
        one.write(&format!("one {round}")).await;
        two.write(&format!("two {round}")).await;
        let (first, second) = tokio::join!(stamp(&jobs, &one.journal), stamp(&jobs, &two.journal));
        for standing in [first, second] {
            assert_eq!(standing.unwrap().unwrap().error, None);
        }
    }
    let last = one.stamped(&jobs).await;
    assert_eq!((last.unstamped_entries, last.error), (0, None));
    let report = world.verify(&two.journal).await;
    assert_eq!((report.findings.as_slice(), report.warnings.as_slice()), (&[][..], &[][..]));
    assert_eq!((report.unstamped, report.entries), (0, 12));
}
