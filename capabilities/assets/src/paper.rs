//! A frozen text on paper, under the municipality's head: what is signed by all sides and scanned back, or carries what was drawn
//! on the screen. The text begins with a sentence, goes on with numbered assets and ends with who made it out.

use kernel::Error;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use printing::{Align, Block, Column, Width};
use uuid::Uuid;
use web::{Ctx, Outcome};

use crate::custody::lines;

/// One kind of paper.
pub(crate) struct Paper {
    pub kind: Kind,
    pub title_tr: &'static str,
    /// Beginning of the file's name.
    pub file: &'static str,
    /// Fields printed above the text, where they are not empty.
    pub facts: &'static [&'static str],
    /// Whose hands it needs: what they are called here, and the field that names them.
    pub signing: &'static [(&'static str, &'static str)],
    /// Whether whoever made it out signs, too.
    pub maker_signs: bool,
    /// The event that says it was taken out.
    pub event: &'static str,
}

/// The PDF/A. That it was taken out is an event.
pub(crate) async fn print(ctx: &Ctx, id: Uuid, paper: Paper) -> Outcome {
    let kind = &paper.kind;
    let record = record::get_visible(ctx.db(), kind, id, ctx.actor()).await?;
    let text = record::statement(ctx.db(), kind, id).await?.filter(|text| !text.is_empty());
    let text = text.ok_or_else(Error::not_found)?;
    let named = named(ctx, kind, &record).await?;
    let said = |field: &str| named.iter().find(|(name, ..)| *name == field);
    let facts = paper.facts.iter().filter_map(|field| said(field));
    let facts = facts.map(|(_, label, value)| (label.clone(), value.clone())).collect();
    let maker = text.lines().last().unwrap_or_default();
    let mut signing: Vec<String> = paper
        .signing
        .iter()
        .filter_map(|(role, field)| Some(format!("{role}\n{}", said(field)?.2)))
        .collect();
    if paper.maker_signs {
        signing.push(maker.replacen(": ", "\n", 1));
    }
    let number = record.number(kind).to_string();
    let mut blocks = vec![Block::Facts(facts)];
    blocks.extend(body(&text, paper.maker_signs));
    blocks.push(Block::Note(format!("Metnin özeti (SHA-256): {}", lines::digest(&text))));
    blocks.push(web::signatories(ctx, kind, id, signing).await?);
    let document = ctx.paper(format!("{} {number}", paper.title_tr), blocks).await?;
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(record.reference(kind), record.title(kind), paper.event);
    tx.record(event.scope(record.unit_id(kind), record.owner_id(kind))).await?;
    tx.commit().await?;
    Ok(web::download(&format!("{}-{number}.pdf", paper.file), "application/pdf", bytes))
}

/// The first sentence, the assets as a table, and what else was written. Only the lines right under the sentence are assets: a
/// report may have numbered lines of its own.
fn body(text: &str, maker_signs: bool) -> Vec<Block> {
    let mut said: Vec<&str> = text.lines().collect();
    if maker_signs {
        said.pop();
    }
    let rows: Vec<Vec<String>> = said.iter().skip(1).map_while(|line| lines::cells(line)).collect();
    let after = rows.len() + 1;
    let mut blocks = vec![Block::Paragraph(said.first().copied().unwrap_or_default().into())];
    blocks.push(table(rows));
    blocks.extend(said.into_iter().skip(after).map(|line| Block::Paragraph(line.into())));
    blocks
}

/// Numbered assets.
pub(crate) fn table(rows: Vec<Vec<String>>) -> Block {
    let column =
        |label: &str, share| Column { label: label.into(), align: Align::Left, width: Width::Share(share) };
    Block::Table { columns: vec![column("Sıra", 1), column("Varlık", 12)], rows }
}

/// Field, label and value of what is not empty.
pub(crate) async fn named(
    ctx: &Ctx,
    kind: &Kind,
    record: &Record,
) -> kernel::Result<Vec<(&'static str, String, String)>> {
    let references = record::references(kind, std::slice::from_ref(record));
    let titles = record::names(ctx.db(), &references).await?;
    let mut named = Vec::new();
    for field in &kind.fields {
        let value = record.get(field.name);
        let title = value.id().and_then(|id| titles.iter().find(|one| one.id == id));
        let shown = value.show(field, title.map(|one| one.title.as_str()));
        if !shown.is_empty() {
            named.push((field.name, field.label_tr.to_string(), shown));
        }
    }
    Ok(named)
}
