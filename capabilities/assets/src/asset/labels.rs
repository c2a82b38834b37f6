//! Labels to be stuck on devices: a QR code with which a telephone reports a fault of it, its number, its name, and the number in
//! lines for readers that know nothing else. On A4, on a roll, or on the tape of a label printer.

pub(crate) mod scanned;

use kernel::record::{self, ListQuery, Record};
use maud::{Markup, PreEscaped, html};
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::{VIEW, kind};

/// Labels of one sheet: four pages of A4.
const MOST: u32 = 96;
/// Says that the list's place is of this sheet and not of the list it was opened from.
const NEXT: &str = "devam";
/// Name of the list's place in its address.
const CURSOR: &str = "sonra";

/// What labels are printed on.
struct Paper {
    /// In the address.
    name: &'static str,
    label_tr: &'static str,
    /// Of the list; the style sheet knows the sizes.
    class: &'static str,
}

const PAPERS: [Paper; 4] = [
    Paper { name: "", label_tr: "A4 sayfaya bas", class: "labels" },
    Paper { name: "rulo", label_tr: "62 × 29 mm ruloya bas", class: "labels is-roll" },
    Paper { name: "rulo-50", label_tr: "50 × 25 mm ruloya bas", class: "labels is-roll is-small" },
    Paper { name: "serit-24", label_tr: "24 mm şeride bas", class: "labels is-roll is-tape" },
];

/// `GET /varliklar/etiketler`: labels of the assets that the list shows with the same filters.
pub(crate) async fn sheet(ctx: Ctx) -> Outcome {
    let kind = kind();
    let (mut query, _) = ListQuery::parse(&kind, &ctx.query);
    query.size = MOST;
    // One device's own page asks for its label alone.
    query.only.extend(ctx.param("id").parse::<Uuid>());
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
    let paper = PAPERS.iter().find(|one| one.name == ctx.param("boy")).unwrap_or(&PAPERS[0]);
    let content = html! {
        (ways(&ctx, paper, next))
        @if labels.is_empty() { p { "Bu süzgece uyan varlık yok." } }
        @else { ul class=(paper.class) { @for label in &labels { li { (label) } } } }
    };
    ctx.print_page("Varlık etiketleri", &said, content).await
}

/// The ways to the other papers and to the next sheet; not printed.
fn ways(ctx: &Ctx, paper: &Paper, next: Option<String>) -> Markup {
    let address = |changed: &[(&str, &str)]| {
        let kept = ctx.query.iter().filter(|(name, _)| !changed.iter().any(|(one, _)| one == name));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept);
        query.extend_pairs(changed.iter().filter(|(_, value)| !value.is_empty()));
        format!("/varliklar/etiketler?{}", query.finish())
    };
    html! {
        p {
            @for other in PAPERS.iter().filter(|one| one.name != paper.name) {
                a.btn href=(address(&[("boy", other.name)])) { (other.label_tr) } " "
            }
            @if let Some(next) = &next {
                a.btn href=(address(&[("once", ""), (CURSOR, next), (NEXT, "evet")])) { "Sonraki " (MOST) " varlık" }
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
