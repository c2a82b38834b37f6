//! Numbers people would rather look at: key figures, bars, sparklines, a month. Each reads as text or table too.

use maud::{Markup, html};

use crate::base::Tone;

/// One large number with its name.
#[derive(Clone, Debug, Default)]
pub struct KeyFigure {
    pub value: String,
    pub label: String,
    /// What it means or compares to, such as `geçen aydan 4 fazla`.
    pub note: String,
    pub href: Option<String>,
    pub late: bool,
}

pub fn key_figures(figures: &[KeyFigure]) -> Markup {
    html! {
        ul.key-figures {
            @for figure in figures {
                li class=[figure.late.then_some("is-late")] {
                    span.key-label { @match &figure.href { Some(href) => a href=(href) { (figure.label) }, None => (figure.label) } }
                    strong.key-value { (figure.value) }
                    @if !figure.note.is_empty() { small { (figure.note) } }
                }
            }
        }
    }
}

/// One bar: `share` is between 0 and 1 of the longest.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    pub label: String,
    pub href: Option<String>,
    pub share: f64,
    /// The number in words, such as `214 talep`.
    pub text: String,
    pub tone: Tone,
}

/// Bars under each other, the number beside each: a table that can be looked at.
pub fn bar_list(caption: &str, bars: &[Bar]) -> Markup {
    html! {
        table.bars {
            caption { (caption) }
            tbody {
                @for bar in bars {
                    tr {
                        th scope="row" { @match &bar.href { Some(href) => a href=(href) { (bar.label) }, None => (bar.label) } }
                        td.bar-cell aria-hidden="true" { (bar_drawing(bar)) }
                        td.c-num { (bar.text) }
                    }
                }
            }
        }
    }
}

fn bar_drawing(bar: &Bar) -> Markup {
    let width = percent(bar.share);
    html! {
        svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" focusable="false" {
            rect.bar-back x="0" y="0" width="100" height="8" {}
            rect class=(bar.tone.class()) x="0" y="0" width=(width) height="8" {}
        }
    }
}

/// How much of something is used, such as time of a promise; `text` says the same in words.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// Between 0 and 1.
    pub share: f64,
    /// Such as `Çözüm süresinin %48’i kullanıldı`.
    pub text: String,
    pub late: bool,
}

pub fn meter(view: &Meter) -> Markup {
    html! {
        div.meter.is-late[view.late] {
            svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                rect.bar-back x="0" y="0" width="100" height="8" {}
                rect x="0" y="0" width=(percent(view.share)) height="8" {}
            }
            p { (view.text) }
        }
    }
}

/// A share of one as a percentage with one decimal, kept within the drawing whatever comes in.
fn percent(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.1}", share * 100.0)
}

/// A small line of numbers; `label` says in words what the line shows.
#[derive(Clone, Debug, Default)]
pub struct Sparkline {
    pub label: String,
    pub values: Vec<f64>,
}

pub fn sparkline(view: &Sparkline) -> Markup {
    let points = points(&view.values);
    html! {
        svg.sparkline viewBox="0 0 120 28" role="img" aria-label=(view.label) focusable="false" {
            @if let Some((x, y)) = points.last() {
                polyline points=(line_of(&points)) fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" {}
                circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="2.5" fill="currentColor" {}
            }
        }
    }
}

fn points(values: &[f64]) -> Vec<(f64, f64)> {
    let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let low = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let high = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let steps = finite.len().saturating_sub(1).max(1) as f64;
    let place = |(index, value): (usize, &f64)| {
        (3.0 + 114.0 * index as f64 / steps, 24.0 - 20.0 * (value - low) / span)
    };
    finite.iter().enumerate().map(place).collect()
}

fn line_of(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}

/// Something on a day of a month.
#[derive(Clone, Debug, Default)]
pub struct CalendarEntry {
    pub label: String,
    pub href: Option<String>,
    pub tone: Tone,
}

#[derive(Clone, Debug, Default)]
pub struct CalendarDay {
    /// Day of the month, 1 to 31.
    pub number: u8,
    pub today: bool,
    /// Weekend, public holiday or administrative leave.
    pub free: bool,
    /// Such as `Cumhuriyet Bayramı` or `öğleden sonra tatil`.
    pub note: String,
    pub entries: Vec<CalendarEntry>,
}

/// A month as a table of weeks beginning on Monday.
#[derive(Clone, Debug, Default)]
pub struct CalendarMonth {
    /// Such as `Kasım 2026`.
    pub title: String,
    /// How many empty days stand before the first one, 0 when it is a Monday.
    pub offset: u8,
    pub days: Vec<CalendarDay>,
    pub prev_href: Option<String>,
    pub next_href: Option<String>,
    /// One of twelve: small days, and what they are called under the month.
    pub compact: bool,
}

pub fn calendar_month(view: &CalendarMonth) -> Markup {
    const WEEK: [(&str, &str); 7] = [
        ("Pzt", "Pazartesi"),
        ("Sal", "Salı"),
        ("Çar", "Çarşamba"),
        ("Per", "Perşembe"),
        ("Cum", "Cuma"),
        ("Cmt", "Cumartesi"),
        ("Paz", "Pazar"),
    ];
    let blanks = std::iter::repeat_n(None, usize::from(view.offset % 7));
    let mut places: Vec<Option<&CalendarDay>> = blanks.chain(view.days.iter().map(Some)).collect();
    places.resize(places.len().div_ceil(7) * 7, None);
    html! {
        section.month.is-compact[view.compact] aria-label=(view.title) {
            div.month-head {
                h2 { (view.title) }
                @if let Some(href) = &view.prev_href { a.btn rel="prev" href=(href) { "Önceki ay" } }
                @if let Some(href) = &view.next_href { a.btn rel="next" href=(href) { "Sonraki ay" } }
            }
            table.month-days {
                thead { tr { @for (short, name) in WEEK { th scope="col" { abbr title=(name) { (short) } } } } }
                tbody { @for week in places.chunks(7) { tr { @for place in week { (day(*place, view.compact)) } } } }
            }
            @if view.compact && view.days.iter().any(|day| !day.note.is_empty()) {
                ul.month-notes {
                    @for day in view.days.iter().filter(|day| !day.note.is_empty()) { li { b { (day.number) } " " (day.note) } }
                }
            }
        }
    }
}

fn day(place: Option<&CalendarDay>, compact: bool) -> Markup {
    let Some(day) = place else {
        return html! { td.is-blank {} };
    };
    html! {
        td.is-free[day.free].is-today[day.today].is-named[compact && !day.note.is_empty()] {
            span.day { (day.number) @if day.today { span.visually-hidden { " (bugün)" } } }
            @if !compact && !day.note.is_empty() { small.day-note { (day.note) } }
            @if !day.entries.is_empty() {
                ul {
                    @for entry in &day.entries {
                        li class=(entry.tone.class()) { @match &entry.href { Some(href) => a href=(href) { (entry.label) }, None => (entry.label) } }
                    }
                }
            }
        }
    }
}
