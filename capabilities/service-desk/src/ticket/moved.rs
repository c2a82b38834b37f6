//! What follows every act on a ticket: a row of the log where state or priority changed, and its clocks read anew. Also the
//! jobs that read them as time passes, and when settings change.

use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext, enqueue};
use kernel::record::run_verb;
use kernel::{Boxed, Ref, Result, Source, Tx};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{clock, store};
use crate::escalation::taking;
use crate::levels::Levels;

/// Acts after which the clocks are read.
pub(crate) const ON: [&str; 16] = [
    "ticket_agreed",
    "ticket_rejected",
    "created",
    "changed",
    "ticket_taken",
    "ticket_resumed",
    "ticket_solved",
    "ticket_question",
    "ticket_at_vendor",
    "ticket_part_awaited",
    "ticket_answered",
    "ticket_confirmed",
    "ticket_reopened",
    "ticket_closed",
    "ticket_cancelled",
    "ticket_merged",
];

const RECOMPUTE: &str = "service_desk.recompute";
/// Tickets that one transaction looks at.
const AT_ONCE: u32 = 200;

pub(crate) fn follow<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let levels = Levels::load(tx).await?;
        let Some(now) = store::standing(tx, event.subject_id).await? else { return Ok(()) };
        let mut last = store::last_moved(tx, now.id).await?;
        if last.is_none() && tx.act().source == Source::Import {
            // What ran in another program is not counted here: whoever measured it there knew other times.
            store::log_elsewhere(tx, &now).await?;
            last = store::last_moved(tx, now.id).await?;
        }
        if last.is_none_or(|last| {
            last.state != now.state || last.priority != now.priority || last.team_id != now.team_id
        }) {
            store::log(tx, &now).await?;
        }
        read(tx, &levels, &now).await?;
        Ok(())
    })
}

/// Reads the clocks of one ticket; answers whether its deadline stands otherwise than before.
async fn read(tx: &Tx, levels: &Levels, now: &store::Standing) -> Result<Option<&'static str>> {
    let Some((reading, held)) = clocks(tx, levels, now).await? else { return Ok(None) };
    let time = taking::Now { ticket: now, reading: &reading, held: &held, levels };
    store::set_reading(tx, now.id, &reading, taking::next_at(tx, &time).await?).await?;
    Ok((reading.deadline != now.deadline).then_some(reading.deadline))
}

async fn clocks(
    tx: &Tx,
    levels: &Levels,
    now: &store::Standing,
) -> Result<Option<(clock::Reading, Vec<clock::Held>)>> {
    let log = store::moves(tx, now.id).await?;
    let reading = clock::read(&log, levels.allowed(&now.priority), &levels.calendar, tx.at().0);
    Ok(reading.zip(clock::held(&log, &levels.calendar, tx.at().0)))
}

/// Takes the steps of escalation that are due; the clocks are read once more, for what a step does may change them.
async fn escalate(tx: &Tx, levels: &Levels, ticket: Uuid) -> Result<()> {
    let Some(now) = store::standing(tx, ticket).await? else { return Ok(()) };
    let Some((reading, held)) = clocks(tx, levels, &now).await? else { return Ok(()) };
    if taking::take_due(tx, &taking::Now { ticket: &now, reading: &reading, held: &held, levels }).await?
        && let Some(after) = store::standing(tx, ticket).await?
    {
        read(tx, levels, &after).await?;
    }
    Ok(())
}

pub(crate) fn jobs() -> Vec<Job> {
    let job = |name, label_tr, every_seconds, run| Job {
        name,
        label_tr,
        every_seconds,
        max_attempts: 3,
        limit_seconds: 120,
        run,
    };
    vec![
        job("service_desk.watch", "Süresi dolan destek kayıtlarını bildirme", Some(60), watch),
        job("service_desk.close", "Çözülen destek kayıtlarını kapatma", Some(3_600), close),
        job(RECOMPUTE, "Destek kayıtlarının sürelerini yeniden hesaplama", None, recompute),
    ]
}

/// Tickets whose time ran on past a mark since they were last read.
fn watch<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("süreler")).await?;
        let passed = store::passed(&tx, tx.at(), AT_ONCE).await?;
        if passed.is_empty() {
            return tx.rollback().await;
        }
        let levels = Levels::load(&tx).await?;
        for one in passed {
            let verb = match read(&tx, &levels, &one).await? {
                Some("near") => Some("ticket_near"),
                Some("late") => Some("ticket_late"),
                _ => None,
            };
            if let Some(verb) = verb {
                let event = NewEvent::new(Ref::new("ticket", one.id), one.title, verb);
                tx.record(event.scope(Some(one.unit_id), Some(one.requester_id))).await?;
            }
            escalate(&tx, &levels, one.id).await?;
        }
        tx.without_event("clocks that were read again change nothing else");
        tx.commit().await
    })
}

/// Who was asked whether it is solved and said nothing agrees.
fn close<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("kendiliğinden kapanma")).await?;
        let levels = Levels::load(&tx).await?;
        let today = tx.at().day().0;
        let Some(before) = levels.calendar.add_working_days(today, -levels.close_after_days()) else {
            return tx.rollback().await;
        };
        let solved = store::solved_before(&tx, kernel::Day(before).start(), AT_ONCE).await?;
        if solved.is_empty() {
            return tx.rollback().await;
        }
        let kind = super::kind();
        for id in solved {
            run_verb(&tx, &kind, id, "kapat", "").await?;
        }
        tx.commit().await
    })
}

/// Hours, holidays or allowed times changed: every open ticket is read again.
pub(crate) fn settings_changed<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let concerns = |field: &str| field.starts_with("directory.") || field.starts_with("service_desk.");
        if event.change_list().iter().any(|change| concerns(&change.field)) {
            enqueue(tx, RECOMPUTE, &Json::Null, Some("all"), tx.at()).await?;
        }
        Ok(())
    })
}

/// Steps of escalation or teams' times changed: what is open already is looked at by them, too.
pub(crate) fn steps_changed<'a>(tx: &'a Tx, _event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move { enqueue(tx, RECOMPUTE, &Json::Null, Some("all"), tx.at()).await })
}

fn recompute<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let mut after = Uuid::nil();
        loop {
            let tx = context.db.begin(&context.act("süreler")).await?;
            tx.without_event("what settings allow changed, not the tickets");
            let open = store::open_after(&tx, after, AT_ONCE).await?;
            let levels = Levels::load(&tx).await?;
            for one in &open {
                read(&tx, &levels, one).await?;
            }
            tx.commit().await?;
            match open.last() {
                Some(last) if open.len() == AT_ONCE as usize => after = last.id,
                _ => return Ok(()),
            }
        }
    })
}
