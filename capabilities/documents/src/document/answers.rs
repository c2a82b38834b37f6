//! Whether what came in asks for an answer, and has one: registering it ends nothing (CO-8). An answer is an entry that goes out
//! and names it; where none is needed somebody says why.

use kernel::event::{Event, NewEvent};
use kernel::record::{self, Draft, FieldValue, Record, Verb};
use kernel::{Boxed, Error, Ref, Result, Tx};

use super::{EDIT, kind, store};

/// States of an entry of which something may still be said.
const OPEN: &[&str] = &["registered", "recorded", "referred", "sent_back", "done", "filed"];

pub(super) fn verbs() -> Vec<Verb> {
    vec![
        Verb::new("yanit-gerekmez", "Yanıt gerekmiyor", EDIT, OPEN, "", "document_no_answer")
            .staying()
            .only_where("answer", &["awaited"])
            .official()
            .asking("Neden yanıt gerekmiyor?")
            .saying("Yanıt gerekmediği yazıldı.")
            .run(|tx, one, why| Box::pin(set(tx, one, ("awaited", "not_needed"), why))),
        Verb::new("yanit-bekle", "Yanıt bekleniyor", EDIT, OPEN, "", "document_asks_answer")
            .staying()
            .only_where("answer", &["none", "not_needed"])
            .saying("Evrak, yanıtlanana kadar “Yanıt bekleyenler” arasında duracak.")
            .run(|tx, one, _| Box::pin(set(tx, one, ("", "awaited"), ""))),
    ]
}

async fn set(tx: &Tx, document: &Record, (from, to): (&str, &str), why: &str) -> Result<()> {
    let present = document.get("answer").text();
    let is_right = if from.is_empty() { ["none", "not_needed"].contains(&present) } else { present == from };
    if !is_right {
        let text = match present {
            "given" => "Bu evrak yanıtlanmış.",
            "" => "Yalnız gelen evrakın yanıtı izlenir.",
            _ => "Bu evrak için zaten öyle yazıyor.",
        };
        return Err(Error::rule("EVR-010", "", text));
    }
    store::set_answer(tx, document.id, to, why).await
}

/// What came by e-mail, and what names a day, asks for an answer; the rest when somebody says so.
pub(super) async fn prepare(tx: &Tx, draft: &mut Draft, before: Option<&Record>) -> Result<()> {
    if draft.or("book", before).text() != "incoming" {
        if let Some(before) = before {
            let (old, new) = (before.get("answers_id").id(), draft.or("answers_id", Some(before)).id());
            if let Some(old) = old.filter(|_| old != new) {
                store::settle(tx, old, Some(before.id)).await?;
            }
        }
        return Ok(());
    }
    let asks = !draft.or("due_on", before).text().is_empty() || draft.or("medium", before).text() == "email";
    let present = before.map_or("none", |before| before.get("answer").text()).to_string();
    let asked = before
        .is_some_and(|before| !before.get("due_on").is_null() || before.get("medium").text() == "email");
    let next = match present.as_str() {
        "none" if asks && !asked => "awaited",
        // Somebody may have said that one is awaited, whatever the paper says; only what the paper said ends with it.
        "awaited" if asked && !asks => "none",
        present => present,
    };
    if before.is_none() || next != present {
        draft.set("answer", FieldValue::Text(next.into()));
    }
    Ok(())
}

/// An entry that goes out came, changed or was cancelled: what it answers has its answer, or waits for it again.
pub(super) fn follow<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let kind = kind();
        let one = record::get(tx, &kind, event.subject_id).await?;
        let Some(answered) = one.get("answers_id").id() else { return Ok(()) };
        if one.get("book").text() == "incoming" || !store::settle(tx, answered, None).await? {
            return Ok(());
        }
        let whose = record::get(tx, &kind, answered).await?;
        if whose.get("answer").text() == "given" {
            let event = NewEvent::new(whose.reference(&kind), whose.title(&kind), "document_answered")
                .note(one.number(&kind))
                .related(Ref::new(kind.id, one.id))
                .scope(whose.unit_id(&kind), whose.owner_id(&kind));
            tx.record(event).await?;
        }
        Ok(())
    })
}
