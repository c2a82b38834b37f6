//! Custody on paper, under the municipality's head: what is signed by both sides and scanned back, or carries what was drawn on
//! the screen.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Error, tr};
use printing::{Align, Block, Column, Document, Orientation, Width};
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::{kind, lines, return_slip};

/// A paper made from a frozen text.
struct Paper {
    kind: Kind,
    title_tr: &'static str,
    file: &'static str,
    /// Fields printed above the table.
    facts: &'static [&'static str],
}

/// `GET /zimmetler/{id}/fis`: the PDF/A. That it was taken out is an event.
pub(crate) async fn slip(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let facts =
        &["holder_id", "unit_id", "from_id", "given_to", "room", "given_at", "confirmed_at", "returned_at"];
    print(&ctx, id, Paper { kind: kind(), title_tr: "Zimmet fişi", file: "zimmet", facts }).await
}

/// `GET /zimmet-iadeleri/{id}/fis`: the same of what came back.
pub(crate) async fn returned_slip(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let facts = &["holder_id", "unit_id", "returned_at", "signed_at", "note"];
    let paper = Paper { kind: return_slip::kind(), title_tr: "İade tutanağı", file: "iade", facts };
    print(&ctx, id, paper).await
}

async fn print(ctx: &Ctx, id: Uuid, paper: Paper) -> Outcome {
    let kind = &paper.kind;
    let record = record::get_visible(ctx.db(), kind, id, ctx.actor()).await?;
    let statement = record::statement(ctx.db(), kind, id).await?.ok_or_else(Error::not_found)?;
    let facts = facts(ctx, &paper, &record).await?;
    let signing = signing(&record, &statement, &facts);
    let number = record.number(kind).to_string();
    let document = Document {
        title: format!("{} {number}", paper.title_tr),
        head: ctx.letterhead().await?,
        printed_by: ctx.actor().signature(),
        printed_at_text: tr::instant(ctx.act.now().0),
        orientation: Orientation::Portrait,
        blocks: vec![
            Block::Facts(facts.into_iter().map(|(_, label, value)| (label, value)).collect()),
            Block::Table { columns: columns(), rows: statement.lines().filter_map(lines::cells).collect() },
            Block::Paragraph(statement.lines().next().unwrap_or_default().to_string()),
            Block::Note(format!("Metnin özeti (SHA-256): {}", lines::digest(&statement))),
            web::signatories(ctx, kind, id, signing).await?,
        ],
    };
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(record.reference(kind), record.title(kind), "slip_taken");
    tx.record(event.scope(record.unit_id(kind), record.owner_id(kind))).await?;
    tx.commit().await?;
    Ok(web::download(&format!("{}-{number}.pdf", paper.file), "application/pdf", bytes))
}

/// Field, label and value of what is not empty.
async fn facts(
    ctx: &Ctx,
    paper: &Paper,
    record: &Record,
) -> kernel::Result<Vec<(&'static str, String, String)>> {
    let references = record::references(&paper.kind, std::slice::from_ref(record));
    let named = record::names(ctx.db(), &references).await?;
    let mut facts = Vec::new();
    for field in paper.kind.fields.iter().filter(|field| paper.facts.contains(&field.name)) {
        let value = record.get(field.name);
        let title = value.id().and_then(|id| named.iter().find(|one| one.id == id));
        let shown = value.show(field, title.map(|one| one.title.as_str()));
        if !shown.is_empty() {
            facts.push((field.name, field.label_tr.to_string(), shown));
        }
    }
    Ok(facts)
}

/// Whose hands the paper needs: the last line of the text names who made it out.
fn signing(record: &Record, statement: &str, facts: &[(&'static str, String, String)]) -> Vec<String> {
    let named = |field: &str| {
        facts.iter().find(|(name, ..)| *name == field).map(|(.., value)| value.clone()).unwrap_or_default()
    };
    let maker = statement.lines().last().unwrap_or_default().replacen(": ", "\n", 1);
    if record.get("given_at").is_null() {
        return vec![format!("İade eden\n{}", named("holder_id")), maker];
    }
    let mut lines = vec![maker, format!("Teslim alan\n{}", named("holder_id"))];
    if !record.get("from_id").is_null() {
        lines.insert(0, format!("Devreden\n{}", named("from_id")));
    }
    lines
}

fn columns() -> Vec<Column> {
    let column =
        |label: &str, share| Column { label: label.into(), align: Align::Left, width: Width::Share(share) };
    vec![column("Sıra", 1), column("Varlık", 12)]
}
