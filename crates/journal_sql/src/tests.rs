//! The same questions to a journal and to a plain table of SQLite with the same rows: the answers are equal, whatever went
//! down into the journal.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use journal::{Column, Encoder, Incoming, Journal, Kind, Row, Schema, SigningKey};
use object_store::local::LocalFileSystem;

use crate::push::instant_text;
use crate::{Answer, Beside, Error, Limits, Made, Tables, Value, ask, judge};

const DAY_US: i64 = 86_400_000_000;
/// 30 November 2026, at midnight.
const MIDNIGHT: i64 = 20_787 * DAY_US;
const ROWS: u64 = 600;

struct Talks(Arc<Schema>);

impl Encoder for Talks {
    fn encode(&self, payload: &[u8], row: &mut Row) {
        let text = std::str::from_utf8(payload).unwrap();
        let parts: Vec<&str> = text.split('|').collect();
        row.at_us = parts[0].parse().unwrap();
        for (name, text) in ["who", "what"].into_iter().zip(&parts[1..3]).filter(|(_, text)| !text.is_empty())
        {
            row.text(self.0.find(name).unwrap(), text);
        }
        if let Ok(port) = parts[3].parse() {
            row.number(self.0.find("port").unwrap(), port);
        }
    }

    fn leaf(&self, row: &Row, leaf: &mut Vec<u8>) {
        leaf.extend_from_slice(&line(&self.0, row).unwrap());
    }
}

fn line(schema: &Schema, row: &Row) -> Option<Vec<u8>> {
    let text = |name| row.get_text(schema.find(name).unwrap()).unwrap_or_default();
    let port = row.get_number(schema.find("port").unwrap()).map_or(String::new(), |it| it.to_string());
    Some(format!("{}|{}|{}|{port}", row.at_us, text("who"), text("what")).into_bytes())
}

fn schema() -> Arc<Schema> {
    let columns = vec![
        Column::new("who", Kind::Text).sought(),
        Column::new("what", Kind::Text),
        Column::new("port", Kind::Number).sought(),
    ];
    Arc::new(Schema::new("talks", columns, &["who"]).unwrap())
}

/// Instant, who, what, port of the rows: three days, some without a value, one with a number SQLite does not know.
fn rows() -> Vec<(i64, String, String, Option<u64>)> {
    (0..ROWS)
        .map(|at| {
            let who = if at % 11 == 0 { String::new() } else { format!("10.0.{}.{}", at % 3, at % 7) };
            let port = match at % 13 {
                0 => None,
                1 => Some(u64::MAX - 3),
                _ => Some([22, 53, 443, 8080][at as usize % 4]),
            };
            (MIDNIGHT + at as i64 * (DAY_US / 200), who, format!("Söz {}", at % 17), port)
        })
        .collect()
}

async fn made(folder: &Path, is_sealed: bool) -> Tables {
    let schema = schema();
    let store = folder.join("all");
    std::fs::create_dir_all(&store).unwrap();
    let options = journal::Options {
        encoder: Arc::new(Talks(schema.clone())),
        schema: schema.clone(),
        node: "one".to_owned(),
        folder: folder.join("one"),
        store: Arc::new(LocalFileSystem::new_with_prefix(&store).unwrap()),
        key: SigningKey::from_seed(&[7; 32]),
        clock: Arc::new(|| MIDNIGHT + 4 * DAY_US),
        limits: journal::Limits::default(),
    };
    let journal = Journal::open(options).await.unwrap();
    let all = rows();
    for (number, some) in all.chunks(150).enumerate() {
        let lines: Vec<String> = some
            .iter()
            .map(|(at, who, what, port)| {
                format!("{at}|{who}|{what}|{}", port.map_or(String::new(), |it| it.to_string()))
            })
            .collect();
        let records: Vec<Incoming<'_>> = lines
            .iter()
            .map(|line| Incoming { received_at_us: MIDNIGHT, payload: line.as_bytes() })
            .collect();
        journal.append(&records).unwrap().durable().await.unwrap();
        // The last rows stay in the live log.
        if is_sealed && number < 3 {
            journal.seal_now().await.unwrap();
        }
    }
    let made = Made { name: "line", of: Arc::new(move |row| line(&schema, row)) };
    let names = vec![
        vec![Value::Text("10.0.1.2".into()), Value::Text("Yazı İşleri".into())],
        vec![Value::Text("10.0.2.5".into()), Value::Text("Fen İşleri".into())],
    ];
    let beside = Beside { name: "desks", columns: &[("address", "TEXT"), ("desk", "TEXT")], rows: names };
    Tables { journal: Arc::new(journal), made: vec![made], beside: vec![beside] }
}

/// The same rows in a table of SQLite's own.
fn plain(tables: &Tables) -> rusqlite::Connection {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    let text = "CREATE TABLE talks(at TEXT, received_at TEXT, line TEXT, who TEXT, what TEXT, port INTEGER);
                CREATE TABLE desks(address TEXT, desk TEXT);";
    db.execute_batch(text).unwrap();
    let some = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
    for (at, who, what, port) in rows() {
        let number = match port.map(|it| (i64::try_from(it), it)) {
            None => Value::Null,
            Some((Ok(number), _)) => Value::Integer(number),
            Some((Err(_), number)) => Value::Real(number as f64),
        };
        let line = format!("{at}|{who}|{what}|{}", port.map_or(String::new(), |it| it.to_string()));
        let values = [
            Value::Text(instant_text(at)),
            Value::Text(instant_text(MIDNIGHT)),
            Value::Text(line),
            some(&who),
            some(&what),
            number,
        ];
        db.execute("INSERT INTO talks VALUES (?, ?, ?, ?, ?, ?)", rusqlite::params_from_iter(&values))
            .unwrap();
    }
    for row in &tables.beside[0].rows {
        db.execute("INSERT INTO desks VALUES (?, ?)", rusqlite::params_from_iter(row)).unwrap();
    }
    db
}

const LIMITS: Limits =
    Limits { rows: 1_000, bytes: 1 << 20, reading: Duration::from_secs(20), time: Duration::from_secs(30) };

async fn asked(tables: &Tables, sql: &str) -> Result<Answer, Error> {
    ask(tables.clone(), sql.to_owned(), LIMITS, i64::MAX).await
}

fn of_plain(db: &rusqlite::Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = db.prepare(sql).unwrap();
    let width = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        all.push((0..width).map(|at| crate::value(row.get_ref(at).unwrap())).collect());
    }
    all
}

const CONDITIONS: [&str; 30] = [
    "1",
    "at >= '2026-12-01'",
    "at > '2026-11-30 12:00' AND at < '2026-12-01 06'",
    "at <= '2026-11-30 00:07:12.000000'",
    "at < '2026-11-30 00:07:12.000000'",
    "at = '2026-11-30 00:07:12.000000'",
    "at BETWEEN '2026-11-30 10' AND '2026-11-30 20'",
    "at >= '1 Aralık'",
    "at > 5",
    "who = '10.0.1.2'",
    "who = '10.0.1.2' COLLATE NOCASE",
    "who IN ('10.0.1.2', '10.0.2.5', 'nobody')",
    "who IN (SELECT address FROM desks)",
    "who GLOB '10.0.1*'",
    "who GLOB '*.2'",
    "who LIKE '10.0.1.%'",
    "who IS NULL",
    "who = NULL",
    "who <> '10.0.1.2'",
    "what = 'Söz 3' OR port = 22",
    "port = 443",
    "port = '443'",
    "port = 443.0",
    "port IN (22, 53, -1)",
    "port >= 443 AND port < 8080",
    "port > 9000",
    "port < 0",
    "port > 100.5",
    "line LIKE '%Söz 3|%'",
    "received_at >= '2026-11-30' AND port = 53",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_answers_as_a_table_of_the_same_rows_does() {
    let folder = tempfile::tempdir().unwrap();
    for (name, is_sealed) in [("sealed", true), ("live", false)] {
        let tables = made(&folder.path().join(name), is_sealed).await;
        let db = plain(&tables);
        for condition in CONDITIONS {
            for sql in [
                format!("SELECT count(*), min(at), max(port) FROM talks WHERE {condition}"),
                format!("SELECT * FROM talks WHERE {condition} ORDER BY at"),
                format!(
                    "SELECT who, count(*) AS n FROM talks WHERE {condition} GROUP BY who ORDER BY n DESC, who LIMIT 5"
                ),
            ] {
                let answer = asked(&tables, &sql).await.unwrap();
                assert_eq!(answer.rows, of_plain(&db, &sql), "{sql}");
                assert!(!answer.is_cut && answer.covered.is_whole(), "{sql}");
            }
        }
        for sql in [
            "SELECT desk, count(DISTINCT port) FROM talks JOIN desks ON who = address GROUP BY desk ORDER BY 1",
            "SELECT a.at, b.at FROM talks a JOIN talks b ON a.who = b.who AND a.at < b.at WHERE a.what = 'Söz 3' ORDER BY 1, 2",
            "SELECT what, port, row_number() OVER (PARTITION BY port ORDER BY at) FROM talks WHERE who = '10.0.1.2' ORDER BY at",
            "SELECT count(*) FROM talks WHERE who = '10.0.1.2' OR port = 22 OR at < '2026-11-30 10'",
        ] {
            assert_eq!(asked(&tables, sql).await.unwrap().rows, of_plain(&db, sql), "{sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_go_down_into_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let tables = made(folder.path(), true).await;
    let read = async |condition: &str| {
        let sql = format!("SELECT count(*) FROM talks WHERE {condition}");
        asked(&tables, &sql).await.unwrap().read
    };
    assert_eq!(read("1").await, ROWS);
    assert_eq!(read("at >= '2026-12-02'").await, 200);
    assert_eq!(read("at < '2026-11-30 00:07:12.000000'").await, 2, "one more than is meant, and no other");
    let port = rows().iter().filter(|(_, _, _, port)| *port == Some(22)).count() as u64;
    assert_eq!(read("port = 22").await, port);
    assert_eq!(read("who IN ('nobody')").await, 0);
    let begins = rows().iter().filter(|(_, who, _, _)| who.starts_with("10.0.1")).count() as u64;
    assert_eq!(read("who GLOB '10.0.1*'").await, begins);
    let of_desks =
        rows().iter().filter(|(_, who, _, _)| ["10.0.1.2", "10.0.2.5"].contains(&&**who)).count() as u64;
    assert_eq!(read("who IN (SELECT address FROM desks)").await, of_desks);
    let joined = "SELECT desk, count(*) FROM talks JOIN desks ON who = address GROUP BY 1";
    assert_eq!(asked(&tables, joined).await.unwrap().read, of_desks, "once for each desk, and only its rows");
    let joined = "SELECT desk, count(*) FROM talks JOIN desks ON what = desk GROUP BY 1";
    assert_eq!(
        asked(&tables, joined).await.unwrap().read,
        ROWS,
        "once, where the journal does not look for it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_question_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let tables = made(folder.path(), true).await;
    for sql in [
        "DELETE FROM talks",
        "UPDATE desks SET desk = ''",
        "CREATE TABLE mine (a)",
        "CREATE TEMP VIEW mine AS SELECT 1",
        "ATTACH '/etc/passwd' AS other",
        "PRAGMA temp_store = MEMORY",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('/tmp/x.so')",
        "VACUUM INTO '/tmp/copy.db'",
        "BEGIN",
        "SELECT 1; DELETE FROM desks",
        "SELECT 1; SELECT 2",
    ] {
        let answer = asked(&tables, sql).await;
        assert!(matches!(answer, Err(Error::NotAQuestion)), "{sql}: {answer:?}");
        // What a function in FROM would read shows only when it is asked.
        let judged = judge(&tables, sql);
        assert!(matches!(judged, Err(Error::NotAQuestion)) || sql.contains("pragma_"), "{sql}: {judged:?}");
    }
    for sql in ["", "SELECT", "SELECT nothing FROM talks", "SELECT * FROM elsewhere", "SELECT ?", "SELECT \0"]
    {
        for error in [asked(&tables, sql).await.unwrap_err(), judge(&tables, sql).unwrap_err()] {
            assert!(matches!(error, Error::Sql(_)), "{sql}: {error:?}");
        }
    }
    judge(&tables, "SELECT rowid FROM talks").unwrap();
    assert!(matches!(asked(&tables, "SELECT rowid FROM talks").await, Err(Error::Sql(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_bytes_and_time_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let tables = made(folder.path(), true).await;
    let few = Limits { rows: 7, ..LIMITS };
    let answer = ask(tables.clone(), "SELECT at FROM talks".into(), few, i64::MAX).await.unwrap();
    assert!(answer.is_cut && answer.rows.len() == 7);
    let small = Limits { bytes: 500, ..LIMITS };
    let answer = ask(tables.clone(), "SELECT what, line FROM talks".into(), small, i64::MAX).await.unwrap();
    assert!(answer.is_cut && answer.rows.len() < 20);
    let short = Limits { time: Duration::from_millis(300), ..LIMITS };
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    for sql in [endless, "SELECT count(*) FROM talks a, talks b, talks c"] {
        let error = ask(tables.clone(), sql.into(), short, i64::MAX).await.unwrap_err();
        assert!(matches!(error, Error::Late), "{sql}: {error:?}");
    }
    let huge = asked(&tables, "SELECT length(group_concat(a.line || b.line)) FROM talks a, talks b").await;
    assert!(matches!(huge, Err(Error::Sql(_))), "{huge:?}");
    // Before the first segment could be read: the rows of the live log alone, and it says so.
    let late = ask(tables.clone(), "SELECT count(*) FROM talks".into(), LIMITS, i64::MIN).await.unwrap();
    assert!(!late.covered.is_whole() && late.read < ROWS);
    // Those that were given up do not stand in the way of others.
    assert_eq!(asked(&tables, "SELECT 1").await.unwrap().rows, [[Value::Integer(1)]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_not_told_as_a_mistake_of_the_question() {
    let folder = tempfile::tempdir().unwrap();
    let tables = made(folder.path(), true).await;
    let mut folders = vec![folder.path().to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "parquet") {
                let mut bytes = std::fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[100..middle].fill(0xff);
                std::fs::write(&path, bytes).unwrap();
            }
        }
    }
    let error = asked(&tables, "SELECT * FROM talks").await.unwrap_err();
    assert!(matches!(error, Error::Failed(_)), "{error:?}");
}
