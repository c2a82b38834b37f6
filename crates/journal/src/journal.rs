//! The journal of a stream on one node: intake into the log and the table in memory, segments made of full logs in a
//! thread of their own, and the way of segments to the folder or bucket of all nodes.
//!
//! ```text
//! append ─► log (this disk) ─► segment + chain entry (this disk) ─► segment, then entry (all nodes)
//!      └──► table (memory, searchable) ──┘ then the log is deleted     then this disk's copies are deleted
//! ```

mod stores;
mod work;

pub use stores::Stores;

use crate::catalogue::Catalogue;
use crate::chain::{Heads, SigningKey, sha256};
use crate::error::{Error, Result};
use crate::log::{self, Log};
use crate::names::{self, SegmentName};
use crate::schema::{Encoder, Schema};
use crate::segment::Segment;
use crate::table::{Table, Tables};
use object_store::ObjectStore;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// When a log is full. A table in memory takes a part of what its log takes on the disk; two of them may be there.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows of one log.
    pub rows: usize,
    /// Bytes of one log on the disk.
    pub log_bytes: u64,
    /// Bytes of one log's rows in memory.
    pub memory_bytes: usize,
    /// A log's age at which [`Journal::tick`] ends it.
    pub age_us: i64,
    /// Bytes of footers kept for reading.
    pub footer_bytes: usize,
    /// Level of zstd.
    pub level: i32,
    /// How long verification looks again at segments that do not fit, while nothing new comes from any node: they may
    /// be on their way from one.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 1 << 20,
            log_bytes: 1 << 30,
            memory_bytes: 160 << 20,
            age_us: 3_600_000_000,
            footer_bytes: 16 << 20,
            level: 3,
            patience: Duration::from_secs(5),
        }
    }
}

/// What a journal is opened with.
pub struct Options {
    /// The stream's columns.
    pub schema: Arc<Schema>,
    /// Makes rows of records.
    pub encoder: Arc<dyn Encoder>,
    /// This node's name, different from all others'.
    pub node: String,
    /// A folder of this node's disk, for this stream alone.
    pub folder: PathBuf,
    /// Where the segments of all nodes lie. A local folder must be opened with `with_fsync(true)`.
    pub store: Arc<dyn ObjectStore>,
    /// Signs this node's chain.
    pub key: SigningKey,
    /// The instant, in microseconds.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// When logs are full.
    pub limits: Limits,
}

/// A record on its way in.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// When it was received.
    pub received_at_us: i64,
    /// Its bytes.
    pub payload: &'a [u8],
}

/// How far the two threads have come.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    /// Records that are durable.
    synced: u64,
    /// Records whose sync failed.
    failed: u64,
    /// The last sealed log.
    sealed: u64,
    /// How often sealing failed.
    troubles: u64,
}

/// Tells when what was appended is durable.
#[derive(Debug)]
pub struct Receipt {
    upto: u64,
    progress: watch::Receiver<Progress>,
}

impl Receipt {
    /// Waits until the records are on the disk. Errors: the disk refused; the records may be lost and are to be sent
    /// again.
    pub async fn durable(mut self) -> Result<()> {
        let gone = || Error::Refused("the journal was closed".to_owned());
        let upto = self.upto;
        let progress = self.progress.wait_for(|now| now.synced >= upto || now.failed >= upto).await;
        match progress.map_err(|_| gone())?.synced >= upto {
            true => Ok(()),
            false => Err(Error::Refused("the disk did not keep the log".to_owned())),
        }
    }
}

/// How a journal is, for the screen of its sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Rows that no segment holds yet.
    pub rows_in_memory: usize,
    /// Memory they take.
    pub memory_bytes: usize,
    /// Logs that are full and not yet segments.
    pub logs_waiting: usize,
    /// What keeps segments from being made.
    pub trouble: Option<String>,
    /// Bytes that a crash had left behind the last whole record of a log, when the journal was opened.
    pub cut_bytes: u64,
}

/// A full log.
struct Frozen {
    number: u64,
    path: PathBuf,
    tables: Tables,
}

struct Live {
    log: Log,
    tables: Tables,
    opened_at_us: Option<i64>,
}

struct State {
    live: Live,
    frozen: Option<Arc<Frozen>>,
    written: u64,
    is_sync_wanted: bool,
    /// The disk refused a sync: the log has a hole, nothing more may come behind it.
    is_log_distrusted: bool,
    is_closing: bool,
    trouble: Option<String>,
    cut_bytes: u64,
}

/// The last entry of this node's chain.
#[derive(Debug, Clone, Default)]
struct Head {
    /// Number of the next entry.
    next: u64,
    digest: crate::Digest,
    log: u64,
}

pub(crate) struct Inner {
    pub(crate) options: Options,
    pub(crate) stores: Stores,
    state: Mutex<State>,
    woken: Condvar,
    progress: watch::Sender<Progress>,
    head: Mutex<Head>,
    footers: Mutex<Footers>,
    /// One hand-over at a time.
    handing_over: tokio::sync::Mutex<()>,
    pub(crate) catalogue: Mutex<Catalogue>,
    /// One at a time reads the chains on, and one makes parts of the index.
    pub(crate) following: tokio::sync::Mutex<()>,
    pub(crate) indexing: tokio::sync::Mutex<()>,
    /// Held as long as this process has the folder.
    _lock: File,
}

#[derive(Default)]
struct Footers {
    kept: HashMap<SegmentName, (Arc<Segment>, u64)>,
    bytes: usize,
    clock: u64,
}

/// The journal of a stream on this node. Dropping it ends its threads; what is in the log stays there.
pub struct Journal {
    inner: Arc<Inner>,
    threads: Vec<JoinHandle<()>>,
}

/// From where on this node's logs were looked at in memory.
pub(crate) struct Unsealed {
    node: String,
    first: u64,
}

impl Unsealed {
    /// Whether the rows of this segment were among those looked at.
    pub fn has(&self, name: &SegmentName) -> bool {
        name.node == self.node && name.log >= self.first
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn logs(&self) -> PathBuf {
        self.options.folder.join("log")
    }

    pub fn now_us(&self) -> i64 {
        (self.options.clock)()
    }

    pub fn schema(&self) -> &Schema {
        &self.options.schema
    }

    pub fn encoder(&self) -> &dyn Encoder {
        &*self.options.encoder
    }

    pub fn stores(&self) -> &Stores {
        &self.stores
    }

    /// A segment with its footer, kept for the next time; `None` when it was deleted meanwhile.
    pub async fn open_segment(&self, name: &SegmentName, size: u64) -> Result<Option<Arc<Segment>>> {
        if let Some(kept) = self.footers().get(name) {
            return Ok(Some(kept));
        }
        let opened = Segment::open(&self.stores, &name.path(), size, self.schema()).await;
        let segment = match opened {
            Err(Error::Store(object_store::Error::NotFound { .. })) => return Ok(None),
            opened => Arc::new(opened?),
        };
        self.footers().put(name, &segment, self.options.limits.footer_bytes);
        Ok(Some(segment))
    }

    fn footers(&self) -> MutexGuard<'_, Footers> {
        self.footers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal {
    /// Appends records, all or none, and makes rows of them. Errors: the disk refused; [`Error::Behind`] when
    /// segments are not made as fast as records come, see [`Journal::room`]. Blocks for as long as encoding takes.
    pub fn append(&self, records: &[Incoming<'_>]) -> Result<Receipt> {
        let each = || records.iter().map(|record| (record.received_at_us, record.payload));
        if each().any(|(_, payload)| payload.len() > log::MAX_RECORD_BYTES) {
            return Err(Error::Refused("a record is too long".to_owned()));
        }
        let (inner, options) = (&self.inner, &self.inner.options);
        let mut state = inner.state();
        if inner.is_full(&state) || state.is_log_distrusted {
            inner.freeze(&mut state)?;
        }
        let appended = state.live.log.append(each());
        state.is_log_distrusted |= state.live.log.is_broken;
        appended?;
        let live = &mut state.live;
        live.opened_at_us = live.opened_at_us.or(records.first().map(|record| record.received_at_us));
        live.tables.add(each(), &options.schema, &*options.encoder);
        state.written += records.len() as u64;
        state.is_sync_wanted = true;
        let upto = state.written;
        if inner.is_full(&state)
            && state.frozen.is_none()
            && let Err(error) = inner.freeze(&mut state)
        {
            // The records are in; the next call tries again.
            tracing::warn!(%error, "a full log could not be ended");
        }
        inner.woken.notify_all();
        Ok(Receipt { upto, progress: inner.progress.subscribe() })
    }

    /// Waits, after [`Error::Behind`], until records are taken again; false when a segment could not be made and nobody
    /// knows how long it takes.
    pub async fn room(&self) -> bool {
        let mut progress = self.inner.progress.subscribe();
        let (troubles, full) = {
            let state = self.inner.state();
            (progress.borrow_and_update().troubles, state.frozen.as_ref().map(|frozen| frozen.number))
        };
        let Some(full) = full else { return true };
        let reached = progress.wait_for(|now| now.sealed >= full || now.troubles > troubles).await;
        reached.is_ok_and(|now| now.sealed >= full)
    }

    /// Ends the live log when it is old enough; to be called now and then.
    pub fn tick(&self, now_us: i64) -> Result<()> {
        let mut state = self.inner.state();
        let is_old = state
            .live
            .opened_at_us
            .is_some_and(|at| now_us.saturating_sub(at) >= self.inner.options.limits.age_us);
        match is_old && state.frozen.is_none() {
            true => self.inner.freeze(&mut state),
            false => Ok(()),
        }
    }

    /// Makes segments of all that came in so far and waits for it. Errors: what keeps segments from being made.
    pub async fn seal_now(&self) -> Result<()> {
        let mut progress = self.inner.progress.subscribe();
        loop {
            let (troubles, target) = {
                let mut state = self.inner.state();
                if state.frozen.is_none() && state.live.tables.rows > 0 {
                    self.inner.freeze(&mut state)?;
                }
                match &state.frozen {
                    None => return Ok(()),
                    Some(frozen) => (progress.borrow_and_update().troubles, frozen.number),
                }
            };
            let reached = progress.wait_for(|now| now.sealed >= target || now.troubles > troubles).await;
            if reached.map_err(|_| Error::Refused("the journal was closed".to_owned()))?.sealed < target {
                let trouble = self.inner.state().trouble.clone();
                return Err(Error::Refused(trouble.unwrap_or_default()));
            }
        }
    }

    /// How it is.
    pub fn status(&self) -> Status {
        let state = self.inner.state();
        let frozen = state.frozen.as_ref().map(|frozen| &frozen.tables);
        let tables = || frozen.into_iter().chain([&state.live.tables]);
        Status {
            rows_in_memory: tables().map(|tables| tables.rows).sum(),
            memory_bytes: tables().map(Tables::memory).sum(),
            logs_waiting: usize::from(frozen.is_some()),
            trouble: state.trouble.clone(),
            cut_bytes: state.cut_bytes,
        }
    }

    /// The stream's schema.
    pub fn schema(&self) -> &Schema {
        &self.inner.options.schema
    }

    pub(crate) fn encoder(&self) -> &dyn Encoder {
        &*self.inner.options.encoder
    }

    pub(crate) fn stores(&self) -> &Stores {
        &self.inner.stores
    }

    /// Calls for every table of rows that no segment holds; the live one is locked meanwhile.
    pub(crate) fn look_at_unsealed(&self, look: &mut (dyn FnMut(&Table) + Send)) -> Unsealed {
        let state = self.inner.state();
        let frozen = state.frozen.clone();
        let first = frozen.as_ref().map_or(state.live.log.number, |frozen| frozen.number);
        state.live.tables.days.values().for_each(&mut *look);
        drop(state);
        frozen.iter().flat_map(|frozen| frozen.tables.days.values()).for_each(look);
        Unsealed { node: self.inner.options.node.clone(), first }
    }

    /// Names and sizes of all nodes' segments, of the days from the first to the second when given.
    pub(crate) async fn segments(&self, days: Option<(i32, i32)>) -> Result<Vec<(SegmentName, u64)>> {
        let listed = self.inner.stores.list(&format!("stream={}", self.schema().stream())).await?;
        let named = listed.into_iter().filter_map(|(path, size)| Some((SegmentName::parse(&path)?, size)));
        Ok(named.filter(|(name, _)| days.is_none_or(|(from, to)| (from..=to).contains(&name.day))).collect())
    }

    pub(crate) fn inner(&self) -> Arc<Inner> {
        self.inner.clone()
    }

    /// The last entry of each node's chain that all nodes see, for the stamp of the hour: nobody else could find what
    /// only this disk has.
    pub async fn heads(&self) -> Result<Heads> {
        let all = Stores { own: self.inner.stores.all.clone(), ..self.inner.stores.clone() };
        let mut last: BTreeMap<String, String> = BTreeMap::new();
        for (path, _) in all.list(&names::chains(self.schema().stream())).await? {
            if let Some(node) = path.rsplit('/').nth(1) {
                let best = last.entry(node.to_owned()).or_default();
                *best = std::mem::take(best).max(path);
            }
        }
        let mut heads = Vec::new();
        for (node, path) in last {
            let text = all.whole(&path).await?;
            let no = path.rsplit('/').next().and_then(|file| file.strip_suffix(".txt")?.parse().ok());
            heads.extend(no.map(|no| (node, no, sha256(&text))));
        }
        Ok(Heads { heads })
    }
}

impl Footers {
    fn get(&mut self, name: &SegmentName) -> Option<Arc<Segment>> {
        self.clock += 1;
        let (segment, used) = self.kept.get_mut(name)?;
        *used = self.clock;
        Some(segment.clone())
    }

    /// Keeps a footer; when there are too many bytes the half that was not used for longest goes.
    fn put(&mut self, name: &SegmentName, segment: &Arc<Segment>, most: usize) {
        self.bytes += segment.footer_bytes;
        self.kept.insert(name.clone(), (segment.clone(), self.clock));
        if self.bytes > most {
            let mut used: Vec<u64> = self.kept.values().map(|(_, used)| *used).collect();
            used.sort_unstable();
            let middle = used[used.len() / 2];
            self.kept.retain(|_, (_, used)| *used > middle);
            self.bytes = self.kept.values().map(|(segment, _)| segment.footer_bytes).sum();
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.inner.state().is_closing = true;
        self.inner.woken.notify_all();
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so; there is nothing to add.
            let _ = thread.join();
        }
    }
}
