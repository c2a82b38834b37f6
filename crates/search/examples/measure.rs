//! Measures full-text search: makes letters whose words are known, puts them into a database, makes the index from it, and asks
//! with the rule of who may see what; every count is compared with the truth. Run it with
//! `cargo run --release -p search --example measure -- sqlite:/tmp/measure.db 1000000 /tmp/measure-index [peer]`;
//! `peer` asks the database's own full-text search (FTS5, tsvector) the same. Figures, not a test.
#![allow(clippy::unwrap_used)]

#[path = "measure/asking.rs"]
mod asking;
#[path = "measure/letters.rs"]
mod letters;
#[path = "../tests/common/paper.rs"]
mod paper;
#[path = "measure/peer.rs"]
mod peer;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use kernel::db::insert_many;
use kernel::job::{JobContext, Services};
use kernel::migrate::migrate;
use kernel::{Act, Clock, Db, Registry, Source};
use letters::Letters;
use paper::capability;
pub use paper::{SECRET, VIEW};
use search::{Index, NothingBeside};

/// What this process has in memory at most, in MB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

fn size_mb(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum::<u64>() / 1_000_000
}

async fn fill(db: &Db, clock: &Clock, count: u64) -> Letters {
    let mut letters = Letters::new();
    let act = Act::system(clock, Source::CommandLine, "ölçüm");
    let mut done = 0;
    while done < count {
        let tx = db.begin(&act).await.unwrap();
        tx.without_event("letters that are measured");
        let mut values = Vec::new();
        for no in done..(done + 5_000).min(count) {
            let one = letters.next(no);
            values.extend([
                one.id.into(),
                1_i64.into(),
                i64::try_from(no).unwrap().into(),
                one.title.into(),
                one.body.into(),
                (if one.is_secret { "secret" } else { "open" }).into(),
                one.unit.into(),
                one.owner.into(),
                one.at.into(),
            ]);
        }
        insert_many(
            &tx,
            "paper",
            "id, version, no, title, body, state, unit_id, owner_id, created_at",
            values,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        done += 5_000;
    }
    letters
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, count, folder, rest @ ..] = arguments.as_slice() else {
        eprintln!("measure DATABASE COUNT FOLDER [peer]");
        return;
    };
    let count: u64 = count.parse().expect("a number of letters");
    let registry = Arc::new(Registry::new(vec![capability()]));
    let db = Db::open(url, 4).await.unwrap();
    db.set_registry(registry.clone());
    let clock = Clock::System;
    migrate(&db, &clock, &registry.migrations()).await.unwrap();
    let began = Instant::now();
    let letters = fill(&db, &clock, count).await;
    db.settle().await.unwrap();
    println!(
        "{count} letters, {} MB of text, filled in {:.0} s",
        letters.bytes / 1_000_000,
        began.elapsed().as_secs_f64()
    );
    println!("memory so far, with the truth: {} MB", most_memory());
    let index = Index::new(Path::new(folder), NothingBeside);
    let context = JobContext {
        db: db.clone(),
        clock,
        registry: registry.clone(),
        services: Arc::new(Services::default()),
    };
    let began = Instant::now();
    index.catch_up(&context).await.unwrap();
    let took = began.elapsed().as_secs_f64();
    println!(
        "index made in {took:.0} s: {:.0} records/s; {} MB on the disk",
        count as f64 / took,
        size_mb(Path::new(folder))
    );
    println!("memory at most: {} MB", most_memory());
    asking::measure(&index, &registry, &letters).await;
    println!("memory at most, after the questions: {} MB", most_memory());
    if rest.iter().any(|one| one == "peer") {
        peer::measure(&db, &letters).await;
    }
    db.close().await.unwrap();
}
