//! A list of bad addresses and names against all the time that is kept: which of them were seen, how often, first and
//! last, with the first and the last line. No database, no clock.
//!
//! Ranges up to 256 addresses are looked for address by address, wider ones by how their addresses begin.
//! Addresses are looked for as either side of a session and as the address of a lease or an account. A name is found
//! with every name below it, in the columns `site` and `host` and in the addresses of pages. Addresses use the bloom
//! filters of segments; names do not, since no filter knows what ends in a name: every row that has one is read.
//!
//! One question covers the whole time. Only when it gives more rows than the limit is the time halved, down to an
//! hour; what is seen more often than that within an hour is counted as "at least" and asked for no more in that hour.

use crate::LineEncoder;
use journal::{ColumnId, Filter, Journal, Order, Query, Row, RowPlace, Test};
use lines::Column;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Indicator {
    Ip(IpAddr),
    /// A range by its first address and how many bits of it are fixed. It has no bit set behind them.
    Net(IpAddr, u8),
    /// A name in small letters; it stands for itself and every name below it.
    Name(String),
}

impl Indicator {
    /// One entry of a list: an address, a name or the address of a page, also with the brackets that keep people from
    /// clicking on it (`hxxp://kotu[.]example/a`). Nothing where there is no name in it.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.trim().replace("[.]", ".").replace("(.)", ".").to_lowercase();
        if let Some(net) = net_of(&plain) {
            return net;
        }
        let rest = plain.split_once("://").map_or(plain.as_str(), |(_, rest)| rest);
        if let Ok(ip) = rest.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Some(Self::Ip(ip.to_canonical()));
        }
        let host = host_of(rest);
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Some(Self::Ip(ip.to_canonical()));
        }
        let name = host.trim_start_matches("*.").trim_matches('.');
        let is_letter = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
        let is_name = name.contains('.') && name.len() <= 253 && name.chars().all(is_letter);
        is_name.then(|| Self::Name(name.to_owned()))
    }
}

/// A range that is written like one: `Some(None)` where it is one that is not looked for, since it is nearly everything or nothing.
fn net_of(text: &str) -> Option<Option<Indicator>> {
    let (address, bits) = text.split_once('/')?;
    let ip = address.parse::<IpAddr>().ok()?;
    if bits.is_empty() || !bits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let (least, most) = if ip.is_ipv4() { (WIDEST_4, 32) } else { (WIDEST_6, 128) };
    let Some(bits) = bits.parse::<u8>().ok().filter(|bits| (least..=most).contains(bits)) else {
        return Some(None);
    };
    if bits == most {
        return Some(Some(Indicator::Ip(ip.to_canonical())));
    }
    Some(Some(Indicator::Net(masked(ip, bits), bits)))
}

/// Wider ranges are no list of bad addresses.
const WIDEST_4: u8 = 8;
const WIDEST_6: u8 = 16;
/// Narrower ranges are looked for address by address, which is what filters of segments know.
const EACH_4: u8 = 24;
const EACH_6: u8 = 120;

/// The first address of the range that an address lies in.
fn masked(ip: IpAddr, bits: u8) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => IpAddr::V4((ip.to_bits() & u32::MAX << (32 - u32::from(bits).min(31))).into()),
        IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() & u128::MAX << (128 - u32::from(bits).min(127))).into()),
    }
}

/// Every address of a narrow range; nothing of a wide one.
fn addresses_of(first: IpAddr, bits: u8) -> Vec<IpAddr> {
    match first {
        IpAddr::V4(ip) if bits >= EACH_4 => {
            let all = 1_u32 << (32 - bits);
            (0..all).map(|at| IpAddr::V4((ip.to_bits() + at).into())).collect()
        }
        IpAddr::V6(ip) if bits >= EACH_6 => {
            let all = 1_u128 << (128 - bits);
            (0..all).map(|at| IpAddr::V6((ip.to_bits() + at).into())).collect()
        }
        _ => Vec::new(),
    }
}

/// How every address of a wide range begins: the octets that are whole.
fn beginning(first: IpAddr, bits: u8) -> Vec<u8> {
    match first {
        IpAddr::V4(ip) => {
            let octets = ip.octets();
            octets[..usize::from(bits / 8)].iter().map(|it| format!("{it}.")).collect::<String>().into_bytes()
        }
        IpAddr::V6(_) => Vec::new(),
    }
}

/// The host in what follows `://`: without account, port and path.
fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((inside, _)) => inside,
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// How far a hunt goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one question to the journal, as many as are in memory at once.
    pub rows: usize,
    /// Questions to the journal.
    pub queries: usize,
    /// Addresses in one question.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 20_000, queries: 10_000, values: 2_000 }
    }
}

/// A line in which an indicator was seen.
#[derive(Debug, Clone)]
pub struct Example {
    pub at_us: i64,
    /// Number of the source.
    pub source: Option<u32>,
    pub place: Option<RowPlace>,
    pub line: Vec<u8>,
}

/// An indicator that was seen.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// Its place in the list that was given.
    pub number: usize,
    /// Rows in which it was seen.
    pub count: u64,
    /// A limit was met: there are more.
    pub is_at_least: bool,
    /// First and last instant, by the clocks of the devices.
    pub first_us: i64,
    pub last_us: i64,
    /// Columns it was seen in.
    pub columns: Vec<&'static str>,
    /// The first and the last line.
    pub examples: Vec<Example>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// In the order of the list.
    pub sightings: Vec<Sighting>,
    pub queries: usize,
    pub rows: u64,
    /// The limit of questions ended the hunt.
    pub is_partial: bool,
}

/// What one question looks for, in one column.
#[derive(Clone)]
struct Sought {
    column: (ColumnId, &'static str),
    /// Spelled as lines write it, with the place in the list.
    values: Arc<HashMap<Vec<u8>, usize>>,
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Ip,
    /// A range too wide to name each address.
    Net(IpAddr, u8),
    Site,
    /// Rows whose site or host says it already are not counted again.
    Url([ColumnId; 2]),
}

impl Sought {
    /// Which indicator a row's value is.
    fn number(&self, row: &Row) -> Option<usize> {
        let value = row.get_bytes(self.column.0)?;
        match self.by {
            By::Ip => self.values.get(value).copied(),
            By::Net(first, bits) => {
                let ip = std::str::from_utf8(value).ok()?.parse::<IpAddr>().ok()?.to_canonical();
                let is_in = ip.is_ipv4() == first.is_ipv4() && masked(ip, bits) == first;
                self.values.values().next().copied().filter(|_| is_in)
            }
            By::Site => self.below(&String::from_utf8_lossy(value)),
            By::Url(others) => {
                let text = String::from_utf8_lossy(value);
                let number = self.below(host_of(text.split_once("://")?.1))?;
                let said = |it| self.below(&String::from_utf8_lossy(row.get_bytes(it)?));
                (!others.into_iter().any(|it| said(it) == Some(number))).then_some(number)
            }
        }
    }

    /// The longest name of the list that a host is or lies below of.
    fn below(&self, host: &str) -> Option<usize> {
        let host = host.to_lowercase();
        let mut rest = host.trim_end_matches('.');
        loop {
            if let Some(number) = self.values.get(rest.as_bytes()) {
                return Some(*number);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    fn query(&self, (from_us, to_us): (i64, i64), own: ColumnId) -> Query {
        let mut columns = vec![self.column.0, own];
        let (test, filter): (Test, Option<Filter>) = match self.by {
            By::Ip => {
                let mut values: Vec<Vec<u8>> = self.values.keys().cloned().collect();
                values.sort_unstable();
                (Test::OneOf(values), None)
            }
            By::Net(first, bits) => {
                let sought = self.clone();
                let filter: Filter = Arc::new(move |row: &Row| sought.number(row).is_some());
                (Test::Prefix(beginning(first, bits)), Some(filter))
            }
            By::Site | By::Url(_) => {
                let sought = self.clone();
                (Test::Prefix(Vec::new()), Some(Arc::new(move |row: &Row| sought.number(row).is_some())))
            }
        };
        if let By::Url(others) = self.by {
            columns.extend(others);
        }
        let query = Query { from_us, to_us, filter, columns: Some(columns), ..Query::newest(0) };
        query.with(self.column.0, test)
    }

    fn without(&self, number: usize) -> Self {
        let left = self.values.iter().filter(|(_, it)| **it != number);
        let values = Arc::new(left.map(|(value, it)| (value.clone(), *it)).collect());
        Self { values, ..self.clone() }
    }
}

struct Hunt<'a> {
    journal: &'a Journal,
    encoder: &'a LineEncoder,
    limits: &'a Limits,
    found: Found,
    seen: BTreeMap<usize, Sighting>,
    /// By what the first and the last row of each was found.
    ends: HashMap<usize, [(i64, Sought); 2]>,
}

/// Shorter than this no time is halved.
const SHORTEST_US: i64 = 3_600_000_000;

/// Looks for a list in the rows from the first instant on and before the second. Errors: those of the journal.
pub async fn hunt(
    journal: &Journal,
    encoder: &LineEncoder,
    list: &[Indicator],
    (from_us, to_us): (i64, i64),
    limits: &Limits,
) -> journal::Result<Found> {
    let (found, seen, ends) = (Found::default(), BTreeMap::new(), HashMap::new());
    let mut hunt = Hunt { journal, encoder, limits, found, seen, ends };
    for sought in sought(encoder, list, limits) {
        let mut open = vec![(from_us, to_us, sought)];
        while let Some((from_us, to_us, sought)) = open.pop() {
            if from_us >= to_us || sought.values.is_empty() {
                continue;
            }
            let Some(rows) = hunt.ask(sought.query((from_us, to_us), encoder.own().source)).await? else {
                break;
            };
            if rows.len() < limits.rows {
                hunt.count(&sought, &rows, None);
            } else if to_us.saturating_sub(from_us) > SHORTEST_US {
                let middle_us = from_us + (to_us.saturating_sub(from_us)) / 2;
                open.push((from_us, middle_us, sought.clone()));
                open.push((middle_us, to_us, sought));
            } else {
                let heaviest = hunt.count_heaviest(&sought, &rows, (from_us, to_us)).await?;
                open.push((from_us, to_us, sought.without(heaviest)));
            }
        }
    }
    hunt.finish().await
}

/// The questions of a list.
fn sought(encoder: &LineEncoder, list: &[Indicator], limits: &Limits) -> Vec<Sought> {
    const SIDES: [(Column, &str); 3] =
        [(Column::DST_IP, "dst_ip"), (Column::SRC_IP, "src_ip"), (Column::IP, "ip")];
    let (mut addresses, mut nets, mut names) = (Vec::new(), Vec::new(), HashMap::new());
    for (number, one) in list.iter().enumerate() {
        match one {
            Indicator::Ip(ip) => addresses.push((number, *ip)),
            Indicator::Net(first, bits) => {
                let each = addresses_of(*first, *bits);
                if each.is_empty() {
                    nets.push((number, *first, *bits));
                }
                addresses.extend(each.into_iter().map(|ip| (number, ip)));
            }
            Indicator::Name(name) => {
                names.entry(name.clone().into_bytes()).or_insert(number);
            }
        }
    }
    let mut all = Vec::new();
    while !addresses.is_empty() {
        let mut values = HashMap::<Vec<u8>, usize>::new();
        // An address that stands in the list twice, alone and in a range, is asked for twice.
        addresses.retain(|(number, ip)| {
            if values.len() >= 2 * limits.values.max(1) {
                return true;
            }
            let spelled: Vec<Vec<u8>> =
                crate::who::spelled(*ip).into_iter().map(String::into_bytes).collect();
            if spelled.iter().any(|it| values.contains_key(it)) {
                return true;
            }
            values.extend(spelled.into_iter().map(|value| (value, *number)));
            false
        });
        let values = Arc::new(values);
        all.extend(SIDES.into_iter().filter_map(|(column, name)| {
            Some(Sought { column: (encoder.column(column)?, name), values: values.clone(), by: By::Ip })
        }));
    }
    for (number, first, bits) in nets {
        let values = Arc::new(HashMap::from([(format!("{first}/{bits}").into_bytes(), number)]));
        all.extend(SIDES.into_iter().filter_map(|(column, name)| {
            let column = (encoder.column(column)?, name);
            Some(Sought { column, values: values.clone(), by: By::Net(first, bits) })
        }));
    }
    let columns = [Column::SITE, Column::HOST, Column::URL].map(|it| encoder.column(it));
    if let ([Some(site), Some(host), Some(url)], false) = (columns, names.is_empty()) {
        let values = Arc::new(names);
        // Web filters write the site they were asked for where other lines have the name of a device.
        for (column, by) in
            [((site, "site"), By::Site), ((host, "host"), By::Site), ((url, "url"), By::Url([site, host]))]
        {
            all.push(Sought { column, values: values.clone(), by });
        }
    }
    all
}

impl Hunt<'_> {
    /// Nothing when the limit of questions is met.
    async fn ask(&mut self, query: Query) -> journal::Result<Option<Vec<Row>>> {
        if self.found.queries >= self.limits.queries {
            self.found.is_partial = true;
            return Ok(None);
        }
        self.found.queries += 1;
        let limit = if query.limit == 0 { self.limits.rows } else { query.limit };
        let rows = self.journal.query(&Query { limit, ..query }).await?;
        self.found.rows += rows.len() as u64;
        Ok(Some(rows))
    }

    /// Counts rows, of one indicator only when given.
    fn count(&mut self, sought: &Sought, rows: &[Row], only: Option<usize>) {
        for row in rows {
            let Some(number) = sought.number(row).filter(|it| only.is_none_or(|only| only == *it)) else {
                continue;
            };
            let sighting = self.seen.entry(number).or_insert_with(|| Sighting {
                number,
                count: 0,
                is_at_least: false,
                first_us: row.at_us,
                last_us: row.at_us,
                columns: Vec::new(),
                examples: Vec::new(),
            });
            sighting.count += 1;
            if !sighting.columns.contains(&sought.column.1) {
                sighting.columns.push(sought.column.1);
            }
            let ends = self.ends.entry(number);
            let [first, last] = ends.or_insert_with(|| [0, 1].map(|_| (row.at_us, sought.clone())));
            if row.at_us < first.0 {
                *first = (row.at_us, sought.clone());
            }
            if row.at_us > last.0 {
                *last = (row.at_us, sought.clone());
            }
            (sighting.first_us, sighting.last_us) = (first.0, last.0);
        }
    }

    /// Counts the indicator that most rows are of, with its true first instant.
    async fn count_heaviest(
        &mut self,
        sought: &Sought,
        rows: &[Row],
        span: (i64, i64),
    ) -> journal::Result<usize> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        rows.iter().filter_map(|row| sought.number(row)).for_each(|it| *counts.entry(it).or_default() += 1);
        let heaviest = counts.into_iter().max_by_key(|(_, count)| *count).map_or(usize::MAX, |(it, _)| it);
        self.count(sought, rows, Some(heaviest));
        let alone = sought.only(heaviest);
        let query =
            Query { order: Order::OldestFirst, limit: 1, ..alone.query(span, self.encoder.own().source) };
        let first = self.ask(query).await?.unwrap_or_default();
        // It was counted already, or is one more.
        self.count(&alone, &first, None);
        if let Some(sighting) = self.seen.get_mut(&heaviest) {
            (sighting.is_at_least, sighting.count) =
                (true, sighting.count.saturating_sub(first.len() as u64));
        }
        Ok(heaviest)
    }

    /// Fetches the first and the last line of what was seen.
    async fn finish(mut self) -> journal::Result<Found> {
        let mut seen = std::mem::take(&mut self.seen);
        let ends = std::mem::take(&mut self.ends);
        for (number, sighting) in &mut seen {
            let Some(ends) = ends.get(number) else { continue };
            let instants: HashSet<i64> = ends.iter().map(|(at_us, _)| *at_us).collect();
            for (at_us, sought) in ends.iter().take(instants.len()) {
                let alone = sought.only(*number);
                let query = alone.query((*at_us, at_us.saturating_add(1)), self.encoder.own().source);
                let Some(rows) = self.ask(Query { columns: None, limit: 1, ..query }).await? else { break };
                let example = rows.into_iter().next().and_then(|row| {
                    let source = row.get_number(self.encoder.own().source).and_then(|it| it.try_into().ok());
                    let line = self.encoder.line(&row)?;
                    Some(Example { at_us: row.at_us, source, place: row.place, line })
                });
                sighting.examples.extend(example);
            }
        }
        self.found.sightings = seen.into_values().collect();
        Ok(self.found)
    }
}

impl Sought {
    fn only(&self, number: usize) -> Self {
        let left = self.values.iter().filter(|(_, it)| **it == number);
        let values = Arc::new(left.map(|(value, it)| (value.clone(), *it)).collect());
        Self { values, ..self.clone() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
