//! The kind `movable_voucher`: the movable voucher (taşınır işlem fişi) of durable movables, by which devices come into the register
//! and leave it, several on one (AS-8; Taşınır Mal Yönetmeliği). What it says is frozen when it is made out; a wrong one is
//! reversed. Consumables have theirs in the ledger of the store.

mod part;
pub(crate) mod store;

use kernel::event::Event;
use kernel::migrate::{Migration, create};
use kernel::number::{self, Book};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, LineBy, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Result, Tx, Violation, tr};
use uuid::Uuid;

pub(crate) use part::{part, routes};

use crate::custody::lines;
use crate::custody::store::Line;

/// Sees the vouchers of devices.
pub const VIEW: &str = "assets.voucher.view";
/// Makes them out and reverses them.
pub const ISSUE: &str = "assets.voucher.issue";

pub(crate) const PATH: &str = "/demirbas-fisleri";

/// Which way, how it is called, the beginning of its numbers and the series that they run in.
const WAYS: [(&str, &str, &str, &str); 2] =
    [("entry", "Giriş", "TG", "movable_voucher_entry"), ("exit", "Çıkış", "TC", "movable_voucher_exit")];

const DIRECTIONS: [Choice; 2] =
    [Choice::new(WAYS[0].0, WAYS[0].1, Tone::Done), Choice::new(WAYS[1].0, WAYS[1].1, Tone::Wait)];

/// What happened, and the way it goes.
const GROUNDS_OF: [(&str, &str); 5] = [
    ("purchase", "entry"),
    ("donation", "entry"),
    ("taken_over", "entry"),
    ("surplus", "entry"),
    ("scrapped", "exit"),
];

const GROUNDS: [Choice; 5] = [
    Choice::new("purchase", "Satın alma", Tone::Wait),
    Choice::new("donation", "Bağış ve yardım", Tone::Wait),
    Choice::new("taken_over", "Devir alma", Tone::Wait),
    Choice::new("surplus", "Sayım fazlası", Tone::Wait),
    Choice::new("scrapped", "Hurdaya ayırma", Tone::Wait),
];

const STATES: [Choice; 2] = [
    Choice::new("valid", "Geçerli", Tone::Done),
    Choice::new("reversed", "Ters kayıtla düzeltildi", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0023_movable_voucher", up: |backend| create(backend, &[table(), item_table()]) }
}

fn table() -> Table {
    Table::new("movable_voucher", "movable vouchers by which devices come into the register and leave it")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the voucher")
        .int("year", "year of the number")
        .int("place", "number in that year and direction, without a gap")
        .text("title", "what came or went, for people")
        .text("direction", "entry, exit")
        .text("ground", "purchase, donation, taken_over, surplus, scrapped")
        .text("asset_numbers", "inventory numbers, one a line")
        .uuid("unit_id", "unit of the first asset")
        .references("unit")
        .text("party", "whom they came from or went to; may be empty")
        .text("document", "invoice, acceptance or decision; may be empty")
        .on("moved_on", "day they came or went")
        .int("total_kurus", "what they cost together, as far as it is known")
        .text("statement", "what the voucher says, frozen when it was made out")
        .text("note", "anything else; may be empty")
        .text("state", "valid, reversed")
        .at("created_at", "when it was made out")
        .unique(&["number"])
        .unique(&["direction", "year", "place"])
        .listing(&["direction", "state", "ground", "unit_id"], &["moved_on", "created_at"])
}

/// The partial index is what keeps one device from coming in by two vouchers.
fn item_table() -> Table {
    Table::new("movable_voucher_item", "devices of a voucher")
        .uuid("voucher_id", "which voucher")
        .references("movable_voucher")
        .uuid("asset_id", "which device")
        .references("asset")
        .text("direction", "as its voucher says")
        .bool("is_valid", "its voucher was not reversed")
        .key(&["voucher_id", "asset_id"])
        .index(&["asset_id"])
        .unique_where(&["asset_id", "direction"], "is_valid = TRUE")
}

/// The books whose numbers run without a gap.
pub(crate) fn books() -> Vec<Book> {
    let book = |series, name_tr, only_where| Book {
        series,
        name_tr,
        table: "movable_voucher",
        year: "year",
        number: "place",
        only_where,
    };
    vec![
        book(WAYS[0].3, "Demirbaş giriş fişleri", "direction = 'entry'"),
        book(WAYS[1].3, "Demirbaş çıkış fişleri", "direction = 'exit'"),
    ]
}

/// At `/demirbas-fisleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("movable_voucher", "demirbaş fişi", "Demirbaş fişleri", PATH, VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.create = Some(ISSUE);
    // The signed paper hangs on it, and a remark may be added; the rest stays as it was written.
    kind.edit = Some(ISSUE);
    kind.statement = Some("statement");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = fields();
    kind.views = vec![
        View { id: "giris", label_tr: "Girişler", query: "direction=entry" },
        View { id: "cikis", label_tr: "Çıkışlar", query: "direction=exit" },
    ];
    kind.verbs = vec![
        Verb::new("ters-kayit", "Ters kayıtla düzelt", ISSUE, &["valid"], "reversed", "voucher_reversed")
            .asking("Gerekçe")
            .official()
            .danger()
            .run(|tx, voucher, _| Box::pin(reverse(tx, voucher))),
    ];
    kind
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("number", "Fiş no", 40).listed().searched().read_only(),
        Field::text("title", "Konusu", 300).listed().searched().read_only(),
        Field::choice("direction", "Yönü", &DIRECTIONS).listed().filtered().read_only(),
        Field::choice("ground", "İşlem çeşidi", &GROUNDS)
            .required()
            .listed()
            .filtered()
            .hint("Hurdanın çıkış fişi, kayıttan düşülürken kendiliğinden kesilir.")
            .on_create(),
        Field::new(lines::FIELD, "Varlıklar", FieldKind::LongText { max_length: 20_000 })
            .each_line("asset", LineBy::Number)
            .required()
            .hint("Her satıra bir envanter ya da seri numarası; etiketleri okuyucuyla art arda okutabilirsiniz.")
            .on_create(),
        Field::text("party", "Nereden geldiği", 160)
            .called("direction", &[("exit", "Nereye gittiği")])
            .searched()
            .hint("Satıcı firma, bağışlayan ya da devreden idare.")
            .on_create(),
        Field::text("document", "Dayanağı", 120)
            .searched()
            .hint("Fatura, muayene ve kabul tutanağı ya da karar no.")
            .on_create(),
        Field::new("moved_on", "Gün", FieldKind::Day).listed().sorted().hint("Boş bırakırsanız bugün.").on_create(),
        Field::new("total_kurus", "Toplam bedeli", FieldKind::Money).listed().read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::reference("unit_id", "Birimi", "unit").filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ]
}

/// What cannot come in, or go out.
fn refusal(direction: &str) -> lines::Refusal {
    let is_entry = direction == "entry";
    Box::new(move |line: &Line| match line.state.as_str() {
        "written_off" if is_entry => Some("kayıttan düşmüş.".into()),
        "condemned" if is_entry => Some("hurdaya ayrılmış.".into()),
        "in_stock" | "in_use" | "in_repair" if !is_entry => Some("hurdaya ayrılmamış.".into()),
        _ => None,
    })
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
        // Only the house itself says that something goes out: it follows from a decision.
        let direction = if draft.get("direction").text() == "exit" { "exit" } else { "entry" };
        let mut found = Vec::new();
        if !GROUNDS_OF.contains(&(draft.get("ground").text(), direction)) {
            let text = "Hurdaya ayırma çıkıştır; fişi, varlık kayıttan düşülürken kendiliğinden kesilir.";
            found.push(Violation::new("TFS-001", "ground", text));
        }
        if draft.get("moved_on").text().is_empty() {
            draft.set("moved_on", FieldValue::Text(tx.at().day().to_string()));
        }
        if draft.get("moved_on").text() > tx.at().day().to_string().as_str() {
            found.push(Violation::new("TFS-002", "moved_on", "Henüz olmamış bir işlem yazılamaz."));
        }
        let (assets, wrong) = lines::named(tx, draft.get(lines::FIELD).text(), &refusal(direction)).await?;
        found.extend(wrong);
        let ids: Vec<Uuid> = assets.iter().map(|line| line.id).collect();
        for entered in store::on_voucher(tx, &ids, direction).await? {
            let text = format!("{} {} sayılı fişle işlenmiş.", entered.asset, entered.voucher);
            found.push(Violation::new("TFS-003", lines::FIELD, text));
        }
        match assets.first().filter(|_| found.is_empty()) {
            Some(first) => fill(tx, draft, direction, first.unit_id, &assets).await?,
            None if found.is_empty() => {
                let text = "En az bir envanter ya da seri numarası yazın.";
                found.push(Violation::new("TFS-004", lines::FIELD, text));
            }
            None => {}
        }
        Ok(found)
    })
}

async fn fill(
    tx: &Tx,
    draft: &mut Draft,
    direction: &'static str,
    unit: Uuid,
    assets: &[Line],
) -> Result<()> {
    let (_, label, prefix, series) = if direction == "exit" { WAYS[1] } else { WAYS[0] };
    let year = tx.at().day().0.year();
    let place = number::next(tx, series, year).await?;
    let number = number::format(year, prefix, place);
    let ids: Vec<Uuid> = assets.iter().map(|line| line.id).collect();
    let prices = store::prices(tx, &ids).await?;
    let total: i64 = prices.iter().map(|price| price.price_kurus).sum();
    let statement = statement(tx, draft, (&number, label), assets, &prices);
    let numbers: Vec<&str> = assets.iter().map(|line| line.number.as_str()).collect();
    for (column, text) in [
        (lines::FIELD, numbers.join("\n")),
        ("number", number),
        ("direction", direction.into()),
        ("title", lines::title(label, assets)),
        ("statement", statement),
        ("state", "valid".into()),
    ] {
        draft.set(column, FieldValue::Text(text));
    }
    for column in ["party", "document", "note"] {
        if draft.get(column).is_null() {
            draft.set(column, FieldValue::Text(String::new()));
        }
    }
    draft.set("year", FieldValue::Int(year.into()));
    draft.set("place", FieldValue::Int(place));
    draft.set("total_kurus", FieldValue::Int(total));
    draft.set("unit_id", FieldValue::Id(unit));
    draft.set("created_at", FieldValue::Int(tx.at().0));
    Ok(())
}

/// One line a device with what it cost, and their sum; who made it out stands at the end.
fn statement(
    tx: &Tx,
    draft: &Draft,
    (number, label): (&str, &str),
    assets: &[Line],
    prices: &[store::Price],
) -> String {
    let ground = GROUNDS.iter().find(|one| one.code == draft.get("ground").text());
    let day = draft.get("moved_on").text().parse::<kernel::Day>().map(|day| tr::date(day.0));
    let mut said = vec![format!(
        "{number} sayılı taşınır işlem fişi ({}, {}): {}.",
        tr::lower(label),
        ground.map_or("", |one| one.label_tr),
        lines::counted(assets)
    )];
    for (place, line) in (1..).zip(assets) {
        let price = prices.iter().find(|price| price.id == line.id);
        let price = price
            .map_or_else(|| "bedeli yazılmamış".into(), |one| format!("{} TL", tr::money(one.price_kurus)));
        said.push(format!("{place}. {} — 1 adet, {price}", line.in_words()));
    }
    let total: i64 = prices.iter().map(|price| price.price_kurus).sum();
    said.push(format!("Toplam: {} TL.", tr::money(total)));
    said.push(format!("İşlem günü: {}.", day.unwrap_or_default()));
    for (label, column) in [("Taraf", "party"), ("Dayanağı", "document")] {
        if !draft.get(column).text().is_empty() {
            said.push(format!("{label}: {}.", draft.get(column).text()));
        }
    }
    said.push(format!("Taşınır kayıt yetkilisi: {}", tx.act().actor.signature()));
    said.join("\n")
}

/// Made out: its devices are on it.
pub(crate) fn made_out<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let voucher = record::get(tx, &kind(), event.subject_id).await?;
        let any: lines::Refusal = Box::new(|_| None);
        let (assets, _) = lines::named(tx, voucher.get(lines::FIELD).text(), &any).await?;
        let ids: Vec<Uuid> = assets.iter().map(|line| line.id).collect();
        store::put(tx, voucher.id, voucher.get("direction").text(), &ids).await
    })
}

/// What went out by a decision does not come back by a wrong paper.
async fn reverse(tx: &Tx, voucher: &Record) -> Result<()> {
    if voucher.get("direction").text() == "exit" {
        let text = "Kayıttan düşmenin fişi ters kayıtla düzeltilemez; yanlışsa karar mercisinin onayıyla yeniden giriş yapın.";
        return Err(Error::rule("TFS-005", "", text));
    }
    store::invalidate(tx, voucher.id).await
}

/// The exit of what a commission gave up; answers the number of the voucher.
pub(crate) async fn exit(tx: &Tx, assets: &[Line], document: &str) -> Result<String> {
    let kind = kind();
    let numbers: Vec<&str> = assets.iter().map(|line| line.number.as_str()).collect();
    let mut draft = Draft::default();
    for (column, text) in [
        ("direction", "exit"),
        ("ground", "scrapped"),
        (lines::FIELD, numbers.join("\n").as_str()),
        ("document", document),
    ] {
        draft.set(column, FieldValue::Text(text.into()));
    }
    let id = record::create(tx, &kind, draft).await?;
    Ok(record::get(tx, &kind, id).await?.number(&kind))
}

/// Devices of the register that came in by no voucher yet; the demo town enters some.
pub(crate) async fn enter(tx: &Tx, numbers: &[String], document: &str) -> Result<Uuid> {
    let mut draft = Draft::default();
    for (column, text) in
        [("ground", "purchase"), (lines::FIELD, numbers.join("\n").as_str()), ("document", document)]
    {
        draft.set(column, FieldValue::Text(text.into()));
    }
    record::create(tx, &kind(), draft).await
}
