//! An item enters the register: the document is made of what is known of it, in one step, and its files go along.

use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Boxed, Error, Instant, Ref, Result, Tx, Violation};

use super::{kind, store};
use crate::document;

/// What is filled in for who corrects it.
pub(super) fn prepare<'a>(
    _tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        for (column, usual) in [("sender", ""), ("their_number", ""), ("secrecy", "YOK"), ("urgency", "NRM")]
        {
            if draft.or(column, before).text().is_empty() {
                draft.set(column, FieldValue::Text(usual.into()));
            }
        }
        if draft.or("sheets", before).is_null() {
            draft.set("sheets", FieldValue::Int(0));
        }
        if draft.or("is_copy", before).is_null() {
            draft.set("is_copy", FieldValue::Bool(false));
        }
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
    let mut draft = Draft::default();
    let text = |name: &str| FieldValue::Text(item.get(name).text().into());
    draft.set("book", FieldValue::Text("incoming".into()));
    draft.set("medium", FieldValue::Text(medium(item.get("source").text()).into()));
    draft.set("correspondent", text("sender"));
    for column in ["title", "their_number", "secrecy", "urgency", "package_id"] {
        draft.set(column, text(column));
    }
    for column in ["their_on", "due_on", "file_code_id", "unit_id", "sheets", "is_copy"] {
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
    store::set_document(tx, item.id, id).await
}
