//! What a duty's page says beyond its facts: the clauses that state it, who does it, the screens that serve it and
//! every piece of evidence, run at the moment the page is asked for.

use std::collections::HashSet;

use kernel::record::{Kind, Record};
use kernel::{Boxed, Error, Ref, Registry, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras};

use super::store::{self, Assignment, Clause};
use super::{ASSIGN, Proof, clause_anchor, holders, prove};
use crate::catalogue::{Catalogue, DutyId};

/// Assignments with their people shown on one page, and people named of one unit.
const MOST_SHOWN: usize = 20;
const PEOPLE_SHOWN: u32 = 10;

pub(super) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, record: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let code = record.get("code").text();
        let clauses = store::clauses_of(ctx.db(), code).await?;
        let people = shown(ctx, store::assignments(ctx.db(), Some(record.id)).await?).await?;
        let said: Vec<String> =
            holders::said(ctx.db(), &clauses).await?.iter().map(holders::Said::in_words).collect();
        let proofs = prove(ctx.db(), ctx.registry(), Some(code), ctx.act.now()).await;
        Ok(Extras {
            before_timeline: vec![
                html! { p.lead { (record.get("text").text()) } },
                sources(&clauses),
                responsible(ctx, record, &people, &said),
                screens(ctx, code),
                evidence(ctx, &proofs),
            ],
            ..Extras::default()
        })
    })
}

fn sources(clauses: &[Clause]) -> Markup {
    html! {
        h2 { "Dayanağı" }
        @if clauses.is_empty() {
            p { "Yürürlükteki yönetmelikte bu görevi bildirdiği düşünülen bir madde yok." }
        } @else {
            ul.plain-list { @for clause in clauses { li {
                a href={ "/yonetmelik/" (clause.regulation_id) "#" (clause_anchor(clause.node_id)) } { (clause.address_tr) } " "
                @if clause.state == "confirmed" { (ui::state_badge(ui::Tone::Done, "Teyitli")) }
                @else { (ui::state_badge(ui::Tone::Waiting, "Teyit bekliyor")) }
                @let said = if clause.display.is_empty() { &clause.heading } else { &clause.display };
                @if !said.is_empty() { p { (said) } }
                @if clause.state != "confirmed" && !clause.words.is_empty() {
                    small { "Öneriyi doğuran sözcükler: " (clause.words) }
                }
            } } }
        }
    }
}

/// Who does it as the page names them: the people of the unit where nobody was named.
struct Responsible {
    one: Assignment,
    people: Vec<(Uuid, String)>,
    /// More people than are named.
    more: u32,
    /// What of it this person may open.
    open: HashSet<Ref>,
}

impl Responsible {
    /// A link is an offer: who may not open the record reads the name only.
    fn link(&self, registry: &Registry, kind: &str, id: Uuid, name: &str) -> Markup {
        let target = registry.kind(kind).filter(|_| self.open.contains(&Ref::new(kind, id)));
        html! {
            @if let Some(target) = target { a href=(target.address(id)) { (name) } } @else { (name) }
        }
    }
}

async fn shown(ctx: &Ctx, all: Vec<Assignment>) -> Result<Vec<Responsible>> {
    let mut shown = Vec::with_capacity(all.len());
    for one in all.into_iter().take(MOST_SHOWN) {
        let named = one.staff_id.is_some();
        let (people, more) = match named {
            true => (Vec::new(), 0),
            false => directory::store::people_of(ctx.db(), one.unit_id, one.title_id, PEOPLE_SHOWN).await?,
        };
        let ids = [("unit", Some(one.unit_id)), ("title", one.title_id), ("staff", one.staff_id)];
        let own = ids.into_iter().filter_map(|(kind, id)| Some(Ref::new(kind, id?)));
        let refs: Vec<Ref> = own.chain(people.iter().map(|(id, _)| Ref::new("staff", *id))).collect();
        let open = kernel::record::openable(ctx.db(), ctx.registry(), ctx.actor(), &refs).await?;
        shown.push(Responsible { one, people, more, open });
    }
    Ok(shown)
}

fn in_links(ctx: &Ctx, shown: &Responsible) -> Markup {
    let (registry, one) = (ctx.registry(), &shown.one);
    let unit = one.unit.as_deref().unwrap_or("(birim kaydı yok)");
    html! {
        (shown.link(registry, "unit", one.unit_id, unit))
        @if let (Some(id), Some(name)) = (one.title_id, &one.title) { " · " (shown.link(registry, "title", id, name)) }
        @if let (Some(id), Some(name)) = (one.staff_id, &one.staff) { " · " (shown.link(registry, "staff", id, name)) }
        @if one.staff_id.is_none() {
            @if shown.people.is_empty() { " · burada görevde kimse yok" } @else { " · çalışanlar: " }
            @for (place, (id, name)) in shown.people.iter().enumerate() {
                @if place > 0 { ", " } (shown.link(registry, "staff", *id, name))
            }
            @if shown.more > 0 { " ve " (shown.more) " kişi daha" }
        }
    }
}

fn responsible(ctx: &Ctx, record: &Record, people: &[Responsible], said: &[String]) -> Markup {
    let may_assign = ctx.actor().may_in_whole(ASSIGN);
    html! {
        h2 { "Kim yapıyor" }
        @if !said.is_empty() { p { "Yönetmeliğe göre: " (said.join("; ")) "." } }
        @if people.is_empty() {
            p { "Bu görevin birimi, unvanı ya da kişisi belirlenmemiş." }
        } @else {
            ul.plain-list { @for shown in people { @let one = &shown.one; li {
                @if may_assign {
                    form method="post" action={ "/gorevler/" (record.id) "/kimde/" (one.id) "/kaldir" } {
                        input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                        button.btn.is-quiet type="submit" { "Kaldır" span.visually-hidden { ": " (one.in_words()) } }
                    }
                }
                (in_links(ctx, shown))
                @if !one.note.is_empty() { small { (one.note) } }
            } } }
        }
    }
}

/// Paths of the catalogue for this duty, and names of the capabilities that say they serve it.
fn serving(registry: &Registry, code: &str) -> (Vec<String>, Vec<&'static str>) {
    let duty = code.parse::<DutyId>().ok().and_then(|id| Catalogue::built_in().duty(&id));
    let paths = duty.map(|duty| duty.screens.clone()).unwrap_or_default();
    let named = registry.capabilities().iter().filter(|one| one.duties.contains(&code));
    (paths, named.map(|one| one.name_tr).collect())
}

/// Whether anything in this binary serves the duty.
pub(crate) fn is_served(registry: &Registry, code: &str) -> bool {
    let (paths, capabilities) = serving(registry, code);
    !paths.is_empty() || !capabilities.is_empty()
}

/// A screen's name, as the menu or the list of its kind says it; else its path.
pub(crate) fn screen_name(registry: &Registry, path: &str) -> String {
    let entry = registry.capabilities().iter().flat_map(|one| &one.menu).find(|entry| entry.path == path);
    let kind = || registry.kinds().find(|kind| kind.path == path).map(|kind| kind.plural_tr);
    entry.map(|entry| entry.label_tr).or_else(kind).unwrap_or(path).to_string()
}

/// Names of everything that serves the duty, for paper.
pub(crate) fn screen_names(registry: &Registry, code: &str) -> Vec<String> {
    let (paths, capabilities) = serving(registry, code);
    if paths.is_empty() {
        return capabilities.into_iter().map(str::to_string).collect();
    }
    let names: Vec<String> = paths.iter().map(|path| screen_name(registry, path)).collect();
    // A page without a menu entry is reached from one that has it; an address alone tells an inspector nothing.
    let said: Vec<String> = names.iter().filter(|name| !name.starts_with('/')).cloned().collect();
    if said.is_empty() { names } else { said }
}

fn screens(ctx: &Ctx, code: &str) -> Markup {
    let (paths, capabilities) = serving(ctx.registry(), code);
    html! {
        h2 { "Hangi ekranlarla yapılıyor" }
        @if paths.is_empty() && capabilities.is_empty() {
            p { "Bu görevi yürüten bir ekran henüz yok; iş Belde dışında yapılıyor." }
        }
        @if !paths.is_empty() {
            // A page without a menu entry is reached from one that has it; its address tells a reader nothing.
            ul { @for path in paths.iter().filter(|path| !screen_name(ctx.registry(), path).starts_with('/')) {
                li { a href=(path) { (screen_name(ctx.registry(), path)) } }
            } }
        } @else if !capabilities.is_empty() {
            p { (capabilities.join(", ")) }
        }
    }
}

fn evidence(ctx: &Ctx, proofs: &[Proof]) -> Markup {
    let now = ctx.act.now();
    let mut heads = ui::heads(&["Kanıt", "Durum", "Sayı", "Sonuncusu", "Ne diyor"]);
    heads[2].numeric = true;
    let rows: Vec<_> = proofs
        .iter()
        .map(|proof| {
            vec![
                html! { a href=(proof.path) { (proof.label_tr) } },
                ui::state_badge(proof.state.tone(), proof.state.label_tr()),
                html! { (tr::grouped(proof.count)) },
                html! { @if let Some(at) = proof.last_at {
                    (ui::time_text(&tr::past(at.0, now.0), Some(&tr::instant(at.0)), &at.iso()))
                } },
                html! { (proof.sentence_tr) },
            ]
        })
        .collect();
    html! {
        h2 { "Kanıtı" }
        @if proofs.is_empty() {
            p { "Bu göreve kanıt üreten bir ekran henüz yok." }
        } @else {
            (ui::table("Kanıtlar", &heads, &rows))
        }
    }
}

/// The record of a duty's address, for screens of this part.
pub(super) async fn duty_of(ctx: &Ctx, id: uuid::Uuid) -> Result<(std::sync::Arc<Kind>, Record)> {
    let kind = ctx.registry().kind("duty").ok_or_else(|| Error::internal("no kind duty"))?;
    let record = kernel::record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    Ok((kind, record))
}
