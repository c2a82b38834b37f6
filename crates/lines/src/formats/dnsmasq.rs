//! dnsmasq: leases of `dnsmasq-dhcp`, questions of `dnsmasq` where they are logged.
//!
//! ```text
//! dnsmasq-dhcp[812]: DHCPACK(eth0) 192.168.1.10 aa:bb:cc:dd:ee:ff name
//! dnsmasq-dhcp[812]: 1429037641 DHCPREPLY(eth0) 2001:db8::5 00:01:00:01:… name
//! dnsmasq[811]: query[A] belde.example from 192.168.1.10
//! ```

use super::Scan;
use crate::columns::Column;
use crate::taken::Cut;

/// Cuts the message; false when it is neither of a lease nor a question.
pub(crate) fn read(cut: &mut Cut, start: usize) -> bool {
    let mut scan = Scan::new(cut.line, start);
    let mut ahead = scan;
    let number = ahead.until(b" ");
    let is_number = number.0 < number.1 && scan.text(number).iter().all(u8::is_ascii_digit);
    let has_number = is_number && ahead.eat(b" ");
    if has_number {
        scan = ahead;
    }
    if scan.rest().starts_with(b"DHCP") {
        if has_number {
            cut.put(Column::TRANSACTION_ID, number.0, number.1);
        }
        return lease(cut, scan);
    }
    if has_number {
        // `12 192.168.1.10/51514 query[A] …` of log-queries=extra; what log-dhcp tells besides has no client.
        let client = scan.until(b" ");
        if !scan.text(client).contains(&b'/') {
            return false;
        }
        cut.put(Column::TRANSACTION_ID, number.0, number.1);
        super::side(cut, client, b'/', (Column::SRC_IP, Column::SRC_PORT));
        scan.eat(b" ");
    }
    question(cut, scan)
}

fn lease(cut: &mut Cut, mut scan: Scan) -> bool {
    let event = scan.until(b"( ");
    if !scan.eat(b"(") {
        return false;
    }
    let interface = scan.until(b")");
    if !scan.eat(b") ") {
        return false;
    }
    cut.put(Column::EVENT, event.0, event.1);
    cut.put(Column::INTERFACE_IN, interface.0, interface.1);
    let is_version_6 = matches!(
        scan.text(event),
        b"DHCPSOLICIT" | b"DHCPADVERTISE" | b"DHCPREPLY" | b"DHCPRENEW" | b"DHCPREBIND" | b"DHCPCONFIRM"
    );
    let mut word = scan.until(b" ");
    if scan.text(word).contains(&b'.') || (is_version_6 && is_address_6(scan.text(word))) {
        cut.put(Column::IP, word.0, word.1);
        scan.eat(b" ");
        word = scan.until(b" ");
    }
    let text = scan.text(word);
    if text.len() == 17 && text[2] == b':' {
        cut.put(Column::MAC, word.0, word.1);
    } else if text.contains(&b':') {
        cut.put(Column::CLIENT_ID, word.0, word.1);
    } else {
        cut.put_rest(Column::REASON, word.0);
        return true;
    }
    if scan.eat(b" ") {
        let is_name = matches!(cut.line.get(event.0..event.1), Some(b"DHCPACK" | b"DHCPREPLY"));
        cut.put_rest(if is_name { Column::HOST } else { Column::REASON }, scan.at);
    }
    true
}

/// A DUID is longer than any address and has pairs of digits only.
fn is_address_6(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|it| it.parse::<std::net::Ipv6Addr>().is_ok())
}

fn question(cut: &mut Cut, mut scan: Scan) -> bool {
    let event = scan.until(b" ");
    let word = scan.text(event);
    let is_question = word.starts_with(b"query[");
    if !is_question && !matches!(word, b"reply" | b"cached" | b"config" | b"forwarded") || !scan.eat(b" ") {
        return false;
    }
    let Some(site) = scan.up_to(b" ") else { return false };
    cut.put(Column::EVENT, event.0, event.1);
    cut.put(Column::SITE, site.0, site.1);
    if scan.eat(b" from ") {
        let client = scan.until(b" ");
        cut.put(if is_question { Column::SRC_IP } else { Column::SERVER_IP }, client.0, client.1);
    } else if scan.eat(b" to ") || scan.eat(b" is ") {
        cut.put_rest(Column::DST_IP, scan.at);
    }
    cut.put_rest(Column::REST, cut.kept());
    true
}
