//! Signatures inside PDF files (PAdES, EN 319 142-1): level B and T by an update that is appended, LT by a
//! store of validation data (DSS), LTA by a document time stamp, and verification. Nothing visible is drawn.

mod later;
mod sign;
mod verify;

use lopdf::{Dictionary, Document, LoadOptions, Object};

use crate::error::Error;

pub use sign::{PdfRoom, PdfStampPreparation, PdfText, add_pdf_validation_data};
pub use verify::{PdfSignature, verify_pdf};

/// Largest file that is read.
pub const MAX_PDF_BYTES: usize = 256 * 1024 * 1024;
/// What one stream may unpack to.
const MAX_STREAM_BYTES: usize = 64 * 1024 * 1024;

/// Reads a file that can be signed or verified: whole, and not encrypted.
fn load(pdf: &[u8]) -> Result<Document, Error> {
    if pdf.len() > MAX_PDF_BYTES {
        return Err(Error::TooLarge("PDF"));
    }
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM_BYTES), ..Default::default() };
    let document = Document::load_mem_with_options(pdf, options).map_err(|_| Error::Malformed("PDF"))?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Error::PdfEncrypted);
    }
    Ok(document)
}

/// A dictionary that stands here or is referred to.
fn dictionary<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

/// An array that stands here or is referred to.
fn array<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Vec<Object>> {
    document.dereference(object).ok()?.1.as_array().ok()
}
