//! Who is told what of proposals and of what decisions ask for, and the hourly look for tasks whose last day is over.

use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext};
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx, record};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{ANSWER_TASK, store, task_kind};

/// Late tasks that one run tells.
const AT_ONCE: u32 = 500;

pub(super) fn declared() -> Vec<Notice> {
    let notice = |key, label_tr, on, receivers, sentence_tr| Notice {
        key,
        label_tr,
        on,
        receivers,
        sentence_tr,
        path: None,
        about: About::Record,
    };
    vec![
        notice(
            "documents.decision_task",
            "Bana ya da birimime bir karar gereği iş verildiğinde",
            &[("decision_task", "created")],
            receivers,
            "Karar gereği size verilen iş: {title}.",
        ),
        notice(
            "documents.decision_task_late",
            "Bendeki bir karar işinin süresi geçtiğinde",
            &[("decision_task", "decision_task_late")],
            receivers,
            "Süresi geçen karar işi: {title}.",
        ),
        notice(
            "documents.agenda_answered",
            "Teklifim karara bağlandığında ya da iade edildiğinde",
            &[("agenda_item", "agenda_decided"), ("agenda_item", "agenda_returned")],
            |_, event, _| Box::pin(async move { Ok(event.owner_id.into_iter().collect()) }),
            "Teklifiniz sonuçlandı: {title}.",
        ),
    ]
}

/// Whoever does it, and who stands in for them; where nobody heads the unit, whoever may answer there.
fn receivers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let task = record::get(tx, &task_kind(), event.subject_id).await?;
        let Some(staff) = task.get("staff_id").id() else {
            let units: Vec<Uuid> = task.get("unit_id").id().into_iter().collect();
            let holders = access::who_may(tx, ANSWER_TASK, &units).await?;
            return Ok(holders.iter().map(|holder| holder.id).collect());
        };
        let mut all = directory::store::substitutes_of(tx, &[staff], tx.at()).await?;
        all.push(staff);
        Ok(all)
    })
}

pub(super) fn job() -> Job {
    Job {
        name: "documents.late_decision_tasks",
        label_tr: "Süresi geçen karar işlerini bildirme",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 120,
        run,
    }
}

fn run<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("süresi geçen karar işleri")).await?;
        tx.without_event("what is late is an event of its own");
        let kind = task_kind();
        for id in store::late_untold(&tx, &tx.at().day().to_string(), AT_ONCE).await? {
            let task = record::get(&tx, &kind, id).await?;
            store::set_late_told(&tx, id).await?;
            let event = NewEvent::new(task.reference(&kind), task.title(&kind), "decision_task_late")
                .scope(task.unit_id(&kind), task.owner_id(&kind));
            tx.record(event).await?;
        }
        tx.commit().await
    })
}
