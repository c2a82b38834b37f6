//! The kind `stock_voucher`: one movable voucher (taşınır işlem fişi) with several lines, each of them a movement of the ledger; received
//! with one signature (AS-6, AS-8; Taşınır Mal Yönetmeliği). The movements carry its number, and are reversed with it or one by one.

mod lines;
pub(crate) mod paper;
pub(crate) mod store;

use kernel::event::Event;
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Form, Kind, LineBy, Record, Tone, Verb,
    View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Ref, Result, Tx, Violation, number, tr};

use crate::item::page::quantity;
use crate::movement::{self, receiving};
use crate::{MOVE, RECEIVE, VIEW_MOVES};

pub(crate) const PATH: &str = "/tasinir-islem-fisleri";
/// The field in which the lines are typed.
pub(crate) const LINES: &str = "lines";
/// Lines of one voucher.
pub(crate) const MOST_LINES: i64 = 100;

const KINDS: [Choice; 4] = [
    Choice::new("receipt", "Giriş", Tone::Done),
    Choice::new("issue", "Çıkış", Tone::Doing),
    Choice::new("return", "İade", Tone::Wait),
    Choice::new("transfer", "Ambarlar arası", Tone::Wait),
];

const STATES: [Choice; 4] = [
    Choice::new("waiting", "Teslim bekliyor", Tone::New),
    Choice::new("valid", "Geçerli", Tone::Done),
    Choice::new("confirmed", "Teslim alındı", Tone::Done),
    Choice::new("reversed", "Ters kayıtla düzeltildi", Tone::Late),
];

/// The voucher, and on a movement the one that it is a line of.
pub(crate) fn migration() -> Migration {
    let up = |backend| {
        let mut all = create(backend, &[table()]);
        let column = Table::new("stock_movement", movement::ABOUT)
            .uuid_null("voucher_id", "voucher of several lines that it is one of; null for one of its own")
            .references("stock_voucher")
            .index(&["voucher_id", "moved_on", "id"])
            .index(&["voucher_id", "created_at", "id"]);
        all.extend(column.add_columns(backend));
        all
    };
    Migration { id: "supplies/0007_stock_voucher", up }
}

fn table() -> Table {
    Table::new("stock_voucher", "movable vouchers of several lines; each line is a movement")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the voucher, in the same series as those of single movements")
        .text("title", "what moved, for people")
        .text("kind", "receipt, issue, return, transfer")
        .text("ground", "as a movement's; may be empty for the usual one")
        .uuid("store_room_id", "from or into which room")
        .references("store_room")
        .uuid_null("to_room_id", "into which room it was carried")
        .references("store_room")
        .uuid_null("staff_id", "who received it or brought it back")
        .references("staff")
        .uuid_null("unit_id", "unit of that person at that time")
        .references("unit")
        .text("lines", "name, quantity and price of each card, one a line, as they were typed")
        .text("document", "invoice, order or contract; may be empty")
        .on("moved_on", "day of the movement")
        .text("statement", "what the receiver puts their name to, frozen; empty for what nobody receives")
        .text("note", "anything else; may be empty")
        .text("state", "waiting, valid, confirmed, reversed")
        .at("created_at", "when it was written down")
        .unique(&["number"])
        .listing(&["kind", "state", "store_room_id", "staff_id", "unit_id"], &["moved_on", "created_at"])
}

/// At `/tasinir-islem-fisleri`.
pub(crate) fn kind() -> Kind {
    let mut kind =
        Kind::new("stock_voucher", "taşınır işlem fişi", "Taşınır işlem fişleri", PATH, VIEW_MOVES);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.create = Some(MOVE);
    kind.edit = Some(MOVE);
    kind.statement = Some("statement");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = fields();
    kind.views = vec![
        View { id: "aldiklarim", label_tr: "Aldıklarım", query: "staff_id={me}" },
        View { id: "teslim", label_tr: "Teslim bekleyenler", query: "state=waiting" },
    ];
    kind.verbs = verbs();
    kind
}

/// Asked once, but for the remark.
fn fields() -> Vec<Field> {
    let once = |field: Field| {
        let is_kept = field.form == Form::Always && field.name != "note";
        if is_kept { field.on_create() } else { field }
    };
    let all = vec![
        Field::text("number", "Fiş no", 40).listed().searched().read_only(),
        Field::text("title", "Konusu", 200).listed().searched().read_only(),
        Field::choice("kind", "Türü", &KINDS).required().listed().filtered(),
        Field::choice("ground", "İşlem çeşidi", &movement::GROUNDS)
            .hint("Boş bırakırsanız girişte satın alma, çıkışta tüketim yazılır."),
        Field::reference("store_room_id", "Ambar", "store_room").among(&["open"]).required().listed().filtered(),
        Field::reference("staff_id", "Alan ya da iade eden", "staff")
            .among(&["active"])
            .listed()
            .filtered()
            .hint("Çıkışta ve iadede yazılır."),
        Field::reference("to_room_id", "Gittiği ambar", "store_room")
            .among(&["open"])
            .hint("Ambarlar arası harekette yazılır."),
        Field::new(LINES, "Satırlar", FieldKind::LongText { max_length: 20_000 })
            .each_line("consumable", LineBy::Title)
            .among(&["active"])
            .required()
            .hint("Her satıra bir malzeme: kartındaki adı; miktarı; girişte birim bedeli. Örnek: Kalem, mavi; 24; 12,50"),
        Field::text("document", "Dayanağı", 120).searched().hint("Fatura, sipariş ya da sözleşme no."),
        Field::new("moved_on", "Gün", FieldKind::Day).listed().sorted().hint("Boş bırakırsanız bugün."),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::reference("unit_id", "Birimi", "unit").filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    all.into_iter().map(once).collect()
}

fn verbs() -> Vec<Verb> {
    const FROM: &[&str] = &["waiting"];
    vec![
        Verb::new("teslim-aldim", "Teslim aldım", RECEIVE, FROM, "confirmed", "stock_received")
            .official()
            .run(|tx, voucher, _| Box::pin(async move { receiving::only_own(tx, voucher) })),
        Verb::new("imzalat", "Ekranda imzalat", MOVE, FROM, "confirmed", "stock_drawn")
            .drawn_by("staff_id")
            .official(),
        Verb::new("imzali-fis", "İmzalı fiş geldi", MOVE, FROM, "confirmed", "stock_signed")
            .official()
            .run(|tx, voucher, _| Box::pin(receiving::scanned(tx, voucher.reference(&kind())))),
        Verb::new(
            "ters-kayit",
            "Ters kayıtla düzelt",
            MOVE,
            &["waiting", "valid", "confirmed"],
            "reversed",
            "stock_reversed",
        )
        .asking("Gerekçe")
        .official()
        .danger()
        .run(|tx, voucher, reason| Box::pin(reverse(tx, voucher, reason))),
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
        let mut found = movement::wrong(draft);
        if draft.get("moved_on").text().is_empty() {
            draft.set("moved_on", FieldValue::Text(tx.at().day().to_string()));
        }
        // Every form asks for lines; what begins without any gets them one by one (`opening`).
        let is_gathering = draft.get(LINES).text().is_empty();
        let (lines, wrong) = if is_gathering { <_>::default() } else { lines::read(tx, draft).await? };
        found.extend(wrong);
        if !found.is_empty() {
            return Ok(found);
        }
        if let Some(staff) = draft.get("staff_id").id()
            && let Some(person) = directory::store::person(tx, staff).await?
        {
            draft.set("unit_id", FieldValue::Id(person.unit_id));
        }
        movement::say_ground(draft);
        let is_issue = draft.get("kind").text() == "issue";
        let year = tx.at().day().0.year();
        let number = number::format(year, "TF", number::next(tx, "stock_movement", year).await?);
        let label =
            KINDS.iter().find(|one| one.code == draft.get("kind").text()).map_or("", |one| one.label_tr);
        let first = lines.first().map_or("", |line| line.name.as_str());
        let title = match lines.len() {
            0 => format!("Açılış devri {number}"),
            1 => format!("{label}: {first}"),
            many => format!("{label}: {first} ve {} malzeme daha", many - 1),
        };
        let statement = if is_issue { statement(tx, draft, &number, &lines).await? } else { String::new() };
        for (column, text) in [
            ("number", number),
            ("title", title.chars().take(200).collect()),
            ("statement", statement),
            ("state", if is_issue { "waiting" } else { "valid" }.into()),
        ] {
            draft.set(column, FieldValue::Text(text));
        }
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}

/// What whoever gets it signs, all lines at once.
async fn statement(tx: &Tx, draft: &Draft, number: &str, lines: &[lines::Line]) -> Result<String> {
    let refs = [("staff_id", "staff"), ("store_room_id", "store_room")];
    let refs: Vec<Ref> =
        refs.iter().filter_map(|(column, kind)| Some(Ref::new(*kind, draft.get(column).id()?))).collect();
    let named = record::names(tx, &refs).await?;
    let name = |column: &str| {
        let id = draft.get(column).id();
        named.iter().find(|one| Some(one.id) == id).map(|one| one.title.clone()).unwrap_or_default()
    };
    let day = draft.get("moved_on").text().parse::<kernel::Day>();
    let day = day.map(|day| tr::date(day.0)).unwrap_or_default();
    let mut said = vec![format!("{number} sayılı fişle çıkan aşağıdaki malzemeyi {day} günü teslim aldım.")];
    for (place, line) in (1..).zip(lines) {
        said.push(format!("{place}. {}, {}", line.name, quantity(line.quantity, &line.measure)));
    }
    said.push(format!("Ambar: {}", name("store_room_id")));
    said.push(format!("Teslim alan: {}", name("staff_id")));
    said.push(format!("Teslim eden: {}", tx.act().actor.name));
    Ok(said.join("\n"))
}

/// Its movements, in the transaction that wrote it.
pub(crate) fn written<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let kind = kind();
        let voucher = record::get(tx, &kind, event.subject_id).await?;
        let mut draft = Draft::default();
        for column in ["kind", "ground", "store_room_id", "to_room_id", "staff_id", "document", "moved_on"] {
            if !voucher.get(column).is_null() {
                draft.set(column, voucher.get(column).clone());
            }
        }
        draft.set(LINES, voucher.get(LINES).clone());
        let (lines, _) = lines::read(tx, &draft).await?;
        draft.values.remove(LINES);
        draft.set("voucher_id", FieldValue::Id(voucher.id));
        draft.set("note", FieldValue::Text(String::new()));
        let number = voucher.number(&kind);
        for (place, line) in (1..).zip(&lines) {
            let mut one = draft.clone();
            one.set("number", FieldValue::Text(format!("{number}/{place}")));
            one.set("consumable_id", FieldValue::Id(line.id));
            one.set("quantity", FieldValue::Int(line.quantity));
            one.set("price_kurus", line.price_kurus.map_or(FieldValue::Null, FieldValue::Int));
            match record::create(tx, &movement::kind(), one).await {
                Ok(_) => {}
                // Said where the lines were typed, and of which of them.
                Err(error) if !error.violations.is_empty() => {
                    let text = format!("{place}. satır, {}: {}", line.name, error.violations[0].text);
                    return Err(Error::rule("STK-012", LINES, text));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })
}

/// Every line that was not reversed by itself.
async fn reverse(tx: &Tx, voucher: &Record, reason: &str) -> Result<()> {
    let movements = movement::kind();
    for id in store::open_lines(tx, voucher.id).await? {
        record::run_verb(tx, &movements, id, "ters-kayit", reason).await?;
    }
    Ok(())
}
