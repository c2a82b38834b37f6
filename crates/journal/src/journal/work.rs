//! Opening a journal, its two threads, and handing segments over.

use super::{Frozen, Head, Inner, Journal, Live, Options, Progress, State, Stores};
use crate::chain::{Entry, Event, Sealed, sha256};
use crate::error::{Error, Result};
use crate::log::{self, Log};
use crate::names::{self, SegmentName};
use crate::segment;
use crate::table::Tables;
use object_store::local::LocalFileSystem;
use std::fs::{self, File};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long the sealer waits before it tries again what failed.
const RETRY: Duration = Duration::from_secs(1);
const LOCK_TRIES: usize = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

impl Journal {
    /// Opens the journal of a node: what a crash left in logs becomes segments first. Errors: the folder belongs to
    /// another process, a disk or the store refuses.
    pub async fn open(options: Options) -> Result<Self> {
        if !names::is_plain(&options.node) {
            return Err(Error::Refused(format!("`{}` is not a plain name of a node", options.node)));
        }
        let failed = Error::disk("opening the journal's folder");
        let own = options.folder.join("own");
        fs::create_dir_all(options.folder.join("log"))
            .and_then(|()| fs::create_dir_all(&own))
            .map_err(&failed)?;
        let lock = File::create(options.folder.join("lock")).map_err(&failed)?;
        take(&lock).await?;
        let own = LocalFileSystem::new_with_prefix(&own)?;
        let stores = Stores { own: Arc::new(own), all: options.store.clone() };
        let head = find_head(&options, &stores).await?;
        let logs = log::logs(&options.folder.join("log"))?;
        let next = logs.last().map_or(0, |(number, _)| *number).max(head.log) + 1;
        let live = Live {
            log: Log::create(&options.folder.join("log"), next)?,
            tables: Tables::default(),
            opened_at_us: None,
        };
        let state = State {
            live,
            frozen: None,
            written: 0,
            is_sync_wanted: false,
            is_log_distrusted: false,
            is_closing: false,
            trouble: None,
            cut_bytes: 0,
        };
        let inner = Arc::new(Inner {
            options,
            stores,
            state: Mutex::new(state),
            woken: Condvar::new(),
            progress: watch::Sender::new(Progress { sealed: head.log, ..Progress::default() }),
            head: Mutex::new(head),
            footers: Mutex::default(),
            handing_over: tokio::sync::Mutex::default(),
            catalogue: Mutex::default(),
            following: tokio::sync::Mutex::default(),
            indexing: tokio::sync::Mutex::default(),
            _lock: lock,
        });
        for (number, path) in logs {
            inner.recover(number, &path)?;
        }
        let run = |name: &str, work: fn(&Inner)| {
            let inner = inner.clone();
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&inner))
        };
        let threads = [run("journal-sync", Inner::sync_loop), run("journal-seal", Inner::seal_loop)];
        let threads =
            threads.into_iter().collect::<std::io::Result<_>>().map_err(Error::disk("starting a thread"))?;
        Ok(Self { inner, threads })
    }

    /// Hands every segment and entry of this node over to all nodes, in the order of the chain, and gives how many
    /// entries. To be called now and then; what fails stays here and goes with the next call.
    pub async fn hand_over(&self) -> Result<usize> {
        let _alone = self.inner.handing_over.lock().await;
        let stores = self.stores();
        let chain = format!("{}/{}", names::chains(self.schema().stream()), self.inner.options.node);
        let own = Stores { own: stores.own.clone(), all: stores.own.clone() };
        let entries = own.list(&chain).await?;
        for (path, _) in &entries {
            let text = own.whole(path).await?;
            let entry = Entry::parse(path, &String::from_utf8_lossy(&text))?;
            let segments = match entry.event {
                Event::Sealed(segments) => segments,
                _ => Vec::new(),
            };
            for segment in &segments {
                match stores.hand_over(&segment.path).await {
                    // Handed over before a crash, or deleted by policy since.
                    Err(Error::Store(object_store::Error::NotFound { .. })) => {}
                    handed => handed?,
                }
            }
            stores.hand_over(path).await?;
            for segment in &segments {
                Stores::remove(&*stores.own, &segment.path).await?;
            }
            Stores::remove(&*stores.own, path).await?;
        }
        // The index only makes answers faster.
        if let Err(error) = self.index().await {
            tracing::warn!(%error, "the index of values was not brought up to date");
        }
        Ok(entries.len())
    }

    /// Adds an entry to this node's chain, on this disk.
    pub(crate) fn note(&self, event: Event) -> Result<()> {
        self.inner.note(None, event)
    }
}

/// Takes the folder's lock. A process that is just ending, or just starting another program, still has it for a moment.
async fn take(lock: &File) -> Result<()> {
    for _ in 0..LOCK_TRIES {
        if lock.try_lock().is_ok() {
            return Ok(());
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(Error::Refused("the journal's folder belongs to another process".to_owned()))
}

/// The last entry of this node's chain: from the disk, or from the store when the disk is new.
async fn find_head(options: &Options, stores: &Stores) -> Result<Head> {
    let chain = format!("{}/{}", names::chains(options.schema.stream()), options.node);
    let kept = options.folder.join("head");
    let (mut texts, own) = (Vec::new(), Stores { own: stores.own.clone(), all: stores.own.clone() });
    match fs::read_to_string(&kept) {
        Ok(text) => texts.push(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::disk("reading the head of the chain")(error)),
    }
    if let Some((path, _)) = own.list(&chain).await?.pop() {
        texts.push(String::from_utf8_lossy(&own.whole(&path).await?).into_owned());
    }
    if texts.is_empty()
        && let Some((path, _)) = stores.list(&chain).await?.pop()
    {
        texts.push(String::from_utf8_lossy(&stores.whole(&path).await?).into_owned());
    }
    let mut head = Head::default();
    for text in texts {
        let entry = Entry::parse("the head of the chain", &text)?;
        if entry.no >= head.next {
            head = Head { next: entry.no + 1, digest: sha256(text.as_bytes()), log: entry.log };
        }
    }
    Ok(head)
}

impl Inner {
    pub(super) fn is_full(&self, state: &State) -> bool {
        let (limits, live) = (&self.options.limits, &state.live);
        live.tables.rows >= limits.rows
            || live.log.len >= limits.log_bytes
            || live.tables.memory() >= limits.memory_bytes
    }

    /// Ends the live log and begins the next.
    pub(super) fn freeze(&self, state: &mut State) -> Result<()> {
        if state.live.tables.rows == 0 && !state.is_log_distrusted {
            return Ok(());
        }
        if state.frozen.is_some() {
            return Err(Error::Behind);
        }
        let next = Log::create(&self.logs(), state.live.log.number + 1)?;
        let synced = match state.is_log_distrusted {
            true => Err(std::io::Error::other("the log has a hole")),
            false => state.live.log.file.sync_data(),
        };
        self.sync_done(synced, state.written);
        state.is_log_distrusted = false;
        state.is_sync_wanted = false;
        let live = std::mem::replace(
            &mut state.live,
            Live { log: next, tables: Tables::default(), opened_at_us: None },
        );
        state.frozen =
            Some(Arc::new(Frozen { number: live.log.number, path: live.log.path, tables: live.tables }));
        self.woken.notify_all();
        Ok(())
    }

    /// Tells who waits how a sync of so many records went; whether it went well.
    fn sync_done(&self, outcome: std::io::Result<()>, upto: u64) -> bool {
        let is_done =
            outcome.inspect_err(|error| tracing::error!(%error, "the journal's log was not synced")).is_ok();
        self.progress.send_modify(|progress| match is_done {
            // After a failure the log is ended, so that what comes later stands in another.
            true => progress.synced = progress.synced.max(upto),
            false => progress.failed = progress.failed.max(upto),
        });
        is_done
    }

    /// One sync for all that was appended meanwhile.
    fn sync_loop(&self) {
        loop {
            let mut state = self.state();
            while !state.is_sync_wanted && !state.is_closing {
                state = self.woken.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if !state.is_sync_wanted {
                return;
            }
            state.is_sync_wanted = false;
            let (file, number, upto) = (state.live.log.file.clone(), state.live.log.number, state.written);
            if state.is_log_distrusted {
                // Behind a hole nothing is durable; the next record begins another log.
                self.sync_done(Err(std::io::Error::other("the log has a hole")), upto);
                continue;
            }
            drop(state);
            if !self.sync_done(file.sync_data(), upto) {
                let mut state = self.state();
                state.is_log_distrusted |= state.live.log.number == number;
            }
        }
    }

    /// Makes segments of full logs, one after the other.
    fn seal_loop(&self) {
        loop {
            let mut state = self.state();
            while state.frozen.is_none() && !state.is_closing {
                state = self.woken.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.is_closing {
                return;
            }
            let Some(frozen) = state.frozen.clone() else { continue };
            drop(state);
            let sealed = self.seal(frozen.number, &frozen.path, &frozen.tables);
            let mut state = self.state();
            match sealed {
                Ok(()) => {
                    (state.frozen, state.trouble) = (None, None);
                    drop(state);
                    self.progress.send_modify(|progress| progress.sealed = frozen.number);
                }
                Err(error) => {
                    tracing::error!(%error, "a full log waits to become a segment");
                    state.trouble = Some(error.to_string());
                    self.progress.send_modify(|progress| progress.troubles += 1);
                    let _woken =
                        self.woken.wait_timeout(state, RETRY).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Makes a log that a crash left behind into segments, or removes it when it is sealed.
    fn recover(&self, number: u64, path: &Path) -> Result<()> {
        if number <= self.head().log {
            return fs::remove_file(path).map_err(Error::disk("removing a sealed log"));
        }
        let (mut tables, options) = (Tables::default(), &self.options);
        let cut = log::replay(path, |records| {
            let records = records.iter().map(|(at, payload)| (*at, payload.as_slice()));
            tables.add(records, &options.schema, &*options.encoder);
        })?;
        if cut > 0 {
            tracing::warn!(log = number, bytes = cut, "a log ended in what is no whole record");
        }
        self.state().cut_bytes += cut;
        if tables.rows == 0 {
            return fs::remove_file(path).map_err(Error::disk("removing an empty log"));
        }
        self.seal(number, path, &tables)
    }

    /// Writes the segments of a log, then the entry that seals them, then removes the log. A crash in between leaves
    /// the log, and doing it again overwrites what is there.
    fn seal(&self, number: u64, log: &Path, tables: &Tables) -> Result<()> {
        let (options, mut sealed) = (&self.options, Vec::new());
        // Entry and head are there already when only removing the log failed.
        if self.head().log < number {
            for (day, table) in &tables.days {
                let made = segment::make(table, &options.schema, options.limits.level)?;
                let (stream, node) = (options.schema.stream().to_owned(), options.node.clone());
                let path = SegmentName { stream, day: *day, node, log: number }.path();
                log::publish(&options.folder.join("own").join(&path), &made.bytes)?;
                sealed.push(Sealed {
                    path,
                    bytes: made.bytes.len() as u64,
                    sha256: sha256(&made.bytes),
                    rows: made.rows,
                    root: made.root,
                    at: made.at,
                    received_at: made.received_at,
                    blocks: made.blocks,
                });
            }
            self.note(Some(number), Event::Sealed(sealed))?;
        }
        fs::remove_file(log).map_err(Error::disk("removing a sealed log"))
    }

    fn note(&self, log: Option<u64>, event: Event) -> Result<()> {
        let (options, mut head) = (&self.options, self.head());
        let entry = Entry {
            stream: options.schema.stream().to_owned(),
            node: options.node.clone(),
            no: head.next,
            previous: head.digest,
            written_at_us: (options.clock)(),
            log: log.unwrap_or(head.log),
            event,
        };
        let text = entry.signed(&options.key);
        let path = names::entry(&entry.stream, &entry.node, entry.no);
        log::publish(&options.folder.join("own").join(path), text.as_bytes())?;
        // The entry counts from here on, also when the head cannot be written: the next start finds it.
        *head = Head { next: entry.no + 1, digest: sha256(text.as_bytes()), log: entry.log };
        log::publish(&options.folder.join("head"), text.as_bytes())
    }
}
