//! One file for each format: what its lines look like and how they are cut. Here is what they read with.

pub(crate) mod cisco_asa;
pub(crate) mod dnsmasq;
pub(crate) mod filterlog;
pub(crate) mod fortigate;
pub(crate) mod free_radius;
pub(crate) mod isc_dhcp;
pub(crate) mod isc_leases;
pub(crate) mod kea;
pub(crate) mod mikrotik;
pub(crate) mod netfilter;
pub(crate) mod windows_dhcp;
pub(crate) mod windows_logon;

use crate::columns::Column;
use crate::instant::Moment;
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

/// Steps over these bytes, and over what a forwarder repeated before a line of the record.
pub(crate) fn between(cut: &mut Cut, scan: &mut Scan, blanks: &[u8], moment: Moment) {
    loop {
        while scan.rest().first().is_some_and(|it| blanks.contains(it)) {
            scan.at += 1;
        }
        let is_begin = scan.at > 0 && scan.line[scan.at - 1] == b'\n';
        match if is_begin { cut.header_again(scan.at, moment) } else { None } {
            Some(message) => scan.at = message.min(scan.end),
            None => return,
        }
    }
}

/// Cuts an address and, behind `between`, its port.
pub(crate) fn side(cut: &mut Cut, span: Span, between: u8, columns: (Column, Column)) {
    let (address, port) = parts(cut.line, span, between);
    cut.put(columns.0, address.0, address.1);
    if let Some(port) = port {
        cut.put(columns.1, port.0, port.1);
    }
}

/// The same where both columns may have these values already: the layout names them once more.
pub(crate) fn side_again(cut: &mut Cut, span: Span, between: u8, columns: (Column, Column)) {
    let (address, port) = parts(cut.line, span, between);
    cut.put_again(columns.0, address.0, address.1);
    if let Some(port) = port {
        cut.put_again(columns.1, port.0, port.1);
    }
}

/// `10.0.0.5:80`, `10.0.0.5/80`, `[2001:db8::5]:80`: address without brackets, and port.
fn parts(line: &[u8], (from, to): Span, between: u8) -> (Span, Option<Span>) {
    let text = &line[from..to];
    let port = memchr::memrchr(between, text).filter(|at| {
        // A colon within an address of version 6 is none before a port.
        between != b':' || !text[..*at].contains(&b':') || text[..*at].ends_with(b"]")
    });
    let address_end = from + port.unwrap_or(text.len());
    let address = &line[from..address_end];
    let is_in_brackets = address.len() > 2 && address.starts_with(b"[") && address.ends_with(b"]");
    let address = if is_in_brackets { (from + 1, address_end - 1) } else { (from, address_end) };
    (address, port.map(|_| (address_end + 1, to)))
}
