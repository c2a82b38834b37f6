//! The whole way of lines on this machine: over TCP into the journal until all are sealed. The sender is another
//! program, the same that sends to the peer: `cargo run --release -p access_stream --example whole_way -- LINES FOLDER`. It says
//! where it listens, then what it took when so many lines are durable, and when they are sealed.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use access_stream::{LineEncoder, Received, TURKIYE_MINUTES};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use intake::{Batch, Counters, Kind, Limits, Listening, NotKept, Sink, Taking};
use journal::{Error, Incoming, Journal, Options, Receipt, SigningKey};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

struct Keeping(Arc<Journal>);

impl Keeping {
    async fn keep(&self, batch: Arc<Batch>) -> Result<(), NotKept> {
        let later = |error: &dyn std::fmt::Display| NotKept::Later(error.to_string());
        let receipt = loop {
            let (journal, batch) = (self.0.clone(), batch.clone());
            let appended = tokio::task::spawn_blocking(move || append(&journal, &batch)).await;
            match appended.map_err(|error| later(&error))? {
                Err(Error::Behind) if self.0.room().await => {}
                receipt => break receipt.map_err(|error| later(&error))?,
            }
        };
        receipt.durable().await.map_err(|error| later(&error))
    }
}

fn append(journal: &Journal, batch: &Batch) -> journal::Result<Receipt> {
    let (mut bytes, mut ends) = (Vec::with_capacity(batch.byte_count() + batch.len() * 32), Vec::new());
    for line in batch.lines() {
        let received = Received {
            source: 1,
            sender: "127.0.0.1",
            format: None,
            offset_minutes: TURKIYE_MINUTES,
            is_old: false,
            as_of_us: None,
            is_cut: false,
            place: None,
            line: line.bytes,
        };
        received.write(&mut bytes);
        ends.push(bytes.len());
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let record = |(from, to): (usize, &usize)| Incoming {
        received_at_us: batch.received_at_us,
        payload: &bytes[from..*to],
    };
    journal.append(&starts.zip(&ends).map(record).collect::<Vec<_>>())
}

impl Sink for Keeping {
    fn take(&self, batch: Arc<Batch>) -> BoxFuture<'_, Result<(), NotKept>> {
        self.keep(batch).boxed()
    }
}

/// A clock that begins with the town's first line.
fn clock() -> Arc<dyn Fn() -> i64 + Send + Sync> {
    let begun = Instant::now();
    Arc::new(move || START_US + i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX))
}

const START_US: i64 = 1_793_480_400_000_000;

async fn open(folder: &Path, clock: Arc<dyn Fn() -> i64 + Send + Sync>) -> Journal {
    let encoder = Arc::new(LineEncoder::new().unwrap());
    std::fs::create_dir_all(folder.join("all")).unwrap();
    let store = object_store::local::LocalFileSystem::new_with_prefix(folder.join("all")).unwrap();
    Journal::open(Options {
        schema: encoder.schema().clone(),
        encoder,
        node: "one".to_owned(),
        folder: folder.join("node"),
        store: Arc::new(store.with_fsync(true)),
        key: SigningKey::from_seed(&[1; 32]),
        clock,
        limits: journal::Limits::default(),
    })
    .await
    .unwrap()
}

#[tokio::main]
async fn main() {
    let mut given = std::env::args().skip(1);
    let lines: u64 = given.next().and_then(|it| it.parse().ok()).unwrap_or(1_000_000);
    let clock = clock();
    let journal = Arc::new(open(&PathBuf::from(given.next().expect("a folder")), clock.clone()).await);
    let (stop, stopped) = watch::channel(false);
    let limits = Limits::default();
    let counters = Arc::new(Counters::new(limits.senders));
    let taking =
        Taking { sink: Arc::new(Keeping(journal.clone())), clock, stopped, counters: counters.clone() };
    let tcp = Some(([127, 0, 0, 1], 0).into());
    let listening = Listening { tcp, limits, ..Listening::default() };
    let bound = intake::listen(listening, taking).await.unwrap();
    println!("listening {}", bound.tcp.unwrap());
    while counters.of(Kind::Tcp).lines == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (begun, before) = (Instant::now(), busy());
    while counters.of(Kind::Tcp).kept < lines {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let durable = begun.elapsed();
    journal.seal_now().await.unwrap();
    let used = busy() - before;
    println!(
        "sealed {lines} lines: {:.3} s until durable, {:.3} s until sealed, {used:.2} s of processor, peak memory {} MiB",
        durable.as_secs_f64(),
        begun.elapsed().as_secs_f64(),
        peak_memory_mib()
    );
    stop.send_replace(true);
    bound.task.await.unwrap();
}

/// Processor time of this process so far, in seconds.
fn busy() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() >> 10
}
