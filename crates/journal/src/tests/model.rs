//! Random batches, seals, hand-overs and restarts, and random questions, against a list of lines.

use super::{Chance, DAY_US, NOON, append, columns, keys, open, text_of};
use crate::{Clause, Column, Condition, InstantTest, Journal, Narrow, Order, Query, Test, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
struct Told {
    at: i64,
    source: String,
    target: String,
    port: u64,
    text: String,
}

impl Told {
    fn line(&self) -> String {
        format!("{}|{}|{}|{}|{}", self.at, self.source, self.target, self.port, self.text)
    }
}

fn told(chance: &mut Chance, number: i64) -> Told {
    let text = match chance.below(4) {
        0 => format!("user=kişi{}", chance.below(5)),
        1 => String::new(),
        _ => format!("{number} {}", "x".repeat(chance.below(90) as usize)),
    };
    Told {
        // Every instant once, so that the order is the same for both.
        at: NOON + chance.below(3) as i64 * DAY_US + number,
        source: format!("10.0.{}.{}", chance.below(3), chance.below(20)),
        target: format!("8.8.8.{}", chance.below(200)),
        port: if chance.below(3) == 0 { 443 } else { chance.below(60_000) },
        text,
    }
}

/// Whether a row is among the answers.
type Fits = Box<dyn Fn(&Told) -> bool>;

fn question(chance: &mut Chance, journal: &Journal) -> (Query, Fits) {
    let ids = columns(journal.schema());
    let mut query = Query::newest(1 + chance.below(50) as usize);
    if chance.below(2) == 0 {
        query.order = Order::OldestFirst;
    }
    if chance.below(3) == 0 {
        query.from_us = NOON + chance.below(3 * DAY_US as u64) as i64;
        query.to_us = query.from_us + chance.below(2 * DAY_US as u64) as i64;
    }
    let (from, to) = (query.from_us, query.to_us);
    let mut tests: Vec<Fits> = vec![Box::new(move |it| (from..to).contains(&it.at))];
    if chance.below(2) == 0 {
        let source = format!("10.0.{}.{}", chance.below(4), chance.below(20));
        query = query.with(ids.source, Test::OneOf(vec![source.clone().into(), b"none".to_vec()]));
        tests.push(Box::new(move |it| it.source == source));
    }
    if chance.below(4) == 0 {
        let prefix = format!("8.8.8.{}", chance.below(10));
        query = query.with(ids.target, Test::Prefix(prefix.clone().into()));
        tests.push(Box::new(move |it| it.target.starts_with(&prefix)));
    }
    match chance.below(8) {
        0 => {
            query = query.with(ids.port, Test::Numbers(vec![443, 1]));
            tests.push(Box::new(|it| [443, 1].contains(&it.port)));
        }
        1 => {
            query = query.with(ids.port, Test::Between(1_000, 30_000));
            tests.push(Box::new(|it| (1_000..=30_000).contains(&it.port)));
        }
        2 => {
            let user = journal.schema().column("user", crate::Kind::Text).unwrap();
            let name = format!("kişi{}", chance.below(6));
            query = query.with(user, Test::OneOf(vec![name.clone().into()]));
            tests.push(Box::new(move |it| it.text == format!("user={name}")));
        }
        3 => {
            query.filter =
                Some(Arc::new(move |row| row.get_text(ids.text).is_some_and(|text| text.contains("xx"))));
            tests.push(Box::new(|it| it.text.contains("xx")));
        }
        4 => {
            let (part, end) = (format!("{}", chance.below(100)), format!("{}", chance.below(10)));
            query = query.with(ids.text, Test::Contains(part.clone().into()));
            query = query.with(ids.port, Test::Suffix(end.clone().into()));
            tests.push(Box::new(move |it| it.text.contains(&part) && it.port.to_string().ends_with(&end)));
        }
        5 => tests.push(narrowed(&mut query, ids, journal)),
        _ => {}
    }
    (query, Box::new(move |it| tests.iter().all(|test| test(it))))
}

/// The source tells where the bytes can be: of some sources surely, of some perhaps, of some never.
fn narrowed(query: &mut Query, ids: super::Columns, journal: &Journal) -> Fits {
    let user_ns = journal.schema().column("user_ns", crate::Kind::Number).unwrap();
    let told = move |source: &[u8]| {
        let contains =
            |part: &str| Clause::Value(Condition { column: ids.text, test: Test::Contains(part.into()) });
        let port = Clause::Value(Condition { column: ids.port, test: Test::Between(0, 30_000) });
        let even = |column| {
            let begin = Arc::new(|| Box::new(|ns: i64| (ns / 1_000) % 2 == 0) as crate::Testing);
            Clause::Instant(InstantTest { column, name: "even".into(), begin })
        };
        match source.last() {
            Some(b'1' | b'3') => crate::Told { ways: vec![vec![contains("xxx")]], is_sure: true },
            Some(b'2') => crate::Told {
                ways: vec![vec![contains("xx"), port.clone()], vec![contains("nowhere"), port]],
                is_sure: false,
            },
            Some(b'4') => crate::Told { ways: vec![vec![]], is_sure: true },
            Some(b'5') => crate::Told { ways: vec![vec![]], is_sure: false },
            Some(b'6') => crate::Told { ways: vec![vec![even(None), contains("xx")]], is_sure: true },
            // Few rows have a value there.
            Some(b'7') => crate::Told { ways: vec![vec![even(Some(user_ns))]], is_sure: true },
            _ => crate::Told { ways: vec![], is_sure: true },
        }
    };
    query.narrow = Some(Narrow { column: ids.source, told: Arc::new(told) });
    query.filter = Some(Arc::new(move |row| row.get_text(ids.text).is_some_and(|text| text.contains("7"))));
    Box::new(|it| match it.source.as_bytes().last() {
        Some(b'1' | b'3') => it.text.contains("xxx"),
        Some(b'2') => it.text.contains("xx") && it.port <= 30_000 && it.text.contains('7'),
        Some(b'4') => true,
        Some(b'5') => it.text.contains('7'),
        Some(b'6') => it.at % 2 == 0 && it.text.contains("xx"),
        Some(b'7') => match it.text.strip_prefix("user=kişi") {
            Some(number) => number.parse::<u64>().unwrap() % 2 == 0,
            None => it.at % 2 == 0,
        },
        _ => false,
    })
}

/// Counts by time and by value are those of the plain list.
async fn counts(journal: &Journal, query: &Query, expected: &[&Told]) {
    let piece = 3 * DAY_US / 7;
    let counted = journal.count(query, piece, None).await.unwrap();
    let mut pieces = BTreeMap::<i64, u64>::new();
    expected.iter().for_each(|it| *pieces.entry(it.at - it.at.rem_euclid(piece)).or_default() += 1);
    assert_eq!(counted.pieces, pieces.into_iter().collect::<Vec<_>>(), "{:?}", query.conditions);
    assert!(counted.covered.is_whole() && counted.rows == expected.len() as u64);
    let ids = columns(journal.schema());
    for (column, value) in [
        (ids.source, (|it: &Told| Value::Bytes(it.source.clone().into())) as fn(&Told) -> Value),
        (ids.port, |it| Value::Number(it.port)),
        (ids.text, |it| Value::Bytes(it.text.clone().into())),
    ] {
        let mut values = BTreeMap::<Value, u64>::new();
        expected.iter().for_each(|it| *values.entry(value(it)).or_default() += 1);
        let mut values: Vec<(Value, u64)> = values.into_iter().collect();
        values.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        values.truncate(10);
        let top = journal.top(query, column, 10, None).await.unwrap();
        assert_eq!((top.values, top.too_small_by, top.without), (values, 0, 0), "{:?}", query.conditions);
        assert_eq!(top.rows, expected.len() as u64);
    }
}

#[tokio::test]
async fn answers_are_those_of_a_plain_list() {
    for seed in 1..=4 {
        let mut chance = Chance(seed * 7_919);
        let folder = tempfile::tempdir().unwrap();
        let mut journal = open(folder.path(), "one", 900).await;
        let mut model: Vec<Told> = Vec::new();
        for _ in 0..14 {
            let some = model.len() as i64;
            // Now and then more than a page.
            let most = if chance.below(12) == 0 { 20_000 } else { 400 };
            let batch: Vec<Told> =
                (0..chance.below(most) as i64).map(|at| told(&mut chance, some + at)).collect();
            append(&journal, NOON, &batch.iter().map(Told::line).collect::<Vec<_>>()).await;
            model.extend(batch);
            match chance.below(5) {
                0 => journal.seal_now().await.unwrap(),
                1 => drop(journal.hand_over().await.unwrap()),
                2 => {
                    drop(journal);
                    journal = open(folder.path(), "one", 900).await;
                }
                _ => {}
            }
            for _ in 0..12 {
                let (query, test) = question(&mut chance, &journal);
                let mut expected: Vec<&Told> = model.iter().filter(|it| test(it)).collect();
                if chance.below(4) == 0 {
                    counts(&journal, &query, &expected).await;
                }
                expected.sort_by_key(|it| if query.order == Order::OldestFirst { it.at } else { -it.at });
                expected.truncate(query.limit);
                let found = journal.query(&query).await.unwrap();
                let found: Vec<String> = found.iter().map(|row| text_of(&journal, row)).collect();
                let expected: Vec<String> = expected.into_iter().map(Told::line).collect();
                assert_eq!(found, expected, "seed {seed}, {:?}", query.conditions);
            }
        }
        journal.seal_now().await.unwrap();
        let report = journal.verify(&keys(&["one"]), &[], None, true).await.unwrap();
        assert_eq!((report.findings.as_slice(), report.rows), (&[][..], model.len() as u64));
    }
}

#[tokio::test]
async fn what_there_is_no_time_for_is_left_out_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    let mut chance = Chance(5);
    let mut batch = |count| (0..count).map(|at| told(&mut chance, at).line()).collect::<Vec<_>>();
    append(&journal, NOON, &batch(500)).await;
    journal.seal_now().await.unwrap();
    append(&journal, NOON, &batch(20)).await;
    let (everything, source) = (Query::newest(1_000), columns(journal.schema()).source);
    let now = Some(NOON);
    let found = journal.search(&everything, now).await.unwrap();
    assert_eq!((found.rows.len(), found.covered.left), (20, 3));
    assert_eq!(found.covered.whole_from_us, Some((NOON / DAY_US + 3) * DAY_US));
    assert_eq!(journal.count(&everything, DAY_US, now).await.unwrap().covered.left, 3);
    let top = journal.top(&everything, source, 5, now).await.unwrap();
    assert!(!top.covered.is_whole() && top.rows == 20);
    let in_time = journal.search(&everything, Some(i64::MAX)).await.unwrap();
    assert_eq!((in_time.rows.len(), in_time.covered.segments), (520, 3));
    assert!(in_time.covered.is_whole());
}

#[tokio::test]
async fn a_count_in_more_pieces_than_there_may_be_says_what_it_left_out() {
    let most = crate::count::MOST_PIECES as i64;
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    let batch: Vec<String> = (0..most + 7).map(|at| format!("{}|10.0.0.1|8.8.8.8|53|x", NOON + at)).collect();
    append(&journal, NOON, &batch).await;
    journal.seal_now().await.unwrap();
    append(&journal, NOON, &batch[..3]).await;
    let everything = Query::newest(1);
    let counted = journal.count(&everything, 1, None).await.unwrap();
    assert_eq!((counted.pieces.len() as i64, counted.rows), (most, most as u64 + 10));
    // Which pieces are left out is not said, but how many rows they have.
    let in_pieces: u64 = counted.pieces.iter().map(|(_, rows)| rows).sum();
    assert_eq!((counted.rows_without_piece, in_pieces), (7, most as u64 + 3));
    let whole = journal.count(&everything, DAY_US, None).await.unwrap();
    assert_eq!((whole.pieces.len(), whole.rows, whole.rows_without_piece), (1, most as u64 + 10, 0));
}

#[test]
fn a_schema_that_cannot_be_is_refused() {
    use crate::{Kind, Schema};
    let text = |name| Column::new(name, Kind::Text);
    assert!(Schema::new("Büyük", vec![], &[]).is_err());
    assert!(Schema::new("s", vec![text("a"), text("a")], &[]).is_err());
    assert!(Schema::new("s", vec![text("at")], &[]).is_err());
    assert!(Schema::new("s", vec![text("a")], &["b"]).is_err());
    let schema = Schema::new("s", vec![text("a")], &["a"]).unwrap();
    assert!(schema.column("a", Kind::Number).is_err());
    assert!(schema.column("../b", Kind::Text).is_err());
}
