//! The work order (iş emri) on paper: what somebody takes along to the place of the work, with room for what was done and for the
//! hand of whoever received it (SD-3, SD-5).

use kernel::Result;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Named, Record};
use printing::{Align, Block, Column, Width};
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::store;
use crate::ticket;

pub(crate) const PATH: &str = "/destek/is-emri/pdf";

/// Orders of one paper; a day has no more.
const MOST: usize = 40;
/// Empty lines for what is written by hand.
const EMPTY_LINES: usize = 5;

/// What stands above the description.
const FACTS: [&str; 9] = [
    "number",
    "title",
    "requester_id",
    "unit_id",
    "place",
    "asset_id",
    "assignee_id",
    "planned_on",
    "priority",
];

/// `GET /destek/is-emri/pdf?kayit=…`: one order; without it those of whoever asks whose day has come.
pub(crate) async fn print(ctx: Ctx) -> Outcome {
    let kind = ticket::kind();
    let (orders, single) = match ctx.param("kayit").parse::<Uuid>() {
        Ok(id) => (vec![record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?], true),
        Err(_) => (own(&ctx, &kind).await?, false),
    };
    let named = record::names(ctx.db(), &record::references(&kind, &orders)).await?;
    let mut blocks = Vec::new();
    for one in &orders {
        if !blocks.is_empty() {
            blocks.push(Block::PageBreak);
        }
        blocks.extend(order(&kind, one, &named, single));
    }
    if orders.is_empty() {
        blocks.push(Block::Paragraph("Bugüne verilmiş açık işiniz yok.".into()));
    }
    let (title, file) = match orders.first().filter(|_| single) {
        Some(one) => (format!("İş emri {}", one.number(&kind)), format!("is-emri-{}.pdf", one.number(&kind))),
        None => ("İş emirleri".to_string(), format!("is-emirleri-{}.pdf", ctx.act.now().day())),
    };
    let bytes = ctx.pdf(ctx.paper(title, blocks).await?).await?;
    if let Some(one) = orders.first().filter(|_| single) {
        let tx = ctx.db().begin(&ctx.act).await?;
        let event = NewEvent::new(one.reference(&kind), one.title(&kind), "work_order_taken");
        tx.record(event.scope(one.unit_id(&kind), one.owner_id(&kind))).await?;
        tx.commit().await?;
    }
    Ok(web::download(&file, "application/pdf", bytes))
}

/// Of whoever asks, of those that they may see.
async fn own(ctx: &Ctx, kind: &Kind) -> Result<Vec<Record>> {
    let Some(staff) = ctx.actor().staff_id else { return Ok(Vec::new()) };
    let ids = store::orders_of(ctx.db(), staff, ctx.act.now().day(), MOST).await?;
    let mut orders = record::get_many(ctx.db(), kind, &ids).await?;
    orders.retain(|one| ctx.actor().may_on(kind.view, one.unit_id(kind), one.owner_id(kind)));
    orders.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    Ok(orders)
}

fn order(kind: &Kind, one: &Record, named: &[Named], single: bool) -> Vec<Block> {
    let said = |column: &str| {
        let field = kind.field(column)?;
        let value = one.get(column);
        let title = value.id().and_then(|id| named.iter().find(|known| known.id == id));
        let shown = value.show(field, title.map(|known| known.title.as_str()));
        (!shown.is_empty()).then(|| (field.label_tr.to_string(), shown))
    };
    let name = |column: &str| said(column).map(|(_, name)| name).unwrap_or_default();
    let mut blocks = Vec::new();
    if !single {
        blocks.push(Block::Heading(format!("İş emri {}", one.number(kind))));
    }
    blocks.push(Block::Facts(FACTS.iter().filter_map(|column| said(column)).collect()));
    blocks.push(Block::Heading("Yapılacak iş".into()));
    blocks.push(Block::Paragraph(one.get("description").text().into()));
    blocks.push(Block::Heading("Yapılan iş".into()));
    let column =
        |label: &str, share| Column { label: label.into(), align: Align::Left, width: Width::Share(share) };
    blocks.push(Block::Table {
        columns: vec![
            column("Gün", 2),
            column("Başlama, bitiş", 2),
            column("Yapılan iş", 6),
            column("Kullanılan parça ya da malzeme", 4),
        ],
        rows: vec![vec![" \n ".to_string(); 4]; EMPTY_LINES],
    });
    let signing =
        [format!("İşi yapan\n{}", name("assignee_id")), format!("İşi teslim alan\n{}", name("requester_id"))];
    blocks.push(Block::SignatureLines(signing.into_iter().map(Into::into).collect()));
    blocks
}
