//! The tables of duties and the record kind made from them. What fills them is in `sync`.

use std::sync::LazyLock;

use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, Verb, View};
use kernel::schema::Table;

use super::{ASSIGN, VIEW};
use crate::catalogue::Catalogue;

/// Says who does a duty; see `assign`.
pub(crate) const WHO: &str = "sorumlu";

const STATES: [Choice; 2] =
    [Choice::new("active", "Katalogda", Tone::Done), Choice::new("retired", "Katalogdan çıktı", Tone::Wait)];

/// Whether the regulation in force states the duty.
pub(crate) const COVERAGE: [Choice; 3] = [
    Choice::new("confirmed", "Dayanağı teyitli", Tone::Done),
    Choice::new("proposed", "Teyit bekliyor", Tone::Doing),
    Choice::new("none", "Yönetmelikte yok", Tone::Wait),
];

/// How old the newest evidence is.
pub(crate) const EVIDENCE_STATES: [Choice; 3] = [
    Choice::new("fresh", "Güncel", Tone::Done),
    Choice::new("old", "Eski", Tone::Doing),
    Choice::new("none", "Yok", Tone::Late),
];

static FAMILIES: LazyLock<Vec<Choice>> = LazyLock::new(|| {
    let families = Catalogue::built_in().families().iter();
    families.map(|family| Choice::new(&family.id, &family.name_tr, Tone::Wait)).collect()
});

pub(super) fn tables() -> Vec<Table> {
    vec![duty(), assignment()]
}

fn duty() -> Table {
    Table::new("duty", "duties of docs/duties.toml with what is known of each now")
        .id()
        .text("code", "id in the catalogue, such as ORG-1")
        .int("order_no", "place in the catalogue, from 1")
        .text("family", "id of the family")
        .text("title", "what people call it")
        .text("title_key", "Turkish sort key of the title")
        .text("text", "what the duty is")
        .text("works_when", "what a person can do when it is served")
        .text("state", "active, retired")
        .text("coverage", "confirmed, proposed, none: in the regulation in force; derived")
        .text("responsible", "who does it, in words; derived")
        .text("evidence_state", "fresh, old, none; derived")
        .int("evidence_count", "pieces of evidence; derived")
        .at_null("evidence_at", "when the newest evidence arose; derived")
        .text("evidence", "the newest evidence in a sentence; derived")
        .text("evidence_path", "screen where it is seen; derived")
        .bool("has_gap", "stated by the regulation and something is missing; derived")
        .unique(&["code"])
        .listing(&["family", "coverage", "evidence_state", "has_gap"], &["order_no", "title_key"])
}

fn assignment() -> Table {
    Table::new("duty_assignment", "who does a duty: a unit, perhaps a title in it, perhaps one person")
        .id()
        .uuid("duty_id", "the duty")
        .references("duty")
        .uuid("unit_id", "unit that does it")
        .uuid_null("title_id", "title in the unit")
        .uuid_null("staff_id", "person in the unit")
        .text("note", "may be empty")
        .at("created_at", "when it was said")
        .index(&["duty_id", "created_at"])
        .index(&["unit_id"])
        .index_where(&["staff_id"], "staff_id IS NOT NULL")
}

/// Duties: read by everybody, written by the catalogue and by the acts of this part only.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("duty", "görev", "Görevler", "/gorevler", VIEW);
    kind.number = Some("code");
    kind.is_versioned = false;
    kind.default_sort = ("order_no", Direction::Ascending);
    kind.fields = vec![
        Field::text("code", "Kod", 10).listed().searched().read_only(),
        Field::new("order_no", "Sıra", FieldKind::Int { min: 1, max: 10_000 }).sorted().read_only(),
        Field::text("title", "Görev", 80).listed().sorted_by("title_key").searched().read_only(),
        Field::choice("family", "Konu", &FAMILIES).listed().filtered().read_only(),
        Field::choice("coverage", "Dayanak", &COVERAGE).listed().filtered().read_only(),
        Field::text("responsible", "Kim yapıyor", 400).listed().read_only(),
        Field::choice("evidence_state", "Kanıt", &EVIDENCE_STATES).listed().filtered().read_only(),
        Field::new("evidence_at", "Son kanıt", FieldKind::Instant).listed().read_only(),
        Field::new("evidence_count", "Kanıt sayısı", FieldKind::Int { min: 0, max: i64::MAX }).read_only(),
        Field::new("has_gap", "Eksiği var", FieldKind::Bool).listed().filtered().read_only(),
        Field::text("text", "Görevin metni", 400).searched().read_only(),
        Field::text("works_when", "Yapılmış sayılması", 300).read_only(),
        Field::choice("state", "Durum", &STATES).read_only(),
    ];
    kind.views = vec![
        View { id: "eksik", label_tr: "Eksiği olanlar", query: "has_gap=evet" },
        View { id: "kanitsiz", label_tr: "Kanıtı olmayanlar", query: "evidence_state=none" },
        View { id: "teyit", label_tr: "Dayanağı teyit bekleyenler", query: "coverage=proposed" },
    ];
    kind.list_links = &[("Yönetmeliğin söylediği birimleri ata", "atama")];
    // The form asks for unit, title and person, of one duty or of many; so the button leads to it.
    kind.verbs =
        vec![Verb::new(WHO, "Sorumlu belirle", ASSIGN, &["active"], "active", "assigned").elsewhere().bulk()];
    kind
}
