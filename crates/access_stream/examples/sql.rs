//! A question in SQL to the journal that an earlier run of `town` made: `cargo run --release -p access_stream --example sql -- FOLDER
//! "SELECT …"`. Says how long it took and how many rows were read.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use access_stream::LineEncoder;
use journal::{Journal, Limits, Options, SigningKey};
use journal_sql::{Limits as Bounds, Tables, ask};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() {
    let [folder, sql] = <[String; 2]>::try_from(std::env::args().skip(1).collect::<Vec<_>>()).unwrap();
    let folder = std::path::PathBuf::from(folder);
    let encoder = Arc::new(LineEncoder::new().unwrap());
    let store = object_store::local::LocalFileSystem::new_with_prefix(folder.join("all")).unwrap();
    let journal = Journal::open(Options {
        schema: encoder.schema().clone(),
        encoder: encoder.clone(),
        node: "reader".to_owned(),
        folder: folder.join("reader"),
        store: Arc::new(store),
        key: SigningKey::from_seed(&[7; 32]),
        clock: Arc::new(|| 0),
        limits: Limits::default(),
    });
    let line = journal_sql::Made { name: "line", of: Arc::new(move |row| encoder.line(row)) };
    let tables = Tables { journal: Arc::new(journal.await.unwrap()), made: vec![line], beside: Vec::new() };
    let time = Duration::from_secs(600);
    let bounds = Bounds { rows: 20, bytes: 1 << 20, reading: time, time };
    for _ in 0..2 {
        let started = Instant::now();
        let answer = ask(tables.clone(), sql.clone(), bounds, i64::MAX).await.unwrap();
        let took = started.elapsed();
        for row in &answer.rows {
            let shown: Vec<String> = row.iter().map(ToString::to_string).collect();
            println!("{}", shown.join(" | "));
        }
        println!("{} rows read in {took:?}", answer.read);
    }
}
