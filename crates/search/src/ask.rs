//! A question to the index and its answer: which records, in which order, and how many there are of each kind.

use std::ops::Bound;

use kernel::record::Kind;
use kernel::{Actor, Day};
use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery};
use tantivy::{DocAddress, Order as Direction, Searcher, Term};
use uuid::Uuid;

use crate::access;
use crate::fields::Fields;
use crate::wanted::Wanted;

/// Nobody reads further; who would needs better words.
pub const MOST_HITS: usize = 1_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What fits best first.
    #[default]
    Best,
    Newest,
}

#[derive(Clone, Debug, Default)]
pub struct Question {
    pub wanted: Wanted,
    /// Only records of this kind; the others are counted all the same.
    pub kind: Option<String>,
    /// From this day, until that one.
    pub from: Option<Day>,
    pub until: Option<Day>,
    pub order: Order,
    /// How many are passed over, and how many are given; together at most [`MOST_HITS`].
    pub skipped: usize,
    pub given: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub kind: &'static str,
    pub id: Uuid,
}

/// What the index says; what is shown of it is read from the database.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub hits: Vec<Hit>,
    /// Every kind that the person may see some of, and how many were found of it.
    pub counts: Vec<(&'static str, usize)>,
}

impl Answer {
    /// How many were found of the kind that is asked for, or of all.
    pub fn total(&self, kind: Option<&str>) -> usize {
        self.counts.iter().filter(|(id, _)| kind.is_none_or(|kind| kind == *id)).map(|(_, count)| count).sum()
    }
}

pub(crate) fn answer(
    searcher: &Searcher,
    fields: &Fields,
    kinds: &[&Kind],
    actor: &Actor,
    question: &Question,
) -> tantivy::Result<Answer> {
    let mut answer = Answer::default();
    let most = (question.skipped + question.given).min(MOST_HITS);
    let mut found: Vec<(f64, &'static str, DocAddress)> = Vec::new();
    for kind in kinds {
        let Some(seen) = access::seen(fields, kind, actor) else { continue };
        let mut parts = question.wanted.query(fields);
        parts.extend(seen);
        parts.extend(within(fields, question));
        let query = BooleanQuery::new(parts);
        let is_shown = question.kind.as_ref().is_none_or(|wanted| wanted == kind.id);
        let count = if is_shown && most > 0 {
            let top = TopDocs::with_limit(most);
            let (count, top) = match question.order {
                Order::Best => counted(searcher, &query, top.order_by_score(), f64::from)?,
                Order::Newest => {
                    counted(searcher, &query, top.order_by_fast_field::<i64>("at", Direction::Desc), |at| {
                        at.unwrap_or(i64::MIN) as f64
                    })?
                }
            };
            found.extend(top.into_iter().map(|(weight, place)| (weight, kind.id, place)));
            count
        } else {
            searcher.search(&query, &Count)?
        };
        answer.counts.push((kind.id, count));
    }
    // A stable sort: what weighs the same stays in the order of the kinds.
    found.sort_by(|left, right| right.0.total_cmp(&left.0));
    for (_, kind, place) in found.into_iter().take(most).skip(question.skipped) {
        answer.hits.push(Hit { kind, id: id_of(searcher, place)? });
    }
    Ok(answer)
}

/// The best, each with what it is ordered by, and the count of all, in one pass.
fn counted<C, T>(
    searcher: &Searcher,
    query: &BooleanQuery,
    top: C,
    weight: impl Fn(T) -> f64,
) -> tantivy::Result<(usize, Vec<(f64, DocAddress)>)>
where
    C: Collector<Fruit = Vec<(T, DocAddress)>>,
    T: Send + 'static,
{
    let (count, top) = searcher.search(query, &(Count, top))?;
    Ok((count, top.into_iter().map(|(key, place)| (weight(key), place)).collect()))
}

fn within(fields: &Fields, question: &Question) -> Option<(Occur, Box<dyn Query>)> {
    if question.from.is_none() && question.until.is_none() {
        return None;
    }
    let term = |at: i64| Term::from_field_i64(fields.at, at);
    let from = question.from.map_or(Bound::Unbounded, |day| Bound::Included(term(day.start().0)));
    let until = question.until.map_or(Bound::Unbounded, |day| Bound::Excluded(term(day.next().start().0)));
    let range = ConstScoreQuery::new(Box::new(RangeQuery::new(from, until)), 0.0);
    Some((Occur::Must, Box::new(range)))
}

fn id_of(searcher: &Searcher, place: DocAddress) -> tantivy::Result<Uuid> {
    let columns = searcher.segment_reader(place.segment_ord).fast_fields();
    let half = |name: &str| -> tantivy::Result<u64> {
        Ok(columns.u64(name)?.first(place.doc_id).unwrap_or_default())
    };
    Ok(Uuid::from_u64_pair(half("high")?, half("low")?))
}
