//! A letter that answers an entry of the register: begun from the entry's page with its addressee, subject and reference filled in.

use kernel::Result;
use kernel::record::Record;
use web::Ctx;

use super::{PATH, WRITE, citing};
use crate::document;

/// On the page of an entry: the answer's form, filled in as far as the entry says.
pub(crate) async fn button(ctx: &Ctx, entry: &Record) -> Result<Option<ui::Verb>> {
    let is_answered = entry.get("book").text() == "incoming" && entry.get("state").text() != "cancelled";
    if !is_answered || !ctx.actor().may(WRITE) {
        return Ok(None);
    }
    let to = entry.get("correspondent").text();
    let ilgi = citing::sentence(ctx.db(), entry, citing::Writer { unit: ctx.actor().unit_id, to }).await?;
    let number = entry.number(&document::kind());
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("answers_id", &entry.id.to_string())
        .append_pair("title", entry.get("title").text())
        .append_pair("addressees", to)
        .append_pair("ilgi", &format!("{ilgi} [{number}]"))
        .finish();
    Ok(Some(ui::Verb {
        label: "Yanıt yaz".into(),
        href: format!("{PATH}/yeni?{query}"),
        ..ui::Verb::default()
    }))
}
