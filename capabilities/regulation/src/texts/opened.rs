//! A regulation with its reading as corrected so far, kept in memory while people work on it. Writes nothing.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use kernel::db::Sql;
use kernel::{Error, ErrorKind, Result};
use uuid::Uuid;

use super::store::{self, Regulation, StoredCorrection};
use crate::reading::correct::{Correction, apply};
use crate::reading::{self, Kind, Reading, ReadingError};

/// Readings kept; the largest known takes a few hundred kilobytes.
const KEPT: usize = 16;
/// Most corrections of one reading: several times its nodes.
pub(super) const MAX_CORRECTIONS: usize = 5_000;

/// The regulation and a hash of its text and corrections.
type Key = (Uuid, u64);

/// Readings in the order they were made.
static READINGS: Mutex<VecDeque<(Key, Arc<Replayed>)>> = Mutex::new(VecDeque::new());

/// A reading with all corrections that could be made.
#[derive(Debug)]
pub struct Replayed {
    pub reading: Reading,
    /// Corrections that no longer fit, because a later reader reads the text differently.
    pub left_out: usize,
}

/// A regulation that has a text, open on the desk.
pub struct Opened {
    pub regulation: Regulation,
    pub replayed: Arc<Replayed>,
    /// Corrections so far.
    pub corrections: Vec<StoredCorrection>,
}

impl Opened {
    pub fn reading(&self) -> &Reading {
        &self.replayed.reading
    }

    pub fn text(&self) -> &str {
        &self.regulation.text
    }

    /// Whether any article was found; without one the text was not understood, however sure its lines look.
    pub fn has_articles(&self) -> bool {
        self.reading().nodes.iter().any(|node| node.kind == Kind::Article)
    }

    /// Number of the last correction; 0 without any.
    pub fn seq(&self) -> i64 {
        self.corrections.last().map_or(0, |last| last.seq)
    }
}

/// The regulation with its reading; one made from a profile has none and is a 404 here.
pub async fn open(db: &impl Sql, id: Uuid) -> Result<Opened> {
    let regulation = store::regulation(db, id).await?;
    if regulation.text.is_empty() {
        let text = "Bu yönetmelik hazır profilden alındı; metni yok. Metni olan bir yönetmelik yükleyin.";
        return Err(Error::new(ErrorKind::NotFound, text));
    }
    let corrections = store::corrections(db, id).await?;
    let key = (id, hash_of(&regulation.text, &corrections));
    if let Some(replayed) = kept(key) {
        return Ok(Opened { regulation, replayed, corrections });
    }
    let parsed: Vec<Correction> =
        corrections.iter().map(|one| serde_json::from_str(&one.correction)).collect::<Result<_, _>>()?;
    let text = regulation.text.clone();
    let replayed = blocking(move || replay(&text, &parsed)).await??;
    let replayed = keep(key, replayed);
    Ok(Opened { regulation, replayed, corrections })
}

impl Opened {
    /// As it was when this was its last correction.
    pub async fn as_of(&self, seq: i64) -> Result<Self> {
        let corrections: Vec<StoredCorrection> =
            self.corrections.iter().filter(|one| one.seq <= seq).cloned().collect();
        let parsed: Vec<Correction> =
            corrections.iter().map(|one| serde_json::from_str(&one.correction)).collect::<Result<_, _>>()?;
        let text = self.regulation.text.clone();
        let replayed = blocking(move || replay(&text, &parsed)).await??;
        Ok(Self { regulation: self.regulation.clone(), replayed: Arc::new(replayed), corrections })
    }
}

/// Reads a text away from the threads that answer requests.
pub async fn read(text: String) -> Result<(String, Reading)> {
    blocking(move || reading::read(&text).map(|reading| (text, reading)).map_err(refused)).await?
}

/// Runs work that takes processor time where it holds nobody up.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

fn refused(error: ReadingError) -> Error {
    let kind = match error {
        ReadingError::Empty => ErrorKind::Invalid,
        _ => ErrorKind::TooLarge,
    };
    Error::new(kind, error.to_string())
}

fn replay(text: &str, corrections: &[Correction]) -> Result<Replayed> {
    let mut replayed = Replayed { reading: reading::read(text).map_err(refused)?, left_out: 0 };
    for correction in corrections {
        match apply(&replayed.reading, text, correction) {
            Ok(reading) => replayed.reading = reading,
            Err(_) => replayed.left_out += 1,
        }
    }
    Ok(replayed)
}

fn hash_of(text: &str, corrections: &[StoredCorrection]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    for one in corrections {
        one.correction.hash(&mut hasher);
    }
    hasher.finish()
}

fn kept(key: Key) -> Option<Arc<Replayed>> {
    let readings = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
    readings.iter().find(|(known, _)| *known == key).map(|(_, replayed)| replayed.clone())
}

fn keep(key: Key, replayed: Replayed) -> Arc<Replayed> {
    let replayed = Arc::new(replayed);
    let mut readings = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
    readings.push_back((key, replayed.clone()));
    while readings.len() > KEPT {
        readings.pop_front();
    }
    replayed
}
