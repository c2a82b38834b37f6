//! The kind `document`: an entry of the register — what came, what went out, what was written inside — under a number that
//! runs without a gap in its book and year (CO-1; Resmî Yazışmalar Yönetmeliği, kayıt).

mod answers;
pub(crate) mod entering;
mod labels;
pub(crate) mod letters;
pub(crate) mod lookup;
mod page;
mod rules;
mod schema;
pub(crate) mod store;
mod verbs;

pub(crate) use schema::{kept, migration, unit_index};

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::{Reaction, VerbLabel};
use kernel::number::Book;
use kernel::record::{
    Choice, Direction, Field, FieldGroup, FieldKind, Fixed, Kind, Reserved, SeenThrough, Series, Texts, Tone,
    View,
};
use web::{Allow, Routes};

use crate::intake::signatures::STATES as SIGNATURES;
use crate::{KEEPERS, entry, intake, letter, permission, referral, verb};

/// Sees entries of the register within a scope; what was referred to somebody opens by that.
pub const VIEW: &str = "documents.document.view";
/// Enters, corrects, files and cancels.
pub const EDIT: &str = "documents.document.register";
/// Sees documents of the two higher degrees of secrecy.
pub const VIEW_SECRET: &str = "documents.document.view_secret";

pub(crate) const PATH: &str = "/evrak";

/// A book, the letters of its numbers, the series they come from.
pub(crate) const BOOKS: [(&str, &str, &str); 3] = [
    ("incoming", "GE", "document_incoming"),
    ("outgoing", "GI", "document_outgoing"),
    ("internal", "IC", "document_internal"),
];

pub(crate) const BOOK_NAMES: [Choice; 3] = [
    Choice::new("incoming", "Gelen", Tone::New),
    Choice::new("outgoing", "Giden", Tone::Doing),
    Choice::new("internal", "İç", Tone::Wait),
];

const MEDIA: [Choice; 9] = [
    Choice::new("hand", "Elden", Tone::Wait),
    Choice::new("post", "Posta ya da kargo", Tone::Wait),
    Choice::new("email", "E-posta", Tone::Wait),
    Choice::new("scan", "Tarayıcı", Tone::Wait),
    Choice::new("package", "e-Yazışma paketi", Tone::Wait),
    Choice::new("kep", "KEP", Tone::Wait),
    Choice::new("api", "Başka program", Tone::Wait),
    Choice::new("system", "Sistem içinden, elektronik", Tone::Wait),
    // A letter was signed on paper; nobody said yet how it leaves.
    Choice::new("unknown", "Henüz yazılmadı", Tone::Wait),
];

/// Where an entry comes from.
const ORIGINS: [Choice; 2] = [
    Choice::new("entered", "Kayıtta girildi", Tone::Wait),
    Choice::new("letter", "Belediyenin imzaladığı yazı", Tone::Done),
];

/// What is said of an entry's electronic signature: of a package that came, or of a letter of ours.
const SIGNED: [Choice; 5] = [
    SIGNATURES[0],
    SIGNATURES[1],
    SIGNATURES[2],
    SIGNATURES[3],
    Choice::new("own", "e-İmzayla imzalandı", Tone::Done),
];

/// Whether what came in asks for an answer, and has it; nothing of what goes out.
const ANSWERS: [Choice; 4] = [
    Choice::new("none", "İstenmiyor", Tone::Wait),
    Choice::new("awaited", "Yanıt bekliyor", Tone::Late),
    Choice::new("given", "Yanıtlandı", Tone::Done),
    Choice::new("not_needed", "Yanıt gerekmiyor", Tone::Wait),
];

/// Codes of the e-Yazışma package (Güvenlik kodu).
pub(crate) const SECRECIES: [Choice; 4] = [
    Choice::new("YOK", "Yok", Tone::Wait),
    Choice::new("HZO", "Hizmete özel", Tone::Doing),
    Choice::new("GZL", "Gizli", Tone::Late),
    Choice::new("CGZ", "Çok gizli", Tone::Late),
];

/// Codes of the e-Yazışma package (İvedilik).
pub(crate) const URGENCIES: [Choice; 3] = [
    Choice::new("NRM", "Normal", Tone::Wait),
    Choice::new("ACL", "Acele", Tone::Late),
    Choice::new("GNL", "Günlü", Tone::Doing),
];

pub(crate) const STATES: [Choice; 7] = [
    Choice::new("registered", "Havale bekliyor", Tone::New),
    // What goes out waits for nobody.
    Choice::new("recorded", "Kaydedildi", Tone::Done),
    Choice::new("referred", "Havalede", Tone::Doing),
    Choice::new("sent_back", "Havalesi iade edildi", Tone::Late),
    Choice::new("done", "Gereği yapıldı", Tone::Done),
    Choice::new("filed", "Dosyalandı", Tone::Done),
    Choice::new("cancelled", "İptal edildi", Tone::Wait),
];

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Evrak kayıt", PATH, VIEW)],
        permissions: permissions(),
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        books: BOOKS.iter().map(book).collect(),
        reactions: reactions(),
        ..Capability::default()
    }
}

fn reactions() -> Vec<Reaction> {
    let on = |subject_kind, verb, run| Reaction { subject_kind, verb, run };
    let mut all: Vec<Reaction> = ["created", "referral_done", "referral_returned", "referral_withdrawn"]
        .map(|verb| on("referral", verb, verbs::followed))
        .to_vec();
    all.push(on("letter", "letter_signed", letters::signed));
    all.extend(
        ["created", "changed", "document_cancelled"].map(|verb| on("document", verb, answers::follow)),
    );
    all.extend(
        ["changed", "secrecy_changed", "secrecy_ended"]
            .map(|verb| on("document", verb, verbs::tell_referrals)),
    );
    all
}

fn book((code, _, series): &(&'static str, &'static str, &'static str)) -> Book {
    Book {
        series,
        name_tr: BOOK_NAMES.iter().find(|one| one.code == *code).map_or("", |one| one.label_tr),
        table: "document",
        year: "book_year",
        number: "book_number",
        only_where: match *code {
            "incoming" => "book = 'incoming'",
            "outgoing" => "book = 'outgoing'",
            _ => "book = 'internal'",
        },
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(page::extras))
        .post(lookup::PATH, Allow::Permission(EDIT), lookup::show)
        .get(labels::PATH, Allow::Permission(VIEW), labels::sheet)
}

const VERBS: [VerbLabel; 7] = [
    verb("document_answered", "Yanıtlandı", false),
    verb("document_no_answer", "Yanıt gerekmediğini yazdı", true),
    verb("document_asks_answer", "Yanıt beklendiğini yazdı", false),
    verb("document_filed", "Dosyalandı", true),
    verb("document_reopened", "Yeniden açıldı", false),
    verb("document_cancelled", "İptal edildi", true),
    verb("document_moved_on", "Durumu havaleleriyle değişti", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            VIEW,
            "Evrak kayıtlarını görür; kendisine havale edilen evrakı her hâlde görür.",
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
        permission(EDIT, "Evrak kaydeder, düzeltir, dosyalar, gerekçesiyle iptal eder.", KEEPERS),
        permission(
            VIEW_SECRET,
            "Gizli ve çok gizli evrakı görür; kendisine havale edileni her hâlde görür.",
            &[("admin", "all"), ("deputy_mayor", "all"), ("director", "unit_tree")],
        ),
    ]
}

/// At `/evrak`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("document", "evrak", "Evrak kayıt", PATH, VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(rules::prepare);
    kind.first_files = Some("Evrakın taraması ve ekleri");
    kind.seen_through = &[
        SeenThrough { kind: referral::kind, column: "document_id" },
        SeenThrough { kind: letter::kind, column: "document_id" },
        SeenThrough { kind: letter::kind, column: "answers_id" },
    ];
    kind.reserved =
        &[Reserved { column: "secrecy", values: &["GZL", "CGZ"], to: VIEW_SECRET, but_owner: true }];
    kind.texts = Some(Texts {
        on: "received_on",
        of: Some(|db, ids| Box::pin(intake::store::texts_of_documents(db, ids))),
        with: &[("intake_item", |db, ids| Box::pin(intake::store::documents_of(db, ids)))],
    });
    kind.fields = fields();
    kind.views = vec![
        View { id: "havale-bekleyen", label_tr: "Havale bekleyen", query: "state=registered" },
        View { id: "iade", label_tr: "Havalesi iade edilen", query: "state=sent_back" },
        View { id: "yanit", label_tr: "Yanıt bekleyenler", query: "answer=awaited" },
        View {
            id: "geciken", label_tr: "Yanıtı gecikenler", query: "answer=awaited&due_on_son={yesterday}"
        },
        View { id: "gelen", label_tr: "Gelen", query: "book=incoming" },
        View { id: "giden", label_tr: "Giden", query: "book=outgoing" },
        View { id: "ic", label_tr: "İç", query: "book=internal" },
    ];
    kind.groups = &GROUPS;
    kind.list_links = &[("Etiketleri yazdır", "etiketler")];
    kind.series =
        Some(Series { first: "correspondent", kept: &["book", "medium", "received_on"], verb: None });
    kind.verbs = verbs::all();
    kind.editable_in = &["registered", "recorded", "referred", "sent_back", "done"];
    kind.locked_tr =
        "Dosyalanmış ya da iptal edilmiş kayıt değiştirilemez; dosyalanmışsa önce gerekçesiyle yeniden açın.";
    kind.fixed = Some(Fixed {
        of: rules::fixed,
        why_tr: "Bu, imzalanmış yazının kaydıdır; yazıda ne yazıyorsa kayıtta da o yazar. Gizlilik derecesi yalnız “Gizlilik değişiklikleri” \
                 sayfasında, kararıyla değişir.",
    });
    kind.reasoned = rules::REASONED;
    kind
}

/// In the order in which the clerk reads them off the paper.
const GROUPS: [FieldGroup; 3] = [
    FieldGroup::new(
        "",
        &["book", "medium", "correspondent", "their_number", "their_on", "title", "sheets", "dosya"],
    ),
    FieldGroup::new("Dosya ve birim", &["file_code_id", "unit_id"]),
    FieldGroup::new(
        "Ek bilgiler",
        &["received_on", "urgency", "due_on", "secrecy", "secret_until", "answers_id", "is_copy", "note"],
    )
    .folded(),
];

fn fields() -> Vec<Field> {
    vec![
        Field::text("number", "Kayıt no", 40).listed().searched().read_only(),
        Field::choice("book", "Defter", &BOOK_NAMES).required().filtered().default("incoming").on_create(),
        Field::text("correspondent", "Kimden / kime", 240)
            .required()
            .listed()
            .searched()
            .looked_up(lookup::PATH)
            .called("book", &[("incoming", "Kimden"), ("outgoing", "Kime"), ("internal", "Kime")])
            .hint("Gelende gönderen, gidende alıcı. Yeni bir adsa kendiliğinden muhatap olarak açılır."),
        Field::text("their_number", "Yazının sayısı", 120).searched(),
        Field::new("their_on", "Yazının tarihi", FieldKind::Day),
        Field::text("title", "Konusu", 300).required().listed().searched(),
        Field::reference("file_code_id", "Dosya kodu", "file_code")
            .among(&["current"])
            .filtered()
            .backlinked()
            .hint("Kod ya da konusundan birkaç harf yazın."),
        Field::choice("medium", "Geliş ya da gidiş yolu", &MEDIA)
            .required()
            .filtered()
            .default("hand")
            .called(
                "book",
                &[("incoming", "Nasıl geldi?"), ("outgoing", "Nasıl gitti?"), ("internal", "Yolu")],
            ),
        Field::choice("urgency", "İvedilik", &URGENCIES).default("NRM"),
        Field::new("due_on", "Yanıt için istenen gün", FieldKind::Day).listed().filtered(),
        Field::choice("answer", "Yanıt", &ANSWERS).filtered().read_only(),
        Field::text("answer_said", "Neden yanıt gerekmiyor?", 2_000).read_only(),
        Field::choice("secrecy", "Gizlilik", &SECRECIES).filtered().default("YOK"),
        Field::new("secret_until", "Gizliliğin son günü", FieldKind::Day)
            .hint("Yazıda bir gün yazıyorsa; ertesi gün gizlilik kendiliğinden kalkar."),
        Field::new("sheets", "Ek sayısı", FieldKind::Int { min: 0, max: 10_000 }).default("0"),
        Field::reference("answers_id", "Yanıtladığı evrak", "document").filtered().backlinked(),
        Field::reference("unit_id", "Birimi", "unit")
            .listed()
            .filtered()
            .hint("Boş bırakırsanız sizin biriminiz."),
        Field::new("received_on", "Geliş ya da gidiş günü", FieldKind::Day)
            .listed()
            .sorted()
            .hint("Boşsa bugün.")
            .called(
                "book",
                &[("incoming", "Geliş günü"), ("outgoing", "Gidiş günü"), ("internal", "Tarihi")],
            ),
        Field::new("is_copy", "Aynı sayı ve tarihli yazı kayıtlı olsa da kaydet", FieldKind::Bool)
            .on_create(),
        Field::new("note", "Not", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("origin", "Kaydın kaynağı", &ORIGINS).read_only(),
        Field::choice("signature", "e-İmza", &SIGNED).read_only(),
        Field::text("signature_said", "İmzalayan", 1_000).read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::reference("correspondent_id", "Muhatap", "correspondent").filtered().backlinked().read_only(),
        Field::reference("owner_id", "Kaydeden", "staff").filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ]
}
