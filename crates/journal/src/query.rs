//! What is asked of a journal, and the answer out of segments and what is not yet in one.

use crate::error::Result;
use crate::journal::{Journal, Unsealed};
use crate::names::{self, SegmentName};
use crate::schema::{Cell, ColumnId, Row};
use crate::segment::Segment;
use crate::table::Table;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// A test of one value. A row without a value meets none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// One of these texts.
    OneOf(Vec<Vec<u8>>),
    /// A text that begins so.
    Prefix(Vec<u8>),
    /// One of these numbers.
    Numbers(Vec<u64>),
    /// A number from the first to the second, both included.
    Between(u64, u64),
    /// An instant from the first on and before the second.
    Instants(i64, i64),
}

impl Test {
    pub(crate) fn holds(&self, cell: Cell<'_>) -> bool {
        match (self, cell) {
            (Self::OneOf(values), Cell::Bytes(bytes)) => values.iter().any(|value| value == bytes),
            (Self::Prefix(prefix), Cell::Bytes(bytes)) => bytes.starts_with(prefix),
            (_, Cell::Number(number)) => self.holds_number(number),
            _ => false,
        }
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
            _ => false,
        }
    }

    pub(crate) fn may_hold_bytes(&self, min: &[u8], max: &[u8]) -> bool {
        match self {
            Self::OneOf(values) => values.iter().any(|value| (min..=max).contains(&value.as_slice())),
            Self::Prefix(prefix) => {
                max >= prefix.as_slice() && (min <= prefix.as_slice() || min.starts_with(prefix))
            }
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

    /// The least key a row of this day can have.
    fn first_key(&self, day: i32) -> i64 {
        let (first, last) = names::span_of(day);
        match self.order {
            Order::NewestFirst => self.key(last),
            Order::OldestFirst => self.key(first),
        }
    }

    fn passes(&self, row: &Row) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter(row))
    }
}

/// Rows found so far, the best `limit` of them.
struct Best<'a> {
    query: &'a Query,
    /// Key and place of arrival here; the worst on top.
    heap: BinaryHeap<(i64, usize)>,
    rows: Vec<Option<Row>>,
}

impl Best<'_> {
    fn is_open_to(&self, key: i64) -> bool {
        self.heap.len() < self.query.limit || self.heap.peek().is_some_and(|(worst, _)| key < *worst)
    }

    fn add(&mut self, row: Row) {
        let key = self.query.key(row.at_us);
        if !self.is_open_to(key) {
            return;
        }
        self.heap.push((key, self.rows.len()));
        self.rows.push(Some(row));
        if self.heap.len() > self.query.limit
            && let Some((_, place)) = self.heap.pop()
        {
            self.rows[place] = None;
        }
    }

    fn finish(mut self) -> Vec<Row> {
        let places = std::mem::take(&mut self.heap).into_sorted_vec();
        places.into_iter().filter_map(|(_, place)| self.rows[place].take()).collect()
    }
}

/// Rows of a segment that are made at once when a limit may end the search early.
const AT_ONCE: usize = 1_024;

impl Journal {
    /// The rows that meet a query, from all nodes' segments and from what this node has not yet made a segment of.
    pub async fn query(&self, query: &Query) -> Result<Vec<Row>> {
        let mut best = Best { query, heap: BinaryHeap::new(), rows: Vec::new() };
        if query.limit == 0 {
            return Ok(Vec::new());
        }
        let unsealed = self.find_unsealed(&mut best);
        let days = (names::day_of(query.from_us), names::day_of(query.to_us.saturating_sub(1)));
        let mut segments = Vec::new();
        for (name, size) in self.segments(Some(days)).await? {
            if unsealed.has(&name) {
                continue;
            }
            segments.push((name, size));
        }
        // Days bound the instants in them, so that a limit leaves later days unopened.
        segments.sort_by_key(|(name, _)| match query.order {
            Order::NewestFirst => -i64::from(name.day),
            Order::OldestFirst => i64::from(name.day),
        });
        for day in segments.chunk_by(|(one, _), (other, _)| one.day == other.day) {
            if best.is_open_to(query.first_key(day[0].0.day)) {
                self.find_in_day(day, &mut best).await?;
            }
        }
        Ok(best.finish())
    }

    fn find_unsealed(&self, best: &mut Best<'_>) -> Unsealed {
        let query = best.query;
        let mut look = |table: &Table| {
            let mut found = table.find(query.within(), &query.conditions);
            found.sort_by_key(|row| query.key(table.at[*row]));
            for row in found {
                if !best.is_open_to(query.key(table.at[row])) {
                    break;
                }
                let row = table.row(row, query.columns.as_deref());
                if query.passes(&row) {
                    best.add(row);
                }
            }
        };
        self.look_at_unsealed(&mut look)
    }

    async fn find_in_day(&self, day: &[(SegmentName, u64)], best: &mut Best<'_>) -> Result<()> {
        let mut opened = Vec::with_capacity(day.len());
        for (name, size) in day {
            if let Some(segment) = self.open_segment(name, *size).await? {
                let (first, last) = segment.at();
                let key = match best.query.order {
                    Order::NewestFirst => best.query.key(last),
                    Order::OldestFirst => best.query.key(first),
                };
                opened.push((key, segment));
            }
        }
        opened.sort_by_key(|(key, _)| *key);
        for (key, segment) in opened {
            if best.is_open_to(key) {
                self.find_in(&segment, best).await?;
            }
        }
        Ok(())
    }

    async fn find_in(&self, segment: &Segment, best: &mut Best<'_>) -> Result<()> {
        let query = best.query;
        let rows = segment.matching(self.stores(), query.within(), &query.conditions).await?;
        let instants = segment.instants(self.stores(), &rows).await?;
        let mut found: Vec<(i64, u32)> = instants.into_iter().map(|at| query.key(at)).zip(rows).collect();
        let is_enough = query.filter.is_none() && found.len() > query.limit;
        if is_enough {
            found.select_nth_unstable(query.limit - 1);
            found.truncate(query.limit);
        }
        found.sort_unstable();
        let at_once =
            if query.filter.is_some() { AT_ONCE.max(query.limit.min(AT_ONCE * 16)) } else { query.limit };
        for some in found.chunks(at_once) {
            let open = some.iter().take_while(|(key, _)| best.is_open_to(*key));
            let mut rows: Vec<u32> = open.map(|(_, row)| *row).collect();
            if rows.is_empty() {
                break;
            }
            rows.sort_unstable();
            let rows = segment.rows_at(self.stores(), &rows, query.columns.as_deref()).await?;
            rows.into_iter().filter(|row| query.passes(row)).for_each(|row| best.add(row));
        }
        Ok(())
    }
}
