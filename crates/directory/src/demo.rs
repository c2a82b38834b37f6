//! The directory's part of the demo town Örnekova: its units with a past, its people, two responsible persons and
//! a leave that is coming. Data is in `demo/town`, trials of size in `demo/crowd`.

mod crowd;
mod town;

use std::collections::HashMap;

use access::actions::open_account::link_staff;
use kernel::capability::DemoContext;
use kernel::record::{self, Draft, FieldValue};
use kernel::{Boxed, Day, Error, Instant, Result, Tx, tr};
use uuid::Uuid;

use crate::kinds;
use crate::{NewStaff, NewUnit, create_staff, create_title, create_unit, set_norm};

/// People of the town itself; `scale` multiplies them.
const TOWN_PEOPLE: usize = 60;

type Ids = HashMap<&'static str, Uuid>;

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act).await?;
        let units = units(&tx).await?;
        let titles = titles(&tx).await?;
        for (unit, title, count) in town::NORMS {
            set_norm(&tx, id(&units, unit)?, id(&titles, title)?, count, "2024/17").await?;
        }
        let people = people(&tx, &units, &titles).await?;
        duties(&tx, &units, &people).await?;
        tx.commit().await?;
        let more = TOWN_PEOPLE * (context.scale.max(1) as usize - 1);
        let places: Vec<Uuid> =
            town::DIRECTORATES.iter().map(|code| id(&units, code)).collect::<Result<_>>()?;
        let posts = ["Memur", "İşçi", "Büro Personeli", "Veri Hazırlama ve Kontrol İşletmeni"];
        let posts: Vec<Uuid> = posts.iter().map(|title| id(&titles, title)).collect::<Result<_>>()?;
        crowd::load(context, more, &places, &posts).await
    })
}

fn id(ids: &Ids, key: &str) -> Result<Uuid> {
    ids.get(key).copied().ok_or_else(|| Error::internal(format!("the demo town has no {key}")))
}

fn day(text: &str) -> Result<Day> {
    text.parse().map_err(|_| Error::internal(format!("not a day: {text}")))
}

async fn units(tx: &Tx) -> Result<Ids> {
    let mut ids = Ids::new();
    for (sort_no, (code, name, kind, parent, on)) in (1..).zip(town::UNITS) {
        let new = NewUnit {
            code: code.into(),
            name: name.into(),
            kind: kind.into(),
            parent: if parent.is_empty() { None } else { Some(id(&ids, parent)?) },
            on: Some(day(on)?),
            sort_no,
        };
        ids.insert(code, create_unit(tx, &new).await?);
    }
    // A change in the past, so that the chart of an earlier day differs.
    let kind = kinds::unit::kind();
    let before = record::get(tx, &kind, id(&ids, "BIM-CBS")?).await?;
    let mut draft = Draft::default();
    draft.set("name", FieldValue::Text("Coğrafi Bilgi Sistemleri Servisi".into()));
    draft.set("kind", FieldValue::Text("service".into()));
    draft.set("effective_on", FieldValue::Text("2025-03-03".into()));
    record::update(tx, &kind, before.id, before.version, draft).await?;
    Ok(ids)
}

async fn titles(tx: &Tx) -> Result<Ids> {
    let mut ids = Ids::new();
    for (name, employment, is_head) in town::TITLES {
        ids.insert(name, create_title(tx, name, employment, is_head).await?);
    }
    Ok(ids)
}

/// People by name for those written by hand.
async fn people(tx: &Tx, units: &Ids, titles: &Ids) -> Result<Ids> {
    let mut ids = Ids::new();
    let mut number = 0;
    for (name, unit, title, username) in town::PEOPLE {
        number += 1;
        let staff = enter(tx, number, name, id(units, unit)?, id(titles, title)?).await?;
        ids.insert(name, staff);
        let account = access::store::account_by_username(tx, username).await?;
        if let Some(account) = account.filter(|_| !username.is_empty()) {
            link_staff(tx, account.id, Some(staff)).await?;
        }
    }
    for (place, code) in town::DIRECTORATES.iter().enumerate() {
        let unit = id(units, code)?;
        for title in ["Müdür", "Memur", "Memur"].iter().take(if place < 10 { 3 } else { 2 }) {
            number += 1;
            enter(tx, number, &town::name(number), unit, id(titles, title)?).await?;
        }
    }
    Ok(ids)
}

async fn enter(tx: &Tx, number: usize, name: &str, unit: Uuid, title: Uuid) -> Result<Uuid> {
    let new = NewStaff {
        registry_no: format!("{}", 1_000 + number),
        name: name.into(),
        unit,
        title,
        email: format!("{}@ornekova.bel.tr", tr::fold(name).replace(' ', ".")),
        phone: format!("0312 555 10 {:02}", number % 100),
        started_on: day(&format!("{}-{:02}-15", 2010 + number % 14, 1 + number % 12))?,
    };
    create_staff(tx, &new).await
}

/// One responsible person in office, one waiting for approval, and the director's leave of next week.
async fn duties(tx: &Tx, units: &Ids, people: &Ids) -> Result<()> {
    let kind = kinds::appointment::kind();
    for (subject, person, unit, is_approved) in [
        ("Ağ ve Sistem Sorumlusu", "Ayşe Kaya", "BIM-AGS", true),
        ("Siber Olaylara Müdahale Sorumlusu", "Pınar Özkan", "BIM-GUV", false),
    ] {
        let mut draft = Draft::default();
        draft.set("subject", FieldValue::Text(subject.into()));
        draft.set("staff_id", FieldValue::Id(id(people, person)?));
        draft.set("unit_id", FieldValue::Id(id(units, unit)?));
        draft.set("starts_on", FieldValue::Text(tx.at().day().to_string()));
        let made = record::create(tx, &kind, draft).await?;
        record::run_verb(tx, &kind, made, "oner", "").await?;
        if is_approved {
            record::run_verb(tx, &kind, made, "onayla", "").await?;
        }
    }
    let kind = kinds::acting::kind();
    let opens = tx.at().day().start().plus_us(7 * Instant::DAY_US + 8 * Instant::HOUR_US);
    let mut draft = Draft::default();
    draft.set("unit_id", FieldValue::Id(id(units, "BIM")?));
    draft.set("principal_id", FieldValue::Id(id(people, "Mehmet Yalçın")?));
    draft.set("substitute_id", FieldValue::Id(id(people, "Ayşe Kaya")?));
    draft.set("from_at", FieldValue::Int(opens.0));
    draft.set("until_at", FieldValue::Int(opens.plus_us(5 * Instant::DAY_US).0));
    draft.set("reason", FieldValue::Text("Yıllık izin".into()));
    let made = record::create(tx, &kind, draft).await?;
    record::run_verb(tx, &kind, made, "onayla", "").await
}
