//! Taking a regulation in: a file, a pasted text or a built-in profile.

use kernel::tx::Once;
use kernel::{Error, ErrorKind, Violation};
use web::{Ctx, Form, Frame, Outcome, Upload};

use super::super::intake::{Source, adopt, again, text_of_file};
use super::super::opened::read;
use crate::profiles::Profile;
use crate::reading::MAX_BYTES;

const PATH: &str = "/yonetmelik/yeni";
/// Names of the fields.
const TITLE: &str = "ad";
const TEXT: &str = "metin";
const PROFILE: &str = "profil";

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    page(&ctx, &Form::default(), &[]).await
}

pub(crate) async fn create(ctx: Ctx, upload: Upload) -> Outcome {
    let (source, mut notes) = match source_of(&upload).await {
        Ok(found) => found,
        Err(error) if is_theirs(&error) => return page(&ctx, &upload.form, &violations_of(error)).await,
        Err(error) => return Err(error.into()),
    };
    let tx = ctx.db().begin(&ctx.act).await?;
    // On the way of the set-up a form sent twice, or again after going back, is the same step.
    if ctx.guide.is_some()
        && let Some(id) = again(&tx, &source).await?
    {
        tx.rollback().await?;
        let part = if matches!(source, Source::Profile(_)) { "onayla" } else { "duzelt" };
        return Ok(web::see_other(&format!("/yonetmelik/{id}/{part}")));
    }
    let id = match adopt(&tx, &source, upload.form.get(TITLE)).await {
        Ok(id) => id,
        Err(error) if is_theirs(&error) => {
            drop(tx);
            return page(&ctx, &upload.form, &violations_of(error)).await;
        }
        Err(error) => return Err(error.into()),
    };
    let (next, done) = match source {
        Source::Profile(_) if ctx.guide.is_some() => {
            (format!("/yonetmelik/{id}/onayla"), "Profil alındı. Yürürlük tarihini vererek onaylayın.")
        }
        Source::Text { .. } => {
            (format!("/yonetmelik/{id}/duzelt"), "Metin okundu. Kuşkulu yerlere bakıp onaylayın.")
        }
        Source::Profile(_) => {
            (format!("/yonetmelik/{id}"), "Profil alındı. Yürürlük tarihini vererek onaylayın.")
        }
    };
    let token = upload.form.get(ui::names::ONCE);
    if !token.is_empty()
        && let Once::Again(earlier) = tx.once(token, &next).await?
    {
        tx.rollback().await?;
        return Ok(web::see_other(&earlier));
    }
    tx.commit().await?;
    notes.insert(0, done.into());
    Ok(web::redirect(&next, &notes.join(" ")))
}

/// What a person can put right; the rest is drawn as an error page.
fn is_theirs(error: &Error) -> bool {
    matches!(
        error.kind,
        ErrorKind::Invalid | ErrorKind::TooLarge | ErrorKind::Unsupported | ErrorKind::NotFound
    )
}

fn violations_of(error: Error) -> Vec<Violation> {
    if error.violations.is_empty() {
        return vec![Violation::new("YON-003", "", error.message_tr)];
    }
    error.violations
}

/// The one source that was given, read, with notes about it.
async fn source_of(upload: &Upload) -> kernel::Result<(Source, Vec<String>)> {
    let file = upload.files.iter().find(|file| file.field == ui::names::FILES);
    let pasted = upload.form.get(TEXT);
    let profile = upload.form.get(PROFILE);
    let given = usize::from(file.is_some())
        + usize::from(!pasted.trim().is_empty())
        + usize::from(!profile.is_empty());
    if given != 1 {
        let text = if given == 0 {
            "Bir dosya seçin, metni yapıştırın ya da hazır profillerden birini seçin."
        } else {
            "Dosya, yapıştırılan metin ve hazır profilden yalnızca birini verin."
        };
        return Err(Error::rule("YON-004", ui::names::FILES, text));
    }
    if let Some(file) = file {
        let at_file = |error: Error| named(error, ui::names::FILES);
        let extracted = text_of_file(file.bytes.clone()).await.map_err(at_file)?;
        let (text, reading) = read(without_nul(extracted.text)).await.map_err(at_file)?;
        let name = kernel::tr::clean_line(&file.name).text.chars().take(300).collect();
        return Ok((Source::Text { text, reading: Box::new(reading), name }, extracted.notes));
    }
    if !profile.is_empty() {
        if Profile::of(profile).is_none() {
            return Err(Error::rule("YON-005", PROFILE, "Böyle bir hazır profil yok; listeden seçin."));
        }
        return Ok((Source::Profile(profile.to_owned()), Vec::new()));
    }
    let read = read(without_nul(pasted.to_owned())).await.map_err(|error| named(error, TEXT));
    let (text, reading) = read?;
    Ok((Source::Text { text, reading: Box::new(reading), name: String::new() }, Vec::new()))
}

/// PostgreSQL cannot keep the character 0, and no text needs it.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// The refusal shown at the field it is about; errors of ours stay what they are.
fn named(error: Error, field: &str) -> Error {
    if !is_theirs(&error) || !error.violations.is_empty() {
        return error;
    }
    Error::rule("YON-003", field, error.message_tr)
}

async fn page(ctx: &Ctx, typed: &Form, violations: &[Violation]) -> Outcome {
    let mut fields = fields(typed, violations);
    fields.push(once(ctx, typed));
    let label = |name: &str| fields.iter().find(|field| field.name == name).map_or("", |field| &field.label);
    let errors = violations.iter().map(|one| ui::FieldError {
        field: one.field.clone(),
        label: label(&one.field).to_owned(),
        text: one.text.clone(),
    });
    let view = ui::FormView {
        title: "Yönetmelik ekle".into(),
        lead: "Metin okunur, sonra yan yana denetlenir. Siz onaylayana kadar taslak kalır.".into(),
        action: PATH.into(),
        csrf: ctx.csrf.clone(),
        errors: errors.collect(),
        sections: vec![ui::FormSection {
            title: String::new(),
            fields: fields.clone(),
            ..ui::FormSection::default()
        }],
        submit: "Oku".into(),
        cancel_href: Some(ctx.guide.map_or("/yonetmelik", |guide| guide.next).into()),
        multipart: true,
        ..ui::FormView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb("Yönetmelikler", "/yonetmelik");
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

/// So that a form that is sent twice makes one draft.
fn once(ctx: &Ctx, typed: &Form) -> ui::FieldView {
    let sent = typed.get(ui::names::ONCE);
    ui::FieldView {
        name: ui::names::ONCE.into(),
        kind: ui::Input::Hidden,
        value: if sent.is_empty() { ctx.app.clock.token() } else { sent.into() },
        ..ui::FieldView::default()
    }
}

fn fields(typed: &Form, violations: &[Violation]) -> Vec<ui::FieldView> {
    let error = |name: &str| violations.iter().find(|one| one.field == name).map(|one| one.text.clone());
    let mut profiles = vec![ui::Opt::new("", "Hazır profil kullanılmayacak", typed.get(PROFILE).is_empty())];
    profiles.extend(
        Profile::built_in().iter().map(|profile| {
            ui::Opt::new(&profile.id, &profile.municipality, typed.get(PROFILE) == profile.id)
        }),
    );
    let pasted = typed.get(TEXT);
    vec![
        ui::FieldView {
            name: ui::names::FILES.into(),
            label: "Yönetmelik dosyası".into(),
            hint: "PDF, Word (DOCX), OpenDocument ya da düz metin. Taranmış belgelerden metin okunamaz.".into(),
            kind: ui::Input::File { accept: ".pdf,.docx,.odt,.txt".into(), multiple: false },
            optional: true,
            error: error(ui::names::FILES),
            ..ui::FieldView::default()
        },
        ui::FieldView {
            name: TEXT.into(),
            label: "ya da metnin kendisi".into(),
            hint: "Yönetmeliğin tamamını olduğu gibi yapıştırın; sayfa numaraları ve tekrarlanan başlıklar ayıklanır.".into(),
            kind: ui::Input::LongText { rows: 10 },
            // What could never be accepted is not sent back and forth.
            value: if pasted.len() <= MAX_BYTES { pasted.into() } else { String::new() },
            optional: true,
            width: ui::Width::Full,
            error: error(TEXT),
            ..ui::FieldView::default()
        },
        ui::FieldView {
            name: PROFILE.into(),
            label: "ya da hazır profil".into(),
            hint: "Hangi görevin hangi maddede olduğu bilinen yönetmelikler; metin içermez, örnek olarak alınır.".into(),
            kind: ui::Input::Radio(profiles),
            value: typed.get(PROFILE).into(),
            error: error(PROFILE),
            ..ui::FieldView::default()
        },
        ui::FieldView {
            name: TITLE.into(),
            label: "Adı".into(),
            hint: "Boş bırakırsanız metindeki ad kullanılır.".into(),
            value: typed.get(TITLE).into(),
            optional: true,
            max_length: Some(300),
            width: ui::Width::Full,
            error: error(TITLE),
            ..ui::FieldView::default()
        },
    ]
}
