//! Two records of one device, entered twice by hand or by an import, become one (AS-1): the chosen values, tickets, slips, agents and
//! everything else that refers to either belong to the one that stays. The other is closed and leads to it; it can be taken out again.

pub(crate) mod page;
pub(super) mod store;

use std::collections::BTreeMap;

use kernel::event::NewEvent;
use kernel::migrate::{Migration, create};
use kernel::record::{self, Draft, FieldValue, Moved, Record};
use kernel::schema::Table;
use kernel::{Error, Ref, Result, Tx, tr};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{EDIT, GONE, kind};
use crate::agents;
use crate::software::{self, installed};
use crate::wire::Machine;

/// What may differ between the two, in the order in which it is asked.
const CHOSEN: [&str; 20] = [
    "name",
    "category",
    "manufacturer",
    "model",
    "serial",
    "unit_id",
    "place",
    "registry_code",
    "former_number",
    "purchased_on",
    "warranty_until_on",
    "price_kurus",
    "supplier",
    "machine_uuid",
    "os",
    "processor",
    "memory_mb",
    "disk_mb",
    "address",
    "note",
];
/// In one count an asset has one line, so that these are moved where only one of the two was read.
const ONCE_EACH: [&str; 1] = ["stocktake_line"];

pub(crate) fn migration() -> Migration {
    let up = |backend| {
        let mut all = Table::new("asset", "hardware that is followed one by one")
            .uuid_null("merged_into_id", "record of the same device that this one was joined to")
            .references("asset")
            .index(&["merged_into_id", "name_key", "id"])
            .index(&["merged_into_id", "number", "id"])
            .index(&["merged_into_id", "created_at", "id"])
            .add_columns(backend);
        all.extend(create(backend, &[table()]));
        all
    };
    Migration { id: "assets/0019_asset_merged", up }
}

fn table() -> Table {
    Table::new("asset_merge", "records of one device that were made one, and what it takes to part them")
        .id()
        .uuid("stays_id", "record that stays")
        .references("asset")
        .uuid("goes_id", "record that was joined to it")
        .references("asset")
        .text("kept", "JSON of what was taken and moved")
        .text("merged_by", "name as it was then")
        .at("merged_at", "when")
        .at_null("undone_at", "when they were parted again; null while they are one")
        .index(&["stays_id", "id"])
        .unique_where(&["goes_id"], "undone_at IS NULL")
}

/// What it takes to part them again.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// Columns of the one that stays as they were, and as they were taken over.
    before: BTreeMap<String, Json>,
    taken: BTreeMap<String, Json>,
    by_hand: String,
    moved: Vec<Moved>,
    ties: Vec<Ref>,
    slips: Vec<Uuid>,
    vouchers: Vec<Uuid>,
    count_lines: Vec<Uuid>,
    /// Not in what was written down before files went along.
    #[serde(default)]
    files: Vec<Uuid>,
    macs: [Vec<String>; 2],
    programs: [Vec<(Uuid, String)>; 2],
    seen_at: [Option<i64>; 2],
    states: [String; 2],
    /// Unit and place of the one that stays, which follow whoever holds the device.
    place: (Uuid, String),
}

fn json_of(value: &FieldValue) -> Json {
    match value {
        FieldValue::Text(text) => json!(text),
        FieldValue::Id(id) => json!({ "id": id }),
        other => other.int().map(Json::from).unwrap_or_default(),
    }
}

fn value_of(kept: &Json) -> FieldValue {
    match kept {
        Json::String(text) => FieldValue::Text(text.clone()),
        Json::Object(_) => {
            kept["id"].as_str().and_then(|id| id.parse().ok()).map_or(FieldValue::Null, FieldValue::Id)
        }
        other => other.as_i64().map_or(FieldValue::Null, FieldValue::Int),
    }
}

/// Why two records are not made one; nothing where they may be.
fn refusal(stays: &Record, goes: &Record, names: &[record::Named]) -> Option<String> {
    let kind = kind();
    if stays.id == goes.id {
        return Some("Bir kayıt kendisiyle birleştirilemez; cihazın öteki kaydını seçin.".into());
    }
    for one in [stays, goes] {
        let number = one.number(&kind);
        match one.get("state").text() {
            "written_off" => return Some(format!("{number} kayıttan düşmüş; birleştirilemez.")),
            "merged" => return Some(format!("{number} zaten başka bir kayda katılmış.")),
            "condemned" => {
                return Some(format!(
                    "{number} hurdaya ayrılmış; önce o işlemi bitirin ya da ondan vazgeçin."
                ));
            }
            _ => {}
        }
    }
    let name = |id: Uuid| names.iter().find(|one| one.id == id).map_or("başkası", |one| one.title.as_str());
    match (stays.get("holder_id").id(), goes.get("holder_id").id()) {
        (Some(one), Some(other)) if one != other => {
            let (one, other) = (name(one), name(other));
            return Some(format!(
                "Biri {one}, öteki {other} adına zimmetli. Cihaz kimdeyse o kalsın: ötekini iade alın."
            ));
        }
        (Some(_), Some(_)) => {
            return Some("İkisi de aynı kişiye zimmetli. Fazla olanı iade alın, sonra birleştirin.".into());
        }
        _ => {}
    }
    let codes = [stays, goes].map(|one| one.get("registry_code").text());
    if codes[0] != codes[1] && codes.iter().all(|code| !code.is_empty()) {
        return Some(format!(
            "Taşınır sicil numaraları ayrı ({}, {}): defterde iki taşınır var. Yanlış olanı düzeltip yeniden deneyin.",
            codes[0], codes[1]
        ));
    }
    None
}

fn wrong(text: impl Into<String>) -> Error {
    Error::rule("VRL-002", page::OTHER, text)
}

/// Both rows, held in the order of their ids, so that two who join them crosswise wait for each other.
async fn held(tx: &Tx, stays: Uuid, goes: Uuid) -> Result<(Record, Record)> {
    let kind = kind();
    let first = record::hold(tx, &kind, stays.min(goes)).await?;
    let second = record::hold(tx, &kind, stays.max(goes)).await?;
    for one in [&first, &second] {
        let (unit, owner) = (one.unit_id(&kind), one.owner_id(&kind));
        if !tx.act().actor.may_on(EDIT, unit, owner) {
            return Err(Error::forbidden());
        }
    }
    Ok(if stays <= goes { (first, second) } else { (second, first) })
}

/// Joins `goes` to `stays`; of the columns in `taken` the value of the first is right.
async fn merge(tx: &Tx, stays: Uuid, goes: Uuid, taken: &[&'static str]) -> Result<()> {
    let kind = kind();
    let (stays, goes) = held(tx, stays, goes).await?;
    let holders =
        [&stays, &goes].into_iter().filter_map(|one| Some(Ref::new("staff", one.get("holder_id").id()?)));
    let names = record::names(tx, &holders.collect::<Vec<_>>()).await?;
    if let Some(why) = refusal(&stays, &goes, &names) {
        return Err(wrong(why));
    }
    if store::need_each_other(tx, stays.id, goes.id).await? {
        let text = "Biri ötekine bağımlı olarak yazılmış; önce o bağımlılığı kaldırın.";
        return Err(wrong(text));
    }
    let mut kept = before(tx, &stays, &goes, taken).await?;
    // First out of the way: a serial is written on one record only.
    store::set_merged(tx, goes.id, stays.id).await?;
    let goes_ref = goes.reference(&kind);
    kept.moved = record::move_references(tx, &goes_ref, stays.id, &ONCE_EACH).await?;
    kept.ties = record::move_links(tx, &goes_ref, &stays.reference(&kind), None).await?;
    kept.slips = store::move_slips(tx, goes.id, stays.id, None).await?;
    kept.vouchers = store::move_vouchers(tx, goes.id, stays.id, None).await?;
    kept.count_lines = store::move_count_lines(tx, goes.id, stays.id, None).await?;
    kept.files = web::move_attachments(tx, &kind, (&goes, &stays), None).await?;
    take_over(tx, &stays, &goes, &kept).await?;
    store::insert(tx, stays.id, goes.id, &serde_json::to_string(&kept)?).await?;
    reindex(tx, stays.id).await?;
    reindex(tx, goes.id).await?;
    tell(tx, &stays, &goes, "asset_merged", &said(tx, &stays, &goes, &kept)).await
}

async fn before(tx: &Tx, stays: &Record, goes: &Record, taken: &[&'static str]) -> Result<Kept> {
    let columns =
        |record: &Record| taken.iter().map(|name| ((*name).to_string(), json_of(record.get(name)))).collect();
    let seen_at = |record: &Record| record.get("seen_at").int();
    Ok(Kept {
        before: columns(stays),
        taken: columns(goes),
        by_hand: super::store::by_hand(tx, stays.id).await?,
        macs: [super::store::macs(tx, stays.id).await?, super::store::macs(tx, goes.id).await?],
        programs: [installed::of(tx, stays.id).await?, installed::of(tx, goes.id).await?],
        seen_at: [seen_at(stays), seen_at(goes)],
        states: [stays, goes].map(|one| one.get("state").text().to_string()),
        place: (stays.get("unit_id").id().unwrap_or_default(), stays.get("place").text().into()),
        ..Kept::default()
    })
}

/// What the device is, and who has it.
async fn take_over(tx: &Tx, stays: &Record, goes: &Record, kept: &Kept) -> Result<()> {
    let kind = kind();
    let mut draft = Draft::default();
    for (column, value) in &kept.taken {
        if let Some(field) = kind.field(column) {
            draft.set(field.name, value_of(value));
        }
    }
    if !draft.values.is_empty() {
        let of_goes = super::store::by_hand(tx, goes.id).await?;
        let taken_by_hand = of_goes.split(' ').filter(|name| kept.taken.contains_key(*name));
        let kept_by_hand = kept.by_hand.split(' ').filter(|name| !kept.taken.contains_key(*name));
        let by_hand: Vec<&str> = kept_by_hand.chain(taken_by_hand).filter(|name| !name.is_empty()).collect();
        draft.set("by_hand", FieldValue::Text(by_hand.join(" ")));
        let now = record::get(tx, &kind, stays.id).await?;
        record::update(tx, &kind, stays.id, now.version, draft).await?;
    }
    if goes.get("holder_id").id().is_some() {
        store::take_holder(tx, stays.id, goes).await?;
    }
    if goes.get("state").text() == "in_repair" {
        super::store::set_state(tx, stays.id, "in_repair").await?;
    }
    let mut macs = kept.macs.concat();
    macs.sort_unstable();
    macs.dedup();
    super::store::set_macs(tx, stays.id, &macs).await?;
    super::store::set_macs(tx, goes.id, &[]).await?;
    if kept.programs[0].is_empty() {
        installed::restore(tx, stays.id, &kept.programs[1]).await?;
    }
    software::store::clear(tx, goes.id).await?;
    let seen_at = kept.seen_at.iter().flatten().max().map(|at| kernel::Instant(*at));
    super::store::set_seen_at(tx, stays.id, seen_at).await
}

/// Takes the other out again: what was moved goes back where nobody moved it further, and values go back that still stand as they
/// were taken.
async fn part(tx: &Tx, merge: &store::Merge) -> Result<()> {
    let kind = kind();
    let (stays, goes) = held(tx, merge.stays_id, merge.goes_id).await?;
    let number = stays.number(&kind);
    if GONE.contains(&stays.get("state").text()) || stays.get("state").text() == "condemned" {
        return Err(wrong(format!("{number} artık kullanımda değil; birleştirme geri alınamaz.")));
    }
    if store::set_undone(tx, merge.id).await? == 0 {
        return Err(Error::conflict("Bu birleştirme az önce geri alındı; sayfayı yenileyin."));
    }
    let kept: Kept = serde_json::from_str(&merge.kept)?;
    record::move_back(tx, &kept.moved, goes.id, stays.id).await?;
    record::move_links(tx, &stays.reference(&kind), &goes.reference(&kind), Some(&kept.ties)).await?;
    store::move_slips(tx, stays.id, goes.id, Some(&kept.slips)).await?;
    store::move_vouchers(tx, stays.id, goes.id, Some(&kept.vouchers)).await?;
    store::move_count_lines(tx, stays.id, goes.id, Some(&kept.count_lines)).await?;
    web::move_attachments(tx, &kind, (&stays, &goes), Some(&kept.files)).await?;
    give_back(tx, &stays, &kept).await?;
    store::set_apart(tx, goes.id, &kept.states[1]).await?;
    super::store::set_macs(tx, goes.id, &kept.macs[1]).await?;
    super::store::set_seen_at(tx, goes.id, kept.seen_at[1].map(kernel::Instant)).await?;
    tells(tx, goes.id, &kept.programs[1]).await?;
    reindex(tx, stays.id).await?;
    reindex(tx, goes.id).await?;
    tell(tx, &stays, &goes, "asset_parted", &format!("{} yeniden ayrı bir kayıt.", goes.number(&kind))).await
}

async fn give_back(tx: &Tx, stays: &Record, kept: &Kept) -> Result<()> {
    let kind = kind();
    let mut draft = Draft::default();
    for (column, value) in &kept.before {
        let stands = kept.taken.get(column).is_some_and(|taken| value_of(taken) == *stays.get(column));
        if let Some(field) = kind.field(column).filter(|_| stands) {
            draft.set(field.name, value_of(value));
        }
    }
    if !draft.values.is_empty() {
        draft.set("by_hand", FieldValue::Text(kept.by_hand.clone()));
        record::update(tx, &kind, stays.id, stays.version, draft).await?;
    }
    // Given to somebody after they were joined it stays with them.
    if stays.get("holder_id").id().is_some() && !store::is_on_a_slip(tx, stays.id).await? {
        store::release(tx, stays.id, &kept.states[0], &kept.place).await?;
    }
    let mut macs = super::store::macs(tx, stays.id).await?;
    macs.retain(|mac| kept.macs[0].contains(mac) || !kept.macs[1].contains(mac));
    super::store::set_macs(tx, stays.id, &macs).await?;
    if kept.programs[0].is_empty() {
        tells(tx, stays.id, &[]).await?;
    }
    super::store::set_seen_at(tx, stays.id, kept.seen_at[0].map(kernel::Instant)).await
}

/// The programs that an agent tells of the asset; without one those that it had.
async fn tells(tx: &Tx, asset: Uuid, programs: &[(Uuid, String)]) -> Result<()> {
    match agents::store::teller(tx, asset, agents::receive::SOFTWARES).await? {
        Some(teller) => {
            let machine = Machine::of(&agents::store::sections(tx, teller).await?);
            installed::keep(tx, asset, &machine.softwares).await
        }
        None => installed::restore(tx, asset, programs).await,
    }
}

async fn reindex(tx: &Tx, id: Uuid) -> Result<()> {
    let kind = kind();
    let now = record::get(tx, &kind, id).await?;
    record::index(tx, &kind, &now).await
}

/// One event that stands on the pages of both.
async fn tell(tx: &Tx, stays: &Record, goes: &Record, verb: &'static str, note: &str) -> Result<()> {
    let kind = kind();
    let event = NewEvent::new(stays.reference(&kind), stays.title(&kind), verb)
        .note(note)
        .related(goes.reference(&kind))
        .scope(stays.unit_id(&kind), stays.owner_id(&kind));
    tx.record(event).await?;
    Ok(())
}

/// "2026-VR-000002 Yazıcı, 2026-VR-000001 numaralı kayda katıldı. Taşınan: 3 destek kaydı, 1 zimmet fişi."
fn said(tx: &Tx, stays: &Record, goes: &Record, kept: &Kept) -> String {
    let kind = kind();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &kept.moved {
        *counts.entry(&one.kind).or_default() += one.ids.len();
    }
    counts.insert("custody", kept.slips.len());
    let named = counts.iter().filter(|(_, many)| **many > 0).filter_map(|(code, many)| {
        let kind = tx.registry()?.kind(code)?;
        Some(tr::count(kind.name_tr, *many as u64))
    });
    let files = (!kept.files.is_empty()).then(|| tr::count("dosya", kept.files.len() as u64));
    let named: Vec<String> = named.chain(files).collect();
    let moved = if named.is_empty() { String::new() } else { format!(" Taşınan: {}.", named.join(", ")) };
    format!(
        "{} {}, {} numaralı kayda katıldı.{moved}",
        goes.number(&kind),
        goes.title(&kind),
        stays.number(&kind)
    )
}
