//! The kind `agenda_item`: what is proposed to council, committee or commission for one of its meetings, and what it decided.

use kernel::record::{
    Choice, Direction, Draft, Field, FieldGroup, FieldKind, FieldValue, Kind, Record, SeenThrough, Texts,
    Tone, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

use super::{AGENDA_PATH, KEEP, PROPOSE, VIEW, agenda_verbs, decision_task};

pub(super) const BODIES: [Choice; 3] = [
    Choice::new("council", "Meclis", Tone::New),
    Choice::new("committee", "Encümen", Tone::Doing),
    Choice::new("commission", "Komisyon", Tone::Wait),
];

pub(super) const STATES: [Choice; 5] = [
    Choice::new("proposed", "Teklif edildi", Tone::New),
    Choice::new("on_agenda", "Gündemde", Tone::Doing),
    Choice::new("decided", "Karara bağlandı", Tone::Done),
    Choice::new("returned", "İade edildi", Tone::Late),
    Choice::new("withdrawn", "Geri çekildi", Tone::Wait),
];

pub(super) const VOTES: [Choice; 4] = [
    Choice::new("none", "Oylanmadı", Tone::Wait),
    Choice::new("unanimous", "Oy birliğiyle kabul", Tone::Done),
    Choice::new("majority", "Oy çokluğuyla kabul", Tone::Done),
    Choice::new("rejected", "Ret", Tone::Late),
];

const APPLICATIONS: [Choice; 3] = [
    Choice::new("none", "Uygulanacak karar yok", Tone::Wait),
    Choice::new("waiting", "Uygulanmadı", Tone::Late),
    Choice::new("applied", "Uygulandı", Tone::Done),
];

pub(super) fn table() -> Table {
    Table::new("agenda_item", "what is proposed to council and committee, and what they decided")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "subject")
        .text("body", "council, committee, commission")
        .on("meets_on", "day of the meeting")
        .text("proposal", "text of the proposal; may be empty")
        .uuid("unit_id", "unit that proposes")
        .references("unit")
        .uuid_null("owner_id", "who entered the proposal")
        .references("staff")
        .uuid_null("document_id", "document it comes from")
        .references("document")
        .text("decision_text", "what was decided; empty before")
        .text("vote", "none, unanimous, majority, rejected")
        .on_null("decided_on", "day of the decision")
        .text("decision_number", "number as it is written: 2026/45; empty before")
        .int_null("decision_year", "its year")
        .int_null("decision_place", "its number in the year")
        .text("application", "none, waiting, applied: whether what was decided was done")
        .text("state", "proposed, on_agenda, decided, returned, withdrawn")
        .at("created_at", "when it was entered")
        .unique(&["body", "decision_year", "decision_place"])
        .listing(
            &["state", "body", "unit_id", "owner_id", "document_id", "vote", "application"],
            &["meets_on"],
        )
}

/// At `/gundem`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("agenda_item", "gündem maddesi", "Gündem", AGENDA_PATH, VIEW);
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    kind.create = Some(PROPOSE);
    kind.edit = Some(PROPOSE);
    kind.is_makers_own = true;
    kind.seen_through = &[SeenThrough { kind: decision_task::kind, column: "agenda_item_id" }];
    kind.default_sort = ("meets_on", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.first_files = Some("Teklifin ekleri");
    kind.list_links = &[("Günün gündemi", "liste")];
    kind.texts = Some(Texts { on: "meets_on", of: None, with: &[] });
    kind.fields = fields();
    kind.views = vec![
        View { id: "teklif", label_tr: "Gündeme alınacaklar", query: "state=proposed" },
        View { id: "gundemde", label_tr: "Gündemdekiler", query: "state=on_agenda" },
        View {
            id: "uygulanmayan",
            label_tr: "Uygulanmayan kararlar",
            query: "state=decided&application=waiting",
        },
        View { id: "meclis", label_tr: "Meclis", query: "body=council" },
        View { id: "encumen", label_tr: "Encümen", query: "body=committee" },
        View { id: "iade", label_tr: "İade edilenler", query: "state=returned" },
    ];
    kind.verbs = agenda_verbs::all();
    kind.editable_in = &["proposed", "on_agenda", "returned"];
    kind.editable_with = &[("on_agenda", KEEP)];
    kind.locked_tr = "Gündeme alınmış maddeyi yalnız gündemi tutan kişi değiştirebilir; karara bağlanmış ya da geri çekilmiş \
                      madde değiştirilemez.";
    kind.groups = &GROUPS;
    kind
}

const GROUPS: [FieldGroup; 2] = [
    FieldGroup::new("", &["title", "body", "meets_on", "proposal", "dosya", "document_id", "unit_id"]),
    FieldGroup::new("Karar", &["decision_text", "vote", "decided_on"]),
];

fn fields() -> Vec<Field> {
    let long = |name, label_tr| Field::new(name, label_tr, FieldKind::LongText { max_length: 40_000 });
    vec![
        Field::text("title", "Konusu", 300).required().listed().searched(),
        Field::choice("body", "Hangi organda?", &BODIES).required().listed().filtered().default("council"),
        Field::new("meets_on", "Toplantı günü", FieldKind::Day).required().listed().filtered().sorted(),
        long("proposal", "Teklif metni").searched(),
        Field::reference("document_id", "Geldiği evrak", "document").filtered().backlinked(),
        Field::reference("unit_id", "Teklif eden birim", "unit")
            .listed()
            .filtered()
            .hint("Boş bırakırsanız sizin biriminiz."),
        long("decision_text", "Karar metni").searched().on_edit().asked_with(KEEP),
        Field::choice("vote", "Oylama sonucu", &VOTES).filtered().default("none").on_edit().asked_with(KEEP),
        Field::new("decided_on", "Karar günü", FieldKind::Day)
            .on_edit()
            .asked_with(KEEP)
            .hint("Boş bırakırsanız toplantı günü."),
        Field::text("decision_number", "Karar no", 20).listed().searched().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::choice("application", "Uygulama", &APPLICATIONS).listed().filtered().read_only(),
        Field::reference("owner_id", "Teklifi giren", "staff").filtered().read_only(),
        Field::new("created_at", "Girildiği an", FieldKind::Instant).read_only(),
    ]
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        if draft.or("unit_id", before).is_null() {
            match tx.act().actor.unit_id {
                Some(unit) => draft.set("unit_id", FieldValue::Id(unit)),
                None => {
                    let text = "Hesabınız bir birime bağlı değil; birimi seçin.";
                    found.push(Violation::new("MEC-003", "unit_id", text));
                }
            }
        }
        if draft.or("decided_on", before).text() > tx.at().day().to_string().as_str() {
            let text = "Karar günü bugünden ileri olamaz.";
            found.push(Violation::new("MEC-004", "decided_on", text));
        }
        for (column, usual) in [("proposal", ""), ("decision_text", ""), ("vote", "none")] {
            if draft.or(column, before).text().is_empty() {
                draft.set(column, FieldValue::Text(usual.into()));
            }
        }
        if before.is_none() {
            for (column, text) in [("decision_number", ""), ("application", "none"), ("state", "proposed")] {
                draft.set(column, FieldValue::Text(text.into()));
            }
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}

/// "Meclis", "Encümen", "Komisyon".
pub(super) fn body_name(code: &str) -> &'static str {
    BODIES.iter().find(|body| body.code == code).map_or("", |body| body.label_tr)
}
