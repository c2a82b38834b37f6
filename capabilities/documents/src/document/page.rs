//! The page of an entry beyond its facts: who has it (the tree of its referrals) and to whom its paper was carried.

use kernel::record::{self, Kind, Record};
use kernel::{Boxed, ErrorKind, Result, tr};
use maud::{Markup, html};
use web::{Ctx, Extras};

use super::{labels, store as documents};
use crate::delivery::{self, store};
use crate::{letter, pdf_signing, referral};

pub(super) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, document: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let mut extras = referral::tree(ctx, kind, document).await?;
        let report = documents::signature_report(ctx.db(), document.id).await?;
        if !report.is_empty() {
            extras.before_timeline.push(html! {
                details { summary { "e-İmza denetim raporu" } p.lines { (report) } }
            });
        }
        extras.cards.extend(pdf_signing::card(ctx, document).await?);
        if let Some(section) = carried(ctx, document).await? {
            extras.before_timeline.push(section);
        }
        if let Some(section) = letter_of(ctx, document).await? {
            extras.before_timeline.insert(0, section);
        }
        extras.verbs.extend(letter::answering::button(ctx, document).await?);
        if ctx.actor().may(delivery::CARRY) && document.get("state").text() != "cancelled" {
            let number = document.number(kind);
            extras.verbs.push(ui::Verb {
                label: "Elden teslim et".into(),
                href: format!("{}/yeni?document_numbers={number}", delivery::PATH),
                ..ui::Verb::default()
            });
        }
        extras.verbs.push(ui::Verb {
            label: "Etiketini yazdır".into(),
            href: format!("{}?kayit={}", labels::PATH, document.id),
            ..ui::Verb::default()
        });
        Ok(extras)
    })
}

/// The letter that this is the entry of, for whoever may see it.
async fn letter_of(ctx: &Ctx, document: &Record) -> Result<Option<Markup>> {
    let Some(found) = letter::store::of_document(ctx.db(), document.id).await? else { return Ok(None) };
    let kind = letter::kind();
    let letter = match record::get_visible(ctx.db(), &kind, found.id, ctx.actor()).await {
        Ok(letter) => letter,
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(html! {
        section aria-label="Yazı" {
            h2 { "Yazı" }
            p { a href=(kind.address(letter.id)) { (letter.title(&kind)) } " · " (letter.get("number").text()) }
        }
    }))
}

/// The deliveries this person may see; `None` where there is none.
async fn carried(ctx: &Ctx, document: &Record) -> Result<Option<Markup>> {
    let all = store::carrying(ctx.db(), document.id).await?;
    let is_seen = |one: &&store::Carrying| ctx.actor().may_on(delivery::VIEW, one.unit_id, one.staff_id);
    let rows: Vec<Vec<Markup>> = all.iter().filter(is_seen).map(row).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let heads = ui::heads(&["Teslim no", "Kime", "Durum", "Teslim alan ya da dönüş nedeni", "Ne zaman"]);
    Ok(Some(html! {
        section aria-label="Elden teslim" {
            h2 { "Elden teslim" }
            (ui::table("Elden teslim", &heads, &rows))
        }
    }))
}

fn row(one: &store::Carrying) -> Vec<Markup> {
    let state = delivery::STATES.iter().find(|state| state.code == one.state);
    vec![
        html! { a href={ (delivery::PATH) "/" (one.id) } { (one.number) } },
        html! { (one.receiver) },
        html! { @if let Some(state) = state { (ui::state_badge(web::tone(state.tone), state.label_tr)) } },
        html! { (one.taken_by) },
        html! { @if let Some(at) = one.ended_at { (tr::instant(at.0)) } },
    ]
}
