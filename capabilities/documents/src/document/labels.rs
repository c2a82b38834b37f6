//! Labels to be stuck on paper: a QR code that leads to the entry, its number, its day, and the number in lines for readers that know
//! nothing else. What it is about stands on the paper, not on its label: secret paper has labels, too.

use kernel::record::{self, ListQuery, Record};
use kernel::{Day, tr};
use maud::{Markup, PreEscaped, html};
use web::{Ctx, Outcome};

use super::{BOOK_NAMES, VIEW, kind};

pub(super) const PATH: &str = "/evrak/etiketler";

/// Labels of one sheet: four pages of A4.
const MOST: u32 = 96;

/// `GET /evrak/etiketler`: labels of the entries that the list shows with the same filters; with `kayit=<id>` of that one alone.
pub(super) async fn sheet(ctx: Ctx) -> Outcome {
    let kind = kind();
    let (records, has_more) = match ctx.param("kayit").parse() {
        Ok(id) => (vec![record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?], false),
        Err(_) => {
            let (mut query, _) = ListQuery::parse(&kind, &ctx.query);
            (query.size, query.cursor) = (MOST, None);
            let page = record::list(ctx.db(), &kind, &query, ctx.actor(), VIEW).await?;
            (page.records, page.has_next)
        }
    };
    let mut labels = Vec::with_capacity(records.len());
    for document in &records {
        labels.push(label(&ctx, document)?);
    }
    let said = match has_more {
        true => format!("İlk {MOST} evrak"),
        false => tr::count("evrak", labels.len() as u64),
    };
    let is_roll = ctx.param("boy") == "rulo";
    let content = html! {
        (sizes(&ctx, is_roll))
        @if labels.is_empty() { p { "Bu süzgece uyan evrak yok." } }
        @else { ul.labels.is-roll[is_roll] { @for label in &labels { li { (label) } } } }
    };
    ctx.print_page("Evrak etiketleri", &said, content).await
}

/// The way to the other paper; not printed.
fn sizes(ctx: &Ctx, is_roll: bool) -> Markup {
    let kept = ctx.query.iter().filter(|(name, _)| name != "boy");
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept);
    if !is_roll {
        query.append_pair("boy", "rulo");
    }
    let label = if is_roll { "A4 sayfaya bas" } else { "62 × 29 mm ruloya bas" };
    html! { p { a.btn href={ (PATH) "?" (query.finish()) } { (label) } } }
}

fn label(ctx: &Ctx, document: &Record) -> kernel::Result<Markup> {
    let kind = kind();
    let number = document.number(&kind);
    let address = format!("{}{}", ctx.app.public_url.trim_end_matches('/'), kind.address(document.id));
    let code = printing::qr(&address).map_err(kernel::Error::internal)?;
    let lines = printing::code128(&number).map_err(kernel::Error::internal)?;
    let book = BOOK_NAMES.iter().find(|book| book.code == document.get("book").text());
    let day =
        document.get("received_on").text().parse::<Day>().map(|day| tr::date(day.0)).unwrap_or_default();
    Ok(html! {
        div.label-code aria-hidden="true" { (PreEscaped(code)) }
        div.label-text {
            strong { (number) }
            span { (book.map_or("", |book| book.label_tr)) " · " (day) }
            span.label-lines aria-hidden="true" { (PreEscaped(lines)) }
        }
    })
}
