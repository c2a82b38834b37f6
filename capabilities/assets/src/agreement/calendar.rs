//! One calendar of everything that ends: month by month, from a month ago to a year ahead.

use kernel::record::{FieldValue, Kind};
use kernel::{Day, tr};
use maud::{Markup, html};
use time::Duration;
use web::{Ctx, Frame, Outcome};

use super::store::{self, End};
use super::{PATH, VIEW, kind};
use crate::{asset, licence, line};

/// Ends of each kind that are shown.
const MOST: u32 = 300;

/// `GET /sozlesmeler/takvim`
pub(super) async fn show(ctx: Ctx) -> Outcome {
    let today = ctx.act.now().day();
    let all: [(Kind, &str, &str); 4] = [
        (kind(), VIEW, "Sözleşme ve süreler"),
        (licence::kind(), licence::VIEW, "Yazılım lisansı"),
        (asset::kind(), asset::VIEW, "Garanti"),
        (line::kind(), line::VIEW, "Hat taahhüdü"),
    ];
    // Only what the person may see whole: a calendar with holes would be read as whole.
    let seen: Vec<&(Kind, &str, &str)> =
        all.iter().filter(|(_, permission, _)| ctx.actor().may_in_whole(permission)).collect();
    let kinds: Vec<&str> = seen.iter().map(|(kind, ..)| kind.id).collect();
    let (from, to) = (Day(today.0 - Duration::days(30)), Day(today.0 + Duration::days(365)));
    let ends = store::ends(ctx.db(), &kinds, from, to, MOST).await?;
    let rows_of = |month: &str| -> Vec<Vec<Markup>> {
        ends.iter()
            .filter(|one| one.until_on.starts_with(month))
            .filter_map(|one| {
                let (kind, _, label) = seen.iter().find(|(kind, ..)| kind.id == one.kind)?;
                Some(vec![
                    html! { (day(one, today)) },
                    html! { @if one.sort.is_empty() { (label) } @else { (sort_of(kind, &one.sort)) } },
                    html! { a href=(kind.address(one.id)) { (one.title) } },
                ])
            })
            .collect()
    };
    let mut months: Vec<&str> = ends.iter().filter_map(|one| one.until_on.get(..7)).collect();
    months.dedup();
    let heads = ui::heads(&["Son günü", "Türü", "Adı"]);
    let title = "Bütün süreler";
    let content = html! {
        h1 { (title) }
        p.lead { "Son bir ayda biten ve bir yıl içinde bitecek sözleşme, sertifika, alan adı, lisans, garanti ve taahhütler." }
        @if months.is_empty() { p { "Bu aralıkta biten bir şey yok." } }
        @for month in &months {
            h2 { (named(month)) }
            (ui::table(&named(month), &heads, &rows_of(month)))
        }
        @if ends.len() >= MOST as usize { p.muted { "Her türden ilk " (MOST) " kayıt gösterildi." } }
    };
    ctx.page(Frame::new(title).crumb("Sözleşme ve süreler", PATH), content).await
}

/// An agreement is said as what it is: a certificate, a domain name.
fn sort_of(kind: &Kind, sort: &str) -> String {
    kind.field("type").map(|field| FieldValue::Text(sort.into()).show(field, None)).unwrap_or_default()
}

fn day(one: &End, today: Day) -> Markup {
    let Ok(until) = one.until_on.parse::<Day>() else { return html! { (one.until_on) } };
    let left = (until.0 - today.0).whole_days();
    let said = match left {
        ..0 => "bitti".to_string(),
        0 => "bugün".to_string(),
        left => format!("{left} gün kaldı"),
    };
    html! { (tr::date(until.0)) " · " @if left < 60 { strong { (said) } } @else { (said) } }
}

/// "2026-12" as "Aralık 2026".
fn named(month: &str) -> String {
    let day = format!("{month}-01").parse::<Day>();
    day.map_or_else(
        |_| month.to_string(),
        |day| format!("{} {}", tr::month_name(day.0.month()), day.0.year()),
    )
}
