//! The few drawings of the shell, as inline SVG. Each stands beside a word and is hidden from screen readers.

use maud::{Markup, PreEscaped, html};

fn icon(path: &'static str) -> Markup {
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(PreEscaped(path)) fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}

pub(crate) fn search() -> Markup {
    icon("M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14")
}

pub(crate) fn menu() -> Markup {
    icon("M2 4h12M2 8h12M2 12h12")
}

pub(crate) fn close() -> Markup {
    icon("M4 4l8 8M12 4l-8 8")
}

pub(crate) fn down() -> Markup {
    icon("M4 6.5l4 4 4-4")
}

pub(crate) fn sort_up() -> Markup {
    icon("M8 13V3.5M4 7.5l4-4 4 4")
}

pub(crate) fn sort_down() -> Markup {
    icon("M8 3v9.5M4 8.5l4 4 4-4")
}

pub(crate) fn sort_none() -> Markup {
    icon("M5 6l3-3 3 3M5 10l3 3 3-3")
}

pub(crate) fn paper_clip() -> Markup {
    icon("M13 7.5l-5.2 5.2a3.2 3.2 0 0 1-4.5-4.5l5.6-5.6a2.1 2.1 0 0 1 3 3L6.4 11a1 1 0 0 1-1.5-1.5L9.8 4.7")
}

pub(crate) fn bell() -> Markup {
    icon("M3.5 11.5h9l-1-1.6V7a3.5 3.5 0 0 0-7 0v2.9zM6.7 13.6a1.5 1.5 0 0 0 2.6 0")
}

pub(crate) fn seal() -> Markup {
    icon("M8 1.5l5 2v4c0 3.3-2.1 5.7-5 7-2.9-1.3-5-3.7-5-7v-4zM5.8 8l1.6 1.6L10.4 6.5")
}
