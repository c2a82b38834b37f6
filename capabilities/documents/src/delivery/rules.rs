//! What a delivery must say, who its receiver is, its number, and what may still be changed of it.

use kernel::event::Event;
use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Boxed, Error, Result, Tx, Violation, number, tr};
use uuid::Uuid;

use super::store::Carried;
use super::{SERIES, kind, lines, store};
use crate::correspondent;

pub(super) fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        match before {
            Some(before) => changed(tx, draft, before).await,
            None => made(tx, draft).await,
        }
    })
}

/// Who it goes to.
struct Receiver {
    kind: &'static str,
    key: String,
    name: String,
}

async fn made(tx: &Tx, draft: &mut Draft) -> Result<Vec<Violation>> {
    let (carried, mut found) = lines::named(tx, draft.get(lines::FIELD).text()).await?;
    if draft.get("carrier_id").is_null() {
        match tx.act().actor.staff_id {
            Some(staff) => draft.set("carrier_id", FieldValue::Id(staff)),
            None => found.push(Violation::new("TSL-003", "carrier_id", "Evrakı kimin götüreceğini seçin.")),
        }
    }
    let receiver = match receiver(tx, draft).await? {
        Ok(receiver) => receiver,
        Err(violation) => {
            found.push(violation);
            return Ok(found);
        }
    };
    found.extend(twice(tx, &receiver.key, &carried, None).await?);
    if found.is_empty() {
        fill(tx, draft, &receiver, &carried).await?;
    }
    Ok(found)
}

/// A person, a unit, or somebody outside: exactly one of them.
async fn receiver(tx: &Tx, draft: &mut Draft) -> Result<Result<Receiver, Violation>> {
    let wrong = |field: &str, text: &str| Ok(Err(Violation::new("TSL-004", field, text)));
    let (unit, staff) = (draft.get("unit_id").id(), draft.get("staff_id").id());
    let outside = tr::clean_line(draft.get("correspondent").text()).text;
    if !outside.is_empty() {
        if unit.is_some() || staff.is_some() {
            return wrong("correspondent", "Kurum dışı alıcı yazdıysanız birimi ve kişiyi boş bırakın.");
        }
        let key = correspondent::known_as(&outside);
        if key.is_empty() {
            return wrong("correspondent", "Adı harfle yazın.");
        }
        let id = correspondent::named(tx, &outside).await?;
        draft.set("correspondent_id", FieldValue::Id(id));
        return Ok(Ok(Receiver { kind: "outside", key: format!("outside:{id}"), name: outside }));
    }
    if let Some(staff) = staff {
        let Some(person) = directory::store::person(tx, staff).await? else {
            return wrong("staff_id", "Kişiyi listeden seçin.");
        };
        if unit.is_some_and(|unit| unit != person.unit_id) {
            return wrong("unit_id", "Bu kişi seçtiğiniz birimde çalışmıyor; birimi boş bırakın.");
        }
        draft.set("unit_id", FieldValue::Id(person.unit_id));
        let unit = unit_name(tx, person.unit_id).await?;
        let name = format!("{} ({unit})", person.name);
        return Ok(Ok(Receiver { kind: "person", key: format!("staff:{staff}"), name }));
    }
    match unit {
        Some(unit) => {
            let name = unit_name(tx, unit).await?;
            Ok(Ok(Receiver { kind: "unit", key: format!("unit:{unit}"), name }))
        }
        None => wrong("unit_id", "Kime götürüleceğini yazın: birim, kişi ya da kurum dışı alıcı."),
    }
}

async fn unit_name(tx: &Tx, unit: Uuid) -> Result<String> {
    Ok(directory::store::unit(tx, unit).await?.map(|unit| unit.name).unwrap_or_default())
}

/// What another delivery is carrying to the same receiver.
async fn twice(tx: &Tx, key: &str, carried: &[Carried], own: Option<Uuid>) -> Result<Vec<Violation>> {
    let ids: Vec<Uuid> = carried.iter().map(|one| one.id).collect();
    let standing = store::on_their_way(tx, key, &ids, own).await?;
    let said = standing.iter().filter_map(|other| {
        let one = carried.iter().find(|one| one.id == other.document_id)?;
        let text = format!("{}: {} sayılı teslimle zaten ona götürülüyor.", one.number, other.number);
        Some(Violation::new("TSL-005", lines::FIELD, text))
    });
    Ok(said.collect())
}

async fn fill(tx: &Tx, draft: &mut Draft, receiver: &Receiver, carried: &[Carried]) -> Result<()> {
    let today = tx.at().day();
    let year = today.0.year();
    let given = number::next(tx, SERIES, year).await?;
    let number = number::format(year, "TS", given);
    let numbers: Vec<&str> = carried.iter().map(|one| one.number.as_str()).collect();
    let statement = lines::statement(&number, &receiver.name, carried, &tx.act().actor.signature());
    for (column, text) in [
        ("title", lines::title(&receiver.name, carried)),
        ("receiver", receiver.name.clone()),
        ("receiver_kind", receiver.kind.into()),
        ("receiver_key", receiver.key.clone()),
        (lines::FIELD, numbers.join("\n")),
        ("secrecy", lines::secrecy(carried).into()),
        ("statement", statement),
        ("number", number),
        ("taken_by", String::new()),
        ("state", "prepared".into()),
        ("carried_on", today.to_string()),
    ] {
        draft.set(column, FieldValue::Text(text));
    }
    for column in ["correspondent", "note"] {
        if draft.get(column).is_null() {
            draft.set(column, FieldValue::Text(String::new()));
        }
    }
    draft.set("book_year", FieldValue::Int(year.into()));
    draft.set("book_number", FieldValue::Int(given));
    draft.set("created_at", FieldValue::Int(tx.at().0));
    Ok(())
}

/// Who carries it and who of a unit takes it may be changed until it is taken; what it says may not.
async fn changed(tx: &Tx, draft: &mut Draft, before: &Record) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    if draft.or("carrier_id", Some(before)).is_null() {
        found.push(Violation::new("TSL-003", "carrier_id", "Evrakı kimin götüreceğini seçin."));
    }
    if draft.or("note", Some(before)).is_null() {
        draft.set("note", FieldValue::Text(String::new()));
    }
    let staff = draft.or("staff_id", Some(before)).id();
    if staff == before.get("staff_id").id() {
        return Ok(found);
    }
    if before.get("receiver_kind").text() != "unit" {
        let text = "Yalnız birime götürülen evrakta teslim alacak kişi değişir; başkasına ayrı bir teslim düzenleyin.";
        found.push(Violation::new("TSL-006", "staff_id", text));
        return Ok(found);
    }
    let person = match staff {
        Some(staff) => directory::store::person(tx, staff).await?,
        None => None,
    };
    if person.is_some_and(|person| Some(person.unit_id) != before.get("unit_id").id()) {
        let text = "Bu kişi evrakın gittiği birimde çalışmıyor.";
        found.push(Violation::new("TSL-007", "staff_id", text));
    }
    Ok(found)
}

/// Made out: its documents are written down, and once more it is looked whether somebody else was as fast. The number's row
/// is locked since, so that of two one sees the other.
pub(super) fn made_out<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let delivery = record::get(tx, &kind(), event.subject_id).await?;
        let (carried, mut found) = lines::named(tx, delivery.get(lines::FIELD).text()).await?;
        let key = store::receiver_key(tx, delivery.id).await?;
        found.extend(twice(tx, &key, &carried, Some(delivery.id)).await?);
        if !found.is_empty() {
            return Err(Error::invalid(found));
        }
        let ids: Vec<Uuid> = carried.iter().map(|one| one.id).collect();
        store::insert_items(tx, delivery.id, &ids).await
    })
}
