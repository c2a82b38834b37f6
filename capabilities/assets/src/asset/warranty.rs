//! Warranties: how an asset's stands, and the warning before it ends (AS-3).

use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{Choice, Tone};
use kernel::{Boxed, Day, Ref, Result, Tx, tr};
use serde_json::Value as Json;
use time::Duration;
use uuid::Uuid;

use super::{EDIT, store, support};

pub(crate) const STATES: [Choice; 4] = [
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
    Choice::new("valid", "Sürüyor", Tone::Done),
    Choice::new("ending", "Bitmek üzere", Tone::Late),
    Choice::new("ended", "Bitti", Tone::Wait),
];

/// Two months: enough to have a fault repaired and to buy a maintenance contract.
pub(crate) const WARNED_BEFORE: Duration = Duration::days(60);
/// Warranties that one run looks at; the next goes on.
pub(super) const AT_ONCE: u32 = 500;

/// How a warranty with this last day stands on a day.
pub(crate) fn state_on(until: Option<Day>, today: Day) -> &'static str {
    match until {
        None => "unknown",
        Some(until) if until < today => "ended",
        Some(until) if until.0 <= today.0 + WARNED_BEFORE => "ending",
        Some(_) => "valid",
    }
}

pub(crate) fn job() -> Job {
    Job {
        name: "assets.watch_warranties",
        label_tr: "Biten garantileri bildirme, sistem desteklerini izleme",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 60,
        run: watch,
    }
}

fn watch<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        support::follow_days(context).await?;
        let tx = context.db.begin(&context.act("garantiler")).await?;
        let today = tx.at().day();
        let passed = store::warranties_before(&tx, today, Day(today.0 + WARNED_BEFORE)).await?;
        if passed.is_empty() {
            return tx.rollback().await;
        }
        for one in passed {
            let state = state_on(one.until.parse().ok(), today);
            store::set_warranty(&tx, one.id, state).await?;
            let verb = if state == "ended" { "warranty_ended" } else { "warranty_ending" };
            let until = one.until.parse::<Day>().map(|until| tr::date(until.0)).unwrap_or_default();
            let event = NewEvent::new(Ref::new("asset", one.id), one.name, verb);
            tx.record(event.note(format!("Son gün: {until}.")).scope(Some(one.unit_id), one.holder_id))
                .await?;
        }
        tx.commit().await
    })
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.warranty_ending",
        label_tr: "Bir varlığın garantisi bitmek üzere olduğunda",
        on: &[("asset", "warranty_ending")],
        receivers: keepers,
        sentence_tr: "Garantisi iki ay içinde bitiyor: {title}.",
        path: None,
        about: About::Record,
    }
}

/// Those who keep the inventory.
fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = ::access::who_may(tx, EDIT, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_warranty_is_said_to_end_from_sixty_days_before_its_last_day() {
        let today = Day(date!(2026 - 11 - 27));
        for (until, expected) in [
            (None, "unknown"),
            (Some(date!(2026 - 11 - 26)), "ended"),
            (Some(date!(2026 - 11 - 27)), "ending"),
            (Some(date!(2027 - 01 - 26)), "ending"),
            (Some(date!(2027 - 01 - 27)), "valid"),
        ] {
            assert_eq!(state_on(until.map(Day), today), expected, "{until:?}");
        }
    }
}
