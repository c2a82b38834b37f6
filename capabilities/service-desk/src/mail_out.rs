//! What the desk tells whoever reported by mail: that it has the matter, what it asks, what was done (SD-1). Those who report on a screen
//! read it there.

use kernel::access::Source;
use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext, enqueue};
use kernel::record::{self, Record};
use kernel::setting::Settings;
use kernel::{Boxed, Error, ErrorKind, Result, Tx};
use mail::{Letter, Sender};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::mail_in::messages_of;
use crate::ticket;

const JOB: &str = "service_desk.send_letter";

/// Events of a ticket that are told, what is said before what was written, and what is said behind it.
const TOLD: [(&str, &str, &str); 5] = [
    (
        "created",
        "Bildiriminiz alındı ve kayda geçti.",
        "Eklemek istediğiniz bir şey olursa bu iletiyi yanıtlayın.",
    ),
    (
        "ticket_question",
        "Kaydınız için sizden bilgi bekliyoruz:",
        "Bu iletiyi yanıtlayın; yanıtınız kaydınıza eklenir.",
    ),
    (
        "ticket_solved",
        "Kaydınız çözüldü:",
        "Sorun sürüyorsa bu iletiyi yanıtlayın ya da bilgi işlemi arayın.",
    ),
    (
        "ticket_solved_with",
        "Kaydınız çözüldü:",
        "Sorun sürüyorsa bu iletiyi yanıtlayın ya da bilgi işlemi arayın.",
    ),
    ("commented", "Kaydınıza not yazıldı:", "Bu iletiyi yanıtlarsanız kaydınıza eklenir."),
];

/// The verbs of [`TOLD`], for the list of reactions.
pub(crate) fn on() -> impl Iterator<Item = &'static str> {
    TOLD.into_iter().map(|(verb, ..)| verb)
}

/// Puts a letter into the queue of the transaction of what it tells.
pub(crate) fn told<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let ticket = record::get(tx, &ticket::kind(), event.subject_id).await?;
        // What the person wrote themselves comes by mail, in a job.
        let is_theirs = event.verb == "commented" && tx.act().source == Source::Job;
        if ticket.get("channel").text() != "mail" || is_theirs {
            return Ok(());
        }
        let payload = json!({
            "ticket": event.subject_id.to_string(),
            "event": event.id.to_string(),
            "verb": event.verb,
            "note": event.note,
        });
        let key = format!("{JOB} {}", event.id);
        enqueue(tx, JOB, &payload, Some(&key), tx.at()).await
    })
}

pub(crate) fn job() -> Job {
    Job {
        name: JOB,
        label_tr: "E-postayla bildirene yazma",
        every_seconds: None,
        max_attempts: 10,
        limit_seconds: 60,
        run: send,
    }
}

fn send<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        // Not every town sends.
        let Ok(sender) = context.services.get::<Sender>() else { return Ok(()) };
        let text = |name: &str| payload[name].as_str().unwrap_or_default();
        let (Ok(id), Some((_, before, behind))) =
            (text("ticket").parse::<Uuid>(), TOLD.into_iter().find(|(verb, ..)| *verb == text("verb")))
        else {
            return Ok(());
        };
        let kind = ticket::kind();
        let ticket = record::get(&context.db, &kind, id).await?;
        let Some((name, address)) = addressee(context, &ticket).await? else { return Ok(()) };
        let number = ticket.number(&kind);
        let said = if text("note").is_empty() { String::new() } else { format!("\n\n{}", text("note")) };
        let letter = Letter {
            // The same event's letter has the same name, so that one sent twice is shown once.
            id: text("event").into(),
            to: address.clone(),
            from_name: municipality(context).await?,
            subject: format!("[{number}] {}", ticket.title(&kind)),
            references: messages_of(&context.db, id).await?,
            text: format!("Sayın {name},\n\n{before}{said}\n\n{behind}\n\nKayıt no: {number}\n"),
        };
        sender.send(&letter).await.map_err(|error| Error::new(ErrorKind::Unavailable, error.to_string()))?;
        let tx = context.db.begin(&context.act("posta")).await?;
        let event = NewEvent::new(ticket.reference(&kind), ticket.title(&kind), "letter_sent");
        let event = event.note(format!("{before} ({address})"));
        tx.record(event.scope(ticket.unit_id(&kind), ticket.owner_id(&kind))).await?;
        tx.commit().await
    })
}

/// Name and address of who reported; nobody who has left or has no address.
async fn addressee(context: &JobContext, ticket: &Record) -> Result<Option<(String, String)>> {
    let staff = context.registry.kind("staff").ok_or_else(|| Error::internal("no people"))?;
    let Some(id) = ticket.get("requester_id").id() else { return Ok(None) };
    let person = record::get(&context.db, &staff, id).await?;
    let address = person.get("email").text().to_string();
    let is_here = person.get("state").text() == "active" && !address.is_empty();
    Ok(is_here.then(|| (person.title(&staff).to_string(), address)))
}

async fn municipality(context: &JobContext) -> Result<String> {
    let settings = Settings::load(&context.db, &context.registry.settings()).await?;
    Ok(settings.text("house.town"))
}
