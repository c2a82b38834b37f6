//! How much of a package from a stranger is believed.

/// Limits that a package is held against while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files in the archive.
    pub max_entries: usize,
    /// Unpacked size of one XML part or signature, which are kept in memory.
    pub max_small_bytes: u64,
    /// Unpacked size of everything together.
    pub max_unpacked_bytes: u64,
    /// Unpacked bytes for each packed one, past the first 64 MB of a part.
    pub max_ratio: u64,
}

impl Default for Limits {
    /// What a municipality meets: a thousand annexes, 16 MB of XML, 16 GB of files.
    fn default() -> Self {
        Self {
            max_entries: 4_096,
            max_small_bytes: 16 * 1024 * 1024,
            max_unpacked_bytes: 16 * 1024 * 1024 * 1024,
            max_ratio: 200,
        }
    }
}
