//! Parts of the index of values: which segments have a value in a column that rows are looked for by. A part covers some
//! segments, lies on this node's disk only, never changes, and can be made again from the segments; nothing is proved
//! by it. The format stands in `docs/formats/journal.md`.

use crate::bits::{Input, put_varint};
use crate::error::{Error, Result};
use crate::log::publish;
use crate::names::SegmentName;
use blake2b_simd::Params;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"BJINDEX1";
/// Marks of one drawer, on the average.
const DRAWER: usize = 64;
/// A header that is believed.
const MOST_HEADER_BYTES: usize = 64 << 20;
/// Parts of the values that are merged at a time, to bound the memory.
const SLICES: u32 = 64;

/// The mark of a value: 32 bits of BLAKE2b. Two values may have the same, which costs a look into a segment.
pub fn mark(value: &[u8]) -> u32 {
    let hash = Params::new().hash_length(4).hash(value);
    u32::from_be_bytes(hash.as_bytes().try_into().unwrap_or_default())
}

/// What is known of a segment without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: SegmentName,
    pub size: u64,
    /// First and last instant.
    pub at: (i64, i64),
}

/// Marks and the segments (by place in the part) that have them, by name of the column.
pub type Marks = BTreeMap<String, Vec<(u32, u32)>>;

#[derive(Debug)]
struct Column {
    /// Drawers are told apart by so many bits.
    bits: u32,
    /// Marks of all drawers.
    count: usize,
    /// Where the directory of the drawers begins.
    directory: u64,
}

/// A part that was opened.
#[derive(Debug)]
pub struct Part {
    pub path: PathBuf,
    pub segments: Vec<Listed>,
    file: File,
    /// Where the drawers begin.
    body: u64,
    columns: BTreeMap<String, Column>,
}

/// A part being written.
struct Writer {
    body: Vec<u8>,
    columns: Vec<(String, Column)>,
}

impl Writer {
    /// Writes a column of so many marks; `slice` gives those of a span of marks, sorted.
    fn column(
        &mut self,
        name: &str,
        count: usize,
        mut slice: impl FnMut(u32) -> Result<Vec<(u32, u32)>>,
    ) -> Result<()> {
        let bits = (count / DRAWER).next_power_of_two().ilog2().clamp(SLICES.ilog2(), 24);
        let mut written = 0;
        let (first, mut ends) = (self.body.len() as u64, Vec::with_capacity(1 << bits));
        for number in 0..SLICES {
            let marks = slice(number)?;
            written += marks.len();
            let drawers = 1_u32 << (bits - SLICES.ilog2());
            let mut rest = marks.as_slice();
            for drawer in number * drawers..(number + 1) * drawers {
                let of = |it: &&(u32, u32)| it.0 >> (32 - bits) == drawer;
                let (here, others) = rest.split_at(rest.iter().take_while(of).count());
                let start = self.body.len();
                put_drawer(here, &mut self.body);
                if !here.is_empty() {
                    let sum = crc32fast::hash(&self.body[start..]);
                    self.body.extend_from_slice(&sum.to_le_bytes());
                }
                ends.push(self.body.len() as u64);
                rest = others;
            }
        }
        let directory = self.body.len() as u64;
        self.body.extend_from_slice(&first.to_le_bytes());
        ends.iter().for_each(|end: &u64| self.body.extend_from_slice(&end.to_le_bytes()));
        self.columns.push((name.to_owned(), Column { bits, count: written, directory }));
        Ok(())
    }

    fn finish(self, path: &Path, segments: &[Listed]) -> Result<()> {
        let mut header = String::new();
        for it in segments {
            header += &format!("segment {} {} {} {}\n", it.name.path(), it.size, it.at.0, it.at.1);
        }
        for (name, column) in &self.columns {
            header += &format!("column {name} {} {} {}\n", column.bits, column.count, column.directory);
        }
        let mut bytes = Vec::with_capacity(self.body.len() + header.len() + 16);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(header.as_bytes()).to_le_bytes());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(&self.body);
        publish(path, &bytes)
    }
}

fn put_drawer(marks: &[(u32, u32)], out: &mut Vec<u8>) {
    let mut last = 0;
    for one in marks.chunk_by(|one, other| one.0 == other.0) {
        put_varint(out, u64::from(one[0].0 - last));
        last = one[0].0;
        put_varint(out, one.len() as u64);
        let mut before = 0;
        for (_, segment) in one {
            put_varint(out, u64::from(segment - before));
            before = *segment;
        }
    }
}

/// The marks of a drawer with their segments; `None` when the bytes are not that.
fn drawer(bytes: &[u8]) -> Option<Vec<(u32, u32)>> {
    let mut marks = Vec::new();
    if bytes.is_empty() {
        return Some(marks);
    }
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
    if crc32fast::hash(body).to_le_bytes() != *sum {
        return None;
    }
    let (mut input, mut mark) = (Input(body), 0_u32);
    while !input.0.is_empty() {
        mark = mark.checked_add(u32::try_from(input.varint()?).ok()?)?;
        let (count, mut segment) = (input.varint()?, 0_u32);
        for _ in 0..count {
            segment = segment.checked_add(u32::try_from(input.varint()?).ok()?)?;
            marks.push((mark, segment));
        }
    }
    Some(marks)
}

/// Writes a part of these segments. Marks are sorted here.
pub fn write(path: &Path, segments: &[Listed], mut marks: Marks) -> Result<()> {
    let mut writer = Writer { body: Vec::new(), columns: Vec::new() };
    for (name, marks) in &mut marks {
        marks.sort_unstable();
        marks.dedup();
        let of = |number: u32| {
            let from = marks.partition_point(|(mark, _)| mark / (u32::MAX / SLICES + 1) < number);
            let to = marks.partition_point(|(mark, _)| mark / (u32::MAX / SLICES + 1) <= number);
            Ok(marks[from..to].to_vec())
        };
        writer.column(name, marks.len(), of)?;
    }
    writer.finish(path, segments)
}

impl Part {
    /// Opens a part. Errors: it is damaged.
    pub fn open(path: &Path) -> Result<Self> {
        let damaged = || Error::damaged(path.display().to_string(), "it is no part of an index");
        let failed = Error::disk("reading the index of values");
        let file = File::open(path).map_err(&failed)?;
        let mut head = [0; 16];
        file.read_exact_at(&mut head, 0).map_err(|_| damaged())?;
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let length = word(8) as usize;
        if head[..8] != *MAGIC || length > MOST_HEADER_BYTES {
            return Err(damaged());
        }
        let mut header = vec![0; length];
        file.read_exact_at(&mut header, 16).map_err(|_| damaged())?;
        if crc32fast::hash(&header) != word(12) {
            return Err(damaged());
        }
        let header = String::from_utf8(header).map_err(|_| damaged())?;
        let body = 16 + length as u64;
        let (segments, columns) = (Vec::new(), BTreeMap::new());
        let mut part = Self { path: path.to_owned(), segments, file, body, columns };
        for line in header.lines() {
            part.line(line).ok_or_else(damaged)?;
        }
        Ok(part)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["segment", path, size, first, last] => self.segments.push(Listed {
                name: SegmentName::parse(path)?,
                size: size.parse().ok()?,
                at: (first.parse().ok()?, last.parse().ok()?),
            }),
            ["column", name, bits, count, directory] => {
                let bits: u32 = bits.parse().ok().filter(|bits| (SLICES.ilog2()..=24).contains(bits))?;
                let directory = directory.parse::<u64>().ok()?.checked_add(self.body)?;
                let count = count.parse().ok()?;
                self.columns.insert((*name).to_owned(), Column { bits, count, directory });
            }
            _ => return None,
        }
        Some(())
    }

    fn read(&self, from: u64, length: u64) -> Result<Vec<u8>> {
        let damaged = || Error::damaged(self.path.display().to_string(), "a drawer is not there");
        let mut bytes = vec![0; usize::try_from(length).ok().filter(|it| *it < 1 << 30).ok_or_else(damaged)?];
        self.file.read_exact_at(&mut bytes, from).map_err(|_| damaged())?;
        Ok(bytes)
    }

    /// The drawers from the first to before the second.
    fn drawers(&self, column: &Column, (from, to): (u64, u64)) -> Result<Vec<(u32, u32)>> {
        let damaged = || Error::damaged(self.path.display().to_string(), "a drawer is damaged");
        let ends = self.read(column.directory + from * 8, (to - from + 1) * 8)?;
        let ends: Vec<u64> =
            ends.chunks_exact(8).map(|it| it.try_into().map_or(0, u64::from_le_bytes)).collect();
        let (first, last) = (ends[0], ends[ends.len() - 1]);
        let bytes = self.read(self.body + first, last.checked_sub(first).ok_or_else(damaged)?)?;
        let mut marks = Vec::new();
        for pair in ends.windows(2) {
            let span = (pair[0] - first) as usize..pair[1].saturating_sub(first) as usize;
            marks.extend(bytes.get(span).and_then(drawer).ok_or_else(damaged)?);
        }
        Ok(marks)
    }

    /// The places of segments that may have one of these values; `None` when the column is not in the index.
    pub fn find(&self, column: &str, marks: &[u32]) -> Result<Option<BTreeSet<u32>>> {
        let Some(column) = self.columns.get(column) else { return Ok(None) };
        let mut found = BTreeSet::new();
        for mark in marks {
            let number = u64::from(mark >> (32 - column.bits));
            let marks = self.drawers(column, (number, number + 1))?;
            found.extend(marks.iter().filter(|it| it.0 == *mark).map(|it| it.1));
        }
        Ok(Some(found))
    }

    /// Writes one part of several, without the segments that are not kept.
    pub fn merge(path: &Path, parts: &[&Self], is_kept: impl Fn(&SegmentName) -> bool) -> Result<()> {
        let (mut segments, mut places) = (Vec::new(), Vec::new());
        for part in parts {
            let place = |it: &Listed| {
                is_kept(&it.name).then(|| {
                    segments.push(it.clone());
                    segments.len() as u32 - 1
                })
            };
            places.push(part.segments.iter().map(place).collect::<Vec<Option<u32>>>());
        }
        let mut writer = Writer { body: Vec::new(), columns: Vec::new() };
        let shared = parts.first().map(|part| part.columns.keys().cloned().collect::<Vec<_>>());
        let shared = shared.unwrap_or_default().into_iter();
        for name in shared.filter(|name| parts.iter().all(|part| part.columns.contains_key(name))) {
            let count = parts.iter().map(|part| part.columns[&name].count).sum();
            writer.column(&name, count, |slice| {
                let mut marks = Vec::new();
                for (part, places) in parts.iter().zip(&places) {
                    let column = &part.columns[&name];
                    let each = 1_u64 << (column.bits - SLICES.ilog2());
                    let span = (u64::from(slice) * each, (u64::from(slice) + 1) * each);
                    let here = part.drawers(column, span)?.into_iter();
                    marks.extend(here.filter_map(|(mark, at)| Some((mark, (*places.get(at as usize)?)?))));
                }
                marks.sort_unstable();
                Ok(marks)
            })?;
        }
        writer.finish(path, &segments)
    }
}
