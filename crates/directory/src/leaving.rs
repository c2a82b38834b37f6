//! A person leaves on a day that was written down: today, earlier, or to come. Until that day they are at work; on it the post
//! has ended, and a job ends what does not end by its dates.

use kernel::event::Event;
use kernel::job::{Job, JobContext};
use kernel::record::{self, REASON, Record};
use kernel::{Boxed, Day, Error, NewEvent, Result, Tx, Violation, tr};
use serde_json::Value as Json;
use time::Duration;
use uuid::Uuid;

use crate::kinds;
use crate::kinds::staff::post_rule;
use crate::store::{self, day};

/// Nobody's leaving is known longer before.
const MOST_DAYS_AHEAD: i64 = 366;

/// Writes the day; a later one replaces it. What follows of it is [`keep`]'s.
pub(crate) fn book<'a>(tx: &'a Tx, staff: &'a Record, said: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let typed = said.split(' ').next().unwrap_or_default();
        let on = tr::parse_date(typed).map_err(|text| Error::rule("GRK-003", REASON, text))?;
        let today = tx.at().day().0;
        let iso = Day(on).to_string();
        if let Some(wrong) = post_rule(tx, staff.id, &iso, (REASON, "Ayrılma tarihi")).await? {
            return Err(Error::invalid(vec![wrong]));
        }
        if on > today + Duration::days(MOST_DAYS_AHEAD) {
            let text = "Ayrılma tarihi en çok bir yıl sonrası olabilir.";
            return Err(Error::invalid(vec![Violation::new("staff.too_far", REASON, text)]));
        }
        if on <= today {
            refuse_open_duties(tx, staff.id).await?;
            refuse_holding(tx, staff.id).await?;
        }
        store::set_leaving(tx, staff.id, Some(&iso)).await
    })
}

pub(crate) fn withdraw<'a>(tx: &'a Tx, staff: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        if staff.get("leaving").text() != "coming" {
            let text = "Kişinin ileri tarihli bir ayrılışı yok.";
            return Err(Error::rule("staff.not_leaving", "", text));
        }
        store::set_leaving(tx, staff.id, None).await
    })
}

async fn refuse_open_duties(tx: &Tx, staff: Uuid) -> Result<()> {
    if store::open_duties_of(tx, staff, tx.at()).await? > 0 {
        let text = "Kişinin süren görevlendirmesi ya da vekâleti var; ayrılıştan önce sona erdirin.";
        return Err(Error::rule("staff.open_duties", "", text));
    }
    Ok(())
}

/// Nobody leaves with something of the municipality's, as long as there is time to ask for it.
async fn refuse_holding(tx: &Tx, staff: Uuid) -> Result<()> {
    match held(tx, staff).await?.first() {
        Some((held, way_out)) => {
            Err(Error::rule("staff.holds", "", format!("Kişinin üzerinde {held} var; {way_out}")))
        }
        None => Ok(()),
    }
}

/// What the person has to give back, and how. A dozen capabilities at most have an opinion.
async fn held(tx: &Tx, staff: Uuid) -> Result<Vec<(String, &'static str)>> {
    let mut held = Vec::new();
    let Some(registry) = tx.registry().cloned() else { return Ok(held) };
    for holding in registry.holdings() {
        let count = (holding.count)(tx, staff).await?;
        if count > 0 {
            held.push((tr::count(holding.noun_tr, count.unsigned_abs()), holding.way_out_tr));
        }
    }
    Ok(held)
}

/// Of a leaving that was written down: one whose day is here happens at once.
pub(crate) fn keep<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        match store::leaves_on(tx, event.subject_id).await? {
            Some(on) if day(&on)? <= tx.at().day().0 => leave(tx, event.subject_id).await,
            _ => Ok(()),
        }
    })
}

/// The day is here: duties that still run end, and whoever listens hears that the person left.
async fn leave(tx: &Tx, staff: Uuid) -> Result<()> {
    end_duties(tx, staff).await?;
    if !store::set_left(tx, staff).await? {
        return Ok(());
    }
    let kind = kinds::staff::kind();
    let record = record::get(tx, &kind, staff).await?;
    let event = |verb| {
        let event = NewEvent::new(record.reference(&kind), record.title(&kind), verb);
        event.scope(record.unit_id(&kind), record.owner_id(&kind))
    };
    tx.record(event("staff_left")).await?;
    // A day that was written down comes whether everything was given back or not; somebody must ask for it.
    let held: Vec<String> = held(tx, staff).await?.into_iter().map(|(held, _)| held).collect();
    if !held.is_empty() {
        tx.record(event("staff_left_holding").note(held.join(", "))).await?;
    }
    Ok(())
}

/// With their own verbs, so that each says in its own history why it ended.
async fn end_duties(tx: &Tx, staff: Uuid) -> Result<()> {
    const WHY: &str = "Kişi görevinden ayrıldı.";
    for (table, id, state) in store::duties_of(tx, staff, tx.at()).await? {
        let kind = if table == "appointment" { kinds::appointment::kind() } else { kinds::acting::kind() };
        let verb = if state == "approved" { "sona-erdir" } else { "geri-cek" };
        record::run_verb(tx, &kind, id, verb, WHY).await?;
    }
    Ok(())
}

pub(crate) fn job() -> Job {
    Job {
        name: "directory.leave",
        label_tr: "Günü gelen ayrılışları işleme",
        every_seconds: Some(300),
        max_attempts: 3,
        limit_seconds: 120,
        run: leave_all,
    }
}

/// Each by itself: one that cannot leave, such as the last administrator, keeps nobody else, and the list of jobs says why.
fn leave_all<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("ayrılışlar")).await?;
        let mut refused = None;
        let mut done = 0;
        for staff in store::leaving_until(&tx, tx.at().day().0).await? {
            tx.begin_part().await?;
            let left = leave(&tx, staff).await;
            tx.end_part(left.is_ok()).await?;
            match left {
                Ok(()) => done += 1,
                Err(error) => refused = Some(error),
            }
        }
        if done > 0 {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        refused.map_or(Ok(()), Err)
    })
}

/// Who has to ask for what somebody still holds: those who may write staff in the unit and above.
pub(crate) fn who_asks<'a>(
    tx: &'a Tx,
    event: &'a Event,
    _reach: kernel::notice::Reach,
) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let units = match event.unit_id {
            Some(unit) => store::with_units_above(tx, unit).await?,
            None => Vec::new(),
        };
        let holders = access::who_may(tx, "directory.staff.edit", &units).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
