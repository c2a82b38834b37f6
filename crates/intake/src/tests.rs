//! What tests share: a sink that can be made to wait, to be full, or to want nothing.
#![allow(clippy::unwrap_used)]

mod gather;
mod import;
mod peers;
mod tail;
mod tcp;
mod tls;
mod udp;

use crate::{Batch, Clock, Counters, Limits, Listening, NotKept, Origin, Shape, Sink, Taking};
use futures_util::future::BoxFuture;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// No test waits longer; reaching it is a failure, never a result.
const PATIENCE: Duration = Duration::from_secs(60);

/// Keeps what it is given.
pub struct Books {
    taken: Mutex<Vec<Arc<Batch>>>,
    changed: Notify,
    /// While it is false, whoever brings something waits.
    is_open: watch::Sender<bool>,
    is_full: AtomicBool,
    is_unwanted: AtomicBool,
    /// How often it panics before it keeps anything.
    panics: AtomicI64,
    /// How often something was brought.
    offers: AtomicI64,
}

impl Sink for Books {
    fn take(&self, batch: Arc<Batch>) -> BoxFuture<'_, Result<(), NotKept>> {
        Box::pin(async move {
            self.offers.fetch_add(1, Ordering::SeqCst);
            self.changed.notify_waiters();
            assert!(self.panics.fetch_sub(1, Ordering::SeqCst) <= 0, "as the test wants it");
            let _ = self.is_open.subscribe().wait_for(|it| *it).await;
            if self.is_full.load(Ordering::SeqCst) {
                return Err(NotKept::Later("no space left on device".to_owned()));
            }
            if self.is_unwanted.load(Ordering::SeqCst) {
                return Err(NotKept::Never("unknown device".to_owned()));
            }
            self.taken.lock().unwrap().push(batch);
            self.changed.notify_waiters();
            Ok(())
        })
    }
}

impl Books {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            taken: Mutex::default(),
            changed: Notify::new(),
            is_open: watch::channel(true).0,
            is_full: AtomicBool::new(false),
            is_unwanted: AtomicBool::new(false),
            panics: AtomicI64::new(0),
            offers: AtomicI64::new(0),
        })
    }

    pub fn open(&self, is_open: bool) {
        self.is_open.send_replace(is_open);
    }

    pub fn batches(&self) -> Vec<Arc<Batch>> {
        self.taken.lock().unwrap().clone()
    }

    /// Everything in the order it was kept.
    pub fn lines(&self) -> Vec<(Origin, Vec<u8>, Shape)> {
        let mut lines = Vec::new();
        for batch in self.batches() {
            for line in batch.lines() {
                lines.push((Origin::clone(&batch.origin), line.bytes.to_vec(), line.shape));
            }
        }
        lines
    }

    pub fn texts(&self) -> Vec<String> {
        self.lines().into_iter().map(|(_, line, _)| String::from_utf8_lossy(&line).into_owned()).collect()
    }

    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().iter().map(|it| it.len()).sum()
    }

    pub async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if is_so(self) {
                    return;
                }
                changed.await;
            }
        });
        assert!(waited.await.is_ok(), "waited in vain; kept {} lines", self.count());
    }

    pub async fn until_lines(&self, count: usize) {
        self.until(|it| it.count() >= count).await;
    }
}

/// Open doors for one test.
pub struct House {
    pub books: Arc<Books>,
    pub stop: watch::Sender<bool>,
    pub bound: crate::Bound,
    pub now_us: Arc<AtomicI64>,
}

pub const NOON_US: i64 = 1_795_000_000_000_000;

/// A clock that stands still until the test moves it.
pub fn clock() -> (Clock, Arc<AtomicI64>) {
    let now_us = Arc::new(AtomicI64::new(NOON_US));
    let told = now_us.clone();
    (Arc::new(move || told.load(Ordering::SeqCst)), now_us)
}

pub fn any_port() -> Option<SocketAddr> {
    Some(SocketAddr::from(([127, 0, 0, 1], 0)))
}

impl House {
    pub async fn open(limits: Limits) -> Self {
        Self::with(Listening { udp: any_port(), tcp: any_port(), limits, ..Listening::default() }).await
    }

    pub async fn with(listening: Listening) -> Self {
        let (books, (clock, now_us)) = (Books::new(), clock());
        let (stop, stopped) = watch::channel(false);
        let counters = Arc::new(Counters::new(listening.limits.senders));
        let taking = Taking { sink: books.clone(), clock, stopped, counters };
        let bound = crate::listen(listening, taking).await.unwrap();
        Self { books, stop, bound, now_us }
    }

    /// Stops it and waits until it has ended.
    pub async fn close(&mut self) {
        self.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, &mut self.bound.task).await.unwrap().unwrap();
    }
}

/// Limits under which a test need not wait long for what takes long in a house.
pub fn hasty() -> Limits {
    Limits { retry: Duration::from_millis(5), stop: Duration::from_millis(50), ..Limits::default() }
}
