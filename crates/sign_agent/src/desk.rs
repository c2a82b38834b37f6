//! The jobs that are open, in memory only. A job is fetched once; everything after that, a wrong PIN or a portal
//! that is away, happens here and loses nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex as TurnMutex;

use crate::job::Job;
use crate::options::Error;
use crate::origin::Origin;

/// More open jobs than this push the oldest out.
const MAX_JOBS: usize = 64;
/// How long a job stays after its end, so that its page can still say what became of it.
const KEPT_AFTER: Duration = Duration::hours(2);

/// A job with everything that happened to it.
pub(crate) struct Entry {
    /// Unguessable; its address in the browser.
    pub handle: String,
    /// What a form must carry.
    pub secret: String,
    pub origin: Origin,
    pub token: String,
    pub job: Arc<Job>,
    /// One act at a time: a second press of the button waits and then finds the work done.
    pub stage: TurnMutex<Stage>,
}

impl Stage {
    /// Places of the letters that can still be signed.
    pub fn signable(&self) -> Vec<usize> {
        (0..self.files.len()).filter(|at| self.files[*at].is_signable()).collect()
    }
}

/// How far a job is.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    /// What is known about the file of each letter.
    pub files: Vec<FileState>,
    /// Shown once.
    pub message: Option<String>,
    /// Made and not yet taken by the portal: place of the letter, signature.
    pub signatures: Option<crate::card::Signed>,
    pub end: Option<End>,
}

/// What is known about a letter's file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum FileState {
    #[default]
    Unseen,
    /// It is the file of the job, and the bytes to be signed hold its digest.
    Bound,
    /// It is the file of the job, but the bytes to be signed do not name it.
    NotBound,
    /// It is not the file of the job any more; this letter is not signed.
    Changed,
    /// The portal gives it out no longer: taken back, or signed; this letter is not signed.
    Withdrawn,
}

impl FileState {
    /// Whether the letter can still be signed.
    pub fn is_signable(self) -> bool {
        !matches!(self, FileState::Changed | FileState::Withdrawn)
    }
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The portal has the signatures; what it said of each letter, by the letter's id, if it says that.
    Sent(Vec<Told>),
    /// The portal does not take them, now or later.
    Refused(String),
}

/// What the portal says of one letter's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub id: String,
    pub is_signed: bool,
    pub text: String,
}

/// All of them.
pub(crate) struct Desk {
    entries: Mutex<HashMap<String, Arc<Entry>>>,
    random: SystemRandom,
}

impl Desk {
    pub fn new() -> Self {
        Desk { entries: Mutex::default(), random: SystemRandom::new() }
    }

    /// The job that was fetched with this token before: the portal gives it out once, a page is reloaded often.
    pub fn known(&self, origin: &Origin, token: &str) -> Option<Arc<Entry>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.values().find(|one| one.origin == *origin && one.token == token).cloned()
    }

    pub fn get(&self, handle: &str) -> Option<Arc<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).get(handle).cloned()
    }

    /// # Errors
    /// [`Error::NoRandomness`].
    pub fn add(
        &self,
        origin: Origin,
        token: String,
        job: Job,
        now: OffsetDateTime,
    ) -> Result<Arc<Entry>, Error> {
        let stage = Stage { files: vec![FileState::Unseen; job.documents.len()], ..Stage::default() };
        let entry = Arc::new(Entry {
            handle: self.draw()?,
            secret: self.draw()?,
            origin,
            token,
            job: Arc::new(job),
            stage: TurnMutex::new(stage),
        });
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, one| one.job.expires_at + KEPT_AFTER > now);
        while entries.len() >= MAX_JOBS {
            let oldest = entries.values().min_by_key(|one| one.job.expires_at).map(|one| one.handle.clone());
            oldest.and_then(|handle| entries.remove(&handle));
        }
        entries.insert(entry.handle.clone(), entry.clone());
        Ok(entry)
    }

    /// 128 bits as hexadecimal digits.
    fn draw(&self) -> Result<String, Error> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
        Ok(hex::encode(bytes))
    }
}
