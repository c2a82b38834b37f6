//! Records of several lines put together again: accounting of FreeRADIUS (`detail` files) and leases of ISC dhcpd. Each begins with
//! a line that nothing else looks like, so that no source has to be said to have them; every other line passes by.

use crate::batch::Shape;
use lines::LONGEST_LINE;

/// A line, its shape and, of a file, where it is over there.
pub(super) type Add<'a> = dyn FnMut(&[u8], Shape, Option<u64>) + 'a;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `Mon Nov 30 00:39:50 2026`, then lines that begin with a tab, then an empty one.
    Detail,
    /// `lease 10.0.0.5 {`, then lines that begin with a blank, then `}`.
    Lease,
}

#[derive(Debug)]
struct Open {
    kind: Kind,
    bytes: Vec<u8>,
    /// Of a file: where the record begins, and where its last line is over.
    from: u64,
    to: Option<u64>,
    since_us: i64,
}

#[derive(Debug, Default)]
pub(super) struct Records {
    open: Option<Open>,
    /// Of a file: where the last line is over.
    last_to: u64,
}

impl Records {
    pub fn at(offset: u64) -> Self {
        Self { open: None, last_to: offset }
    }

    /// Gives a line, also an empty one; hands out what is complete.
    pub fn offer(&mut self, line: &[u8], (shape, to): (Shape, Option<u64>), now_us: i64, add: &mut Add<'_>) {
        let from = self.last_to;
        self.last_to = to.unwrap_or(from);
        if shape == Shape::Whole
            && let Some(open) = &mut self.open
            && let Some(is_last) = open.goes_on(line)
        {
            open.bytes.push(b'\n');
            open.bytes.extend_from_slice(line);
            open.to = to;
            if is_last {
                self.close(add);
            }
            return;
        }
        self.close(add);
        match begun(line).filter(|_| shape == Shape::Whole) {
            Some(kind) => {
                self.open = Some(Open { kind, bytes: line.to_vec(), from, to, since_us: now_us });
            }
            None if line.is_empty() && shape == Shape::Whole => {}
            None => add(line, shape, to),
        }
    }

    /// The end of a lease file may have no line feed; it ends its record all the same.
    pub fn end_shape(&self, line: &[u8], shape: Shape) -> Shape {
        let is_end = self.open.as_ref().is_some_and(|open| open.goes_on(line).is_some());
        if is_end && shape == Shape::Unended { Shape::Whole } else { shape }
    }

    /// Hands out what is there of a record.
    pub fn close(&mut self, add: &mut Add<'_>) {
        if let Some(open) = self.open.take() {
            add(&open.bytes, Shape::Whole, open.to);
        }
    }

    /// Since when a record waits for its end.
    pub fn open_since_us(&self) -> Option<i64> {
        self.open.as_ref().map(|open| open.since_us)
    }

    /// Of a file: where the record begins that is not handed out yet.
    pub fn open_from(&self) -> Option<u64> {
        self.open.as_ref().map(|open| open.from)
    }

    pub fn waiting_bytes(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.bytes.len())
    }
}

impl Open {
    /// Whether the line belongs to the record, and if so, whether it is its last.
    fn goes_on(&self, line: &[u8]) -> Option<bool> {
        let is_inner = matches!(line.first(), Some(b' ' | b'\t'));
        let is_end = self.kind == Kind::Lease && plain(line) == b"}";
        let fits = self.bytes.len() + 1 + line.len() <= LONGEST_LINE;
        (fits && (is_inner || is_end)).then_some(is_end)
    }
}

/// Without the carriage return that some files have.
fn plain(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The record that begins with this line.
fn begun(line: &[u8]) -> Option<Kind> {
    let line = plain(line);
    if line.starts_with(b"lease ") && line.ends_with(b"{") {
        return Some(Kind::Lease);
    }
    let shape = b"Aaa Aaa 99 99:99:99 9999";
    let fits = |(one, shape): (&u8, &u8)| match shape {
        b'A' => one.is_ascii_uppercase(),
        b'a' => one.is_ascii_lowercase(),
        // The day has a blank before its one digit.
        b'9' => one.is_ascii_digit() || *one == b' ',
        _ => one == shape,
    };
    (line.len() == shape.len() && line.iter().zip(shape).all(fits)).then_some(Kind::Detail)
}
