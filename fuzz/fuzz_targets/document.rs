//! Any bytes called a PDF, a Word or an OpenDocument file: text comes out within the limit, or a sentence says why not.
#![no_main]

use files::{Limits, MediaType, extract_text};
use libfuzzer_sys::fuzz_target;

const MEDIA: [MediaType; 5] =
    [MediaType::Pdf, MediaType::Docx, MediaType::Odt, MediaType::Text, MediaType::Csv];

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let limits = Limits { max_text_chars: 20_000, ..Limits::default() };
    match extract_text(bytes.to_vec(), MEDIA[usize::from(kind) % MEDIA.len()], &limits) {
        Ok(found) => assert!(found.text.chars().count() <= limits.max_text_chars),
        Err(error) => assert!(!error.message_tr.is_empty()),
    }
});
