//! Blobs on a local folder.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};

use super::{local_store, pieces};
use crate::{Digest, ErrorKind, MediaType, Store, StoreConfig, Stored};

async fn content(store: &Store, digest: &Digest) -> Vec<u8> {
    store.get_bytes(digest, u64::MAX).await.unwrap().to_vec()
}

fn spooled_files(dir: &tempfile::TempDir) -> usize {
    std::fs::read_dir(dir.path().join("blobs/tmp")).unwrap().count()
}

#[tokio::test]
async fn a_blob_comes_back_as_it_went_in_under_the_name_of_its_bytes() {
    let (dir, store) = local_store();
    let bytes = "Görev yönetmeliği ".repeat(5000).into_bytes();
    let stored = store.put_stream(pieces(&bytes), 1_000_000).await.unwrap();
    let wanted =
        Stored { sha256: Digest::of(&bytes), size_bytes: bytes.len() as u64, sniffed: MediaType::Text };
    assert_eq!(stored, wanted);
    assert!(dir.path().join("blobs").join(stored.sha256.fan_out()).is_file());
    assert_eq!(content(&store, &stored.sha256).await, bytes);
    assert_eq!(store.verify(&stored.sha256).await.unwrap(), stored.size_bytes);
    assert_eq!(spooled_files(&dir), 0, "nothing is left in the spool");
}

#[tokio::test]
async fn equal_blobs_are_kept_once() {
    let (_dir, store) = local_store();
    let (first, second) = tokio::join!(store.put_bytes("bir"), store.put_bytes("bir"));
    assert_eq!(first.unwrap(), second.unwrap());
    store.put_bytes("bir").await.unwrap();
    assert_eq!(store.list().try_collect::<Vec<_>>().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_empty_blob_is_a_blob() {
    let (_dir, store) = local_store();
    let stored = store.put_bytes("").await.unwrap();
    assert_eq!((stored.size_bytes, content(&store, &stored.sha256).await.len()), (0, 0));
}

#[tokio::test]
async fn a_part_of_a_blob_is_served_with_its_place() {
    let (_dir, store) = local_store();
    let digest = store.put_bytes("0123456789").await.unwrap().sha256;
    for (asked, given) in [(2..5, "234"), (8..99, "89"), (0..10, "0123456789")] {
        let mut blob = store.get_range(&digest, asked.clone()).await.unwrap();
        let mut bytes = Vec::new();
        while let Some(chunk) = blob.stream.try_next().await.unwrap() {
            bytes.extend(chunk);
        }
        assert_eq!((bytes.as_slice(), blob.size_bytes), (given.as_bytes(), 10));
        assert_eq!(blob.range, asked.start..asked.end.min(10));
    }
    assert_eq!(store.get_range(&digest, 10..12).await.err().unwrap().kind, ErrorKind::Damaged);
}

#[tokio::test]
async fn an_upload_over_the_limit_leaves_nothing_behind() {
    let (dir, store) = local_store();
    let error = store.put_stream(pieces(&[7; 5000]), 4999).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooLarge);
    assert!(store.put_stream(pieces(&[7; 4999]), 4999).await.is_ok());
    assert_eq!(store.list().count().await, 1);
    assert_eq!(spooled_files(&dir), 0);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing_behind() {
    let (dir, store) = local_store();
    let broken = pieces(&[7; 5000])
        .chain(futures_util::stream::iter([Err(std::io::Error::other("connection reset"))]));
    let error = store.put_stream(broken, 1_000_000).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Interrupted);
    assert!(error.message_tr.contains("hiçbir şey kaydedilmedi"));
    assert_eq!((store.list().count().await, spooled_files(&dir)), (0, 0));
}

#[tokio::test]
async fn a_missing_blob_is_not_found_and_deleting_it_is_no_error() {
    let (_dir, store) = local_store();
    let digest = Digest::of(b"never stored");
    assert!(!store.exists(&digest).await.unwrap());
    assert_eq!(store.get_stream(&digest).await.err().unwrap().kind, ErrorKind::NotFound);
    assert_eq!(store.get_range(&digest, 0..1).await.err().unwrap().kind, ErrorKind::NotFound);
    assert_eq!(store.verify(&digest).await.unwrap_err().kind, ErrorKind::NotFound);
    store.delete(&digest).await.unwrap();
    let stored = store.put_bytes("kısa").await.unwrap();
    store.delete(&stored.sha256).await.unwrap();
    assert!(!store.exists(&stored.sha256).await.unwrap());
}

#[tokio::test]
async fn an_altered_blob_is_found_and_a_cut_one_is_healed_by_the_next_upload() {
    let (dir, store) = local_store();
    let stored = store.put_bytes("asıl içerik").await.unwrap();
    let place = dir.path().join("blobs").join(stored.sha256.fan_out());
    std::fs::remove_file(&place).unwrap();
    std::fs::write(&place, "kısa").unwrap();
    let error = store.verify(&stored.sha256).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Corrupt);
    assert!(error.message_tr.contains("yedekten"));
    store.put_bytes("asıl içerik").await.unwrap();
    assert_eq!(store.verify(&stored.sha256).await.unwrap(), stored.size_bytes);
}

#[tokio::test]
async fn the_listing_has_every_blob_and_nothing_else() {
    let (dir, store) = local_store();
    for text in ["bir", "iki", "üç"] {
        store.put_bytes(text).await.unwrap();
    }
    std::fs::write(dir.path().join("blobs/notes.txt"), "not a blob").unwrap();
    std::fs::write(dir.path().join("blobs/tmp/upload-dead"), "half a blob").unwrap();
    let mut found: Vec<_> =
        store.list().map_ok(|listed| (listed.sha256, listed.size_bytes)).try_collect().await.unwrap();
    let mut wanted: Vec<_> =
        ["bir", "iki", "üç"].iter().map(|t| (Digest::of(t.as_bytes()), t.len() as u64)).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn the_spool_of_a_killed_process_is_swept_and_a_running_upload_is_not() {
    let (dir, store) = local_store();
    let old = dir.path().join("blobs/tmp/upload-old");
    std::fs::write(&old, "half").unwrap();
    let written = old.metadata().unwrap().modified().unwrap();
    assert_eq!(store.sweep_spool(written - Duration::from_secs(60)).await.unwrap(), 0);
    assert!(old.exists());
    assert_eq!(store.sweep_spool(written + Duration::from_secs(60)).await.unwrap(), 1);
    assert!(!old.exists());
    assert_eq!(store.sweep_spool(SystemTime::UNIX_EPOCH).await.unwrap(), 0);
}

#[tokio::test]
async fn a_place_that_cannot_be_a_folder_is_refused_when_the_store_opens() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "in the way").unwrap();
    let error = Store::open(&StoreConfig::Local { dir: dir.path().join("file/blobs") }).unwrap_err();
    assert!(!error.message_tr.is_empty() && error.detail.contains("opening the blob folder"), "{error}");
}

/// `/dev/full` answers every write with "no space left", as a full disk does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_said_in_plain_words() {
    use std::io::Write;
    let error =
        std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap().write_all(b"x").unwrap_err();
    let error = crate::Error::from_io(&error, "publishing a blob");
    assert_eq!(error.kind, ErrorKind::StorageFull);
    assert!(error.message_tr.contains("yer kalmadı") && error.message_tr.contains("kaydedilmedi"));
}

#[tokio::test]
async fn memory_stays_flat_while_a_large_upload_passes() {
    let (_dir, store) = local_store();
    let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
    let alive = std::sync::Arc::new(());
    let (seen, peak) = (alive.clone(), std::sync::atomic::AtomicUsize::new(0));
    // Every chunk carries a mark; were the chunks collected, the marks in life would grow with them.
    let stream = futures_util::stream::iter(0..800).map(|_| {
        peak.fetch_max(std::sync::Arc::strong_count(&seen), std::sync::atomic::Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from_owner(Marked(chunk.clone(), alive.clone())))
    });
    let stored = store.put_stream(stream, u64::MAX).await.unwrap();
    assert_eq!(stored.size_bytes, 800 * 64 * 1024);
    assert!(peak.into_inner() <= 4, "chunks are let go one by one");
}

/// Bytes that hold a mark while they live.
struct Marked(Bytes, std::sync::Arc<()>);

impl AsRef<[u8]> for Marked {
    fn as_ref(&self) -> &[u8] {
        let Self(bytes, _mark) = self;
        bytes
    }
}
