//! The agenda of a day: what a body has on it, with what was decided, on the screen and on paper.

use kernel::event::NewEvent;
use kernel::record::{self, Direction, FieldValue, FilterValue, Kind, ListQuery, MAX_PAGE, Named, Record};
use kernel::{Boxed, Day, Ref, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Width};
use uuid::Uuid;
use web::{Ctx, Extras, Frame, Outcome};

use super::AGENDA_PATH;
use super::agenda_item::{BODIES, STATES, VOTES, body_name, kind};

/// What the paper's events are about: an agenda is no record.
pub(super) const SUBJECT: &str = "meeting_agenda";
const SUBJECT_ID: Uuid = Uuid::from_u128(0xc09);

const HEADS: [&str; 5] = ["Sıra", "Konusu", "Teklif eden birim", "Geldiği evrak", "Karar"];

pub(super) fn extras<'a>(_ctx: &'a Ctx, _kind: &'a Kind, item: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let (day, body) = (item.get("meets_on").text(), item.get("body").text());
        let whole = ui::Verb {
            label: "Günün gündemi".into(),
            href: format!("{AGENDA_PATH}/liste?gun={day}&organ={body}"),
            ..ui::Verb::default()
        };
        Ok(Extras { verbs: vec![whole], ..Extras::default() })
    })
}

/// Whose agenda of which day is asked for; without a day today's, without a body the council's.
fn asked(ctx: &Ctx) -> (Day, &'static str) {
    let day = ctx.param("gun");
    let day = day.parse().ok().or_else(|| tr::parse_date(day).ok().map(Day));
    let body = BODIES.iter().find(|body| body.code == ctx.param("organ")).unwrap_or(&BODIES[0]);
    (day.unwrap_or_else(|| ctx.act.now().day()), body.code)
}

/// One line of the agenda.
struct Line {
    id: Uuid,
    cells: [String; 5],
}

/// What this person may see of it: what is on it and what was decided of it, in the order it was entered.
async fn of_day(ctx: &Ctx, day: Day, body: &str) -> Result<Vec<Line>> {
    let kind = kind();
    let query = ListQuery {
        filters: vec![
            ("meets_on", FilterValue::Between(Some(day), Some(day))),
            ("body", FilterValue::Is(FieldValue::Text(body.into()))),
        ],
        direction: Direction::Ascending,
        size: MAX_PAGE,
        ..ListQuery::first(&kind)
    };
    let page = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
    let stands = |one: &Record| ["on_agenda", "decided"].contains(&one.get("state").text());
    let items: Vec<Record> = page.records.into_iter().filter(stands).collect();
    let names = record::names(ctx.db(), &record::references(&kind, &items)).await?;
    Ok((1..).zip(&items).map(|(place, item)| line(place, item, &names)).collect())
}

fn line(place: usize, item: &Record, names: &[Named]) -> Line {
    let name = |column: &str| {
        let id = item.get(column).id();
        let known = names.iter().find(|known| id.is_some() && Some(known.id) == id);
        known.map(|known| known.title.clone()).unwrap_or_default()
    };
    let label = |choices: &[record::Choice], column: &str| {
        choices.iter().find(|choice| choice.code == item.get(column).text()).map_or("", |one| one.label_tr)
    };
    let decision = match item.get("decision_number").text() {
        "" => label(&STATES, "state").to_string(),
        number => format!("{number}, {}", label(&VOTES, "vote")),
    };
    let title = item.get("title").text().to_string();
    Line { id: item.id, cells: [place.to_string(), title, name("unit_id"), name("document_id"), decision] }
}

/// `GET /gundem/liste?gun=2026-11-29&organ=council`
pub(super) async fn show(ctx: Ctx) -> Outcome {
    let (day, body) = asked(&ctx);
    let all = of_day(&ctx, day, body).await?;
    let tabs: Vec<ui::Tab> = BODIES
        .iter()
        .map(|one| ui::Tab {
            label: one.label_tr.into(),
            href: format!("{AGENDA_PATH}/liste?gun={day}&organ={}", one.code),
            current: one.code == body,
            count: None,
        })
        .collect();
    let rows: Vec<Vec<Markup>> = all.iter().map(row).collect();
    let title = title(day, body);
    let content = html! {
        div.top {
            h1 { (title) }
            div.top-end {
                a.btn href={ (AGENDA_PATH) "/liste/pdf?gun=" (day) "&organ=" (body) } { "Gündem (PDF)" }
            }
        }
        (ui::tabs("Organlar", &tabs))
        @if rows.is_empty() { p { "O günün gündeminde madde yok." } }
        @else { (ui::table("Gündem", &ui::heads(&HEADS), &rows)) }
    };
    ctx.page(Frame::new(title.clone()).crumb("Gündem", AGENDA_PATH), content).await
}

fn title(day: Day, body: &str) -> String {
    format!("{} gündemi, {}", body_name(body), tr::date(day.0))
}

fn row(line: &Line) -> Vec<Markup> {
    let mut cells: Vec<Markup> = line.cells.iter().map(|cell| html! { (cell) }).collect();
    cells[1] = html! { a href={ (AGENDA_PATH) "/" (line.id) } { (line.cells[1]) } };
    cells
}

/// `GET /gundem/liste/pdf?gun=2026-11-29&organ=council`
pub(super) async fn print(ctx: Ctx) -> Outcome {
    let (day, body) = asked(&ctx);
    let all = of_day(&ctx, day, body).await?;
    let column = |(label, share): (&str, u8)| Column {
        label: label.into(),
        align: Align::Left,
        width: Width::Share(share),
    };
    let list = if all.is_empty() {
        Block::Paragraph("O günün gündeminde madde yok.".into())
    } else {
        Block::Table {
            columns: HEADS.into_iter().zip([1, 8, 4, 4, 3]).map(column).collect(),
            rows: all.iter().map(|line| line.cells.to_vec()).collect(),
        }
    };
    let title = title(day, body);
    let document = ctx
        .paper(
            title.clone(),
            vec![list, Block::SignatureLines(vec![format!("{} Başkanı", body_name(body)).into()])],
        )
        .await?;
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), title, "agenda_taken")).await?;
    tx.commit().await?;
    Ok(web::download(&format!("gundem-{day}.pdf"), "application/pdf", bytes))
}
