//! The signed table of a year's end on paper.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, Ref, Result};
use printing::{Block, Document, Orientation};
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::{SIGNED_BY, kind};
use crate::account;

/// Heads of the frozen lines.
const HEADS: [&str; 8] = ["Sıra", "Taşınır kodu", "Malzeme", "Devreden", "Giren", "Çıkan", "Kalan", "Tutarı"];

pub(crate) fn extras<'a>(_ctx: &'a Ctx, kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        if ["draft", "cancelled"].contains(&one.get("state").text()) {
            return Ok(Extras::default());
        }
        let paper = ui::Verb {
            label: "Sayım ve döküm cetveli (PDF)".into(),
            href: format!("{}/cetvel", kind.address(one.id)),
            ..ui::Verb::default()
        };
        Ok(Extras { verbs: vec![paper], ..Extras::default() })
    })
}

/// `GET /yil-sonu-sayimlari/{id}/cetvel`
pub(crate) async fn print(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let one = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let text = record::statement(ctx.db(), &kind, id).await?.filter(|text| !text.is_empty());
    let text = text.ok_or_else(Error::not_found)?;
    let (lines, sentences): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.contains(" | "));
    let rows = lines.iter().map(|line| line.split(" | ").map(str::to_string).collect()).collect();
    let mut blocks: Vec<Block> =
        sentences.first().map(|first| Block::Paragraph((*first).into())).into_iter().collect();
    blocks.push(Block::Table { columns: columns(), rows });
    blocks.extend(sentences.iter().skip(1).map(|line| Block::Paragraph((*line).into())));
    let named = record::names(ctx.db(), &people(&one)).await?;
    let signing =
        SIGNED_BY.iter().zip(["Kurul başkanı", "Üye", "Üye"]).filter_map(|((_, _, field), role)| {
            let id = one.get(field).id()?;
            let name = named.iter().find(|known| known.id == id)?;
            Some(format!("{role}\n{}", name.title))
        });
    let signing: Vec<String> = signing.collect();
    blocks.push(web::signatories(&ctx, &kind, id, signing).await?);
    let number = one.number(&kind).to_string();
    let document = Document {
        orientation: Orientation::Landscape,
        ..ctx.paper(format!("Taşınır sayım ve döküm cetveli {number}"), blocks).await?
    };
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(NewEvent::new(one.reference(&kind), one.title(&kind), "voucher_taken")).await?;
    tx.commit().await?;
    Ok(web::download(&format!("sayim-cetveli-{number}.pdf"), "application/pdf", bytes))
}

fn columns() -> Vec<printing::Column> {
    let mut columns = account::columns(&HEADS[1..]);
    columns.insert(
        0,
        printing::Column {
            label: HEADS[0].into(),
            align: printing::Align::Left,
            width: printing::Width::Share(1),
        },
    );
    columns
}

fn people(one: &Record) -> Vec<Ref> {
    SIGNED_BY.iter().filter_map(|(_, _, field)| Some(Ref::new("staff", one.get(field).id()?))).collect()
}
