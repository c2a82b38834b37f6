//! The periodic report against unlicenced and forbidden programs (AS-4, AS-5), on screen and as PDF/A; and where a program
//! is installed, on its page.

use kernel::event::NewEvent;
use kernel::record::{Kind, Record};
use kernel::{Boxed, Ref, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Document, Width};
use uuid::Uuid;
use web::{Ctx, Extras, Frame, Outcome};

use super::store::{self, Counted};
use crate::asset;

/// Rows of one part of the report; more are counted by the list.
const MOST: u32 = 200;
/// Machines named for one program.
const MOST_PLACES: u32 = 100;

/// What the report's events are about.
pub(crate) const SUBJECT: &str = "software_audit";
const SUBJECT_ID: Uuid = Uuid::from_u128(0x50f7);

struct Part {
    title: &'static str,
    rows: Vec<Counted>,
    is_licence: bool,
}

async fn parts(ctx: &Ctx) -> Result<Vec<Part>> {
    Ok(vec![
        Part {
            title: "Yasak ama kurulu programlar",
            rows: store::with_finding(ctx.db(), "forbidden", MOST).await?,
            is_licence: false,
        },
        Part {
            title: "Lisansı yetmeyen programlar",
            rows: store::with_finding(ctx.db(), "short", MOST).await?,
            is_licence: true,
        },
        Part {
            title: "Karar bekleyenlerin en yaygınları",
            rows: store::unjudged(ctx.db(), 50).await?,
            is_licence: false,
        },
    ])
}

fn cells(part: &Part, one: &Counted) -> Vec<String> {
    let mut cells = vec![one.name.clone(), tr::grouped(one.installed)];
    if part.is_licence {
        cells.extend([tr::grouped(one.seats), tr::grouped(one.installed - one.seats)]);
    }
    cells
}

fn heads(part: &Part) -> Vec<&'static str> {
    let mut heads = vec!["Program", "Kurulu makine"];
    if part.is_licence {
        heads.extend(["Lisansın yettiği", "Eksik"]);
    }
    heads
}

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let parts = parts(&ctx).await?;
    let content = html! {
        div.top {
            h1 { "Program denetimi" }
            div.top-end { a.btn href="/programlar/denetim/pdf" { "PDF indir" } }
        }
        p.lead { "Kurulu programlar her saat sayılır ve lisanslarla karşılaştırılır. " (tr::instant(ctx.act.now().0)) }
        @for part in &parts {
            h2 { (part.title) }
            @if part.rows.is_empty() { p { "Yok." } } @else {
                (ui::table(part.title, &ui::heads(&heads(part)), &part.rows.iter().map(|one| row(part, one)).collect::<Vec<_>>()))
            }
        }
    };
    ctx.page(Frame::new("Program denetimi").crumb("Programlar", "/programlar"), content).await
}

fn row(part: &Part, one: &Counted) -> Vec<Markup> {
    let mut cells: Vec<Markup> = cells(part, one).iter().map(|cell| html! { (cell) }).collect();
    cells[0] = html! { a href={ "/programlar/" (one.id) } { (one.name) } };
    cells
}

/// That the report was taken is an event: the inspection was made.
pub(crate) async fn pdf(ctx: Ctx) -> Outcome {
    let mut blocks = Vec::new();
    for part in parts(&ctx).await? {
        blocks.push(Block::Heading(part.title.into()));
        if part.rows.is_empty() {
            blocks.push(Block::Paragraph("Yok.".into()));
            continue;
        }
        let columns = heads(&part).into_iter().enumerate().map(|(place, label)| Column {
            label: label.into(),
            align: if place == 0 { Align::Left } else { Align::Right },
            width: Width::Share(if place == 0 { 6 } else { 2 }),
        });
        blocks.push(Block::Table {
            columns: columns.collect(),
            rows: part.rows.iter().map(|one| cells(&part, one)).collect(),
        });
    }
    blocks.push(Block::SignatureLines(vec!["Denetleyen".into(), "Müdür".into()]));
    let at = ctx.act.now();
    let title = format!("Program denetimi, {}", tr::date(at.day().0));
    let document = Document {
        title: title.clone(),
        head: ctx.letterhead().await?,
        printed_by: ctx.actor().signature(),
        printed_at_text: tr::instant(at.0),
        blocks,
        ..Document::default()
    };
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), title, "software_audited")).await?;
    tx.commit().await?;
    Ok(web::download(&format!("program-denetimi-{}.pdf", at.day()), "application/pdf", bytes))
}

/// Where it is installed: only machines that the person may see are named.
pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, software: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let is_judged = software.get("state").text() != "unjudged";
        let mut places = store::places(ctx.db(), software.id, is_judged, MOST_PLACES).await?;
        places.retain(|one| ctx.actor().may_on(asset::VIEW, Some(one.unit_id), one.holder_id));
        if places.is_empty() {
            return Ok(Extras::default());
        }
        let rows: Vec<Vec<Markup>> = places
            .iter()
            .map(|one| {
                vec![
                    html! { a href={ "/varliklar/" (one.id) } { (one.number) } },
                    html! { (one.name) },
                    html! { (one.version) },
                ]
            })
            .collect();
        let table = html! {
            h2 { "Kurulu olduğu makineler" }
            (ui::table("Kurulu olduğu makineler", &ui::heads(&["Envanter no", "Adı", "Sürümü"]), &rows))
            @if places.len() == MOST_PLACES as usize { p { "İlk " (MOST_PLACES) " makine gösterildi." } }
        };
        Ok(Extras { before_timeline: vec![table], ..Extras::default() })
    })
}
