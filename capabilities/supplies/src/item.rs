//! The kind `consumable`: a stock card. How much there is follows from the movements and is never written by hand (AS-6).

pub(crate) mod order;
pub(crate) mod page;
pub(crate) mod store;
pub(crate) mod usage;

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

use crate::{EDIT, VIEW};

const STATES: [Choice; 2] = [
    Choice::new("active", "Kullanımda", Tone::Done),
    Choice::new("retired", "Kullanımdan kalktı", Tone::Wait),
];

const LEVELS: [Choice; 3] = [
    Choice::new("enough", "Yeterli", Tone::Done),
    Choice::new("low", "Azaldı", Tone::Doing),
    Choice::new("out", "Tükendi", Tone::Late),
];

const CATEGORIES: [Choice; 6] = [
    Choice::new("toner", "Toner ve kartuş", Tone::Wait),
    Choice::new("cable", "Kablo ve bağlantı", Tone::Wait),
    Choice::new("part", "Yedek parça", Tone::Wait),
    Choice::new("media", "Depolama ortamı", Tone::Wait),
    Choice::new("stationery", "Kırtasiye", Tone::Wait),
    Choice::new("other", "Diğer", Tone::Wait),
];

const MEASURES: [Choice; 6] = [
    Choice::new("piece", "adet", Tone::Wait),
    Choice::new("box", "kutu", Tone::Wait),
    Choice::new("pack", "paket", Tone::Wait),
    Choice::new("metre", "metre", Tone::Wait),
    Choice::new("litre", "litre", Tone::Wait),
    Choice::new("ream", "top", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "supplies/0003_consumable", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("consumable", "stock cards")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what it is called on the card")
        .text("name_key", "Turkish sort key of the name")
        .uuid_null("movable_code_id", "where it is kept in the list of movable codes")
        .references("movable_code")
        .text("category", "toner, cable, part, media, stationery, other")
        .text("measure", "piece, box, pack, metre, litre, ream")
        .int("minimum", "below this it is to be ordered; 0 for never")
        .int("wanted", "how much there should be after an order")
        .int("on_hand", "sum of the movements of all store rooms")
        .text("level", "enough, low, out; follows from on_hand and minimum")
        .text("note", "anything else; may be empty")
        .text("state", "active, retired")
        .at("created_at", "when it was entered")
        .listing(&["state", "category", "level"], &["name_key", "on_hand", "created_at"])
}

/// At `/malzemeler`.
pub(crate) fn kind() -> Kind {
    let count = FieldKind::Int { min: 0, max: 10_000_000 };
    let mut kind = Kind::new("consumable", "malzeme kartı", "Sarf malzemesi", "/malzemeler", VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["name"]];
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Malzeme", 160).required().listed().sorted_by("name_key").searched(),
        Field::reference("movable_code_id", "Taşınır kodu", "movable_code"),
        Field::choice("category", "Türü", &CATEGORIES).required().listed().filtered(),
        Field::choice("measure", "Ölçüsü", &MEASURES).required().default("piece"),
        Field::new("on_hand", "Eldeki", count).listed().sorted().read_only(),
        Field::choice("level", "Düzeyi", &LEVELS).listed().filtered().read_only(),
        Field::new("minimum", "En az", count)
            .required()
            .default("0")
            .listed()
            .hint("Bunun altına inince sipariş önerilir."),
        Field::new("wanted", "Olması gereken", count)
            .required()
            .default("0")
            .hint("Sipariş bu sayıya tamamlar."),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "azalan", label_tr: "Azalanlar", query: "level=low" },
        View { id: "tukenen", label_tr: "Tükenenler", query: "level=out" },
    ];
    kind.verbs = vec![
        Verb::new(
            "kullanimdan-kaldir",
            "Kullanımdan kaldır",
            EDIT,
            &["active"],
            "retired",
            "consumable_retired",
        )
        .asking("Gerekçe"),
        Verb::new("geri-getir", "Kullanıma geri getir", EDIT, &["retired"], "active", "consumable_restored"),
    ];
    kind.list_links = &[("Sipariş önerisi", "siparis"), ("Kullanım", "kullanim")];
    kind
}

/// How a quantity stands to its minimum.
pub(crate) fn level_of(on_hand: i64, minimum: i64) -> &'static str {
    match on_hand {
        ..=0 if minimum > 0 => "out",
        _ if on_hand < minimum => "low",
        _ => "enough",
    }
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let minimum = draft.or("minimum", before).int().unwrap_or(0);
        let wanted = draft.or("wanted", before).int().unwrap_or(0);
        if wanted > 0 && wanted < minimum {
            let text = "Olması gereken sayı en azdan küçük olamaz.";
            return Ok(vec![Violation::new("MLZ-001", "wanted", text)]);
        }
        let on_hand = before.and_then(|before| before.get("on_hand").int()).unwrap_or(0);
        draft.set("level", FieldValue::Text(level_of(on_hand, minimum).into()));
        if before.is_none() {
            draft.set("on_hand", FieldValue::Int(0));
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

#[cfg(test)]
mod tests {
    use super::level_of;

    #[test]
    fn what_has_no_minimum_is_never_missing() {
        for (on_hand, minimum, expected) in
            [(0, 0, "enough"), (0, 5, "out"), (4, 5, "low"), (5, 5, "enough"), (9, 5, "enough")]
        {
            assert_eq!(level_of(on_hand, minimum), expected);
        }
    }
}
