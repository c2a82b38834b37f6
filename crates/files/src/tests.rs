//! Scenarios over several modules of this crate.
#![allow(clippy::unwrap_used)]

mod archive;
mod s3;
mod sniff;
mod store;
mod upload;
mod zips;

use bytes::Bytes;
use futures_util::stream::{Stream, iter};

use crate::{Store, StoreConfig};

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
