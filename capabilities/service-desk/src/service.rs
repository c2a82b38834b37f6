//! The kind `service`: what may be asked for, with its questions and whose word it takes (SD-2). A request is a ticket.

pub(crate) mod page;
pub(crate) mod questions;

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

/// Sees the catalogue.
pub const VIEW: &str = "service_desk.service.view";
/// Writes and offers services.
pub const EDIT: &str = "service_desk.service.edit";

const STATES: [Choice; 3] = [
    Choice::new("draft", "Taslak", Tone::New),
    Choice::new("offered", "Sunuluyor", Tone::Done),
    Choice::new("withdrawn", "Kaldırıldı", Tone::Wait),
];

pub(crate) const APPROVALS: [Choice; 4] = [
    Choice::new("none", "Onay gerekmez", Tone::Wait),
    Choice::new("unit", "Birim amiri", Tone::Wait),
    Choice::new("desk", "Bilgi işlem", Tone::Wait),
    Choice::new("unit_then_desk", "Önce birim amiri, sonra bilgi işlem", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0000_service", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("service", "what may be asked for")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what it is called")
        .text("name_key", "Turkish sort key of the name")
        .text("summary", "what one gets, in a few sentences")
        .text("category", "what it is about")
        .text("questions", "one a line, each with its type in brackets")
        .text("approval", "none, unit, desk, unit_then_desk")
        .text("state", "draft, offered, withdrawn")
        .at("created_at", "when it was entered")
        .listing(&["state", "category"], &["name_key", "created_at"])
}

/// At `/hizmet-katalogu`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("service", "hizmet", "Hizmet kataloğu", "/hizmet-katalogu", VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Hizmet", 120).required().listed().sorted_by("name_key").searched(),
        Field::new("summary", "Ne sağlanır?", FieldKind::LongText { max_length: 4_000 }).required().searched(),
        Field::choice("category", "Alanı", &crate::ticket::CATEGORIES).required().listed().filtered(),
        Field::new("questions", "Sorular", FieldKind::LongText { max_length: 6_000 }).hint(
            "Her satıra bir soru. Yanıtın türünü köşeli ayraçla yazın: [sayı], [tarih], [uzun], [evet-hayır] ya da \
             seçenekler: [Masaüstü; Dizüstü]. Boş geçilebilecek soruyu “(isteğe bağlı)” ile bitirin.",
        ),
        Field::choice("approval", "Onay", &APPROVALS).required().listed().default("none"),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![View { id: "sunulan", label_tr: "Sunulanlar", query: "state=offered" }];
    kind.verbs = vec![
        Verb::new("sun", "Sun", EDIT, &["draft", "withdrawn"], "offered", "service_offered"),
        Verb::new("kaldir", "Kaldır", EDIT, &["offered"], "withdrawn", "service_withdrawn").asking("Gerekçe"),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let questions = questions::parse(draft.or("questions", before).text());
        if let Err(why) = questions {
            return Ok(vec![Violation::new("HZM-001", "questions", why)]);
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("draft".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}
