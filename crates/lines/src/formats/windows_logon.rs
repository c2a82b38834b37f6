//! Sign-ins of Windows and its domain (events 4624, 4625, 4634, 4647, 4768, 4769, 4771, 4776), as a forwarder sends them: flat or
//! nested JSON, the XML of the event itself, or the text of Snare and its like, with tabs or what forwarders make of them.
//!
//! ```text
//! {"EventTime":"2026-11-30 00:39:50","Hostname":"dc1","EventID":4624,"TargetUserName":"ayse","IpAddress":"10.0.0.5",…}
//! <Event …><System><EventID>4624</EventID><TimeCreated SystemTime='2026-11-29T21:39:50.1234567Z'/>…<Data Name='TargetUserName'>ayse</Data>…
//! MSWinEventLog↹1↹Security↹99↹Mon Nov 30 00:39:50 2026↹4624↹…↹dc1↹Logon↹↹An account was successfully logged on. … New Logon: … Account Name: ayse …
//! ```

mod snare;

use super::{Scan, Span};
use crate::columns::{Column, Keys};
use crate::instant::{self, Moment};
use crate::taken::Cut;
use std::sync::LazyLock;

/// What a line of Snare begins with.
const SNARE: &[u8] = b"MSWinEventLog";

#[derive(Debug, Clone, Copy)]
enum Key {
    Into(Column),
    Time,
    /// Few values: they stay in the layout.
    Few,
}

static KEYS: LazyLock<Keys<Key>> = LazyLock::new(|| {
    let mut keys: Vec<(&'static str, Key)> = [
        ("EventID", Column::EVENT),
        ("event_id", Column::EVENT),
        ("Hostname", Column::DEVICE),
        ("Computer", Column::DEVICE),
        ("computer_name", Column::DEVICE),
        ("TargetUserName", Column::USER),
        ("TargetDomainName", Column::DOMAIN),
        ("TargetLogonId", Column::SESSION_NAME),
        ("IpAddress", Column::SRC_IP),
        ("IpPort", Column::SRC_PORT),
        ("WorkstationName", Column::HOST),
        ("Workstation", Column::HOST),
        ("EventRecordID", Column::RECORD),
        ("RecordNumber", Column::RECORD),
        ("record_id", Column::RECORD),
        ("Status", Column::REASON),
        ("Message", Column::REST),
        ("message", Column::REST),
    ]
    .map(|(key, column)| (key, Key::Into(column)))
    .to_vec();
    keys.extend(["EventTime", "TimeCreated", "SystemTime", "@timestamp"].map(|key| (key, Key::Time)));
    let few =
        ["LogonType", "Channel", "Keywords", "Severity", "SeverityValue", "SourceName", "Task", "Version"];
    keys.extend(few.map(|key| (key, Key::Few)));
    Keys::new(&keys)
});

/// Is it an event of the security log, as JSON, XML or Snare's text?
pub(crate) fn is_one(message: &[u8]) -> bool {
    if message.starts_with(SNARE) {
        return true;
    }
    let is_json = message.first() == Some(&b'{');
    (is_json || message.starts_with(b"<Event "))
        && [b"EventID".as_slice(), b"\"event_id\""]
            .iter()
            .any(|it| memchr::memmem::find(message, it).is_some())
}

/// Cuts the event; false when it is neither.
pub(crate) fn read(cut: &mut Cut, start: usize, moment: Moment) -> bool {
    let scan = Scan::new(cut.line, start);
    match scan.rest().first() {
        Some(b'{') => json(cut, scan, moment),
        Some(b'<') => xml(cut, scan, moment),
        Some(b'M') => snare::read(cut, scan, moment),
        _ => false,
    }
}

fn put(cut: &mut Cut, key: Span, value: Span, moment: Moment) {
    match KEYS.get(&cut.line[key.0..key.1]) {
        Some(Key::Into(column)) => cut.put(column, value.0, value.1),
        Some(Key::Few) => {}
        Some(Key::Time) => match instant::iso(cut.line, value.0, moment).filter(|it| it.end == value.1) {
            Some(found) if cut.put_time(Column::TIME, value.0, &found) => {}
            Some(found) if cut.put_time(Column::EVENT_TIME, value.0, &found) => {}
            _ => cut.spare(value.0, value.1),
        },
        None => cut.put_named("windows", key, value),
    }
}

/// Every `"key": value`, at whatever depth; braces and brackets are walked over.
fn json(cut: &mut Cut, mut scan: Scan, moment: Moment) -> bool {
    let mut pairs = 0;
    loop {
        scan.until(b"\"");
        if !scan.eat(b"\"") {
            return pairs > 0;
        }
        let Some(key) = string(&mut scan) else { return pairs > 0 };
        while scan.eat(b" ") {}
        if !scan.eat(b":") {
            // A text of a list.
            cut.spare(key.0, key.1);
            continue;
        }
        while scan.eat(b" ") {}
        let value = if scan.eat(b"\"") {
            let Some(value) = string(&mut scan) else { return pairs > 0 };
            value
        } else if scan.rest().first().is_some_and(|it| matches!(it, b'{' | b'[')) {
            continue;
        } else {
            scan.until(b",}] \r\n")
        };
        put(cut, key, value, moment);
        pairs += 1;
    }
}

/// What is left of a string whose first quote was read; the step goes behind its last.
fn string(scan: &mut Scan) -> Option<Span> {
    let from = scan.at;
    loop {
        scan.until(b"\"\\");
        if scan.eat(b"\\") {
            scan.at = (scan.at + 1).min(scan.end);
        } else if scan.eat(b"\"") {
            return Some((from, scan.at - 1));
        } else {
            return None;
        }
    }
}

/// `<Data Name='K'>V</Data>`, `<K>V</K>` and `<TimeCreated SystemTime='…'/>`.
fn xml(cut: &mut Cut, mut scan: Scan, moment: Moment) -> bool {
    let mut values = 0;
    loop {
        scan.until(b"<");
        if !scan.eat(b"<") {
            return values > 0;
        }
        let name = scan.until(b" />\r\n");
        let key = attributes(cut, &mut scan, name, moment);
        scan.until(b">");
        if cut.line[scan.at.saturating_sub(1)] == b'/' || !scan.eat(b">") {
            continue;
        }
        let value = scan.until(b"<");
        // Elements that hold others have no text; the end of one, such as `/System`, has no name.
        if value.0 < value.1 && key.0 < key.1 {
            put(cut, key, value, moment);
            values += 1;
        }
    }
}

/// Cuts the attributes of an element; answers the name under which its text is known.
fn attributes(cut: &mut Cut, scan: &mut Scan, name: Span, moment: Moment) -> Span {
    let mut key = name;
    loop {
        while scan.eat(b" ") || scan.eat(b"\r") || scan.eat(b"\n") {}
        let attribute = scan.until(b"=/> ");
        let quote: &[u8] = if scan.eat(b"='") {
            b"'"
        } else if scan.eat(b"=\"") {
            b"\""
        } else {
            return key;
        };
        let value = scan.until(quote);
        scan.eat(quote);
        match scan.text(attribute) {
            b"Name" if scan.text(name) == b"Data" => key = value,
            b"xmlns" | b"Name" | b"Guid" => {}
            _ => put(cut, attribute, value, moment),
        }
    }
}
