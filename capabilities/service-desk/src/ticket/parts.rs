//! What was used for a ticket: what the store gave out and what came out of other machines, on the ticket's page; and the way to the
//! form that gives something out for it. Whichever capability keeps the stores writes it down; without one nothing is offered.

use kernel::Result;
use kernel::record::{self, FieldValue, FilterValue, Kind, ListQuery, Record};
use maud::{Markup, html};
use web::Ctx;

use crate::part_move;

/// Rows of each sort; a repair has no more.
const MOST: u32 = 50;

/// A table of what was used, where the person may see it and there is some.
pub(super) async fn used(ctx: &Ctx, ticket: &Record) -> Result<Option<Markup>> {
    let mut rows = Vec::new();
    if let Some(kind) = ctx.registry().kind("stock_movement") {
        let moved = of(ctx, &kind, ticket).await?;
        rows.extend(
            moved.iter().filter(|one| one.get("state").text() != "reversed").map(|one| row(&kind, one)),
        );
    }
    let kind = part_move::kind();
    rows.extend(of(ctx, &kind, ticket).await?.iter().map(|one| row(&kind, one)));
    Ok((!rows.is_empty()).then(|| {
        html! {
            h2 { "Kullanılan parça ve malzeme" }
            (ui::table("Kullanılan parça ve malzeme", &ui::heads(&["Ne", "Gün"]), &rows))
        }
    }))
}

async fn of(ctx: &Ctx, kind: &Kind, ticket: &Record) -> Result<Vec<Record>> {
    // A store that knows nothing of tickets is none for this.
    if kind.field("ticket_id").is_none() || !ctx.actor().may(kind.view) {
        return Ok(Vec::new());
    }
    let is_of_it = FilterValue::Is(FieldValue::Id(ticket.id));
    let query = ListQuery { filters: vec![("ticket_id", is_of_it)], size: MOST, ..ListQuery::first(kind) };
    Ok(record::list(ctx.db(), kind, &query, ctx.actor(), kind.view).await?.records)
}

fn row(kind: &Kind, one: &Record) -> Vec<Markup> {
    let day = one.get("moved_on").text().parse::<kernel::Day>();
    let day = day.map(|day| kernel::tr::date(day.0)).unwrap_or_default();
    vec![html! { a href=(kind.address(one.id)) { (one.title(kind)) } }, html! { (day) }]
}

/// The form of an issue, with ticket, receiver and device filled in.
pub(super) fn way(ctx: &Ctx, ticket: &Record) -> Option<ui::Verb> {
    let kind = ctx.registry().kind("stock_movement")?;
    let may_write = kind.create.is_some_and(|code| ctx.actor().may(code));
    if !may_write || !ticket.get("is_open").bool() || kind.field("ticket_id").is_none() {
        return None;
    }
    let mut href = format!("{}/yeni?kind=issue&ticket_id={}", kind.path, ticket.id);
    for (asked, column) in [("staff_id", "requester_id"), ("asset_id", "asset_id")] {
        if let Some(id) = ticket.get(column).id() {
            href.push_str(&format!("&{asked}={id}"));
        }
    }
    Some(ui::Verb { label: "Parça kullan".into(), href, ..ui::Verb::default() })
}
