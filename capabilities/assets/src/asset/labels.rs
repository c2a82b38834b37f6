//! Labels to be stuck on devices: a QR code that a telephone opens the asset's page with, its number, its name.

use kernel::record::{self, ListQuery, Record};
use maud::{Markup, PreEscaped, html};
use web::{Ctx, Outcome};

use super::{VIEW, kind};

/// Labels of one sheet: four pages of A4.
const MOST: u32 = 96;

/// `GET /varliklar/etiketler`: labels of the assets that the list shows with the same filters.
pub(crate) async fn sheet(ctx: Ctx) -> Outcome {
    let kind = kind();
    let (mut query, _) = ListQuery::parse(&kind, &ctx.query);
    (query.size, query.cursor) = (MOST, None);
    let page = record::list(ctx.db(), &kind, &query, ctx.actor(), VIEW).await?;
    let mut labels = Vec::with_capacity(page.records.len());
    for asset in &page.records {
        labels.push(label(&ctx, asset)?);
    }
    let said = match page.has_next {
        true => format!("İlk {MOST} varlık"),
        false => kernel::tr::count("varlık", labels.len() as u64),
    };
    let content = html! {
        @if labels.is_empty() { p { "Bu süzgece uyan varlık yok." } }
        @else { ul.labels { @for label in &labels { li { (label) } } } }
    };
    ctx.print_page("Varlık etiketleri", &said, content).await
}

fn label(ctx: &Ctx, asset: &Record) -> kernel::Result<Markup> {
    let kind = kind();
    let address = format!("{}{}", ctx.app.public_url.trim_end_matches('/'), kind.address(asset.id));
    let code = printing::qr(&address).map_err(kernel::Error::internal)?;
    Ok(html! {
        div.label-code aria-hidden="true" { (PreEscaped(code)) }
        div.label-text {
            strong { (asset.number(&kind)) }
            span { (asset.title(&kind)) }
            span { (asset.get("serial").text()) }
        }
    })
}
