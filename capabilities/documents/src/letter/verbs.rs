//! The state table of a letter, and what the steps of its route do to it.

use kernel::db::Sql;
use kernel::event::{Event, NewEvent};
use kernel::record::{self, Record, Verb};
use kernel::setting::Settings;
use kernel::{Boxed, Error, Ref, Result, Tx, Violation};
use routing::{Ahead, Means, NewStep, Role, Routed, Turn};
use uuid::Uuid;

use super::compose::{self, Around, Look};
use super::hands::{self, Seat};
use super::lint::{self, Written};
use super::store::{self, Given};
use super::{WRITE, citing, esign, kind, people, sayi, scan, template, withheld};
use crate::document::entering::{Entry, enter};
use crate::{correspondent, document};

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
        Verb::new("taramayi-degistir", "Taramayı değiştir", WRITE, &["signed"], "", "letter_rescanned")
            .staying()
            .only_where("scan", &["kept"])
            .official()
            .asking("Yüklü taramada yanlış olan ne?")
            .hint("Yüklü tarama silinmez, eski sürüm olarak kalır; doğrusunu ardından Ekler bölümünden yüklersiniz.")
            .saying("Doğru taramayı Ekler bölümünden yükleyin; önceki eski sürüm olarak duruyor.")
            .run(|tx, letter, why| Box::pin(scan::again(tx, letter, why))),
        Verb::new("sablon-yap", "Şablon yap", WRITE, &[], "", "letter_made_template")
            .staying()
            .asking_line("Şablonun adı")
            .hint("Biriminizdekiler yeni yazıda “Şablondan başla” ile seçer.")
            .saying("Yazıdan şablon yapıldı; Yazı şablonları sayfasında duruyor.")
            .run(|tx, letter, name| Box::pin(template::of_letter(tx, letter, name))),
    ]
}

pub(super) async fn settings(tx: &Tx) -> Result<Settings> {
    let declared = tx.registry().map(|registry| registry.settings()).unwrap_or_default();
    Settings::load(tx, &declared).await
}

/// What the letter is judged by.
pub(super) async fn written(db: &impl Sql, one: &Record, today: &str) -> Result<Written> {
    let text = |name: &str| one.get(name).text().to_string();
    let to: Vec<String> =
        compose::lines(&text("addressees")).into_iter().chain(compose::lines(&text("informed"))).collect();
    let mut signers = Vec::new();
    for hand in hands::planned(db, one).await? {
        signers.extend(people::signature(db, hand.staff).await?.map(|(name, _)| name));
    }
    Ok(Written {
        is_approval: text("form") == "approval",
        subject: text("title"),
        body: text("body"),
        standings: correspondent::store::standings(db, &to).await?,
        to: compose::lines(&text("addressees")),
        informed: compose::lines(&text("informed")),
        signers,
        initials: compose::lines(&text("initialled_by")),
        signed_as: text("signed_as"),
        on_behalf: text("on_behalf"),
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
    if !correspondent::is_detsis(&sayi::detsis(tx, letter, &settings).await?) {
        let text = "Belediyenin DETSİS numarası yazılı değil; yönetici Ayarlar'da, Evrak bölümünde yazar.";
        wrong.push(Violation::new("YZI-009", "", text));
    }
    let files = web::attached(tx, &letter.reference(&kind())).await?.len();
    wrong.extend(withheld::wrong(letter, files));
    let (initials, _) = people::named(tx, letter.get("initialled_by").text(), "initialled_by").await?;
    // Typed by registry number, too.
    let signers: Vec<Uuid> = hands::planned(tx, letter).await?.into_iter().map(|one| one.staff).collect();
    for both in signers.iter().copied().filter(|staff| initials.contains(staff)) {
        let name = people::signature(tx, both).await?.map(|(name, _)| name).unwrap_or_default();
        let said = lint::initials_and_signs(&name);
        if !wrong.iter().any(|one| one.text == said) {
            wrong.push(Violation::new("YZI-008", "initialled_by", said));
        }
    }
    if !wrong.is_empty() {
        return Err(Error::invalid(wrong));
    }
    if letter.get("medium").text() == "electronic" {
        wrong.extend(esign::packing::lacking(tx, letter).await?);
        if !wrong.is_empty() {
            return Err(Error::invalid(wrong));
        }
    }
    let look = Look::Read { is_trial: false };
    let around = Around { settings: &settings, turns: &[], base: "", look };
    let sheet = compose::letter(tx, letter, &around).await?;
    // Nobody guesses it: it leads to the signed letter without signing in, and is the id of its package.
    let code = tx.new_id().to_string().to_uppercase();
    store::freeze(tx, letter.id, &compose::frozen(&sheet), &sheet, &code).await?;
    let turns = initials
        .into_iter()
        .map(|staff| (Role::Initial, staff))
        .chain(signers.into_iter().map(|staff| (Role::Sign, staff)));
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
        let turns = routing::of(tx, &subject).await?;
        let turn = turns.iter().find(|turn| turn.id == event.subject_id).ok_or_else(Error::not_found)?;
        let is_electronic = letter.get("medium").text() == "electronic";
        if event.verb == "signed" && is_electronic {
            esign::require(tx, turn.id).await?;
        }
        // What is signed with a card was set for that hand before it was signed.
        if let Some(seat) = Seat::of(&turns, turn.id, turn.done_by_id).filter(|_| !is_electronic) {
            hands::set(tx, &letter, &seat).await?;
        }
        tell(tx, &letter, turn).await?;
        if ahead == Ahead::Somebody { Ok(()) } else { finish(tx, &letter, &subject).await }
    })
}

/// The letter's own timeline says who did what; the official act is that of the turn.
async fn tell(tx: &Tx, letter: &Record, turn: &Turn) -> Result<()> {
    let verb = if turn.role == "sign" { "letter_hand_given" } else { "letter_initialled" };
    let note = match &turn.done_by_name {
        Some(_) => format!("{} yerine, vekâleten", turn.staff_name),
        None => String::new(),
    };
    let kind = kind();
    let event = NewEvent::new(letter.reference(&kind), letter.title(&kind), verb)
        .note(note)
        .scope(letter.unit_id(&kind), letter.owner_id(&kind));
    tx.record(event).await?;
    Ok(())
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
    let sayi = sayi::give(tx, letter).await?;
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
        number: &sayi.text,
        is_waiting: is_internal && text("form") != "approval",
    };
    let document = enter(tx, &entry).await?;
    let is_trial = esign::is_trial(tx, letter).await?;
    store::set_signed(tx, letter.id, &Given { sayi: &sayi, document, is_trial }).await?;
    if letter.get("medium").text() == "electronic" {
        esign::packing::ask(tx, letter.id).await?;
    }
    let kind = kind();
    let after = record::get(tx, &kind, letter.id).await?;
    record::index(tx, &kind, &after).await?;
    let event = NewEvent::new(subject.clone(), after.title(&kind), "letter_signed")
        .note(sayi.text)
        .related(Ref::new("document", document))
        .scope(after.unit_id(&kind), after.owner_id(&kind));
    tx.record(event).await?;
    tell_cited(tx, &after).await
}

/// Entries that the signed letter refers to say so on their own timelines.
async fn tell_cited(tx: &Tx, letter: &Record) -> Result<()> {
    let of = document::kind();
    for entry in store::entries(tx, &citing::numbers(letter.get("cited").text())).await? {
        let cited = record::get(tx, &of, entry.id).await?;
        let event = NewEvent::new(cited.reference(&of), cited.title(&of), "document_cited")
            .note(letter.get("number").text())
            .related(letter.reference(&kind()))
            .scope(cited.unit_id(&of), cited.owner_id(&of));
        tx.record(event).await?;
    }
    Ok(())
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
