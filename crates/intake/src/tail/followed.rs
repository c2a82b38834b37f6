//! One file that is read as it grows, or the rest of one that does not grow any more.

use super::LAST_LOOKS;
use super::rotation::{self, Packed};
use super::state::{Identity, Known};
use crate::batch::{Clock, Origin};
use crate::counters::Counts;
use crate::gather::Gathering;
use crate::keep::{Keeper, Kept, count_lines};
use crate::limits::{BATCH_BYTES, READ_BYTES};
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Handle;

pub(super) enum Source {
    Plain(File),
    Packed(Packed),
}

pub(super) struct Followed {
    /// The name that it had when it was found.
    pub path: PathBuf,
    pub identity: Identity,
    pub known: Known,
    /// It is there under a name that is looked at.
    pub is_current: bool,
    source: Source,
    gathering: Gathering,
    pub counts: Arc<Counts>,
    read_to: u64,
    changed_at: (i64, i64, u64),
    /// Nothing was behind what was read last, and the file has not changed since.
    is_at_end: bool,
    idle_looks: u32,
}

/// What a look gave.
pub(super) enum Step {
    Nothing,
    /// Lines were kept; `known` says how far.
    Kept {
        has_more: bool,
    },
    /// It is shorter than it was, or begins otherwise.
    Truncated,
    /// It was rotated away and read to its end.
    Over,
    /// We are to stop, and nothing was kept.
    Stopped,
}

impl Followed {
    pub fn plain(path: &Path, file: File, known: Known, origin: Origin, counts: Arc<Counts>) -> Self {
        Self::new(path, Source::Plain(file), known, origin, counts)
    }

    pub fn new(path: &Path, source: Source, known: Known, origin: Origin, counts: Arc<Counts>) -> Self {
        let gathering = Gathering::of_file(Arc::new(origin), known.id, known.offset);
        Self {
            path: path.to_owned(),
            identity: known.identity(),
            read_to: known.offset,
            known,
            is_current: false,
            source,
            gathering,
            counts,
            changed_at: (0, 0, 0),
            is_at_end: false,
            idle_looks: 0,
        }
    }

    /// Reads at most a batch and has it kept.
    pub fn step(&mut self, keeper: &Keeper, handle: &Handle, clock: &Clock) -> std::io::Result<Step> {
        if self.is_truncated()? {
            return Ok(Step::Truncated);
        }
        if !self.is_at_end {
            self.gather(clock)?;
            // What was read behind a truncation is of another line.
            if self.is_truncated()? {
                return Ok(Step::Truncated);
            }
        }
        let has_more = !self.is_at_end;
        if self.is_at_end {
            self.gathering.end_record(clock());
        }
        let is_over = !has_more && self.is_over();
        if is_over {
            self.gathering.end(clock());
        }
        let Some(batch) = self.gathering.take() else {
            return Ok(if is_over { Step::Over } else { Step::Nothing });
        };
        self.idle_looks = 0;
        count_lines(&batch, &self.counts);
        let place = batch.place;
        match handle.block_on(keeper.keep(Arc::new(batch), &self.counts)) {
            Kept::Stopped => Ok(Step::Stopped),
            // What nobody wants is counted, and the file is read on.
            Kept::Yes | Kept::Unwanted => {
                self.known.offset = place.map_or(self.known.offset, |it| it.to);
                Ok(if is_over { Step::Over } else { Step::Kept { has_more } })
            }
        }
    }

    /// Reads a batch, or to the end.
    fn gather(&mut self, clock: &Clock) -> std::io::Result<()> {
        let mut chunk = vec![0; READ_BYTES];
        while self.gathering.cost() < BATCH_BYTES {
            let count = self.read(&mut chunk)?;
            if count == 0 {
                self.is_at_end = true;
                break;
            }
            self.read_to += count as u64;
            self.gathering.feed(&chunk[..count], clock());
        }
        Ok(())
    }

    /// What was read of a line whose rest is nowhere to be found.
    pub fn give_up(&mut self, keeper: &Keeper, handle: &Handle, clock: &Clock) {
        self.gathering.end(clock());
        if let Some(batch) = self.gathering.take() {
            count_lines(&batch, &self.counts);
            handle.block_on(keeper.keep(Arc::new(batch), &self.counts));
        }
    }

    fn read(&mut self, chunk: &mut [u8]) -> std::io::Result<usize> {
        match &mut self.source {
            Source::Plain(file) => file.read_at(chunk, self.read_to),
            Source::Packed(packed) => packed.read(chunk),
        }
    }

    /// A file that has changed since the last look is looked at again from its beginning: after a truncation it may
    /// have grown beyond where we were.
    fn is_truncated(&mut self) -> std::io::Result<bool> {
        let Source::Plain(file) = &self.source else { return Ok(false) };
        let metadata = file.metadata()?;
        if metadata.len() < self.read_to {
            return Ok(true);
        }
        let changed_at = (metadata.mtime(), metadata.mtime_nsec(), metadata.len());
        if changed_at == self.changed_at {
            return Ok(false);
        }
        self.changed_at = changed_at;
        self.is_at_end = false;
        let head = rotation::head_of(file);
        if !self.known.fits(&head) {
            return Ok(true);
        }
        if !self.known.knows_whole_head() {
            self.known.learn(&head);
        }
        Ok(false)
    }

    /// Nobody writes on it any more, as far as one can tell.
    fn is_over(&mut self) -> bool {
        if self.is_current {
            self.idle_looks = 0;
            return false;
        }
        self.idle_looks += 1;
        matches!(self.source, Source::Packed(_)) || self.idle_looks > LAST_LOOKS
    }
}
