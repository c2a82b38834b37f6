//! The lease file of ISC dhcpd: a block for each lease, whole, with the line feeds in it. Its times are UTC.
//!
//! ```text
//! lease 10.0.0.5 {
//!   starts 1 2026/11/30 00:39:50;
//!   ends 1 2026/11/30 04:39:50;
//!   binding state active;
//!   hardware ethernet 4c:55:41:a0:fa:99;
//!   client-hostname "pc-12";
//! }
//! ```

use super::{Scan, Span, between};
use crate::columns::Column;
use crate::instant::{self, Civil, Found, Moment, Pattern};
use crate::taken::Cut;

/// Does it begin as a block does?
pub(crate) fn is_one(message: &[u8]) -> bool {
    message.starts_with(b"lease ") && message[..message.len().min(60)].contains(&b'{')
}

/// Cuts a block.
pub(crate) fn read(cut: &mut Cut, start: usize, moment: Moment) -> bool {
    let mut scan = Scan::new(cut.line, start);
    if !is_one(scan.rest()) {
        return false;
    }
    scan.eat(b"lease ");
    let address = scan.until(b" {");
    cut.put(Column::IP, address.0, address.1);
    scan.until(b"{");
    scan.eat(b"{");
    while !scan.is_at_end() {
        between(cut, &mut scan, b" \n\r\t;", moment);
        if scan.eat(b"}") {
            cut.put_rest(Column::REST, scan.at);
            return true;
        }
        statement(cut, &mut scan);
    }
    true
}

/// `starts 1 2026/11/30 00:39:50;`: words, and one value.
fn statement(cut: &mut Cut, scan: &mut Scan) {
    const TEXTS: [(&[u8], Column); 4] = [
        (b"binding state ", Column::EVENT),
        (b"hardware ethernet ", Column::MAC),
        (b"client-hostname ", Column::HOST),
        (b"uid ", Column::CLIENT_ID),
    ];
    for (words, column) in TEXTS {
        if scan.eat(words) {
            let value = value(scan);
            return cut.put(column, value.0, value.1);
        }
    }
    let from = scan.at;
    for words in [b"starts ".as_slice(), b"ends ", b"tstp ", b"tsfp ", b"atsfp ", b"cltt "] {
        if scan.eat(words) {
            let column = match words {
                b"starts " => Column::TIME,
                b"ends " => Column::UNTIL,
                _ => Column::EVENT_TIME,
            };
            return time(cut, scan, column);
        }
    }
    // `next binding state free;` has few values, `set vendor-class-identifier = "…";` has many.
    let is_few = scan.rest().starts_with(b"next ") || scan.rest().starts_with(b"rewind ");
    let word = scan.until(b" ;\n");
    scan.eat(b" ");
    let rest = value(scan);
    if !is_few && rest.0 < rest.1 {
        cut.put_named("dhcpd", word, rest);
    }
    // Whatever it is, it is a step.
    scan.at = scan.at.max(from + 1).min(scan.end);
}

/// A text within quotes, which may be escaped, or what is left until the semicolon.
fn value(scan: &mut Scan) -> Span {
    if !scan.eat(b"\"") {
        return scan.until(b";\n");
    }
    let from = scan.at;
    loop {
        scan.until(b"\"\\\n");
        if scan.eat(b"\\") {
            scan.at = (scan.at + 1).min(scan.end);
        } else {
            let to = scan.at;
            scan.eat(b"\"");
            return (from, to);
        }
    }
}

fn time(cut: &mut Cut, scan: &mut Scan, column: Column) {
    let value = scan.until(b";\n");
    let Some(found) = stamp(cut.line, value) else {
        if scan.text(value) != b"never" {
            cut.spare(value.0, value.1);
        }
        return;
    };
    let known = [Column::TIME, Column::UNTIL, Column::EVENT_TIME];
    if let Some(same) = known.into_iter().find(|it| cut.taken.time(*it) == Some(found.ns)) {
        cut.place_time(same, value.0, value.1, 0, found.pattern.as_bytes());
        // The column of `starts` and `ends` is theirs all the same: a lease that ends as it starts has one time.
        return;
    }
    if !cut.put_time(column, value.0, &found) {
        cut.spare(value.0, value.1);
    }
}

/// `1 2026/11/30 00:39:50`: the day of the week, 0 is Sunday.
fn stamp(line: &[u8], span: Span) -> Option<Found> {
    let text = &line[span.0..span.1];
    if text.len() != 21 || text[1] != b' ' || text[6] != b'/' || text[9] != b'/' || text[12] != b' ' {
        return None;
    }
    let mut civil = Civil {
        year: instant::four(text, 2)?,
        month: instant::two(text, 7)?,
        day: instant::two(text, 10)?,
        ..Civil::default()
    };
    instant::clock(text, 13, &mut civil)?;
    let ns = civil.ns(0)?;
    let pattern = Pattern::new("%w %Y/%m/%d %H:%M:%S");
    let mut again = Vec::with_capacity(21);
    instant::write(ns, 0, pattern.as_bytes(), &mut again);
    (again == text).then_some(Found { end: span.1, ns, offset_minutes: 0, pattern })
}
