//! What a change of secrecy must say, and what it does: entry and letter get the new degree in the same transaction, and the packing
//! job is asked for the update package.

use kernel::event::{Change, Event, NewEvent};
use kernel::record::{self, Draft, FieldValue, Kind, Record};
use kernel::{Boxed, Error, Instant, Result, Tx, Violation};
use uuid::Uuid;

use super::{kind, store};
use crate::document::{self, SECRECIES};
use crate::letter::{self, esign};

pub(super) fn label(code: &str) -> &'static str {
    SECRECIES.iter().find(|one| one.code == code).map_or("", |one| one.label_tr)
}

/// "E-24312041-700-1: Gizli yerine Yok"
fn title(entry: &Record, secrecy: &str) -> String {
    let number = match entry.get("their_number").text() {
        "" => entry.number(&document::kind()),
        number => number.to_string(),
    };
    format!("{number}: {} yerine {}", label(entry.get("secrecy").text()), label(secrecy))
}

pub(super) fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    _before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let no_letter = |text: &str| Ok(vec![Violation::new("GZD-001", "document_id", text)]);
        let Some(document) = draft.get("document_id").id() else {
            return no_letter("Yazının evrak kaydını seçin.");
        };
        let entry = record::get(tx, &document::kind(), document).await?;
        let Some(found) = letter::store::of_document(tx, document).await? else {
            return no_letter(
                "Bu kayıt belediyenin imzaladığı bir yazı değil. Gelen yazının gizliliği, gönderenin güncelleme paketiyle ya da kaydın “değiştir” sayfasıyla değişir.",
            );
        };
        let letter = record::get(tx, &letter::kind(), found.id).await?;
        if draft.get("changed_on").text().is_empty() {
            draft.set("changed_on", FieldValue::Text(tx.at().day().to_string()));
        }
        let wrong = wrong(tx, draft, (&entry, &letter));
        fill(tx, draft, (&entry, &letter));
        Ok(wrong)
    })
}

fn wrong(tx: &Tx, draft: &Draft, (entry, letter): (&Record, &Record)) -> Vec<Violation> {
    let mut found = Vec::new();
    if draft.get("secrecy").text() == entry.get("secrecy").text() {
        found.push(Violation::new("GZD-002", "secrecy", "Yazının gizlilik derecesi zaten bu."));
    }
    let signed_on = letter.get("signed_at").int().map(|at| Instant(at).day().to_string()).unwrap_or_default();
    let changed_on = draft.get("changed_on").text();
    if changed_on > tx.at().day().to_string().as_str() || changed_on < signed_on.as_str() {
        let text = "Değiştiği gün, yazının imzalandığı günden önce ya da bugünden sonra olamaz.";
        found.push(Violation::new("GZD-003", "changed_on", text));
    }
    if decision_id(draft).is_empty() {
        let text = "Kararın belge doğrulama kodu 36 karakterdir: 3F2A9C1E-0B7D-4E65-9A14-5D8C2B6E7F01 gibi.";
        found.push(Violation::new("GZD-004", "decision_id", text));
    }
    found
}

/// As packages write it; empty where it is none.
fn decision_id(draft: &Draft) -> String {
    let id = draft.get("decision_id").text().trim().parse::<Uuid>().ok().filter(|id| !id.is_nil());
    id.map(|id| id.to_string().to_uppercase()).unwrap_or_default()
}

fn fill(tx: &Tx, draft: &mut Draft, (entry, letter): (&Record, &Record)) {
    let is_packed = letter.get("medium").text() == "electronic";
    for (column, text) in [
        ("title", title(entry, draft.get("secrecy").text())),
        ("before_secrecy", entry.get("secrecy").text().to_string()),
        ("decision_id", decision_id(draft)),
        ("state", if is_packed { "packing" } else { "applied" }.to_string()),
    ] {
        draft.set(column, FieldValue::Text(text));
    }
    draft.set("letter_id", FieldValue::Id(letter.id));
    let documents = document::kind();
    for (column, id) in [("unit_id", entry.unit_id(&documents)), ("owner_id", entry.owner_id(&documents))] {
        draft.set(column, id.map_or(FieldValue::Null, FieldValue::Id));
    }
    draft.set("created_at", FieldValue::Int(tx.at().0));
}

/// Written down: the degree changes, once.
pub(super) fn made<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let change = record::get(tx, &kind(), event.subject_id).await?;
        let document = change.get("document_id").id().ok_or_else(Error::not_found)?;
        let (before, after) = (change.get("before_secrecy").text(), change.get("secrecy").text());
        if !store::set_of_document(tx, document, (before, after)).await? {
            return Err(Error::conflict(
                "Gizlilik derecesi bu arada değişti; sayfayı yenileyip yeniden bakın.",
            ));
        }
        tell(tx, &document::kind(), document, &change).await?;
        let Some(letter) = change.get("letter_id").id() else { return Ok(()) };
        store::set_of_letter(tx, letter, after).await?;
        tell(tx, &letter::kind(), letter, &change).await?;
        if change.get("state").text() == "packing" {
            esign::updating::ask(tx, letter, change.id).await?;
        }
        Ok(())
    })
}

/// The act stands in the timeline of what it changed, and who may see that is looked up anew.
async fn tell(tx: &Tx, of: &Kind, id: Uuid, change: &Record) -> Result<()> {
    let one = record::get(tx, of, id).await?;
    record::index(tx, of, &one).await?;
    let changed = Change {
        field: "secrecy".into(),
        label: "Gizlilik".into(),
        before: label(change.get("before_secrecy").text()).into(),
        after: label(change.get("secrecy").text()).into(),
    };
    let note = format!("{} sayılı karar", change.get("decision_number").text());
    let event = NewEvent::new(one.reference(of), one.title(of), "secrecy_changed")
        .changes(vec![changed])
        .note(note)
        .related(change.reference(&kind()))
        .scope(one.unit_id(of), one.owner_id(of));
    tx.record(event).await?;
    Ok(())
}

/// A change that came in an update package of the sender.
pub(crate) struct Came<'a> {
    pub document: Uuid,
    pub intake_item: Uuid,
    pub secrecy: &'a str,
    pub changed_on: &'a str,
    pub decision_number: &'a str,
    pub decision_id: &'a str,
    pub why: &'a str,
}

/// Writes it down. The decision is the sender's, so it asks for no permission of its own.
pub(crate) async fn came(tx: &Tx, came: &Came<'_>) -> Result<Uuid> {
    let entry = record::get(tx, &document::kind(), came.document).await?;
    if entry.get("secrecy").text() == came.secrecy {
        return Err(Error::rule(
            "GZD-002",
            "",
            "Evrakın gizlilik derecesi zaten bu; paketi gerekçesiyle ayırın.",
        ));
    }
    let id = store::insert(tx, came, &entry, &title(&entry, came.secrecy)).await?;
    let kind = kind();
    let made = record::get(tx, &kind, id).await?;
    record::index(tx, &kind, &made).await?;
    let event = NewEvent::new(made.reference(&kind), made.title(&kind), "created");
    tx.record(event.scope(made.unit_id(&kind), made.owner_id(&kind))).await?;
    Ok(id)
}
