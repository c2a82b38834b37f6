//! How fast and how small, with the lines of a made town: `cargo run --release -p access_stream --example town -- LINES
//! FOLDER [KEY=VALUE…]`; keys: `of` (all, fortigate, dhcp, mikrotik, asa), `level`, `rows` (of a log), `table` (a file for the peers), `text` (a file that
//! the lines are written to as well), `steps` (hand, of a run that was cut
//! off; scan, top, verify, needles), `made` (no: ask the folder of an earlier run), `asked` (how many of each question),
//! `quiet` (say nothing: what is written beside would be measured).
//! A line `= WHAT | WHO | VALUE` is a figure for the table of `cargo xtask bench`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use access_stream::{LineEncoder, Received, TURKIYE_MINUTES};
use journal::{
    Cell, ColumnId, Encoder, Error, Incoming, Journal, Kind, Limits, Options, Query, Receipt, Row,
    SigningKey, Test,
};
use lines::made::{Lines, Plan, SOURCES, Source, Town};
use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Args {
    lines: u64,
    folder: PathBuf,
    rest: HashMap<String, String>,
    encoder: Arc<LineEncoder>,
}

impl Args {
    fn get(&self, key: &str) -> Option<&str> {
        self.rest.get(key).map(String::as_str)
    }

    fn number(&self, key: &str, otherwise: i64) -> i64 {
        self.get(key).map_or(otherwise, |it| it.parse().unwrap())
    }
}

/// Processor time of this process so far, in seconds.
fn busy() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// Processor time of this thread so far, in seconds.
fn busy_here() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() >> 10
}

fn folder_bytes(folder: &Path) -> u64 {
    let Ok(files) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.path().is_dir() {
        true => folder_bytes(&entry.path()),
        false => entry.metadata().map_or(0, |it| it.len()),
    };
    files.flatten().map(size).sum()
}

fn encoder_of(args: &Args) -> Arc<LineEncoder> {
    args.encoder.clone()
}

async fn open(args: &Args) -> Journal {
    let encoder = encoder_of(args);
    let schema = encoder.schema().clone();
    std::fs::create_dir_all(args.folder.join("all")).unwrap();
    let store = object_store::local::LocalFileSystem::new_with_prefix(args.folder.join("all"));
    let mut limits = Limits::default();
    limits.level = args.number("level", i64::from(limits.level)) as i32;
    limits.rows = args.number("rows", limits.rows as i64) as usize;
    Journal::open(Options {
        schema,
        encoder,
        node: "one".to_owned(),
        folder: args.folder.join("node"),
        store: Arc::new(store.unwrap().with_fsync(true)),
        key: SigningKey::from_seed(&[1; 32]),
        clock: Arc::new(|| 1_793_480_400_000_000),
        limits,
    })
    .await
    .unwrap()
}

/// Lines of the town, some at a time, of the sources asked for.
struct Making {
    lines: Lines,
    only: Option<Vec<Source>>,
    /// Records, one after the other.
    bytes: Vec<u8>,
    /// The lines as text.
    text: Vec<u8>,
    line_bytes: u64,
    ends: Vec<(usize, i64)>,
}

impl Making {
    fn new(only: &str) -> Self {
        let only = match only {
            "fortigate" => Some(vec![Source::Fortigate]),
            "dhcp" => Some(vec![Source::Dhcp, Source::LibraryDhcp]),
            "mikrotik" => Some(vec![Source::Mikrotik]),
            "asa" => Some(vec![Source::Asa]),
            _ => None,
        };
        // Whoever wants leases gets a town of many people that talk little, and the other way round.
        let is_dhcp = only.as_ref().is_some_and(|only| only.contains(&Source::Dhcp));
        let (people, sessions_per_second) = if is_dhcp { (20_000, 1) } else { (1_000, 500) };
        let town = Town::new(Plan { people, sessions_per_second, ..Plan::default() });
        Self {
            lines: town.lines(),
            only,
            bytes: Vec::new(),
            text: Vec::new(),
            line_bytes: 0,
            ends: Vec::new(),
        }
    }

    fn next(&mut self, count: usize) {
        self.bytes.clear();
        self.text.clear();
        self.ends.clear();
        let mut line = Vec::new();
        while self.ends.len() < count {
            let written = self.lines.next_line(&mut line);
            if self.only.as_ref().is_none_or(|only| only.contains(&written.source)) {
                self.line_bytes += line.len() as u64 + 1;
                let number = SOURCES.iter().position(|it| *it == written.source).unwrap() as u32;
                let received = Received {
                    source: number,
                    sender: ["10.0.0.1", "10.0.0.2", "10.74.0.1", "10.138.0.1", "10.138.0.2"]
                        [number as usize],
                    format: None,
                    offset_minutes: TURKIYE_MINUTES,
                    is_old: false,
                    as_of_us: None,
                    is_cut: false,
                    place: None,
                    line: &line,
                };
                received.write(&mut self.bytes);
                self.text.extend_from_slice(&line);
                self.text.push(b'\n');
                self.ends.push((self.bytes.len(), written.received_us));
            }
        }
    }

    fn records(&self) -> Vec<Incoming<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        let spans = starts.zip(&self.ends);
        spans
            .map(|(from, (to, at))| Incoming { received_at_us: *at, payload: &self.bytes[from..*to] })
            .collect()
    }
}

const BATCH: usize = 1_000;

async fn append(journal: &Journal, records: &[Incoming<'_>], waiting: &mut VecDeque<Receipt>) {
    loop {
        match journal.append(records) {
            Err(Error::Behind) => tokio::time::sleep(Duration::from_millis(2)).await,
            receipt => break waiting.push_back(receipt.unwrap()),
        }
    }
    // As many senders wait for an acknowledgement at a time.
    if waiting.len() > 16 {
        waiting.pop_front().unwrap().durable().await.unwrap();
    }
}

async fn fill(args: &Args, journal: &Journal) {
    let mut making = Making::new(args.get("of").unwrap_or("all"));
    let create = |path: &str| std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let (mut text, mut table) = (args.get("text").map(create), args.get("table").map(create));
    let (begun, before, mut made, mut bytes) = (Instant::now(), busy(), 0.0, 0);
    let (mut left, mut waiting) = (args.lines, VecDeque::new());
    let mut making_took = Duration::ZERO;
    while left > 0 {
        let (here, now) = (busy_here(), Instant::now());
        making.next(left.min(20 * BATCH as u64) as usize);
        left -= making.ends.len() as u64;
        let records = making.records();
        bytes = making.line_bytes;
        if let Some(text) = &mut text {
            text.write_all(&making.text).unwrap();
        }
        if let Some(table) = &mut table {
            write_table(args, &making, table);
        }
        made += busy_here() - here;
        making_took += now.elapsed();
        for some in records.chunks(BATCH) {
            append(journal, some, &mut waiting).await;
        }
    }
    for receipt in waiting {
        receipt.durable().await.unwrap();
    }
    let took = begun.elapsed() - making_took;
    journal.seal_now().await.unwrap();
    let sealed = begun.elapsed() - making_took;
    let used = busy() - before - made;
    let begun = Instant::now();
    journal.hand_over().await.unwrap();
    if args.get("quiet").is_none() {
        say_intake(args, bytes, (took, sealed, begun.elapsed()), used);
    }
}

/// What taking in cost: until durable, until sealed, to hand over; and the processor's time.
fn say_intake(args: &Args, bytes: u64, (took, sealed, handed): (Duration, Duration, Duration), used: f64) {
    let rows = args.lines as f64;
    println!(
        "intake: {} lines of {} bytes; {:.0} lines/s of one core ({:.2} µs); {:.0} lines/s durable, {:.0} lines/s sealed, by the clock",
        args.lines,
        bytes / args.lines,
        rows / used,
        used * 1e6 / rows,
        rows / took.as_secs_f64(),
        rows / sealed.as_secs_f64(),
    );
    say("parse, store and seal, lines/s of one core", format!("{:.0}", rows / used));
    println!("handed over in {handed:?}");
    let (all, seals) =
        (folder_bytes(&args.folder.join("all")), folder_bytes(&args.folder.join("all/_seals")));
    println!(
        "bytes: {all} of {bytes}, {:.2} a line, 1/{:.1}; seals {:.2} %; peak memory {} MiB",
        all as f64 / rows,
        bytes as f64 / all as f64,
        seals as f64 * 100.0 / all as f64,
        peak_memory_mib()
    );
    say("bytes a line", format!("{:.2}", all as f64 / rows));
    say("raw text, of the bytes", format!("1/{:.1}", bytes as f64 / all as f64));
    say("peak memory", format!("{} MiB", peak_memory_mib()));
}

/// What the peers are given of a line besides itself, in the order of their columns.
const OF_PEERS: [&str; 17] = [
    "source",
    "format",
    "src_ip",
    "src_port",
    "dst_ip",
    "dst_port",
    "nat_src_ip",
    "nat_src_port",
    "proto",
    "ip",
    "mac",
    "user",
    "host",
    "action",
    "application",
    "sent_bytes",
    "received_bytes",
];

/// What the peers are given: instant, values and the line, apart by tabulators.
fn write_table(args: &Args, making: &Making, out: &mut impl Write) {
    let (mut row, encoder) = (Row::default(), &args.encoder);
    let ids = OF_PEERS.map(|name| encoder.schema().find(name).unwrap());
    for record in making.records() {
        row.clear();
        (row.at_us, row.received_at_us) = (record.received_at_us, record.received_at_us);
        encoder.encode(record.payload, &mut row);
        write!(out, "{}", row.at_us).unwrap();
        for id in ids {
            out.write_all(b"\t").unwrap();
            match row.get(id) {
                Some(Cell::Bytes(bytes)) => out.write_all(bytes).unwrap(),
                Some(Cell::Number(number)) => write!(out, "{number}").unwrap(),
                // Theirs are plain columns: nothing is an empty text or nought.
                None if is_number(args, id) => out.write_all(b"0").unwrap(),
                None => {}
            }
        }
        writeln!(out, "\t{}", String::from_utf8_lossy(&encoder.line(&row).unwrap())).unwrap();
    }
}

fn is_number(args: &Args, id: ColumnId) -> bool {
    args.encoder.schema().about(id).kind == Kind::Number
}

fn say(what: &str, value: impl std::fmt::Display) {
    println!("= {what} | Belde | {value}");
}

fn ms(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1e3)
}

/// The middle and the 95th of a hundred, in milliseconds.
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    format!("{:.1} / {:.1} ms", at(0.5), at(0.95))
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    format!("p50 {:?}, p95 {:?}, max {:?}", at(0.5), at(0.95), at(1.0))
}

/// Whether the page cache could be dropped.
fn drop_caches() -> bool {
    std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}

/// The newest hundred lines that have an address, as text: with the page cache dropped and the journal opened anew, and
/// once more.
async fn needles(args: &Args, what: &str, column: &str, values: &[String]) {
    let (mut cold, mut warm, mut rows) = (Vec::new(), Vec::new(), 0);
    let mut dropped = true;
    for value in values {
        dropped &= drop_caches();
        let journal = open(args).await;
        for times in [&mut cold, &mut warm] {
            let id = journal.schema().find(column).unwrap();
            let query = Query::newest(100).with(id, Test::OneOf(vec![value.clone().into_bytes()]));
            let begun = Instant::now();
            let found = journal.query(&query).await.unwrap();
            rows += found.iter().filter(|row| args.encoder.line(row).is_some()).count();
            times.push(begun.elapsed());
        }
    }
    let cache = if dropped { "page cache dropped before each" } else { "page cache NOT dropped" };
    println!(
        "{column} = …, newest 100 over all time, {} asked, {rows} rows: cold ({cache}, journal opened anew) {}; again {}",
        values.len(),
        percentiles(cold.clone()),
        percentiles(warm.clone())
    );
    say(&format!("{what}, newest 100, cold, p50 / p95"), spread(&mut cold));
    say(&format!("{what}, newest 100, again, p50 / p95"), spread(&mut warm));
}

#[tokio::main]
async fn main() {
    let mut given = std::env::args().skip(1);
    let lines = given.next().and_then(|it| it.parse().ok()).unwrap_or(1_000_000);
    let folder = PathBuf::from(given.next().expect("a folder"));
    let rest =
        given.map(|it| it.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned())).unwrap());
    let args = Args { lines, folder, rest: rest.collect(), encoder: Arc::new(LineEncoder::new().unwrap()) };
    let journal = open(&args).await;
    if args.get("made") != Some("no") {
        fill(&args, &journal).await;
    }
    if args.get("quiet").is_some() {
        return;
    }
    let steps = args.get("steps").unwrap_or("scan,top,verify,needles");
    if steps.contains("hand") {
        journal.hand_over().await.unwrap();
        let status = journal.count(&Query::newest(1), i64::MAX, None).await.unwrap();
        println!("handed over, {} rows", status.rows);
    }
    if steps.contains("scan") {
        scan(&args, &journal).await;
    }
    if steps.contains("top") {
        top(&journal).await;
    }
    if steps.contains("verify") {
        verify(&args, &journal).await;
    }
    drop(journal);
    if steps.contains("needles") {
        all_needles(&args).await;
    }
    println!("peak memory {} MiB", peak_memory_mib());
}

/// Questions over all rows, the second time of three, or the first that takes long.
async fn scan(args: &Args, journal: &Journal) {
    let encoder = encoder_of(args);
    let everything = Query::newest(100);
    for (what, sought) in [
        ("seldom", "10.10.3.77 srcport=4"),
        ("in many lines", "YouTube"),
        ("never", "emlak.example.tr"),
        ("within a time", "12:3"),
    ] {
        let query = encoder.containing(everything.clone(), sought.as_bytes());
        let (mut times, mut rows, mut all) = (Vec::new(), 0, 0);
        for _ in 0..3 {
            let begun = Instant::now();
            all = journal.count(&query, i64::MAX, None).await.unwrap().rows;
            times.push(begun.elapsed());
            // What takes so long does not depend on what a page cache holds.
            if begun.elapsed() > Duration::from_secs(5) {
                break;
            }
        }
        let took = times[times.len().min(2) - 1];
        let begun = Instant::now();
        rows += journal.query(&query).await.unwrap().len();
        let newest = begun.elapsed();
        say(&format!("substring {what}"), ms(took));
        println!("`{sought}` ({what}): {all} lines counted in {:?}; newest {rows} in {newest:?}", took);
    }
}

/// Values most rows have, and rows by time.
async fn top(journal: &Journal) {
    let everything = Query::newest(100);
    for column in ["src_ip", "dst_ip", "application"] {
        let id = journal.schema().find(column).unwrap();
        let mut times = Vec::new();
        let mut best = Vec::new();
        for _ in 0..3 {
            let begun = Instant::now();
            best = journal.top(&everything, id, 10, None).await.unwrap().values;
            times.push(begun.elapsed());
        }
        say(&format!("top 10 of {column}"), ms(times[1]));
        println!("top 10 of {column}: {:?}; the first has {}", times[1], best.first().map_or(0, |it| it.1));
    }
    let begun = Instant::now();
    let counted = journal.count(&everything, 60_000_000, None).await.unwrap();
    println!(
        "rows by minute: {:?}, {} minutes, {} rows",
        begun.elapsed(),
        counted.pieces.len(),
        counted.rows
    );
}

async fn verify(args: &Args, journal: &Journal) {
    let keys = [("one".to_owned(), SigningKey::from_seed(&[1; 32]).public())].into();
    for every_row in [true, false] {
        let (begun, before) = (Instant::now(), busy());
        let report = journal.verify(&keys, &[], None, every_row).await.unwrap();
        let rows = args.lines as f64;
        if every_row {
            say(
                "verify every row, lines/s by the clock",
                format!("{:.0}", rows / begun.elapsed().as_secs_f64()),
            );
        }
        println!(
            "verify{}: {:.0} rows/s by the clock, {:.0} of one core, {} findings, {} rows decoded",
            if every_row { ", every row" } else { ", digests of files" },
            rows / begun.elapsed().as_secs_f64(),
            rows / (busy() - before),
            report.findings.len(),
            report.rows
        );
    }
}

async fn all_needles(args: &Args) {
    let asked = args.number("asked", 20);
    let inner: Vec<String> = (0..asked).map(|at| format!("10.10.{}.{}", at % 5, 20 + at * 7 % 230)).collect();
    needles(args, "src_ip", "src_ip", &inner).await;
    let outer: Vec<String> = (0..asked).map(|at| format!("198.51.100.{}", 1 + at % 2)).collect();
    needles(args, "nat_src_ip", "nat_src_ip", &outer).await;
    let absent: Vec<String> = (0..asked).map(|at| format!("11.1.1.{at}")).collect();
    needles(args, "absent", "src_ip", &absent).await;
}
