//! The letter on its page: as it will be read, what its form still lacks, whose turn it is; and as PDF.

use std::collections::BTreeMap;

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, ErrorKind, Result, tr};
use maud::{Markup, html};
use printing::{Document, Letter};
use routing::Turn;
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::compose::{self, Around, Look};
use super::{bundle, citing, esign, kind, lint, scan, sending, store, verbs};
use crate::secrecy;

pub(super) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let turns = routing::of(ctx.db(), &one.reference(kind)).await?;
        let letter = read(ctx, one, &turns, look(ctx, one).await?).await?;
        let mut sections = vec![drawn(&letter, &citing::links(ctx, one).await?)];
        if ["draft", "returned"].contains(&one.get("state").text()) {
            let found = lint::look(&verbs::written(ctx.db(), one, &ctx.act.now().day().to_string()).await?);
            sections.insert(0, html! { section aria-label="Biçim denetimi" { (lint::said(&found)) } });
        }
        if let Some(steps) = scan::steps(one) {
            sections.insert(0, steps);
        }
        if !turns.is_empty() {
            sections.push(route(&turns));
        }
        sections.extend(scan::section(ctx, one).await?);
        sections.extend(sending::section(ctx, one).await?);
        sections.extend(changes(ctx, one).await?);
        let pdf = ui::Verb {
            label: "PDF".into(),
            href: format!("{}/pdf", kind.address(one.id)),
            ..ui::Verb::default()
        };
        // What it is the person's turn to do comes first: the last buttons wait behind others.
        let sign = esign::button(ctx, one, &turns).await?;
        let own = turn_button(ctx, &turns).await?.map(|own| ui::Verb { primary: sign.is_none(), ..own });
        let mut buttons: Vec<ui::Verb> = sign.into_iter().chain(own).chain([pdf]).collect();
        buttons.extend(bundle::button(one));
        buttons.extend(change_button(ctx, kind, one));
        let cards = esign::cards(ctx, one).await?;
        Ok(Extras { before_timeline: sections, verbs: buttons, cards })
    })
}

/// The turn that is this person's now, or that of somebody they stand in for.
pub(super) async fn own_turn<'a>(ctx: &Ctx, turns: &'a [Turn]) -> Result<Option<&'a Turn>> {
    let Some(own) = ctx.actor().staff_id else { return Ok(None) };
    let now: Vec<&Turn> = turns.iter().filter(|turn| routing::TURNS.contains(&turn.state.as_str())).collect();
    if now.is_empty() {
        return Ok(None);
    }
    if let Some(turn) = now.iter().find(|turn| turn.staff_id == own) {
        return Ok(Some(turn));
    }
    let absent = directory::store::principals_of(ctx.db(), own, ctx.act.now()).await?;
    Ok(now.into_iter().find(|turn| absent.iter().any(|one| one.id == turn.staff_id)))
}

/// To this person's step, where they initial, sign or send back.
async fn turn_button(ctx: &Ctx, turns: &[Turn]) -> Result<Option<ui::Verb>> {
    let Some(turn) = own_turn(ctx, turns).await? else { return Ok(None) };
    let steps = routing::step_kind();
    if let Err(error) = record::get_visible(ctx.db(), &steps, turn.id, ctx.actor()).await {
        return if error.kind == ErrorKind::NotFound { Ok(None) } else { Err(error) };
    }
    let label = if turn.role == "sign" { "imzala ya da iade et" } else { "parafla ya da iade et" };
    Ok(Some(ui::Verb {
        label: format!("Sıranız: {label}"),
        href: steps.address(turn.id),
        primary: true,
        ..ui::Verb::default()
    }))
}

/// By which decisions its degree of secrecy changed.
async fn changes(ctx: &Ctx, one: &Record) -> Result<Option<Markup>> {
    let all = secrecy::store::of_letter(ctx.db(), one.id).await?;
    Ok((!all.is_empty()).then(|| {
        html! {
            section aria-label="Gizlilik değişiklikleri" {
                h2 { "Gizlilik değişiklikleri" }
                ul { @for change in &all { li {
                    a href={ (secrecy::PATH) "/" (change.id) } { (change.title) } " · " (change.decision_number) " sayılı karar"
                } } }
            }
        }
    }))
}

fn change_button(ctx: &Ctx, kind: &Kind, one: &Record) -> Option<ui::Verb> {
    let may = ctx.actor().may_on(secrecy::CHANGE, one.unit_id(kind), one.owner_id(kind));
    let document = one.get("document_id").id().filter(|_| may && one.get("state").text() == "signed")?;
    Some(ui::Verb {
        label: "Gizliliğini değiştir".into(),
        href: format!("{}/yeni?document_id={document}", secrecy::PATH),
        ..ui::Verb::default()
    })
}

/// As it went round, with what came to it since; while it is being written, as it is now.
pub(super) async fn read(ctx: &Ctx, one: &Record, turns: &[Turn], look: Look) -> Result<Letter> {
    let settings = ctx.app.settings().await?;
    let around = Around { settings: &settings, turns, base: &ctx.app.public_url, look };
    let now = compose::letter(ctx.db(), one, &around).await?;
    Ok(match store::sheet(ctx.db(), one.id).await? {
        Some(frozen) => Letter {
            number: now.number,
            date: now.date,
            initials: now.initials,
            mark: now.mark,
            verification: now.verification,
            ..frozen
        },
        None => now,
    })
}

/// The letter as HTML; its references lead to their entries, by the letters they are counted off with.
fn drawn(letter: &Letter, entries: &BTreeMap<String, String>) -> Markup {
    let lines = |values: &[String]| html! { @for line in values { (line) br; } };
    html! {
        section.letter-sheet aria-label="Yazı" {
            @if !letter.mark.is_empty() { p.letter-mark { (letter.mark) } }
            @if !letter.secrecy.is_empty() { p.letter-centre { strong { (letter.secrecy) } } }
            p.letter-centre { strong { (lines(&letter.heading)) } }
            dl.letter-facts {
                dt { "Sayı" } dd { (letter.number) }
                dt { "Konu" } dd { (letter.subject) }
                @if !letter.date.is_empty() { dt { "Tarih" } dd { (letter.date) } }
                @if !letter.urgency.is_empty() { dt { "İvedilik" } dd { strong { (letter.urgency) } } }
            }
            @if !letter.addressee.is_empty() { p.letter-centre { strong { (lines(&letter.addressee)) } } }
            @if !letter.references.is_empty() {
                dl.letter-facts {
                    @for (place, (of, text)) in letter.references.iter().enumerate() {
                        dt { @if place == 0 { "İlgi: " } @if !of.is_empty() { (of) ")" } }
                        dd { @match entries.get(of) { Some(href) => a href=(href) { (text) }, None => (text) } }
                    }
                }
            }
            @for paragraph in &letter.body { p.letter-paragraph { (paragraph) } }
            div.letter-hands {
                @for hand in &letter.signatures { p { (lines(hand)) } }
            }
            @if !letter.consent.is_empty() { p.letter-centre { strong { "OLUR" } br; (lines(&letter.consent)) } }
            @if !letter.annexes.is_empty() { p { "Ek:" br; (lines(&letter.annexes)) } }
            @if !letter.to_action.is_empty() || !letter.to_information.is_empty() {
                p {
                    "Dağıtım:" br;
                    // Without the other list the first stands right under the heading.
                    @if !letter.to_action.is_empty() && !letter.to_information.is_empty() { "Gereği:" br; }
                    (lines(&letter.to_action))
                    @if !letter.to_information.is_empty() { "Bilgi:" br; (lines(&letter.to_information)) }
                }
            }
            @if !letter.initials.is_empty() { p.small { (lines(&letter.initials)) } }
            @if let Some(one) = &letter.verification {
                p.small { (one.sentence) br; "Doğrulama kodu: " a href=(one.link) { (one.code) } }
            }
            @if !letter.contact.is_empty() { p.small { (lines(&letter.contact)) } }
        }
    }
}

fn route(turns: &[Turn]) -> Markup {
    html! {
        section aria-label="Paraf ve imza" {
            h2 { "Paraf ve imza" }
            ol { @for turn in turns { li {
                (turn.staff_name) ", " @if turn.role == "sign" { "imza" } @else { "paraf" } ": "
                @match turn.state.as_str() {
                    "done" => { "yapıldı" },
                    "returned" => { "iade edildi" },
                    "ended" => { "gerek kalmadı" },
                    "waiting" => { "sırası gelmedi" },
                    _ => { strong { "bekleniyor" } },
                }
                @if let Some(at) = turn.done_at { " · " (tr::instant(at.0)) }
                @if let Some(other) = &turn.done_by_name { " · vekâleten " (other) }
                @if !turn.note.is_empty() { " · " (turn.note) }
            } } }
        }
    }
}

/// To be read.
async fn look(ctx: &Ctx, one: &Record) -> Result<Look> {
    Ok(Look::Read { is_trial: store::is_trial(ctx.db(), one.id).await? })
}

/// The letter's document for the typesetter, to be read.
pub(super) async fn paper(ctx: &Ctx, one: &Record) -> Result<Document> {
    typeset(ctx, one, look(ctx, one).await?).await
}

pub(super) async fn typeset(ctx: &Ctx, one: &Record, look: Look) -> Result<Document> {
    let turns = routing::of(ctx.db(), &one.reference(&kind())).await?;
    let letter = read(ctx, one, &turns, look).await?;
    Ok(Document {
        title: one.title(&kind()),
        head: ctx.letterhead().await?,
        letter: Some(letter),
        ..Document::default()
    })
}

/// `GET /yazilar/{id}/pdf`
pub(super) async fn print(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let one = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let bytes = ctx.pdf(paper(&ctx, &one).await?).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(one.reference(&kind), one.title(&kind), "letter_taken");
    tx.record(event.scope(one.unit_id(&kind), one.owner_id(&kind))).await?;
    tx.commit().await?;
    let number = one.get("number").text();
    let name = if number.is_empty() { format!("taslak-{}", id.simple()) } else { number.to_string() };
    Ok(web::download(&format!("{name}.pdf"), "application/pdf", bytes))
}
