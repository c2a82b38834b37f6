//! The frame of every page: head, menu, palette mount, preferences. The content is the caller's.

use maud::{Markup, html};

use crate::base::{FlashKind, Link};
use crate::document::{Document, document};
use crate::names;
use crate::notices::{Bell, bell};
use crate::palette::palette_dialog;
use crate::pieces::{Step, notice, stepper};
use crate::{icons, palette};

/// Everything the frame of a signed-in page shows.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// Text of `<title>` before the town's name; begins with the h1 (after `Hata: ` when a form was refused).
    pub title: String,
    pub town: String,
    pub directorate: String,
    /// One letter in the round crest, where there is no picture of it.
    pub crest_letter: String,
    /// Where the picture of the crest is.
    pub crest_href: Option<String>,
    pub menu: Vec<MenuGroup>,
    pub user: Option<UserChip>,
    pub bell: Option<Bell>,
    pub theme: Theme,
    pub density: Density,
    /// Whether single-letter shortcuts are on.
    pub shortcuts: bool,
    /// The way here, without the page itself.
    pub crumbs: Vec<Link>,
    /// Steps of the way a person is led along; then there is neither menu nor search.
    pub steps: Vec<Step>,
    pub flash: Option<Flash>,
    pub csrf: String,
    /// A mark of the person, so that drafts kept in a tab are offered to nobody else.
    pub who: String,
    /// Path and query of this page: the preference forms send it as `donus`, so the person returns here.
    pub reload_as: Option<String>,
}

/// Menu entries under one heading; an empty title draws no heading.
#[derive(Clone, Debug, Default)]
pub struct MenuGroup {
    pub title: String,
    pub items: Vec<MenuItem>,
}

#[derive(Clone, Debug, Default)]
pub struct MenuItem {
    pub label: String,
    pub href: String,
    pub current: bool,
    pub count: Option<MenuCount>,
}

/// A number beside a menu entry, such as `128` or `3 geciken`.
#[derive(Clone, Debug, Default)]
pub struct MenuCount {
    pub text: String,
    pub late: bool,
}

/// Who is signed in; `acting` is a sentence such as `Müdür V. olarak · 28.11’e kadar`.
#[derive(Clone, Debug, Default)]
pub struct UserChip {
    pub name: String,
    pub initials: String,
    pub href: String,
    pub acting: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
    Contrast,
}

impl Theme {
    pub const ALL: [Self; 4] = [Self::Auto, Self::Light, Self::Dark, Self::Contrast];

    /// The value stored and sent: `otomatik`, `acik`, `koyu` or `karsit`.
    pub fn value(self) -> &'static str {
        match self {
            Self::Auto => "otomatik",
            Self::Light => "acik",
            Self::Dark => "koyu",
            Self::Contrast => "karsit",
        }
    }

    /// Reads [`Theme::value`]; anything else is `None`.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.value() == value)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "Aygıta göre",
            Self::Light => "Açık",
            Self::Dark => "Koyu",
            Self::Contrast => "Yüksek karşıtlık",
        }
    }

    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    #[default]
    Normal,
    Compact,
}

impl Density {
    pub const ALL: [Self; 2] = [Self::Normal, Self::Compact];

    /// The value stored and sent: `rahat` or `sik`.
    pub fn value(self) -> &'static str {
        match self {
            Self::Normal => "rahat",
            Self::Compact => "sik",
        }
    }

    /// Reads [`Density::value`]; anything else is `None`.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|density| density.value() == value)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Normal => "Geniş",
            Self::Compact => "Dar",
        }
    }

    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Compact => "compact",
        }
    }
}

/// A message about what has just been done.
#[derive(Clone, Debug, Default)]
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
}

/// The frame of pages outside the signed-in product: log-in, set-up, public errors.
#[derive(Clone, Debug, Default)]
pub struct BareShell {
    pub title: String,
    pub town: String,
    pub theme: Theme,
    /// Where the picture of the crest is.
    pub crest_href: Option<String>,
}

/// A complete signed-in page. The content must hold exactly one h1.
pub fn page(shell: &Shell, content: Markup) -> Markup {
    let body = html! {
        a.skip href="#icerik" { "İçeriğe geç" }
        div.shell.is-guided[!shell.steps.is_empty()] {
            (head(shell))
            @if shell.steps.is_empty() { (menu(shell)) }
            main.main #icerik tabindex="-1" {
                div.print-head aria-hidden="true" { strong { (shell.town) } " · " (shell.directorate) }
                @if !shell.steps.is_empty() { (stepper(&shell.steps)) }
                (crumbs(&shell.crumbs))
                @if let Some(flash) = &shell.flash { div.flash tabindex="-1" data-flash { (notice(flash.kind, html! { p { (flash.text) } })) } }
                (content)
            }
        }
        (palette_dialog())
        (palette::shortcut_dialog())
        div #duyuru .visually-hidden role="status" aria-live="polite" {}
    };
    document(
        &Document {
            title: &shell.title,
            town: &shell.town,
            theme: shell.theme,
            density: shell.density,
            shortcuts: shell.shortcuts,
            class: "app",
            who: &shell.who,
        },
        body,
    )
}

/// A complete page without menu: log-in, set-up wizard, errors before log-in.
pub fn bare_page(shell: &BareShell, content: Markup) -> Markup {
    let letter: String = shell.town.chars().take(1).collect();
    let body = html! {
        a.skip href="#icerik" { "İçeriğe geç" }
        header.bare-head {
            (crest(&letter, shell.crest_href.as_deref()))
            span.town { (shell.town) }
        }
        main.bare-main #icerik tabindex="-1" { (content) }
        footer.bare-foot { p { "Belde · belediye bilgi işlem sistemi" } }
        div #duyuru .visually-hidden role="status" aria-live="polite" {}
    };
    document(
        &Document {
            title: &shell.title,
            town: &shell.town,
            theme: shell.theme,
            density: Density::Normal,
            shortcuts: false,
            class: "bare",
            who: "",
        },
        body,
    )
}

/// The municipality's crest, or a letter in its colour. The name stands beside it, so that it has none of its own.
pub(crate) fn crest(letter: &str, href: Option<&str>) -> Markup {
    html! {
        @match href {
            Some(href) => img.crest.is-picture src=(href) alt="" width="32" height="32";,
            None => span.crest aria-hidden="true" { (letter) },
        }
    }
}

fn head(shell: &Shell) -> Markup {
    html! {
        header.head {
            @if shell.steps.is_empty() {
                button.menu-button type="button" popovertarget="menu" { (icons::menu()) span.visually-hidden { "Menü" } }
            }
            a.home href=(names::HOME) {
                (crest(&shell.crest_letter, shell.crest_href.as_deref()))
                span.town { (shell.town) small { (shell.directorate) } }
            }
            @if shell.steps.is_empty() {
                a.search href=(names::SEARCH) data-palette {
                    (icons::search())
                    span { "Ara, git, oluştur…" }
                    kbd aria-hidden="true" { "Ctrl K" }
                }
            }
            @if let Some(shown) = &shell.bell { (bell(shown)) }
            @if let Some(user) = &shell.user {
                @if let Some(acting) = &user.acting { span.acting { (acting) } }
                (user_menu(shell, user))
            } @else if shell.steps.is_empty() {
                a.btn href=(names::LOGIN) { "Giriş yap" }
            }
        }
    }
}

fn user_menu(shell: &Shell, user: &UserChip) -> Markup {
    html! {
        button.me type="button" popovertarget="ben" {
            span.me-name { (user.name) }
            span.avatar aria-hidden="true" { (user.initials) }
        }
        div.panel.me-panel #ben popover {
            p.panel-title { (user.name) }
            @if let Some(acting) = &user.acting { p.panel-note { (acting) } }
            a.panel-link href=(user.href) { "Hesabım" }
            form method="post" action=(names::PREFERENCES) data-preferences {
                (hidden(names::CSRF, &shell.csrf))
                @if let Some(back) = &shell.reload_as { (hidden(names::RETURN, back)) }
                fieldset.choice {
                    legend { "Görünüm" }
                    @for theme in Theme::ALL {
                        button type="submit" name=(names::THEME) value=(theme.value()) aria-pressed=(theme == shell.theme) { (theme.label()) }
                    }
                }
                fieldset.choice {
                    legend { "Satır aralığı" }
                    @for density in Density::ALL {
                        button type="submit" name=(names::DENSITY) value=(density.value()) aria-pressed=(density == shell.density) { (density.label()) }
                    }
                }
                fieldset.choice {
                    legend { "Tek tuş kısayolları" }
                    button type="submit" name=(names::SHORTCUTS) value="acik" aria-pressed=(shell.shortcuts) { "Açık" }
                    button type="submit" name=(names::SHORTCUTS) value="kapali" aria-pressed=(!shell.shortcuts) { "Kapalı" }
                }
            }
            form method="post" action=(names::LOGOUT) data-clears-drafts {
                (hidden(names::CSRF, &shell.csrf))
                button.btn type="submit" { "Oturumu kapat" }
            }
        }
    }
}

fn menu(shell: &Shell) -> Markup {
    html! {
        nav.nav #menu popover aria-label="Ana menü" {
            @for group in &shell.menu {
                @if !group.title.is_empty() { h2 { (group.title) } }
                ul {
                    @for item in &group.items {
                        li {
                            a href=(item.href) aria-current=[item.current.then_some("page")] {
                                span { (item.label) }
                                @if let Some(count) = &item.count {
                                    span.n.is-late[count.late] { (count.text) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn crumbs(crumbs: &[Link]) -> Markup {
    html! {
        @if !crumbs.is_empty() {
            nav.crumbs aria-label="Buradasınız" {
                ol {
                    @for link in crumbs {
                        li {
                            @if link.href.is_empty() { span { (link.label) } }
                            @else { a href=(link.href) { (link.label) } }
                        }
                    }
                }
            }
        }
    }
}

/// A hidden field.
pub(crate) fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}
