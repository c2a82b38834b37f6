//! Lines that were lost before they could be kept: written down by hour, door and sender, so that a restart does not forget them and
//! an answer about that time can say so. The counters of `intake` know them since the server was started.

mod store;

use std::collections::HashMap;

use intake::{Counters, Figures, Kind, Origin};
use kernel::job::JobContext;
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::{Db, Instant, Result, Tx};

use super::{AccessLogs, hour_of, sender_of};
use crate::source::store as source;
pub(crate) use store::Lost;

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0009_log_loss", up: |backend| create(backend, &[table()]) }
}

const ABOUT: &str = "lines that were lost before they could be kept, by hour";

fn table() -> Table {
    Table::new("log_loss", ABOUT)
        .text("node", "whose door it was")
        .at("hour", "beginning of the hour")
        .text("door", "UDP, TCP, TLS")
        .text("sender", "who sent them; empty where the operating system does not say")
        .int("lines", "as many at least")
        .key(&["hour", "node", "door", "sender"])
}

/// Files that were gone before they were read: how many lines is not known, nor when they were written.
pub(crate) fn gaps() -> Migration {
    let up = |backend| {
        let wider = Table::new("log_loss", ABOUT)
            .int("gaps", "times a followed file was gone before it was read to its end")
            .default("0")
            .at_null("since_at", "of gaps: when the last line of that file had come; null where none had");
        wider.add_columns(backend)
    };
    Migration { id: "access_logs/0014_log_gap", up }
}

/// Doors through which lines can be lost for good. What an archive or a program hands over is there still; so is what a file has,
/// unless the file itself was gone before it was read.
const DOORS: [(Kind, &str); 4] =
    [(Kind::Udp, "UDP"), (Kind::Tcp, "TCP"), (Kind::Tls, "TLS"), (Kind::File, "Dosya")];

/// What of the counters is written down already.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    senders: HashMap<Origin, Gone>,
    others: HashMap<&'static str, Gone>,
}

/// What was lost: lines, and files that were gone before they were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gone {
    pub lines: u64,
    pub gaps: u64,
}

impl Gone {
    fn of(kind: Kind, figures: &Figures) -> Self {
        let lines = if kind == Kind::File { 0 } else { figures.lost() };
        Self { lines, gaps: figures.gaps }
    }

    fn is_any(self) -> bool {
        self != Self::default()
    }

    /// What came since; figures that went back were begun anew.
    fn since(self, before: Self) -> Self {
        let is_anew = self.lines < before.lines || self.gaps < before.gaps;
        if is_anew { self } else { self.without(before) }
    }

    fn without(self, other: Self) -> Self {
        Self { lines: self.lines.saturating_sub(other.lines), gaps: self.gaps.saturating_sub(other.gaps) }
    }

    fn with(self, other: Self) -> Self {
        Self { lines: self.lines + other.lines, gaps: self.gaps + other.gaps }
    }
}

/// What was lost of a door and a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    pub door: &'static str,
    pub sender: String,
    pub gone: Gone,
}

/// What was lost since the last look, and what is to be remembered of this one. Lines of a source that is refused are not lost.
pub(super) fn since(
    seen: &Seen,
    counters: &Counters,
    is_refused: impl Fn(&str) -> bool,
) -> (Vec<Loss>, Seen) {
    let (mut losses, mut now) = (Vec::new(), Seen::default());
    let all = counters.senders();
    for (kind, door) in DOORS {
        let mut of_gone = Gone::default();
        for (origin, before) in seen.senders.iter().filter(|(origin, _)| origin.kind() == kind) {
            // Whoever was silent for long is counted with the others from then on.
            if !all.iter().any(|(known, _)| known == origin) {
                of_gone = of_gone.with(*before);
            }
        }
        for (origin, figures) in all.iter().filter(|(origin, _)| origin.kind() == kind) {
            let (lost, sender) = (Gone::of(kind, figures), sender_of(origin));
            if lost.is_any() {
                now.senders.insert(origin.clone(), lost);
            }
            let gone = lost.since(seen.senders.get(origin).copied().unwrap_or_default());
            if gone.is_any() && !is_refused(&sender) {
                losses.push(Loss { door, sender, gone });
            }
        }
        let others = Gone::of(kind, &counters.others(kind));
        let before = seen.others.get(door).copied().unwrap_or_default();
        now.others.insert(door, others);
        let gone = others.without(before).without(of_gone);
        if gone.is_any() {
            losses.push(Loss { door, sender: String::new(), gone });
        }
    }
    (losses, now)
}

/// Writes down what was lost since the last time.
pub(super) async fn write(logs: &AccessLogs, context: &JobContext) -> Result<()> {
    let inner = logs.inner();
    let seen = inner.lost().clone();
    let is_refused = |sender: &str| inner.known.find(sender).is_some_and(|one| one.is_refused);
    let (losses, now) = since(&seen, &inner.counters, is_refused);
    if !losses.is_empty() {
        let tx = context.db.begin(&context.act("kayıt alma")).await?;
        tx.without_event("figures of what was lost; the finding about it is an event");
        let hour = hour_of(tx.at());
        for loss in &losses {
            // Called before what came since is written down: the last line of the file that is gone.
            let since = if loss.gone.gaps > 0 { source::last_of(&tx, &loss.sender).await? } else { None };
            store::add(&tx, logs.node(), (hour, since), loss).await?;
        }
        tx.commit().await?;
    }
    *inner.lost() = now;
    Ok(())
}

/// What was lost from an hour on.
pub(crate) async fn lost_since(db: &Db, hour: Instant) -> Result<Vec<Lost>> {
    store::between(db, hour, Instant(i64::MAX)).await
}

/// How many lines were lost in the hour of an instant and those beside it, and how many files were gone that may have had lines of
/// then.
pub(crate) async fn lost_around(db: &Db, at: Instant) -> Result<(i64, i64)> {
    const HOUR_US: i64 = 60 * Instant::MINUTE_US;
    let hour = hour_of(at);
    let all = store::between(db, Instant(hour.0 - HOUR_US), Instant(hour.0 + HOUR_US)).await?;
    Ok((all.iter().map(|one| one.lines).sum(), all.iter().map(|one| one.gaps).sum()))
}

/// Drops what is older than any record that is kept.
pub(crate) async fn forget_lost(tx: &Tx, before: Instant) -> Result<()> {
    store::forget_before(tx, before).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_lost_once() {
        let counters = Counters::new(10);
        let sender = Origin::Udp("10.0.0.9".parse().unwrap());
        let (losses, seen) = since(&Seen::default(), &counters, |_| false);
        assert_eq!(losses, []);
        counters.note_lost(&sender, 3);
        let (losses, seen) = since(&seen, &counters, |_| false);
        let gone = |lines, gaps| Gone { lines, gaps };
        assert_eq!(losses, [Loss { door: "UDP", sender: "10.0.0.9".into(), gone: gone(3, 0) }]);
        assert_eq!(since(&seen, &counters, |_| false).0, []);
        counters.note_lost(&sender, 2);
        assert_eq!(since(&seen, &counters, |sender| sender == "10.0.0.9").0, []);
        let (losses, seen) = since(&seen, &counters, |_| false);
        assert_eq!(losses[0].gone, gone(2, 0));
        let file = Origin::File("/var/log/dhcpd.log".into());
        counters.note_lost(&file, 9);
        counters.note_gap(&file);
        let (losses, seen) = since(&seen, &counters, |_| false);
        // What a file has can be read again; a file that is gone cannot.
        let gap = Loss { door: "Dosya", sender: "dosya:/var/log/dhcpd.log".into(), gone: gone(0, 1) };
        assert_eq!(losses, [gap]);
        assert_eq!(since(&seen, &counters, |_| false).0, []);
    }
}
