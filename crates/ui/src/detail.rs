//! The detail screen: identity bar, tabs, story on the left, facts on the right.

use maud::{Markup, html};

use crate::base::Tone;
use crate::cell::Cell;
use crate::icons;
use crate::list::Tab;
use crate::names;
use crate::pieces::{state_badge, tabs};
use crate::shell::hidden;

/// Verbs beyond this many wait under `Diğer`.
const SHOWN_VERBS: usize = 4;

/// A whole detail screen.
#[derive(Clone, Debug)]
pub struct DetailView {
    pub identity: Identity,
    pub tabs: Vec<Tab>,
    /// Description, timeline, comment box: the left column.
    pub story: Markup,
    /// The right column; without cards the story takes the whole width.
    pub side: Vec<Card>,
}

impl Default for DetailView {
    fn default() -> Self {
        Self { identity: Identity::default(), tabs: Vec::new(), story: html! {}, side: Vec::new() }
    }
}

/// What the record is: number, title, state, the few facts that decide, and what can be done now.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    pub number: String,
    /// The h1.
    pub title: String,
    pub state: Option<(Tone, String)>,
    pub facts: Vec<(String, Cell)>,
    pub verbs: Vec<Verb>,
}

/// Something the present state allows.
#[derive(Clone, Debug, Default)]
pub struct Verb {
    pub label: String,
    /// Where the link goes, or where the button posts.
    pub href: String,
    /// A button that posts at once; otherwise a link to a page that asks first.
    pub post: bool,
    /// Sent as `eylem` by a posting button; may be empty.
    pub value: String,
    pub primary: bool,
    pub danger: bool,
    /// An act that can only be answered by a counter-act (signature, referral, delivery, disposal): drawn heavier.
    pub official: bool,
}

/// A box in the right column.
#[derive(Clone, Debug)]
pub struct Card {
    pub title: String,
    pub edit_href: Option<String>,
    pub body: Markup,
}

/// The detail screen, from the identity bar down. `csrf` guards the verbs that post.
pub fn detail(view: &DetailView, csrf: &str) -> Markup {
    html! {
        (identity(&view.identity, csrf))
        (tabs("Bölümler", &view.tabs))
        @if view.side.is_empty() {
            div.story { (view.story) }
        } @else {
            div.cols {
                div.story { (view.story) }
                aside.side aria-label="Bilgiler" { @for card in &view.side { (card_of(card)) } }
            }
        }
    }
}

fn identity(identity: &Identity, csrf: &str) -> Markup {
    let (shown, folded) = identity.verbs.split_at(identity.verbs.len().min(SHOWN_VERBS));
    html! {
        div.ident {
            div.top {
                h1 { (identity.title) }
                @if !identity.verbs.is_empty() {
                    div.top-end {
                        @for item in shown { (verb(item, csrf)) }
                        @if !folded.is_empty() {
                            button.btn type="button" popovertarget="diger" { "Diğer" (icons::down()) }
                            div.panel #diger popover { @for item in folded { (verb(item, csrf)) } }
                        }
                    }
                }
            }
            dl.ident-facts {
                @if !identity.number.is_empty() { div { dt { "No" } dd { (identity.number) } } }
                @if let Some((tone, label)) = &identity.state { div { dt { "Durum" } dd { (state_badge(*tone, label)) } } }
                @for (label, cell) in &identity.facts { div { dt { (label) } dd { (cell.render()) } } }
            }
        }
    }
}

fn verb(verb: &Verb, csrf: &str) -> Markup {
    html! {
        @if verb.post {
            form.verb method="post" action=(verb.href) {
                (hidden(names::CSRF, csrf))
                button.btn.is-primary[verb.primary].is-danger[verb.danger].is-official[verb.official] type="submit"
                    name=[(!verb.value.is_empty()).then_some(names::VERB)] value=[(!verb.value.is_empty()).then_some(&verb.value)] { (verb.label) }
            }
        } @else {
            a.btn.is-primary[verb.primary].is-danger[verb.danger].is-official[verb.official] href=(verb.href) { (verb.label) }
        }
    }
}

fn card_of(card: &Card) -> Markup {
    html! {
        section.card {
            h2 {
                (card.title)
                @if let Some(href) = &card.edit_href {
                    a href=(href) { "değiştir" span.visually-hidden { ": " (card.title) } }
                }
            }
            (card.body)
        }
    }
}

/// Facts as pairs, for a card.
pub fn facts(rows: &[(String, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (label, value) in rows { dt { (label) } dd { (value) } }
        }
    }
}

/// The box under a timeline. Without `internal_offered` every text is seen by whoever sees the record.
#[derive(Clone, Debug, Default)]
pub struct CommentBox {
    pub action: String,
    pub csrf: String,
    /// Such as `Yanıt veya not`.
    pub label: String,
    pub hint: String,
    /// What was typed and refused.
    pub value: String,
    pub error: Option<String>,
    /// One-time token of the form, so that a button pressed twice says a thing once.
    pub once: String,
    /// Adds the button `İç not` (sends `ic_not=evet`).
    pub internal_offered: bool,
    pub draft_key: Option<String>,
}

pub fn comment_box(view: &CommentBox) -> Markup {
    html! {
        form.card.comment-box method="post" action=(view.action) data-guard data-draft=[view.draft_key.as_deref()] {
            (hidden(names::CSRF, &view.csrf))
            @if !view.once.is_empty() { (hidden(names::ONCE, &view.once)) }
            h2 { label for="yorum" { (view.label) } }
            @if let Some(error) = &view.error { p.field-error #yorum-hata { span.visually-hidden { "Hata: " } (error) } }
            textarea #yorum name=(names::COMMENT) rows="3" maxlength="10000" aria-invalid=[view.error.as_ref().map(|_| "true")]
                aria-describedby=[view.error.as_ref().map(|_| "yorum-hata").or((!view.hint.is_empty()).then_some("yorum-ipucu"))] { (view.value) }
            div.comment-end {
                @if !view.hint.is_empty() { p.hint #yorum-ipucu { (view.hint) } }
                @if view.internal_offered { button.btn type="submit" name=(names::INTERNAL) value="evet" { "İç not olarak ekle" } }
                button.btn.is-primary type="submit" { "Gönder" }
            }
        }
    }
}

/// One kept file.
#[derive(Clone, Debug, Default)]
pub struct Attachment {
    pub name: String,
    pub href: String,
    /// Such as `240 KB`.
    pub size_text: String,
    /// Who and when, such as `S. Yalın, dün 16:20`.
    pub by_text: String,
    /// A page that asks before it removes.
    pub remove_href: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Attachments {
    pub files: Vec<Attachment>,
    /// Where files are posted; `None` when the person may not add any.
    pub upload_action: Option<String>,
    pub csrf: String,
    /// One-time token of the form, so that a button pressed twice adds a file once.
    pub once: String,
    /// Limits in words, such as `En çok 20 MB; PDF, Word, Excel ve resim.`
    pub hint: String,
}

pub fn attachments(view: &Attachments) -> Markup {
    html! {
        div.attachments {
            @if view.files.is_empty() { p.muted { "Ek yok." } } @else {
                ul {
                    @for file in &view.files {
                        li {
                            (icons::paper_clip())
                            a href=(file.href) { (file.name) }
                            small { (file.size_text) @if !file.by_text.is_empty() { " · " (file.by_text) } }
                            @if let Some(href) = &file.remove_href {
                                a.remove href=(href) { "kaldır" span.visually-hidden { ": " (file.name) } }
                            }
                        }
                    }
                }
            }
            @if let Some(action) = &view.upload_action {
                form.upload method="post" action=(action) enctype="multipart/form-data" {
                    (hidden(names::CSRF, &view.csrf))
                    @if !view.once.is_empty() { (hidden(names::ONCE, &view.once)) }
                    label.field-label for="ek-dosya" { "Dosya ekle" }
                    @if !view.hint.is_empty() { p.hint #ek-dosya-ipucu { (view.hint) } }
                    input.file #ek-dosya type="file" name=(names::FILES) multiple aria-describedby=[(!view.hint.is_empty()).then_some("ek-dosya-ipucu")];
                    button.btn type="submit" { "Yükle" }
                }
            }
        }
    }
}
