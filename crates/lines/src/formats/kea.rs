//! Kea: its log, its forensic log (`libdhcp_legal_log`) and its lease files.
//!
//! ```text
//! 2026-11-30 00:39:50.123 INFO  [kea-dhcp4.leases/812.1] DHCP4_LEASE_ALLOC [hwtype=1 74:83:c2:c3:31:7f], cid=[01:74:…], tid=0x4e6ff12: lease 192.168.20.146 has been allocated for 3600 seconds
//! 2018-01-06 01:02:03 CET Address: 192.2.1.100 has been renewed for 1 hrs 52 min 15 secs to a device with hardware address: hwtype=1 08:00:2b:02:3f:4e, client-id: 17:34:… connected via relay at address: 192.2.16.33, identified by circuit-id: 68:6f:… (howdy) and remote-id: 87:…
//! 192.168.20.146,74:83:c2:c3:31:7f,01:74:…,3600,1795991990,1,0,0,name,0,,0
//! ```

use super::{Scan, Span};
use crate::columns::Column;
use crate::instant::{self, Moment};
use crate::taken::Cut;

/// Does the message have a logger of Kea's?
pub(crate) fn is_log(message: &[u8]) -> bool {
    let head = &message[..message.len().min(120)];
    let logger = memchr::memmem::find(head, b"[kea-");
    logger.is_some_and(|at| {
        let code = memchr::memmem::find(&head[at..], b"] ").and_then(|end| head.get(at + end + 2));
        code.is_some_and(u8::is_ascii_uppercase)
    })
}

/// Does the message begin with a time of the forensic log and one of its words?
pub(crate) fn is_forensic(message: &[u8]) -> bool {
    let head = &message[..message.len().min(80)];
    let Some(found) = [b" Address: ".as_slice(), b" Prefix: ", b" Administrator ", b" HA partner "]
        .iter()
        .find_map(|it| memchr::memmem::find(head, it))
    else {
        return message.starts_with(b"Address: ") || message.starts_with(b"Prefix: ");
    };
    found < 40
        && (memchr::memmem::find(message, b"hardware address: ").is_some()
            || memchr::memmem::find(message, b"DUID: ").is_some())
}

/// Cuts a line of the log; false when its message has no code.
pub(crate) fn read_log(cut: &mut Cut, start: usize, moment: Moment) -> bool {
    let mut scan = Scan::new(cut.line, start);
    if let Some(found) = instant::iso(cut.line, scan.at, moment) {
        cut.put_time(Column::TIME, scan.at, &found);
        scan.at = found.end;
    }
    // Level, and the logger with numbers of process and thread.
    if scan.up_to(b"[kea-").is_none() {
        return false;
    }
    let logger = scan.until(b"]/ ");
    if scan.eat(b"/") {
        let numbers = scan.until(b"] ");
        cut.put(Column::THREAD, numbers.0, numbers.1);
    } else if let Some(at) = memchr::memmem::find(scan.text(logger), b".0x") {
        cut.put(Column::THREAD, logger.0 + at + 1, logger.1);
    }
    if !scan.eat(b"] ") {
        return false;
    }
    let event = scan.until(b" ");
    cut.put(Column::EVENT, event.0, event.1);
    scan.eat(b" ");
    labels(cut, &mut scan);
    lease(cut, &mut scan);
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `[hwtype=1 74:…], cid=[01:74:…], tid=0x4e6ff12: `, for version 6 `duid=[00:01:…], [no hwaddr info], tid=0x12: `.
fn labels(cut: &mut Cut, scan: &mut Scan) {
    loop {
        if scan.eat(b"[hwtype=") {
            scan.until(b" ]");
            scan.eat(b" ");
            let mac = scan.until(b"]");
            cut.put(Column::MAC, mac.0, mac.1);
            scan.eat(b"]");
        } else if scan.eat(b"cid=[") || scan.eat(b"duid=[") {
            let id = scan.until(b"]");
            cut.put(Column::CLIENT_ID, id.0, id.1);
            scan.eat(b"]");
        } else if scan.eat(b"tid=") {
            let number = scan.until(b":, ");
            cut.put(Column::TRANSACTION_ID, number.0, number.1);
        } else if !scan.eat(b"[no hwaddr info]") {
            return;
        }
        if scan.eat(b": ") || !scan.eat(b", ") {
            return;
        }
    }
}

/// `lease A has been allocated for 3600 seconds`, `lease for address A and iaid=1 has been …`, `address A was released`.
fn lease(cut: &mut Cut, scan: &mut Scan) {
    let is_lease = scan.eat(b"lease for address ")
        || scan.eat(b"lease for prefix ")
        || scan.eat(b"lease ")
        || scan.eat(b"address ")
        || scan.eat(b"Received DHCPDECLINE for addr ");
    if !is_lease {
        return;
    }
    let address = scan.until(b" ,");
    cut.put(Column::IP, address.0, address.1);
    if scan.eat(b" and iaid=") {
        let number = scan.until(b" ");
        cut.put(Column::IAID, number.0, number.1);
    }
    for words in [b" has been allocated for ".as_slice(), b" has been renewed for ", b" has been reused for "]
    {
        if scan.eat(words) {
            let seconds = scan.until(b" ");
            cut.put(Column::LEASE_SECONDS, seconds.0, seconds.1);
            scan.eat(b" seconds");
        }
    }
}

/// Minutes of the abbreviations that a forensic log has where Kea runs in Europe.
fn abbreviation(text: &[u8]) -> Option<i32> {
    match text {
        b"UTC" | b"GMT" => Some(0),
        b"CET" => Some(60),
        b"CEST" | b"EET" => Some(120),
        b"EEST" | b"TRT" | b"+03" | b"MSK" => Some(180),
        _ => None,
    }
}

/// Cuts a line of the forensic log.
pub(crate) fn read_forensic(cut: &mut Cut, start: usize, moment: Moment) -> bool {
    let mut scan = Scan::new(cut.line, start);
    if let Some(mut found) = instant::iso(cut.line, scan.at, moment) {
        let mut ahead = Scan { at: found.end, ..scan };
        if ahead.eat(b" ")
            && let zone = ahead.until(b" ")
            && let Some(minutes) = abbreviation(ahead.text(zone))
        {
            found.ns += i64::from(found.offset_minutes - minutes) * 60 * instant::SECOND;
            found.offset_minutes = minutes;
        }
        cut.put_time(Column::TIME, scan.at, &found);
        scan.at = found.end;
    }
    let Some(at) = address(cut, scan) else { return false };
    scan.at = at;
    while !scan.is_at_end() {
        if !mark(cut, &mut scan) {
            scan.at += 1;
        }
    }
    true
}

/// `Address: A has been renewed`, `Administrator added a lease of address: A`: what follows the verb.
fn address(cut: &mut Cut, mut scan: Scan) -> Option<usize> {
    for words in [b"Address: ".as_slice(), b"Prefix: "] {
        let mut ahead = scan;
        if ahead.up_to(words).is_some_and(|before| before.1 - before.0 < 12) {
            ahead.eat(words);
            let address = ahead.until(b" ");
            cut.put(Column::IP, address.0, address.1);
            let event = if ahead.eat(b" has been ") { ahead.until(b" ") } else { return None };
            cut.put(Column::EVENT, event.0, event.1);
            return Some(ahead.at);
        }
    }
    for words in [b"Administrator ".as_slice(), b"HA partner "] {
        if scan.up_to(words).is_some() {
            scan.eat(words);
            let event = scan.until(b" ");
            cut.put(Column::EVENT, event.0, event.1);
            scan.up_to(b"address: ").or_else(|| scan.up_to(b"prefix: "))?;
            scan.until(b" ");
            scan.eat(b" ");
            let address = scan.until(b" ");
            cut.put(Column::IP, address.0, address.1);
            return Some(scan.at);
        }
    }
    None
}

/// One of the words that lead to a value, with its value.
fn mark(cut: &mut Cut, scan: &mut Scan) -> bool {
    const MARKS: [(&[u8], Column); 10] = [
        (b" for ", Column::LEASE_LENGTH),
        (b"hardware address: hwtype=", Column::MAC),
        (b"client-id: ", Column::CLIENT_ID),
        (b"DUID: ", Column::CLIENT_ID),
        (b"relay at address: ", Column::RELAY_IP),
        (b"link address: ", Column::SERVER_IP),
        (b"circuit-id: ", Column::CIRCUIT_ID),
        (b"remote-id: ", Column::REMOTE_ID),
        (b"subscriber-id: ", Column::SUBSCRIBER_ID),
        (b"hop count: ", Column::TTL),
    ];
    let Some((word, column)) = MARKS.iter().find(|(word, _)| scan.rest().starts_with(word)) else {
        return false;
    };
    scan.eat(word);
    let value = match *column {
        Column::LEASE_LENGTH if scan.rest().starts_with(b"client") => return true,
        Column::LEASE_LENGTH => length(scan),
        Column::MAC => {
            scan.until(b" ,");
            scan.eat(b" ");
            scan.until(b", ")
        }
        Column::CIRCUIT_ID | Column::REMOTE_ID | Column::SUBSCRIBER_ID => identifier(scan),
        _ => scan.until(b", "),
    };
    cut.put(*column, value.0, value.1);
    true
}

/// `1 hrs 52 min 15 secs`, `infinite duration`.
fn length(scan: &mut Scan) -> Span {
    let mut ahead = *scan;
    let span = ahead.up_to(b" to a device").or_else(|| ahead.up_to(b" secs").map(|it| (it.0, it.1 + 5)));
    let span = span.unwrap_or((scan.at, scan.end));
    scan.at = span.1;
    span
}

/// Pairs of digits, and behind them the same as text in brackets, which may hold anything.
fn identifier(scan: &mut Scan) -> Span {
    let pairs = scan.until(b", ");
    let mut ahead = *scan;
    if ahead.eat(b" (")
        && let Some(text) = ahead.up_to(b")")
    {
        ahead.eat(b")");
        *scan = ahead;
        return (pairs.0, text.1 + 1);
    }
    pairs
}

/// How many fields the rows of a lease file have at least.
const LEAST_FIELDS: usize = 9;

/// Is it a row of a lease file: an address first, an identifier, times?
pub(crate) fn is_row(message: &[u8]) -> bool {
    let mut fields = message.split(|it| *it == b',');
    let address = fields.next().unwrap_or_default();
    let second = fields.next().unwrap_or_default();
    let is_address = address.len() <= 45
        && std::str::from_utf8(address).is_ok_and(|it| it.parse::<std::net::IpAddr>().is_ok());
    let is_identifier = second.iter().all(|it| it.is_ascii_hexdigit() || *it == b':');
    is_address
        && is_identifier
        && (second.is_empty() || second.contains(&b':'))
        && fields.count() + 2 >= LEAST_FIELDS
}

/// Cuts a row of a lease file. Its event is the state: 0 assigned, 1 declined, 2 ran out, 3 given back.
pub(crate) fn read_row(cut: &mut Cut, start: usize) -> bool {
    let scan = Scan::new(cut.line, start);
    if !is_row(scan.rest()) {
        return false;
    }
    let is_version_6 = scan.rest().iter().take_while(|it| **it != b',').any(|it| *it == b':');
    let version_4 = [
        Some(Column::IP),
        Some(Column::MAC),
        Some(Column::CLIENT_ID),
        Some(Column::LEASE_SECONDS),
        Some(Column::UNTIL),
        Some(Column::SUBNET_ID),
        None,
        None,
        Some(Column::HOST),
        Some(Column::EVENT),
        Some(Column::REST),
    ];
    let version_6 = [
        Some(Column::IP),
        Some(Column::CLIENT_ID),
        Some(Column::LEASE_SECONDS),
        Some(Column::UNTIL),
        Some(Column::SUBNET_ID),
        None,
        None,
        Some(Column::IAID),
        None,
        None,
        None,
        Some(Column::HOST),
        Some(Column::MAC),
        Some(Column::EVENT),
        Some(Column::REST),
    ];
    let columns = if is_version_6 { version_6.as_slice() } else { version_4.as_slice() };
    let mut scan = scan;
    for column in columns {
        // The user context may hold commas and comes last.
        let field = if *column == Some(Column::REST) { (scan.at, scan.end) } else { scan.until(b",") };
        match column {
            Some(Column::UNTIL) => match cut.epoch(field.0, field.1) {
                Some(found) => _ = cut.put_time(Column::UNTIL, field.0, &found),
                None => cut.spare(field.0, field.1),
            },
            Some(column) => cut.put(*column, field.0, field.1),
            None => {}
        }
        if !scan.eat(b",") {
            break;
        }
    }
    true
}
