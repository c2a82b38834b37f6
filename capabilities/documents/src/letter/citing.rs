//! What a letter refers to (ilgi): entries of the register, found while they are typed, put into the words of the official form and
//! kept by their number (`cited`). Other words stay as they are typed.

use std::collections::BTreeMap;

use kernel::db::Sql;
use kernel::record::{self, ListQuery, Record};
use kernel::{Day, ErrorKind, Instant, Ref, Result, Tx, Violation, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Outcome};

use super::compose::{lettered, lines};
use super::lint::ALPHABET;
use super::{dative, kind, store};
use crate::{correspondent, document};

pub(super) const PATH: &str = "/yazilar/ilgi";
/// Under which a suggestion sends the entry it is of.
const CHOSEN: &str = "kayit";
const SHOWN: u32 = 8;
const LEAST_LETTERS: usize = 3;

/// Whose letter it is, and to whom, which decide between “yazımız”, “yazınız” and the name of who wrote.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub unit: Option<Uuid>,
    /// As they are typed, one a line.
    pub to: &'a str,
}

impl Writer<'_> {
    /// Its only addressee is this one.
    fn answers(self, name: &str) -> bool {
        let known_as = correspondent::known_as;
        matches!(lines(self.to).as_slice(), [only] if known_as(only) == known_as(name))
    }
}

/// The references of a letter as they are kept.
pub(super) struct Kept {
    /// One a line.
    pub ilgi: String,
    /// "a) 2026-GE-000123": those that are entries of the register, one a line.
    pub cited: String,
    pub wrong: Vec<Violation>,
}

/// What was typed, in the words of the official form where it names an entry; a line that stays as it was is of the entry it was of.
pub(super) async fn unfold(
    tx: &Tx,
    typed: &str,
    writer: Writer<'_>,
    before: Option<&Record>,
) -> Result<Kept> {
    let known = before.map(|one| cited(one.get("ilgi").text(), one.get("cited").text())).unwrap_or_default();
    let (mut texts, mut entries, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines(typed) {
        let (words, number) = handle(&line);
        let entry = match number {
            Some(number) => entry(tx, number).await?,
            None => None,
        };
        match (entry, number) {
            (Some(entry), Some(number)) => {
                let own = if words.is_empty() { sentence(tx, &entry, writer).await? } else { words.into() };
                texts.push(own);
                entries.push(number.to_string());
            }
            // What one may not see stays a number; in brackets it would stand on the paper.
            (None, Some(number)) if !words.is_empty() => {
                let text = format!(
                    "“{number}” numaralı evrak yok ya da size açık değil; köşeli ayraçtaki numarayı düzeltin ya da silin."
                );
                wrong.push(Violation::new("YZI-016", "ilgi", text));
            }
            _ => {
                entries.push(still(&known, &line));
                texts.push(line);
            }
        }
    }
    let cited = ALPHABET.iter().zip(&entries).filter(|(_, number)| !number.is_empty());
    let cited: Vec<String> = cited.map(|(letter, number)| format!("{letter}) {number}")).collect();
    Ok(Kept { ilgi: texts.join("\n"), cited: cited.join("\n"), wrong })
}

/// Each line with the number of the entry it is of; empty for none.
pub(super) fn cited(ilgi: &str, cited: &str) -> Vec<(String, String)> {
    let numbers: BTreeMap<&str, &str> = cited.lines().filter_map(|line| line.split_once(") ")).collect();
    let of =
        |letter: Option<&&str>| letter.and_then(|letter| numbers.get(*letter)).copied().unwrap_or_default();
    let mut letters = ALPHABET.iter();
    lines(ilgi).into_iter().map(|line| (line, of(letters.next()).to_string())).collect()
}

/// The entries of a letter's references.
pub(super) fn numbers(cited: &str) -> Vec<&str> {
    cited.lines().filter_map(|line| line.split_once(") ")).map(|(_, number)| number).collect()
}

/// The entry of a line that was there before: the same words, or others around the same number of the writer.
fn still(known: &[(String, String)], line: &str) -> String {
    let same = known.iter().find(|(words, _)| words == line);
    let alike =
        || known.iter().find(|(words, _)| number_in(line).is_some() && number_in(words) == number_in(line));
    same.or_else(alike).map(|(_, number)| number.clone()).unwrap_or_default()
}

/// "E-12345678-700-4411" of "… tarihli ve E-12345678-700-4411 sayılı yazısı."
fn number_in(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(" tarihli ve ")?;
    rest.split_once(" sayılı").map(|(number, _)| number)
}

/// A line that is an entry's number, or ends with one in brackets: the words before it, and the number.
fn handle(line: &str) -> (&str, Option<&str>) {
    let line = line.trim();
    if is_number(line) {
        return ("", Some(line));
    }
    let bracketed = line.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match bracketed.filter(|(_, number)| is_number(number)) {
        Some((words, number)) => (words.trim(), Some(number)),
        None => (line, None),
    }
}

/// `2026-GE-000123`.
fn is_number(line: &str) -> bool {
    let parts: Vec<&str> = line.split('-').collect();
    let is_digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, book, number] if is_digits(year, 4) && is_digits(number, 6)
        && document::BOOKS.iter().any(|(_, prefix, _)| prefix == book))
}

/// The entry with this number, if whoever writes may see it.
async fn entry(tx: &Tx, number: &str) -> Result<Option<Record>> {
    let kind = document::kind();
    let found = record::numbered(tx, &kind, &tx.act().actor, number).await?;
    let [one] = found.as_slice() else { return Ok(None) };
    match record::get_visible(tx, &kind, *one, &tx.act().actor).await {
        Ok(entry) => Ok(Some(entry)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// "Örnekil Valiliğinin 3.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı."; to that governor's office alone "… yazınız."; of the
/// house's own letters "… yazımız."; of another unit's letter that unit's name.
pub(super) async fn sentence(db: &impl Sql, entry: &Record, writer: Writer<'_>) -> Result<String> {
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
    let dated = format!("{on} tarihli{number}");
    let letter = store::of_document(db, entry.id).await?;
    if letter.is_some_and(|letter| letter.form == "approval") {
        return Ok(format!("{dated} olur."));
    }
    let from = entry.get("unit_id").id();
    match text("book").as_str() {
        "incoming" => {}
        "internal" if from != writer.unit && from.is_some() => {
            let name = directory::store::name_of(db, "unit", from.unwrap_or_default()).await?;
            let name = name.unwrap_or_default();
            if writer.answers(&name) {
                return Ok(format!("{dated} yazınız."));
            }
            let whose = dative::of_institution(&name);
            return Ok(format!("{whose} {dated} yazısı."));
        }
        _ => return Ok(format!("{dated} yazımız.")),
    }
    let name = text("correspondent");
    let known = correspondent::store::party(db, &name).await?;
    let is_person = known.is_some_and(|one| one.kind == "person");
    Ok(match (writer.answers(&name), is_person) {
        (true, true) => format!("{dated} dilekçeniz."),
        (true, false) => format!("{dated} yazınız."),
        (false, true) => format!("{} {dated} dilekçesi.", dative::of_person(&name)),
        (false, false) => format!("{} {dated} yazısı.", dative::of_institution(&name)),
    })
}

/// Where the entries are that a letter refers to, by the letters they are counted off with; only those this person may open.
pub(super) async fn links(ctx: &Ctx, one: &Record) -> Result<BTreeMap<String, String>> {
    let all = cited(one.get("ilgi").text(), one.get("cited").text());
    let entries = store::entries(ctx.db(), &numbers(one.get("cited").text())).await?;
    let of = document::kind();
    let refs: Vec<Ref> = entries.iter().map(|entry| Ref::new(of.id, entry.id)).collect();
    let open = record::openable(ctx.db(), &ctx.app.registry, ctx.actor(), &refs).await?;
    let texts: Vec<String> = all.iter().map(|(words, _)| words.clone()).collect();
    let address = |number: &str| {
        let entry = entries.iter().find(|entry| entry.number == number)?;
        open.contains(&Ref::new(of.id, entry.id)).then(|| of.address(entry.id))
    };
    let linked = lettered(&texts).into_iter().zip(&all);
    Ok(linked.filter_map(|((letter, _), (_, number))| Some((letter, address(number)?))).collect())
}

/// The line that is still being looked for: the last one, unless it says already what it is of.
fn open_line(typed: &str) -> Option<String> {
    let line = lines(typed).pop()?;
    let is_said = handle(&line).1.is_some() || line.contains(" tarihli");
    (!is_said && line.chars().count() >= LEAST_LETTERS).then_some(line)
}

/// `POST /yazilar/ilgi`: while references are typed, entries of the register that have these words; with `kayit`, the field with that
/// entry in it.
pub(super) async fn show(ctx: Ctx, form: Form) -> Outcome {
    let typed: String = form.get("ilgi").chars().take(8_000).collect();
    if let Ok(id) = form.get(CHOSEN).parse() {
        let unit = form.get("unit_id").parse().ok().or(ctx.actor().unit_id);
        return chosen(&ctx, &typed, (id, Writer { unit, to: form.get("addressees") })).await;
    }
    let found = match open_line(&typed) {
        Some(line) if ctx.actor().may(document::VIEW) => found(&ctx, &line).await?,
        _ => Vec::new(),
    };
    ctx.fragment(html! {
        @if !found.is_empty() {
            p { strong { "Evrak kaydından:" } }
            ul.plain-list { @for one in &found { li { (suggestion(one)) } } }
        }
        (order(&typed))
    })
}

async fn found(ctx: &Ctx, words: &str) -> Result<Vec<Record>> {
    let of = document::kind();
    let query = ListQuery { text: words.into(), size: SHOWN, ..ListQuery::first(&of) };
    let page = record::list(ctx.db(), &of, &query, ctx.actor(), of.view).await?;
    let is_citable = |one: &Record| one.get("state").text() != "cancelled";
    Ok(page.records.into_iter().filter(is_citable).collect())
}

/// The way an entry gets into the field.
fn suggestion(one: &Record) -> Markup {
    let of = document::kind();
    let text = |name: &str| one.get(name).text();
    html! {
        button.btn type="button" name=(CHOSEN) value=(one.id) hx-post=(PATH) hx-target="closest .field" hx-swap="outerHTML" {
            "İlgi tut" span.visually-hidden { ": " (one.number(&of)) }
        }
        " " (one.number(&of)) " · " (text("correspondent"))
        @if !text("their_number").is_empty() { " · " (text("their_number")) }
        " — " (text("title"))
    }
}

/// More than one are counted off with letters; a person sees which is which before the text names them.
fn order(typed: &str) -> Markup {
    let all: Vec<String> = lines(typed).iter().map(|line| handle(line).0.to_string()).collect();
    html! {
        @if all.len() > 1 && all.iter().all(|line| !line.is_empty()) {
            p { strong { "Yazıda:" } }
            ul.plain-list { @for (letter, text) in lettered(&all) { li { (letter) ") " (text) } } }
        }
    }
}

/// The field again, with the entry in place of what was looked for.
async fn chosen(ctx: &Ctx, typed: &str, (id, writer): (Uuid, Writer<'_>)) -> Outcome {
    let of = document::kind();
    let entry = record::get_visible(ctx.db(), &of, id, ctx.actor()).await?;
    let mut all = lines(typed);
    if open_line(typed).is_some() || all.last().is_some_and(|line| line.chars().count() < LEAST_LETTERS) {
        all.pop();
    }
    let number = entry.number(&of);
    if !all.iter().any(|line| handle(line).1 == Some(number.as_str())) {
        all.push(format!("{} [{number}]", sentence(ctx.db(), &entry, writer).await?));
    }
    let mut field = web::field_of(ctx, &kind(), "ilgi", &all.join("\n")).await?;
    field.is_first = true;
    ctx.fragment(ui::field(&field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_an_entry_by_its_number_alone_or_in_brackets() {
        assert_eq!(handle(" 2026-GE-000123 "), ("", Some("2026-GE-000123")));
        assert_eq!(
            handle("Valiliğin yazısı. [2026-IC-000001]"),
            ("Valiliğin yazısı.", Some("2026-IC-000001"))
        );
        for other in
            ["2026-DK-000123", "E-12345678-700-4411", "Valiliğin yazısı [ek]", "2026-GE-123", "a]", ""]
        {
            assert_eq!(handle(other), (other, None));
        }
    }

    #[test]
    fn a_changed_line_stays_of_its_entry_while_it_names_the_same_number() {
        let said = "Valiliğin 3.11.2026 tarihli ve E-1 sayılı yazısı.";
        let ilgi = format!("{said}\nKendi sözümüz.");
        let known = cited(&ilgi, "a) 2026-GE-000001");
        assert_eq!(known[1], ("Kendi sözümüz.".to_string(), String::new()));
        assert_eq!(still(&known, said), "2026-GE-000001");
        assert_eq!(
            still(&known, "Örnekil Valiliğinin 3.11.2026 tarihli ve E-1 sayılı yazısı."),
            "2026-GE-000001"
        );
        assert_eq!(still(&known, "Valiliğin 3.11.2026 tarihli ve E-2 sayılı yazısı."), "");
        assert_eq!(still(&known, "Kendi sözümüz."), "");
    }

    #[test]
    fn only_what_does_not_say_what_it_is_of_is_looked_for() {
        assert_eq!(open_line("Valiliğin 3.11.2026 tarihli yazısı.\nanket").as_deref(), Some("anket"));
        for said in ["", "an", "3.11.2026 tarihli yazınız.", "x\n2026-GE-000123", "Bir yazı [2026-GE-000123]"]
        {
            assert_eq!(open_line(said), None, "{said}");
        }
    }
}
