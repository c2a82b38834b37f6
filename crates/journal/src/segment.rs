//! A segment: one day of one log as a Parquet file. `write.rs` makes it of a table, `column.rs` its column chunks,
//! `read.rs` finds rows in it, `fetch.rs` fetches and
//! unpacks what it reads, `scan.rs` goes through many rows.

mod column;
mod fetch;
mod pages;
mod read;
mod scan;
mod write;

pub use read::Segment;
pub use scan::Hits;
pub use write::make;

/// Rows of one data page. A row found costs one page of each column that is asked for.
pub const PAGE_ROWS: usize = 16_384;
