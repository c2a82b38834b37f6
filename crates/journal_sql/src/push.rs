//! Conditions of SQL as conditions of the journal. Each lets through every row that SQLite's own would, perhaps more; a
//! condition that cannot be said so is left to SQLite alone.

use journal::{ColumnId, Query, Test};
use rusqlite::types::ValueRef;
use rusqlite::vtab::IndexConstraintOp;
use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};

/// What a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    At,
    Text(ColumnId),
    Number(ColumnId),
}

/// What a condition does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Equals,
    IsOneOf,
    /// At least.
    From,
    /// At most.
    To,
    Begins,
}

const LETTERS: [(char, Doing); 5] =
    [('e', Doing::Equals), ('i', Doing::IsOneOf), ('f', Doing::From), ('t', Doing::To), ('b', Doing::Begins)];

impl Doing {
    /// The condition of an operator. Greater is taken as at least: one more row is let through.
    pub fn of(operator: IndexConstraintOp) -> Option<Self> {
        use IndexConstraintOp as Op;
        match operator {
            Op::SQLITE_INDEX_CONSTRAINT_EQ => Some(Self::Equals),
            Op::SQLITE_INDEX_CONSTRAINT_GT | Op::SQLITE_INDEX_CONSTRAINT_GE => Some(Self::From),
            Op::SQLITE_INDEX_CONSTRAINT_LT | Op::SQLITE_INDEX_CONSTRAINT_LE => Some(Self::To),
            Op::SQLITE_INDEX_CONSTRAINT_GLOB => Some(Self::Begins),
            _ => None,
        }
    }

    pub fn letter(self) -> char {
        LETTERS.iter().find(|(_, doing)| *doing == self).map_or('e', |(letter, _)| *letter)
    }

    pub fn named(letter: char) -> Option<Self> {
        LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, doing)| *doing)
    }

    /// Whether it is of any use to the journal.
    pub fn suits(self, about: About) -> bool {
        match about {
            About::At => matches!(self, Self::Equals | Self::From | Self::To),
            About::Text(_) => matches!(self, Self::Equals | Self::IsOneOf | Self::Begins),
            About::Number(_) => self != Self::Begins,
        }
    }
}

/// Narrows a query by a condition and the values it names; several only for a list.
pub fn narrow(query: Query, about: About, doing: Doing, values: &[ValueRef<'_>]) -> Query {
    match about {
        About::At => narrow_time(query, doing, values),
        About::Text(id) => match text_test(doing, values) {
            Some(test) => query.with(id, test),
            None => query,
        },
        About::Number(id) => match number_test(doing, values) {
            Some(test) => query.with(id, test),
            None => query,
        },
    }
}

fn narrow_time(mut query: Query, doing: Doing, values: &[ValueRef<'_>]) -> Query {
    let [ValueRef::Text(text)] = values else { return query };
    let Some(at_us) = std::str::from_utf8(text).ok().and_then(first_instant) else { return query };
    if matches!(doing, Doing::Equals | Doing::From) {
        query.from_us = query.from_us.max(at_us);
    }
    if matches!(doing, Doing::Equals | Doing::To) {
        query.to_us = query.to_us.min(at_us.saturating_add(1));
    }
    query
}

fn text_test(doing: Doing, values: &[ValueRef<'_>]) -> Option<Test> {
    let bytes = |value: &ValueRef<'_>| match value {
        ValueRef::Text(text) => Some(text.to_vec()),
        // SQLite compares a text column with the digits of a number.
        ValueRef::Integer(number) => Some(number.to_string().into_bytes()),
        _ => None,
    };
    match (doing, values) {
        (Doing::Begins, [ValueRef::Text(pattern)]) => {
            let end = pattern.iter().position(|byte| b"*?[".contains(byte)).unwrap_or(pattern.len());
            (end > 0).then(|| Test::Prefix(pattern[..end].to_vec()))
        }
        (Doing::Equals | Doing::IsOneOf, values) => {
            values.iter().map(bytes).collect::<Option<Vec<_>>>().map(Test::OneOf)
        }
        _ => None,
    }
}

fn number_test(doing: Doing, values: &[ValueRef<'_>]) -> Option<Test> {
    let number = |value: &ValueRef<'_>| match value {
        ValueRef::Integer(number) => Some(*number),
        ValueRef::Text(text) => std::str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    };
    match (doing, values) {
        (Doing::From, [value]) => Some(Test::Between(number(value)?.max(0).cast_unsigned(), u64::MAX)),
        (Doing::To, [value]) => match u64::try_from(number(value)?) {
            Ok(most) => Some(Test::Between(0, most)),
            Err(_) => Some(Test::Numbers(Vec::new())),
        },
        (Doing::Equals | Doing::IsOneOf, values) => {
            let numbers = values.iter().map(number).collect::<Option<Vec<_>>>()?;
            Some(Test::Numbers(numbers.into_iter().filter_map(|it| u64::try_from(it).ok()).collect()))
        }
        _ => None,
    }
}

/// The form of an instant in the table; texts of it stand in the order of their instants.
const FORM: &str = "0000-01-01 00:00:00.000000";

/// The first instant whose text is not before this one: a beginning of such a text, as of a day or an hour.
pub fn first_instant(text: &str) -> Option<i64> {
    let is_begun = text.len() >= 4
        && text.len() <= FORM.len()
        && text.bytes().zip(FORM.bytes()).all(|(one, form)| match form {
            b'0' | b'1' => one.is_ascii_digit(),
            _ => one == form,
        });
    let whole = is_begun.then(|| format!("{text}{}", &FORM[text.len()..]))?;
    let part = |from: usize, to: usize| whole[from..to].parse::<u32>().ok();
    let small = |from: usize, to: usize| part(from, to).and_then(|it| u8::try_from(it).ok());
    let month = Month::try_from(small(5, 7)?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(part(0, 4)?).ok()?, month, small(8, 10)?).ok()?;
    let time = Time::from_hms_micro(small(11, 13)?, small(14, 16)?, small(17, 19)?, part(20, 26)?).ok()?;
    let instant = PrimitiveDateTime::new(date, time).assume_utc();
    i64::try_from(instant.unix_timestamp_nanos() / 1_000).ok()
}

/// An instant as the table has it, in UTC.
pub fn instant_text(at_us: i64) -> String {
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(at_us) * 1_000) else {
        return String::new();
    };
    let at = at.to_offset(UtcOffset::UTC);
    let (hour, minute, second, micro) = at.time().as_hms_micro();
    format!(
        "{:04}-{:02}-{:02} {hour:02}:{minute:02}:{second:02}.{micro:06}",
        at.year(),
        u8::from(at.month()),
        at.day()
    )
}

#[cfg(test)]
mod tests {
    use super::{first_instant, instant_text};

    #[test]
    fn a_beginning_of_an_instant_is_its_first_moment_and_anything_else_is_none() {
        for (text, whole) in [
            ("2026-11-30", "2026-11-30 00:00:00.000000"),
            ("2026", "2026-01-01 00:00:00.000000"),
            ("2026-11", "2026-11-01 00:00:00.000000"),
            ("2026-11-30 1", "2026-11-30 10:00:00.000000"),
            ("2026-11-30 14:05", "2026-11-30 14:05:00.000000"),
            ("2026-11-30 14:05:07.25", "2026-11-30 14:05:07.250000"),
        ] {
            assert_eq!(first_instant(text).map(instant_text).as_deref(), Some(whole), "{text}");
        }
        for odd in
            ["", "30.11.2026", "2026-11-30T10:00", "2026-13", "2026-02-30", "2026-11-30 14:05:07.1234567"]
        {
            assert_eq!(first_instant(odd), None, "{odd}");
        }
    }
}
