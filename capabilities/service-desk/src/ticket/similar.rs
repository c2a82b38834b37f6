//! While somebody writes what is wrong: how it was solved before, and whether it is being worked on already.

use kernel::Result;
use kernel::record::{self, FieldValue, FilterValue, Kind, ListQuery, MAX_PAGE, Record};
use maud::{Markup, html};
use web::{Ctx, Form, Outcome};

use crate::{how_to, ticket};

pub(crate) const PATH: &str = "/destek/benzer";

/// Each kind names at most so many.
const SHOWN: u32 = 3;
/// Texts longer than this are not read further.
const MOST_LETTERS: usize = 600;

/// A piece of page, empty when nothing is alike.
pub(crate) async fn show(ctx: Ctx, form: Form) -> Outcome {
    let text: String = form.get("description").chars().take(MOST_LETTERS).collect();
    let guides = alike(&ctx, &how_to::kind(), &text, ("state", text_is("published"))).await?;
    let is_open = FilterValue::Is(FieldValue::Bool(true));
    let tickets = alike(&ctx, &ticket::kind(), &text, ("is_open", is_open)).await?;
    let piece = html! {
        (links("Bunlar işinize yarayabilir", &how_to::kind(), &guides))
        (links("Bu iş zaten bildirilmiş olabilir", &ticket::kind(), &tickets))
    };
    ctx.fragment(piece)
}

fn text_is(value: &str) -> FilterValue {
    FilterValue::Is(FieldValue::Text(value.into()))
}

/// The newest that fit and that the person may see are looked at: what is reported twice is reported within days.
async fn alike(ctx: &Ctx, kind: &Kind, text: &str, fits: (&'static str, FilterValue)) -> Result<Vec<Record>> {
    let query = ListQuery { filters: vec![fits], size: MAX_PAGE, ..ListQuery::first(kind) };
    let ids = record::similar(ctx.db(), kind, text, &query, ctx.actor(), SHOWN).await?;
    let mut seen = record::get_many(ctx.db(), kind, &ids).await?;
    seen.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    Ok(seen)
}

fn links(title: &str, kind: &Kind, records: &[Record]) -> Markup {
    html! {
        @if !records.is_empty() {
            p { strong { (title) ":" } }
            ul { @for one in records { li { a href=(kind.address(one.id)) target="_blank" { (one.title(kind)) } } } }
        }
    }
}
