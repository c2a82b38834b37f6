//! The limits that every byte from outside meets. Numbers only; who enforces one names it.

use std::time::Duration;

/// Limits on one file. The defaults suit an office document; a screen may tighten them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file itself.
    pub max_bytes: u64,
    /// Entries in an archive.
    pub max_entries: usize,
    /// Sum of what an archive's entries, or a document's streams, unpack to.
    pub max_unpacked_bytes: u64,
    /// Unpacked size over packed size of one entry, once it unpacks to more than 1 MiB.
    pub max_ratio: u64,
    /// Width times height of an image.
    pub max_pixels: u64,
    /// Characters of extracted text; what follows is cut and noted.
    pub max_text_chars: usize,
    /// Pages read of a document; what follows is left out and noted.
    pub max_pages: usize,
    /// Nesting of document structures: tables in tables, forms in forms.
    pub max_depth: usize,
    /// Wall time of one extraction.
    pub max_time: Duration,
}

impl Limits {
    /// Those of an office document.
    pub const DEFAULT: Self = Self {
        max_bytes: 50 * 1024 * 1024,
        max_entries: 10_000,
        max_unpacked_bytes: 512 * 1024 * 1024,
        max_ratio: 200,
        max_pixels: 100_000_000,
        max_text_chars: 5_000_000,
        max_pages: 2_000,
        max_depth: 32,
        max_time: Duration::from_secs(8),
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
