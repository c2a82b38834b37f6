//! The kind `log_request`: an authority asks who used an address (law 5651). One person writes it down, a second one agrees, then the
//! record is searched and the answer frozen with its proofs (`request/answer.rs`).

pub(crate) mod answer;
mod bundle;
pub(crate) mod demo;
mod known;
mod page;
mod paper;
mod question;
pub(crate) mod store;

use kernel::capability::{DayItem, MenuEntry, Permission};
use kernel::event::{Event, VerbLabel};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::number::Book;
use kernel::record::{
    Choice, Direction, Draft, Field, FieldGroup, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Actor, Boxed, Capability, Db, Error, Instant, Result, Tx, Violation, number};
use uuid::Uuid;
use web::{Allow, Routes};

use store::By;

/// Sees requests of authorities; never an answer.
pub const VIEW: &str = "access_logs.request.view";
/// Writes requests down, has them answered, sees answers.
pub const WRITE: &str = "access_logs.request.write";
/// Agrees to requests of others, sees answers.
pub const APPROVE: &str = "access_logs.request.approve";

pub(crate) const PATH: &str = "/kayit-talepleri";
pub(crate) const KIND: &str = "log_request";
/// The verb that is done by searching the record.
pub(crate) const ANSWER: &str = "yanitla";
const SERIES: &str = "log_request";

const STATES: [Choice; 6] = [
    Choice::new("draft", "Hazırlanıyor", Tone::New),
    Choice::new("asked", "Onay bekliyor", Tone::Doing),
    Choice::new("approved", "Onaylandı, yanıtlanacak", Tone::Doing),
    Choice::new("refused", "Uygun görülmedi", Tone::Late),
    Choice::new("answered", "Yanıtlandı", Tone::Done),
    Choice::new("closed", "Kapandı", Tone::Wait),
];

const AUTHORITIES: [Choice; 6] = [
    Choice::new("prosecutor", "Cumhuriyet savcılığı", Tone::Wait),
    Choice::new("court", "Mahkeme", Tone::Wait),
    Choice::new("police", "Kolluk", Tone::Wait),
    Choice::new("btk", "BTK", Tone::Wait),
    Choice::new("own", "Belediye içinden", Tone::Wait),
    Choice::new("other", "Başka kurum", Tone::Wait),
];

const PROTOCOLS: [Choice; 4] = [
    Choice::new("any", "Belirtilmemiş", Tone::Wait),
    Choice::new("tcp", "TCP", Tone::Wait),
    Choice::new("udp", "UDP", Tone::Wait),
    Choice::new("icmp", "ICMP", Tone::Wait),
];

/// What the request adds to the capability.
pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![MenuEntry {
            group_tr: "Ağ ve kayıt",
            label_tr: "Kayıt talepleri",
            path: PATH,
            permission: VIEW,
        }],
        permissions: permissions(),
        migrations: vec![Migration {
            id: "access_logs/0006_log_request",
            up: |backend| create(backend, &[table(), store::answer_table()]),
        }],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        notices: notices(),
        books: vec![Book {
            series: SERIES,
            name_tr: "Kayıt talepleri",
            table: "log_request",
            year: "book_year",
            number: "book_number",
            only_where: "TRUE",
        }],
        my_day: vec![waiting],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    let path = |tail: &str| format!("{PATH}/{{id}}/{tail}");
    web::kind_routes(&kind(), Some(page::extras))
        .post(path(ANSWER), Allow::Whole(WRITE), page::make)
        .get(path("yanit"), Allow::Whole(VIEW), page::show)
        .get(path("yanit/pdf"), Allow::Whole(VIEW), page::pdf)
        .get(path("yanit/paket"), Allow::Whole(VIEW), page::bundle)
}

fn table() -> Table {
    Table::new("log_request", "who used an address: asked by an authority, agreed to by a second person")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the request, gapless in its year")
        .int("book_year", "year of the number")
        .int("book_number", "place in the year")
        .text("title", "who asks under which file number, and about which address")
        .text("authority", "prosecutor, court, police, btk, own, other")
        .text("authority_name", "who asks")
        .text("file_number", "under which number they ask")
        .on("file_on", "day of their letter")
        .uuid_null("document_id", "their letter in the register, of whichever capability keeps it")
        .text("reason", "why they ask, and on which ground")
        .text("ip", "address that was seen")
        .text("port", "port of it; empty where they do not know")
        .text("proto", "any, tcp, udp, icmp")
        .text("moment", "when, to the second, in Türkiye's time")
        .int("tolerance_seconds", "how far their time may be wrong to either side")
        .text("other_ip", "their own side's address; may be empty")
        .text("other_port", "and port; may be empty")
        .text("note", "anything else; may be empty")
        .text("state", "draft, asked, approved, refused, answered, closed")
        .uuid_null("written_by_id", "account that wrote it down")
        .text("written_by", "name as it was then")
        .uuid_null("asked_by_id", "account that asked for agreement")
        .uuid_null("asked_staff_id", "the same as a member of staff, for whom somebody may be acting")
        .text("asked_by", "name as it was then; empty before")
        .at_null("asked_at", "when")
        .text("approved_by", "who agreed, name as it was then; empty before")
        .at_null("approved_at", "when")
        .text("answered_by", "who had it answered, name as it was then; empty before")
        .at_null("answered_at", "when")
        .at("created_at", "when it was written down")
        .unique(&["number"])
        .unique(&["book_year", "book_number"])
        .listing(&["state", "authority", "document_id"], &["number", "created_at"])
}

const GROUPS: [FieldGroup; 2] = [
    FieldGroup::new(
        "Kim, neye dayanarak soruyor",
        &["authority", "authority_name", "file_number", "file_on", "document_id", "reason"],
    ),
    FieldGroup::new(
        "Ne soruluyor",
        &["ip", "port", "proto", "moment", "tolerance_seconds", "other_ip", "other_port", "note"],
    ),
];

/// At `/kayit-talepleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new(KIND, "kayıt talebi", "Kayıt talepleri", PATH, VIEW);
    kind.number = Some("number");
    kind.create = Some(WRITE);
    kind.edit = Some(WRITE);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.groups = &GROUPS;
    kind.prepare = Some(prepare);
    kind.editable_in = &["draft", "refused"];
    kind.locked_tr = "Onaya gönderilen talep değiştirilemez; onaylayan uygun görmezse düzeltebilirsiniz.";
    kind.fields = fields();
    kind.views = vec![
        View { id: "onay", label_tr: "Onay bekleyenler", query: "state=asked" },
        View { id: "yanit", label_tr: "Yanıtlanacaklar", query: "state=approved" },
        View { id: "yanitlanan", label_tr: "Yanıtlananlar", query: "state=answered" },
    ];
    kind.verbs = verbs();
    kind
}

fn fields() -> Vec<Field> {
    // As texts: a port is read digit by digit, never as an amount.
    let port = |name, label_tr| Field::text(name, label_tr, 12);
    let when = |name, label_tr| Field::new(name, label_tr, FieldKind::Instant).read_only();
    let told = |name, label_tr| Field::text(name, label_tr, 200).read_only();
    vec![
        Field::text("number", "Talep no", 40).listed().sorted().searched().read_only(),
        Field::text("title", "Konusu", 400).listed().searched().read_only(),
        Field::choice("authority", "İsteyen makam", &AUTHORITIES).required().listed().filtered(),
        Field::text("authority_name", "Makamın adı", 200)
            .required()
            .searched()
            .hint("Yazıda geçtiği gibi: Örnekova Cumhuriyet Başsavcılığı."),
        Field::text("file_number", "Dosya ya da yazı sayısı", 80).required().searched().hint("2026/1453 Soruşturma gibi."),
        Field::new("file_on", "Yazının tarihi", FieldKind::Day).required(),
        Field::reference("document_id", "Evrak kaydı", "document").filtered().backlinked(),
        Field::new("reason", "Dayanağı ve gerekçesi", FieldKind::LongText { max_length: 4_000 })
            .required()
            .hint("Hangi kanun maddesine göre, ne için istendiği."),
        Field::text("ip", "Sorulan IP adresi", 60).required().hint("Karşı tarafın gördüğü adres; çoğu kez belediyenin dış adresi."),
        port("port", "Portu").hint("Yazıda varsa yazın: aynı dış adresi aynı anda çok kişi kullanır, onları yalnız port ayırır."),
        Field::choice("proto", "Protokolü", &PROTOCOLS).required().default("any"),
        Field::text("moment", "Anı", 40).required().hint(
            "Saniyesiyle, Türkiye saatiyle: 30.11.2026 14:05:09. Yazıda UTC geçiyorsa sonuna UTC ekleyin, Belde çevirir.",
        ),
        Field::new("tolerance_seconds", "Payı (saniye)", FieldKind::Int { min: 0, max: 3_600 })
            .required()
            .default("60")
            .hint("Soranın saati ne kadar yanlış olabilir? Yazıda saniye yoksa ana :30, paya en az 30 yazın."),
        Field::text("other_ip", "Karşı tarafın IP adresi", 60).hint("Yazıda varsa; aynı porta uyanları ayırır."),
        port("other_port", "Karşı tarafın portu"),
        Field::new("note", "Not", FieldKind::LongText { max_length: 2_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        told("written_by", "Yazan"),
        told("asked_by", "Onaya gönderen"),
        when("asked_at", "Onaya gönderildiği an"),
        told("approved_by", "Onaylayan"),
        when("approved_at", "Onaylandığı an"),
        told("answered_by", "Yanıtlayan"),
        when("answered_at", "Yanıtlandığı an"),
        when("created_at", "Yazıldığı an").listed().sorted(),
    ]
}

fn verbs() -> Vec<Verb> {
    vec![
        Verb::new("gonder", "Onaya gönder", WRITE, &["draft", "refused"], "asked", "log_request_asked")
            .saying("Talep onaya gönderildi; sizden başka biri onaylayınca yanıtlanır.")
            .run(|tx, request, _| Box::pin(store::set_by(tx, request.id, By::Asked))),
        Verb::new("onayla", "Onayla", APPROVE, &["asked"], "approved", "log_request_approved")
            .official()
            .saying("Talep onaylandı; artık yanıtlanabilir.")
            .run(|tx, request, _| Box::pin(approve(tx, request))),
        Verb::new("uygun-degil", "Uygun görme", APPROVE, &["asked"], "refused", "log_request_refused")
            .asking("Gerekçe"),
        Verb::new(ANSWER, "Yanıtla", WRITE, &["approved"], "answered", "log_request_answered")
            .official()
            .elsewhere()
            .run(|tx, request, _| Box::pin(store::set_by(tx, request.id, By::Answered))),
        Verb::new("kapat", "Kapat", WRITE, &["draft", "refused", "answered"], "closed", "log_request_closed")
            .asking("Nasıl kapandı?")
            .hint("Yanıt hangi sayılı yazıyla gönderildi ya da talepten neden vazgeçildi?"),
    ]
}

/// By a second person: nobody agrees to what they wrote or asked for, nor for whoever did in their place.
async fn approve(tx: &Tx, request: &Record) -> Result<()> {
    let people = store::people(tx, request.id).await?;
    let actor = &tx.act().actor;
    let is_own = |other: Option<Uuid>| other.is_some() && other == actor.account_id;
    let acted_for = actor.acting_for.as_ref().map(|absent| absent.staff_id);
    let is_in_place = acted_for.is_some() && acted_for == people.asked_staff_id;
    if is_own(people.written_by_id) || is_own(people.asked_by_id) || is_in_place {
        let text = "Bu talebi siz yazdınız ya da onaya siz gönderdiniz; onayı ikinci bir kişi vermelidir.";
        return Err(Error::rule("KTL-010", "", text));
    }
    store::set_by(tx, request.id, By::Approved).await
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let wrong = question::settle(draft, before, tx.at());
        let text = |text: String| FieldValue::Text(text);
        let of = |draft: &Draft, name: &str| draft.or(name, before).text().to_owned();
        let title =
            format!("{} {}: {}", of(draft, "authority_name"), of(draft, "file_number"), of(draft, "ip"));
        draft.set("title", text(title));
        if before.is_none() && wrong.is_empty() {
            let year = tx.at().day().year();
            let given = number::next(tx, SERIES, year).await?;
            draft.set("number", text(number::format(year, "KT", given)));
            draft.set("book_year", FieldValue::Int(year.into()));
            draft.set("book_number", FieldValue::Int(given));
            draft.set("state", text("draft".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
            let actor = &tx.act().actor;
            if let Some(account) = actor.account_id {
                draft.set("written_by_id", FieldValue::Id(account));
            }
            draft.set("written_by", text(actor.signature()));
            for name in ["asked_by", "approved_by", "answered_by"] {
                draft.set(name, text(String::new()));
            }
        }
        Ok(wrong)
    })
}

/// Whether this person sees answers.
pub(crate) fn sees_answers(actor: &Actor) -> bool {
    actor.may_in_whole(WRITE) || actor.may_in_whole(APPROVE)
}

const fn verb(verb: &'static str, label_tr: &'static str, is_official: bool) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official }
}

const VERBS: [VerbLabel; 7] = [
    verb("log_request_asked", "Kayıt talebini onaya gönderdi", false),
    verb("log_request_approved", "Kayıt talebini onayladı", true),
    verb("log_request_refused", "Kayıt talebini uygun görmedi", true),
    verb("log_request_answered", "Kayıt talebini yanıtladı", true),
    verb("log_request_closed", "Kayıt talebini kapattı", false),
    verb("log_answer_seen", "Kayıt talebinin yanıtına baktı", true),
    verb("log_answer_taken", "Kayıt talebinin yanıtını indirdi", true),
];

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(
            VIEW,
            "Kayıt taleplerini ve kimin yazıp kimin onayladığını görür; yanıtları göremez.",
            &[("admin", "all"), ("director", "all"), ("auditor", "all")],
        ),
        permission(
            WRITE,
            "Kayıt talebi yazar, onaylananı yanıtlatır, yanıtları görür ve indirir.",
            &[("admin", "all")],
        ),
        permission(
            APPROVE,
            "Başkasının yazdığı kayıt talebini onaylar, yanıtları görür ve indirir.",
            &[("director", "all")],
        ),
    ]
}

fn notices() -> Vec<Notice> {
    let notice = |key, label_tr, on, receivers, sentence_tr| Notice {
        key,
        label_tr,
        on,
        receivers,
        sentence_tr,
        path: None,
        many: None,
        about: About::Record,
    };
    vec![
        notice(
            "access_logs.request_asked",
            "Bir kayıt talebi onayımı beklediğinde",
            &[(KIND, "log_request_asked")],
            approvers,
            "Onayınızı bekleyen kayıt talebi: {title}.",
        ),
        notice(
            "access_logs.request_decided",
            "Yazdığım kayıt talebi onaylandığında ya da uygun görülmediğinde",
            &[(KIND, "log_request_approved"), (KIND, "log_request_refused")],
            writers,
            "{who} kayıt talebinizi değerlendirdi: {title}.",
        ),
    ]
}

fn approvers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, APPROVE, &[]).await?;
        Ok(holders.into_iter().map(|holder| holder.id).collect())
    })
}

fn writers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let people = store::people(tx, event.subject_id).await?;
        Ok([people.written_by_id, people.asked_by_id].into_iter().flatten().collect())
    })
}

fn waiting<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        for (permission, state, label_tr) in [
            (APPROVE, "asked", "Onayınızı bekleyen kayıt talebi"),
            (WRITE, "approved", "Yanıtlanacak kayıt talebi"),
        ] {
            if actor.may_in_whole(permission) {
                let count = store::in_state(db, state).await?;
                let path = format!("{PATH}?state={state}");
                items.push(DayItem { label_tr: label_tr.into(), count, path, is_late: false });
            }
        }
        items.retain(|item| item.count > 0);
        Ok(items)
    })
}

/// The proof of one line, for whoever may read lines.
pub(crate) fn proof_of_line(
    logs: &crate::keeping::AccessLogs,
    place: (&str, u64),
    proved: &journal::Proved,
) -> Result<Vec<u8>> {
    bundle::of_line(logs, place, proved)
}
