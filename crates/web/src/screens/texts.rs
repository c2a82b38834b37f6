//! Full-text search: the page and its API. The index says which records and how many; what is shown of them is read from the
//! database under the rule of every list, so that nothing is shown that was taken away a moment ago.

use std::collections::HashMap;

use axum::Json;
use axum::response::IntoResponse;
use kernel::record::{self, Kind, ListQuery, Record};
use kernel::{Day, Result, Violation, tr};
use search::{Excerpt, Hit, Index, MOST_HITS, Order, Question, State, Wanted};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::shell::Frame;

/// Hits of a page.
const GIVEN: usize = 20;

/// What the address asks for.
struct Asked {
    typed: String,
    question: Question,
    page: usize,
    violations: Vec<Violation>,
}

/// A record that was found and may be shown.
struct Shown {
    kind: std::sync::Arc<Kind>,
    record: Record,
    excerpt: Excerpt,
}

struct Found {
    shown: Vec<Shown>,
    /// Kinds and how many of each.
    counts: Vec<(&'static str, usize)>,
    total: usize,
    state: State,
}

/// The kinds whose texts are searched and this person may see.
pub(super) fn kinds(ctx: &Ctx) -> Vec<&Kind> {
    let all = ctx.registry().kinds().filter(|kind| kind.texts.is_some());
    all.filter(|kind| ctx.actor().may(kind.view)).collect()
}

/// Where these words are looked for in texts; `None` where there is no index, or nothing in it for this person.
pub(crate) fn address(ctx: &Ctx, kind: Option<&str>, typed: &str) -> Option<String> {
    if ctx.app.services.get::<Index>().is_err() || kinds(ctx).is_empty() {
        return None;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("tur", kind.unwrap_or_default()), ("q", typed)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    let path = ui::names::TEXT_SEARCH;
    Some(if query.is_empty() { path.into() } else { format!("{path}?{query}") })
}

fn asked(ctx: &Ctx) -> Asked {
    let typed: String = tr::clean_line(ctx.param("q")).text.chars().take(search::MOST_LETTERS).collect();
    let mut violations = Vec::new();
    let mut day = |name: &str| {
        let value = ctx.param(name).trim();
        let day = value.parse::<Day>().ok().or_else(|| tr::parse_date(value).ok().map(Day));
        if day.is_none() && !value.is_empty() {
            violations.push(Violation::new("ARA-004", name, "Tarihi 5.11.2026 biçiminde yazın."));
        }
        day
    };
    let (from, until) = (day("tarih_bas"), day("tarih_son"));
    let kind =
        kinds(ctx).into_iter().find(|kind| kind.id == ctx.param("tur")).map(|kind| kind.id.to_string());
    let page = ctx.param("sayfa").parse::<usize>().unwrap_or(1).clamp(1, MOST_HITS / GIVEN);
    let order = if ctx.param("sirala") == "yeni" { Order::Newest } else { Order::Best };
    let question = Question {
        wanted: Wanted::parse(&typed),
        kind,
        from,
        until,
        order,
        skipped: (page - 1) * GIVEN,
        given: GIVEN,
    };
    Asked { typed, question, page, violations }
}

async fn find(ctx: &Ctx, index: &Index, question: &Question) -> Result<Found> {
    let answer = index.ask(&ctx.app.registry, ctx.actor(), question).await?;
    let mut seen = seen(ctx, &answer.hits).await?;
    let mut texts: HashMap<Uuid, String> = HashMap::new();
    for kind in kinds(ctx) {
        let of_kind: Vec<Record> =
            seen.values().filter(|(one, _)| one.id == kind.id).map(|(_, record)| record.clone()).collect();
        if !of_kind.is_empty() {
            texts.extend(search::texts(ctx.db(), index.beside(), kind, &of_kind).await?);
        }
    }
    let mut shown = Vec::new();
    let mut gone = Vec::new();
    for hit in &answer.hits {
        match seen.remove(&hit.id) {
            Some((kind, record)) => {
                let text = texts.remove(&hit.id).unwrap_or_default();
                // The title stands above the excerpt already.
                let text = text.split_once('\n').map_or("", |(_, rest)| rest);
                let excerpt = search::excerpt(text, &question.wanted);
                shown.push(Shown { kind, record, excerpt });
            }
            None => gone.push((hit.kind, hit.id)),
        }
    }
    let total = answer.total(question.kind.as_deref()).saturating_sub(gone.len());
    index.doubt(gone);
    Ok(Found { shown, counts: answer.counts, total, state: index.state() })
}

/// Those of the hits that a list would show this person now.
async fn seen(ctx: &Ctx, hits: &[Hit]) -> Result<HashMap<Uuid, (std::sync::Arc<Kind>, Record)>> {
    let mut seen = HashMap::new();
    for kind in kinds(ctx) {
        let only: Vec<Uuid> = hits.iter().filter(|hit| hit.kind == kind.id).map(|hit| hit.id).collect();
        let Some(kind) = ctx.registry().kind(kind.id).filter(|_| !only.is_empty()) else { continue };
        let query = ListQuery { only, size: record::MAX_PAGE, ..ListQuery::first(&kind) };
        let page = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
        seen.extend(page.records.into_iter().map(|record| (record.id, (kind.clone(), record))));
    }
    Ok(seen)
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let asked = asked(&ctx);
    let mut view = ui::TextSearchView {
        path: ui::names::TEXT_SEARCH.into(),
        query: asked.typed.clone(),
        filters: filters(&ctx, &asked),
        ..ui::TextSearchView::default()
    };
    if asked.question.kind.is_some() {
        view.keep.push(("tur".into(), ctx.param("tur").into()));
    }
    let frame = Frame::new("Metinlerde ara").crumb("Ara", ui::names::SEARCH);
    let Ok(index) = ctx.app.services.get::<Index>() else {
        view.empty = "Bu sunucuda metin araması kurulu değil.".into();
        return ctx.page(frame, ui::text_search_page(&view)).await;
    };
    if asked.question.wanted.is_empty() || !asked.violations.is_empty() {
        view.empty = match (asked.typed.is_empty(), asked.violations.is_empty()) {
            (_, false) => "Tarihi düzeltip yeniden arayın.".into(),
            (true, _) => about(&ctx),
            _ => "Aranacak en az bir söz yazın.".into(),
        };
        view.notes.extend(said_of(&index.state()));
        return ctx.page(frame, ui::text_search_page(&view)).await;
    }
    match find(&ctx, index, &asked.question).await {
        Ok(found) => fill(&ctx, &asked, found, &mut view),
        // The page stands, and the rest of the product with it.
        Err(error) if error.kind == kernel::ErrorKind::Unavailable => view.notes.push(error.message_tr),
        Err(error) => return Err(error.into()),
    }
    ctx.page(frame, ui::text_search_page(&view)).await
}

fn about(ctx: &Ctx) -> String {
    let names: Vec<String> = kinds(ctx).iter().map(|kind| tr::lower(kind.plural_tr)).collect();
    if names.is_empty() {
        return "Metni aranan kayıtları görme yetkiniz yok.".into();
    }
    format!(
        "Aranan yerler: {}. Sözlerin sırası, ekleri, büyük küçük harfi önemli değildir; yan yana geçen sözleri tırnak içinde \
         yazın.",
        names.join(", ")
    )
}

fn said_of(state: &State) -> Option<String> {
    match state {
        State::Ready => None,
        State::Building { done, of } => Some(format!(
            "Arama dizini kuruluyor ({} / {} kayıt); sonuçlar şimdilik eksik olabilir.",
            tr::grouped(*done as i64),
            tr::grouped(*of as i64)
        )),
        State::Failing(_) => Some(
            "Arama dizini şu anda yenilenemiyor; son değişiklikler sonuçlarda eksik olabilir. Sistem yöneticisine haber verin."
                .into(),
        ),
    }
}

fn fill(ctx: &Ctx, asked: &Asked, found: Found, view: &mut ui::TextSearchView) {
    view.notes.extend(said_of(&found.state));
    if asked.question.wanted.is_cut {
        view.notes.push(format!("Yalnız ilk {} söz arandı.", search::MOST_WORDS));
    }
    view.count_text = format!("{} sonuç", tr::grouped(found.total as i64));
    view.tabs = tabs(ctx, asked, &found);
    if found.shown.is_empty() {
        view.empty = if asked.page > 1 {
            "Bu sayfada sonuç kalmadı.".into()
        } else {
            "Bu sözlerin hepsi birden hiçbir metinde geçmiyor. Daha az söz yazın ya da tırnakları kaldırın."
                .into()
        };
    }
    let to = |page: usize| href(ctx, &[("sayfa", &page.to_string())]);
    let first = asked.question.skipped + 1;
    let last = asked.question.skipped + found.shown.len();
    let has_next = last < found.total.min(MOST_HITS) && !found.shown.is_empty();
    view.pager = ui::Pager {
        range_text: format!("{first}–{last} / {} sonuç", tr::grouped(found.total as i64)),
        prev_href: (asked.page > 1).then(|| to(asked.page - 1)),
        next_href: has_next.then(|| to(asked.page + 1)),
        sizes: Vec::new(),
    };
    view.hits = found.shown.iter().map(hit).collect();
}

fn hit(shown: &Shown) -> ui::TextHit {
    let (kind, record) = (&shown.kind, &shown.record);
    let mut facts = vec![name_of(kind)];
    let number = record.number(kind);
    if !number.is_empty() {
        facts.push(number);
    }
    facts.extend(day_of(kind, record).map(|day| tr::date(day.0)));
    ui::TextHit {
        href: kind.address(record.id),
        title: record.title(kind),
        facts,
        pieces: shown
            .excerpt
            .pieces
            .iter()
            .map(|piece| ui::TextPiece { text: piece.text.clone(), is_found: piece.is_found })
            .collect(),
        begins_inside: shown.excerpt.begins_inside,
        ends_inside: shown.excerpt.ends_inside,
    }
}

/// "Evrak" of "evrak".
fn name_of(kind: &Kind) -> String {
    let mut letters = kind.name_tr.chars();
    letters.next().map_or_else(String::new, |first| tr::upper(&first.to_string()) + letters.as_str())
}

fn day_of(kind: &Kind, record: &Record) -> Option<Day> {
    let value = record.get(kind.texts?.on);
    value.int().map(|at| kernel::Instant(at).day()).or_else(|| value.text().parse().ok())
}

/// This page's address with some parameters changed; the page starts over unless it is among them.
fn href(ctx: &Ctx, changes: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let changed = |name: &str| name == "sayfa" || changes.iter().any(|(known, _)| *known == name);
    for (name, value) in ctx.query.iter().filter(|(name, value)| !changed(name) && !value.is_empty()) {
        query.append_pair(name, value);
    }
    for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    format!("{}?{}", ui::names::TEXT_SEARCH, query.finish())
}

fn tabs(ctx: &Ctx, asked: &Asked, found: &Found) -> Vec<ui::Tab> {
    let all: usize = found.counts.iter().map(|(_, count)| count).sum();
    let tab = |label: String, id: &str, count: usize| ui::Tab {
        label,
        href: href(ctx, &[("tur", id)]),
        current: asked.question.kind.as_deref().unwrap_or_default() == id,
        count: Some(tr::grouped(count as i64)),
    };
    let mut tabs = vec![tab("Hepsi".into(), "", all)];
    for (id, count) in &found.counts {
        if let Some(kind) = ctx.registry().kind(id) {
            tabs.push(tab(kind.plural_tr.into(), id, *count));
        }
    }
    tabs
}

fn filters(ctx: &Ctx, asked: &Asked) -> Vec<ui::FilterView> {
    let is_newest = asked.question.order == Order::Newest;
    vec![
        ui::FilterView {
            name: "tarih".into(),
            label: "Tarih".into(),
            kind: ui::FilterKind::DateRange {
                from: ctx.param("tarih_bas").into(),
                to: ctx.param("tarih_son").into(),
            },
            value: String::new(),
            error: asked.violations.first().map(|one| one.text.clone()),
        },
        ui::FilterView {
            name: "sirala".into(),
            label: "Sıra".into(),
            kind: ui::FilterKind::Choice(vec![
                ui::Opt::new("", "en uygun", !is_newest),
                ui::Opt::new("yeni", "en yeni", is_newest),
            ]),
            value: String::new(),
            error: None,
        },
    ]
}

/// `{"items": […], "total": n, "counts": {kind: n}, "state": "ready", "next": page or null}`.
pub(super) async fn api_list(ctx: Ctx) -> Outcome {
    let asked = asked(&ctx);
    if !asked.violations.is_empty() {
        return Err(kernel::Error::invalid(asked.violations).into());
    }
    let index = ctx.app.services.get::<Index>().map_err(|_| {
        kernel::Error::new(kernel::ErrorKind::Unavailable, "Bu sunucuda metin araması kurulu değil.")
    })?;
    let found = find(&ctx, index, &asked.question).await?;
    let last = asked.question.skipped + found.shown.len();
    let has_next = last < found.total.min(MOST_HITS) && !found.shown.is_empty();
    let counts: serde_json::Map<String, Value> =
        found.counts.iter().map(|(kind, count)| (kind.to_string(), json!(count))).collect();
    Ok(Json(json!({
        "items": found.shown.iter().map(object).collect::<Vec<_>>(),
        "total": found.total,
        "counts": counts,
        "state": match found.state {
            State::Ready => "ready",
            State::Building { .. } => "building",
            State::Failing(_) => "failing",
        },
        "next": has_next.then_some(asked.page + 1),
    }))
    .into_response())
}

fn object(shown: &Shown) -> Value {
    let (kind, record) = (&shown.kind, &shown.record);
    let pieces = &shown.excerpt.pieces;
    json!({
        "kind": kind.id,
        "id": record.id,
        "number": record.number(kind),
        "title": record.title(kind),
        "on": day_of(kind, record).map(|day| day.to_string()),
        "excerpt": pieces.iter().map(|one| json!({ "text": one.text, "is_found": one.is_found })).collect::<Vec<_>>(),
    })
}
