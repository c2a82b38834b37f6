//! Tests of the crate, and the small stream they all use: lines `at|source|target|port|text`, and whatever is not
//! such a line, kept whole.
#![allow(clippy::unwrap_used)]

mod damage;
mod engines;
mod index;
mod kill;
mod meanwhile;
mod model;
mod pieces;
mod retention;
mod rewritten;
mod stamps;
mod store;

use crate::chain::SigningKey;
use crate::{Column, ColumnId, Encoder, Incoming, Journal, Kind, Limits, Options, PublicKey, Row, Schema};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Columns of the lines.
#[derive(Clone, Copy)]
struct Columns {
    source: ColumnId,
    target: ColumnId,
    port: ColumnId,
    text: ColumnId,
    raw: ColumnId,
}

struct Lines(Arc<Schema>, Columns);

fn schema() -> Arc<Schema> {
    let columns = vec![
        Column::new("source", Kind::Text).sought(),
        Column::new("target", Kind::Text).sought(),
        Column::new("port", Kind::Number).sought(),
        Column::new("text", Kind::Text),
        Column::new("raw", Kind::Bytes),
    ];
    Arc::new(Schema::new("lines", columns, &["source"]).unwrap())
}

fn columns(schema: &Schema) -> Columns {
    let find = |name| schema.find(name).unwrap();
    Columns {
        source: find("source"),
        target: find("target"),
        port: find("port"),
        text: find("text"),
        raw: find("raw"),
    }
}

impl Encoder for Lines {
    fn encode(&self, payload: &[u8], row: &mut Row) {
        let text = std::str::from_utf8(payload).unwrap_or_default();
        let mut parts = text.splitn(5, '|');
        let mut next = || parts.next();
        let (at, source, target, port, text) = (next(), next(), next(), next(), next());
        let number = |text: Option<&str>| text.filter(|it| !it.starts_with('0') || *it == "0")?.parse().ok();
        match (number(at), source, target, number(port), text) {
            (Some(at), Some(source), Some(target), Some(port), Some(text)) => {
                row.at_us = at as i64;
                row.text(self.1.source, source);
                row.text(self.1.target, target);
                row.number(self.1.port, port);
                row.text(self.1.text, text);
                // An open column: it exists where it occurs.
                if let Some(user) = text.strip_prefix("user=") {
                    row.text(self.0.column("user", Kind::Text).unwrap(), user);
                    let number = user.trim_start_matches(|it: char| !it.is_ascii_digit()).parse::<u64>();
                    if let Ok(number) = number {
                        row.number(self.0.column("user_ns", Kind::Number).unwrap(), number * 1_000);
                    }
                }
            }
            _ => row.bytes(self.1.raw, payload),
        }
    }

    fn leaf(&self, row: &Row, leaf: &mut Vec<u8>) {
        if let Some(raw) = row.get_bytes(self.1.raw) {
            return leaf.extend_from_slice(raw);
        }
        let text = |id| row.get_text(id).unwrap_or_default();
        let port = row.get_number(self.1.port).unwrap_or_default();
        let (source, target) = (text(self.1.source), text(self.1.target));
        let line = format!("{}|{source}|{target}|{port}|{}", row.at_us, text(self.1.text));
        leaf.extend_from_slice(line.as_bytes());
    }
}

const DAY_US: i64 = 86_400_000_000;
/// An instant in 2026, at noon.
const NOON: i64 = 20_787 * DAY_US + DAY_US / 2;

fn key(node: &str) -> SigningKey {
    let mut seed = [7; 32];
    seed[..node.len()].copy_from_slice(node.as_bytes());
    SigningKey::from_seed(&seed)
}

fn keys(nodes: &[&str]) -> BTreeMap<String, PublicKey> {
    nodes.iter().map(|node| ((*node).to_owned(), key(node).public())).collect()
}

/// A clock that goes on by itself, also when a journal is opened again.
static CLOCK: AtomicI64 = AtomicI64::new(NOON);

/// A journal of a node in a folder, with small limits.
async fn open(folder: &Path, node: &str, rows: usize) -> Journal {
    open_on(&folder.join("all"), folder, node, rows).await
}

fn local(folder: &Path) -> Arc<dyn ObjectStore> {
    std::fs::create_dir_all(folder).unwrap();
    Arc::new(LocalFileSystem::new_with_prefix(folder).unwrap().with_fsync(true))
}

async fn open_on(all: &Path, folder: &Path, node: &str, rows: usize) -> Journal {
    open_with(local(all), folder, node, rows, Arc::new(|| CLOCK.fetch_add(1, Ordering::Relaxed))).await
}

async fn open_with(
    store: Arc<dyn ObjectStore>,
    folder: &Path,
    node: &str,
    rows: usize,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
) -> Journal {
    let schema = schema();
    let encoder = Arc::new(Lines(schema.clone(), columns(&schema)));
    let limits = Limits { rows, patience: Duration::ZERO, ..Limits::default() };
    let folder = folder.join(node);
    let options =
        Options { schema, encoder, node: node.to_owned(), folder, store, key: key(node), clock, limits };
    Journal::open(options).await.unwrap()
}

/// Appends lines, each received a microsecond after the one before.
async fn append(journal: &Journal, received_at_us: i64, lines: &[String]) {
    let records = lines.iter().enumerate();
    let records: Vec<Incoming<'_>> = records
        .map(|(at, line)| Incoming { received_at_us: received_at_us + at as i64, payload: line.as_bytes() })
        .collect();
    loop {
        match journal.append(&records) {
            Err(crate::Error::Behind) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
            receipt => return receipt.unwrap().durable().await.unwrap(),
        }
    }
}

/// A line with its number as the last word.
fn line(number: i64) -> String {
    let (source, port) = (number % 7, 1_000 + number % 5);
    format!("{}|10.0.0.{source}|8.8.{}.8|{port}|line {number}", NOON + number, number % 100)
}

fn lines(from: i64, to: i64) -> Vec<String> {
    (from..to).map(line).collect()
}

/// The sealed bytes of a row, which are its line.
fn text_of(journal: &Journal, row: &Row) -> String {
    let mut leaf = Vec::new();
    journal.encoder().leaf(row, &mut leaf);
    String::from_utf8_lossy(&leaf).into_owned()
}

/// Chance that is the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % end
    }
}
