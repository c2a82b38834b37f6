//! Who is told of referrals, and the hourly look for those whose last day is over.

use kernel::event::Event;
use kernel::job::Job;
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx, record};
use uuid::Uuid;

use super::{ANSWER, kind};
use crate::late::{self, Watch};

/// What was only to be known of is never late.
const LATE: Watch =
    Watch { kind, act_tr: "süresi geçen havaleler", event: "referral_late", also: "purpose = 'action'" };

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

/// Whoever it went to.
fn receivers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { late::doers(tx, &kind(), event.subject_id, ANSWER).await })
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
        run: |context, _| Box::pin(late::watch(context, &LATE)),
    }
}
