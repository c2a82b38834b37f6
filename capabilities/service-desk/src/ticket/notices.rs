//! Who is told of what happens to a ticket.

use kernel::event::Event;
use kernel::notice::{About, Notice, Reach, Receivers};
use kernel::{Boxed, Result, Tx, record};
use uuid::Uuid;

use super::{APPROVE, WORK};

/// Of a ticket, read by whoever may see it then.
const fn notice(
    key: &'static str,
    label_tr: &'static str,
    on: &'static [(&'static str, &'static str)],
    receivers: Receivers,
    sentence_tr: &'static str,
) -> Notice {
    Notice { key, label_tr, on, receivers, sentence_tr, path: None, many: None, about: About::Record }
}

pub(crate) fn declared() -> Vec<Notice> {
    let mut all = to_people();
    all.extend(to_desk());
    all
}

/// To whoever it is done for, and to whoever's word it takes.
fn to_people() -> Vec<Notice> {
    vec![
        notice(
            "service_desk.to_agree",
            "Birimimden bir istek onayımı beklediğinde",
            &[("ticket", "created")],
            approvers,
            "Onayınızı bekleyen istek: {title}.",
        ),
        notice(
            "service_desk.agreed",
            "İsteğim uygun görüldüğünde ya da görülmediğinde",
            &[("ticket", "ticket_agreed"), ("ticket", "ticket_rejected")],
            requester,
            "{who} isteğinizi değerlendirdi: {title}.",
        ),
        notice(
            "service_desk.question",
            "Bildirdiğim kayıtla ilgili bana bir şey sorulduğunda",
            &[("ticket", "ticket_question")],
            requester,
            "{who} bilgi istiyor: {title}.",
        ),
        notice(
            "service_desk.solved",
            "Bildirdiğim kayıt çözüldüğünde",
            &[("ticket", "ticket_solved"), ("ticket", "ticket_solved_with")],
            requester,
            "Çözüldü; sorununuz sürüyorsa bildirin: {title}.",
        ),
        notice(
            "service_desk.cancelled",
            "Bildirdiğim kayıttan vazgeçildiğinde",
            &[("ticket", "ticket_cancelled")],
            requester,
            "{who} bu kayıttan vazgeçti: {title}.",
        ),
    ]
}

/// To whoever works on it, or could.
fn to_desk() -> Vec<Notice> {
    vec![
        notice(
            "service_desk.reported",
            "Yeni bir destek kaydı geldiğinde",
            &[("ticket", "created")],
            workers,
            "Yeni destek kaydı: {title}.",
        ),
        notice(
            "service_desk.assigned",
            "Bana bir destek kaydı atandığında",
            &[("ticket", "changed")],
            assigned,
            "Size bir destek kaydı atandı: {title}.",
        ),
        notice(
            "service_desk.answered",
            "Bana atanan kayda yanıt geldiğinde ya da kayıt yeniden açıldığında",
            &[("ticket", "ticket_answered"), ("ticket", "ticket_reopened")],
            worker,
            "{who} yanıt verdi: {title}.",
        ),
        notice(
            "service_desk.near",
            "Bana atanan kaydın süresi dolmak üzereyken",
            &[("ticket", "ticket_near")],
            worker,
            "Süresi dolmak üzere: {title}.",
        ),
        notice(
            "service_desk.late",
            "Bir destek kaydının süresi geçtiğinde",
            &[("ticket", "ticket_late")],
            workers,
            "Süresi geçti: {title}.",
        ),
    ]
}

fn requester<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}

/// Who may agree in the requester's unit and above it, if it waits for that.
fn approvers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let ticket = record::get(tx, &super::kind(), event.subject_id).await?;
        let (true, Some(unit)) = (ticket.get("state").text() == "waiting_unit", event.unit_id) else {
            return Ok(Vec::new());
        };
        let units = directory::store::with_units_above(tx, unit).await?;
        let holders = access::who_may(tx, APPROVE, &units).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

/// Who works on it from now on; nobody where the change was another.
pub(crate) fn assigned<'a>(tx: &'a Tx, event: &'a Event, reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        if event.change_list().iter().any(|change| change.field == "assignee_id") {
            return worker(tx, event, reach).await;
        }
        Ok(Vec::new())
    })
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
        let ticket = record::get(tx, &super::kind(), event.subject_id).await?;
        // What waits for its unit's word is not the desk's yet.
        if !own.is_empty() || ticket.get("state").text() == "waiting_unit" {
            return Ok(own);
        }
        let holders = access::who_may(tx, WORK, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
