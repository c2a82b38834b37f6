//! A search for bytes anywhere in the line: what layout and values tell without the line being put together.

use crate::{LineEncoder, code_page};
use journal::{Clause, ColumnId, Condition, Filter, InstantTest, Narrow, Query, Row, Test, Testing, Told};
use lines::{How, Layout, Need, Within};
use std::sync::Arc;

impl LineEncoder {
    /// The query with the condition that these bytes stand in the line, just as they are. An empty text stands in any.
    #[must_use]
    pub fn containing(self: &Arc<Self>, query: Query, bytes: &[u8]) -> Query {
        if bytes.is_empty() {
            return query;
        }
        let (encoder, sought): (_, Arc<[u8]>) = (self.clone(), bytes.into());
        let told = move |layout: &[u8]| encoder.told(layout, &sought);
        let (encoder, sought) = (self.clone(), bytes.to_vec());
        let before = query.filter.clone();
        let filter: Filter = Arc::new(move |row: &Row| {
            before.as_ref().is_none_or(|before| before(row)) && encoder.has(row, &sought)
        });
        // A filter that was there is asked of every row, and can only be when nothing is sure.
        let narrow = Narrow { column: self.own.layout, told: Arc::new(told) };
        let narrow = match query.filter {
            Some(_) => Narrow {
                told: Arc::new(move |layout| Told { is_sure: false, ..(narrow.told)(layout) }),
                ..narrow
            },
            None => narrow,
        };
        Query { narrow: Some(narrow), filter: Some(filter), ..query }
    }

    fn has(&self, row: &Row, sought: &[u8]) -> bool {
        let mut line = Vec::with_capacity(1_024);
        if !self.write_line(row, &mut line) {
            return false;
        }
        if memchr::memmem::find(&line, sought).is_some() {
            return true;
        }
        // A line that no UTF-8 is was perhaps written in the letters that people look for.
        let is_foreign =
            !sought.is_ascii() && row.get(self.own.raw).is_some() && std::str::from_utf8(&line).is_err();
        is_foreign
            && std::str::from_utf8(sought)
                .is_ok_and(|sought| memchr::memmem::find(&line, &code_page::windows(sought)).is_some())
    }

    fn told(&self, layout: &[u8], sought: &[u8]) -> Told {
        let any = Told { ways: vec![vec![]], is_sure: false };
        let (Some(known), Ok(read)) = (self.known(layout), Layout::new(layout)) else { return any };
        match read.within(sought) {
            Within::Always => Told { is_sure: true, ..any },
            Within::Unsaid => any,
            Within::When(ways) => {
                let clause = |need: Need| clause(&read, known.columns.get(need.column)?.0, need);
                let ways = ways.into_iter().map(|way| way.into_iter().map(clause).collect());
                match ways.collect::<Option<Vec<Vec<Clause>>>>() {
                    Some(ways) => Told { ways, is_sure: true },
                    None => any,
                }
            }
        }
    }
}

/// What a need asks of the journal's column, if it has one. A time that is not written there is the row's own instant.
fn clause(layout: &Layout, column: Option<ColumnId>, need: Need) -> Option<Clause> {
    if need.printed.is_none() {
        return Some(Clause::Value(condition(layout, column?, need)));
    }
    let name = format!("{:?} {:?} {:?}", need.printed, need.how, need.text).into();
    let begin = move || match need.of_times() {
        Some(testing) => Box::new(testing) as Testing,
        None => Box::new(|_| false),
    };
    Some(Clause::Instant(InstantTest { column, name, begin: Arc::new(begin) }))
}

fn condition(layout: &Layout, column: ColumnId, need: Need) -> Condition {
    let is_number = layout.kind(need.column) == lines::Kind::Number;
    let number = || std::str::from_utf8(&need.text).ok()?.parse().ok();
    let test = match need.how {
        How::Is if is_number => {
            number().map_or(Test::OneOf(vec![need.text.clone()]), |it| Test::Numbers(vec![it]))
        }
        How::Is => Test::OneOf(vec![need.text]),
        How::Holds => Test::Contains(need.text),
        How::Begins => Test::Prefix(need.text),
        How::Ends => Test::Suffix(need.text),
    };
    Condition { column, test }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Received, TURKIYE_MINUTES};
    use journal::{Cell, Encoder};

    fn meets(row: &Row, clause: &Clause) -> bool {
        let condition = match clause {
            Clause::Value(condition) => condition,
            Clause::Instant(test) => {
                let ns = test.column.and_then(|column| row.get_number(column));
                return (test.begin)()(ns.map_or(row.at_us * 1_000, u64::cast_signed));
            }
        };
        let text = match row.get(condition.column) {
            Some(Cell::Bytes(text)) => text.to_vec(),
            Some(Cell::Number(number)) => number.to_string().into_bytes(),
            None => return false,
        };
        match &condition.test {
            Test::OneOf(texts) => texts.contains(&text),
            Test::Prefix(part) => text.starts_with(part),
            Test::Suffix(part) => text.ends_with(part),
            Test::Contains(part) => memchr::memmem::find(&text, part).is_some(),
            Test::Numbers(numbers) => numbers.iter().any(|it| it.to_string().as_bytes() == text),
            _ => false,
        }
    }

    /// What the query says of a row, as the journal asks it.
    fn says(query: &Query, row: &Row) -> bool {
        let (narrow, filter) = (query.narrow.as_ref().unwrap(), query.filter.as_ref().unwrap());
        let Some(layout) = row.get_bytes(narrow.column) else { return filter(row) };
        let told = (narrow.told)(layout);
        let is_met = told.ways.iter().any(|way| way.iter().all(|clause| meets(row, clause)));
        is_met && (told.is_sure || filter(row))
    }

    #[test]
    fn what_stands_in_a_line_is_found_and_nothing_else() {
        let encoder = Arc::new(LineEncoder::new().unwrap());
        let mut town = lines::made::Town::new(lines::made::Plan::default()).lines();
        let (mut line, mut record, mut row) = (Vec::new(), Vec::new(), Row::default());
        let words =
            ["10.10.2", "srcport=44", "YouTube", ":443", "Built", "443", "2026", " proto=17 ", "hiç", "a"];
        let mut found = vec![0; words.len()];
        for _ in 0..3_000 {
            line.clear();
            let written = town.next_line(&mut line);
            record.clear();
            let received = Received {
                source: 7,
                sender: "10.0.0.1",
                format: None,
                offset_minutes: TURKIYE_MINUTES,
                is_old: false,
                as_of_us: None,
                is_cut: false,
                place: None,
                line: &line,
            };
            received.write(&mut record);
            row.clear();
            (row.at_us, row.received_at_us) = (written.received_us, written.received_us);
            encoder.encode(&record, &mut row);
            for (word, found) in words.iter().zip(&mut found) {
                let query = encoder.containing(Query::newest(1), word.as_bytes());
                let is_there = memchr::memmem::find(&line, word.as_bytes()).is_some();
                assert_eq!(says(&query, &row), is_there, "{word} in {}", String::from_utf8_lossy(&line));
                *found += usize::from(is_there);
            }
        }
        assert!(found.iter().enumerate().all(|(at, found)| (*found > 0) == (at != 8)), "{found:?}");
    }

    /// Lines of the town, of a device whose clock is wrong, of one without a time and of one that is not understood.
    fn lines() -> Vec<(i64, u32, Vec<u8>)> {
        // Of some minutes, so that what is remembered of one time is asked of others, too.
        let plan = lines::made::Plan { people: 40, sessions_per_second: 5, ..lines::made::Plan::default() };
        let mut town = lines::made::Town::new(plan).lines();
        let (mut all, mut line) = (Vec::new(), Vec::new());
        for number in 0..2_600_u32 {
            let written = town.next_line(&mut line);
            let whole = match number % 26 {
                0 => format!("<30>Jan  1 00:{:02}:12 d dhcpd[812]: DHCPRELEASE of 10.0.0.5", number % 60),
                1 => format!("<134>1 - - - - - - 12:3{}", number % 7),
                2 => format!("12:3{} çay \u{1}", number % 5),
                _ => String::from_utf8(line.clone()).unwrap(),
            };
            all.push((written.received_us, 1, whole.into_bytes()));
        }
        all
    }

    #[tokio::test]
    async fn sealed_or_not_as_many_lines_are_found_as_have_the_bytes() {
        let (lines, kept) = (lines(), crate::who::tests::Kept::new(1_000).await);
        kept.add(&lines).await;
        let words = [
            "12:3",
            "00:00:",
            "2026",
            "11-30",
            "443",
            "1",
            "0:1",
            ":",
            "Nov ",
            "Jan  1 00:",
            "1 00:26:12 d",
            "T00:",
            "time=0",
            "+03",
            "00\" ",
            "17934",
            "12:39",
            "-",
            ".",
            "nowhere",
        ];
        for is_sealed in [false, true] {
            if is_sealed {
                kept.journal.seal_now().await.unwrap();
            }
            for word in words {
                let has = |it: &&(i64, u32, Vec<u8>)| memchr::memmem::find(&it.2, word.as_bytes()).is_some();
                let expected = lines.iter().filter(has).count();
                let query = kept.encoder.containing(Query::newest(10_000), word.as_bytes());
                let counted = kept.journal.count(&query, i64::MAX, None).await.unwrap().rows;
                assert_eq!(counted as usize, expected, "`{word}`, sealed: {is_sealed}");
                assert_eq!(kept.journal.query(&query).await.unwrap().len(), expected, "`{word}`");
            }
        }
    }
}
