//! The kind `stock_movement`: what came, went, came back, was carried elsewhere or was counted. A movement is never changed;
//! a wrong one is reversed by another (AS-6, AS-8; Taşınır Mal Yönetmeliği).

pub(crate) mod receiving;
pub(crate) mod store;
pub(crate) mod voucher;

use kernel::event::{Event, NewEvent};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, FilterValue, Form, Kind, ListQuery, Record,
    Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Ref, Result, Tx, Violation, number, tr};
use uuid::Uuid;

use crate::item::page::quantity;
use crate::item::store as items;
use crate::item::{self, level_of};
use crate::{EDIT, MOVE, VIEW_MOVES, opening, stock_voucher, year_end};

const KINDS: [Choice; 5] = [
    Choice::new("receipt", "Giriş", Tone::Done),
    Choice::new("issue", "Çıkış", Tone::Doing),
    Choice::new("return", "İade", Tone::Wait),
    Choice::new("transfer", "Ambarlar arası", Tone::Wait),
    Choice::new("count", "Sayım", Tone::Wait),
];

/// What the voucher calls the movement, and the kinds that may be called so; the first of a kind is its usual one.
const GROUNDS_OF: [(&str, &str); 10] = [
    ("purchase", "receipt"),
    ("donation", "receipt"),
    ("taken_over", "receipt"),
    (OPENING, "receipt"),
    ("consumption", "issue"),
    ("handed_over", "issue"),
    ("worn_out", "issue"),
    ("returned", "return"),
    ("moved", "transfer"),
    ("counted", "count"),
];

/// What lay there when the keeper began here.
pub(crate) const OPENING: &str = "opening";

pub(crate) const GROUNDS: [Choice; 10] = [
    Choice::new("purchase", "Satın alma", Tone::Wait),
    Choice::new("donation", "Bağış ve yardım", Tone::Wait),
    Choice::new("taken_over", "Devir alma", Tone::Wait),
    Choice::new(OPENING, "Açılış devri", Tone::Wait),
    Choice::new("consumption", "Tüketim", Tone::Wait),
    Choice::new("handed_over", "Devretme", Tone::Wait),
    Choice::new("worn_out", "Kullanılmaz hâle gelme", Tone::Wait),
    Choice::new("returned", "İade", Tone::Wait),
    Choice::new("moved", "Ambarlar arası devir", Tone::Wait),
    Choice::new("counted", "Sayım fazlası ya da noksanı", Tone::Wait),
];

/// States of a ticket on which somebody may still have used something.
const WORKED_ON: [&str; 9] = [
    "waiting_unit",
    "waiting_desk",
    "new",
    "assigned",
    "in_progress",
    "waiting_requester",
    "waiting_vendor",
    "waiting_part",
    "solved",
];

const STATES: [Choice; 4] = [
    Choice::new("waiting", "Teslim bekliyor", Tone::New),
    Choice::new("valid", "Geçerli", Tone::Done),
    Choice::new("confirmed", "Teslim alındı", Tone::Done),
    Choice::new("reversed", "Ters kayıtla düzeltildi", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "supplies/0004_stock_movement", up: |backend| create(backend, &[table(), line_table()]) }
}

pub(crate) const ABOUT: &str = "vouchers by which consumables come and go";

fn table() -> Table {
    Table::new("stock_movement", ABOUT)
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the voucher, gapless in its year")
        .text("title", "what moved, for people")
        .text("kind", "receipt, issue, return, transfer, count")
        .text(
            "ground",
            "purchase, donation, taken_over, consumption, handed_over, worn_out, returned, moved, counted",
        )
        .uuid("consumable_id", "what")
        .references("consumable")
        .uuid("store_room_id", "from or into which room")
        .references("store_room")
        .uuid_null("to_room_id", "into which room it was carried")
        .references("store_room")
        .int("quantity", "how much; of a count how much was found")
        .uuid_null("staff_id", "who received it or brought it back")
        .references("staff")
        .uuid_null("unit_id", "unit of that person at that time")
        .references("unit")
        .uuid_null("asset_id", "printer or machine it was for, of whichever capability keeps assets")
        .int_null("price_kurus", "what one cost, of a receipt")
        .text("document", "invoice, order or contract; may be empty")
        .on("moved_on", "day of the movement")
        .text("note", "anything else; may be empty")
        .text("state", "waiting, valid, confirmed, reversed")
        .at("created_at", "when it was written down")
        .unique(&["number"])
        .listing(
            &["kind", "state", "consumable_id", "store_room_id", "staff_id", "unit_id", "asset_id"],
            &["moved_on", "created_at"],
        )
}

/// The ledger: how much is where is the sum of these and nothing else.
fn line_table() -> Table {
    Table::new("stock_line", "lines of the ledger; only added")
        .id()
        .uuid("movement_id", "whose")
        .references("stock_movement")
        .uuid("consumable_id", "what")
        .references("consumable")
        .uuid("store_room_id", "where")
        .references("store_room")
        .int("change", "how much more, or less, lies there")
        .at("at", "when it was written down")
        .index(&["consumable_id", "store_room_id"])
        .index(&["movement_id"])
}

/// At `/stok-hareketleri`.
pub(crate) fn kind() -> Kind {
    let mut kind =
        Kind::new("stock_movement", "stok hareketi", "Stok hareketleri", "/stok-hareketleri", VIEW_MOVES);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.create = Some(MOVE);
    // The signed paper hangs on it, and a remark may be added; what moved stays as it was written.
    kind.edit = Some(MOVE);
    kind.statement = Some("statement");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = fields();
    kind.views = vec![
        View { id: "aldiklarim", label_tr: "Aldıklarım", query: "staff_id={me}" },
        View { id: "cikis", label_tr: "Çıkışlar", query: "kind=issue" },
        View { id: "teslim", label_tr: "Teslim bekleyenler", query: "state=waiting" },
        View { id: "giris", label_tr: "Girişler", query: "kind=receipt" },
        View { id: "sayim", label_tr: "Sayımlar", query: "kind=count" },
    ];
    kind.verbs = receiving::verbs().into_iter().collect();
    kind.verbs.push(
        Verb::new(
            "ters-kayit",
            "Ters kayıtla düzelt",
            MOVE,
            &[receiving::WAITING, "valid", "confirmed"],
            "reversed",
            "stock_reversed",
        )
        .asking("Gerekçe")
        .official()
        .danger()
        .run(|tx, movement, _| Box::pin(reverse(tx, movement))),
    );
    kind
}

/// Asked once, but for the remark.
fn fields() -> Vec<Field> {
    let is_kept = |field: &Field| field.form == Form::Always && field.name != "note";
    let once = |field: Field| if is_kept(&field) { field.on_create() } else { field };
    all_fields().into_iter().map(once).collect()
}

fn all_fields() -> Vec<Field> {
    vec![
        Field::text("number", "Fiş no", 40).listed().searched().read_only(),
        Field::text("title", "Hareket", 200).listed().searched().read_only(),
        Field::choice("kind", "Türü", &KINDS).required().listed().filtered(),
        Field::choice("ground", "İşlem çeşidi", &GROUNDS)
            .hint("Boş bırakırsanız alımda satın alma, çıkışta tüketim yazılır."),
        Field::reference("consumable_id", "Malzeme", "consumable")
            .among(&["active"])
            .required()
            .filtered()
            .backlinked(),
        Field::reference("store_room_id", "Ambar", "store_room")
            .among(&["open"])
            .required()
            .listed()
            .filtered(),
        Field::new("quantity", "Miktar", FieldKind::Int { min: 0, max: 10_000_000 })
            .required()
            .listed()
            .hint("Sayımda ambarda bulduğunuz sayı."),
        Field::reference("staff_id", "Alan ya da iade eden", "staff")
            .among(&["active"])
            .listed()
            .filtered()
            .hint("Çıkışta ve iadede yazılır."),
        Field::reference("to_room_id", "Gittiği ambar", "store_room")
            .among(&["open"])
            .hint("Ambarlar arası harekette yazılır."),
        Field::reference("asset_id", "Hangi cihaz için", "asset")
            .among(&["in_stock", "in_use", "in_repair"])
            .filtered()
            .backlinked(),
        // What was used is also written down when the work is done.
        Field::reference("ticket_id", "Destek kaydı", "ticket").among(&WORKED_ON).filtered().backlinked(),
        Field::reference("voucher_id", "Fişi", "stock_voucher").filtered().backlinked().read_only(),
        Field::new("counter", "Yazıcının sayacı", FieldKind::Int { min: 0, max: 1_000_000_000 })
            .hint("Çıkışta, bastığı sayfa. Ağdan okunan yazıcıda boş bırakın, kendiliğinden yazılır."),
        Field::new("price_kurus", "Birim bedeli", FieldKind::Money).hint("Girişte yazılır."),
        Field::text("document", "Dayanağı", 120).searched().hint("Fatura, sipariş ya da sözleşme no."),
        Field::new("moved_on", "Gün", FieldKind::Day).listed().sorted().hint("Boş bırakırsanız bugün."),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::reference("unit_id", "Birimi", "unit").filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ]
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if before.is_some() {
            return Ok(Vec::new());
        }
        let mut found = wrong(draft);
        if draft.get("moved_on").text().is_empty() {
            draft.set("moved_on", FieldValue::Text(tx.at().day().to_string()));
        }
        if draft.get("moved_on").text() > tx.at().day().to_string().as_str() {
            found.push(Violation::new("STK-006", "moved_on", "Henüz olmamış bir hareket yazılamaz."));
        }
        let rooms: Vec<Uuid> =
            ["store_room_id", "to_room_id"].iter().filter_map(|column| draft.get(column).id()).collect();
        found.extend(year_end::refuse_closed(tx, draft.get("moved_on").text(), &rooms).await?);
        let card = match draft.get("consumable_id").id() {
            Some(id) => items::locked(tx, id).await?,
            None => None,
        };
        let (Some(card), Some(room)) = (card, draft.get("store_room_id").id()) else { return Ok(found) };
        let wanted = draft.get("quantity").int().unwrap_or(0);
        if ["issue", "transfer"].contains(&draft.get("kind").text()) {
            let lying = items::in_room(tx, card.id, room).await?;
            if wanted > lying {
                let text = format!("Bu ambarda {} var.", quantity(lying, &card.measure));
                found.push(Violation::new("STK-005", "quantity", text));
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        if let Some(staff) = draft.get("staff_id").id()
            && let Some(person) = directory::store::person(tx, staff).await?
        {
            draft.set("unit_id", FieldValue::Id(person.unit_id));
        }
        let label =
            KINDS.iter().find(|one| one.code == draft.get("kind").text()).map_or("", |one| one.label_tr);
        let title = format!("{label}: {}, {}", card.name, quantity(wanted, &card.measure));
        let is_line = !draft.get("voucher_id").is_null();
        if !is_line {
            let year = tx.at().day().0.year();
            let number = number::format(year, "TF", number::next(tx, "stock_movement", year).await?);
            draft.set("number", FieldValue::Text(number));
        }
        draft.set("title", FieldValue::Text(title.chars().take(200).collect()));
        say_ground(draft);
        if draft.get("counter").is_null() && draft.get("kind").text() == "issue" {
            draft.set("counter", counter_of(tx, draft).await?);
        }
        // A line is received with its voucher.
        let is_received = draft.get("kind").text() == "issue" && !is_line;
        draft.set("state", FieldValue::Text(if is_received { receiving::WAITING } else { "valid" }.into()));
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}

/// What the network last read of the printer that it is for.
async fn counter_of(tx: &Tx, draft: &Draft) -> Result<FieldValue> {
    let devices = tx.registry().and_then(|registry| registry.kind("network_device"));
    let (Some(kind), Some(asset)) = (devices, draft.get("asset_id").id()) else {
        return Ok(FieldValue::Null);
    };
    let is_it = FilterValue::Is(FieldValue::Id(asset));
    let query = ListQuery { filters: vec![("asset_id", is_it)], ..ListQuery::first(&kind) };
    let found = record::list(tx, &kind, &query, &tx.act().actor, kind.view).await?.records;
    let pages = found.iter().filter_map(|one| one.get("pages").int()).max();
    Ok(pages.map_or(FieldValue::Null, FieldValue::Int))
}

/// What nobody said of it is the usual of its kind.
pub(crate) fn say_ground(draft: &mut Draft) {
    if draft.get("ground").text().is_empty() {
        let usual = GROUNDS_OF.iter().find(|(_, kind)| *kind == draft.get("kind").text());
        draft.set("ground", FieldValue::Text(usual.map_or("", |(ground, _)| ground).into()));
    }
}

/// What each kind of movement needs.
pub(crate) fn wrong(draft: &Draft) -> Vec<Violation> {
    let kind = draft.get("kind").text();
    let mut found = Vec::new();
    let (has_person, to) = (!draft.get("staff_id").is_null(), draft.get("to_room_id").id());
    if ["issue", "return"].contains(&kind) && !has_person {
        found.push(Violation::new("STK-001", "staff_id", "Çıkışta ve iadede kişiyi seçin."));
    }
    if !["issue", "return"].contains(&kind) && has_person {
        found.push(Violation::new("STK-002", "staff_id", "Kişi yalnız çıkışta ve iadede yazılır."));
    }
    if kind == "transfer" && (to.is_none() || to == draft.get("store_room_id").id()) {
        found.push(Violation::new("STK-003", "to_room_id", "Malzemenin gittiği öbür ambarı seçin."));
    }
    if kind != "transfer" && to.is_some() {
        found.push(Violation::new(
            "STK-003",
            "to_room_id",
            "Öbür ambar yalnız ambarlar arası harekette yazılır.",
        ));
    }
    let ground = draft.get("ground").text();
    if !ground.is_empty() && !GROUNDS_OF.contains(&(ground, kind)) {
        found.push(Violation::new("STK-010", "ground", "Bu işlem çeşidi böyle bir hareketin olamaz."));
    }
    if kind != "count" && draft.get("quantity").int() == Some(0) {
        found.push(Violation::new("STK-004", "quantity", "Miktar sıfırdan büyük olmalıdır."));
    }
    found
}

/// The ledger's lines, in the transaction that wrote the movement; the card's row was locked by the rules.
pub(crate) fn written<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let movement = record::get(tx, &kind(), event.subject_id).await?;
        let (Some(item), Some(room)) =
            (movement.get("consumable_id").id(), movement.get("store_room_id").id())
        else {
            return Ok(());
        };
        let many = movement.get("quantity").int().unwrap_or(0);
        let lines = match (movement.get("kind").text(), movement.get("to_room_id").id()) {
            ("issue", _) => vec![(room, -many)],
            ("transfer", Some(to)) => vec![(room, -many), (to, many)],
            ("count", _) => vec![(room, many - items::in_room(tx, item, room).await?)],
            _ => vec![(room, many)],
        };
        for (room, change) in lines {
            store::add(tx, movement.id, item, room, change).await?;
        }
        if movement.get("voucher_id").is_null() {
            receiving::freeze(tx, event, &movement).await?;
        }
        settle(tx, item).await
    })
}

/// The opposite lines; what is no longer there cannot be taken back.
async fn reverse(tx: &Tx, movement: &Record) -> Result<()> {
    let Some(item) = movement.get("consumable_id").id() else { return Ok(()) };
    let rooms: Vec<Uuid> =
        ["store_room_id", "to_room_id"].iter().filter_map(|column| movement.get(column).id()).collect();
    if year_end::refuse_closed(tx, movement.get("moved_on").text(), &rooms).await?.is_some() {
        let text = "Kapanan yılın hareketi ters kayıtla düzeltilemez; bugünün tarihiyle sayım yazın.";
        return Err(Error::rule("STK-009", "", text));
    }
    items::locked(tx, item).await?;
    for line in store::lines(tx, movement.id).await? {
        store::add(tx, movement.id, item, line.store_room_id, -line.change).await?;
        if items::in_room(tx, item, line.store_room_id).await? < 0 {
            let text = "Bu malzeme ambardan sonra çıkmış; önce o çıkışı düzeltin.";
            return Err(Error::rule("STK-008", "", text));
        }
    }
    opening::reversed(tx, movement.id).await?;
    settle(tx, item).await
}

/// Writes what the ledger adds up to on the card, and tells once when it falls below its minimum.
async fn settle(tx: &Tx, consumable: Uuid) -> Result<()> {
    let Some(card) = items::locked(tx, consumable).await? else { return Ok(()) };
    let on_hand = items::on_hand(tx, consumable).await?;
    let level = level_of(on_hand, card.minimum);
    items::set_on_hand(tx, consumable, on_hand, level).await?;
    if level != "enough" && card.level == "enough" {
        let note =
            format!("Eldeki: {}; en az: {}.", quantity(on_hand, &card.measure), tr::grouped(card.minimum));
        let event = NewEvent::new(Ref::new(item::kind().id, card.id), card.name, "stock_low");
        tx.record(event.note(note)).await?;
    }
    Ok(())
}

pub(crate) fn notices() -> Vec<Notice> {
    vec![
        Notice {
            key: "supplies.stock_low",
            label_tr: "Bir malzeme en azın altına indiğinde",
            on: &[("consumable", "stock_low")],
            receivers: keepers,
            sentence_tr: "Malzeme azaldı: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
        Notice {
            key: "supplies.issued",
            label_tr: "Adıma malzeme çıkışı yapıldığında",
            on: &[("stock_movement", "created"), ("stock_voucher", "created")],
            receivers: receiver,
            sentence_tr: "Adınıza malzeme çıkışı yapıldı, teyidinizi bekliyor: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
    ]
}

fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, EDIT, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

/// Of several lines on one voucher they are told once.
fn receiver<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let is_line =
            event.subject_kind == kind().id && stock_voucher::store::is_line(tx, event.subject_id).await?;
        Ok(event.owner_id.filter(|_| !is_line).into_iter().collect())
    })
}
