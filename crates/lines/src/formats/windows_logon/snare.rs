//! The text of Snare: fields with tabs between them, and behind them the message as people read it, of which the labels are
//! known. A forwarder may have made `#011` of the tabs.

use super::super::free_radius;
use super::{SNARE, Scan};
use crate::columns::Column;
use crate::instant::Moment;
use crate::taken::Cut;

/// Labels that say the same, and the column of what stands behind them.
type Label = (&'static [&'static [u8]], Column);

/// Whose sign-in it is stands behind one of these; who asked for it stands before.
const WHOSE: [&[u8]; 3] = [b"New Logon:", b"Account For Which Logon Failed:", b"Account Information:"];

const SIGN_IN: [Label; 7] = [
    (&[b"Account Name:"], Column::USER),
    (&[b"Account Domain:", b"Supplied Realm Name:"], Column::DOMAIN),
    (&[b"Logon ID:"], Column::SESSION_NAME),
    (&[b"Workstation Name:"], Column::HOST),
    (&[b"Source Network Address:", b"Client Address:"], Column::SRC_IP),
    (&[b"Source Port:", b"Client Port:"], Column::SRC_PORT),
    (&[b"Result Code:", b"Failure Code:"], Column::REASON),
];
/// Event 4776, by which a domain says that it checked a password.
const CHECKED: [Label; 3] = [
    (&[b"Logon Account:"], Column::USER),
    (&[b"Source Workstation:"], Column::HOST),
    (&[b"Error Code:"], Column::REASON),
];

/// Cuts the line; false when no number of an event is where it should be.
pub(super) fn read(cut: &mut Cut, mut scan: Scan, moment: Moment) -> bool {
    scan.eat(SNARE);
    // How grave, which log, and the number of the line.
    for _ in 0..2 {
        if !tab(&mut scan) {
            return false;
        }
        field(&mut scan);
    }
    if !tab(&mut scan) {
        return false;
    }
    let number = field(&mut scan);
    cut.put(Column::RECORD, number.0, number.1);
    if !tab(&mut scan) {
        return false;
    }
    let time = field(&mut scan);
    match free_radius::stamp(cut.line, time.0, moment).filter(|found| found.end == time.1) {
        Some(found) => _ = cut.put_time(Column::TIME, time.0, &found),
        None => cut.spare(time.0, time.1),
    }
    if !tab(&mut scan) {
        return false;
    }
    let event = field(&mut scan);
    if event.0 == event.1 || !scan.text(event).iter().all(u8::is_ascii_digit) {
        return false;
    }
    cut.put(Column::EVENT, event.0, event.1);
    message(cut, &mut scan, event);
    cut.put_rest(Column::REST, scan.at);
    true
}

/// What follows the number: what is between the values that are known is a text of its own, since it holds other numbers.
fn message(cut: &mut Cut, scan: &mut Scan, event: super::Span) {
    let mut from = scan.at;
    for whose in WHOSE {
        if scan.up_to(whose).is_some() {
            scan.eat(whose);
            break;
        }
    }
    let labels: &[Label] = if scan.text(event) == b"4776" { &CHECKED } else { &SIGN_IN };
    for (texts, column) in labels {
        let mut ahead = *scan;
        let Some(text) = texts.iter().find(|text| ahead.up_to(text).is_some()) else { continue };
        ahead.eat(text);
        while ahead.eat(b" ") || ahead.eat(b"\t") || ahead.eat(b"#011") {}
        let value = ahead.until(b" \t\r\n#");
        if value.0 == value.1 {
            continue;
        }
        if from < value.0 {
            cut.spare(from, value.0);
        }
        cut.put(*column, value.0, value.1);
        (*scan, from) = (ahead, ahead.at);
    }
    scan.at = from;
}

fn tab(scan: &mut Scan) -> bool {
    scan.eat(b"\t") || scan.eat(b"#011")
}

/// A field, up to the next tab.
fn field(scan: &mut Scan) -> super::Span {
    let from = scan.at;
    loop {
        scan.until(b"\t#");
        if scan.is_at_end() || scan.rest().starts_with(b"\t") || scan.rest().starts_with(b"#011") {
            return (from, scan.at);
        }
        scan.at += 1;
    }
}
