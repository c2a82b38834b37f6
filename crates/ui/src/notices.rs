//! Notices of one person: the bell in the head of every page and the page that lists them. The short message above a
//! page's content is `pieces::notice`.

use maud::{Markup, html};

use crate::base::Link;
use crate::shell::hidden;
use crate::{icons, names};

/// The bell: how many notices are unread.
#[derive(Clone, Debug, Default)]
pub struct Bell {
    pub href: String,
    /// Such as `3` or `99+`; empty when nothing is unread.
    pub count_text: String,
}

/// The page of notices.
#[derive(Clone, Debug, Default)]
pub struct NoticesView {
    /// Where reading is posted to.
    pub action: String,
    pub csrf: String,
    /// Unread ones first, then those that were read; an empty section is not given.
    pub sections: Vec<NoticeSection>,
    /// The newest unread notice, up to which all are marked by the one button.
    pub mark_all: Option<String>,
    pub next_href: Option<String>,
    pub choices: NoticeChoices,
}

/// Unread ones or read ones.
#[derive(Clone, Debug, Default)]
pub struct NoticeSection {
    pub title: String,
    pub days: Vec<NoticeDay>,
}

#[derive(Clone, Debug, Default)]
pub struct NoticeDay {
    /// Such as `5 Kasım 2026 Perşembe`.
    pub title: String,
    pub items: Vec<NoticeItem>,
}

/// What is to be known about one record; several notices about it stand together.
#[derive(Clone, Debug, Default)]
pub struct NoticeItem {
    /// Sent as `id` when it is marked as read without being followed.
    pub id: String,
    pub is_unread: bool,
    /// Without an address it cannot be followed any more.
    pub href: Option<String>,
    pub newest: NoticeLine,
    /// Earlier ones about the same record, newest first.
    pub earlier: Vec<NoticeLine>,
}

#[derive(Clone, Debug, Default)]
pub struct NoticeLine {
    pub sentence: String,
    /// Beginning of what was written, if anything was.
    pub excerpt: String,
    pub at_text: String,
    pub at_title: String,
    pub at_iso: String,
}

/// Which notices a person wants; those about their own account are not asked.
#[derive(Clone, Debug, Default)]
pub struct NoticeChoices {
    pub action: String,
    pub choices: Vec<NoticeChoice>,
}

/// Sent as `istenen` when ticked.
#[derive(Clone, Debug, Default)]
pub struct NoticeChoice {
    pub key: String,
    pub label: String,
    pub is_wanted: bool,
}

/// A link, not a button: it works without script, in a new tab, and says its number where it stands. It is no live
/// region; a number that changes with every page would be read out with every page.
pub(crate) fn bell(bell: &Bell) -> Markup {
    let label = match bell.count_text.as_str() {
        "" => "Bildirimler".to_owned(),
        count => format!("Bildirimler: {count} okunmamış"),
    };
    html! {
        a.bell href=(bell.href) aria-label=(label) {
            (icons::bell())
            @if !bell.count_text.is_empty() { span.bell-count aria-hidden="true" { (bell.count_text) } }
        }
    }
}

/// The page, from the h1 down.
pub fn notices(view: &NoticesView) -> Markup {
    html! {
        div.top {
            h1 { "Bildirimler" }
            @if let Some(newest) = &view.mark_all {
                form.top-end method="post" action=(view.action) {
                    (hidden(names::CSRF, &view.csrf))
                    (hidden(names::UP_TO, newest))
                    button.btn type="submit" { "Tümünü okundu say" }
                }
            }
        }
        @if view.sections.is_empty() {
            (crate::pieces::empty_state("Bildiriminiz yok.", Some(&Link::new("Günüm", names::HOME))))
        }
        @for section in &view.sections { (section_of(view, section)) }
        @if let Some(next) = &view.next_href { p { a.btn href=(next) { "Daha eskiler" } } }
        @if !view.choices.choices.is_empty() { (choices(view)) }
    }
}

fn section_of(view: &NoticesView, section: &NoticeSection) -> Markup {
    html! {
        section.notice-part {
            h2 { (section.title) }
            @for day in &section.days {
                h3.notice-day { (day.title) }
                ul.notice-list { @for item in &day.items { (item_of(view, item)) } }
            }
        }
    }
}

fn item_of(view: &NoticesView, item: &NoticeItem) -> Markup {
    html! {
        li.is-unread[item.is_unread] {
            div.notice-said {
                p {
                    @if item.is_unread { span.visually-hidden { "Okunmamış: " } }
                    @match &item.href {
                        Some(href) => a href=(href) { (item.newest.sentence) },
                        None => (item.newest.sentence),
                    }
                    " " (when(&item.newest))
                }
                @if !item.newest.excerpt.is_empty() { p.notice-excerpt { (item.newest.excerpt) } }
                @if !item.earlier.is_empty() {
                    details {
                        summary { "Aynı kayıtta " (item.earlier.len()) " bildirim daha" }
                        ul { @for line in &item.earlier {
                            li {
                                (line.sentence) " " (when(line))
                                @if !line.excerpt.is_empty() { p.notice-excerpt { (line.excerpt) } }
                            }
                        } }
                    }
                }
            }
            @if item.is_unread {
                form method="post" action=(view.action) {
                    (hidden(names::CSRF, &view.csrf))
                    (hidden(names::IDS, &item.id))
                    button.btn type="submit" {
                        "Okundu" span.visually-hidden { ": " (item.newest.sentence) }
                    }
                }
            }
        }
    }
}

fn when(line: &NoticeLine) -> Markup {
    html! { time.notice-when datetime=(line.at_iso) title=(line.at_title) { (line.at_text) } }
}

fn choices(view: &NoticesView) -> Markup {
    html! {
        details.card.notice-choices {
            summary { "Hangi bildirimleri almak istersiniz?" }
            form method="post" action=(view.choices.action) {
                (hidden(names::CSRF, &view.csrf))
                fieldset {
                    legend { "İstemediğinizin işaretini kaldırın. Hesabınızın güvenliğiyle ilgili bildirimler her zaman gelir." }
                    @for choice in &view.choices.choices {
                        label.check {
                            input type="checkbox" name=(names::WANTED) value=(choice.key) checked[choice.is_wanted];
                            " " (choice.label)
                        }
                    }
                }
                button.btn type="submit" { "Kaydet" }
            }
        }
    }
}
