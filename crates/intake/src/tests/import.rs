//! Archives: whole, damaged, endless.

use super::*;
use crate::{ArchiveFault, ArchiveLimits, Import, ImportFault, ImportWhy, Imported, Kind, import};
use std::io::{Read, Write as _};

const LINES: u64 = 20_000;

fn log() -> Vec<u8> {
    let line = |number| {
        let scattered = number * 2_654_435_761_u64 % 4_294_967_291;
        format!("{number} <13>line with {scattered:x} and {:x}\n", scattered * 31 % 65_521)
    };
    (0..LINES).map(line).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

async fn take_in(
    books: &Arc<Books>,
    from: u64,
    limits: ArchiveLimits,
    reader: impl Read + Send + 'static,
) -> Result<Imported, ImportFault> {
    let (_stop, stopped) = watch::channel(false);
    let counters = Arc::new(Counters::new(10));
    let kept_before = books.count();
    let taking = Taking { sink: books.clone(), clock: clock().0, stopped, counters: counters.clone() };
    let name = "access.log.7.gz".to_owned();
    let imported = import(Import { name, from, limits }, reader, taking).await;
    assert_eq!(counters.of(Kind::Import).kept, (books.count() - kept_before) as u64);
    imported
}

async fn take_all(books: &Arc<Books>, bytes: Vec<u8>) -> Result<Imported, ImportFault> {
    take_in(books, 0, ArchiveLimits::default(), std::io::Cursor::new(bytes)).await
}

#[tokio::test]
async fn plain_gzip_and_zstandard_give_the_same_lines() {
    let log = log();
    let halves = log.split_at(log.len() / 2 - 7);
    let members = [gzip(halves.0), gzip(halves.1)].concat();
    let frames = [zstandard(halves.0), zstandard(halves.1)].concat();
    for packed in [log.clone(), gzip(&log), members, zstandard(&log), frames] {
        let (books, packed_bytes) = (Books::new(), packed.len() as u64);
        let imported = take_all(&books, packed).await.unwrap();
        assert_eq!(imported, Imported { lines: LINES, bytes: log.len() as u64, packed_bytes });
        let lines: Vec<u8> =
            books.lines().into_iter().flat_map(|(_, line, _)| [line, b"\n".to_vec()].concat()).collect();
        assert_eq!(lines, log);
        assert_eq!(books.batches()[0].origin.as_ref(), &Origin::Import("access.log.7.gz".to_owned()));
    }
    assert_eq!(take_all(&Books::new(), Vec::new()).await.unwrap(), Imported::default());
}

#[tokio::test]
async fn a_truncated_archive_says_how_much_was_kept_and_can_be_gone_on_with() {
    let log = log();
    for packed in [gzip(&log), zstandard(&log)] {
        let books = Books::new();
        let half = packed[..packed.len() / 2].to_vec();
        let fault = take_all(&books, half).await.unwrap_err();
        assert!(matches!(fault.why, ImportWhy::Archive(ArchiveFault::Broken(_))), "{fault}");
        assert!(fault.kept.lines > 0 && fault.kept.lines < LINES);
        assert_eq!(fault.kept.lines, books.count() as u64);
        assert!(fault.to_string().starts_with(&format!("{} lines were kept", fault.kept.lines)));
        assert!(books.lines().iter().all(|(_, _, shape)| *shape == Shape::Whole), "no half line is taken");
        let whole = std::io::Cursor::new(packed);
        let rest = take_in(&books, fault.kept.bytes, ArchiveLimits::default(), whole).await.unwrap();
        assert_eq!(fault.kept.lines + rest.lines, LINES);
        assert_eq!(rest.bytes, log.len() as u64);
        assert_eq!(books.count() as u64, LINES);
        let files: Vec<[u8; 16]> = books.batches().iter().map(|it| it.place.unwrap().file).collect();
        assert!(files.iter().all(|it| *it == files[0]), "both attempts are known as the same file");
    }
}

#[tokio::test]
async fn an_archive_that_unpacks_without_end_is_left() {
    let limits = ArchiveLimits { free_bytes: 4 * 1024 * 1024, ..ArchiveLimits::default() };
    // Even a quick packer packs these 80 to 1: a hundred megabytes of one line, and one line of a hundred megabytes.
    for bytes in [b"<13>again and again\n".repeat(5_000_000), vec![b'0'; 100_000_000]] {
        for packed in [gzip(&bytes), zstandard(&bytes)] {
            let limits = ArchiveLimits { most_ratio: 40, ..limits };
            let books = Books::new();
            let fault = take_in(&books, 0, limits, std::io::Cursor::new(packed)).await.unwrap_err();
            assert!(matches!(fault.why, ImportWhy::Archive(ArchiveFault::Bomb(40))), "{fault}");
            let kept: usize = books.batches().iter().map(|it| it.byte_count()).sum();
            assert!(kept < 80_000_000, "{kept} bytes");
        }
    }
    let most = ArchiveLimits { most_bytes: 1000, ..ArchiveLimits::default() };
    let fault = take_in(&Books::new(), 0, most, std::io::Cursor::new(log())).await.unwrap_err();
    assert!(matches!(fault.why, ImportWhy::Archive(ArchiveFault::TooLarge(1000))), "{fault}");
}

#[tokio::test]
async fn what_is_packed_otherwise_is_named() {
    let fault = take_all(&Books::new(), b"\xfd7zXZ\0 and so on".to_vec()).await.unwrap_err();
    assert!(matches!(fault.why, ImportWhy::Archive(ArchiveFault::Foreign("xz"))), "{fault}");
}

/// Bytes without end.
struct Endless;

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        into.fill(b'x');
        into.iter_mut().step_by(64).for_each(|it| *it = b'\n');
        Ok(into.len())
    }
}

#[tokio::test]
async fn an_import_ends_when_we_are_stopped_and_when_nobody_wants_it() {
    let (stop, stopped) = watch::channel(false);
    let books = Books::new();
    let taking =
        Taking { sink: books.clone(), clock: clock().0, stopped, counters: Arc::new(Counters::new(1)) };
    let what = |from| Import { name: "endless".to_owned(), from, limits: ArchiveLimits::default() };
    let running = tokio::spawn(import(what(0), Endless, taking.clone()));
    books.until_lines(100).await;
    stop.send_replace(true);
    let fault = tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap().unwrap_err();
    assert!(matches!(fault.why, ImportWhy::Stopped), "{fault}");
    assert_eq!(fault.kept.lines, books.count() as u64);

    stop.send_replace(false);
    books.is_unwanted.store(true, Ordering::SeqCst);
    let fault = import(what(0), std::io::Cursor::new(log()), taking.clone()).await.unwrap_err();
    assert!(matches!(fault.why, ImportWhy::Unwanted), "{fault}");
    let fault = import(what(1 << 30), std::io::Cursor::new(log()), taking).await.unwrap_err();
    assert!(matches!(fault.why, ImportWhy::Shorter), "{fault}");
}
