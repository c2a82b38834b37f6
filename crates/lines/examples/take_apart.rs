//! How many lines a second one core takes apart, by format, and puts together again; and how fast the made town writes.
//!
//! `cargo run --release -p lines --features made --example take_apart [LINES]`

use lines::made::{Plan, SOURCES, Town};
use lines::{Layout, Meaning, Moment, Taken, Value, take_apart};
use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Lines of one source, one after the other.
#[derive(Default)]
struct Log {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Log {
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, to)| &self.bytes[from..*to])
    }
}

/// Time on the processor, so that a busy machine does not count; the clock where the system does not tell it.
fn processor_time(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let ns = told.and_then(|it| it.split(' ').next()?.parse().ok());
    ns.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn time_of(mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    let before = processor_time(start);
    run();
    processor_time(start).saturating_sub(before)
}

/// What one run takes: the best of five times eight runs, as the system counts in ticks of some milliseconds.
fn best(mut run: impl FnMut()) -> Duration {
    let mut eight = || (0..8).for_each(|_| run());
    (0..5).map(|_| time_of(&mut eight) / 8).min().unwrap_or_default()
}

fn rate(count: usize, time: Duration) -> String {
    format!("{:>9.0}", count as f64 / time.as_secs_f64())
}

fn main() {
    let count: usize = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(1_000_000);
    let town = Town::new(Plan { people: 20_000, sessions_per_second: 2_000, ..Plan::default() });
    let mut by_source = SOURCES.map(|_| Log::default());
    let (mut lines, mut line) = (town.lines(), Vec::new());
    let mut made_bytes = 0;
    let time = time_of(|| {
        for _ in 0..count {
            black_box(lines.next_line(&mut line));
            made_bytes += line.len();
        }
    });
    println!("made     {} lines/s, {} bytes each", rate(count, time), made_bytes / count.max(1));
    let mut lines = town.lines();
    let mut written_us = 0;
    for _ in 0..count {
        let written = lines.next_line(&mut line);
        written_us = written.received_us;
        let index = SOURCES.iter().position(|it| *it == written.source).unwrap_or_default();
        let some = &mut by_source[index];
        if some.ends.len() < 50_000 {
            some.bytes.extend_from_slice(&line);
            some.ends.push(some.bytes.len());
        }
    }
    let moment = Moment { received_us: written_us, offset_minutes: 180 };
    println!("source            lines  bytes layouts     apart  meaning  together  (lines/s, one core)");
    for (source, some) in SOURCES.iter().zip(&by_source) {
        measure(source.name(), some, moment);
    }
}

fn measure(name: &str, some: &Log, moment: Moment) {
    let count = some.ends.len();
    let mut taken = Taken::default();
    let apart = best(|| {
        for line in some.lines() {
            take_apart(line, moment, None, &mut taken);
            black_box(&taken);
        }
    });
    let meaning = best(|| {
        for line in some.lines() {
            take_apart(line, moment, None, &mut taken);
            black_box(Meaning::of(line, &taken));
        }
    });
    let mut layouts: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut parts: Vec<(usize, Vec<Value<'_>>)> = Vec::new();
    let mut read = Vec::new();
    for line in some.lines() {
        take_apart(line, moment, None, &mut taken);
        let next = layouts.len();
        let number = *layouts.entry(taken.layout().to_vec()).or_insert(next);
        if number == next {
            read.push(Layout::new(taken.layout()).expect("a layout that was made can be read"));
        }
        parts.push((number, taken.fields(line).map(|(_, value)| value).collect()));
    }
    let mut out = Vec::new();
    let together = best(|| {
        for (layout, values) in &parts {
            out.clear();
            read[*layout].put_together(values, &mut out).expect("values fit their layout");
            black_box(&out);
        }
    });
    let bytes = some.bytes.len() / count.max(1);
    let rates = [apart, meaning, together].map(|time| rate(count, time)).join(" ");
    println!("{name:<16} {count:>6} {bytes:>6} {:>7} {rates}", read.len());
}
