//! The kind `referral`: a document is sent to a unit or a person, for action ("gereği") or for information ("bilgi"), with a
//! last day; whoever got it says what was done, refers on, or sends it back (CO-2).

mod notices;
pub(crate) mod others;
pub(crate) mod store;
mod tree;
mod verbs;

use kernel::capability::Permission;
use kernel::event::{Reaction, VerbLabel};
use kernel::job::Job;
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Reserved, Tone, View,
};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Boxed, Capability, Day, Result, Tx, Violation};

pub(crate) use tree::{extras, tree};

use crate::document::{self, VIEW_SECRET};
use crate::{entry, permission, verb};

/// Sees referrals within a scope; everybody sees those to themselves.
pub const VIEW: &str = "documents.referral.view";
/// Refers documents.
pub const REFER: &str = "documents.referral.refer";
/// Says what was done about a referral, or sends it back.
pub const ANSWER: &str = "documents.referral.answer";

pub(crate) const PATH: &str = "/havaleler";

const PURPOSES: [Choice; 2] =
    [Choice::new("action", "Gereği", Tone::Doing), Choice::new("information", "Bilgi", Tone::Wait)];

pub(crate) const STATES: [Choice; 4] = [
    Choice::new("open", "Bekliyor", Tone::New),
    Choice::new("done", "Yapıldı", Tone::Done),
    Choice::new("returned", "İade edildi", Tone::Late),
    Choice::new("withdrawn", "Geri çekildi", Tone::Wait),
];

/// Working days for what must be done, where nobody says otherwise.
const DAYS: &str = "documents.referral_days";

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Havaleler", PATH, VIEW)],
        permissions: permissions(),
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        notices: notices::declared(),
        jobs: vec![job()],
        reactions: vec![Reaction { subject_kind: "referral", verb: "created", run: others::written }],
        settings: vec![Setting {
            key: DAYS,
            group_tr: "Evrak",
            label_tr: "Havalede olağan süre (iş günü)",
            hint_tr: "Havale edilirken süre yazılmazsa gereği için bu kadar iş günü verilir.",
            kind: SettingKind::Int { min: 1, max: 120 },
            default: "10",
        }],
        ..Capability::default()
    }
}

fn job() -> Job {
    notices::job()
}

const VERBS: [VerbLabel; 6] = [
    verb("referral_done", "Gereğini yaptı", true),
    verb("referral_read", "Bilgi edindi", false),
    verb("referral_returned", "Havaleyi iade etti", true),
    verb("referral_withdrawn", "Havaleyi geri çekti", true),
    verb("referral_prolonged", "Süresini uzattı", true),
    verb("referral_late", "Havalenin süresi geçti", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            VIEW,
            "Havaleleri görür.",
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
            REFER,
            "Evrakı birimlere ve kişilere havale eder, havaleyi geri çeker, süresini uzatır.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("clerk", "all"),
            ],
        ),
        permission(
            ANSWER,
            "Havalenin gereğini yaptığını yazar ya da havaleyi gerekçesiyle iade eder.",
            &[
                ("admin", "all"),
                // Their own unit, so that whoever stands in for them answers as well.
                ("deputy_mayor", "unit"),
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
    Migration { id: "documents/0005_referral", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("referral", "who must do or know what about a document")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the document")
        .text("title", "subject of the document")
        .text("correspondent", "who wrote it")
        .text("secrecy", "of the document")
        .uuid("document_id", "what was referred")
        .references("document")
        .uuid_null("parent_id", "referral it came of")
        .references("referral")
        .uuid("unit_id", "unit it went to")
        .references("unit")
        .uuid_null("staff_id", "person it went to; null where the unit has no head")
        .references("staff")
        .text("purpose", "action, information")
        .int_null("days", "working days that were given")
        .on("due_on", "last day")
        .text("note", "what is wanted; may be empty")
        .uuid_null("from_id", "who referred it")
        .references("staff")
        .text("outcome", "what was done, or why it was sent back; empty while it is open")
        .text("state", "open, done, returned, withdrawn")
        .bool("is_late_told", "that it is late was said")
        .at("created_at", "when it was referred")
        .at_null("ended_at", "when it was done, sent back or withdrawn")
        .listing(
            &["state", "purpose", "document_id", "parent_id", "unit_id", "staff_id", "from_id"],
            &["due_on", "created_at"],
        )
        .index_where(&["due_on"], "state = 'open'")
}

/// At `/havaleler`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("referral", "havale", "Havaleler", PATH, VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.create = Some(REFER);
    kind.default_sort = ("due_on", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.reserved =
        &[Reserved { column: "secrecy", values: &["GZL", "CGZ"], to: VIEW_SECRET, but_owner: true }];
    kind.fields = fields();
    kind.groups = &others::GROUPS;
    kind.views = vec![
        View { id: "bana", label_tr: "Bana gelenler", query: "staff_id={me}&state=open" },
        View { id: "birimime", label_tr: "Birimime gelenler", query: "unit_id={unit}&state=open" },
        View {
            id: "geciken",
            label_tr: "Süresi geçenler",
            query: "state=open&purpose=action&due_on_son={yesterday}",
        },
        View {
            id: "hafta",
            label_tr: "Bu hafta dolacaklar",
            query: "state=open&purpose=action&due_on_bas={today}&due_on_son={sunday}",
        },
        View { id: "verdigim", label_tr: "Benim havale ettiklerim", query: "from_id={me}&state=open" },
        View { id: "iade", label_tr: "İade edilenler", query: "state=returned" },
        View { id: "yapilan", label_tr: "Yapılanlar", query: "state=done&sirala=-due_on" },
    ];
    kind.verbs = verbs::all();
    kind
}

fn fields() -> Vec<Field> {
    let mut all = own_fields();
    all.extend(others::fields());
    all
}

fn own_fields() -> Vec<Field> {
    vec![
        Field::text("number", "Evrak no", 40).listed().searched().read_only(),
        Field::text("title", "Konusu", 300).listed().searched().read_only(),
        Field::text("correspondent", "Kimden / kime", 240).listed().searched().read_only(),
        Field::reference("document_id", "Evrak", "document")
            .among(&["registered", "recorded", "referred", "sent_back", "done"])
            .filtered()
            .backlinked()
            .hint("Üst havale seçildiyse boş bırakın.")
            .on_create(),
        Field::reference("parent_id", "Üst havale", "referral")
            .among(&["open"])
            .filtered()
            .backlinked()
            .on_create(),
        Field::reference("staff_id", "Kişi", "staff")
            .among(&["active"])
            .listed()
            .filtered()
            .on_create()
            .hint("Boş bırakırsanız birimin yöneticisine gider."),
        Field::reference("unit_id", "Birim", "unit")
            .among(&["open"])
            .listed()
            .filtered()
            .on_create()
            .hint("Kişi seçtiyseniz gerekmez."),
        Field::choice("purpose", "Ne için?", &PURPOSES)
            .required()
            .listed()
            .filtered()
            .default("action")
            .on_create(),
        Field::new("days", "Süre (iş günü)", FieldKind::Int { min: 1, max: 365 })
            .on_create()
            .hint("Boşsa evrakın istediği gün, o da yoksa ayarlardaki olağan süre."),
        Field::new("note", "Talimat", FieldKind::LongText { max_length: 2_000 }).on_create(),
        Field::new("due_on", "Son gün", FieldKind::Day).listed().filtered().sorted().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("outcome", "Sonucu", FieldKind::LongText { max_length: 2_000 }).read_only(),
        Field::reference("from_id", "Havale eden", "staff").filtered().read_only(),
        Field::choice("secrecy", "Gizlilik", &document::SECRECIES).read_only(),
        Field::new("created_at", "Havale edildiği an", FieldKind::Instant).read_only(),
        Field::new("ended_at", "Sonuçlandığı an", FieldKind::Instant).read_only(),
    ]
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    _before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if let Some(parent) = draft.get("parent_id").id() {
            let parent = record::get(tx, &kind(), parent).await?;
            draft.set("document_id", parent.get("document_id").clone());
        }
        let Some(document) = draft.get("document_id").id() else {
            return Ok(vec![Violation::new("HVL-001", "document_id", "Havale edilecek evrakı seçin.")]);
        };
        let document = record::get(tx, &document::kind(), document).await?;
        if ["filed", "cancelled"].contains(&document.get("state").text()) {
            let text = "Dosyalanmış ya da iptal edilmiş evrak havale edilemez; önce yeniden açın.";
            return Ok(vec![Violation::new("HVL-002", "document_id", text)]);
        }
        if let Some(violation) = address(tx, draft).await? {
            // What is wrong with the others is said at once with it.
            let mut found = others::read(tx, draft).await?.1;
            found.insert(0, violation);
            return Ok(found);
        }
        let to = (draft.get("unit_id").id().unwrap_or_default(), draft.get("staff_id").id());
        if store::is_open_to(tx, document.id, to.0, to.1).await? {
            let text = "Bu evrak zaten ona havale edilmiş ve sonucu bekleniyor.";
            return Ok(vec![Violation::new("HVL-003", "staff_id", text)]);
        }
        let wrong = others::refuse(tx, draft, document.id, to).await?;
        if !wrong.is_empty() {
            return Ok(wrong);
        }
        for column in ["number", "title", "correspondent", "secrecy"] {
            draft.set(column, document.get(column).clone());
        }
        let due = due_on(tx, draft, &document).await?;
        draft.set("due_on", FieldValue::Text(due.to_string()));
        for column in ["note", "outcome"] {
            if draft.get(column).is_null() {
                draft.set(column, FieldValue::Text(String::new()));
            }
        }
        if let Some(from) = tx.act().actor.staff_id {
            draft.set("from_id", FieldValue::Id(from));
        }
        draft.set("state", FieldValue::Text("open".into()));
        draft.set("is_late_told", FieldValue::Bool(false));
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(Vec::new())
    })
}

/// To a person in their unit, or to a unit and whoever heads it.
pub(crate) async fn address(tx: &Tx, draft: &mut Draft) -> Result<Option<Violation>> {
    let (unit, staff) = (draft.get("unit_id").id(), draft.get("staff_id").id());
    match (unit, staff) {
        (None, None) => {
            return Ok(Some(Violation::new("HVL-004", "staff_id", "Kişiyi ya da birimi seçin.")));
        }
        (unit, Some(staff)) => {
            let person = directory::store::person(tx, staff).await?;
            let own = person.map(|person| person.unit_id);
            if unit.is_some() && unit != own {
                let text = "Bu kişi seçtiğiniz birimde çalışmıyor; birimi boş bırakın.";
                return Ok(Some(Violation::new("HVL-005", "unit_id", text)));
            }
            if let Some(own) = own {
                draft.set("unit_id", FieldValue::Id(own));
            }
        }
        (Some(unit), None) => {
            if let Some(head) = directory::store::head_on(tx, unit, tx.at().day().0).await? {
                draft.set("staff_id", FieldValue::Id(head.staff_id));
            }
        }
    }
    Ok(None)
}

/// What was said in working days; else what the writer wants, unless that day is past already; else what is usual.
async fn due_on(tx: &Tx, draft: &Draft, document: &Record) -> Result<Day> {
    let wanted = document.get("due_on").text();
    if draft.get("days").is_null()
        && let Ok(day) = wanted.parse::<Day>()
        && day >= tx.at().day()
    {
        return Ok(day);
    }
    in_working_days(tx, draft.get("days").int()).await
}

/// So many working days from today; where nobody says how many, as many as are usual.
pub(crate) async fn in_working_days(tx: &Tx, days: Option<i64>) -> Result<Day> {
    let declared = tx.registry().map(|registry| registry.settings()).unwrap_or_default();
    let settings = Settings::load(tx, &declared).await?;
    let days = days.unwrap_or_else(|| settings.int(DAYS));
    let today = tx.at().day();
    let calendar = directory::working_calendar(&settings);
    let days = i32::try_from(days).unwrap_or(1);
    Ok(calendar.add_working_days(today.0, days).map_or(today, Day))
}
