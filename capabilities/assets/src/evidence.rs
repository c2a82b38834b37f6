//! What the capability can prove, what waits for a person, and what a person holds.

use kernel::capability::{DayItem, Evidence, EvidenceNow};
use kernel::{Actor, Boxed, Db, Instant, Result, Tx, tr};
use uuid::Uuid;

use crate::{agents, asset, custody, line, software, stocktake, write_off};

pub(crate) fn all() -> Vec<Evidence> {
    vec![
        Evidence {
            duty: "AS-1",
            label_tr: "Envanter ve ajanların bildirimleri",
            path: "/varliklar",
            fresh_days: 30,
            run: inventory,
        },
        Evidence {
            duty: "AS-2",
            label_tr: "Zimmet fişleri",
            path: "/zimmetler",
            fresh_days: 365,
            run: custodies,
        },
        Evidence {
            duty: "AS-2",
            label_tr: "Varlık sayımları",
            path: "/sayimlar",
            fresh_days: 400,
            run: stocktakes,
        },
        Evidence {
            duty: "AS-3",
            label_tr: "Garantisi izlenen varlıklar",
            path: "/varliklar?warranty=ending",
            fresh_days: 365,
            run: warranties,
        },
        Evidence {
            duty: "AS-4",
            label_tr: "Lisanslarla karşılaştırılan programlar",
            path: "/lisanslar",
            fresh_days: 365,
            run: findings,
        },
        Evidence {
            duty: "AS-5",
            label_tr: "Denetlenen programlar",
            path: "/programlar/denetim",
            fresh_days: 180,
            run: programs,
        },
        Evidence {
            duty: "AS-7",
            label_tr: "Kayıttan düşme işlemleri",
            path: "/kayittan-dusme",
            fresh_days: 365,
            run: write_offs,
        },
        Evidence {
            duty: "AS-9",
            label_tr: "Virüs koruması izlenen makineler",
            path: "/varliklar?protection=off",
            fresh_days: 30,
            run: protection,
        },
        Evidence {
            duty: "AS-10",
            label_tr: "Kullananı ve bedeli bilinen hatlar",
            path: "/hatlar",
            fresh_days: 365,
            run: lines,
        },
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
