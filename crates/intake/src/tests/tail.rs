//! Files that are written on, rotated in every way, and a reader that is killed in between.

use super::*;
use crate::{Kind, Tail};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

struct Following {
    books: Arc<Books>,
    counters: Arc<Counters>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

fn what(folder: &Path, pattern: Option<&str>) -> Tail {
    let path = if pattern.is_some() { folder.join("logs") } else { folder.join("logs/access.log") };
    let pattern = pattern.map(str::to_owned);
    Tail { path, pattern, state: folder.join("state.json"), every: Duration::from_millis(2) }
}

impl Following {
    fn begin(folder: &Path, pattern: Option<&str>) -> Self {
        let (books, (stop, stopped)) = (Books::new(), watch::channel(false));
        let counters = Arc::new(Counters::new(100));
        let taking = Taking { sink: books.clone(), clock: clock().0, stopped, counters: counters.clone() };
        let task = tokio::spawn(crate::tail(what(folder, pattern), taking));
        Self { books, counters, stop, task }
    }

    async fn end(self) -> Vec<String> {
        self.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap().unwrap();
        self.books.texts()
    }
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("logs")).unwrap();
    let log = folder.path().join("logs/access.log");
    (folder, log)
}

fn append(path: &Path, text: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Lines as a device numbers them.
fn lines(range: std::ops::Range<u32>) -> String {
    range.map(|number| format!("{number:06} <- 12 <13>the line of that number\n")).collect()
}

fn texts(range: std::ops::Range<u32>) -> Vec<String> {
    lines(range).lines().map(str::to_owned).collect()
}

/// `gzip` and `zstd`, or what the library of the same name makes where the program is missing.
fn pack(path: &Path, how: &str) {
    let bytes = std::fs::read(path).unwrap();
    let packed = match how {
        "gz" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&bytes).unwrap();
            encoder.finish().unwrap()
        }
        _ => zstd::encode_all(bytes.as_slice(), 3).unwrap(),
    };
    std::fs::write(format!("{}.{how}", path.display()), packed).unwrap();
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn a_growing_file_is_followed_and_a_number_at_its_beginning_is_no_count() {
    let (folder, log) = folder();
    append(&log, &lines(0..10));
    let following = Following::begin(folder.path(), None);
    following.books.until_lines(10).await;
    append(&log, "half a ");
    append(&log, "line\n\n");
    following.books.until_lines(11).await;
    let batch = following.books.batches().pop().unwrap();
    let place = batch.place.unwrap();
    assert_eq!(place.to, std::fs::metadata(&log).unwrap().len());
    assert_eq!(batch.lines_behind(place.to - 1).count(), 0, "an empty line is behind the last one");
    assert_eq!(batch.lines_behind(place.to - 2).count(), 1);
    let counters = following.counters.clone();
    let kept = following.end().await;
    assert_eq!(counters.of(Kind::File).kept, 11);
    assert_eq!(kept, [texts(0..10), vec!["half a line".to_owned()]].concat());
    append(&log, &lines(10..20));
    let following = Following::begin(folder.path(), None);
    following.books.until_lines(10).await;
    assert_eq!(following.end().await, texts(10..20), "it goes on where it was");
}

#[tokio::test]
async fn a_renamed_file_is_read_to_its_end_before_the_new_one() {
    let (folder, log) = folder();
    append(&log, &lines(0..10));
    let following = Following::begin(folder.path(), None);
    following.books.until_lines(10).await;
    std::fs::rename(&log, folder.path().join("logs/access.log.1")).unwrap();
    append(&folder.path().join("logs/access.log.1"), &lines(10..20));
    append(&folder.path().join("logs/access.log.1"), "its writer did not end it");
    append(&log, &lines(20..30));
    following.books.until_lines(31).await;
    let mut kept = following.books.texts();
    let unended = kept.iter().position(|it| it == "its writer did not end it").unwrap();
    kept.remove(unended);
    assert_eq!(kept, texts(0..30));
    assert_eq!(following.counters.of(Kind::File).gaps, 0);
    following.end().await;
}

#[tokio::test]
async fn a_copied_and_truncated_file_loses_nothing() {
    for packed in [None, Some("gz")] {
        let (folder, log) = folder();
        append(&log, &lines(0..10));
        let following = Following::begin(folder.path(), None);
        following.books.until_lines(10).await;
        // Nothing is looked at while the sink is not open, as if all of it came to pass between two looks.
        following.books.open(false);
        append(&log, &lines(10..20));
        following.books.until(|it| it.offers.load(Ordering::SeqCst) > 1).await;
        append(&log, &lines(20..30));
        let copy = folder.path().join("logs/access.log.1");
        std::fs::copy(&log, &copy).unwrap();
        if let Some(how) = packed {
            pack(&copy, how);
        }
        // It grows beyond where it was before anybody looks.
        std::fs::write(&log, lines(30..90)).unwrap();
        following.books.open(true);
        following.books.until_lines(90).await;
        assert_eq!(following.counters.of(Kind::File).gaps, 0);
        let mut kept = following.end().await;
        kept.sort();
        assert_eq!(kept, texts(0..90));
    }
}

#[tokio::test]
async fn a_file_that_was_replaced_without_a_trace_is_told() {
    let (folder, log) = folder();
    append(&log, &lines(0..10));
    let following = Following::begin(folder.path(), None);
    following.books.until_lines(10).await;
    std::fs::write(&log, lines(50..55)).unwrap();
    following.books.until_lines(15).await;
    assert_eq!(following.counters.of(Kind::File).gaps, 1);
    following.end().await;
}

#[tokio::test]
async fn a_file_that_was_gone_before_it_was_read_is_told_once() {
    let (folder, log) = folder();
    let read = async |count: usize, gaps: u64| {
        let following = Following::begin(folder.path(), None);
        following.books.until_lines(count).await;
        assert_eq!(following.counters.of(Kind::File).gaps, gaps);
        following.end().await
    };
    append(&log, &lines(0..10));
    read(10, 0).await;
    // While nobody looked it grew, was rotated away, and the rotated one was deleted.
    append(&log, &lines(10..20));
    std::fs::remove_file(&log).unwrap();
    append(&log, &lines(20..30));
    assert_eq!(read(10, 1).await, texts(20..30));
    append(&log, &lines(30..31));
    read(1, 0).await;
    // And once more, but what it became cannot be read to where we were.
    append(&log, &lines(31..60));
    let bytes = std::fs::read(&log).unwrap();
    let packed = folder.path().join("logs/access.log.1");
    std::fs::write(&packed, &bytes[..40]).unwrap();
    pack(&packed, "gz");
    std::fs::remove_file(&log).unwrap();
    append(&log, &lines(60..70));
    assert_eq!(read(10, 1).await, texts(60..70));
}

#[tokio::test]
async fn what_was_rotated_twice_and_packed_while_we_were_away_is_found() {
    for how in ["gz", "zst"] {
        let (folder, log) = folder();
        let name = |number: u32| folder.path().join(format!("logs/access.log.{number}"));
        append(&log, &lines(0..40));
        let following = Following::begin(folder.path(), None);
        following.books.until_lines(40).await;
        following.end().await;
        append(&log, &lines(40..80));
        std::fs::rename(&log, name(2)).unwrap();
        pack(&name(2), how);
        append(&log, &lines(80..120));
        std::fs::rename(&log, name(1)).unwrap();
        append(&log, &lines(120..160));
        let following = Following::begin(folder.path(), None);
        following.books.until_lines(120).await;
        assert_eq!(following.counters.of(Kind::File).gaps, 0);
        let kept = following.end().await;
        assert_eq!(kept, texts(40..160), "{how}: in order, each once");
        let following = Following::begin(folder.path(), None);
        append(&log, &lines(160..161));
        following.books.until_lines(1).await;
        assert_eq!(following.end().await, texts(160..161));
    }
}

#[tokio::test]
async fn a_folder_is_followed_by_its_pattern() {
    let (folder, log) = folder();
    let other = folder.path().join("logs/dhcp.log");
    append(&log, &lines(0..10));
    append(&other, "a lease\n");
    append(&folder.path().join("logs/readme.txt"), "not a log\n");
    // Everything fits this pattern, and so does what the file is called after its rotation.
    for pattern in ["*.log", "*.log*"] {
        let _ = std::fs::remove_file(folder.path().join("state.json"));
        let following = Following::begin(folder.path(), Some(pattern));
        following.books.until_lines(11).await;
        std::fs::rename(&log, folder.path().join("logs/access.log.1")).unwrap();
        append(&log, &lines(10..20));
        following.books.until_lines(21).await;
        let mut kept = following.end().await;
        kept.sort();
        assert_eq!(kept, [texts(0..20), vec!["a lease".to_owned()]].concat(), "{pattern}");
        std::fs::rename(folder.path().join("logs/access.log.1"), &log).unwrap();
    }
}

/// What a killed process had kept: batches as they were synced to the disk.
struct Kept {
    file: [u8; 16],
    from: u64,
    to: u64,
    lines: Vec<String>,
}

fn kept_in(path: &Path) -> Vec<Kept> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let parts = text.split("batch ").skip(1).filter(|it| it.ends_with("end\n"));
    let part = |text: &str| {
        let (head, lines) = text.split_once('\n').unwrap();
        let words: Vec<&str> = head.split(' ').collect();
        let mut file = [0; 16];
        let number = u128::from_str_radix(words[0], 16).unwrap();
        file.copy_from_slice(&number.to_be_bytes());
        let lines = lines.trim_end_matches("end\n").lines().map(str::to_owned).collect();
        Kept { file, from: words[1].parse().unwrap(), to: words[2].parse().unwrap(), lines }
    };
    parts.map(part).collect()
}

/// Writes each batch to a file in one piece, and passes over what is in it already.
struct Disk {
    path: PathBuf,
    changed: Notify,
}

impl Sink for Disk {
    fn take(&self, batch: Arc<Batch>) -> BoxFuture<'_, Result<(), NotKept>> {
        Box::pin(async move {
            let place = batch.place.unwrap();
            let has = kept_in(&self.path).iter().filter(|it| it.file == place.file).map(|it| it.to).max();
            let has = has.unwrap_or(0);
            let mut text =
                format!("batch {:x} {} {}\n", u128::from_be_bytes(place.file), place.from, place.to);
            for line in batch.lines_behind(has) {
                text.push_str(&String::from_utf8_lossy(line.bytes));
                text.push('\n');
            }
            text.push_str("end\n");
            append(&self.path, &text);
            self.changed.notify_waiters();
            // The moment between the lines and the place in the state: this is where the process is killed mostly.
            tokio::time::sleep(Duration::from_millis(3)).await;
            Ok(())
        })
    }
}

/// Not a test of its own: the process that the next test kills.
#[tokio::test]
async fn a_process_that_is_to_be_killed() {
    let Some(folder) = std::env::var_os("INTAKE_TEST_FOLDER").map(PathBuf::from) else { return };
    let (_stop, stopped) = watch::channel(false);
    let sink = Arc::new(Disk { path: folder.join("kept"), changed: Notify::new() });
    let taking = Taking { sink, clock: clock().0, stopped, counters: Arc::new(Counters::new(10)) };
    crate::tail(what(&folder, None), taking).await.unwrap();
}

fn process(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::tail::a_process_that_is_to_be_killed"])
        .env("INTAKE_TEST_FOLDER", folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn wait_for(is_so: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited in vain");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_reader_that_is_killed_again_and_again_between_rotations_loses_nothing_and_repeats_nothing() {
    let (folder, log) = folder();
    let kept_path = folder.path().join("kept");
    let count = || kept_in(&kept_path).iter().map(|it| it.lines.len()).sum::<usize>();
    let mut written = 0;
    for round in 0..12_u32 {
        let mut process = process(folder.path());
        append(&log, &lines(written..written + 500));
        let before = count();
        // The batch is on the disk, its place most likely not.
        wait_for(|| count() > before);
        append(&log, &lines(written + 500..written + 600));
        process.kill().unwrap();
        process.wait().unwrap();
        append(&log, &lines(written + 600..written + 1000));
        written += 1000;
        let rotated = folder.path().join(format!("logs/access.log.{}", 100 - round));
        match round % 3 {
            0 => std::fs::rename(&log, &rotated).unwrap(),
            1 => {
                std::fs::copy(&log, &rotated).unwrap();
                std::fs::write(&log, "").unwrap();
            }
            _ => {}
        }
    }
    append(&log, &lines(written..written + 1));
    let mut process = process(folder.path());
    wait_for(|| count() as u32 > written);
    process.kill().unwrap();
    process.wait().unwrap();
    let batches = kept_in(&kept_path);
    assert!(batches.iter().all(|it| it.from <= it.to));
    let mut kept: Vec<String> = batches.into_iter().flat_map(|it| it.lines).collect();
    kept.sort();
    assert_eq!(kept.len() as u32, written + 1);
    assert_eq!(kept, texts(0..written + 1));
}
