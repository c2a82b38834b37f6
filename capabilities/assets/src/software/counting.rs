//! Counting: on how many machines each program stands, how many licences allow, and what follows. A finding is an event,
//! told to whoever judges; the service desk listens and opens a ticket.

use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext};
use kernel::notice::{About, Notice, Reach};
use kernel::setting::Settings;
use kernel::{Boxed, Ref, Result, Tx, tr};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{JUDGE, UNLISTED, audit, store};

/// Findings that one run tells; the next goes on.
const AT_ONCE: u32 = 200;

/// Numbers written in one transaction.
const UNJUDGED_AT_ONCE: u32 = 20_000;

/// Programs on machines (some three hundred machines) that are sorted every hour.
const FEW_ROWS: u32 = 200_000;

const UNEVENTFUL: &str = "a count changes nothing; what follows from it is an event";

pub(crate) fn job() -> Job {
    Job {
        name: "assets.count_software",
        label_tr: "Kurulu programları sayma ve lisanslarla karşılaştırma",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 300,
        run,
    }
}

fn run<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        // All rows are read before the transaction, which on SQLite keeps everybody else from writing.
        let settings = Settings::load(&context.db, &super::settings()).await?;
        let unwatched = store::unwatched(&context.db, AT_ONCE).await?;
        let tx = context.db.begin(&context.act("program sayımı")).await?;
        tx.without_event(UNEVENTFUL);
        for software in unwatched {
            store::watch(&tx, software).await?;
        }
        store::count_judged(&tx).await?;
        tell(&tx, None).await?;
        store::set_unlisted(&tx, settings.bool(UNLISTED)).await?;
        tx.commit().await?;
        // Sorting all rows costs nothing where there are few.
        if store::are_few(&context.db, FEW_ROWS).await? { count_unjudged(context).await } else { Ok(()) }
    })
}

/// What nobody has judged is counted seldom where there are many machines: the number only says what to judge first.
pub(crate) fn job_of_unjudged() -> Job {
    Job {
        name: "assets.count_unjudged",
        label_tr: "Hakkında karar verilmemiş programları sayma",
        every_seconds: Some(86_400),
        max_attempts: 3,
        limit_seconds: 300,
        run: run_unjudged,
    }
}

fn run_unjudged<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(count_unjudged(context))
}

async fn count_unjudged(context: &JobContext) -> Result<()> {
    loop {
        let counted = store::miscounted(&context.db, UNJUDGED_AT_ONCE).await?;
        let tx = context.db.begin(&context.act("program sayımı")).await?;
        tx.without_event(UNEVENTFUL);
        store::set_machines(&tx, &counted).await?;
        tx.commit().await?;
        if counted.len() < UNJUDGED_AT_ONCE as usize {
            return Ok(());
        }
    }
}

/// After a verdict: its machines are found by it from now on.
pub(crate) async fn judged(tx: &Tx, software: Uuid) -> Result<()> {
    store::set_by_hand(tx, software).await?;
    store::watch(tx, software).await?;
    count_one(tx, software).await
}

/// After a rule that forbids, or no longer does: all at once, for one rule may be about many.
pub(super) async fn forbidden(tx: &Tx) -> Result<()> {
    store::watch_forbidden(tx).await?;
    store::count_judged(tx).await?;
    tell(tx, None).await
}

/// After a verdict or a licence: this one at once.
pub(crate) async fn count_one(tx: &Tx, software: Uuid) -> Result<()> {
    store::count_one(tx, software).await?;
    tell(tx, Some(software)).await
}

async fn tell(tx: &Tx, only: Option<Uuid>) -> Result<()> {
    for (one, now) in store::turned(tx, only, AT_ONCE).await? {
        store::set_finding(tx, one.id, &now).await?;
        let (installed, seats) = (tr::grouped(one.installed), tr::grouped(one.seats));
        let (verb, note) = match now.as_str() {
            "forbidden" => ("software_found", format!("Yasaklanan program {installed} makinede kurulu.")),
            "short" => ("software_short", format!("Kurulu makine: {installed}; lisansın yettiği: {seats}.")),
            _ => ("software_settled", format!("Kurulu makine: {installed}; lisansın yettiği: {seats}.")),
        };
        // The report finds what came and went since the last along this.
        let event = NewEvent::new(Ref::new("software", one.id), one.name, verb).related(audit::subject());
        tx.record(event.note(note)).await?;
    }
    Ok(())
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.software_finding",
        label_tr: "Yasak ya da lisansı yetmeyen bir program bulunduğunda",
        on: &[("software", "software_found"), ("software", "software_short")],
        receivers: judges,
        sentence_tr: "Program denetimi bulgusu: {title}.",
        path: None,
        about: About::Record,
    }
}

fn judges<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, JUDGE, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
