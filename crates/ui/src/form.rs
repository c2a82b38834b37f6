//! The form screen: error summary, conflict, sections, buttons. Fields are drawn in `fields.rs`.

use maud::{Markup, html};

use crate::fields::{FieldView, field, field_id};
use crate::names;
use crate::shell::hidden;
use crate::table::{heads, table};

/// A whole form screen.
#[derive(Clone, Debug, Default)]
pub struct FormView {
    /// The h1.
    pub title: String,
    /// One or two sentences under the h1.
    pub lead: String,
    pub action: String,
    /// `post` (also when empty) or `get`.
    pub method: String,
    pub csrf: String,
    /// Version of the record the person saw, sent back as `surum`.
    pub version: Option<String>,
    pub sections: Vec<FormSection>,
    /// Text of the button, a verb: `Kaydet`, `Personeli ekle`.
    pub submit: String,
    /// A second button that saves and goes on with the next of a row; Ctrl+Shift+Enter presses it.
    pub submit_next: Option<String>,
    /// Drawn between the h1 and the questions, such as the choice of what to begin with.
    pub before: Option<Markup>,
    /// Drawn beside the questions where there is room, below them where there is none: the paper that is typed off.
    pub beside: Option<Markup>,
    pub cancel_href: Option<String>,
    /// What was refused, in the order of the fields.
    pub errors: Vec<FieldError>,
    pub conflict: Option<ConflictView>,
    /// Names the draft kept in the tab while the person types; the same form of the same record has the same key.
    pub draft_key: Option<String>,
    /// Whether files are sent.
    pub multipart: bool,
}

/// Fields under one heading; an empty title draws no heading.
#[derive(Clone, Debug, Default)]
pub struct FormSection {
    pub title: String,
    pub fields: Vec<FieldView>,
    pub fold: Fold,
}

/// Whether a section can be folded away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fold {
    #[default]
    Never,
    /// Opened by who needs it.
    Closed,
    /// Open, because something in it was answered or is wrong.
    Open,
}

/// One line of the error summary; an empty `field` is about the whole form.
#[derive(Clone, Debug, Default)]
pub struct FieldError {
    pub field: String,
    pub label: String,
    pub text: String,
}

/// Someone else saved the record first: what you typed beside what is stored now.
#[derive(Clone, Debug, Default)]
pub struct ConflictView {
    /// Who and when, such as `Selin Yalın, 10:42`; may be empty.
    pub by_text: String,
    pub rows: Vec<ConflictRow>,
}

#[derive(Clone, Debug, Default)]
pub struct ConflictRow {
    pub label: String,
    pub yours: String,
    pub theirs: String,
}

/// The form screen, from the h1 down.
pub fn form(view: &FormView) -> Markup {
    let is_get = view.method.eq_ignore_ascii_case("get");
    html! {
        div.form-page.has-paper[view.beside.is_some()] {
            (error_summary(&view.errors))
            div.top { h1 { (view.title) } }
            @if !view.lead.is_empty() { p.lead { (view.lead) } }
            @if let Some(conflict) = &view.conflict { (conflict_table(conflict)) }
            @if let Some(before) = &view.before { (before) }
            form.form method=(if is_get { "get" } else { "post" }) action=(view.action) novalidate
                enctype=[view.multipart.then_some("multipart/form-data")]
                data-guard[!is_get] data-draft=[view.draft_key.as_deref()] {
                @if !is_get { (hidden(names::CSRF, &view.csrf)) }
                @if let Some(version) = &view.version { (hidden(names::VERSION, version)) }
                @for section in &view.sections { (section_of(section)) }
                div.form-end {
                    button.btn.is-primary type="submit" { (view.submit) }
                    @if let Some(label) = &view.submit_next {
                        button.btn type="submit" name=(names::NEXT) value="evet" data-next
                            aria-keyshortcuts="Control+Shift+Enter" { (label) }
                    }
                    @if let Some(href) = &view.cancel_href { a.btn.is-quiet href=(href) data-cancel { "Vazgeç" } }
                    (keys(view))
                }
            }
            @if let Some(beside) = &view.beside { aside.paper-beside aria-label="Evrakın kendisi" { (beside) } }
        }
    }
}

fn keys(view: &FormView) -> Markup {
    html! {
        span.form-keys aria-hidden="true" {
            kbd { "Ctrl" } " " kbd { "Enter" } " gönderir"
            @if view.submit_next.is_some() {
                br; kbd { "Ctrl" } " " kbd { "Shift" } " " kbd { "Enter" } " sıradakine geçer"
            }
        }
    }
}

fn section_of(section: &FormSection) -> Markup {
    html! {
        @if section.fold != Fold::Never {
            details.section.is-folded open[section.fold == Fold::Open] {
                summary { h2 { (section.title) } }
                div.folded { @for view in &section.fields { (field(view)) } }
            }
        } @else if section.title.is_empty() {
            div.section { @for view in &section.fields { (field(view)) } }
        } @else {
            fieldset.section {
                legend { h2 { (section.title) } }
                @for view in &section.fields { (field(view)) }
            }
        }
    }
}

/// Takes the focus when the page opens; each line leads to its field.
pub fn error_summary(errors: &[FieldError]) -> Markup {
    refusal("Kaydedilemedi", "", errors)
}

/// Why something was not done, above the page where it was asked for. `form` is the address of the form that has the fields
/// that the lines are about; empty where they stand on this page.
pub fn refusal(heading: &str, form: &str, errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" tabindex="-1" aria-labelledby="hata-ozeti" data-error-summary {
                h2 #hata-ozeti { (heading) }
                ul {
                    @for error in errors {
                        li {
                            @if error.field.is_empty() { (error.text) }
                            @else { a href={ (form) "#" (field_id(&error.field)) } { (line_of(error)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The label leads, unless the sentence begins with it anyway.
fn line_of(error: &FieldError) -> String {
    if error.label.is_empty() || error.text.starts_with(&error.label) {
        error.text.clone()
    } else if error.label.ends_with('?') {
        format!("{} {}", error.label, error.text)
    } else {
        format!("{}: {}", error.label, error.text)
    }
}

fn conflict_table(conflict: &ConflictView) -> Markup {
    let rows: Vec<_> = conflict
        .rows
        .iter()
        .map(|row| vec![html! { (row.label) }, html! { (row.yours) }, html! { (row.theirs) }])
        .collect();
    html! {
        section.conflict aria-labelledby="cakisma" tabindex="-1" data-error-summary {
            h2 #cakisma { "Bu kayıt siz yazarken değişti" }
            p {
                @if !conflict.by_text.is_empty() { (conflict.by_text) ". " }
                "Yazdıklarınız aşağıdaki formda duruyor. Karşılaştırın, gerekiyorsa düzeltin ve yeniden kaydedin."
            }
            (table("Farklar", &heads(&["Alan", "Sizin yazdığınız", "Kayıttaki"]), &rows))
        }
    }
}
