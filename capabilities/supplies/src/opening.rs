//! The kind `opening_stock`: what lay in a store room when its keeper began here, one card a record, brought in from a table or typed.
//! What comes in one import stands on one movable voucher for each room and day; its lines are movements like all others (AS-6, AS-8).

mod store;

use kernel::event::{Event, NewEvent};
use kernel::migrate::{Migration, create};
use kernel::record::{self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone};
use kernel::schema::Table;
use kernel::{Boxed, Ref, Result, Tx, Violation, tr};
use uuid::Uuid;

use crate::movement::OPENING;
use crate::{MOVE, VIEW, movement, stock_voucher};

pub(crate) const PATH: &str = "/acilis-stoku";

const WRITTEN: &str = "valid";
const REVERSED: &str = "reversed";

const STATES: [Choice; 2] = [
    Choice::new(WRITTEN, "Fişi kesildi", Tone::Done),
    Choice::new(REVERSED, "Ters kayıtla düzeltildi", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "supplies/0008_opening_stock", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("opening_stock", "what lay in a store room when its keeper began here")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "card and room, for people")
        .uuid("consumable_id", "what")
        .references("consumable")
        .uuid("store_room_id", "where it lay")
        .references("store_room")
        .int("quantity", "how much; 0 once its movement was reversed")
        .int_null("price_kurus", "what one cost, where that is known")
        .on("moved_on", "day of its voucher")
        .uuid_null("voucher_id", "voucher it stands on")
        .references("stock_voucher")
        .uuid_null("movement_id", "line of the voucher")
        .references("stock_movement")
        .uuid_null("request_id", "import or form that wrote it; what came with one stands on one voucher")
        .text("state", "valid, reversed")
        .at("created_at", "when it was written down")
        .unique(&["consumable_id", "store_room_id"])
        .index(&["movement_id"])
        .index(&["request_id"])
        .listing(&["state", "consumable_id", "store_room_id", "voucher_id"], &["moved_on", "created_at"])
}

/// At `/acilis-stoku`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("opening_stock", "açılış devri", "Açılış stoku", PATH, VIEW);
    kind.create = Some(MOVE);
    kind.edit = Some(MOVE);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.import_key = &[&["consumable_id", "store_room_id"]];
    kind.editable_in = &[REVERSED];
    kind.locked_tr = "Bu malzemenin bu ambardaki devri yazılmış. Miktarı ya da bedeli yanlışsa önce hareketini ters kayıtla düzeltin, sonra yeniden yazın.";
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Devir", 300).listed().searched().read_only(),
        Field::reference("consumable_id", "Malzeme", "consumable")
            .among(&["active"])
            .required()
            .filtered()
            .backlinked()
            .on_create(),
        Field::reference("store_room_id", "Ambar", "store_room")
            .among(&["open"])
            .required()
            .listed()
            .filtered()
            .on_create(),
        Field::new("quantity", "Miktar", FieldKind::Int { min: 1, max: 10_000_000 }).required().listed(),
        Field::new("price_kurus", "Birim bedeli", FieldKind::Money).listed(),
        Field::new("moved_on", "Gün", FieldKind::Day)
            .listed()
            .sorted()
            .on_create()
            .hint("Boş bırakırsanız bugün."),
        Field::reference("voucher_id", "Fişi", "stock_voucher").listed().filtered().backlinked().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let [card, room] = ["consumable_id", "store_room_id"].map(|column| draft.or(column, before).id());
        let (Some(card), Some(room)) = (card, room) else { return Ok(Vec::new()) };
        if before.is_none()
            && let Some(title) = store::opened(tx, card, room).await?
        {
            let text = format!("Bu malzemenin bu ambara devri zaten yazılmış: {title}.");
            return Ok(vec![Violation::new("STK-013", "consumable_id", text)]);
        }
        // Brought in anew after it was reversed, it is of the day on which that is done.
        if before.is_some() || draft.get("moved_on").text().is_empty() {
            draft.set("moved_on", FieldValue::Text(tx.at().day().to_string()));
        }
        if before.is_none() {
            let refs = [Ref::new("consumable", card), Ref::new("store_room", room)];
            let named = record::names(tx, &refs).await?;
            let name = |id: Uuid| named.iter().find(|one| one.id == id).map_or("", |one| one.title.as_str());
            let title: String = format!("{}, {}", name(card), name(room)).chars().take(300).collect();
            draft.set("title", FieldValue::Text(title));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        if let Some(request) = tx.act().request_id {
            draft.set("request_id", FieldValue::Id(request));
        }
        draft.set("state", FieldValue::Text(WRITTEN.into()));
        Ok(Vec::new())
    })
}

/// Its movement, on the voucher of what came with it, in the transaction that wrote it.
pub(crate) fn written<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let one = record::get(tx, &kind(), event.subject_id).await?;
        let voucher = gather(tx, &one).await?;
        let mut line = Draft::default();
        for (column, text) in [
            ("number", format!("{}/{}", voucher.number, voucher.lines + 1)),
            ("kind", "receipt".into()),
            ("ground", OPENING.into()),
            ("document", String::new()),
            ("note", String::new()),
        ] {
            line.set(column, FieldValue::Text(text));
        }
        for column in ["consumable_id", "store_room_id", "quantity", "price_kurus", "moved_on"] {
            line.set(column, one.get(column).clone());
        }
        line.set("voucher_id", FieldValue::Id(voucher.id));
        let movement = record::create(tx, &movement::kind(), line).await?;
        store::set_written(tx, one.id, voucher.id, movement).await?;
        let price = one.get("price_kurus").int().map(|kurus| format!("; {}", tr::money(kurus)));
        let card = Ref::new("consumable", one.get("consumable_id").id().unwrap_or_default());
        let named = record::names(tx, &[card]).await?;
        let name = named.first().map_or("", |card| card.title.as_str());
        let many = tr::grouped(one.get("quantity").int().unwrap_or(0));
        store::add_line(tx, voucher.id, &format!("{name}; {many}{}", price.unwrap_or_default())).await
    })
}

/// The voucher that this import or form writes for the room and the day, and begins where there is none yet or it is full.
async fn gather(tx: &Tx, one: &Record) -> Result<store::Gathering> {
    let room = one.get("store_room_id").id().unwrap_or_default();
    let day = one.get("moved_on").text();
    if let Some(request) = tx.act().request_id
        && let Some(found) = store::gathering(tx, (room, day), (request, one.id)).await?
        && found.lines < stock_voucher::MOST_LINES
    {
        return Ok(found);
    }
    let mut draft = Draft::default();
    for (column, text) in
        [("kind", "receipt"), ("ground", OPENING), (stock_voucher::LINES, ""), ("document", ""), ("note", "")]
    {
        draft.set(column, FieldValue::Text(text.into()));
    }
    draft.set("store_room_id", one.get("store_room_id").clone());
    draft.set("moved_on", one.get("moved_on").clone());
    let kind = stock_voucher::kind();
    let id = record::create(tx, &kind, draft).await?;
    let number = record::get(tx, &kind, id).await?.number(&kind);
    Ok(store::Gathering { id, number, lines: 0 })
}

/// A movement was taken back: what it opened with may be brought in again.
pub(crate) async fn reversed(tx: &Tx, movement: Uuid) -> Result<()> {
    let Some(id) = store::of_movement(tx, movement).await? else { return Ok(()) };
    store::set_reversed(tx, id).await?;
    let kind = kind();
    let one = record::get(tx, &kind, id).await?;
    let event = NewEvent::new(one.reference(&kind), one.title(&kind), "stock_reversed");
    tx.record(event.related(Ref::new(movement::kind().id, movement))).await?;
    Ok(())
}
