//! The kind `decision_task`: who must do what by when because of a decision, and what was done.

use kernel::event::{Event, NewEvent};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Day, Error, Result, Tx, Violation, tr};

use super::agenda_item::{self, body_name};
use super::{ANSWER_TASK, GIVE_TASK, TASK_PATH, VIEW_TASK, store};
use crate::referral;

const STATES: [Choice; 3] = [
    Choice::new("open", "Bekliyor", Tone::New),
    Choice::new("done", "Yapıldı", Tone::Done),
    Choice::new("cancelled", "İptal edildi", Tone::Wait),
];

pub(super) fn table() -> Table {
    Table::new("decision_task", "who must do what because of a decision")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "body and number of the decision")
        .text("title", "what is to be done")
        .uuid("agenda_item_id", "the decision")
        .references("agenda_item")
        .uuid("unit_id", "unit that does it")
        .references("unit")
        .uuid_null("staff_id", "person who does it; null where the unit has no head")
        .references("staff")
        .int_null("days", "working days that were given")
        .on("due_on", "last day")
        .text("note", "anything else; may be empty")
        .uuid_null("from_id", "who gave it")
        .references("staff")
        .text("outcome", "what was done, or why it was cancelled; empty while it is open")
        .text("state", "open, done, cancelled")
        .bool("is_late_told", "that it is late was said")
        .at("created_at", "when it was given")
        .at_null("ended_at", "when it was done or cancelled")
        .listing(&["state", "agenda_item_id", "unit_id", "staff_id", "from_id"], &["due_on"])
        .index_where(&["due_on"], "state = 'open'")
}

/// At `/karar-isleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("decision_task", "karar işi", "Karar işleri", TASK_PATH, VIEW_TASK);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.create = Some(GIVE_TASK);
    kind.default_sort = ("due_on", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = fields();
    kind.views = vec![
        View { id: "bana", label_tr: "Bana verilenler", query: "staff_id={me}&state=open" },
        View { id: "birimime", label_tr: "Birimime verilenler", query: "unit_id={unit}&state=open" },
        View { id: "bekleyen", label_tr: "Bekleyenler", query: "state=open" },
        View { id: "yapilan", label_tr: "Yapılanlar", query: "state=done&sirala=-due_on" },
    ];
    kind.verbs = verbs();
    kind
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("number", "Karar", 40).listed().searched().read_only(),
        Field::reference("agenda_item_id", "Hangi karar?", "agenda_item")
            .among(&["decided"])
            .required()
            .filtered()
            .backlinked()
            .on_create(),
        Field::text("title", "Yapılacak iş", 300).required().listed().searched().on_create(),
        Field::reference("staff_id", "Kişi", "staff")
            .among(&["active"])
            .listed()
            .filtered()
            .backlinked()
            .on_create()
            .hint("Boş bırakırsanız birimin yöneticisine gider."),
        Field::reference("unit_id", "Birim", "unit")
            .among(&["open"])
            .listed()
            .filtered()
            .on_create()
            .hint("Kişi seçtiyseniz gerekmez."),
        Field::new("days", "Süre (iş günü)", FieldKind::Int { min: 1, max: 365 })
            .on_create()
            .hint("Boşsa ayarlardaki olağan havale süresi."),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 2_000 }).on_create(),
        Field::new("due_on", "Son gün", FieldKind::Day).listed().sorted().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("outcome", "Sonucu", FieldKind::LongText { max_length: 2_000 }).read_only(),
        Field::reference("from_id", "İşi veren", "staff").filtered().read_only(),
        Field::new("created_at", "Verildiği an", FieldKind::Instant).read_only(),
        Field::new("ended_at", "Sonuçlandığı an", FieldKind::Instant).read_only(),
    ]
}

fn verbs() -> Vec<Verb> {
    vec![
        Verb::new("yapildi", "Yapıldı", ANSWER_TASK, &["open"], "done", "decision_task_done")
            .asking("Ne yapıldı?")
            .saying("Kararın gereğinin yapıldığı yazıldı.")
            .official()
            .run(|tx, one, said| Box::pin(store::end(tx, one.id, said))),
        Verb::new("sure-uzat", "Süresini uzat", GIVE_TASK, &["open"], "open", "decision_task_prolonged")
            .asking_day("Yeni son gün")
            .saying("Süresi uzatıldı.")
            .run(|tx, one, said| Box::pin(prolong(tx, one, said))),
        Verb::new("iptal", "İptal et", GIVE_TASK, &["open"], "cancelled", "decision_task_cancelled")
            .asking("Gerekçe")
            .saying("İş iptal edildi.")
            .danger()
            .run(|tx, one, said| Box::pin(store::end(tx, one.id, said))),
    ]
}

async fn prolong(tx: &Tx, task: &Record, said: &str) -> Result<()> {
    let day = Day(tr::parse_date(said).map_err(Error::internal)?).to_string();
    if day.as_str() <= task.get("due_on").text() {
        return Err(Error::rule("KRI-002", "reason", "Yeni gün şimdiki son günden sonra olmalıdır."));
    }
    store::set_due(tx, task.id, &day).await
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    _before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let Some(decision) = draft.get("agenda_item_id").id() else {
            return Ok(vec![Violation::new("KRI-003", "agenda_item_id", "Kararı seçin.")]);
        };
        let decision = record::get(tx, &agenda_item::kind(), decision).await?;
        if decision.get("state").text() != "decided" || decision.get("vote").text() == "rejected" {
            let text = "Yalnız kabul edilmiş bir kararın uygulanması için iş verilir.";
            return Ok(vec![Violation::new("KRI-004", "agenda_item_id", text)]);
        }
        if let Some(violation) = referral::address(tx, draft).await? {
            return Ok(vec![violation]);
        }
        let due = referral::in_working_days(tx, draft.get("days").int()).await?;
        let body = body_name(decision.get("body").text());
        for (column, text) in [
            ("number", format!("{body} {}", decision.get("decision_number").text())),
            ("due_on", due.to_string()),
            ("outcome", String::new()),
            ("state", "open".into()),
        ] {
            draft.set(column, FieldValue::Text(text));
        }
        if draft.get("note").is_null() {
            draft.set("note", FieldValue::Text(String::new()));
        }
        if let Some(from) = tx.act().actor.staff_id {
            draft.set("from_id", FieldValue::Id(from));
        }
        draft.set("is_late_told", FieldValue::Bool(false));
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(Vec::new())
    })
}

/// Something became of a task: whether the decision is applied now.
pub(super) fn followed<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let task = record::get(tx, &kind(), event.subject_id).await?;
        let Some(id) = task.get("agenda_item_id").id() else { return Ok(()) };
        let of = agenda_item::kind();
        let decision = record::get(tx, &of, id).await?;
        let tasks = store::standing(tx, id).await?;
        let application = if tasks.open == 0 && tasks.done > 0 { "applied" } else { "waiting" };
        if decision.get("application").text() == application {
            return Ok(());
        }
        store::set_application(tx, id, application).await?;
        let event = NewEvent::new(decision.reference(&of), decision.title(&of), "agenda_moved_on")
            .related(task.reference(&kind()))
            .scope(decision.unit_id(&of), decision.owner_id(&of));
        tx.record(event).await?;
        Ok(())
    })
}
