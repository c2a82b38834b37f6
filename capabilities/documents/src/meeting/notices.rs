//! Who is told what of proposals and of what decisions ask for, and the hourly look for tasks whose last day is over.

use kernel::event::Event;
use kernel::job::Job;
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

use super::{ANSWER_TASK, task_kind};
use crate::late::{self, Watch};

const LATE: Watch =
    Watch { kind: task_kind, act_tr: "süresi geçen karar işleri", event: "decision_task_late", also: "" };

pub(super) fn declared() -> Vec<Notice> {
    let notice = |key, label_tr, on, receivers, sentence_tr| Notice {
        key,
        label_tr,
        on,
        receivers,
        sentence_tr,
        path: None,
        many: None,
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

fn receivers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { late::doers(tx, &task_kind(), event.subject_id, ANSWER_TASK).await })
}

pub(super) fn job() -> Job {
    Job {
        name: "documents.late_decision_tasks",
        label_tr: "Süresi geçen karar işlerini bildirme",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 120,
        run: |context, _| Box::pin(late::watch(context, &LATE)),
    }
}
