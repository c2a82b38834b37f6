//! What an entry of the register must say, what is filled in for it, and its number.

use kernel::record::{Draft, FieldValue, Record};
use kernel::{Boxed, Result, Tx, Violation, number, tr};

use super::{BOOKS, answers, store};
use crate::correspondent;

/// What a correction gives a reason for: what was read off the paper when it came.
pub(super) const REASONED: &[&str] =
    &["correspondent", "their_number", "their_on", "title", "received_on", "sheets", "secrecy"];

/// What the signed letter says; how it went and notes are the register's own.
const OF_LETTER: &[&str] = &[
    "correspondent",
    "their_number",
    "their_on",
    "title",
    "file_code_id",
    "urgency",
    "due_on",
    "secrecy",
    "secret_until",
    "sheets",
    "answers_id",
    "unit_id",
    "received_on",
];

/// Fields of an entry that follow its letter.
pub(super) fn fixed(document: &Record) -> &'static [&'static str] {
    if document.get("origin").text() == "letter" { OF_LETTER } else { &[] }
}

pub(super) fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let today = tx.at().day();
        if draft.or("received_on", before).text().is_empty() {
            draft.set("received_on", FieldValue::Text(today.to_string()));
        }
        if draft.or("unit_id", before).is_null()
            && let Some(unit) = tx.act().actor.unit_id
        {
            draft.set("unit_id", FieldValue::Id(unit));
        }
        let mut found = wrong(draft, before, &today.to_string());
        let name = tr::clean_line(draft.or("correspondent", before).text()).text;
        if correspondent::known_as(&name).is_empty() {
            found.push(Violation::new("EVR-001", "correspondent", "Adı harfle yazın."));
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let who = correspondent::named(tx, &name).await?;
        draft.set("correspondent_id", FieldValue::Id(who));
        answers::prepare(tx, draft, before).await?;
        let their_number = draft.or("their_number", before).text().to_string();
        let their_on = draft.or("their_on", before).text().to_string();
        if !draft.or("is_copy", before).bool() && !their_number.is_empty() {
            let own = before.map(|one| one.id);
            if let Some(number) = store::alike(tx, who, &their_number, &their_on, own).await? {
                let text = format!("Bu yazı {number} sayısıyla kayıtlı.");
                let separate = "Ayrı bir yazıysa bunu işaretleyin.";
                return Ok(vec![
                    Violation::new("EVR-002", "their_number", text),
                    Violation::new("EVR-007", "is_copy", separate),
                ]);
            }
        }
        fill(draft, before);
        if before.is_none() {
            enter(tx, draft).await?;
        }
        Ok(found)
    })
}

fn wrong(draft: &Draft, before: Option<&Record>, today: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    for (column, text) in [
        ("received_on", "Henüz gelmemiş bir evrak kaydedilemez."),
        ("their_on", "Yazının tarihi bugünden ileri olamaz."),
    ] {
        if draft.or(column, before).text() > today {
            found.push(Violation::new("EVR-003", column, text));
        }
    }
    if draft.or("urgency", before).text() == "GNL" && draft.or("due_on", before).text().is_empty() {
        found.push(Violation::new("EVR-004", "due_on", "Günlü yazıda yanıtın istendiği günü yazın."));
    }
    let until = draft.or("secret_until", before).text();
    let is_new = before.is_none_or(|before| before.get("secret_until").text() != until);
    if is_new && !until.is_empty() && until < today {
        let text = "Gizliliğin son günü geçmiş; yazının artık gizlilik derecesi yoksa “Yok” seçin.";
        found.push(Violation::new("EVR-009", "secret_until", text));
    }
    if draft.or("unit_id", before).is_null() {
        found.push(Violation::new("EVR-005", "unit_id", "Hesabınız bir birime bağlı değil; birimi seçin."));
    }
    found
}

fn fill(draft: &mut Draft, before: Option<&Record>) {
    let usual = [
        ("their_number", ""),
        ("medium", "hand"),
        ("urgency", "NRM"),
        ("secrecy", "YOK"),
        ("note", ""),
        ("package_id", ""),
    ];
    for (column, usual) in usual {
        // What the form does not ask is not in `before` either.
        let is_kept = before.is_some() && column == "package_id";
        if !is_kept && draft.or(column, before).text().is_empty() {
            draft.set(column, FieldValue::Text(usual.into()));
        }
    }
    // What has no degree has no day until which it holds.
    if draft.or("secrecy", before).text() == "YOK" && !draft.or("secret_until", before).is_null() {
        draft.set("secret_until", FieldValue::Null);
    }
    if draft.or("sheets", before).is_null() {
        draft.set("sheets", FieldValue::Int(0));
    }
    if before.is_none() && draft.get("is_copy").is_null() {
        draft.set("is_copy", FieldValue::Bool(false));
    }
}

/// The next number of the book. It is given in the transaction that writes the entry: what is not written gives it back.
async fn enter(tx: &Tx, draft: &mut Draft) -> Result<()> {
    let book = draft.get("book").text().to_string();
    let (_, prefix, series) = BOOKS.iter().find(|(code, ..)| *code == book).unwrap_or(&BOOKS[0]);
    let year = tx.at().day().0.year();
    let given = number::next(tx, series, year).await?;
    draft.set("number", FieldValue::Text(number::format(year, prefix, given)));
    draft.set("book_year", FieldValue::Int(year.into()));
    draft.set("book_number", FieldValue::Int(given));
    let state = if book == "outgoing" { "recorded" } else { "registered" };
    draft.set("state", FieldValue::Text(state.into()));
    draft.set("created_at", FieldValue::Int(tx.at().0));
    if let Some(staff) = tx.act().actor.staff_id {
        draft.set("owner_id", FieldValue::Id(staff));
    }
    Ok(())
}
