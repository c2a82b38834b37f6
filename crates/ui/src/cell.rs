//! One value in a table row, an identity bar or a card. Knows nothing of the table around it.

use maud::{Markup, html};

use crate::base::Tone;
use crate::pieces::{due_badge, state_badge, time_text};

/// A value ready to be shown. Texts are already in Turkish form (`1.842`, `3 gün gecikti`, `dün 16:20`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// Aligned to the end, tabular numerals.
    Number(String),
    State {
        tone: Tone,
        label: String,
    },
    Due {
        text: String,
        late: bool,
    },
    /// The subject of a row; `sub` is the quiet second line.
    Link {
        href: String,
        label: String,
        sub: Option<String>,
    },
    Person {
        name: String,
    },
    /// A moment: `text` is read, `iso` (RFC 3339) is for machines only.
    Time {
        text: String,
        iso: String,
    },
    Muted(String),
    /// Nothing is known: stays blank, because a dash is read aloud.
    #[default]
    Empty,
}

impl Cell {
    /// The class of the table cell around the value.
    pub(crate) fn class(&self) -> &'static str {
        match self {
            Self::Text(_) => "c-text",
            Self::Number(_) => "c-num",
            Self::State { .. } => "c-state",
            Self::Due { .. } => "c-due",
            Self::Link { .. } => "c-subject",
            Self::Person { .. } => "c-person",
            Self::Time { .. } => "c-time",
            Self::Muted(_) => "c-muted",
            Self::Empty => "c-empty",
        }
    }

    /// The value without its decoration, for the row header and for print.
    pub fn plain(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Muted(text) => text,
            Self::State { label, .. } | Self::Link { label, .. } => label,
            Self::Due { text, .. } | Self::Time { text, .. } => text,
            Self::Person { name } => name,
            Self::Empty => "",
        }
    }

    /// The value on paper: no link, but the quiet second line and the shape of a state stay.
    pub fn printed(&self) -> Markup {
        match self {
            Self::Link { label, sub, .. } => html! {
                (label)
                @if let Some(sub) = sub { small { (sub) } }
            },
            other => other.render(),
        }
    }

    pub(crate) fn render(&self) -> Markup {
        match self {
            Self::Text(text) | Self::Number(text) => html! { (text) },
            Self::State { tone, label } => state_badge(*tone, label),
            Self::Due { text, late } => due_badge(text, *late),
            Self::Link { href, label, sub } => html! {
                a href=(href) { (label) }
                @if let Some(sub) = sub { small { (sub) } }
            },
            Self::Person { name } => html! { span.person { (name) } },
            Self::Time { text, iso } => time_text(text, None, iso),
            Self::Muted(text) => html! { span.muted { (text) } },
            Self::Empty => html! {},
        }
    }
}
