//! A degree of secrecy that holds until a day ends with it: entry, letter and referrals are open from the next day on, and the
//! timeline says why. No decision is needed, because whoever signed decided it (Resmî Yazışmalarda Uygulanacak Usul ve Esaslar
//! Hakkında Yönetmelik, gizlilik dereceli belgeler).

use kernel::event::{Change, NewEvent};
use kernel::job::{Job, JobContext};
use kernel::record::{self, Kind, Record};
use kernel::{Result, Tx};

use super::{rules, store};
use crate::{document, letter};

/// Entries of one run; the rest waits an hour.
const AT_ONCE: u32 = 200;

pub(super) fn job() -> Job {
    Job {
        name: "documents.end_secrecy",
        label_tr: "Süresi dolan gizliliği kaldırma",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 300,
        run: |context, _| Box::pin(run(context)),
    }
}

async fn run(context: &JobContext) -> Result<()> {
    let tx = context.db.begin(&context.act("gizlilik süresi")).await?;
    tx.without_event("each degree that ends is an event of its own");
    let documents = document::kind();
    for id in store::ended(&tx, tx.at().day(), AT_ONCE).await? {
        let before = record::get(&tx, &documents, id).await?;
        let degree = before.get("secrecy").text();
        if !store::set_of_document(&tx, id, (degree, "YOK")).await? {
            continue;
        }
        tell(&tx, &documents, &before).await?;
        if let Some(found) = letter::store::of_document(&tx, id).await? {
            let letters = letter::kind();
            let before = record::get(&tx, &letters, found.id).await?;
            store::set_of_letter(&tx, found.id, "YOK").await?;
            tell(&tx, &letters, &before).await?;
        }
    }
    tx.commit().await
}

async fn tell(tx: &Tx, of: &Kind, before: &Record) -> Result<()> {
    let after = record::get(tx, of, before.id).await?;
    record::index(tx, of, &after).await?;
    let changed = Change {
        field: "secrecy".into(),
        label: "Gizlilik".into(),
        before: rules::label(before.get("secrecy").text()).into(),
        after: rules::label("YOK").into(),
    };
    let event = NewEvent::new(after.reference(of), after.title(of), "secrecy_ended")
        .changes(vec![changed])
        .scope(after.unit_id(of), after.owner_id(of));
    tx.record(event).await?;
    Ok(())
}
