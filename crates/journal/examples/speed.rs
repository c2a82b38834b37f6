//! How fast and how small: `cargo run --release -p journal --example speed -- ROWS FOLDER`. Made-up lines in the shape
//! of a FortiGate's traffic log, 36 columns; the parser is not part of it: records come with their fields apart, so
//! that the figures are the journal's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use journal::{
    Column, ColumnId, Encoder, Error, Incoming, Journal, Kind, Limits, Options, Query, Row, Schema,
    SigningKey, Test,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

const TEXTS: [&str; 24] = [
    "devname",
    "devid",
    "tz",
    "logid",
    "type",
    "subtype",
    "level",
    "vd",
    "srcip",
    "srcintf",
    "srcintfrole",
    "dstip",
    "dstintf",
    "dstintfrole",
    "srccountry",
    "dstcountry",
    "action",
    "policytype",
    "service",
    "trandisp",
    "transip",
    "app",
    "appcat",
    "srcmac",
];
const NUMBERS: [&str; 11] = [
    "eventtime",
    "srcport",
    "dstport",
    "sessionid",
    "proto",
    "policyid",
    "transport",
    "duration",
    "sentbyte",
    "rcvdbyte",
    "sentpkt",
];
const START: i64 = 20_787 * 86_400_000_000;

/// Fields stand apart by a byte that no log has.
struct Apart(Vec<ColumnId>, Vec<ColumnId>);

impl Encoder for Apart {
    fn encode(&self, payload: &[u8], row: &mut Row) {
        let text = std::str::from_utf8(payload).unwrap();
        let mut fields = text.split('\u{1}');
        for (id, field) in self.0.iter().zip(fields.by_ref()) {
            row.text(*id, field);
        }
        for (id, field) in self.1.iter().zip(fields) {
            row.number(*id, field.parse().unwrap_or(0));
        }
    }

    fn leaf(&self, row: &Row, leaf: &mut Vec<u8>) {
        // As long as the line itself, names and quotes included.
        for (id, name) in self.0.iter().zip(TEXTS) {
            leaf.extend_from_slice(name.as_bytes());
            leaf.extend_from_slice(b"=\"");
            leaf.extend_from_slice(row.get_bytes(*id).unwrap_or_default());
            leaf.extend_from_slice(b"\" ");
        }
        for (id, name) in self.1.iter().zip(NUMBERS) {
            leaf.extend_from_slice(name.as_bytes());
            leaf.push(b'=');
            leaf.extend_from_slice(row.get_number(*id).unwrap_or_default().to_string().as_bytes());
            leaf.push(b' ');
        }
    }

    fn leaf_of_record(&self, payload: &[u8], _row: &Row, leaf: &mut Vec<u8>) {
        let mut fields = payload.split(|byte| *byte == 1);
        for (name, field) in TEXTS.iter().zip(fields.by_ref()) {
            leaf.extend_from_slice(name.as_bytes());
            leaf.extend_from_slice(b"=\"");
            leaf.extend_from_slice(field);
            leaf.extend_from_slice(b"\" ");
        }
        for (name, field) in NUMBERS.iter().zip(fields) {
            leaf.extend_from_slice(name.as_bytes());
            leaf.push(b'=');
            leaf.extend_from_slice(field);
            leaf.push(b' ');
        }
    }
}

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Few come often and many seldom, as addresses do.
    fn skewed(&mut self, end: u64) -> u64 {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((end as f64).powf(share) - 1.0) as u64
    }
}

fn client_text(client: u64) -> String {
    format!("10.{}.{}.{}", client >> 16, client >> 8 & 255, client & 255)
}

fn server_text(server: u64) -> String {
    format!("{}.{}.{}.{}", 20 + server % 180, server * 7 % 256, server * 31 % 256, server % 256)
}

fn record(chance: &mut Chance, number: u64) -> String {
    let client = chance.skewed(4_000);
    let server = chance.skewed(60_000);
    let service = chance.skewed(12) as usize;
    let (name, port) = [
        ("HTTPS", 443),
        ("DNS", 53),
        ("HTTP", 80),
        ("QUIC", 443),
        ("NTP", 123),
        ("SMTP", 25),
        ("IMAPS", 993),
        ("SSH", 22),
        ("RDP", 3389),
        ("SMB", 445),
        ("LDAP", 389),
        ("SIP", 5060),
        ("PING", 0),
    ][service];
    let app = ["HTTPS.BROWSER", "Microsoft.365", "YouTube", "WhatsApp", "Google.Services", "DNS", "NTP"]
        [chance.skewed(6) as usize];
    let source_port = 1_024 + chance.below(64_000);
    let sent = 60 + chance.skewed(200_000);
    let texts = [
        "FGT-BELEDIYE".to_owned(),
        "FG100FTK20001234".into(),
        "+0300".into(),
        "0000000013".into(),
        "traffic".into(),
        "forward".into(),
        if chance.below(50) == 0 { "warning" } else { "notice" }.into(),
        "root".into(),
        client_text(client),
        format!("vlan{}", client % 24),
        "lan".into(),
        server_text(server),
        "wan1".into(),
        "wan".into(),
        "Reserved".into(),
        ["United States", "Turkey", "Germany", "Ireland", "Netherlands"][(server % 5) as usize].into(),
        ["close", "accept", "timeout", "deny"][chance.skewed(4) as usize].into(),
        "policy".into(),
        name.into(),
        "snat".into(),
        format!("85.105.10.{}", client % 8),
        app.into(),
        "Web.Client".into(),
        format!("00:1b:44:{:02x}:{:02x}:{:02x}", client >> 16, client >> 8 & 255, client & 255),
    ];
    let numbers = [
        (START as u64 + number * 400) * 1_000 + chance.below(400_000),
        source_port,
        port,
        90_000_000 + number + chance.below(64),
        if service == 1 { 17 } else { 6 },
        1 + client % 40,
        source_port,
        chance.skewed(600),
        sent,
        sent * chance.below(20),
        sent / 600 + 1,
    ];
    let numbers = numbers.map(|number| number.to_string());
    texts.iter().chain(&numbers).map(String::as_str).collect::<Vec<_>>().join("\u{1}")
}

/// Processor time of this process so far.
fn busy() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}

fn folder_bytes(folder: &std::path::Path) -> u64 {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            if entry.path().is_dir() { folder_bytes(&entry.path()) } else { entry.metadata().unwrap().len() }
        })
        .sum()
}

async fn open(folder: &std::path::Path, sorted_by: &[&str], level: i32) -> Journal {
    let sought = ["srcip", "dstip", "transip", "srcmac"];
    let text = |name: &&str| {
        if sought.contains(name) {
            Column::new(name, Kind::Text).sought()
        } else {
            Column::new(name, Kind::Text)
        }
    };
    let columns = TEXTS.iter().map(text).chain(NUMBERS.iter().map(|name| Column::new(name, Kind::Number)));
    let schema = Arc::new(Schema::new("access", columns.collect(), sorted_by).unwrap());
    let ids = |names: &[&str]| names.iter().map(|name| schema.find(name).unwrap()).collect();
    let encoder = Arc::new(Apart(ids(&TEXTS), ids(&NUMBERS)));
    std::fs::create_dir_all(folder.join("all")).unwrap();
    let store =
        object_store::local::LocalFileSystem::new_with_prefix(folder.join("all")).unwrap().with_fsync(true);
    Journal::open(Options {
        schema,
        encoder,
        node: "one".to_owned(),
        folder: folder.join("node"),
        store: Arc::new(store),
        key: SigningKey::from_seed(&[1; 32]),
        clock: Arc::new(|| START),
        limits: Limits { level, ..Limits::default() },
    })
    .await
    .unwrap()
}

async fn needles(journal: &Journal, columns: &[&str], values: &[Vec<u8>]) {
    for name in columns {
        let id = journal.schema().find(name).unwrap();
        let (mut times, mut rows) = (Vec::new(), 0);
        for value in values {
            let begun = Instant::now();
            let query = Query::newest(100).with(id, Test::OneOf(vec![value.clone()]));
            rows += journal.query(&query).await.unwrap().len();
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!("  {name}: {rows} rows, p50 {:?}, p95 {:?}, first included", at(0.5), at(0.95));
    }
}

/// Appends so many made-up lines and gives the bytes they would have as lines, and the processor's seconds used.
async fn fill(journal: &Journal, rows: u64) -> (u64, f64) {
    let mut chance = Chance(42);
    let before = busy();
    (0..100_000).for_each(|it| drop(std::hint::black_box(record(&mut chance, it))));
    let making = (busy() - before) / 100_000.0;
    let texts: usize = TEXTS.iter().map(|name| name.len() + 3).sum();
    let names = texts + NUMBERS.iter().map(|name| name.len() + 1).sum::<usize>();
    let (mut number, mut line_bytes, before) = (0, 0, busy());
    while number < rows {
        let batch: Vec<String> =
            (number..(number + 1_000).min(rows)).map(|it| record(&mut chance, it)).collect();
        line_bytes += batch.iter().map(|it| (it.len() + names) as u64).sum::<u64>();
        let received = |at: u64| START + at as i64 * 400;
        let records = batch.iter().zip(number..);
        let records: Vec<Incoming<'_>> = records
            .map(|(line, at)| Incoming { received_at_us: received(at), payload: line.as_bytes() })
            .collect();
        loop {
            match journal.append(&records) {
                Err(Error::Behind) => tokio::time::sleep(Duration::from_millis(2)).await,
                receipt => break receipt.unwrap().durable().await.unwrap(),
            }
        }
        number += batch.len() as u64;
    }
    journal.seal_now().await.unwrap();
    // Making the lines is not the journal's.
    (line_bytes, busy() - before - making * rows as f64)
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let rows: u64 = args.next().and_then(|it| it.parse().ok()).unwrap_or(1_000_000);
    let folder = std::path::PathBuf::from(args.next().expect("a folder"));
    let level: i32 = args.next().and_then(|it| it.parse().ok()).unwrap_or(3);
    let sorted = args.next().unwrap_or_default();
    let sorted: Vec<&str> = sorted.split(',').filter(|it| !it.is_empty()).collect();
    let journal = open(&folder, &sorted, level).await;
    let begun = Instant::now();
    let (line_bytes, used) = fill(&journal, rows).await;
    let each = used * 1e6 / rows as f64;
    println!(
        "{rows} rows of {} bytes: {each:.2} µs of one core each, {:?} with making them",
        line_bytes / rows,
        begun.elapsed()
    );
    journal.hand_over().await.unwrap();
    let (bytes, seals) = (folder_bytes(&folder.join("all")), folder_bytes(&folder.join("all/_seals")));
    let (each, share) = (bytes as f64 / rows as f64, line_bytes as f64 / bytes as f64);
    println!(
        "{each:.2} bytes a row, 1/{share:.1} of the line; seals {:.3} bytes a row",
        seals as f64 / rows as f64
    );
    println!("{}", peak_memory());
    let begun = Instant::now();
    let keys = [("one".to_owned(), SigningKey::from_seed(&[1; 32]).public())].into();
    let report = journal.verify(&keys, &[], None, true).await.unwrap();
    let speed = report.rows as f64 / begun.elapsed().as_secs_f64();
    println!("verify, every row: {speed:.0} rows/s, {} findings", report.findings.len());
    drop(journal);
    println!("needles, newest 100 rows, each kind by a journal opened anew:");
    let clients: Vec<Vec<u8>> = (0..40).map(|at| client_text(3_000 + at * 25).into_bytes()).collect();
    needles(&open(&folder, &sorted, level).await, &["srcip"], &clients).await;
    let servers: Vec<Vec<u8>> = (0..40).map(|at| server_text(50_000 + at * 201).into_bytes()).collect();
    needles(&open(&folder, &sorted, level).await, &["dstip"], &servers).await;
    let absent: Vec<Vec<u8>> = (0..40).map(|at| format!("11.1.1.{at}").into_bytes()).collect();
    needles(&open(&folder, &sorted, level).await, &["srcip", "dstip"], &absent).await;
}
