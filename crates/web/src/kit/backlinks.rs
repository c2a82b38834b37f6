//! What refers to a record, on its page: what people tied to it, the newest of each kind that declares it, all of them, and the way
//! to a new one.

use kernel::record::{self, Field, FieldKind, Kind, Mention, Record};
use kernel::{Result, tr};
use maud::{Markup, html};

use super::may_create;
use crate::ctx::Ctx;
use crate::routes::Allow;

/// Records of a kind that are named; the list has the others.
const SHOWN: u32 = 5;

/// What one field of one kind says of the record.
struct Backlink<'a> {
    kind: &'a Kind,
    /// Which of several fields it is; empty for the only one.
    role: String,
    records: Vec<Mention>,
    all: Option<String>,
    new: Option<String>,
}

/// The card, and the button that leads to the first thing that may be made: of a device, a report about it.
pub(super) async fn of(
    ctx: &Ctx,
    kind: &Kind,
    record: &Record,
) -> Result<(Option<ui::Card>, Option<ui::Verb>)> {
    let mut asks = Vec::new();
    for other in ctx.registry().kinds() {
        if !Allow::on(other, other.view).opens_for(ctx.actor()) {
            continue;
        }
        let refers = |field: &&Field| field.is_backlink && is_reference_to(&field.kind, kind.id);
        asks.extend(other.fields.iter().filter(refers).map(|field| (other, field)));
    }
    let found = record::referring(ctx.db(), &asks, ctx.actor(), record.id, SHOWN).await?;
    let mut links: Vec<_> = asks
        .iter()
        .zip(found)
        .map(|((other, field), found)| link(ctx, (other, field), record, found))
        .collect();
    for (place, (other, field)) in asks.iter().enumerate() {
        if asks.iter().filter(|(one, _)| one.id == other.id).count() > 1 {
            links[place].role = format!(" ({})", tr::lower(field.label_tr));
        }
    }
    links.retain(|link| link.new.is_some() || !link.records.is_empty());
    let tied = super::links::part(ctx, kind, record).await?;
    if links.is_empty() && tied.is_none() {
        return Ok((None, None));
    }
    let first = links
        .iter()
        .filter(|link| link.kind.id != kind.id)
        .find_map(|link| Some((link.kind, link.new.as_ref()?)));
    let verb =
        first.map(|(of, href)| ui::Verb { label: new_of(of), href: href.clone(), ..ui::Verb::default() });
    let body = html! {
        @if let Some(tied) = &tied { (tied) }
        @for link in &links { (part(link)) }
    };
    Ok((Some(ui::Card { title: "İlgili kayıtlar".into(), edit_href: None, body }), verb))
}

fn link<'a>(
    ctx: &Ctx,
    (other, field): (&'a Kind, &Field),
    record: &Record,
    mut found: Vec<Mention>,
) -> Backlink<'a> {
    let question = format!("{}={}", field.name, record.id);
    // What the form would refuse is not offered: no work because of a decision that is not there yet.
    let is_choosable = field.among.is_empty() || field.among.contains(&record.get("state").text());
    let is_asked = may_create(ctx, other) && field.is_asked(ctx.actor(), true) && is_choosable;
    // Where nobody filters by it, the record's own pages name the rest.
    let has_more = found.len() > SHOWN as usize && field.is_filter;
    found.truncate(SHOWN as usize);
    Backlink {
        kind: other,
        role: String::new(),
        all: has_more.then(|| format!("{}?{question}", other.path)),
        new: is_asked.then(|| format!("{}/yeni?{question}", other.path)),
        records: found,
    }
}

fn is_reference_to(kind: &FieldKind, target: &str) -> bool {
    matches!(kind, FieldKind::Reference(known) if *known == target)
}

fn new_of(kind: &Kind) -> String {
    format!("Yeni {}", tr::lower(kind.name_tr))
}

fn part(link: &Backlink) -> Markup {
    html! {
        @if link.records.is_empty() {
            @if let Some(new) = &link.new { p { a href=(new) { (new_of(link.kind)) (link.role) } } }
        } @else {
            p { strong { (link.kind.plural_tr) (link.role) } }
            ul.plain-list {
                @for record in &link.records {
                    li {
                        a href=(link.kind.address(record.id)) { (record.title) }
                        @if let Some((tone, label)) = state(link.kind, record) { " " (ui::state_badge(tone, label)) }
                    }
                }
            }
            p {
                @if let Some(all) = &link.all { a href=(all) { "Tümü" } }
                @if link.all.is_some() && link.new.is_some() { " · " }
                @if let Some(new) = &link.new { a href=(new) { (new_of(link.kind)) } }
            }
        }
    }
}

fn state(kind: &Kind, record: &Mention) -> Option<(ui::Tone, &'static str)> {
    let choices = kind.field("state")?.choices();
    let choice = choices.iter().find(|choice| choice.code == record.state)?;
    Some((crate::shell::tone(choice.tone), choice.label_tr))
}
