//! A finding of the inventory becomes a ticket, so that somebody sees to it (AS-5): one at a time for each program, as long as the
//! finding stands. When it was found is when the ticket was opened; when it was gone is written on it.

mod store;

use kernel::event::{Event, NewEvent, timeline};
use kernel::job::{Job, JobContext, enqueue};
use kernel::record::{self, Draft, FieldValue, FilterValue, Kind, ListQuery, Record};
use kernel::{Boxed, Ref, Result, Tx, tr};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::levels::Levels;
use crate::ticket;

pub(crate) use store::totals;

const JOB: &str = "service_desk.findings";
/// Programs of each sort of finding that one run looks at.
const AT_ONCE: u32 = 500;
/// What counts as a finding, as the inventory calls it.
const FINDINGS: [&str; 2] = ["forbidden", "short"];

/// What is told of a program.
struct Finding<'a> {
    software: Uuid,
    name: &'a str,
    said: &'a str,
    /// Counted anew; what was told when it was found says more.
    is_counted: bool,
}

/// A forbidden program was found, or licences do not suffice.
pub(crate) fn found<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let finding = Finding {
            software: event.subject_id,
            name: &event.subject_title,
            said: &event.note,
            is_counted: false,
        };
        if follow(tx, &finding).await? {
            return Ok(());
        }
        // A verdict is not refused because whoever gives it opens no tickets: the house does.
        enqueue(tx, JOB, &Json::Null, Some("all"), tx.at()).await
    })
}

/// It is gone: said on the ticket, which whoever works on it then ends.
pub(crate) fn settled<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let Some(id) = store::standing(tx, event.subject_id).await? else { return Ok(()) };
        store::settle(tx, event.subject_id).await?;
        tell(tx, id, "finding_settled", &event.note).await
    })
}

async fn tell(tx: &Tx, ticket: Uuid, verb: &'static str, note: &str) -> Result<()> {
    let kind = ticket::kind();
    let one = record::get(tx, &kind, ticket).await?;
    let event = NewEvent::new(one.reference(&kind), one.title(&kind), verb).note(note);
    tx.record(event.scope(one.unit_id(&kind), one.owner_id(&kind))).await?;
    Ok(())
}

pub(crate) fn job() -> Job {
    Job {
        name: JOB,
        label_tr: "Süren program bulgularının kaydını açma",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 120,
        run,
    }
}

/// What still stands and whose ticket was ended gets another.
fn run<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("program denetimi")).await?;
        tx.without_event("a finding that has its ticket changes nothing");
        let Some(kind) = tx.registry().and_then(|registry| registry.kind("software")) else {
            return tx.rollback().await;
        };
        for finding in FINDINGS {
            for one in standing(&tx, &kind, finding).await? {
                let (installed, seats) = (count(&one, "installed"), count(&one, "seats"));
                let said = match finding {
                    "forbidden" => format!("Yasaklanan program {installed} makinede kurulu."),
                    _ => format!("Kurulu makine: {installed}; lisansın yettiği: {seats}."),
                };
                let name = one.title(&kind);
                let found = Finding { software: one.id, name: &name, said: &said, is_counted: true };
                follow(&tx, &found).await?;
            }
        }
        tx.commit().await
    })
}

fn count(software: &Record, column: &str) -> String {
    tr::grouped(software.get(column).int().unwrap_or(0))
}

async fn standing(tx: &Tx, kind: &Kind, finding: &'static str) -> Result<Vec<Record>> {
    let is_found = FilterValue::Is(FieldValue::Text(finding.into()));
    let query = ListQuery { filters: vec![("finding", is_found)], size: AT_ONCE, ..ListQuery::first(kind) };
    Ok(record::list(tx, kind, &query, &tx.act().actor, kind.view).await?.records)
}

/// Sees to it that a standing finding has a ticket; answers whether it has.
async fn follow(tx: &Tx, finding: &Finding<'_>) -> Result<bool> {
    if let Some(open) = store::open(tx, finding.software).await? {
        if open.settled_at.is_some() {
            store::unsettle(tx, open.id).await?;
            tell(tx, open.id, "finding_again", finding.said).await?;
        }
        return Ok(true);
    }
    let team = directory::store::unit_with_code(tx, &Levels::load(tx).await?.team_code()).await?;
    let Some(requester) = answers_for(tx, team).await? else { return Ok(false) };
    if !tx.act().actor.may_on(ticket::REPORT, None, Some(requester)) {
        return Ok(false);
    }
    let title: String = format!("Program denetimi: {}", finding.name).chars().take(160).collect();
    let told = if finding.is_counted { last_told(tx, finding.software).await? } else { None };
    let description = format!("{}\n{}", finding.name, told.as_deref().unwrap_or(finding.said));
    let mut draft = Draft::default();
    for (column, value) in [
        ("title", title.as_str()),
        ("description", description.as_str()),
        ("place", "Programın sayfasında yazılı makineler"),
        ("kind", "fault"),
        ("category", "software"),
        ("urgency", "normal"),
        ("impact", "unit"),
        ("channel", "finding"),
    ] {
        draft.set(column, FieldValue::Text(value.into()));
    }
    draft.set("requester_id", FieldValue::Id(requester));
    draft.set("software_id", FieldValue::Id(finding.software));
    // One that was ended while the finding stood is what this one goes on with.
    if let Some(earlier) = store::standing(tx, finding.software).await? {
        draft.set("parent_id", FieldValue::Id(earlier));
    }
    record::create(tx, &ticket::kind(), draft).await?;
    Ok(true)
}

/// What the inventory said when it found it, such as which machines.
async fn last_told(tx: &Tx, software: Uuid) -> Result<Option<String>> {
    let events = timeline(tx, &Ref::new("software", software), None, 50).await?;
    let found =
        events.into_iter().find(|one| ["software_found", "software_short"].contains(&one.verb.as_str()));
    Ok(found.map(|one| one.note).filter(|note| !note.is_empty()))
}

/// Whoever judged; else the head of the team, whoever last had a ticket, whoever works on tickets, and where there is none of them
/// anybody of the team: a finding without a ticket is seen by nobody.
async fn answers_for(tx: &Tx, team: Option<Uuid>) -> Result<Option<Uuid>> {
    if let Some(staff) = tx.act().actor.staff_id {
        return Ok(Some(staff));
    }
    if let Some(team) = team
        && let Some(head) = directory::store::head_on(tx, team, tx.at().day().0).await?
    {
        return Ok(Some(head.staff_id));
    }
    if let Some(last) = store::last_assignee(tx).await? {
        return Ok(Some(last));
    }
    let workers = access::who_may(tx, ticket::WORK, &[]).await?;
    if let Some(worker) = workers.iter().find_map(|one| one.staff_id) {
        return Ok(Some(worker));
    }
    let Some(kind) = tx.registry().and_then(|registry| registry.kind("staff")) else { return Ok(None) };
    let of_team = team.map(|team| ("unit_id", FilterValue::Is(FieldValue::Id(team))));
    for filters in [of_team.into_iter().collect(), Vec::new()] {
        let query = ListQuery { filters, ..ListQuery::first(&kind) };
        let people = record::list(tx, &kind, &query, &tx.act().actor, kind.view).await?.records;
        if let Some(one) = people.iter().find(|one| one.get("state").text() == "active") {
            return Ok(Some(one.id));
        }
    }
    Ok(None)
}
