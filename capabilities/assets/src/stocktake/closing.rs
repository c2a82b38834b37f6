//! The end of a count: what nobody found is written down, told on each asset's page, and the record is frozen for its signature.

use kernel::event::NewEvent;
use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Error, Result, Tx, tr};
use uuid::Uuid;

use super::store::{self, Missing, NewLine};
use super::{kind, line_kind};
use crate::asset;

/// Assets named in the record, each of missing, misplaced and unknown; the others are counted and stand in the list.
const NAMED: usize = 300;

pub(super) async fn close(tx: &Tx, stocktake: &Record) -> Result<()> {
    let Some(unit) = stocktake.get("unit_id").id() else { return Ok(()) };
    let units = directory::store::with_units_below(tx, unit).await?;
    let missing = store::not_seen(tx, stocktake.id, &units).await?;
    let found = store::number_found(tx, stocktake.id).await?;
    if found == 0 && stocktake.get("note").text().trim().is_empty() {
        let text =
            "Hiçbir varlık yerinde bulunmadı. Yine de kapatmak için nedenini sayımın açıklamasına yazın.";
        return Err(Error::rule("SYM-003", "note", text));
    }
    let mut ids = store::read_in(tx, stocktake.id).await?;
    for one in &missing {
        let title = format!("{} {}", one.number, one.name);
        let line = NewLine {
            id: tx.new_id(),
            asset: Some(one.id),
            title: &title,
            code: "",
            result: "missing",
            place: &one.place,
            at: tx.at(),
        };
        store::insert(tx, stocktake.id, unit, &line).await?;
        ids.push(line.id);
        tell(tx, stocktake, one).await?;
    }
    record::enter_many(tx, &line_kind(), &ids).await?;
    let text = statement(tx, stocktake, &missing, found).await?;
    store::set_closed(tx, stocktake.id, found, missing.len() as i64, &text).await
}

/// "Yerleri işle": each asset is written to stand where it was read.
pub(super) async fn take_places(tx: &Tx, stocktake: &Record) -> Result<()> {
    let placed = store::placed(tx, stocktake.id).await?;
    if placed.is_empty() {
        return Err(Error::rule(
            "SYM-006",
            "",
            "Yeri değişen varlık yok; kayıtlardaki yerler okunanlarla aynı.",
        ));
    }
    let assets = asset::kind();
    let ids: Vec<Uuid> = placed.iter().map(|one| one.id).collect();
    let records = record::get_many(tx, &assets, &ids).await?;
    for one in &placed {
        let Some(record) = records.iter().find(|record| record.id == one.id) else { continue };
        let mut draft = Draft::default();
        draft.set("place", FieldValue::Text(one.place.clone()));
        record::update(tx, &assets, one.id, record.version, draft).await?;
    }
    Ok(())
}

async fn tell(tx: &Tx, stocktake: &Record, one: &Missing) -> Result<()> {
    let asset = NewEvent::new(kernel::Ref::new(asset::kind().id, one.id), one.name.clone(), "not_found");
    let asset = asset.note(format!("{} sayılı sayımda bulunamadı.", stocktake.number(&kind())));
    tx.record(asset.related(stocktake.reference(&kind())).scope(Some(one.unit_id), one.holder_id)).await?;
    Ok(())
}

/// A sentence, what is missing line by line, and in a sentence each what else was read.
async fn statement(tx: &Tx, stocktake: &Record, missing: &[Missing], found: i64) -> Result<String> {
    let all = found + missing.len() as i64;
    let number = stocktake.number(&kind());
    let (all, found) = (tr::grouped(all), tr::grouped(found));
    let mut text = match missing.len() {
        0 => format!("{number} sayılı sayımda kayıtlı {all} varlığın hepsi yerinde bulunmuştur.\n"),
        _ if found == "0" => {
            format!("{number} sayılı sayımda kayıtlı aşağıdaki {all} varlığın hiçbiri bulunamamıştır.\n")
        }
        some => format!(
            "{number} sayılı sayımda kayıtlı {all} varlıktan {found} tanesi yerinde bulunmuş, aşağıdaki {} varlık bulunamamıştır.\n",
            tr::grouped(some as i64)
        ),
    };
    for (place, one) in (1..).zip(missing).take(NAMED) {
        let holder = one.holder_name.as_ref().map(|name| format!(", {name} üzerinde kayıtlı"));
        text.push_str(&format!("{place}. {} {}{}\n", one.number, one.name, holder.unwrap_or_default()));
    }
    if missing.len() > NAMED {
        let more = tr::grouped((missing.len() - NAMED) as i64);
        text.push_str(&format!("Listede adı geçmeyen {more} varlık daha bulunamamıştır.\n"));
    }
    for (result, said) in [
        ("moved", "Kayıtlı olduğu yerden başka bir odada bulunanlar"),
        ("misplaced", "Başka birimde kayıtlı olup burada bulunanlar"),
        ("gone", "Kayıttan düşmüş olup burada bulunanlar"),
        ("unknown", "Tanınmayan etiketler"),
    ] {
        let titles = store::titles_of(tx, stocktake.id, result, NAMED).await?;
        if !titles.is_empty() {
            text.push_str(&format!("{said}: {}.\n", titles.join("; ")));
        }
    }
    text.push_str(&format!("Sayımı kapatan: {}", tx.act().actor.signature()));
    Ok(text)
}
