//! What refers to a record, on its page: the newest of each kind that declares it, all of them, and the way to a new one.

use kernel::record::{self, Field, FieldKind, FieldValue, FilterValue, Kind, ListQuery, Record};
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
    records: Vec<Record>,
    all: Option<String>,
    new: Option<String>,
}

/// The card, and the button that leads to the first thing that may be made: of a device, a report about it. As many
/// questions as fields declare it, however many records there are.
pub(super) async fn of(
    ctx: &Ctx,
    kind: &Kind,
    record: &Record,
) -> Result<(Option<ui::Card>, Option<ui::Verb>)> {
    let mut links = Vec::new();
    for other in ctx.registry().kinds() {
        if !Allow::on(other, other.view).opens_for(ctx.actor()) {
            continue;
        }
        let refers = |field: &&Field| field.is_backlink && is_reference_to(&field.kind, kind.id);
        let fields: Vec<&Field> = other.fields.iter().filter(refers).collect();
        for field in &fields {
            let role = match fields.len() {
                1 => String::new(),
                _ => format!(" ({})", tr::lower(field.label_tr)),
            };
            links.push(read(ctx, other, field, record, role).await?);
        }
    }
    links.retain(|link| link.new.is_some() || !link.records.is_empty());
    if links.is_empty() {
        return Ok((None, None));
    }
    let first = links
        .iter()
        .filter(|link| link.kind.id != kind.id)
        .find_map(|link| Some((link.kind, link.new.as_ref()?)));
    let verb =
        first.map(|(of, href)| ui::Verb { label: new_of(of), href: href.clone(), ..ui::Verb::default() });
    let body = html! { @for link in &links { (part(link)) } };
    Ok((Some(ui::Card { title: "İlgili kayıtlar".into(), edit_href: None, body }), verb))
}

async fn read<'a>(
    ctx: &Ctx,
    other: &'a Kind,
    field: &Field,
    record: &Record,
    role: String,
) -> Result<Backlink<'a>> {
    let query = ListQuery {
        filters: vec![(field.name, FilterValue::Is(FieldValue::Id(record.id)))],
        size: SHOWN,
        ..ListQuery::first(other)
    };
    let page = record::list(ctx.db(), other, &query, ctx.actor(), other.view).await?;
    let question = format!("{}={}", field.name, record.id);
    // What the form would refuse is not offered: no work because of a decision that is not there yet.
    let is_choosable = field.among.is_empty() || field.among.contains(&record.get("state").text());
    let is_asked = may_create(ctx, other) && field.is_asked(ctx.actor(), true) && is_choosable;
    Ok(Backlink {
        kind: other,
        role,
        all: page.has_next.then(|| format!("{}?{question}", other.path)),
        new: is_asked.then(|| format!("{}/yeni?{question}", other.path)),
        records: page.records,
    })
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
                        a href=(link.kind.address(record.id)) { (record.title(link.kind)) }
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

fn state(kind: &Kind, record: &Record) -> Option<(ui::Tone, &'static str)> {
    let choices = kind.field("state")?.choices();
    let choice = choices.iter().find(|choice| choice.code == record.get("state").text())?;
    Some((crate::shell::tone(choice.tone), choice.label_tr))
}
