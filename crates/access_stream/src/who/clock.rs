//! What time it really was: the clocks of devices are ahead or behind, their times are whole seconds, and some lines
//! wait in a queue before they are received.

use journal::Row;
use std::collections::HashMap;

/// A source's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skew {
    /// How far it is ahead of ours.
    pub ahead_us: i64,
    /// How far that may be wrong, without the rounding of its times.
    pub within_us: i64,
}

impl Skew {
    /// What can be reckoned with: a clock that is more than a year wrong is nobody's.
    pub(super) fn bounded(self) -> Self {
        let ahead_us = self.ahead_us.clamp(-MOST_AHEAD_US, MOST_AHEAD_US);
        Self { ahead_us, within_us: self.within_us.clamp(0, MOST_AHEAD_US) }
    }
}

const MOST_AHEAD_US: i64 = 366 * 86_400 * SECOND_US;

/// What the caller knows of a source; all of it may be missing.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Its name for people.
    pub name: Option<String>,
    /// Measured over many lines; where it is missing it is measured from lines around the moment.
    pub skew: Option<Skew>,
    /// A number of the place it stands at: leases of the same place count before others'.
    pub place: Option<u32>,
    /// Times in which nothing came from it though something should have, first instant and the one after the last.
    pub gaps: Vec<(i64, i64)>,
}

/// What the caller knows of all sources, by number.
pub type Sources = HashMap<u32, About>;

/// An instant in true time, and how far it may be wrong to either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub us: i64,
    pub slack_us: i64,
}

impl Edge {
    pub fn earliest(self) -> i64 {
        self.us.saturating_sub(self.slack_us)
    }

    pub fn latest(self) -> i64 {
        self.us.saturating_add(self.slack_us)
    }
}

const SECOND_US: i64 = 1_000_000;
/// From a device's pen to our ear, in a town's network.
const PROMPT_US: i64 = 200_000;
/// A line without a time of its own may have waited.
const NO_TIME_US: i64 = SECOND_US;
/// What is allowed for a clock of which nothing is known.
pub(super) const UNKNOWN_US: i64 = 180 * SECOND_US;
/// Lines that took longer say nothing of the clock: they waited, or come from an old archive.
const MOST_APART_US: i64 = 15 * 60 * SECOND_US;

/// The clock of a source as it was measured from lines: how far their own time is ahead of their receipt. Waiting
/// makes that less and so does the cut to whole seconds, so that the greatest values are the truest.
pub(super) fn measure(rows: &[Row]) -> Option<Skew> {
    let apart = rows.iter().map(|row| row.at_us.saturating_sub(row.received_at_us));
    let mut apart: Vec<i64> = apart.filter(|it| *it != 0 && it.abs() <= MOST_APART_US).collect();
    apart.sort_unstable();
    let at = |share: usize| apart.get(apart.len().checked_sub(1)? * share / 100).copied();
    let (middle, high) = (at(50)?, at(95)?);
    // Few lines may all have waited or all have been cut by most of a second.
    let least = if apart.len() < 20 { SECOND_US } else { PROMPT_US };
    Some(Skew { ahead_us: high, within_us: (high - middle).clamp(least, UNKNOWN_US) })
}

/// When what a row tells of really happened; `None` as the skew where nothing is known of the source's clock.
pub(super) fn true_time(row: &Row, skew: Option<Skew>) -> Edge {
    let (at_us, received_us) = (row.at_us, row.received_at_us);
    if at_us == received_us {
        return Edge { us: received_us, slack_us: NO_TIME_US };
    }
    let is_known = skew.is_some();
    let skew = skew.unwrap_or(Skew { ahead_us: 0, within_us: UNKNOWN_US });
    let told_us = at_us.saturating_sub(skew.ahead_us);
    let rest_us = if at_us % SECOND_US == 0 { SECOND_US } else { 0 };
    let late_us = received_us.saturating_sub(told_us);
    // Received when its corrected time says: then the receipt is the finer measure.
    if (-skew.within_us..=rest_us.saturating_add(skew.within_us)).contains(&late_us) {
        let slack_us = if is_known { PROMPT_US } else { late_us.abs().max(SECOND_US) };
        return Edge { us: received_us, slack_us };
    }
    Edge { us: told_us.saturating_add(rest_us / 2), slack_us: skew.within_us.saturating_add(rest_us / 2) }
}
