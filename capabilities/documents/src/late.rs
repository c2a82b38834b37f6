//! What somebody was given to do by a day: who hears of it, and the hourly look for what is late. Each is told once, by an event of
//! its own.

mod store;

use kernel::event::NewEvent;
use kernel::job::JobContext;
use kernel::record::{self, Kind};
use kernel::{Result, Tx};
use uuid::Uuid;

/// Late ones that one run tells.
const AT_ONCE: u32 = 500;

/// Records with `state`, `due_on` and `is_late_told`, which are late while they are open.
pub(crate) struct Watch {
    pub kind: fn() -> Kind,
    /// Under what name the look is done.
    pub act_tr: &'static str,
    /// Told of each.
    pub event: &'static str,
    /// What else must be so, as a condition on its columns; empty for nothing.
    pub also: &'static str,
}

pub(crate) async fn watch(context: &JobContext, what: &Watch) -> Result<()> {
    let tx = context.db.begin(&context.act(what.act_tr)).await?;
    tx.without_event("what is late is an event of its own");
    let kind = (what.kind)();
    for id in store::untold(&tx, (kind.table, what.also), tx.at().day(), AT_ONCE).await? {
        let one = record::get(&tx, &kind, id).await?;
        store::set_told(&tx, kind.table, id).await?;
        let event = NewEvent::new(one.reference(&kind), one.title(&kind), what.event)
            .scope(one.unit_id(&kind), one.owner_id(&kind));
        tx.record(event).await?;
    }
    tx.commit().await
}

/// Whoever does it, and who stands in for them; where nobody heads the unit, whoever may answer there.
pub(crate) async fn doers(tx: &Tx, kind: &Kind, id: Uuid, answer: &str) -> Result<Vec<Uuid>> {
    let one = record::get(tx, kind, id).await?;
    let Some(staff) = one.get("staff_id").id() else {
        let units: Vec<Uuid> = one.get("unit_id").id().into_iter().collect();
        let holders = access::who_may(tx, answer, &units).await?;
        return Ok(holders.iter().map(|holder| holder.id).collect());
    };
    let mut all = directory::store::substitutes_of(tx, &[staff], tx.at()).await?;
    all.push(staff);
    Ok(all)
}
