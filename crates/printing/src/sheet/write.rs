//! Writing rows, whatever the format. The bytes of CSV are in `csv.rs`, those of XLSX in
//! `xlsx_write.rs`.

use super::csv::CsvOut;
use super::xlsx_write::XlsxOut;
use crate::grouped;
use std::io::{self, Write};

/// Rows of an XLSX sheet beside its head.
pub const MAX_XLSX_ROWS: usize = 1_048_575;
/// Characters of an XLSX cell, counted as UTF-16 units; longer texts are cut there and say so.
pub const MAX_XLSX_CHARS: usize = 32_767;

/// A file format for exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// UTF-8 with byte order mark, semicolons and CRLF: opens by double click in a Turkish Excel.
    Csv,
    /// Office Open XML (ECMA-376), one sheet.
    Xlsx,
}

impl Format {
    /// For the `Content-Type` header.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// For the file name, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// One cell. A text is never a formula and never a number, whatever it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Words, codes, numbers that are names (TCKN, telephone, plate).
    Text(&'a str),
    /// A count.
    Int(i64),
    /// An amount in kuruş, shown as lira with two decimals.
    Kurus(i64),
    /// A calendar date; ISO 8601 in CSV, a date in XLSX.
    Date(time::Date),
}

/// Why a sheet could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// The output refused the bytes.
    Output(io::Error),
    /// More rows than [`MAX_XLSX_ROWS`]; CSV has no such limit.
    TooManyRows,
    /// A row has more or fewer cells than the head.
    Uneven,
}

impl WriteError {
    /// What happened and what to do, in Turkish.
    pub fn turkish(&self) -> String {
        match self {
            Self::Output(_) => "Dosya yazılamadı. Lütfen yeniden deneyin.".to_owned(),
            Self::TooManyRows => format!(
                "Excel dosyasına en çok {} satır sığar. Süzgeçle daraltın ya da CSV olarak indirin.",
                grouped(MAX_XLSX_ROWS)
            ),
            Self::Uneven => "Satırlar sütun başlıklarıyla uyuşmuyor; dosya hazırlanamadı.".to_owned(),
        }
    }
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Output(why) => write!(out, "writing the sheet failed: {why}"),
            Self::TooManyRows => write!(out, "more than {MAX_XLSX_ROWS} rows"),
            Self::Uneven => write!(out, "a row does not match the head"),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Writes a sheet row by row to anything that takes bytes; it holds one row in memory.
pub struct SheetWriter<W: Write> {
    out: Out<W>,
    columns: usize,
    rows: usize,
}

enum Out<W: Write> {
    Csv(CsvOut<W>),
    Xlsx(Box<XlsxOut<W>>),
}

impl<W: Write> SheetWriter<W> {
    /// Starts a sheet with its head row. `name` is the tab's name in XLSX.
    pub fn new(format: Format, out: W, name: &str, head: &[&str]) -> Result<Self, WriteError> {
        let out = match format {
            Format::Csv => Out::Csv(CsvOut::new(out, head)?),
            Format::Xlsx => Out::Xlsx(Box::new(XlsxOut::new(out, name, head)?)),
        };
        Ok(Self { out, columns: head.len(), rows: 0 })
    }

    /// Writes the next row; it has one cell for each column of the head.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        if cells.len() != self.columns {
            return Err(WriteError::Uneven);
        }
        match &mut self.out {
            Out::Csv(out) => out.row(cells)?,
            Out::Xlsx(_) if self.rows == MAX_XLSX_ROWS => return Err(WriteError::TooManyRows),
            Out::Xlsx(out) => out.row(cells)?,
        }
        self.rows += 1;
        Ok(())
    }

    /// Completes the file and gives the output back. Without it an XLSX cannot be opened.
    pub fn finish(self) -> Result<W, WriteError> {
        match self.out {
            Out::Csv(out) => Ok(out.finish()?),
            Out::Xlsx(out) => Ok(out.finish()?),
        }
    }
}

/// Lira with two decimals and this decimal mark, exact at any size.
pub(super) fn lira(kurus: i64, mark: char) -> String {
    let (sign, value) = (if kurus < 0 { "-" } else { "" }, kurus.unsigned_abs());
    format!("{sign}{}{mark}{:02}", value / 100, value % 100)
}

#[cfg(test)]
mod tests {
    use super::lira;

    #[test]
    fn amounts_keep_every_kurus_at_any_size() {
        assert_eq!(lira(0, ','), "0,00");
        assert_eq!(lira(-5, ','), "-0,05");
        assert_eq!(lira(123_456, '.'), "1234.56");
        assert_eq!(lira(i64::MIN, ','), "-92233720368547758,08");
    }
}
