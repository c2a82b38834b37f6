//! A spreadsheet that someone hands us, as plain rows of text: what kind of file it is, the limits, and
//! the one table both formats become.

use super::csv::{CsvIn, separator, without_guard};
use super::{encoding, plain, xlsx_read};
use crate::grouped;
use serde::{Deserialize, Serialize};

/// Bytes of a file.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// Rows below the head.
pub const MAX_ROWS: usize = 200_000;
/// Columns.
pub const MAX_COLUMNS: usize = 200;
/// Characters of one cell.
pub const MAX_CELL_CHARS: usize = 32_767;
/// Cells of the whole table, empty ones included, since each takes memory.
pub const MAX_CELLS: usize = 4_000_000;
/// Bytes of text of the whole table; an XLSX may name one long text a million times.
pub const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of an XLSX after unpacking.
pub const MAX_INFLATED_BYTES: u64 = 256 * 1024 * 1024;

/// A table of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The first row that is not blank, trimmed, without empty cells at its end.
    pub header: Vec<String>,
    /// The other rows that are not blank.
    pub rows: Vec<Row>,
}

/// A row below the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The row's number in the spreadsheet program, from 1, for messages.
    pub number: u32,
    /// At least as many cells as the head; more only if one beyond it is filled.
    pub cells: Vec<String>,
}

/// Why a spreadsheet was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadError {
    /// Nothing in it.
    Empty,
    /// More than [`MAX_FILE_BYTES`].
    FileTooLarge,
    /// More than [`MAX_ROWS`].
    TooManyRows,
    /// More than [`MAX_COLUMNS`].
    TooManyColumns,
    /// More than [`MAX_CELLS`] or [`MAX_TEXT_BYTES`].
    TooMuch,
    /// A cell of this row is longer than [`MAX_CELL_CHARS`].
    CellTooLong {
        /// The row's number.
        row: u32,
    },
    /// Unpacks to far more than a table could need.
    Bomb,
    /// The XLS format of before 2007, or an XLSX with a password: both are the same container.
    OldOrLocked,
    /// Neither text nor XLSX.
    NotASheet,
    /// An XLSX that cannot be read; the text is for the log.
    Damaged(String),
    /// A quote that opens in this row never closes.
    OpenQuote {
        /// The row's number.
        row: u32,
    },
}

impl ReadError {
    /// What happened and what to do, in Turkish.
    pub fn turkish(&self) -> String {
        match self {
            Self::Empty => "Dosyada hiç satır yok.".to_owned(),
            Self::FileTooLarge => {
                format!("Dosya {} MB'tan büyük. Bölerek yükleyin.", MAX_FILE_BYTES / 1024 / 1024)
            }
            Self::TooManyRows => {
                format!("Dosyada {} satırdan fazlası var. Bölerek yükleyin.", grouped(MAX_ROWS))
            }
            Self::TooManyColumns => {
                format!("Dosyada {MAX_COLUMNS} sütundan fazlası var. Gereksiz sütunları silin.")
            }
            Self::TooMuch => "Dosyada çok fazla hücre ya da metin var. Bölerek yükleyin.".to_owned(),
            Self::CellTooLong { row } => {
                format!(
                    "{row}. satırda {} karakterden uzun bir hücre var. Kısaltıp yeniden yükleyin.",
                    grouped(MAX_CELL_CHARS)
                )
            }
            Self::Bomb => "Dosya açıldığında olağan dışı büyüyor; güvenlik gereği okunmadı.".to_owned(),
            Self::OldOrLocked => {
                "Dosya eski .xls biçiminde ya da parola korumalı. Excel'de açıp parolasız .xlsx \
                                  olarak kaydedin ve yeniden yükleyin."
                    .to_owned()
            }
            Self::NotASheet => {
                "Bu dosya bir tablo değil. CSV ya da Excel (.xlsx) dosyası yükleyin.".to_owned()
            }
            Self::Damaged(_) => {
                "Excel dosyası bozuk görünüyor. Excel'de açıp yeniden kaydedin ve yükleyin.".to_owned()
            }
            Self::OpenQuote { row } => {
                format!("{row}. satırda açılan tırnak işareti (\") kapanmıyor. Düzeltip yeniden yükleyin.")
            }
        }
    }
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged(why) => write!(out, "damaged XLSX: {why}"),
            other => write!(out, "unreadable sheet: {other:?}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads CSV or XLSX, whichever the bytes are; the file's name is not trusted. Of an XLSX the first
/// visible sheet counts. Dates come as ISO 8601 (`2026-11-22`, with time `2026-11-22 14:05`), whole
/// numbers without decimals, others with a decimal comma as in a Turkish CSV.
pub fn read(bytes: &[u8]) -> Result<Table, ReadError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ReadError::FileTooLarge);
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => xlsx_read::read(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(ReadError::OldOrLocked),
        _ => read_csv(bytes),
    }
}

fn read_csv(bytes: &[u8]) -> Result<Table, ReadError> {
    let text = encoding::text(bytes).ok_or(ReadError::NotASheet)?;
    let (separator, text) = separator(text.trim_start_matches('\u{FEFF}'));
    let mut builder = Builder::default();
    for (at, record) in CsvIn::new(text, separator).enumerate() {
        let number = u32::try_from(at + 1).map_err(|_| ReadError::TooManyRows)?;
        let record = record.map_err(|_| ReadError::OpenQuote { row: number })?;
        for (column, field) in record.iter().enumerate().filter(|(_, field)| !field.is_empty()) {
            builder.put(number, column, without_guard(&plain(field)))?;
        }
    }
    builder.finish()
}

/// Collects filled cells row by row, within the limits.
#[derive(Debug, Default)]
pub(super) struct Builder {
    table: Table,
    has_header: bool,
    /// The row being filled; blank while it has no cell with something in it.
    current: Vec<String>,
    number: u32,
    cells: usize,
    text_bytes: usize,
}

impl Builder {
    /// Puts a text into a cell; row numbers start at 1 and never fall, columns start at 0.
    pub fn put(&mut self, number: u32, column: usize, text: &str) -> Result<(), ReadError> {
        if number != self.number {
            self.close_row()?;
            self.number = number;
        }
        if text.is_empty() {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            return Err(ReadError::TooManyColumns);
        }
        // A text of so many bytes has at most as many characters; counting is needed beyond only.
        if text.len() > MAX_CELL_CHARS && text.chars().count() > MAX_CELL_CHARS {
            return Err(ReadError::CellTooLong { row: number });
        }
        self.text_bytes += text.len();
        if self.text_bytes > MAX_TEXT_BYTES {
            return Err(ReadError::TooMuch);
        }
        if self.current.len() <= column {
            self.current.resize(column + 1, String::new());
        }
        text.clone_into(&mut self.current[column]);
        Ok(())
    }

    fn close_row(&mut self) -> Result<(), ReadError> {
        let mut cells = std::mem::take(&mut self.current);
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        // Spaces at the end of a row are nobody's data; under a head they are kept as they were typed.
        while cells.len() > self.table.header.len() && cells.last().is_some_and(|cell| cell.trim().is_empty())
        {
            cells.pop();
        }
        if !self.has_header {
            self.has_header = true;
            self.table.header = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            return Ok(());
        }
        if self.table.rows.len() == MAX_ROWS {
            return Err(ReadError::TooManyRows);
        }
        if cells.len() < self.table.header.len() {
            cells.resize(self.table.header.len(), String::new());
        }
        self.cells += cells.len();
        if self.cells > MAX_CELLS {
            return Err(ReadError::TooMuch);
        }
        self.table.rows.push(Row { number: self.number, cells });
        Ok(())
    }

    /// The table, or that there is none.
    pub fn finish(mut self) -> Result<Table, ReadError> {
        self.close_row()?;
        if self.has_header { Ok(self.table) } else { Err(ReadError::Empty) }
    }
}
