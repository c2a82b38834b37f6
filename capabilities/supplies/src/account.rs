//! The account of consumables for a year: what was carried over, came, went and is left, by movable code, in numbers and in
//! money. What came first goes first (AS-8; Taşınır Mal Yönetmeliği).

pub(crate) mod store;

use kernel::{Day, Error, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Document, Orientation, Width};
use time::{Date, Month};
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use crate::item::page::quantity;
use store::{Carried, Receipt};

/// One card in a year's account; amounts in kuruş, `None` where no receipt says what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub measure: String,
    pub before: i64,
    pub came: i64,
    pub went: i64,
    pub left: i64,
    pub worth: Option<i64>,
}

/// A year's account, of one store room or of all.
pub(crate) async fn of_year(db: &impl kernel::db::Sql, year: i32, room: Option<Uuid>) -> Result<Vec<Line>> {
    let (first, last) = days_of(year)?;
    let carried = store::carried(db, first, last, room).await?;
    let receipts = store::receipts(db, last).await?;
    Ok(carried.into_iter().map(|one| line(one, &receipts)).collect())
}

/// First and last day.
pub(crate) fn days_of(year: i32) -> Result<(Day, Day)> {
    let day = |month, day| Date::from_calendar_date(year, month, day).map(Day).map_err(Error::internal);
    Ok((day(Month::January, 1)?, day(Month::December, 31)?))
}

fn line(one: Carried, receipts: &[Receipt]) -> Line {
    let left = one.before + one.came - one.went;
    let of_card: Vec<&Receipt> = receipts.iter().filter(|receipt| receipt.consumable_id == one.id).collect();
    let worth = worth(left, one.everywhere, &of_card);
    Line {
        id: one.id,
        code: one.code,
        name: one.name,
        measure: one.measure,
        before: one.before,
        came: one.came,
        went: one.went,
        left,
        worth,
    }
}

/// What so much of all that is left is worth, when what came first went first: what is left came last. `receipts` are newest
/// first. Part of it shares the price of the whole.
fn worth(part: i64, everywhere: i64, receipts: &[&Receipt]) -> Option<i64> {
    if part <= 0 {
        return Some(0);
    }
    let (mut open, mut sum) = (everywhere.max(part), 0_i64);
    for receipt in receipts {
        let taken = open.min(receipt.quantity);
        sum = sum.checked_add(taken.checked_mul(receipt.price_kurus)?)?;
        open -= taken;
        if open == 0 {
            break;
        }
    }
    // What nobody said the price of is not guessed.
    if open > 0 { None } else { sum.checked_mul(part).map(|sum| sum / everywhere.max(part)) }
}

fn asked(ctx: &Ctx) -> (i32, Option<Uuid>) {
    let this = ctx.act.now().day().year();
    let year = ctx.param("yil").parse().unwrap_or(this).clamp(1900, this);
    (year, ctx.param("ambar").parse().ok())
}

/// `GET /tasinir-hesabi`
pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let (year, room) = asked(&ctx);
    let lines = of_year(ctx.db(), year, room).await?;
    let rooms = store::rooms(ctx.db()).await?;
    let this = ctx.act.now().day().year();
    let at = |year: i32, room: Option<Uuid>| match room {
        Some(room) => format!("/tasinir-hesabi?yil={year}&ambar={room}"),
        None => format!("/tasinir-hesabi?yil={year}"),
    };
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|one| {
            vec![
                html! { (one.code) },
                html! { a href={ "/malzemeler/" (one.id) } { (one.name) } },
                html! { (quantity(one.before, &one.measure)) },
                html! { (quantity(one.came, &one.measure)) },
                html! { (quantity(one.went, &one.measure)) },
                html! { strong { (quantity(one.left, &one.measure)) } },
                html! { (money(one.worth)) },
            ]
        })
        .collect();
    let tab = |label: String, href: String, current: bool| ui::Tab { label, href, current, count: None };
    let years: Vec<ui::Tab> =
        (this - 3..=this).rev().map(|one| tab(one.to_string(), at(one, room), one == year)).collect();
    let mut places = vec![tab("Bütün ambarlar".into(), at(year, None), room.is_none())];
    places
        .extend(rooms.iter().map(|one| tab(one.name.clone(), at(year, Some(one.id)), room == Some(one.id))));
    let content = html! {
        div.top {
            h1 { "Taşınır hesabı" }
            div.top-end {
                a.btn href={ "/tasinir-hesabi/cetvel?" (query(&at(year, room))) } { "Cetvel (PDF)" }
            }
        }
        p.lead { (year) " yılının yönetim hesabı: devreden, giren, çıkan ve kalan. İlk giren ilk çıkar." }
        (ui::tabs("Yıllar", &years))
        @if rooms.len() > 1 { (ui::tabs("Ambarlar", &places)) }
        @if rows.is_empty() { p { "Bu yıl için yazılmış hareket yok." } }
        @else { (ui::table("Yönetim hesabı", &ui::heads(&HEADS), &rows)) }
    };
    ctx.page(Frame::new("Taşınır hesabı"), content).await
}

const HEADS: [&str; 7] = ["Taşınır kodu", "Malzeme", "Devreden", "Giren", "Çıkan", "Kalan", "Tutarı"];

fn query(address: &str) -> &str {
    address.split_once('?').map_or("", |(_, query)| query)
}

pub(crate) fn money(kurus: Option<i64>) -> String {
    kurus.map_or_else(|| "bedeli yazılmamış".into(), |kurus| format!("{} TL", tr::money(kurus)))
}

/// `GET /tasinir-hesabi/cetvel`
pub(crate) async fn sheet(ctx: Ctx) -> Outcome {
    let (year, room) = asked(&ctx);
    let lines = of_year(ctx.db(), year, room).await?;
    let rooms = store::rooms(ctx.db()).await?;
    let place = rooms.iter().find(|one| Some(one.id) == room).map_or("Bütün ambarlar", |one| &one.name);
    let sum: i64 = lines.iter().filter_map(|one| one.worth).sum();
    let document = Document {
        orientation: Orientation::Landscape,
        ..ctx
            .paper(
                format!("Taşınır yönetim hesabı cetveli, {year}"),
                vec![
                    Block::Facts(vec![
                        ("Yılı".into(), year.to_string()),
                        ("Ambarı".into(), place.into()),
                        ("Kalanların tutarı".into(), format!("{} TL", tr::money(sum))),
                    ]),
                    Block::Table { columns: columns(&HEADS), rows: lines.iter().map(cells).collect() },
                    Block::SignatureLines(
                        ["Taşınır kayıt yetkilisi", "Taşınır kontrol yetkilisi", "Harcama yetkilisi"]
                            .map(|role| role.to_string().into())
                            .to_vec(),
                    ),
                ],
            )
            .await?
    };
    let bytes = ctx.pdf(document).await?;
    Ok(web::download(&format!("tasinir-hesabi-{year}.pdf"), "application/pdf", bytes))
}

pub(crate) fn columns(heads: &[&str]) -> Vec<Column> {
    let share = |place: usize| if place == 1 { 4 } else { 2 };
    let column = |(place, head): (usize, &&str)| Column {
        label: (*head).into(),
        align: if place < 2 { Align::Left } else { Align::Right },
        width: Width::Share(share(place)),
    };
    heads.iter().enumerate().map(column).collect()
}

/// As the paper shows a line.
pub(crate) fn cells(one: &Line) -> Vec<String> {
    let many = |count| quantity(count, &one.measure);
    vec![
        one.code.clone(),
        one.name.clone(),
        many(one.before),
        many(one.came),
        many(one.went),
        many(one.left),
        money(one.worth),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_came_last_and_what_nobody_priced_is_not_guessed() {
        let receipt = |quantity, price_kurus| Receipt { consumable_id: Uuid::nil(), quantity, price_kurus };
        let (new, old) = (receipt(10, 300), receipt(20, 100));
        // Fifteen left: the ten newest at 3 TL and five older at 1 TL.
        assert_eq!(worth(15, 15, &[&new, &old]), Some(10 * 300 + 5 * 100));
        assert_eq!(worth(3, 15, &[&new, &old]), Some((10 * 300 + 5 * 100) * 3 / 15));
        assert_eq!(worth(31, 31, &[&new, &old]), None);
        assert_eq!(worth(0, 15, &[]), Some(0));
        assert_eq!(worth(i64::MAX, i64::MAX, &[&receipt(i64::MAX, 2)]), None, "too much for a number");
    }
}
