//! One kind with texts, another whose acts change them, and records of both.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kernel::db::Sql;
use kernel::job::JobContext;
use kernel::{Actor, Boxed, Capability, Db, Error, NewEvent, Ref, Result, Scope};
use search::{Beside, Index, NothingBeside, Question, Wanted};
use testkit::{Person, TestDb};
use uuid::Uuid;

use super::paper;
pub use super::paper::{SECRET, VIEW, kind};

pub fn capability() -> Vec<Capability> {
    vec![paper::capability()]
}

pub fn index() -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::new(&folder.path().join("search"), NothingBeside);
    (folder, index)
}

pub fn clerk() -> Actor {
    Person::new("memur").may(VIEW, Scope::All).may(SECRET, Scope::All).actor()
}

pub fn question(typed: &str) -> Question {
    Question { wanted: Wanted::parse(typed), given: 100, ..Question::default() }
}

pub fn sorted(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort();
    ids
}

/// What is found, by id; the count must say the same.
pub async fn found(test: &TestDb, index: &Index, actor: &Actor, typed: &str) -> Vec<Uuid> {
    let answer = index.ask(&test.registry, actor, &question(typed)).await.unwrap();
    assert_eq!(answer.total(None), answer.hits.len());
    sorted(answer.hits.into_iter().map(|hit| hit.id))
}

pub async fn new(
    test: &TestDb,
    title: &str,
    body: &str,
    unit: Option<Uuid>,
    owner: Option<Uuid>,
    state: &str,
) -> Uuid {
    let tx = test.begin().await;
    let id = tx.new_id();
    let sql = "INSERT INTO paper (id, version, title, body, state, unit_id, owner_id, created_at) \
               VALUES ($1, 1, $2, $3, $4, $5, $6, $7)";
    let values =
        vec![id.into(), title.into(), body.into(), state.into(), unit.into(), owner.into(), tx.at().into()];
    tx.run(sql, values).await.unwrap();
    tx.record(NewEvent::new(Ref::new("paper", id), title, "created")).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A record gets another value in this column.
pub async fn change(test: &TestDb, id: Uuid, column: &str, value: sea_orm::Value) {
    let tx = test.begin().await;
    let sql = format!("UPDATE paper SET {column} = $1 WHERE id = $2");
    tx.run(&sql, vec![value, id.into()]).await.unwrap();
    tx.record(NewEvent::new(Ref::new("paper", id), "Kâğıt", "changed")).await.unwrap();
    tx.commit().await.unwrap();
}

/// A record whose one event has this id.
pub async fn write_with_event_id(test: &TestDb, title: &str, body: &str, event_id: Uuid) -> Uuid {
    let tx = test.begin().await;
    let id = tx.new_id();
    let sql =
        "INSERT INTO paper (id, version, title, body, state, created_at) VALUES ($1, 1, $2, $3, 'open', $4)";
    tx.run(sql, vec![id.into(), title.into(), body.into(), tx.at().into()]).await.unwrap();
    let mut event = tx.draft_event(NewEvent::new(Ref::new("paper", id), title, "created")).unwrap();
    event.id = event_id;
    tx.record_many(&mut [event]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Gives every act without a place one under this seal.
pub async fn seal(test: &TestDb, number: i64) {
    let tx = test.begin().await;
    tx.without_event("arranged");
    let open: Vec<Uuid> =
        tx.column("SELECT id FROM event WHERE seal_no IS NULL ORDER BY id", vec![]).await.unwrap();
    for (leaf, id) in open.into_iter().enumerate() {
        let sql = "UPDATE event SET seal_no = $1, leaf_no = $2 WHERE id = $3";
        tx.run(sql, vec![number.into(), (leaf as i64).into(), id.into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// An act about the scan of a paper.
pub async fn read(test: &TestDb, id: Uuid) {
    let tx = test.begin().await;
    tx.record(NewEvent::new(Ref::new("scan", id), "Tarama", "scan_read")).await.unwrap();
    tx.commit().await.unwrap();
}

/// Texts that hang on papers, in memory.
#[derive(Clone, Default)]
pub struct Files(Arc<Mutex<HashMap<Uuid, String>>>, Arc<AtomicUsize>);

impl Files {
    /// After so many batches the files cannot be had.
    pub fn fail_after(&self, batches: usize) {
        // Nothing was said yet: 0 stands for never.
        self.1.store(batches.saturating_add(1), Ordering::SeqCst);
    }

    pub fn put(&self, id: Uuid, text: &str) {
        self.0.lock().unwrap().insert(id, text.into());
    }
}

impl Beside for Files {
    fn known<'a>(&'a self, _: &'a Db, _: &'a str, ids: &'a [Uuid]) -> Boxed<'a, Result<Vec<(Uuid, String)>>> {
        Box::pin(async move {
            let all = self.0.lock().unwrap();
            Ok(ids.iter().filter_map(|id| Some((*id, all.get(id)?.clone()))).collect())
        })
    }

    fn read<'a>(&'a self, _: &'a JobContext, _: &'a str, _: &'a [Uuid]) -> Boxed<'a, Result<()>> {
        Box::pin(async {
            match self.1.load(Ordering::SeqCst) {
                1 => return Err(Error::internal("the store is away")),
                0 => {}
                left => self.1.store(left - 1, Ordering::SeqCst),
            }
            Ok(())
        })
    }
}

type Damage = Box<dyn Fn()>;

/// Ways to break the folder of an index.
pub fn damages(folder: &Path) -> Vec<(&'static str, Damage)> {
    let folder = folder.join("search");
    let files = |folder: &Path, end: &'static str| {
        let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.to_string_lossy().ends_with(end)).collect::<Vec<_>>()
    };
    let with = |name: &'static str, act: Box<dyn Fn(&Path)>| {
        let folder = folder.clone();
        (name, Box::new(move || act(&folder)) as Box<dyn Fn()>)
    };
    vec![
        with(
            "a flipped byte",
            Box::new(move |folder| {
                for path in files(folder, ".term") {
                    let mut bytes = std::fs::read(&path).unwrap();
                    bytes[3] ^= 0xff;
                    std::fs::write(&path, bytes).unwrap();
                }
            }),
        ),
        with(
            "a cut list of parts",
            Box::new(|folder| std::fs::write(folder.join("meta.json"), "{\"seg").unwrap()),
        ),
        with(
            "a part that is gone",
            Box::new(move |folder| {
                for path in files(folder, ".idx") {
                    std::fs::remove_file(path).unwrap();
                }
            }),
        ),
        with("everything gone", Box::new(|folder| std::fs::remove_dir_all(folder).unwrap())),
        with(
            "garbage everywhere",
            Box::new(move |folder| {
                for path in files(folder, "") {
                    if path.is_file() {
                        std::fs::write(path, "çöp").unwrap();
                    }
                }
            }),
        ),
    ]
}
