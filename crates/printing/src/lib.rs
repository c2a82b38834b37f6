//! Papers and spreadsheets: PDF/A, QR codes, CSV and XLSX. No database, no HTTP, no clock: callers hand
//! over data and instants and get bytes. The typesetter is the feature `pdf`, because it is by far the
//! heaviest guest of the house and whoever only needs spreadsheets should not wait for it.

mod document;
#[cfg(feature = "pdf")]
mod pdf;
mod qr;
pub mod sheet;

#[cfg(test)]
mod tests;

pub use document::{
    Align, Block, Column, Document, Error, Letterhead, MAX_BLOCKS, MAX_BYTES, MAX_CELLS, MAX_COLUMNS,
    Orientation, Width,
};
#[cfg(feature = "pdf")]
pub use pdf::pdf;
pub use qr::qr;
