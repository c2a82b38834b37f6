//! What to order: cards below their minimum and how many would fill them up, on the screen, on paper and as a table; of what was
//! fitted into printers also which they are, how full they are and how many pages they have counted (AS-6, NE-1).

use std::collections::BTreeMap;

use kernel::record::{self, FieldValue, FilterValue, ListQuery, Record};
use kernel::{Day, Error, Ref, Result, tr};
use maud::{Markup, html};
use printing::Block;
use printing::sheet::{Cell, Format, SheetWriter};
use time::Duration;
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use super::page::quantity;
use super::store::{self, Taking, ToOrder};
use crate::account;

const PATH: &str = "/malzemeler/siparis";
const HEADS: [&str; 5] = ["Malzeme", "Eldeki", "En az", "Sipariş", "Yazıcılar"];
/// Printers that took none of a card for so long are not its printers any more.
const SINCE: Duration = Duration::days(730);
/// Printers of a card that are named.
const NAMED: usize = 5;

/// A card to be ordered and what is known of the printers it is for.
struct Line {
    card: ToOrder,
    order: i64,
    printers: Vec<String>,
}

impl Line {
    fn cells(&self) -> Vec<String> {
        let many = |count| quantity(count, &self.card.measure);
        let [on_hand, minimum, order] = [self.card.on_hand, self.card.minimum, self.order].map(many);
        vec![self.card.name.clone(), on_hand, minimum, order, self.printers.join("; ")]
    }
}

/// `GET /malzemeler/siparis`
pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let lines = lines(&ctx).await?;
    let row = |one: &Line| -> Vec<Markup> {
        let [_, on_hand, minimum, order, _] = <[String; 5]>::try_from(one.cells()).unwrap_or_default();
        vec![
            html! { a href={ "/malzemeler/" (one.card.id) } { (one.card.name) } },
            html! { (on_hand) },
            html! { (minimum) },
            html! { strong { (order) } },
            html! { @for printer in &one.printers { div { (printer) } } },
        ]
    };
    let rows: Vec<Vec<Markup>> = lines.iter().map(row).collect();
    let content = html! {
        div.top {
            h1 { "Sipariş önerisi" }
            @if !rows.is_empty() {
                div.top-end {
                    a.btn href={ (PATH) "/liste" } { "Liste (PDF)" }
                    a.btn href={ (PATH) "/tablo" } { "Excel (XLSX)" }
                }
            }
        }
        p.lead {
            "En azın altına inen malzemeler ve olması gerekene tamamlayan sayılar. Son iki yılda bir yazıcı için çıkan malzemede, "
            "yazıcının toneri ve sayacı da bilindiği kadarıyla yazar."
        }
        @if rows.is_empty() { p { "Sipariş edilecek malzeme yok." } }
        @else { (ui::table("Sipariş önerisi", &ui::heads(&HEADS), &rows)) }
    };
    ctx.page(Frame::new("Sipariş önerisi").crumb("Sarf malzemesi", "/malzemeler"), content).await
}

/// `GET /malzemeler/siparis/liste`
pub(crate) async fn paper(ctx: Ctx) -> Outcome {
    let lines = lines(&ctx).await?;
    let today = ctx.act.now().day();
    let mut columns = account::columns(&["Sıra", "Malzeme", "Eldeki", "En az", "Sipariş"]);
    if let Some(first) = columns.first_mut() {
        first.width = printing::Width::Share(1);
    }
    let rows = (1..).zip(&lines).map(|(place, one)| {
        let mut cells = one.cells();
        cells.truncate(4);
        cells.insert(0, place.to_string());
        cells
    });
    let mut blocks = vec![
        Block::Facts(vec![("Tarihi".into(), tr::date(today.0))]),
        Block::Table { columns, rows: rows.collect() },
    ];
    let printers = lines.iter().filter(|one| !one.printers.is_empty());
    blocks.extend(
        printers.map(|one| Block::Paragraph(format!("{}: {}.", one.card.name, one.printers.join("; ")))),
    );
    blocks.push(Block::SignatureLines(
        ["Taşınır kayıt yetkilisi", "Birim yöneticisi"].map(|role| role.to_string().into()).to_vec(),
    ));
    let document = ctx.paper("Sipariş önerisi", blocks).await?;
    let bytes = ctx.pdf(document).await?;
    Ok(web::download(&format!("siparis-onerisi-{today}.pdf"), "application/pdf", bytes))
}

/// `GET /malzemeler/siparis/tablo`
pub(crate) async fn table(ctx: Ctx) -> Outcome {
    let lines = lines(&ctx).await?;
    let failed = |error: printing::sheet::WriteError| Error::internal(error.turkish());
    let format = Format::Xlsx;
    let heads = ["Malzeme", "Ölçüsü", "Eldeki", "En az", "Sipariş", "Yazıcılar"];
    let mut sheet = SheetWriter::new(format, Vec::new(), "Sipariş önerisi", &heads).map_err(failed)?;
    for one in &lines {
        let printers = one.printers.join("; ");
        let cells = [
            Cell::Text(&one.card.name),
            Cell::Text(super::page::measure(&one.card.measure)),
            Cell::Int(one.card.on_hand),
            Cell::Int(one.card.minimum),
            Cell::Int(one.order),
            Cell::Text(&printers),
        ];
        sheet.row(&cells).map_err(failed)?;
    }
    let bytes = sheet.finish().map_err(failed)?;
    let name = format!("siparis-onerisi-{}.{}", ctx.act.now().day(), format.extension());
    Ok(web::download(&name, format.media_type(), bytes))
}

async fn lines(ctx: &Ctx) -> Result<Vec<Line>> {
    let cards = store::to_order(ctx.db()).await?;
    let since = Day(ctx.act.now().day().0 - SINCE);
    let taking = store::taking(ctx.db(), since).await?;
    let refs: Vec<Ref> = taking.iter().map(|one| Ref::new("asset", one.asset_id)).collect();
    let named = record::names(ctx.db(), &refs).await?;
    let read = read(ctx).await?;
    let said = |one: &Taking| {
        let name = named.iter().find(|known| known.id == one.asset_id)?;
        Some(printer(&format!("{} {}", name.number, name.title), one.counter, read.get(&one.asset_id)))
    };
    let line = |card: ToOrder| {
        let mut printers: Vec<String> =
            taking.iter().filter(|one| one.consumable_id == card.id).filter_map(said).collect();
        let more = printers.len().saturating_sub(NAMED);
        printers.truncate(NAMED);
        if more > 0 {
            printers.push(format!("{more} yazıcı daha"));
        }
        Line { order: (card.wanted.max(card.minimum) - card.on_hand).max(0), printers, card }
    };
    Ok(cards.into_iter().map(line).collect())
}

/// What the network last told of a printer.
struct Read {
    toner: String,
    pages: Option<i64>,
}

/// Printers that are assets, as far as this person sees what the network tells of them.
async fn read(ctx: &Ctx) -> Result<BTreeMap<Uuid, Read>> {
    let Some(kind) = ctx.registry().kind("network_device").filter(|kind| ctx.actor().may(kind.view)) else {
        return Ok(BTreeMap::new());
    };
    let is_printer = FilterValue::Is(FieldValue::Text("printer".into()));
    let query =
        ListQuery { filters: vec![("kind", is_printer)], size: record::MAX_PAGE, ..ListQuery::first(&kind) };
    let found = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?.records;
    let toner = |one: &Record| match (one.get("toner").text(), kind.field("toner")) {
        ("" | "unknown", _) | (_, None) => String::new(),
        (_, Some(field)) => one.get("toner").show(field, None),
    };
    let told = |one: &Record| {
        Some((one.get("asset_id").id()?, Read { toner: toner(one), pages: one.get("pages").int() }))
    };
    Ok(found.iter().filter_map(told).collect())
}

/// "2026-VR-000012 Yazıcı: toneri azaldı, 45.210 sayfa"; what nobody knows is not said.
fn printer(name: &str, counter: Option<i64>, read: Option<&Read>) -> String {
    let toner = read.map(|one| one.toner.as_str()).filter(|toner| !toner.is_empty());
    let toner = toner.map(|toner| format!("toneri {}", tr::lower(toner)));
    let pages = match (read.and_then(|one| one.pages), counter) {
        (Some(pages), _) => Some(format!("{} sayfa", tr::grouped(pages))),
        (None, Some(counter)) => Some(format!("son çıkışta {} sayfa", tr::grouped(counter))),
        (None, None) => None,
    };
    let known: Vec<String> = toner.into_iter().chain(pages).collect();
    if known.is_empty() { name.to_string() } else { format!("{name}: {}", known.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::{Read, printer};

    #[test]
    fn of_a_printer_is_said_what_is_known() {
        let read = |toner: &str, pages| Read { toner: toner.into(), pages };
        assert_eq!(printer("Y-1", None, None), "Y-1");
        assert_eq!(printer("Y-1", Some(4_500), None), "Y-1: son çıkışta 4.500 sayfa");
        assert_eq!(
            printer("Y-1", Some(4_500), Some(&read("Azaldı", Some(45_210)))),
            "Y-1: toneri azaldı, 45.210 sayfa"
        );
        assert_eq!(printer("Y-1", None, Some(&read("", None))), "Y-1");
    }
}
