//! The account of durable movables for a year: how many were carried over, came, went and are left, by the first groups of their
//! numbers in the movable register (AS-8; Taşınır Mal Yönetmeliği).

use kernel::{Day, Error, Instant, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Width};
use time::{Date, Month};
use web::{Ctx, Frame, Outcome};

use super::store::{self, Registered};

const HEADS: [&str; 6] = ["Taşınır kodu", "Devreden", "Giren", "Çıkan", "Kalan", "Kalanların bedeli"];

async fn of_year(ctx: &Ctx) -> Result<(i32, Vec<Registered>)> {
    let this = ctx.act.now().day().year();
    let year = ctx.param("yil").parse().unwrap_or(this).clamp(1900, this);
    let first =
        |year: i32| Date::from_calendar_date(year, Month::January, 1).map(Day).map_err(Error::internal);
    let (first, next) = (first(year)?, first(year + 1)?);
    let starts: (Instant, Instant) = (first.start(), next.start());
    Ok((year, store::registered(ctx.db(), (first, next), starts).await?))
}

fn cells(one: &Registered) -> Vec<String> {
    let code = if one.code.is_empty() { "Sicil numarası yok".to_string() } else { one.code.clone() };
    let left = one.before + one.came - one.went;
    let money = format!("{} TL", tr::money(one.worth));
    let mut cells = vec![code];
    cells.extend([one.before, one.came, one.went, left].map(tr::grouped));
    cells.push(money);
    cells
}

/// `GET /varliklar/tasinir-cetveli`
pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let (year, all) = of_year(&ctx).await?;
    let this = ctx.act.now().day().year();
    let years: Vec<ui::Tab> = (this - 3..=this)
        .rev()
        .map(|one| ui::Tab {
            label: one.to_string(),
            href: format!("/varliklar/tasinir-cetveli?yil={one}"),
            current: one == year,
            count: None,
        })
        .collect();
    let rows: Vec<Vec<Markup>> =
        all.iter().map(|one| cells(one).into_iter().map(|cell| html! { (cell) }).collect()).collect();
    let content = html! {
        div.top {
            h1 { "Dayanıklı taşınırlar" }
            div.top-end { a.btn href={ "/varliklar/tasinir-cetveli/pdf?yil=" (year) } { "Cetvel (PDF)" } }
        }
        p.lead {
            (year) " yılında devreden, giren, çıkan ve kalan varlıklar; taşınır sicil numaralarının ilk bölümlerine göre. "
            "Alındığı gün yazılmamışsa kaydedildiği gün sayılır."
        }
        (ui::tabs("Yıllar", &years))
        @if rows.is_empty() { p { "Kayıtlı varlık yok." } }
        @else { (ui::table("Dayanıklı taşınırlar", &ui::heads(&HEADS), &rows)) }
    };
    ctx.page(Frame::new("Dayanıklı taşınırlar").crumb("Varlıklar", "/varliklar"), content).await
}

/// `GET /varliklar/tasinir-cetveli/pdf`
pub(crate) async fn sheet(ctx: Ctx) -> Outcome {
    let (year, all) = of_year(&ctx).await?;
    let column = |(place, head): (usize, &&str)| Column {
        label: (*head).into(),
        align: if place == 0 { Align::Left } else { Align::Right },
        width: Width::Share(if place == 0 { 3 } else { 2 }),
    };
    let document = ctx
        .paper(
            format!("Dayanıklı taşınırlar cetveli, {year}"),
            vec![
                Block::Table {
                    columns: HEADS.iter().enumerate().map(column).collect(),
                    rows: all.iter().map(cells).collect(),
                },
                Block::SignatureLines(
                    ["Taşınır kayıt yetkilisi", "Taşınır kontrol yetkilisi", "Harcama yetkilisi"]
                        .map(|role| role.to_string().into())
                        .to_vec(),
                ),
            ],
        )
        .await?;
    let bytes = ctx.pdf(document).await?;
    Ok(web::download(&format!("dayanikli-tasinirlar-{year}.pdf"), "application/pdf", bytes))
}
