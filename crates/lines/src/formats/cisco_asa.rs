//! Cisco ASA and its sisters (FTD, PIX), by the number of the message:
//!
//! ```text
//! %ASA-6-302013: Built outbound TCP connection 77 for outside:203.0.113.9/443 (203.0.113.9/443) to inside:10.0.0.5/51514 (198.51.100.9/1024)
//! %ASA-6-302014: Teardown TCP connection 77 for outside:203.0.113.9/443 to inside:10.0.0.5/51514 duration 0:00:30 bytes 91500 TCP FINs
//! %ASA-6-305011: Built dynamic TCP translation from inside:10.0.0.5/51514 to outside:198.51.100.9/1024
//! %ASA-4-106023: Deny tcp src outside:203.0.113.9/4000 dst inside:10.0.0.5/22 by access-group "acl" [0x0, 0x0]
//! ```
//!
//! A teardown does not say who began: it is read like an outbound one, and its number leads to what was built.

use super::{Scan, side};
use crate::columns::Column;
use crate::taken::Cut;

const SRC: (Column, Column) = (Column::SRC_IP, Column::SRC_PORT);
const DST: (Column, Column) = (Column::DST_IP, Column::DST_PORT);
const NAT_SRC: (Column, Column) = (Column::NAT_SRC_IP, Column::NAT_SRC_PORT);
const NAT_DST: (Column, Column) = (Column::NAT_DST_IP, Column::NAT_DST_PORT);

/// Does the message begin with `%ASA-` or the mark of a sister?
pub(crate) fn is_one(message: &[u8]) -> bool {
    [b"%ASA-", b"%FTD-", b"%PIX-"].iter().any(|it| message.starts_with(*it))
}

/// Cuts the message; false when its number is none of those that say who talked with whom.
pub(crate) fn read(cut: &mut Cut, start: usize) -> bool {
    let mut scan = Scan::new(cut.line, start);
    if !is_one(scan.rest()) {
        return false;
    }
    scan.at += 5;
    // `6-302013`, with a class of messages before it where the logging of classes is on: `session-6-302013`.
    let word = scan.until(b": ");
    let number_at = memchr::memrchr(b'-', scan.text(word)).map_or(word.1, |dash| word.0 + dash + 1);
    let number = (number_at, word.1);
    if number.0 == number.1 || !scan.eat(b": ") {
        return false;
    }
    cut.put(Column::EVENT, number.0, number.1);
    match scan.text(number) {
        b"302013" | b"302015" => built(cut, scan),
        b"302014" | b"302016" => teardown(cut, scan),
        b"302020" | b"302021" => echo(cut, scan),
        b"305009" | b"305010" | b"305011" | b"305012" => translation(cut, scan),
        b"106023" | b"106014" => deny(cut, scan),
        b"106001" | b"106006" | b"106007" | b"106015" | b"106021" => denied(cut, scan),
        b"106100" => access_list(cut, scan),
        b"605004" | b"605005" => sign_in(cut, scan),
        b"722051" => vpn_address(cut, scan),
        b"113019" => vpn_end(cut, scan),
        _ => false,
    }
}

/// `outside:203.0.113.9/443`, perhaps with `(user)` at its end.
fn end(cut: &mut Cut, scan: &mut Scan, interface: Column, columns: (Column, Column)) {
    let span = scan.until(b" (");
    let text = scan.text(span);
    let colon = memchr::memchr(b':', text);
    let start = match colon {
        // An address of version 6 has colons of its own and no interface before it.
        Some(at) if !text[..at].iter().all(u8::is_ascii_hexdigit) || at > 4 => {
            cut.put(interface, span.0, span.0 + at);
            span.0 + at + 1
        }
        _ => span.0,
    };
    side(cut, (start, span.1), b'/', columns);
    if scan.eat(b"(") {
        account(cut, scan);
    }
}

/// An account within brackets, of which the first was read.
fn account(cut: &mut Cut, scan: &mut Scan) {
    let user = scan.until(b")");
    cut.put(Column::USER, user.0, user.1);
    scan.eat(b")");
}

/// ` (203.0.113.9/443)`.
fn mapped(cut: &mut Cut, scan: &mut Scan, columns: (Column, Column)) {
    if scan.eat(b" (") {
        let span = scan.until(b")");
        side(cut, span, b'/', columns);
        scan.eat(b")");
    }
    if scan.eat(b"(") {
        account(cut, scan);
    }
}

/// `outbound TCP connection 77 for A (mapped) to B (mapped)`.
fn built(cut: &mut Cut, mut scan: Scan) -> bool {
    if !scan.eat(b"Built ") {
        return false;
    }
    let direction = scan.until(b" ");
    let is_outbound = scan.text(direction) == b"outbound";
    cut.put(Column::DIRECTION, direction.0, direction.1);
    if !connection(cut, &mut scan) {
        return false;
    }
    // What the beginner sees is the target; what it became behind a translation is `nat_dst`.
    let (first, first_mapped, second, second_mapped) =
        if is_outbound { (NAT_DST, DST, SRC, NAT_SRC) } else { (SRC, NAT_SRC, NAT_DST, DST) };
    let (near, far) = (Column::INTERFACE_IN, Column::INTERFACE_OUT);
    let (first_side, second_side) = if is_outbound { (far, near) } else { (near, far) };
    end(cut, &mut scan, first_side, first);
    mapped(cut, &mut scan, first_mapped);
    if !scan.eat(b" to ") {
        return false;
    }
    end(cut, &mut scan, second_side, second);
    mapped(cut, &mut scan, second_mapped);
    if scan.eat(b" (") {
        account(cut, &mut scan);
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// ` TCP connection 77 for `.
fn connection(cut: &mut Cut, scan: &mut Scan) -> bool {
    scan.eat(b" ");
    let proto = scan.until(b" ");
    if !scan.eat(b" connection ") {
        return false;
    }
    cut.put(Column::PROTO, proto.0, proto.1);
    let number = scan.until(b" ");
    cut.put(Column::SESSION, number.0, number.1);
    scan.eat(b" for ")
}

/// `TCP connection 77 for A to B duration 0:00:30 bytes 91500 reason`.
fn teardown(cut: &mut Cut, mut scan: Scan) -> bool {
    if !scan.eat(b"Teardown") || !connection(cut, &mut scan) {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_OUT, DST);
    if !scan.eat(b" to ") {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_IN, SRC);
    if scan.eat(b" duration ") {
        let span = scan.until(b" ");
        cut.put(Column::DURATION, span.0, span.1);
    }
    if scan.eat(b" bytes ") {
        let span = scan.until(b" ");
        cut.put(Column::TOTAL_BYTES, span.0, span.1);
    }
    if scan.eat(b" ") {
        cut.put_rest(Column::REASON, scan.at);
    }
    true
}

/// `Built outbound ICMP connection for faddr A/0 gaddr B/1 laddr C/1 …`.
fn echo(cut: &mut Cut, mut scan: Scan) -> bool {
    let Some(before) = scan.up_to(b" connection for faddr ") else { return false };
    scan.eat(b" connection for faddr ");
    let proto = memchr::memrchr(b' ', scan.text(before)).map_or(before.0, |at| before.0 + at + 1);
    cut.put(Column::PROTO, proto, before.1);
    end(cut, &mut scan, Column::INTERFACE_OUT, DST);
    if !scan.eat(b" gaddr ") {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_OUT, NAT_SRC);
    if !scan.eat(b" laddr ") {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_IN, SRC);
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `Built dynamic TCP translation from A to B`, at the end of it with `duration 0:00:30`.
fn translation(cut: &mut Cut, mut scan: Scan) -> bool {
    let Some(before) = scan.up_to(b" translation from ") else { return false };
    scan.eat(b" translation from ");
    let proto = memchr::memrchr(b' ', scan.text(before)).map_or(before.0, |at| before.0 + at + 1);
    if cut.line[proto..before.1].iter().all(u8::is_ascii_uppercase) {
        cut.put(Column::PROTO, proto, before.1);
    }
    end(cut, &mut scan, Column::INTERFACE_IN, SRC);
    if !scan.eat(b" to ") {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_OUT, NAT_SRC);
    if scan.eat(b" duration ") {
        let span = scan.until(b" ");
        cut.put(Column::DURATION, span.0, span.1);
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `Deny tcp src A dst B by access-group "acl" [0x0, 0x0]`, `Deny inbound icmp src A dst B (type 8, code 0)`.
fn deny(cut: &mut Cut, mut scan: Scan) -> bool {
    if !scan.eat(b"Deny protocol ") && !scan.eat(b"Deny inbound ") && !scan.eat(b"Deny ") {
        return false;
    }
    let proto = scan.until(b" ");
    if !scan.eat(b" src ") {
        return false;
    }
    cut.put(Column::PROTO, proto.0, proto.1);
    end(cut, &mut scan, Column::INTERFACE_IN, SRC);
    if !scan.eat(b" dst ") {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_OUT, DST);
    if scan.eat(b" (type ") || scan.eat(b" type ") {
        let span = scan.until(b")b");
        cut.put(Column::FLAGS, span.0, span.1);
    }
    if scan.up_to(b"by access-group \"").is_some() {
        scan.eat(b"by access-group \"");
        let name = scan.until(b"\"");
        cut.put(Column::RULE_NAME, name.0, name.1);
        scan.eat(b"\"");
        scan.eat(b" ");
    } else {
        scan.eat(b")");
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `Inbound TCP connection denied from A to B flags F on interface I` and its sisters.
fn denied(cut: &mut Cut, mut scan: Scan) -> bool {
    let Some(before) = scan.up_to(b" from ") else { return false };
    let mut words = Scan { at: before.0, end: before.1, ..scan };
    while !words.is_at_end() {
        let word = words.until(b" ");
        if matches!(words.text(word), b"TCP" | b"UDP" | b"tcp" | b"udp" | b"icmp" | b"ICMP") {
            cut.put(Column::PROTO, word.0, word.1);
            break;
        }
        words.eat(b" ");
    }
    scan.eat(b" from ");
    end(cut, &mut scan, Column::INTERFACE_IN, SRC);
    if !scan.eat(b" to ") {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_OUT, DST);
    if scan.eat(b" flags ") {
        let flags = scan.up_to(b" on ").unwrap_or((scan.at, scan.at));
        cut.put(Column::FLAGS, flags.0, flags.1);
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `access-list acl permitted tcp inside/A(port) -> outside/B(port) hit-cnt 1 …`.
fn access_list(cut: &mut Cut, mut scan: Scan) -> bool {
    if !scan.eat(b"access-list ") {
        return false;
    }
    for column in [Column::RULE_NAME, Column::ACTION, Column::PROTO] {
        let span = scan.until(b" ");
        cut.put(column, span.0, span.1);
        scan.eat(b" ");
    }
    for (interface, (address, port)) in [(Column::INTERFACE_IN, SRC), (Column::INTERFACE_OUT, DST)] {
        let name = scan.until(b"/ ");
        if !scan.eat(b"/") {
            return false;
        }
        cut.put(interface, name.0, name.1);
        let span = scan.until(b"( ");
        cut.put(address, span.0, span.1);
        if scan.eat(b"(") {
            let span = scan.until(b") ");
            cut.put(port, span.0, span.1);
            scan.eat(b")");
        }
        scan.until(b" ");
        scan.eat(b" -> ");
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `Login permitted from A/4242 to inside:B/ssh for user "admin"`.
fn sign_in(cut: &mut Cut, mut scan: Scan) -> bool {
    if scan.up_to(b" from ").is_none() {
        return false;
    }
    scan.eat(b" from ");
    end(cut, &mut scan, Column::INTERFACE_IN, SRC);
    if !scan.eat(b" to ") {
        return false;
    }
    end(cut, &mut scan, Column::INTERFACE_IN, (Column::DST_IP, Column::SERVICE));
    if !scan.eat(b" for user \"") {
        return false;
    }
    let user = scan.until(b"\"");
    cut.put(Column::USER, user.0, user.1);
    true
}

/// `Group <g> User <u> IP <A> IPv4 Address <B> IPv6 address <::> assigned to session`.
fn vpn_address(cut: &mut Cut, mut scan: Scan) -> bool {
    for (word, column) in
        [(b" User <".as_slice(), Column::USER), (b" IP <", Column::SRC_IP), (b"ddress <", Column::IP)]
    {
        if scan.up_to(word).is_none() {
            return false;
        }
        scan.eat(word);
        let span = scan.until(b">");
        cut.put(column, span.0, span.1);
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// `Group = g, Username = u, IP = A, Session disconnected. Session Type: …, Duration: 0h:01m, Bytes xmt: 1, …`.
fn vpn_end(cut: &mut Cut, mut scan: Scan) -> bool {
    for (word, column) in [(b"Username = ".as_slice(), Column::USER), (b"IP = ", Column::SRC_IP)] {
        if scan.up_to(word).is_none() {
            return false;
        }
        scan.eat(word);
        let span = scan.until(b",");
        cut.put(column, span.0, span.1);
    }
    cut.put_rest(Column::REST, scan.at);
    true
}
