//! Old files taken in: plain, gzip or Zstandard, as a stream of batches, so that the size of the file does not matter to
//! our memory.

use crate::archive::{Archive, ArchiveFault, ArchiveLimits};
use crate::batch::Origin;
use crate::counters::Counts;
use crate::gather::Gathering;
use crate::keep::{Keeper, Kept, count_lines};
use crate::limits::{BATCH_BYTES, Limits, READ_BYTES};
use crate::listen::Taking;
use crate::tail::{HEAD_BYTES, digest_of};
use std::io::Read;
use std::sync::Arc;
use tokio::runtime::Handle;

/// What to take in.
#[derive(Debug, Clone)]
pub struct Import {
    /// The name of the file, which becomes the origin of its lines.
    pub name: String,
    /// Unpacked bytes that an earlier attempt has kept ([`Imported::bytes`]); 0 for all.
    pub from: u64,
    pub limits: ArchiveLimits,
}

/// What was kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub lines: u64,
    /// How far into the unpacked file the kept lines go.
    pub bytes: u64,
    /// What was read of the file as it lies there.
    pub packed_bytes: u64,
}

/// An import that did not come to its end. What was kept stays kept.
#[derive(Debug, thiserror::Error)]
#[error("{} lines were kept, then: {why}", kept.lines)]
pub struct ImportFault {
    pub kept: Imported,
    pub why: ImportWhy,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportWhy {
    #[error(transparent)]
    Archive(#[from] ArchiveFault),
    #[error("it is shorter than what was kept of it before")]
    Shorter,
    #[error("the lines are not wanted")]
    Unwanted,
    #[error("the program is being stopped")]
    Stopped,
}

/// Takes a file in. Resolves when all of it is durable.
///
/// # Errors
/// A damaged, truncated or boundless archive, a sink that does not want the lines, and being stopped; the error says
/// how much was kept, and that is where the next attempt begins.
pub async fn import(
    import: Import,
    reader: impl Read + Send + 'static,
    taking: Taking,
) -> Result<Imported, ImportFault> {
    let handle = Handle::current();
    let work = tokio::task::spawn_blocking(move || {
        let origin = Arc::new(Origin::Import(import.name.clone()));
        let counts = taking.counters.sender(&origin);
        let keeper = Keeper {
            sink: taking.sink.clone(),
            stopped: taking.stopped.clone(),
            limits: Arc::new(Limits::default()),
        };
        let mut work = Work { handle, keeper, counts, kept: Imported::default() };
        match work.run(&import, origin, reader, &taking) {
            Ok(()) => Ok(work.kept),
            Err(why) => Err(ImportFault { kept: work.kept, why }),
        }
    });
    work.await.unwrap_or(Err(ImportFault { kept: Imported::default(), why: ImportWhy::Stopped }))
}

struct Work {
    handle: Handle,
    keeper: Keeper,
    counts: Arc<Counts>,
    kept: Imported,
}

impl Work {
    fn run(
        &mut self,
        import: &Import,
        origin: Arc<Origin>,
        reader: impl Read + Send + 'static,
        taking: &Taking,
    ) -> Result<(), ImportWhy> {
        self.kept.bytes = import.from;
        let mut archive = Archive::open(reader, import.limits)?;
        let mut head = vec![0; HEAD_BYTES];
        let head_bytes = archive.fill(&mut head)?;
        head.truncate(head_bytes);
        let mut gathering = Gathering::of_file(origin, digest_of(&head), import.from);
        let within_head = usize::try_from(import.from).unwrap_or(usize::MAX).min(head.len());
        if !archive.skip(import.from - within_head as u64)? {
            return Err(ImportWhy::Shorter);
        }
        gathering.feed(&head[within_head..], (taking.clock)());
        let mut chunk = vec![0; READ_BYTES];
        while !self.keeper.is_stopped() {
            let count = match archive.read(&mut chunk) {
                Ok(count) => count,
                Err(fault) => {
                    // The lines before the damage are whole; the one in the damage is not taken.
                    self.keep(&mut gathering, &archive)?;
                    return Err(fault.into());
                }
            };
            if count == 0 {
                gathering.end((taking.clock)());
                return self.keep(&mut gathering, &archive);
            }
            gathering.feed(&chunk[..count], (taking.clock)());
            if gathering.cost() >= BATCH_BYTES {
                self.keep(&mut gathering, &archive)?;
            }
        }
        Err(ImportWhy::Stopped)
    }

    fn keep(&mut self, gathering: &mut Gathering, archive: &Archive) -> Result<(), ImportWhy> {
        let Some(batch) = gathering.take() else { return Ok(()) };
        count_lines(&batch, &self.counts);
        let (lines, place) = (batch.len() as u64, batch.place);
        match self.handle.block_on(self.keeper.keep(Arc::new(batch), &self.counts)) {
            Kept::Yes => {
                self.kept.lines += lines;
                self.kept.bytes = place.map_or(0, |it| it.to);
                self.kept.packed_bytes = archive.packed_bytes();
                Ok(())
            }
            Kept::Unwanted => Err(ImportWhy::Unwanted),
            Kept::Stopped => Err(ImportWhy::Stopped),
        }
    }
}
