//! What this part can prove: a regulation is in force, and since when.

use kernel::capability::{Evidence, EvidenceNow};
use kernel::{Boxed, Db, Result, tr};

use super::store;

pub(super) fn all() -> Vec<Evidence> {
    vec![Evidence {
        duty: "REG-1",
        label_tr: "Yürürlükteki yönetmelik",
        path: "/yonetmelik?state=in_force",
        // A council rarely changes it; after two years somebody should say that it still fits.
        fresh_days: 730,
        run: in_force,
    }]
}

fn in_force(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::in_force(db).await?;
        let Some(last) = found.first() else {
            let sentence_tr = "Yürürlükte kayıtlı yönetmelik yok.".into();
            return Ok(EvidenceNow { count: 0, last_at: None, sentence_tr });
        };
        let since =
            last.in_force_on.map_or(String::new(), |on| format!(", {} gününden beri", tr::date(on.0)));
        Ok(EvidenceNow {
            count: found.len() as i64,
            last_at: last.in_force_on.map(kernel::Day::start),
            sentence_tr: format!("“{}” yürürlükte{since}.", last.title),
        })
    })
}
