//! What happens next in the town: sessions that begin and end, leases that are given, prolonged and given back. A heap
//! of what is going on, no more.

use super::{Made, Place, Source, Town, mix, writing};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    MikrotikBegin,
    AsaTranslation,
    AsaBuilt,
    FortigateEnd,
    AsaTeardown,
    AsaTranslationEnd,
    Discover,
    Offer,
    Request,
    Ack,
    Renew,
    Renewed,
    Release,
}

/// A line that was written, without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// When it is received: the true time.
    pub received_us: i64,
    pub source: Source,
}

/// Lines in the order in which they are received.
#[derive(Debug)]
pub struct Lines {
    town: Town,
    next_session: u64,
    ahead: Option<Made>,
    /// Time, what, and the number of the session or the device.
    coming: BinaryHeap<Reverse<(i64, Event, u64)>>,
    writer: writing::Writer,
}

impl Lines {
    pub(super) fn new(town: Town) -> Self {
        let mut coming = BinaryHeap::new();
        for device in 0..town.devices() {
            let (begin, _) = town.presence(device, 0);
            coming.push(Reverse((begin, Event::Discover, u64::from(device))));
        }
        Self { town, next_session: 0, ahead: None, coming, writer: writing::Writer::new(town) }
    }

    /// Writes the next line into `out`, in place of what was there.
    pub fn next_line(&mut self, out: &mut Vec<u8>) -> Written {
        out.clear();
        let (at_us, event, number) = loop {
            let begins_us = self.session_ahead();
            if self.coming.peek().is_some_and(|Reverse((at_us, ..))| *at_us <= begins_us)
                && let Some(Reverse(next)) = self.coming.pop()
            {
                break next;
            }
            self.begin();
        };
        let source = match event {
            Event::MikrotikBegin
            | Event::AsaTranslation
            | Event::AsaBuilt
            | Event::FortigateEnd
            | Event::AsaTeardown
            | Event::AsaTranslationEnd => self.of_session(at_us, event, number, out),
            _ => self.of_lease(at_us, event, number as u32, out),
        };
        Written { received_us: at_us, source }
    }

    /// When the next session begins.
    fn session_ahead(&mut self) -> i64 {
        loop {
            if let Some(made) = self.ahead {
                return made.truth.started_us;
            }
            self.ahead = self.town.session(self.next_session);
            self.next_session += 1;
            let at_us = self.town.session_start(self.next_session);
            if self.ahead.is_none() && self.coming.peek().is_some_and(|Reverse((next, ..))| *next <= at_us) {
                return at_us;
            }
        }
    }

    fn begin(&mut self) {
        let Some(made) = self.ahead.take() else { return };
        let (at_us, number) = (made.truth.started_us, made.number);
        let mut push = |at_us, event| self.coming.push(Reverse((at_us, event, number)));
        match made.place {
            Place::TownHall => push(made.truth.ended_us, Event::FortigateEnd),
            Place::Branch => push(at_us, Event::MikrotikBegin),
            Place::Library => push(at_us, Event::AsaTranslation),
        }
    }

    fn of_session(&mut self, at_us: i64, event: Event, number: u64, out: &mut Vec<u8>) -> Source {
        let Some(made) = self.town.session(number) else { return Source::Fortigate };
        let ended_us = made.truth.ended_us;
        let next = match event {
            Event::MikrotikBegin => Some((ended_us, Event::FortigateEnd)),
            Event::AsaTranslation => Some((at_us, Event::AsaBuilt)),
            Event::AsaBuilt => Some((ended_us, Event::AsaTeardown)),
            Event::AsaTeardown => Some((at_us, Event::AsaTranslationEnd)),
            _ => None,
        };
        if let Some((at_us, event)) = next {
            self.coming.push(Reverse((at_us, event, number)));
        }
        self.writer.session(at_us, event, &made, out)
    }

    fn of_lease(&mut self, at_us: i64, event: Event, device: u32, out: &mut Vec<u8>) -> Source {
        let epoch = self.town.epoch(at_us);
        let (begin, end) = self.town.presence(device, epoch);
        let chance = mix(self.town.plan.seed, (epoch as u64) << 32 | u64::from(device));
        let tomorrow = (self.town.presence(device, epoch + 1).0, Event::Discover);
        let (next_us, next) = match event {
            Event::Discover => (at_us + 200, Event::Offer),
            Event::Offer => (at_us + 300, Event::Request),
            Event::Request => (at_us + 200, Event::Ack),
            Event::Renew => (at_us + 200, Event::Renewed),
            Event::Release => tomorrow,
            _ => {
                // Renewals come a little early or late, so that they do not all come at once.
                let late = (mix(chance, at_us as u64) % self.town.change_us()) as i64 / 8;
                let renewal_us = at_us + self.town.plan.day_us / 12 + late;
                if renewal_us < end {
                    (renewal_us, Event::Renew)
                } else if chance.is_multiple_of(4) && end > at_us {
                    (end, Event::Release)
                } else {
                    tomorrow
                }
            }
        };
        debug_assert!(begin <= at_us && next_us > at_us);
        self.coming.push(Reverse((next_us, next, u64::from(device))));
        self.writer.lease(at_us, event, device, epoch, out)
    }
}
