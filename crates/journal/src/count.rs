//! Questions over many rows: how many in each piece of time, which values most often, and rows that contain something,
//! each with an instant by which the answer must be there. What is late is left out, and the answer says so.

use crate::error::Result;
use crate::index::Listed;
use crate::journal::{Inner, Journal};
use crate::names;
use crate::query::{Query, unless_gone};
use crate::schema::{Cell, ColumnId};
use crate::segment::{Hits, Segment};
use crate::side::by_side;
use crate::table::Table;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Rows a filter is asked of in one go.
const AT_ONCE: usize = 4_096;
/// Distinct values that are counted at a time; beyond it the rarest are left out.
const MOST_VALUES: usize = 1 << 19;
/// Pieces of time of one answer; a longer one says how many rows it left out.
pub(crate) const MOST_PIECES: usize = 100_000;

/// How much of what was asked an answer covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Covered {
    /// Segments that were looked at or ruled out.
    pub segments: usize,
    /// Segments that time did not allow for.
    pub left: usize,
    /// From this instant on nothing was left out, where the latest come first; `None` when nothing was at all.
    pub whole_from_us: Option<i64>,
}

impl Covered {
    /// Segments of these days are left out.
    pub(crate) fn leave(&mut self, days: impl Iterator<Item = i32>) {
        for day in days {
            self.left += 1;
            let end = names::span_of(day).1.saturating_add(1);
            self.whole_from_us = self.whole_from_us.max(Some(end));
        }
    }

    /// Whether nothing was left out.
    pub fn is_whole(&self) -> bool {
        self.left == 0
    }
}

/// Rows in each piece of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Beginning of each piece that has rows, and how many; in order. At most 100,000 pieces.
    pub pieces: Vec<(i64, u64)>,
    /// All rows, those without a piece here included.
    pub rows: u64,
    /// Rows of further pieces, which are left out: the pieces asked for were too short for so long a time.
    pub rows_without_piece: u64,
    /// What was looked at.
    pub covered: Covered,
}

/// A value as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Text or bytes.
    Bytes(Vec<u8>),
    /// A number.
    Number(u64),
}

/// The values of a column that most rows have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Top {
    /// Values and their rows, most first, equal ones in their own order.
    pub values: Vec<(Value, u64)>,
    /// All rows.
    pub rows: u64,
    /// Rows without a value.
    pub without: u64,
    /// Counts may be too small by as much: above zero only where a column has more values than are kept in memory.
    pub too_small_by: u64,
    /// What was looked at.
    pub covered: Covered,
}

/// Counts of distinct values, bounded.
#[derive(Debug, Default)]
struct Tally {
    values: HashMap<Value, u64, ahash::RandomState>,
    lost: u64,
}

impl Tally {
    fn add(&mut self, cell: Cell<'_>, count: u64) {
        let value = match cell {
            Cell::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            Cell::Number(number) => Value::Number(number),
        };
        self.add_value(value, count);
    }

    fn add_value(&mut self, value: Value, count: u64) {
        *self.values.entry(value).or_default() += count;
        if self.values.len() > MOST_VALUES {
            // A value that comes later begins without what it lost here.
            let mut counts: Vec<u64> = self.values.values().copied().collect();
            let middle = counts.len() / 2;
            let least = *counts.select_nth_unstable(middle).1;
            self.values.retain(|_, count| *count > least);
            self.lost += least;
        }
    }

    fn merge(&mut self, other: Self) {
        self.lost += other.lost;
        other.values.into_iter().for_each(|(value, count)| self.add_value(value, count));
    }

    fn top(self, most: usize) -> Vec<(Value, u64)> {
        let mut values: Vec<(Value, u64)> = self.values.into_iter().collect();
        values.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        values.truncate(most);
        values
    }
}

/// What one segment or table gives to a count by time.
#[derive(Debug, Default)]
struct Pieces {
    rows: BTreeMap<i64, u64>,
    /// Of pieces beyond as many as there may be.
    beyond: u64,
}

impl Pieces {
    fn add(&mut self, at_us: i64, piece_us: i64, rows: u64) {
        let begin = at_us.saturating_sub(at_us.rem_euclid(piece_us));
        match self.rows.len() < MOST_PIECES || self.rows.contains_key(&begin) {
            true => *self.rows.entry(begin).or_default() += rows,
            false => self.beyond += rows,
        }
    }

    fn merge(&mut self, other: Self, piece_us: i64) {
        self.beyond += other.beyond;
        other.rows.into_iter().for_each(|(at, rows)| self.add(at, piece_us, rows));
    }

    fn counted(self, covered: Covered) -> Counted {
        let rows = self.rows.values().sum::<u64>() + self.beyond;
        let pieces = self.rows.into_iter().collect();
        Counted { pieces, rows, rows_without_piece: self.beyond, covered }
    }
}

impl Journal {
    /// How many rows meet a query in each piece of time of `piece_us`, by the instant they count under; order and
    /// limit of the query do not count. `until_us` is the instant, by the journal's clock, to be done by.
    pub async fn count(&self, query: &Query, piece_us: i64, until_us: Option<i64>) -> Result<Counted> {
        let (query, piece_us) = (Arc::new(query.clone()), piece_us.max(1));
        let mut all = Pieces::default();
        let mut look = |table: &Table| {
            let rows = table.hits(&query);
            rows.iter().for_each(|row| all.add(table.at[*row], piece_us, 1));
        };
        let names = self.asked(&query, &mut look).await?;
        let asked = query.clone();
        let covered = self.each_segment(names, until_us, move |inner, segment| {
            let query = asked.clone();
            async move { count_in(&inner, &segment, &query, piece_us).await }
        });
        let covered = covered.await?.take(|pieces| all.merge(pieces, piece_us));
        Ok(all.counted(covered))
    }

    /// The values of a column that most of the rows have that meet a query, at most `most`; order and limit of the
    /// query do not count. `until_us` as for [`Journal::count`].
    pub async fn top(
        &self,
        query: &Query,
        column: ColumnId,
        most: usize,
        until_us: Option<i64>,
    ) -> Result<Top> {
        let query = Arc::new(query.clone());
        let (mut tally, mut rows, mut without) = (Tally::default(), 0, 0);
        let mut look = |table: &Table| {
            let hits = table.hits(&query);
            rows += hits.len() as u64;
            without += table.count_values(column, &hits, &mut |cell, count| tally.add(cell, count));
        };
        let names = self.asked(&query, &mut look).await?;
        let asked = query.clone();
        let done = self.each_segment(names, until_us, move |inner, segment| {
            let query = asked.clone();
            async move { top_in(&inner, &segment, &query, column).await }
        });
        let covered = done.await?.take(|(some, some_rows, some_without): (Tally, u64, u64)| {
            tally.merge(some);
            (rows, without) = (rows + some_rows, without + some_without);
        });
        let too_small_by = tally.lost;
        Ok(Top { values: tally.top(most), rows, without, too_small_by, covered })
    }

    /// Asks the rows in memory, and gives the segments that are to be asked, the latest day first.
    pub(crate) async fn asked(
        &self,
        query: &Query,
        look: &mut (dyn FnMut(&Table) + Send),
    ) -> Result<Vec<Listed>> {
        let unsealed = self.look_at_unsealed(look);
        let days = (names::day_of(query.from_us), names::day_of(query.to_us.saturating_sub(1)));
        let within = (query.from_us, query.to_us);
        let mut segments = self.inner().asked(days, within, &query.conditions).await?;
        segments.retain(|it| !unsealed.has(&it.name));
        segments.sort_by_key(|it| -it.name.day);
        Ok(segments)
    }

    /// Does the work for each segment, side by side, as long as there is time.
    pub(crate) async fn each_segment<T, F>(
        &self,
        segments: Vec<Listed>,
        until_us: Option<i64>,
        work: impl Fn(Arc<Inner>, Arc<Segment>) -> F + Send + Sync + 'static,
    ) -> Result<Done<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
    {
        let work = Arc::new(work);
        let jobs: Vec<_> = segments
            .into_iter()
            .map(|Listed { name, size, .. }| {
                let (inner, work) = (self.inner(), work.clone());
                async move {
                    if until_us.is_some_and(|until| inner.now_us() >= until) {
                        return Ok((name.day, None));
                    }
                    match inner.open_segment(&name, size).await? {
                        Some(segment) => {
                            Ok((name.day, Some(unless_gone(work(inner, segment).await.map(Some))?)))
                        }
                        None => Ok((name.day, Some(None))),
                    }
                }
            })
            .collect();
        let mut done = Done { answers: Vec::new(), covered: Covered::default() };
        by_side(jobs, |(day, answer)| match answer {
            Some(answer) => {
                done.covered.segments += 1;
                done.answers.extend(answer);
            }
            None => done.covered.leave([day].into_iter()),
        })
        .await?;
        Ok(done)
    }
}

pub(crate) struct Done<T> {
    answers: Vec<T>,
    covered: Covered,
}

impl<T> Done<T> {
    pub(crate) fn take(self, take: impl FnMut(T)) -> Covered {
        self.answers.into_iter().for_each(take);
        self.covered
    }
}

/// The rows of a segment that meet a query, its filter included, ascending.
pub(crate) async fn settled(inner: &Inner, segment: &Segment, query: &Query) -> Result<Vec<u32>> {
    let Hits { mut sure, unsure } = segment.hits(inner.stores(), query).await?;
    let Some(filter) = &query.filter else {
        sure.extend(unsure);
        sure.sort_unstable();
        return Ok(sure);
    };
    for some in unsure.chunks(AT_ONCE) {
        let mut passed = Vec::with_capacity(some.len());
        let columns = query.columns.as_deref();
        segment.each_row(inner.stores(), some, columns, &mut |row| passed.push(filter(row))).await?;
        sure.extend(some.iter().zip(passed).filter(|(_, is)| *is).map(|(row, _)| *row));
    }
    sure.sort_unstable();
    Ok(sure)
}

/// Whether every row of a segment meets a query.
fn is_all(segment: &Segment, query: &Query) -> bool {
    let (first, last) = segment.at();
    let is_in_time = query.from_us <= first && last < query.to_us;
    is_in_time && query.conditions.is_empty() && query.filter.is_none() && query.narrow.is_none()
}

async fn count_in(inner: &Inner, segment: &Segment, query: &Query, piece_us: i64) -> Result<Pieces> {
    let (mut pieces, (first, last)) = (Pieces::default(), segment.at());
    if is_all(segment, query) && first.div_euclid(piece_us) == last.div_euclid(piece_us) {
        pieces.add(first, piece_us, segment.rows() as u64);
        return Ok(pieces);
    }
    let rows = settled(inner, segment, query).await?;
    for at in segment.instants(inner.stores(), &rows).await? {
        pieces.add(at, piece_us, 1);
    }
    Ok(pieces)
}

async fn top_in(
    inner: &Inner,
    segment: &Segment,
    query: &Query,
    column: ColumnId,
) -> Result<(Tally, u64, u64)> {
    let mut tally = Tally::default();
    let rows = match is_all(segment, query) {
        true => None,
        false => Some(settled(inner, segment, query).await?),
    };
    let mut take = |cell: Cell<'_>, count| tally.add(cell, count);
    let without = segment.count_values(inner.stores(), column, rows.as_deref(), &mut take).await?;
    let count = rows.map_or(segment.rows(), |rows| rows.len()) as u64;
    Ok((tally, count, without))
}
