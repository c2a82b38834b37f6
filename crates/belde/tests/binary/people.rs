//! People who write without a pause, and what the server has acknowledged to them: that and nothing less must be there
//! afterwards.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::db::Sql;

use super::browser::Browser;
use super::place::Place;

/// The address of the record that everybody writes on.
pub async fn a_title(place: &Place) -> String {
    let db = place.db().await;
    let sql = "SELECT id FROM title ORDER BY id LIMIT 1";
    let id: uuid::Uuid = db.scalar(sql, vec![]).await.unwrap().unwrap();
    db.close().await.unwrap();
    format!("/teskilat/unvanlar/{id}")
}

/// What was answered with success.
#[derive(Default)]
pub struct Acknowledged {
    pub notes: Vec<String>,
    /// Digests of files.
    pub files: Vec<String>,
    /// Requests without such an answer.
    pub failed: usize,
}

impl Acknowledged {
    pub fn add(&mut self, other: Self) {
        self.notes.extend(other.notes);
        self.files.extend(other.files);
        self.failed += other.failed;
    }

    /// Every note is in the log exactly once, every file is attached and its bytes are in the store.
    pub async fn is_all_there(&self, place: &Place) {
        let db = place.db().await;
        let sql = "SELECT note FROM event WHERE verb = 'commented'";
        let mut times: HashMap<String, u32> = HashMap::new();
        for note in db.column::<String>(sql, vec![]).await.unwrap() {
            *times.entry(note).or_default() += 1;
        }
        for note in &self.notes {
            assert_eq!(times.get(note), Some(&1), "“{note}” was acknowledged");
        }
        let attached: Vec<String> = db.column("SELECT sha256 FROM attachment", vec![]).await.unwrap();
        db.close().await.unwrap();
        let store = place.store();
        for file in &self.files {
            assert!(attached.contains(file), "file {file} was acknowledged");
            store.verify(&file.parse().unwrap()).await.unwrap();
        }
    }
}

/// Writes notes and now and then a file until told to stop. Where a request fails, goes on with the next of `others`.
pub async fn work(
    mut browser: Browser,
    others: Vec<SocketAddr>,
    title: String,
    who: &'static str,
    stop: Arc<AtomicBool>,
) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    let mut others = others.into_iter();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let text = format!("{who}, {number}. söz");
        let is_file = number % 10 == 0 && acknowledged.files.len() < 150;
        let body = format!("{text} {}", "belediye ".repeat(2_000));
        let answer = match is_file {
            true => browser.upload(&format!("{title}/ek"), "not.txt", body.as_bytes()).await,
            false => browser.post(&format!("{title}/yorum"), &[(ui::names::COMMENT, &text)]).await,
        };
        match answer {
            Ok(answer) if answer.status == 303 && is_file => {
                acknowledged.files.push(files::Digest::of(body.as_bytes()).to_hex());
            }
            Ok(answer) if answer.status == 303 => acknowledged.notes.push(text),
            _ => {
                acknowledged.failed += 1;
                if let Some(next) = others.next() {
                    browser.address = next;
                } else {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
    }
    acknowledged
}
