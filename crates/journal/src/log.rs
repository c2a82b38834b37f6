//! The write-ahead log: what came in, as it came, on this node's disk until a segment holds it.
//!
//! A record is `length ‖ checksum ‖ received at ‖ payload`: two 4-byte and one 8-byte little-endian integers; the
//! checksum is CRC-32 over the rest of the record, the length counts the payload only. A log ends at the first record
//! that is not whole.

use crate::error::{Error, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HEAD_BYTES: usize = 16;
/// Bytes of one record at most.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// A log that is being written.
#[derive(Debug)]
pub struct Log {
    pub number: u64,
    pub path: PathBuf,
    pub file: Arc<File>,
    /// Bytes of whole records.
    pub len: u64,
    /// Half a record stands at its end and could not be cut: nothing may follow.
    pub is_broken: bool,
    buffer: Vec<u8>,
}

impl Log {
    /// Begins a new log; its name is durable when this returns.
    pub fn create(folder: &Path, number: u64) -> Result<Self> {
        let path = folder.join(format!("{number:010}.log"));
        let file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .open(&path)
            .map_err(Error::disk("beginning a log"))?;
        sync_folder(folder)?;
        Ok(Self { number, path, file: Arc::new(file), len: 0, is_broken: false, buffer: Vec::new() })
    }

    /// Appends records, all or none. They are durable after the file's next sync.
    pub fn append<'a>(&mut self, records: impl Iterator<Item = (i64, &'a [u8])>) -> Result<()> {
        self.buffer.clear();
        for (received_at_us, payload) in records {
            let start = self.buffer.len();
            self.buffer.extend_from_slice(&(payload.len() as u32).to_le_bytes());
            self.buffer.extend_from_slice(&[0; 4]);
            self.buffer.extend_from_slice(&received_at_us.to_le_bytes());
            self.buffer.extend_from_slice(payload);
            let sum = crc32fast::hash(&self.buffer[start + 8..]);
            self.buffer[start + 4..start + 8].copy_from_slice(&sum.to_le_bytes());
        }
        if let Err(source) = (&*self.file).write_all(&self.buffer) {
            // What was half written must not stand before a later record.
            let cut = self.file.set_len(self.len);
            self.is_broken = cut.and_then(|()| (&*self.file).seek(SeekFrom::Start(self.len))).is_err();
            return Err(Error::Disk { doing: "writing the log", source });
        }
        self.len += self.buffer.len() as u64;
        Ok(())
    }
}

/// Numbers and paths of the logs of a folder, in order.
pub fn logs(folder: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let failed = Error::disk("listing the logs");
    let mut found = Vec::new();
    for file in fs::read_dir(folder).map_err(&failed)? {
        let path = file.map_err(&failed)?.path();
        let is_log = path.extension().is_some_and(|extension| extension == "log");
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        found.extend(number.filter(|_| is_log).map(|number| (number, path)));
    }
    found.sort();
    Ok(found)
}

/// Reads the whole records of a log, some at a time, and gives how many bytes behind them are none.
pub fn replay(path: &Path, mut take: impl FnMut(&[(i64, Vec<u8>)])) -> Result<u64> {
    let failed = Error::disk("reading a log");
    let file = File::open(path).map_err(&failed)?;
    let size = file.metadata().map_err(&failed)?.len();
    let (mut input, mut whole, mut records) = (BufReader::with_capacity(1 << 20, file), 0, Vec::new());
    while let Some((record, bytes)) = next(&mut input).map_err(&failed)? {
        whole += bytes;
        records.push(record);
        if records.len() == 1_024 {
            take(&records);
            records.clear();
        }
    }
    take(&records);
    Ok(size - whole)
}

type Record = (i64, Vec<u8>);

fn next(input: &mut impl Read) -> std::io::Result<Option<(Record, u64)>> {
    let mut head = [0; HEAD_BYTES];
    if !fill(input, &mut head)? {
        return Ok(None);
    }
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let length = word(0) as usize;
    if length > MAX_RECORD_BYTES {
        return Ok(None);
    }
    let mut payload = vec![0; length];
    if !fill(input, &mut payload)? {
        return Ok(None);
    }
    let mut sum = crc32fast::Hasher::new();
    sum.update(&head[8..]);
    sum.update(&payload);
    let received = u64::from(word(8)) | u64::from(word(12)) << 32;
    let record = ((received.cast_signed(), payload), (HEAD_BYTES + length) as u64);
    Ok((sum.finalize() == word(4)).then_some(record))
}

/// Whether the input had as much.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<bool> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes names in a folder durable.
pub fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::disk("making a name durable"))
}

/// Writes a file so that its name never shows half of it and both survive a power cut.
pub fn publish(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = Error::disk("writing a file");
    let folder = path.parent().ok_or_else(|| Error::Refused("a file without a folder".to_owned()))?;
    if !folder.is_dir() {
        fs::create_dir_all(folder).map_err(&failed)?;
        // A few folders deep at most; each may be new.
        folder.ancestors().skip(1).take(3).try_for_each(sync_folder)?;
    }
    let beside = path.with_extension("new");
    let mut file = File::create(&beside).map_err(&failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(&failed)?;
    fs::rename(&beside, path).map_err(&failed)?;
    sync_folder(folder)
}
