//! What this crate can prove: who has accounts, who was told of secrecy, whose powers were looked at, and since when.

use kernel::capability::{Evidence, EvidenceNow};
use kernel::db::Sql;
use kernel::{Boxed, Db, Instant, Result};
use sea_orm::FromQueryResult;

use crate::store;

pub(crate) fn all() -> Vec<Evidence> {
    vec![
        Evidence {
            duty: "ID-1",
            label_tr: "Yetki gözden geçirmeleri",
            path: "/yonetim/yetki-gozden-gecirme",
            fresh_days: 180,
            run: reviews,
        },
        Evidence {
            duty: "ID-1",
            label_tr: "Gizlilik bildirimi onayları",
            path: "/yonetim/hesaplar",
            fresh_days: 365,
            run: secrecy,
        },
        Evidence {
            duty: "ID-2",
            label_tr: "Verilen ve geri alınan yetkiler",
            path: "/yonetim/roller",
            fresh_days: 365,
            run: grants,
        },
        Evidence {
            duty: "ID-3",
            label_tr: "Giriş, kilit ve parola kayıtları",
            path: "/kayitlar?subject_kind=account",
            fresh_days: 7,
            run: sign_ins,
        },
    ]
}

fn reviews(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let totals = store::accounts::totals(db).await?;
        let sentence_tr =
            format!("{} hesaptan {} tanesinin yetkileri gözden geçirildi.", totals.open, totals.reviewed);
        Ok(EvidenceNow { count: totals.reviewed, last_at: totals.last_reviewed_at.map(Instant), sentence_tr })
    })
}

fn secrecy(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let totals = store::accounts::totals(db).await?;
        let sentence_tr = format!(
            "{} hesaptan {} tanesinin sahibi gizlilik bildirimini onayladı; {} tanesi ikinci adımla giriyor.",
            totals.open, totals.told, totals.with_totp
        );
        Ok(EvidenceNow { count: totals.told, last_at: totals.last_told_at.map(Instant), sentence_tr })
    })
}

#[derive(FromQueryResult)]
struct Counted {
    number: i64,
    last_at: Option<i64>,
}

/// How many of these events there are, and when the last one was.
async fn counted(db: &Db, verbs: &[&str]) -> Result<Counted> {
    let sql = format!(
        "SELECT count(*) AS number, max(at) AS last_at FROM event WHERE subject_kind = 'account' AND verb IN ({})",
        kernel::db::placeholders(1, verbs.len())
    );
    let values = verbs.iter().map(|verb| (*verb).into()).collect();
    Ok(db.row(&sql, values).await?.unwrap_or(Counted { number: 0, last_at: None }))
}

fn grants(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let counted = counted(db, &["role_given", "role_withdrawn", "powers_withdrawn"]).await?;
        let sentence_tr =
            format!("Rol verme ve geri alma işlemi: {}; her biri kimin yaptığıyla kayıtlı.", counted.number);
        Ok(EvidenceNow { count: counted.number, last_at: counted.last_at.map(Instant), sentence_tr })
    })
}

fn sign_ins(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let counted =
            counted(db, &["signed_in", "locked_by_guessing", "password_changed", "password_reset"]).await?;
        let sentence_tr = format!("Giriş, kilit ve parola işlemi: {}.", counted.number);
        Ok(EvidenceNow { count: counted.number, last_at: counted.last_at.map(Instant), sentence_tr })
    })
}
