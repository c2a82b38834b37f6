//! Duties of papers and spreadsheets, one file each.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "pdf")]
mod archive;
#[cfg(feature = "pdf")]
mod letter;
#[cfg(feature = "pdf")]
mod paper;
mod qr;
mod sheet_in;
mod sheet_out;
