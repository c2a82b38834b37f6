//! Every component once, with believable content: the page designers and newcomers look at, and what the tests check.
//! Holds no component of its own.

mod parts;
mod screens;
#[cfg(test)]
mod tests;

use maud::{Markup, html};

pub use screens::sample_shell;

/// A component with an example.
#[derive(Clone, Debug)]
pub struct Example {
    /// Part of the address, such as `durum-rozeti`.
    pub slug: &'static str,
    /// Turkish name.
    pub name: &'static str,
    /// When to use it, in one or two sentences.
    pub when_tr: &'static str,
    pub markup: Markup,
    /// A whole screen with its own h1: shown on a page of its own.
    pub is_screen: bool,
}

/// All examples, parts first.
pub fn gallery() -> Vec<Example> {
    let mut examples = parts::examples();
    examples.extend(screens::examples());
    examples
}

/// The gallery as the content of a page: parts in place, screens as links under `base_href`.
pub fn gallery_page(base_href: &str) -> Markup {
    let (screens, parts): (Vec<_>, Vec<_>) = gallery().into_iter().partition(|example| example.is_screen);
    html! {
        div.top { h1 { "Bileşenler" } }
        p.lead { "Ekranlar bu parçalardan kurulur. Her birinin ne zaman kullanılacağı yanında yazar." }
        section.card {
            h2 { "Bütün ekranlar" }
            ul.results {
                @for example in &screens {
                    li { a href={ (base_href) "/" (example.slug) } { (example.name) } " " small { (example.when_tr) } }
                }
            }
        }
        @for example in &parts {
            section.example #{ "bilesen-" (example.slug) } {
                h2 { (example.name) }
                p.muted { (example.when_tr) }
                div.example-body { (example.markup) }
            }
        }
    }
}

/// The content of one whole-screen example; `None` when there is no such screen.
pub fn gallery_screen(slug: &str) -> Option<Markup> {
    screens::examples().into_iter().find(|example| example.slug == slug).map(|example| example.markup)
}
