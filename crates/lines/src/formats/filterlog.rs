//! filterlog of pfSense and OPNsense: fields between commas, in an order that depends on what the packet is.
//!
//! ```text
//! rule,subrule,anchor,tracker,iface,reason,action,dir,4,tos,ecn,ttl,id,offset,flags,protoid,proto,length,src,dst,…
//! rule,subrule,anchor,tracker,iface,reason,action,dir,6,class,flowlabel,hoplimit,proto,protoid,length,src,dst,…
//! tcp: sport,dport,datalen,tcpflags,seq,ack,window,urg,options   udp: sport,dport,datalen
//! ```

use super::Scan;
use crate::columns::Column;
use crate::taken::Cut;

const RULE: [Option<Column>; 8] = [
    Some(Column::RULE),
    None,
    None,
    Some(Column::RULE_NAME),
    Some(Column::INTERFACE_IN),
    Some(Column::REASON),
    Some(Column::ACTION),
    Some(Column::DIRECTION),
];
const VERSION_4: [Option<Column>; 11] = [
    None,
    None,
    Some(Column::TTL),
    Some(Column::PACKET_ID),
    None,
    None,
    None,
    Some(Column::PROTO),
    Some(Column::LENGTH),
    Some(Column::SRC_IP),
    Some(Column::DST_IP),
];
const VERSION_6: [Option<Column>; 8] = [
    None,
    Some(Column::PACKET_ID),
    Some(Column::TTL),
    Some(Column::PROTO),
    None,
    Some(Column::LENGTH),
    Some(Column::SRC_IP),
    Some(Column::DST_IP),
];
const TCP: [Option<Column>; 9] = [
    Some(Column::SRC_PORT),
    Some(Column::DST_PORT),
    Some(Column::DATA_LENGTH),
    Some(Column::FLAGS),
    Some(Column::SEQUENCE),
    Some(Column::ACKNOWLEDGED),
    Some(Column::WINDOW),
    None,
    Some(Column::TCP_OPTIONS),
];

/// Does the message have the first fields of one?
pub(crate) fn is_one(message: &[u8]) -> bool {
    let mut fields = message.split(|it| *it == b',');
    let is_number = |it: &[u8]| it.len() <= 10 && it.iter().all(u8::is_ascii_digit);
    fields.next().is_some_and(|it| !it.is_empty() && is_number(it))
        && fields.nth(4).is_some()
        && fields
            .next()
            .is_some_and(|it| matches!(it, b"pass" | b"block" | b"reject" | b"nat" | b"rdr" | b"binat"))
        && fields.next().is_some_and(|it| matches!(it, b"in" | b"out"))
}

/// Cuts the fields.
pub(crate) fn read(cut: &mut Cut, start: usize) -> bool {
    let mut scan = Scan::new(cut.line, start);
    if !is_one(scan.rest()) {
        return false;
    }
    each(cut, &mut scan, &RULE);
    let version = scan.until(b",");
    scan.eat(b",");
    match scan.text(version) {
        b"4" => each(cut, &mut scan, &VERSION_4),
        b"6" => each(cut, &mut scan, &VERSION_6),
        _ => {
            cut.put_rest(Column::REST, scan.at);
            return true;
        }
    }
    match cut.taken.text(cut.line, Column::PROTO) {
        Some(b"tcp" | b"TCP") => each(cut, &mut scan, &TCP),
        Some(b"udp" | b"UDP") => each(cut, &mut scan, &TCP[..3]),
        _ => {}
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// Fields without a column hold few values and stay in the layout.
fn each(cut: &mut Cut, scan: &mut Scan, columns: &[Option<Column>]) {
    for column in columns {
        if scan.is_at_end() {
            return;
        }
        let field = scan.until(b",");
        match column {
            Some(column) => cut.put(*column, field.0, field.1),
            // What has no column is short: a version of theirs that has something else there.
            None if field.1 - field.0 > 4 => cut.spare(field.0, field.1),
            None => {}
        }
        scan.eat(b",");
    }
}
