//! What the entry of a letter that was signed here keeps of it: how it was signed, until when it is secret, and how it leaves as far
//! as that is known.

use kernel::event::Event;
use kernel::record;
use kernel::{Boxed, Result, Tx, tr};

use super::{kind, store};
use crate::letter;

/// The last signature gave the letter its number and its entry.
pub(super) fn signed<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let letter = record::get(tx, &letter::kind(), event.subject_id).await?;
        let Some(document) = letter.get("document_id").id() else { return Ok(()) };
        let entry = record::get(tx, &kind(), document).await?;
        let mut kept = store::OfLetter {
            secret_until: letter.get("secret_until").text().into(),
            ..store::OfLetter::default()
        };
        if letter.get("medium").text() == "electronic" {
            kept.medium = if entry.get("book").text() == "internal" { "system" } else { "package" };
            kept.signature = "own";
            kept.signature_said = said(&store::holders(tx, letter.get("code").text()).await?);
        }
        store::keep_of_letter(tx, document, &kept).await
    })
}

/// "Veli Ak, 30.11.2026 10:04 · Ayşe Kaya, …"
fn said(holders: &[store::Holder]) -> String {
    let one = |holder: &store::Holder| {
        let trial = if holder.is_trial { " (deneme imzası, hukuken geçersiz)" } else { "" };
        format!("{}, {}{trial}", holder.holder, tr::instant(holder.signed_at.0))
    };
    holders.iter().map(one).collect::<Vec<_>>().join(" · ").chars().take(1_000).collect()
}
