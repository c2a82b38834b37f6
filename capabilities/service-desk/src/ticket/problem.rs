//! A problem behind several faults: what helps meanwhile stands on each of them, and its solution is theirs, too.

use kernel::event::Event;
use kernel::record::{self, Record, run_verb};
use kernel::{Boxed, Result, Tx};
use maud::html;
use web::Ctx;

use super::{kind, store};

/// The solution of a problem solves what hangs on it; whoever is not helped says so as always.
pub(crate) fn solved<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let kind = kind();
        let problem = record::get(tx, &kind, event.subject_id).await?;
        if problem.get("kind").text() != "problem" {
            return Ok(());
        }
        let solution = format!("{} çözüldü: {}", problem.number(&kind), problem.get("solution").text());
        let solution: String = solution.chars().take(2_000).collect();
        for id in store::hanging_on(tx, problem.id).await? {
            run_verb(tx, &kind, id, "coz", &solution).await?;
        }
        Ok(())
    })
}

/// What is known of the problem a ticket hangs on, for whoever reads the ticket.
pub(super) async fn card(ctx: &Ctx, ticket: &Record) -> Result<Option<ui::Card>> {
    let Some(parent) = ticket.get("parent_id").id() else { return Ok(None) };
    let Some(problem) = store::problem(ctx.db(), parent).await? else { return Ok(None) };
    let body = html! {
        p { strong { (problem.number) } " " (problem.title) }
        @if problem.workaround.is_empty() { p { "Nedeni aranıyor; geçici bir çözüm henüz yazılmadı." } }
        @else { p { "Şimdilik: " (problem.workaround) } }
    };
    Ok(Some(ui::Card { title: "Bağlı olduğu problem".into(), edit_href: None, body }))
}
