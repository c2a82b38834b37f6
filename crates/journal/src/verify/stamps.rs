//! The time stamps over the chains: what each names must be there, and is covered by it from then on. An hour without a
//! stamp proves nothing, since an authority may be away; it is told as a warning.

use super::walk::{Chain, Walk};
use super::{Report, Warning, What};
use crate::chain::Heads;
use crate::error::Result;
use crate::journal::Journal;
use crate::names;
use crate::stamps::Judge;
use futures_util::{StreamExt, TryStreamExt};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

const MINUTE_US: i64 = 60_000_000;
/// How far a node's clock may be before the authority's.
const SKEW_US: i64 = 5 * MINUTE_US;
/// Two nodes may ask at the same time, and the one with the older heads may be answered last.
const RACE_US: i64 = 10 * MINUTE_US;
/// A stamp an hour: an entry that waited for longer waited for one that is not there.
const LATE_US: i64 = 90 * MINUTE_US;
/// Stamps that are read at a time.
const AT_ONCE: usize = 16;

/// What stamps so far say of one chain.
#[derive(Default)]
struct Covered {
    /// The entry behind the last one that a stamp covers.
    next: u64,
    /// The highest number that a stamp names, and that stamp's instant.
    highest: Option<(u64, i64)>,
    /// An entry is not the one that a stamp names, and so are all behind it.
    is_made_anew: bool,
}

/// Entries that a stamp is the first to cover.
struct Fresh {
    stamped_at_us: i64,
    late: u64,
    oldest_us: Option<i64>,
}

impl Journal {
    pub(super) async fn verify_stamps(
        &self,
        folders: Vec<(String, Option<i64>)>,
        judge: &Judge<'_>,
        walk: &Walk,
        report: &mut Report,
    ) -> Result<()> {
        let mut covered = BTreeMap::<String, Covered>::new();
        let reading = futures_util::stream::iter(folders).map(|(path, at_us)| async move {
            let stamp = self.read_stamp(&path).await?;
            Ok::<_, crate::Error>((path, at_us, stamp))
        });
        let mut read = std::pin::pin!(reading.buffered(AT_ONCE));
        while let Some((path, at_us, stamp)) = read.try_next().await? {
            let Some(stamp) = stamp else {
                match at_us {
                    Some(_) => report.warnings.push(Warning::StampUnfinished { path }),
                    None => report.add(&path, What::StampUnreadable),
                }
                continue;
            };
            match (judge(&stamp), stamp.names()) {
                (Err(why), _) => report.add(&path, What::StampNotBelieved { why }),
                (Ok(at_us), _) if names::instant_text(at_us) != names::instant_text(stamp.at_us) => {
                    report.add(&path, What::StampMisplaced { at_us });
                }
                (Ok(_), None) => report.add(&path, What::StampUnreadable),
                (Ok(at_us), Some(heads)) => {
                    (report.stamps, report.stamped_upto_us) = (report.stamps + 1, Some(at_us));
                    self.take_stamp((&path, at_us, &heads), walk, &mut covered, report);
                }
            }
        }
        self.tell_missing(walk, &covered, report);
        for (node, chain) in &walk.chains {
            let first = covered.get(node).map_or(0, |covered| covered.next);
            for (_, written_at_us) in chain.entries.range(first..).map(|(_, entry)| entry) {
                report.unstamped += 1;
                let since_us = report.unstamped_since_us.get_or_insert(*written_at_us);
                *since_us = *written_at_us.min(since_us);
            }
        }
        Ok(())
    }

    fn take_stamp(
        &self,
        (path, stamped_at_us, heads): (&str, i64, &Heads),
        walk: &Walk,
        covered: &mut BTreeMap<String, Covered>,
        report: &mut Report,
    ) {
        let stream = self.schema().stream();
        let mut fresh = Fresh { stamped_at_us, late: 0, oldest_us: None };
        for (node, no, digest) in &heads.heads {
            let covered = covered.entry(node.clone()).or_default();
            if covered
                .highest
                .is_some_and(|(high, at_us)| *no < high && stamped_at_us > at_us.saturating_add(RACE_US))
            {
                report.add(path, What::StampOutOfOrder { node: node.clone() });
            }
            if covered.highest.is_none_or(|(high, _)| *no > high) {
                covered.highest = Some((*no, stamped_at_us));
            }
            // What is missing is told of by the chain itself, or when all stamps were looked at.
            let Some(chain) = walk.chains.get(node) else { continue };
            let Some((found, _)) = chain.entries.get(no) else { continue };
            if found == digest {
                fresh.take(chain, covered.next..=*no, (stream, node), report);
                covered.next = covered.next.max(no.saturating_add(1));
            } else if !covered.is_made_anew {
                covered.is_made_anew = true;
                let what = What::EntryNotStamped { from: covered.next, stamped_at_us };
                report.add(&names::entry(stream, node, *no), what);
            }
        }
        if let Some(from_us) = fresh.oldest_us {
            report.warnings.push(Warning::StampedLate { from_us, stamped_at_us, entries: fresh.late });
        }
    }

    /// Chains that end before the highest entry that a stamp names.
    fn tell_missing(&self, walk: &Walk, covered: &BTreeMap<String, Covered>, report: &mut Report) {
        for (node, covered) in covered {
            let next = walk.chains.get(node).map_or(0, Chain::next);
            if let Some((last, stamped_at_us)) = covered.highest.filter(|(no, _)| *no >= next) {
                let path = names::entry(self.schema().stream(), node, next);
                report.add(&path, What::StampedEntryMissing { last, stamped_at_us });
            }
        }
    }
}

impl Fresh {
    /// Entries of a chain that no earlier stamp covers. One that was written later than the stamp is told of, the first
    /// of them standing for all.
    fn take(
        &mut self,
        chain: &Chain,
        numbers: RangeInclusive<u64>,
        (stream, node): (&str, &str),
        report: &mut Report,
    ) {
        let mut is_told = false;
        if numbers.is_empty() {
            return;
        }
        for (no, (_, written_at_us)) in chain.entries.range(numbers) {
            if *written_at_us > self.stamped_at_us.saturating_add(SKEW_US) && !is_told {
                is_told = true;
                let what = What::WrittenAfterStamp { stamped_at_us: self.stamped_at_us };
                report.add(&names::entry(stream, node, *no), what);
            }
            if *written_at_us < self.stamped_at_us.saturating_sub(LATE_US) {
                self.late += 1;
                self.oldest_us = self.oldest_us.into_iter().chain([*written_at_us]).min();
            }
        }
    }
}
