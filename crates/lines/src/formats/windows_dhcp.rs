//! The audit log of Windows DHCP: rows of commas, of which old servers write only the first seven.
//!
//! ```text
//! ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult,Probationtime, CorrelationID,Dhcid,…
//! 10,11/30/26,00:39:50,Assign,10.0.0.5,pc-12.belde.local,4C5541A0FA99,,3141592653,0,,,,0x4D53465420352E30,MSFT 5.0,,,,0
//! ```

use super::{Scan, Span};
use crate::columns::Column;
use crate::instant::{self, Civil, Moment};
use crate::taken::Cut;

/// Does the message begin with a number, a date and a time?
pub(crate) fn is_one(message: &[u8]) -> bool {
    let id = message.iter().take(6).take_while(|it| it.is_ascii_digit()).count();
    (1..=5).contains(&id)
        && message.get(id) == Some(&b',')
        && message.get(id + 3) == Some(&b'/')
        && message.get(id + 6) == Some(&b'/')
        && message.get(id + 9) == Some(&b',')
}

/// What the fields after the description are; the others are columns of their own.
const FIELDS: [Option<Column>; 15] = [
    Some(Column::IP),
    Some(Column::HOST),
    Some(Column::MAC),
    Some(Column::USER),
    Some(Column::TRANSACTION_ID),
    // Whether DNS took the name, in few numbers.
    None,
    None,
    Some(Column::CORRELATION_ID),
    // The mark of the client in DNS; classes of vendor and user, each as digits and as text.
    None,
    None,
    None,
    None,
    None,
    Some(Column::RELAY_INFO),
    None,
];

/// Cuts a row; the number of the event stands in `event`.
pub(crate) fn read(cut: &mut Cut, start: usize, moment: Moment) -> bool {
    let mut scan = Scan::new(cut.line, start);
    if !is_one(scan.rest()) {
        return false;
    }
    let id = scan.until(b",");
    cut.put(Column::EVENT, id.0, id.1);
    scan.eat(b",");
    let date = scan.until(b",");
    scan.eat(b",");
    let time = scan.until(b",");
    when(cut, date, time, moment);
    if scan.eat(b",") {
        // The description says the same as the number, in the language of the server.
        scan.until(b",");
    }
    for column in FIELDS {
        if !scan.eat(b",") {
            break;
        }
        let field = scan.until(b",");
        match column {
            Some(column) => cut.put(column, field.0, field.1),
            None if field.1 - field.0 > 2 => cut.spare(field.0, field.1),
            None => {}
        }
    }
    cut.put_rest(Column::REST, scan.at);
    true
}

/// Two fields that are one moment: `11/30/26,00:39:50`.
fn when(cut: &mut Cut, date: Span, time: Span, moment: Moment) {
    let found = stamp(cut.line, date, time).and_then(|it| it.ns(moment.offset_minutes));
    let Some(ns) = found else {
        cut.spare(date.0, date.1);
        return cut.spare(time.0, time.1);
    };
    cut.place_time(Column::TIME, date.0, date.1, moment.offset_minutes, b"%m/%d/%y");
    cut.push_time(Column::TIME, ns);
    cut.place_time(Column::TIME, time.0, time.1, moment.offset_minutes, b"%H:%M:%S");
}

fn stamp(line: &[u8], date: Span, time: Span) -> Option<Civil> {
    if date.1 - date.0 != 8 || time.1 - time.0 != 8 {
        return None;
    }
    let mut civil = Civil {
        year: 2000 + i64::from(instant::two(line, date.0 + 6)?),
        month: instant::two(line, date.0)?,
        day: instant::two(line, date.0 + 3)?,
        ..Civil::default()
    };
    instant::clock(line, time.0, &mut civil)?;
    Some(civil)
}
