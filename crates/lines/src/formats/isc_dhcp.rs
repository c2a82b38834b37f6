//! ISC dhcpd, by syslog:
//!
//! ```text
//! DHCPACK on 10.150.60.56 to 4c:55:41:a0:fa:99 (computer-name) via eth0.60
//! DHCPREQUEST for 10.0.0.5 (10.0.0.1) from aa:bb:cc:dd:ee:ff (name) via 10.0.0.1: wrong network.
//! DHCPACK to 10.0.0.5 (aa:bb:cc:dd:ee:ff) via eth0
//! Advertise NA: address 2001:db8::5 to client with duid 00:01:… iaid = 5 valid for 7200 seconds
//! ```

use crate::columns::Column;
use crate::envelope::word_end;
use crate::taken::{Cut, end_of};

/// Does the message begin as those of dhcpd do?
pub(crate) fn is_one(message: &[u8]) -> bool {
    let Some(rest) = message.strip_prefix(b"DHCP") else { return false };
    let word = rest.iter().take_while(|it| it.is_ascii_uppercase()).count();
    word >= 3 && rest.get(word) == Some(&b' ')
}

/// Cuts the message; false when it is none of the exchange between client and server.
pub(crate) fn read(cut: &mut Cut, at: usize) -> bool {
    if is_one(&cut.line[at..]) { version_4(cut, at) } else { version_6(cut, at) }
}

fn version_4(cut: &mut Cut, start: usize) -> bool {
    let line = cut.line;
    let end = end_of(line);
    let event_end = word_end(line, start);
    cut.put(Column::EVENT, start, event_end);
    let mut at = event_end;
    while let Some((preposition, from)) = preposition(line, at) {
        let to = word_end(line, from);
        match preposition {
            b"on" | b"of" | b"for" => cut.put(Column::IP, from, to),
            b"from" | b"to" => client(cut, from, to),
            _ => {
                let name_end = if to > from && line[to - 1] == b':' { to - 1 } else { to };
                cut.put(Column::INTERFACE_IN, from, name_end);
                tail(cut, name_end);
                return true;
            }
        }
        at = in_brackets(cut, preposition, to, end);
    }
    cut.put_rest(Column::REST, at.max(cut.kept()));
    true
}

/// The next ` word ` of those that lead to a value: the word, and where its value begins.
fn preposition(line: &[u8], at: usize) -> Option<(&'static [u8], usize)> {
    const WORDS: [&[u8]; 6] = [b"on", b"to", b"via", b"from", b"for", b"of"];
    let rest = line.get(at..)?.strip_prefix(b" ")?;
    let word = WORDS.into_iter().find(|it| rest.starts_with(it) && rest.get(it.len()) == Some(&b' '))?;
    Some((word, at + word.len() + 2))
}

/// Client by hardware address, or by address where it has one already (DHCPINFORM and its answer).
fn client(cut: &mut Cut, from: usize, to: usize) {
    let is_mac = cut.line[from..to].get(2) == Some(&b':');
    cut.put(if is_mac { Column::MAC } else { Column::IP }, from, to);
}

/// ` (name)`, ` (server)` or ` (hardware address)` behind a value; answers where it goes on.
fn in_brackets(cut: &mut Cut, preposition: &[u8], at: usize, end: usize) -> usize {
    let line = cut.line;
    if !line[at..end].starts_with(b" (") {
        return at;
    }
    let from = at + 2;
    // A name may hold brackets: it ends where the next word of the message follows.
    let rest = &line[from..end];
    let mut close = None;
    for found in memchr::memchr_iter(b')', rest) {
        let after = &rest[found + 1..];
        if after.is_empty() || after.starts_with(b" via ") || after.starts_with(b" from ") {
            close = Some(found);
            break;
        }
    }
    let Some(close) = close else { return at };
    let column = match preposition {
        b"for" => Column::SERVER_IP,
        b"to" if cut.has(Column::IP) && !cut.has(Column::MAC) => Column::MAC,
        _ => Column::HOST,
    };
    cut.put(column, from, from + close);
    from + close + 1
}

/// What follows the interface: ` relay 10.0.0.1 lease-duration 600 (RENEW) uid …` of newer versions, or `: reason`.
fn tail(cut: &mut Cut, mut at: usize) {
    let line = cut.line;
    for (word, column) in
        [(b" relay ".as_slice(), Column::RELAY_IP), (b" lease-duration ".as_slice(), Column::LEASE_SECONDS)]
    {
        if line[at..].starts_with(word) {
            let from = at + word.len();
            at = word_end(line, from);
            cut.put(column, from, at);
        }
    }
    if line[at..].starts_with(b": ") {
        return cut.put_rest(Column::REASON, at + 2);
    }
    cut.put_rest(Column::REST, at);
}

/// `VERB TYPE: address A to client with duid D iaid = I valid for N seconds`.
fn version_6(cut: &mut Cut, start: usize) -> bool {
    const KINDS: [&[u8]; 3] = [b"NA: ", b"TA: ", b"PD: "];
    let line = cut.line;
    let event_end = word_end(line, start);
    let rest = line.get(event_end + 1..).unwrap_or_default();
    if !KINDS.iter().any(|it| rest.starts_with(it)) {
        return false;
    }
    let mut parts = [(0, 0); 4];
    let mut at = event_end + 5;
    let words: [&[&[u8]]; 4] =
        [&[b"address ", b"prefix "], &[b" to client with duid "], &[b" iaid = "], &[b" valid for "]];
    for (part, starts) in parts.iter_mut().zip(words) {
        let Some(word) = starts.iter().find(|it| line[at..].starts_with(it)) else { return false };
        let from = at + word.len();
        at = word_end(line, from);
        *part = (from, at);
    }
    cut.put(Column::EVENT, start, event_end);
    let columns = [Column::IP, Column::CLIENT_ID, Column::IAID, Column::LEASE_SECONDS];
    for ((from, to), column) in parts.into_iter().zip(columns) {
        cut.put(column, from, to);
    }
    if !line[at..].starts_with(b" seconds") {
        cut.put_rest(Column::REST, at);
    }
    true
}
