//! Prints how many records a second are hashed, sealed and verified. Run it with
//! `cargo run --release -p seal --example leaf_speed`; a figure, not a test.

use seal::{Canonical, Seal, Sealed, verify_chain};
use std::time::Instant;

const RECORDS: u64 = 1 << 18;

fn main() {
    let started = Instant::now();
    let leaves: Vec<_> = (0..RECORDS)
        .map(|no| {
            let mut record = Canonical::record("event/1");
            record.bytes(&no.to_be_bytes()).instant_us(1_700_000_000_000_000 + no as i64);
            record.text("regulation.clause.confirm").text("Ayşe Yılmaz").optional_text(None);
            record.text("Madde 7 fıkra 1 bent ç görev kataloğundaki karşılığıyla eşleştirildi.");
            record.leaf()
        })
        .collect();
    let written = started.elapsed();
    let started = Instant::now();
    let seal = Seal::next(None, &leaves, 0).expect("the leaves fit one seal");
    let sealed = started.elapsed();
    let started = Instant::now();
    let report = verify_chain([Sealed { seal: &seal, found: &leaves, kept: Some(&leaves) }], &[]);
    let verified = started.elapsed();
    assert!(report.is_whole(), "nobody touched the leaves");
    for (what, took) in [("write and hash", written), ("seal", sealed), ("verify", verified)] {
        println!("{what:>14}: {:>10.0} leaves/s", RECORDS as f64 / took.as_secs_f64());
    }
}
