//! A backup taken while people work, restored elsewhere, is the same row for row on either database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::schema::live::{self, Cell};

use super::browser::Browser;
use super::node::{Node, copy_key, done, exists, make_demo, run};
use super::people::{a_title, work};
use super::place::Place;

/// Everything in the database, table by table.
async fn rows(place: &Place) -> BTreeMap<String, BTreeSet<String>> {
    let db = place.db().await;
    let mut all = BTreeMap::new();
    for table in live::tables(&db).await.unwrap() {
        let mut rows = BTreeSet::new();
        let mut after: Option<Vec<Cell>> = None;
        loop {
            let page = table.page(&db, after.as_deref(), 500).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(table.key_of(last));
            rows.extend(page.iter().map(|row| format!("{row:?}")));
        }
        all.insert(table.name.clone(), rows);
    }
    db.close().await.unwrap();
    all
}

/// Takes a backup of `from` while people work on it.
async fn backed_up_under_load(from: &Place) -> std::path::PathBuf {
    make_demo(from);
    let node = Node::start(from);
    let title = a_title(from).await;
    let mut browser = Browser::at(node.address);
    browser.sign_in("yonetici").await;
    for number in 0..3 {
        let body = vec![b'a' + number; 3 * 1024 * 1024 + usize::from(number)];
        let answer = browser.upload(&format!("{title}/ek"), "büyük.txt", &body).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    let stop = Arc::new(AtomicBool::new(false));
    let worker = tokio::spawn(work(browser.clone(), Vec::new(), title, "yedek sürerken", stop.clone()));
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let archive = from.beside().join("yedek.tar");
    let events = count_events(from).await;
    let (place, path) = (from.settings(), archive.clone());
    let said = tokio::task::spawn_blocking(move || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_belde"));
        command.envs(place).arg("backup").arg(path).output().unwrap()
    });
    let said = said.await.unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let later = count_events(from).await;
    assert!(later > events + 1, "nobody wrote while the backup was taken: {events} → {later}");
    stop.store(true, Ordering::Relaxed);
    let acknowledged = worker.await.unwrap();
    assert!(acknowledged.notes.len() > 10 && !acknowledged.files.is_empty());
    node.stop();
    acknowledged.is_all_there(from).await;
    archive
}

async fn count_events(place: &Place) -> i64 {
    let db = place.db().await;
    let count = kernel::db::Sql::scalar(&db, "SELECT count(*) FROM event", vec![]).await.unwrap().unwrap();
    db.close().await.unwrap();
    count
}

/// Restores the archive into `to` and compares every row of every table and every file.
async fn is_the_same_in(archive: &std::path::Path, from: &Place, to: &Place) {
    copy_key(from, to);
    let said = done(to, &["restore", archive.to_str().unwrap()]);
    assert!(said.ends_with("whole\n"), "{said}");
    assert!(done(to, &["verify"]).ends_with("whole\n"));
    let wanted = rows_of_archive(archive);
    let mut found = rows(to).await;
    // The restore itself is an act of the restored log, and the only row that the archive does not have.
    let events = found.get_mut("event").unwrap();
    let own: Vec<String> =
        events.iter().filter(|row| row.contains("\"restored_from_backup\"")).cloned().collect();
    assert_eq!(own.len(), 1);
    events.remove(&own[0]);
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    for (table, rows) in &wanted {
        assert_eq!(rows, &found[table], "{table}");
    }
    assert!(wanted["attachment"].len() >= 3);
    let db = to.db().await;
    let names: Vec<String> =
        kernel::db::Sql::column(&db, "SELECT DISTINCT sha256 FROM attachment", vec![]).await.unwrap();
    db.close().await.unwrap();
    for name in names {
        to.store().verify(&name.parse().unwrap()).await.unwrap();
    }
}

/// The rows as the archive's own text has them, read without the product's reader.
fn rows_of_archive(archive: &std::path::Path) -> BTreeMap<String, BTreeSet<String>> {
    let unpacked = tempfile::tempdir().unwrap();
    let tar = |args: &[&str]| {
        let output = std::process::Command::new("tar").args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    tar(&["xf", archive.to_str().unwrap(), "-C", unpacked.path().to_str().unwrap()]);
    let head = std::fs::read(unpacked.path().join("belde-backup.json")).unwrap();
    let head: serde_json::Value = serde_json::from_slice(&head).unwrap();
    let mut all = BTreeMap::new();
    for table in head["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let folder = unpacked.path().join("tables").join(name);
        let mut rows = BTreeSet::new();
        for file in folder.read_dir().into_iter().flatten() {
            let file = file.unwrap().path();
            let lines = std::process::Command::new("gzip").arg("-dc").arg(file).output().unwrap();
            for line in String::from_utf8(lines.stdout).unwrap().lines() {
                rows.insert(row_of(line, &table["columns"]));
            }
        }
        all.insert(name.to_string(), rows);
    }
    all
}

fn row_of(line: &str, columns: &serde_json::Value) -> String {
    let values: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
    let cells: Vec<Cell> = values
        .iter()
        .zip(columns.as_array().unwrap())
        .map(|(value, column)| match (value, column["class"].as_str().unwrap()) {
            (serde_json::Value::Null, _) => Cell::Null,
            (value, "int") => Cell::Int(value.as_i64().unwrap()),
            (value, "text") => Cell::Text(value.as_str().unwrap().into()),
            (value, _) => Cell::Bytes(bytes_of(value.as_str().unwrap())),
        })
        .collect();
    format!("{cells:?}")
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_sqlite_taken_while_people_work_restores_into_either_database() {
    let from = Place::sqlite();
    let archive = backed_up_under_load(&from).await;
    is_the_same_in(&archive, &from, &Place::sqlite()).await;
    let Some(to) = Place::postgresql().await else { return };
    is_the_same_in(&archive, &from, &to).await;
    let Some(to) = Place::sqlite().with_bucket().await else { return };
    is_the_same_in(&archive, &from, &to).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_postgresql_taken_while_people_work_restores_into_either_database() {
    let Some(from) = Place::postgresql().await else { return };
    let archive = backed_up_under_load(&from).await;
    is_the_same_in(&archive, &from, &Place::sqlite()).await;
    is_the_same_in(&archive, &from, &Place::postgresql().await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_bucket_are_in_the_backup_and_come_back_into_a_folder() {
    let Some(from) = Place::sqlite().with_bucket().await else { return };
    let archive = backed_up_under_load(&from).await;
    is_the_same_in(&archive, &from, &Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_would_destroy_or_not_fit_is_refused_with_a_reason_and_changes_nothing() {
    let (from, to) = (Place::sqlite(), Place::sqlite());
    make_demo(&from);
    make_demo(&to);
    let archive = from.beside().join("yedek.tar");
    let archive = archive.to_str().unwrap();
    done(&from, &["backup", archive]);
    assert!(said(&run(&from, &["backup", archive])).contains("--overwrite"));
    done(&from, &["backup", archive, "--overwrite"]);
    let before = rows(&to).await;
    assert!(said(&run(&to, &["restore", archive])).contains("installation key does not fit"));
    copy_key(&from, &to);
    assert!(said(&run(&to, &["restore", archive])).contains("--replace destroys"));
    let whole = std::fs::read(archive).unwrap();
    let broken = from.beside().join("bozuk.tar");
    let broken_name = broken.to_str().unwrap();
    std::fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    assert!(said(&run(&to, &["restore", "--replace", broken_name])).contains("cut off"));
    let mut changed = whole.clone();
    let at = whole.len() / 3;
    changed[at] ^= 1;
    std::fs::write(&broken, &changed).unwrap();
    assert!(!run(&to, &["restore", "--replace", broken_name]).status.success());
    std::fs::write(&broken, b"not an archive").unwrap();
    assert!(said(&run(&to, &["restore", "--replace", broken_name])).contains("no backup of Belde"));
    assert_eq!(rows(&to).await, before, "a refused restore changed something");
    done(&to, &["restore", "--replace", archive]);
    let parts = from.beside().read_dir().unwrap().filter_map(Result::ok);
    let parts: Vec<_> = parts.filter(|one| one.file_name().to_string_lossy().ends_with(".part")).collect();
    assert!(parts.is_empty() && exists(&from.beside().join("yedek.tar")));
}

fn said(output: &std::process::Output) -> String {
    assert!(!output.status.success(), "it was not refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_is_said_to_be_lost_and_the_rest_comes_back() {
    let (from, to) = (Place::sqlite(), Place::sqlite());
    make_demo(&from);
    let archive = from.beside().join("yedek.tar");
    let archive = archive.to_str().unwrap();
    done(&from, &["backup", archive]);
    assert!(said(&run(&to, &["restore", archive])).contains("Put that installation's key"));
    assert!(!exists(&to.data().join("belde.key")), "a refused restore makes no key of its own");
    let told = done(&to, &["restore", "--without-key", archive]);
    assert!(told.contains("disable-totp") && told.contains("whole"), "{told}");
    // The database takes the new key; the old one no longer fits.
    Node::start(&to).stop();
    copy_key(&from, &to);
    assert!(said(&run(&to, &["serve"])).contains("not the one this database was made with"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backup_is_an_event_that_the_auditor_finds_in_the_log() {
    let place = Place::sqlite();
    make_demo(&place);
    done(&place, &["backup", place.beside().to_str().unwrap()]);
    let node = Node::start(&place);
    let mut browser = Browser::at(node.address);
    browser.sign_in("denetci").await;
    let page = browser.get("/kayitlar?verb=backed_up").await.unwrap().text();
    assert!(page.contains("Yedek alındı") && page.contains("belde-2"), "{page}");
    assert!(done(&place, &["doctor"]).contains("last backup 0 day(s) ago"));
}
