//! Reading zip archives from strangers: the directory is held against the limits before anything is unpacked, and
//! unpacking counts real bytes, never the sizes that the archive claims. An archive inside an archive is bytes:
//! nothing here opens it. What the entries mean is for `sniff` and `extract`.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// Below this much unpacked, a high ratio is only a short, dull text.
const RATIO_FREE_BYTES: u64 = 1024 * 1024;

/// First bytes of every record in the directory of a zip (APPNOTE 4.3.12).
const DIRECTORY_RECORD: [u8; 4] = *b"PK\x01\x02";

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path inside the archive with `/`; never absolute, never with `..`.
    pub name: String,
    /// Unpacked size as the archive claims it, in bytes.
    pub claimed_bytes: u64,
}

/// An archive whose directory is within the limits.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    entries: Vec<Entry>,
    index_of: HashMap<String, usize>,
    limits: Limits,
    unpacked_bytes: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads and checks the directory. Errors: `Damaged` when it is no readable zip, `HostileArchive` for too many
    /// entries, more claimed bytes than allowed, names that leave the folder, links, doubled or overlapping entries.
    pub fn open(mut reader: R, limits: &Limits) -> Result<Self> {
        refuse_crowded_directory(&mut reader, limits)?;
        let mut zip = ZipArchive::new(reader).map_err(from_zip)?;
        if zip.has_duplicate_names() {
            return Err(hostile("two entries with one name"));
        }
        if zip.has_overlapping_entries().map_err(from_zip)? {
            return Err(hostile("entries overlap"));
        }
        let mut entries = Vec::new();
        let mut index_of = HashMap::new();
        let mut claimed: u64 = 0;
        for index in 0..zip.len() {
            let record = zip.by_index_data(index).map_err(from_zip)?;
            let name = String::from_utf8_lossy(record.name_raw()).replace('\\', "/");
            if record.is_symlink() || !is_inside(&name) {
                return Err(hostile("an entry that points outside"));
            }
            claimed = claimed.saturating_add(record.size());
            if claimed > limits.max_unpacked_bytes {
                return Err(hostile("claims to unpack to more than the limit"));
            }
            if !record.is_dir() {
                index_of.insert(name.clone(), index);
                entries.push(Entry { name, claimed_bytes: record.size() });
            }
        }
        Ok(Self { zip, entries, index_of, limits: *limits, unpacked_bytes: 0 })
    }

    /// The files inside, without folders, in the order of the directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Unpacks the file called `name`; nothing when there is none. At most `max_bytes` of one file, and
    /// `max_unpacked_bytes` over all reads from this archive. Errors: `HostileArchive` past a limit,
    /// `Encrypted` behind a password, `Damaged` when the bytes do not unpack or their checksum is wrong.
    pub fn read(&mut self, name: &str, max_bytes: u64) -> Result<Option<Vec<u8>>> {
        let Some(&index) = self.index_of.get(name) else { return Ok(None) };
        let packed_bytes = {
            let record = self.zip.by_index_data(index).map_err(from_zip)?;
            if record.encrypted() {
                return Err(Error::new(ErrorKind::Encrypted, format!("zip entry {name}")));
            }
            record.compressed_size()
        };
        let by_ratio = packed_bytes.saturating_mul(self.limits.max_ratio).max(RATIO_FREE_BYTES);
        let budget = self.limits.max_unpacked_bytes.saturating_sub(self.unpacked_bytes);
        let allowed = max_bytes.min(by_ratio).min(budget);

        let file = self.zip.by_index(index).map_err(from_zip)?;
        let mut bytes = Vec::new();
        let read = file.take(allowed.saturating_add(1)).read_to_end(&mut bytes);
        self.unpacked_bytes = self.unpacked_bytes.saturating_add(bytes.len() as u64);
        if bytes.len() as u64 > allowed {
            return Err(hostile("an entry unpacks to more than the limits allow"));
        }
        read.map_err(|error| Error::new(ErrorKind::Damaged, format!("zip entry: {error}")))?;
        Ok(Some(bytes))
    }

    /// Unpacks everything and keeps nothing: proves that the whole archive is readable and within the limits.
    pub fn check_all(&mut self) -> Result<()> {
        let names: Vec<String> = self.entries.iter().map(|entry| entry.name.clone()).collect();
        for name in names {
            self.read(&name, self.limits.max_unpacked_bytes)?;
        }
        Ok(())
    }
}

/// A directory of a million records costs a gigabyte to read, so the records are counted by their first bytes before
/// the zip reader sees them. The count is never below the true one.
fn refuse_crowded_directory(reader: &mut (impl Read + Seek), limits: &Limits) -> Result<()> {
    let io = |error: std::io::Error| Error::from_io(&error, "reading an archive");
    reader.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut carried = 0;
    let mut count = 0;
    loop {
        let read = reader.read(&mut buffer[carried..]).map_err(io)?;
        let filled = carried + read;
        count += buffer[..filled].windows(4).filter(|window| **window == DIRECTORY_RECORD).count();
        if count > limits.max_entries {
            return Err(hostile("more entries than the limit"));
        }
        if read == 0 {
            break;
        }
        carried = filled.min(3);
        buffer.copy_within(filled - carried..filled, 0);
    }
    reader.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok(())
}

fn is_inside(name: &str) -> bool {
    let has_drive = name.as_bytes().get(1) == Some(&b':');
    let is_plain = !name.is_empty() && !name.starts_with('/') && !name.contains('\0') && name.len() <= 1024;
    is_plain && !has_drive && !name.split('/').any(|part| part == "..")
}

fn hostile(detail: &str) -> Error {
    Error::new(ErrorKind::HostileArchive, detail)
}

fn from_zip(error: ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Error::new(ErrorKind::Encrypted, "zip entry")
        }
        ZipError::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Error::from_io(&error, "reading an archive")
        }
        other => Error::new(ErrorKind::Damaged, format!("zip: {other}")),
    }
}
