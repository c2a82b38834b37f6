//! A journal: an append-only columnar store of streams (access logs, device metrics, positions of vehicles), in open
//! formats. What came in is durable in a log on this node's disk, then becomes segments: Parquet files, one folder a
//! day, on a local folder or an S3 bucket, bound into a signed chain. No HTTP, no SQL database.
//!
//! The schema is its user's: [`Schema`] says which columns there are, an [`Encoder`] makes a [`Row`] of each record
//! and gives the bytes that are sealed for it. The files and the steps to check them are described for outsiders in
//! `docs/formats/journal.md`.

mod bits;
mod catalogue;
mod chain;
mod count;
mod error;
mod index;
mod journal;
mod log;
mod names;
mod query;
mod retention;
mod schema;
mod segment;
mod side;
mod stamps;
mod stream;
mod table;
mod tree;
mod verify;

#[cfg(test)]
mod tests;

pub use chain::{Entry, Event, Heads, PublicKey, Sealed, SigningKey};
pub use count::{Counted, Covered, Top, Value};
pub use error::{Error, Result};
pub use journal::{Incoming, Journal, Limits, Options, Receipt, Status};
pub use query::{
    Clause, Condition, Filter, Found, InstantTest, Narrow, Order, Query, Telling, Test, Testing, Told,
};
pub use retention::{Deleted, Hold};
pub use schema::{AT, Cell, Column, ColumnId, Encoder, Kind, RECEIVED_AT, Row, RowPlace, Schema};
pub use stamps::{Judge, Stamp, Unstamped, Vouched};
pub use tree::{BLOCK_ROWS, Digest, Proof, leaf_digest};
pub use verify::{Anchor, Finding, Proved, Report, Warning, What};
