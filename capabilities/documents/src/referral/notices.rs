//! Who is told of referrals, and the daily look for those whose last day is over.

use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext};
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx, record};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{ANSWER, kind, store};

/// Late referrals that one run tells.
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
            "documents.referred",
            "Bana ya da birimime evrak havale edildiğinde",
            &[("referral", "created")],
            receivers,
            "Havale edilen evrak: {title}.",
        ),
        notice(
            "documents.referral_late",
            "Bendeki bir havalenin süresi geçtiğinde",
            &[("referral", "referral_late")],
            receivers,
            "Süresi geçen havale: {title}.",
        ),
        Notice {
            about: About::Person,
            ..notice(
                "documents.referral_answered",
                "Havale ettiğim evrakın gereği yapıldığında ya da iade edildiğinde",
                &[("referral", "referral_done"), ("referral", "referral_returned")],
                sender,
                "{who} havalenizi sonuçlandırdı: {title}.",
            )
        },
    ]
}

/// Whoever it went to; where nobody heads the unit, whoever may answer there. Who stands in for the receiver is told, too.
fn receivers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let referral = record::get(tx, &kind(), event.subject_id).await?;
        let Some(staff) = referral.get("staff_id").id() else {
            let units: Vec<Uuid> = referral.get("unit_id").id().into_iter().collect();
            let holders = access::who_may(tx, ANSWER, &units).await?;
            return Ok(holders.iter().map(|holder| holder.id).collect());
        };
        let mut all = directory::store::substitutes_of(tx, &[staff], tx.at()).await?;
        all.push(staff);
        Ok(all)
    })
}

fn sender<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let referral = record::get(tx, &kind(), event.subject_id).await?;
        Ok(referral.get("from_id").id().into_iter().collect())
    })
}

pub(super) fn job() -> Job {
    Job {
        name: "documents.late_referrals",
        label_tr: "Süresi geçen havaleleri bildirme",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 120,
        run,
    }
}

fn run<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("süresi geçen havaleler")).await?;
        tx.without_event("what is late is an event of its own");
        let kind = kind();
        for id in store::late_untold(&tx, &tx.at().day().to_string(), AT_ONCE).await? {
            let referral = record::get(&tx, &kind, id).await?;
            store::set_late_told(&tx, id).await?;
            let event = NewEvent::new(referral.reference(&kind), referral.title(&kind), "referral_late")
                .scope(referral.unit_id(&kind), referral.owner_id(&kind));
            tx.record(event).await?;
        }
        tx.commit().await
    })
}
