//! The bytes of CSV (RFC 4180 with the separator a Turkish Excel expects), both ways.

use super::write::{Cell, lira};
use super::{looks_like_formula, plain};
use std::io::{self, Write};

/// What separates fields; the order decides a tie.
const SEPARATORS: [char; 3] = [';', '\t', ','];

/// Writes CSV rows.
pub struct CsvOut<W> {
    out: W,
    line: String,
}

impl<W: Write> CsvOut<W> {
    /// Writes the byte order mark and the head.
    pub fn new(out: W, head: &[&str]) -> io::Result<Self> {
        let mut csv = Self { out, line: String::new() };
        csv.out.write_all("\u{FEFF}".as_bytes())?;
        let head: Vec<_> = head.iter().map(|label| Cell::Text(label)).collect();
        csv.row(&head)?;
        Ok(csv)
    }

    /// Writes one row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.line.clear();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.line.push(';');
            }
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => push_text(&mut self.line, text),
                Cell::Int(number) => self.line.push_str(&number.to_string()),
                Cell::Kurus(amount) => self.line.push_str(&lira(*amount, ',')),
                Cell::Date(date) => self.line.push_str(&date.to_string()),
            }
        }
        self.line.push_str("\r\n");
        self.out.write_all(self.line.as_bytes())
    }

    /// Flushes and gives the output back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A text field: formulas get an apostrophe, and whatever a reader could misread gets quotes.
fn push_text(line: &mut String, text: &str) {
    let text = plain(text);
    let guard = if looks_like_formula(&text) { "'" } else { "" };
    // The separators of other countries are quoted as well, so that no reader guesses wrong.
    if text.contains([';', ',', '\t', '"', '\n']) {
        line.push('"');
        line.push_str(guard);
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(guard);
        line.push_str(&text);
    }
}

/// Takes back the apostrophe that [`push_text`] put before something that looks like a formula.
pub fn without_guard(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest,
        _ => field,
    }
}

/// The separator of a text: the one that Excel's `sep=` line names, else the most frequent outside
/// quotes in the first line that has any.
pub fn separator(text: &str) -> (char, &str) {
    if let Some(rest) = text.strip_prefix("sep=") {
        let named = rest.chars().next().filter(|letter| SEPARATORS.contains(letter));
        let after = named.and_then(|letter| rest[letter.len_utf8()..].strip_prefix(['\r', '\n']));
        if let (Some(letter), Some(after)) = (named, after) {
            return (letter, after.strip_prefix('\n').unwrap_or(after));
        }
    }
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut is_quoted = false;
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '\r' | '\n' if !is_quoted && counts.iter().any(|count| *count > 0) => break,
            _ if is_quoted => {}
            _ => {
                if let Some(at) = SEPARATORS.iter().position(|separator| *separator == letter) {
                    counts[at] += 1;
                }
            }
        }
    }
    let best = (0..SEPARATORS.len()).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
    (SEPARATORS[best], text)
}

/// Records of a CSV text, one at a time, blank ones included so that row numbers stay those of Excel.
pub struct CsvIn<'a> {
    rest: &'a str,
    separator: char,
}

/// A quote that opens and never closes; the rest of the file would be one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenQuote;

impl<'a> CsvIn<'a> {
    /// Reads `text` with this separator.
    pub fn new(text: &'a str, separator: char) -> Self {
        Self { rest: text, separator }
    }

    /// One field at the start of the rest: its text, and whether it was the last of its record.
    fn field(&mut self) -> Result<(String, bool), OpenQuote> {
        let mut field = String::new();
        if let Some(mut rest) = self.rest.strip_prefix('"') {
            loop {
                let close = rest.find('"').ok_or(OpenQuote)?;
                field.push_str(&rest[..close]);
                rest = &rest[close + 1..];
                match rest.strip_prefix('"') {
                    Some(after) => {
                        field.push('"');
                        rest = after;
                    }
                    None => break,
                }
            }
            self.rest = rest;
        }
        // What follows a closing quote belongs to the field, as Excel reads it.
        let end = self.rest.find([self.separator, '\r', '\n']).unwrap_or(self.rest.len());
        field.push_str(&self.rest[..end]);
        self.rest = &self.rest[end..];
        if let Some(after) = self.rest.strip_prefix(self.separator) {
            self.rest = after;
            return Ok((field, false));
        }
        self.rest = self.rest.strip_prefix("\r\n").or(self.rest.strip_prefix(['\r', '\n'])).unwrap_or("");
        Ok((field, true))
    }
}

impl Iterator for CsvIn<'_> {
    type Item = Result<Vec<String>, OpenQuote>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut record = Vec::new();
        loop {
            match self.field() {
                Ok((field, is_last)) => {
                    record.push(field);
                    if is_last {
                        return Some(Ok(record));
                    }
                }
                Err(open) => {
                    self.rest = "";
                    return Some(Err(open));
                }
            }
        }
    }
}
