//! The kind `delivery`: paper carried to a unit, a person or somebody outside against a signature, as the custody book (zimmet
//! defteri) has it (CO-4). What is carried is frozen when it is made out, of secret documents the number alone; what
//! became of it stands in each document's timeline.

mod book;
mod lines;
mod notices;
mod paper;
mod rules;
pub(crate) mod store;
mod verbs;

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::{Reaction, VerbLabel};
use kernel::migrate::{Migration, create};
use kernel::number::Book;
use kernel::record::{Choice, Direction, Field, FieldKind, Files, Kind, LineBy, Tone, View};
use kernel::schema::Table;
use web::{Allow, Routes};

use crate::document::SECRECIES;
use crate::{KEEPERS, entry, permission, verb};

/// Sees deliveries within a scope; everybody sees those to themselves.
pub const VIEW: &str = "documents.delivery.view";
/// Makes deliveries out, sends them on their way, takes signatures, brings back what was not taken.
pub const CARRY: &str = "documents.delivery.carry";
/// Says in one's own account that the paper was received.
pub const RECEIVE: &str = "documents.delivery.receive";

pub(crate) const PATH: &str = "/evrak-teslimleri";

const SERIES: &str = "document_delivery";

const RECEIVERS: [Choice; 3] = [
    Choice::new("unit", "Birim", Tone::Wait),
    Choice::new("person", "Kişi", Tone::Wait),
    Choice::new("outside", "Kurum dışı", Tone::Wait),
];

pub(crate) const STATES: [Choice; 5] = [
    Choice::new("prepared", "Hazırlandı", Tone::New),
    Choice::new("on_the_way", "Yolda", Tone::Doing),
    Choice::new("delivered", "Teslim edildi", Tone::Done),
    Choice::new("came_back", "Geri döndü", Tone::Late),
    Choice::new("cancelled", "İptal edildi", Tone::Wait),
];

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Zimmetle teslim", PATH, VIEW)],
        permissions: permissions(),
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        books: vec![Book {
            series: SERIES,
            name_tr: "Zimmetle teslim",
            table: "delivery",
            year: "book_year",
            number: "book_number",
            only_where: "number <> ''",
        }],
        reactions: vec![Reaction { subject_kind: "delivery", verb: "created", run: rules::made_out }],
        notices: notices::declared(),
        subjects: vec![(book::SUBJECT, "zimmet defteri")],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(paper::extras))
        .get("/evrak-teslimleri/{id}/fis", Allow::Permission(VIEW), paper::print)
        .get("/evrak-teslimleri/defter", Allow::Permission(VIEW), book::show)
        .get("/evrak-teslimleri/defter/pdf", Allow::Permission(VIEW), book::print)
}

const VERBS: [VerbLabel; 9] = [
    verb("delivery_left", "Yola çıkardı", true),
    verb("delivery_drawn", "Ekranda imzalatıp teslim etti", true),
    verb("delivery_received", "Teslim aldığını bildirdi", true),
    verb("delivery_signed", "Kâğıtta imzalanıp teslim edildi", true),
    verb("delivery_came_back", "Teslim edilemeden geri döndü", true),
    verb("delivery_cancelled", "Teslimi iptal etti", false),
    verb("delivery_taken", "Teslim listesinin PDF'i alındı", false),
    verb("document_delivered", "Elden teslim edildi", true),
    verb("document_came_back", "Elden teslim edilemeden geri döndü", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            VIEW,
            "Zimmetle teslimleri ve zimmet defterini görür; kendisine gelen teslimi her hâlde görür.",
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
            CARRY,
            "Kâğıt evrakı imza karşılığı teslim etmek için liste düzenler, yola çıkarır, imzalatır, geri döneni yazar.",
            KEEPERS,
        ),
        permission(
            RECEIVE,
            "Kendisine ya da birimine gelen kâğıt evrakı teslim aldığını bildirir.",
            &[
                ("admin", "own"),
                ("deputy_mayor", "own"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "own"),
            ],
        ),
    ]
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0007_delivery", up: |backend| create(backend, &[table(), item_table()]) }
}

fn table() -> Table {
    Table::new("delivery", "paper carried to somebody against a signature")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "for people: 2026-TS-000001")
        .int("book_year", "calendar year of the number")
        .int("book_number", "number in its year, gapless")
        .text("title", "receiver and first document, for people")
        .text("receiver", "who it goes to, as it was called when it was made out")
        .text("receiver_kind", "unit, person, outside")
        .text("receiver_key", "the same receiver has the same key, whatever it is called")
        .uuid_null("unit_id", "unit it goes to, or the receiver's; null outside")
        .references("unit")
        .uuid_null("staff_id", "person who takes it; null where a unit's anybody may")
        .references("staff")
        .text("correspondent", "receiver outside, as typed; may be empty")
        .uuid_null("correspondent_id", "the same as known")
        .references("correspondent")
        .uuid("carrier_id", "who carries it")
        .references("staff")
        .text("document_numbers", "numbers in the register, one a line")
        .text("secrecy", "highest degree among the documents: YOK, HZO, GZL, CGZ")
        .text("statement", "what the receiver signs, frozen when it was made out")
        .text("taken_by", "who took it, or why it came back; empty before")
        .text("note", "anything else; may be empty")
        .text("state", "prepared, on_the_way, delivered, came_back, cancelled")
        .on("carried_on", "day it left; before that the day it was made out")
        .at("created_at", "when it was made out")
        .at_null("left_at", "when it left")
        .at_null("ended_at", "when it was delivered, or came back")
        .unique(&["number"])
        .unique(&["book_year", "book_number"])
        .index_where(&["receiver_key"], "state IN ('prepared', 'on_the_way')")
        .listing(
            &["state", "receiver_kind", "unit_id", "staff_id", "correspondent_id", "carrier_id"],
            &["carried_on"],
        )
}

fn item_table() -> Table {
    Table::new("delivery_item", "documents of a delivery")
        .uuid("delivery_id", "which delivery")
        .references("delivery")
        .uuid("document_id", "which entry of the register")
        .references("document")
        .key(&["delivery_id", "document_id"])
        .index(&["document_id"])
}

/// At `/evrak-teslimleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("delivery", "zimmetle teslim", "Zimmetle teslim", PATH, VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.create = Some(CARRY);
    kind.edit = Some(CARRY);
    kind.statement = Some("statement");
    kind.default_sort = ("carried_on", Direction::Descending);
    kind.prepare = Some(rules::prepare);
    kind.list_links = &[("Günün zimmet defteri", "defter")];
    kind.fields = fields();
    kind.views = vec![
        View { id: "bana", label_tr: "Bana gelenler", query: "staff_id={me}&state=on_the_way" },
        View { id: "yolda", label_tr: "Yolda", query: "state=on_the_way" },
        View { id: "hazir", label_tr: "Yola çıkacaklar", query: "state=prepared" },
        View { id: "teslim", label_tr: "Teslim edilenler", query: "state=delivered" },
        View { id: "geri", label_tr: "Geri dönenler", query: "state=came_back" },
    ];
    kind.verbs = verbs::all();
    kind.files_in = &[("delivered", Files::Kept), ("came_back", Files::Kept)];
    kind.editable_in = &["prepared", "on_the_way"];
    kind.locked_tr = "Sonuçlanmış bir teslim değiştirilemez.";
    kind
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("number", "Teslim no", 40).listed().searched().read_only(),
        Field::text("title", "Konusu", 300).searched().read_only(),
        Field::text("receiver", "Kime", 300).listed().searched().read_only(),
        Field::choice("receiver_kind", "Alıcının türü", &RECEIVERS).filtered().read_only(),
        Field::reference("unit_id", "Birim", "unit")
            .among(&["open"])
            .filtered()
            .backlinked()
            .hint("Birime götürülüyorsa. Kişi seçtiyseniz gerekmez.")
            .on_create(),
        Field::reference("staff_id", "Teslim alacak kişi", "staff")
            .among(&["active"])
            .listed()
            .filtered()
            .backlinked()
            .hint("Birime götürülende boş kalabilir; imzalatmadan önce “değiştir” ile yazılır."),
        Field::text("correspondent", "Kurum dışı alıcı", 240)
            .hint(
                "Kurum, kişi ya da firma dışarıdaysa adı; yeni bir adsa kendiliğinden muhatap olarak açılır.",
            )
            .on_create(),
        Field::new(lines::FIELD, "Evrak", FieldKind::LongText { max_length: 8_000 })
            .each_line("document", LineBy::Number)
            .required()
            .hint("Her satıra bir evrak numarası: 2026-GE-000123. Etiketleri okuyucuyla art arda okutabilirsiniz.")
            .on_create(),
        Field::reference("carrier_id", "Götüren", "staff")
            .among(&["active"])
            .listed()
            .filtered()
            .hint("Boş bırakırsanız siz."),
        Field::new("note", "Not", FieldKind::LongText { max_length: 2_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::text("taken_by", "Teslim alan ya da dönüş nedeni", 2_000).listed().searched().read_only(),
        Field::new("carried_on", "Günü", FieldKind::Day).listed().filtered().sorted().read_only(),
        Field::new("left_at", "Yola çıktığı an", FieldKind::Instant).read_only(),
        Field::new("ended_at", "Sonuçlandığı an", FieldKind::Instant).read_only(),
        Field::choice("secrecy", "Gizlilik", &SECRECIES).read_only(),
        Field::reference("correspondent_id", "Muhatap", "correspondent").filtered().backlinked().read_only(),
        Field::new("created_at", "Düzenlendiği an", FieldKind::Instant).read_only(),
    ]
}
