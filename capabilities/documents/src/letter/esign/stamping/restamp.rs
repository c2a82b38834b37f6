//! Renewal: before the certificate of a seal's last stamp ends, one more archive stamp goes over the seal that is kept beside the
//! package (EN 319 122-1, 5.5.3). The package itself was sent out and is not rewritten.

use kernel::event::NewEvent;
use kernel::job::{Job, JobContext};
use kernel::record::{self, Record};
use kernel::{Error, ErrorKind, Result, tr};
use signing::Level;

use super::super::packing;
use super::{Stamper, ends_at, lowest, store};
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
        // All that one certificate stamped falls due at once; an hour's share is bounded.
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 1_800,
        run: |context, _| Box::pin(run(context)),
    }
}

async fn run(context: &JobContext) -> Result<()> {
    let Some(stamper) = Stamper::of(context).await? else { return Ok(()) };
    let now = context.clock.now();
    let (until, before) =
        (now.plus_seconds(DAYS_BEFORE * DAY_SECONDS), now.plus_seconds(-DAYS_BETWEEN * DAY_SECONDS));
    let mut broken = None;
    for due in store::due(&context.db, until, before).await? {
        match renew(context, &stamper, &due).await {
            Ok(true) => {}
            // Its certificate ends as soon as the old one's: neither this seal nor another of that time wins anything.
            Ok(false) => break,
            Err(error) if error.kind == ErrorKind::Unavailable => return Err(error),
            // One seal that cannot be renewed does not keep the others waiting, and is told of below.
            Err(error) => {
                note_tried(context, store::Tried::Code(&due.code)).await?;
                broken = Some(error);
            }
        }
    }
    broken.map_or(Ok(()), Err)
}

async fn note_tried(context: &JobContext, what: store::Tried<'_>) -> Result<()> {
    let tx = context.db.begin(&context.act("zaman damgası yenileme")).await?;
    tx.without_event("a seal that keeps its stamp is no act");
    store::note_tried(&tx, what).await?;
    tx.commit().await
}

/// Whether the seal holds for longer now.
async fn renew(context: &JobContext, stamper: &Stamper<'_>, due: &store::Due) -> Result<bool> {
    let cms = packing::read(&context.services, &context.db, &due.code, "seal").await?;
    let renewed = stamper.renewed(&cms).await?;
    let Some(end) = ends_at(&renewed).filter(|end| end.0 > due.restamp_at) else {
        note_tried(context, store::Tried::EndingAt(due.restamp_at)).await?;
        return Ok(false);
    };
    let letter = record::get(&context.db, &kind(), due.letter_id).await?;
    let kept = packing::put(&context.services, renewed).await?;
    let tx = context.db.begin(&context.act("zaman damgası yenileme")).await?;
    store::renew(&tx, &due.code, &kept, end).await?;
    tx.record(renewed_event(&letter, &format!("{} gününe kadar", tr::date(end.day().0)))).await?;
    tx.commit().await?;
    Ok(true)
}

fn renewed_event(letter: &Record, note: &str) -> NewEvent {
    NewEvent::new(letter.reference(&kind()), letter.title(&kind()), "letter_restamped")
        .note(note)
        .scope(letter.unit_id(&kind()), letter.owner_id(&kind()))
}

impl Stamper<'_> {
    /// The seal with what proves its stamps until now, and one more archive stamp over it.
    async fn renewed(&self, cms: &[u8]) -> Result<Vec<u8>> {
        let cms = if lowest(&self.report(cms)) == Level::A {
            let (data, _) = self.gathered(cms).await?;
            signing::add_validation_data(cms, 0, &data).map_err(Error::internal)?
        } else {
            self.completed(cms.to_vec()).await?.cms
        };
        self.archived(&cms).await
    }
}
