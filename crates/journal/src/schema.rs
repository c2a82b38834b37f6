//! What a stream's rows consist of, told by whoever keeps it, and a row on its way in or out.

use crate::error::{Error, Result};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// UTF-8 text; a Parquet STRING.
    Text,
    /// Bytes that need not be text; a Parquet BYTE_ARRAY.
    Bytes,
    /// A whole number from 0 to 2^64 − 1; a Parquet INT64 marked UINT_64.
    Number,
    /// An instant in microseconds since 1970-01-01T00:00:00Z; a Parquet TIMESTAMP in UTC.
    Time,
}

impl Kind {
    pub(crate) fn is_bytes(self) -> bool {
        matches!(self, Self::Text | Self::Bytes)
    }
}

/// A column by number; numbers hold as long as the process, names hold in the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId(pub(crate) u16);

/// The instant a row counts under: its day is the segment's folder.
pub const AT: ColumnId = ColumnId(0);
/// When the record was received.
pub const RECEIVED_AT: ColumnId = ColumnId(1);

/// One column of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the files: small ASCII letters, digits and `_`.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether rows are looked for by its values; such a column gets a bloom filter.
    pub is_sought: bool,
}

impl Column {
    /// A column that is only read.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, is_sought: false }
    }

    /// The same column with a bloom filter.
    #[must_use]
    pub fn sought(mut self) -> Self {
        self.is_sought = true;
        self
    }
}

/// Columns beyond those declared that a process may meet; more are refused, so that a stream of odd keys cannot
/// fill the memory.
const MAX_COLUMNS: usize = 2_000;

/// The columns of a stream. It always has `at` and `received_at`; columns that were not declared may be added by
/// name while rows come in, and exist only in the segments where they occur.
#[derive(Debug)]
pub struct Schema {
    stream: String,
    sorted_by: Vec<ColumnId>,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    columns: Vec<Arc<Column>>,
    by_name: HashMap<String, ColumnId>,
}

impl Schema {
    /// The schema of a stream. `sorted_by` are the columns by which rows stand within a segment, before `at`.
    /// Errors: a name that is not plain, or given twice, or a sort column that is not declared.
    pub fn new(stream: &str, columns: Vec<Column>, sorted_by: &[&str]) -> Result<Self> {
        if !crate::names::is_plain(stream) {
            return Err(Error::Refused(format!("`{stream}` is not a plain name of a stream")));
        }
        let schema = Self { stream: stream.to_owned(), sorted_by: Vec::new(), known: RwLock::default() };
        for column in
            [Column::new("at", Kind::Time), Column::new("received_at", Kind::Time)].into_iter().chain(columns)
        {
            if schema.find(&column.name).is_some() {
                return Err(Error::Refused(format!("column `{}` is declared twice", column.name)));
            }
            schema.add(column)?;
        }
        let found: Option<Vec<ColumnId>> = sorted_by.iter().map(|name| schema.find(name)).collect();
        let sorted_by = found.ok_or_else(|| Error::Refused("a sort column is not declared".to_owned()))?;
        Ok(Self { sorted_by, ..schema })
    }

    /// Name of the stream.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    pub(crate) fn sorted_by(&self) -> &[ColumnId] {
        &self.sorted_by
    }

    /// The column of this name, if it is declared or was met.
    pub fn find(&self, name: &str) -> Option<ColumnId> {
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.by_name.get(name).copied()
    }

    /// The column of this name, added when it is new. Errors: known with another kind, a name that is not plain,
    /// too many columns.
    pub fn column(&self, name: &str, kind: Kind) -> Result<ColumnId> {
        match self.find(name) {
            Some(id) if self.about(id).kind == kind => Ok(id),
            Some(_) => Err(Error::Refused(format!("column `{name}` is known with another kind"))),
            None => self.add(Column::new(name, kind)),
        }
    }

    /// What is known of a column.
    pub fn about(&self, id: ColumnId) -> Arc<Column> {
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.columns[usize::from(id.0)].clone()
    }

    /// Every column that is declared or was met, the two instants first.
    pub fn columns(&self) -> Vec<(ColumnId, Arc<Column>)> {
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        (0..).map(ColumnId).zip(known.columns.iter().cloned()).collect()
    }

    /// The columns that rows are looked for by.
    pub(crate) fn sought(&self) -> Vec<ColumnId> {
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let numbered = (0..).zip(&known.columns).filter(|(_, column)| column.is_sought);
        numbered.map(|(at, _)| ColumnId(at)).collect()
    }

    fn add(&self, column: Column) -> Result<ColumnId> {
        if !crate::names::is_plain(&column.name) {
            return Err(Error::Refused(format!("`{}` is not a plain name of a column", column.name)));
        }
        let mut known = self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(id) = known.by_name.get(&column.name) {
            return Ok(*id);
        }
        if known.columns.len() >= MAX_COLUMNS {
            return Err(Error::Refused("the stream has too many columns".to_owned()));
        }
        let id = ColumnId(known.columns.len() as u16);
        known.by_name.insert(column.name.clone(), id);
        known.columns.push(Arc::new(column));
        Ok(id)
    }
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Text or bytes.
    Bytes(&'a [u8]),
    /// A number, or an instant as its bits.
    Number(u64),
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Bytes(u32, u32),
    Number(u64),
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPlace {
    /// Path of the segment.
    pub path: Arc<str>,
    /// Place in it, from 0.
    pub row: u64,
}

/// A row: few of many columns have a value. It is filled, read, cleared and filled again.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The instant the row counts under.
    pub at_us: i64,
    /// When it was received.
    pub received_at_us: i64,
    /// Where it was found, when it was found in a segment: what a proof is asked for with.
    pub place: Option<RowPlace>,
    cells: Vec<(ColumnId, Place)>,
    /// By number of the column the place of its cell, from 1.
    places: Vec<u16>,
    bytes: Vec<u8>,
}

impl Row {
    pub(crate) fn received(at_us: i64, received_at_us: i64) -> Self {
        Self { at_us, received_at_us, ..Self::default() }
    }

    /// Empties the row and keeps its memory.
    pub fn clear(&mut self) {
        (self.at_us, self.received_at_us, self.place) = (0, 0, None);
        for (id, _) in self.cells.drain(..) {
            self.places[usize::from(id.0)] = 0;
        }
        self.bytes.clear();
    }

    /// Puts a cell; of two of one column the first is the one that is found.
    fn put(&mut self, column: ColumnId, place: Place) {
        let at = usize::from(column.0);
        if at >= self.places.len() {
            self.places.resize(at + 1, 0);
        }
        self.cells.push((column, place));
        if self.places[at] == 0 {
            self.places[at] = u16::try_from(self.cells.len()).unwrap_or(0);
        }
    }

    /// Adds the values of further columns.
    pub(crate) fn add(&mut self, more: &Self) {
        for (id, cell) in more.cells() {
            match cell {
                Cell::Bytes(bytes) => self.bytes(id, bytes),
                Cell::Number(number) => self.number(id, number),
            }
        }
    }

    /// Sets a text.
    pub fn text(&mut self, column: ColumnId, text: &str) {
        self.bytes(column, text.as_bytes());
    }

    /// Sets bytes; of a column of kind `Bytes`, since texts must be UTF-8.
    pub fn bytes(&mut self, column: ColumnId, bytes: &[u8]) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        self.put(column, Place::Bytes(start, self.bytes.len() as u32));
    }

    /// Sets a number.
    pub fn number(&mut self, column: ColumnId, number: u64) {
        match column {
            AT => self.at_us = number.cast_signed(),
            RECEIVED_AT => self.received_at_us = number.cast_signed(),
            _ => self.put(column, Place::Number(number)),
        }
    }

    /// Sets an instant.
    pub fn time(&mut self, column: ColumnId, at_us: i64) {
        self.number(column, at_us.cast_unsigned());
    }

    /// The value of a column.
    pub fn get(&self, column: ColumnId) -> Option<Cell<'_>> {
        match column {
            AT => Some(Cell::Number(self.at_us.cast_unsigned())),
            RECEIVED_AT => Some(Cell::Number(self.received_at_us.cast_unsigned())),
            _ => {
                let place = self.places.get(usize::from(column.0)).copied().filter(|place| *place != 0)?;
                self.cells.get(usize::from(place) - 1).map(|(_, place)| self.cell(place))
            }
        }
    }

    /// The text of a column.
    pub fn get_text(&self, column: ColumnId) -> Option<&str> {
        self.get_bytes(column).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The bytes of a column.
    pub fn get_bytes(&self, column: ColumnId) -> Option<&[u8]> {
        match self.get(column) {
            Some(Cell::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// The number of a column.
    pub fn get_number(&self, column: ColumnId) -> Option<u64> {
        match self.get(column) {
            Some(Cell::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// Every value but the two instants, in the order in which they were set.
    pub fn cells(&self) -> impl Iterator<Item = (ColumnId, Cell<'_>)> {
        self.cells.iter().map(|(id, place)| (*id, self.cell(place)))
    }

    fn cell(&self, place: &Place) -> Cell<'_> {
        match place {
            Place::Bytes(from, to) => Cell::Bytes(&self.bytes[*from as usize..*to as usize]),
            Place::Number(number) => Cell::Number(*number),
        }
    }
}

impl PartialEq for Row {
    /// Equal values under equal columns; the order in which they were set does not count.
    fn eq(&self, other: &Self) -> bool {
        (self.at_us, self.received_at_us, self.cells.len())
            == (other.at_us, other.received_at_us, other.cells.len())
            && self.cells().all(|(id, cell)| other.get(id) == Some(cell))
    }
}

/// Makes rows of records and the sealed bytes of rows. Both must always do the same with the same input: what is
/// found in the log after a crash is encoded again.
pub trait Encoder: Send + Sync {
    /// Makes the row of a record. It cannot fail: what is not understood is kept whole in a column of its own. The
    /// row comes cleared, both instants set to when it was received. A column may be set once only.
    fn encode(&self, payload: &[u8], row: &mut Row);

    /// Appends the bytes that are sealed for this row, made from its columns alone: for a log line the line itself.
    /// The two instants are sealed in any case.
    fn leaf(&self, row: &Row, leaf: &mut Vec<u8>);

    /// Appends the same bytes as [`Encoder::leaf`], for when the record has them at hand.
    fn leaf_of_record(&self, _payload: &[u8], row: &Row, leaf: &mut Vec<u8>) {
        self.leaf(row, leaf);
    }
}
