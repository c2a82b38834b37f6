//! A search for bytes anywhere in the line: what layout and values tell without the line being put together.

use crate::LineEncoder;
use journal::{ColumnId, Condition, Filter, Narrow, Query, Row, Test, Told};
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
        self.write_line(row, &mut line) && memchr::memmem::find(&line, sought).is_some()
    }

    fn told(&self, layout: &[u8], sought: &[u8]) -> Told {
        let any = Told { ways: vec![vec![]], is_sure: false };
        let (Some(known), Ok(read)) = (self.known(layout), Layout::new(layout)) else { return any };
        match read.within(sought) {
            Within::Always => Told { is_sure: true, ..any },
            Within::Unsaid => any,
            Within::When { ways, is_sure } => {
                let condition = |need: Need| {
                    let (id, _) = known.columns.get(need.column)?;
                    Some(condition(&read, (*id)?, need))
                };
                let ways = ways.into_iter().map(|way| way.into_iter().map(condition).collect());
                match ways.collect::<Option<Vec<Vec<Condition>>>>() {
                    Some(ways) => Told { ways, is_sure },
                    None => any,
                }
            }
        }
    }
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

    fn meets(row: &Row, condition: &Condition) -> bool {
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
        let is_met = told.ways.iter().any(|way| way.iter().all(|condition| meets(row, condition)));
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
}
