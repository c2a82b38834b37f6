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
pub(crate) use store::Lost;

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0009_log_loss", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("log_loss", "lines that were lost before they could be kept, by hour")
        .text("node", "whose door it was")
        .at("hour", "beginning of the hour")
        .text("door", "UDP, TCP, TLS")
        .text("sender", "who sent them; empty where the operating system does not say")
        .int("lines", "as many at least")
        .key(&["hour", "node", "door", "sender"])
}

/// Doors through which lines can be lost for good: what a file, an archive or a program hands over is there still.
const DOORS: [(Kind, &str); 3] = [(Kind::Udp, "UDP"), (Kind::Tcp, "TCP"), (Kind::Tls, "TLS")];

/// What of the counters is written down already.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    senders: HashMap<Origin, u64>,
    others: HashMap<&'static str, u64>,
}

/// Lines of a door and a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    pub door: &'static str,
    pub sender: String,
    pub lines: u64,
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
        let mut of_gone = 0;
        for (origin, before) in seen.senders.iter().filter(|(origin, _)| origin.kind() == kind) {
            // Whoever was silent for long is counted with the others from then on.
            of_gone += if all.iter().any(|(known, _)| known == origin) { 0 } else { *before };
        }
        for (origin, figures) in all.iter().filter(|(origin, _)| origin.kind() == kind) {
            let (lost, sender) = (figures.lost(), sender_of(origin));
            let before = seen.senders.get(origin).copied().unwrap_or(0);
            let before = if lost < before { 0 } else { before };
            if lost > 0 {
                now.senders.insert(origin.clone(), lost);
            }
            if lost > before && !is_refused(&sender) {
                losses.push(Loss { door, sender, lines: lost - before });
            }
        }
        let others: Figures = counters.others(kind);
        let before = seen.others.get(door).copied().unwrap_or(0);
        now.others.insert(door, others.lost());
        let lines = others.lost().saturating_sub(before).saturating_sub(of_gone);
        if lines > 0 {
            losses.push(Loss { door, sender: String::new(), lines });
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
            store::add(&tx, logs.node(), hour, loss).await?;
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

/// How many lines were lost in the hour of an instant and those beside it.
pub(crate) async fn lost_around(db: &Db, at: Instant) -> Result<i64> {
    const HOUR_US: i64 = 60 * Instant::MINUTE_US;
    let hour = hour_of(at);
    let all = store::between(db, Instant(hour.0 - HOUR_US), Instant(hour.0 + HOUR_US)).await?;
    Ok(all.iter().map(|one| one.lines).sum())
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
        assert_eq!(losses, [Loss { door: "UDP", sender: "10.0.0.9".into(), lines: 3 }]);
        assert_eq!(since(&seen, &counters, |_| false).0, []);
        counters.note_lost(&sender, 2);
        assert_eq!(since(&seen, &counters, |sender| sender == "10.0.0.9").0, []);
        assert_eq!(since(&seen, &counters, |_| false).0[0].lines, 2);
    }
}
