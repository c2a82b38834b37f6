//! Which steps a ticket's time has come to, when the next one comes, and what a step does.

use kernel::event::Event;
use kernel::record::{self, Draft, FieldValue};
use kernel::{ErrorKind, NewEvent, Ref, Result, Tx};
use uuid::Uuid;

use super::store::{self, Step, Taken};
use crate::levels::Levels;
use crate::ticket::clock::{Held, Reading};
use crate::ticket::store::Standing;
use crate::ticket::{self, VIEW, WORK};

/// A ticket's time as it stands now.
pub(crate) struct Now<'a> {
    pub ticket: &'a Standing,
    pub reading: &'a Reading,
    /// What each team had it for, in working minutes.
    pub held: &'a [Held],
    pub levels: &'a Levels,
}

impl Now<'_> {
    /// Working minutes until a step is due; none where it does not look at this ticket, or the clocks stand still.
    fn minutes_until(&self, step: &Step) -> Option<i64> {
        let fits = (step.priority == "any" || step.priority == self.ticket.priority)
            && (step.team_id.is_none() || step.team_id == self.ticket.team_id);
        if !fits || !self.reading.is_running {
            return None;
        }
        let allowed = self.levels.allowed(&self.ticket.priority);
        let (spent, allowed) = match step.measure.as_str() {
            "answer" if !self.reading.is_answered => (self.reading.answered_after, allowed.answer),
            "solution" => (self.reading.worked, allowed.solution),
            "team" => {
                let team = self.ticket.team_id?;
                let held = self.held.iter().find(|held| held.team_id == Some(team));
                (held.map_or(0, |held| held.minutes), self.levels.team_minutes(team, &self.ticket.priority)?)
            }
            _ => return None,
        };
        // Rounded up: half a minute before its time nothing is due.
        Some((allowed * step.percent + 99) / 100 - spent)
    }

    fn mark(&self, step: &Step) -> Taken {
        let team = self.ticket.team_id.filter(|_| step.measure == "team");
        Taken { step_id: step.id, team_id: team.unwrap_or_default() }
    }

    /// Steps not taken yet, each with the minutes until it is due.
    fn ahead<'s>(&self, steps: &'s [Step], taken: &[Taken]) -> Vec<(&'s Step, i64)> {
        let open = steps.iter().filter(|step| !taken.contains(&self.mark(step)));
        open.filter_map(|step| Some((step, self.minutes_until(step)?))).collect()
    }
}

/// When the next step is due (µs UTC), if time goes on as it does.
pub(crate) async fn next_at(tx: &Tx, now: &Now<'_>) -> Result<Option<i64>> {
    if now.levels.steps.is_empty() || !now.reading.is_running {
        return Ok(None);
    }
    let taken = store::taken(tx, now.ticket.id).await?;
    let next = now.ahead(&now.levels.steps, &taken).into_iter().map(|(_, minutes)| minutes.max(0)).min();
    Ok(next.and_then(|minutes| now.levels.calendar.add_working_minutes(tx.at().0, minutes)))
}

/// Takes every step whose time has come, each once.
pub(crate) async fn take_due(tx: &Tx, now: &Now<'_>) -> Result<bool> {
    let taken = store::taken(tx, now.ticket.id).await?;
    let ahead = now.ahead(&now.levels.steps, &taken);
    let due: Vec<&Step> =
        ahead.into_iter().filter(|(_, minutes)| *minutes <= 0).map(|(step, _)| step).collect();
    for step in &due {
        store::take(tx, now.ticket.id, &now.mark(step)).await?;
    }
    for step in &due {
        let note = act(tx, step, now.ticket).await?;
        let ticket = now.ticket;
        let event = NewEvent::new(Ref::new("ticket", ticket.id), ticket.title.clone(), "ticket_escalated")
            .note(note)
            .related(Ref::new("escalation_step", step.id));
        tx.record(event.scope(Some(ticket.unit_id), Some(ticket.requester_id))).await?;
    }
    Ok(!due.is_empty())
}

/// Hands the ticket over where the step says so; answers what happened, in words.
async fn act(tx: &Tx, step: &Step, ticket: &Standing) -> Result<String> {
    let meant = meant(tx, step, ticket.id).await?;
    let mut said = format!("{}.", step.title);
    if receivers(tx, step, ticket.id).await?.is_empty() {
        said.push_str(" Bildirilecek kimse bulunamadı, destek ekibine bildirildi.");
    }
    match meant {
        Some(to) if step.hands_over && !hand_over(tx, ticket.id, to).await? => {
            said.push_str(" Kayıt verilemedi.");
        }
        None if step.hands_over => said.push_str(" Kayıt verilemedi."),
        _ => {}
    }
    Ok(said)
}

/// Whether the person could be given it. One who left, or a ticket that ended meanwhile, stops no other step.
async fn hand_over(tx: &Tx, ticket: Uuid, to: Uuid) -> Result<bool> {
    let kind = ticket::kind();
    let before = record::get(tx, &kind, ticket).await?;
    let mut draft = Draft::default();
    draft.set("assignee_id", FieldValue::Id(to));
    match record::update(tx, &kind, ticket, before.version, draft).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The staff member a step means, if there is one today.
async fn meant(tx: &Tx, step: &Step, ticket: Uuid) -> Result<Option<Uuid>> {
    let ticket = record::get(tx, &ticket::kind(), ticket).await?;
    let head = async |unit: Option<Uuid>| match unit {
        Some(unit) => directory::store::head_on(tx, unit, tx.at().day().0)
            .await
            .map(|head| head.map(|one| one.staff_id)),
        None => Ok(None),
    };
    Ok(match step.receiver.as_str() {
        "team_head" => head(ticket.get("team_id").id()).await?,
        "requester_head" => head(ticket.get("unit_id").id()).await?,
        "person" => step.person_id,
        _ => ticket.get("assignee_id").id(),
    })
}

/// Whom the step means, if they may see the ticket.
async fn receivers(tx: &Tx, step: &Step, ticket: Uuid) -> Result<Vec<Uuid>> {
    let Some(meant) = meant(tx, step, ticket).await? else { return Ok(Vec::new()) };
    let Some(ticket) = ticket::store::standing(tx, ticket).await? else { return Ok(Vec::new()) };
    let unit = ticket.unit_id;
    let units = directory::store::with_units_above(tx, unit).await?;
    let who_sees = access::who_may(tx, VIEW, &units).await?;
    Ok(who_sees.iter().filter_map(|holder| holder.staff_id).filter(|staff| *staff == meant).collect())
}

/// Who hears of a step: those it means, or the desk where it means nobody who may see the ticket.
pub(crate) async fn told(tx: &Tx, event: &Event) -> Result<Vec<Uuid>> {
    let step = match event.related_id {
        Some(step) => store::step(tx, step).await?,
        None => None,
    };
    let people = match step {
        Some(step) => receivers(tx, &step, event.subject_id).await?,
        None => Vec::new(),
    };
    if !people.is_empty() {
        return Ok(people);
    }
    Ok(access::who_may(tx, WORK, &[]).await?.iter().map(|holder| holder.id).collect())
}
