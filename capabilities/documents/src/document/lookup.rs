//! While the register clerk types who wrote: names that are known already, and what they sent lately.

use kernel::Result;
use kernel::record::{self, FieldValue, FilterValue, ListQuery};
use maud::html;
use web::{Ctx, Form, Outcome};

use super::kind;
use crate::correspondent::{self, store};

pub(crate) const PATH: &str = "/evrak/benzer";

const SHOWN: u32 = 5;
const LEAST_LETTERS: usize = 3;

/// A piece of page, empty when nobody is called so.
pub(crate) async fn show(ctx: Ctx, form: Form) -> Outcome {
    let typed: String = form.get("correspondent").chars().take(240).collect();
    let known_as = correspondent::known_as(&typed);
    let names = if known_as.len() < LEAST_LETTERS {
        Vec::new()
    } else {
        store::beginning(ctx.db(), &known_as, SHOWN).await?
    };
    let lately = lately(&ctx, &known_as).await?;
    let kind = kind();
    let piece = html! {
        @if !names.is_empty() {
            p { strong { "Kayıtlı adlar: " } (names.join(" · ")) }
        }
        @if !lately.is_empty() {
            p { strong { "Son gelenler:" } }
            ul { @for one in &lately {
                li { a href=(kind.address(one.id)) target="_blank" {
                    (one.number(&kind)) ", " (one.get("their_number").text()) " — " (one.title(&kind))
                } }
            } }
        }
    };
    ctx.fragment(piece)
}

/// What exactly this writer sent lately, so that a second copy is noticed before it is entered.
async fn lately(ctx: &Ctx, known_as: &str) -> Result<Vec<record::Record>> {
    let Some(id) = store::known(ctx.db(), known_as).await? else { return Ok(Vec::new()) };
    let kind = kind();
    let query = ListQuery {
        filters: vec![("correspondent_id", FilterValue::Is(FieldValue::Id(id)))],
        size: SHOWN,
        ..ListQuery::first(&kind)
    };
    Ok(record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?.records)
}
