//! Which values make a line contain some bytes, against looking for the bytes in the line.

use super::taken;
use crate::made::{Plan, Town};
use crate::{How, Layout, Need, Taken, Value, Within};

fn text_of(value: Value<'_>) -> Vec<u8> {
    match value {
        Value::Text(text) => text.to_vec(),
        Value::Number(number) => number.to_string().into_bytes(),
        Value::Time(_) => unreachable!("a time is never asked"),
    }
}

fn is_met(need: &Need, values: &[Value<'_>]) -> bool {
    let text = text_of(values[need.column]);
    match need.how {
        How::Holds => memchr::memmem::find(&text, &need.text).is_some(),
        How::Begins => text.starts_with(&need.text),
        How::Ends => text.ends_with(&need.text),
        How::Is => text == need.text,
    }
}

/// What is said of a line; none when the values do not tell.
fn said(line: &[u8], taken: &Taken, sought: &[u8]) -> Option<bool> {
    let values: Vec<Value<'_>> = taken.fields(line).map(|(_, value)| value).collect();
    match Layout::new(taken.layout()).expect("a layout that was made can be read").within(sought) {
        Within::Always => Some(true),
        Within::When { ways, is_sure } => {
            let is_met = ways.iter().any(|needs| needs.iter().all(|need| is_met(need, &values)));
            // What no way allows is not there, also where a way is not sure.
            (is_sure || !is_met).then_some(is_met)
        }
        Within::Unsaid => None,
    }
}

#[test]
fn values_tell_what_the_line_contains() {
    let mut lines = Town::new(Plan { people: 40, ..Plan::default() }).lines();
    let (mut line, mut other) = (Vec::new(), Vec::new());
    let (mut told, mut asked) = (0, 0);
    lines.next_line(&mut other);
    for number in 0..2_000_usize {
        lines.next_line(&mut line);
        let taken = taken(&line);
        // Bytes of this line, bytes of another, and bytes that nearly stand in this one.
        let some = |line: &[u8]| {
            let length = 1 + number * 7 % 40;
            let from = number * 131 % line.len();
            line[from..line.len().min(from + length)].to_vec()
        };
        let mut near = some(&line);
        let middle = near.len() / 2;
        near[middle] ^= 1;
        for sought in [some(&line), some(&other), near].iter().filter(|it| !it.is_empty()) {
            let is_there = memchr::memmem::find(&line, sought).is_some();
            let said = said(&line, &taken, sought);
            asked += 1;
            told += usize::from(said.is_some());
            let (line, sought) = (String::from_utf8_lossy(&line), String::from_utf8_lossy(sought));
            assert!(said.is_none_or(|said| said == is_there), "`{sought}` in {line}");
        }
        other.clone_from(&line);
    }
    // Times are all that values do not tell of.
    assert!(told * 10 > asked * 7, "{told} of {asked}");
}

#[test]
fn what_a_clerk_types_is_told_by_values() {
    let line =
        b"<134>Nov 30 00:39:50 gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 (muhtar) via eth0";
    let taken = taken(line);
    for (sought, is_there) in [
        ("10.0.0.5", true),
        ("10.0.0.5 to 4c:55", true),
        ("on 10.0.0.5 ", true),
        ("muhtar", true),
        ("(muhtar) via", true),
        ("dhcpd[77]", true),
        ("10.0.0.55", false),
        ("n 10.0.0.5 to 4d", false),
        ("baskan", false),
    ] {
        assert_eq!(said(line, &taken, sought.as_bytes()), Some(is_there), "{sought}");
    }
}
