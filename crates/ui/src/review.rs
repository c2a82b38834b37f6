//! The side-by-side correction screen: a source text on the left, what was read from it on the right, one item at
//! a time, with the keyboard. What the items mean is the caller's business.

use maud::{Markup, html};

use crate::base::Tone;
use crate::names;
use crate::pieces::state_badge;
use crate::shell::hidden;

/// One thing to look at and decide.
#[derive(Clone, Debug)]
pub struct ReviewItem {
    /// HTML id, unique on the page; sent as `oge`. Redirecting to `#id` puts the keyboard on it.
    pub id: String,
    /// HTML id of the place in the source it was read from; may be empty.
    pub source_id: String,
    pub title: String,
    pub state: Option<(Tone, String)>,
    /// What was read, and the fields to correct it: sent with the choice.
    pub body: Markup,
    pub choices: Vec<ReviewChoice>,
}

/// A decision: a button, and the letter that presses it while the item has the focus.
#[derive(Clone, Debug, Default)]
pub struct ReviewChoice {
    /// Sent as `eylem`.
    pub value: String,
    pub label: String,
    /// One lower-case letter, unique within the item; not `j` or `k`.
    pub key: String,
    pub primary: bool,
}

#[derive(Clone, Debug)]
pub struct ReviewView {
    /// Heading over the source, such as `Yönetmelik metni`.
    pub source_title: String,
    /// The source; places are elements with an id.
    pub source: Markup,
    pub items_title: String,
    pub items: Vec<ReviewItem>,
    pub action: String,
    pub csrf: String,
}

pub fn review(view: &ReviewView) -> Markup {
    html! {
        p.hint.review-keys { kbd { "j" } " " kbd { "k" } " öğeler arasında gezer; düğmelerin harfleri yanlarında yazar." }
        div.review data-review {
            section.review-source aria-label=(view.source_title) tabindex="0" {
                h2 { (view.source_title) }
                (view.source)
            }
            section.review-items aria-label=(view.items_title) {
                h2 { (view.items_title) }
                @for item in &view.items { (one(item, view)) }
            }
        }
    }
}

fn one(item: &ReviewItem, view: &ReviewView) -> Markup {
    html! {
        article.card.review-item #(item.id) data-review-item data-source=[(!item.source_id.is_empty()).then(|| format!("#{}", item.source_id))]
            aria-labelledby={ (item.id) "-baslik" } {
            form method="post" action=(view.action) {
                (hidden(names::CSRF, &view.csrf))
                (hidden(names::ITEM, &item.id))
                div.review-head {
                    h3 #{ (item.id) "-baslik" } { (item.title) }
                    @if let Some((tone, label)) = &item.state { (state_badge(*tone, label)) }
                }
                (item.body)
                div.row-of.review-choices {
                    @for choice in &item.choices {
                        button.btn.is-primary[choice.primary] type="submit" name=(names::VERB) value=(choice.value) data-key=(choice.key) {
                            (choice.label) " " kbd aria-hidden="true" { (choice.key) }
                        }
                    }
                    @if !item.source_id.is_empty() {
                        a.review-place href={ "#" (item.source_id) } { "metindeki yeri" span.visually-hidden { ": " (item.title) } }
                    }
                }
            }
        }
    }
}
