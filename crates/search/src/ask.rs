//! A question to the index and its answer: which records, in which order, and how many there are of each kind.

use std::ops::Bound;

use kernel::record::Kind;
use kernel::{Actor, Day};
use tantivy::query::{BooleanQuery, ConstScoreQuery, EnableScoring, Occur, Query, RangeQuery};
use tantivy::{DocAddress, Searcher, Term};
use uuid::Uuid;

use crate::access;
use crate::fields::Fields;
use crate::pass::{Found, Pass};
use crate::seen::{Layers, Rule, SeenQuery};
use crate::wanted::Wanted;

/// Nobody reads further; who would needs better words.
pub const MOST_HITS: usize = 1_000;
/// One of so many is a small part.
const SMALL: usize = 3;

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
    known: &Layers,
    (kinds, actor): (&[&Kind], &Actor),
    question: &Question,
) -> tantivy::Result<Answer> {
    let rule: Rule = kinds.iter().map(|kind| access::seen(kind, actor)).collect();
    let layers = known.of(searcher, fields, &rule)?;
    let seen = |place: usize| rule.get(place)?.as_ref().map(|_| kinds[place].id);
    let most = (question.skipped + question.given).min(MOST_HITS);
    let mut pass = Pass { searcher, layers: &layers, is_given: [false; _], most };
    // A layer knows a kind by one more than its place.
    for (place, is_given) in pass.is_given[1..].iter_mut().enumerate() {
        *is_given = seen(place).is_some_and(|id| question.kind.as_deref().is_none_or(|kind| kind == id));
    }
    let found = go(&pass, fields, question)?;
    let mut answer = Answer::default();
    let counts = found.counts[1..].iter().enumerate();
    answer.counts = counts.filter_map(|(place, count)| Some((seen(place)?, *count))).collect();
    for place in found.first().into_iter().skip(question.skipped) {
        let kind = usize::from(layers[place.segment_ord as usize].kinds[place.doc_id as usize]);
        if let Some(kind) = kind.checked_sub(1).and_then(seen) {
            answer.hits.push(Hit { kind, id: id_of(searcher, place)? });
        }
    }
    Ok(answer)
}

/// Counts everything that is found and seen, and gives the first of it.
fn go(pass: &Pass, fields: &Fields, question: &Question) -> tantivy::Result<Found> {
    let narrowed = narrowed(pass, fields, question);
    let is_light = narrowed.is_empty() && question.wanted.is_one_word();
    let query = |is_weighed| {
        let mut parts = question.wanted.query(fields, is_weighed);
        if !narrowed.is_empty() {
            parts = vec![(Occur::Must, Box::new(BooleanQuery::new(parts)) as Box<dyn Query>)];
            parts.extend(narrowed.iter().map(|(occur, part)| (*occur, part.box_clone())));
        }
        BooleanQuery::new(parts)
    };
    let plain = query(false).weight(EnableScoring::disabled_from_searcher(pass.searcher))?;
    let weighing = query(true).weight(EnableScoring::enabled_from_searcher(pass.searcher))?;
    match question.order {
        _ if pass.most == 0 => pass.count(&*plain),
        Order::Newest => pass.newest(&*plain),
        // The best of one word are found without weighing all that have it, so these are counted by themselves.
        Order::Best if is_light => pass.best(&*plain, &*weighing),
        Order::Best => pass.weighed(&*weighing),
    }
}

/// What else must be true of a record than its words.
fn narrowed(pass: &Pass, fields: &Fields, question: &Question) -> Vec<(Occur, Box<dyn Query>)> {
    let mut parts: Vec<(Occur, Box<dyn Query>)> = within(fields, question).into_iter().collect();
    let seen: usize = pass.layers.iter().map(|layer| layer.seen).sum();
    // Where whoever asks sees a small part of everything, words are looked for in that part only.
    if seen < pass.searcher.num_docs() as usize / SMALL {
        parts.push((Occur::Must, Box::new(SeenQuery::new(pass.searcher, pass.layers))));
    }
    parts
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
