//! Who had an address when: leases out of the lines of address servers.

use super::answer::{Doubt, Evidence, Fact, Step};
use super::clock::Edge;
use super::reading::{Heard, HeardLease};
use lines::Mac;
use std::collections::HashMap;
use std::net::IpAddr;

/// The time in which one client had an address.
#[derive(Debug, Clone)]
pub(super) struct Holding {
    pub heard: Heard,
    pub ip: IpAddr,
    pub mac: Option<Mac>,
    client_id: Option<String>,
    host: Option<String>,
    circuit_id: Option<String>,
    remote_id: Option<String>,
    from: Option<Edge>,
    /// The last time it was given or prolonged.
    pub given: Edge,
    until_us: Option<i64>,
    to: Option<Edge>,
    evidence: Vec<Evidence>,
}

impl Holding {
    fn of(line: HeardLease) -> Self {
        let at = line.heard.at;
        Self {
            ip: line.ip,
            mac: line.mac.or_else(|| line.client_id.as_deref().and_then(mac_of_client)),
            client_id: line.client_id,
            host: line.host,
            circuit_id: line.circuit_id,
            remote_id: line.remote_id,
            from: (!line.is_release).then_some(at),
            given: at,
            until_us: line.until_us,
            to: line.is_release.then_some(at),
            evidence: vec![line.heard.evidence.clone()],
            heard: line.heard,
        }
    }

    /// Whether a line is about the same client; one that names none is about whoever has it.
    fn is_of(&self, line: &HeardLease) -> bool {
        let mac = line.mac.or_else(|| line.client_id.as_deref().and_then(mac_of_client));
        match (self.mac, mac, &self.client_id, &line.client_id) {
            (Some(one), Some(other), ..) => one == other,
            (_, _, Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    fn is_same_client(&self, other: &Self) -> bool {
        match (self.mac, other.mac, &self.client_id, &other.client_id) {
            (Some(one), Some(other), ..) => one == other,
            (_, _, Some(one), Some(other)) => one == other,
            _ => false,
        }
    }

    /// When it is over: given back, given to another, or run out.
    fn end(&self) -> Option<Edge> {
        let ran_out = self.until_us.map(|us| Edge { us, slack_us: self.given.slack_us.max(1_000_000) });
        match (self.to, ran_out) {
            (Some(to), Some(out)) => Some(if out.us < to.us { out } else { to }),
            (to, out) => to.or(out),
        }
    }

    fn prolong(&mut self, line: HeardLease) {
        self.given = line.heard.at;
        self.until_us = line.until_us.or(self.until_us);
        self.mac = self.mac.or(line.mac);
        self.client_id = self.client_id.take().or(line.client_id);
        self.host = line.host.or(self.host.take());
        self.circuit_id = line.circuit_id.or(self.circuit_id.take());
        self.remote_id = line.remote_id.or(self.remote_id.take());
        self.heard.is_clock_unknown |= line.heard.is_clock_unknown;
        // The first line and the last one before the moment.
        self.evidence.truncate(1);
        self.evidence.push(line.heard.evidence);
    }

    /// Whether only its end is in the record.
    pub fn is_begin_unknown(&self) -> bool {
        self.from.is_none()
    }

    /// How much of this time it does not cover, as its lines say; nothing where no uncertainty lets it.
    fn uncovered(&self, (from_us, to_us): (i64, i64)) -> Option<i64> {
        let (from, end) = (self.from, self.end());
        let fits =
            from.is_none_or(|it| it.earliest() <= to_us) && end.is_none_or(|it| it.latest() >= from_us);
        let before = from.map_or(0, |it| it.us.saturating_sub(from_us).max(0));
        let behind = end.map_or(0, |it| to_us.saturating_sub(it.us).max(0));
        fits.then_some(before.max(behind))
    }

    pub fn step(&self) -> Step {
        let mut doubts: Vec<Doubt> = self.heard.clock_doubt().into_iter().collect();
        if self.from.is_none() {
            doubts.push(Doubt::LeaseBeginUnknown);
        } else if self.end().is_none() {
            doubts.push(Doubt::LeaseEndUnknown);
        }
        Step {
            fact: Fact::Lease {
                ip: self.ip,
                mac: self.mac,
                client_id: self.client_id.clone(),
                host: self.host.clone(),
                circuit_id: self.circuit_id.clone(),
                remote_id: self.remote_id.clone(),
            },
            source: self.heard.source,
            source_name: self.heard.name.clone(),
            evidence: self.evidence.clone(),
            from_us: self.from.map(|it| it.us),
            to_us: self.end().map(|it| it.us),
            doubts,
        }
    }
}

/// The holdings that these lines about one address, in the order of true time, tell of. Each server is followed by
/// itself: two servers may give equal private addresses at two places.
pub(super) fn gather(told: &[HeardLease]) -> Vec<Holding> {
    let (mut all, mut last): (Vec<Holding>, HashMap<u32, usize>) = (Vec::new(), HashMap::new());
    for line in told.iter().cloned() {
        let held = last.get(&line.heard.source).copied().filter(|at| all[*at].to.is_none());
        let Some(at) = held else {
            last.insert(line.heard.source, all.len());
            all.push(Holding::of(line));
            continue;
        };
        let (is_same, now) = (all[at].is_of(&line), line.heard.at);
        if line.is_release {
            if is_same {
                all[at].to = Some(now);
                all[at].evidence.truncate(2);
                all[at].evidence.push(line.heard.evidence);
            }
            continue;
        }
        let is_over = all[at].end().is_some_and(|end| end.latest() < now.earliest());
        if is_same && !is_over {
            all[at].prolong(line);
            continue;
        }
        all[at].to = Some(all[at].end().filter(|end| end.us < now.us).unwrap_or(now));
        last.insert(line.heard.source, all.len());
        all.push(Holding::of(line));
    }
    all
}

/// The holdings that fit a time, best first: of those that cover it wholly none that only touches it is kept.
pub(super) fn fitting(all: &[Holding], within: (i64, i64)) -> Vec<Holding> {
    let mut found: Vec<(i64, &Holding)> =
        all.iter().filter_map(|one| Some((one.uncovered(within)?, one))).collect();
    found.sort_by_key(|(off, one)| (one.from.is_none(), *off, std::cmp::Reverse(one.given.us)));
    let best = found.first().map(|(off, one)| (one.from.is_none(), *off));
    let mut kept: Vec<Holding> = Vec::new();
    for (off, one) in found {
        let is_as_good = best.is_none_or(|best| best == (one.from.is_none(), off) || best.1 > 0);
        match kept.iter_mut().find(|it| it.is_same_client(one)) {
            // Two servers that help each other out write of the same client.
            Some(same) if one.given.us > same.given.us && off == 0 => *same = one.clone(),
            Some(_) => {}
            None if is_as_good => kept.push(one.clone()),
            None => {}
        }
    }
    kept
}

/// The last holder before a time and the first after it, for when nobody held the address then.
pub(super) fn neighbours(all: &[Holding], ip: IpAddr, (from_us, to_us): (i64, i64)) -> Doubt {
    let ended = |one: &Holding| Some((one.mac?, one.end()?.us));
    let began = |one: &Holding| Some((one.mac?, one.from?.us));
    let before = all.iter().filter_map(ended).filter(|(_, us)| *us < from_us).max_by_key(|(_, us)| *us);
    let after = all.iter().filter_map(began).filter(|(_, us)| *us > to_us).min_by_key(|(_, us)| *us);
    Doubt::NoLease { ip, before, after }
}

/// A client's identifier often is, or ends in, its hardware address: `01` and the address, or a DUID of type 1 or 3
/// (RFC 8415 11.2, 11.4) for Ethernet.
fn mac_of_client(text: &str) -> Option<Mac> {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let is_plain = text.chars().all(|it| it.is_ascii_hexdigit() || matches!(it, ':' | '-' | '.'));
    let starts = |with: &str| digits.starts_with(with);
    let at = match digits.len() {
        14 if starts("01") => 2,
        28 if starts("00010001") => 16,
        20 if starts("00030001") => 8,
        _ => return None,
    };
    Mac::parse(digits.get(at..)?.as_bytes()).filter(|_| is_plain)
}
