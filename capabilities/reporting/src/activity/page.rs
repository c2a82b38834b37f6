//! The numbers on a report's page, and the report on paper.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Width};
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::figures::{self, Figures};
use super::{days, kind, store};

/// Heads of the numbers' table.
const HEADS: [&str; 3] = ["Yapılan iş", "Bu dönem", "Önceki dönem"];

/// Frozen where it was submitted, counted now where it was not.
async fn figures_of(ctx: &Ctx, report: &Record) -> Result<Figures> {
    if report.get("state").text() == "submitted" {
        return Ok(Figures::parse(&store::statement(ctx.db(), report.id).await?));
    }
    let (from, until) = days(report)?;
    figures::of(ctx.db(), ctx.registry(), from, until).await
}

/// What stands above the numbers.
fn said(report: &Record) -> Result<String> {
    let (from, until) = days(report)?;
    let (first, last) = figures::earlier(from, until);
    let counted = match report.get("state").text() {
        "submitted" => "Sayılar rapor sunulurken kayıtlardan sayılıp donduruldu.",
        _ => "Sayılar şu andaki kayıtlardan; rapor sunulunca dondurulur.",
    };
    Ok(format!("{counted} Önceki dönem: {} – {}.", tr::date(first.0), tr::date(last.0)))
}

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, report: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let figures = figures_of(ctx, report).await?;
        let numbers = html! {
            h2 { "Sayılarla" }
            p { (said(report)?) }
            @if figures.sections.is_empty() { p { "Bu dönemde kayda geçmiş bir iş yok." } }
            @for section in &figures.sections {
                h3 { (section.title) }
                (ui::table(&section.title, &heads(), &section.rows.iter().map(cells).collect::<Vec<_>>()))
            }
        };
        let paper = ui::Verb {
            label: "PDF indir".into(),
            href: format!("{}/pdf", kind.address(report.id)),
            ..ui::Verb::default()
        };
        Ok(Extras { before_timeline: vec![numbers], verbs: vec![paper], ..Extras::default() })
    })
}

fn heads() -> Vec<ui::Head> {
    let head =
        |(place, label): (usize, &&str)| ui::Head { label: (*label).into(), sort: None, numeric: place > 0 };
    HEADS.iter().enumerate().map(head).collect()
}

fn cells(row: &[String; 3]) -> Vec<Markup> {
    row.iter().map(|cell| html! { (cell) }).collect()
}

/// `GET /faaliyet-raporlari/{id}/pdf`
pub(crate) async fn print(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let report = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let mut blocks = vec![Block::Paragraph(report.get("presented_to").text().to_string())];
    for (title, column) in [("Değerlendirme", "assessment"), ("Gelecek dönem", "plans")] {
        let text = report.get(column).text();
        if !text.is_empty() {
            blocks.push(Block::Heading(title.into()));
            blocks.extend(text.split("\n\n").map(|part| Block::Paragraph(part.into())));
        }
    }
    blocks.push(Block::Heading("Sayılarla".into()));
    blocks.push(Block::Paragraph(said(&report)?));
    for section in figures_of(&ctx, &report).await?.sections {
        blocks.push(Block::Heading(section.title));
        let column = |(place, label): (usize, &&str)| Column {
            label: (*label).into(),
            align: if place == 0 { Align::Left } else { Align::Right },
            width: Width::Share(if place == 0 { 6 } else { 2 }),
        };
        let rows = section.rows.into_iter().map(Vec::from).collect();
        blocks.push(Block::Table { columns: HEADS.iter().enumerate().map(column).collect(), rows });
    }
    blocks.push(Block::SignatureLines(vec!["Müdür".into()]));
    let is_draft = report.get("state").text() == "draft";
    let title = report.title(&kind).to_string();
    let document =
        ctx.paper(if is_draft { format!("{title} (taslak)") } else { title.clone() }, blocks).await?;
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(NewEvent::new(report.reference(&kind), title, "report_taken")).await?;
    tx.commit().await?;
    let (from, until) = days(&report)?;
    Ok(web::download(&format!("faaliyet-raporu-{from}-{until}.pdf"), "application/pdf", bytes))
}
