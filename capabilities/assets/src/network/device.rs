//! The kind `network_device`: what answered a scan, whether it is an asset of the town or not; of printers the pages they
//! counted and how full their toner is (NE-1).

use kernel::event::{Event, NewEvent};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Ref, Result, Tx, tr};
use maud::html;
use uuid::Uuid;
use web::{Ctx, Extras};

use super::{EDIT, VIEW, store};
use crate::asset;

pub(crate) const PATH: &str = "/ag-cihazlari";

/// What a device is, as agents call it, and the category of the asset it becomes.
pub(crate) const TYPES: [(&str, &str, &str); 9] = [
    ("COMPUTER", "computer", "desktop"),
    ("NETWORKING", "network", "network"),
    ("PRINTER", "printer", "printer"),
    ("STORAGE", "storage", "server"),
    ("POWER", "power", "ups"),
    ("PHONE", "phone", "phone"),
    ("VIDEO", "video", "camera"),
    ("KVM", "kvm", "other"),
    ("", "unknown", "other"),
];

const KINDS: [Choice; 9] = [
    Choice::new("computer", "Bilgisayar", Tone::Wait),
    Choice::new("network", "Ağ cihazı", Tone::Wait),
    Choice::new("printer", "Yazıcı", Tone::Wait),
    Choice::new("storage", "Depolama", Tone::Wait),
    Choice::new("power", "Güç kaynağı", Tone::Wait),
    Choice::new("phone", "Telefon", Tone::Wait),
    Choice::new("video", "Kamera", Tone::Wait),
    Choice::new("kvm", "Konsol anahtarı", Tone::Wait),
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
];

const STATES: [Choice; 3] = [
    Choice::new("new", "Kayıtsız", Tone::New),
    Choice::new("known", "Varlığı var", Tone::Done),
    Choice::new("ignored", "Yok sayıldı", Tone::Wait),
];

const TONERS: [Choice; 3] = [
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
    Choice::new("enough", "Yeterli", Tone::Done),
    Choice::new("low", "Azaldı", Tone::Late),
];

pub(super) fn table() -> Table {
    Table::new("network_device", "what answered a network scan")
        .id()
        .int("no", "number under which agents are asked for it")
        .text("identity", "serial, else network card, else address: by which it is known again")
        .text("name", "what it calls itself, else its address")
        .text("name_key", "Turkish sort key of the name")
        .text("kind", "computer, network, printer, storage, power, phone, video, kvm, unknown")
        .text("address", "IPv4 address it answered from")
        .text("mac", "network card; may be empty")
        .text("manufacturer", "who made it; may be empty")
        .text("model", "model; may be empty")
        .text("serial", "serial number; may be empty")
        .text("firmware", "version of its program; may be empty")
        .text("place", "location as it is set on the device; may be empty")
        .text("description", "what it says of itself; may be empty")
        .uuid("scan_id", "scan that found it last")
        .references("network_scan")
        .int("way", "which of the ways over SNMP it answers to; 0 for none")
        .uuid_null("asset_id", "asset it is")
        .references("asset")
        .text("state", "new, known, ignored")
        .int_null("pages", "pages it printed in its life")
        .int_null("colour_pages", "of these in colour")
        .text("toner", "unknown, enough, low: the emptiest of its cartridges")
        .text("levels", "JSON object of its cartridges and how full they are in percent")
        .int_null("ports", "network ports that it has")
        .text("trouble", "why it did not answer the last question; may be empty")
        .at("first_seen_at", "first scan that found it")
        .at("seen_at", "last scan that found it")
        .at_null("asked_at", "when it was asked in detail last")
        .at_null("told_at", "when it answered in detail last")
        .unique(&["identity"])
        .unique(&["no"])
        .index(&["scan_id"])
        .index_where(&["mac"], "mac <> ''")
        .listing(&["state", "kind", "toner", "asset_id"], &["name_key", "seen_at"])
}

pub(super) fn reading_table() -> Table {
    Table::new("page_reading", "what a printer had counted by the end of a day")
        .uuid("device_id", "whose")
        .references("network_device")
        .on("day", "day in Türkiye")
        .int("pages", "pages of its life")
        .int("colour_pages", "of these in colour; 0 when it does not tell")
        .key(&["device_id", "day"])
}

/// At `/ag-cihazlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("network_device", "ağ cihazı", "Ağ cihazları", PATH, VIEW);
    kind.title = "name";
    kind.is_versioned = false;
    kind.default_sort = ("seen_at", Direction::Descending);
    let percent = FieldKind::Int { min: 0, max: 1_000_000_000 };
    kind.fields = vec![
        Field::text("name", "Adı", 120).listed().sorted_by("name_key").searched(),
        Field::choice("kind", "Türü", &KINDS).listed().filtered(),
        Field::choice("state", "Durum", &STATES).listed().filtered(),
        Field::reference("asset_id", "Varlığı", "asset").listed().backlinked().filtered(),
        Field::text("address", "Ağ adresi", 60).listed().searched(),
        Field::text("mac", "Ağ kartı (MAC)", 20).searched(),
        Field::text("manufacturer", "Markası", 80),
        Field::text("model", "Modeli", 120).searched(),
        Field::text("serial", "Seri no", 80).searched(),
        Field::text("firmware", "Yazılım sürümü", 120),
        Field::text("place", "Cihazda yazan yeri", 120),
        Field::text("description", "Kendini anlatışı", 400),
        Field::new("pages", "Bastığı sayfa", percent).listed(),
        Field::new("colour_pages", "Renkli sayfa", percent),
        Field::choice("toner", "Toneri", &TONERS).listed().filtered(),
        Field::new("ports", "Ağ kapısı sayısı", percent),
        Field::reference("scan_id", "Bulan tarama", "network_scan"),
        Field::text("trouble", "Yanıt vermeme nedeni", 400),
        Field::new("first_seen_at", "İlk görüldüğü an", FieldKind::Instant),
        Field::new("seen_at", "Son görüldüğü an", FieldKind::Instant).listed().sorted(),
        Field::new("told_at", "Son ayrıntılı yanıtı", FieldKind::Instant),
    ]
    .into_iter()
    .map(Field::read_only)
    .collect();
    kind.views = vec![
        View { id: "kayitsiz", label_tr: "Kayıtsız cihazlar", query: "state=new" },
        View { id: "yazici", label_tr: "Yazıcılar", query: "kind=printer" },
        View { id: "toner", label_tr: "Toneri azalanlar", query: "toner=low" },
    ];
    kind.verbs = vec![
        Verb::new("varlik-yap", "Varlık olarak kaydet", EDIT, &["new", "ignored"], "known", "device_entered")
            .run(|tx, device, _| Box::pin(enter(tx, device)))
            .bulk(),
        Verb::new("yok-say", "Yok say", EDIT, &["new"], "ignored", "device_ignored").asking("Gerekçe").bulk(),
    ];
    kind
}

/// A new asset of whoever enters it; the place is what somebody set on the device.
async fn enter(tx: &Tx, device: &Record) -> Result<()> {
    let Some(unit) = tx.act().actor.unit_id else {
        return Err(Error::rule("AGT-004", "", "Hesabınızın birimi yok; varlığı elle kaydedin."));
    };
    let category = TYPES.iter().find(|(_, kind, _)| *kind == device.get("kind").text());
    let mut draft = Draft::default();
    for (column, value) in [
        ("name", device.get("name").text()),
        ("category", category.map_or("other", |(.., category)| category)),
        ("manufacturer", device.get("manufacturer").text()),
        ("model", device.get("model").text()),
        ("serial", device.get("serial").text()),
        ("place", device.get("place").text()),
        ("address", device.get("address").text()),
        ("registry_code", ""),
        ("former_number", ""),
        ("supplier", ""),
        ("note", ""),
        ("machine_uuid", ""),
        ("os", ""),
        ("processor", ""),
        ("by_hand", ""),
    ] {
        draft.set(column, FieldValue::Text(value.into()));
    }
    draft.set("unit_id", FieldValue::Id(unit));
    let id = record::create(tx, &asset::kind(), draft).await?;
    let mac = device.get("mac").text();
    if !mac.is_empty() {
        asset::store::set_macs(tx, id, &[mac.to_string()]).await?;
    }
    store::set_asset(tx, device.id, id).await
}

/// What of a cartridge is called in Turkish; the rest keeps the agent's word.
const CARTRIDGES: [(&str, &str); 12] = [
    ("tonerblack", "Siyah toner"),
    ("tonercyan", "Camgöbeği toner"),
    ("tonermagenta", "Macenta toner"),
    ("toneryellow", "Sarı toner"),
    ("cartridgeblack", "Siyah kartuş"),
    ("cartridgecyan", "Camgöbeği kartuş"),
    ("cartridgemagenta", "Macenta kartuş"),
    ("cartridgeyellow", "Sarı kartuş"),
    ("drumblack", "Siyah tambur"),
    ("wastetoner", "Atık toner kutusu"),
    ("fuserkit", "Isıtıcı"),
    ("maintenancekit", "Bakım takımı"),
];

/// What a cartridge is called here.
pub(super) fn cartridge(name: &str) -> &str {
    CARTRIDGES.iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| label)
}

pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, device: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let levels = store::levels(ctx.db(), device.id).await?;
        let readings = store::readings(ctx.db(), device.id).await?;
        let mut before_timeline = Vec::new();
        if !levels.is_empty() {
            let rows: Vec<_> = levels
                .iter()
                .map(|(name, percent)| vec![html! { (cartridge(name)) }, html! { "%" (percent) }])
                .collect();
            before_timeline.push(html! {
                h2 { "Sarf durumu" }
                (ui::table("Sarf durumu", &ui::heads(&["Parça", "Doluluk"]), &rows))
            });
        }
        if !readings.is_empty() {
            let rows: Vec<_> = readings
                .iter()
                .enumerate()
                .map(|(place, one)| {
                    let since = readings.get(place + 1).map(|earlier| one.pages - earlier.pages);
                    let day = one.day.parse::<kernel::Day>().map(|day| tr::date(day.0)).unwrap_or_default();
                    vec![
                        html! { (day) },
                        html! { (tr::grouped(one.pages)) },
                        html! { @if let Some(since) = since { (tr::grouped(since)) } @else { "–" } },
                    ]
                })
                .collect();
            let heads = ui::heads(&["Gün", "Sayaç", "Öncekinden bu yana"]);
            before_timeline.push(html! {
                h2 { "Sayfa sayacı" }
                (ui::table("Sayfa sayacı", &heads, &rows))
            });
        }
        Ok(Extras { before_timeline, ..Extras::default() })
    })
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.toner_low",
        label_tr: "Bir yazıcının toneri azaldığında",
        on: &[("network_device", "toner_low")],
        receivers: keepers,
        sentence_tr: "Yazıcının toneri azaldı: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = ::access::who_may(tx, EDIT, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

/// Told once when the emptiest cartridge falls.
pub(super) async fn tell_low(tx: &Tx, id: Uuid, title: &str, levels: &str) -> Result<()> {
    let event = NewEvent::new(Ref::new("network_device", id), title, "toner_low");
    tx.record(event.note(levels)).await?;
    Ok(())
}
