//! Renewal: before the certificate of a seal's last stamp ends, one more archive stamp goes over the seal that is kept beside the
//! package (EN 319 122-1, 5.5.3). The package itself was sent out and is not rewritten.

use kernel::event::NewEvent;
use kernel::job::{Job, JobContext};
use kernel::record::{self, Record};
use kernel::{Result, tr};
use signing::Level;

use super::super::packing;
use super::{Stamper, ends_at, store};
use crate::letter::kind;

/// So long before the end a seal is stamped again.
const DAYS_BEFORE: i64 = 90;
/// A seal for which nothing better could be had is left alone for so long.
const DAYS_BETWEEN: i64 = 7;
const DAY_SECONDS: i64 = 86_400;

pub(in crate::letter) fn job() -> Job {
    Job {
        name: "documents.renew_stamps",
        label_tr: "Mühürlerin zaman damgasını yenileme",
        every_seconds: Some(DAY_SECONDS),
        max_attempts: 3,
        limit_seconds: 900,
        run: |context, _| Box::pin(run(context)),
    }
}

async fn run(context: &JobContext) -> Result<()> {
    let Some(stamper) = Stamper::of(context).await? else { return Ok(()) };
    let now = context.clock.now();
    let (until, before) =
        (now.plus_seconds(DAYS_BEFORE * DAY_SECONDS), now.plus_seconds(-DAYS_BETWEEN * DAY_SECONDS));
    for due in store::due(&context.db, until, before).await? {
        // A server that is down, or whose own certificate ends as soon, is asked once a day and not for each letter.
        if !renew(context, &stamper, &due).await? {
            break;
        }
    }
    Ok(())
}

/// Whether the seal holds for longer now.
async fn renew(context: &JobContext, stamper: &Stamper<'_>, due: &store::Due) -> Result<bool> {
    let cms = packing::read(&context.services, &context.db, &due.code, "seal").await?;
    let renewed = stamper.renewed(&cms).await?;
    let end = ends_at(&renewed);
    let is_longer = end.is_some_and(|end| end.0 > due.restamp_at);
    let letter = record::get(&context.db, &kind(), due.letter_id).await?;
    let kept = match is_longer {
        true => Some(packing::put(&context.services, renewed).await?),
        false => None,
    };
    let tx = context.db.begin(&context.act("zaman damgası yenileme")).await?;
    match (&kept, end) {
        (Some(kept), Some(end)) => {
            store::renew(&tx, &due.code, kept, end).await?;
            let day = tr::date(end.day().0);
            tx.record(renewed_event(&letter, &format!("{day} gününe kadar"))).await?;
        }
        _ => {
            tx.without_event("the new stamp would not have held for longer and is not kept");
            store::note_tried(&tx, &due.code).await?;
        }
    }
    tx.commit().await?;
    Ok(is_longer)
}

fn renewed_event(letter: &Record, note: &str) -> NewEvent {
    NewEvent::new(letter.reference(&kind()), letter.title(&kind()), "letter_restamped")
        .note(note)
        .scope(letter.unit_id(&kind()), letter.owner_id(&kind()))
}

impl Stamper<'_> {
    /// The seal with what proves its stamps until now, and one more archive stamp over it.
    async fn renewed(&self, cms: &[u8]) -> Result<Vec<u8>> {
        let raised = self.completed(cms.to_vec()).await?;
        let mut cms = raised.cms;
        if raised.level == Level::A {
            let (data, _) = self.gathered(&cms).await?;
            cms = signing::add_validation_data(&cms, 0, &data).map_err(kernel::Error::internal)?;
        }
        self.archived(&cms).await
    }
}
