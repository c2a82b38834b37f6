//! A letter that answers an entry of the register: begun from the entry's page with its addressee, subject and reference filled in;
//! and references that are typed as an entry's number become the official words when the letter is kept.

use kernel::db::Sql;
use kernel::record::{self, Record};
use kernel::{Day, ErrorKind, Instant, Result, Tx, tr};
use web::Ctx;

use super::{PATH, WRITE, dative};
use crate::{correspondent, document};

/// On the page of an entry: the answer's form, filled in as far as the entry says.
pub(crate) async fn button(ctx: &Ctx, entry: &Record) -> Result<Option<ui::Verb>> {
    let is_answered = entry.get("book").text() == "incoming" && entry.get("state").text() != "cancelled";
    if !is_answered || !ctx.actor().may(WRITE) {
        return Ok(None);
    }
    let ilgi = sentence(ctx.db(), entry).await?;
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("answers_id", &entry.id.to_string())
        .append_pair("title", entry.get("title").text())
        .append_pair("addressees", entry.get("correspondent").text())
        .append_pair("ilgi", &ilgi)
        .finish();
    Ok(Some(ui::Verb {
        label: "Yanıt yaz".into(),
        href: format!("{PATH}/yeni?{query}"),
        ..ui::Verb::default()
    }))
}

/// The references of a letter, each that is an entry's number in the words of the official form.
pub(super) async fn unfold(tx: &Tx, typed: &str) -> Result<String> {
    if !typed.lines().any(is_number) {
        return Ok(typed.to_string());
    }
    let kind = document::kind();
    let mut lines = Vec::new();
    for line in typed.lines() {
        let found = match is_number(line) {
            true => record::numbered(tx, &kind, &tx.act().actor, line.trim()).await?,
            false => Vec::new(),
        };
        match found.as_slice() {
            // What one may not see stays a number.
            [one] => match record::get_visible(tx, &kind, *one, &tx.act().actor).await {
                Ok(entry) => lines.push(sentence(tx, &entry).await?),
                Err(error) if error.kind == ErrorKind::NotFound => lines.push(line.to_string()),
                Err(error) => return Err(error),
            },
            _ => lines.push(line.to_string()),
        }
    }
    Ok(lines.join("\n"))
}

/// `2026-GE-000123`.
fn is_number(line: &str) -> bool {
    let parts: Vec<&str> = line.trim().split('-').collect();
    let is_digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, book, number] if is_digits(year, 4) && is_digits(number, 6)
        && document::BOOKS.iter().any(|(_, prefix, _)| prefix == book))
}

/// "Örnekil Valiliğinin 3.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı."
async fn sentence(db: &impl Sql, entry: &Record) -> Result<String> {
    let text = |name: &str| entry.get(name).text().to_string();
    let day = |text: &str| text.parse::<Day>().map(|day| tr::date(day.0)).unwrap_or_default();
    let mut on = day(&text("their_on"));
    if on.is_empty() {
        on = day(&text("received_on"));
    }
    if on.is_empty() {
        on = entry.get("created_at").int().map(|at| tr::date(Instant(at).day().0)).unwrap_or_default();
    }
    let number = match text("their_number") {
        number if number.is_empty() || number.contains(char::is_whitespace) => String::new(),
        number => format!(" ve {number} sayılı"),
    };
    if text("book") != "incoming" {
        return Ok(format!("{on} tarihli{number} yazımız."));
    }
    let name = text("correspondent");
    let known = correspondent::store::party(db, &name).await?;
    let is_person = known.is_some_and(|one| one.kind == "person");
    let (whose, what) = match is_person {
        true => (dative::of_person(&name), "dilekçesi"),
        false => (dative::of_institution(&name), "yazısı"),
    };
    Ok(format!("{whose} {on} tarihli{number} {what}."))
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn only_numbers_of_the_register_are_looked_up() {
        assert!(is_number(" 2026-GE-000123 ") && is_number("2026-IC-000001"));
        for other in ["2026-DK-000123", "E-12345678-700-4411", "Valiliğin yazısı", "2026-GE-123", ""] {
            assert!(!is_number(other), "{other}");
        }
    }
}
