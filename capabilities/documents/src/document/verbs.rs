//! The state table of an entry, and how its state follows what becomes of its referrals.

use kernel::event::{Event, NewEvent};
use kernel::record::{self, Record, Verb};
use kernel::{Boxed, Error, Result, Tx};

use super::{EDIT, answers, kind, store};
use crate::{letter, referral};

pub(super) fn all() -> Vec<Verb> {
    let mut all = of_state();
    all.extend(answers::verbs());
    all
}

fn of_state() -> Vec<Verb> {
    vec![
        Verb::new(
            "dosyala",
            "Dosyala",
            EDIT,
            &["registered", "recorded", "sent_back", "done"],
            "filed",
            "document_filed",
        )
        .saying("Evrak dosyalandı.")
        .official()
        .bulk()
        .run(|_, document, _| Box::pin(async move { only_with_code(document) })),
        Verb::new("yeniden-ac", "Yeniden aç", EDIT, &["filed", "done"], "registered", "document_reopened")
            .asking("Gerekçe")
            .saying("Evrak yeniden açıldı.")
            .run(|tx, document, _| Box::pin(reopen(tx, document))),
        Verb::new(
            "iptal",
            "Kaydı iptal et",
            EDIT,
            &["registered", "recorded", "sent_back"],
            "cancelled",
            "document_cancelled",
        )
        .official()
        .danger()
        // What a signed letter says is no mistake of the register: the button is not there, and nobody does it otherwise.
        .only_where("origin", &["entered"])
        .asking("Gerekçe")
        .hint("Numara defterde kalır; bir başkasına verilmez.")
        .saying("Kayıt iptal edildi; numarası defterde duruyor.")
        .run(|tx, document, _| Box::pin(cancel(tx, document))),
    ]
}

async fn cancel(tx: &Tx, document: &Record) -> Result<()> {
    if document.get("origin").text() == "letter" {
        let text = "Bu kayıt imzalanmış bir yazının; yazı doğrulanabildiği sürece kaydı iptal edilemez. Yazı hükmünü yitirdiyse bunu bildiren \
                    yeni bir yazı yazın.";
        return Err(Error::rule("EVR-008", "", text));
    }
    if document.get("answer").text() == "awaited" {
        store::set_answer(tx, document.id, "none", "").await?;
    }
    Ok(())
}

/// Subject, writer and secrecy of an entry changed: what was referred says the same, and is kept from the same people.
pub(super) fn tell_referrals<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let document = record::get(tx, &kind(), event.subject_id).await?;
        let kind = referral::kind();
        for id in referral::store::follow(tx, &document).await? {
            let one = record::get(tx, &kind, id).await?;
            record::index(tx, &kind, &one).await?;
        }
        Ok(())
    })
}

/// What an entry is while nobody has it: what goes out, and what was consented to, waits for no referral.
async fn at_rest(tx: &Tx, document: &Record) -> Result<&'static str> {
    let is_consent = || async {
        let letter = letter::store::of_document(tx, document.id).await?;
        Ok::<bool, Error>(letter.is_some_and(|letter| letter.form == "approval"))
    };
    let waits = document.get("book").text() != "outgoing" && !is_consent().await?;
    Ok(if waits { "registered" } else { "recorded" })
}

async fn reopen(tx: &Tx, document: &Record) -> Result<()> {
    store::set_state(tx, document.id, at_rest(tx, document).await?).await
}

fn only_with_code(document: &Record) -> Result<()> {
    if document.get("file_code_id").is_null() {
        return Err(Error::rule("EVR-006", "", "Dosyalamadan önce dosya kodunu seçin."));
    }
    Ok(())
}

/// Something became of a referral: what the document waits for now.
pub(super) fn followed<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let referral = record::get(tx, &referral::kind(), event.subject_id).await?;
        let Some(id) = referral.get("document_id").id() else { return Ok(()) };
        let document = record::get(tx, &kind(), id).await?;
        let waits = referral::store::standing(tx, id).await?;
        let rest = at_rest(tx, &document).await?;
        let state = match (waits.open, waits.returned, waits.done) {
            (1.., ..) => "referred",
            (_, 1.., _) => "sent_back",
            (.., 1..) => "done",
            _ => rest,
        };
        let is_closed = ["filed", "cancelled"].contains(&document.get("state").text());
        if is_closed || document.get("state").text() == state {
            return Ok(());
        }
        store::set_state(tx, id, state).await?;
        let kind = kind();
        let event = NewEvent::new(document.reference(&kind), document.title(&kind), "document_moved_on")
            .related(referral.reference(&referral::kind()))
            .scope(document.unit_id(&kind), document.owner_id(&kind));
        tx.record(event).await?;
        Ok(())
    })
}
