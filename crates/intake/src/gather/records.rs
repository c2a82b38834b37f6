//! Records of several lines put together again: accounting of FreeRADIUS (`detail` files) and leases of ISC dhcpd. Each begins with
//! a line that nothing else looks like, so that no source has to be said to have them; every other line passes by.
//!
//! Forwarders that read files, rsyslog among them, repeat a syslog header before each line: a record then goes on where the header is the
//! same but for its time. Messages of other programs (Java, Windows) come so, too: once a line was seen that only goes on with
//! another, this origin's lines wait for what follows them. The lines stay as they came, with a line feed between them.

use crate::batch::Shape;
use lines::{Header, LONGEST_LINE};

/// A line, its shape and, of a file, where it is over there.
pub(crate) type Add<'a> = dyn FnMut(&[u8], Shape, Option<u64>) + 'a;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `Mon Nov 30 00:39:50 2026`, then lines that begin with a tab, then an empty one.
    Detail,
    /// `lease 10.0.0.5 {`, then lines that begin with a blank, then `}`.
    Lease,
    /// Any message under a header, then lines that only go on with it.
    Text,
}

#[derive(Debug)]
struct Open {
    kind: Kind,
    /// What each of its lines repeats.
    header: Option<Header>,
    bytes: Vec<u8>,
    lines: usize,
    /// Of a file: where the record begins, and where its last line is over.
    from: u64,
    to: Option<u64>,
    since_us: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Records {
    open: Option<Open>,
    /// Of a file: where the last line is over.
    last_to: u64,
    /// A line came that goes on with another under the same header.
    has_texts: bool,
}

impl Records {
    pub fn at(offset: u64) -> Self {
        Self { last_to: offset, ..Self::default() }
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
            open.lines += 1;
            open.to = to;
            if is_last {
                self.close(add);
            }
            return;
        }
        self.close(add);
        match self.begun(line).filter(|_| shape == Shape::Whole) {
            Some((kind, header)) => {
                let bytes = line.to_vec();
                self.open = Some(Open { kind, header, bytes, lines: 1, from, to, since_us: now_us });
            }
            None if line.is_empty() && shape == Shape::Whole => {}
            None => add(line, shape, to),
        }
    }

    /// The record that begins with this line, and the header that its lines repeat.
    fn begun(&mut self, line: &[u8]) -> Option<(Kind, Option<Header>)> {
        let Some(header) = Header::of(line) else { return begun(line).map(|kind| (kind, None)) };
        let message = &line[header.end()..];
        if only_goes_on(message) {
            self.has_texts = true;
            return None;
        }
        let kind = begun(message).or(self.has_texts.then_some(Kind::Text))?;
        Some((kind, Some(header)))
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

    /// How many lines the record has that waits for its end.
    pub fn open_lines(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.lines)
    }

    pub fn waiting_bytes(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.bytes.len())
    }
}

impl Open {
    /// Whether the line belongs to the record, and if so, whether it is its last.
    fn goes_on(&self, line: &[u8]) -> Option<bool> {
        let message = match &self.header {
            Some(header) => &line[header.again(&self.bytes, line)?..],
            None => line,
        };
        let is_empty = self.header.is_some() && plain(message).is_empty();
        let is_inner = match self.kind {
            Kind::Detail | Kind::Lease => matches!(message.first(), Some(b' ' | b'\t')),
            Kind::Text => is_empty || only_goes_on(message),
        };
        let is_end = match self.kind {
            Kind::Detail => is_empty,
            Kind::Lease => plain(message) == b"}",
            Kind::Text => false,
        };
        let fits = self.bytes.len() + 1 + line.len() <= LONGEST_LINE;
        (fits && (is_inner || is_end)).then_some(is_end)
    }
}

/// What begins no message: `\tat gov.tr.Gate.open(Gate.java:7)`, `Caused by: …`, a deep indent.
fn only_goes_on(message: &[u8]) -> bool {
    [b"\t".as_slice(), b"    ", b"Caused by: "].iter().any(|beginning| message.starts_with(beginning))
}

/// Without the carriage return that some files have.
fn plain(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The record that begins with this message.
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
