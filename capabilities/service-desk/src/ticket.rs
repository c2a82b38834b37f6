//! The kind `ticket`: a fault, a request or planned work, from the first word to the satisfied person (SD-1, SD-2, SD-3).

pub(crate) mod clock;
pub(crate) mod merging;
pub(crate) mod moved;
pub(crate) mod notices;
mod origins;
pub(crate) mod page;
mod parts;
pub(crate) mod problem;
pub(crate) mod rules;
pub(crate) mod similar;
pub(crate) mod store;
mod verbs;

use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, View};
use kernel::schema::Table;

/// Sees tickets within a scope; everybody sees their own.
pub const VIEW: &str = "service_desk.ticket.view";
/// Reports a fault or asks for something, and says whether it was solved.
pub const REPORT: &str = "service_desk.ticket.report";
/// Takes tickets in for others, judges their urgency, assigns them.
pub const INTAKE: &str = "service_desk.ticket.intake";
/// Agrees to what people of one's unit ask for, or does not.
pub const APPROVE: &str = "service_desk.ticket.approve";
/// Works on tickets.
pub const WORK: &str = "service_desk.ticket.work";

pub(crate) const KINDS: [Choice; 5] = [
    Choice::new("fault", "Arıza", Tone::Wait),
    Choice::new("request", "İstek", Tone::Wait),
    Choice::new("maintenance", "Bakım", Tone::Wait),
    Choice::new("problem", "Problem", Tone::Wait),
    Choice::new("change", "Değişiklik", Tone::Wait),
];

pub(crate) const CATEGORIES: [Choice; 9] = [
    Choice::new("computer", "Bilgisayar", Tone::Wait),
    Choice::new("printer", "Yazıcı ve tarayıcı", Tone::Wait),
    Choice::new("network", "Ağ ve internet", Tone::Wait),
    Choice::new("software", "Program", Tone::Wait),
    Choice::new("account", "Hesap ve parola", Tone::Wait),
    Choice::new("phone", "Telefon", Tone::Wait),
    Choice::new("website", "Web sitesi", Tone::Wait),
    Choice::new("camera", "Kamera ve güvenlik", Tone::Wait),
    Choice::new("other", "Diğer", Tone::Wait),
];

const URGENCIES: [Choice; 3] = [
    Choice::new("low", "Bekleyebilir", Tone::Wait),
    Choice::new("normal", "Olağan", Tone::Wait),
    Choice::new("high", "İş durdu", Tone::Late),
];

const IMPACTS: [Choice; 3] = [
    Choice::new("person", "Bir kişi", Tone::Wait),
    Choice::new("unit", "Bir birim", Tone::Wait),
    Choice::new("town", "Bütün kurum ya da vatandaş", Tone::Late),
];

pub(crate) const PRIORITIES: [Choice; 4] = [
    Choice::new("critical", "Kritik", Tone::Late),
    Choice::new("high", "Yüksek", Tone::Doing),
    Choice::new("normal", "Olağan", Tone::Wait),
    Choice::new("low", "Düşük", Tone::Wait),
];

/// What is not over.
const EDITABLE: [&str; 10] = [
    "waiting_unit",
    "waiting_desk",
    "new",
    "assigned",
    "in_progress",
    "waiting_requester",
    "waiting_vendor",
    "waiting_part",
    "solved",
    "rejected",
];

pub(crate) const STATES: [Choice; 13] = [
    Choice::new("waiting_unit", "Birim onayında", Tone::New),
    Choice::new("waiting_desk", "Bilgi işlem onayında", Tone::New),
    Choice::new("new", "Yeni", Tone::New),
    Choice::new("assigned", "Atandı", Tone::New),
    Choice::new("in_progress", "Üzerinde çalışılıyor", Tone::Doing),
    Choice::new("waiting_requester", "Bildirenden bilgi bekleniyor", Tone::Wait),
    Choice::new("waiting_vendor", "Firmada", Tone::Wait),
    Choice::new("waiting_part", "Parça bekleniyor", Tone::Wait),
    Choice::new("solved", "Çözüldü", Tone::Done),
    Choice::new("closed", "Kapandı", Tone::Done),
    Choice::new("cancelled", "Vazgeçildi", Tone::Wait),
    Choice::new("rejected", "Uygun görülmedi", Tone::Wait),
    Choice::new("merged", "Birleştirildi", Tone::Wait),
];

pub(crate) const DEADLINES: [Choice; 7] = [
    Choice::new("on_time", "Süresinde", Tone::Wait),
    Choice::new("near", "Süresi doluyor", Tone::Doing),
    Choice::new("late", "Gecikti", Tone::Late),
    Choice::new("paused", "Süre duruyor", Tone::Wait),
    Choice::new("met", "Süresinde çözüldü", Tone::Done),
    Choice::new("missed", "Süresinden sonra çözüldü", Tone::Late),
    Choice::new("none", "Sayılmaz", Tone::Wait),
];

const RESPONSES: [Choice; 4] = [
    Choice::new("waiting", "Bekliyor", Tone::Wait),
    Choice::new("met", "Süresinde", Tone::Done),
    Choice::new("missed", "Süresinden sonra", Tone::Late),
    Choice::new("none", "Sayılmaz", Tone::Wait),
];

const CHANNELS: [Choice; 8] = [
    Choice::new("portal", "Kendi bildirdi", Tone::Wait),
    Choice::new("desk", "Masa açtı", Tone::Wait),
    Choice::new("phone", "Telefon", Tone::Wait),
    Choice::new("mail", "E-posta", Tone::Wait),
    Choice::new("api", "Başka bir programdan", Tone::Wait),
    Choice::new("plan", "Bakım planından", Tone::Wait),
    Choice::new("finding", "Program denetiminden", Tone::Wait),
    Choice::new("former", "Eski sistemden", Tone::Wait),
];

pub(crate) const SATISFACTIONS: [Choice; 6] = [
    Choice::new("unasked", "Sorulmadı", Tone::Wait),
    Choice::new("very_bad", "Hiç memnun değil", Tone::Late),
    Choice::new("bad", "Memnun değil", Tone::Late),
    Choice::new("fair", "İdare eder", Tone::Wait),
    Choice::new("good", "Memnun", Tone::Done),
    Choice::new("very_good", "Çok memnun", Tone::Done),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0002_ticket", up: |backend| create(backend, &[table(), log_table()]) }
}

/// What a finding of the inventory is about, and until when it stood.
pub(crate) fn migration_of_findings() -> Migration {
    let up = |backend| {
        Table::new("ticket", ABOUT)
            .uuid_null("software_id", "program that was found, of whichever capability keeps programs")
            .at_null("settled_at", "when the finding that opened it was gone; null while it stands")
            .index(&["software_id", "opened_at", "id"])
            .index(&["software_id", "due_at", "id"])
            .add_columns(backend)
    };
    Migration { id: "service_desk/0012_ticket_finding", up }
}

const ABOUT: &str = "faults, requests and planned work of the service desk";

fn table() -> Table {
    Table::new("ticket", ABOUT)
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number, gapless in its year")
        .text("former_number", "number in the program the town used before; may be empty")
        .text("title", "subject; from the first sentence unless somebody wrote it")
        .text("description", "what is wrong or wanted, as it was said")
        .text("place", "building, floor, room")
        .text("kind", "fault, request, maintenance, problem, change")
        .text("category", "what it is about")
        .text("urgency", "low, normal, high")
        .text("impact", "person, unit, town")
        .text("priority", "critical, high, normal, low; follows urgency and impact")
        .text("channel", "portal, desk, phone, mail, api, plan, finding, former")
        .uuid("requester_id", "for whom it is done")
        .references("staff")
        .uuid("unit_id", "the requester's unit when it was reported")
        .references("unit")
        .uuid_null("team_id", "unit that works on it")
        .references("unit")
        .uuid_null("assignee_id", "person who works on it")
        .references("staff")
        .uuid_null("asset_id", "asset it is about, of whichever capability keeps assets")
        .uuid_null("parent_id", "larger matter that it is part of")
        .references("ticket")
        .uuid_null("service_id", "service of the catalogue that was asked for")
        .references("service")
        .uuid_null("rule_id", "assignment rule that decided who works on it")
        .uuid_null("plan_id", "maintenance plan that opened it")
        .references("maintenance_plan")
        .on_null("planned_on", "day on which the work is planned")
        .text("state", "waiting_unit, waiting_desk, new, assigned, in_progress, waiting_requester, waiting_vendor, waiting_part, solved, closed, cancelled, rejected, merged")
        .bool("is_open", "not solved, closed or cancelled")
        .at("opened_at", "when it was reported")
        .at_null("solved_at", "when it was solved last")
        .text("solution", "what was done; empty until solved")
        .text("workaround", "of a problem: what helps until it is solved; may be empty")
        .text("satisfaction", "unasked, very_bad, bad, fair, good, very_good")
        .text("deadline", "how its time stands: on_time, near, late, paused, met, missed, none; computed from ticket_state")
        .text("response", "waiting, met, missed, none; computed from ticket_state")
        .at("due_at", "when its time runs out if nothing pauses it; computed from ticket_state")
        .at("near_at", "when three quarters of its time are over; computed likewise")
        .at_null("step_at", "when the next step of escalation is due; computed likewise")
        .unique(&["number"])
        .index(&["deadline", "near_at"])
        .index_where(&["step_at"], "step_at IS NOT NULL")
        .index(&["planned_on", "assignee_id"])
        .index_where(&["former_number"], "former_number <> ''")
        .listing(
            &["state", "is_open", "priority", "category", "requester_id", "unit_id", "team_id", "assignee_id", "asset_id", "parent_id", "plan_id", "service_id", "deadline"],
            &["opened_at", "due_at"],
        )
}

/// The only thing that clocks are computed from.
fn log_table() -> Table {
    Table::new(
        "ticket_state",
        "every state, priority and team a ticket ever had, in order; rows are only added",
    )
    .id()
    .uuid("ticket_id", "whose")
    .references("ticket")
    .at("at", "since when")
    .text("state", "as in ticket, or elsewhere: in the program the town used before")
    .text("priority", "as in ticket")
    .uuid_null("team_id", "as in ticket")
    .index(&["ticket_id", "id"])
}

/// At `/destek`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("ticket", "destek kaydı", "Destek kayıtları", "/destek", VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("requester_id");
    kind.create = Some(REPORT);
    kind.edit = Some(INTAKE);
    kind.default_sort = ("opened_at", Direction::Descending);
    kind.prepare = Some(rules::prepare);
    kind.editable_in = &EDITABLE;
    kind.locked_tr = "Kapanan kayıt değiştirilemez; sorun sürüyorsa kaydı yeniden açın.";
    kind.import_key = &[&["former_number"]];
    kind.import_with = Some(INTAKE);
    kind.import_rest = Some("description");
    kind.origins = origins::ORIGINS;
    kind.first_files = Some("Fotoğraf ya da ekran görüntüsü");
    kind.read_first = &["description", "workaround", "solution"];
    kind.fields = fields();
    kind.views = vec![
        View { id: "bana", label_tr: "Bana atananlar", query: "assignee_id={me}&is_open=evet&sirala=due_at" },
        View { id: "benim", label_tr: "Bildirdiklerim", query: "requester_id={me}" },
        View { id: "yeni", label_tr: "Yeni gelenler", query: "state=new&sirala=due_at" },
        View { id: "onay", label_tr: "Birim onayında", query: "state=waiting_unit" },
        View { id: "acik", label_tr: "Açık olanlar", query: "is_open=evet&sirala=due_at" },
        View { id: "geciken", label_tr: "Gecikenler", query: "deadline=late&sirala=due_at" },
    ];
    kind.list_links = &[("Telefonla gelen arıza", "telefon"), ("Gecikme öngörüsü", "ongoru")];
    kind.verbs = verbs::table();
    kind
}

fn fields() -> Vec<Field> {
    let mut all = asked();
    all.extend(told());
    all
}

/// What the form asks: everybody for the first few, the desk for the rest.
fn asked() -> Vec<Field> {
    vec![
        Field::text("number", "Kayıt no", 40).listed().searched().read_only(),
        Field::text("former_number", "Eski kayıt no", 60).searched().on_import(),
        Field::new("description", "Sorun ya da istek", FieldKind::LongText { max_length: 10_000 })
            .required()
            .hint("Kendi sözlerinizle yazın; ekranda bir hata yazısı varsa onu da ekleyin.")
            .searched()
            .looked_up(similar::PATH),
        Field::text("title", "Konusu", 160)
            .listed()
            .searched()
            .hint("Boş bırakırsanız ilk cümleden yazılır.")
            .asked_with(INTAKE),
        Field::choice("state", "Durum", &STATES).listed().filtered().on_import(),
        Field::choice("deadline", "Süresi", &DEADLINES).listed().filtered().read_only(),
        Field::text("place", "Yeri", 120).hint("Bina, kat, oda. Cihazı seçerseniz boş bırakabilirsiniz."),
        Field::reference("requester_id", "Bildiren", "staff")
            .among(&["active"])
            .hint("Boş bırakırsanız kayıt cihazın zimmetli olduğu kişinin, o da yoksa sizin adınıza açılır.")
            .listed()
            .filtered()
            .asked_with(INTAKE)
            .on_create(),
        Field::choice("priority", "Önceliği", &PRIORITIES).listed().filtered().read_only(),
        Field::reference("assignee_id", "Görevli", "staff")
            .among(&["active"])
            .listed()
            .filtered()
            .asked_with(INTAKE),
        Field::reference("team_id", "Ekip", "unit").among(&["open"]).filtered().asked_with(INTAKE),
        Field::reference("asset_id", "Cihaz", "asset")
            .among(&["in_stock", "in_use", "in_repair"])
            .filtered()
            .backlinked(),
        Field::choice("kind", "Türü", &KINDS).required().default("fault").asked_with(INTAKE),
        Field::choice("category", "Alanı", &CATEGORIES)
            .required()
            .filtered()
            .default("other")
            .asked_with(INTAKE),
        Field::choice("urgency", "Aciliyeti", &URGENCIES).required().default("normal").asked_with(INTAKE),
        Field::choice("impact", "Etkilenen", &IMPACTS).required().default("person").asked_with(INTAKE),
        Field::new("planned_on", "Planlanan gün", FieldKind::Day).asked_with(INTAKE),
        Field::reference("parent_id", "Bağlı olduğu kayıt", "ticket")
            .filtered()
            .backlinked()
            .asked_with(INTAKE),
        Field::new("workaround", "Geçici çözüm", FieldKind::LongText { max_length: 4_000 })
            .hint("Probleme yazılır; ona bağlı kayıtlarda görünür.")
            .searched()
            .asked_with(INTAKE)
            .on_edit(),
    ]
}

/// What is known without asking.
fn told() -> Vec<Field> {
    vec![
        Field::reference("unit_id", "Birimi", "unit").filtered().read_only(),
        Field::reference("service_id", "Hizmet", "service").filtered().backlinked().read_only(),
        Field::reference("plan_id", "Bakım planı", "maintenance_plan").filtered().backlinked().read_only(),
        Field::reference("rule_id", "Atayan kural", "assign_rule").read_only(),
        Field::reference("software_id", "Program", "software").filtered().backlinked().read_only(),
        Field::new("settled_at", "Bulgunun ortadan kalktığı an", FieldKind::Instant).read_only(),
        Field::new("is_open", "Açık", FieldKind::Bool).filtered().read_only(),
        Field::choice("response", "İlk yanıt", &RESPONSES).read_only(),
        Field::new("due_at", "Son an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("step_at", "Sıradaki yükseltme", FieldKind::Instant).read_only(),
        Field::new("opened_at", "Bildirildiği an", FieldKind::Instant).sorted().on_import(),
        Field::new("solved_at", "Çözüldüğü an", FieldKind::Instant).on_import(),
        Field::new("solution", "Çözüm", FieldKind::LongText { max_length: 10_000 }).on_import(),
        Field::choice("satisfaction", "Memnuniyet", &SATISFACTIONS).read_only(),
        Field::choice("channel", "Geliş yolu", &CHANNELS).read_only(),
    ]
}
