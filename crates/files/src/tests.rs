//! Scenarios over several modules of this crate.
#![allow(clippy::unwrap_used)]

mod archive;
mod docx;
mod docx_lists;
mod hostile;
mod odt;
mod pdf;
mod pdfs;
mod peers;
mod s3;
mod sniff;
mod store;
mod upload;
mod zips;

use bytes::Bytes;
use futures_util::stream::{Stream, iter};

use crate::{ErrorKind, Extracted, Limits, Store, StoreConfig};

/// A store in a folder that vanishes with the test.
fn local_store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreConfig::Local { dir: dir.path().join("blobs") }).unwrap();
    (dir, store)
}

/// `bytes` as an upload arrives: in small pieces.
fn pieces(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    let chunks: Vec<_> = bytes.chunks(1000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    iter(chunks)
}

/// The text of a document, as a screen would get it.
fn extract(bytes: &[u8]) -> crate::Result<Extracted> {
    crate::extract_text(bytes.to_vec(), crate::sniff::sniff(bytes), &Limits::default())
}

fn text_of(bytes: &[u8]) -> String {
    extract(bytes).unwrap().text
}

/// A refusal: its kind, after making sure that its sentence is one for people.
fn refusal(bytes: &[u8]) -> (ErrorKind, String) {
    let error = extract(bytes).unwrap_err();
    assert!(error.message_tr.ends_with('.') && !error.message_tr.contains("Error"), "{}", error.message_tr);
    (error.kind, error.message_tr)
}
