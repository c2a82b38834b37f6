//! The demo town's part of duties: who does them, some directives and watched laws, and who read them.

mod text;

use kernel::capability::DemoContext;
use kernel::record::{self, Draft, FieldValue, Kind};
use kernel::{Act, Actor, Boxed, NewEvent, Ref, Result, Tx, tr};
use uuid::Uuid;

use super::store::{self, Assignment};
use super::{prove, sync};
use crate::directives::acknowledge::acknowledge;
use crate::{directives, watch};

/// Families of duties and a word in the name of the unit that does them; all others are the directorate's.
const UNIT_WORDS: [(&str, &[&str]); 13] = [
    ("servicedesk", &["donanim", "teknik"]),
    ("assets", &["donanim", "teknik"]),
    ("network", &["ag ve", "teknik"]),
    ("backup", &["ag ve", "teknik"]),
    ("security", &["ag ve", "teknik"]),
    ("accesslog", &["ag ve", "teknik"]),
    ("website", &["yazilim"]),
    ("messaging", &["yazilim"]),
    ("registry", &["yazilim"]),
    ("software", &["yazilim"]),
    ("gis", &["cografi", "kent"]),
    ("correspondence", &["idari isler s", "bilgi islem"]),
    ("archive", &["idari isler s", "bilgi islem"]),
];

/// Every so many duties one is left without anybody, so that the inspection view has gaps to show.
const LEFT_OUT_EVERY: usize = 9;

/// Title, number, kind, text, whether staff must say that they read it.
const DIRECTIVES: [(&str, &str, &str, &str, bool); 3] = [
    (
        "Parola ve Oturum Güvenliği Yönergesi",
        "2026/1",
        "directive",
        "Parolalar kimseyle paylaşılmaz. Masadan kalkılırken ekran kilitlenir. Şüpheli her giriş aynı gün destek masasına bildirilir.",
        true,
    ),
    (
        "Yedekten Dönme Talimatı",
        "2026/2",
        "instruction",
        "Üç ayda bir, seçilen bir sunucu yedekten geri yüklenir. Süre ve sonuç tutanağa yazılır; eksik kalan her şey için talep açılır.",
        true,
    ),
    (
        "Yeni Personele Donanım Teslimi İş Akışı",
        "2026/3",
        "workflow",
        "Talep açılır, donanım hazırlanır, zimmet fişi imzalanır, hesap ve yetkiler verilir, teslim kayda geçer.",
        false,
    ),
];

/// Title, kind, number, what changes, whether the staff was told.
const WATCHED: [(&str, &str, &str, &str, bool); 3] = [
    (
        "Kişisel verilerin yurt dışına aktarılmasına ilişkin değişiklik",
        "law",
        "",
        "Yurt dışındaki bulut hizmetleri için sözleşmeler yeniden gözden geçirilecek.",
        true,
    ),
    (
        "Bilgi işlem hizmetlerine ilişkin meclis kararı",
        "council",
        "2026/41",
        "Açık alanlardaki kablosuz ağın çalışma saatleri genişletildi.",
        true,
    ),
    (
        "Elektronik yazışma kurallarında beklenen değişiklik",
        "regulation",
        "",
        "Taslak izleniyor; yayımlanınca yazı kalıpları güncellenecek.",
        false,
    ),
];

/// Runs after the directory and the regulation have been loaded; without them it loads what stands alone.
pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act).await?;
        sync::sync(&tx).await?;
        if store::in_force(&tx).await? == 0 {
            text::put_both_in_force(&tx).await?;
        }
        assign(&tx).await?;
        let mut to_read = Vec::new();
        for one in &DIRECTIVES {
            to_read.extend(directive(&tx, one).await?);
        }
        for one in &WATCHED {
            to_read.extend(watched(&tx, one).await?);
        }
        tx.commit().await?;
        read(context, &to_read).await?;
        let Some(registry) = context.db.registry() else { return Ok(()) };
        let proofs = prove(&context.db, &registry, None, context.clock.now()).await;
        let tx = context.db.begin(&context.act).await?;
        tx.without_event("derived columns; the acts behind them have their own events");
        sync::restate(&tx, Some(&proofs)).await?;
        tx.commit().await
    })
}

async fn assign(tx: &Tx) -> Result<()> {
    let units = store::named(tx, "unit", 200).await?;
    let Some(first) = units.first() else { return Ok(()) };
    let with = |word: &str| units.iter().find(|unit| tr::fold(&unit.title).contains(word));
    let directorate = with("bilgi islem").unwrap_or(first);
    for (place, duty) in store::duties(tx).await?.into_iter().enumerate() {
        if place % LEFT_OUT_EVERY == LEFT_OUT_EVERY - 1 {
            continue;
        }
        let words = UNIT_WORDS.iter().find(|(family, _)| *family == duty.family).map_or(&[][..], |it| it.1);
        let unit = words.iter().find_map(|word| with(word)).unwrap_or(directorate);
        let one = Assignment {
            id: tx.new_id(),
            duty_id: duty.id,
            unit_id: unit.id,
            title_id: None,
            staff_id: None,
            note: String::new(),
            unit: Some(unit.title.clone()),
            title: None,
            staff: None,
        };
        store::insert_assignment(tx, &one).await?;
        let event = NewEvent::new(Ref::new("duty", duty.id), duty.title, "assigned")
            .note(one.in_words())
            .related(Ref::new("unit", unit.id));
        tx.record(event).await?;
    }
    Ok(())
}

fn draft(texts: &[(&'static str, &str)]) -> Draft {
    let mut draft = Draft::default();
    for (column, text) in texts {
        draft.set(column, FieldValue::Text((*text).into()));
    }
    draft
}

/// The kind and id of what the staff must read.
async fn directive(
    tx: &Tx,
    (title, number, kind_code, text, is_read): &(&str, &str, &str, &str, bool),
) -> Result<Option<(Kind, Uuid)>> {
    let kind = directives::kind();
    let mut draft = draft(&[("title", title), ("number", number), ("kind", kind_code), ("text", text)]);
    draft.set("needs_acknowledgement", FieldValue::Bool(*is_read));
    let id = record::create(tx, &kind, draft).await?;
    record::run_verb(tx, &kind, id, "yururluge-koy", "").await?;
    Ok(is_read.then_some((kind, id)))
}

async fn watched(
    tx: &Tx,
    (title, kind_code, number, note, is_told): &(&str, &str, &str, &str, bool),
) -> Result<Option<(Kind, Uuid)>> {
    let kind = watch::kind();
    let mut draft = draft(&[("title", title), ("kind", kind_code), ("number", number), ("note", note)]);
    draft.set("gazette_no", FieldValue::Text(String::new()));
    let id = record::create(tx, &kind, draft).await?;
    if !is_told {
        return Ok(None);
    }
    record::run_verb(tx, &kind, id, "duyur", "").await?;
    Ok(Some((kind, id)))
}

/// Two of three people have read what they were told to.
async fn read(context: &DemoContext, to_read: &[(Kind, Uuid)]) -> Result<()> {
    for (place, person) in store::named(&context.db, "staff", 60).await?.into_iter().enumerate() {
        if place % 3 == 2 {
            continue;
        }
        let actor = Actor {
            staff_id: Some(person.id),
            unit_id: person.unit_id,
            name: person.title,
            ..Actor::default()
        };
        let tx = context.db.begin(&Act { actor, ..context.act.clone() }).await?;
        for (kind, id) in to_read {
            let record = record::get(&tx, kind, *id).await?;
            acknowledge(&tx, kind, &record).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
