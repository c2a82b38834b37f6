//! What waits for those who keep accounts: locks somebody's guessing caused, powers due for review.

use kernel::capability::DayItem;
use kernel::{Actor, Boxed, Db, Instant, Result};

use crate::rules::Policy;
use crate::store;

pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        if actor.may("access.account.edit") {
            let count = store::accounts::count_locked(db).await?;
            let label_tr = "Kilitli hesap".to_string();
            items.push(DayItem {
                label_tr,
                count,
                path: "/yonetim/hesaplar?state=locked".into(),
                is_late: false,
            });
        }
        if actor.may("access.review.run") {
            let before = Policy::load(db).await?.review_before(now);
            let count = store::accounts::count_due_for_review(db, before).await?;
            let label_tr = "Yetkileri gözden geçirilecek hesap".to_string();
            items.push(DayItem {
                label_tr,
                count,
                path: "/yonetim/yetki-gozden-gecirme".into(),
                is_late: count > 0,
            });
        }
        items.retain(|item| item.count > 0);
        Ok(items)
    })
}
