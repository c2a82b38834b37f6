//! What the store can prove, and what waits for a person.

use kernel::capability::{DayItem, Evidence, EvidenceNow};
use kernel::{Actor, Boxed, Db, Instant, Result, tr};

use crate::movement::store;
use crate::stock_voucher;

pub(crate) fn all() -> Vec<Evidence> {
    let evidence = |duty, label_tr, path, fresh_days, run| Evidence { duty, label_tr, path, fresh_days, run };
    vec![
        evidence("AS-6", "Ambar giriş, çıkış ve sayımları", "/stok-hareketleri", 90, movements),
        evidence("AS-8", "Yıl sonu sayımları", "/yil-sonu-sayimlari", 400, year_ends),
    ]
}

fn movements(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::totals(db).await?;
        let (all, counts) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Geçerli stok hareketi: {all}; sayım: {counts}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn year_ends(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = crate::year_end::totals(db).await?;
        let (all, closed) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Yıl sonu sayımı: {all}; imzalanıp kapanan: {closed}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

/// What was issued to this person and they did not yet confirm.
pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let Some(staff) = actor.staff_id else { return Ok(Vec::new()) };
        let count = store::waiting_for(db, staff).await?;
        let path = format!("/stok-hareketleri?staff_id={staff}&state=waiting");
        let vouchers = stock_voucher::store::waiting_for(db, staff).await?;
        let of_vouchers = format!("{}?staff_id={staff}&state=waiting", stock_voucher::PATH);
        let item = |label: &str, count, path| DayItem { label_tr: label.into(), count, path, is_late: false };
        let mut items = vec![
            item("Teyidinizi bekleyen malzeme çıkışı", count, path),
            item("Teyidinizi bekleyen malzeme fişi", vouchers, of_vouchers),
        ];
        items.retain(|item| item.count > 0);
        Ok(items)
    })
}
