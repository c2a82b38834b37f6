//! The kinds `stocktake` and `stocktake_line`: what a unit should have, held against what somebody with a telephone found
//! (AS-2, AS-8; Taşınır Mal Yönetmeliği, sayım). Labels are read in cellars without a network; what was read arrives later and counts once.

mod closing;
mod page;
mod part;
mod scans;
pub(crate) mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation, number, tr};

use page::{count, extras, keeper, read, record};
pub(crate) use part::{part, routes};
pub(crate) use scans::read_for;

/// Sees counts and what they found, within a scope.
pub const VIEW: &str = "assets.stocktake.view";
/// Counts and closes counts.
pub const COUNT: &str = "assets.stocktake.count";

/// Assets of one count; larger ones are made of several.
const MOST: i64 = 20_000;

const STATES: [Choice; 3] = [
    Choice::new("open", "Sayılıyor", Tone::Doing),
    Choice::new("closed", "Kapandı, imza bekliyor", Tone::New),
    Choice::new("signed", "İmzalandı", Tone::Done),
];

pub(crate) const RESULTS: [Choice; 6] = [
    Choice::new("found", "Yerinde", Tone::Done),
    Choice::new("moved", "Yeri farklı", Tone::Doing),
    Choice::new("missing", "Bulunamadı", Tone::Late),
    Choice::new("misplaced", "Başka birimde kayıtlı", Tone::Late),
    Choice::new("gone", "Kayıttan düşmüş", Tone::Late),
    Choice::new("unknown", "Tanınmadı", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0011_stocktake", up: |backend| create(backend, &[table(), line_table()]) }
}

fn table() -> Table {
    Table::new("stocktake", "counts of what a unit has")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the count, gapless in its year")
        .text("title", "unit and day, for people")
        .uuid("unit_id", "whose assets, with the units below it")
        .references("unit")
        .uuid("responsible_id", "who answers for the count and signs it")
        .references("staff")
        .int("expected", "assets that should be there, when it was begun")
        .int_null("found", "of them those that were there, when it was closed")
        .int_null("missing", "of them those that were not")
        .text("statement", "the record of the count, frozen when it was closed; empty before")
        .text("note", "anything else; may be empty")
        .text("state", "open, closed, signed")
        .at("opened_at", "when it was begun")
        .at_null("closed_at", "when it was closed")
        .unique(&["number"])
        .listing(&["state", "unit_id"], &["opened_at"])
}

/// One line an asset and one a label that nobody knows, however often it is read and by however many telephones.
fn line_table() -> Table {
    Table::new("stocktake_line", "what was read in a count, and at its end what was not")
        .id()
        .int("version", "for concurrent edits")
        .uuid("stocktake_id", "which count")
        .references("stocktake")
        .uuid_null("asset_id", "which asset; null for a label that nobody knows")
        .references("asset")
        .text("title", "asset's number and name, or the label's text")
        .text("code", "what was read or typed")
        .text("result", "found, moved, missing, misplaced, gone, unknown")
        .text("place", "room it was read in; may be empty")
        .uuid("unit_id", "unit of the count")
        .references("unit")
        .text("seen_by", "who read it; empty for what is missing")
        .at(
            "seen_at",
            "when it was read, by the telephone's clock; for what is missing when the count was closed",
        )
        .unique_where(&["stocktake_id", "asset_id"], "asset_id IS NOT NULL")
        .unique_where(&["stocktake_id", "code"], "asset_id IS NULL")
        .listing(&["result", "stocktake_id", "unit_id", "asset_id"], &["seen_at"])
}

/// At `/sayimlar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("stocktake", "varlık sayımı", "Varlık sayımları", "/sayimlar", VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.create = Some(COUNT);
    kind.edit = Some(COUNT);
    kind.statement = Some("statement");
    kind.default_sort = ("opened_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("number", "Sayım no", 40).listed().searched().read_only(),
        Field::text("title", "Sayım", 200).listed().searched().read_only(),
        Field::reference("unit_id", "Birim", "unit")
            .among(&["open"])
            .required()
            .listed()
            .filtered()
            .hint("Altındaki birimlerle birlikte sayılır.")
            .on_create(),
        Field::reference("responsible_id", "Sayım sorumlusu", "staff")
            .among(&["active"])
            .required()
            .hint("Sayım tutanağını imzalar.")
            .on_create(),
        Field::new("expected", "Kayıtlı varlık", count_of()).read_only(),
        Field::new("found", "Yerinde bulunan", count_of()).read_only(),
        Field::new("missing", "Bulunamayan", count_of()).listed().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("opened_at", "Başladığı an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("closed_at", "Kapandığı an", FieldKind::Instant).read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
    ];
    kind.views = vec![View { id: "suren", label_tr: "Sayılanlar", query: "state=open" }];
    kind.verbs = vec![
        Verb::new("kapat", "Sayımı kapat", COUNT, &["open"], "closed", "stocktake_closed")
            .official()
            .danger()
            .run(|tx, stocktake, _| Box::pin(closing::close(tx, stocktake))),
        Verb::new("yerleri-isle", "Yerleri işle", COUNT, &["closed"], "closed", "places_taken_over")
            .official()
            .run(|tx, stocktake, _| Box::pin(closing::take_places(tx, stocktake))),
        Verb::new("imzalat", "Ekranda imzalat", COUNT, &["closed"], "signed", "stocktake_signed")
            .drawn_by("responsible_id")
            .official(),
        Verb::new(
            "imzali-tutanak",
            "İmzalı tutanak geldi",
            COUNT,
            &["closed"],
            "signed",
            "stocktake_scanned",
        )
        .official()
        .run(|tx, one, _| Box::pin(scanned(tx, one))),
    ];
    kind
}

async fn scanned(tx: &Tx, one: &Record) -> Result<()> {
    crate::custody::scanned(tx, &one.reference(&kind())).await
}

const fn count_of() -> FieldKind {
    FieldKind::Int { min: 0, max: 1_000_000 }
}

/// At `/sayim-satirlari`.
pub(crate) fn line_kind() -> Kind {
    let mut kind = Kind::new("stocktake_line", "sayım satırı", "Sayım satırları", "/sayim-satirlari", VIEW);
    kind.unit = Some("unit_id");
    kind.default_sort = ("seen_at", Direction::Descending);
    kind.fields = vec![
        Field::text("title", "Varlık ya da etiket", 300).listed().searched().read_only(),
        Field::choice("result", "Sonuç", &RESULTS).listed().filtered().read_only(),
        Field::reference("stocktake_id", "Sayım", "stocktake").listed().filtered().backlinked().read_only(),
        Field::reference("asset_id", "Varlık", "asset").filtered().backlinked().read_only(),
        Field::text("code", "Okunan", 300).read_only(),
        Field::text("place", "Okunduğu yer", 120).listed().read_only(),
        Field::text("seen_by", "Okuyan", 120).listed().read_only(),
        Field::new("seen_at", "An", FieldKind::Instant).listed().sorted().read_only(),
        Field::reference("unit_id", "Birim", "unit").filtered().read_only(),
    ];
    kind.views = vec![
        View { id: "eksik", label_tr: "Bulunamayanlar", query: "result=missing" },
        View { id: "yeri", label_tr: "Yeri farklı olanlar", query: "result=moved" },
        View { id: "baska", label_tr: "Başka birimde kayıtlı olanlar", query: "result=misplaced" },
        View { id: "taninmayan", label_tr: "Tanınmayanlar", query: "result=unknown" },
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let (None, Some(unit)) = (before, draft.get("unit_id").id()) else { return Ok(Vec::new()) };
        let Some(row) = directory::store::unit(tx, unit).await? else { return Ok(Vec::new()) };
        let units = directory::store::with_units_below(tx, unit).await?;
        let expected = store::count_expected(tx, &units).await?;
        let mut found = Vec::new();
        if expected == 0 || expected > MOST {
            let text = match expected {
                0 => "Bu birimde sayılacak varlık yok.".to_string(),
                _ => format!(
                    "Bu birimde {} varlık var; bir sayımda en çok {} olur. Altındaki birimleri ayrı ayrı sayın.",
                    tr::grouped(expected),
                    tr::grouped(MOST)
                ),
            };
            found.push(Violation::new("SYM-001", "unit_id", text));
        }
        if let Some(open) = store::open_of(tx, &units).await? {
            let text = format!("{open} sayılı sayım sürüyor; önce onu kapatın.");
            found.push(Violation::new("SYM-002", "unit_id", text));
        }
        let year = tx.at().day().0.year();
        if found.is_empty() {
            let number = number::format(year, "VS", number::next(tx, "stocktake", year).await?);
            draft.set("number", FieldValue::Text(number));
        }
        let title = format!("{}, {}", row.name, tr::date(tx.at().day().0));
        draft.set("title", FieldValue::Text(title));
        draft.set("statement", FieldValue::Text(String::new()));
        draft.set("state", FieldValue::Text("open".into()));
        draft.set("expected", FieldValue::Int(expected));
        draft.set("opened_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}
