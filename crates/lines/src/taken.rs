//! What is left of a line that was taken apart, in buffers that are used again for the next one, and the knife that
//! the formats cut with. Whatever they cut, layout and values make the same bytes again.

use crate::columns::{self, COLUMNS, Column, Kind, Names};
use crate::format::{Doubt, Format};
use crate::header::Header;
use crate::instant::{self, Found, Moment, Pattern};
use crate::layout::{CLOSE, OPEN, Value};

/// A value as it is kept: a text is a place in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Text(u32, u32),
    Number(u64),
    Time(i64),
}

/// A line taken apart. Made once per thread and filled again and again; its texts are places in the line, which is
/// why the line is given to whatever reads them.
#[derive(Debug, Default)]
pub struct Taken {
    pub(crate) format: Format,
    pub(crate) doubt: Option<Doubt>,
    layout: Vec<u8>,
    fields: Vec<(Column, Held)>,
    seen: [u64; columns::MOST_COLUMNS / 64],
    pub(crate) names: Names,
}

impl Taken {
    /// The format the line turned out to have.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Why the line was not taken apart, or only its header was.
    pub fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }

    /// The line with placeholders where its values were; empty when the format is unknown.
    pub fn layout(&self) -> &[u8] {
        &self.layout
    }

    /// Columns and values in the order of the layout. No column comes twice.
    pub fn fields<'l>(&self, line: &'l [u8]) -> impl ExactSizeIterator<Item = (Column, Value<'l>)> {
        self.fields.iter().map(|(column, held)| (*column, value(line, *held)))
    }

    /// The value of one column.
    pub fn get<'l>(&self, line: &'l [u8], column: Column) -> Option<Value<'l>> {
        if !self.has(column) {
            return None;
        }
        let (_, held) = self.fields.iter().find(|(one, _)| *one == column)?;
        Some(value(line, *held))
    }

    /// A text of the line, if it is not empty.
    pub fn text<'l>(&self, line: &'l [u8], column: Column) -> Option<&'l [u8]> {
        match self.get(line, column)? {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A number of the line.
    pub fn number(&self, column: Column) -> Option<u64> {
        match self.get(&[], column)? {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A time of the line, in nanoseconds.
    pub fn time(&self, column: Column) -> Option<i64> {
        match self.get(&[], column)? {
            Value::Time(ns) => Some(ns),
            _ => None,
        }
    }

    /// The names of columns, among them those noted while lines were taken apart with this.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The line again, from layout and values.
    pub fn put_together(&self, line: &[u8]) -> Result<Vec<u8>, crate::Broken> {
        let values: Vec<Value<'_>> = self.fields(line).map(|(_, value)| value).collect();
        crate::put_together(&self.layout, &values)
    }

    fn has(&self, column: Column) -> bool {
        let number = column.number();
        self.seen[number / 64] & (1 << (number % 64)) != 0
    }

    pub(crate) fn clear(&mut self) {
        self.layout.clear();
        self.fields.clear();
        self.seen = Default::default();
        self.format = Format::Unknown;
        self.doubt = None;
    }

    /// Forgets what was cut: the line stays whole.
    pub(crate) fn give_up(&mut self, doubt: Doubt) {
        self.clear();
        self.doubt = Some(doubt);
    }
}

fn value(line: &[u8], held: Held) -> Value<'_> {
    match held {
        Held::Text(from, to) => Value::Text(line.get(from as usize..to as usize).unwrap_or_default()),
        Held::Number(number) => Value::Number(number),
        Held::Time(ns) => Value::Time(ns),
    }
}

/// The number that is printed as these bytes and no others.
#[inline]
pub(crate) fn canonical(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 || (text[0] == b'0' && text.len() > 1) {
        return None;
    }
    let mut number = 0u64;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    Some(number)
}

/// Where in the layout the offset of a time stands, to be corrected when it is learnt later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offset(usize);

/// Cuts values out of a line from left to right. What lies between two of them stays in the layout.
#[derive(Debug)]
pub(crate) struct Cut<'l, 't> {
    pub line: &'l [u8],
    /// Everything before this is in the layout.
    kept: usize,
    spares: u16,
    /// Of a record of several lines: what a forwarder may repeat before each of them.
    header: Option<Header>,
    /// The spare that a later time of a repeated header went to.
    later: Option<Column>,
    pub taken: &'t mut Taken,
}

impl<'l, 't> Cut<'l, 't> {
    pub(crate) fn new(line: &'l [u8], taken: &'t mut Taken) -> Self {
        let header = memchr::memchr(b'\n', &line[..end_of(line)]).and_then(|_| Header::of(line));
        Self { line, kept: 0, spares: 0, header, later: None, taken }
    }

    #[inline]
    pub(crate) fn has(&self, column: Column) -> bool {
        self.taken.has(column)
    }

    /// Up to where the line is cut.
    pub(crate) fn kept(&self) -> usize {
        self.kept
    }

    /// Values come one after the other. A format that forgets it leaves the value in the layout and fails its tests.
    #[inline]
    fn can_cut(&self, from: usize, to: usize) -> bool {
        let is_in_order = self.kept <= from && from <= to && to <= self.line.len();
        debug_assert!(is_in_order, "{from}..{to} after {} of {}", self.kept, self.line.len());
        is_in_order
    }

    #[inline]
    fn keep(&mut self, to: usize) {
        self.taken.layout.extend_from_slice(self.line.get(self.kept..to).unwrap_or_default());
    }

    #[inline]
    fn push(&mut self, column: Column, held: Held) {
        let number = column.number();
        self.taken.seen[number / 64] |= 1 << (number % 64);
        self.taken.fields.push((column, held));
    }

    /// The bytes `from..to` are a value of this column: as its kind, or as a spare text where they are none.
    #[inline]
    pub(crate) fn put(&mut self, column: Column, from: usize, to: usize) {
        if !self.can_cut(from, to) {
            return;
        }
        if self.has(column) {
            return self.spare(from, to);
        }
        let held = match COLUMNS.get(column.number()).map_or(Kind::Text, |it| it.kind) {
            Kind::Text => Held::Text(from as u32, to as u32),
            Kind::Number => match canonical(&self.line[from..to]) {
                Some(number) => Held::Number(number),
                None => return self.spare(from, to),
            },
            Kind::Time => return self.spare(from, to),
        };
        self.keep(from);
        let place = match COLUMNS.get(column.number()) {
            Some(shared) => shared.place_bytes(),
            None => self.taken.names.place(column),
        };
        self.taken.layout.extend_from_slice(place);
        self.push(column, held);
        self.kept = to;
    }

    /// The bytes `from..to` repeat the value of this column; where they do not, they are a value of their own.
    pub(crate) fn put_again(&mut self, column: Column, from: usize, to: usize) {
        let same = match self.taken.get(self.line, column) {
            Some(Value::Text(text)) => *text == self.line[from..to],
            Some(Value::Number(number)) => canonical(&self.line[from..to]) == Some(number),
            _ => false,
        };
        if !same || !self.can_cut(from, to) {
            return self.put(column, from, to);
        }
        self.keep(from);
        self.taken.layout.extend_from_slice(COLUMNS[column.number()].place_bytes());
        self.kept = to;
    }

    /// Where the message of a line within a record begins, whose header is that of the first once more. Its time is the same, or a
    /// value of its own.
    pub(crate) fn header_again(&mut self, at: usize, moment: Moment) -> Option<usize> {
        let header = self.header?;
        let rest = self.line.get(at..)?;
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let end = header.again(self.line, line)?;
        let (from, to) = (at + header.time().0, at + header.time().1);
        let found = instant::bsd(self.line, from, moment).or_else(|| instant::iso(self.line, from, moment));
        match found.filter(|found| found.end == to && self.taken.time(Column::HEADER_TIME) == Some(found.ns))
        {
            Some(found) => {
                self.place_time(
                    Column::HEADER_TIME,
                    from,
                    to,
                    found.offset_minutes,
                    found.pattern.as_bytes(),
                );
            }
            None => match self.later {
                Some(column) => self.put_again(column, from, to),
                None => {
                    self.later = (self.spares < columns::SPARES).then(|| Column::spare(self.spares));
                    self.spare(from, to);
                }
            },
        }
        Some(at + end)
    }

    /// A value that belongs to no column of its own. When all spare columns are used it stays in the layout.
    #[cold]
    pub(crate) fn spare(&mut self, from: usize, to: usize) {
        if self.spares < columns::SPARES {
            self.spares += 1;
            self.put(Column::spare(self.spares - 1), from, to);
        }
    }

    /// The key of a format with its value; a key that is no word of the house gets a column of its own. With too
    /// many such keys the whole pair is a spare text, so that the number of layouts stays small.
    pub(crate) fn put_named(&mut self, prefix: &str, key: (usize, usize), value: (usize, usize)) {
        match self.taken.names.column(prefix, &self.line[key.0..key.1]) {
            Some(column) => self.put(column, value.0, value.1),
            None => self.spare(key.0, value.1),
        }
    }

    /// A time that begins at `from`. False when the column is taken.
    pub(crate) fn put_time(&mut self, column: Column, from: usize, found: &Found) -> bool {
        if self.has(column) || !self.can_cut(from, found.end) {
            return false;
        }
        self.place_time(column, from, found.end, found.offset_minutes, found.pattern.as_bytes());
        self.push(column, Held::Time(found.ns));
        true
    }

    /// The bytes `from..to` say the same time as the column already has, by another pattern.
    pub(crate) fn place_time(
        &mut self,
        column: Column,
        from: usize,
        to: usize,
        offset_minutes: i32,
        pattern: &[u8],
    ) -> Offset {
        self.keep(from);
        let layout = &mut self.taken.layout;
        layout.push(OPEN);
        layout.extend_from_slice(COLUMNS[column.number()].name.as_bytes());
        layout.push(b'|');
        let at = layout.len();
        layout.extend_from_slice(&instant::offset_text(offset_minutes));
        layout.push(b'|');
        layout.extend_from_slice(pattern);
        layout.push(CLOSE);
        self.kept = to;
        Offset(at)
    }

    /// A time whose place is already in the layout.
    pub(crate) fn push_time(&mut self, column: Column, ns: i64) {
        self.push(column, Held::Time(ns));
    }

    /// The time of a column turns out to be another one.
    pub(crate) fn correct_time(&mut self, column: Column, ns: i64) {
        for field in &mut self.taken.fields {
            if field.0 == column {
                field.1 = Held::Time(ns);
            }
        }
    }

    /// The offset at a place of the layout turns out to be another one.
    pub(crate) fn correct_offset(&mut self, at: Offset, offset_minutes: i32) {
        if let Some(place) = self.taken.layout.get_mut(at.0..at.0 + 6) {
            place.copy_from_slice(&instant::offset_text(offset_minutes));
        }
    }

    /// A time written as seconds since 1970 with `digits` digits after them, without a point.
    pub(crate) fn epoch(&self, from: usize, to: usize) -> Option<Found> {
        let text = self.line.get(from..to)?;
        let (unit, pattern) = match text.len() {
            9 | 10 => (1_000_000_000, "%s"),
            13 => (1_000_000, "%s%3N"),
            16 => (1_000, "%s%6N"),
            19 => (1, "%s%9N"),
            _ => return None,
        };
        let number = i64::try_from(canonical(text)?).ok()?;
        let ns = number.checked_mul(unit)?;
        Some(Found { end: to, ns, offset_minutes: 0, pattern: Pattern::new(pattern) })
    }

    /// The rest of the line, without its end of line, is a value; nothing is cut when there is no rest.
    pub(crate) fn put_rest(&mut self, column: Column, from: usize) {
        let to = end_of(self.line);
        if from < to {
            self.put(column, from, to);
        }
    }

    /// The end of the line belongs to the layout.
    pub(crate) fn finish(&mut self) {
        self.keep(self.line.len());
        self.kept = self.line.len();
    }
}

/// Where a line ends, without the end of line that some senders leave in it.
#[inline]
pub(crate) fn end_of(line: &[u8]) -> usize {
    let mut end = line.len();
    while end > 0 && matches!(line[end - 1], b'\r' | b'\n' | 0) {
        end -= 1;
    }
    end
}
