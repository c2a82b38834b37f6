//! What the staff hears of texts that bind them and of duties that are given to them. Some reach everybody; the kernel
//! asks for them part by part.

mod store;

use kernel::event::Event;
use kernel::notice::{About, Many, Notice, Reach};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

pub(crate) fn all() -> Vec<Notice> {
    let of_record = |key, label_tr, on, receivers, sentence_tr| Notice {
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
        of_record(
            "regulation.directive",
            "Okumam beklenen bir yönerge yürürlüğe girdiğinde",
            &[("directive", "put_in_force")],
            bound_by_directive,
            "“{title}” yürürlüğe kondu; okuyup bildirmeniz bekleniyor.",
        ),
        of_record(
            "regulation.told",
            "Bir mevzuat değişikliği personele duyurulduğunda",
            &[("watched_law", "told")],
            everybody,
            "“{title}” personele duyuruldu; okuyup bildirmeniz bekleniyor.",
        ),
        of_record(
            "regulation.in_force",
            "Bir yönetmelik yürürlüğe konduğunda",
            &[("regulation", "put_in_force")],
            everybody,
            "“{title}” yürürlüğe kondu.",
        ),
        Notice {
            many: Some(Many { sentence_tr: "Size {count} görev verildi; işlemi yapan {who}.", path: None }),
            ..of_record(
                "regulation.assigned",
                "Bana bir görev verildiğinde",
                &[("duty", "assigned")],
                assigned,
                "“{title}” görevinin sorumlusu olarak yazıldınız; işlemi yapan {who}.",
            )
        },
        Notice {
            many: Some(Many {
                sentence_tr: "Biriminize {count} görev verildi; işlemi yapan {who}.",
                path: None,
            }),
            ..of_record(
                "regulation.assigned_to_unit",
                "Birimime bir görev verildiğinde",
                &[("duty", "assigned")],
                unit_assigned,
                "“{title}” görevi biriminize verildi; işlemi yapan {who}.",
            )
        },
    ]
}

fn everybody<'a>(tx: &'a Tx, _event: &'a Event, reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(store::staff(tx, None, reach))
}

/// The staff of the unit it binds, or everybody; nobody when it need not be acknowledged.
fn bound_by_directive<'a>(tx: &'a Tx, event: &'a Event, reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        match store::directive_binds(tx, event.subject_id).await? {
            Some(unit) => store::staff(tx, unit, reach).await,
            None => Ok(Vec::new()),
        }
    })
}

/// The person a duty was given to, when it was given to one.
fn assigned<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let is_person = event.related_kind.as_deref() == Some("staff");
        Ok(event.related_id.filter(|_| is_person).into_iter().collect())
    })
}

/// Everybody of the unit a duty was given to, when no person was named: the form says that all of it count then.
fn unit_assigned<'a>(tx: &'a Tx, event: &'a Event, reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let is_unit = event.related_kind.as_deref() == Some("unit");
        match event.related_id.filter(|_| is_unit) {
            Some(unit) => store::staff(tx, Some(unit), reach).await,
            None => Ok(Vec::new()),
        }
    })
}
