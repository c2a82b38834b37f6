//! The tree of a document's referrals as its page and each referral's page show it.

use kernel::record::{Kind, Record};
use kernel::{Boxed, Day, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras};

use super::store::{self, Branch};
use super::{PURPOSES, STATES};
use crate::document;

/// Depth below which branches are no longer set in.
const MOST_DEPTH: usize = 8;

/// On a document's page.
pub(crate) fn tree<'a>(ctx: &'a Ctx, _kind: &'a Kind, document: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let all = store::of_document(ctx.db(), document.id).await?;
        let sections = if all.is_empty() { Vec::new() } else { vec![drawn(ctx, &all, None)] };
        Ok(Extras { before_timeline: sections, ..Extras::default() })
    })
}

/// On a referral's page: the document itself is one click away, and the others show who else has it.
pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, referral: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let Some(id) = referral.get("document_id").id() else { return Ok(Extras::default()) };
        let all = store::of_document(ctx.db(), id).await?;
        let open =
            ui::Verb {
                label: "Evrakı aç".into(), href: document::kind().address(id), ..ui::Verb::default()
            };
        Ok(Extras {
            before_timeline: vec![drawn(ctx, &all, Some(referral.id))],
            verbs: vec![open],
            ..Extras::default()
        })
    })
}

fn drawn(ctx: &Ctx, all: &[Branch], here: Option<Uuid>) -> Markup {
    let today = ctx.act.now().day().to_string();
    html! {
        section aria-label="Havaleler" {
            h2 { "Havaleler" }
            div.tree { (branches(all, None, here, &today, 0)) }
        }
    }
}

fn branches(all: &[Branch], parent: Option<Uuid>, here: Option<Uuid>, today: &str, depth: usize) -> Markup {
    let of: Vec<&Branch> = all.iter().filter(|one| one.parent_id == parent).collect();
    html! {
        @if !of.is_empty() && depth < MOST_DEPTH {
            ul {
                @for one in of {
                    li aria-current=[(here == Some(one.id)).then_some("true")] {
                        div.leaf { (line(one, today)) }
                        (branches(all, Some(one.id), here, today, depth + 1))
                    }
                }
            }
        }
    }
}

fn line(one: &Branch, today: &str) -> Markup {
    let label = |choices: &[kernel::record::Choice], code: &str| {
        choices.iter().find(|choice| choice.code == code).map_or("", |choice| choice.label_tr)
    };
    let state = STATES.iter().find(|choice| choice.code == one.state);
    let is_late = one.state == "open" && one.due_on.as_str() < today;
    let who = match &one.staff_name {
        Some(name) => format!("{name} ({})", one.unit_name),
        None => one.unit_name.clone(),
    };
    html! {
        a href=(super::kind().address(one.id)) { (who) }
        " · " (label(&PURPOSES, &one.purpose)) " · "
        @if let Some(state) = state { (ui::state_badge(web::tone(state.tone), state.label_tr)) }
        @if one.state == "open" && one.purpose == "action" {
            " son gün " (day(&one.due_on))
            @if is_late { " " (ui::state_badge(web::tone(kernel::record::Tone::Late), "süresi geçti")) }
        }
        @if let Some(from) = &one.from_name { p.small { (from) " havale etti, " (tr::instant(one.created_at.0)) } }
        @if !one.note.is_empty() { p { "Talimat: " (one.note) } }
        @if !one.outcome.is_empty() { p { "Sonuç: " (one.outcome) } }
    }
}

fn day(iso: &str) -> String {
    iso.parse::<Day>().map_or_else(|_| iso.to_string(), |day| tr::date(day.0))
}
