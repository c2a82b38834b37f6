//! The kind `it_change`: work on what runs, planned with its way back, agreed to by somebody else, done in its window.

mod store;

use kernel::event::Event;
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Result, Tx, Violation, number, tr};
use uuid::Uuid;

/// Sees planned changes.
pub const VIEW: &str = "service_desk.change.view";
/// Plans changes and carries them out.
pub const EDIT: &str = "service_desk.change.edit";
/// Agrees to changes of others.
pub const AGREE: &str = "service_desk.change.agree";

pub(crate) const PATH: &str = "/degisiklikler";

const STATES: [Choice; 8] = [
    Choice::new("draft", "Hazırlanıyor", Tone::New),
    Choice::new("proposed", "Onay bekliyor", Tone::New),
    Choice::new("agreed", "Onaylandı", Tone::Done),
    Choice::new("rejected", "Uygun görülmedi", Tone::Late),
    Choice::new("running", "Yapılıyor", Tone::Doing),
    Choice::new("done", "Yapıldı", Tone::Done),
    Choice::new("rolled_back", "Geri alındı", Tone::Late),
    Choice::new("cancelled", "Vazgeçildi", Tone::Wait),
];

const RISKS: [Choice; 3] = [
    Choice::new("low", "Düşük: kimse fark etmez", Tone::Wait),
    Choice::new("middle", "Orta: bir birim bekler", Tone::Doing),
    Choice::new("high", "Yüksek: hizmet durabilir", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0010_it_change", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("it_change", "planned changes to what runs")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the change, gapless in its year")
        .text("title", "what is changed")
        .text("reason", "why")
        .text("risk", "low, middle, high")
        .uuid_null("asset_id", "what is changed, of whichever capability keeps assets")
        .uuid_null("ticket_id", "ticket it answers")
        .references("ticket")
        .uuid("staff_id", "who carries it out")
        .references("staff")
        .uuid("unit_id", "unit of that person when it was planned")
        .references("unit")
        .at("starts_at", "beginning of the window")
        .at("ends_at", "end of the window")
        .text("steps", "what is done, one a line")
        .text("way_back", "how it is undone")
        .text("proof", "how it is seen that all is well; may be empty")
        .text("result", "what came of it; empty before")
        .text("state", "draft, proposed, agreed, rejected, running, done, rolled_back, cancelled")
        .at("created_at", "when it was planned")
        .unique(&["number"])
        .index(&["asset_id", "state"])
        .listing(
            &["state", "risk", "unit_id", "staff_id", "asset_id", "ticket_id"],
            &["starts_at", "created_at"],
        )
}

/// At `/degisiklikler`.
pub(crate) fn kind() -> Kind {
    let long = |name, label_tr, max_length| Field::new(name, label_tr, FieldKind::LongText { max_length });
    let mut kind = Kind::new("it_change", "değişiklik", "Değişiklikler", PATH, VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("starts_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.editable_in = &["draft", "rejected"];
    kind.locked_tr = "Onaya sunulan değişiklik değiştirilemez; vazgeçip yenisini planlayın.";
    kind.fields = vec![
        Field::text("number", "Değişiklik no", 40).listed().searched().read_only(),
        Field::text("title", "Ne değişecek", 200).required().listed().searched(),
        long("reason", "Neden", 4_000).required().searched(),
        Field::choice("risk", "Riski", &RISKS).required().listed().filtered(),
        Field::reference("asset_id", "Cihaz", "asset")
            .among(&["in_stock", "in_use", "in_repair"])
            .filtered()
            .backlinked(),
        Field::reference("ticket_id", "Dayandığı kayıt", "ticket").filtered().backlinked(),
        Field::reference("staff_id", "Yapacak kişi", "staff")
            .among(&["active"])
            .required()
            .listed()
            .filtered(),
        Field::new("starts_at", "Başlama", FieldKind::Instant)
            .required()
            .listed()
            .sorted()
            .hint("Gün ve saat: 5.11.2026 18:00 gibi."),
        Field::new("ends_at", "Bitiş", FieldKind::Instant).required().listed(),
        long("steps", "Yapılacaklar", 8_000).required().hint("Her satıra bir iş."),
        long("way_back", "Geri dönüş yolu", 4_000)
            .hint("Riski yüksek değişiklikte yazılmadan onaya sunulmaz."),
        long("proof", "Nasıl denenecek", 4_000),
        long("result", "Sonucu", 4_000).read_only(),
        Field::reference("unit_id", "Birimi", "unit").filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Planlandığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "onay", label_tr: "Onay bekleyenler", query: "state=proposed&sirala=starts_at" },
        View { id: "onayli", label_tr: "Onaylananlar", query: "state=agreed&sirala=starts_at" },
        View { id: "yapilan", label_tr: "Yapılanlar", query: "state=done" },
    ];
    kind.verbs = verbs();
    kind
}

fn verbs() -> Vec<Verb> {
    vec![
        Verb::new("sun", "Onaya sun", EDIT, &["draft", "rejected"], "proposed", "change_proposed")
            .run(|_, change, _| Box::pin(async move { is_whole(change) })),
        Verb::new("uygundur", "Uygundur", AGREE, &["proposed"], "agreed", "change_agreed")
            .official()
            .run(|tx, change, _| Box::pin(agree(tx, change))),
        Verb::new("uygun-degildir", "Uygun değildir", AGREE, &["proposed"], "rejected", "change_rejected")
            .asking("Gerekçe"),
        Verb::new("basla", "Başla", EDIT, &["agreed"], "running", "change_begun")
            .run(|tx, change, _| Box::pin(async move { within_window(tx, change) })),
        Verb::new("bitir", "Yapıldı", EDIT, &["running"], "done", "change_done")
            .asking("Ne yapıldı, nasıl denendi?")
            .run(|tx, change, said| Box::pin(store::set_result(tx, change.id, said))),
        Verb::new("geri-al", "Geri alındı", EDIT, &["running"], "rolled_back", "change_rolled_back")
            .asking("Ne oldu?")
            .danger()
            .run(|tx, change, said| Box::pin(store::set_result(tx, change.id, said))),
        Verb::new(
            "vazgec",
            "Vazgeç",
            EDIT,
            &["draft", "proposed", "agreed", "rejected"],
            "cancelled",
            "change_cancelled",
        )
        .asking("Gerekçe"),
    ]
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let at = |column: &str| draft.or(column, before).int().unwrap_or(0);
        if at("ends_at") <= at("starts_at") {
            found.push(Violation::new("DGS-002", "ends_at", "Bitiş başlamadan sonra olmalıdır."));
        }
        let person = match draft.or("staff_id", before).id() {
            Some(staff) => directory::store::person(tx, staff).await?,
            None => None,
        };
        if let Some(person) = person {
            draft.set("unit_id", FieldValue::Id(person.unit_id));
        }
        if before.is_none() && found.is_empty() {
            let year = tx.at().day().0.year();
            let number = number::format(year, "DG", number::next(tx, "it_change", year).await?);
            draft.set("number", FieldValue::Text(number));
            draft.set("state", FieldValue::Text("draft".into()));
            draft.set("result", FieldValue::Text(String::new()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}

fn is_whole(change: &Record) -> Result<()> {
    if change.get("risk").text() == "high" && change.get("way_back").text().is_empty() {
        let text = "Riski yüksek; önce “değiştir” ile geri dönüş yolunu yazın.";
        return Err(Error::rule("DGS-003", "", text));
    }
    Ok(())
}

/// By somebody else, and not while another one works on the same device.
async fn agree(tx: &Tx, change: &Record) -> Result<()> {
    let own = tx.act().actor.staff_id;
    if own.is_some() && change.get("staff_id").id() == own {
        return Err(Error::rule("DGS-004", "", "Kendi yapacağınız değişikliği onaylayamazsınız."));
    }
    let Some(asset) = change.get("asset_id").id() else { return Ok(()) };
    let at = |column: &str| change.get(column).int().unwrap_or(0);
    if let Some(other) = store::at_the_same_time(tx, change.id, asset, at("starts_at"), at("ends_at")).await?
    {
        let text =
            format!("Aynı cihazda aynı saatte onaylı bir değişiklik var: {} {}.", other.number, other.title);
        return Err(Error::rule("DGS-005", "", text));
    }
    Ok(())
}

fn within_window(tx: &Tx, change: &Record) -> Result<()> {
    let at = |column: &str| change.get(column).int().unwrap_or(0);
    if (at("starts_at")..=at("ends_at")).contains(&tx.at().0) {
        return Ok(());
    }
    let text = format!(
        "Yalnız kararlaştırılan saatte başlanır: {} – {}. Saat geçtiyse vazgeçip yeniden planlayın.",
        tr::instant(at("starts_at")),
        tr::instant(at("ends_at"))
    );
    Err(Error::rule("DGS-006", "", text))
}

pub(crate) fn notices() -> Vec<Notice> {
    vec![
        Notice {
            key: "service_desk.change_proposed",
            label_tr: "Bir değişiklik onayımı beklediğinde",
            on: &[("it_change", "change_proposed")],
            receivers: agreers,
            sentence_tr: "Onayınızı bekleyen değişiklik: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
        Notice {
            key: "service_desk.change_answered",
            label_tr: "Yapacağım değişiklik uygun görüldüğünde ya da görülmediğinde",
            on: &[("it_change", "change_agreed"), ("it_change", "change_rejected")],
            receivers: owner,
            sentence_tr: "{who} değişikliğinizi değerlendirdi: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
    ]
}

fn agreers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let units = match event.unit_id {
            Some(unit) => directory::store::with_units_above(tx, unit).await?,
            None => Vec::new(),
        };
        let holders = access::who_may(tx, AGREE, &units).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

fn owner<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}

/// For the demo town: one of this person, agreed to or not.
pub(crate) async fn plan(tx: &Tx, staff: Uuid, title: &str, risk: &str, days: i64) -> Result<Uuid> {
    let mut draft = Draft::default();
    for (column, text) in [
        ("title", title),
        ("reason", "Üretici güvenlik güncellemesi yayımladı."),
        ("risk", risk),
        ("steps", "Yapılandırmanın yedeği alınır.\nGüncelleme yüklenir.\nYeniden başlatılır."),
        ("way_back", "Önceki sürüm ve yedek geri yüklenir."),
        ("proof", "Üç kattan birer bilgisayar bağlanır."),
    ] {
        draft.set(column, FieldValue::Text(text.into()));
    }
    let starts = tx.at().plus_us(days * kernel::Instant::DAY_US);
    draft.set("starts_at", FieldValue::Int(starts.0));
    draft.set("ends_at", FieldValue::Int(starts.plus_us(2 * kernel::Instant::HOUR_US).0));
    draft.set("staff_id", FieldValue::Id(staff));
    record::create(tx, &kind(), draft).await
}
