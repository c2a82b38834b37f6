//! The HTML document around a body: head, style sheets, script. The same for every page.

use maud::{DOCTYPE, Markup, html};

use crate::assets::{ICON_PATH, SCRIPT_PATH, STYLE_PATH};
use crate::names;
use crate::shell::{Density, Theme};

/// What differs between documents.
pub(crate) struct Document<'a> {
    pub title: &'a str,
    pub town: &'a str,
    pub theme: Theme,
    pub density: Density,
    pub shortcuts: bool,
    /// Class of the body: `app`, `bare` or `paper`.
    pub class: &'static str,
    /// A mark of the signed-in person; empty for nobody.
    pub who: &'a str,
}

pub(crate) fn document(document: &Document<'_>, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="tr" data-theme=(document.theme.attribute()) data-density=(document.density.attribute()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (document.title) " – " (document.town) }
                link rel="icon" href=(ICON_PATH) type="image/svg+xml";
                link rel="stylesheet" href=(STYLE_PATH);
                link rel="stylesheet" href=(names::THEME_CSS);
                // Painted only when it has run: what it adds (a kept draft, a choice of all rows) would push the page about.
                script src=(SCRIPT_PATH) defer blocking="render" {}
            }
            body class=(document.class) data-shortcuts=(if document.shortcuts { "on" } else { "off" })
                data-who=[(!document.who.is_empty()).then_some(document.who)] { (body) }
        }
    }
}
