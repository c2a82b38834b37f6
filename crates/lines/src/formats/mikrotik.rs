//! MikroTik RouterOS: topics, then the message. The firewall's own:
//!
//! ```text
//! firewall,info PREFIX forward: in:bridge out:ether1, connection-state:new,snat connection-mark:m src-mac AA:…,
//!     proto TCP (ACK,PSH), 192.168.5.50:57922->52.123.139.72:443,
//!     NAT (192.168.5.50:57922->46.102.221.224:57922)->52.123.139.72:443, len 97
//! ```
//!
//! Where the target is translated it is `NAT src->(dst->new)`. Besides: leases (`dhcp1 assigned A to M NAME`) and
//! sign-ins (`user NAME logged in from A via winbox`, `NAME (A): logged in`).

use super::{Scan, Span, side, side_again};
use crate::columns::Column;
use crate::taken::Cut;

const SRC: (Column, Column) = (Column::SRC_IP, Column::SRC_PORT);
const DST: (Column, Column) = (Column::DST_IP, Column::DST_PORT);
const NAT_SRC: (Column, Column) = (Column::NAT_SRC_IP, Column::NAT_SRC_PORT);
const NAT_DST: (Column, Column) = (Column::NAT_DST_IP, Column::NAT_DST_PORT);

/// Does the message begin with topics, or is it a firewall line that came without them?
pub(crate) fn is_one(message: &[u8]) -> bool {
    topics(message).is_some()
        || (message.starts_with(b"in:") && memchr::memmem::find(message, b" out:").is_some())
}

/// The end of `firewall,info `.
fn topics(message: &[u8]) -> Option<usize> {
    const LEVELS: [&[u8]; 6] = [b"info", b"warning", b"error", b"critical", b"debug", b"account"];
    let is_topic = |it: &u8| it.is_ascii_lowercase() || matches!(it, b',' | b'-');
    let end = message.iter().take(64).take_while(|it| is_topic(it)).count();
    let words = &message[..end];
    let is_topics = message.get(end) == Some(&b' ')
        && words.contains(&b',')
        && words.split(|it| *it == b',').any(|it| LEVELS.contains(&it));
    is_topics.then_some(end + 1)
}

/// Cuts the message; false when it is none of those above.
pub(crate) fn read(cut: &mut Cut, start: usize) -> bool {
    let at = start + topics(&cut.line[start..]).unwrap_or(0);
    let scan = Scan::new(cut.line, at);
    if scan.rest().starts_with(b"in:") {
        return firewall(cut, scan);
    }
    if let Some(found) = memchr::memmem::find(scan.rest(), b" in:")
        && memchr::memmem::find(&scan.rest()[found..], b" out:").is_some()
    {
        cut.put(Column::RULE_NAME, at, at + found);
        return firewall(cut, Scan { at: at + found + 1, ..scan });
    }
    lease(cut, scan) || sign_in(cut, scan)
}

fn firewall(cut: &mut Cut, mut scan: Scan) -> bool {
    scan.eat(b"in:");
    let Some(inside) = scan.up_to(b" out:") else { return false };
    cut.put(Column::INTERFACE_IN, inside.0, inside.1);
    scan.eat(b" out:");
    let outside = scan.until(b",");
    cut.put(Column::INTERFACE_OUT, outside.0, outside.1);
    let mut is_session = false;
    while scan.eat(b", ") || scan.eat(b" ") || scan.eat(b",") {
        if scan.eat(b"connection-state:") {
            scan.until(b" ");
        } else if scan.eat(b"connection-mark:") {
            let mark = scan.until(b" ,");
            cut.put(Column::CONNECTION_MARK, mark.0, mark.1);
        } else if scan.eat(b"src-mac ") {
            let mac = scan.until(b", ");
            cut.put(Column::MAC, mac.0, mac.1);
        } else if scan.eat(b"proto ") {
            protocol(cut, &mut scan);
        } else if scan.eat(b"len ") {
            let length = scan.until(b", ");
            cut.put(Column::LENGTH, length.0, length.1);
        } else if scan.eat(b"NAT ") {
            translation(cut, &mut scan);
        } else if !is_session && let Some((from, to)) = arrow(&mut scan) {
            side(cut, from, b':', SRC);
            side(cut, to, b':', DST);
            is_session = true;
        } else {
            // `prio 6->0` and what newer versions may add.
            scan.until(b",");
        }
    }
    is_session
}

/// `TCP (ACK,PSH)`, `ICMP (type 8, code 0)`, `UDP`.
fn protocol(cut: &mut Cut, scan: &mut Scan) {
    let name = scan.until(b", ");
    cut.put(Column::PROTO, name.0, name.1);
    if scan.eat(b" (") {
        let flags = scan.until(b")");
        cut.put(Column::FLAGS, flags.0, flags.1);
        scan.eat(b")");
    }
}

/// `A:p->B:q`: both, without what surrounds them.
fn arrow(scan: &mut Scan) -> Option<(Span, Span)> {
    let mut ahead = *scan;
    let from = ahead.until(b"-, ");
    if from.0 == from.1 || !ahead.eat(b"->") {
        return None;
    }
    let to = ahead.until(b",) ");
    *scan = ahead;
    let has_address = scan.text(from).iter().any(|it| matches!(it, b'.' | b':'));
    has_address.then_some((from, to))
}

/// `(A->new)->B` or `A->(B->new)`.
fn translation(cut: &mut Cut, scan: &mut Scan) {
    let mut ahead = *scan;
    if ahead.eat(b"(") {
        if let Some((from, new)) = arrow(&mut ahead) {
            side_again(cut, from, b':', SRC);
            side(cut, new, b':', NAT_SRC);
            if ahead.eat(b")->") {
                let to = ahead.until(b", ");
                side_again(cut, to, b':', DST);
            }
            *scan = ahead;
        }
        return;
    }
    let from = ahead.until(b"-, ");
    if ahead.eat(b"->(")
        && let Some((to, new)) = arrow(&mut ahead)
    {
        side_again(cut, from, b':', SRC);
        side_again(cut, to, b':', DST);
        side(cut, new, b':', NAT_DST);
        ahead.eat(b")");
        *scan = ahead;
    }
}

/// `dhcp1 assigned 10.0.0.5 to AA:BB:CC:DD:EE:FF name`, `deassigned … from`, and `for` in newer versions.
fn lease(cut: &mut Cut, mut scan: Scan) -> bool {
    let server = scan.until(b" ");
    if !scan.eat(b" ") {
        return false;
    }
    let event = scan.until(b" ");
    if !matches!(scan.text(event), b"assigned" | b"deassigned") || !scan.eat(b" ") {
        return false;
    }
    let address = scan.until(b" ");
    if !(scan.eat(b" to ") || scan.eat(b" for ") || scan.eat(b" from ")) {
        return false;
    }
    let mac = scan.until(b" ");
    cut.put(Column::INTERFACE_IN, server.0, server.1);
    cut.put(Column::EVENT, event.0, event.1);
    cut.put(Column::IP, address.0, address.1);
    cut.put(Column::MAC, mac.0, mac.1);
    if scan.eat(b" ") {
        cut.put_rest(Column::HOST, scan.at);
    }
    true
}

/// `user NAME logged in from A via winbox`, `login failure for user NAME from A via ssh`, hotspot's `NAME (A): logged in`.
fn sign_in(cut: &mut Cut, mut scan: Scan) -> bool {
    const EVENTS: [&[u8]; 3] = [b"logged in", b"logged out", b"login failed"];
    if scan.eat(b"login failure") {
        cut.put(Column::EVENT, scan.at - 13, scan.at);
        if !scan.eat(b" for user ") {
            return false;
        }
        let Some(user) = scan.up_to(b" from ") else { return false };
        cut.put(Column::USER, user.0, user.1);
        return from_where(cut, scan);
    }
    scan.eat(b"->: ");
    if scan.eat(b"user ") {
        let Some(event) = EVENTS.iter().find(|it| memchr::memmem::find(scan.rest(), it).is_some()) else {
            return false;
        };
        let Some(before) = scan.up_to(event) else { return false };
        let user_end = before.1.saturating_sub(1).max(before.0);
        cut.put(Column::USER, before.0, user_end);
        cut.put(Column::EVENT, scan.at, scan.at + event.len());
        scan.eat(event);
        return from_where(cut, scan);
    }
    let Some(user) = scan.up_to(b" (") else { return false };
    scan.eat(b" (");
    let address = scan.until(b")");
    if !scan.eat(b"): ") {
        return false;
    }
    let Some(event) = EVENTS.iter().find(|it| scan.rest().starts_with(it)) else { return false };
    cut.put(Column::USER, user.0, user.1);
    cut.put(Column::IP, address.0, address.1);
    cut.put(Column::EVENT, scan.at, scan.at + event.len());
    scan.eat(event);
    cut.put_rest(Column::REASON, scan.at);
    true
}

/// ` from A via winbox`.
fn from_where(cut: &mut Cut, mut scan: Scan) -> bool {
    if scan.eat(b" from ") {
        let address = scan.until(b" ");
        cut.put(Column::IP, address.0, address.1);
        if scan.eat(b" via ") {
            let service = scan.until(b" ");
            cut.put(Column::SERVICE, service.0, service.1);
        }
    }
    cut.put_rest(Column::REST, scan.at);
    true
}
