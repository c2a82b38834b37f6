//! Puts questions to the journal within limits, and makes of rows what they tell in true time.

use super::answer::{Doubt, Evidence, LookedAt};
use super::clock::{self, Edge, Skew, Sources, UNKNOWN_US};
use super::{Limits, Question};
use crate::LineEncoder;
use journal::{ColumnId, Journal, Order, Query, Row, Test};
use lines::{Column, Mac, Phase, Side, What};
use std::collections::HashMap;
use std::net::IpAddr;

/// A line and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub source: u32,
    pub name: String,
    /// When it was written.
    pub at: Edge,
    /// Nothing is known of its source's clock.
    pub is_clock_unknown: bool,
    pub evidence: Evidence,
}

#[derive(Debug, Clone)]
pub(super) struct HeardSession {
    pub heard: Heard,
    pub proto: Option<u8>,
    pub src: Side,
    pub dst: Option<Side>,
    pub nat_src: Option<Side>,
    pub phase: Phase,
    pub started: Option<Edge>,
    pub session: Option<u64>,
    pub mac: Option<Mac>,
    pub user: Option<String>,
    /// A translation without a session: it stays while sessions come and go.
    pub is_translation: bool,
}

#[derive(Debug, Clone)]
pub(super) struct HeardLease {
    pub heard: Heard,
    pub is_release: bool,
    pub ip: IpAddr,
    pub mac: Option<Mac>,
    pub client_id: Option<String>,
    pub host: Option<String>,
    pub until_us: Option<i64>,
    pub circuit_id: Option<String>,
    pub remote_id: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct HeardLogin {
    pub heard: Heard,
    pub is_logout: bool,
    pub user: String,
    pub ip: Option<IpAddr>,
    pub mac: Option<Mac>,
    pub session_name: Option<String>,
    /// Switch port and switch or access point, where the line names them.
    pub circuit_id: Option<String>,
    pub nas: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) enum Told {
    Session(HeardSession),
    Lease(HeardLease),
    Login(HeardLogin),
}

/// Reads for one question.
pub(super) struct Reader<'a> {
    journal: &'a Journal,
    encoder: &'a LineEncoder,
    pub question: &'a Question,
    pub sources: &'a Sources,
    pub limits: &'a Limits,
    pub looked_at: LookedAt,
    /// Limits that were met.
    pub met: Vec<Doubt>,
    measured: HashMap<u32, Option<Skew>>,
}

/// Clocks may be wrong by so much without anybody knowing: rows are asked for so much wider.
const MARGIN_US: i64 = 300_000_000;
/// Why a line may hold something that nobody read.
const UNREAD: [lines::Doubt; 4] =
    [lines::Doubt::TooLong, lines::Doubt::Marks, lines::Doubt::Layout, lines::Doubt::Message];
/// Lines of a source that its clock is measured from.
const MEASURED_ROWS: usize = 400;

impl<'a> Reader<'a> {
    pub fn new(
        (journal, encoder): (&'a Journal, &'a LineEncoder),
        question: &'a Question,
        sources: &'a Sources,
        limits: &'a Limits,
    ) -> Self {
        let looked_at = LookedAt { from_us: i64::MAX, to_us: i64::MIN, ..LookedAt::default() };
        let measured = HashMap::new();
        Self { journal, encoder, question, sources, limits, looked_at, met: Vec::new(), measured }
    }

    /// How much wider than true time is asked, for clocks that are wrong.
    fn margin_us(&self) -> i64 {
        let known = self.sources.values().filter_map(|about| about.skew.map(Skew::bounded));
        let widest = known.map(|it| it.ahead_us.saturating_abs().saturating_add(it.within_us)).max();
        widest.unwrap_or(0).saturating_add(60_000_000).max(MARGIN_US)
    }

    /// The column of a shared column; the schema has every one.
    pub fn column(&self, of: Column) -> Option<ColumnId> {
        self.encoder.column(of)
    }

    pub fn format_column(&self) -> ColumnId {
        self.encoder.own().format
    }

    /// Rows of this true time that meet the conditions, at most as many as the limits allow; whether there may be more.
    pub async fn rows(
        &mut self,
        (from_us, to_us): (i64, i64),
        order: Order,
        conditions: Vec<(ColumnId, Test)>,
    ) -> journal::Result<(Vec<Row>, bool)> {
        let margin_us = self.margin_us();
        let query = Query {
            from_us: from_us.saturating_sub(margin_us),
            to_us: to_us.saturating_add(margin_us),
            order,
            ..Query::newest(self.limits.rows)
        };
        let query = conditions.into_iter().fold(query, |query, (column, test)| query.with(column, test));
        let rows = self.ask(&query).await?;
        let is_full = rows.len() >= self.limits.rows;
        Ok((rows, is_full))
    }

    async fn ask(&mut self, query: &Query) -> journal::Result<Vec<Row>> {
        if self.looked_at.queries >= self.limits.queries {
            self.meet(Doubt::QueryLimit { queries: self.limits.queries });
            return Ok(Vec::new());
        }
        let rows = self.journal.query(query).await?;
        self.looked_at.queries += 1;
        self.looked_at.rows += rows.len();
        self.looked_at.from_us = self.looked_at.from_us.min(query.from_us);
        self.looked_at.to_us = self.looked_at.to_us.max(query.to_us);
        Ok(rows)
    }

    /// Notes that a limit was met, once.
    pub fn meet(&mut self, doubt: Doubt) {
        if !self.met.contains(&doubt) {
            self.met.push(doubt);
        }
    }

    /// How many lines around the moment were cut off or not understood.
    pub async fn unread(&mut self, (from_us, to_us): (i64, i64)) -> journal::Result<Option<Doubt>> {
        let own = self.encoder.own();
        let doubts = UNREAD.iter().map(|it| crate::doubt_name(*it).as_bytes().to_vec()).collect();
        let (mut lines, mut is_full) = (0, false);
        for (column, test) in [(own.doubt, Test::OneOf(doubts)), (own.cut, Test::Numbers(vec![1]))] {
            let query = Query {
                from_us,
                to_us,
                columns: Some(vec![own.source]),
                ..Query::newest(self.limits.rows).with(column, test)
            };
            let rows = self.ask(&query).await?.len();
            is_full |= rows >= self.limits.rows;
            lines += rows;
        }
        Ok((lines > 0).then_some(Doubt::Unread { lines, is_at_least: is_full }))
    }

    async fn skew(&mut self, row: &Row, source: u32) -> journal::Result<Option<Skew>> {
        if let Some(known) = self.sources.get(&source).and_then(|about| about.skew) {
            return Ok(Some(known.bounded()));
        }
        if let Some(measured) = self.measured.get(&source) {
            return Ok(*measured);
        }
        let own = self.encoder.own();
        let around = row.at_us;
        let query = Query {
            from_us: around.saturating_sub(MARGIN_US),
            to_us: around.saturating_add(MARGIN_US),
            columns: Some(vec![own.source]),
            ..Query::newest(MEASURED_ROWS).with(own.source, Test::Numbers(vec![source.into()]))
        };
        let measured = clock::measure(&self.ask(&query).await?);
        self.measured.insert(source, measured);
        Ok(measured)
    }

    /// What rows tell, in true time and in its order.
    pub async fn told(&mut self, rows: &[Row]) -> journal::Result<Vec<Told>> {
        let mut told = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(source) = row.get_number(self.encoder.own().source).and_then(|it| it.try_into().ok())
            else {
                continue;
            };
            let has_clock = row.at_us != row.received_at_us;
            let skew = if has_clock { self.skew(row, source).await? } else { None };
            let at = clock::true_time(row, skew);
            told.extend(self.told_by(row, (source, at, has_clock && skew.is_none())));
        }
        told.sort_by_key(|it| it.heard().at.us);
        Ok(told)
    }

    fn told_by(&self, row: &Row, (source, at, is_clock_unknown): (u32, Edge, bool)) -> Option<Told> {
        self.encoder.meaning(row, |line, taken, meaning| {
            // What the line's own time was before it was corrected.
            let shift = |us: i64| us.saturating_add(at.us.saturating_sub(meaning.device_us.unwrap_or(at.us)));
            let heard = || Heard {
                source,
                name: self.name(row, source, taken.text(line, Column::DEVICE)),
                at,
                is_clock_unknown,
                evidence: Evidence {
                    place: row.place.clone(),
                    at_us: row.at_us,
                    received_at_us: row.received_at_us,
                    line: line.to_vec(),
                },
            };
            match meaning.what {
                What::Session(it) => Some(Told::Session(session(&it, heard(), false, shift))),
                What::NatOpen(it) | What::NatClose(it) => {
                    Some(Told::Session(session(&it, heard(), true, shift)))
                }
                What::Lease(it) => Some(Told::Lease(lease(&it, heard(), false, shift))),
                What::Release(it) => Some(Told::Lease(lease(&it, heard(), true, shift))),
                What::Login(it) | What::Logout(it) => {
                    let is_logout = matches!(meaning.what, What::Logout(_));
                    let told = |column| taken.text(line, column);
                    let nas = told(Column::NAS_NAME).or_else(|| told(Column::NAS_IP)).map(text);
                    let circuit_id = told(Column::CIRCUIT_ID).map(text);
                    Some(Told::Login(HeardLogin { circuit_id, nas, ..login(&it, heard(), is_logout) }))
                }
                What::Nothing | What::Refused(_) | What::LoginRefused(_) => None,
            }
        })?
    }

    fn name(&self, row: &Row, source: u32, device: Option<&[u8]>) -> String {
        let known = self.sources.get(&source).and_then(|about| about.name.clone());
        known
            .or_else(|| device.map(text))
            .or_else(|| row.get_text(self.encoder.own().sender).map(str::to_owned))
            .unwrap_or_else(|| source.to_string())
    }
}

impl Told {
    fn heard(&self) -> &Heard {
        match self {
            Self::Session(it) => &it.heard,
            Self::Lease(it) => &it.heard,
            Self::Login(it) => &it.heard,
        }
    }
}

impl Heard {
    /// The doubt that goes with a clock of which nothing is known.
    pub fn clock_doubt(&self) -> Option<Doubt> {
        self.is_clock_unknown.then_some(Doubt::ClockUnknown { source: self.source, within_us: UNKNOWN_US })
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn session(
    it: &lines::Session<'_>,
    heard: Heard,
    is_translation: bool,
    shift: impl Fn(i64) -> i64,
) -> HeardSession {
    let (at, is_begun) = (heard.at, it.phase == Phase::Begun);
    let started = match it.started_us {
        _ if is_begun => Some(at),
        // Durations are whole seconds, cut off: it began up to a second earlier.
        Some(us) => {
            let us = shift(us).saturating_sub(HALF_US);
            Some(Edge { us, slack_us: at.slack_us.saturating_add(HALF_US) })
        }
        None => None,
    };
    let unchanged = it.nat_src.is_some_and(|(ip, _)| ip == it.src.0);
    HeardSession {
        heard,
        proto: it.proto,
        src: it.src,
        dst: it.dst,
        nat_src: it.nat_src.filter(|_| !unchanged),
        phase: it.phase,
        started,
        session: it.session,
        mac: it.mac,
        user: it.user.filter(|it| !it.is_empty()).map(text),
        is_translation,
    }
}

const HALF_US: i64 = 500_000;

fn lease(it: &lines::Lease<'_>, heard: Heard, is_release: bool, shift: impl Fn(i64) -> i64) -> HeardLease {
    HeardLease {
        heard,
        is_release,
        ip: it.ip,
        mac: it.mac,
        client_id: it.client_id.map(text),
        host: it.host.map(text),
        until_us: it.until_us.map(shift),
        circuit_id: it.circuit_id.map(text),
        remote_id: it.remote_id.map(text),
    }
}

fn login(it: &lines::Login<'_>, heard: Heard, is_logout: bool) -> HeardLogin {
    HeardLogin {
        heard,
        is_logout,
        user: text(it.user),
        ip: it.ip,
        mac: it.mac,
        session_name: it.session_name.map(text),
        circuit_id: None,
        nas: None,
    }
}

/// A test for an address in any of the ways in which lines write it.
/// A text that is this address, however lines write it.
pub fn spellings(ip: IpAddr) -> Test {
    Test::OneOf(spelled(ip).into_iter().map(String::into_bytes).collect())
}

/// The ways in which lines write an address.
pub(crate) fn spelled(ip: IpAddr) -> Vec<String> {
    let plain = ip.to_string();
    let mut all = vec![plain.clone()];
    match ip {
        IpAddr::V4(it) => all.push(format!("::ffff:{it}")),
        IpAddr::V6(it) => {
            let parts = it.segments();
            let padded = parts.map(|part| format!("{part:04x}")).join(":");
            let bare = parts.map(|part| format!("{part:x}")).join(":");
            all.extend([plain.to_uppercase(), padded.to_uppercase(), bare.to_uppercase(), padded, bare]);
        }
    }
    all.sort();
    all.dedup();
    all
}
