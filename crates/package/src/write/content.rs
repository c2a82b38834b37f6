//! Files that go into a package: bytes or streams that are read twice, once for digests and once for writing.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// What a content is read from.
trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// A file that goes into a package; never held in memory unless it was given as bytes.
pub struct Content {
    source: Box<dyn Source>,
}

impl Content {
    /// Bytes at hand.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::from_reader(Cursor::new(bytes))
    }

    /// Anything that can be read from its beginning again.
    pub fn from_reader(reader: impl Read + Seek + Send + 'static) -> Self {
        Self { source: Box::new(reader) }
    }

    /// A file. Errors: those of opening it.
    pub fn from_path(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self::from_reader)
    }

    pub(super) fn rewound(&mut self) -> io::Result<&mut dyn Read> {
        self.source.seek(SeekFrom::Start(0))?;
        Ok(&mut self.source)
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content")
    }
}
