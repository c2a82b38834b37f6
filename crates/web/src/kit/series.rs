//! Records entered one after the other: what the next has in common with the last, which one is next; and what a new one is
//! begun of.

use std::collections::BTreeMap;

use axum::response::Response;
use kernel::Result;
use kernel::record::{self, Direction, FieldValue, FilterValue, Kind, ListQuery, Record, Series};
use maud::{Markup, html};
use uuid::Uuid;

use super::{FormBeside, kind_of, may_create};
use crate::answer::{Outcome, redirect, see_other};
use crate::ctx::Ctx;
use crate::routes::Allow;

/// Where the first of those that wait is opened, or the one after the one in `sonra`.
pub(super) const PATH: &str = "sirayla";

/// Whether the form of a new record offers to go on with another.
pub(super) fn of_new(kind: &Kind) -> Option<Series> {
    kind.series.filter(|series| series.verb.is_none())
}

/// The row of the state table that the form of this record offers, and whose next it opens.
pub(super) fn verb_of<'a>(ctx: &Ctx, kind: &'a Kind, record: &Record) -> Option<&'a record::Verb> {
    let verb = kind.verb(kind.series?.verb?)?;
    let may = ctx.actor().may_on(verb.permission, record.unit_id(kind), record.owner_id(kind));
    (may && verb.from.contains(&record.get("state").text())).then_some(verb)
}

/// To an empty form with what stays the same; the number that was given is said, because it goes onto the paper.
pub(super) fn again(
    kind: &Kind,
    series: &Series,
    typed: &BTreeMap<String, String>,
    made: &Record,
) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in series.kept {
        if let Some(value) = typed.get(*name).filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    let to = format!("{}/yeni?{}", kind.path, query.finish());
    let number = made.number(kind);
    let said = if number.is_empty() { "Kaydedildi".to_string() } else { format!("{number} kaydedildi") };
    redirect(&to, &format!("{said}: {}.", made.title(kind)))
}

/// `GET path/sirayla`
pub(super) async fn show(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let after = match ctx.param("sonra").parse::<Uuid>() {
        Ok(id) => Some(record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?),
        Err(_) => None,
    };
    match next(&ctx, &kind, after.as_ref()).await? {
        Some(next) => Ok(see_other(&form_of(&kind, &next))),
        None => Ok(redirect(kind.path, "Bekleyen kalmadı.")),
    }
}

/// To the form of the next that waits, else to the list.
pub(super) async fn go_on(ctx: &Ctx, kind: &Kind, done: &Record, said: &str) -> Outcome {
    Ok(match next(ctx, kind, Some(done)).await? {
        Some(next) => redirect(&form_of(kind, &next), said),
        None => redirect(kind.path, &format!("{said} Bekleyen kalmadı.")),
    })
}

fn form_of(kind: &Kind, record: &Record) -> String {
    format!("{}/duzenle", kind.address(record.id))
}

/// The oldest that waits after this one; where there is none after it, the oldest of all.
async fn next(ctx: &Ctx, kind: &Kind, after: Option<&Record>) -> Result<Option<Record>> {
    let verb = kind.series.and_then(|series| kind.verb(series.verb?));
    let Some(state) = verb.and_then(|verb| verb.from.first()) else { return Ok(None) };
    let mut query = ListQuery {
        filters: vec![("state", FilterValue::Is(FieldValue::Text((*state).into())))],
        direction: Direction::Ascending,
        size: record::PAGE_SIZES[0],
        ..ListQuery::first(kind)
    };
    let first = query.clone();
    if let Some(after) = after {
        query = super::bulk::next(kind, query, after);
    }
    let is_other = |one: &Record| after.is_none_or(|after| after.id != one.id);
    let page = record::list(ctx.db(), kind, &query, ctx.actor(), kind.view).await?;
    if let Some(found) = page.records.into_iter().find(|one| is_other(one)) {
        return Ok(Some(found));
    }
    let page = record::list(ctx.db(), kind, &first, ctx.actor(), kind.view).await?;
    Ok(page.records.into_iter().find(|one| is_other(one)))
}

/// What stands beside the form of one of those that wait: the paper that it is typed off.
pub(super) async fn beside(
    ctx: &Ctx,
    kind: &Kind,
    record: &Record,
    beside: Option<FormBeside>,
) -> Result<Option<Markup>> {
    match beside.filter(|_| verb_of(ctx, kind, record).is_some()) {
        Some(beside) => Ok(Some(beside(ctx, record).await?)),
        None => Ok(None),
    }
}

/// Leads past one that has to wait.
pub(super) fn skip(kind: &Kind, record: &Record) -> Markup {
    html! { p { a href=(format!("{}/{PATH}?sonra={}", kind.path, record.id)) { "Bunu atla, sıradakini aç" } } }
}

/// Of what a new record begins: the answers of the record that the address names, under the names that both kinds have.
pub(super) async fn begun(ctx: &Ctx, kind: &Kind, typed: &mut BTreeMap<String, String>) -> Result<()> {
    for (from, _) in kind.begun_from {
        let Ok(id) = ctx.param(from).parse::<Uuid>() else { continue };
        let Some(from) = ctx.registry().kind(from) else { continue };
        let record = record::get_visible(ctx.db(), &from, id, ctx.actor()).await?;
        for field in kind.fields.iter().filter(|field| field.is_asked(ctx.actor(), true)) {
            let Some(known) = from.field(field.name) else { continue };
            let value = record.get(field.name).typed(known);
            if !value.is_empty() {
                typed.entry(field.name.into()).or_insert(value);
            }
        }
    }
    Ok(())
}

/// What there is to begin with, above the form of a new record.
pub(super) async fn choice(ctx: &Ctx, kind: &Kind) -> Result<Option<Markup>> {
    let mut all = Vec::new();
    for (from, state) in kind.begun_from {
        let Some(from) = ctx.registry().kind(from) else { continue };
        if !Allow::on(&from, from.view).opens_for(ctx.actor()) {
            continue;
        }
        let query = ListQuery {
            filters: vec![("state", FilterValue::Is(FieldValue::Text((*state).into())))],
            size: record::MAX_PAGE,
            ..ListQuery::first(&from)
        };
        let page = record::list(ctx.db(), &from, &query, ctx.actor(), from.view).await?;
        if !page.records.is_empty() {
            all.push(offered(ctx, kind, &from, &page));
        }
    }
    Ok((!all.is_empty()).then(|| html! { @for one in &all { (one) } }))
}

fn offered(ctx: &Ctx, kind: &Kind, from: &Kind, page: &record::Page) -> Markup {
    let chosen = ctx.param(from.id);
    let id = format!("basla-{}", from.id.replace('_', "-"));
    html! {
        form.begin method="get" action=(format!("{}/yeni", kind.path)) {
            label.field-label for=(id) { "Şablondan başla" }
            span.with-button {
                select #(id) name=(from.id) {
                    @for one in &page.records {
                        option value=(one.id) selected[one.id.to_string() == chosen] { (one.title(from)) }
                    }
                }
                button.btn type="submit" { "Getir" }
                @if page.has_next { a href=(from.path) { "Tümü" } }
            }
        }
    }
}

/// Buttons on a record's page that begin a new one of it.
pub(super) fn beginnings(ctx: &Ctx, kind: &Kind, record: &Record) -> Vec<ui::Verb> {
    let present = record.get("state").text();
    let is_begun = |other: &&Kind| {
        let mut from = other.begun_from.iter();
        from.any(|(known, state)| *known == kind.id && *state == present) && may_create(ctx, other)
    };
    let verb = |other: &Kind| ui::Verb {
        label: format!("Bundan yeni {}", other.name_tr),
        href: format!("{}/yeni?{}={}", other.path, kind.id, record.id),
        ..ui::Verb::default()
    };
    ctx.registry().kinds().filter(is_begun).map(verb).collect()
}
