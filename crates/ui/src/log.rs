//! Lines of logs: where they are read one under the other, how many came when, and a list that renews itself.

use maud::{Markup, html};

/// One line as it was received.
#[derive(Clone, Debug, Default)]
pub struct LogLine {
    /// When, such as `30.11.2026 14:05:09`.
    pub at: String,
    /// RFC 3339.
    pub iso: String,
    /// Whose line it is.
    pub source: String,
    /// What it is, such as `FortiGate`; may be empty.
    pub kind: String,
    /// Pieces of the line; found ones are marked.
    pub pieces: Vec<crate::TextPiece>,
    /// A page of its own.
    pub href: Option<String>,
}

/// Lines under each other, in their order.
pub fn log_lines(label: &str, lines: &[LogLine]) -> Markup {
    html! {
        ol.log aria-label=(label) {
            @for line in lines {
                li {
                    p.log-facts {
                        @match &line.href {
                            Some(href) => a href=(href) { time datetime=(line.iso) { (line.at) } },
                            None => time datetime=(line.iso) { (line.at) },
                        }
                        span { (line.source) }
                        @if !line.kind.is_empty() { span { (line.kind) } }
                    }
                    code.log-line {
                        @for piece in &line.pieces {
                            @if piece.is_found { mark { (piece.text) } } @else { (piece.text) }
                        }
                    }
                }
            }
        }
    }
}

/// A part of a page that is asked for anew every so many seconds, while it can be seen.
pub fn renewed(href: &str, seconds: u32, part: Markup) -> Markup {
    html! {
        div.renewed hx-get=(href) hx-trigger={ "every " (seconds) "s" } hx-swap="innerHTML" { (part) }
    }
}

/// One piece of time of a histogram.
#[derive(Clone, Debug, Default)]
pub struct Pillar {
    /// Such as `30.11.2026 14:00`.
    pub label: String,
    pub count: u64,
    /// The number in words.
    pub text: String,
    pub href: Option<String>,
}

/// How many came when: pillars to look at, and the same as a table behind a fold. `from` and `to` stand under its ends.
pub fn histogram(label: &str, (from, to): (&str, &str), pillars: &[Pillar]) -> Markup {
    let most = pillars.iter().map(|one| one.count).max().unwrap_or(0).max(1);
    let width = 100.0 / pillars.len().max(1) as f64;
    let rows: Vec<Vec<Markup>> = pillars
        .iter()
        .filter(|one| one.count > 0)
        .map(|one| {
            let name = html! { @match &one.href { Some(href) => a href=(href) { (one.label) }, None => (one.label) } };
            vec![name, html! { (one.text) }]
        })
        .collect();
    html! {
        figure.histogram {
            svg viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=(label) focusable="false" {
                rect.bar-back x="0" y="0" width="100" height="24" {}
                @for (at, one) in pillars.iter().enumerate() {
                    @if one.count > 0 {
                        @let height = (one.count as f64 / most as f64 * 24.0).max(0.6);
                        rect x=(format!("{:.3}", at as f64 * width + width * 0.08)) y=(format!("{:.2}", 24.0 - height))
                            width=(format!("{:.3}", width * 0.84)) height=(format!("{height:.2}")) {}
                    }
                }
            }
            p.histogram-ends aria-hidden="true" { span { (from) } span { (to) } }
            @if !rows.is_empty() {
                details { summary { "Sayılarla" } (crate::table(label, &crate::heads(&["Zaman", "Satır"]), &rows)) }
            }
        }
    }
}
