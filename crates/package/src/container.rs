//! The zip that a package is: parts by name, within limits, read as streams. What the parts mean is for `package`.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::limits::Limits;
use crate::part_name;
use crate::refusal::Refusal;

/// Below this much unpacked, a high ratio is only a dull file.
const RATIO_FREE_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of the directory that one entry may cost on average while the archive is opened.
const DIRECTORY_ENTRY_BYTES: u64 = 512;
/// Bytes that may be read in search of the directory, whatever the limit of entries is.
const DIRECTORY_FREE_BYTES: u64 = 1024 * 1024;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// With its leading slash, as the archive spells it.
    pub name: String,
    /// Unpacked size as the archive claims it.
    pub claimed_bytes: u64,
    index: usize,
}

/// An archive whose directory is within the limits.
pub(crate) struct Container<R> {
    zip: ZipArchive<Metered<R>>,
    parts: Vec<Part>,
    by_key: HashMap<String, usize>,
    limits: Limits,
}

/// Counts what is read while the archive is opened: a directory of a million entries, or a file of gigabytes in which
/// the search for a directory would go on and on, ends early.
struct Metered<R> {
    inner: R,
    left: Arc<AtomicU64>,
}

const UNMETERED: u64 = u64::MAX;

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.left.load(Ordering::Relaxed);
        if left != UNMETERED {
            self.left.store(left.saturating_sub(count as u64), Ordering::Relaxed);
            if left < count as u64 {
                return Err(io::Error::other("directory too large"));
            }
        }
        Ok(count)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

impl<R: Read + Seek> Container<R> {
    /// Reads and checks the directory.
    pub fn open(mut reader: R, limits: &Limits) -> Result<Self, Refusal> {
        let is_zip = starts_as_zip(&mut reader)?;
        let allowed = DIRECTORY_FREE_BYTES + limits.max_entries as u64 * DIRECTORY_ENTRY_BYTES;
        let left = Arc::new(AtomicU64::new(allowed));
        let opened = ZipArchive::new(Metered { inner: reader, left: Arc::clone(&left) });
        let mut zip = opened.map_err(|error| {
            // Nothing else in a zip is searched for so long; in another file the search itself is.
            let is_crowded = is_zip && left.load(Ordering::Relaxed) == 0;
            if is_crowded { Refusal::TooManyEntries { limit: limits.max_entries } } else { from_zip(error) }
        })?;
        left.store(UNMETERED, Ordering::Relaxed);
        if zip.len() > limits.max_entries {
            return Err(Refusal::TooManyEntries { limit: limits.max_entries });
        }
        if zip.has_duplicate_names() {
            return Err(Refusal::DuplicateName("adı dizinde iki kez geçiyor".to_owned()));
        }
        if zip.has_overlapping_entries().map_err(from_zip)? {
            return Err(Refusal::Overlapping);
        }
        let parts = list(&zip, limits)?;
        let mut by_key = HashMap::new();
        for (at, part) in parts.iter().enumerate() {
            if by_key.insert(part_name::key(&part.name), at).is_some() {
                return Err(Refusal::DuplicateName(part.name.clone()));
            }
        }
        Ok(Self { zip, parts, by_key, limits: *limits })
    }

    /// All parts in the order of the directory.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Place of the part with that name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_key.get(&part_name::key(name)).copied()
    }

    /// Everything in a part that must be small.
    pub fn read_small(&mut self, at: usize) -> Result<Vec<u8>, Refusal> {
        let limit_bytes = self.limits.max_small_bytes;
        let part = self.parts[at].name.clone();
        let mut bytes = Vec::new();
        let read = self.stream(at)?.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() as u64 > limit_bytes {
            return Err(Refusal::PartTooLarge { part, limit_bytes });
        }
        read.map_err(|error| unreadable(part, &error))?;
        Ok(bytes)
    }

    /// A part as a stream that ends with an error past the size it claims or when its checksum is wrong.
    pub fn stream(&mut self, at: usize) -> Result<impl Read + '_, Refusal> {
        // What the archive claims was held against the limits already, so that the claim is the limit here.
        let part = &self.parts[at];
        let file = self.zip.by_index(part.index).map_err(|error| match from_zip(error) {
            Refusal::Damaged(detail) => Refusal::UnreadablePart { part: part.name.clone(), detail },
            other => other,
        })?;
        Ok(Bounded { inner: file, left: part.claimed_bytes })
    }
}

fn starts_as_zip(reader: &mut (impl Read + Seek)) -> Result<bool, Refusal> {
    let mut start = Vec::new();
    reader.seek(SeekFrom::Start(0))?;
    reader.take(4).read_to_end(&mut start)?;
    reader.seek(SeekFrom::Start(0))?;
    Ok(start == *b"PK\x03\x04")
}

pub(crate) fn unreadable(part: String, error: &io::Error) -> Refusal {
    if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) {
        return Refusal::Bomb { part };
    }
    Refusal::UnreadablePart { part, detail: error.to_string() }
}

#[derive(Debug, thiserror::Error)]
#[error("unpacks to more than it claims")]
struct TooMuch;

struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| io::Error::other(TooMuch))?;
        Ok(count)
    }
}

fn list<R: Read + Seek>(zip: &ZipArchive<R>, limits: &Limits) -> Result<Vec<Part>, Refusal> {
    let mut parts = Vec::new();
    let mut claimed: u64 = 0;
    for index in 0..zip.len() {
        let record = zip.by_index_data(index).map_err(from_zip)?;
        let raw = String::from_utf8_lossy(record.name_raw()).into_owned();
        let name = part_name::clean(&raw).filter(|_| is_inside(&raw) && !record.is_symlink());
        let Some(name) = name else { return Err(Refusal::UnsafeName(shown(&raw))) };
        if record.encrypted() {
            return Err(Refusal::Password);
        }
        if record.is_dir() {
            continue;
        }
        if !matches!(record.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(Refusal::UnsupportedCompression(shown(&raw)));
        }
        claimed = claimed.saturating_add(record.size());
        if claimed > limits.max_unpacked_bytes {
            return Err(Refusal::TooLarge { limit_bytes: limits.max_unpacked_bytes });
        }
        let packed_bytes = record.compressed_size();
        if record.size() > packed_bytes.saturating_mul(limits.max_ratio).max(RATIO_FREE_BYTES) {
            return Err(Refusal::Bomb { part: name });
        }
        parts.push(Part { name, claimed_bytes: record.size(), index });
    }
    Ok(parts)
}

/// No entry may climb out of the folder or name a drive, not even one that would come back in; none may hold what
/// moves the cursor of a terminal.
fn is_inside(raw: &str) -> bool {
    let decoded = raw.replace("%2e", ".").replace("%2E", ".").replace('\\', "/");
    let has_drive = decoded.as_bytes().get(1) == Some(&b':');
    !decoded.starts_with('/')
        && !has_drive
        && !decoded.contains(char::is_control)
        && !decoded.split('/').any(|part| part == "..")
}

/// A name from a stranger as it may stand in a sentence.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(120).collect()
}

fn from_zip(error: ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(text) if text == ZipError::PASSWORD_REQUIRED => Refusal::Password,
        other => Refusal::Damaged(other.to_string()),
    }
}
