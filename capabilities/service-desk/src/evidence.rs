//! What the service desk can prove, and what waits for a person.

use kernel::capability::{DayItem, Evidence, EvidenceNow};
use kernel::record::{self, FieldValue, FilterValue, ListQuery};
use kernel::{Actor, Boxed, Db, Instant, Result, tr};

use crate::ticket::store::{self, Totals};
use crate::{finding, how_to, mail_in, part_move, ticket, vendor_job};

pub(crate) fn all() -> Vec<Evidence> {
    let evidence = |duty, label_tr, path, fresh_days, run| Evidence { duty, label_tr, path, fresh_days, run };
    vec![
        evidence("SD-1", "Bildirilen ve çözülen arızalar", "/destek", 30, faults),
        evidence("SD-2", "Değerlendirilen istekler", "/hizmet-katalogu", 180, requests),
        evidence("SD-3", "Planlı bakımlar", "/bakim-planlari", 180, maintenance),
        evidence("SD-4", "Firmaya verilen işler", "/firma-isleri", 365, vendors),
        evidence("SD-5", "Güne ve kişiye verilen işler", "/destek/plan", 30, planned),
        evidence("SD-7", "Aktarılan parçalar", "/parca-aktarimlari", 365, parts),
        evidence("AS-5", "Bulgusu işe dönüşen programlar", "/destek?ara=denetimi", 365, findings),
        evidence("SD-6", "Yayındaki bilgi yazıları", "/bilgi-bankasi?state=published", 365, guides),
    ]
}

fn faults(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::totals(db, "'fault', 'problem'").await?;
        Ok(now(found, |all, met| format!("Bildirilen arıza: {all}; süresinde çözülen: {met}.")))
    })
}

fn requests(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::totals(db, "'request'").await?;
        Ok(now(found, |all, met| format!("Alınan istek: {all}; süresinde karşılanan: {met}.")))
    })
}

fn maintenance(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::totals(db, "'maintenance'").await?;
        Ok(now(found, |all, met| format!("Açılan bakım kaydı: {all}; süresinde biten: {met}.")))
    })
}

fn vendors(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = vendor_job::store::totals(db).await?;
        Ok(now(found, |all, away| format!("Firmaya verilen iş: {all}; hâlâ firmada: {away}.")))
    })
}

fn planned(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::planned(db).await?;
        Ok(now(found, |all, open| format!("Bir güne verilen iş: {all}; süren: {open}.")))
    })
}

fn parts(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = part_move::store::totals(db).await?;
        Ok(now(found, |all, _| format!("Başka cihaza takılan sağlam parça: {all}.")))
    })
}

fn findings(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = finding::totals(db).await?;
        Ok(now(found, |all, gone| format!("Kayda dönüşen program bulgusu: {all}; ortadan kalkan: {gone}.")))
    })
}

fn guides(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = how_to::store::totals(db).await?;
        Ok(now(found, |all, _| format!("Yayındaki bilgi yazısı: {all}.")))
    })
}

fn now(found: Totals, sentence: fn(String, String) -> String) -> EvidenceNow {
    EvidenceNow {
        count: found.number,
        last_at: found.last_at.map(Instant),
        sentence_tr: sentence(tr::grouped(found.number), tr::grouped(found.other)),
    }
}

/// Requests of the person's unit that wait for a word.
async fn to_agree(db: &Db, actor: &Actor) -> Result<i64> {
    let kind = ticket::kind();
    let waits = FilterValue::Is(FieldValue::Text("waiting_unit".into()));
    let query = ListQuery { filters: vec![("state", waits)], ..ListQuery::first(&kind) };
    Ok(record::count(db, &kind, &query, actor, ticket::APPROVE).await?.0)
}

/// What is on one's own desk, what waits for one's word, and what nobody took.
pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        let item = |label_tr: &str, count, path: String, is_late| DayItem {
            label_tr: label_tr.into(),
            count,
            path,
            is_late,
        };
        if let Some(staff) = actor.staff_id {
            let count = store::awaiting(db, staff).await?;
            items.push(item(
                "Yanıtınızı bekleyen destek kaydı",
                count,
                format!("/destek?requester_id={staff}"),
                false,
            ));
            if actor.may(ticket::WORK) {
                let found = store::of_assignee(db, staff).await?;
                let path = format!("/destek?assignee_id={staff}&is_open=evet&sirala=due_at");
                items.push(item("Size atanmış destek kaydı", found.number, path, found.other > 0));
            }
        }
        if actor.may(ticket::APPROVE) {
            let count = to_agree(db, actor).await?;
            items.push(item("Onayınızı bekleyen istek", count, "/destek?state=waiting_unit".into(), false));
        }
        if actor.may_in_whole(ticket::WORK) {
            let count = store::in_state(db, "new").await?;
            items.push(item("Kimsenin üstlenmediği destek kaydı", count, "/destek?state=new".into(), false));
        }
        if actor.may_in_whole(ticket::INTAKE) {
            let count = mail_in::strangers(db).await?;
            let path = "/destek-e-postalari?state=stranger".to_string();
            items.push(item("Göndereni tanınmayan e-posta", count, path, false));
            // A server that restarts is no news.
            let since = mail_in::failing_since(db).await?;
            let is_down = since.is_some_and(|since| now.0 - since.0 > 15 * 60 * Instant::SECOND_US);
            let label = "Destek posta kutusu okunamıyor";
            items.push(item(label, i64::from(is_down), "/destek-e-postalari".into(), true));
        }
        items.retain(|item| item.count > 0);
        Ok(items)
    })
}
