//! Random batches, seals, hand-overs and restarts, and random questions, against a list of lines.

use super::{Chance, DAY_US, NOON, append, columns, keys, open, text_of};
use crate::{Column, Journal, Order, Query, Test};
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
    match chance.below(5) {
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
        _ => {}
    }
    (query, Box::new(move |it| tests.iter().all(|test| test(it))))
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
                expected.sort_by_key(|it| if query.order == Order::OldestFirst { it.at } else { -it.at });
                expected.truncate(query.limit);
                let found = journal.query(&query).await.unwrap();
                let found: Vec<String> = found.iter().map(|row| text_of(&journal, row)).collect();
                let expected: Vec<String> = expected.into_iter().map(Told::line).collect();
                assert_eq!(found, expected, "seed {seed}, {:?}", query.conditions);
            }
        }
        journal.seal_now().await.unwrap();
        let report = journal.verify(&keys(&["one"]), &[], true).await.unwrap();
        assert_eq!((report.findings.as_slice(), report.rows), (&[][..], model.len() as u64));
    }
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
