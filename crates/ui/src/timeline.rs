//! What happened to a record, in order: words people said, acts they did, fields that changed.

use maud::{Markup, html};

use crate::icons;

/// What one line is; acts are drawn heavier than changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimelineKind {
    /// A comment, a message, a phone call.
    Said,
    /// An official act: referral, signature, delivery. It can only be answered by a counter-act.
    Act,
    /// Fields were edited.
    #[default]
    Change,
}

/// A field before and after, in words; an empty `old` or `new` means blank.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub field: String,
    pub old: String,
    pub new: String,
}

/// One line of a timeline. It reads: **who** (acting_for *vekâleten*) verb_text · at_text · source.
#[derive(Clone, Debug, Default)]
pub struct TimelineItem {
    pub kind: TimelineKind,
    pub who: String,
    /// Whose powers were used, such as `Müdür Derya Aksu adına`.
    pub acting_for: Option<String>,
    /// Such as `talebi üstlendi`; may be empty for something said.
    pub verb_text: String,
    /// Such as `bugün 09:40`.
    pub at_text: String,
    /// The full moment on hover, such as `22 Kasım 2026 Pazar 09.40`.
    pub at_title: String,
    /// RFC 3339, for machines.
    pub at_iso: String,
    pub changes: Vec<Change>,
    pub body: Option<String>,
    /// Where it came from, such as `telefondan`, `toplu aktarım`.
    pub source: Option<String>,
    pub permalink: Option<String>,
    /// Whether the event is already in the sealed chain.
    pub sealed: bool,
}

pub fn timeline(items: &[TimelineItem]) -> Markup {
    html! {
        ol.timeline {
            @for item in items { (line(item)) }
        }
    }
}

fn line(item: &TimelineItem) -> Markup {
    let class = match item.kind {
        TimelineKind::Said => "is-said",
        TimelineKind::Act => "is-act",
        TimelineKind::Change => "is-change",
    };
    html! {
        li class=(class) {
            p.timeline-head {
                strong { (item.who) }
                @if let Some(acting_for) = &item.acting_for { ", " (acting_for) }
                @if !item.verb_text.is_empty() { " " (item.verb_text) }
                " "
                span.timeline-when {
                    (moment(item))
                    @if let Some(source) = &item.source { " · " (source) }
                    @if item.sealed { span.sealed title="Kayıt mühürlü" { (icons::seal()) span.visually-hidden { " mühürlü" } } }
                }
            }
            @if !item.changes.is_empty() {
                ul.changes { @for change in &item.changes { (change_line(change)) } }
            }
            @if let Some(body) = &item.body {
                div.timeline-body { @for part in body.split("\n\n") { p { (part) } } }
            }
        }
    }
}

fn moment(item: &TimelineItem) -> Markup {
    let title = (!item.at_title.is_empty()).then_some(item.at_title.as_str());
    html! {
        @match &item.permalink {
            Some(href) => a href=(href) { time datetime=(item.at_iso) title=[title] { (item.at_text) } },
            None => time datetime=(item.at_iso) title=[title] { (item.at_text) },
        }
    }
}

fn change_line(change: &Change) -> Markup {
    html! {
        li {
            (change.field) ": "
            @if change.old.is_empty() { span.muted { "boş" } } @else { del { (change.old) } }
            span aria-hidden="true" { " → " }
            span.visually-hidden { " yerine " }
            @if change.new.is_empty() { span.muted { "boş" } } @else { ins { (change.new) } }
        }
    }
}
