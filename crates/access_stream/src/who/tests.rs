//! Tests against a made town that knows the truth, against lines written by hand, and with any lines at all.
#![allow(clippy::unwrap_used)]

mod anything;
mod by_hand;
mod town;

use super::*;
use crate::Received;
use journal::{Error, Incoming, Options, SigningKey};
use std::sync::Arc;

/// A journal of its own folder, in segments of so many rows.
pub(crate) struct Kept {
    pub journal: Journal,
    pub encoder: Arc<LineEncoder>,
    _folder: tempfile::TempDir,
}

impl Kept {
    pub async fn new(rows: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let all = folder.path().join("all");
        std::fs::create_dir_all(&all).unwrap();
        let encoder = Arc::new(LineEncoder::new().unwrap());
        let journal = Journal::open(Options {
            schema: encoder.schema().clone(),
            encoder: encoder.clone(),
            node: "one".to_owned(),
            folder: folder.path().join("node"),
            store: Arc::new(object_store::local::LocalFileSystem::new_with_prefix(all).unwrap()),
            key: SigningKey::from_seed(&[1; 32]),
            clock: Arc::new(|| 1_796_000_000_000_000),
            limits: journal::Limits { rows, level: 1, ..journal::Limits::default() },
        })
        .await
        .unwrap();
        Self { journal, encoder, _folder: folder }
    }

    /// Keeps lines with their receipt and the number of their source.
    pub async fn add(&self, lines: &[(i64, u32, Vec<u8>)]) {
        let mut records = Vec::new();
        for (received_us, source, line) in lines {
            let mut record = Vec::new();
            let received = Received {
                source: *source,
                sender: "10.0.0.1",
                format: None,
                offset_minutes: crate::TURKIYE_MINUTES,
                is_old: false,
                as_of_us: None,
                is_cut: false,
                place: None,
                line,
            };
            received.write(&mut record);
            records.push((*received_us, record));
        }
        let incoming: Vec<Incoming<'_>> = records
            .iter()
            .map(|(received_at_us, payload)| Incoming { received_at_us: *received_at_us, payload })
            .collect();
        for some in incoming.chunks(500) {
            loop {
                match self.journal.append(some) {
                    Err(Error::Behind) => self.journal.seal_now().await.unwrap(),
                    receipt => break receipt.unwrap().durable().await.unwrap(),
                }
            }
        }
    }

    pub async fn ask(&self, question: &Question, sources: &Sources) -> Answer {
        who(&self.journal, &self.encoder, question, sources, &Limits::default()).await.unwrap()
    }
}

pub(super) fn question(ip: &str, port: u16, at_us: i64) -> Question {
    Question {
        ip: ip.parse().unwrap(),
        port: Some(port),
        proto: None,
        at_us,
        tolerance_us: 0,
        other_side: None,
    }
}
