//! While somebody types the number in the movable register: codes of the movables' list that begin so or are called so. The list is
//! another capability's; without it nothing is shown.

use kernel::record;
use maud::html;
use web::{Ctx, Form, Outcome};

pub(crate) const PATH: &str = "/varliklar/tasinir-kodu";

const SHOWN: u32 = 8;
const LEAST_LETTERS: usize = 2;
const MOST_LETTERS: usize = 60;

/// `POST /varliklar/tasinir-kodu`: a piece of page, empty when no code fits.
pub(crate) async fn show(ctx: Ctx, form: Form) -> Outcome {
    let typed: String = form.get("registry_code").trim().chars().take(MOST_LETTERS).collect();
    let kind = ctx.registry().kind("movable_code").filter(|_| typed.chars().count() >= LEAST_LETTERS);
    let found = match kind {
        Some(kind) => record::search(ctx.db(), &[&kind], ctx.actor(), &typed, SHOWN).await?,
        None => Vec::new(),
    };
    ctx.fragment(html! {
        @if !found.is_empty() {
            p { strong { "Taşınır kodları:" } }
            ul { @for one in &found { li { (one.title) } } }
        }
    })
}
