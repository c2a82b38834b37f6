//! Files that another program writes on: read as they grow, through rotation by rename and by copy and truncation, and
//! from where we were after any end of ours. What was read is known by the first bytes of the file, which rotation does
//! not change, whatever the file is called meanwhile and even when it was packed.

mod followed;
mod rotation;
mod state;

use crate::batch::{Clock, Origin};
use crate::counters::{Counters, add};
use crate::keep::Keeper;
use crate::limits::Limits;
use crate::listen::Taking;
use followed::{Followed, Step};
use sha2::{Digest, Sha256};
use state::{Identity, Known, State};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// Which files to follow.
#[derive(Debug, Clone)]
pub struct Tail {
    /// A file, or a folder when there is a pattern.
    pub path: PathBuf,
    /// Names within the folder: `*` stands for any bytes.
    pub pattern: Option<String>,
    /// Where the place in each file is written down, after its lines were kept. Never in the folder that is followed
    /// under a pattern that fits it.
    pub state: PathBuf,
    /// How often files are looked at; [`Tail::EVERY`] unless there is a reason.
    pub every: Duration,
}

impl Tail {
    /// How often files are looked at.
    pub const EVERY: Duration = Duration::from_millis(250);
}

/// A file that was rotated away may be written on for a moment, until its writer has heard of it: looks without
/// anything new after which it is let go.
const LAST_LOOKS: u32 = 40;

/// Files at once. Others are left out, which is said in the log.
const MOST_FILES: usize = 1024;

/// Bytes by which a file is known.
pub(crate) const HEAD_BYTES: usize = 1024;

/// A digest that fits a place.
pub(crate) fn digest_of(bytes: &[u8]) -> [u8; 16] {
    let mut digest = [0; 16];
    digest.copy_from_slice(&Sha256::digest(bytes)[..16]);
    digest
}

/// Follows files until we are stopped. Lines are offered to the sink, then the place is written down: when the power
/// goes between the two, the last batch of a file comes a second time, with the same [`crate::Place`].
///
/// # Errors
/// A state file that cannot be read or written: without it, lines would come again and again.
pub async fn tail(tail: Tail, taking: Taking) -> std::io::Result<()> {
    let handle = Handle::current();
    let work = tokio::task::spawn_blocking(move || Tailing::new(tail, taking, handle)?.run());
    work.await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}

struct Tailing {
    tail: Tail,
    keeper: Keeper,
    clock: Clock,
    counters: Arc<Counters>,
    handle: Handle,
    state: State,
    /// Older files before those that took their place, so that lines stay in their order.
    followed: Vec<Followed>,
    has_told_of_too_many: bool,
}

impl Tailing {
    fn new(tail: Tail, taking: Taking, handle: Handle) -> std::io::Result<Self> {
        let state = State::read(&tail.state)?;
        let keeper =
            Keeper { sink: taking.sink, stopped: taking.stopped, limits: Arc::new(Limits::default()) };
        let (clock, counters) = (taking.clock, taking.counters);
        Ok(Self {
            tail,
            keeper,
            clock,
            counters,
            handle,
            state,
            followed: Vec::new(),
            has_told_of_too_many: false,
        })
    }

    fn run(mut self) -> std::io::Result<()> {
        self.resume()?;
        while !self.keeper.is_stopped() {
            let has_more = self.look()?;
            if !has_more {
                let keeper = self.keeper.clone();
                let waited = async { tokio::time::timeout(self.tail.every, keeper.until_stopped()).await };
                let _ = self.handle.block_on(waited);
            }
        }
        Ok(())
    }

    /// Files that were not read to their end when we ended, and are called otherwise by now.
    fn resume(&mut self) -> std::io::Result<()> {
        let listed = self.listed();
        for known in self.state.files().to_vec() {
            let is_there = listed.iter().any(|(_, identity)| *identity == known.identity());
            let is_followed = self.followed.iter().any(|it| it.known.id == known.id);
            let has_name =
                rotation::in_folder(known.path.parent().unwrap_or(Path::new("/"))).next().is_some();
            if !is_there && !is_followed && has_name {
                let path = known.path.clone();
                self.read_missed(&path, &known)?;
            }
        }
        Ok(())
    }

    /// One look at every file. Answers whether there is more to read at once.
    fn look(&mut self) -> std::io::Result<bool> {
        let listed = self.listed();
        self.find_new(&listed)?;
        let mut has_more = false;
        let mut index = 0;
        while index < self.followed.len() {
            let (keeper, handle, clock) = (&self.keeper, &self.handle, &self.clock);
            match self.followed[index].step(keeper, handle, clock) {
                Ok(Step::Nothing) => index += 1,
                Ok(Step::Kept { has_more: more }) => {
                    self.note(index)?;
                    // A file is read to its end before the one that took its place.
                    if !more {
                        index += 1;
                    }
                    has_more = true;
                    if self.keeper.is_stopped() {
                        return Ok(false);
                    }
                }
                Ok(Step::Stopped) => return Ok(false),
                Ok(Step::Truncated) => self.begin_again(index)?,
                Ok(Step::Over) => {
                    self.note(index)?;
                    self.followed.remove(index);
                }
                Err(error) => {
                    let gone = self.followed.remove(index);
                    tracing::error!(file = %gone.path.display(), %error, "a file cannot be read on");
                    add(&gone.counts.gaps, 1);
                }
            }
        }
        self.state.forget_gone(&listed, &self.followed);
        Ok(has_more)
    }

    /// The files that are there, with what tells them apart.
    fn listed(&mut self) -> Vec<(PathBuf, Identity)> {
        let Some(pattern) = &self.tail.pattern else {
            return Identity::at(&self.tail.path)
                .map(|it| (self.tail.path.clone(), it))
                .into_iter()
                .collect();
        };
        let mut listed: Vec<(PathBuf, Identity)> = rotation::in_folder(&self.tail.path)
            .filter(|path| rotation::is_like(path, pattern) && !rotation::is_packed(path))
            .filter_map(|path| Identity::at(&path).map(|it| (path, it)))
            .collect();
        listed.sort();
        if listed.len() > MOST_FILES && !self.has_told_of_too_many {
            tracing::error!(folder = %self.tail.path.display(), "more than {MOST_FILES} files: the others are not read");
            self.has_told_of_too_many = true;
        }
        listed.truncate(MOST_FILES);
        listed
    }

    /// Begins to follow what is not followed yet, and notices what was rotated away.
    fn find_new(&mut self, listed: &[(PathBuf, Identity)]) -> std::io::Result<()> {
        for followed in &mut self.followed {
            followed.is_current = listed.iter().any(|(_, identity)| *identity == followed.identity);
        }
        for (path, identity) in listed {
            if self.followed.iter().any(|it| it.identity == *identity) {
                continue;
            }
            let Ok(file) = File::open(path) else { continue };
            let head = rotation::head_of(&file);
            if head.is_empty() {
                continue;
            }
            let by_identity = self.state.known(*identity).filter(|it| it.fits(&head)).cloned();
            if let Some(known) = by_identity {
                if file.metadata()?.len() > known.offset {
                    self.follow(path, file, known);
                }
                continue;
            }
            let is_copy = |it: &Followed| it.known.fits(&head) && rotation::is_neighbour(&it.path, path);
            if self.followed.iter().any(is_copy) {
                // Somebody copies before he truncates: what is new in it is read when that is done.
                continue;
            }
            if let Some(earlier) = self.state.known_as(path).cloned()
                && !self.followed.iter().any(|it| it.identity == earlier.identity())
            {
                self.read_missed(path, &earlier)?;
            }
            let known = Known::new(path, *identity, &head);
            self.state.put(known.clone());
            // The name of the file's places must not change, so it is written down before its first line.
            self.state.write(&self.tail.state)?;
            self.follow(path, file, known);
        }
        Ok(())
    }

    fn follow(&mut self, path: &Path, file: File, known: Known) {
        let origin = Origin::File(path.to_owned());
        let counts = self.counters.sender(&origin);
        self.followed.push(Followed::plain(path, file, known, origin, counts));
    }

    /// Reads what was written between our last look and now into files that are called otherwise by now. Answers
    /// whether the file that we knew was found.
    fn read_missed(&mut self, path: &Path, earlier: &Known) -> std::io::Result<bool> {
        let is_taken = |identity: &Identity| self.followed.iter().any(|it| it.identity == *identity);
        let missed = rotation::missed(path, earlier, &self.state, &is_taken);
        let counts = self.counters.sender(&Origin::File(path.to_owned()));
        let is_found = missed.is_whole;
        if !is_found {
            tracing::error!(file = %path.display(), "the file was replaced, and what it was before is not found: lines may be missing");
            add(&counts.gaps, 1);
        }
        self.state.drop_identity(earlier.identity());
        for file in missed.files {
            self.state.put(file.known().clone());
            self.followed.push(file.follow(path, Origin::File(path.to_owned()), counts.clone()));
        }
        self.state.write(&self.tail.state)?;
        Ok(is_found)
    }

    /// The file was truncated: what it held lies in a copy, and it begins anew.
    fn begin_again(&mut self, index: usize) -> std::io::Result<()> {
        let mut gone = self.followed.remove(index);
        let path = gone.path.clone();
        if !self.read_missed(&path, &gone.known)? {
            gone.give_up(&self.keeper, &self.handle, &self.clock);
        }
        Ok(())
    }

    /// Writes down how far a file was kept.
    fn note(&mut self, index: usize) -> std::io::Result<()> {
        self.state.put(self.followed[index].known.clone());
        self.state.write(&self.tail.state)
    }
}
