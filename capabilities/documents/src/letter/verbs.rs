//! The state table of a letter, and what the steps of its route do to it.

use kernel::db::Sql;
use kernel::event::{Event, NewEvent};
use kernel::record::{self, Record, Verb};
use kernel::setting::Settings;
use kernel::{Boxed, Error, Ref, Result, Tx, Violation};
use routing::{Ahead, Means, NewStep, Role, Routed};
use uuid::Uuid;

use super::compose::{self, Around};
use super::lint::{self, Written};
use super::store::{self, Given};
use super::{DETSIS, ELECTRONIC, PAPER, WRITE, esign, kind, people, template, withheld};
use crate::document::entering::{Entry, enter};
use crate::{correspondent, unit_contact};

pub(super) fn all() -> Vec<Verb> {
    vec![
        Verb::new("imzaya-sun", "İmzaya sun", WRITE, &["draft", "returned"], "routing", "letter_submitted")
            .official()
            .saying("Yazı imzaya sunuldu.")
            .run(|tx, letter, _| Box::pin(submit(tx, letter))),
        Verb::new("geri-cek", "İmzadan geri çek", WRITE, &["routing"], "draft", "letter_withdrawn")
            .official()
            .asking("Gerekçe")
            .saying("Yazı imzadan geri çekildi; düzeltip yeniden sunabilirsiniz.")
            .run(|tx, letter, _| Box::pin(withdraw(tx, letter))),
        Verb::new("vazgec", "Vazgeç", WRITE, &["draft", "returned"], "cancelled", "letter_cancelled")
            .danger()
            .saying("Yazıdan vazgeçildi."),
        Verb::new("sablon-yap", "Şablon yap", WRITE, &[], "", "letter_made_template")
            .staying()
            .asking_line("Şablonun adı")
            .hint("Biriminizdekiler yeni yazıda “Şablondan başla” ile seçer.")
            .saying("Yazıdan şablon yapıldı; Yazı şablonları sayfasında duruyor.")
            .run(|tx, letter, name| Box::pin(template::of_letter(tx, letter, name))),
    ]
}

async fn settings(tx: &Tx) -> Result<Settings> {
    let declared = tx.registry().map(|registry| registry.settings()).unwrap_or_default();
    Settings::load(tx, &declared).await
}

/// What the letter is judged by.
pub(super) async fn written(db: &impl Sql, one: &Record, today: &str) -> Result<Written> {
    let text = |name: &str| one.get(name).text().to_string();
    let to: Vec<String> =
        compose::lines(&text("addressees")).into_iter().chain(compose::lines(&text("informed"))).collect();
    Ok(Written {
        is_approval: text("form") == "approval",
        subject: text("title"),
        body: text("body"),
        ranks: correspondent::store::ranks(db, &to).await?,
        references: compose::lines(&text("ilgi")).len(),
        annexes: compose::lines(&text("annexes")).len(),
        urgency: text("urgency"),
        due_on: text("due_on"),
        secrecy: text("secrecy"),
        secret_until: text("secret_until"),
        has_file_code: !one.get("file_code_id").is_null(),
        has_signer: !one.get("signer_id").is_null(),
        has_second_signer: !one.get("second_signer_id").is_null(),
        today: today.into(),
    })
}

/// Errors of form keep a letter at home; then its words are frozen and the first turn begins.
async fn submit(tx: &Tx, letter: &Record) -> Result<()> {
    let settings = settings(tx).await?;
    let mut wrong: Vec<Violation> = lint::look(&written(tx, letter, &tx.at().day().to_string()).await?)
        .into_iter()
        .filter(|one| one.is_error)
        .map(|one| Violation::new("YZI-008", one.field, one.text))
        .collect();
    if !correspondent::is_detsis(&detsis(tx, letter, &settings).await?) {
        let text = "Belediyenin DETSİS numarası yazılı değil; yönetici Ayarlar'da, Evrak bölümünde yazar.";
        wrong.push(Violation::new("YZI-009", "", text));
    }
    let files = web::attached(tx, &letter.reference(&kind())).await?.len();
    wrong.extend(withheld::wrong(letter, files));
    if !wrong.is_empty() {
        return Err(Error::invalid(wrong));
    }
    if letter.get("medium").text() == "electronic" {
        wrong.extend(esign::packing::lacking(tx, letter).await?);
        if !wrong.is_empty() {
            return Err(Error::invalid(wrong));
        }
    }
    let around = Around { settings: &settings, turns: &[], base: "" };
    let sheet = compose::letter(tx, letter, &around).await?;
    // Nobody guesses it: it leads to the signed letter without signing in, and is the id of its package.
    let code = tx.new_id().to_string().to_uppercase();
    store::freeze(tx, letter.id, &compose::frozen(&sheet), &sheet, &code).await?;
    let (initials, _) = people::named(tx, letter.get("initialled_by").text()).await?;
    let signers = ["signer_id", "second_signer_id"].into_iter().filter_map(|column| letter.get(column).id());
    let turns = initials
        .into_iter()
        .map(|staff| (Role::Initial, staff))
        .chain(signers.map(|staff| (Role::Sign, staff)));
    let means = if letter.get("medium").text() == "electronic" { Means::Card } else { Means::Button };
    let steps: Vec<NewStep> =
        (1..).zip(turns).map(|(place, (role, staff))| NewStep { place, role, means, staff }).collect();
    let (title, path) = (letter.title(&kind()), kind().address(letter.id));
    let routed = Routed { subject: letter.reference(&kind()), title: &title, path: &path };
    routing::begin(tx, &routed, &steps).await
}

async fn withdraw(tx: &Tx, letter: &Record) -> Result<()> {
    routing::end(tx, &letter.reference(&kind())).await?;
    store::thaw(tx, letter.id, "draft").await
}

/// Somebody initialled or signed: with the last of them the letter gets its number.
pub(super) fn stepped<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let (subject, ahead) = routing::turn_of(tx, event.subject_id).await?;
        if subject.kind != "letter" {
            return Ok(());
        }
        let letter = record::get(tx, &kind(), subject.id).await?;
        if event.verb == "signed" && letter.get("medium").text() == "electronic" {
            esign::require(tx, event.subject_id).await?;
        }
        if ahead == Ahead::Somebody { Ok(()) } else { finish(tx, &letter, &subject).await }
    })
}

async fn finish(tx: &Tx, letter: &Record, subject: &Ref) -> Result<()> {
    let text = |name: &str| letter.get(name).text().to_string();
    let to: Vec<String> =
        compose::lines(&text("addressees")).into_iter().chain(compose::lines(&text("informed"))).collect();
    let names = if to.is_empty() { vec!["Makam oluru".to_string()] } else { to };
    let mut ids: Vec<Uuid> = Vec::new();
    for name in &names {
        ids.push(correspondent::named(tx, name).await?);
    }
    let is_internal = text("form") == "approval" || correspondent::store::outside(tx, &ids).await? == 0;
    let who = match names.as_slice() {
        [one] => one.clone(),
        [one, rest @ ..] => format!("{one} ve {} muhatap daha", rest.len()),
        [] => String::new(),
    };
    let title = letter.title(&kind());
    let stem = stem(tx, letter).await?;
    let entry = Entry {
        book: if is_internal { "internal" } else { "outgoing" },
        title: &title,
        correspondent: &who.chars().take(240).collect::<String>(),
        correspondent_id: ids[0],
        secrecy: &text("secrecy"),
        urgency: &text("urgency"),
        file_code: letter.get("file_code_id").id(),
        unit: letter.get("unit_id").id().unwrap_or_default(),
        owner: letter.get("owner_id").id(),
        answers: letter.get("answers_id").id(),
        annexes: compose::lines(&text("annexes")).len() as i64,
        stem: &stem,
        is_waiting: is_internal && text("form") != "approval",
    };
    let (document, number) = enter(tx, &entry).await?;
    store::set_signed(tx, letter.id, &Given { number: &number, document }).await?;
    if letter.get("medium").text() == "electronic" {
        esign::packing::ask(tx, letter.id).await?;
    }
    let kind = kind();
    let after = record::get(tx, &kind, letter.id).await?;
    record::index(tx, &kind, &after).await?;
    let event = NewEvent::new(subject.clone(), after.title(&kind), "letter_signed")
        .note(number)
        .related(Ref::new("document", document))
        .scope(after.unit_id(&kind), after.owner_id(&kind));
    tx.record(event).await?;
    Ok(())
}

/// The unit's own number in the state's register; where it has none, the municipality's.
pub(super) async fn detsis(db: &impl Sql, letter: &Record, settings: &Settings) -> Result<String> {
    let unit = letter.get("unit_id").id().unwrap_or_default();
    let own = unit_contact::store::of(db, unit).await?.map(|contact| contact.detsis).unwrap_or_default();
    Ok(if own.is_empty() { settings.text(DETSIS) } else { own })
}

/// `E-24312041-702.03-`: how it was signed, the institution, the code of the file plan; the number in the book follows.
async fn stem(tx: &Tx, letter: &Record) -> Result<String> {
    let settings = settings(tx).await?;
    let prefix = settings.text(if letter.get("medium").text() == "electronic" { ELECTRONIC } else { PAPER });
    let code = match letter.get("file_code_id").id() {
        Some(code) => store::file_code(tx, code).await?,
        None => String::new(),
    };
    Ok(format!("{prefix}-{}-{code}-", detsis(tx, letter, &settings).await?))
}

/// Somebody sent it back: it is its writer's again, who is told why.
pub(super) fn came_back<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let (subject, _) = routing::turn_of(tx, event.subject_id).await?;
        if subject.kind != "letter" {
            return Ok(());
        }
        store::thaw(tx, subject.id, "returned").await?;
        let kind = kind();
        let letter = record::get(tx, &kind, subject.id).await?;
        let event = NewEvent::new(subject, letter.title(&kind), "letter_came_back")
            .note(event.note.clone())
            .scope(letter.unit_id(&kind), letter.owner_id(&kind));
        tx.record(event).await?;
        Ok(())
    })
}
