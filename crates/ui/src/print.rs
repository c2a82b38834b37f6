//! Pages made for paper: municipality's head, filter text, page numbers, signature lines.

use maud::{Markup, html};

use crate::document::{Document, document};
use crate::shell::{Density, Theme, crest};

/// What stands around a printed list or record.
#[derive(Clone, Debug, Default)]
pub struct PrintPage {
    pub title: String,
    pub town: String,
    pub directorate: String,
    pub crest_letter: String,
    /// Where the picture of the crest is.
    pub crest_href: Option<String>,
    /// Which records these are, in words; empty when there was no filter.
    pub filter_text: String,
    /// Who printed it and when, in words.
    pub printed_text: String,
    /// Titles under the signature lines, such as `Taşınır Kayıt Yetkilisi`.
    pub signatures: Vec<String>,
}

/// A complete page without menu, always on white. Page numbers come from the style sheet.
pub fn print_page(view: &PrintPage, content: Markup) -> Markup {
    let body = html! {
        main.paper-main #icerik {
            header.paper-head {
                (crest(&view.crest_letter, view.crest_href.as_deref()))
                div {
                    p.paper-town { (view.town) }
                    p { (view.directorate) }
                }
            }
            h1 { (view.title) }
            @if !view.filter_text.is_empty() { p.paper-filter { (view.filter_text) } }
            (content)
            @if !view.signatures.is_empty() {
                ul.signatures {
                    @for signature in &view.signatures { li { (signature) } }
                }
            }
            p.paper-foot { (view.printed_text) }
        }
    };
    document(
        &Document {
            title: &view.title,
            town: &view.town,
            theme: Theme::Light,
            density: Density::Compact,
            shortcuts: false,
            class: "paper",
            who: "",
        },
        body,
    )
}
