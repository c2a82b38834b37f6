//! The job that reads the mailbox. A message is marked as read only after what became of it is committed; a node that dies between
//! the two meets it again and finds that it knows it.

use kernel::job::{Job, JobContext};
use kernel::{Boxed, Result};
use mail::{Mailbox, Waiting};
use serde_json::Value as Json;

use super::store;
use super::taking::{self, Desk, Fate};

/// Messages of one reading; the rest waits a minute.
const AT_ONCE: usize = 50;
/// Larger ones stay in the mailbox, flagged.
const MOST_BYTES: u32 = 25 * 1024 * 1024;

pub(crate) fn job() -> Job {
    Job {
        name: "service_desk.read_mail",
        label_tr: "Destek posta kutusunu okuma",
        every_seconds: Some(60),
        max_attempts: 3,
        limit_seconds: 300,
        run: read,
    }
}

fn read<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        // Not every town has one.
        let Ok(mailbox) = context.services.get::<Mailbox>() else { return Ok(()) };
        let outcome = all(context, mailbox).await?;
        let tx = context.db.begin(&context.act("posta kutusu")).await?;
        tx.without_event("whether the mailbox can be read is not an act");
        if let Err(error) = &outcome {
            tracing::warn!(%error, "the mailbox could not be read");
        }
        store::note_state(&tx, outcome.err().map(|error| error.to_string())).await?;
        tx.commit().await
    })
}

/// The outer error is ours and comes back as a failed job; the inner is the mail server's.
async fn all(context: &JobContext, mailbox: &Mailbox) -> Result<Result<(), mail::Error>> {
    let mut open = match mailbox.open().await {
        Ok(open) => open,
        Err(error) => return Ok(Err(error)),
    };
    let waiting = match open.waiting(AT_ONCE).await {
        Ok(waiting) => waiting,
        Err(error) => return Ok(Err(error)),
    };
    let desk = Desk { db: &context.db, clock: &context.clock, services: &context.services };
    for Waiting { uid, bytes } in waiting {
        let fate = if bytes > MOST_BYTES {
            taking::refuse(&desk, &format!("uid {uid}"), "25 MB’tan büyük; posta kutusunda duruyor.").await?
        } else {
            match open.read(uid).await {
                Ok(bytes) => taking::take(&desk, &bytes).await?,
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
