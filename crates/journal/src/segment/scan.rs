//! Searches and counts that go through many rows of a segment: column by column, each value of a dictionary looked at
//! once, no row made.

use super::PAGE_ROWS;
use super::pages::{ColumnPages, Decoded, Present, Values, by_page};
use super::read::Segment;
use crate::error::{Error, Result};
use crate::journal::Stores;
use crate::query::{Condition, Narrow, Query, Told};
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

/// The conditions of all ways, each once, and what was found of it.
#[derive(Default)]
struct Ways {
    conditions: Vec<Condition>,
    /// For each value of the narrowing column: its ways as numbers of conditions, and whether they are sure.
    told: Vec<(Vec<Vec<usize>>, bool)>,
}

impl Ways {
    /// Asks about one value of the column.
    fn ask(&mut self, told: Told) {
        let number = |conditions: &mut Vec<Condition>, condition: Condition| {
            let known = conditions.iter().position(|it| *it == condition);
            known.unwrap_or_else(|| {
                conditions.push(condition);
                conditions.len() - 1
            })
        };
        let ways = told.ways.into_iter();
        let ways = ways
            .map(|way| way.into_iter().map(|condition| number(&mut self.conditions, condition)).collect())
            .collect();
        self.told.push((ways, told.is_sure));
    }

    /// Forgets ways with a condition that no row meets, and gives the conditions that are still asked.
    fn drop_hopeless(&mut self, hopeless: &[bool]) -> Vec<bool> {
        let mut is_asked = vec![false; self.conditions.len()];
        for (ways, _) in &mut self.told {
            ways.retain(|way| !way.iter().any(|condition| hopeless[*condition]));
            ways.iter().flatten().for_each(|condition| is_asked[*condition] = true);
        }
        is_asked
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
        let mut hopeless = vec![false; ways.conditions.len()];
        for (at, condition) in ways.conditions.iter().enumerate() {
            hopeless[at] = !self.may_meet(stores, condition).await?;
        }
        let is_asked = ways.drop_hopeless(&hopeless);
        let mut met: Vec<Vec<bool>> = vec![Vec::new(); ways.conditions.len()];
        let mut ids: Vec<ColumnId> = (ways.conditions.iter().zip(&is_asked))
            .filter(|(_, is_asked)| **is_asked)
            .map(|(condition, _)| condition.column)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let columns = self.read(stores, &[id], rows).await?;
            for (at, condition) in ways.conditions.iter().enumerate() {
                if is_asked[at] && condition.column == id {
                    met[at] = columns.first().map_or_else(
                        || vec![false; rows.len()],
                        |column| column.meeting(&condition.test, rows),
                    );
                }
            }
        }
        for (place, (row, group)) in rows.iter().zip(&groups).enumerate() {
            let Some((ways, is_sure)) = ways.told.get(*group as usize) else {
                hits.unsure.push(*row);
                continue;
            };
            if ways.iter().any(|way| way.iter().all(|condition| met[*condition][place])) {
                if *is_sure { hits.sure.push(*row) } else { hits.unsure.push(*row) }
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
