//! Blobs on a real S3-compatible server. `BELDE_TEST_S3` is its endpoint, such as `http://127.0.0.1:9000`; it takes any
//! key and lets a test make its bucket. Without it the tests that need it skip and say so. What such a server never
//! does (refuse a key, run full) is played by a listener that always gives the same answer.

use std::io::{Read, Write};
use std::net::TcpListener;

use futures_util::TryStreamExt;

use super::pieces;
use crate::{Digest, ErrorKind, S3Config, Store, StoreConfig};

fn config(endpoint: &str) -> S3Config {
    S3Config {
        endpoint: endpoint.to_owned(),
        bucket: "belde-test-files".to_owned(),
        region: "us-east-1".to_owned(),
        access_key: "S3RVER".to_owned(),
        secret_key: "S3RVER".to_owned(),
        allow_http: true,
    }
}

fn open(config: S3Config) -> Store {
    Store::open(&StoreConfig::S3(config)).unwrap()
}

/// The peer's store with its bucket made, when there is a peer.
async fn peer() -> Option<(String, Store)> {
    let Some(endpoint) = std::env::var("BELDE_TEST_S3").ok().filter(|endpoint| !endpoint.is_empty()) else {
        eprintln!("skipped: BELDE_TEST_S3 is not set, no S3-compatible server to test against");
        return None;
    };
    let store = open(config(&endpoint));
    // Making a bucket that is there already is no error on any of the servers that serve as peers.
    let bucket = format!("{endpoint}/{}", config(&endpoint).bucket);
    reqwest::Client::new().put(bucket).send().await.unwrap();
    Some((endpoint, store))
}

/// A server on this machine that gives every request the answer `status`.
fn server_that_answers(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut request = [0; 8192];
            let _read = connection.read(&mut request);
            let _written =
                write!(connection, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    endpoint
}

#[tokio::test]
async fn a_small_blob_goes_in_comes_out_and_goes_away() {
    let Some((_, store)) = peer().await else { return };
    store.check().await.unwrap();
    let bytes = "kısa bir yazı".as_bytes();
    let stored = store.put_stream(pieces(bytes), 1000).await.unwrap();
    assert_eq!(stored.sha256, Digest::of(bytes));
    assert_eq!(store.get_bytes(&stored.sha256, 1000).await.unwrap(), bytes);
    let mut part = store.get_range(&stored.sha256, 0..5).await.unwrap();
    assert_eq!(part.stream.try_next().await.unwrap().unwrap(), &bytes[..5]);
    let listed: Vec<_> = store.list().try_collect().await.unwrap();
    assert!(listed.iter().any(|blob| blob.sha256 == stored.sha256 && blob.size_bytes == stored.size_bytes));
    store.put_stream(pieces(bytes), 1000).await.unwrap();
    store.delete(&stored.sha256).await.unwrap();
    assert!(!store.exists(&stored.sha256).await.unwrap());
    store.delete(&stored.sha256).await.unwrap();
    assert_eq!(store.get_stream(&stored.sha256).await.err().unwrap().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_large_blob_goes_in_parts_and_comes_back_whole() {
    let Some((_, store)) = peer().await else { return };
    let bytes: Vec<u8> = (0u32..9 * 1024 * 256).flat_map(u32::to_le_bytes).collect();
    let (first, second) =
        tokio::join!(store.put_stream(pieces(&bytes), u64::MAX), store.put_stream(pieces(&bytes), u64::MAX));
    let stored = first.unwrap();
    assert_eq!(second.unwrap(), stored, "two nodes storing one file at once");
    assert_eq!(store.verify(&stored.sha256).await.unwrap(), 9 * 1024 * 1024);
    store.delete(&stored.sha256).await.unwrap();
}

#[tokio::test]
async fn an_upload_over_the_limit_never_reaches_the_server() {
    let Some((_, store)) = peer().await else { return };
    let bytes = [9; 5000];
    assert_eq!(store.put_stream(pieces(&bytes), 4000).await.unwrap_err().kind, ErrorKind::TooLarge);
    assert!(!store.exists(&Digest::of(&bytes)).await.unwrap());
}

#[tokio::test]
async fn a_missing_bucket_is_a_fault_of_the_settings() {
    let Some((endpoint, _)) = peer().await else { return };
    let lost = open(S3Config { bucket: "no-such-bucket-here".to_owned(), ..config(&endpoint) });
    for error in [lost.put_bytes("x").await.unwrap_err(), lost.check().await.unwrap_err()] {
        assert_eq!(error.kind, ErrorKind::Misconfigured, "{error}");
        assert!(error.message_tr.contains("ayarları hatalı"));
    }
}

#[tokio::test]
async fn a_refused_key_and_a_full_server_are_told_apart() {
    let cases = [
        ("403 Forbidden", ErrorKind::PermissionDenied, "erişim izni yok"),
        ("507 Insufficient Storage", ErrorKind::StorageFull, "yer kalmadı"),
    ];
    for (status, kind, words) in cases {
        let error = open(config(&server_that_answers(status))).put_bytes("x").await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message_tr.contains(words));
    }
}

#[tokio::test]
async fn an_absent_server_is_said_in_plain_words() {
    // Port 1 of this machine has no listener; the answer comes at once.
    let store = open(config("http://127.0.0.1:1"));
    let error = store.put_bytes("x").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
    assert!(error.message_tr.contains("ulaşılamıyor"));
}

#[test]
fn the_secret_key_is_never_printed() {
    let config = S3Config { secret_key: "very-secret".to_owned(), ..config("http://127.0.0.1:1") };
    assert!(!format!("{:?}", StoreConfig::S3(config)).contains("very-secret"));
}

#[test]
fn an_http_address_needs_permission() {
    let config = S3Config { allow_http: false, ..config("http://127.0.0.1:1") };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = match Store::open(&StoreConfig::S3(config)) {
        Ok(store) => runtime.block_on(store.check()).unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error.kind, ErrorKind::Misconfigured | ErrorKind::Unavailable), "{error}");
}
