//! A rule's page: what it would have done with the last tickets, before anybody relies on it.

use std::collections::BTreeMap;

use kernel::record::{Kind, Record};
use kernel::{Boxed, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras};

use super::store::{self, Past, Rule};
use crate::ticket;

/// Tickets it is tried on.
const TRIED: u32 = 500;
/// Of those that fit, so many are named.
const NAMED: usize = 10;

pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, rule: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let this = Rule {
            id: rule.id,
            category: rule.get("category").text().into(),
            words: rule.get("words").text().into(),
            unit_id: rule.get("unit_id").id(),
            team_id: rule.get("team_id").id(),
            assignee_id: rule.get("assignee_id").id(),
        };
        let past = store::last(ctx.db(), TRIED).await?;
        let above = above(ctx, &past).await?;
        let before = earlier(ctx, rule).await?;
        let none = Vec::new();
        let fits = |rule: &Rule, one: &Past| {
            let units = above.get(&one.unit_id).unwrap_or(&none);
            rule.fits(&one.category, &[&one.title, &one.description], units)
        };
        let fitting: Vec<&Past> = past.iter().filter(|one| fits(&this, one)).collect();
        let (taken, free): (Vec<&Past>, Vec<&Past>) =
            fitting.iter().partition(|one| before.iter().any(|rule| fits(rule, one)));
        let differs = |one: &Past| {
            (this.team_id.is_some() && this.team_id != one.team_id)
                || (this.assignee_id.is_some() && this.assignee_id != one.assignee_id)
        };
        let changed = free.iter().filter(|one| differs(one)).count();
        let may_see =
            |one: &&&Past| ctx.actor().may_on(ticket::VIEW, Some(one.unit_id), Some(one.requester_id));
        let shown: Vec<&&Past> = free.iter().filter(may_see).take(NAMED).collect();
        let section = html! {
            h2 { "Son kayıtlarda denendi" }
            p {
                "Son " (tr::grouped(past.len() as i64)) " kayıttan " (tr::grouped(fitting.len() as i64)) " tanesine uyuyor; "
                (tr::grouped(taken.len() as i64)) " tanesini daha önceki bir kural alıyor. Kalan " (tr::grouped(free.len() as i64))
                " kayıttan " (changed) " tanesi başka ekibe ya da kişiye verilmişti."
            }
            @if !shown.is_empty() { (table(&shown, differs)) }
        };
        Ok(Extras { before_timeline: vec![section], ..Extras::default() })
    })
}

fn table(shown: &[&&Past], differs: impl Fn(&Past) -> bool) -> Markup {
    let row = |one: &&&Past| {
        vec![
            html! { a href={ "/destek/" (one.id) } { (one.number) } },
            html! { (one.title) },
            html! { @if differs(one) { "Başkasına verilmişti" } @else { "Aynısı olmuştu" } },
        ]
    };
    let rows: Vec<Vec<Markup>> = shown.iter().map(row).collect();
    ui::table("Kuralın uyduğu son kayıtlar", &ui::heads(&["Kayıt no", "Konusu", "O gün"]), &rows)
}

/// Rules that are tried before this one.
async fn earlier(ctx: &Ctx, rule: &Record) -> Result<Vec<Rule>> {
    let mut rules = store::active(ctx.db()).await?;
    // A stopped rule is shown as if it came last.
    if let Some(place) = rules.iter().position(|one| one.id == rule.id) {
        rules.truncate(place);
    }
    Ok(rules)
}

/// The units above each of the tickets' units, itself first.
async fn above(ctx: &Ctx, past: &[Past]) -> Result<BTreeMap<Uuid, Vec<Uuid>>> {
    let parents: BTreeMap<Uuid, Option<Uuid>> =
        directory::store::parents(ctx.db()).await?.into_iter().map(|one| (one.id, one.parent_id)).collect();
    let chain = |unit: Uuid| {
        let next = |unit: &Uuid| parents.get(unit).copied().flatten();
        std::iter::successors(Some(unit), next).take(50).collect::<Vec<_>>()
    };
    Ok(past.iter().map(|one| (one.unit_id, chain(one.unit_id))).collect())
}
