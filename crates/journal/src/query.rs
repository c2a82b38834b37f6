//! What is asked of a journal, and the answer out of segments and what is not yet in one.

use crate::count::Covered;
use crate::error::{Error, Result};
use crate::index::Listed;
use crate::journal::{Inner, Journal, Unsealed};
use crate::names;
use crate::schema::{Cell, ColumnId, Row};
use crate::segment::{Hits, Segment};
use crate::side::by_side;
use crate::table::Table;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, PoisonError};

/// A test of one value. A row without a value meets none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// One of these texts.
    OneOf(Vec<Vec<u8>>),
    /// A text that begins so.
    Prefix(Vec<u8>),
    /// A text that ends so.
    Suffix(Vec<u8>),
    /// A text in which this stands.
    Contains(Vec<u8>),
    /// One of these numbers.
    Numbers(Vec<u64>),
    /// A number from the first to the second, both included.
    Between(u64, u64),
    /// An instant from the first on and before the second.
    Instants(i64, i64),
}

impl Test {
    /// Whether a value meets it.
    pub fn holds(&self, cell: Cell<'_>) -> bool {
        match (self, cell) {
            (Self::OneOf(values), Cell::Bytes(bytes)) => values.iter().any(|value| value == bytes),
            (Self::Prefix(prefix), Cell::Bytes(bytes)) => bytes.starts_with(prefix),
            (Self::Suffix(suffix), Cell::Bytes(bytes)) => bytes.ends_with(suffix),
            (Self::Contains(part), Cell::Bytes(bytes)) => memchr::memmem::find(bytes, part).is_some(),
            (_, Cell::Number(number)) if self.is_of_texts() => {
                self.holds(Cell::Bytes(number.to_string().as_bytes()))
            }
            (_, Cell::Number(number)) => self.holds_number(number),
            _ => false,
        }
    }

    /// Whether it is of texts; a number is then meant by its digits.
    pub(crate) fn is_of_texts(&self) -> bool {
        matches!(self, Self::OneOf(_) | Self::Prefix(_) | Self::Suffix(_) | Self::Contains(_))
    }

    pub(crate) fn holds_number(&self, number: u64) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.contains(&number),
            Self::Between(from, to) => (from..=to).contains(&&number),
            Self::Instants(from, to) => (from..to).contains(&&number.cast_signed()),
            _ => false,
        }
    }

    /// Whether values of this span may meet it; the bounds as the file states them.
    pub(crate) fn may_hold_numbers(&self, min: i64, max: i64) -> bool {
        let span = min.cast_unsigned()..=max.cast_unsigned();
        match self {
            Self::Numbers(numbers) => numbers.iter().any(|number| span.contains(number)),
            Self::Between(from, to) => from <= span.end() && to >= span.start(),
            Self::Instants(from, to) => *from <= max && *to > min,
            _ => self.is_of_texts(),
        }
    }

    pub(crate) fn may_hold_bytes(&self, min: &[u8], max: &[u8]) -> bool {
        match self {
            Self::OneOf(values) => values.iter().any(|value| (min..=max).contains(&value.as_slice())),
            Self::Prefix(prefix) => {
                max >= prefix.as_slice() && (min <= prefix.as_slice() || min.starts_with(prefix))
            }
            Self::Suffix(_) | Self::Contains(_) => true,
            _ => false,
        }
    }

    /// Whether a bloom filter can answer it.
    pub(crate) fn names_values(&self) -> bool {
        matches!(self, Self::OneOf(_) | Self::Numbers(_))
    }
}

/// A test of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The column.
    pub column: ColumnId,
    /// The test its value must meet.
    pub test: Test,
}

/// Which rows come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The latest instant first.
    NewestFirst,
    /// The earliest instant first.
    OldestFirst,
}

/// A further check of a row that has the columns asked for.
pub type Filter = Arc<dyn Fn(&Row) -> bool + Send + Sync>;

/// What a value of one column says of the others, so that a [`Filter`] need not be asked of every row: for log lines,
/// in which columns a line of this layout can have the bytes that are looked for.
#[derive(Clone)]
pub struct Narrow {
    /// The column; of a row without a value in it nothing is told.
    pub column: ColumnId,
    /// Asked once of each distinct value of a segment.
    pub told: Telling,
}

/// What is told of a value.
pub type Telling = Arc<dyn Fn(&[u8]) -> Told + Send + Sync>;

/// A row with this value can only be meant when it meets all clauses of one of the ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// No way: such a row is not meant; a way without clauses: each may be.
    pub ways: Vec<Vec<Clause>>,
    /// A row that meets one of them is meant, without the filter being asked.
    pub is_sure: bool,
}

/// What a way asks of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// Of a value.
    Value(Condition),
    /// Of an instant.
    Instant(InstantTest),
}

/// A test that the caller makes of nanoseconds since 1970: for log lines, what is written as them.
#[derive(Clone)]
pub struct InstantTest {
    /// Where they stand; of a row without a value there, and where there is no column, the row's own instant is meant.
    pub column: Option<ColumnId>,
    /// Tests of a column under the same name are the same.
    pub name: Arc<str>,
    /// Begins to test; what comes of it may remember what it was asked.
    pub begin: Arc<dyn Fn() -> Testing + Send + Sync>,
}

/// A test of nanoseconds that was begun.
pub type Testing = Box<dyn FnMut(i64) -> bool + Send>;

impl PartialEq for InstantTest {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column && self.name == other.name
    }
}

impl Eq for InstantTest {}

impl std::fmt::Debug for InstantTest {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "InstantTest({:?}, {})", self.column, self.name)
    }
}

/// A value in the column of an instant test, or none, and the row's own instant, as nanoseconds.
pub(crate) fn nanoseconds(cell: Option<Cell<'_>>, at_us: i64) -> i64 {
    match cell {
        Some(Cell::Number(ns)) => ns.cast_signed(),
        _ => at_us.saturating_mul(1000),
    }
}

/// What is asked.
#[derive(Clone)]
pub struct Query {
    /// First instant.
    pub from_us: i64,
    /// The instant before which a row must lie.
    pub to_us: i64,
    /// All must be met.
    pub conditions: Vec<Condition>,
    /// Asked of rows that meet the conditions, with the columns of `columns`.
    pub filter: Option<Filter>,
    /// Rules rows out, or in, before the filter is asked.
    pub narrow: Option<Narrow>,
    /// Columns of the answer besides the two instants; all when `None`.
    pub columns: Option<Vec<ColumnId>>,
    /// Which rows come first.
    pub order: Order,
    /// At most so many rows.
    pub limit: usize,
}

impl Query {
    /// Everything, newest first, up to a number of rows.
    pub fn newest(limit: usize) -> Self {
        Self {
            from_us: i64::MIN,
            to_us: i64::MAX,
            conditions: Vec::new(),
            filter: None,
            narrow: None,
            columns: None,
            order: Order::NewestFirst,
            limit,
        }
    }

    /// The same with one more condition.
    #[must_use]
    pub fn with(mut self, column: ColumnId, test: Test) -> Self {
        self.conditions.push(Condition { column, test });
        self
    }

    fn within(&self) -> (i64, i64) {
        (self.from_us, self.to_us)
    }

    /// Instants in the order asked for: what comes first is least.
    fn key(&self, at_us: i64) -> i64 {
        match self.order {
            Order::NewestFirst => !at_us,
            Order::OldestFirst => at_us,
        }
    }

    /// The least key a row of this segment can have.
    fn first_key(&self, segment: &Listed) -> i64 {
        let (first, last) = names::span_of(segment.name.day);
        match self.order {
            Order::NewestFirst => self.key(segment.at.1.min(last)),
            Order::OldestFirst => self.key(segment.at.0.max(first)),
        }
    }

    pub(crate) fn passes(&self, row: &Row) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter(row))
    }
}

/// A row that was found.
enum Hit {
    Made(Row),
    /// In a segment, not read yet: what comes before it may be more than are wanted.
    Placed(Arc<Segment>, u32),
}

/// Rows found so far, the best `limit` of them.
struct Best<'a> {
    query: &'a Query,
    /// Key and place of arrival here; the worst on top.
    heap: BinaryHeap<(i64, usize)>,
    hits: Vec<Option<Hit>>,
}

impl Best<'_> {
    /// The key that a row must be before to come in; `None` when any does.
    fn worst(&self) -> Option<i64> {
        self.heap.peek().filter(|_| self.heap.len() >= self.query.limit).map(|(worst, _)| *worst)
    }

    fn is_open_to(&self, key: i64) -> bool {
        self.heap.len() < self.query.limit || self.heap.peek().is_some_and(|(worst, _)| key < *worst)
    }

    fn add(&mut self, key: i64, hit: Hit) {
        if !self.is_open_to(key) {
            return;
        }
        self.heap.push((key, self.hits.len()));
        self.hits.push(Some(hit));
        if self.heap.len() > self.query.limit
            && let Some((_, place)) = self.heap.pop()
        {
            self.hits[place] = None;
        }
    }

    /// The rows in their order; those of segments are read now, segment by segment.
    async fn finish(mut self, inner: &Arc<Inner>) -> Result<Vec<Row>> {
        let places = std::mem::take(&mut self.heap).into_sorted_vec();
        let mut rows: Vec<Option<Row>> = Vec::with_capacity(places.len());
        let mut sought: Vec<Sought> = Vec::new();
        for (at, (_, place)) in places.into_iter().enumerate() {
            rows.push(None);
            match self.hits[place].take() {
                Some(Hit::Made(row)) => rows[at] = Some(row),
                Some(Hit::Placed(segment, row)) => {
                    match sought.iter_mut().find(|it| Arc::ptr_eq(&it.segment, &segment)) {
                        Some(it) => it.rows.push((row, at)),
                        None => sought.push(Sought { segment, rows: vec![(row, at)] }),
                    }
                }
                None => {}
            }
        }
        let columns = self.query.columns.clone();
        let reading = sought.into_iter().map(|it| it.read(inner.clone(), columns.clone())).collect();
        by_side(reading, |read: Vec<(usize, Row)>| {
            read.into_iter().for_each(|(at, row)| rows[at] = Some(row))
        })
        .await?;
        Ok(rows.into_iter().flatten().collect())
    }
}

/// Rows to be read from one segment.
struct Sought {
    segment: Arc<Segment>,
    /// With their places in the answer.
    rows: Vec<(u32, usize)>,
}

impl Sought {
    async fn read(mut self, inner: Arc<Inner>, columns: Option<Vec<ColumnId>>) -> Result<Vec<(usize, Row)>> {
        self.rows.sort_unstable();
        let places: Vec<u32> = self.rows.iter().map(|(row, _)| *row).collect();
        let read = self.segment.rows_by_side(inner.stores(), &places, columns.as_deref()).await;
        Ok(self.rows.into_iter().map(|(_, at)| at).zip(unless_gone(read)?).collect())
    }
}

/// Rows of a segment that are made at once when a limit may end the search early.
const AT_ONCE: usize = 1_024;
/// Segments that are on their way to be looked at, before it is seen whether those behind are needless.
const TOGETHER: usize = 32;

/// Rows that were found, and whether there may be more.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The rows, in the order asked for.
    pub rows: Vec<Row>,
    /// What was looked at. Segments that the limit made needless count as looked at.
    pub covered: Covered,
}

impl Journal {
    /// The rows that meet a query, from all nodes' segments and from what this node has not yet made a segment of.
    pub async fn query(&self, query: &Query) -> Result<Vec<Row>> {
        Ok(self.search(query, None).await?.rows)
    }

    /// The same within a time: `until_us` is the instant, by the journal's clock, to be done by; the answer says what
    /// was left out.
    pub async fn search(&self, query: &Query, until_us: Option<i64>) -> Result<Found> {
        let mut best = Best { query, heap: BinaryHeap::new(), hits: Vec::new() };
        if query.limit == 0 {
            return Ok(Found::default());
        }
        let unsealed = self.find_unsealed(&mut best);
        let days = (names::day_of(query.from_us), names::day_of(query.to_us.saturating_sub(1)));
        let mut segments = self.inner().asked(days, query.within(), &query.conditions).await?;
        segments.retain(|it| !unsealed.has(&it.name));
        // The instants in them are known without opening them, so that a limit leaves later ones unopened.
        segments.sort_by_key(|it| query.first_key(it));
        let (asked, mut covered) = (Arc::new(query.clone()), Covered::default());
        for some in segments.chunks(TOGETHER) {
            if !some.first().is_some_and(|it| best.is_open_to(query.first_key(it))) {
                covered.segments += some.len();
                continue;
            }
            self.find_in_some(some, (&asked, until_us), &mut best, &mut covered).await?;
        }
        Ok(Found { rows: best.finish(&self.inner()).await?, covered })
    }

    fn find_unsealed(&self, best: &mut Best<'_>) -> Unsealed {
        let query = best.query;
        let mut look = |table: &Table| {
            let mut found = table.candidates(query);
            found.sort_by_key(|(row, _)| query.key(table.at[*row]));
            for (row, is_sure) in found {
                if !best.is_open_to(query.key(table.at[row])) {
                    break;
                }
                let row = table.row(row, query.columns.as_deref());
                if is_sure || query.passes(&row) {
                    best.add(query.key(row.at_us), Hit::Made(row));
                }
            }
        };
        self.look_at_unsealed(&mut look)
    }

    /// Looks at segments side by side, each only if it may have rows before the worst of those that are found until
    /// then, and if there is time.
    async fn find_in_some(
        &self,
        segments: &[Listed],
        (query, until_us): (&Arc<Query>, Option<i64>),
        best: &mut Best<'_>,
        covered: &mut Covered,
    ) -> Result<()> {
        let worst = Arc::new(Mutex::new(best.worst()));
        let held = || worst.lock().unwrap_or_else(PoisonError::into_inner);
        let finding: Vec<_> = segments
            .iter()
            .map(|listed| (self.inner(), query.clone(), worst.clone(), listed.clone()))
            .map(|(inner, query, worst, listed)| async move {
                let worst = *worst.lock().unwrap_or_else(PoisonError::into_inner);
                if worst.is_some_and(|worst| query.first_key(&listed) >= worst) {
                    return Ok((listed.name.day, Some(Vec::<(i64, Hit)>::new())));
                }
                if until_us.is_some_and(|until| inner.now_us() >= until) {
                    return Ok((listed.name.day, None));
                }
                let found = unless_gone(find_in_listed(&inner, &listed, &query, worst).await)?;
                Ok((listed.name.day, Some(found)))
            })
            .collect();
        by_side(finding, |(day, hits)| match hits {
            Some(hits) => {
                covered.segments += 1;
                hits.into_iter().for_each(|(key, hit)| best.add(key, hit));
                *held() = best.worst();
            }
            None => covered.leave([day].into_iter()),
        })
        .await
    }
}

/// A segment that was deleted meanwhile, by this node or another, has nothing.
pub(crate) fn unless_gone<T: Default>(found: Result<T>) -> Result<T> {
    match found {
        Err(Error::Store(object_store::Error::NotFound { .. })) => Ok(T::default()),
        found => found,
    }
}

/// The first rows of a segment that may not have any.
async fn find_in_listed(
    inner: &Inner,
    listed: &Listed,
    query: &Query,
    worst: Option<i64>,
) -> Result<Vec<(i64, Hit)>> {
    match inner.open_segment(&listed.name, listed.size).await? {
        Some(segment) => find_in(inner, &segment, query, worst).await,
        None => Ok(Vec::new()),
    }
}

/// The first rows of a segment with their keys, at most as many as are asked for, and none that is not before `worst`.
async fn find_in(
    inner: &Inner,
    segment: &Arc<Segment>,
    query: &Query,
    worst: Option<i64>,
) -> Result<Vec<(i64, Hit)>> {
    let Hits { sure, unsure } = segment.hits(inner.stores(), query).await?;
    let mut found: Vec<(i64, u32, bool)> = Vec::with_capacity(sure.len() + unsure.len());
    for (rows, is_asked) in [(sure, false), (unsure, query.filter.is_some())] {
        let instants = segment.instants(inner.stores(), &rows).await?;
        found.extend(instants.into_iter().zip(rows).map(|(at, row)| (query.key(at), row, is_asked)));
    }
    found.retain(|(key, _, _)| worst.is_none_or(|worst| *key < worst));
    if found.iter().all(|(_, _, is_asked)| !is_asked) {
        if found.len() > query.limit {
            found.select_nth_unstable(query.limit - 1);
            found.truncate(query.limit);
        }
        found.sort_unstable();
        let placed = found.into_iter().map(|(key, row, _)| (key, Hit::Placed(segment.clone(), row)));
        return Ok(placed.collect());
    }
    found.sort_unstable();
    let passed = asked(inner, segment, query, &mut found).await?;
    Ok(passed.into_iter().map(|row| (query.key(row.at_us), Hit::Made(row))).collect())
}

/// The first of the rows found that the filter lets pass.
async fn asked(
    inner: &Inner,
    segment: &Segment,
    query: &Query,
    found: &mut [(i64, u32, bool)],
) -> Result<Vec<Row>> {
    let first = AT_ONCE.max(query.limit.min(AT_ONCE * 16)).min(found.len());
    let (first, rest) = found.split_at_mut(first);
    let mut passed = passing(inner, segment, query, first).await?;
    if passed.len() < query.limit {
        // Rows of neighbouring instants stand far apart; in the order of the file each page is read once.
        rest.sort_unstable_by_key(|(_, row, _)| *row);
        for some in rest.chunks_mut(AT_ONCE * 16) {
            passed.extend(passing(inner, segment, query, some).await?);
            if passed.len() >= query.limit * 2 {
                passed.sort_by_key(|row| query.key(row.at_us));
                passed.truncate(query.limit);
            }
        }
    }
    Ok(passed)
}

/// Those of the rows found that the filter lets pass, as rows.
async fn passing(
    inner: &Inner,
    segment: &Segment,
    query: &Query,
    found: &mut [(i64, u32, bool)],
) -> Result<Vec<Row>> {
    found.sort_unstable_by_key(|(_, row, _)| *row);
    let rows: Vec<u32> = found.iter().map(|(_, row, _)| *row).collect();
    let rows = segment.rows_at(inner.stores(), &rows, query.columns.as_deref()).await?;
    let asked = rows.into_iter().zip(found.iter());
    let passing = asked.filter(|(row, (_, _, is_asked))| !is_asked || query.passes(row));
    Ok(passing.map(|(row, _)| row).collect())
}
