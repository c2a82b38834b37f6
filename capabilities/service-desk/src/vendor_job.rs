//! The kind `vendor_job`: what was given to a firm under warranty or contract, and how it came back (SD-4). While it is
//! away the ticket's time stands still.

pub(crate) mod store;

use kernel::event::Event;
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation, tr};
use uuid::Uuid;

use crate::ticket;

/// Sees and keeps what is at firms.
pub const VIEW: &str = "service_desk.vendor_job.view";
/// Gives to firms and takes back.
pub const EDIT: &str = "service_desk.vendor_job.edit";

const STATES: [Choice; 3] = [
    Choice::new("away", "Firmada", Tone::Doing),
    Choice::new("back", "Geri geldi", Tone::Done),
    Choice::new("lost", "Onarılamadı", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0004_vendor_job", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("vendor_job", "work given to firms")
        .id()
        .int("version", "for concurrent edits")
        .uuid("ticket_id", "for which ticket")
        .references("ticket")
        .uuid_null("asset_id", "what was handed over, of whichever capability keeps assets")
        .text("title", "firm and what was handed over, for people")
        .text("vendor", "firm")
        .text("basis", "warranty, contract, paid")
        .text("reference", "the firm's own number; may be empty")
        .on("sent_on", "day it was given")
        .on_null("expected_on", "day it was promised for")
        .on_null("returned_on", "day it came back")
        .text("loaner", "what stands in its place meanwhile; may be empty")
        .int_null("cost_kurus", "what it cost")
        .text("result", "what the firm did; empty until it is back")
        .text("note", "anything else; may be empty")
        .text("state", "away, back, lost")
        .at("created_at", "when it was entered")
        .listing(&["state", "ticket_id", "asset_id", "basis"], &["sent_on", "created_at"])
}

const BASES: [Choice; 3] = [
    Choice::new("warranty", "Garanti", Tone::Wait),
    Choice::new("contract", "Bakım sözleşmesi", Tone::Wait),
    Choice::new("paid", "Ücretli", Tone::Wait),
];

/// At `/firma-isleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("vendor_job", "firma işi", "Firma işleri", "/firma-isleri", VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("sent_on", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "İş", 200).listed().searched().read_only(),
        Field::reference("ticket_id", "Destek kaydı", "ticket")
            .required()
            .listed()
            .filtered()
            .backlinked()
            .on_create(),
        Field::text("vendor", "Firma", 120).required().listed().searched(),
        Field::choice("basis", "Dayanağı", &BASES).required().listed().filtered(),
        Field::reference("asset_id", "Verilen cihaz", "asset").filtered().backlinked(),
        Field::text("reference", "Firmanın kayıt no", 80).searched(),
        Field::new("sent_on", "Verildiği gün", FieldKind::Day).required().listed().sorted(),
        Field::new("expected_on", "Söz verilen gün", FieldKind::Day).listed(),
        Field::new("returned_on", "Geri geldiği gün", FieldKind::Day).listed().read_only(),
        Field::text("loaner", "Yerine verilen cihaz", 120),
        Field::new("cost_kurus", "Bedeli", FieldKind::Money),
        Field::new("result", "Sonuç", FieldKind::LongText { max_length: 2_000 }).read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![View { id: "firmada", label_tr: "Firmada olanlar", query: "state=away" }];
    kind.verbs = vec![
        Verb::new("geri-geldi", "Geri geldi", EDIT, &["away"], "back", "vendor_job_back")
            .asking("Sonuç")
            .run(|tx, job, result| Box::pin(back(tx, job, result))),
        Verb::new("onarilamadi", "Onarılamadı", EDIT, &["away"], "lost", "vendor_job_lost")
            .asking("Sonuç")
            .run(|tx, job, result| Box::pin(back(tx, job, result))),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let (sent, expected) =
            (draft.or("sent_on", before).text().to_string(), draft.or("expected_on", before).text());
        if !expected.is_empty() && expected < sent.as_str() {
            let text = "Söz verilen gün verildiği günden önce olamaz.";
            found.push(Violation::new("FRM-001", "expected_on", text));
        }
        let (kind, id) = (ticket::kind(), draft.or("ticket_id", before).id());
        let ticket = match id {
            Some(id) => Some(record::get(tx, &kind, id).await?),
            None => None,
        };
        let about = ticket.as_ref().map(|ticket| ticket.title(&kind)).unwrap_or_default();
        if let (None, Some(ticket)) = (before, &ticket) {
            // What the ticket is about is what goes, unless another device was named.
            if draft.get("asset_id").is_null() {
                draft.set("asset_id", ticket.get("asset_id").clone());
            }
            found.extend(away_already(tx, ticket.id, draft.get("asset_id").id()).await?);
        }
        found.extend(out_of_warranty(tx, draft, before).await?);
        let title: String =
            format!("{}: {about}", draft.or("vendor", before).text()).chars().take(200).collect();
        draft.set("title", FieldValue::Text(title));
        if before.is_none() {
            draft.set("state", FieldValue::Text("away".into()));
            draft.set("result", FieldValue::Text(String::new()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}

/// One device is at one firm at a time.
async fn away_already(tx: &Tx, ticket: Uuid, device: Option<Uuid>) -> Result<Option<Violation>> {
    let is_away = store::away(tx, ticket).await?.iter().any(|(_, other)| *other == device);
    let text = "Bu kayıtta aynı cihaz zaten firmada; önce o işin sonucunu yazın.";
    Ok(is_away.then(|| Violation::new("FRM-002", "asset_id", text)))
}

/// Given under a warranty that is over: whoever has a reason writes it down.
async fn out_of_warranty(tx: &Tx, draft: &Draft, before: Option<&Record>) -> Result<Option<Violation>> {
    let is_asked = draft.or("basis", before).text() == "warranty"
        && draft.or("note", before).text().trim().is_empty()
        && (before.is_none() || draft.values.contains_key("basis"));
    let assets = tx.registry().and_then(|registry| registry.kind("asset"));
    let (true, Some(kind), Some(device)) = (is_asked, assets, draft.or("asset_id", before).id()) else {
        return Ok(None);
    };
    let device = record::get(tx, &kind, device).await?;
    let until = device.get("warranty_until_on").text().parse::<kernel::Day>().ok();
    let over = until.filter(|until| *until < tx.at().day());
    Ok(over.map(|until| {
        let text = format!(
            "Cihazın garantisi {} günü bitmiş. Dayanağı değiştirin ya da garantiye verilme nedenini “Açıklama”ya yazın.",
            tr::date(until.0)
        );
        Violation::new("FRM-003", "basis", text)
    }))
}

/// Handed over: the ticket waits for the firm, if somebody works on it.
pub(crate) fn sent<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let job = record::get(tx, &kind(), event.subject_id).await?;
        let reason = format!("{}: {}", job.get("vendor").text(), tr_basis(job.get("basis").text()));
        move_ticket(tx, &job, "firmaya-ver", &reason).await
    })
}

fn tr_basis(code: &str) -> &'static str {
    BASES.iter().find(|choice| choice.code == code).map_or("", |choice| choice.label_tr)
}

async fn back(tx: &Tx, job: &Record, result: &str) -> Result<()> {
    store::set_returned(tx, job.id, result).await?;
    // The ticket goes on when nothing of it is away any more.
    if let Some(ticket) = job.get("ticket_id").id()
        && store::away(tx, ticket).await?.iter().any(|(other, _)| *other != job.id)
    {
        return Ok(());
    }
    move_ticket(tx, job, "surdur", "").await
}

/// Runs the verb where the ticket's state offers it; in another the desk has decided otherwise.
async fn move_ticket(tx: &Tx, job: &Record, verb: &str, reason: &str) -> Result<()> {
    let (Some(id), kind) = (job.get("ticket_id").id(), ticket::kind()) else { return Ok(()) };
    let ticket = record::get(tx, &kind, id).await?;
    let is_offered = kind.verb(verb).is_some_and(|verb| verb.from.contains(&ticket.get("state").text()));
    let is_waiting = verb != "surdur" || ticket.get("state").text() == "waiting_vendor";
    // Whoever only keeps what is at firms does not move tickets by it.
    let may_work = tx.act().actor.may_on(ticket::WORK, ticket.unit_id(&kind), ticket.owner_id(&kind));
    if is_offered && is_waiting && may_work {
        record::run_verb(tx, &kind, id, verb, reason).await?;
    }
    Ok(())
}
