//! A card's page beyond its facts, the list of what to order, and what the units used.

use std::collections::BTreeMap;

use kernel::record::{Kind, Record, names};
use kernel::{Boxed, Day, Ref, Result, tr};
use maud::{Markup, html};
use time::Duration;
use uuid::Uuid;
use web::{Ctx, Extras, Frame, Outcome};

use super::{MEASURES, store};

fn measure(code: &str) -> &'static str {
    MEASURES.iter().find(|one| one.code == code).map_or("", |one| one.label_tr)
}

/// "12 adet"
pub(crate) fn quantity(count: i64, code: &str) -> String {
    format!("{} {}", tr::grouped(count), measure(code))
}

pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, card: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let rooms = store::by_room(ctx.db(), card.id).await?;
        if rooms.is_empty() {
            return Ok(Extras::default());
        }
        let of = card.get("measure").text();
        let rows: Vec<Vec<Markup>> = rooms
            .iter()
            .map(|one| vec![html! { (one.name) }, html! { (quantity(one.quantity, of)) }])
            .collect();
        let table = html! {
            h2 { "Ambarlara göre" }
            (ui::table("Ambarlara göre", &ui::heads(&["Ambar", "Eldeki"]), &rows))
        };
        Ok(Extras { before_timeline: vec![table], ..Extras::default() })
    })
}

pub(crate) async fn order(ctx: Ctx) -> Outcome {
    let all = store::to_order(ctx.db()).await?;
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|one| {
            let order = (one.wanted.max(one.minimum) - one.on_hand).max(0);
            vec![
                html! { a href={ "/malzemeler/" (one.id) } { (one.name) } },
                html! { (quantity(one.on_hand, &one.measure)) },
                html! { (quantity(one.minimum, &one.measure)) },
                html! { strong { (quantity(order, &one.measure)) } },
            ]
        })
        .collect();
    let content = html! {
        div.top { h1 { "Sipariş önerisi" } }
        p.lead { "En azın altına inen malzemeler ve olması gerekene tamamlayan sayılar." }
        @if rows.is_empty() { p { "Sipariş edilecek malzeme yok." } }
        @else { (ui::table("Sipariş önerisi", &ui::heads(&["Malzeme", "Eldeki", "En az", "Sipariş"]), &rows)) }
    };
    ctx.page(Frame::new("Sipariş önerisi").crumb("Sarf malzemesi", "/malzemeler"), content).await
}

pub(crate) async fn usage(ctx: Ctx) -> Outcome {
    let today = ctx.act.now().day();
    let since = ctx.param("baslangic").parse().unwrap_or(Day(today.0 - Duration::days(365)));
    let all = store::used(ctx.db(), since).await?;
    let refs: Vec<Ref> = all.iter().map(|one| Ref::new("unit", one.unit_id)).collect();
    let units: BTreeMap<Uuid, String> =
        names(ctx.db(), &refs).await?.into_iter().map(|named| (named.id, named.title)).collect();
    let mut rows: Vec<(&str, Vec<Markup>)> = all
        .iter()
        .map(|one| {
            let unit = units.get(&one.unit_id).map_or("", String::as_str);
            let cells = vec![
                html! { (unit) },
                html! { (one.name) },
                html! { (quantity(one.quantity, &one.measure)) },
            ];
            (unit, cells)
        })
        .collect();
    rows.sort_by(|one, other| tr::compare(one.0, other.0));
    let rows: Vec<Vec<Markup>> = rows.into_iter().map(|(_, cells)| cells).collect();
    let content = html! {
        div.top { h1 { "Birimlerin kullanımı" } }
        p.lead { (tr::date(since.0)) " gününden bugüne, iadeler düşülerek." }
        @if rows.is_empty() { p { "Bu sürede hiçbir birime malzeme verilmemiş." } }
        @else { (ui::table("Birimlerin kullanımı", &ui::heads(&["Birim", "Malzeme", "Kullanılan"]), &rows)) }
    };
    ctx.page(Frame::new("Birimlerin kullanımı").crumb("Sarf malzemesi", "/malzemeler"), content).await
}
