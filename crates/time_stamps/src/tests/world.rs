//! A database with settings, an authority, and a stream of whole lines that nodes write into one folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use journal::{
    Column, ColumnId, Encoder, Incoming, Journal, Kind, Limits, Options, PublicKey, Report, Row, Schema,
    SigningKey,
};
use kernel::job::{JobContext, Services};
use kernel::{Capability, Clock};
use object_store::local::LocalFileSystem;
use signing::Certificate;
use testkit::{StampServer, TestDb};

use crate::{Roots, Standing, stamp};

pub(super) const SECOND_US: i64 = 1_000_000;

pub(super) fn capabilities() -> Vec<Capability> {
    vec![web::house(), access::capability(), crate::capability()]
}

/// What the binary would put together of the configuration.
pub(super) fn with(test: &TestDb, services: Services) -> JobContext {
    JobContext { services: Arc::new(services), ..test.jobs() }
}

pub(super) async fn set(test: &TestDb, key: &str, value: &str) {
    let tx = test.begin().await;
    let declared = test.registry.settings();
    let setting = declared.iter().find(|one| one.key == key).unwrap();
    kernel::setting::set(&tx, setting, &setting.parse(value).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

struct Whole(ColumnId);

impl Encoder for Whole {
    fn encode(&self, payload: &[u8], row: &mut Row) {
        row.bytes(self.0, payload);
    }

    fn leaf(&self, row: &Row, leaf: &mut Vec<u8>) {
        leaf.extend_from_slice(row.get_bytes(self.0).unwrap_or_default());
    }
}

pub(super) fn key(node: &str) -> SigningKey {
    let mut seed = [3; 32];
    seed[..node.len()].copy_from_slice(node.as_bytes());
    SigningKey::from_seed(&seed)
}

pub(super) fn now_us() -> i64 {
    Clock::System.now().0
}

/// An authority, and a folder where all nodes' files are. Tokens carry the machine's time, so that the clock of the
/// database and those of the nodes follow it unless they are told not to.
pub(super) struct World {
    pub folder: tempfile::TempDir,
    pub server: Arc<StampServer>,
}

impl World {
    pub fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("authority")).unwrap();
        let server = StampServer::alone(&folder.path().join("authority"));
        Self { folder, server }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Where the files of all nodes are.
    pub fn all(&self) -> PathBuf {
        self.path("all")
    }

    pub fn roots(&self) -> Vec<Certificate> {
        Certificate::from_pem_or_der(&std::fs::read(self.path("authority/root.pem")).unwrap()).unwrap()
    }

    /// The context of a job, with the authority set.
    pub async fn jobs(&self, test: &TestDb) -> JobContext {
        set(test, "documents.stamp_url", &format!("{}/tsa", self.server.address)).await;
        let ahead_us = now_us() - test.clock.now().0;
        test.advance_seconds(ahead_us / SECOND_US + 1);
        with(test, Services::default().with(Roots(self.roots())))
    }

    /// Everything as a verifier finds it who believes this authority.
    pub async fn verify(&self, journal: &Journal) -> Report {
        let judge = crate::judge(&self.roots(), Clock::System.now());
        journal.verify(&keys(), &[], Some(&judge), true).await.unwrap()
    }
}

pub(super) fn keys() -> BTreeMap<String, PublicKey> {
    ["one", "two"].map(|node| (node.to_owned(), key(node).public())).into()
}

/// A node: its journal, and what its clock is ahead of the machine's.
pub(super) struct Node {
    pub journal: Journal,
    pub ahead_us: Arc<AtomicI64>,
}

impl Node {
    pub async fn open(all: &Path, disk: &Path, name: &str) -> Self {
        let schema = Arc::new(Schema::new("lines", vec![Column::new("line", Kind::Bytes)], &[]).unwrap());
        let encoder = Arc::new(Whole(schema.find("line").unwrap()));
        std::fs::create_dir_all(all).unwrap();
        let store = Arc::new(LocalFileSystem::new_with_prefix(all).unwrap().with_fsync(true));
        let ahead_us = Arc::new(AtomicI64::new(0));
        let ahead = ahead_us.clone();
        let clock = Arc::new(move || now_us() + ahead.load(Ordering::Relaxed));
        let limits = Limits { patience: Duration::ZERO, ..Limits::default() };
        let (node, folder, key) = (name.to_owned(), disk.join(name), key(name));
        let options = Options { schema, encoder, node, folder, store, key, clock, limits };
        Self { journal: Journal::open(options).await.unwrap(), ahead_us }
    }

    /// Seals lines into one segment and hands it over.
    pub async fn write(&self, text: &str) {
        let lines: Vec<String> = (0..50).map(|number| format!("{text} {number}")).collect();
        let at = |number: usize| Incoming {
            received_at_us: 1_700_000_000_000_000 + number as i64,
            payload: lines[number].as_bytes(),
        };
        let records: Vec<Incoming<'_>> = (0..lines.len()).map(at).collect();
        self.journal.append(&records).unwrap().durable().await.unwrap();
        self.journal.seal_now().await.unwrap();
        self.journal.hand_over().await.unwrap();
    }

    /// The stamp of the hour, in a second of its own.
    pub async fn stamped(&self, jobs: &JobContext) -> Standing {
        tokio::time::sleep(Duration::from_millis(1_050)).await;
        stamp(jobs, &self.journal).await.unwrap().unwrap()
    }
}
