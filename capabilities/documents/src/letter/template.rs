//! The kind `letter_template`: a unit's letters that are written again and again, with everything but what differs.

mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldGroup, FieldKind, FieldValue, Kind, LineBy, Record, Tone,
    Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Capability, Error, Result, Tx, Violation, tr};

use maud::html;
use web::{Ctx, Extras};

use super::FORMS;
use super::compose::paragraphs;
use crate::{entry, permission, verb};

/// Sees the templates of a scope.
pub const VIEW: &str = "documents.letter_template.view";
/// Makes, changes and retires them.
pub const EDIT: &str = "documents.letter_template.edit";

pub(crate) const PATH: &str = "/yazi-sablonlari";

const STATES: [Choice; 2] = [
    Choice::new("active", "Kullanımda", Tone::Done),
    Choice::new("retired", "Kullanımdan kaldırıldı", Tone::Wait),
];

pub(crate) fn part() -> Capability {
    let of_unit: &[(&str, &str)] = &[
        ("admin", "all"),
        ("deputy_mayor", "all"),
        ("director", "unit_tree"),
        ("chief", "unit"),
        ("staff", "unit"),
        ("technician", "unit"),
        ("clerk", "all"),
    ];
    Capability {
        menu: vec![entry("Yazı şablonları", PATH, VIEW)],
        permissions: vec![
            permission(
                VIEW,
                "Biriminin yazı şablonlarını görür ve onlardan yazı başlatır.",
                &[
                    ("admin", "all"),
                    ("deputy_mayor", "all"),
                    ("director", "unit_tree"),
                    ("chief", "unit"),
                    ("staff", "unit"),
                    ("technician", "unit"),
                    ("clerk", "all"),
                    ("auditor", "all"),
                ],
            ),
            permission(EDIT, "Biriminin yazı şablonlarını yazar ve kullanımdan kaldırır.", of_unit),
        ],
        kinds: vec![kind()],
        verbs: vec![
            verb("template_retired", "Şablonu kullanımdan kaldırdı", false),
            verb("template_returned", "Şablonu yeniden kullanıma aldı", false),
        ],
        ..Capability::default()
    }
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0014_letter_template", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("letter_template", "letters that are written again and again")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what it is called in its unit")
        .text("name_key", "for sorting in Turkish order")
        .uuid("unit_id", "whose")
        .references("unit")
        .text("form", "letter, approval")
        .text("title", "subject; may be empty")
        .text("addressees", "to whom, one a line; may be empty")
        .text("informed", "who is only to know; may be empty")
        .text("body", "the text; may be empty")
        .text("annexes", "one a line; may be empty")
        .uuid_null("file_code_id", "code it is filed under")
        .references("file_code")
        .text("initialled_by", "who initials, one a line; may be empty")
        .uuid_null("signer_id", "who signs")
        .references("staff")
        .uuid_null("second_signer_id", "who signs after that, or consents")
        .references("staff")
        .text("state", "active, retired")
        .at("created_at", "when it was made")
        .unique(&["unit_id", "name_key"])
        .listing(&["state", "unit_id", "form"], &["name_key"])
}

/// At `/yazi-sablonlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("letter_template", "yazı şablonu", "Yazı şablonları", PATH, VIEW);
    kind.title = "name";
    kind.unit = Some("unit_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.groups = &GROUPS;
    kind.editable_in = &["active"];
    kind.locked_tr = "Kullanımdan kaldırılmış şablon değiştirilemez; önce yeniden kullanıma alın.";
    kind.fields = fields();
    kind.views = vec![
        View { id: "kullanimda", label_tr: "Kullanımda", query: "state=active" },
        View { id: "birimim", label_tr: "Birimimin", query: "unit_id={unit}&state=active" },
    ];
    kind.verbs = vec![
        Verb::new("kaldir", "Kullanımdan kaldır", EDIT, &["active"], "retired", "template_retired")
            .saying("Şablon kullanımdan kaldırıldı."),
        Verb::new("geri-al", "Yeniden kullan", EDIT, &["retired"], "active", "template_returned")
            .saying("Şablon yeniden kullanımda."),
    ];
    kind
}

const GROUPS: [FieldGroup; 4] = [
    FieldGroup::new("", &["name", "unit_id", "form"]),
    FieldGroup::new("Kime", &["addressees", "informed"]),
    FieldGroup::new("Metin", &["title", "body", "annexes"]),
    FieldGroup::new("Sayı ve imza", &["file_code_id", "initialled_by", "signer_id", "second_signer_id"]),
];

fn fields() -> Vec<Field> {
    let long = |name, label_tr, max_length| Field::new(name, label_tr, FieldKind::LongText { max_length });
    let person = |name, label_tr| Field::reference(name, label_tr, "staff").among(&["active"]);
    vec![
        Field::text("name", "Şablonun adı", 120).required().listed().sorted_by("name_key").searched(),
        Field::reference("unit_id", "Birim", "unit")
            .among(&["open"])
            .listed()
            .filtered()
            .hint("Boş bırakırsanız sizin biriminiz."),
        Field::choice("form", "Türü", &FORMS).required().listed().filtered().default("letter"),
        Field::text("title", "Konu", 200).listed().searched(),
        long("addressees", "Muhatap", 8_000)
            .each_line("correspondent", LineBy::Name)
            .hint("Her satıra bir ad ya da bir dağıtım grubunun adı."),
        long("informed", "Bilgi için", 8_000).each_line("correspondent", LineBy::Name),
        long("body", "Metin", 40_000)
            .searched()
            .hint("Her yazıda değişecek yerleri üç noktayla bırakın; kapanış cümlesini de yazın."),
        long("annexes", "Ekler", 4_000).hint("Her satıra bir ek."),
        Field::reference("file_code_id", "Dosya kodu", "file_code").among(&["current"]),
        long("initialled_by", "Paraflayacaklar", 4_000)
            .each_line("staff", LineBy::Name)
            .among(&["active"])
            .hint("Her satıra bir personel: adı ya da sicil numarası, paraf sırasıyla."),
        person("signer_id", "İmzalayacak"),
        person("second_signer_id", "İkinci imza").hint("Olurda oluru verecek makam."),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Oluşturulduğu an", FieldKind::Instant).read_only(),
    ]
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if draft.or("unit_id", before).is_null() {
            match tx.act().actor.unit_id {
                Some(unit) => draft.set("unit_id", FieldValue::Id(unit)),
                None => {
                    let text = "Hesabınız bir birime bağlı değil; birimi seçin.";
                    return Ok(vec![Violation::new("SBL-001", "unit_id", text)]);
                }
            }
        }
        let unit = draft.or("unit_id", before).id().unwrap_or_default();
        let key = tr::collation_key(draft.or("name", before).text());
        let other = store::called(tx, unit, &key).await?;
        if other.is_some_and(|other| before.map(|one| one.id) != Some(other)) {
            let text = "Birimin bu adla bir şablonu zaten var; başka bir ad verin.";
            return Ok(vec![Violation::new("SBL-002", "name", text)]);
        }
        for column in ["title", "addressees", "informed", "body", "annexes", "initialled_by"] {
            if draft.or(column, before).is_null() {
                draft.set(column, FieldValue::Text(String::new()));
            }
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// The text as it will be read, where there is room for it.
pub(crate) fn extras<'a>(_ctx: &'a Ctx, _kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let text = html! {
            section.letter-sheet aria-label="Metin" {
                @for paragraph in paragraphs(one.get("body").text()) { p.letter-paragraph { (paragraph) } }
            }
        };
        Ok(Extras { before_timeline: vec![text], ..Extras::default() })
    })
}

/// What a template has of a letter.
const TAKEN: [&str; 11] = [
    "unit_id",
    "form",
    "title",
    "addressees",
    "informed",
    "body",
    "annexes",
    "file_code_id",
    "initialled_by",
    "signer_id",
    "second_signer_id",
];

/// A letter becomes a template of its unit under this name.
pub(super) async fn of_letter(tx: &Tx, letter: &Record, name: &str) -> Result<()> {
    let unit = letter.get("unit_id").id().unwrap_or_default();
    if store::called(tx, unit, &tr::collation_key(name)).await?.is_some() {
        return Err(Error::conflict(format!(
            "Birimin “{name}” adında bir şablonu zaten var; başka bir ad verin."
        )));
    }
    let mut draft = Draft::default();
    draft.set("name", FieldValue::Text(name.into()));
    for column in TAKEN {
        draft.set(column, letter.get(column).clone());
    }
    record::create(tx, &kind(), draft).await?;
    Ok(())
}
