//! One file for each format: what its lines look like and how they are cut. Here is what they read with.

pub(crate) mod cisco_asa;
pub(crate) mod fortigate;
pub(crate) mod isc_dhcp;
pub(crate) mod mikrotik;

use crate::columns::Column;
use crate::taken::{Cut, end_of};

/// A place between two bytes of a line, and the one behind it.
pub(crate) type Span = (usize, usize);

/// Walks over a line. What it says is cut separately, so that it may look ahead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan<'l> {
    pub line: &'l [u8],
    pub at: usize,
    /// Where the line ends, but for its end of line.
    pub end: usize,
}

impl<'l> Scan<'l> {
    pub(crate) fn new(line: &'l [u8], at: usize) -> Self {
        let end = end_of(line);
        Self { line, at: at.min(end), end }
    }

    pub(crate) fn rest(&self) -> &'l [u8] {
        &self.line[self.at..self.end]
    }

    /// Steps over these bytes if they come next.
    pub(crate) fn eat(&mut self, text: &[u8]) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    /// Steps over bytes until one of these stops comes, or the end.
    pub(crate) fn until(&mut self, stops: &[u8]) -> Span {
        let rest = self.rest();
        let length = rest.iter().position(|it| stops.contains(it)).unwrap_or(rest.len());
        self.at += length;
        (self.at - length, self.at)
    }

    /// Steps over bytes until this text comes; none and no step when it does not.
    pub(crate) fn up_to(&mut self, text: &[u8]) -> Option<Span> {
        let found = memchr::memmem::find(self.rest(), text)?;
        self.at += found;
        Some((self.at - found, self.at))
    }

    pub(crate) fn text(&self, span: Span) -> &'l [u8] {
        &self.line[span.0..span.1]
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.end
    }
}

/// Cuts an address and, behind `between`, its port.
pub(crate) fn side(cut: &mut Cut, span: Span, between: u8, columns: (Column, Column)) {
    let text = &cut.line[span.0..span.1];
    match memchr::memrchr(between, text) {
        Some(at) if !is_inside_address(text, at, between) => {
            cut.put(columns.0, span.0, span.0 + at);
            cut.put(columns.1, span.0 + at + 1, span.1);
        }
        _ => cut.put(columns.0, span.0, span.1),
    }
}

/// A colon within an IPv6 address is none between address and port.
fn is_inside_address(text: &[u8], at: usize, between: u8) -> bool {
    between == b':' && text[..at].contains(&b':') && text[at - 1] != b']'
}
