//! While somebody writes what is wrong: how it was solved before, and whether it is being worked on already.

use kernel::Result;
use kernel::record::{self, Kind, ListQuery, Record};
use maud::{Markup, html};
use web::{Ctx, Form, Outcome};

use crate::{how_to, ticket};

pub(crate) const PATH: &str = "/destek/benzer";

/// Each kind names at most so many.
const SHOWN: u32 = 3;
/// Candidates that are asked for before it is known what the person may see.
const CANDIDATES: u32 = 30;
/// Texts longer than this are not read further.
const MOST_LETTERS: usize = 600;

/// A piece of page, empty when nothing is alike.
pub(crate) async fn show(ctx: Ctx, form: Form) -> Outcome {
    let text: String = form.get("description").chars().take(MOST_LETTERS).collect();
    let guides = alike(&ctx, &how_to::kind(), &text, |one| one.get("state").text() == "published").await?;
    let tickets = alike(&ctx, &ticket::kind(), &text, |one| one.get("is_open").bool()).await?;
    let piece = html! {
        (links("Bunlar işinize yarayabilir", &how_to::kind(), &guides))
        (links("Bu iş zaten bildirilmiş olabilir", &ticket::kind(), &tickets))
    };
    ctx.fragment(piece)
}

async fn alike(ctx: &Ctx, kind: &Kind, text: &str, fits: fn(&Record) -> bool) -> Result<Vec<Record>> {
    let ids = record::similar(ctx.db(), kind, text, CANDIDATES).await?;
    if ids.is_empty() || !ctx.actor().may(kind.view) {
        return Ok(Vec::new());
    }
    let query = ListQuery { only: ids.clone(), size: CANDIDATES, ..ListQuery::first(kind) };
    let mut seen = record::list(ctx.db(), kind, &query, ctx.actor(), kind.view).await?.records;
    seen.retain(fits);
    seen.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    seen.truncate(SHOWN as usize);
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
