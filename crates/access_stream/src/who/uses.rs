//! Sessions out of lines: which line begins and which ends the same use of an address, and which uses fit a moment.

use super::answer::{Doubt, Evidence, Fact, Step};
use super::clock::Edge;
use super::reading::{Heard, HeardSession};
use lines::{Mac, Phase, Side};
use std::collections::HashMap;

/// One use of an outer address, or of an address that is not translated, by an inner one.
#[derive(Debug, Clone)]
pub(super) struct Use {
    pub heard: Heard,
    pub proto: Option<u8>,
    pub src: Side,
    pub nat_src: Option<Side>,
    /// Other sides it is known to have spoken with.
    pub others: Vec<Side>,
    pub from: Option<Edge>,
    pub to: Option<Edge>,
    /// The port's next use, where the end is not in the record.
    next: Option<Edge>,
    /// The last instant at which a line tells of it.
    seen: Edge,
    pub session: Option<u64>,
    pub mac: Option<Mac>,
    pub user: Option<String>,
    is_translation: bool,
    evidence: Vec<Evidence>,
}

/// The lines of one use are not further apart than the rounding of two times.
const JOIN_US: i64 = 2_000_000;
/// Lines of a step that are shown.
const MOST_EVIDENCE: usize = 6;

type Key = (u32, Option<u8>, Side, Option<Side>);

/// The uses that these lines, in the order of true time, tell of.
pub(super) fn gather(told: impl Iterator<Item = HeardSession>) -> Vec<Use> {
    let (mut uses, mut last): (Vec<Use>, HashMap<Key, usize>) = (Vec::new(), HashMap::new());
    for line in told {
        let key = (line.heard.source, line.proto, line.src, line.nat_src);
        match last.get(&key).map(|at| &mut uses[*at]).filter(|it| it.goes_on_with(&line)) {
            Some(open) => open.join(line),
            None => {
                last.insert(key, uses.len());
                uses.push(Use::of(line));
            }
        }
    }
    bound(&mut uses);
    uses
}

/// An end that is not in the record lies before the next use of the same outer address and port.
fn bound(uses: &mut [Use]) {
    let begins: Vec<(Side, Option<u8>, Edge)> =
        uses.iter().filter_map(|it| Some((it.outside(), it.proto, it.from.or(it.to)?))).collect();
    for one in uses.iter_mut().filter(|it| it.to.is_none() && it.outside().1.is_some()) {
        let (outside, proto, seen) = (one.outside(), one.proto, one.seen);
        let later = begins.iter().filter(|(side, other, begin)| {
            *side == outside && is_same_proto(*other, proto) && begin.us > seen.us
        });
        one.next = later.map(|(_, _, begin)| *begin).min_by_key(|it| it.us);
    }
}

pub(super) fn is_same_proto(one: Option<u8>, other: Option<u8>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl Use {
    fn of(line: HeardSession) -> Self {
        let at = line.heard.at;
        let evidence = vec![line.heard.evidence.clone()];
        Self {
            proto: line.proto,
            src: line.src,
            nat_src: line.nat_src,
            others: line.dst.into_iter().collect(),
            from: line.started.or((line.phase == Phase::Going).then_some(at)),
            to: (line.phase == Phase::Ended).then_some(at),
            next: None,
            seen: at,
            session: line.session,
            mac: line.mac,
            user: line.user,
            is_translation: line.is_translation,
            evidence,
            heard: line.heard,
        }
    }

    fn goes_on_with(&self, line: &HeardSession) -> bool {
        let begins = match line.phase {
            Phase::Begun => Some(line.heard.at),
            _ => line.started,
        };
        let is_same = self.session.is_some() && self.session == line.session;
        match (self.to, begins) {
            (Some(to), begin) => {
                begin.unwrap_or(line.heard.at).earliest() <= to.latest().saturating_add(JOIN_US)
            }
            // A translation stays while sessions through it come and go.
            (None, _) if is_same || self.is_translation => true,
            (None, Some(begin)) => self.from.is_none_or(|from| {
                begin.us.abs_diff(from.us) <= (JOIN_US + begin.slack_us + from.slack_us).unsigned_abs()
            }),
            (None, None) => true,
        }
    }

    fn join(&mut self, line: HeardSession) {
        let at = line.heard.at;
        let earlier = line.started.filter(|it| self.from.is_none_or(|from| it.us < from.us));
        // The line of the beginning knows it better than the duration at the end does.
        self.from = match (self.from, earlier) {
            (Some(from), Some(it)) if it.latest() >= from.earliest() => Some(from),
            (from, earlier) => earlier.or(from),
        };
        if line.phase == Phase::Ended && (line.is_translation || !self.is_translation) {
            self.to = Some(self.to.filter(|to| to.us > at.us).unwrap_or(at));
        } else if line.phase == Phase::Begun && line.heard.at.us > self.seen.us {
            self.to = None;
        }
        self.seen = if at.us > self.seen.us { at } else { self.seen };
        self.is_translation |= line.is_translation;
        self.session = self.session.or(line.session);
        self.mac = self.mac.or(line.mac);
        self.user = self.user.take().or(line.user);
        self.heard.is_clock_unknown |= line.heard.is_clock_unknown;
        if let Some(dst) = line.dst.filter(|dst| !self.others.contains(dst)) {
            self.others.push(dst);
        }
        if self.evidence.len() < MOST_EVIDENCE {
            self.evidence.push(line.heard.evidence);
        }
    }

    /// The address and port that are seen from outside.
    pub fn outside(&self) -> Side {
        self.nat_src.unwrap_or(self.src)
    }

    /// The end, or what bounds it.
    pub fn end(&self) -> Option<Edge> {
        self.to.or(self.next)
    }

    /// How far the uncertainty of its ends reaches.
    pub fn slack_us(&self) -> i64 {
        let ends = [self.from, self.end()];
        ends.into_iter().flatten().map(|it| it.slack_us).max().unwrap_or(0)
    }

    /// How far it lies from this time, at most `longest_us` before its end where the beginning is not in the record:
    /// the distance as the lines say, or nothing where no uncertainty brings them together.
    pub fn distance(&self, (from_us, to_us): (i64, i64), longest_us: i64) -> Option<i64> {
        let from = self.from.unwrap_or_else(|| {
            let us = self.seen.us.saturating_sub(longest_us);
            Edge { us, slack_us: 0 }
        });
        let end = self.end().unwrap_or(Edge { us: from.us.saturating_add(longest_us), slack_us: 0 });
        let fits = from.earliest() <= to_us && end.latest() >= from_us;
        let off = from.us.saturating_sub(to_us).max(from_us.saturating_sub(end.us)).max(0);
        fits.then_some(off)
    }

    /// Whether its lines name this other side; nothing where they name none.
    pub fn has_other(&self, (ip, port): Side) -> Option<bool> {
        let is = |other: &Side| other.0 == ip && (port.is_none() || other.1.is_none() || port == other.1);
        (!self.others.is_empty()).then(|| self.others.iter().any(is))
    }

    pub fn step(&self, other: Option<Side>) -> Step {
        let other = other.filter(|it| self.has_other(*it) == Some(true)).or(self.others.first().copied());
        let (proto, session) = (self.proto, self.session);
        let fact = match self.nat_src {
            Some(outside) => Fact::Translation { outside, inside: self.src, other, proto, session },
            None => Fact::Session { src: self.src, other, proto, session },
        };
        let mut doubts: Vec<Doubt> = self.heard.clock_doubt().into_iter().collect();
        if self.from.is_none() {
            doubts.push(Doubt::BeginUnknown);
        }
        if self.to.is_none() {
            doubts.push(Doubt::EndUnknown { next_us: self.next.map(|it| it.us) });
        }
        Step {
            fact,
            source: self.heard.source,
            source_name: self.heard.name.clone(),
            evidence: self.evidence.clone(),
            from_us: self.from.map(|it| it.us),
            to_us: self.to.map(|it| it.us),
            doubts,
        }
    }
}
