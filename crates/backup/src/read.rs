//! Reading an archive: its entries in order, and the check of the whole before anything is touched.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use kernel::secret::Key;
use sha2::{Digest, Sha256};

use crate::error::{Error, Outcome};
use crate::manifest::{
    FORMAT, FileSum, HEAD, Head, MANIFEST, MARK, Manifest, TableHead, TableSum, key_check, manifest_mark,
    rows_name,
};
use crate::rows::read_line;

/// Head, manifest and mark are never longer.
const MOST_TEXT: u64 = 64 * 1024 * 1024;
/// Unpacked lines of one entry; a backup makes entries of a few megabytes, or of one long row.
const MOST_LINES: u64 = 256 * 1024 * 1024;

/// An archive that is whole, with what it says of itself.
#[derive(Debug)]
pub struct Checked {
    pub head: Head,
    pub manifest: Manifest,
    /// The installation's key fits; without it only damage can be seen, not a careful change.
    pub is_marked_by_key: bool,
}

/// What an entry is, by its name.
pub(crate) enum Entry {
    Head,
    Rows { table: String, chunk: u32 },
    File(files::Digest),
    Manifest,
    Mark,
}

pub(crate) fn entry_of(name: &str) -> Option<Entry> {
    match name {
        HEAD => return Some(Entry::Head),
        MANIFEST => return Some(Entry::Manifest),
        MARK => return Some(Entry::Mark),
        _ => {}
    }
    if let Some(path) = name.strip_prefix("files/") {
        return files::Digest::from_fan_out(path).map(Entry::File);
    }
    let (table, chunk) = name.strip_prefix("tables/")?.split_once('/')?;
    let chunk: u32 = chunk.strip_suffix(".jsonl.gz")?.parse().ok()?;
    (rows_name(table, chunk) == name).then(|| Entry::Rows { table: table.into(), chunk })
}

pub(crate) fn open(path: &Path) -> Outcome<tar::Archive<BufReader<File>>> {
    let file = File::open(path).map_err(Error::io(path))?;
    Ok(tar::Archive::new(BufReader::with_capacity(256 * 1024, file)))
}

/// The next entry with its name and size.
pub(crate) fn next<'a, R: Read>(
    entries: &mut tar::Entries<'a, R>,
    path: &Path,
    is_first: bool,
) -> Outcome<Option<(String, u64, tar::Entry<'a, R>)>> {
    let Some(entry) = entries.next() else { return Ok(None) };
    // The first block tells whether this is an archive at all; later ones whether it is whole.
    let entry = entry.map_err(|error| match is_first {
        true => Error::NotABackup(path.into()),
        false => Error::CutOff(error.to_string()),
    })?;
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let size = entry.size();
    Ok(Some((name, size, entry)))
}

/// All of a short entry.
pub(crate) fn text(entry: &mut impl Read, name: &str) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = entry.take(MOST_TEXT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::CutOff(format!("{name}: {error}")))?;
    if bytes.len() as u64 > MOST_TEXT {
        return Err(Error::Changed(format!("{name} is too long")));
    }
    Ok(bytes)
}

/// SHA-256 of an entry of any length.
fn digest_of(entry: &mut impl Read, name: &str, size: u64) -> Outcome<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut seen = 0;
    loop {
        let read = entry.read(&mut buffer).map_err(|error| Error::CutOff(format!("{name}: {error}")))?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        seen += read as u64;
    }
    if seen == size { Ok(hash.finalize().into()) } else { Err(Error::CutOff(name.into())) }
}

/// The unpacked lines of an entry of rows.
pub(crate) fn lines(entry: &mut impl Read, name: &str, size: u64) -> Outcome<String> {
    let mut packed = Vec::new();
    entry
        .take(MOST_LINES)
        .read_to_end(&mut packed)
        .map_err(|error| Error::CutOff(format!("{name}: {error}")))?;
    if packed.len() as u64 != size {
        return Err(Error::CutOff(name.into()));
    }
    let mut lines = String::new();
    let unpacked = GzDecoder::new(packed.as_slice()).take(MOST_LINES + 1).read_to_string(&mut lines);
    unpacked.map_err(|error| Error::Changed(format!("{name}: {error}")))?;
    if lines.len() as u64 > MOST_LINES || !lines.ends_with('\n') {
        return Err(Error::Changed(name.into()));
    }
    Ok(lines)
}

/// Head of an archive whose bytes are these; refuses one that this version cannot read.
pub(crate) fn head(bytes: &[u8], path: &Path) -> Outcome<Head> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(bytes).map_err(|_| Error::NotABackup(path.into()))?;
    if format > FORMAT {
        return Err(Error::NewerFormat { found: format, known: FORMAT });
    }
    serde_json::from_slice(bytes).map_err(|error| Error::Changed(format!("{HEAD}: {error}")))
}

/// Reads the whole archive and touches nothing else. With `key` it also tells whether it is the key of the archive and
/// whether somebody without the key wrote any part of it.
pub fn check(path: &Path, key: Option<&Key>) -> Outcome<Checked> {
    let mut archive = open(path)?;
    let mut entries = archive.entries().map_err(Error::io(path))?;
    let Some((name, _, mut entry)) = next(&mut entries, path, true)? else {
        return Err(Error::NotABackup(path.into()));
    };
    if !matches!(entry_of(&name), Some(Entry::Head)) {
        return Err(Error::NotABackup(path.into()));
    }
    let head_bytes = text(&mut entry, &name)?;
    let head = head(&head_bytes, path)?;
    if key.is_some_and(|key| key_check(key) != head.key_check) {
        return Err(Error::OtherKey);
    }
    let mut reading = Reading::new(&head, &head_bytes);
    while let Some((name, size, mut entry)) = next(&mut entries, path, false)? {
        reading.take(&name, size, &mut entry)?;
    }
    let manifest = reading.finish(key)?;
    Ok(Checked { head, manifest, is_marked_by_key: key.is_some() })
}

/// What was seen so far, to be compared with the manifest.
struct Reading<'a> {
    head: &'a Head,
    head_sha256: String,
    tables: Vec<(TableSum, u32, Sha256)>,
    files: FileSum,
    file_names: Sha256,
    manifest: Option<Vec<u8>>,
    mark: Option<String>,
}

impl<'a> Reading<'a> {
    fn new(head: &'a Head, head_bytes: &[u8]) -> Self {
        let empty = |table: &TableHead| {
            (TableSum { name: table.name.clone(), ..TableSum::default() }, 0, Sha256::new())
        };
        Self {
            head,
            head_sha256: hex::encode(Sha256::digest(head_bytes)),
            tables: head.tables.iter().map(empty).collect(),
            files: FileSum::default(),
            file_names: Sha256::new(),
            manifest: None,
            mark: None,
        }
    }

    fn take(&mut self, name: &str, size: u64, entry: &mut impl Read) -> Outcome<()> {
        let stranger = || Error::Changed(format!("an entry that no backup has: {name}"));
        if self.mark.is_some() || (self.manifest.is_some() && name != MARK) {
            return Err(stranger());
        }
        match entry_of(name).ok_or_else(stranger)? {
            Entry::Head => return Err(stranger()),
            Entry::Rows { table, chunk } => {
                let at = self.tables.iter().position(|(sum, ..)| sum.name == table).ok_or_else(stranger)?;
                let (sum, chunks, hash) = &mut self.tables[at];
                if chunk != *chunks + 1 {
                    return Err(Error::Changed(format!("{name} is out of order")));
                }
                let lines = lines(entry, name, size)?;
                for line in lines.lines() {
                    read_line(line, &self.head.tables[at])
                        .ok_or_else(|| Error::Changed(format!("{name}: a row that does not fit")))?;
                    sum.rows += 1;
                }
                *chunks = chunk;
                hash.update(&lines);
            }
            Entry::File(digest) => {
                if digest_of(entry, name, size)? != *digest.as_bytes() {
                    self.files.damaged.push(digest.to_hex());
                }
                self.file_names.update(format!("{digest}\n"));
                self.files.count += 1;
                self.files.bytes += size;
            }
            Entry::Manifest => self.manifest = Some(text(entry, name)?),
            Entry::Mark => self.mark = Some(String::from_utf8_lossy(&text(entry, name)?).into_owned()),
        }
        Ok(())
    }

    fn finish(mut self, key: Option<&Key>) -> Outcome<Manifest> {
        let (Some(bytes), Some(mark)) = (self.manifest, self.mark) else {
            return Err(Error::CutOff("it ends before its manifest".into()));
        };
        if key.is_some_and(|key| manifest_mark(key, &bytes) != mark) {
            return Err(Error::Changed(format!("{MANIFEST} was not written by this installation")));
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| Error::Changed(format!("{MANIFEST}: {error}")))?;
        if manifest.head_sha256 != self.head_sha256 {
            return Err(Error::Changed(HEAD.into()));
        }
        for ((mut sum, _, hash), told) in self.tables.into_iter().zip(&manifest.tables) {
            sum.sha256 = hex::encode(hash.finalize());
            if sum != *told {
                return Err(Error::Changed(format!("rows of table {}", sum.name)));
            }
        }
        self.files.sha256 = hex::encode(self.file_names.finalize());
        self.files.missing.clone_from(&manifest.files.missing);
        if let Some(name) = self.files.damaged.iter().find(|name| !manifest.files.damaged.contains(name)) {
            return Err(Error::Changed(format!("stored file {name}")));
        }
        if self.files != manifest.files || manifest.tables.len() != self.head.tables.len() {
            return Err(Error::Changed("files or tables are missing or too many".into()));
        }
        Ok(manifest)
    }
}
