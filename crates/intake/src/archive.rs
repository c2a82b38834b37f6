//! Packed files read as a stream: gzip and Zstandard by their first bytes, everything else as it is. What comes out is
//! bounded, in all and against what went in: a small file that unpacks to a full disk is no log.

use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How much an archive may become.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveLimits {
    /// Bytes after unpacking.
    pub most_bytes: u64,
    /// Unpacked against packed. Logs that were packed well are at 20 to 1, a line that repeats itself without end is
    /// at 1000 to 1 with gzip and at far more with Zstandard.
    pub most_ratio: u64,
    /// Below this the ratio is not asked.
    pub free_bytes: u64,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self { most_bytes: 1 << 40, most_ratio: 500, free_bytes: 256 * 1024 * 1024 }
    }
}

/// Why nothing more came out.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveFault {
    #[error("it is damaged or ends too early: {0}")]
    Broken(std::io::Error),
    #[error("it unpacks to more than {0} bytes")]
    TooLarge(u64),
    #[error("it unpacks to more than {0} times its size")]
    Bomb(u64),
    #[error("{0} is not read here: unpack it first, or pack it with gzip or zstd")]
    Foreign(&'static str),
}

/// A window of 128 MB, what `zstd` without `--long=31` uses at most.
const WINDOW_LOG: u32 = 27;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTANDARD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const FOREIGN: [(&[u8], &str); 5] = [
    (&[0xfd, b'7', b'z', b'X', b'Z', 0], "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
];

/// Longest of the marks above.
const MARK_BYTES: u64 = 8;

pub(crate) struct Archive {
    unpacked: Box<dyn Read + Send>,
    /// Bytes of the packed file that were read.
    packed: Arc<AtomicU64>,
    out: u64,
    limits: ArchiveLimits,
    is_packed: bool,
}

impl Archive {
    pub fn open(reader: impl Read + Send + 'static, limits: ArchiveLimits) -> Result<Self, ArchiveFault> {
        let packed = Arc::new(AtomicU64::new(0));
        let mut counted = Counted { reader, count: packed.clone() };
        let mut mark = Vec::new();
        counted.by_ref().take(MARK_BYTES).read_to_end(&mut mark).map_err(ArchiveFault::Broken)?;
        if let Some((_, name)) = FOREIGN.iter().find(|(foreign, _)| mark.starts_with(foreign)) {
            return Err(ArchiveFault::Foreign(name));
        }
        let (is_gzip, is_zstandard) = (mark.starts_with(GZIP), mark.starts_with(ZSTANDARD));
        let whole = BufReader::with_capacity(64 * 1024, std::io::Cursor::new(mark).chain(counted));
        let unpacked: Box<dyn Read + Send> = if is_gzip {
            // Rotated files are often several archives one behind the other.
            Box::new(flate2::bufread::MultiGzDecoder::new(whole))
        } else if is_zstandard {
            let mut decoder =
                zstd::stream::read::Decoder::with_buffer(whole).map_err(ArchiveFault::Broken)?;
            decoder.window_log_max(WINDOW_LOG).map_err(ArchiveFault::Broken)?;
            Box::new(decoder)
        } else {
            Box::new(whole)
        };
        Ok(Self { unpacked, packed, out: 0, limits, is_packed: is_gzip || is_zstandard })
    }

    /// Some bytes; none when it is over.
    pub fn read(&mut self, into: &mut [u8]) -> Result<usize, ArchiveFault> {
        let count = loop {
            match self.unpacked.read(into) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ArchiveFault::Broken(error)),
                Ok(count) => break count,
            }
        };
        self.out += count as u64;
        let ArchiveLimits { most_bytes, most_ratio, free_bytes } = self.limits;
        if self.out > most_bytes {
            return Err(ArchiveFault::TooLarge(most_bytes));
        }
        let is_asked = self.is_packed && self.out > free_bytes;
        if is_asked && self.out / most_ratio > self.packed.load(Relaxed) {
            return Err(ArchiveFault::Bomb(most_ratio));
        }
        Ok(count)
    }

    /// Reads until `into` is full or the archive is over.
    pub fn fill(&mut self, into: &mut [u8]) -> Result<usize, ArchiveFault> {
        let mut filled = 0;
        while filled < into.len() {
            match self.read(&mut into[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(filled)
    }

    /// Passes over so many bytes. Answers whether there were as many.
    pub fn skip(&mut self, mut bytes: u64) -> Result<bool, ArchiveFault> {
        let mut gone = vec![0; 64 * 1024];
        while bytes > 0 {
            let most = usize::try_from(bytes).unwrap_or(usize::MAX).min(gone.len());
            match self.read(&mut gone[..most])? {
                0 => return Ok(false),
                count => bytes -= count as u64,
            }
        }
        Ok(true)
    }

    pub fn is_packed(&self) -> bool {
        self.is_packed
    }

    pub fn packed_bytes(&self) -> u64 {
        self.packed.load(Relaxed)
    }
}

struct Counted<R> {
    reader: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(into)?;
        self.count.fetch_add(count as u64, Relaxed);
        Ok(count)
    }
}
