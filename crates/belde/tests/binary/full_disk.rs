//! A disk that runs full under a running server: a small file system in memory stands for it.

use testkit::Disk;

use super::browser::Browser;
use super::node::{Node, done, make_demo, run};
use super::people::a_title;
use super::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_plainly_and_loses_nothing() {
    let place = Place::sqlite();
    let Some(disk) = Disk::mount(&place.data(), 48) else { return };
    make_demo(&place);
    let title = a_title(&place).await;
    let node = Node::start(&place);
    let mut browser = Browser::at(node.address);
    browser.sign_in("yonetici").await;
    let note = format!("{title}/yorum");
    assert_eq!(browser.post(&note, &[(ui::names::COMMENT, "disk dolmadan önce")]).await.unwrap().status, 303);
    disk.fill();
    let mut refused = None;
    // SQLite's log has room left from before; soon it wants more.
    for number in 0..400 {
        disk.fill();
        let text = format!("disk dolunca {number} {}", "uzun ".repeat(1_500));
        let answer = browser.post(&note, &[(ui::names::COMMENT, &text)]).await.unwrap();
        if answer.status != 303 {
            refused = Some((number, answer));
            break;
        }
    }
    let (acknowledged, answer) = refused.expect("a full disk refuses at last");
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.text().contains("diskinde yer kalmadı"), "{}", answer.text());
    let answer = browser.upload(&format!("{title}/ek"), "büyük.txt", &vec![b'x'; 300_000]).await.unwrap();
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.text().contains("yer kalmadı"), "{}", answer.text());
    for path in ["/", &title, "/kayitlar"] {
        assert_eq!(browser.get(path).await.unwrap().status, 200, "{path} is read on a full disk too");
    }
    let backup = place.data().join("yedek.tar");
    let output = run(&place, &["backup", backup.to_str().unwrap()]);
    assert!(!output.status.success() && !backup.exists(), "half a backup has no name");
    disk.free();
    let answer = browser.post(&note, &[(ui::names::COMMENT, "yer açılınca")]).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (303, Some(title.as_str())), "{}", answer.text());
    node.stop();
    let db = place.db().await;
    let count =
        |text: &str| format!("SELECT count(*) FROM event WHERE verb = 'commented' AND note LIKE '{text}%'");
    for (text, expected) in [("disk dolmadan", 1), ("disk dolunca", acknowledged), ("yer açılınca", 1)] {
        let found: Option<i64> = kernel::db::Sql::scalar(&db, &count(text), vec![]).await.unwrap();
        assert_eq!(found, Some(expected), "{text}");
    }
    let intact: Option<String> =
        kernel::db::Sql::scalar(&db, "PRAGMA integrity_check", vec![]).await.unwrap();
    assert_eq!(intact.as_deref(), Some("ok"));
    db.close().await.unwrap();
    assert!(done(&place, &["verify"]).ends_with("whole\n"));
}
