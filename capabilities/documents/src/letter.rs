//! The kind `letter`: an official letter from its first draft to its number (CO-3, CO-5; Resmî Yazışmalarda Uygulanacak Usul ve
//! Esaslar Hakkında Yönetmelik). It goes round to be initialled and signed; with the last signature it gets its number and
//! stands in the register.

pub(crate) mod answering;
pub mod bundle;
mod citing;
mod compose;
mod dative;
pub(crate) mod esign;
mod hands;
mod lint;
mod page;
pub(crate) mod people;
mod rules;
mod sayi;
pub(crate) mod scan;
pub(crate) mod sending;
pub(crate) mod store;
pub(crate) mod template;
mod verbs;
pub(crate) mod verify;
mod withheld;

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::{Reaction, VerbLabel};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice};
use kernel::record::{
    Choice, Direction, Field, FieldGroup, FieldKind, Files, Kind, LineBy, Reserved, SeenThrough, Texts, Tone,
    View,
};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind};
use web::{Allow, Routes};

use crate::document::{SECRECIES, URGENCIES, VIEW_SECRET};
use crate::{entry, permission, verb};

/// Sees letters within a scope; whose turn it is to sign sees the letter by that.
pub const VIEW: &str = "documents.letter.view";
/// Writes letters and sends them round.
pub const WRITE: &str = "documents.letter.write";

pub(crate) const PATH: &str = "/yazilar";

const FORMS: [Choice; 2] =
    [Choice::new("letter", "Yazı", Tone::Wait), Choice::new("approval", "Olur", Tone::Wait)];

const MEDIA: [Choice; 2] = [
    Choice::new("paper", "Kâğıda basılıp elle", Tone::Wait),
    Choice::new("electronic", "Elektronik imzayla", Tone::Doing),
];

/// As whom the signer signs.
const SIGNED_AS: [Choice; 3] = [
    Choice::new("own", "Kendi adına", Tone::Wait),
    Choice::new("acting", "Vekâleten (V.)", Tone::Wait),
    Choice::new("delegated", "Yetki devriyle (makam adına, a.)", Tone::Wait),
];

const STATES: [Choice; 5] = [
    Choice::new("draft", "Yazılıyor", Tone::New),
    Choice::new("routing", "İmzada", Tone::Doing),
    Choice::new("returned", "İade edildi", Tone::Late),
    Choice::new("signed", "İmzalandı", Tone::Done),
    Choice::new("cancelled", "Vazgeçildi", Tone::Wait),
];

/// Of the municipality, eight digits; a unit's letter carries it where the unit has none of its own.
pub(crate) const DETSIS: &str = "documents.detsis";
const ELECTRONIC: &str = "documents.prefix_electronic";
const PAPER: &str = "documents.prefix_paper";
const CONTACT: &str = "documents.contact";
/// The institution's name over its letters; empty: the town's, as a mayor's office.
const HEADING: &str = "documents.heading";
const CHECKED_AT: &str = "documents.checked_at";
/// off, trial, on.
pub const SIGNING: &str = "documents.electronic_signature";

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Yazılar", PATH, VIEW), esign::sealing::page::menu()],
        permissions: permissions(),
        kinds: vec![kind()],
        books: vec![sayi::BOOK],
        verbs: VERBS.to_vec(),
        settings: settings(),
        jobs: vec![
            esign::packing::job(),
            esign::updating::job(),
            esign::sealing::job(),
            esign::stamping::job(),
            esign::stamping::restamp::job(),
        ],
        notices: vec![notice()],
        reactions: vec![
            Reaction { subject_kind: "route_step", verb: "signed", run: verbs::stepped },
            Reaction { subject_kind: "route_step", verb: "initialled", run: verbs::stepped },
            Reaction { subject_kind: "route_step", verb: "route_returned", run: verbs::came_back },
            Reaction { subject_kind: "letter", verb: "attached", run: scan::hung },
            Reaction { subject_kind: "letter", verb: "detached", run: scan::hung },
            Reaction { subject_kind: "document", verb: "attached", run: scan::hung },
            Reaction { subject_kind: "document", verb: "detached", run: scan::hung },
        ],
        ..Capability::default()
    }
    .and(sending::part())
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(page::extras))
        .post(lint::PATH, Allow::Permission(WRITE), lint::show)
        .post(citing::PATH, Allow::Permission(WRITE), citing::show)
        .get("/yazilar/{id}/pdf", Allow::Permission(VIEW), page::print)
        .and(esign::routes())
        .and(sending::routes())
        .and(bundle::routes())
        .get(verify::PATH, Allow::Public, verify::ask)
        .get("/dogrula/{code}", Allow::Public, verify::show)
        .get("/dogrula/{code}/pdf", Allow::Public, verify::document)
}

const VERBS: [VerbLabel; 17] = [
    verb("seal_tried", "Mührü denedi", true),
    verb("letter_signature_made", "Elektronik imza attı", true),
    verb("letter_packed", "e-Yazışma paketi yapıldı", false),
    verb("letter_copied", "Eki konulmayan muhatabın paketi yapıldı", false),
    verb("letter_restamped", "Mührün zaman damgası yenilendi", false),
    verb("letter_initialled", "Parafladı", false),
    verb("letter_hand_given", "İmzaladı", false),
    verb("letter_set_anew", "İmzalayacak kişiye göre yeniden hazırladı", true),
    verb("letter_submitted", "İmzaya sundu", true),
    verb("letter_withdrawn", "İmzadan geri çekti", true),
    verb("letter_came_back", "İmzadan iade edildi", false),
    verb("letter_signed", "Sayı aldı ve kaydedildi", true),
    verb("letter_rescanned", "Taramanın yanlış olduğunu bildirdi", true),
    verb("letter_cancelled", "Yazıdan vazgeçti", false),
    verb("letter_made_template", "Yazıdan şablon yaptı", false),
    verb("document_cited", "Bir yazıda ilgi tutuldu", false),
    verb("letter_taken", "Yazının PDF'i alındı", false),
];

fn notice() -> Notice {
    Notice {
        key: "documents.letter_moved",
        label_tr: "Yazdığım yazı imzalandığında ya da iade edildiğinde",
        on: &[("letter", "letter_signed"), ("letter", "letter_came_back")],
        receivers: |_, event, _| Box::pin(async move { Ok(event.owner_id.into_iter().collect()) }),
        sentence_tr: "Yazınız imzadan döndü: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

fn settings() -> Vec<Setting> {
    let text = |key, label_tr, hint_tr, max_length, default| Setting {
        key,
        group_tr: "Evrak",
        label_tr,
        hint_tr,
        kind: SettingKind::Text { max_length },
        default,
    };
    vec![
        Setting {
            key: SIGNING,
            group_tr: "Evrak",
            label_tr: "Elektronik imza",
            hint_tr: "Denemede yazılım anahtarları da kabul edilir; yazının üzerine geçerli olmadığı basılır.",
            kind: SettingKind::Choice(&[
                ("off", "Kullanılmıyor"),
                ("trial", "Deneme"),
                ("on", "Nitelikli sertifikalarla"),
            ]),
            default: "\"off\"",
        },
        text(
            HEADING,
            "Yazıların başlığındaki kurum adı",
            "Boşsa belediyenin adından yapılır: “Örnekova Belediye Başkanlığı”.",
            160,
            "\"\"",
        ),
        text(DETSIS, "Belediyenin DETSİS numarası", "Sekiz rakam; yazıların sayısında yer alır.", 8, "\"\""),
        text(
            ELECTRONIC,
            "Elektronik imzalı yazının sayısı hangi harfle başlar?",
            "Yönetmelik örneklerinde E.",
            2,
            "\"E\"",
        ),
        text(
            PAPER,
            "Elle imzalanan yazının sayısı hangi harfle başlar?",
            "Uygulamada Z; yönetmelik metniyle karşılaştırın.",
            2,
            "\"Z\"",
        ),
        Setting {
            key: CONTACT,
            group_tr: "Evrak",
            label_tr: "Yazıların altındaki iletişim bilgileri",
            hint_tr: "Adres, telefon, e-posta, internet sayfası, KEP adresi; her satıra biri.",
            kind: SettingKind::LongText { max_length: 1_000 },
            default: "\"\"",
        },
        text(
            CHECKED_AT,
            "Belge doğrulama adresi",
            "Boşsa bu sunucunun /dogrula sayfası. e-Devlet'teki sayfanız varsa onu yazın.",
            200,
            "\"\"",
        ),
    ]
}

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            VIEW,
            "Yazıları ve taslakları görür; imza sırası gelen kişi yazıyı her hâlde görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(
            WRITE,
            "Yazı hazırlar, imzaya sunar, geri çeker.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "own"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "all"),
            ],
        ),
    ]
}

pub(crate) fn migration() -> Migration {
    Migration {
        id: "documents/0006_letter",
        up: |backend| {
            let mut tables = vec![table()];
            tables.extend(esign::tables());
            create(backend, &tables)
        },
    }
}

/// Letters have numbers of their own instead of those of the books; what was signed before keeps the number it was sent with.
pub(crate) fn number_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("letter", ABOUT)
            .int_null("number_year", "year of its number; empty until it is signed")
            .int("number_in_year", "place in the year's one series, gapless; 0 for numbers of the books")
            .default("0")
            .unique_where(&["number_year", "number_in_year"], "number_in_year > 0")
            .unique_where(&["number_year", "number"], "number <> ''")
            .index_where(&["number_year"], "number_in_year = 0 AND number <> ''");
        let mut statements = wider.add_columns(backend);
        statements.push("DROP INDEX letter__number_some".into());
        statements.push(store::YEARS_OF_NUMBERS.into());
        statements
    };
    Migration { id: "documents/0018_letter_number", up }
}

/// Who stands under a letter that goes round, and whether its signatures were trials; of older ones as their certificates say.
pub(crate) fn hands_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("letter", ABOUT)
            .text("hands", "people whose names stand under it, ids in their order; empty where as planned")
            .default("''")
            .bool("is_trial", "signed with a trial key or under the trial setting")
            .default("FALSE");
        let mut statements = wider.add_columns(backend);
        let link = Table::new("sign_job_letter", "letters of a link, in the order in which they are shown")
            .text("cover", "digest of the cover when the link was made; empty for older links")
            .default("''");
        statements.extend(link.add_columns(backend));
        statements.push(store::TRIALS.into());
        statements
    };
    Migration { id: "documents/0019_letter_hands", up }
}

/// What becomes of papers that are signed by hand, and codes of letters that were taken back. Of older papers nothing is asked.
pub(crate) fn scan_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("letter", ABOUT)
            .text("scan", "of the paper signed by hand: none, awaited, kept")
            .default("'none'")
            .index(&["scan", "created_at", "id"]);
        let ended = Table::new("letter_ended", "codes under which letters went round and were not signed")
            .text("code", "as it stands on the paper")
            .uuid("letter_id", "of which letter")
            .references("letter")
            .at("ended_at", "when it came back or was taken back")
            .key(&["code"]);
        let mut statements = wider.add_columns(backend);
        statements.extend(create(backend, &[ended]));
        statements
    };
    Migration { id: "documents/0020_letter_scan", up }
}

/// A wrong scan of the signed paper is followed by the right one.
pub(crate) fn rescan_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("letter", ABOUT)
            .at_null(
                "scan_since",
                "its scan came after this; files from its signature until then are older versions",
            )
            .text("scan_said", "what was wrong with the last of them; may be empty")
            .default("''");
        wider.add_columns(backend)
    };
    Migration { id: "documents/0031_letter_rescan", up }
}

/// More than two people sign a letter, each as somebody.
pub(crate) fn signers_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("letter", ABOUT)
            .text("signers", "everybody who signs, one a line, where they are more than two; may be empty")
            .default("''")
            .text("signer_list", "the same as ids with as whom and for which office; may be empty")
            .default("''");
        wider.add_columns(backend)
    };
    Migration { id: "documents/0024_letter_signers", up }
}

/// Which entries of the register a letter refers to.
pub(crate) fn cited_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("letter", ABOUT)
            .text("cited", "entries it refers to, their numbers with the letter of the reference, one a line; may be empty")
            .default("''");
        wider.add_columns(backend)
    };
    Migration { id: "documents/0030_letter_cited", up }
}

/// To whom a letter is written, in the words of its writer.
pub(crate) fn addressed_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("letter", ABOUT)
            .text("addressed_as", "to whom, over the text; empty for the words of grammar")
            .default("''");
        wider.add_columns(backend)
    };
    Migration { id: "documents/0022_letter_addressed", up }
}

const ABOUT: &str = "official letters, from draft to number";

fn table() -> Table {
    Table::new("letter", ABOUT)
        .id()
        .int("version", "for concurrent edits")
        .text("number", "E-24312041-702.03-1; empty until it is signed")
        .text("title", "subject")
        .text("form", "letter, approval")
        .text("medium", "paper, electronic")
        .uuid("unit_id", "unit that writes")
        .references("unit")
        .uuid_null("owner_id", "who writes")
        .references("staff")
        .uuid_null("file_code_id", "code it is filed under")
        .references("file_code")
        .uuid_null("answers_id", "document it answers")
        .references("document")
        .text("addressees", "to whom, a name a line")
        .text("informed", "who is only to know, a name a line; may be empty")
        .text("ilgi", "what it refers to, one a line; may be empty")
        .text("body", "the text; an empty line parts paragraphs")
        .text("annexes", "one a line; may be empty")
        .text("withheld", "who gets which annexes not, one a line; may be empty")
        .default("''")
        .text("initialled_by", "who initials, in this order, one a line; may be empty")
        .uuid_null("signer_id", "who signs")
        .references("staff")
        .uuid_null("second_signer_id", "who signs after that, or consents")
        .references("staff")
        .text("signed_as", "own, acting, delegated")
        .text("on_behalf", "office on whose behalf it is signed; may be empty")
        .text("secrecy", "YOK, HZO, GZL, CGZ")
        .on_null("secret_until", "day until which the degree holds")
        .text("urgency", "NRM, ACL, GNL")
        .on_null("due_on", "day by which an answer is wanted")
        .text("statement", "the text as it went round, frozen; empty before")
        .text(
            "sheet",
            "the same in its parts, from which screen and paper are made (printing::Letter); empty before",
        )
        .text("code", "by which anybody checks it; empty until it is signed")
        .uuid_null("document_id", "its entry in the register")
        .references("document")
        .text("state", "draft, routing, returned, signed, cancelled")
        .at("created_at", "when it was begun")
        .at_null("signed_at", "when the last signed")
        .unique_where(&["number"], "number <> ''")
        .unique_where(&["code"], "code <> ''")
        .index(&["document_id"])
        .listing(
            &["state", "form", "unit_id", "owner_id", "signer_id", "answers_id", "file_code_id"],
            &["created_at"],
        )
}

/// At `/yazilar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("letter", "yazı", "Yazılar", PATH, VIEW);
    // The subject names a row: a letter has no number until it is signed.
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    kind.create = Some(WRITE);
    kind.edit = Some(WRITE);
    kind.is_makers_own = true;
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(rules::prepare);
    kind.first_files = Some("Eklerin dosyaları");
    kind.statement = Some("statement");
    kind.seen_through = &[SeenThrough { kind: routing::step_kind, column: "subject_id" }];
    kind.texts =
        Some(Texts { on: "created_at", of: Some(|db, ids| Box::pin(store::statements(db, ids))), with: &[] });
    kind.reserved =
        &[Reserved { column: "secrecy", values: &["GZL", "CGZ"], to: VIEW_SECRET, but_owner: true }];
    kind.fields = fields();
    kind.views = vec![
        View { id: "taslak", label_tr: "Taslaklarım", query: "owner_id={me}&state=draft" },
        View { id: "iade", label_tr: "İade edilenler", query: "state=returned" },
        View { id: "imzada", label_tr: "İmzada", query: "state=routing" },
        View { id: "imzalanan", label_tr: "İmzalananlar", query: "state=signed" },
        View { id: "tarama", label_tr: "İmzalı taraması beklenen", query: "scan=awaited" },
    ];
    kind.verbs = verbs::all();
    kind.editable_in = &["draft", "returned"];
    kind.files_in = &[("routing", Files::Closed), ("signed", Files::Kept), ("cancelled", Files::Closed)];
    kind.locked_tr = "İmzaya sunulan yazı değiştirilemez; imzalanmadıysa önce geri çekin.";
    kind.groups = &GROUPS;
    kind.begun_from = &[("letter_template", "active")];
    kind
}

/// As a letter is written: to whom, the text, who signs; what few letters need is folded away.
const GROUPS: [FieldGroup; 6] = [
    FieldGroup::new("", &["title", "form"]),
    FieldGroup::new("Kime", &["addressees", "addressed_as", "informed"]),
    FieldGroup::new("Metin", &["ilgi", "body", "annexes", "dosya"]),
    FieldGroup::new("Sayı ve imza", &["file_code_id", "initialled_by", "signer_id", "medium", "unit_id"]),
    FieldGroup::new(
        "İkinci imza, vekâlet, yetki devri",
        &["second_signer_id", "signed_as", "on_behalf", "signers"],
    )
    .folded(),
    FieldGroup::new(
        "Ek bilgiler",
        &["withheld", "answers_id", "urgency", "due_on", "secrecy", "secret_until"],
    )
    .folded(),
];

/// Without these a draft is kept but not sent round.
const TO_SUBMIT: &str = "imzaya sunmadan önce gerekli";

fn fields() -> Vec<Field> {
    let long = |name, label_tr, max_length| Field::new(name, label_tr, FieldKind::LongText { max_length });
    let offered = |name, label_tr, most, kind| long(name, label_tr, most).each_line(kind, LineBy::Name);
    let person = |name, label_tr| Field::reference(name, label_tr, "staff").among(&["active"]);
    let initials = offered("initialled_by", "Paraflayacaklar", 4_000, "staff").among(&["active"]);
    vec![
        Field::text("title", "Konu", 200).required().listed().searched(),
        Field::text("number", "Sayı", 60).listed().searched().read_only(),
        Field::choice("form", "Türü", &FORMS).required().filtered().default("letter"),
        offered("addressees", "Muhatap", 8_000, "correspondent").searched().needed(TO_SUBMIT).hint(
            "Her satıra bir kurum, kişi, makam ya da bir dağıtım grubunun adı. Birden çoksa dağıtımlı yazı olur. Olurda boş \
             kalabilir.",
        ),
        Field::text("addressed_as", "Metnin üstünde muhatap", 240).hint(
            "Boş bırakırsanız kendiliğinden yazılır: “ÖRNEKİL VALİLİĞİNE”, kişide “Sayın Zeynep KOÇ”. Dağıtımlı yazıda kullanılmaz.",
        ),
        offered("informed", "Bilgi için", 8_000, "correspondent").hint("Her satıra bir ad ya da bir dağıtım grubunun adı."),
        long("ilgi", "İlgi", 4_000)
            .looked_up(citing::PATH)
            .hint(
                "Her satıra bir yazı. Son satıra evrakın numarasından, konusundan ya da göndereninden birkaç harf yazın, çıkan listeden \
                 seçin: “Valiliğin 3.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı.” diye yazılır. Kendi sözünüzle de \
                 yazabilirsiniz.",
            ),
        long("body", "Metin", 40_000)
            .required()
            .searched()
            .looked_up(lint::PATH)
            .hint("Paragrafları boş satırla ayırın; yazarken biçim denetlenir."),
        long("annexes", "Ekler", 4_000).hint("Her satıra bir ek: “Liste (2 sayfa)”."),
        long("withheld", "Eki gönderilmeyenler", 4_000).hint(
            "Ek gitmeyecek muhatap, her satıra biri. Yalnız bazı ekler gitmeyecekse numaraları: “Kaymakamlık: 2”. Elektronik yazıda \
             bu muhatap için ekleri çıkarılmış ayrı paket yapılır.",
        ),
        Field::reference("file_code_id", "Dosya kodu", "file_code")
            .among(&["current"])
            .filtered()
            .backlinked()
            .needed(TO_SUBMIT)
            .hint("Yazının sayısında yer alır. Kod ya da konusundan birkaç harf yazın."),
        Field::reference("answers_id", "Yanıtladığı evrak", "document").filtered().backlinked(),
        Field::choice("medium", "Nasıl imzalanacak?", &MEDIA)
            .default("paper")
            .hint("Elektronik imza için yöneticinin imza ayarını açması gerekir."),
        initials.hint("Her satıra bir personel: adı ya da sicil numarası, paraf sırasıyla."),
        person("signer_id", "İmzalayacak").listed().filtered().needed(TO_SUBMIT),
        person("second_signer_id", "İkinci imza").hint("Olurda oluru verecek makam."),
        long("signers", "İmzalayanlar (ikiden çoksa)", 2_000).hint(
            "Yazılırsa “İmzalayacak” ve “İkinci imza” yerine geçer. Her satıra bir personel, imza sırasıyla; olurda sonuncusu olur verir. \
             Makam adına imzada “Veli Ak: Başkan a.”, vekâlette “Veli Ak: Başkan V.” yazın.",
        ),
        Field::choice("signed_as", "İmza türü", &SIGNED_AS).default("own"),
        Field::text("on_behalf", "Adına imzalanan makam", 120)
            .hint("Vekâlette ve yetki devrinde makamın adı."),
        Field::choice("urgency", "İvedilik", &URGENCIES).default("NRM"),
        Field::new("due_on", "Yanıt için istenen gün", FieldKind::Day),
        Field::choice("secrecy", "Gizlilik", &SECRECIES).default("YOK"),
        Field::new("secret_until", "Gizliliğin süresi", FieldKind::Day),
        Field::reference("unit_id", "Yazan birim", "unit")
            .listed()
            .filtered()
            .hint("Boş bırakırsanız sizin biriminiz."),
        Field::reference("owner_id", "Yazan", "staff").filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::choice("scan", "Islak imza", &scan::SCANS).filtered().read_only(),
        Field::text("code", "Doğrulama kodu", 40).read_only(),
        long("cited", "İlgi tutulan evrak", 1_000).read_only(),
        Field::reference("document_id", "Evrak kaydı", "document").read_only(),
        Field::new("created_at", "Yazılmaya başlandığı an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("signed_at", "İmzalandığı an", FieldKind::Instant).read_only(),
    ]
}
