//! Lines of every format with what they must say, and lines of none: taken apart, put together, compared.

mod dhcp;
mod dhcp_others;
mod firewall;
mod firewall_others;
mod hostile;
mod made;
mod peers;
mod people;
mod stream;
mod within;

use crate::{Column, Format, Meaning, Moment, Taken, Value, put_together, take_apart};

/// 2026-11-30 00:39:51 in Türkiye.
pub(crate) const MOMENT: Moment = Moment { received_us: 1_795_988_391_000_000, offset_minutes: 180 };

/// Takes a line apart, asserts that it comes back, and gives what was taken.
pub(crate) fn taken(line: &[u8]) -> Taken {
    let mut taken = Taken::default();
    take_apart(line, MOMENT, None, &mut taken);
    comes_back(line, &taken);
    taken
}

pub(crate) fn comes_back(line: &[u8], taken: &Taken) {
    if taken.format() == Format::Unknown {
        assert!(taken.layout().is_empty() && taken.doubt().is_some());
        return;
    }
    let values: Vec<Value<'_>> = taken.fields(line).map(|(_, value)| value).collect();
    let again = put_together(taken.layout(), &values).expect("a layout that was made can be read");
    assert_eq!(
        String::from_utf8_lossy(&again),
        String::from_utf8_lossy(line),
        "{}",
        String::from_utf8_lossy(taken.layout())
    );
    assert_eq!(again, line);
}

/// Asserts format, columns (texts and numbers as they are printed) and that the line comes back; gives what was taken.
pub(crate) fn says(line: &str, format: Format, wanted: &[(Column, &str)]) -> Taken {
    let taken = taken(line.as_bytes());
    assert_eq!(taken.format(), format, "{line}");
    assert_eq!(taken.doubt(), None, "{line}");
    for (column, text) in wanted {
        let found = match taken.get(line.as_bytes(), *column) {
            Some(Value::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Time(ns)) => ns.to_string(),
            None => "nothing".to_owned(),
        };
        assert_eq!(found, *text, "{} of {line}", taken.names().name(*column));
    }
    taken
}

/// The meaning of a line.
pub(crate) fn means<'l>(line: &'l [u8], taken: &Taken) -> Meaning<'l> {
    Meaning::of(line, taken)
}
