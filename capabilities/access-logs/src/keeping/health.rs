//! What came of each source, written down every few seconds for the pages and for those who watch for silence.

use access_stream::{Tally, doubt_name};
use kernel::job::JobContext;
use kernel::{Instant, Result};

use super::AccessLogs;
use crate::source::store::{self, Came};

/// Sums what came since the last time into the hours of the sources.
pub(super) async fn write(logs: &AccessLogs, context: &JobContext) -> Result<()> {
    super::losses::write(logs, context).await?;
    let mut tallies = std::mem::take(&mut *logs.inner().unwritten());
    tallies.extend(logs.encoder().take_tallies());
    let written = add(logs.node(), &tallies, context).await;
    if written.is_err() {
        tallies.truncate(MOST_UNWRITTEN);
        *logs.inner().unwritten() = tallies;
    }
    written
}

/// Figures that wait for a database that is away; those that came first are kept.
const MOST_UNWRITTEN: usize = 100_000;

async fn add(node: &str, tallies: &[(u32, Tally)], context: &JobContext) -> Result<()> {
    if tallies.is_empty() {
        return Ok(());
    }
    let tx = context.db.begin(&context.act("kayıt alma")).await?;
    tx.without_event("figures of what came; the lines themselves are in the journal");
    let mut came: Vec<Came<'_>> =
        tallies.iter().map(|(source, tally)| came_of(node, *source, tally)).collect();
    // Two nodes write the same rows; in the same order none waits for the other.
    came.sort_by_key(|one| one.number);
    for one in &came {
        store::add(&tx, one).await?;
    }
    tx.commit().await
}

fn came_of<'a>(node: &'a str, source: u32, tally: &Tally) -> Came<'a> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let doubts: Vec<(&'static str, i64)> =
        tally.doubts.iter().map(|(why, number)| (doubt_name(*why), count(*number))).collect();
    Came {
        number: source.into(),
        node,
        hour: hour_of(Instant(tally.last_us)),
        lines: count(tally.lines),
        bytes: count(tally.bytes),
        cut: count(tally.cut),
        unread: count(tally.doubts.iter().map(|(_, number)| number).sum()),
        doubts,
        named: tally.named.map(count),
        last_at: Instant(tally.last_us),
        format: tally.format().map_or("unknown", lines::Format::name),
        skew_us: tally.least_delay_us,
    }
}

/// The beginning of the hour.
pub(crate) fn hour_of(at: Instant) -> Instant {
    const HOUR_US: i64 = 3_600_000_000;
    Instant(at.0 - at.0.rem_euclid(HOUR_US))
}
