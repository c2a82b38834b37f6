//! What a file is called after it was rotated: its neighbours whose names begin with its name, packed or not.

use super::HEAD_BYTES;
use super::followed::{Followed, Source};
use super::state::{Identity, Known, State};
use crate::archive::{Archive, ArchiveLimits};
use crate::batch::Origin;
use crate::counters::Counts;
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Neighbours that are looked at.
const MOST_NEIGHBOURS: usize = 1024;

/// The packed rest of a file.
pub(super) struct Packed(Archive);

impl Packed {
    pub fn read(&mut self, chunk: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(chunk).map_err(std::io::Error::other)
    }
}

/// A file with lines that were not read under its own name.
pub(super) struct Missed {
    known: Known,
    source: Source,
}

impl Missed {
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Its lines come from the file that it was.
    pub fn follow(self, path: &Path, origin: Origin, counts: Arc<Counts>) -> Followed {
        Followed::new(path, self.source, self.known, origin, counts)
    }
}

/// The first bytes of a file; fewer while it is short.
pub(super) fn head_of(file: &File) -> Vec<u8> {
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    while filled < head.len() {
        match file.read_at(&mut head[filled..], filled as u64) {
            Ok(0) | Err(_) => break,
            Ok(count) => filled += count,
        }
    }
    head.truncate(filled);
    head
}

pub(super) fn in_folder(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().filter_map(|it| Some(it.ok()?.path()))
}

/// Whether the name fits a pattern in which `*` stands for any bytes.
pub(super) fn is_like(path: &Path, pattern: &str) -> bool {
    let Some(name) = path.file_name() else { return false };
    let mut rest = name.as_encoded_bytes();
    let mut parts = pattern.as_bytes().split(|it| *it == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(behind) = rest.strip_prefix(first) else { return false };
    rest = behind;
    let Some(mut part) = parts.next() else { return rest.is_empty() };
    for next in parts {
        let Some(at) = memchr::memmem::find(rest, part) else { return false };
        rest = &rest[at + part.len()..];
        part = next;
    }
    rest.ends_with(part)
}

/// Packed files do not grow: they are imported, not followed.
pub(super) fn is_packed(path: &Path) -> bool {
    let extension = path.extension().and_then(std::ffi::OsStr::to_str);
    extension.is_some_and(|it| ["gz", "zst", "xz", "bz2"].contains(&it))
}

/// What was found of files that were rotated away.
pub(super) struct Found {
    /// The oldest first; those that are read anyway are left out.
    pub files: Vec<Missed>,
    /// The file that we knew is there and can be read on, and so can all that were full after it.
    pub is_whole: bool,
}

/// The rest of the file that we knew, and those that were full after it.
pub(super) fn missed(
    path: &Path,
    earlier: &Known,
    state: &State,
    is_taken: &dyn Fn(&Identity) -> bool,
) -> Found {
    let neighbours = neighbours(path);
    let found = neighbours.iter().position(|(_, neighbour)| is_same(neighbour, earlier));
    let mut all = Found { files: Vec::new(), is_whole: found.is_some() };
    for (number, (identity, neighbour)) in neighbours[found.unwrap_or(neighbours.len())..].iter().enumerate()
    {
        let known = if number == 0 { Some(earlier) } else { None };
        if is_taken(identity) {
            continue;
        }
        match rest_of(path, neighbour, *identity, known, state) {
            Some(missed) => all.files.push(missed),
            None => all.is_whole = false,
        }
    }
    all
}

/// Neighbours by their age, the oldest first.
fn neighbours(path: &Path) -> Vec<(Identity, PathBuf)> {
    let Some(folder) = path.parent() else { return Vec::new() };
    let mut found: Vec<_> = in_folder(folder)
        .filter(|it| is_neighbour(path, it))
        .take(MOST_NEIGHBOURS)
        .filter_map(|it| {
            let metadata = std::fs::metadata(&it).ok().filter(std::fs::Metadata::is_file)?;
            let written_at = (metadata.mtime(), metadata.mtime_nsec(), rank(&it));
            Some((written_at, Identity::of(&metadata), it))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, identity, path)| (identity, path)).collect()
}

/// Of two files that were written at the same tick, `.2` is older than `.1`, and a later day is newer.
fn rank(path: &Path) -> i64 {
    let name = if is_packed(path) { path.file_stem() } else { path.file_name() };
    let name = name.map(std::ffi::OsStr::to_string_lossy).unwrap_or_default();
    let digits = name.rsplit(|it: char| !it.is_ascii_digit()).find(|it| !it.is_empty()).unwrap_or("0");
    let number: i64 = digits.parse().unwrap_or(0);
    if number < 1000 { -number } else { number }
}

/// Whether a name is what a file is called after its rotation: `access.log` becomes `access.log.1`,
/// `access.log-20261130.gz` or, by some, `access-20261130.log`; an `access-errors.log` beside it is another file.
pub(super) fn is_neighbour(path: &Path, other: &Path) -> bool {
    let (Some(name), Some(other)) = (path.file_name(), other.file_name()) else { return false };
    let (name, other) = (name.as_encoded_bytes(), other.as_encoded_bytes());
    let stem = path.file_stem().map_or(name, std::ffi::OsStr::as_encoded_bytes);
    let rest = other.strip_prefix(name).or_else(|| other.strip_prefix(stem));
    rest.is_some_and(|rest| {
        let is_numbered = rest.get(1).is_some_and(u8::is_ascii_digit);
        matches!(rest.first(), Some(b'.' | b'-' | b'_')) && (is_numbered || rest.starts_with(b".old"))
    })
}

fn is_same(neighbour: &Path, earlier: &Known) -> bool {
    let Ok(mut archive) = open(neighbour) else { return false };
    let mut head = vec![0; HEAD_BYTES];
    archive.fill(&mut head).is_ok_and(|count| earlier.fits(&head[..count]))
}

fn open(path: &Path) -> std::io::Result<Archive> {
    Archive::open(File::open(path)?, ArchiveLimits::default()).map_err(std::io::Error::other)
}

/// The file from where we were in it; all of it when we did not know it.
fn rest_of(
    path: &Path,
    neighbour: &Path,
    identity: Identity,
    earlier: Option<&Known>,
    state: &State,
) -> Option<Missed> {
    let mut archive = open(neighbour).ok()?;
    let mut head = vec![0; HEAD_BYTES];
    let head_bytes = archive.fill(&mut head).ok()?;
    head.truncate(head_bytes);
    let known = earlier
        .or_else(|| state.known_by_head(&head))
        .map_or_else(|| Known::new(path, identity, &head), |known| known.moved_to(identity));
    if !archive.is_packed() {
        return Some(Missed { known, source: Source::Plain(File::open(neighbour).ok()?) });
    }
    let mut archive = open(neighbour).ok()?;
    archive.skip(known.offset).ok()?.then_some(())?;
    Some(Missed { known, source: Source::Packed(Packed(archive)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_names_with_anything_for_its_star() {
        for (name, pattern, is_so) in [
            ("access.log", "*.log", true),
            ("access.log.1", "*.log", false),
            ("access.log.1", "access*", true),
            ("access.log", "access.log", true),
            ("access.log2", "access.log", false),
            ("a-b-c.log", "a*b*c.log", true),
            ("a-c-b.log", "a*b*c.log", false),
            ("ab", "a*b*b", false),
        ] {
            assert_eq!(is_like(Path::new(name), pattern), is_so, "{name} {pattern}");
        }
    }

    #[test]
    fn a_rotated_file_is_told_from_another_file_beside_it() {
        let path = Path::new("/var/log/access.log");
        for name in [
            "access.log.1",
            "access.log-20261130",
            "access.log.2.gz",
            "access-20261130.log",
            "access.log.old",
        ] {
            assert!(is_neighbour(path, Path::new(name)), "{name}");
        }
        for name in ["access.log", "access-errors.log", "accesses.log", "other.log.1", "access.log.lock"] {
            assert!(!is_neighbour(path, Path::new(name)), "{name}");
        }
    }
}
