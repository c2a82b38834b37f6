//! What the register can prove, and what waits for a person.

mod store;

use kernel::capability::{DayItem, Evidence, EvidenceNow};
use kernel::record::{self, FieldValue, FilterValue, Kind, ListQuery};
use kernel::{Actor, Boxed, Day, Db, Instant, Result, tr};
use uuid::Uuid;

use crate::delivery::{self, store as deliveries};
use crate::document::{self, store as documents};
use crate::intake::{self, store as arrivals};
use crate::letter;
use crate::letter::store as letters;
use crate::meeting::{self, store as meetings};
use crate::referral::{self, store as referrals};

pub(crate) fn all() -> Vec<Evidence> {
    let evidence = |duty, label_tr, path, fresh_days, run| Evidence { duty, label_tr, path, fresh_days, run };
    vec![
        evidence("CO-1", "Evrak kayıtları", "/evrak", 30, registered),
        evidence("CO-2", "Havaleler ve sonuçları", "/havaleler", 30, referred),
        evidence("CO-3", "Paraf ve imza yolları", "/imza-klasoru", 60, written),
        evidence("CO-4", "Zimmetle teslimler", delivery::PATH, 60, delivered),
        evidence("CO-5", "Resmî biçimde yazılar", "/yazilar", 60, written),
        evidence("CO-6", "Gelen e-Yazışma paketleri", "/gelen-kutusu?source=package", 90, packages),
        evidence("CO-7", "Taranan ve yüklenen evrak", "/gelen-kutusu", 30, scanned),
        evidence("CO-8", "Kutuya gelen e-postalar", "/gelen-kutusu?source=email", 30, mailed),
        evidence("CO-9", "Meclis ve encümen kararları", meeting::AGENDA_PATH, 60, decided),
    ]
}

fn registered(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = documents::totals(db).await?;
        let (all, filed) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Kayıtlı evrak: {all}; dosya kodu verilmiş: {filed}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn referred(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = referrals::totals(db).await?;
        let (all, ended) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Havale: {all}; sonuçlanan: {ended}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn delivered(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = deliveries::totals(db).await?;
        let (all, taken) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Zimmetle teslim: {all}; imza karşılığı teslim edilen: {taken}.");
        Ok(EvidenceNow { count: found.other, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn written(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = letters::totals(db).await?;
        let (all, signed) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Yazı: {all}; imzalanıp sayı alan: {signed}.");
        Ok(EvidenceNow { count: found.other, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn decided(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = meetings::totals(db).await?;
        let (all, applied) = (tr::grouped(found.number), tr::grouped(found.other));
        let sentence_tr = format!("Karara bağlanan madde: {all}; uygulanan karar: {applied}.");
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn packages(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(arrived(db, ["package", "package"], "Gelen paket"))
}

fn scanned(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(arrived(db, ["scan_folder", "upload"], "Taranan ya da yüklenen"))
}

fn mailed(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(arrived(db, ["email", "email"], "Gelen e-posta"))
}

async fn arrived(db: &Db, ways: [&str; 2], what: &str) -> Result<EvidenceNow> {
    let found = arrivals::totals(db, ways).await?;
    let (all, entered) = (tr::grouped(found.number), tr::grouped(found.other));
    let sentence_tr = format!("{what}: {all}; evrak olarak kaydedilen: {entered}.");
    Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
}

/// What was referred to this person, and for who keeps the register what nobody has yet.
pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        if let Some(staff) = actor.staff_id {
            let found = referrals::waiting_for(db, staff, &now.day().to_string()).await?;
            if found.number > 0 {
                items.push(DayItem {
                    label_tr: "Size havale edilen evrak".into(),
                    count: found.number,
                    path: format!("/havaleler?staff_id={staff}&state=open"),
                    is_late: found.other > 0,
                });
            }
            items.extend(instead_of_others(db, (actor, staff), now).await?);
            let count = letters::came_back(db, staff).await?;
            if count > 0 {
                items.push(DayItem {
                    label_tr: "İmzadan iade edilen yazınız".into(),
                    count,
                    path: format!("/yazilar?owner_id={staff}&state=returned"),
                    is_late: true,
                });
            }
        }
        if actor.may_in_whole(intake::WORK) {
            items.extend(not_registered(db, now).await?);
        }
        if actor.may_in_whole(document::EDIT) {
            for (state, label_tr) in
                [("registered", "Havale bekleyen evrak"), ("sent_back", "Havalesi iade edilen evrak")]
            {
                let count = documents::in_state(db, state).await?;
                if count > 0 {
                    let path = format!("/evrak?state={state}");
                    items.push(DayItem {
                        label_tr: label_tr.into(),
                        count,
                        path,
                        is_late: state == "sent_back",
                    });
                }
            }
        }
        Ok(items)
    })
}

/// What was referred to those whom this person stands in for, as far as they see it.
async fn instead_of_others(db: &Db, (actor, staff): (&Actor, Uuid), now: Instant) -> Result<Vec<DayItem>> {
    let kind = referral::kind();
    let mut items = Vec::new();
    for absent in directory::store::principals_of(db, staff, now).await? {
        let asked = [("staff_id".into(), absent.id.to_string()), ("state".into(), "open".into())];
        let (mut query, _) = ListQuery::parse(&kind, &asked);
        let count = record::count(db, &kind, &query, actor, kind.view).await?.0;
        if count == 0 {
            continue;
        }
        let today = now.day();
        let yesterday = Day(today.0.previous_day().unwrap_or(today.0));
        query.filters.push(("due_on", FilterValue::Between(None, Some(yesterday))));
        items.push(DayItem {
            label_tr: format!("{} yerine vekâleten bakacağınız havale", absent.name),
            count,
            path: format!("{}?staff_id={}&state=open", referral::PATH, absent.id),
            is_late: record::count(db, &kind, &query, actor, kind.view).await?.0 > 0,
        });
    }
    Ok(items)
}

/// Paper on its way to this person, and for who carries it what has been out since before today.
pub(crate) fn carried<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        if let Some(staff) = actor.staff_id {
            let count = deliveries::waiting_for(db, staff).await?;
            if count > 0 {
                items.push(DayItem {
                    label_tr: "Size getirilen, teslim almadığınız evrak".into(),
                    count,
                    path: format!("{}?staff_id={staff}&state=on_the_way", delivery::PATH),
                    is_late: false,
                });
            }
        }
        if actor.may_in_whole(delivery::CARRY) {
            let count = deliveries::still_out(db, &now.day().to_string()).await?;
            if count > 0 {
                items.push(DayItem {
                    label_tr: "Önceki günlerden yolda kalan teslim".into(),
                    count,
                    path: format!("{}?state=on_the_way", delivery::PATH),
                    is_late: true,
                });
            }
        }
        Ok(items)
    })
}

/// What a decision asks of this person, and for who keeps the agenda what was proposed.
pub(crate) fn decided_work<'a>(
    db: &'a Db,
    actor: &'a Actor,
    now: Instant,
) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        if let Some(staff) = actor.staff_id {
            let found = meetings::waiting_for(db, staff, &now.day().to_string()).await?;
            if found.number > 0 {
                items.push(DayItem {
                    label_tr: "Karar gereği yapacağınız iş".into(),
                    count: found.number,
                    path: format!("{}?staff_id={staff}&state=open", meeting::TASK_PATH),
                    is_late: found.other > 0,
                });
            }
        }
        if actor.may_in_whole(meeting::KEEP) {
            let count = meetings::proposed(db).await?;
            if count > 0 {
                items.push(DayItem {
                    label_tr: "Gündeme alınmayı bekleyen teklif".into(),
                    count,
                    path: format!("{}?state=proposed", meeting::AGENDA_PATH),
                    is_late: false,
                });
            }
        }
        Ok(items)
    })
}

/// How many records of a kind this person sees under these filters; `until` is the last day that counts.
async fn counted(
    (db, actor): (&Db, &Actor),
    kind: &Kind,
    choices: &[(&'static str, &str)],
    until: Option<Day>,
) -> Result<i64> {
    let mut query = ListQuery::first(kind);
    let is = |code: &str| FilterValue::Is(FieldValue::Text(code.into()));
    query.filters.extend(choices.iter().map(|(name, code)| (*name, is(code))));
    query.filters.extend(until.map(|day| ("due_on", FilterValue::Between(None, Some(day)))));
    Ok(record::count(db, kind, &query, actor, kind.view).await?.0)
}

/// What is late of whoever this person gives work to, and what was not answered; who keeps the register sees all of it.
pub(crate) fn overdue<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        if !actor.may(referral::REFER) {
            return Ok(Vec::new());
        }
        let today = now.day();
        let yesterday = Day(today.0.previous_day().unwrap_or(today.0));
        let (referrals, documents) = (referral::kind(), document::kind());
        let open = [("state", "open"), ("purpose", "action")];
        let late = counted((db, actor), &referrals, &open, Some(yesterday)).await?;
        let is_whole = actor.may_in_whole(document::VIEW);
        let mut items = vec![DayItem {
            label_tr: if is_whole { "Süresi geçen havale" } else { "Biriminizde süresi geçen havale" }.into(),
            count: late,
            path: format!("{}?state=open&purpose=action&due_on_son={yesterday}", referral::PATH),
            is_late: true,
        }];
        let awaited = [("answer", "awaited")];
        let (count, late) = if is_whole {
            let found = documents_awaiting(db, today).await?;
            (found.number, found.other)
        } else {
            let all = counted((db, actor), &documents, &awaited, None).await?;
            let late = if all == 0 {
                0
            } else {
                counted((db, actor), &documents, &awaited, Some(yesterday)).await?
            };
            (all, late)
        };
        items.push(DayItem {
            label_tr: if is_whole { "Yanıt bekleyen evrak" } else { "Biriminizde yanıt bekleyen evrak" }
                .into(),
            count,
            path: format!("{}?answer=awaited", document::PATH),
            is_late: late > 0,
        });
        items.retain(|item| item.count > 0);
        Ok(items)
    })
}

async fn documents_awaiting(db: &Db, today: Day) -> Result<documents::Totals> {
    documents::awaiting(db, &today.to_string()).await
}

/// Whoever keeps the municipality's keys and its account for time stamps.
const KEEPER: &str = "house.setting.edit";

/// Signed letters whose package cannot be made because a time stamp is missing, for who keeps the keys.
pub(crate) fn unstamped<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        if !actor.may_in_whole(KEEPER) {
            return Ok(Vec::new());
        }
        let item = |one: store::Unstamped| DayItem {
            label_tr: format!("Zaman damgası bekleyen yazı: {}", one.number),
            count: 1,
            path: format!("{}/{}", letter::PATH, one.id),
            is_late: true,
        };
        Ok(store::unstamped(db).await?.into_iter().map(item).collect())
    })
}

/// Days after which a message has waited for too long; the mailbox is read every day.
const LATE_DAYS: i64 = 1;

async fn not_registered(db: &Db, now: Instant) -> Result<Vec<DayItem>> {
    let mut items = Vec::new();
    let age = |at: Option<i64>| at.map_or(0, |at| (now.0 - at).max(0) / (86_400 * Instant::SECOND_US));
    let all = arrivals::waiting(db).await?;
    if all.number > 0 {
        items.push(DayItem {
            label_tr: "Kayıt bekleyen gelen".into(),
            count: all.number,
            path: "/gelen-kutusu?state=waiting".into(),
            is_late: age(all.oldest_at) > LATE_DAYS,
        });
    }
    let mails = arrivals::unanswered(db).await?;
    if mails.number > 0 {
        let days = age(mails.oldest_at);
        let oldest = if days == 0 {
            "en eskisi bugünden".into()
        } else {
            format!("en eskisi {days} gündür bekliyor")
        };
        items.push(DayItem {
            label_tr: format!("Kutuda bekleyen e-posta ({oldest})"),
            count: mails.number,
            path: "/gelen-kutusu?source=email&state=waiting".into(),
            is_late: days > LATE_DAYS,
        });
    }
    for way in arrivals::failing(db).await? {
        let label_tr = match way.as_str() {
            "mailbox" => "Evrak posta kutusu okunamıyor; sistem yöneticisine bildirin",
            _ => "Tarama klasörü okunamıyor; sistem yöneticisine bildirin",
        };
        items.push(DayItem {
            label_tr: label_tr.into(),
            count: 1,
            path: "/gelen-kutusu".into(),
            is_late: true,
        });
    }
    Ok(items)
}
