//! Who used what: by unit and by device, between two days; of toners also how many pages each lasted, where the printer's counter
//! was written down when it was given out (AS-6).

use std::collections::BTreeMap;

use kernel::record::{Named, names};
use kernel::{Day, Ref, Result, Violation, tr};
use maud::{Markup, html};
use time::Duration;
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use super::page::quantity;
use super::store::{self, Fitted};

const PATH: &str = "/malzemeler/kullanim";
const FROM: &str = "baslangic";
const UNTIL: &str = "bitis";

/// `GET /malzemeler/kullanim`
pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let today = ctx.act.now().day();
    let mut violations = Vec::new();
    let since = day(&ctx, FROM, Day(today.0 - Duration::days(365)), &mut violations);
    let until = day(&ctx, UNTIL, today, &mut violations);
    if violations.is_empty() && until < since {
        violations.push(Violation::new("STK-012", UNTIL, "Bitiş günü başlangıçtan önce olamaz."));
    }
    let content = html! {
        (ui::form(&asked(&ctx, since, until, &violations)))
        @if violations.is_empty() {
            p.lead { (tr::date(since.0)) " – " (tr::date(until.0)) ", iadeler düşülerek." }
            h2 { "Birimlere göre" }
            (by_unit(&ctx, since, until).await?)
            h2 { "Cihazlara göre" }
            (by_device(&ctx, since, until).await?)
        }
    };
    let frame = Frame::new("Kullanım").crumb("Sarf malzemesi", "/malzemeler");
    if violations.is_empty() { ctx.page(frame, content).await } else { ctx.refused(frame, content).await }
}

/// A day as it was typed or as a link carries it.
fn day(ctx: &Ctx, name: &'static str, usual: Day, violations: &mut Vec<Violation>) -> Day {
    let typed = ctx.param(name).trim();
    if typed.is_empty() {
        return usual;
    }
    match typed.parse::<Day>().ok().or_else(|| tr::parse_date(typed).ok().map(Day)) {
        Some(day) => day,
        None => {
            violations.push(Violation::new("STK-012", name, "Tarihi 5.11.2026 biçiminde yazın."));
            usual
        }
    }
}

fn asked(ctx: &Ctx, since: Day, until: Day, violations: &[Violation]) -> ui::FormView {
    let field = |name: &str, label: &str, day: Day| {
        let error = violations.iter().find(|one| one.field == name).map(|one| one.text.clone());
        ui::FieldView {
            name: name.into(),
            label: label.into(),
            kind: ui::Input::Date,
            value: if error.is_some() { ctx.param(name).into() } else { tr::date(day.0) },
            width: ui::Width::Short,
            error,
            ..ui::FieldView::default()
        }
    };
    let fields = vec![field(FROM, "Başlangıç", since), field(UNTIL, "Bitiş", until)];
    let errors = violations.iter().map(|one| ui::FieldError {
        field: one.field.clone(),
        label: fields
            .iter()
            .find(|field| field.name == one.field)
            .map(|field| field.label.clone())
            .unwrap_or_default(),
        text: one.text.clone(),
    });
    ui::FormView {
        title: "Kullanım".into(),
        action: PATH.into(),
        method: "get".into(),
        errors: errors.collect(),
        sections: vec![ui::FormSection { fields: fields.clone(), ..ui::FormSection::default() }],
        submit: "Göster".into(),
        ..ui::FormView::default()
    }
}

async fn by_unit(ctx: &Ctx, since: Day, until: Day) -> Result<Markup> {
    let all = store::used(ctx.db(), since, until).await?;
    let refs: Vec<Ref> = all.iter().map(|one| Ref::new("unit", one.unit_id)).collect();
    let units = titles(ctx, &refs).await?;
    let mut rows: Vec<(&str, Vec<Markup>)> = all
        .iter()
        .map(|one| {
            let unit = units.get(&one.unit_id).map_or("", String::as_str);
            let used = quantity(one.quantity, &one.measure);
            (unit, vec![html! { (unit) }, html! { (one.name) }, html! { (used) }])
        })
        .collect();
    rows.sort_by(|one, other| tr::compare(one.0, other.0));
    let rows: Vec<Vec<Markup>> = rows.into_iter().map(|(_, cells)| cells).collect();
    Ok(html! {
        @if rows.is_empty() { p { "Bu sürede hiçbir birime malzeme verilmemiş." } }
        @else { (ui::table("Birimlerin kullanımı", &ui::heads(&["Birim", "Malzeme", "Kullanılan"]), &rows)) }
    })
}

/// What units are called; devices with the number on their label.
async fn titles(ctx: &Ctx, refs: &[Ref]) -> Result<BTreeMap<Uuid, String>> {
    let said = |one: &Named| match one.kind.as_str() {
        "unit" => one.title.clone(),
        _ => format!("{} {}", one.number, one.title),
    };
    Ok(names(ctx.db(), refs).await?.iter().map(|one| (one.id, said(one))).collect())
}

/// What one device used of one card.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Used<'a> {
    asset_id: Uuid,
    name: &'a str,
    measure: &'a str,
    quantity: i64,
    /// Pages that one piece lasted.
    pages: Option<i64>,
}

/// `fitted` is by device and card, the oldest first. A piece lasts until the next is given out: the pages between the first and the
/// last counter are those of all pieces but the last.
fn used(fitted: &[Fitted]) -> Vec<Used<'_>> {
    let of_one = |one: &Fitted, next: &Fitted| {
        one.asset_id == next.asset_id && one.consumable_id == next.consumable_id
    };
    let groups = fitted.chunk_by(of_one).filter_map(|group| {
        let first = group.first()?;
        let counted: Vec<(i64, i64)> = group
            .iter()
            .filter(|one| one.quantity > 0)
            .filter_map(|one| Some((one.counter?, one.quantity)))
            .collect();
        let pages = match counted.as_slice() {
            [(begun, _), .., (ended, _)] if ended > begun => {
                let pieces: i64 = counted[..counted.len() - 1].iter().map(|(_, many)| many).sum();
                Some((ended - begun) / pieces.max(1))
            }
            _ => None,
        };
        let quantity = group.iter().map(|one| one.quantity).sum();
        Some(Used { asset_id: first.asset_id, name: &first.name, measure: &first.measure, quantity, pages })
    });
    groups.filter(|one| one.quantity > 0).collect()
}

async fn by_device(ctx: &Ctx, since: Day, until: Day) -> Result<Markup> {
    let fitted = store::fitted(ctx.db(), since, until).await?;
    let all = used(&fitted);
    let refs: Vec<Ref> = all.iter().map(|one| Ref::new("asset", one.asset_id)).collect();
    let devices = titles(ctx, &refs).await?;
    let mut rows: Vec<(&str, Vec<Markup>)> = all
        .iter()
        .map(|one| {
            let device = devices.get(&one.asset_id).map_or("", String::as_str);
            let pages = one.pages.map_or_else(|| "–".into(), tr::grouped);
            let cells = vec![
                html! { @if device.is_empty() { "–" } @else { a href={ "/varliklar/" (one.asset_id) } { (device) } } },
                html! { (one.name) },
                html! { (quantity(one.quantity, one.measure)) },
                html! { (pages) },
            ];
            (device, cells)
        })
        .collect();
    rows.sort_by(|one, other| tr::compare(one.0, other.0));
    let rows: Vec<Vec<Markup>> = rows.into_iter().map(|(_, cells)| cells).collect();
    let heads = ui::heads(&["Cihaz", "Malzeme", "Kullanılan", "Birinin bastığı sayfa"]);
    Ok(html! {
        @if rows.is_empty() { p { "Bu sürede hiçbir cihaz için malzeme verilmemiş." } }
        @else {
            (ui::table("Cihazların kullanımı", &heads, &rows))
            p.muted { "Sayfa, çıkışlarda yazılı sayaçların farkından bulunur; en az iki çıkışta sayaç gerekir." }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_lasts_until_the_next() {
        let one = |asset: u128, counter, quantity| Fitted {
            asset_id: Uuid::from_u128(asset),
            consumable_id: Uuid::from_u128(9),
            name: "Toner".into(),
            measure: "piece".into(),
            counter,
            quantity,
        };
        let fitted = [
            one(1, Some(1_000), 1),
            one(1, None, 1),
            one(1, Some(5_000), 2),
            one(1, Some(11_000), 1),
            one(2, Some(400), 1),
            one(3, None, 1),
            one(3, None, -1),
        ];
        let found: Vec<(i64, Option<i64>)> =
            used(&fitted).iter().map(|one| (one.quantity, one.pages)).collect();
        // 10,000 pages with three pieces; one reading says nothing; what came back was not used.
        assert_eq!(found, [(5, Some(3_333)), (1, None)]);
    }
}
