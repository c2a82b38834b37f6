//! The custody book of a day: every delivery that left on it, what it carried, to whom, when and under whose signature; on the
//! screen and on paper (zimmet defteri).

use kernel::event::NewEvent;
use kernel::record::{self, Direction, FilterValue, ListQuery, MAX_PAGE, Record, SHEET};
use kernel::{Day, Ref, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Document, Orientation, SignatureLine, Width};
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use super::store::{self, Signed};
use super::{PATH, STATES, kind, lines};

/// What the events of the book are about: a book is no record.
pub(super) const SUBJECT: &str = "custody_book";
const SUBJECT_ID: Uuid = Uuid::from_u128(0xc04);

const HEADS: [&str; 5] = ["Teslim no", "Evrak", "Kime", "Saat", "Teslim alan"];

/// Lines of a cell in which a pen finds room, about a centimetre and a half.
const ROOM_TO_SIGN: &str = "\n\n\u{A0}";

/// One line of the book.
struct Line {
    delivery: Uuid,
    number: String,
    documents: Vec<String>,
    receiver: String,
    carrier: String,
    at: String,
    state: String,
    taken_by: String,
    /// What a reason stands under where nobody took it; empty where somebody did or still may.
    why_not: &'static str,
    /// Who drew it and the line that was drawn.
    drawn: Option<(String, String)>,
}

fn day(ctx: &Ctx) -> Day {
    let asked = ctx.param("gun");
    let day = asked.parse().ok().or_else(|| tr::parse_date(asked).ok().map(Day));
    day.unwrap_or_else(|| ctx.act.now().day())
}

/// What this person may see of the day's book, in the order it was made out.
async fn of_day(ctx: &Ctx, day: Day) -> Result<Vec<Line>> {
    let kind = kind();
    let query = ListQuery {
        filters: vec![("carried_on", FilterValue::Between(Some(day), Some(day)))],
        direction: Direction::Ascending,
        size: MAX_PAGE,
        ..ListQuery::first(&kind)
    };
    let page = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
    // What was cancelled stays in its place, as a line crossed out does: the numbers of a book have no gap.
    let records: Vec<&Record> = page.records.iter().collect();
    let ids: Vec<Uuid> = records.iter().map(|one| one.id).collect();
    let signed = store::signed(ctx.db(), &ids).await?;
    let carriers: Vec<Ref> =
        records.iter().filter_map(|one| Some(Ref::new("staff", one.get("carrier_id").id()?))).collect();
    let names = record::names(ctx.db(), &carriers).await?;
    let line = |one: &Record| {
        let under: Option<&Signed> = signed.iter().find(|signed| signed.id == one.id);
        let carrier = names.iter().find(|known| Some(known.id) == one.get("carrier_id").id());
        let at = one.get("ended_at").int().or_else(|| one.get("left_at").int());
        let state = STATES.iter().find(|state| state.code == one.get("state").text());
        Line {
            delivery: one.id,
            number: one.number(&kind),
            documents: under
                .map(|under| lines::cells(&under.statement))
                .unwrap_or_default()
                .into_iter()
                .map(numbered)
                .collect(),
            receiver: one.get("receiver").text().into(),
            carrier: carrier.map(|known| known.title.clone()).unwrap_or_default(),
            at: at.map(|at| tr::clock_time(tr::local(at).time())).unwrap_or_default(),
            state: state.map_or("", |state| state.label_tr).into(),
            taken_by: one.get("taken_by").text().into(),
            why_not: match one.get("state").text() {
                "cancelled" => "İptal nedeni: ",
                "came_back" => "Dönüş nedeni: ",
                _ => "",
            },
            drawn: under.and_then(|under| under.signer_name.clone().zip(under.path())),
        }
    };
    Ok(records.into_iter().map(line).collect())
}

/// Number and subject of a frozen line.
fn numbered(cells: Vec<String>) -> String {
    let cell = |place: usize| cells.get(place).map_or("", String::as_str);
    format!("{} {}", cell(1), cell(2))
}

/// `GET /evrak-teslimleri/defter?gun=2026-11-29`
pub(super) async fn show(ctx: Ctx) -> Outcome {
    let day = day(&ctx);
    let all = of_day(&ctx, day).await?;
    let rows: Vec<Vec<Markup>> = all.iter().map(row).collect();
    let way = |day: Day| format!("{PATH}/defter?gun={day}");
    let before = Day(day.0.previous_day().unwrap_or(day.0));
    let title = format!("Zimmet defteri, {}", tr::date(day.0));
    let content = html! {
        div.top {
            h1 { (title) }
            div.top-end { a.btn href={ (PATH) "/defter/pdf?gun=" (day) } { "Defter (PDF)" } }
        }
        p.lead {
            "O gün yola çıkan ya da düzenlenen teslimler. "
            a href=(way(before)) { "Önceki gün" } " · " a href=(way(day.next())) { "Sonraki gün" }
        }
        @if rows.is_empty() { p { "O gün elden teslim edilen evrak yok." } }
        @else { (ui::table("Zimmet defteri", &ui::heads(&HEADS), &rows)) }
    };
    ctx.page(Frame::new(title.clone()).crumb("Zimmetle teslim", PATH), content).await
}

fn row(line: &Line) -> Vec<Markup> {
    vec![
        html! { a href={ (PATH) "/" (line.delivery) } { (line.number) } },
        html! { @for one in &line.documents { (one) br; } },
        html! { (line.receiver) },
        html! { (line.at) " " (line.state) },
        html! {
            @match &line.drawn {
                Some((signer, path)) => (ui::signatures(&[ui::SignatureView {
                    signer: signer.clone(),
                    path: path.clone(),
                    sheet: SHEET,
                    note: String::new(),
                }])),
                None => { (line.why_not) (line.taken_by) },
            }
        },
    ]
}

/// `GET /evrak-teslimleri/defter/pdf?gun=2026-11-29`
pub(super) async fn print(ctx: Ctx) -> Outcome {
    let day = day(&ctx);
    let all = of_day(&ctx, day).await?;
    let mut blocks = vec![if all.is_empty() {
        Block::Paragraph("O gün elden teslim edilen evrak yok.".into())
    } else {
        Block::Table { columns: columns(), rows: all.iter().map(cells).collect() }
    }];
    let drawn: Vec<SignatureLine> = all.iter().filter_map(hand).collect();
    if !drawn.is_empty() {
        blocks.push(Block::Heading("Ekranda atılan imzalar".into()));
        // Three rooms fit side by side.
        blocks.extend(drawn.chunks(3).map(|part| Block::SignatureLines(part.to_vec())));
    }
    blocks.push(Block::SignatureLines(vec![
        format!("Evrak görevlisi\n{}", ctx.actor().signature()).into(),
        "Yazı işleri sorumlusu".into(),
    ]));
    let title = format!("Zimmet defteri, {}", tr::date(day.0));
    let document =
        Document { orientation: Orientation::Landscape, ..ctx.paper(title.clone(), blocks).await? };
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), title, "delivery_taken")).await?;
    tx.commit().await?;
    Ok(web::download(&format!("zimmet-defteri-{day}.pdf"), "application/pdf", bytes))
}

fn cells(line: &Line) -> Vec<String> {
    let taken = match &line.drawn {
        Some((signer, _)) => format!("{signer} (ekranda imzaladı)"),
        // Whoever takes it signs here by hand.
        None if line.why_not.is_empty() && line.taken_by.is_empty() => ROOM_TO_SIGN.into(),
        None => format!("{}{}", line.why_not, line.taken_by),
    };
    vec![
        line.number.clone(),
        line.documents.join("\n"),
        line.receiver.clone(),
        line.carrier.clone(),
        line.at.clone(),
        line.state.clone(),
        taken,
    ]
}

/// The drawn signature under the number it belongs to.
fn hand(line: &Line) -> Option<SignatureLine> {
    let (signer, path) = line.drawn.as_ref()?;
    let (width, height) = SHEET;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\"><path fill=\"none\" stroke=\"#1a1a1a\" \
         stroke-width=\"4\" stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"{path}\"/></svg>"
    );
    Some(SignatureLine { text: format!("{}\n{signer}", line.number), drawn: Some(svg) })
}

fn columns() -> Vec<Column> {
    let heads = ["Teslim no", "Evrak", "Kime", "Götüren", "Saat", "Durum", "Teslim alan, imza"];
    let column = |(label, share): (&str, u8)| Column {
        label: label.into(),
        align: Align::Left,
        width: Width::Share(share),
    };
    heads.into_iter().zip([3, 7, 5, 3, 1, 2, 4]).map(column).collect()
}
