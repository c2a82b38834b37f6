//! An item enters the register: the document is made of what is known of it, in one step, and its files go along.

use kernel::event::NewEvent;
use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Boxed, Error, Instant, Ref, Result, Tx, Violation, tr};

use super::{alike, kind, store};
use crate::correspondent::{self, Sender};
use crate::document;

/// What is filled in for who corrects it.
pub(super) fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let detsis = draft.or("sender_detsis", before).text();
        if !detsis.is_empty() && !correspondent::is_detsis(detsis) {
            let text = "DETSİS no sekiz rakamdır ve sıfırla başlamaz; bilmiyorsanız boş bırakın.";
            return Ok(vec![Violation::new("GLN-004", "sender_detsis", text)]);
        }
        for (column, usual) in [
            ("sender", ""),
            ("their_number", ""),
            ("secrecy", "YOK"),
            ("urgency", "NRM"),
            ("sender_detsis", ""),
            ("sender_kep", ""),
        ] {
            if draft.or(column, before).text().is_empty() {
                draft.set(column, FieldValue::Text(usual.into()));
            }
        }
        if draft.or("sheets", before).is_null() {
            draft.set("sheets", FieldValue::Int(0));
        }
        for column in ["is_copy", "is_despite"] {
            if draft.or(column, before).is_null() {
                draft.set(column, FieldValue::Bool(false));
            }
        }
        alike::prepare(tx, draft, before).await?;
        Ok(Vec::new())
    })
}

/// How the register calls the way it came.
fn medium(source: &str) -> &'static str {
    match source {
        "email" => "email",
        "package" => "package",
        "api" => "api",
        _ => "scan",
    }
}

/// Makes the document; whoever does it needs the register's own permission.
pub(super) async fn register(tx: &Tx, item: &Record) -> Result<()> {
    if item.get("sender").text().trim().is_empty() {
        let text = "Kimden geldiği belli değil; göndereni yazın.";
        return Err(Error::rule("GLN-002", "sender", text));
    }
    let signature = item.get("signature").text();
    let is_despite = signature == "invalid";
    if is_despite && !item.get("is_despite").bool() {
        let text = format!(
            "İmzası geçersiz: {} Yine de kaydedecekseniz “değiştir” ile “İmzası geçersiz olsa da kaydet” kutusunu işaretleyin.",
            item.get("signature_said").text()
        );
        return Err(Error::rule("GLN-005", "is_despite", text));
    }
    let package = item.get("package_id").text();
    if let Some(number) = store::registered_package(tx, package).await? {
        let text = format!("Bu numaralı paket {number} sayısıyla kayıtlı; bunu gerekçesiyle ayırın.");
        return Err(Error::rule("GLN-007", "", text));
    }
    let mut draft = Draft::default();
    let text = |name: &str| FieldValue::Text(item.get(name).text().into());
    draft.set("book", FieldValue::Text("incoming".into()));
    draft.set("medium", FieldValue::Text(medium(item.get("source").text()).into()));
    let beside = store::beside(tx, item.id).await?;
    let who = match item.get("source").text() {
        "package" => {
            let sender = Sender { kind: beside.sender_kind, ..sender(item) };
            correspondent::meet(tx, &sender, signature == "valid").await?
        }
        _ => item.get("sender").text().to_string(),
    };
    draft.set("correspondent", FieldValue::Text(who));
    draft.set("signature_report", FieldValue::Text(beside.signature_report));
    if !item.get("said_lines").text().is_empty() {
        draft.set("note", text("said_lines"));
    }
    for column in ["title", "their_number", "secrecy", "urgency", "package_id", "signature", "signature_said"]
    {
        draft.set(column, text(column));
    }
    let until = ["secret_until"].into_iter().filter(|_| item.get("secrecy").text() != "YOK");
    let usual = ["their_on", "due_on", "file_code_id", "unit_id", "sheets", "is_copy", "answers_id"];
    for column in usual.into_iter().chain(until) {
        if !item.get(column).is_null() {
            draft.set(column, item.get(column).clone());
        }
    }
    if let Some(at) = item.get("received_at").int() {
        draft.set("received_on", FieldValue::Text(Instant(at).day().to_string()));
    }
    let documents = document::kind();
    let id = record::create(tx, &documents, draft).await?;
    let files = web::attached(tx, &Ref::new(kind().id, item.id)).await?;
    if !files.is_empty() {
        let made = record::get(tx, &documents, id).await?;
        web::attach(tx, &documents, &made, &files).await?;
    }
    if is_despite {
        let made = record::get(tx, &documents, id).await?;
        let event = NewEvent::new(made.reference(&documents), made.title(&documents), "registered_despite")
            .note(item.get("signature_said").text())
            .scope(made.unit_id(&documents), made.owner_id(&documents));
        tx.record(event).await?;
    }
    store::set_document(tx, item.id, id).await?;
    alike::look_again(tx, item.get("their_on").text()).await
}

/// Put aside with its reason.
pub(super) async fn set_aside(tx: &Tx, item: &Record, why: &str) -> Result<()> {
    store::set_why(tx, item.id, why).await?;
    alike::look_again(tx, item.get("their_on").text()).await
}

/// Whoever sent the package, as it stands in the item now; what sort they are is not among its fields.
pub(super) fn sender(item: &Record) -> Sender {
    let text = |name: &str| item.get(name).text().to_string();
    Sender {
        name: tr::clean_line(item.get("sender").text()).text,
        kind: String::new(),
        detsis: text("sender_detsis"),
        kep: text("sender_kep"),
        email: text("sender_email"),
        phone: text("sender_phone"),
        address: text("sender_address"),
    }
}
