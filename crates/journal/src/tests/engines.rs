//! Other programs read the folder as it is: the Parquet library's own reader, DuckDB and ClickHouse (chDB).

use super::{NOON, append, lines, open, text_of};
use crate::Query;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use std::fs::File;
use std::process::Command;

/// A Python program that has the packages `duckdb` and `chdb`.
const VARIABLE: &str = "BELDE_TEST_ENGINES";

#[tokio::test]
async fn the_librarys_own_reader_reads_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    let mut told = lines(0, 40_000);
    told.extend((0..50).map(|number| format!("{}|10.9.9.9|8.8.8.8|53|user=kişi{number}", NOON - 1 - number)));
    append(&journal, NOON, &told).await;
    journal.seal_now().await.unwrap();
    journal.hand_over().await.unwrap();
    let file =
        File::open(folder.path().join("all/stream=lines/day=2026-11-30/one-0000000001.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let mut found = Vec::new();
    for row in reader.get_row_iter(None).unwrap() {
        let row = row.unwrap();
        // Columns: at, received_at, then by name: port, source, target, text, user.
        let text = |at| row.get_string(at).unwrap().as_str();
        let (port, source, target) = (row.get_ulong(2).unwrap(), text(3), text(4));
        found.push(format!("{}|{source}|{target}|{port}|{}", row.get_timestamp_micros(0).unwrap(), text(5)));
    }
    found.sort_unstable();
    told.sort_unstable();
    assert_eq!(found, told);
    let mut ours = journal.query(&Query::newest(100_000)).await.unwrap();
    let mut ours: Vec<String> = ours.drain(..).map(|row| text_of(&journal, &row)).collect();
    ours.sort_unstable();
    assert_eq!(ours, told);
}

const DUCKDB: &str = r#"
import duckdb, sys
table = f"read_parquet('{sys.argv[1]}/stream=*/day=*/*.parquet', hive_partitioning = true, union_by_name = true)"
one = duckdb.sql(f"select text, port, cast(day as varchar) from {table} where source = '10.0.0.3' and port = 1002 and text = 'line 17'").fetchall()
print(duckdb.sql(f"select count(*), count(distinct source), max(port), count(\"user\") from {table}").fetchall()[0], one)
"#;

const CHDB: &str = r#"
import chdb, sys
table = f"file('{sys.argv[1]}/stream=*/day=*/*.parquet', Parquet)"
one = chdb.query(f"select text, port, toString(toDate(at)) from {table} where source = '10.0.0.3' and port = 1002 and text = 'line 17' format TSV")
print(chdb.query(f"select count(), count(distinct source), max(port), countIf(`user` like 'u%') from {table} format TSV settings schema_inference_mode = 'union'"), one)
"#;

#[tokio::test]
async fn duckdb_and_clickhouse_count_and_find_a_row() {
    let Some(python) = std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) else {
        eprintln!("skipped: {VARIABLE} is not set, no DuckDB and chDB to read segments with");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    append(&journal, NOON, &lines(0, 30_000)).await;
    journal.seal_now().await.unwrap();
    let told: Vec<String> =
        (0..10).map(|number| format!("{}|10.0.0.9|8.8.8.8|53|user=u{number}", NOON + number)).collect();
    append(&journal, NOON, &told).await;
    journal.seal_now().await.unwrap();
    journal.hand_over().await.unwrap();
    let say = |program: &str| {
        let output =
            Command::new(&python).arg("-c").arg(program).arg(folder.path().join("all")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(say(DUCKDB).trim(), "(30010, 8, 1004, 10) [('line 17', 1002, '2026-11-30')]");
    let words = say(CHDB).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "30010 8 1004 10 line 17 1002 2026-11-30");
}
