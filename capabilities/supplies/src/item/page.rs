//! A card's page beyond its facts.

use kernel::record::{Kind, Record};
use kernel::{Boxed, Result, tr};
use maud::{Markup, html};
use web::{Ctx, Extras};

use super::{MEASURES, store};

pub(crate) fn measure(code: &str) -> &'static str {
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
