//! The state table of a delivery, and what each document's own page tells of it.

use kernel::event::NewEvent;
use kernel::record::{self, Record, Verb};
use kernel::{Error, Result, Tx};

use super::{CARRY, RECEIVE, kind, store};
use crate::document;

pub(super) fn all() -> Vec<Verb> {
    const OUT: &[&str] = &["on_the_way"];
    vec![
        Verb::new("yola-cikar", "Yola çıkar", CARRY, &["prepared"], "on_the_way", "delivery_left")
            .official()
            .bulk()
            .saying("Evrak yola çıktı.")
            .run(|tx, one, _| Box::pin(leave(tx, one))),
        Verb::new("imzalat", "Ekranda imzalat", CARRY, OUT, "delivered", "delivery_drawn")
            .drawn_by("staff_id")
            .saying("Evrak teslim edildi; imza altında duruyor.")
            .official()
            .run(|tx, one, _| Box::pin(drawn(tx, one))),
        Verb::new("teslim-aldim", "Teslim aldım", RECEIVE, OUT, "delivered", "delivery_received")
            .official()
            .saying("Evrakı teslim aldığınız yazıldı.")
            .run(|tx, one, _| Box::pin(received(tx, one))),
        Verb::new("kagitta-imzalandi", "Kâğıtta imzalandı", CARRY, OUT, "delivered", "delivery_signed")
            .asking_line("Kim teslim aldı?")
            .hint("Adı ve soyadı.")
            .saying("Evrak teslim edildi.")
            .official()
            .run(|tx, one, said| Box::pin(signed(tx, one, said))),
        Verb::new("geri-dondu", "Geri döndü", CARRY, OUT, "came_back", "delivery_came_back")
            .asking("Neden teslim edilemedi?")
            .saying("Evrakın geri döndüğü yazıldı.")
            .official()
            .run(|tx, one, said| Box::pin(came_back(tx, one, said))),
        Verb::new("iptal", "İptal et", CARRY, &["prepared"], "cancelled", "delivery_cancelled")
            .asking("Gerekçe")
            .hint("Numara ve satır zimmet defterinde kalır.")
            .saying("Teslim iptal edildi; defterde iptal edilmiş olarak duruyor.")
            .danger()
            .run(|tx, one, why| Box::pin(store::set_ended(tx, one.id, why))),
    ]
}

/// What was cancelled since the list was made out stays here.
async fn leave(tx: &Tx, delivery: &Record) -> Result<()> {
    let all = store::of(tx, delivery.id).await?;
    if let Some(one) = all.iter().find(|one| one.state == "cancelled") {
        let text = format!(
            "{} numaralı evrakın kaydı iptal edilmiş; bu teslimi iptal edip kalanlarla yenisini düzenleyin.",
            one.number
        );
        return Err(Error::rule("TSL-010", "", text));
    }
    store::set_left(tx, delivery.id).await
}

async fn drawn(tx: &Tx, delivery: &Record) -> Result<()> {
    let by = record::signer_name(tx, &kind(), delivery, "staff_id").await?;
    delivered(tx, delivery, &by).await
}

/// Nobody confirms for another; what came to a unit may be taken by whoever may answer there.
async fn received(tx: &Tx, delivery: &Record) -> Result<()> {
    let actor = &tx.act().actor;
    let named = delivery.get("staff_id").id();
    let is_theirs = match delivery.get("receiver_kind").text() {
        "outside" => false,
        "unit" => named.is_none() || named == actor.staff_id,
        _ => named.is_some() && named == actor.staff_id,
    };
    if !is_theirs {
        let text = "Bunu yalnız evrakın teslim edileceği kişi bildirebilir; imzası ekranda ya da kâğıtta da alınabilir.";
        return Err(Error::rule("TSL-008", "", text));
    }
    delivered(tx, delivery, &actor.signature()).await
}

/// Paper counts when it can be seen.
async fn signed(tx: &Tx, delivery: &Record, by: &str) -> Result<()> {
    if !web::has_attachment(tx, &delivery.reference(&kind())).await? {
        let text = "Önce imzalanan kâğıdın taramasını ya da fotoğrafını “Ekler”e yükleyin.";
        return Err(Error::rule("TSL-009", "", text));
    }
    delivered(tx, delivery, by).await
}

async fn delivered(tx: &Tx, delivery: &Record, by: &str) -> Result<()> {
    store::set_ended(tx, delivery.id, by).await?;
    tell_documents(tx, delivery, "document_delivered", by).await
}

async fn came_back(tx: &Tx, delivery: &Record, why: &str) -> Result<()> {
    store::set_ended(tx, delivery.id, why).await?;
    tell_documents(tx, delivery, "document_came_back", why).await
}

/// Each document's own page says to whom it was given and when, or why it came back.
async fn tell_documents(tx: &Tx, delivery: &Record, verb: &'static str, said: &str) -> Result<()> {
    let of = document::kind();
    let (number, receiver) = (delivery.number(&kind()), delivery.get("receiver").text());
    for one in store::of(tx, delivery.id).await? {
        let event = NewEvent::new(kernel::Ref::new(of.id, one.id), one.title, verb)
            .note(format!("{number} · {receiver} · {said}"))
            .related(delivery.reference(&kind()))
            .scope(Some(one.unit_id), one.owner_id);
        tx.record(event).await?;
        if verb == "document_delivered" {
            document::store::went_by_hand(tx, one.id).await?;
        }
    }
    Ok(())
}
