//! Rows in memory, column by column: what the live log holds, searchable, and what a segment is made of. Each text
//! stands once in its column's dictionary; a row holds its number.

use crate::names;
use crate::query::{Clause, Condition, InstantTest, Query, Test, Testing, Told, nanoseconds};
use crate::schema::{AT, Cell, ColumnId, Encoder, RECEIVED_AT, Row, Schema};
use crate::tree::{Digest, Leaves};
use ahash::RandomState;
use std::collections::BTreeMap;

/// Distinct values of one column, numbered from 1 in the order in which they came.
#[derive(Debug)]
pub struct Dictionary {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// Open addressing: code, or 0 for free; with the upper half of the hash beside it.
    slots: Vec<(u32, u32)>,
    /// Keyed, since whoever sends lines could choose values that collide.
    keys: RandomState,
}

impl Dictionary {
    fn new() -> Self {
        Self { bytes: Vec::new(), ends: vec![0], slots: vec![(0, 0); 16], keys: RandomState::new() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len() - 1
    }

    /// The value of a code from 1.
    pub fn get(&self, code: u32) -> &[u8] {
        let code = code as usize;
        &self.bytes[self.ends[code - 1] as usize..self.ends[code] as usize]
    }

    fn slot(&self, value: &[u8]) -> (usize, u32) {
        let hash = self.keys.hash_one(value);
        let (mask, mark) = (self.slots.len() - 1, (hash >> 32) as u32);
        let mut at = hash as usize & mask;
        loop {
            let (code, known) = self.slots[at];
            if code == 0 || (known == mark && self.get(code) == value) {
                return (at, mark);
            }
            at = (at + 1) & mask;
        }
    }

    /// The code of a value, if it is there.
    pub fn find(&self, value: &[u8]) -> Option<u32> {
        Some(self.slots[self.slot(value).0].0).filter(|code| *code != 0)
    }

    fn intern(&mut self, value: &[u8]) -> u32 {
        let (at, mark) = self.slot(value);
        if self.slots[at].0 != 0 {
            return self.slots[at].0;
        }
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len() as u32);
        let code = self.len() as u32;
        self.slots[at] = (code, mark);
        if self.len() * 2 > self.slots.len() {
            self.grow();
        }
        code
    }

    fn grow(&mut self) {
        self.slots = vec![(0, 0); self.slots.len() * 2];
        for code in 1..=self.len() as u32 {
            let (at, mark) = self.slot(self.get(code));
            self.slots[at] = (code, mark);
        }
    }

    fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 4 + self.slots.capacity() * 8
    }
}

/// The values of one column; it may be shorter than the table where the last rows have none.
#[derive(Debug)]
pub enum Values {
    /// Codes, 0 for none.
    Bytes(Dictionary, Vec<u32>),
    /// Numbers, and which rows have one.
    Numbers(Vec<u64>, Vec<bool>),
}

impl Values {
    fn put(&mut self, row: usize, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Bytes(dictionary, codes), Cell::Bytes(value)) => {
                // Neighbours are often equal, and comparing is cheaper than hashing.
                let last = codes.last().copied().filter(|last| *last != 0 && dictionary.get(*last) == value);
                let code = last.unwrap_or_else(|| dictionary.intern(value));
                codes.resize(row, 0);
                codes.push(code);
            }
            (Self::Numbers(numbers, present), Cell::Number(number)) => {
                numbers.resize(row, 0);
                present.resize(row, false);
                numbers.push(number);
                present.push(true);
            }
            // The kind is that of the schema; a value of another kind is a mistake of the encoder and has no place.
            _ => debug_assert!(false, "a value is not of its column's kind"),
        }
    }

    fn get(&self, row: usize) -> Option<Cell<'_>> {
        match self {
            Self::Bytes(dictionary, codes) => {
                codes.get(row).filter(|code| **code != 0).map(|code| Cell::Bytes(dictionary.get(*code)))
            }
            Self::Numbers(numbers, present) => {
                present.get(row).filter(|is| **is).map(|_| Cell::Number(numbers[row]))
            }
        }
    }

    fn memory(&self) -> usize {
        match self {
            Self::Bytes(dictionary, codes) => dictionary.memory() + codes.capacity() * 4,
            Self::Numbers(numbers, present) => numbers.capacity() * 8 + present.capacity(),
        }
    }
}

/// The rows of one day of one log.
#[derive(Debug, Default)]
pub struct Table {
    pub at: Vec<i64>,
    pub received_at: Vec<i64>,
    /// By number of the column; `None` for one that no row has.
    columns: Vec<Option<Values>>,
    /// Leaf digests in the order of arrival.
    pub leaves: Vec<Digest>,
}

impl Table {
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// The values of a column, when a row has one.
    pub fn column(&self, id: ColumnId) -> Option<&Values> {
        self.columns.get(usize::from(id.0)).and_then(Option::as_ref)
    }

    /// The columns that a row has a value of.
    pub fn columns(&self) -> impl Iterator<Item = (ColumnId, &Values)> {
        let numbered = self.columns.iter().enumerate();
        numbered.filter_map(|(at, values)| Some((ColumnId(at as u16), values.as_ref()?)))
    }

    fn push(&mut self, row: &Row, schema: &Schema) {
        let at = self.len();
        self.at.push(row.at_us);
        self.received_at.push(row.received_at_us);
        for (id, cell) in row.cells() {
            let place = usize::from(id.0);
            if place >= self.columns.len() {
                self.columns.resize_with(place + 1, || None);
            }
            let values = self.columns[place].get_or_insert_with(|| match schema.about(id).kind.is_bytes() {
                true => Values::Bytes(Dictionary::new(), Vec::new()),
                false => Values::Numbers(Vec::new(), Vec::new()),
            });
            values.put(at, cell);
        }
    }

    /// One row again; `wanted` are the columns, all when `None`.
    pub fn row(&self, at: usize, wanted: Option<&[ColumnId]>) -> Row {
        let mut row = Row::received(self.at[at], self.received_at[at]);
        for (id, values) in self.columns() {
            if wanted.is_some_and(|wanted| !wanted.contains(&id)) {
                continue;
            }
            match values.get(at) {
                Some(Cell::Bytes(value)) => row.bytes(id, value),
                Some(Cell::Number(value)) => row.number(id, value),
                None => {}
            }
        }
        row
    }

    /// The rows within the instants that meet every condition.
    pub fn find(&self, (from_us, to_us): (i64, i64), conditions: &[Condition]) -> Vec<usize> {
        let in_time = |row: &usize| (from_us..to_us).contains(&self.at[*row]);
        let mut rows: Vec<usize> = (0..self.len()).filter(in_time).collect();
        for condition in conditions {
            self.keep(condition, &mut rows);
        }
        rows
    }

    /// The rows that meet a query, its filter included.
    pub fn hits(&self, query: &Query) -> Vec<usize> {
        let passing = self
            .candidates(query)
            .into_iter()
            .filter(|(row, is_sure)| *is_sure || query.passes(&self.row(*row, query.columns.as_deref())));
        passing.map(|(row, _)| row).collect()
    }

    /// The rows that meet a query but for its filter, and whether it need not be asked.
    pub fn candidates(&self, query: &Query) -> Vec<(usize, bool)> {
        let rows = self.find((query.from_us, query.to_us), &query.conditions);
        let narrow = query.narrow.as_ref();
        let column = narrow.and_then(|narrow| Some((narrow, self.column(narrow.column)?)));
        let Some((narrow, Values::Bytes(dictionary, codes))) = column else {
            return rows.into_iter().map(|row| (row, query.filter.is_none())).collect();
        };
        let mut told: Vec<Option<Told>> = vec![None; dictionary.len() + 1];
        let (mut kept, mut begun) = (Vec::new(), Vec::new());
        for row in rows {
            let Some(code) = codes.get(row).copied().filter(|code| *code != 0) else {
                kept.push((row, query.filter.is_none()));
                continue;
            };
            let told = told[code as usize].get_or_insert_with(|| (narrow.told)(dictionary.get(code)));
            if told.ways.iter().any(|way| way.iter().all(|clause| self.meets(row, clause, &mut begun))) {
                kept.push((row, told.is_sure || query.filter.is_none()));
            }
        }
        kept
    }

    /// Whether a row meets a clause; `begun` are the tests of instants that were begun for other rows.
    fn meets(&self, row: usize, clause: &Clause, begun: &mut Vec<(InstantTest, Testing)>) -> bool {
        let cell = |column: ColumnId| self.column(column).and_then(|values| values.get(row));
        match clause {
            Clause::Value(condition) => cell(condition.column).is_some_and(|cell| condition.test.holds(cell)),
            Clause::Instant(test) => {
                let known = begun.iter().position(|(it, _)| it == test).unwrap_or_else(|| {
                    begun.push((test.clone(), (test.begin)()));
                    begun.len() - 1
                });
                begun[known].1(nanoseconds(test.column.and_then(cell), self.at[row]))
            }
        }
    }

    /// Counts the values of a column over these rows, and gives the rows without one.
    pub fn count_values(&self, id: ColumnId, rows: &[usize], take: &mut dyn FnMut(Cell<'_>, u64)) -> u64 {
        let instants = match id {
            AT => Some(&self.at),
            RECEIVED_AT => Some(&self.received_at),
            _ => None,
        };
        if let Some(instants) = instants {
            rows.iter().for_each(|row| take(Cell::Number(instants[*row].cast_unsigned()), 1));
            return 0;
        }
        let mut without = 0;
        for row in rows {
            match self.column(id).and_then(|values| values.get(*row)) {
                Some(cell) => take(cell, 1),
                None => without += 1,
            }
        }
        without
    }

    fn keep(&self, condition: &Condition, rows: &mut Vec<usize>) {
        let instants = match condition.column {
            AT => Some(&self.at),
            RECEIVED_AT => Some(&self.received_at),
            _ => None,
        };
        if let Some(instants) = instants {
            return rows.retain(|row| condition.test.holds_number(instants[*row].cast_unsigned()));
        }
        match (self.column(condition.column), &condition.test) {
            (Some(Values::Bytes(dictionary, codes)), Test::OneOf(values)) => {
                let sought: Vec<u32> = values.iter().filter_map(|value| dictionary.find(value)).collect();
                rows.retain(|row| codes.get(*row).is_some_and(|code| sought.contains(code)));
            }
            (Some(values), test) => rows.retain(|row| values.get(*row).is_some_and(|cell| test.holds(cell))),
            (None, _) => rows.clear(),
        }
    }

    /// The order of rows within the segment: by the sort columns, then by instant, then as they came.
    pub fn order(&self, schema: &Schema) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        let keys: Vec<Vec<u64>> = schema.sorted_by().iter().filter_map(|id| self.ranks(*id)).collect();
        match keys.as_slice() {
            [] => order.sort_by_key(|row| self.at[*row as usize]),
            [only] => order.sort_by_key(|row| (only[*row as usize], self.at[*row as usize])),
            [first, second] => order.sort_by_key(|row| {
                let row = *row as usize;
                (first[row], second[row], self.at[row])
            }),
            _ => order.sort_by_cached_key(|row| {
                let row = *row as usize;
                (keys.iter().map(|key| key[row]).collect::<Vec<u64>>(), self.at[row])
            }),
        }
        order
    }

    /// For each row a number that orders it by this column, rows without a value first.
    fn ranks(&self, id: ColumnId) -> Option<Vec<u64>> {
        if id == AT || id == RECEIVED_AT {
            let instants = if id == AT { &self.at } else { &self.received_at };
            return Some(instants.iter().map(|at| at.cast_unsigned() ^ (1 << 63)).collect());
        }
        let mut ranks: Vec<u64> = match self.column(id)? {
            Values::Numbers(numbers, present) => {
                let rank = |(number, is): (&u64, &bool)| if *is { number.saturating_add(1) } else { 0 };
                numbers.iter().zip(present).map(rank).collect()
            }
            Values::Bytes(dictionary, codes) => {
                let rank = dictionary_ranks(dictionary);
                codes.iter().map(|code| u64::from(rank[*code as usize])).collect()
            }
        };
        ranks.resize(self.len(), 0);
        Some(ranks)
    }

    fn memory(&self) -> usize {
        self.at.capacity() * 16
            + self.leaves.capacity() * 32
            + self.columns().map(|(_, values)| values.memory()).sum::<usize>()
    }
}

/// Codes in the order of their values.
pub fn sorted_codes(dictionary: &Dictionary) -> Vec<u32> {
    let mut codes: Vec<u32> = (1..=dictionary.len() as u32).collect();
    codes.sort_unstable_by(|one, other| dictionary.get(*one).cmp(dictionary.get(*other)));
    codes
}

/// For each code (0 is none) its place among the sorted values, from 1.
pub fn dictionary_ranks(dictionary: &Dictionary) -> Vec<u32> {
    let mut ranks = vec![0; dictionary.len() + 1];
    for (rank, code) in (1..).zip(sorted_codes(dictionary)) {
        ranks[code as usize] = rank;
    }
    ranks
}

/// The rows of one log, day by day.
#[derive(Debug, Default)]
pub struct Tables {
    pub days: BTreeMap<i32, Table>,
    pub rows: usize,
}

impl Tables {
    /// Encodes records and adds their rows.
    pub fn add<'a>(
        &mut self,
        records: impl Iterator<Item = (i64, &'a [u8])>,
        schema: &Schema,
        encoder: &dyn Encoder,
    ) {
        let (mut row, mut waiting) = (Row::default(), BTreeMap::<i32, Leaves>::new());
        for (received_at_us, payload) in records {
            row.clear();
            (row.at_us, row.received_at_us) = (received_at_us, received_at_us);
            encoder.encode(payload, &mut row);
            let day = names::day_of(row.at_us);
            let table = self.days.entry(day).or_default();
            table.push(&row, schema);
            let leaves = waiting.entry(day).or_default();
            leaves.add((row.at_us, row.received_at_us), &mut table.leaves, |leaf| {
                encoder.leaf_of_record(payload, &row, leaf);
            });
            self.rows += 1;
        }
        for (day, mut leaves) in waiting {
            leaves.flush(&mut self.days.entry(day).or_default().leaves);
        }
    }

    /// Bytes of memory these rows take, roughly from above.
    pub fn memory(&self) -> usize {
        self.days.values().map(Table::memory).sum()
    }
}
