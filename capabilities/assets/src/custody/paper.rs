//! The custody slip on paper, under the municipality's head: what is signed by both sides and scanned back.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, FieldValue};
use kernel::{Ref, tr};
use printing::{Align, Block, Column, Document, Orientation, Width};
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::{kind, store};

/// `GET /zimmetler/{id}/fis`: the PDF/A. That it was taken out is an event.
pub(crate) async fn slip(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let frozen = store::frozen(ctx.db(), id).await?;
    let holder = record::names(ctx.db(), &record::references(&kind, std::slice::from_ref(&record))).await?;
    let named = |field: &str| {
        let id = record.get(field).id();
        holder.iter().find(|one| Some(one.id) == id).map(|one| one.title.clone()).unwrap_or_default()
    };
    let at = ctx.act.now();
    let number = record.get("number").text();
    let when = |value: &FieldValue| value.int().map(tr::instant).unwrap_or_else(|| "—".into());
    let giver = frozen.statement.rsplit_once("Teslim eden: ").map_or("", |(_, name)| name);
    let document = Document {
        title: format!("Zimmet fişi {number}"),
        head: ctx.letterhead().await?,
        printed_by: ctx.actor().signature(),
        printed_at_text: tr::instant(at.0),
        orientation: Orientation::Portrait,
        blocks: vec![
            Block::Facts(vec![
                ("Zimmet alan".into(), named("holder_id")),
                ("Birimi".into(), named("unit_id")),
                ("Düzenlendiği an".into(), when(record.get("given_at"))),
                ("Teyit edildiği an".into(), when(record.get("confirmed_at"))),
                ("İade alındığı an".into(), when(record.get("returned_at"))),
            ]),
            Block::Table { columns: columns(), rows: frozen.statement.lines().filter_map(row).collect() },
            Block::Paragraph(frozen.statement.lines().next().unwrap_or_default().to_string()),
            Block::Note(format!("Metnin özeti (SHA-256): {}", frozen.statement_digest)),
            Block::SignatureLines(vec![
                format!("Teslim eden\n{giver}"),
                format!("Teslim alan\n{}", named("holder_id")),
            ]),
        ],
    };
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(Ref::new("custody", id), record.title(&kind), "slip_taken");
    tx.record(event.scope(record.unit_id(&kind), record.owner_id(&kind))).await?;
    tx.commit().await?;
    Ok(web::download(&format!("zimmet-{number}.pdf"), "application/pdf", bytes))
}

fn columns() -> Vec<Column> {
    let column =
        |label: &str, share| Column { label: label.into(), align: Align::Left, width: Width::Share(share) };
    vec![column("Sıra", 1), column("Varlık", 12)]
}

/// A numbered line of the frozen text; what the assets are called today may differ.
fn row(line: &str) -> Option<Vec<String>> {
    let (place, asset) = line.split_once(". ")?;
    place.parse::<u32>().ok()?;
    Some(vec![place.into(), asset.into()])
}
