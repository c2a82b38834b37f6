//! The office's own mailbox (CO-8), beside that of the service desk: each message waits for the register with its files, a package
//! in it waits by itself, and what a machine sent is set aside. A message is marked as read only after it is written down.

use bytes::Bytes;
use files::{Accepted, Digest, Limits, MediaType, Store};
use kernel::access::Source;
use kernel::job::{Job, JobContext};
use kernel::{Act, Boxed, Clock, Db, Result};
use mail::{Message, Waiting};
use serde_json::Value as Json;

use super::arrive::{self, Arrival, MOST_TEXT, blocking, cut, is_package_name, unavailable};
use super::signatures::Judge;
use super::{signed_pdf, store as items};

/// Messages of one reading; the rest waits a minute.
const AT_ONCE: usize = 50;
/// Larger ones stay in the mailbox, flagged.
const MOST_BYTES: u32 = 40 * 1024 * 1024;
const WAY: &str = "mailbox";

/// Which of the mailboxes is the office's: the service of this name in [`JobContext::services`].
#[derive(Clone, Debug)]
pub struct OfficeMailbox(pub mail::Mailbox);

/// What the mailbox is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Taken,
    Refused,
}

/// Where messages are taken in.
pub(crate) struct Office<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    pub files: &'a Store,
    pub judge: Judge,
}

pub(crate) fn job() -> Job {
    Job {
        name: "documents.read_mail",
        label_tr: "Evrak posta kutusunu okuma",
        every_seconds: Some(60),
        max_attempts: 3,
        limit_seconds: 300,
        run: read,
    }
}

fn read<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        // Not every town has one.
        let Ok(mailbox) = context.services.get::<OfficeMailbox>() else { return Ok(()) };
        let Ok(files) = context.services.get::<Store>() else { return Ok(()) };
        let judge = Judge::for_job(context).await?;
        let office = Office { db: &context.db, clock: &context.clock, files, judge };
        let outcome = all(&office, &mailbox.0).await?;
        let tx = context.db.begin(&context.act("evrak posta kutusu")).await?;
        tx.without_event("whether the mailbox can be read is not an act");
        if let Err(error) = &outcome {
            tracing::warn!(%error, "the mailbox of the office could not be read");
        }
        let said = outcome.err().map(|error| error.to_string());
        items::note_way(&tx, WAY, said.as_deref()).await?;
        tx.commit().await
    })
}

/// The outer error is ours and comes back as a failed job; the inner is the mail server's.
async fn all(office: &Office<'_>, mailbox: &mail::Mailbox) -> Result<std::result::Result<(), mail::Error>> {
    let mut open = match mailbox.open().await {
        Ok(open) => open,
        Err(error) => return Ok(Err(error)),
    };
    let waiting = match open.waiting(AT_ONCE).await {
        Ok(waiting) => waiting,
        Err(error) => return Ok(Err(error)),
    };
    for Waiting { uid, bytes } in waiting {
        let fate = if bytes > MOST_BYTES {
            unread(office, &format!("uid {uid}"), "40 MB’tan büyük; posta kutusunda duruyor.", None).await?
        } else {
            match open.read(uid).await {
                Ok(bytes) => take(office, bytes.into()).await?,
                Err(error) => return Ok(Err(error)),
            }
        };
        let marked = match fate {
            Fate::Taken => open.done(uid).await,
            Fate::Refused => open.put_aside(uid).await,
        };
        if let Err(error) = marked {
            return Ok(Err(error));
        }
    }
    Ok(open.close().await)
}

/// Writes one message down, with what came in it; one that is known already changes nothing.
pub(crate) async fn take(office: &Office<'_>, bytes: Bytes) -> Result<Fate> {
    let digest = Digest::of(&bytes).to_hex();
    let Some(message) = mail::parse(&bytes) else {
        let why = "Bir e-posta iletisi olarak okunamadı; posta kutusunda duruyor.";
        return unread(office, &digest, why, Some(bytes)).await;
    };
    let (mut one, parcels) = taken_apart(office, &message, bytes).await?;
    one.digest = digest;
    if message.is_automatic && parcels.is_empty() {
        one.state = "set_aside";
        one.why = "Bir program kendiliğinden göndermiş; yanıt beklemez.".into();
    } else if !parcels.is_empty() && parcels.len() == message.files.len() {
        one.state = "set_aside";
        one.why = "İçindeki e-Yazışma paketi ayrı satırda kayıt bekliyor.".into();
    }
    let name = if one.sender.is_empty() { "Bilinmeyen gönderen" } else { &one.sender };
    let act = Act::system(office.clock, Source::Job, &format!("{name} (e-posta)"));
    let tx = office.db.begin(&act).await?;
    if items::is_known(&tx, one.known_by.as_deref().unwrap_or_default()).await? {
        tx.rollback().await?;
        return Ok(Fate::Taken);
    }
    arrive::write(&tx, &one).await?;
    for parcel in &parcels {
        arrive::write(&tx, parcel).await?;
    }
    tx.commit().await?;
    Ok(Fate::Taken)
}

/// What could not be looked at: a person does.
async fn unread(office: &Office<'_>, id: &str, why: &str, bytes: Option<Bytes>) -> Result<Fate> {
    let mut one = Arrival::new("email", "ileti.eml");
    one.title = "Okunamayan e-posta".into();
    one.report = why.into();
    one.known_by = Some(format!("mail:{id}"));
    if let Some(bytes) = bytes {
        one.files.push(keep(office.files, "ileti.eml", bytes).await?);
    }
    let tx = office.db.begin(&Act::system(office.clock, Source::Job, "evrak posta kutusu")).await?;
    if items::is_known(&tx, one.known_by.as_deref().unwrap_or_default()).await? {
        tx.rollback().await?;
        return Ok(Fate::Refused);
    }
    arrive::write(&tx, &one).await?;
    tx.commit().await?;
    Ok(Fate::Refused)
}

/// The message as it came, whatever it looks like: it is only ever downloaded.
async fn keep(store: &Store, name: &str, bytes: Bytes) -> Result<Accepted> {
    let stored = store.put_bytes(bytes).await.map_err(|error| unavailable(&error))?;
    Ok(Accepted { stored, name: name.into() })
}

/// The message with its files, and the packages in it.
async fn taken_apart(
    office: &Office<'_>,
    message: &Message,
    bytes: Bytes,
) -> Result<(Arrival, Vec<Arrival>)> {
    let mut one = Arrival::new("email", "ileti.eml");
    one.known_by = Some(format!("mail:{}", message.id));
    one.title = if message.subject.is_empty() { "(konusu yok)".into() } else { message.subject.clone() };
    one.sender = if message.from_name.is_empty() { message.from.clone() } else { message.from_name.clone() };
    one.sender = one.sender.chars().take(240).collect();
    let who = format!("{} {}", message.from_name, message.from);
    one.text = format!("Gönderen: {}\n\n{}", who.trim(), message.text);
    one.files.push(keep(office.files, "ileti.eml", bytes).await?);
    let mut parcels = Vec::new();
    let limits = Limits::default();
    for file in &message.files {
        let bytes = Bytes::from(file.bytes.clone());
        if is_package_name(&file.name) {
            let spooled = arrive::spooled(office.files, bytes).await?;
            match arrive::read((office.files, &office.judge), "package", &file.name, spooled).await? {
                Ok(parcel) => parcels.push(parcel),
                Err(why) => refused(&mut one, &file.name, &why),
            }
            continue;
        }
        match web::accept_one(office.files, &file.name, bytes.clone(), &limits).await {
            Ok(accepted) => {
                one.sheets += 1;
                if accepted.stored.sniffed == MediaType::Pdf {
                    let judge = &office.judge;
                    signed_pdf::judge(&mut one.said, &accepted.name, bytes.clone(), judge).await;
                }
                read_text(&mut one, accepted.stored.sniffed, bytes).await?;
                one.files.push(accepted);
            }
            Err(error) if error.kind == files::ErrorKind::StorageFull => return Err(unavailable(&error)),
            Err(error) => refused(&mut one, &file.name, &error.message_tr),
        }
    }
    Ok((one, parcels))
}

fn refused(one: &mut Arrival, name: &str, why: &str) {
    let name = files::name::clean_name(name);
    one.report.push_str(&format!("Eklenmeyen dosya “{name}” (iletinin içinde duruyor): {why}\n"));
}

/// What an attached file says is found with the message.
async fn read_text(one: &mut Arrival, media: MediaType, bytes: Bytes) -> Result<()> {
    if media.is_image() || media == MediaType::Tiff {
        one.reading = "due";
    }
    let left = MOST_TEXT.saturating_sub(one.text.len());
    if left == 0 || !media.has_text() {
        return Ok(());
    }
    let limits = Limits { max_text_chars: left, ..Limits::default() };
    match blocking(move || files::extract_text(bytes, media, &limits)).await? {
        Ok(found) => one.text = cut(&format!("{}\n\n{}", one.text, found.text), MOST_TEXT),
        Err(error) if error.kind == files::ErrorKind::NoText && media == MediaType::Pdf => {
            one.reading = "due"
        }
        // The file is there for whoever opens it.
        Err(_) => {}
    }
    Ok(())
}
