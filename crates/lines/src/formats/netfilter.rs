//! Linux: LOG lines of iptables and nft, and events of connection tracking by `conntrack -E` or ulogd2.
//!
//! ```text
//! [12345.678901] FW-DROP IN=eth0 OUT=eth2 MAC=dst(6):src(6):type SRC=10.0.0.5 DST=203.0.113.9 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=51514 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0
//! [1795988390.123456]      [NEW] tcp      6 120 SYN_SENT src=10.0.0.5 dst=203.0.113.9 sport=51514 dport=443 [UNREPLIED] src=203.0.113.9 dst=198.51.100.9 sport=443 dport=51514
//! [DESTROY] ORIG: SRC=10.0.0.5 DST=203.0.113.9 PROTO=TCP SPT=51514 DPT=443 PKTS=5 BYTES=900 , REPLY: SRC=203.0.113.9 DST=198.51.100.9 PROTO=TCP SPT=443 DPT=51514 PKTS=7 BYTES=9000
//! ```
//!
//! LOG lines know no translation. Tracking does: whom the answer is sent to is what the beginner was translated to.

use super::Scan;
use crate::columns::{Column, Keys};
use crate::instant::{Found, Pattern, SECOND};
use crate::taken::{Cut, canonical};
use std::sync::LazyLock;

// `flags all` of nft writes the two hardware addresses each by itself.
const INTO: [(&str, Column); 16] = [
    ("MACSRC", Column::MAC),
    ("MACDST", Column::DST_MAC),
    ("IN", Column::INTERFACE_IN),
    ("OUT", Column::INTERFACE_OUT),
    ("SRC", Column::SRC_IP),
    ("DST", Column::DST_IP),
    ("LEN", Column::LENGTH),
    ("TTL", Column::TTL),
    ("HOPLIMIT", Column::TTL),
    ("ID", Column::PACKET_ID),
    ("PROTO", Column::PROTO),
    ("SPT", Column::SRC_PORT),
    ("DPT", Column::DST_PORT),
    ("WINDOW", Column::WINDOW),
    ("SEQ", Column::SEQUENCE),
    ("ACK", Column::ACKNOWLEDGED),
];
static KEYS: LazyLock<Keys<Column>> = LazyLock::new(|| Keys::new(&INTO));

/// Is it a LOG line?
pub(crate) fn is_log(message: &[u8]) -> bool {
    let Some(inside) = in_at(message) else { return false };
    let rest = &message[inside..];
    memchr::memmem::find(rest, b" OUT=").is_some()
        && (memchr::memmem::find(rest, b" SRC=").is_some() || memchr::memmem::find(rest, b" MAC=").is_some())
}

/// Where `IN=` begins, behind a prefix that may have no blank at its end.
fn in_at(message: &[u8]) -> Option<usize> {
    memchr::memmem::find(&message[..message.len().min(200)], b"IN=")
}

/// Cuts a LOG line.
pub(crate) fn read_log(cut: &mut Cut, start: usize) -> bool {
    let mut scan = Scan::new(cut.line, start);
    uptime(cut, &mut scan);
    let Some(inside) = in_at(scan.rest()) else { return false };
    if inside > 0 {
        let blanks = scan.rest()[..inside].iter().rev().take_while(|it| **it == b' ').count();
        cut.put(Column::RULE_NAME, scan.at, scan.at + inside - blanks);
        scan.at += inside;
    }
    while !scan.is_at_end() {
        if scan.rest().starts_with(b"[") {
            // The packet that an answer of ICMP is about, whole.
            let from = scan.at + 1;
            let to = scan.up_to(b"]").map_or(scan.end, |it| it.1);
            cut.put(Column::NESTED, from.min(to), to);
            scan.at = to;
            scan.eat(b"]");
        }
        let key = scan.until(b"= [");
        if scan.eat(b"=") {
            let value = scan.until(b" [");
            match scan.text(key) {
                b"MAC" => hardware(cut, value.0, value.1),
                b"OPT" => cut.put(Column::TCP_OPTIONS, value.0, value.1),
                text => match KEYS.get(text) {
                    Some(column) => cut.put(column, value.0, value.1),
                    // TOS, PREC, RES, URGP, CODE, TYPE and the like: few values, if they are short.
                    None if value.1 - value.0 > 4 => cut.put_named("netfilter", key, value),
                    None => {}
                },
            }
        }
        if !scan.eat(b" ") && !scan.rest().starts_with(b"[") {
            break;
        }
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `[12345.678901] `: the kernel's time since its start.
fn uptime(cut: &mut Cut, scan: &mut Scan) {
    let mut ahead = *scan;
    if !ahead.eat(b"[") {
        return;
    }
    let blanks = ahead.rest().iter().take_while(|it| **it == b' ').count();
    ahead.at += blanks;
    let number = ahead.until(b"]");
    let is_number = ahead.text(number).iter().all(|it| it.is_ascii_digit() || *it == b'.');
    if number.0 < number.1 && is_number && ahead.eat(b"] ") {
        cut.put(Column::UPTIME, number.0, number.1);
        *scan = ahead;
    }
}

/// Six bytes of the receiver, six of the sender, two of the type.
fn hardware(cut: &mut Cut, from: usize, to: usize) {
    if to - from == 41 {
        cut.put(Column::DST_MAC, from, from + 17);
        cut.put(Column::MAC, from + 18, from + 35);
    } else if from < to {
        cut.spare(from, to);
    }
}

/// Is it an event of connection tracking?
pub(crate) fn is_event(message: &[u8]) -> bool {
    let head = &message[..message.len().min(80)];
    [b"[NEW]".as_slice(), b"[UPDATE]", b"[DESTROY]"].iter().any(|it| memchr::memmem::find(head, it).is_some())
        && (memchr::memmem::find(message, b"src=").is_some()
            || memchr::memmem::find(message, b"SRC=").is_some())
}

/// Cuts an event of connection tracking.
pub(crate) fn read_event(cut: &mut Cut, start: usize) -> bool {
    let mut scan = Scan::new(cut.line, start);
    event_time(cut, &mut scan);
    if scan.up_to(b"[").is_none() {
        return false;
    }
    scan.eat(b"[");
    let event = scan.until(b"]");
    cut.put(Column::EVENT, event.0, event.1);
    scan.eat(b"]");
    let mut words = 0;
    while !scan.is_at_end() {
        if scan.eat(b" ") || scan.eat(b"\t") || scan.eat(b",") {
            continue;
        }
        let word = scan.until(b"= ,");
        if scan.eat(b"=") {
            let value = scan.until(b" ,");
            pair(cut, word, value);
            continue;
        }
        // `tcp 6 120 SYN_SENT`, `[UNREPLIED]`, `ORIG:`: the protocol is the first, the seconds left are the third.
        words += 1;
        let text = scan.text(word);
        match words {
            1 if text.first().is_some_and(u8::is_ascii_lowercase) => cut.put(Column::PROTO, word.0, word.1),
            3 if canonical(text).is_some() => cut.spare(word.0, word.1),
            _ => {}
        }
    }
    true
}

fn pair(cut: &mut Cut, key: super::Span, value: super::Span) {
    let columns = match &cut.line[key.0..key.1] {
        b"src" | b"SRC" => (Column::SRC_IP, Column::NAT_DST_IP),
        b"dst" | b"DST" => (Column::DST_IP, Column::NAT_SRC_IP),
        b"sport" | b"SPT" => (Column::SRC_PORT, Column::NAT_DST_PORT),
        b"dport" | b"DPT" => (Column::DST_PORT, Column::NAT_SRC_PORT),
        b"packets" | b"PKTS" => (Column::SENT_PACKETS, Column::RECEIVED_PACKETS),
        b"bytes" | b"BYTES" => (Column::SENT_BYTES, Column::RECEIVED_BYTES),
        b"PROTO" => (Column::PROTO, Column::PROTO),
        b"id" => (Column::SESSION, Column::SESSION),
        b"delta-time" => (Column::DURATION_SECONDS, Column::DURATION_SECONDS),
        _ => return cut.put_named("conntrack", key, value),
    };
    match (cut.has(columns.0), columns.0 == Column::PROTO) {
        (true, true) => cut.put_again(columns.0, value.0, value.1),
        (true, false) => cut.put(columns.1, value.0, value.1),
        (false, _) => cut.put(columns.0, value.0, value.1),
    }
}

/// `[1795988390.123456]` of `-o timestamp`.
fn event_time(cut: &mut Cut, scan: &mut Scan) {
    let mut ahead = *scan;
    if !ahead.eat(b"[") {
        return;
    }
    let seconds = ahead.until(b".]");
    if !ahead.eat(b".") {
        return;
    }
    let micros = ahead.until(b"]");
    let number = canonical(ahead.text(seconds)).and_then(|it| i64::try_from(it).ok());
    let fraction = ahead.text(micros);
    if fraction.len() != 6 || !fraction.iter().all(u8::is_ascii_digit) || !ahead.eat(b"]") {
        return;
    }
    let nanos = fraction.iter().fold(0, |sum, it| sum * 10 + i64::from(it - b'0')) * 1000;
    let Some(ns) = number.and_then(|it| it.checked_mul(SECOND)?.checked_add(nanos)) else { return };
    let found = Found { end: micros.1, ns, offset_minutes: 0, pattern: Pattern::new("%s.%6N") };
    cut.put_time(Column::TIME, seconds.0, &found);
    *scan = ahead;
}
