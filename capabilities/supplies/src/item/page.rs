//! A card's page beyond its facts, and the list of what to order.

use kernel::record::{Kind, Record};
use kernel::{Boxed, Result, tr};
use maud::{Markup, html};
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
