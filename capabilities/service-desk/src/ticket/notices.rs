//! Who is told of what happens to a ticket.

use kernel::event::Event;
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx, record};
use uuid::Uuid;

use super::WORK;

pub(crate) fn declared() -> Vec<Notice> {
    let to_requester = |key, label_tr, on, sentence_tr| Notice {
        key,
        label_tr,
        on,
        receivers: requester,
        sentence_tr,
        path: None,
        about: About::Record,
    };
    let to_worker = |key, label_tr, on, sentence_tr| Notice {
        receivers: worker,
        ..to_requester(key, label_tr, on, sentence_tr)
    };
    vec![
        Notice {
            receivers: workers,
            ..to_requester(
                "service_desk.reported",
                "Yeni bir destek kaydı geldiğinde",
                &[("ticket", "created")],
                "Yeni destek kaydı: {title}.",
            )
        },
        to_requester(
            "service_desk.question",
            "Bildirdiğim kayıtla ilgili bana bir şey sorulduğunda",
            &[("ticket", "ticket_question")],
            "{who} bilgi istiyor: {title}.",
        ),
        to_requester(
            "service_desk.solved",
            "Bildirdiğim kayıt çözüldüğünde",
            &[("ticket", "ticket_solved")],
            "Çözüldü; sorununuz sürüyorsa bildirin: {title}.",
        ),
        to_requester(
            "service_desk.cancelled",
            "Bildirdiğim kayıttan vazgeçildiğinde",
            &[("ticket", "ticket_cancelled")],
            "{who} bu kayıttan vazgeçti: {title}.",
        ),
        to_worker(
            "service_desk.assigned",
            "Bana bir destek kaydı atandığında",
            &[("ticket", "changed")],
            "Size atanan kayıt değişti: {title}.",
        ),
        to_worker(
            "service_desk.answered",
            "Bana atanan kayda yanıt geldiğinde ya da kayıt yeniden açıldığında",
            &[("ticket", "ticket_answered"), ("ticket", "ticket_reopened")],
            "{who} yanıt verdi: {title}.",
        ),
        to_worker(
            "service_desk.near",
            "Bana atanan kaydın süresi dolmak üzereyken",
            &[("ticket", "ticket_near")],
            "Süresi dolmak üzere: {title}.",
        ),
        Notice {
            receivers: workers,
            ..to_requester(
                "service_desk.late",
                "Bir destek kaydının süresi geçtiğinde",
                &[("ticket", "ticket_late")],
                "Süresi geçti: {title}.",
            )
        },
    ]
}

fn requester<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}

/// Who works on it, once somebody does.
fn worker<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let ticket = record::get(tx, &super::kind(), event.subject_id).await?;
        Ok(ticket.get("assignee_id").id().into_iter().collect())
    })
}

/// Who works on it; while nobody does, all who could.
fn workers<'a>(tx: &'a Tx, event: &'a Event, reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let own = worker(tx, event, reach).await?;
        if !own.is_empty() {
            return Ok(own);
        }
        let holders = access::who_may(tx, WORK, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
