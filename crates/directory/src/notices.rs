//! What people hear of appointments and actings: a proposal that waits for them, a decision on theirs, powers given to
//! them or about to end.

use access::who_may;
use kernel::event::Event;
use kernel::job::{Job, JobContext};
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Instant, NewEvent, Ref, Result, Tx};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{appointment, leaving, store};

/// People hear a day before that an acting ends.
const WARNED_BEFORE_US: i64 = Instant::DAY_US;

pub(crate) fn all() -> Vec<Notice> {
    vec![
        Notice {
            key: "directory.approval",
            label_tr: "Bir görevlendirme ya da vekâlet onayımı beklediğinde",
            on: &[("appointment", "appointment_proposed"), ("acting", "created")],
            receivers: approvers,
            sentence_tr: "“{title}” onayınızı bekliyor; öneren {who}.",
            path: None,
            many: None,
            about: About::Record,
        },
        Notice {
            key: "directory.appointed",
            label_tr: "Sorumlu olarak görevlendirildiğimde ya da görevlendirmem sona erdiğinde",
            on: &[("appointment", "appointment_approved"), ("appointment", "appointment_ended")],
            receivers: appointed,
            sentence_tr: "“{title}” görevlendirmenizde değişiklik oldu; işlemi yapan {who}.",
            path: None,
            many: None,
            about: About::Person,
        },
        Notice {
            key: "directory.acting",
            label_tr: "Bana vekâlet verildiğinde, yerime vekil belirlendiğinde ya da vekâlet sona erdirildiğinde",
            on: &[("acting", "acting_approved"), ("acting", "acting_ended")],
            receivers: both_of_acting,
            sentence_tr: "Sizi ilgilendiren bir vekâlette karar verildi: {title}.",
            path: None,
            many: None,
            about: About::Person,
        },
        Notice {
            key: "directory.acting_ending",
            label_tr: "Vekâletin bitmesine bir gün kaldığında",
            on: &[("acting", "acting_ending")],
            receivers: both_of_acting,
            sentence_tr: "Vekâletin bitmesine bir gün kaldı: {title}.",
            path: None,
            many: None,
            about: About::Person,
        },
        Notice {
            key: "directory.left_holding",
            label_tr: "Birimimden biri, üzerindekiler teslim alınmadan ayrıldığında",
            on: &[("staff", "staff_left_holding")],
            receivers: leaving::who_asks,
            sentence_tr: "{title} görevinden ayrıldı ama üzerinde teslim alınmamış varlık ya da iş var.",
            path: None,
            many: None,
            about: About::Record,
        },
        Notice {
            key: "directory.decided",
            label_tr: "Önerdiğim görevlendirme ya da vekâlet sonuçlandığında",
            on: &[
                ("appointment", "appointment_approved"),
                ("appointment", "appointment_rejected"),
                ("acting", "acting_approved"),
                ("acting", "acting_rejected"),
            ],
            receivers: proposer,
            sentence_tr: "Öneriniz sonuçlandı: “{title}”; kararı veren {who}.",
            path: None,
            many: None,
            about: About::Record,
        },
    ]
}

/// Those who may approve, and who stands in for them; never the person whom it is about.
fn approvers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let permission = match event.subject_kind.as_str() {
            "appointment" => appointment::APPROVE,
            _ => "directory.acting.approve",
        };
        let units = match event.unit_id {
            Some(unit) => store::with_units_above(tx, unit).await?,
            None => Vec::new(),
        };
        let holders = who_may(tx, permission, &units).await?;
        let staff: Vec<Uuid> = holders.iter().filter_map(|holder| holder.staff_id).collect();
        let mut people = store::substitutes_of(tx, &staff, tx.at()).await?;
        people.extend(holders.iter().map(|holder| holder.id));
        Ok(people)
    })
}

fn appointed<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}

fn both_of_acting<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(store::people_of_acting(tx, event.subject_id))
}

fn proposer<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let table = if event.subject_kind == "appointment" { "appointment" } else { "acting" };
        Ok(store::proposer_of(tx, table, event.subject_id).await?.into_iter().collect())
    })
}

pub(crate) fn jobs() -> Vec<Job> {
    vec![
        Job {
            name: "directory.warn_of_actings",
            label_tr: "Yarın bitecek vekâletleri ilgililere bildirme",
            every_seconds: Some(3_600),
            max_attempts: 3,
            limit_seconds: 60,
            run: warn_of_actings,
        },
        Job {
            name: "directory.keep_phases",
            label_tr: "Görevlendirme ve vekâletlerin bugünkü durumunu yenileme",
            every_seconds: Some(300),
            max_attempts: 3,
            limit_seconds: 60,
            run: keep_phases,
        },
    ]
}

fn keep_phases<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("teşkilat takvimi")).await?;
        tx.without_event("what follows from dates and the clock; the acts behind it have their own events");
        store::set_phases(&tx, None).await?;
        tx.commit().await
    })
}

fn warn_of_actings<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("vekâletler")).await?;
        let ending = store::actings_ending(&tx, tx.at(), tx.at().plus_us(WARNED_BEFORE_US)).await?;
        if ending.is_empty() {
            return tx.rollback().await;
        }
        for acting in ending {
            let event = NewEvent::new(Ref::new("acting", acting.id), acting.name, "acting_ending");
            tx.record(event.scope(Some(acting.unit_id), Some(acting.principal_id))).await?;
        }
        tx.commit().await
    })
}
