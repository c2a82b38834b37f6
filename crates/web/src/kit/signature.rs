//! What people put their names to, on a record's page and on the page where they sign; and the same for papers.

use kernel::record::{self, Kind, Record, SHEET, Signature, Verb};
use kernel::{Ref, Result, tr};
use maud::{Markup, html};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::ctx::Ctx;

/// The frozen text, its digest and the signatures under it.
pub(super) async fn section(ctx: &Ctx, kind: &Kind, record: &Record) -> Result<Option<Markup>> {
    let text = record::statement(ctx.db(), kind, record.id).await?;
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let signed = record::signatures(ctx.db(), &record.reference(kind)).await?;
    let views: Vec<ui::SignatureView> = signed.iter().map(view).collect();
    Ok(Some(html! {
        details open {
            summary { "İmzalanan metin" }
            div.statement { @for line in text.lines() { p { (line) } } }
            p { small { "SHA-256: " (hex::encode(Sha256::digest(text.as_bytes()))) } }
        }
        @if !views.is_empty() { (ui::signatures(&views)) }
    }))
}

fn view(signature: &Signature) -> ui::SignatureView {
    ui::SignatureView {
        signer: signature.signer_name.clone(),
        path: signature.path(),
        sheet: SHEET,
        note: format!("{}, {} ekranında", tr::instant(signature.signed_at.0), signature.taken_by),
    }
}

/// The sheet on the page that asks, where the verb is signed.
pub(super) async fn pad(
    ctx: &Ctx,
    kind: &Kind,
    record: &Record,
    verb: &Verb,
    is_undrawn: bool,
) -> Result<Option<ui::PadView>> {
    let Some(signer) = verb.signer else { return Ok(None) };
    let error = "İmza çizilmedi ya da çok kısa. Kutunun içine parmağınızla ya da kalemle imza atın.";
    Ok(Some(ui::PadView {
        signer: record::signer_name(ctx.db(), kind, record, signer).await?,
        statement: record::statement(ctx.db(), kind, record.id).await?.unwrap_or_default(),
        sheet: SHEET,
        error: is_undrawn.then(|| error.into()),
    }))
}

/// Room for each of these names on a paper (`"Teslim alan\nAyşe Kaya"`), with what the person on the last line drew on the
/// screen where they did.
pub async fn signatories(ctx: &Ctx, kind: &Kind, id: Uuid, lines: Vec<String>) -> Result<printing::Block> {
    let signed = record::signatures(ctx.db(), &Ref::new(kind.id, id)).await?;
    let of = |line: &str| {
        let name = line.lines().last().unwrap_or_default();
        signed.iter().rev().find(|one| one.signer_name == name).map(svg)
    };
    let rooms = lines.into_iter().map(|text| printing::SignatureLine { drawn: of(&text), text }).collect();
    Ok(printing::Block::SignatureLines(rooms))
}

fn svg(signature: &Signature) -> String {
    let (width, height) = SHEET;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\"><path fill=\"none\" stroke=\"#1a1a1a\" \
         stroke-width=\"4\" stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"{}\"/></svg>",
        signature.path()
    )
}
