//! How long "who used this address?" takes and whether it is right:
//! `cargo run --release -p access_stream --example who -- LINES FOLDER [QUESTIONS]`. Makes a journal of so many lines
//! of a made town, unless the folder has one, and asks for sessions and for moments without one. The town knows the
//! truth. A town that is made again of the same number of lines is the same. A line `= WHAT | WHO | VALUE` is a figure for
//! the table of `cargo xtask bench`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use access_stream::hunt::{self, Indicator, hunt};
use access_stream::who::{About, Answer, Limits, Question, Skew, Sources, who};
use access_stream::{LineEncoder, Received, TURKIYE_MINUTES};
use journal::{Error, Incoming, Journal, Options, SigningKey};
use lines::made::{Plan, SOURCES, Town};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SECOND_US: i64 = 1_000_000;

async fn open(folder: &std::path::Path, encoder: &Arc<LineEncoder>) -> Journal {
    std::fs::create_dir_all(folder.join("all")).unwrap();
    let store = object_store::local::LocalFileSystem::new_with_prefix(folder.join("all")).unwrap();
    Journal::open(Options {
        schema: encoder.schema().clone(),
        encoder: encoder.clone(),
        node: "one".to_owned(),
        folder: folder.join("node"),
        store: Arc::new(store.with_fsync(true)),
        key: SigningKey::from_seed(&[1; 32]),
        clock: Arc::new(|| Plan::default().start_us),
        limits: journal::Limits::default(),
    })
    .await
    .unwrap()
}

/// Appends lines of the town and gives the instant of the last.
async fn fill(journal: Option<&Journal>, town: Town, count: u64) -> i64 {
    let (mut lines, mut line, mut last_us) = (town.lines(), Vec::new(), 0);
    let mut batch: Vec<(i64, Vec<u8>)> = Vec::new();
    for number in 1..=count {
        let written = lines.next_line(&mut line);
        last_us = written.received_us;
        let Some(journal) = journal else { continue };
        let source = SOURCES.iter().position(|it| *it == written.source).unwrap() as u32 + 1;
        let mut record = Vec::new();
        let received = Received {
            source,
            sender: "10.0.0.1",
            format: Some(written.source.format()),
            offset_minutes: TURKIYE_MINUTES,
            is_old: false,
            as_of_us: None,
            is_cut: false,
            place: None,
            line: &line,
        };
        received.write(&mut record);
        batch.push((written.received_us, record));
        if batch.len() == 1_000 || number == count {
            let records = batch.iter();
            let records: Vec<Incoming<'_>> = records
                .map(|(received_at_us, payload)| Incoming { received_at_us: *received_at_us, payload })
                .collect();
            loop {
                match journal.append(&records) {
                    Err(Error::Behind) => tokio::time::sleep(Duration::from_millis(2)).await,
                    receipt => break receipt.unwrap().durable().await.unwrap(),
                }
            }
            batch.clear();
        }
    }
    if let Some(journal) = journal {
        journal.seal_now().await.unwrap();
        journal.hand_over().await.unwrap();
    }
    last_us
}

fn mixed(number: u64) -> u64 {
    let it = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (it ^ (it >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11
}

/// Processor time of this process so far, in milliseconds.
fn busy_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
}

struct Asked {
    busy_ms: f64,
    times: Vec<Duration>,
    right: usize,
    wrong: usize,
    missed: usize,
    queries: usize,
}

impl Asked {
    fn say(mut self, about: &str) {
        self.times.sort_unstable();
        let at = |share: f64| self.times[((self.times.len() - 1) as f64 * share) as usize];
        let precision = self.right as f64 / (self.right + self.wrong).max(1) as f64;
        let recall = self.right as f64 / (self.right + self.missed).max(1) as f64;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!("= who used it ({about}), p50 / p95 | Belde | {:.1} / {:.1} ms", ms(at(0.5)), ms(at(0.95)));
        if self.right + self.missed > 0 {
            println!("= who used it ({about}), precision / recall | Belde | {precision:.4} / {recall:.4}");
        }
        println!(
            "{about}: {} asked, p50 {:?}, p95 {:?}, worst {:?}; precision {precision:.4}, recall {recall:.4}, wrong {}; \
             {:.1} queries and {:.0} ms of processor each",
            self.times.len(),
            at(0.5),
            at(0.95),
            at(1.0),
            self.wrong,
            self.queries as f64 / self.times.len() as f64,
            self.busy_ms / self.times.len() as f64
        );
    }
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let count: u64 = args.next().and_then(|it| it.parse().ok()).unwrap_or(1_000_000);
    let folder = std::path::PathBuf::from(args.next().expect("a folder"));
    let questions: usize = args.next().and_then(|it| it.parse().ok()).unwrap_or(300);
    let encoder = Arc::new(LineEncoder::new().unwrap());
    let plan = Plan::default();
    let town = Town::new(plan);
    let is_made = folder.join("all").exists();
    let journal = open(&folder, &encoder).await;
    let begun = Instant::now();
    let last_us = fill((!is_made).then_some(&journal), town, count).await;
    println!(
        "{count} lines, {} s of the town, made in {:?}",
        (last_us - plan.start_us) / SECOND_US,
        begun.elapsed()
    );
    // As the caller would know it who measured the clocks while lines came.
    let about = |source| {
        let skew = Skew { ahead_us: town.skew_us(source), within_us: 500_000 };
        About { skew: Some(skew), ..About::default() }
    };
    let known: Sources = (1..).zip(SOURCES).map(|(number, source)| (number, about(source))).collect();
    let unknown = Sources::new();
    let ask = async |ip: Ipv4Addr, port: u16, at_us: i64, tolerance_us: i64, sources: &Sources| -> Answer {
        let port = Some(port);
        let asked = Question { ip: ip.into(), port, proto: None, at_us, tolerance_us, other_side: None };
        who(&journal, &encoder, &asked, sources, &Limits::default()).await.unwrap()
    };
    for (about, is_used, tolerance_us, sources) in [
        ("users, clocks known", true, 0, &known),
        ("users, clocks measured now", true, 0, &unknown),
        ("users, clocks known, ±30 s", true, 30 * SECOND_US, &known),
        ("nobody, clocks known", false, 0, &known),
    ] {
        let mut asked = Asked { busy_ms: 0.0, times: Vec::new(), right: 0, wrong: 0, missed: 0, queries: 0 };
        let mut number = 0;
        while asked.times.len() < questions {
            number += 1;
            let span = (last_us - plan.start_us - 250 * SECOND_US).max(1) as u64;
            let at_us = plan.start_us + 125 * SECOND_US + (mixed(number) % span) as i64;
            let ip =
                if number % 2 == 0 { Ipv4Addr::new(198, 51, 100, 1) } else { Ipv4Addr::new(203, 0, 113, 1) };
            let port = 1024 + (mixed(number ^ 0xFFFF_0000) % 60_000) as u16;
            let truth = town.who(ip, port, at_us);
            let is_near = (-30..=30).any(|it| town.who(ip, port, at_us + it * 100_000).is_some());
            if truth.is_some() != is_used || (!is_used && is_near) {
                continue;
            }
            let begun = Instant::now();
            let before_ms = busy_ms();
            let answer = ask(ip, port, at_us, tolerance_us, sources).await;
            asked.times.push(begun.elapsed());
            asked.busy_ms += busy_ms() - before_ms;
            asked.queries += answer.looked_at.queries;
            let is_it = |mac| truth.is_some_and(|it| Some(it.mac) == mac);
            let is_found = answer.chains.iter().any(|it| is_it(it.mac));
            asked.right += usize::from(is_found);
            asked.missed += usize::from(truth.is_some() && !is_found);
            let within = tolerance_us / 100_000 + 30;
            let users: Vec<_> = match tolerance_us {
                0 => truth.into_iter().collect(),
                _ => (-within..=within).filter_map(|it| town.who(ip, port, at_us + it * 100_000)).collect(),
            };
            let is_possible = |mac| users.iter().any(|it| Some(it.mac) == mac);
            asked.wrong += answer.chains.iter().filter(|it| !is_possible(it.mac)).count();
        }
        asked.say(about);
    }
    hunted(&journal, &encoder, (plan.start_us - 3_600 * SECOND_US, last_us + 3_600 * SECOND_US)).await;
}

/// A list of 5,000 addresses, of which the town knows one in a hundred, and one of 1,000 names, of which it knows none.
async fn hunted(journal: &Journal, encoder: &LineEncoder, span: (i64, i64)) {
    let far = |it: u32| Indicator::Ip(Ipv4Addr::from_bits(0xC600_0000 + it * 77).into());
    // Other sides of the town's, few of which have most of the sessions.
    let near = |it: u32| {
        let rank = 1_000 + it * 40;
        Indicator::Ip(Ipv4Addr::from_bits(0x1700_0000 + rank.wrapping_mul(0x9E37_79B1) % 0x9000_0000).into())
    };
    let addresses: Vec<Indicator> = (0..4_950).map(far).chain((0..50).map(near)).collect();
    let names = (0..1_000).map(|it| Indicator::Name(format!("kotu-{it}.example"))).collect();
    for (about, list) in [("5,000 addresses", addresses), ("1,000 names", names)] {
        let (begun, before_ms) = (Instant::now(), busy_ms());
        let found = hunt(journal, encoder, &list, span, &hunt::Limits::default()).await.unwrap();
        println!(
            "hunt, {about}: {} seen in {} rows, {:?}, {:.0} ms of processor, {} queries",
            found.sightings.len(),
            found.rows,
            begun.elapsed(),
            busy_ms() - before_ms,
            found.queries
        );
    }
}
