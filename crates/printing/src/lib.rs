//! Papers and spreadsheets: PDF/A, QR codes, CSV and XLSX. No database, no HTTP, no clock: callers hand
//! over data and instants and get bytes. The typesetter is the feature `pdf`, because it is by far the
//! heaviest guest of the house and whoever only needs spreadsheets should not wait for it.

mod code128;
mod document;
mod letter;
#[cfg(feature = "pdf")]
mod pdf;
mod qr;
pub mod sheet;

#[cfg(test)]
mod tests;

pub use code128::code128;
pub use document::{
    Align, Block, Column, Document, Error, Letterhead, MAX_BLOCKS, MAX_BYTES, MAX_CELLS, MAX_COLUMNS,
    Orientation, SignatureLine, Width,
};
pub use letter::{Letter, Verification};
#[cfg(feature = "pdf")]
pub use pdf::pdf;
pub use qr::qr;

/// Prints a document as PDF/A. The binary hands [`pdf`] to whoever prints, as a service, so that only the binary waits
/// for the typesetter to be built and tests of screens can look at the document itself. Blocking work.
#[derive(Clone, Copy)]
pub struct Printer(pub fn(&Document, time::OffsetDateTime) -> Result<Vec<u8>, Error>);

/// A number as a Turkish reader expects it in a sentence: 200.000.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}
