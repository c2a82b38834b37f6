//! The kind `intake_item`: what arrived and is not in the register yet, from whichever way — scanned, uploaded, by e-mail, as an
//! e-Yazışma package (CO-6, CO-7, CO-8). Nothing that arrives is lost and nothing stands here twice: what cannot be read is an
//! item that says why, what came before is one that says where.

mod alike;
mod arrive;
pub(crate) mod demo;
pub(crate) mod folder;
mod guess;
pub(crate) mod mailbox;
mod page;
mod parcel;
mod photos;
mod picture;
pub(crate) mod reading;
mod register;
mod separator;
pub(crate) mod signatures;
pub(crate) mod signed_pdf;
mod slip;
pub(crate) mod store;
mod tools;
pub(crate) mod unseal;
mod update;

use kernel::Capability;
use kernel::event::VerbLabel;
use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Field, FieldGroup, FieldKind, Kind, Reserved, Series, Texts, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind};
use web::{Allow, Routes};

use crate::document::{SECRECIES, URGENCIES};
use crate::{KEEPERS, entry, permission, verb};

/// Sees what arrived.
pub const VIEW: &str = "documents.intake.view";
/// Uploads, corrects, registers and sets aside.
pub const WORK: &str = "documents.intake.work";

pub(crate) const PATH: &str = "/gelen-kutusu";

/// Folder that scanners write to; empty means none.
pub(crate) const SCAN_FOLDER: &str = "documents.scan_folder";

const SOURCES: [Choice; 5] = [
    Choice::new("scan_folder", "Tarama klasörü", Tone::Wait),
    Choice::new("upload", "Yükleme", Tone::Wait),
    Choice::new("email", "E-posta", Tone::Wait),
    Choice::new("package", "e-Yazışma paketi", Tone::Doing),
    Choice::new("api", "Başka program", Tone::Wait),
];

const STATES: [Choice; 6] = [
    Choice::new("waiting", "Kayıt bekliyor", Tone::New),
    Choice::new("to_update", "Gizlilik güncellemesi bekliyor", Tone::New),
    Choice::new("applied", "Uygulandı", Tone::Done),
    Choice::new("registered", "Kaydedildi", Tone::Done),
    Choice::new("set_aside", "Ayrıldı", Tone::Wait),
    Choice::new("duplicate", "Daha önce gelmiş", Tone::Wait),
];

#[cfg(test)]
pub(crate) fn jpeg_for_tests(width: u16, height: u16) -> Vec<u8> {
    photos::tests::jpeg(width, height, 1)
}

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Kayıt bekleyenler", PATH, VIEW)],
        permissions: vec![
            permission(
                VIEW,
                "Gelip de henüz kaydedilmemiş evrakı görür.",
                &[("admin", "all"), ("clerk", "all"), ("auditor", "all")],
            ),
            permission(WORK, "Gelen evrakı yükler, düzeltir, kaydeder ya da gerekçesiyle ayırır.", KEEPERS),
        ],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        settings: vec![scan_folder()],
        jobs: vec![folder::job(), mailbox::job(), reading::job()],
        ..Capability::default()
    }
}

fn scan_folder() -> Setting {
    Setting {
        key: SCAN_FOLDER,
        group_tr: "Evrak",
        label_tr: "Tarama klasörü",
        hint_tr: "Tarayıcıların yazdığı, sunucudaki klasör: /srv/tarama. İçinde “alindi” ve “alinamadi” adlı iki alt klasör açılmış \
                  olmalıdır. Boşsa taranmaz.",
        kind: SettingKind::Text { max_length: 300 },
        default: "\"\"",
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes_beside(&kind(), Some(page::extras), picture::beside)
        .get(page::UPLOAD_PATH, Allow::Whole(WORK), page::ask)
        .post(page::UPLOAD_PATH, Allow::Whole(WORK), page::take)
        .post("/api/v1/intake-item", Allow::Whole(WORK), page::take_from_program)
        .post("/gelen-kutusu/{id}/yeniden-oku", Allow::Whole(WORK), page::read_again)
        .get(page::SHEET_PATH, Allow::Whole(VIEW), page::sheet)
        .get(picture::PATH, Allow::Whole(VIEW), picture::show)
}

const VERBS: [VerbLabel; 7] = [
    verb("intake_read_again", "Paketi yeniden okudu", false),
    signatures::DESPITE,
    verb("intake_registered", "Evrak olarak kaydetti", true),
    verb("intake_applied", "Güncelleme paketini uyguladı", true),
    verb("intake_set_aside", "Ayırdı", false),
    verb("intake_taken_back", "Yeniden kayıt bekliyor", false),
    verb("intake_read", "Taramadaki yazı okundu", false),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0009_intake", up: |backend| create(backend, &[table(), way_table()]) }
}

/// What is like it, and until when it is secret.
pub(crate) fn compared() -> Migration {
    let up = |backend| {
        Table::new("intake_item", ABOUT)
            .bool("has_alike", "another one with this writer, number and day is registered or waits")
            .default("FALSE")
            .text("alike_said", "which; may be empty")
            .default("''")
            .on_null("secret_until", "last day of its degree of secrecy")
            .index(&["has_alike", "received_at", "id"])
            .add_columns(backend)
    };
    Migration { id: "documents/0029_intake_compared", up }
}

const ABOUT: &str = "what arrived and is not in the register yet";

fn table() -> Table {
    Table::new("intake_item", ABOUT)
        .id()
        .int("version", "for concurrent edits")
        .text("known_by", "what of it may be here once: digest of the bytes, name of the message; its own id where it came before")
        .text("title", "subject, as far as it could be guessed")
        .text("source", "scan_folder, upload, email, package, api")
        .text("sender", "who wrote, as far as it could be guessed; may be empty")
        .text("their_number", "number the writer gave it; may be empty")
        .on_null("their_on", "day the writer put on it")
        .text("secrecy", "YOK, HZO, GZL, CGZ")
        .text("urgency", "NRM, ACL, GNL")
        .on_null("due_on", "day by which the writer wants an answer")
        .uuid_null("file_code_id", "code it will be filed under")
        .references("file_code")
        .uuid_null("unit_id", "unit it will belong to")
        .references("unit")
        .int("sheets", "how many annexes")
        .bool("is_copy", "to be registered though one like it is there")
        .text("file_name", "what the sender called the file; may be empty")
        .text("digest", "SHA-256 of what arrived, hexadecimal; may be empty")
        .text("package_id", "BelgeId of its e-Yazışma package; empty for none")
        .text("text", "beginning of its text; may be empty")
        .text("whole_text", "its text, the first 200 KB; may be empty")
        .text("report", "what was found when its package was verified; may be empty")
        .text("signature", "none, valid, invalid, unchecked: what was found of a package's signatures")
        .default("'none'")
        .text("signature_said", "who signed and when, or why that is not believed; may be empty")
        .default("''")
        .text("signature_report", "everything that was found of the signatures; may be empty")
        .default("''")
        .bool("is_despite", "to be registered though its signature does not hold")
        .default("FALSE")
        .text("sender_kind", "institution, person, company; empty when no package says it")
        .default("''")
        .text("sender_detsis", "the writer's number in the state's register; may be empty")
        .default("''")
        .text("sender_kep", "the writer's registered electronic mail address; may be empty")
        .default("''")
        .text("sender_email", "may be empty")
        .default("''")
        .text("sender_phone", "may be empty")
        .default("''")
        .text("sender_address", "may be empty")
        .default("''")
        .text("update_said", "what an update package changes (JSON); empty for every other")
        .default("''")
        .text("said_lines", "letters it refers to and whom it goes to, in lines; may be empty")
        .default("''")
        .uuid_null("answers_id", "entry of ours that it answers")
        .references("document")
        .text("state", "waiting, to_update, registered, applied, set_aside, duplicate")
        .text("why", "why it is set aside or a duplicate; may be empty")
        .text("reading", "none, split, due, trying, done, unread, failed: whether it is to be taken apart or its picture read")
        .uuid_null("duplicate_of", "what came first")
        .references("intake_item")
        .uuid_null("parent_id", "the scan it was split from")
        .references("intake_item")
        .uuid_null("document_id", "its entry in the register")
        .references("document")
        .at("received_at", "when it arrived")
        .unique(&["known_by"])
        .index(&["digest"])
        .index_where(&["package_id"], "package_id <> ''")
        .index(&["reading", "id"])
        .index(&["signature", "received_at", "id"])
        .listing(&["state", "source", "document_id", "duplicate_of", "parent_id"], &["received_at"])
}

/// Whether scans and mail can be had at all, so that silence is not taken for peace.
fn way_table() -> Table {
    Table::new("intake_way", "how the last look at a way in went")
        .text("name", "scan_folder, mailbox")
        .at("read_at", "when it was last tried")
        .at_null("failing_since", "since when it cannot be read; null while it can")
        .text("error", "why; empty while it can be read")
        .key(&["name"])
}

/// At `/gelen-kutusu`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("intake_item", "gelen", "Kayıt bekleyenler", PATH, VIEW);
    kind.edit = Some(WORK);
    kind.default_sort = ("received_at", Direction::Descending);
    kind.prepare = Some(register::prepare);
    kind.reserved = &[Reserved { column: "secrecy", values: &["GZL", "CGZ"], to: WORK, but_owner: false }];
    kind.texts =
        Some(Texts { on: "received_at", of: Some(|db, ids| Box::pin(store::texts(db, ids))), with: &[] });
    kind.list_links = &[("Dosya yükle…", "yukle"), ("Ayraç sayfası (PDF)", "ayrac/pdf")];
    kind.fields = fields();
    kind.views = vec![
        View { id: "bekleyen", label_tr: "Bekleyenler", query: "state=waiting" },
        View { id: "e-posta", label_tr: "E-postalar", query: "source=email&state=waiting" },
        View { id: "paket", label_tr: "Paketler", query: "source=package&state=waiting" },
        View { id: "guncelleme", label_tr: "Güncelleme paketleri", query: "state=to_update" },
        View { id: "benzer", label_tr: "Kaydı olabilecekler", query: "has_alike=evet&state=waiting" },
        View { id: "gecersiz", label_tr: "İmzası geçersiz", query: "signature=invalid&state=waiting" },
        View { id: "kopya", label_tr: "Daha önce gelmiş", query: "state=duplicate" },
        View { id: "ayrilan", label_tr: "Ayrılanlar", query: "state=set_aside" },
    ];
    kind.verbs = vec![
        Verb::new("kaydet", "Evrak olarak kaydet", WORK, &["waiting"], "registered", "intake_registered")
            .official()
            .saying("Evrak olarak kaydedildi.")
            .run(|tx, item, _| Box::pin(register::register(tx, item))),
        Verb::new(
            "uygula",
            "Evrakın gizliliğini değiştir",
            WORK,
            &["to_update"],
            "applied",
            "intake_applied",
        )
        .official()
        .saying("Evrakın gizlilik derecesi değişti; paket evraka eklendi.")
        .run(|tx, item, _| Box::pin(update::apply(tx, item))),
        Verb::new("ayir", "Ayır", WORK, &["waiting", "to_update"], "set_aside", "intake_set_aside")
            .asking_line("Gerekçe")
            .hint("Reklam, yanlış adres, kopya gibi.")
            .bulk()
            .saying("Ayrıldı; gerekirse geri alınır.")
            .run(|tx, item, why| Box::pin(register::set_aside(tx, item, why))),
        Verb::new(
            "geri-al",
            "Yeniden beklet",
            WORK,
            &["set_aside", "duplicate"],
            "waiting",
            "intake_taken_back",
        )
        .saying("Yeniden kayıt bekliyor.")
        .run(|tx, item, _| Box::pin(store::set_why(tx, item.id, ""))),
    ];
    kind.editable_in = &["waiting", "to_update"];
    kind.locked_tr = "Yalnız kayıt bekleyenler düzeltilir; kaydedilmişse evrak kaydını düzeltin.";
    kind.series = Some(Series { first: "sender", kept: &[], verb: Some("kaydet") });
    kind.groups = &GROUPS;
    kind
}

/// What every paper says first; what few need waits at the end.
const GROUPS: [FieldGroup; 3] = [
    FieldGroup::new(
        "",
        &["sender", "their_number", "their_on", "title", "sheets", "file_code_id", "unit_id"],
    ),
    FieldGroup::new("Ek bilgiler", &["urgency", "due_on", "secrecy", "secret_until", "is_copy"]).folded(),
    FieldGroup::new("Ender gerekenler", &["answers_id", "sender_detsis", "sender_kep", "is_despite"])
        .folded(),
];

fn fields() -> Vec<Field> {
    vec![
        Field::text("title", "Konusu", 300).required().listed().searched(),
        Field::choice("source", "Nereden", &SOURCES).listed().filtered().read_only(),
        Field::text("sender", "Gönderen", 240).listed().searched(),
        Field::text("their_number", "Yazının sayısı", 120).listed().searched(),
        Field::new("their_on", "Yazının tarihi", FieldKind::Day),
        Field::choice("secrecy", "Gizlilik", &SECRECIES).default("YOK"),
        Field::new("secret_until", "Gizliliğin son günü", FieldKind::Day),
        Field::choice("urgency", "İvedilik", &URGENCIES).default("NRM"),
        Field::new("due_on", "Yanıt için istenen gün", FieldKind::Day),
        Field::reference("file_code_id", "Dosya kodu", "file_code").among(&["current"]),
        Field::reference("unit_id", "Birimi", "unit").hint("Boş bırakırsanız kaydedenin birimi."),
        Field::new("sheets", "Ek sayısı", FieldKind::Int { min: 0, max: 10_000 }).default("0"),
        Field::new("is_copy", "Aynı sayı ve tarihli yazı kayıtlı olsa da kaydet", FieldKind::Bool),
        Field::reference("answers_id", "Yanıtladığı evrak", "document"),
        Field::text("sender_detsis", "Gönderenin DETSİS no", 8)
            .hint("Muhatap önce bununla, sonra adıyla bulunur."),
        Field::text("sender_kep", "Gönderenin KEP adresi", 160),
        Field::new("sender_email", "Gönderenin e-postası", FieldKind::Email).personal().read_only(),
        Field::new("sender_phone", "Gönderenin telefonu", FieldKind::Phone).personal().read_only(),
        Field::text("sender_address", "Gönderenin adresi", 300).personal().read_only(),
        Field::new("is_despite", "İmzası geçersiz olsa da kaydet", FieldKind::Bool),
        Field::choice("signature", "e-İmza", &signatures::STATES).listed().filtered().read_only(),
        Field::text("signature_said", "İmzalayan", 1_000).read_only(),
        Field::new("said_lines", "İlgi ve dağıtım", FieldKind::LongText { max_length: 4_000 }).read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("has_alike", "Benzeri var", FieldKind::Bool).filtered().read_only(),
        Field::text("alike_said", "Benzeri", 300).listed().read_only(),
        Field::text("why", "Nedeni", 2_000).read_only(),
        Field::reference("document_id", "Evrak kaydı", "document").filtered().backlinked().read_only(),
        Field::reference("duplicate_of", "Önce gelen", "intake_item").filtered().backlinked().read_only(),
        Field::reference("parent_id", "Bölündüğü tarama", "intake_item").filtered().backlinked().read_only(),
        Field::text("file_name", "Dosya adı", 255).searched().read_only(),
        Field::text("package_id", "Paket no", 64).read_only(),
        Field::text("digest", "Dosyanın özeti (SHA-256)", 64).read_only(),
        Field::new("text", "Metnin başı", FieldKind::LongText { max_length: 4_000 }).searched().read_only(),
        Field::new("received_at", "Geldiği an", FieldKind::Instant).listed().sorted().read_only(),
    ]
}
