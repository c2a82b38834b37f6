//! The journal as a table of SQLite, read while SQLite steps through it. The only file of the product with `unsafe`: the two
//! traits of `rusqlite` want the promise that a structure begins with SQLite's own and is laid out as C does
//! (docs/adr/0033).
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use journal::{AT, Cell, ColumnId, Covered, Journal, Kind, Query, RECEIVED_AT, Row};
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::ValueRef;
use rusqlite::vtab::{
    Context, Filters, IndexInfo, VTab, VTabConnection, VTabCursor, eponymous_only_module, sqlite3_vtab,
    sqlite3_vtab_cursor,
};
use rusqlite::{Connection, Error, Result};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

use crate::push::{About, Doing, instant_text, narrow};
use crate::{Made, Tables, Value, quoted, type_of, value};

/// Columns of the journal that a table of SQLite can have.
const MOST_COLUMNS: usize = 1_900;
/// The instants of a row stand first.
const INSTANTS: usize = 2;
/// Columns that SQLite says one by one whether it wants them; of the rest it says so of all together.
const TOLD_APART: usize = 63;
/// Batches of rows on their way.
const BATCHES: usize = 2;
/// Rows that a reading is thought to give. Conditions with written values do not change it: were they cheaper, SQLite would
/// answer `a OR b` by two readings and drop what comes twice by its row number, which rows of a journal do not have.
const ROWS: f64 = 1e6;
/// What a row costs: so much more than one of a small table that the journal is read once, and those are looked up.
const COST: f64 = 1e4;
/// Of them those with a value that another table of the question has, so that a small one is gone through first.
const OF_ANOTHER: f64 = 1e-3;

/// Where a column comes from.
#[derive(Clone)]
enum Shown {
    Instant(ColumnId),
    Column(ColumnId, Kind),
    Made(Made),
}

/// What all cursors of one question share.
pub struct Shared {
    journal: Arc<Journal>,
    handle: Handle,
    columns: Vec<Shown>,
    declaration: String,
    until_us: i64,
    stop: Arc<AtomicBool>,
    read: AtomicU64,
    covered: Mutex<Covered>,
    trouble: Mutex<Option<String>>,
}

impl Shared {
    pub fn new(tables: &Tables, handle: Handle, until_us: i64, stop: Arc<AtomicBool>) -> Self {
        let mut columns = Vec::new();
        let mut declared = Vec::new();
        for (id, column) in tables.journal.schema().columns().into_iter().take(MOST_COLUMNS) {
            let is_instant = id == AT || id == RECEIVED_AT;
            columns.push(if is_instant { Shown::Instant(id) } else { Shown::Column(id, column.kind) });
            declared.push(format!("{} {}", quoted(&column.name), type_of(column.kind)));
        }
        // Among those that SQLite tells apart: making them wants the whole row.
        for made in &tables.made {
            columns.insert(INSTANTS, Shown::Made(made.clone()));
            declared.insert(INSTANTS, format!("{} TEXT", quoted(made.name)));
        }
        let declaration = format!("CREATE TABLE x({})", declared.join(", "));
        Self {
            journal: tables.journal.clone(),
            handle,
            columns,
            declaration,
            until_us,
            stop,
            read: AtomicU64::new(0),
            covered: Mutex::default(),
            trouble: Mutex::default(),
        }
    }

    /// Rows that were read, and what was looked at.
    pub fn looked_at(&self) -> (u64, Covered) {
        (self.read.load(Ordering::Relaxed), *self.covered())
    }

    /// What the journal could not do, where that is why a question failed.
    pub fn take_trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn covered(&self) -> std::sync::MutexGuard<'_, Covered> {
        self.covered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn about(&self, column: c_int) -> Option<About> {
        match self.columns.get(usize::try_from(column).ok()?)? {
            Shown::Instant(AT) => Some(About::At),
            Shown::Column(id, Kind::Text) => Some(About::Text(*id)),
            Shown::Column(id, Kind::Number) => Some(About::Number(*id)),
            _ => None,
        }
    }

    /// Whether the journal finds rows by this column without reading much.
    fn is_sought(&self, about: About) -> bool {
        match about {
            About::At => true,
            About::Text(id) | About::Number(id) => self.journal.schema().about(id).is_sought,
        }
    }

    /// The journal's columns that are wanted; all when a column is made of a row.
    fn wanted(&self, used: u64) -> Option<Vec<ColumnId>> {
        let is_used = |at: usize| used & (1 << at.min(TOLD_APART)) != 0;
        let mut wanted = Vec::new();
        for (_, column) in self.columns.iter().enumerate().filter(|(at, _)| is_used(*at)) {
            match column {
                Shown::Made(_) => return None,
                Shown::Column(id, _) => wanted.push(*id),
                Shown::Instant(_) => {}
            }
        }
        Some(wanted)
    }
}

pub fn register(db: &Connection, name: &str, shared: Arc<Shared>) -> Result<()> {
    db.create_module(name, eponymous_only_module::<JournalTable>(), Some(shared))
}

#[repr(C)]
pub struct JournalTable {
    /// SQLite's own; must be the first.
    base: sqlite3_vtab,
    shared: Arc<Shared>,
}

// SAFETY: `base` is the first field and the layout is C's.
unsafe impl<'vtab> VTab<'vtab> for JournalTable {
    type Aux = Arc<Shared>;
    type Cursor = JournalCursor<'vtab>;

    fn connect(_: &mut VTabConnection, shared: Option<&Self::Aux>, _: &[&[u8]]) -> Result<(String, Self)> {
        let shared = shared.ok_or_else(|| Error::ModuleError("there is no journal".into()))?.clone();
        Ok((shared.declaration.clone(), Self { base: sqlite3_vtab::default(), shared }))
    }

    /// Takes what conditions the journal can use, as text for the cursor: the columns that are wanted, then of each
    /// condition its column and what it does.
    fn best_index(&self, info: &mut IndexInfo) -> Result<()> {
        let (mut taken, mut rows): (Vec<(usize, c_int, Doing)>, f64) = (Vec::new(), ROWS);
        for (at, constraint) in info.constraints().enumerate().filter(|(_, it)| it.is_usable()) {
            let column = constraint.column();
            let (Some(about), Some(doing)) = (self.shared.about(column), Doing::of(constraint.operator()))
            else {
                continue;
            };
            let is_list = doing == Doing::Equals && about != About::At && info.is_in_constraint(at)?;
            let doing = if is_list { Doing::IsOneOf } else { doing };
            let is_plain = matches!(doing, Doing::Begins) || info.collation(at)? == "BINARY";
            if doing.suits(about) && is_plain {
                if doing == Doing::Equals && self.shared.is_sought(about) && info.rhs_value(at)?.is_none() {
                    rows *= OF_ANOTHER;
                }
                taken.push((at, column, doing));
            }
        }
        let mut plan = format!("{:x}", info.col_used());
        for (place, (at, column, doing)) in (1..).zip(&taken) {
            if *doing == Doing::IsOneOf {
                info.set_in_constraint(*at, true)?;
            }
            let mut usage = info.constraint_usage(*at);
            usage.set_argv_index(place);
            usage.set_omit(false);
            plan.push_str(&format!(" {column}{}", doing.letter()));
        }
        info.set_estimated_cost(rows * COST);
        info.set_estimated_rows(rows as i64);
        info.set_idx_str(&plan);
        Ok(())
    }

    fn open(&'vtab mut self) -> Result<Self::Cursor> {
        Ok(JournalCursor {
            base: sqlite3_vtab_cursor::default(),
            shared: self.shared.clone(),
            reading: None,
            batch: Vec::new().into_iter(),
            row: None,
            table: PhantomData,
        })
    }
}

/// Rows on their way, and who sends them.
struct Reading {
    rows: Receiver<Vec<Row>>,
    work: JoinHandle<journal::Result<Covered>>,
}

#[repr(C)]
pub struct JournalCursor<'vtab> {
    /// SQLite's own; must be the first.
    base: sqlite3_vtab_cursor,
    shared: Arc<Shared>,
    reading: Option<Reading>,
    batch: std::vec::IntoIter<Row>,
    row: Option<Row>,
    table: PhantomData<&'vtab JournalTable>,
}

impl JournalCursor<'_> {
    fn advance(&mut self) -> Result<()> {
        loop {
            self.row = self.batch.next();
            if self.row.is_some() {
                return Ok(());
            }
            if self.shared.stop.load(Ordering::Relaxed) {
                self.reading = None;
                return Err(failed("the question was given up"));
            }
            let Some(reading) = &mut self.reading else { return Ok(()) };
            match reading.rows.blocking_recv() {
                Some(rows) => {
                    self.shared.read.fetch_add(rows.len() as u64, Ordering::Relaxed);
                    self.batch = rows.into_iter();
                }
                None => self.end()?,
            }
        }
    }

    /// All rows have come: what was looked at is added to what the answer tells.
    fn end(&mut self) -> Result<()> {
        let Some(reading) = self.reading.take() else { return Ok(()) };
        let done = self.shared.handle.block_on(reading.work).map_err(|error| error.to_string());
        let one = done.and_then(|done| done.map_err(|error| error.to_string())).map_err(|why| {
            let error = failed(&why);
            *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
            error
        })?;
        let mut all = self.shared.covered();
        all.segments += one.segments;
        all.left += one.left;
        all.whole_from_us = all.whole_from_us.max(one.whole_from_us);
        Ok(())
    }
}

fn failed(why: &str) -> Error {
    Error::ModuleError(why.to_owned())
}

// SAFETY: `base` is the first field and the layout is C's.
unsafe impl VTabCursor for JournalCursor<'_> {
    fn filter(&mut self, _: c_int, plan: Option<&str>, arguments: &Filters<'_>) -> Result<()> {
        let mut words = plan.unwrap_or_default().split(' ');
        let used = words.next().and_then(|word| u64::from_str_radix(word, 16).ok()).unwrap_or(u64::MAX);
        let mut query = Query { columns: self.shared.wanted(used), ..Query::newest(0) };
        for (at, word) in words.enumerate() {
            let (column, letter) = word.split_at(word.len().saturating_sub(1));
            let about = column.parse().ok().and_then(|column| self.shared.about(column));
            let doing = letter.chars().next().and_then(Doing::named);
            let (Some(about), Some(doing)) = (about, doing) else { continue };
            query = match doing {
                Doing::IsOneOf => {
                    let values = list(arguments, at)?;
                    let values: Vec<ValueRef<'_>> = values.iter().map(Value::as_ref).collect();
                    narrow(query, about, doing, &values)
                }
                _ => match arguments.iter().nth(at) {
                    Some(value) => narrow(query, about, doing, &[value]),
                    None => query,
                },
            };
        }
        let (to, rows) = channel(BATCHES);
        let (journal, until_us) = (self.shared.journal.clone(), self.shared.until_us);
        let work = self.shared.handle.spawn(async move { journal.stream(&query, Some(until_us), &to).await });
        self.batch = Vec::new().into_iter();
        self.reading = Some(Reading { rows, work });
        self.advance()
    }

    fn next(&mut self) -> Result<()> {
        self.advance()
    }

    fn eof(&self) -> bool {
        self.row.is_none()
    }

    fn column(&self, context: &mut Context, at: c_int) -> Result<()> {
        let column = usize::try_from(at).ok().and_then(|at| self.shared.columns.get(at));
        let (Some(row), Some(column)) = (&self.row, column) else { return Ok(()) };
        match column {
            Shown::Instant(AT) => context.set_result(&instant_text(row.at_us)),
            Shown::Instant(_) => context.set_result(&instant_text(row.received_at_us)),
            Shown::Column(id, _) => match row.get(*id) {
                Some(Cell::Bytes(bytes)) => set_bytes(context, bytes),
                Some(Cell::Number(number)) => match i64::try_from(number) {
                    Ok(number) => context.set_result(&number),
                    // As SQLite itself takes a number that is too great for it.
                    Err(_) => context.set_result(&(number as f64)),
                },
                None => Ok(()),
            },
            Shown::Made(made) => match (made.of)(row) {
                Some(bytes) => set_bytes(context, &bytes),
                None => Ok(()),
            },
        }
    }

    fn rowid(&self) -> Result<i64> {
        Err(failed("rows of a journal have no number; write OR as UNION, or IN"))
    }
}

/// Text where it is text.
fn set_bytes(context: &mut Context, bytes: &[u8]) -> Result<()> {
    match std::str::from_utf8(bytes) {
        Ok(text) => context.set_result(&text),
        Err(_) => context.set_result(&bytes),
    }
}

fn list(arguments: &Filters<'_>, at: usize) -> Result<Vec<Value>> {
    arguments.in_values(at)?.map(|it| Ok(value(it))).collect()
}
