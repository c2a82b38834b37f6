//! The kinds `escalation_step` and `team_time`: who is told, and who takes over, when so much of a ticket's time is spent, and how long
//! a team may hold what it was given (SD-1). Nothing here counts: a step looks at the clocks as they are read from the log.

pub(crate) mod store;
pub(crate) mod taking;
mod team_time;

use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Ref, Result, Tx, Violation};

pub(crate) use team_time::kind as team_time_kind;

use crate::ticket;

/// Sees the steps and the teams' times.
pub const VIEW: &str = "service_desk.escalation.view";
/// Writes and stops them.
pub const EDIT: &str = "service_desk.escalation.edit";

pub(crate) const PATH: &str = "/yukseltme-adimlari";
pub(crate) const TEAM_TIMES: &str = "/ekip-sureleri";

/// After these every open ticket is looked at anew.
pub(crate) const CHANGED: [(&str, &str); 8] = [
    ("escalation_step", "created"),
    ("escalation_step", "changed"),
    ("escalation_step", "step_stopped"),
    ("escalation_step", "step_resumed"),
    ("team_time", "created"),
    ("team_time", "changed"),
    ("team_time", "step_stopped"),
    ("team_time", "step_resumed"),
];

pub(super) const STATES: [Choice; 2] =
    [Choice::new("active", "Yürürlükte", Tone::Done), Choice::new("stopped", "Durduruldu", Tone::Wait)];

const MEASURES: [Choice; 3] = [
    Choice::new("answer", "İlk yanıt süresi", Tone::Wait),
    Choice::new("solution", "Çözüm süresi", Tone::Wait),
    Choice::new("team", "Ekip süresi", Tone::Wait),
];

const RECEIVERS: [Choice; 4] = [
    Choice::new("assignee", "Görevli", Tone::Wait),
    Choice::new("team_head", "Ekibin amiri", Tone::Wait),
    Choice::new("requester_head", "Bildirenin amiri", Tone::Wait),
    Choice::new("person", "Belirli bir kişi", Tone::Wait),
];

/// [`ticket::PRIORITIES`] and whatever.
pub(super) const PRIORITIES: [Choice; 5] = {
    let mut all = [Choice::new("any", "Hepsi", Tone::Wait); 5];
    let mut place = 0;
    while place < ticket::PRIORITIES.len() {
        all[place + 1] = ticket::PRIORITIES[place];
        place += 1;
    }
    all
};

const PERCENT: (i64, i64) = (10, 500);

pub(crate) fn migration() -> Migration {
    let up = |backend| create(backend, &[table(), taken_table(), team_time::table()]);
    Migration { id: "service_desk/0011_escalation", up }
}

fn table() -> Table {
    Table::new("escalation_step", "who is told when so much of a ticket's time is spent")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what it does, in a sentence; follows the other columns")
        .text("measure", "the time it looks at: answer, solution, team")
        .int("percent", "percent of the allowed time that must be spent; 100 is the end of it")
        .text("priority", "any, or a priority of tickets")
        .uuid_null("team_id", "only tickets of this team; null for any")
        .references("unit")
        .text("receiver", "assignee, team_head, requester_head, person")
        .uuid_null("person_id", "who is told, where it is a person")
        .references("staff")
        .bool("hands_over", "whoever is told works on it from then on")
        .text("state", "active, stopped")
        .at("created_at", "when it was written")
        .listing(&["state"], &["percent", "created_at"])
}

fn taken_table() -> Table {
    Table::new(
        "escalation_taken",
        "steps that were taken for a ticket, each once; of a team's time once for each team",
    )
    .uuid("ticket_id", "whose time it was")
    .references("ticket")
    .uuid("step_id", "which step")
    .references("escalation_step")
    .uuid("team_id", "team whose time was spent; all zeros where the step looks at another time")
    .at("at", "when")
    .key(&["ticket_id", "step_id", "team_id"])
}

/// At `/yukseltme-adimlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("escalation_step", "yükseltme adımı", "Yükseltme adımları", PATH, VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("percent", Direction::Ascending);
    kind.prepare = Some(prepare);
    let (min, max) = PERCENT;
    kind.fields = vec![
        Field::text("title", "Adım", 400).listed().searched().read_only(),
        Field::choice("measure", "Hangi süre", &MEASURES)
            .required()
            .default("solution")
            .hint("Ekip süresi, Ekip süreleri sayfasında o ekibe tanınan süredir."),
        Field::new("percent", "Sürenin yüzdesi", FieldKind::Int { min, max })
            .required()
            .listed()
            .sorted()
            .hint("100 sürenin dolduğu andır; 150 yarısı kadar geçtiği an."),
        Field::choice("priority", "Önceliği", &PRIORITIES).required().default("any"),
        Field::reference("team_id", "Ekibi", "unit").among(&["open"]).hint("Boşsa hepsi."),
        Field::choice("receiver", "Kime bildirilsin", &RECEIVERS).required().default("assignee"),
        Field::reference("person_id", "Kişi", "staff")
            .among(&["active"])
            .hint("Belirli bir kişiye bildirilecekse."),
        Field::new("hands_over", "Kayıt ona verilsin", FieldKind::Bool),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![View { id: "yururlukte", label_tr: "Yürürlükte", query: "state=active" }];
    kind.verbs = vec![
        Verb::new("durdur", "Durdur", EDIT, &["active"], "stopped", "step_stopped"),
        Verb::new("yururluge-al", "Yürürlüğe al", EDIT, &["stopped"], "active", "step_resumed"),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let receiver = draft.or("receiver", before).text().to_string();
        let hands_over = draft.or("hands_over", before).bool();
        if receiver == "person" && draft.or("person_id", before).id().is_none() {
            return Ok(vec![Violation::new("YKS-001", "person_id", "Kime bildirileceğini seçin.")]);
        }
        if receiver == "assignee" && hands_over {
            let text = "Kayıt zaten görevlinindir; başka birine bildirilecekse verilebilir.";
            return Ok(vec![Violation::new("YKS-002", "hands_over", text)]);
        }
        if receiver != "person" {
            draft.set("person_id", FieldValue::Null);
        }
        let title = sentence(tx, draft, before).await?;
        draft.set("title", FieldValue::Text(title));
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// "Çözüm süresinin % 75 kadarı dolunca, önceliği Kritik ise: ekibin amirine bildirilir, kayıt ona verilir".
async fn sentence(tx: &Tx, draft: &Draft, before: Option<&Record>) -> Result<String> {
    let of = |column, kind| draft.or(column, before).id().map(|id| Ref::new(kind, id));
    let (team, person) = (of("team_id", "unit"), of("person_id", "staff"));
    let refs: Vec<Ref> = [&team, &person].into_iter().flatten().cloned().collect();
    let named = record::names(tx, &refs).await?;
    let name = |wanted: &Option<Ref>| {
        let id = wanted.as_ref()?.id;
        named.iter().find(|known| known.id == id).map(|known| known.title.clone())
    };
    let code = |column: &'static str| draft.or(column, before).text().to_string();
    let time = match code("measure").as_str() {
        "answer" => "İlk yanıt süresi",
        "team" => "Ekip süresi",
        _ => "Çözüm süresi",
    };
    let when = match draft.or("percent", before).int().unwrap_or(100) {
        100 => format!("{time} dolunca"),
        more if more > 100 => format!("{time} % {} aşılınca", more - 100),
        part => format!("{time}nin % {part} kadarı dolunca"),
    };
    let priority = code("priority");
    let priority = PRIORITIES.iter().find(|one| one.code == priority && one.code != "any");
    let ifs = [
        priority.map(|one| format!("önceliği {}", one.label_tr)),
        name(&team).map(|team| format!("ekibi {team}")),
    ];
    let ifs: Vec<String> = ifs.into_iter().flatten().collect();
    let ifs = if ifs.is_empty() { String::new() } else { format!(", {} ise", ifs.join(", ")) };
    let told = match code("receiver").as_str() {
        "team_head" => "ekibin amirine bildirilir".to_string(),
        "requester_head" => "bildirenin amirine bildirilir".to_string(),
        "person" => format!("bildirilen {}", name(&person).unwrap_or_default()),
        _ => "görevliye bildirilir".to_string(),
    };
    let then = if draft.or("hands_over", before).bool() { ", kayıt ona verilir" } else { "" };
    Ok(format!("{when}{ifs}: {told}{then}").chars().take(400).collect())
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "service_desk.escalated",
        label_tr: "Süresi ilerleyen bir kayıt bana yükseltildiğinde",
        on: &[("ticket", "ticket_escalated")],
        receivers: |tx, event, _| Box::pin(taking::told(tx, event)),
        sentence_tr: "Süresi ilerledi, ilginiz isteniyor: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}
