//! FreeRADIUS: records of accounting (`detail` files), whole, with the line feeds in them; and the sign-ins of its log.
//!
//! ```text
//! Mon Nov 30 00:39:50 2026
//!     User-Name = "ayse"
//!     Acct-Status-Type = Start
//!     Framed-IP-Address = 10.0.0.5
//!
//! Mon Nov 30 00:39:50 2026 : Auth: (12) Login OK: [ayse] (from client ap1 port 3 cli 4C-55-41-A0-FA-99)
//! ```

use super::{Scan, between};
use crate::columns::{Column, Keys};
use crate::instant::{self, Civil, Found, Moment, Pattern};
use crate::taken::Cut;
use std::sync::LazyLock;

const INTO: [(&str, Column); 16] = [
    ("User-Name", Column::USER),
    ("Acct-Status-Type", Column::EVENT),
    ("Framed-IP-Address", Column::IP),
    ("Calling-Station-Id", Column::MAC),
    ("NAS-IP-Address", Column::NAS_IP),
    ("NAS-Identifier", Column::NAS_NAME),
    ("NAS-Port-Id", Column::CIRCUIT_ID),
    ("Called-Station-Id", Column::DST_MAC),
    ("Acct-Session-Id", Column::SESSION_NAME),
    ("Acct-Session-Time", Column::DURATION_SECONDS),
    ("Acct-Input-Octets", Column::SENT_BYTES),
    ("Acct-Output-Octets", Column::RECEIVED_BYTES),
    ("Acct-Input-Packets", Column::SENT_PACKETS),
    ("Acct-Output-Packets", Column::RECEIVED_PACKETS),
    ("Acct-Terminate-Cause", Column::REASON),
    ("Acct-Unique-Session-Id", Column::CORRELATION_ID),
];
static KEYS: LazyLock<Keys<Column>> = LazyLock::new(|| Keys::new(&INTO));

/// `Mon Nov 30 00:39:50 2026` at the beginning of a message.
pub(super) fn stamp(line: &[u8], at: usize, moment: Moment) -> Option<Found> {
    let bytes = line.get(at..at + 24)?;
    if bytes[3] != b' ' || bytes[7] != b' ' || bytes[10] != b' ' || bytes[19] != b' ' {
        return None;
    }
    let (day, day_code) = match bytes[8] {
        b' ' => (u32::from(bytes[9].wrapping_sub(b'0')), "%a %b %e %H:%M:%S %Y"),
        b'0' => (instant::two(bytes, 8)?, "%a %b %d %H:%M:%S %Y"),
        _ => (instant::two(bytes, 8)?, "%a %b %e %H:%M:%S %Y"),
    };
    let month = instant::month(&bytes[4..7])?;
    let mut civil = Civil { year: instant::four(bytes, 20)?, month, day, ..Civil::default() };
    instant::clock(bytes, 11, &mut civil)?;
    let ns = civil.ns(moment.offset_minutes)?;
    let mut again = Vec::with_capacity(24);
    instant::write(ns, moment.offset_minutes, b"%a", &mut again);
    // A day of the week that is not that of the date would come back as another.
    (again == bytes[..3]).then_some(Found {
        end: at + 24,
        ns,
        offset_minutes: moment.offset_minutes,
        pattern: Pattern::new(day_code),
    })
}

/// Is it a record, or a line of the log?
pub(crate) fn is_one(message: &[u8]) -> bool {
    is_sign_in(message) || memchr::memmem::find(message, b"\tAcct-Status-Type = ").is_some()
}

fn is_sign_in(message: &[u8]) -> bool {
    let head = &message[..message.len().min(80)];
    memchr::memmem::find(head, b"Login OK: [").is_some()
        || memchr::memmem::find(head, b"Login incorrect").is_some()
}

/// Cuts a record or a sign-in.
pub(crate) fn read(cut: &mut Cut, start: usize, moment: Moment) -> bool {
    let mut scan = Scan::new(cut.line, start);
    if let Some(found) = stamp(cut.line, start, moment) {
        cut.put_time(Column::TIME, start, &found);
        scan.at = found.end;
    }
    if is_sign_in(scan.rest()) { sign_in(cut, scan) } else { record(cut, scan, moment) }
}

fn record(cut: &mut Cut, mut scan: Scan, moment: Moment) -> bool {
    let mut pairs = 0;
    loop {
        between(cut, &mut scan, b"\r\n\t ", moment);
        if scan.is_at_end() {
            return pairs > 0;
        }
        let key = scan.until(b" \n");
        if !scan.eat(b" = ") {
            cut.put_rest(Column::REST, key.0);
            return pairs > 0;
        }
        let end = scan.until(b"\n").1;
        let mut value = (key.1 + 3, end);
        if cut.line[value.0..value.1].ends_with(b"\r") {
            value.1 -= 1;
        }
        let text = &cut.line[value.0..value.1];
        if text.len() >= 2 && text.starts_with(b"\"") && text.ends_with(b"\"") {
            value = (value.0 + 1, value.1 - 1);
        }
        pairs += 1;
        match cut.line.get(key.0..key.1) {
            Some(b"Timestamp") => match cut.epoch(value.0, value.1) {
                Some(found) if cut.put_time(Column::EVENT_TIME, value.0, &found) => {}
                _ => cut.spare(value.0, value.1),
            },
            Some(name) => match KEYS.get(name) {
                Some(column) => cut.put(column, value.0, value.1),
                None => cut.put_named("radius", key, value),
            },
            None => return false,
        }
    }
}

/// `(12) Login OK: [ayse/secret] (from client ap1 port 3 cli 4C-55-…)`.
fn sign_in(cut: &mut Cut, mut scan: Scan) -> bool {
    if scan.up_to(b"Login ").is_none() {
        return false;
    }
    // The number of the exchange is before it.
    let before = Scan { at: cut.kept(), end: scan.at, ..scan };
    let mut ahead = before;
    if ahead.up_to(b"(").is_some() && ahead.eat(b"(") {
        let number = ahead.until(b")");
        cut.put(Column::TRANSACTION_ID, number.0, number.1);
    }
    let from = scan.at;
    let event = scan.up_to(b": [").unwrap_or((from, from));
    let to = memchr::memmem::find(&cut.line[event.0..event.1], b" (").map_or(event.1, |at| event.0 + at);
    cut.put(Column::EVENT, event.0, to);
    if to < event.1 {
        cut.put(Column::REASON, to + 2, event.1);
    }
    if !scan.eat(b": [") {
        return false;
    }
    let user = scan.up_to(b"]").unwrap_or((scan.at, scan.at));
    cut.put(Column::USER, user.0, user.1);
    for (word, column) in [
        (b"(from client ".as_slice(), Column::NAS_NAME),
        (b" port ".as_slice(), Column::NAS_PORT),
        (b" cli ".as_slice(), Column::MAC),
    ] {
        if scan.up_to(word).is_some() {
            scan.eat(word);
            let span = scan.until(b" )");
            cut.put(column, span.0, span.1);
        }
    }
    cut.put_rest(Column::REST, scan.at);
    true
}
