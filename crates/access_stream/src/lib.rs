//! The stream `access_logs`: what a line becomes on its way into the journal, and the line again, byte for byte. The
//! columns are described for outsiders in `docs/formats/access-logs.md`.
//!
//! A line that was taken apart stands as its layout and its values; any other stands whole in `raw`. One with bytes that are no
//! UTF-8 stands whole as well, and has its values beside: those that are no UTF-8 as windows-1254, which old devices of Türkiye
//! write. A time that equals the row's own instant is not written twice. No network, no database, no clock.

mod code_page;
mod containing;
pub mod hunt;
mod received;
pub mod who;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use journal::{Cell, ColumnId, Encoder, Row, Schema};
use lines::{COLUMNS, Doubt, Format, Layout, Meaning, Moment, Taken, Value, take_apart};

pub use code_page::turkish;
pub use received::{FilePlace, Received};

/// Name of the stream, in paths and seals.
pub const STREAM: &str = "access_logs";

/// Columns that rows are looked for by.
const SOUGHT: [&str; 9] =
    ["src_ip", "dst_ip", "nat_src_ip", "nat_dst_ip", "ip", "mac", "user", "host", "site"];

/// The columns that are not of the line itself.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// Number of the source.
    pub source: ColumnId,
    pub sender: ColumnId,
    /// Name of the format.
    pub format: ColumnId,
    /// Why the line was not, or not wholly, taken apart.
    pub doubt: ColumnId,
    /// The line with places for its values.
    pub layout: ColumnId,
    /// The line whole, where it has no layout. It may have values all the same.
    pub raw: ColumnId,
    /// 1 where the line was cut off, else no value.
    pub cut: ColumnId,
    /// Of a file that is followed: the digest of its beginning, in hexadecimal digits, and where in it the line is over.
    pub file: ColumnId,
    pub file_offset: ColumnId,
}

/// Columns whose absence is noticed: without them a line leads to nobody.
pub const NAMED: [lines::Column; 3] = [lines::Column::NAT_SRC_IP, lines::Column::MAC, lines::Column::USER];

/// What came of a source since it was last asked: for its health, never for the law, which has the lines themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub lines: u64,
    /// Of the lines themselves.
    pub bytes: u64,
    /// Cut off by the sender or a limit.
    pub cut: u64,
    /// Not, or not wholly, taken apart, by reason.
    pub doubts: Vec<(Doubt, u64)>,
    pub formats: Vec<(Format, u64)>,
    /// Lines that say a translated address, a hardware address, an account, in the order of [`NAMED`].
    pub named: [u64; 3],
    /// The shortest time between the device's clock and ours, in microseconds; negative where it is ahead. Lines come
    /// at once or later, never before they are written, so the shortest tells the difference of the clocks best.
    pub least_delay_us: Option<i64>,
    /// When the last line was received.
    pub last_us: i64,
}

impl Tally {
    fn add(&mut self, received: &Received<'_>, taken: &Taken, received_us: i64) {
        fn count<T: PartialEq>(all: &mut Vec<(T, u64)>, one: T) {
            match all.iter_mut().find(|(known, _)| *known == one) {
                Some((_, number)) => *number += 1,
                None => all.push((one, 1)),
            }
        }
        self.lines += 1;
        self.bytes += received.line.len() as u64;
        self.cut += u64::from(received.is_cut);
        self.last_us = self.last_us.max(received_us);
        count(&mut self.formats, taken.format());
        if let Some(doubt) = taken.doubt() {
            count(&mut self.doubts, doubt);
        }
        for (count, column) in self.named.iter_mut().zip(NAMED) {
            *count += u64::from(taken.text(received.line, column).is_some());
        }
        if let Some(told) = told(taken).filter(|_| !received.is_old) {
            let delay = received_us.saturating_sub(told);
            self.least_delay_us = Some(self.least_delay_us.map_or(delay, |known| known.min(delay)));
        }
    }

    /// The format of most lines, one that says something before one that says nothing.
    pub fn format(&self) -> Option<Format> {
        let key = |(format, count): &&(Format, u64)| (*format > Format::Plain, *count);
        self.formats.iter().max_by_key(key).map(|(format, _)| *format)
    }
}

/// What is used again from line to line.
#[derive(Default)]
struct Bench {
    /// Of each source since it was last asked.
    tallies: HashMap<u32, Tally>,
    taken: Taken,
    /// The journal's column of each column of lines, by its number; `None` in it where it cannot have one.
    ids: Vec<Option<Option<ColumnId>>>,
    /// Which column of lines has a column of the journal: two keys may differ in a sign only.
    owners: HashMap<ColumnId, usize>,
}

/// A layout read once, with the journal's columns in the order of its values.
struct Known {
    layout: Layout,
    /// Each with whether it is a time.
    columns: Vec<(Option<ColumnId>, bool)>,
}

/// Layouts that are kept read; a town has some hundreds.
const MOST_LAYOUTS: usize = 4_096;

/// Makes rows of received lines, and lines of rows.
pub struct LineEncoder {
    schema: Arc<Schema>,
    own: Own,
    /// What a device did: also said of a line that says it in the name of a rule or the number of its message alone.
    action: Option<ColumnId>,
    bench: Mutex<Bench>,
    known: Mutex<HashMap<Vec<u8>, Arc<Known>, ahash::RandomState>>,
}

impl LineEncoder {
    /// With the schema of the stream. Errors: none that a started program could have.
    pub fn new() -> journal::Result<Self> {
        let mut columns = vec![
            journal::Column::new("source", journal::Kind::Number),
            journal::Column::new("sender", journal::Kind::Text),
            journal::Column::new("format", journal::Kind::Text),
            journal::Column::new("doubt", journal::Kind::Text),
            journal::Column::new("layout", journal::Kind::Text),
            journal::Column::new("raw", journal::Kind::Bytes),
            journal::Column::new("cut", journal::Kind::Number),
            journal::Column::new("tail_file", journal::Kind::Text),
            journal::Column::new("tail_offset", journal::Kind::Number),
        ];
        columns.extend(COLUMNS.iter().map(|one| {
            let kind = match one.kind {
                lines::Kind::Text => journal::Kind::Text,
                lines::Kind::Number | lines::Kind::Time => journal::Kind::Number,
            };
            let column = journal::Column::new(&column_name(one.name), kind);
            if SOUGHT.contains(&one.name) { column.sought() } else { column }
        }));
        let schema = Arc::new(Schema::new(STREAM, columns, &["format", "src_ip"])?);
        let id = |name: &str| schema.column(name, journal::Kind::Text);
        let number = |name: &str| schema.column(name, journal::Kind::Number);
        let own = Own {
            source: number("source")?,
            sender: id("sender")?,
            format: id("format")?,
            doubt: id("doubt")?,
            layout: id("layout")?,
            raw: schema.column("raw", journal::Kind::Bytes)?,
            cut: number("cut")?,
            file: id("tail_file")?,
            file_offset: number("tail_offset")?,
        };
        let action = schema.find("action");
        Ok(Self { schema, own, action, bench: Mutex::default(), known: Mutex::default() })
    }

    /// The schema that the journal is opened with.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Columns that are not of the line itself.
    pub fn own(&self) -> Own {
        self.own
    }

    /// The journal's column of a shared column of lines.
    pub fn column(&self, of: lines::Column) -> Option<ColumnId> {
        COLUMNS.get(of.number()).and_then(|one| self.schema.find(&column_name(one.name)))
    }

    /// What came of each source since this was last called. Lines that a crash left in a log count once more.
    pub fn take_tallies(&self) -> Vec<(u32, Tally)> {
        std::mem::take(&mut self.bench().tallies).into_iter().collect()
    }

    /// The line of a row, byte for byte. Nothing where the row is not one of this stream's.
    pub fn line(&self, row: &Row) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        self.write_line(row, &mut line).then_some(line)
    }

    /// The line of a row and what it says, as it was taken apart when it came.
    pub fn meaning<T>(&self, row: &Row, then: impl FnOnce(&[u8], &Taken, Meaning<'_>) -> T) -> Option<T> {
        let line = self.line(row)?;
        let format = row.get_text(self.own.format).and_then(Format::named);
        // The offset is in the layout, but for lines without a time. A date without a year is of the year it counts under.
        let moment = Moment { received_us: row.at_us, offset_minutes: TURKIYE_MINUTES.into() };
        let mut taken = Taken::default();
        take_apart(&line, moment, format.filter(|it| *it != Format::Plain), &mut taken);
        let meaning = Meaning::of(&line, &taken);
        Some(then(&line, &taken, meaning))
    }

    fn bench(&self) -> MutexGuard<'_, Bench> {
        self.bench.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, layout: &[u8]) -> Option<Arc<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(layout) {
            return Some(found.clone());
        }
        let read = Layout::new(layout).ok()?;
        let is_time = |name| lines::Column::named(name).is_some_and(|it| it.kind() == lines::Kind::Time);
        let columns =
            read.columns().map(|name| (self.schema.find(&column_name(name)), is_time(name))).collect();
        let read = Arc::new(Known { layout: read, columns });
        if known.len() >= MOST_LAYOUTS {
            known.clear();
        }
        known.insert(layout.to_vec(), read.clone());
        Some(read)
    }

    fn write_line(&self, row: &Row, out: &mut Vec<u8>) -> bool {
        if let Some(raw) = row.get_bytes(self.own.raw) {
            out.extend_from_slice(raw);
            return true;
        }
        let Some(known) = row.get_bytes(self.own.layout).and_then(|layout| self.known(layout)) else {
            return false;
        };
        let mut values = Vec::with_capacity(known.columns.len());
        for (id, is_time) in &known.columns {
            values.push(match (id.and_then(|id| row.get(id)), *is_time) {
                (Some(Cell::Number(ns)), true) => Value::Time(ns.cast_signed()),
                (None, true) => Value::Time(row.at_us.saturating_mul(1000)),
                (Some(Cell::Number(number)), false) => Value::Number(number),
                (Some(Cell::Bytes(text)), _) => Value::Text(text),
                (None, false) => return false,
            });
        }
        known.layout.put_together(&values, out).is_ok()
    }

    /// What stands before the line in its sealed bytes: whose it is can no more be changed than what it says.
    fn write_head(source: u64, sender: &str, out: &mut Vec<u8>) {
        let (mut digits, mut from, mut rest) = ([0; 20], 20, source);
        while rest > 0 || from == 20 {
            from -= 1;
            digits[from] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        out.extend_from_slice(&digits[from..]);
        out.push(b' ');
        out.extend_from_slice(sender.as_bytes());
        out.push(b'\n');
    }
}

impl Bench {
    /// The journal's column of a column of lines.
    fn id(&mut self, schema: &Schema, column: lines::Column) -> Option<ColumnId> {
        let number = column.number();
        if let Some(Some(known)) = self.ids.get(number) {
            return *known;
        }
        let name = column_name(self.taken.names().name(column));
        let kind = match column.kind() {
            lines::Kind::Text => journal::Kind::Text,
            lines::Kind::Number | lines::Kind::Time => journal::Kind::Number,
        };
        let id = schema.column(&name, kind).ok();
        let id = id.filter(|id| *self.owners.entry(*id).or_insert(number) == number);
        if self.ids.len() <= number {
            self.ids.resize(number + 1, None);
        }
        self.ids[number] = Some(id);
        id
    }

    /// Fills the row with layout and values; false when the line must stay whole.
    fn fill(&mut self, schema: &Schema, own: Own, line: &[u8], row: &mut Row) -> bool {
        if self.taken.layout().is_empty() {
            return false;
        }
        let is_text = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
        let is_whole = line.is_ascii()
            || (is_text(self.taken.layout())
                && self
                    .taken
                    .fields(line)
                    .all(|(_, value)| !matches!(value, Value::Text(it) if !is_text(it))));
        let columns: Vec<lines::Column> = self.taken.fields(line).map(|(column, _)| column).collect();
        let ids: Option<Vec<ColumnId>> = columns.iter().map(|column| self.id(schema, *column)).collect();
        let Some(ids) = ids else { return false };
        let own_ns = row.at_us.saturating_mul(1000);
        for ((_, value), id) in self.taken.fields(line).zip(ids) {
            match value {
                Value::Text(text) if is_whole || is_text(text) => row.bytes(id, text),
                Value::Text(text) => row.text(id, &turkish(text)),
                Value::Number(number) => row.number(id, number),
                Value::Time(ns) if ns == own_ns => {}
                Value::Time(ns) => row.number(id, ns.cast_unsigned()),
            }
        }
        // The layout could not make the bytes again; the values are there to be looked for.
        if is_whole {
            row.bytes(own.layout, self.taken.layout());
        }
        is_whole
    }
}

impl Encoder for LineEncoder {
    fn encode(&self, payload: &[u8], row: &mut Row) {
        let Some(received) = Received::read(payload) else {
            row.text(self.own.doubt, "record");
            return row.bytes(self.own.raw, payload);
        };
        let mut bench = self.bench();
        let received_us = match received.is_old {
            true => received.as_of_us.unwrap_or(row.received_at_us).saturating_sub(OLD_YEAR_US),
            false => row.received_at_us,
        };
        let moment = Moment { received_us, offset_minutes: received.offset_minutes.into() };
        take_apart(received.line, moment, received.format, &mut bench.taken);
        row.at_us = instant(&bench.taken, row.received_at_us, received.is_old);
        let Bench { tallies, taken, .. } = &mut *bench;
        tallies.entry(received.source).or_default().add(&received, taken, row.received_at_us);
        row.number(self.own.source, received.source.into());
        row.text(self.own.sender, received.sender);
        row.text(self.own.format, bench.taken.format().name());
        if let Some(doubt) = bench.taken.doubt() {
            row.text(self.own.doubt, doubt_name(doubt));
        }
        if received.is_cut {
            row.number(self.own.cut, 1);
        }
        if let Some(place) = received.place {
            row.text(self.own.file, &place.name());
            row.number(self.own.file_offset, place.to);
        }
        if !bench.fill(&self.schema, self.own, received.line, row) {
            row.bytes(self.own.raw, received.line);
        }
        if let Some(word) = lines::refusal(received.line, &bench.taken)
            && let Some(action) = self.action
            && row.get(action).is_none()
        {
            row.text(action, word);
        }
    }

    fn leaf(&self, row: &Row, leaf: &mut Vec<u8>) {
        let source = row.get_number(self.own.source).unwrap_or_default();
        Self::write_head(source, row.get_text(self.own.sender).unwrap_or_default(), leaf);
        self.write_line(row, leaf);
    }

    fn leaf_of_record(&self, payload: &[u8], row: &Row, leaf: &mut Vec<u8>) {
        match Received::read(payload) {
            Some(received) => {
                Self::write_head(received.source.into(), received.sender, leaf);
                leaf.extend_from_slice(received.line);
            }
            None => self.leaf(row, leaf),
        }
    }
}

/// Clocks in Türkiye all year.
pub const TURKIYE_MINUTES: i16 = 180;

/// A device's clock is believed so far back and so far ahead of our own; a queue that waited for the network is older
/// than an hour, a clock that is days wrong says nothing.
const LATEST_BACK_US: i64 = 3 * 86_400_000_000;
/// How far ahead.
pub const MOST_AHEAD_US: i64 = 3_600_000_000;
/// Half a year: the date nearest to so long before the end of an archive is of the year before that end, and never after it.
const OLD_YEAR_US: i64 = 182 * 86_400_000_000;
/// 2000-01-01.
const OLDEST_US: i64 = 946_684_800_000_000;

/// The instant a line counts under: the device's own where it can be believed, else when it was received.
fn instant(taken: &Taken, received_us: i64, is_old: bool) -> i64 {
    let first = if is_old { OLDEST_US } else { received_us.saturating_sub(LATEST_BACK_US) };
    let believed = first..=received_us.saturating_add(MOST_AHEAD_US);
    told(taken).filter(|us| believed.contains(us)).unwrap_or(received_us)
}

/// What the device's clock said, in microseconds.
fn told(taken: &Taken) -> Option<i64> {
    let time = taken.time(lines::Column::TIME).or_else(|| taken.time(lines::Column::HEADER_TIME));
    time.map(|ns| ns.div_euclid(1000))
}

/// The name of a column of lines in the files: times are nanoseconds there.
fn column_name(of: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' };
    let name: String = of.chars().map(plain).collect();
    let is_time = lines::Column::named(of).is_some_and(|it| it.kind() == lines::Kind::Time);
    if is_time { format!("{name}_ns") } else { name }
}

/// Name of a doubt in the column `doubt`.
pub fn doubt_name(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Empty => "empty",
        Doubt::TooLong => "too_long",
        Doubt::Marks => "marks",
        Doubt::NoFormat => "no_format",
        Doubt::Layout => "layout",
        Doubt::Message => "message",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const AT: i64 = 1_795_988_391_000_000;

    fn received(line: &[u8]) -> Received<'_> {
        Received {
            source: 7,
            sender: "10.0.0.1",
            format: None,
            offset_minutes: TURKIYE_MINUTES,
            is_old: false,
            as_of_us: None,
            is_cut: false,
            place: None,
            line,
        }
    }

    fn row_of(encoder: &LineEncoder, one: &Received<'_>, received_at_us: i64) -> Row {
        let (mut record, mut row) = (Vec::new(), Row::default());
        one.write(&mut record);
        assert_eq!(Received::read(&record), Some(*one));
        (row.at_us, row.received_at_us) = (received_at_us, received_at_us);
        encoder.encode(&record, &mut row);
        let (mut kept, mut again) = (Vec::new(), Vec::new());
        encoder.leaf_of_record(&record, &row, &mut kept);
        encoder.leaf(&row, &mut again);
        assert_eq!(kept, again, "{}", String::from_utf8_lossy(one.line));
        assert_eq!(encoder.line(&row).as_deref(), Some(one.line));
        row
    }

    #[test]
    fn every_line_of_a_town_comes_back_with_its_columns() {
        let encoder = LineEncoder::new().unwrap();
        let mut town = lines::made::Town::new(lines::made::Plan::default()).lines();
        let (mut line, mut whole) = (Vec::new(), 0);
        for _ in 0..20_000 {
            line.clear();
            let written = town.next_line(&mut line);
            let row = row_of(&encoder, &received(&line), written.received_us);
            whole += usize::from(row.get(encoder.own().raw).is_some());
            assert_eq!(row.get_number(encoder.own().source), Some(7));
        }
        assert_eq!(whole, 0);
        let tallies = encoder.take_tallies();
        assert_eq!(tallies.iter().map(|(_, tally)| tally.lines).sum::<u64>(), 20_000);
        assert!(tallies[0].1.doubts.is_empty() && encoder.take_tallies().is_empty());
    }

    #[test]
    fn any_bytes_come_back() {
        let encoder = LineEncoder::new().unwrap();
        let odd: [&[u8]; 7] = [
            b"",
            b"\x02src_ip\x03",
            b"<134>Nov 30 00:39:50 gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 (\xfe\xfd) via eth0",
            b"date=2026-11-30 time=00:39:50 devname=\"x\" a-b=1 a_b=2 A.B=3 type=\"traffic\" srcip=10.0.0.5",
            b"\xff\xff\xff",
            b"<134>1 - - - - - - \xef\xbb\xbfselam",
            b"date=2026-11-30 time=00:39:50 devname=\"\xc3\x87ay\xc4\xb1rova\" type=\"traffic\" srcip=10.0.0.5",
        ];
        for line in odd {
            row_of(&encoder, &received(line), AT);
        }
    }

    #[test]
    fn a_line_with_letters_of_windows_is_found_by_its_address() {
        let encoder = LineEncoder::new().unwrap();
        let line =
            b"<30>Nov 30 00:39:50 gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 (G\xfcl-\xdeen) via eth0";
        let row = row_of(&encoder, &received(line), AT);
        let text = |column| row.get_text(encoder.column(column).unwrap()).map(str::to_owned);
        assert_eq!(text(lines::Column::IP).as_deref(), Some("10.0.0.5"));
        assert_eq!(text(lines::Column::MAC).as_deref(), Some("4c:55:41:a0:fa:99"));
        assert_eq!(text(lines::Column::HOST).as_deref(), Some("Gül-Şen"));
        assert_eq!(row.get_bytes(encoder.own().raw), Some(line.as_slice()));
        assert!(row.get(encoder.own().layout).is_none());
        let encoder = Arc::new(encoder);
        for (sought, is_there) in [("Gül-Şen", true), ("DHCPACK", true), ("Gül-Şan", false)] {
            let query = encoder.containing(journal::Query::newest(1), sought.as_bytes());
            assert_eq!((query.filter.unwrap())(&row), is_there, "{sought}");
        }
    }

    #[test]
    fn what_a_rule_refuses_is_said_in_the_action() {
        let encoder = LineEncoder::new().unwrap();
        let line = b"<4>Nov 30 00:39:50 gw kernel: FW-DROP IN=eth0 OUT=eth2 MAC= SRC=10.0.0.5 DST=203.0.113.9 LEN=60 PROTO=TCP SPT=51514 DPT=443";
        let row = row_of(&encoder, &received(line), AT);
        assert_eq!(row.get_text(encoder.column(lines::Column::ACTION).unwrap()), Some("drop"));
    }

    #[test]
    fn a_date_without_a_year_is_of_the_archive_it_stands_in() {
        let encoder = LineEncoder::new().unwrap();
        let at = |text: &str, as_of_us| {
            let line = format!("<30>{text} gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 via eth0");
            let one = Received { is_old: true, as_of_us, ..received(line.as_bytes()) };
            let row = row_of(&encoder, &one, AT);
            let meant = encoder.meaning(&row, |_, _, meaning| meaning.device_us).unwrap();
            assert_eq!(meant, Some(row.at_us));
            row.at_us
        };
        // The day after the import is that of a year ago, never tomorrow.
        assert_eq!(at("Dec  2 00:39:50", None), 1_764_625_190_000_000);
        assert_eq!(at("Jan  3 12:00:00", None), 1_767_430_800_000_000);
        // An archive that ends on 31.12.2024.
        let end_of_2024 = Some(1_735_678_800_000_000);
        assert_eq!(at("Nov 30 00:39:50", end_of_2024), 1_732_916_390_000_000);
        assert_eq!(at("Jan  3 12:00:00", end_of_2024), 1_704_272_400_000_000);
    }

    #[test]
    fn a_clock_that_cannot_be_right_is_not_believed() {
        let encoder = LineEncoder::new().unwrap();
        let line =
            b"date=2019-01-01 time=00:00:00 tz=\"+0300\" devname=\"x\" type=\"traffic\" srcip=10.0.0.5";
        assert_eq!(row_of(&encoder, &received(line), AT).at_us, AT);
        let old = Received { is_old: true, ..received(line) };
        assert_eq!(row_of(&encoder, &old, AT).at_us, 1_546_290_000_000_000);
    }
}
