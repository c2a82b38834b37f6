//! What the capability can prove, what waits for a person, and what a person holds.

use kernel::capability::{DayItem, Evidence, EvidenceNow};
use kernel::{Actor, Boxed, Db, Instant, Result, Tx, tr};
use uuid::Uuid;

use crate::{agents, asset, custody, line, software, stocktake, write_off};

pub(crate) fn all() -> Vec<Evidence> {
    let evidence = |duty, label_tr, path, fresh_days, run| Evidence { duty, label_tr, path, fresh_days, run };
    vec![
        evidence("AS-1", "Envanter ve ajanların bildirimleri", "/varliklar", 30, inventory),
        evidence("AS-2", "Zimmet fişleri", "/zimmetler", 365, custodies),
        evidence("AS-2", "Varlık sayımları", "/sayimlar", 400, stocktakes),
        evidence("AS-3", "Garantisi izlenen varlıklar", "/varliklar?warranty=ending", 365, warranties),
        evidence("AS-4", "Lisanslarla karşılaştırılan programlar", "/lisanslar", 365, findings),
        evidence("AS-5", "Denetlenen programlar", "/programlar/denetim", 180, programs),
        evidence("AS-7", "Kayıttan düşme işlemleri", "/kayittan-dusme", 365, write_offs),
        evidence("AS-9", "Virüs koruması izlenen makineler", "/varliklar?protection=off", 30, protection),
        evidence("AS-10", "Kullananı ve bedeli bilinen hatlar", "/hatlar", 365, lines),
        evidence("NE-1", "Taranan ağdaki cihazlar", "/ag-cihazlari", 30, devices),
        evidence("AS-8", "Taşınır siciline işlenen varlıklar", "/varliklar/tasinir-cetveli", 365, registered),
    ]
}

fn inventory(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = asset::store::totals(db).await?;
        let (all, told) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Kayıtlı varlık: {all}; ajanla izlenen: {told}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn devices(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = crate::network::totals(db).await?;
        let (all, unknown) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Ağda bulunan cihaz: {all}; varlık kaydı olmayan: {unknown}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn registered(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = asset::store::with_register_number(db).await?;
        let (all, bare) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Taşınır sicil numarası olan varlık: {all}; olmayan: {bare}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn programs(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = software::store::totals(db).await?;
        let (all, judged) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Görülen program: {all}; hakkında karar verilen: {judged}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn findings(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = software::store::findings(db).await?;
        let (all, open) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Yasaklanan ya da lisans isteyen program: {all}; bulgusu olan: {open}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn protection(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = asset::store::protected(db).await?;
        let (all, bad) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr =
            format!("Virüs koruması izlenen makine: {all}; koruması olmayan ya da güncel olmayan: {bad}.");
        let (ended, open) = asset::store::unsafe_machines(db).await?;
        let (ended, open) = (tr::grouped(ended), tr::grouped(open));
        let sentence_tr = format!("{sentence_tr} Desteği bitmiş sistem: {ended}; diski şifresiz: {open}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn stocktakes(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = stocktake::store::totals(db).await?;
        let (all, ended) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Yapılan sayım: {all}; kapanan: {ended}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn write_offs(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = write_off::store::totals(db).await?;
        let (all, done) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Başlatılan kayıttan düşme: {all}; tamamlanan: {done}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn lines(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = line::store::totals(db).await?;
        let (all, held) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Kullanımdaki hat: {all}; kullananı belli olan: {held}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn custodies(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = custody::store::totals(db).await?;
        let (all, open) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Geçerli zimmet fişi: {all}; teyit edilmemiş: {open}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn warranties(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = asset::store::warranties(db).await?;
        let (known, runs) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Garanti bitişi bilinen varlık: {known}; garantisi süren: {runs}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

/// Assets in a person's charge: nobody leaves with them.
pub(crate) fn held(tx: &Tx, staff: Uuid) -> Boxed<'_, Result<i64>> {
    Box::pin(custody::store::held_by(tx, staff))
}

/// Slips on one's own name, agents that wait.
pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        if let Some(staff) = actor.staff_id {
            let count = custody::store::waiting_for(db, staff).await?;
            items.push(item(
                "Teyidinizi bekleyen zimmet fişi",
                count,
                format!("/zimmetler?state=waiting&holder_id={staff}"),
            ));
            let count = custody::store::checks_of(db, staff).await?;
            items.push(item(
                "Teyidinizi bekleyen zimmet listesi",
                count,
                format!("/zimmet-teyitleri?state=waiting&holder_id={staff}"),
            ));
        }
        if actor.may_in_whole(custody::GIVE) {
            let count = custody::store::disputed(db).await?;
            items.push(item("İtiraz edilen zimmet fişi", count, "/zimmetler?state=disputed".into()));
            let count = custody::store::differing(db).await?;
            items.push(item(
                "Fark bildirilen zimmet teyidi",
                count,
                "/zimmet-teyitleri?state=disputed".into(),
            ));
        }
        if actor.may_in_whole(agents::APPROVE) {
            let count = agents::store::waiting(db).await?;
            items.push(item("Onayınızı bekleyen envanter ajanı", count, "/ajanlar?state=waiting".into()));
        }
        items.retain(|item| item.count > 0);
        Ok(items)
    })
}

fn item(label_tr: &str, count: i64, path: String) -> DayItem {
    DayItem { label_tr: label_tr.into(), count, path, is_late: false }
}
