//! Pages beside the kit's: where files are dropped, the separator sheet, and what is too long for a line of an item's page.

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use files::Store;
use http::StatusCode;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Day, Error, ErrorKind, Result, tr};
use maud::{Markup, html};
use printing::{Block, Document};
use serde_json::json;
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome, Spool};

use super::arrive::{self, Doors, Taken};
use super::signatures::{self, Judge};
use super::update::{self, Update};
use super::{PATH, WORK, kind, photos, register, separator, store};
use crate::correspondent;
use crate::document::{self, SECRECIES};
use crate::letter::esign::sealing;

pub(super) const UPLOAD_PATH: &str = "/gelen-kutusu/yukle";
pub(super) const SHEET_PATH: &str = "/gelen-kutusu/ayrac/pdf";

/// Ticked where the pictures are pages of one paper.
const JOIN: &str = "birlestir";

/// What became of one file.
struct Done {
    name: String,
    outcome: std::result::Result<Taken, String>,
}

/// `GET /gelen-kutusu/yukle`
pub(super) async fn ask(ctx: Ctx) -> Outcome {
    page(&ctx, &[], None).await
}

/// `POST /gelen-kutusu/yukle`: each file by itself; one that cannot be taken does not stop the others.
pub(super) async fn take(ctx: Ctx, mut upload: Spool<Doors>) -> Outcome {
    if upload.files.is_empty() {
        return page(&ctx, &[], Some("En az bir dosya seçin.")).await;
    }
    if upload.form.get(JOIN) == "evet"
        && let Some(why) = photos::join(&ctx, &mut upload.files).await?
    {
        return page(&ctx, &[], Some(&why)).await;
    }
    let done = all(&ctx, upload, "upload").await?;
    page(&ctx, &done, None).await
}

/// `POST /api/v1/intake-item`, multipart: what another program hands over. Answers what became of each file.
pub(super) async fn take_from_program(ctx: Ctx, upload: Spool<Doors>) -> Outcome {
    if !ctx.is_token {
        let text = "API üzerinden yazmak için erişim anahtarı (Authorization: Bearer …) gerekir.";
        return Err(Error::new(ErrorKind::Forbidden, text).into());
    }
    if upload.files.is_empty() {
        return Err(Error::rule("GLN-003", ui::names::FILES, "En az bir dosya gönderin.").into());
    }
    let done = all(&ctx, upload, "api").await?;
    let said: Vec<serde_json::Value> = done
        .iter()
        .map(|one| match &one.outcome {
            Ok(taken) => json!({ "name": one.name, "id": taken.id, "state": taken.state, "why": taken.why }),
            Err(why) => json!({ "name": one.name, "state": "refused", "why": why }),
        })
        .collect();
    Ok((StatusCode::CREATED, Json(json!({ "items": said }))).into_response())
}

async fn all(ctx: &Ctx, upload: Spool<Doors>, source: &'static str) -> Result<Vec<Done>> {
    let store = ctx.app.services.get::<Store>()?;
    let judge = judge(ctx).await?;
    let mut done = Vec::new();
    for file in upload.files {
        let name = files::name::clean_name(&file.name);
        let read = match file.taken {
            Ok(spooled) => arrive::read((store, &judge), source, &file.name, spooled).await?,
            Err(error) if error.kind == files::ErrorKind::TooLarge => Err(error.message_tr),
            Err(error) => return Err(arrive::unavailable(&error)),
        };
        let outcome = match read {
            Ok(one) => Ok(arrive::enter(ctx.db(), &ctx.act, &one).await?),
            Err(why) => Err(why),
        };
        done.push(Done { name, outcome });
    }
    ctx.app.forget_cached();
    Ok(done)
}

async fn judge(ctx: &Ctx) -> Result<Judge> {
    Ok(Judge::of(&sealing::context(ctx), &*ctx.app.settings().await?))
}

/// `POST /gelen-kutusu/{id}/yeniden-oku`: a package that waits is read once more, with the roots and keys that are there now.
pub(super) async fn read_again(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let kind = kind();
    let item = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let is_waiting = waits(&item) && item.get("source").text() == "package";
    let attached = web::attached(ctx.db(), &item.reference(&kind)).await?;
    let Some(first) = attached.first().filter(|_| is_waiting) else {
        return Err(Error::conflict("Yalnız bekleyen paket yeniden okunur.").into());
    };
    let store = ctx.app.services.get::<Store>()?;
    let blob = store.get_stream(&first.stored.sha256).await.map_err(Error::internal)?;
    let size_bytes = blob.size_bytes;
    let spooled = store.spool(blob.stream, size_bytes).await.map_err(|error| arrive::unavailable(&error))?;
    let read = arrive::read((store, &judge(&ctx).await?), "package", &first.name, spooled).await?;
    let mut one = read.map_err(Error::conflict)?;
    one.files.retain(|file| !attached.iter().any(|other| other.stored.sha256 == file.stored.sha256));
    let tx = ctx.db().begin(&ctx.act).await?;
    arrive::again(&tx, &item, one).await?;
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(web::redirect(&kind.address(id), "Paket yeniden okundu."))
}

async fn page(ctx: &Ctx, done: &[Done], error: Option<&str>) -> Outcome {
    let field = ui::FieldView {
        name: ui::names::FILES.into(),
        label: "Gelen dosyalar".into(),
        hint: format!(
            "Taranmış yazılar, e-postayla gelen ekler, e-Yazışma paketleri (.eyp, .eyps, .eypg); birkaçı birden. Dosya en çok {}, paket en çok {}.",
            tr::file_size(ctx.app.upload_limit_bytes as u64),
            tr::file_size(super::parcel::MOST_BYTES)
        ),
        kind: ui::Input::File { accept: String::new(), multiple: true },
        error: error.map(str::to_string),
        ..ui::FieldView::default()
    };
    let photo = ui::FieldView {
        name: "foto".into(),
        label: "Telefonla çekin".into(),
        hint: "Telefonda kamerayı açar; çektiğiniz fotoğraf da yüklenir.".into(),
        kind: ui::Input::Photo,
        optional: true,
        ..ui::FieldView::default()
    };
    let join = ui::FieldView {
        name: JOIN.into(),
        label: "Fotoğraflar tek evrakın sayfalarıdır; birleştir".into(),
        hint: "JPEG fotoğraflar dosya adlarının sırasıyla tek bir PDF olur.".into(),
        kind: ui::Input::Checkbox,
        ..ui::FieldView::default()
    };
    let errors = error.map(|text| ui::FieldError {
        field: ui::names::FILES.into(),
        label: "Dosya".into(),
        text: text.into(),
    });
    let view = ui::FormView {
        title: "Gelen evrak yükle".into(),
        lead: "Her dosya kayıt bekleyen bir satır olur. Daha önce gelmiş olan, hangisi olduğunu söyler."
            .into(),
        action: UPLOAD_PATH.into(),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection {
            title: String::new(),
            fields: vec![field, photo, join],
            ..ui::FormSection::default()
        }],
        submit: "Yükle".into(),
        cancel_href: Some(PATH.into()),
        errors: errors.into_iter().collect(),
        multipart: true,
        ..ui::FormView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb("Kayıt bekleyenler", PATH);
    let content = html! { (results(done)) (ui::form(&view)) };
    if error.is_some() { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

fn results(done: &[Done]) -> Markup {
    let kind = kind();
    html! {
        @for one in done {
            @match &one.outcome {
                Ok(taken) if taken.state == "duplicate" => {
                    (ui::notice(ui::FlashKind::Info, html! {
                        (one.name) " — daha önce gelmiş. " (taken.why) " " a href=(kind.address(taken.duplicate_of.unwrap_or(taken.id))) { "Önce geleni görün" }
                    }))
                }
                Ok(taken) => {
                    (ui::notice(ui::FlashKind::Success, html! {
                        (one.name) " — alındı: " a href=(kind.address(taken.id)) { (taken.title) } @if !taken.why.is_empty() { " · " (taken.why) }
                    }))
                }
                Err(why) => { (ui::notice(ui::FlashKind::Error, html! { (one.name) " — alınmadı: " (why) })) }
            }
        }
    }
}

/// `GET /gelen-kutusu/ayrac/pdf`: the sheet that is laid between two letters.
pub(super) async fn sheet(ctx: Ctx) -> Outcome {
    let document = Document {
        title: "Ayraç sayfası".into(),
        head: ctx.letterhead().await?,
        blocks: vec![
            Block::Paragraph("Birlikte taranan yazıların arasına koyun; tarama bu sayfadan bölünür.".into()),
            Block::Qr(separator::WORDS.into()),
        ],
        ..Document::default()
    };
    let bytes = ctx.pdf(document).await?;
    Ok(web::download("ayrac.pdf", "application/pdf", bytes))
}

/// What was found in a package, and the whole text.
pub(super) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, item: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let long = store::long(ctx.db(), item.id).await?;
        let mut sections = Vec::new();
        if let Some(said) = said_of(ctx, item).await? {
            sections.push(said);
        }
        if !long.report.is_empty() {
            sections.push(html! {
                section aria-label="Denetim bulguları" { h2 { "Denetim bulguları" } (lines(&long.report)) }
            });
        }
        if long.reading == "due" {
            sections.push(
                html! { p { "Taramadaki yazının okunması bekleniyor; kurulu değilse dosyayı açıp bakın." } },
            );
        }
        if long.whole_text.len() > item.get("text").text().len() {
            sections.push(html! { details { summary { "Metnin tamamı" } (lines(&long.whole_text)) } });
        }
        let mut verbs = Vec::new();
        let is_package = item.get("source").text() == "package" && waits(item);
        let changes = update::of(ctx.db(), item.id).await?;
        let is_again = item.get("signature").text() != "valid" || changes.is_some();
        if let Some((update, entry)) = changes {
            sections.insert(0, update_of(&update, entry.as_ref()));
        }
        if is_package && is_again && ctx.actor().may_in_whole(WORK) {
            verbs.push(ui::Verb {
                label: "Paketi yeniden oku".into(),
                href: format!("{}/yeniden-oku", kind().address(item.id)),
                post: true,
                ..ui::Verb::default()
            });
        }
        Ok(Extras { before_timeline: sections, verbs, ..Extras::default() })
    })
}

fn waits(item: &Record) -> bool {
    ["waiting", "to_update"].contains(&item.get("state").text())
}

/// What an update package changes, and of which entry. Its number is told to whoever keeps what arrives, its subject is not.
fn update_of(update: &Update, entry: Option<&store::Entry>) -> Markup {
    let degree = SECRECIES.iter().find(|one| one.code == update.secrecy).map_or("", |one| one.label_tr);
    let day = update.changed_on.parse::<Day>().map(|day| tr::date(day.0)).unwrap_or_default();
    let of = match entry {
        Some(entry) => html! { a href={ (document::PATH) "/" (entry.id) } { (entry.number) } },
        None => html! { "Güncellenen paket evrak kaydında yok." },
    };
    let rows = [
        ("Evrak".to_string(), of),
        ("Yeni gizlilik derecesi".to_string(), html! { (degree) ", " (day) }),
        ("Karar".to_string(), html! { (update.decision_number) }),
        ("Açıklama".to_string(), html! { (update.why) }),
    ];
    html! { section aria-label="Gizlilik güncellemesi" { h2 { "Gizlilik güncellemesi" } (ui::facts(&rows)) } }
}

/// Whether the package's signatures hold and what it says otherwise of its sender than the list of correspondents does.
async fn said_of(ctx: &Ctx, item: &Record) -> Result<Option<Markup>> {
    let state = signatures::STATES.iter().find(|one| one.code == item.get("signature").text());
    let is_package = item.get("source").text() == "package";
    let Some(state) = state.filter(|state| is_package || state.code != "none") else { return Ok(None) };
    let is_compared = is_package && item.get("state").text() == "waiting";
    let other = match is_compared {
        true => correspondent::differences(ctx.db(), &register::sender(item)).await?,
        false => Vec::new(),
    };
    let flash = match state.code {
        "valid" => ui::FlashKind::Success,
        "invalid" => ui::FlashKind::Error,
        _ => ui::FlashKind::Info,
    };
    Ok(Some(html! {
        section aria-label="e-İmza" {
            h2 { "e-İmza" }
            (ui::notice(flash, html! { strong { (state.label_tr) } " · " (item.get("signature_said").text()) }))
            @for one in &other { p { "Muhatap bilgisi farklı: " (one) } }
        }
    }))
}

fn lines(text: &str) -> Markup {
    html! { p { @for line in text.lines() { (line) br; } } }
}
