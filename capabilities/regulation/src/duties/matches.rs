//! The screen where a person says which duty a clause states: one clause at a time with the keyboard, or all
//! proposals above a score at once. Every decision is an event of the duty.

use std::collections::HashSet;

use kernel::{Error, NewEvent, Ref, Tx, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::store::{self, Clause, Undecided};
use super::sync::{id_of, restate};
use super::{ASSIGN, title_of};
use crate::catalogue::{Catalogue, DutyId};
use crate::matching::LIKELY_SCORE;

const PATH: &str = "/gorevler/eslestirme";
/// Clauses on one page.
const PAGE: u32 = 20;
/// Proposals confirmed by one bulk decision at most.
const MOST_AT_ONCE: u32 = 2_000;
/// Longest way into the queue that an address may ask for.
const MOST_SKIPPED: u32 = 20_000;

/// What a refused decision had chosen.
struct Typed<'a> {
    item: &'a str,
    form: &'a Form,
    error: &'static str,
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let content = content(&ctx, skipped(ctx.param("atla")), None).await?;
    ctx.page(frame(), content).await
}

fn frame() -> Frame {
    Frame::new("Görev eşleştirme").crumb("Görevler", "/gorevler")
}

fn skipped(typed: &str) -> u32 {
    typed.parse().unwrap_or(0).min(MOST_SKIPPED)
}

async fn content(ctx: &Ctx, skip: u32, typed: Option<Typed<'_>>) -> kernel::Result<Markup> {
    let waiting = store::count_undecided(ctx.db()).await?;
    let clauses = store::undecided(ctx.db(), skip, PAGE).await?;
    let ids: Vec<Uuid> = clauses.iter().map(|clause| clause.id).collect();
    let matches = store::matches_of(ctx.db(), &ids).await?;
    let items = clauses.iter().enumerate().map(|(place, clause)| {
        let own: Vec<&Clause> = matches.iter().filter(|one| one.node_id == clause.id).collect();
        let next = clauses.get(place + 1).map(|next| item_id(next.id));
        item(clause, &own, skip, next.as_deref(), typed.as_ref())
    });
    let view = ui::ReviewView {
        source_title: "Maddeler".into(),
        source: html! { @for clause in &clauses { p #(place_id(clause.id)) {
            strong { (clause.address_tr) }
            @if !clause.heading.is_empty() { " — " (clause.heading) }
            @if !clause.display.is_empty() { br; (clause.display) }
        } } },
        items_title: "Önerilen görevler".into(),
        items: items.collect(),
        action: PATH.into(),
        csrf: ctx.csrf.clone(),
    };
    let many = i64::from(skip) + i64::from(PAGE) < waiting;
    Ok(html! {
        div.top {
            h1 { "Görev eşleştirme" }
            @if ctx.actor().may_in_whole(ASSIGN) {
                div.top-end { a.btn href="/gorevler/atama" { "Yönetmeliğin söylediği birimleri ata" } }
            }
        }
        p.lead {
            "Yürürlükteki yönetmeliğin hangi maddesinin hangi görevi bildirdiğini siz karar verirsiniz; öneriler yalnız yol gösterir. "
            strong { (tr::grouped(waiting)) } " madde karar bekliyor."
        }
        @if let Some(typed) = &typed { (ui::notice(ui::FlashKind::Error, html! { p { (typed.error) } })) }
        @if waiting == 0 {
            (ui::empty_state("Karar bekleyen madde yok.", Some(&ui::Link::new("Denetim görünümü", "/denetim"))))
        } @else {
            (bulk_form(ctx))
            (ui::review(&view))
            p.row-of {
                @if skip > 0 { a.btn rel="prev" href={ (PATH) "?atla=" (skip.saturating_sub(PAGE)) } { "Önceki maddeler" } }
                @if many { a.btn rel="next" href={ (PATH) "?atla=" (skip + PAGE) } { "Sonraki maddeler" } }
            }
        }
    })
}

fn item_id(node: Uuid) -> String {
    format!("madde-{}", node.simple())
}

fn place_id(node: Uuid) -> String {
    format!("yer-{}", node.simple())
}

fn item(
    clause: &Undecided,
    matches: &[&Clause],
    skip: u32,
    next: Option<&str>,
    typed: Option<&Typed<'_>>,
) -> ui::ReviewItem {
    let id = item_id(clause.id);
    let sent = typed.filter(|typed| typed.item == id).map(|typed| typed.form);
    let is_likely = |one: &Clause| one.score_milli >= (LIKELY_SCORE * 1000.0) as i64;
    let is_ticked = |one: &Clause| match sent {
        Some(form) => form.all("gorev").any(|code| code == one.duty),
        None => is_likely(one),
    };
    let other = sent.map_or("", |form| form.get("baska"));
    let proposals: Vec<&&Clause> = matches.iter().filter(|one| one.state == "proposed").collect();
    let body = html! {
        input type="hidden" name="atla" value=(skip);
        @if let Some(next) = next { input type="hidden" name="sonraki" value=(next); }
        fieldset {
            legend.visually-hidden { "Önerilen görevler" }
            @for one in &proposals { p {
                label {
                    input type="checkbox" name="gorev" value=(one.duty) checked[is_ticked(one)]; " "
                    strong { (one.duty) } " " (title_of(&one.duty)) " "
                    small { "puan " (score(one.score_milli)) @if !one.words.is_empty() { " · " (one.words) } }
                }
            } }
        }
        p { label {
            "Başka bir görev "
            select name="baska" {
                option value="" { "Seçilmedi" }
                @for duty in Catalogue::built_in().duties() {
                    option value=(duty.id) selected[duty.id.as_str() == other] { (duty.id) " " (duty.title_tr) }
                }
            }
        } }
    };
    let choice = |value: &str, label: &str, key: &str, primary| ui::ReviewChoice {
        value: value.into(),
        label: label.into(),
        key: key.into(),
        primary,
    };
    ui::ReviewItem {
        id,
        source_id: place_id(clause.id),
        title: clause.address_tr.clone(),
        state: Some((ui::Tone::Waiting, "Karar bekliyor".into())),
        body,
        choices: vec![
            choice("teyit", "Seçilenleri teyit et", "t", true),
            choice("hicbiri", "Görev bildirmiyor", "h", false),
        ],
    }
}

/// "0,82".
fn score(milli: i64) -> String {
    format!("{},{:02}", milli / 1000, milli % 1000 / 10)
}

fn bulk_form(ctx: &Ctx) -> Markup {
    let usual = (LIKELY_SCORE * 100.0).round();
    html! {
        details.card {
            summary { "Puanı yüksek önerileri birlikte teyit et" }
            form method="post" action={ (PATH) "/toplu" } {
                input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                (ui::field(&ui::FieldView {
                    name: "esik".into(),
                    label: "En az puan (yüzde)".into(),
                    hint: "50 ile 100 arasında. Kaç önerinin teyit edileceği önce size sorulur.".into(),
                    kind: ui::Input::Number,
                    value: usual.to_string(),
                    width: ui::Width::Tiny,
                    ..ui::FieldView::default()
                }))
                button.btn type="submit" { "Devam" }
            }
        }
    }
}

/// One clause: the ticked duties are confirmed, the other proposals rejected.
pub(super) async fn decide(ctx: Ctx, form: Form) -> Outcome {
    let item = form.get(ui::names::ITEM);
    let node = item.strip_prefix("madde-").and_then(|id| id.parse().ok()).ok_or_else(Error::not_found)?;
    let clause = store::node(ctx.db(), node).await?.ok_or_else(Error::not_found)?;
    let skip = skipped(form.get("atla"));
    let is_none = form.get(ui::names::VERB) == "hicbiri";
    let mut chosen: Vec<&str> = Vec::new();
    if !is_none {
        chosen = form.all("gorev").chain([form.get("baska")]).filter(|code| !code.is_empty()).collect();
    }
    let known =
        |code: &&str| code.parse::<DutyId>().is_ok_and(|id| Catalogue::built_in().duty(&id).is_some());
    let error = match () {
        () if !chosen.iter().all(known) => Some("Seçtiğiniz görev katalogda yok; listeden seçin."),
        () if chosen.is_empty() && !is_none => {
            Some("En az bir görev seçin ya da “Görev bildirmiyor” düğmesine basın.")
        }
        () => None,
    };
    if let Some(error) = error {
        let content = content(&ctx, skip, Some(Typed { item, form: &form, error })).await?;
        return ctx.refused(frame(), content).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let rejected = write(&tx, &clause, &chosen).await?;
    restate(&tx, None).await?;
    let has_changed = !chosen.is_empty() || rejected > 0;
    if !has_changed {
        return Err(Error::conflict("Bu madde hakkında bu arada karar verilmiş. Sayfayı yenileyin.").into());
    }
    tx.commit().await?;
    let next = form.get("sonraki");
    let is_item = next.strip_prefix("madde-").is_some_and(|id| id.parse::<Uuid>().is_ok());
    let anchor = if is_item { format!("#{next}") } else { String::new() };
    let query = if skip > 0 { format!("?atla={skip}") } else { String::new() };
    Ok(redirect(&format!("{PATH}{query}{anchor}"), &format!("{}: kaydedildi.", clause.address_tr)))
}

/// Answers how many proposals were rejected.
pub(super) async fn write(tx: &Tx, clause: &Undecided, chosen: &[&str]) -> kernel::Result<usize> {
    let before = store::matches_of(tx, &[clause.id]).await?;
    let unique: HashSet<&str> = chosen.iter().copied().collect();
    for code in &unique {
        store::decide(tx, clause, code, "confirmed").await?;
        tell(tx, clause, code, "match_confirmed").await?;
    }
    let dropped = before.iter().filter(|one| one.state == "proposed" && !unique.contains(one.duty.as_str()));
    let mut rejected = 0;
    for one in dropped {
        store::decide(tx, clause, &one.duty, "rejected").await?;
        tell(tx, clause, &one.duty, "match_rejected").await?;
        rejected += 1;
    }
    Ok(rejected)
}

async fn tell(tx: &Tx, clause: &Undecided, duty: &str, verb: &'static str) -> kernel::Result<()> {
    let event = NewEvent::new(Ref::new("duty", id_of(duty)), title_of(duty), verb)
        .note(clause.address_tr.clone())
        .related(Ref::new("regulation", clause.regulation_id));
    tx.record(event).await?;
    Ok(())
}

/// All proposals above a score: counted and asked first, then confirmed.
pub(super) async fn decide_all(ctx: Ctx, form: Form) -> Outcome {
    let percent = form.get("esik").trim().trim_start_matches('%').parse::<i64>().unwrap_or(0);
    if !(50..=100).contains(&percent) {
        return Err(Error::rule("ESL-001", "esik", "Eşik 50 ile 100 arasında bir tam sayı olmalı.").into());
    }
    let count = store::count_likely(ctx.db(), percent * 10).await?;
    if count == 0 {
        return Ok(redirect(PATH, &format!("Puanı yüzde {percent} ve üzeri olan öneri yok.")));
    }
    if form.get("onayli") != "evet" {
        let view = ui::ConfirmView {
            title: format!("Puanı yüzde {percent} ve üzeri olan {} öneri teyit edilsin mi?", tr::grouped(count)),
            text: "Aynı maddelerin daha düşük puanlı önerileri öneri olarak kalır. Her teyit, adınızla kayda geçer.".into(),
            action: format!("{PATH}/toplu"),
            csrf: ctx.csrf.clone(),
            hidden: vec![("esik".into(), percent.to_string()), ("onayli".into(), "evet".into())],
            submit: "Teyit et".into(),
            cancel_href: PATH.into(),
            ..ui::ConfirmView::default()
        };
        let frame =
            Frame::new(view.title.clone()).crumb("Görevler", "/gorevler").crumb("Görev eşleştirme", PATH);
        return ctx.page(frame, ui::confirm_page(&view)).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let likely = store::likely(&tx, percent * 10, MOST_AT_ONCE).await?;
    for one in &likely {
        let clause = Undecided {
            id: one.node_id,
            regulation_id: one.regulation_id,
            address_tr: one.address_tr.clone(),
            heading: String::new(),
            display: String::new(),
        };
        store::decide(&tx, &clause, &one.duty, "confirmed").await?;
        tell(&tx, &clause, &one.duty, "match_confirmed").await?;
    }
    restate(&tx, None).await?;
    tx.commit().await?;
    Ok(redirect(PATH, &format!("{} öneri teyit edildi.", tr::grouped(likely.len() as i64))))
}
