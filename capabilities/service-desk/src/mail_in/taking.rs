//! What becomes of one message.

use files::{Accepted, Limits};
use kernel::access::Source;
use kernel::job::Services;
use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Act, Clock, Db, NewEvent, Result, Tx};
use mail::Message;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::store::{self, Entry};
use super::{kind, set};
use crate::ticket;

/// Messages of one address in an hour; more is a machine that answers a machine.
const MOST_AN_HOUR: i64 = 20;
/// States in which an answer belongs to its ticket; to an ended one it is a new matter.
const ANSWERED: [&str; 9] = [
    "waiting_unit",
    "waiting_desk",
    "new",
    "assigned",
    "in_progress",
    "waiting_requester",
    "waiting_vendor",
    "waiting_part",
    "solved",
];

/// Where messages are taken in.
pub(crate) struct Desk<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    /// The store of files, where there is one.
    pub services: &'a Services,
}

/// What the mailbox is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Taken,
    Refused,
}

pub(crate) async fn take(desk: &Desk<'_>, bytes: &[u8]) -> Result<Fate> {
    let Some(message) = mail::parse(bytes) else {
        let id = hex::encode(Sha256::digest(bytes));
        return refuse(desk, &id, "Bir e-posta iletisi olarak okunamadı; posta kutusunda duruyor.").await;
    };
    let staff = directory::store::staff_with_email(desk.db, &message.from).await?;
    let known = match staff {
        Some(staff) => directory::store::person(desk.db, staff).await?.map(|person| person.name),
        None => None,
    };
    let said = Some(message.from_name.clone()).filter(|name| !name.is_empty());
    let name = known.or(said).unwrap_or_else(|| "Tanınmayan gönderen".into());
    let act = Act::system(desk.clock, Source::Job, &format!("{name} (e-posta)"));
    let tx = desk.db.begin(&act).await?;
    if store::is_known(&tx, &message.id).await? {
        tx.rollback().await?;
        return Ok(Fate::Taken);
    }
    if message.is_automatic {
        keep(&tx, &message, "automatic", "Bir program göndermiş; kayıt açılmaz.", None).await?;
        tx.commit().await?;
        return Ok(Fate::Taken);
    }
    if store::of_last_hour(&tx, &message.from).await? >= MOST_AN_HOUR {
        keep(&tx, &message, "refused", "Bu adresten bir saatte çok ileti geldi.", None).await?;
        tx.commit().await?;
        return Ok(Fate::Refused);
    }
    let Some(staff) = staff else {
        keep(&tx, &message, "stranger", "Bu adres hiçbir personelin değil.", None).await?;
        tx.commit().await?;
        return Ok(Fate::Taken);
    };
    // Files are stored before anything is written of them; a store that is full refuses the message as a whole, and it is met again.
    let (files, refused) = accepted(desk.services, &message).await?;
    let answered = answered(&tx, &message).await?;
    let is_theirs = |ticket: &Record| ticket.get("requester_id").id() == Some(staff);
    match answered {
        Some(ticket) if ANSWERED.contains(&ticket.get("state").text()) => {
            answer(&tx, &ticket, &message, &files, &refused).await?;
            // Only who was asked has answered.
            if ticket.get("state").text() == "waiting_requester" && is_theirs(&ticket) {
                record::run_verb(&tx, &ticket::kind(), ticket.id, "yanitla", "").await?;
            }
            keep(&tx, &message, "thread", "", Some(ticket.id)).await?;
        }
        ended => {
            // What is over is gone on with by those whose it was; for others it is a matter of its own.
            let own = ended.filter(|ticket| {
                ["requester_id", "assignee_id"].iter().any(|column| ticket.get(column).id() == Some(staff))
            });
            let id = open(&tx, staff, &message, &refused, own.map(|ticket| ticket.id)).await?;
            let ticket = record::get(&tx, &ticket::kind(), id).await?;
            if !files.is_empty() {
                web::attach(&tx, &ticket::kind(), &ticket, &files).await?;
            }
            keep(&tx, &message, "ticket", "", Some(id)).await?;
        }
    }
    tx.commit().await?;
    Ok(Fate::Taken)
}

/// What could not even be looked at; it stays in the mailbox, flagged.
pub(super) async fn refuse(desk: &Desk<'_>, id: &str, why: &str) -> Result<Fate> {
    let tx = desk.db.begin(&Act::system(desk.clock, Source::Job, "posta kutusu")).await?;
    if store::is_known(&tx, id).await? {
        tx.rollback().await?;
        return Ok(Fate::Refused);
    }
    let message = Message {
        id: id.into(),
        references: Vec::new(),
        from: String::new(),
        from_name: String::new(),
        subject: String::new(),
        text: String::new(),
        files: Vec::new(),
        is_automatic: false,
    };
    keep(&tx, &message, "refused", why, None).await?;
    tx.commit().await?;
    Ok(Fate::Refused)
}

async fn keep(tx: &Tx, message: &Message, state: &str, why: &str, ticket: Option<Uuid>) -> Result<()> {
    let kind = kind();
    let title = if message.subject.is_empty() { "(konusu yok)" } else { &message.subject };
    let entry = Entry { id: tx.new_id(), message, title, state, why, ticket };
    store::insert(tx, &entry).await?;
    let record = record::get(tx, &kind, entry.id).await?;
    record::index(tx, &kind, &record).await?;
    tx.record(NewEvent::new(record.reference(&kind), title, "created").note(why)).await?;
    Ok(())
}

/// The ticket whose number stands in the subject, or whose message is answered.
async fn answered(tx: &Tx, message: &Message) -> Result<Option<Record>> {
    let by_number = match number_in(&message.subject) {
        Some(number) => ticket::store::with_number(tx, &number).await?,
        None => None,
    };
    let found = match by_number {
        Some(id) => Some(id),
        None => store::of_messages(tx, &message.references).await?,
    };
    let Some(id) = found else { return Ok(None) };
    // A colleague or another technician who answers knows the number or has the letter: it belongs there. Whoever writes works here,
    // is named in the note, and learns nothing by it.
    let ticket = record::get(tx, &ticket::kind(), id).await?;
    // What was merged goes on with the other ticket.
    match ticket.get("parent_id").id().filter(|_| ticket.get("state").text() == "merged") {
        Some(other) => Ok(Some(record::get(tx, &ticket::kind(), other).await?)),
        None => Ok(Some(ticket)),
    }
}

/// "2026-DK-000123" wherever it stands.
fn number_in(subject: &str) -> Option<String> {
    let is_mark = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    let parts = |word: &str| word.split('-').map(str::to_string).collect::<Vec<_>>();
    subject.split(is_mark).find_map(|word| match parts(word).as_slice() {
        [year, kind, number]
            if year.len() == 4
                && kind == "DK"
                && number.len() >= 6
                && [year, number].iter().all(|digits| digits.bytes().all(|b| b.is_ascii_digit())) =>
        {
            Some(word.to_string())
        }
        _ => None,
    })
}

async fn answer(
    tx: &Tx,
    ticket: &Record,
    message: &Message,
    files: &[Accepted],
    refused: &str,
) -> Result<()> {
    let kind = ticket::kind();
    let text = format!("{}{refused}", message.text);
    let text = if text.trim().is_empty() { "(boş ileti)".to_string() } else { text.trim().to_string() };
    let note: String = text.chars().take(10_000).collect();
    let event = NewEvent::new(ticket.reference(&kind), ticket.title(&kind), "commented").note(note);
    tx.record(event.scope(ticket.unit_id(&kind), ticket.owner_id(&kind))).await?;
    if !files.is_empty() {
        web::attach(tx, &kind, ticket, files).await?;
    }
    Ok(())
}

async fn open(tx: &Tx, staff: Uuid, message: &Message, refused: &str, parent: Option<Uuid>) -> Result<Uuid> {
    let text = format!("{}{refused}", message.text);
    let mut draft = draft(tx, staff, &message.subject, &text).await?;
    if let Some(parent) = parent {
        draft.set("parent_id", FieldValue::Id(parent));
    }
    record::create(tx, &ticket::kind(), draft).await
}

/// A ticket of this person with what is not said in a message filled in as the desk would.
pub(super) async fn draft(tx: &Tx, staff: Uuid, subject: &str, text: &str) -> Result<Draft> {
    let unit = match directory::store::person(tx, staff).await? {
        Some(person) => directory::store::unit(tx, person.unit_id).await?.map(|unit| unit.name),
        None => None,
    };
    let place: String = unit.unwrap_or_else(|| "E-postada yazmıyor".into()).chars().take(120).collect();
    let subject = bare(subject);
    let text = if text.trim().is_empty() { subject } else { text.trim() };
    let text = if text.is_empty() { "(boş ileti)" } else { text };
    let mut draft = Draft::default();
    let title: String = subject.chars().take(160).collect();
    set(
        &mut draft,
        &[
            ("title", &title),
            ("description", &text.chars().take(10_000).collect::<String>()),
            ("place", &place),
            ("kind", "fault"),
            ("category", "other"),
            ("urgency", "normal"),
            ("impact", "person"),
            ("channel", "mail"),
        ],
    );
    draft.set("requester_id", FieldValue::Id(staff));
    Ok(draft)
}

/// Without what mail programs put before it.
fn bare(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((before, after)) = rest.split_once(':') {
        if !["re", "ynt", "yan", "fwd", "fw", "ilt"].contains(&before.trim().to_lowercase().as_str()) {
            break;
        }
        rest = after.trim();
    }
    rest
}

/// The files that may be kept, and a sentence on those that may not.
async fn accepted(services: &Services, message: &Message) -> Result<(Vec<Accepted>, String)> {
    let mut taken = Vec::new();
    let mut refused = String::new();
    let Ok(store) = services.get::<files::Store>() else { return Ok((taken, refused)) };
    let limits = Limits::default();
    for file in &message.files {
        match web::accept_one(store, &file.name, file.bytes.clone().into(), &limits).await {
            Ok(one) => taken.push(one),
            Err(error) if error.kind == files::ErrorKind::StorageFull => {
                return Err(kernel::Error::new(kernel::ErrorKind::Unavailable, error.message_tr));
            }
            Err(error) => {
                let name = files::name::clean_name(&file.name);
                refused.push_str(&format!("\nAlınmayan ek “{name}”: {}", error.message_tr));
            }
        }
    }
    Ok((taken, refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_wherever_it_stands() {
        for (subject, expected) in [
            ("Ynt: [2026-DK-000123] Yazıcı", Some("2026-DK-000123")),
            ("2026-DK-1234567", Some("2026-DK-1234567")),
            ("Yazıcı 2026-VR-000123", None),
            ("2026-DK-12", None),
            ("", None),
        ] {
            assert_eq!(number_in(subject).as_deref(), expected, "{subject}");
        }
    }

    #[test]
    fn the_subject_is_what_was_written() {
        for (subject, expected) in [
            ("Ynt: RE: Yazıcı bozuk", "Yazıcı bozuk"),
            ("İnternet: çok yavaş", "İnternet: çok yavaş"),
            ("Re:", ""),
        ] {
            assert_eq!(bare(subject), expected);
        }
    }
}
