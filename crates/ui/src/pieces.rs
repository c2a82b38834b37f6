//! Small components used everywhere: badges, notices, tabs, steps, empty states, summary lists.

use maud::{Markup, html};

use crate::base::{FlashKind, Link, Tone};
use crate::list::Tab;

/// A state: word, shape and colour together.
pub fn state_badge(tone: Tone, label: &str) -> Markup {
    html! { span class=(tone.class()) { (label) } }
}

/// A time limit in words, such as `3 gün gecikti` or `yarın 12:00`.
pub fn due_badge(text: &str, late: bool) -> Markup {
    html! { span class=(if late { "due is-late" } else { "due" }) { (text) } }
}

/// A moment: `text` for people, `title` on hover, `iso` (RFC 3339) for machines.
pub fn time_text(text: &str, title: Option<&str>, iso: &str) -> Markup {
    html! { time datetime=(iso) title=[title] { (text) } }
}

/// A message above the content. An error is announced at once, the others politely.
pub fn notice(kind: FlashKind, body: Markup) -> Markup {
    let role = if kind == FlashKind::Error { "alert" } else { "status" };
    html! {
        div class=(kind.class()) role=(role) {
            strong.notice-word { (kind.word()) }
            div.notice-body { (body) }
        }
    }
}

/// Links to the parts or views of one thing; the current one is marked. Scrolls sideways on phones.
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        @if !tabs.is_empty() {
            nav.tabs aria-label=(label) {
                @for tab in tabs {
                    a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                        (tab.label)
                        @if let Some(count) = &tab.count { " " span.n { (count) } }
                    }
                }
            }
        }
    }
}

/// Says why there is nothing and offers the next step.
pub fn empty_state(text: &str, action: Option<&Link>) -> Markup {
    html! {
        div.empty {
            p { (text) }
            @if let Some(action) = action { p { a.btn href=(action.href) { (action.label) } } }
        }
    }
}

/// Answers of a form or a record, each with its own change link.
pub fn summary_list(rows: &[(String, Markup, Option<Link>)]) -> Markup {
    html! {
        dl.summary {
            @for (label, value, change) in rows {
                div {
                    dt { (label) }
                    dd { (value) }
                    @if let Some(change) = change {
                        dd.summary-act {
                            a href=(change.href) { (change.label) span.visually-hidden { ": " (label) } }
                        }
                    }
                }
            }
        }
    }
}

/// Where one is in a wizard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    Done,
    Current,
    #[default]
    Ahead,
}

/// One step of a wizard; a finished step may link back.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub label: String,
    pub state: StepState,
    pub href: Option<String>,
}

/// The steps of a wizard in order.
pub fn stepper(steps: &[Step]) -> Markup {
    html! {
        ol.stepper aria-label="Adımlar" {
            @for step in steps {
                li class=[(step.state == StepState::Done).then_some("is-done")] aria-current=[(step.state == StepState::Current).then_some("step")] {
                    @match &step.href {
                        Some(href) => a href=(href) { (step.label) },
                        None => span { (step.label) },
                    }
                    @if step.state == StepState::Done { span.visually-hidden { " (tamamlandı)" } }
                }
            }
        }
    }
}
