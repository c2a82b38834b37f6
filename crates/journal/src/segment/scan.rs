//! Searches and counts that go through many rows of a segment: column by column, each value of a dictionary looked at
//! once, no row made.

use super::PAGE_ROWS;
use super::pages::{ColumnPages, Decoded, Present, Values, by_page};
use super::read::Segment;
use crate::error::{Error, Result};
use crate::journal::Stores;
use crate::query::{Clause, Condition, InstantTest, Narrow, Query, Told, nanoseconds};
use crate::schema::{Cell, ColumnId};
use std::collections::HashMap;

/// Pages of a column that are in memory at a time.
const WINDOW_PAGES: usize = 16;

/// Rows that meet a query but for its filter, ascending.
#[derive(Debug, Default)]
pub struct Hits {
    /// Rows that need no filter to be asked.
    pub sure: Vec<u32>,
    /// Rows that the filter is asked of, where the query has one.
    pub unsure: Vec<u32>,
}

/// The clauses of all ways, each once.
#[derive(Default)]
struct Ways {
    clauses: Vec<Clause>,
    /// For each value of the narrowing column: its ways as numbers of clauses, and whether they are sure.
    told: Vec<(Vec<Vec<usize>>, bool)>,
}

impl Ways {
    /// Asks about one value of the column.
    fn ask(&mut self, told: Told) {
        let number = |clauses: &mut Vec<Clause>, clause: Clause| {
            let known = clauses.iter().position(|it| *it == clause);
            known.unwrap_or_else(|| {
                clauses.push(clause);
                clauses.len() - 1
            })
        };
        let ways = told.ways.into_iter();
        let ways = ways
            .map(|way| way.into_iter().map(|clause| number(&mut self.clauses, clause)).collect())
            .collect();
        self.told.push((ways, told.is_sure));
    }

    /// Forgets ways with a clause that no row meets, and gives the clauses that are still asked.
    fn drop_hopeless(&mut self, hopeless: &[bool]) -> Vec<bool> {
        let mut is_asked = vec![false; self.clauses.len()];
        for (ways, _) in &mut self.told {
            ways.retain(|way| !way.iter().any(|clause| hopeless[*clause]));
            ways.iter().flatten().for_each(|clause| is_asked[*clause] = true);
        }
        is_asked
    }

    /// For each row of these groups whether a clause is asked of it.
    fn asks(&self, clause: usize, groups: &[u32]) -> Vec<bool> {
        let asks = |(ways, _): &(Vec<Vec<usize>>, bool)| ways.iter().flatten().any(|it| *it == clause);
        let told: Vec<bool> = self.told.iter().map(asks).collect();
        groups.iter().map(|group| told.get(*group as usize).copied().unwrap_or(false)).collect()
    }
}

impl Segment {
    /// The rows that meet a query, before its filter is asked.
    pub async fn hits(&self, stores: &Stores, query: &Query) -> Result<Hits> {
        let rows = self.matching(stores, (query.from_us, query.to_us), &query.conditions).await?;
        match &query.narrow {
            None => Ok(Hits { sure: Vec::new(), unsure: rows }),
            Some(narrow) => {
                let mut hits = Hits::default();
                let window = |row: &u32| *row as usize / (WINDOW_PAGES * PAGE_ROWS);
                for rows in rows.chunk_by(|one, other| window(one) == window(other)) {
                    self.narrow(stores, narrow, rows, &mut hits).await?;
                }
                Ok(hits)
            }
        }
    }

    async fn narrow(&self, stores: &Stores, narrow: &Narrow, rows: &[u32], hits: &mut Hits) -> Result<()> {
        let columns = self.read(stores, &[narrow.column], rows).await?;
        let Some(column) = columns.first() else {
            hits.unsure.extend_from_slice(rows);
            return Ok(());
        };
        let (mut ways, groups) = asked(column, narrow, rows);
        let mut hopeless = vec![false; ways.clauses.len()];
        for (at, clause) in ways.clauses.iter().enumerate() {
            if let Clause::Value(condition) = clause {
                hopeless[at] = !self.may_meet(stores, condition).await?;
            }
        }
        let is_asked = ways.drop_hopeless(&hopeless);
        let mut met: Vec<Vec<bool>> = vec![Vec::new(); ways.clauses.len()];
        self.meet_values(stores, (&ways, &is_asked), rows, &mut met).await?;
        self.meet_instants(stores, (&ways, &is_asked), (rows, &groups), &mut met).await?;
        for (place, (row, group)) in rows.iter().zip(&groups).enumerate() {
            let Some((ways, is_sure)) = ways.told.get(*group as usize) else {
                hits.unsure.push(*row);
                continue;
            };
            if ways.iter().any(|way| way.iter().all(|clause| met[*clause][place])) {
                if *is_sure { hits.sure.push(*row) } else { hits.unsure.push(*row) }
            }
        }
        Ok(())
    }

    /// Asks the clauses of values, column by column, of every row.
    async fn meet_values(
        &self,
        stores: &Stores,
        (ways, is_asked): (&Ways, &[bool]),
        rows: &[u32],
        met: &mut [Vec<bool>],
    ) -> Result<()> {
        let asked = |at: usize| match &ways.clauses[at] {
            Clause::Value(condition) if is_asked[at] => Some(condition),
            _ => None,
        };
        let mut ids: Vec<ColumnId> =
            (0..is_asked.len()).filter_map(asked).map(|condition| condition.column).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let columns = self.read(stores, &[id], rows).await?;
            for (at, met) in met.iter_mut().enumerate() {
                if let Some(condition) = asked(at).filter(|condition| condition.column == id) {
                    *met = columns.first().map_or_else(
                        || vec![false; rows.len()],
                        |column| column.meeting(&condition.test, rows),
                    );
                }
            }
        }
        Ok(())
    }

    /// Asks the clauses of instants of the rows of their groups.
    async fn meet_instants(
        &self,
        stores: &Stores,
        (ways, is_asked): (&Ways, &[bool]),
        (rows, groups): (&[u32], &[u32]),
        met: &mut [Vec<bool>],
    ) -> Result<()> {
        let asked = |at: usize| match &ways.clauses[at] {
            Clause::Instant(test) if is_asked[at] => Some(test),
            _ => None,
        };
        let mut ids: Vec<Option<ColumnId>> =
            (0..is_asked.len()).filter_map(asked).map(|test| test.column).collect();
        if ids.is_empty() {
            return Ok(());
        }
        ids.sort_unstable();
        ids.dedup();
        let own = self.instants(stores, rows).await?;
        for id in ids {
            let column = match id {
                Some(id) => self.read(stores, &[id], rows).await?.pop(),
                None => None,
            };
            let instants = instants_in(column.as_ref(), rows, &own);
            for (at, met) in met.iter_mut().enumerate() {
                if let Some(test) = asked(at).filter(|test| test.column == id) {
                    *met = tested(test, &instants, &ways.asks(at, groups));
                }
            }
        }
        Ok(())
    }

    /// Whether a value of the column may meet the condition, by statistics and dictionary.
    async fn may_meet(&self, stores: &Stores, condition: &Condition) -> Result<bool> {
        if !self.may_hold(condition) {
            return Ok(false);
        }
        let dictionary = self.dictionary(stores, condition.column).await?;
        Ok(dictionary.is_none_or(|dictionary| dictionary.verdicts(&condition.test).contains(&true)))
    }

    /// Calls for each value of a column, for some more than once.
    pub async fn distinct(
        &self,
        stores: &Stores,
        id: ColumnId,
        take: &mut (dyn FnMut(Cell<'_>) + Send),
    ) -> Result<()> {
        if let Some(column) = self.dictionary(stores, id).await?
            && let Some(dictionary) = &column.dictionary
        {
            (0..dictionary.len()).filter_map(|at| dictionary.get(at)).for_each(take);
            return Ok(());
        }
        self.count_values(stores, id, None, &mut |cell, _| take(cell)).await?;
        Ok(())
    }

    /// Counts the values of a column over these rows (ascending), or over all; gives the rows without one.
    pub async fn count_values(
        &self,
        stores: &Stores,
        id: ColumnId,
        rows: Option<&[u32]>,
        take: &mut (dyn FnMut(Cell<'_>, u64) + Send),
    ) -> Result<u64> {
        let Some(rows) = rows else { return self.count_all(stores, id, take).await };
        let (mut by_code, mut without) = (Vec::<u64>::new(), 0);
        let mut numbers = HashMap::<u64, u64, ahash::RandomState>::default();
        let mut dictionary = None;
        let window = |row: &u32| *row as usize / (WINDOW_PAGES * PAGE_ROWS);
        for some in rows.chunk_by(|one, other| window(one) == window(other)) {
            let mut columns = self.read(stores, &[id], some).await?;
            let Some(column) = columns.pop() else {
                without += some.len() as u64;
                continue;
            };
            by_code.resize(column.dictionary.as_ref().map_or(0, Values::len), 0);
            for (page, rows) in by_page(some) {
                let Some(decoded) = column.page(page) else { continue };
                without += count_page(decoded, rows, &mut by_code, &mut numbers, take);
            }
            dictionary = column.dictionary;
        }
        tell(dictionary.as_ref(), &by_code, numbers, take);
        Ok(without)
    }

    /// The same of all rows, where no code is looked at but counted. A chunk whose values are no codes is gone through
    /// some pages at a time.
    async fn count_all(
        &self,
        stores: &Stores,
        id: ColumnId,
        take: &mut (dyn FnMut(Cell<'_>, u64) + Send),
    ) -> Result<u64> {
        let (mut by_code, mut without) = (Vec::<u64>::new(), 0);
        let mut numbers = HashMap::<u64, u64, ahash::RandomState>::default();
        let mut dictionary = None;
        let rows = self.rows() as u32;
        // One row stands for its page.
        let pages: Vec<u32> = (0..rows).step_by(PAGE_ROWS).collect();
        for some in pages.chunks(WINDOW_PAGES) {
            let Some(chunk) = self.chunks(stores, &[id], some).await?.pop() else { return Ok(rows.into()) };
            let counted = chunk.count(some, &mut by_code);
            let (column, no_value) = counted.map_err(|why| Error::damaged(self.path(), why))?;
            without += no_value;
            for first in some {
                if let Some(decoded) = column.page(*first as usize / PAGE_ROWS) {
                    let rows: Vec<u32> = (*first..rows.min(first + PAGE_ROWS as u32)).collect();
                    without += count_page(decoded, &rows, &mut by_code, &mut numbers, take);
                }
            }
            dictionary = column.dictionary;
        }
        tell(dictionary.as_ref(), &by_code, numbers, take);
        Ok(without)
    }
}

/// The nanoseconds that a column has of these rows; of rows without a value their own instants.
fn instants_in(column: Option<&ColumnPages>, rows: &[u32], own: &[i64]) -> Vec<i64> {
    let mut instants = Vec::with_capacity(rows.len());
    for (page, some) in by_page(rows) {
        let decoded = column.and_then(|column| Some((column, column.page(page)?)));
        for row in some {
            let cell = decoded
                .and_then(|(column, page)| page.cell(*row as usize % PAGE_ROWS, column.dictionary.as_ref()));
            instants.push(nanoseconds(cell, own[instants.len()]));
        }
    }
    instants
}

/// Which of these instants meet a test, among those it is asked of.
fn tested(test: &InstantTest, instants: &[i64], is_asked: &[bool]) -> Vec<bool> {
    let mut testing = (test.begin)();
    instants.iter().zip(is_asked).map(|(ns, is_asked)| *is_asked && testing(*ns)).collect()
}

/// Calls with what was counted.
fn tell(
    dictionary: Option<&Values>,
    by_code: &[u64],
    numbers: HashMap<u64, u64, ahash::RandomState>,
    take: &mut (dyn FnMut(Cell<'_>, u64) + Send),
) {
    for (at, count) in by_code.iter().enumerate().filter(|(_, count)| **count > 0) {
        if let Some(cell) = dictionary.and_then(|dictionary| dictionary.get(at)) {
            take(cell, *count);
        }
    }
    numbers.into_iter().for_each(|(number, count)| take(Cell::Number(number), count));
}

/// Counts one page and gives the rows without a value.
fn count_page(
    decoded: &Decoded,
    rows: &[u32],
    by_code: &mut [u64],
    numbers: &mut HashMap<u64, u64, ahash::RandomState>,
    take: &mut (dyn FnMut(Cell<'_>, u64) + Send),
) -> u64 {
    // The whole page at once, where all its rows are meant: values stand without the rows that have none.
    if rows.len() == decoded.rows
        && let Values::Codes(codes) = &decoded.values
    {
        for code in codes {
            if let Some(count) = by_code.get_mut(*code as usize) {
                *count += 1;
            }
        }
        return (decoded.rows - codes.len().min(decoded.rows)) as u64;
    }
    let (mut without, mut last) = (0, None);
    for row in rows.iter().map(|row| *row as usize % PAGE_ROWS) {
        match (decoded.code(row), &decoded.present) {
            (Some(code), _) => {
                if let Some(count) = by_code.get_mut(code as usize) {
                    *count += 1;
                }
            }
            (None, Present::None) => without += 1,
            (None, _) => match decoded.cell(row, None) {
                Some(Cell::Number(number)) => *numbers.entry(number).or_default() += 1,
                // Rows stand sorted: many of one text follow each other.
                Some(cell) => match &mut last {
                    Some((known, count)) if *known == cell => *count += 1,
                    _ => {
                        if let Some((known, count)) = last.replace((cell, 1)) {
                            take(known, count);
                        }
                    }
                },
                None => without += 1,
            },
        }
    }
    if let Some((known, count)) = last {
        take(known, count);
    }
    without
}

/// What is told of the values of the narrowing column, and for each row which of it; rows without a value have none.
fn asked(column: &ColumnPages, narrow: &Narrow, rows: &[u32]) -> (Ways, Vec<u32>) {
    let (mut ways, mut groups) = (Ways::default(), Vec::with_capacity(rows.len()));
    // By code, and by text for pages without codes.
    let mut by_code: Vec<Option<u32>> = vec![None; column.dictionary.as_ref().map_or(0, Values::len)];
    let mut by_text: HashMap<Vec<u8>, u32> = HashMap::new();
    for (page, rows) in by_page(rows) {
        for row in rows.iter().map(|row| *row as usize % PAGE_ROWS) {
            let Some(decoded) = column.page(page) else {
                groups.push(u32::MAX);
                continue;
            };
            let known = decoded.code(row).and_then(|code| by_code.get(code as usize).copied().flatten());
            let group = known.or_else(|| match decoded.cell(row, column.dictionary.as_ref()) {
                Some(Cell::Bytes(text)) => Some(match by_text.get(text) {
                    Some(group) => *group,
                    None => {
                        ways.ask((narrow.told)(text));
                        by_text.insert(text.to_vec(), ways.told.len() as u32 - 1);
                        ways.told.len() as u32 - 1
                    }
                }),
                _ => None,
            });
            if let (Some(group), Some(code)) = (group, decoded.code(row)) {
                by_code[code as usize] = Some(group);
            }
            groups.push(group.unwrap_or(u32::MAX));
        }
    }
    (ways, groups)
}
