//! The page of full-text search: what was found in texts, each with the place where it stands.

use maud::{Markup, html};

use crate::base::FlashKind;
use crate::list::{FilterView, ListView, Pager, SearchBox, Tab};
use crate::{list_filters, list_table, pieces};

/// A piece of an excerpt; found words are marked.
#[derive(Clone, Debug, Default)]
pub struct TextPiece {
    pub text: String,
    pub is_found: bool,
}

/// One record that was found.
#[derive(Clone, Debug, Default)]
pub struct TextHit {
    pub href: String,
    pub title: String,
    /// What kind it is, its number, its day.
    pub facts: Vec<String>,
    pub pieces: Vec<TextPiece>,
    pub begins_inside: bool,
    pub ends_inside: bool,
}

#[derive(Clone, Debug, Default)]
pub struct TextSearchView {
    pub path: String,
    pub query: String,
    /// Kept by the form beside what it shows.
    pub keep: Vec<(String, String)>,
    /// Kinds with the number of what was found of each; empty while nothing is asked.
    pub tabs: Vec<Tab>,
    pub filters: Vec<FilterView>,
    /// "1.234 sonuç"; empty while nothing is asked.
    pub count_text: String,
    /// What should be known of these results: that the index is being made, that words were left out.
    pub notes: Vec<String>,
    pub hits: Vec<TextHit>,
    pub pager: Pager,
    pub empty: String,
}

/// The whole page below the frame.
pub fn text_search_page(view: &TextSearchView) -> Markup {
    let form = ListView {
        path: view.path.clone(),
        keep: view.keep.clone(),
        search: Some(SearchBox {
            name: "q".into(),
            value: view.query.clone(),
            hint: "Sözleri ya da “tam söz öbeğini” yazın".into(),
        }),
        filters: view.filters.clone(),
        ..ListView::default()
    };
    html! {
        h1 { "Metinlerde ara" }
        (list_filters::filters_called(&form, "Metinlerde ara", "Ara"))
        @for note in &view.notes { (pieces::notice(FlashKind::Info, html! { p { (note) } })) }
        @if !view.count_text.is_empty() {
            p.found-count role="status" { (view.count_text) }
        }
        @if view.tabs.len() > 1 {
            (pieces::tabs("Kayıt türleri", &view.tabs))
        }
        @if view.hits.is_empty() && !view.empty.is_empty() {
            (pieces::empty_state(&view.empty, None))
        }
        @if !view.hits.is_empty() {
            ol.found { @for hit in &view.hits { (found(hit)) } }
            (list_table::pager(&view.pager))
        }
    }
}

fn found(hit: &TextHit) -> Markup {
    html! {
        li {
            h2 { a href=(hit.href) { (hit.title) } }
            p.found-facts { @for (place, fact) in hit.facts.iter().enumerate() { @if place > 0 { " · " } (fact) } }
            @if !hit.pieces.is_empty() {
                p.found-text {
                    @if hit.begins_inside { "… " }
                    @for piece in &hit.pieces {
                        @if piece.is_found { mark { (piece.text) } } @else { (piece.text) }
                    }
                    @if hit.ends_inside { " …" }
                }
            }
        }
    }
}
