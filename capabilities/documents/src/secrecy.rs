//! The kind `secrecy_change`: the degree of secrecy of a letter is lifted or changed by decision (Resmî Yazışmalarda Uygulanacak Usul
//! ve Esaslar Hakkında Yönetmelik, gizlilik dereceli belgeler). Whoever got the package of a letter of ours gets an update package
//! (.eypg); one that comes from another institution changes the entry that it is about.

mod ending;
mod page;
mod rules;
pub(crate) mod store;

use kernel::Capability;
use kernel::event::{Reaction, VerbLabel};
use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Field, FieldGroup, FieldKind, Kind, Reserved, Tone, View};
use kernel::schema::Table;
use web::{Allow, Routes};

pub(crate) use rules::{Came, came};

use crate::document::{SECRECIES, VIEW, VIEW_SECRET};
use crate::{entry, permission, verb};

/// Writes down by which decision the degree of a letter changes.
pub const CHANGE: &str = "documents.secrecy.change";

pub(crate) const PATH: &str = "/gizlilik-degisiklikleri";

const STATES: [Choice; 3] = [
    Choice::new("packing", "Güncelleme paketi hazırlanıyor", Tone::Doing),
    Choice::new("packed", "Güncelleme paketi hazır", Tone::Done),
    // Nobody has a package of a letter on paper; of what came, the sender made it.
    Choice::new("applied", "Uygulandı", Tone::Done),
];

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Gizlilik değişiklikleri", PATH, VIEW)],
        permissions: vec![permission(
            CHANGE,
            "Kararıyla yazının gizlilik derecesini kaldırır ya da değiştirir.",
            &[("admin", "all"), ("deputy_mayor", "all"), ("director", "unit_tree")],
        )],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        jobs: vec![ending::job()],
        reactions: vec![Reaction { subject_kind: "secrecy_change", verb: "created", run: rules::made }],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(page::extras)).get(
        format!("{PATH}/{{id}}/paket"),
        Allow::Permission(VIEW),
        page::download,
    )
}

const VERBS: [VerbLabel; 4] = [
    verb("secrecy_ended", "Gizlilik süresi doldu, derecesi kalktı", true),
    verb("secrecy_changed", "Gizlilik derecesi değişti", true),
    verb("secrecy_packed", "Güncelleme paketi yapıldı", false),
    verb("secrecy_taken", "Güncelleme paketi alındı", false),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0015_secrecy_change", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("secrecy_change", "decisions by which the secrecy of a letter changed")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "number of the letter, former and new degree")
        .uuid("document_id", "its entry in the register")
        .references("document")
        .uuid_null("letter_id", "letter of ours; null for what came")
        .references("letter")
        .uuid_null("intake_item_id", "update package that came; null for ours")
        .references("intake_item")
        .uuid_null("unit_id", "unit of the entry")
        .references("unit")
        .uuid_null("owner_id", "whose the entry is")
        .references("staff")
        .text("before_secrecy", "YOK, HZO, GZL, CGZ: until then")
        .text("secrecy", "the same since then")
        .on("changed_on", "day of the change")
        .text("decision_number", "number of the decision")
        .text("decision_id", "BelgeId of the decision, a GUID")
        .text("why", "what the addressees are told")
        .text("state", "packing, packed, applied")
        .at("created_at", "when it was written down")
        .index_where(&["letter_id"], "letter_id IS NOT NULL")
        .listing(&["state", "document_id", "unit_id", "owner_id"], &["created_at"])
}

/// At `/gizlilik-degisiklikleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("secrecy_change", "gizlilik değişikliği", "Gizlilik değişiklikleri", PATH, VIEW);
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    kind.create = Some(CHANGE);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(rules::prepare);
    kind.reserved =
        &[Reserved { column: "secrecy", values: &["GZL", "CGZ"], to: VIEW_SECRET, but_owner: true }];
    kind.groups = &GROUPS;
    kind.views = vec![
        View { id: "hazirlanan", label_tr: "Paketi hazırlananlar", query: "state=packing" },
        View { id: "hazir", label_tr: "Paketi hazır olanlar", query: "state=packed" },
    ];
    kind.fields = vec![
        Field::text("title", "Yazı", 200).listed().searched().read_only(),
        Field::reference("document_id", "Yazının evrak kaydı", "document")
            .required()
            .filtered()
            .on_create()
            .hint("İmzalanmış yazının kayıt numarasından ya da konusundan birkaç harf yazın."),
        Field::choice("secrecy", "Yeni derece", &SECRECIES).required().listed().on_create(),
        Field::new("changed_on", "Değiştiği gün", FieldKind::Day).listed().on_create().hint("Boşsa bugün."),
        Field::text("decision_number", "Kararın sayısı", 120)
            .required()
            .listed()
            .searched()
            .on_create()
            .hint("Komisyon kararının sayısı: E-24312041-170.01-15."),
        Field::text("decision_id", "Kararın belge doğrulama kodu", 64)
            .required()
            .on_create()
            .hint("Kararın altında yazar; harf, rakam ve çizgilerle 36 karakter."),
        Field::new("why", "Açıklama", FieldKind::LongText { max_length: 2_000 })
            .required()
            .on_create()
            .hint("Muhataplara giden pakette yer alır."),
        Field::choice("before_secrecy", "Önceki derece", &SECRECIES).listed().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::reference("letter_id", "Yazı", "letter").read_only(),
        Field::reference("intake_item_id", "Gelen güncelleme paketi", "intake_item").read_only(),
        Field::reference("unit_id", "Birimi", "unit").read_only(),
        Field::reference("owner_id", "Kaydeden", "staff").read_only(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind
}

const GROUPS: [FieldGroup; 2] = [
    FieldGroup::new("", &["document_id", "secrecy", "changed_on"]),
    FieldGroup::new("Karar", &["decision_number", "decision_id", "why"]),
];
