//! "Who used this address?": from a public address, a port and a moment through every translation to the device that
//! had the address, its switch port and its account, with the lines that say so and what speaks against them. Who the
//! person is and which custody the device is in is looked up by the caller. No database, no clock, no HTML.
//!
//! ```text
//! address, port, moment ─► use (a session or translation that fits) ─► the use inside of it, as often as there is one
//!                          ─► lease of the inner address ─► login at the address or the device
//! ```
//!
//! Rows are asked for around the moment; only when nothing fits there, long sessions are looked for: those whose end
//! was written later, and those that had begun before. Every question is bounded, and the answer says which bound was
//! met.

mod answer;
mod clock;
mod leases;
mod logins;
mod reading;
#[cfg(test)]
pub(crate) mod tests;
mod uses;
mod words;

pub use answer::{Answer, Chain, Doubt, Evidence, Fact, LookedAt, Step};
pub use clock::{About, Skew, Sources};

use crate::LineEncoder;
use journal::{ColumnId, Journal, Order, Row, Test};
use lines::{Column, Format, Mac, Side};
pub(crate) use reading::spelled;
pub use reading::spellings;
use reading::{HeardLease, HeardLogin, Reader, Told};
use std::net::IpAddr;
use uses::Use;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The address that somebody saw: mostly a public one of ours.
    pub ip: IpAddr,
    pub port: Option<u16>,
    /// The number of the protocol: 6 TCP, 17 UDP.
    pub proto: Option<u8>,
    /// When they saw it, in microseconds of true time.
    pub at_us: i64,
    /// How far the asker's time may be wrong to either side.
    pub tolerance_us: i64,
    /// The asker's own address and port.
    pub other_side: Option<(IpAddr, Option<u16>)>,
}

/// How far a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one question to the journal.
    pub rows: usize,
    /// Questions to the journal.
    pub queries: usize,
    /// Possible users that are followed.
    pub chains: usize,
    /// Translations one behind the other.
    pub depth: usize,
    /// The longest session that is looked for.
    pub longest_session_us: i64,
    /// How long ago an address may have been given last.
    pub longest_lease_us: i64,
    /// How long ago an account may have signed in.
    pub longest_login_us: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 2_000,
            queries: 400,
            chains: 16,
            depth: 4,
            longest_session_us: 24 * HOUR_US,
            longest_lease_us: 32 * 24 * HOUR_US,
            longest_login_us: 24 * HOUR_US,
        }
    }
}

const HOUR_US: i64 = 3_600_000_000;
/// Most sessions are shorter, and their lines stand so near to the moment.
const NEAR_US: i64 = 240_000_000;
/// Steps in which older leases are looked for.
const LEASE_STEPS_US: [i64; 4] = [3 * HOUR_US, 27 * HOUR_US, 8 * 24 * HOUR_US, i64::MAX];
/// Beginnings on two devices that are further apart belong to two sessions.
const SAME_BEGIN_US: i64 = 1_000_000;

/// First and last instant, both included.
type Span = (i64, i64);

/// Who used an address. Errors: those of the journal. A caller that cannot wait drops the future.
pub async fn who(
    journal: &Journal,
    encoder: &LineEncoder,
    question: &Question,
    sources: &Sources,
    limits: &Limits,
) -> journal::Result<Answer> {
    let mut reader = Reader::new((journal, encoder), question, sources, limits);
    let tolerance_us = question.tolerance_us.max(0);
    let within = (question.at_us.saturating_sub(tolerance_us), question.at_us.saturating_add(tolerance_us));
    let found = first_uses(&mut reader, within).await?;
    let mut chains = Vec::new();
    for one in &found {
        let room = limits.chains.saturating_sub(chains.len());
        if room == 0 {
            reader.meet(Doubt::ChainLimit { chains: limits.chains });
            break;
        }
        chains.extend(follow(&mut reader, one, within).await?.into_iter().take(room));
    }
    if found.is_empty() {
        chains.extend(without_session(&mut reader, within).await?);
    }
    let mut doubts = gaps(&chains, sources, within);
    if chains.is_empty() {
        doubts.extend(reader.unread(within).await?);
    }
    let chains = ranked(chains);
    if chains.len() > 1 {
        let slack_us = found.iter().map(Use::slack_us).max().unwrap_or(0);
        let within_us = tolerance_us.saturating_add(slack_us);
        doubts.push(Doubt::SeveralFit { users: chains.len(), within_us });
    }
    let is_partial = !reader.met.is_empty();
    doubts.append(&mut reader.met);
    Ok(Answer { chains, doubts, looked_at: reader.looked_at, is_partial })
}

/// Times in which a source was silent, of those that the answer stands on, or of all when there is none.
fn gaps(chains: &[Chain], sources: &Sources, (from_us, to_us): Span) -> Vec<Doubt> {
    let is_used = |source: u32| {
        chains.is_empty() || chains.iter().flat_map(|it| &it.steps).any(|step| step.source == source)
    };
    // A session's line comes at its end.
    let to_us = to_us.saturating_add(NEAR_US);
    let mut found: Vec<(u32, Span)> = Vec::new();
    for (source, about) in sources.iter().filter(|(source, _)| is_used(**source)) {
        let open = about.gaps.iter().filter(|(from, to)| *from <= to_us && *to > from_us);
        found.extend(open.map(|gap| (*source, *gap)));
    }
    found.sort_unstable();
    found.into_iter().map(|(source, (from_us, to_us))| Doubt::Gap { source, from_us, to_us }).collect()
}

/// The likeliest first; several sessions of one device are one.
fn ranked(mut chains: Vec<Chain>) -> Vec<Chain> {
    chains.sort_by_key(|it| (it.off_us, it.doubts(), std::cmp::Reverse(it.from_us)));
    let mut kept: Vec<Chain> = Vec::new();
    for chain in chains {
        let same = kept.iter_mut().find(|it| {
            (it.ip, it.mac, &it.user, &it.client_id) == (chain.ip, chain.mac, &chain.user, &chain.client_id)
        });
        match same {
            Some(same) => same.more_sessions += 1 + chain.more_sessions,
            None => kept.push(chain),
        }
    }
    kept
}

/// By which columns a use is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Translated,
    Source,
}

fn conditions(reader: &Reader<'_>, by: By, (ip, port): Side) -> Option<Vec<(ColumnId, Test)>> {
    let (address, number) = match by {
        By::Translated => (Column::NAT_SRC_IP, Column::NAT_SRC_PORT),
        By::Source => (Column::SRC_IP, Column::SRC_PORT),
    };
    let mut all = vec![(reader.column(address)?, reading::spellings(ip))];
    if let Some(port) = port {
        all.push((reader.column(number)?, Test::Numbers(vec![port.into()])));
    }
    Some(all)
}

async fn told_uses(reader: &mut Reader<'_>, rows: &[Row], by: By, side: Side) -> journal::Result<Vec<Use>> {
    let told = reader.told(rows).await?;
    let is_it = |(ip, port): Side| ip == side.0 && (side.1.is_none() || port.is_none() || port == side.1);
    let sessions = told.into_iter().filter_map(|it| match it {
        Told::Session(it) => {
            let outside = if by == By::Translated { it.nat_src } else { Some(it.src) };
            outside.is_some_and(is_it).then_some(it)
        }
        _ => None,
    });
    Ok(uses::gather(sessions))
}

/// The uses of the address asked for that fit, the nearest first.
async fn first_uses(reader: &mut Reader<'_>, within: Span) -> journal::Result<Vec<Use>> {
    let question = reader.question;
    let side = (question.ip, question.port);
    let near = (within.0.saturating_sub(NEAR_US), within.1.saturating_add(NEAR_US));
    let longest_us = reader.limits.longest_session_us;
    let mut seen = Vec::new();
    for by in [By::Translated, By::Source] {
        let Some(all) = conditions(reader, by, side) else { continue };
        let (rows, is_full) = reader.rows(near, Order::NewestFirst, with_other(reader, all)).await?;
        if is_full {
            reader.meet(Doubt::RowLimit { rows: reader.limits.rows });
        }
        let found = fitting(told_uses(reader, &rows, by, side).await?, question, within, longest_us);
        if !found.is_empty() {
            return Ok(found);
        }
        seen.push((by, rows));
    }
    for (by, mut rows) in seen {
        let Some(all) = conditions(reader, by, side) else { continue };
        let before = (near.0.saturating_sub(longest_us), near.0);
        rows.extend(reader.rows(before, Order::NewestFirst, with_other(reader, all.clone())).await?.0);
        let behind = (near.1, near.1.saturating_add(longest_us));
        if let Some(duration) = reader.column(Column::DURATION_SECONDS) {
            let mut long = with_other(reader, all);
            // Rows behind the near time are of sessions that lasted at least as long, but for what clocks are wrong.
            let least = (NEAR_US / 2_000_000).unsigned_abs();
            long.push((duration, Test::Between(least, u64::MAX)));
            rows.extend(reader.rows(behind, Order::OldestFirst, long).await?.0);
        }
        rows.extend(translated_without_port(reader, by, before).await?);
        rows.sort_by(|one, other| place_of(one).cmp(&place_of(other)));
        rows.dedup_by(|one, other| one.place.is_some() && one.place == other.place);
        let found = fitting(told_uses(reader, &rows, by, side).await?, question, within, longest_us);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn place_of(row: &Row) -> Option<(&str, u64)> {
    row.place.as_ref().map(|it| (&*it.path, it.row))
}

/// Without a port the other side must do: an address alone has too many sessions.
fn with_other(reader: &Reader<'_>, mut all: Vec<(ColumnId, Test)>) -> Vec<(ColumnId, Test)> {
    let question = reader.question;
    if let (None, Some((ip, _)), Some(column)) =
        (question.port, question.other_side, reader.column(Column::DST_IP))
    {
        all.push((column, reading::spellings(ip)));
    }
    all
}

/// An address that is translated as a whole has no port in its lines (ASA 305009).
async fn translated_without_port(reader: &mut Reader<'_>, by: By, span: Span) -> journal::Result<Vec<Row>> {
    let question = reader.question;
    let Some(event) = reader.column(Column::EVENT) else { return Ok(Vec::new()) };
    if by == By::Source || question.port.is_none() {
        return Ok(Vec::new());
    }
    let Some(mut all) = conditions(reader, by, (question.ip, None)) else { return Ok(Vec::new()) };
    all.push((event, Test::OneOf(vec![b"305009".to_vec(), b"305010".to_vec()])));
    let span = (span.0, span.1.saturating_add(2 * NEAR_US));
    Ok(reader.rows(span, Order::NewestFirst, all).await?.0)
}

fn fitting(uses: Vec<Use>, question: &Question, within: Span, longest_us: i64) -> Vec<Use> {
    let mut found: Vec<Use> = uses
        .into_iter()
        .filter(|it| uses::is_same_proto(it.proto, question.proto))
        .filter(|it| it.distance(within, longest_us).is_some())
        .collect();
    if let Some(other) = question.other_side
        && found.iter().any(|it| it.has_other(other) == Some(true))
    {
        found.retain(|it| it.has_other(other) != Some(false));
    }
    let at = (question.at_us, question.at_us);
    found.sort_by_key(|it| (off(it, at, longest_us), std::cmp::Reverse(it.from.map(|from| from.us))));
    found
}

/// How far a use lies from a time as its lines say.
fn off(it: &Use, (from_us, to_us): Span, longest_us: i64) -> i64 {
    it.distance((from_us, to_us), longest_us).unwrap_or_else(|| {
        let before = it.from.map_or(0, |from| from.us.saturating_sub(to_us));
        let behind = it.end().map_or(0, |end| from_us.saturating_sub(end.us));
        before.max(behind).max(0)
    })
}

/// A chain on its way inwards.
struct Way {
    steps: Vec<Step>,
    last: Use,
    /// When the address was used, as far as it concerns the question.
    within: Span,
}

async fn follow(reader: &mut Reader<'_>, first: &Use, within: Span) -> journal::Result<Vec<Chain>> {
    let question = reader.question;
    let longest_us = reader.limits.longest_session_us;
    let off_us = off(first, (question.at_us, question.at_us), longest_us);
    let mut step = first.step(question.other_side);
    if off_us > 0 {
        step.doubts.push(Doubt::Edge { off_us });
    }
    match question.other_side.map(|other| first.has_other(other)) {
        Some(Some(false)) => {
            step.doubts.extend(first.others.first().map(|found| Doubt::OtherSideDiffers { found: *found }));
        }
        Some(None) => step.doubts.push(Doubt::OtherSideUnknown),
        _ => {}
    }
    let ends = (first.from.map(|it| it.us), first.end().map(|it| it.us));
    let mut open = vec![Way { steps: vec![step], last: first.clone(), within: meet(within, ends) }];
    let mut chains = Vec::new();
    while let Some(mut way) = open.pop() {
        let is_deep = way.steps.len() >= reader.limits.depth;
        let inner = inner_uses(reader, &way).await?;
        if inner.is_empty() || is_deep {
            if is_deep && !inner.is_empty() {
                way.steps.iter_mut().take(1).for_each(|step| step.doubts.push(Doubt::TooDeep));
            }
            chains.extend(finish(reader, way).await?);
            continue;
        }
        let room = reader.limits.chains.saturating_sub(open.len() + chains.len());
        for one in inner.into_iter().take(room.max(1)) {
            let mut steps = way.steps.clone();
            steps.push(one.step(way.last.others.first().copied()));
            let within = meet(way.within, (one.from.map(|it| it.us), one.end().map(|it| it.us)));
            open.push(Way { steps, last: one, within });
        }
    }
    for chain in &mut chains {
        (chain.from_us, chain.to_us, chain.off_us) = (ends.0, first.to.map(|it| it.us), off_us);
    }
    Ok(chains)
}

/// The part of a time that lies within another; its nearest instant when there is none.
fn meet((from_us, to_us): Span, ends: (Option<i64>, Option<i64>)) -> Span {
    let (first, last) = (ends.0.unwrap_or(from_us), ends.1.unwrap_or(to_us));
    let (low, high) = (from_us.max(first), to_us.min(last));
    if low <= high { (low, high) } else { (low.min(last.max(first)), low.min(last.max(first))) }
}

/// The uses whose outer address is the inner one of the last step.
async fn inner_uses(reader: &mut Reader<'_>, way: &Way) -> journal::Result<Vec<Use>> {
    let (last, within, side) = (&way.last, way.within, way.last.src);
    let Some(all) = conditions(reader, By::Translated, side) else { return Ok(Vec::new()) };
    // It began when the outer one did and ends with it.
    let begin_us = last.from.map_or(within.0, |it| it.us.min(within.0));
    let end_us = last.end().map_or(within.1, |it| it.us.max(within.1));
    let (rows, is_full) = reader.rows((begin_us, end_us), Order::NewestFirst, all).await?;
    if is_full {
        reader.meet(Doubt::RowLimit { rows: reader.limits.rows });
    }
    let slack_us = last.slack_us();
    let wide = (within.0.saturating_sub(slack_us), within.1.saturating_add(slack_us));
    let longest_us = reader.limits.longest_session_us;
    let mut found = told_uses(reader, &rows, By::Translated, side).await?;
    found.retain(|it| {
        let is_new = !way.steps.iter().any(|step| step_inside(step) == Some(it.src));
        is_new && uses::is_same_proto(it.proto, last.proto) && it.distance(wide, longest_us).is_some()
    });
    if let Some(other) = last.others.first()
        && found.iter().any(|it| it.has_other(*other) == Some(true))
    {
        found.retain(|it| it.has_other(*other) != Some(false));
    }
    if let Some(begin) = last.from {
        let apart = |it: &Use| {
            it.from.map(|from| {
                let slack_us = from.slack_us.saturating_add(begin.slack_us).saturating_add(SAME_BEGIN_US);
                (from.us.saturating_sub(begin.us).saturating_abs(), slack_us)
            })
        };
        let is_together = |it: &Use| apart(it).is_some_and(|(apart, slack_us)| apart <= slack_us);
        if found.iter().any(is_together) {
            found.retain(is_together);
        }
    }
    found.sort_by_key(|it| off(it, within, longest_us));
    Ok(found)
}

fn step_inside(step: &Step) -> Option<Side> {
    match step.fact {
        Fact::Translation { inside, .. } => Some(inside),
        Fact::Session { src, .. } => Some(src),
        _ => None,
    }
}

/// The address may have been given to somebody without a line about the session.
async fn without_session(reader: &mut Reader<'_>, within: Span) -> journal::Result<Vec<Chain>> {
    let ip = reader.question.ip;
    let told = leases_of(reader, ip, within).await?;
    let chains = leases::fitting(&holdings_until(&told, within), within).into_iter().map(|holding| {
        let mut chain = empty_chain(ip, None);
        add_lease(&mut chain, &holding, None);
        (chain.from_us, chain.to_us) = chain.steps.first().map_or((None, None), |it| (it.from_us, it.to_us));
        chain.steps.iter_mut().for_each(|step| step.doubts.push(Doubt::NoSession));
        chain
    });
    let mut chains: Vec<Chain> = chains.collect();
    if chains.is_empty() {
        let mut chain = empty_chain(ip, None);
        add_logins(reader, &mut chain, within).await?;
        chain.steps.iter_mut().for_each(|step| step.doubts.push(Doubt::NoSession));
        return Ok(Some(chain).filter(|it| !it.steps.is_empty()).into_iter().collect());
    }
    for chain in &mut chains {
        add_logins(reader, chain, within).await?;
    }
    Ok(chains)
}

fn empty_chain(ip: IpAddr, port: Option<u16>) -> Chain {
    Chain {
        steps: Vec::new(),
        ip,
        port,
        mac: None,
        host: None,
        client_id: None,
        circuit_id: None,
        remote_id: None,
        user: None,
        from_us: None,
        to_us: None,
        off_us: 0,
        more_sessions: 0,
    }
}

/// From the innermost address to the device and its account.
async fn finish(reader: &mut Reader<'_>, way: Way) -> journal::Result<Vec<Chain>> {
    let (ip, port) = way.last.src;
    let told = leases_of(reader, ip, way.within).await?;
    let mut held = leases::fitting(&holdings_until(&told, way.within), way.within);
    prefer(&mut held, &way.last, reader);
    let start =
        Chain { steps: way.steps, mac: way.last.mac, user: way.last.user.clone(), ..empty_chain(ip, port) };
    let mut chains = Vec::new();
    for holding in &held {
        let mut chain = start.clone();
        add_lease(&mut chain, holding, way.last.mac);
        if held.len() > 1
            && let Some(step) = chain.steps.last_mut()
        {
            step.doubts.push(Doubt::OverlappingLeases { ip, clients: held.len() });
        }
        chains.push(chain);
    }
    if chains.is_empty() {
        let mut chain = start;
        let around = leases::neighbours(&leases::gather(&told), ip, way.within);
        chain.steps.iter_mut().last().into_iter().for_each(|step| step.doubts.push(around.clone()));
        chains.push(chain);
    }
    for chain in &mut chains {
        add_logins(reader, chain, way.within).await?;
    }
    Ok(chains)
}

/// What was written after the time does not say who had the address in it.
fn holdings_until(told: &[HeardLease], (_, to_us): Span) -> Vec<leases::Holding> {
    let told: Vec<HeardLease> = told.iter().filter(|it| it.heard.at.earliest() <= to_us).cloned().collect();
    leases::gather(&told)
}

/// Of several devices with a lease: the one in the session's line, else those whose server stands at the same place.
fn prefer(held: &mut Vec<leases::Holding>, last: &Use, reader: &Reader<'_>) {
    let place = |source: u32| reader.sources.get(&source).and_then(|about| about.place);
    let (source, here) = (last.heard.source, place(last.heard.source));
    let is_mac = |it: &leases::Holding| it.mac.is_some() && it.mac == last.mac;
    let is_here = |it: &leases::Holding| {
        it.heard.source == source || (here.is_some() && place(it.heard.source) == here)
    };
    if held.iter().any(is_mac) {
        held.retain(is_mac);
    } else if held.iter().any(is_here) {
        held.retain(is_here);
    }
}

fn add_lease(chain: &mut Chain, holding: &leases::Holding, session: Option<Mac>) {
    let mut step = holding.step();
    if let Fact::Lease { mac, client_id, host, circuit_id, remote_id, .. } = &step.fact {
        chain.mac = mac.or(chain.mac);
        (chain.client_id, chain.host) = (client_id.clone(), host.clone());
        (chain.circuit_id, chain.remote_id) = (circuit_id.clone(), remote_id.clone());
    }
    if let (Some(session), Some(lease)) = (session, holding.mac)
        && session != lease
    {
        step.doubts.push(Doubt::MacDiffers { session, lease });
    }
    chain.steps.push(step);
}

const LEASE_FORMATS: [Format; 9] = [
    Format::Fortigate,
    Format::IscDhcp,
    Format::IscLeases,
    Format::Kea,
    Format::KeaForensic,
    Format::KeaLeases,
    Format::Dnsmasq,
    Format::WindowsDhcp,
    Format::Mikrotik,
];
/// Formats whose lines say which account signed in at an address, and at a device.
const LOGIN_FORMATS: [Format; 4] =
    [Format::FreeRadius, Format::WindowsLogon, Format::CiscoAsa, Format::Mikrotik];
const DEVICE_LOGIN_FORMATS: [Format; 1] = [Format::FreeRadius];

fn formats(all: &[Format]) -> Test {
    Test::OneOf(all.iter().map(|it| it.name().as_bytes().to_vec()).collect())
}

/// What servers say of an address, until a lease is found that covers the time.
async fn leases_of(reader: &mut Reader<'_>, ip: IpAddr, within: Span) -> journal::Result<Vec<HeardLease>> {
    let Some(column) = reader.column(Column::IP) else { return Ok(Vec::new()) };
    let all = [(reader.format_column(), formats(&LEASE_FORMATS)), (column, reading::spellings(ip))];
    let (mut told, mut to_us): (Vec<HeardLease>, i64) = (Vec::new(), within.1);
    for step_us in LEASE_STEPS_US {
        let from_us = within.0.saturating_sub(step_us.min(reader.limits.longest_lease_us));
        let (rows, is_full) = reader.rows((from_us, to_us), Order::NewestFirst, all.to_vec()).await?;
        let older = reader.told(&rows).await?.into_iter().filter_map(|it| match it {
            Told::Lease(it) if it.ip == ip => Some(it),
            _ => None,
        });
        told.extend(older);
        told.sort_by_key(|it| it.heard.at.us);
        // Both questions have the rows within the margin of clocks.
        told.dedup_by(|one, other| {
            one.heard.evidence.line == other.heard.evidence.line && one.heard.at == other.heard.at
        });
        let found = leases::fitting(&holdings_until(&told, within), within);
        if found.iter().any(|it| !it.is_begin_unknown()) || step_us >= reader.limits.longest_lease_us {
            break;
        }
        if is_full {
            reader.meet(Doubt::RowLimit { rows: reader.limits.rows });
        }
        to_us = from_us;
    }
    Ok(told)
}

/// The account that was signed in at the address or the device.
async fn add_logins(reader: &mut Reader<'_>, chain: &mut Chain, within: Span) -> journal::Result<()> {
    let span = (within.0.saturating_sub(reader.limits.longest_login_us), within.1);
    let mut told: Vec<HeardLogin> = Vec::new();
    let spellings = chain.mac.map(|mac| Test::OneOf(mac.spellings().map(String::into_bytes).to_vec()));
    let by = [
        (Column::IP, Some(reading::spellings(chain.ip)), &LOGIN_FORMATS[..]),
        (Column::MAC, spellings, &DEVICE_LOGIN_FORMATS[..]),
    ];
    for (column, test, formats_of) in by {
        let (Some(column), Some(test)) = (reader.column(column), test) else { continue };
        let all = vec![(reader.format_column(), formats(formats_of)), (column, test)];
        let rows = reader.rows(span, Order::NewestFirst, all).await?.0;
        told.extend(reader.told(&rows).await?.into_iter().filter_map(|it| match it {
            Told::Login(it) => Some(it),
            _ => None,
        }));
    }
    // An address alone may have been another's when the account signed in.
    let (ip, mac) = (chain.ip, chain.mac);
    told.retain(|it| it.ip.is_none_or(|it| it == ip) && (it.mac.is_none() || mac.is_none() || it.mac == mac));
    told.sort_by_key(|it| it.heard.at.us);
    told.dedup_by(|one, other| {
        one.heard.evidence.line == other.heard.evidence.line && one.heard.at == other.heard.at
    });
    let stays = logins::during(&told, within);
    let Some(stay) = stays.first() else { return Ok(()) };
    let mut step = stay.step();
    if stays.len() > 1 {
        step.doubts.push(Doubt::SeveralLogins { users: stays.len() });
    }
    match &chain.user {
        Some(session) if !session.eq_ignore_ascii_case(&stay.user) => {
            step.doubts.push(Doubt::UserDiffers { session: session.clone(), login: stay.user.clone() });
        }
        Some(_) => {}
        None => chain.user = Some(stay.user.clone()),
    }
    if chain.circuit_id.is_none() && chain.remote_id.is_none() {
        (chain.circuit_id, chain.remote_id) = (stay.circuit_id.clone(), stay.nas.clone());
    }
    chain.steps.push(step);
    Ok(())
}
