//! Which values make a line contain some bytes, against looking for the bytes in the line.

use super::taken;
use crate::made::{Plan, Town};
use crate::{How, Layout, Need, Taken, Value, Within};
use proptest::prelude::*;

fn text_of(value: Value<'_>) -> Vec<u8> {
    match value {
        Value::Text(text) => text.to_vec(),
        Value::Number(number) => number.to_string().into_bytes(),
        Value::Time(_) => unreachable!("a time is asked as it is written"),
    }
}

fn is_met(need: &Need, values: &[Value<'_>]) -> bool {
    if let (Some(mut is_met), Value::Time(ns)) = (need.of_times(), values[need.column]) {
        // The second time it is remembered.
        let first = is_met(ns);
        assert_eq!(is_met(ns), first);
        return first;
    }
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
    let layout = Layout::new(taken.layout()).expect("a layout that was made can be read");
    said_of(&layout, &values, sought)
}

fn said_of(layout: &Layout, values: &[Value<'_>], sought: &[u8]) -> Option<bool> {
    match layout.within(sought) {
        Within::Always => Some(true),
        Within::When(ways) => Some(ways.iter().any(|needs| needs.iter().all(|need| is_met(need, values)))),
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
    // Only what can stand in a line in very many ways is not told.
    assert!(told * 100 > asked * 99, "{told} of {asked}");
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
        ("39:5", true),
        ("Nov 30 00:39:50 gw", true),
        (">Nov", true),
        ("4>Nov 3", true),
        ("50 gw dhcpd[77]", true),
        ("51 gw dhcpd[77]", false),
        ("39:6", false),
        ("Dec", false),
    ] {
        assert_eq!(said(line, &taken, sought.as_bytes()), Some(is_there), "{sought}");
    }
}

/// A place of a layout, with its value.
#[derive(Debug, Clone)]
enum Part {
    Literal(String),
    Text(usize, String),
    Number(usize, u64),
    Time(usize, i32, String),
}

/// Parts whose ends look like their neighbours' beginnings, so that much stands across them.
fn parts() -> impl Strategy<Value = Vec<Part>> {
    let alike = "[0-2:/ .Nov+-]{0,4}";
    let codes = prop::sample::select(vec![
        "%Y", "%y", "%m", "%d", "%e", "%b", "%h", "%a", "%w", "%H", "%M", "%S", "%s", "%3N", "%6N", "%9N",
        "%z", "%:z", ":", " ", "T", "N", "1", "-", ".",
    ]);
    let pattern = prop_oneof![
        prop::sample::select(vec![
            "%b %e %H:%M:%S",
            "%Y-%m-%dT%H:%M:%S.%3N%:z",
            "%H:%M:%S",
            "%Y-%m-%d",
            "%s%9N"
        ])
        .prop_map(str::to_owned),
        prop::collection::vec(codes, 0..5).prop_map(|codes| codes.concat()),
    ];
    let offset = prop::sample::select(vec![180, 0, -210, 330]);
    let part = prop_oneof![
        alike.prop_map(Part::Literal),
        (0..2_usize, alike).prop_map(|(column, text)| Part::Text(column, text)),
        (0..2_usize, 0..400_u64).prop_map(|(column, number)| Part::Number(column, number)),
        (0..2_usize, offset, pattern)
            .prop_map(|(column, offset, pattern)| Part::Time(column, offset, pattern)),
    ];
    prop::collection::vec(part, 1..6)
}

/// The layout of parts, and its values; a column that comes again has its first value again.
fn layout_of<'p>(parts: &'p [Part], times: &[i64; 2]) -> (Layout, Vec<Value<'p>>) {
    let (mut layout, mut values, mut known) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        let (name, value, rest) = match part {
            Part::Literal(text) => {
                layout.extend_from_slice(text.as_bytes());
                continue;
            }
            Part::Text(column, text) => {
                (["user", "host"][*column], Value::Text(text.as_bytes()), String::new())
            }
            Part::Number(column, number) => {
                (["src_port", "length"][*column], Value::Number(*number), String::new())
            }
            Part::Time(column, offset, pattern) => {
                let offset = crate::instant::offset_text(*offset);
                let rest = format!("|{}|{pattern}", String::from_utf8_lossy(&offset));
                (["time", "header_time"][*column], Value::Time(times[*column]), rest)
            }
        };
        layout.extend([&[crate::OPEN], name.as_bytes(), rest.as_bytes(), &[crate::CLOSE]].concat());
        if !known.contains(&name) {
            known.push(name);
            values.push(value);
        }
    }
    (Layout::new(&layout).expect("a layout"), values)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Whatever is said of bytes is what looking for them in the line says, for any layout with any times in it.
    #[test]
    fn what_is_said_is_what_the_line_says(
        parts in parts(),
        times in prop::array::uniform2(prop_oneof![0_i64..4_000_000_000_000_000_000, -2_000_000_000_i64..2_000_000_000]),
        (from, length, flip) in (0_usize..80, 1_usize..12, prop::option::weighted(0.3, (0_usize..12, 1_u8..4))),
    ) {
        let (layout, values) = layout_of(&parts, &times);
        let mut line = Vec::new();
        prop_assert!(layout.put_together(&values, &mut line).is_ok());
        prop_assume!(!line.is_empty());
        let from = from % line.len();
        let mut sought = line[from..line.len().min(from + length)].to_vec();
        if let Some((at, bits)) = flip {
            let at = at % sought.len();
            sought[at] ^= bits;
        }
        let is_there = memchr::memmem::find(&line, &sought).is_some();
        if let Some(said) = said_of(&layout, &values, &sought) {
            prop_assert_eq!(said, is_there, "`{}` in {}", String::from_utf8_lossy(&sought), String::from_utf8_lossy(&line));
        }
    }
}
