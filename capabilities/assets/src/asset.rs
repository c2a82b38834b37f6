//! The kind `asset`: hardware that is followed one by one, who has it and what an agent says of it (AS-1, AS-2, AS-3).

pub(crate) mod labels;
pub(crate) mod merging;
mod origins;
pub(crate) mod page;
pub(crate) mod register;
pub(crate) mod store;
pub(crate) mod support;
pub(crate) mod warranty;

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Source, Tx, Violation, number, tr};

use crate::ending;
use crate::wire::serial_key;

/// Sees assets within a scope.
pub const VIEW: &str = "assets.asset.view";
/// Enters and changes assets within a scope.
pub const EDIT: &str = "assets.asset.edit";

pub(crate) const CATEGORIES: [Choice; 12] = [
    Choice::new("desktop", "Masaüstü bilgisayar", Tone::Wait),
    Choice::new("laptop", "Dizüstü bilgisayar", Tone::Wait),
    Choice::new("server", "Sunucu", Tone::Wait),
    Choice::new("monitor", "Ekran", Tone::Wait),
    Choice::new("printer", "Yazıcı", Tone::Wait),
    Choice::new("scanner", "Tarayıcı", Tone::Wait),
    Choice::new("network", "Ağ cihazı", Tone::Wait),
    Choice::new("phone", "Telefon", Tone::Wait),
    Choice::new("tablet", "Tablet", Tone::Wait),
    Choice::new("camera", "Kamera", Tone::Wait),
    Choice::new("ups", "Kesintisiz güç kaynağı", Tone::Wait),
    Choice::new("other", "Diğer", Tone::Wait),
];

pub(crate) const STATES: [Choice; 6] = [
    Choice::new("in_stock", "Depoda", Tone::New),
    Choice::new("in_use", "Kullanımda", Tone::Done),
    Choice::new("in_repair", "Onarımda", Tone::Doing),
    Choice::new("condemned", "Hurdaya ayrıldı", Tone::Late),
    Choice::new("written_off", "Kayıttan düştü", Tone::Wait),
    Choice::new("merged", "Başka kayda katıldı", Tone::Wait),
];

/// States of what is no device of the house any more: it is neither counted nor given, and no agent reports of it.
pub(crate) const GONE: [&str; 2] = ["written_off", "merged"];

/// Whether something guards the machine against viruses, as its agent tells (AS-9).
const PROTECTIONS: [Choice; 4] = [
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
    Choice::new("live", "Açık ve güncel", Tone::Done),
    Choice::new("stale", "Güncel değil", Tone::Late),
    Choice::new("off", "Yok ya da kapalı", Tone::Late),
];

/// Whether a stolen machine gives its data away, as its agent tells (AS-9).
const ENCRYPTIONS: [Choice; 3] = [
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
    Choice::new("on", "Şifreli", Tone::Done),
    Choice::new("off", "Şifresiz", Tone::Late),
];

/// What an agent fills in. A person may set each of them by hand; the agent then leaves it.
pub(crate) const TOLD_BY_AGENTS: [&str; 13] = [
    "name",
    "category",
    "manufacturer",
    "model",
    "serial",
    "machine_uuid",
    "os",
    "processor",
    "memory_mb",
    "disk_mb",
    "address",
    "protection",
    "encryption",
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0001_asset", up: |backend| create(backend, &[table(), mac_table()]) }
}

fn table() -> Table {
    Table::new("asset", "hardware that is followed one by one")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "inventory number; never given twice")
        .text("name", "what people call it; a computer's host name")
        .text("name_key", "Turkish sort key of the name")
        .text("category", "desktop, laptop, server, monitor, printer and so on")
        .text("manufacturer", "who made it; may be empty")
        .text("model", "model; may be empty")
        .text("serial", "serial number as it stands on the device; may be empty")
        .text(
            "serial_key",
            "letters and digits of the serial; empty for what manufacturers leave instead of one",
        )
        .text("machine_uuid", "UUID of the mainboard, small letters; may be empty")
        .uuid("unit_id", "unit that has it")
        .references("unit")
        .uuid_null(
            "former_holder_id",
            "who had it in the program the town used before; null once a slip says who has it",
        )
        .references("staff")
        .uuid_null("holder_id", "who holds it in custody; null while nobody does")
        .references("staff")
        .text("place", "building, floor, room; may be empty")
        .text("registry_code", "number in the movable register; may be empty")
        .text("former_number", "number in the program the town used before; may be empty")
        .on_null("purchased_on", "day it was bought")
        .on_null("left_on", "day it went out of the register")
        .on_null("warranty_until_on", "last day of the warranty")
        .text("warranty", "unknown, valid, ending, ended; follows the last day")
        .int_null("price_kurus", "what it cost")
        .text("supplier", "who sold it; may be empty")
        .text("state", "in_stock, in_use, in_repair, condemned, written_off")
        .text("os", "operating system; may be empty")
        .text("processor", "processor; may be empty")
        .int_null("memory_mb", "memory")
        .int_null("disk_mb", "all disks together")
        .text("address", "last network address; may be empty")
        .text(
            "protection",
            "unknown, live, stale, off: what the agent says of the protection against viruses",
        )
        .text("encryption", "unknown, on, off: what the agent says of the drives")
        .text(
            "support",
            "unknown, supported, ending, ended: whether the maker still mends the operating system",
        )
        .on_null("support_until_on", "last day of that; follows the operating system")
        .at_null("seen_at", "last inventory of an agent")
        .text("by_hand", "fields a person set and agents leave alone, separated by spaces")
        .text("note", "anything else; may be empty")
        .at("created_at", "when it was entered")
        .unique(&["number"])
        .index(&["serial_key"])
        .index_where(&["former_number"], "former_number <> ''")
        .index(&["machine_uuid"])
        .index(&["warranty", "warranty_until_on"])
        .index(&["support", "support_until_on"])
        .listing(
            &["category", "state", "unit_id", "holder_id", "warranty", "protection", "encryption", "support"],
            &["name_key", "number", "created_at"],
        )
}

fn mac_table() -> Table {
    Table::new("asset_mac", "network cards by which a machine is known again")
        .text("mac", "upper case with colons")
        .uuid("asset_id", "whose card")
        .references("asset")
        .key(&["mac", "asset_id"])
        .index(&["asset_id"])
}

/// At `/varliklar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("asset", "varlık", "Varlıklar", "/varliklar", VIEW);
    kind.title = "name";
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("holder_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["serial"], &["former_number"]];
    kind.import_rest = Some("note");
    kind.origins = origins::ORIGINS;
    kind.prepare = Some(prepare);
    kind.editable_in = &["in_stock", "in_use", "in_repair", "condemned"];
    kind.locked_tr = "Kayıttan düşen ya da başka kayda katılan varlık değiştirilemez.";
    kind.fields = fields();
    kind.views = vec![
        View { id: "uzerimdeki", label_tr: "Üzerimdekiler", query: "holder_id={me}" },
        View { id: "depoda", label_tr: "Depoda", query: "state=in_stock" },
        View { id: "kullanimda", label_tr: "Kullanımda", query: "state=in_use" },
        View { id: "garanti", label_tr: "Garantisi bitenler", query: "warranty=ending" },
        View { id: "korumasiz", label_tr: "Virüs koruması olmayanlar", query: "protection=off" },
        View { id: "guncel-degil", label_tr: "Koruması güncel olmayanlar", query: "protection=stale" },
        View { id: "sifresiz", label_tr: "Diski şifresiz olanlar", query: "encryption=off" },
        View { id: "desteksiz", label_tr: "Desteği bitmiş sistemler", query: "support=ended" },
        View { id: "onarimda", label_tr: "Onarımda", query: "state=in_repair" },
        View { id: "hurda", label_tr: "Hurdaya ayrılanlar", query: "state=condemned" },
    ];
    kind.verbs = verbs();
    kind.list_links = &[("Etiketleri yazdır", "etiketler"), ("Dayanıklı taşınırlar", "tasinir-cetveli")];
    kind
}

fn fields() -> Vec<Field> {
    let megabytes = FieldKind::Int { min: 1, max: 1_000_000_000 };
    vec![
        Field::text("number", "Envanter no", 40).listed().sorted().searched().read_only(),
        Field::text("name", "Adı", 120).required().listed().sorted_by("name_key").searched(),
        Field::choice("category", "Türü", &CATEGORIES).required().listed().filtered(),
        Field::text("manufacturer", "Markası", 80).listed().searched(),
        Field::text("model", "Modeli", 120).listed().searched(),
        Field::text("serial", "Seri no", 80).searched().hint("Cihazın üzerinde yazdığı gibi."),
        Field::reference("unit_id", "Birimi", "unit").among(&["open"]).required().listed().filtered(),
        Field::reference("holder_id", "Zimmetli kişi", "staff").listed().filtered().read_only(),
        Field::text("place", "Yeri", 120).hint("Bina, kat, oda."),
        Field::text("registry_code", "Taşınır sicil no", 60).searched(),
        Field::text("former_number", "Eski envanter no", 60).searched().on_import(),
        Field::new("purchased_on", "Alındığı gün", FieldKind::Day),
        Field::new("left_on", "Kayıttan düştüğü gün", FieldKind::Day).read_only(),
        Field::new("warranty_until_on", "Garanti bitişi", FieldKind::Day),
        Field::choice("warranty", "Garantisi", &ending::STATES).filtered().read_only(),
        Field::new("price_kurus", "Bedeli", FieldKind::Money),
        Field::text("supplier", "Satıcı firma", 120),
        Field::reference("former_holder_id", "Eski programda kimdeydi", "staff").on_import().noted(),
        Field::choice("state", "Durum", &STATES).listed().filtered().on_import().noted(),
        Field::reference("merged_into_id", "Katıldığı kayıt", "asset").backlinked().read_only(),
        Field::text("machine_uuid", "Anakart kimliği (UUID)", 40),
        Field::text("os", "İşletim sistemi", 120),
        Field::text("processor", "İşlemci", 120),
        Field::new("memory_mb", "Bellek (MB)", megabytes),
        Field::new("disk_mb", "Disk (MB)", megabytes),
        Field::text("address", "Ağ adresi", 60).searched(),
        Field::choice("protection", "Virüs koruması", &PROTECTIONS).filtered().read_only(),
        Field::choice("encryption", "Disk şifrelemesi", &ENCRYPTIONS).filtered().read_only(),
        Field::choice("support", "Sistemin desteği", &support::STATES).filtered().read_only(),
        Field::new("support_until_on", "Sistem desteğinin bitişi", FieldKind::Day).read_only(),
        Field::new("seen_at", "Ajanın son bildirimi", FieldKind::Instant).read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 10_000 }).searched(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ]
}

/// The state table. Custody moves an asset between stock and use (`custody`), a commission out of the register (`write_off`), so
/// that no verb here does.
fn verbs() -> Vec<Verb> {
    let verb = |id, label_tr, from, to, event| {
        Verb::new(id, label_tr, EDIT, from, to, event).asking("Gerekçe").bulk()
    };
    vec![
        verb("onarima-al", "Onarıma al", &["in_stock", "in_use"], "in_repair", "repair_begun"),
        Verb {
            needs_reason: false,
            run: Some(|tx, record, _| Box::pin(back_from_repair(tx, record))),
            ..verb("onarimdan-al", "Onarımdan al", &["in_repair"], "in_stock", "repair_ended")
        },
    ]
}

/// Whoever held it before the repair holds it still.
async fn back_from_repair(tx: &Tx, record: &Record) -> Result<()> {
    if record.get("holder_id").id().is_some() {
        store::set_state(tx, record.id, "in_use").await
    } else {
        Ok(())
    }
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let serial = serial_key(draft.or("serial", before).text());
        if !serial.is_empty()
            && let Some(number) = store::number_with_serial(tx, &serial, before.map(|one| one.id)).await?
        {
            let text = format!("Bu seri numarası {number} numaralı varlıkta kayıtlı.");
            found.push(Violation::new("VRL-001", "serial", text));
        }
        draft.set("serial_key", FieldValue::Text(serial));
        let uuid = tr::lower(draft.or("machine_uuid", before).text());
        draft.set("machine_uuid", FieldValue::Text(uuid));
        let until = draft.or("warranty_until_on", before).text().parse().ok();
        draft.set("warranty", FieldValue::Text(ending::state_on(until, tx.at().day()).into()));
        let ends = support::ends_on(draft.or("os", before).text());
        draft.set("support", FieldValue::Text(support::state_on(ends, tx.at().day()).into()));
        draft.set("support_until_on", ends.map_or(FieldValue::Null, |day| FieldValue::Text(day.to_string())));
        let by_hand = match before {
            Some(one) => store::by_hand(tx, one.id).await?,
            None => String::new(),
        };
        note_hands(tx, draft, before, &by_hand);
        if before.is_some() {
            // Said once, when it is brought in: from then on slips say who has it.
            draft.values.remove("former_holder_id");
        }
        if before.is_none() {
            let year = tx.at().day().0.year();
            let number = number::format(year, "VR", number::next(tx, "asset", year).await?);
            draft.set("number", FieldValue::Text(number));
            found.extend(begins_as(tx, draft));
            if draft.get("former_number").is_null() {
                draft.set("former_number", FieldValue::Text(String::new()));
            }
            for column in ["protection", "encryption"] {
                if draft.get(column).text().is_empty() {
                    draft.set(column, FieldValue::Text("unknown".into()));
                }
            }
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}

/// States that another program's list may say. Out of the register a commission alone takes a device, and into another record only merging.
const BROUGHT_IN: [&str; 4] = ["in_stock", "in_use", "in_repair", "condemned"];

/// How a new device stands: in the store, unless a list of the program before says otherwise.
fn begins_as(tx: &Tx, draft: &mut Draft) -> Option<Violation> {
    let said = draft.get("state").text();
    let said = if tx.act().source == Source::Import { said } else { "" };
    let taken = BROUGHT_IN.iter().find(|known| **known == said);
    let refused = (taken.is_none() && !said.is_empty()).then(|| {
        let text = "İçe aktarılan varlık depoda, kullanımda, onarımda ya da hurdaya ayrılmış olur; kayıttan düşmesi komisyon kararıyla yazılır.";
        Violation::new("VRL-003", "state", text)
    });
    let state = taken.copied().unwrap_or("in_stock");
    draft.set("state", FieldValue::Text(state.into()));
    refused
}

/// Notes which of the agents' fields a person set, so that the next inventory does not undo it. Emptied by hand, a
/// field is the agent's again.
fn note_hands(tx: &Tx, draft: &mut Draft, before: Option<&Record>, by_hand: &str) {
    // Whoever carries an agent's report over says itself what was written by hand.
    let is_person = tx.act().actor.account_id.is_some() && !draft.values.contains_key("by_hand");
    let mut by_hand: Vec<String> = by_hand.split(' ').map(str::to_string).collect();
    if is_person {
        for name in TOLD_BY_AGENTS {
            let Some(value) = draft.values.get(name) else { continue };
            let known = before.map_or(&FieldValue::Null, |before| before.get(name));
            let is_empty = value.is_null() || (value.text().is_empty() && value.int().is_none());
            if is_empty {
                by_hand.retain(|one| one != name);
            } else if value != known && !by_hand.iter().any(|one| one == name) {
                by_hand.push(name.into());
            }
        }
    }
    by_hand.retain(|name| !name.is_empty());
    draft.set("by_hand", FieldValue::Text(by_hand.join(" ")));
}
