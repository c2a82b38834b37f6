//! What waits and is probably there already: the same writer, number and day, however they are written. It is said while it
//! waits, so that nobody types what was entered yesterday; whoever registers it decides.

use kernel::db::Sql;
use kernel::record::{Draft, FieldValue, Record};
use kernel::{Result, Tx};
use uuid::Uuid;

use super::{kind, store};
use crate::correspondent;
use crate::document::store::{alike, number_key};

/// What of an item is compared.
struct Said<'a> {
    sender: &'a str,
    number: &'a str,
    day: &'a str,
}

/// The sentence about the one that is like it, and that one where it waits, too.
async fn of(db: &impl Sql, said: &Said<'_>, own: Option<Uuid>) -> Result<Option<(String, Option<Uuid>)>> {
    let known_as = correspondent::known_as(said.sender);
    if number_key(said.number).is_empty() || known_as.is_empty() {
        return Ok(None);
    }
    if let Some(who) = correspondent::store::known(db, &known_as).await?
        && let Some(number) = alike(db, who, said.number, said.day, None).await?
    {
        return Ok(Some((format!("Bu yazı {number} sayısıyla kayıtlı görünüyor."), None)));
    }
    let key = number_key(said.number);
    let other = store::waiting_on(db, said.day, own)
        .await?
        .into_iter()
        .find(|one| number_key(&one.their_number) == key && correspondent::known_as(&one.sender) == known_as);
    let sentence = "Aynı gönderen, sayı ve tarihle bekleyen bir yazı daha var.";
    Ok(other.map(|other| (sentence.to_string(), Some(other.id))))
}

/// Says so of an item that waits; where the other waits, too, of both.
pub(super) async fn mark(tx: &Tx, item: &Record) -> Result<()> {
    if item.get("state").text() != "waiting" {
        return Ok(());
    }
    let text = |name: &str| item.get(name).text();
    let said = Said { sender: text("sender"), number: text("their_number"), day: text("their_on") };
    let found = of(tx, &said, Some(item.id)).await?;
    let sentence = found.as_ref().map_or("", |(sentence, _)| sentence);
    store::set_alike(tx, item.id, sentence).await?;
    if let Some((sentence, Some(other))) = &found {
        store::set_alike(tx, *other, sentence).await?;
    }
    Ok(())
}

/// While somebody corrects what the item says.
pub(super) async fn prepare(tx: &Tx, draft: &mut Draft, before: Option<&Record>) -> Result<()> {
    let text = |name: &str| draft.or(name, before).text().to_string();
    let (sender, number, day) = (text("sender"), text("their_number"), text("their_on"));
    let said = Said { sender: &sender, number: &number, day: &day };
    let found = of(tx, &said, before.map(|one| one.id)).await?;
    let sentence = found.map(|(sentence, _)| sentence).unwrap_or_default();
    draft.set("has_alike", FieldValue::Bool(!sentence.is_empty()));
    draft.set("alike_said", FieldValue::Text(sentence));
    Ok(())
}

/// One that waited is gone: those that were like it are looked at again.
pub(super) async fn look_again(tx: &Tx, their_on: &str) -> Result<()> {
    let kind = kind();
    for id in store::alike_on(tx, their_on).await? {
        let item = kernel::record::get(tx, &kind, id).await?;
        mark(tx, &item).await?;
    }
    Ok(())
}
