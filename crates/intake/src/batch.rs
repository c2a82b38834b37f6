//! What comes in and who takes it: lines of one origin in one buffer, and the sink that makes them durable. Nothing
//! here knows what a line means.

use futures_util::future::BoxFuture;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Microseconds since 1970, as the house's clock tells them.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Where lines came from, as the network or the disk tells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    Udp(IpAddr),
    Tcp(IpAddr),
    /// The address and the name in the client's certificate, if it showed one that we asked for.
    Tls(IpAddr, Option<String>),
    /// Whoever the route says it is.
    Http(String),
    File(PathBuf),
    /// The name that the archive was given.
    Import(String),
}

/// The kinds of [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Udp,
    Tcp,
    Tls,
    Http,
    File,
    Import,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Udp, Self::Tcp, Self::Tls, Self::Http, Self::File, Self::Import];
}

impl Origin {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Udp(_) => Kind::Udp,
            Self::Tcp(_) => Kind::Tcp,
            Self::Tls(..) => Kind::Tls,
            Self::Http(_) => Kind::Http,
            Self::File(_) => Kind::File,
            Self::Import(_) => Kind::Import,
        }
    }

    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Udp(address) | Self::Tcp(address) | Self::Tls(address, _) => Some(*address),
            Self::Http(_) | Self::File(_) | Self::Import(_) => None,
        }
    }
}

/// What happened to a line on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It is as its sender wrote it, without the count or the line feed of the stream.
    Whole,
    /// Two datagrams of a MikroTik put together; the first had so many bytes.
    Joined { first_bytes: u32 },
    /// One of the pieces of a message that is longer than [`lines::LONGEST_LINE`]; they are counted from nought.
    Piece { number: u32, is_last: bool },
    /// The datagram was longer than [`crate::Limits::datagram_bytes`]; the rest of it is gone.
    Truncated,
    /// The stream ended, or we were stopped, before the line did.
    Unended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'b> {
    pub bytes: &'b [u8],
    pub shape: Shape,
}

/// Which part of a file a batch is. A sink that remembers it with the lines can pass over what it has
/// ([`Batch::lines_behind`]), so that not even the one batch repeats that was kept when the power went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Digest of the first bytes of the file, which no rotation changes.
    pub file: [u8; 16],
    pub from: u64,
    pub to: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    end: u32,
    shape: Shape,
}

/// One delivery: lines of one origin that came together, in their order. Holds at most [`crate::BATCH_BYTES`] and what
/// was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub origin: Arc<Origin>,
    /// When the first of it was read.
    pub received_at_us: i64,
    /// Of files and archives.
    pub place: Option<Place>,
    bytes: Vec<u8>,
    marks: Vec<Mark>,
    /// Of files: where in the file each line is over.
    offsets: Vec<u64>,
}

/// What a line costs beside its bytes.
pub(crate) const MARK_BYTES: usize = size_of::<Mark>();

impl Batch {
    pub fn new(origin: Arc<Origin>, received_at_us: i64) -> Self {
        Self {
            origin,
            received_at_us,
            place: None,
            bytes: Vec::new(),
            marks: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// How many lines.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Bytes of all lines together.
    pub fn byte_count(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes with what the lines cost beside them: a megabyte of empty lines is more than a megabyte.
    pub fn cost(&self) -> usize {
        self.bytes.len() + self.marks.len() * MARK_BYTES + self.offsets.len() * size_of::<u64>()
    }

    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut from = 0;
        self.marks.iter().map(move |mark| {
            let to = mark.end as usize;
            let line = Line { bytes: &self.bytes[from..to], shape: mark.shape };
            from = to;
            line
        })
    }

    /// Where in the file a line is over, by its place here; nothing of what is of no file.
    pub fn offset(&self, number: usize) -> Option<u64> {
        self.offsets.get(number).copied()
    }

    /// The lines that end behind an offset of the file: what is new to a sink that remembers the place of what it has.
    /// Lines that are of no file are all new.
    pub fn lines_behind(&self, offset: u64) -> impl Iterator<Item = Line<'_>> {
        self.lines().skip(self.offsets.partition_point(|it| *it <= offset))
    }

    /// Adds a line, of a file with where it ends there. Whoever makes batches of their own keeps their cost within
    /// [`crate::BATCH_BYTES`].
    pub fn push(&mut self, line: &[u8], shape: Shape, to: Option<u64>) {
        self.bytes.extend_from_slice(line);
        let end = u32::try_from(self.bytes.len()).expect("a batch is far below four gigabytes");
        self.marks.push(Mark { end, shape });
        self.offsets.extend(to);
    }
}

/// Who takes batches. Resolves when they are durable: what came with an acknowledgement of its own (a request over
/// HTTP) may be acknowledged then, and a connection is read on then. Batches of one origin come one after the other,
/// of several at the same time: one sync should serve them all.
pub trait Sink: Send + Sync {
    /// # Errors
    /// The batch was not kept, not even a part of it.
    fn take(&self, batch: Arc<Batch>) -> BoxFuture<'_, Result<(), NotKept>>;
}

/// Why a batch was not kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotKept {
    /// A full disk, a database that is away: it is offered again, and nothing more is read meanwhile.
    #[error("not now: {0}")]
    Later(String),
    /// Nobody wants lines of this origin. They are counted, and a connection is closed.
    #[error("not wanted: {0}")]
    Never(String),
}
