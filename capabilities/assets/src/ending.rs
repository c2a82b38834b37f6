//! What ends on a day: how it stands, and the warning before. Warranties, licences and agreements each hand in a table (AS-3, AS-4).

mod store;

use kernel::event::NewEvent;
use kernel::job::JobContext;
use kernel::record::{self, Choice, Kind, Record, Tone};
use kernel::{Boxed, Day, Result, Tx, tr};
use time::Duration;
use uuid::Uuid;

pub(crate) const STATES: [Choice; 4] = [
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
    Choice::new("valid", "Sürüyor", Tone::Done),
    Choice::new("ending", "Bitmek üzere", Tone::Late),
    Choice::new("ended", "Bitti", Tone::Wait),
];

/// Two months: enough to have a fault repaired and to buy a maintenance contract.
pub(crate) const WARNED_BEFORE: Duration = Duration::days(60);

pub(crate) type Then = for<'a> fn(&'a Tx, &'a Record) -> Boxed<'a, Result<()>>;

/// What of a kind ends, and what is said then.
pub(crate) struct Ending {
    pub kind: fn() -> Kind,
    /// Column with the last day.
    pub until: &'static str,
    /// Column that says how it stands: one of [`STATES`].
    pub column: &'static str,
    /// Which records count, as SQL.
    pub in_force: &'static str,
    /// Who does it, as the history names it.
    pub act_tr: &'static str,
    /// Verbs of the events.
    pub ending: &'static str,
    pub ended: &'static str,
    /// What follows for other records.
    pub then: Option<Then>,
}

/// How something with this last day stands on a day.
pub(crate) fn state_on(until: Option<Day>, today: Day) -> &'static str {
    match until {
        None => "unknown",
        Some(until) if until < today => "ended",
        Some(until) if until.0 <= today.0 + WARNED_BEFORE => "ending",
        Some(_) => "valid",
    }
}

/// Tells of those that came near their end, or to it, since they were last looked at.
pub(crate) async fn watch(context: &JobContext, ending: &Ending) -> Result<()> {
    let tx = context.db.begin(&context.act(ending.act_tr)).await?;
    let today = tx.at().day();
    let passed = store::passed(&tx, ending, today, Day(today.0 + WARNED_BEFORE)).await?;
    if passed.is_empty() {
        return tx.rollback().await;
    }
    for id in passed {
        pass(&tx, ending, id, today).await?;
    }
    tx.commit().await
}

async fn pass(tx: &Tx, ending: &Ending, id: Uuid, today: Day) -> Result<()> {
    let kind = (ending.kind)();
    let record = record::get(tx, &kind, id).await?;
    let until: Option<Day> = record.get(ending.until).text().parse().ok();
    let state = state_on(until, today);
    store::set(tx, ending, id, state).await?;
    if let Some(then) = ending.then {
        then(tx, &record).await?;
    }
    let verb = if state == "ended" { ending.ended } else { ending.ending };
    let until = until.map(|until| tr::date(until.0)).unwrap_or_default();
    let event =
        NewEvent::new(record.reference(&kind), record.title(&kind), verb).note(format!("Son gün: {until}."));
    tx.record(event.scope(record.unit_id(&kind), record.owner_id(&kind))).await?;
    Ok(())
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
