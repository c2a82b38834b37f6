//! Who is told of a delivery: whoever is to take it, when it leaves; whoever made it out need not be told what they do.

use kernel::event::Event;
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx, record};
use uuid::Uuid;

use super::{RECEIVE, kind};

pub(super) fn declared() -> Vec<Notice> {
    vec![Notice {
        key: "documents.delivery_left",
        label_tr: "Bana ya da birimime kâğıt evrak yola çıktığında",
        on: &[("delivery", "delivery_left")],
        receivers,
        sentence_tr: "İmza karşılığı teslim edilmek üzere yola çıkan evrak: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }]
}

/// Whoever takes it, and who stands in for them; where a unit's anybody may, whoever may take it there. Nobody outside.
fn receivers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let delivery = record::get(tx, &kind(), event.subject_id).await?;
        if let Some(staff) = delivery.get("staff_id").id() {
            let mut all = directory::store::substitutes_of(tx, &[staff], tx.at()).await?;
            all.push(staff);
            return Ok(all);
        }
        let Some(unit) = delivery.get("unit_id").id() else { return Ok(Vec::new()) };
        let holders = access::who_may(tx, RECEIVE, &[unit]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
