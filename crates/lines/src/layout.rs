//! Layouts: a line with placeholders where its values were, and how line and values are put together again. A layout
//! says everything about itself, so that whoever keeps it needs no program of ours to read it:
//!
//! ```text
//! <134>␂header_time|+03:00|%b %e %H:%M:%S␃ ␂device␃ dhcpd[␂pid␃]: ␂event␃ on ␂ip␃ to ␂mac␃ via ␂interface_in␃
//! ```
//!
//! `␂` is the byte 2, `␃` the byte 3. Between them stands the column; for a time also the offset of the clock from UTC and
//! a pattern (`%Y %y %m %d %e %b %h %a %w %H %M %S`; `%s` seconds since 1970; `%3N` so many digits of the fraction; `%z`
//! and `%:z` the offset; `%h` is `%b` in small letters). A column that was named before stands for the same value again.

mod within;

pub use within::{How, Need, Printed, Within};

use crate::instant;

/// The byte before the name of a column.
pub const OPEN: u8 = 2;
/// The byte after it.
pub const CLOSE: u8 = 3;

/// One value of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'l> {
    /// Bytes as they stand in the line.
    Text(&'l [u8]),
    /// A number whose decimal digits stand in the line.
    Number(u64),
    /// Nanoseconds since 1970-01-01 UTC.
    Time(i64),
}

/// Why a layout and values do not make a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("the layout has a placeholder that is not closed or says nothing")]
    Placeholder,
    #[error("the layout has more placeholders than there are values")]
    TooFewValues,
    #[error("there are more values than the layout has placeholders")]
    TooManyValues,
    #[error("the layout has a time where there is a value of another kind, or the other way round")]
    Kind,
}

#[derive(Debug, Clone, Copy)]
enum Piece {
    /// Bytes of the layout.
    Literal(usize, usize),
    /// The value of that number, as it is.
    Plain(usize),
    /// The value of that number as a time: offset, and the pattern within the layout.
    Time(usize, i32, usize, usize),
}

/// A layout read once, to put many lines together.
#[derive(Debug, Clone)]
pub struct Layout {
    bytes: Box<[u8]>,
    pieces: Vec<Piece>,
    /// Where the names of the columns stand, in the order of the values.
    columns: Vec<(usize, usize)>,
}

impl Layout {
    /// Reads a layout.
    pub fn new(bytes: &[u8]) -> Result<Self, Broken> {
        let mut it = Self { bytes: bytes.into(), pieces: Vec::new(), columns: Vec::new() };
        let mut at = 0;
        while at < bytes.len() {
            let literal = memchr::memchr(OPEN, &bytes[at..]).map_or(bytes.len(), |found| at + found);
            if literal > at {
                it.pieces.push(Piece::Literal(at, literal));
            }
            if literal == bytes.len() {
                break;
            }
            let start = literal + 1;
            let end = memchr::memchr(CLOSE, &bytes[start..]).ok_or(Broken::Placeholder)? + start;
            let piece = it.place(start, end)?;
            it.pieces.push(piece);
            at = end + 1;
        }
        Ok(it)
    }

    fn place(&mut self, start: usize, end: usize) -> Result<Piece, Broken> {
        let inside = &self.bytes[start..end];
        let name = inside.split(|it| *it == b'|').next().unwrap_or_default();
        if name.is_empty() || std::str::from_utf8(name).is_err() {
            return Err(Broken::Placeholder);
        }
        let known = self.columns.iter().position(|(from, to)| self.bytes[*from..*to] == *name);
        let number = known.unwrap_or(self.columns.len());
        let name_end = start + name.len();
        let piece = if name_end == end {
            Piece::Plain(number)
        } else {
            let offset = inside.get(name.len() + 1..name.len() + 7).and_then(instant::offset_of);
            match (offset, inside.get(name.len() + 7)) {
                (Some(offset), Some(b'|')) => Piece::Time(number, offset, name_end + 8, end),
                _ => return Err(Broken::Placeholder),
            }
        };
        if known.is_none() {
            self.columns.push((start, name_end));
        }
        Ok(piece)
    }

    /// The names of the columns, in the order in which [`Layout::put_together`] wants the values.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(from, to)| std::str::from_utf8(&self.bytes[*from..*to]).unwrap_or_default())
    }

    /// Writes the line that these values make to the end of `out`.
    pub fn put_together(&self, values: &[Value<'_>], out: &mut Vec<u8>) -> Result<(), Broken> {
        if values.len() > self.columns.len() {
            return Err(Broken::TooManyValues);
        }
        for piece in &self.pieces {
            match *piece {
                Piece::Literal(from, to) => out.extend_from_slice(&self.bytes[from..to]),
                Piece::Plain(number) => match values.get(number).ok_or(Broken::TooFewValues)? {
                    Value::Text(text) => out.extend_from_slice(text),
                    Value::Number(number) => instant::number(*number, out),
                    Value::Time(_) => return Err(Broken::Kind),
                },
                Piece::Time(number, offset, from, to) => {
                    let Value::Time(ns) = values.get(number).ok_or(Broken::TooFewValues)? else {
                        return Err(Broken::Kind);
                    };
                    if !instant::write(*ns, offset, &self.bytes[from..to], out) {
                        return Err(Broken::Placeholder);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The line that a layout and its values make. Whoever has many lines of a layout keeps a [`Layout`].
pub fn put_together(layout: &[u8], values: &[Value<'_>]) -> Result<Vec<u8>, Broken> {
    let mut line = Vec::with_capacity(layout.len() + 16 * values.len());
    Layout::new(layout)?.put_together(values, &mut line)?;
    Ok(line)
}
