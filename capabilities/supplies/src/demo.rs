//! The demo town's stores: two rooms, a few cards, movements of every kind.

use kernel::capability::DemoContext;
use kernel::record::{self, Draft, FieldValue, FilterValue, Kind, ListQuery};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

use crate::{item, movable_code, movement, opening, stock_voucher, store_room, year_end};

/// Name, code, category, measure, minimum, wanted.
const CARDS: [(&str, &str, &str, &str, i64, i64); 6] = [
    ("HP 59A toner", "150.13", "toner", "piece", 5, 20),
    ("Cat6 ağ kablosu", "150.99", "cable", "metre", 100, 300),
    ("USB bellek 32 GB", "150.99", "media", "piece", 10, 30),
    ("A4 fotokopi kâğıdı", "150.01", "stationery", "ream", 20, 100),
    ("DDR4 8 GB bellek", "150.13", "part", "piece", 0, 0),
    ("Nokta vuruşlu yazıcı şeridi", "150.13", "toner", "piece", 0, 0),
];

const CODES: [(&str, &str); 8] = [
    ("150.01", "Kırtasiye malzemeleri"),
    ("150.13", "Yedek parçalar"),
    ("150.99", "Diğer tüketim malzemeleri"),
    ("253.03", "Cihazlar ve aletler"),
    ("255.02", "Büro makineleri"),
    ("255.02.01", "Bilgisayarlar ve sunucular"),
    ("255.02.02", "Bilgisayar çevre birimleri"),
    ("255.02.04", "Haberleşme cihazları"),
];

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act).await?;
        let rooms = [
            room(&tx, "Bilgi İşlem ambarı", "Ana bina, bodrum").await?,
            room(&tx, "Ek bina dolabı", "Ek bina, 1. kat").await?,
        ];
        let old = room(&tx, "Eski arşiv odası", "").await?;
        record::run_verb(&tx, &store_room::kind(), old, "kapat", "Boşaltıldı.").await?;
        let mut cards = Vec::new();
        let codes = movable_codes(&tx).await?;
        for card in CARDS {
            cards.push(open(&tx, card, &codes).await?);
        }
        record::run_verb(&tx, &item::kind(), cards[5], "kullanimdan-kaldir", "Yazıcı hurdaya ayrıldı.")
            .await?;
        let person = anybody(&tx).await?;
        for (card, quantity) in [(0, 12), (1, 305), (2, 4), (3, 60), (4, 6)] {
            moved(&tx, "receipt", (cards[card], rooms[0]), quantity, None, None).await?;
        }
        moved(&tx, "transfer", (cards[3], rooms[0]), 10, None, Some(rooms[1])).await?;
        if let Some(person) = person {
            let issued = moved(&tx, "issue", (cards[0], rooms[0]), 8, Some(person), None).await?;
            moved(&tx, "issue", (cards[3], rooms[0]), 5, Some(person), None).await?;
            moved(&tx, "return", (cards[0], rooms[0]), 1, Some(person), None).await?;
            record::run_verb(&tx, &movement::kind(), issued, "ters-kayit", "Yanlış kişiye yazılmış.").await?;
            moved(&tx, "issue", (cards[0], rooms[0]), 9, Some(person), None).await?;
        }
        voucher(&tx, rooms[0], person).await?;
        fitted(&tx, (cards[0], rooms[0]), person).await?;
        opened(&tx, rooms[1], [(cards[2], 8), (cards[1], 40)]).await?;
        moved(&tx, "count", (cards[1], rooms[0]), 290, None, None).await?;
        let year = i64::from(tx.at().day().year());
        for (year, room) in [(year - 1, rooms[0]), (year, rooms[1])] {
            let mut draft = Draft::default();
            draft.set("year", FieldValue::Int(year));
            draft.set("store_room_id", FieldValue::Id(room));
            record::create(&tx, &year_end::kind(), draft).await?;
        }
        tx.commit().await
    })
}

fn texts(values: &[(&'static str, &str)]) -> Draft {
    let mut draft = Draft::default();
    for (column, value) in values {
        draft.set(column, FieldValue::Text((*value).into()));
    }
    draft
}

async fn room(tx: &Tx, name: &str, place: &str) -> Result<Uuid> {
    record::create(tx, &store_room::kind(), texts(&[("name", name), ("place", place)])).await
}

/// The few codes the demo's cards are kept under; a real town imports the ministry's list.
async fn movable_codes(tx: &Tx) -> Result<Vec<(&'static str, Uuid)>> {
    let mut codes = Vec::new();
    for (code, name) in CODES {
        let draft = texts(&[("code", code), ("name", name)]);
        codes.push((code, record::create(tx, &movable_code::kind(), draft).await?));
    }
    Ok(codes)
}

async fn open(tx: &Tx, card: (&str, &str, &str, &str, i64, i64), codes: &[(&str, Uuid)]) -> Result<Uuid> {
    let (name, code, category, measure, minimum, wanted) = card;
    let mut draft = texts(&[("name", name), ("category", category), ("measure", measure), ("note", "")]);
    if let Some((_, id)) = codes.iter().find(|(known, _)| *known == code) {
        draft.set("movable_code_id", FieldValue::Id(*id));
    }
    draft.set("minimum", FieldValue::Int(minimum));
    draft.set("wanted", FieldValue::Int(wanted));
    record::create(tx, &item::kind(), draft).await
}

async fn anybody(tx: &Tx) -> Result<Option<Uuid>> {
    let Some(staff) = tx.registry().and_then(|registry| registry.kind("staff")) else { return Ok(None) };
    let people = record::list(tx, &staff, &ListQuery::first(&staff), &tx.act().actor, staff.view).await?;
    Ok(people.records.iter().find(|one| one.get("state").text() == "active").map(|one| one.id))
}

/// One voucher of two lines that waits for whoever got them.
async fn voucher(tx: &Tx, room: Uuid, person: Option<Uuid>) -> Result<()> {
    let Some(person) = person else { return Ok(()) };
    let lines = format!("{}; 2\n{}; 1", CARDS[1].0, CARDS[3].0);
    let mut draft =
        texts(&[("kind", "issue"), ("lines", &lines), ("document", ""), ("ground", ""), ("note", "")]);
    draft.set("store_room_id", FieldValue::Id(room));
    draft.set("staff_id", FieldValue::Id(person));
    record::create(tx, &stock_voucher::kind(), draft).await?;
    Ok(())
}

/// A toner for a printer of the town, so that the list of what to order names it.
async fn fitted(tx: &Tx, (card, room): (Uuid, Uuid), person: Option<Uuid>) -> Result<()> {
    let assets = tx.registry().and_then(|registry| registry.kind("asset"));
    let (Some(assets), Some(person)) = (assets, person) else { return Ok(()) };
    let is_printer = FilterValue::Is(FieldValue::Text("printer".into()));
    let query = ListQuery { filters: vec![("category", is_printer)], ..ListQuery::first(&assets) };
    let found = record::list(tx, &assets, &query, &tx.act().actor, assets.view).await?.records;
    let is_mended = |one: &&record::Record| ["in_stock", "in_use"].contains(&one.get("state").text());
    let Some(printer) = found.iter().find(is_mended) else { return Ok(()) };
    let mut draft = texts(&[("kind", "issue"), ("document", ""), ("note", "")]);
    for (column, id) in
        [("consumable_id", card), ("store_room_id", room), ("staff_id", person), ("asset_id", printer.id)]
    {
        draft.set(column, FieldValue::Id(id));
    }
    draft.set("quantity", FieldValue::Int(1));
    draft.set("counter", FieldValue::Int(41_250));
    record::create(tx, &movement::kind(), draft).await?;
    Ok(())
}

/// What lay in a room before; the second was typed wrong and taken back.
async fn opened(tx: &Tx, room: Uuid, [right, wrong]: [(Uuid, i64); 2]) -> Result<()> {
    let kind = opening::kind();
    let mut last = None;
    for (card, quantity) in [right, wrong] {
        let mut draft = Draft::default();
        draft.set("consumable_id", FieldValue::Id(card));
        draft.set("store_room_id", FieldValue::Id(room));
        draft.set("quantity", FieldValue::Int(quantity));
        draft.set("price_kurus", FieldValue::Int(9_900));
        let id = record::create(tx, &kind, draft).await?;
        last = record::get(tx, &kind, id).await?.get("voucher_id").id();
    }
    let Some(voucher) = last else { return Ok(()) };
    record::run_verb(tx, &stock_voucher::kind(), voucher, "ters-kayit", "Öbür ambarın sayısı yazılmış.").await
}

async fn moved(
    tx: &Tx,
    kind: &str,
    (card, room): (Uuid, Uuid),
    quantity: i64,
    person: Option<Uuid>,
    to: Option<Uuid>,
) -> Result<Uuid> {
    let movements: Kind = movement::kind();
    let mut draft = texts(&[("kind", kind), ("document", ""), ("note", "")]);
    draft.set("consumable_id", FieldValue::Id(card));
    draft.set("store_room_id", FieldValue::Id(room));
    draft.set("quantity", FieldValue::Int(quantity));
    if kind == "receipt" {
        draft.set("price_kurus", FieldValue::Int(12_550));
    }
    for (column, id) in [("staff_id", person), ("to_room_id", to)] {
        if let Some(id) = id {
            draft.set(column, FieldValue::Id(id));
        }
    }
    record::create(tx, &movements, draft).await
}
