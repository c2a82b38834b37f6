//! Labels to be stuck on devices: a QR code with which a telephone reports a fault of it, its number, its name, and the number in
//! lines for readers that know nothing else. On A4 or on a roll of 62 by 29 mm.

pub(crate) mod scanned;

use kernel::record::{self, ListQuery, Record};
use maud::{Markup, PreEscaped, html};
use web::{Ctx, Outcome};

use super::{VIEW, kind};

/// Labels of one sheet: four pages of A4.
const MOST: u32 = 96;
/// Says that the list's place is of this sheet and not of the list it was opened from.
const NEXT: &str = "devam";
/// Name of the list's place in its address.
const CURSOR: &str = "sonra";

/// `GET /varliklar/etiketler`: labels of the assets that the list shows with the same filters.
pub(crate) async fn sheet(ctx: Ctx) -> Outcome {
    let kind = kind();
    let (mut query, _) = ListQuery::parse(&kind, &ctx.query);
    query.size = MOST;
    if ctx.param(NEXT).is_empty() {
        query.cursor = None;
    }
    let page = record::list(ctx.db(), &kind, &query, ctx.actor(), VIEW).await?;
    let mut labels = Vec::with_capacity(page.records.len());
    for asset in &page.records {
        labels.push(label(&ctx, asset)?);
    }
    let said = kernel::tr::count("varlık", labels.len() as u64);
    let next = page.records.last().filter(|_| page.has_next).map(|last| query.cursor_of(&kind, last));
    let is_roll = ctx.param("boy") == "rulo";
    let content = html! {
        (ways(&ctx, is_roll, next))
        @if labels.is_empty() { p { "Bu süzgece uyan varlık yok." } }
        @else { ul.labels.is-roll[is_roll] { @for label in &labels { li { (label) } } } }
    };
    ctx.print_page("Varlık etiketleri", &said, content).await
}

/// The ways to the other paper and to the next sheet; not printed.
fn ways(ctx: &Ctx, is_roll: bool, next: Option<String>) -> Markup {
    let address = |changed: &[(&str, &str)]| {
        let kept = ctx.query.iter().filter(|(name, _)| !changed.iter().any(|(one, _)| one == name));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept);
        query.extend_pairs(changed.iter().filter(|(_, value)| !value.is_empty()));
        format!("/varliklar/etiketler?{}", query.finish())
    };
    let (label, size) = if is_roll { ("A4 sayfaya bas", "") } else { ("62 × 29 mm ruloya bas", "rulo") };
    html! {
        p {
            a.btn href=(address(&[("boy", size)])) { (label) }
            @if let Some(next) = &next {
                " " a.btn href=(address(&[("once", ""), (CURSOR, next), (NEXT, "evet")])) { "Sonraki " (MOST) " varlık" }
            }
        }
    }
}

fn label(ctx: &Ctx, asset: &Record) -> kernel::Result<Markup> {
    let kind = kind();
    let address = format!("{}{}/etiket", ctx.app.public_url.trim_end_matches('/'), kind.address(asset.id));
    let code = printing::qr(&address).map_err(kernel::Error::internal)?;
    let lines = printing::code128(&asset.number(&kind)).map_err(kernel::Error::internal)?;
    Ok(html! {
        div.label-code aria-hidden="true" { (PreEscaped(code)) }
        div.label-text {
            strong { (asset.number(&kind)) }
            span { (asset.title(&kind)) }
            span { (asset.get("serial").text()) }
            span.label-lines aria-hidden="true" { (PreEscaped(lines)) }
        }
    })
}
