//! The page of a file of an entry: what is found of its signatures, and what can be done with it; and the card that leads there.

use axum::extract::Path;
use bytes::Bytes;
use files::MediaType;
use kernel::record::Record;
use kernel::{Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Attached, Ctx, Frame, Outcome};

use super::asking::{Subject, taken};
use super::store::{self, Signature};
use super::{MOST_BYTES, SEAL, SIGN};
use crate::document;
use crate::intake::signatures::{Judge, Judged, STATES};
use crate::intake::signed_pdf;
use crate::letter::esign::packing;
use crate::letter::esign::sealing::{self, page::seal_of};

pub(super) fn address(document: Uuid, file: Uuid) -> String {
    format!("{}/{document}/ek/{file}/imza", document::PATH)
}

/// The PDFs of an entry with what was signed of them; `None` where it has none.
pub(crate) async fn card(ctx: &Ctx, document: &Record) -> Result<Option<ui::Card>> {
    let kind = document::kind();
    let files = web::attachments(ctx.db(), &document.reference(&kind)).await?;
    let files: Vec<Attached> = files.into_iter().filter(|one| one.media() == MediaType::Pdf).collect();
    if files.is_empty() {
        return Ok(None);
    }
    let made = store::of_document(ctx.db(), document.id).await?;
    let of = |file: &Attached| made.iter().find(|one| one.file_id == Some(file.id));
    let waiting = |file: &Attached| made.iter().find(|one| one.source_id == file.id && one.file_id.is_none());
    let body = html! {
        ul.plain-list { @for file in &files { li {
            a href=(address(document.id, file.id)) { (file.name) }
            @if let Some(one) = of(file) { p.small { (by(one)) " · PAdES-" (one.level) @if one.is_trial { " · Deneme" } } }
            @if let Some(one) = waiting(file) { p.small { (state_of(one)) } }
        } } }
        p.small { "Dosyanın sayfasında imzası denetlenir, elektronik imza atılır." }
    };
    Ok(Some(ui::Card { title: "PDF imzaları".into(), edit_href: None, body }))
}

/// "Veli Ak imzaladı, 30.11.2026 10:04"
fn by(one: &Signature) -> String {
    let verb = if one.is_seal() { "mühürledi" } else { "imzaladı" };
    format!("{} {verb}, {}", one.holder, tr::instant(one.claimed_at.0))
}

/// Where a signature stands whose file is not there yet.
fn state_of(one: &Signature) -> String {
    let what = if one.cms.is_empty() {
        "Belediyenin mührü bekleniyor; mühür kullanılabilir olunca kendiliğinden basılır."
    } else if one.waits_for.is_empty() {
        "İmzalı dosya hazırlanıyor."
    } else {
        "İmza alındı, zaman damgası bekleniyor; kendiliğinden yeniden istenecek."
    };
    format!("{what} {}", one.waits_for).trim_end().to_string()
}

/// `GET /evrak/{id}/ek/{dosya}/imza`
pub(super) async fn show(ctx: Ctx, Path((id, file)): Path<(Uuid, Uuid)>) -> Outcome {
    let subject = Subject::of(&ctx, id, file).await?;
    let kind = document::kind();
    let back = kind.address(id);
    let all = store::of_document(ctx.db(), id).await?;
    let made_by = all.iter().find(|one| one.file_id == Some(file));
    let judged = judged(&ctx, &subject.file).await?;
    let download = format!("{back}/ek/{file}");
    let size = tr::file_size(u64::try_from(subject.file.size_bytes).unwrap_or(0));
    let added = format!("{}, {}", subject.file.added_by, tr::instant(subject.file.added_at.0));
    let rows = [
        ("Dosya".to_string(), html! { a href=(download) { (subject.file.name) } " (" (size) ")" }),
        ("Eklenmesi".to_string(), html! { (added) }),
    ];
    let body = html! {
        h1 { (subject.file.name) }
        (ui::facts(&rows))
        (verdict(judged.as_ref()))
        @if let Some(one) = made_by { (origin(id, one)) }
        @if let Some(one) = &subject.made { (what_became(id, one)) }
        (acts(&ctx, &subject).await?)
        @if let Some(judged) = &judged {
            section aria-label="Denetim raporu" {
                details { summary { "Denetim raporu" } p.lines { (judged.report) } }
            }
        }
    };
    let frame = Frame::new(subject.file.name.clone())
        .crumb(kind.plural_tr, kind.path)
        .crumb(subject.document.title(&kind), back);
    ctx.page(frame, body).await
}

/// Looked at now, so that the report says what holds today.
async fn judged(ctx: &Ctx, file: &Attached) -> Result<Option<Judged>> {
    if file.media() != MediaType::Pdf {
        return Ok(None);
    }
    if file.size_bytes > MOST_BYTES {
        return Ok(Some(Judged::new("unchecked", "Dosya burada denetlenemeyecek kadar büyük.", "")));
    }
    let pdf = Bytes::from(packing::bytes(&ctx.app.services, &file.sha256).await?);
    let judge = Judge::of(&sealing::context(ctx), &*ctx.app.settings().await?);
    Ok(signed_pdf::judged(pdf, &judge).await)
}

fn verdict(judged: Option<&Judged>) -> Markup {
    let (code, said) = judged.map_or(("none", ""), |judged| (judged.state, judged.said.as_str()));
    let label = STATES.iter().find(|one| one.code == code).map_or("", |one| one.label_tr);
    let flash = match code {
        "valid" => ui::FlashKind::Success,
        "invalid" => ui::FlashKind::Error,
        _ => ui::FlashKind::Info,
    };
    html! {
        section aria-label="e-İmza" {
            h2 { "e-İmza" }
            (ui::notice(flash, html! { strong { (label) } @if !said.is_empty() { " · " (said) } }))
        }
    }
}

/// Of what this file is the signed one.
fn origin(document: Uuid, one: &Signature) -> Markup {
    html! {
        section aria-label="Son imza" {
            h2 { "Son imza" }
            p { (by(one)) " (PAdES-" (one.level) "). İmzalanan dosya: " a href=(address(document, one.source_id)) { (one.name) } }
            @if one.is_trial { p { "Deneme imzası: hukukî geçerliliği yoktur." } }
            @for line in one.notes.lines() { p.small { (line) } }
        }
    }
}

/// What was made of this file.
fn what_became(document: Uuid, one: &Signature) -> Markup {
    html! {
        section aria-label="İmzalısı" {
            h2 { "İmzalısı" }
            @match one.file_id {
                Some(file) => p { (taken(one)) " " a href=(address(document, file)) { "İmzalı dosyayı aç" } },
                None => p { (state_of(one)) },
            }
        }
    }
}

async fn acts(ctx: &Ctx, subject: &Subject) -> Result<Markup> {
    let may_seal = ctx.actor().may(SEAL) && seal_of(ctx).is_some();
    let may_sign = ctx.actor().may(SIGN) && ctx.actor().staff_id.is_some();
    if subject.made.is_some() || !(may_sign || may_seal) {
        return Ok(html! {});
    }
    if let Some(why) = subject.hindrance(ctx).await? {
        return Ok(html! { p { (why) } });
    }
    let base = format!("{}/ek/{}", document::kind().address(subject.document.id), subject.file.id);
    let act = |path: &str, label: &str, is_primary: bool| {
        html! {
            form method="post" action=(format!("{base}/{path}")) {
                input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                button.btn.is-primary[is_primary] type="submit" { (label) }
            }
        }
    };
    Ok(html! {
        section aria-label="İmzala" {
            h2 { "İmzala" }
            p { "Dosyanın kendisine imza eklenir (PAdES); önceki imzalar geçerli kalır. İmzalısı evrakın eklerine konur, bu dosya olduğu gibi kalır." }
            @if may_sign { (act("e-imza", "Elektronik imzala", true)) }
            @if may_seal { (act("muhur", "Belediyenin mührüyle mühürle", false)) }
        }
    })
}
