//! The server dies in the middle of work, again and again. A killed process is tried here; that the bytes also survive
//! a power cut rests on SQLite's `synchronous = FULL` and on files synced before they get their name.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::browser::Browser;
use super::node::{Node, done, make_demo};
use super::people::{Acknowledged, a_title, work};
use super::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_sqlite_killed_again_and_again_loses_nothing_it_acknowledged() {
    let place = Place::sqlite();
    make_demo(&place);
    let title = a_title(&place).await;
    let mut all = Acknowledged::default();
    for (round, names) in [
        ["bir", "iki", "üç"],
        ["dört", "beş", "altı"],
        ["yedi", "sekiz", "dokuz"],
        ["on", "on bir", "on iki"],
    ]
    .into_iter()
    .enumerate()
    {
        let node = Node::start(&place);
        let mut browser = Browser::at(node.address);
        browser.sign_in("yonetici").await;
        let stop = Arc::new(AtomicBool::new(false));
        let workers = names
            .map(|who| tokio::spawn(work(browser.clone(), Vec::new(), title.clone(), who, stop.clone())));
        tokio::time::sleep(Duration::from_millis(700 + 331 * round as u64)).await;
        node.kill();
        stop.store(true, Ordering::Relaxed);
        for worker in workers {
            all.add(worker.await.unwrap());
        }
    }
    assert!(
        all.notes.len() > 40 && all.files.len() > 4,
        "{} notes, {} files",
        all.notes.len(),
        all.files.len()
    );
    let db = place.db().await;
    let intact: Option<String> =
        kernel::db::Sql::scalar(&db, "PRAGMA integrity_check", vec![]).await.unwrap();
    assert_eq!(intact.as_deref(), Some("ok"));
    db.close().await.unwrap();
    all.is_all_there(&place).await;
    let node = Node::start(&place);
    all.is_all_there(&place).await;
    node.stop();
    assert!(done(&place, &["verify"]).ends_with("whole\n"));
}
