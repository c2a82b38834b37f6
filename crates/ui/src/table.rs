//! The one table of the house, for anything that is not a list of records: it scrolls inside its own named
//! region, its first cells name the rows, and on a phone each row becomes a card with its headings inside.
//! The checker refuses a page with a table from elsewhere.

use maud::{Markup, html};

use crate::list::Head;
use crate::names;

/// A box before a row, sent as `id` by the form around the table.
#[derive(Clone, Debug, Default)]
pub struct Pick {
    pub value: String,
    /// Such as `Seç: Ayşe Kaya`.
    pub label: String,
}

/// Column headings from their words alone.
pub fn heads(labels: &[&str]) -> Vec<Head> {
    labels.iter().map(|label| Head { label: (*label).into(), ..Head::default() }).collect()
}

/// A table named `label`. A row has one cell for each heading; an unknown value stays blank.
pub fn table(label: &str, heads: &[Head], rows: &[Vec<Markup>]) -> Markup {
    table_with_picks(label, heads, &[], rows)
}

/// The same with a box before each row; `picks` stand in the order of the rows.
pub fn table_with_picks(label: &str, heads: &[Head], picks: &[Pick], rows: &[Vec<Markup>]) -> Markup {
    let body = html! {
        table.rows.as-cards {
            thead {
                tr {
                    @if !picks.is_empty() { th.pick scope="col" { span.visually-hidden { "Seç" } } }
                    @for head in heads { th class=[head.numeric.then_some("c-num")] scope="col" { (head.label) } }
                }
            }
            tbody {
                @for (at, row) in rows.iter().enumerate() {
                    tr {
                        @if let Some(pick) = picks.get(at) {
                            td.pick { label.pick-box { input type="checkbox" name=(names::IDS) value=(pick.value) aria-label=(pick.label); } }
                        }
                        @for (cell, head) in row.iter().zip(heads).take(1) { th class=[is_code(&said(cell)).then_some("is-code")] scope="row" data-label=(head.label) { (cell) } }
                        @for (cell, head) in row.iter().zip(heads).skip(1) {
                            td class=(class_of(cell, head)) data-label=(head.label) { (cell) }
                        }
                    }
                }
            }
        }
    };
    // The heading over the table often has the same words; a region of its own needs a name of its own.
    html! { div.sheet { (frame(&format!("{label} tablosu"), &body)) } }
}

/// A number such as `T-2026-004817`, which must not be broken at its hyphen; a name of one word is none.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() <= 16 && !text.contains(char::is_whitespace) && text.contains(|c: char| c.is_ascii_digit())
}

/// A record's number in a column of its own, which is read as one.
pub(crate) fn is_number(text: &str) -> bool {
    is_code(text) && text.contains('-')
}

/// What is read of a cell: its text without the tags around it.
fn said(cell: &Markup) -> String {
    let mut is_tag = false;
    let read = cell.0.chars().filter(|c| {
        is_tag = *c == '<' || (is_tag && *c != '>');
        !is_tag && *c != '>'
    });
    read.collect()
}

fn class_of(cell: &Markup, head: &Head) -> &'static str {
    // A phone number or a span of days is read as one; broken over two lines it is two.
    let is_figures = cell.0.chars().all(|c| c.is_ascii_digit() || " .:+-–/%".contains(c));
    match (cell.0.is_empty(), head.numeric, is_figures || is_number(&said(cell))) {
        (true, ..) => "c-empty",
        (false, true, _) => "c-num",
        (false, false, true) => "c-any nowrap",
        (false, false, false) => "c-any",
    }
}

/// What every table stands in: a region with a name that the keyboard reaches, so that a wide one can be pushed. The
/// script takes it out of the keyboard's way where the whole table is in sight.
pub(crate) fn frame(label: &str, table: &Markup) -> Markup {
    html! {
        div.scroll role="region" tabindex="0" aria-label=(label) { (table) }
    }
}
