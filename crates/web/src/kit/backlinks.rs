//! What refers to a record, on its page: the newest of each kind that declares it, all of them, and the way to a new one.

use kernel::record::{self, Field, FieldKind, FieldValue, FilterValue, Kind, ListQuery, Record};
use kernel::{Result, tr};
use maud::{Markup, html};

use super::may_create;
use crate::ctx::Ctx;
use crate::routes::Allow;

/// Records of a kind that are named; the list has the others.
const SHOWN: u32 = 5;

/// A card for each kind that refers to this one, in the order of the menu. As many questions as kinds declare it, however
/// many records there are.
pub(super) async fn cards(ctx: &Ctx, kind: &Kind, record: &Record) -> Result<Vec<ui::Card>> {
    let mut cards = Vec::new();
    for other in ctx.registry().kinds() {
        if !Allow::on(other, other.view).opens_for(ctx.actor()) {
            continue;
        }
        let refers = |field: &&Field| field.is_backlink && is_reference_to(&field.kind, kind.id);
        let fields: Vec<&Field> = other.fields.iter().filter(refers).collect();
        for field in &fields {
            let title = match fields.len() {
                1 => other.plural_tr.to_string(),
                _ => format!("{}: {}", other.plural_tr, tr::lower(field.label_tr)),
            };
            cards.extend(card(ctx, other, field, record, title).await?);
        }
    }
    Ok(cards)
}

async fn card(
    ctx: &Ctx,
    other: &Kind,
    field: &Field,
    record: &Record,
    title: String,
) -> Result<Option<ui::Card>> {
    let query = ListQuery {
        filters: vec![(field.name, FilterValue::Is(FieldValue::Id(record.id)))],
        size: SHOWN,
        ..ListQuery::first(other)
    };
    let page = record::list(ctx.db(), other, &query, ctx.actor(), other.view).await?;
    let question = format!("{}={}", field.name, record.id);
    let is_asked = may_create(ctx, other) && field.is_asked(ctx.actor(), true);
    let new = is_asked.then(|| format!("{}/yeni?{question}", other.path));
    if page.records.is_empty() && new.is_none() {
        return Ok(None);
    }
    let all = page.has_next.then(|| format!("{}?{question}", other.path));
    Ok(Some(ui::Card { title, edit_href: None, body: body(other, &page.records, all, new) }))
}

fn is_reference_to(kind: &FieldKind, target: &str) -> bool {
    matches!(kind, FieldKind::Reference(known) if *known == target)
}

fn body(kind: &Kind, records: &[Record], all: Option<String>, new: Option<String>) -> Markup {
    html! {
        @if !records.is_empty() {
            ul.plain-list {
                @for record in records {
                    li {
                        a href=(kind.address(record.id)) { (record.title(kind)) }
                        @if let Some((tone, label)) = state(kind, record) { " " (ui::state_badge(tone, label)) }
                    }
                }
            }
        }
        @if let Some(all) = all { p { a href=(all) { "Tümü" } } }
        @if let Some(new) = new { p { a.btn href=(new) { "Yeni " (tr::lower(kind.name_tr)) } } }
    }
}

fn state(kind: &Kind, record: &Record) -> Option<(ui::Tone, &'static str)> {
    let choices = kind.field("state")?.choices();
    let choice = choices.iter().find(|choice| choice.code == record.get("state").text())?;
    Some((crate::shell::tone(choice.tone), choice.label_tr))
}
