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
/// Machines that a finding names; the program's page has the others.
const NAMED: u32 = 10;

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
    let turned = store::turned(tx, only, AT_ONCE).await?;
    let standing = turned.iter().filter(|(_, now)| ["forbidden", "short"].contains(&now.as_str()));
    let standing: Vec<Uuid> = standing.map(|(one, _)| one.id).collect();
    let machines = store::some_machines(tx, &standing, NAMED).await?;
    for (one, now) in turned {
        store::set_finding(tx, one.id, &now).await?;
        let (installed, seats) = (tr::grouped(one.installed), tr::grouped(one.seats));
        let counted = format!("Kurulu makine: {installed}; lisansın yettiği: {seats}.");
        let here = machines.iter().filter(|machine| machine.software_id == one.id);
        let here = where_it_is(&here.map(store::Machine::in_words).collect::<Vec<_>>(), one.installed);
        let (verb, note) = match now.as_str() {
            "forbidden" => {
                ("software_found", format!("Yasaklanan program {installed} makinede kurulu.{here}"))
            }
            "short" => ("software_short", format!("{counted}{here}")),
            _ => ("software_settled", counted),
        };
        // The report finds what came and went since the last along this.
        let event = NewEvent::new(Ref::new("software", one.id), one.name, verb).related(audit::subject());
        tx.record(event.note(note)).await?;
    }
    Ok(())
}

/// "\nMakineler: 2026-VR-000007 BIM-PC-07, 2026-VR-000009 FEN-PC-02 ve 3 makine daha."; whoever sees to it goes there.
fn where_it_is(named: &[String], installed: i64) -> String {
    if named.is_empty() {
        return String::new();
    }
    let left = u64::try_from(installed).unwrap_or(0).saturating_sub(named.len() as u64);
    let rest = match left {
        0 => String::new(),
        left => format!(" ve {} daha; hepsi programın sayfasında", tr::count("makine", left)),
    };
    format!("\nMakineler: {}{rest}.", named.join(", "))
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.software_finding",
        label_tr: "Yasak ya da lisansı yetmeyen bir program bulunduğunda",
        on: &[("software", "software_found"), ("software", "software_short")],
        receivers: judges,
        sentence_tr: "Program denetimi bulgusu: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

fn judges<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, JUDGE, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::where_it_is;

    #[test]
    fn a_finding_names_some_machines_and_counts_the_others() {
        let named = |many: usize| (1..=many).map(|one| format!("PC-{one}")).collect::<Vec<_>>();
        assert_eq!(where_it_is(&[], 3), "");
        assert_eq!(where_it_is(&named(2), 2), "\nMakineler: PC-1, PC-2.");
        let told = where_it_is(&named(1), 4);
        assert_eq!(told, "\nMakineler: PC-1 ve 3 makine daha; hepsi programın sayfasında.");
    }
}
