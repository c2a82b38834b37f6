//! Pages that stop the person for a moment: confirmation of an act, and errors with a way back.

use maud::{Markup, html};

use crate::base::Link;
use crate::fields::{FieldView, Input, Width, field};
use crate::names;
use crate::pieces::summary_list;
use crate::shell::hidden;

/// Asks before an act that cannot be undone or needs a reason.
#[derive(Clone, Debug, Default)]
pub struct ConfirmView {
    /// The h1, a question: `25 kayıt kapatılsın mı?`
    pub title: String,
    /// What will happen, in one or two sentences.
    pub text: String,
    /// What the act is about, label and value.
    pub rows: Vec<(String, String)>,
    pub action: String,
    pub csrf: String,
    /// Fields sent along unchanged (ids, `eylem`, `tumu`, filters).
    pub hidden: Vec<(String, String)>,
    /// Asks for a reason, sent as `gerekce`; the text is the question.
    pub reason_label: Option<String>,
    pub reason_value: String,
    pub reason_error: Option<String>,
    /// Text of the button, a verb.
    pub submit: String,
    pub danger: bool,
    pub cancel_href: String,
}

pub fn confirm_page(view: &ConfirmView) -> Markup {
    let rows: Vec<_> =
        view.rows.iter().map(|(label, value)| (label.clone(), html! { (value) }, None)).collect();
    html! {
        div.form-page {
            h1 { (view.title) }
            p.lead { (view.text) }
            @if !rows.is_empty() { (summary_list(&rows)) }
            form.form method="post" action=(view.action) novalidate {
                (hidden(names::CSRF, &view.csrf))
                @for (name, value) in &view.hidden { (hidden(name, value)) }
                @if let Some(label) = &view.reason_label {
                    (field(&FieldView {
                        name: names::REASON.into(),
                        label: label.clone(),
                        kind: Input::LongText { rows: 3 },
                        value: view.reason_value.clone(),
                        error: view.reason_error.clone(),
                        width: Width::Full,
                        max_length: Some(1000),
                        ..FieldView::default()
                    }))
                }
                div.form-end {
                    button.btn.is-primary[!view.danger].is-danger[view.danger] type="submit" { (view.submit) }
                    a.btn.is-quiet href=(view.cancel_href) data-cancel { "Vazgeç" }
                }
            }
        }
    }
}

/// What went wrong, what to do, and what to tell the help desk.
#[derive(Clone, Debug, Default)]
pub struct ErrorView {
    /// HTTP status.
    pub code: u16,
    /// The h1: `Bu sayfa bulunamadı`.
    pub heading: String,
    pub text: String,
    /// Number the log carries too.
    pub reference: Option<String>,
    pub ways_back: Vec<Link>,
}

pub fn error_page(view: &ErrorView) -> Markup {
    html! {
        div.error-page {
            p.error-code aria-hidden="true" { (view.code) }
            h1 { (view.heading) }
            p.lead { (view.text) }
            @if let Some(reference) = &view.reference {
                p.muted { "Bilgi İşlem’e bildirirken şu numarayı söyleyin: " strong.reference { (reference) } }
            }
            @if !view.ways_back.is_empty() {
                ul.ways-back { @for link in &view.ways_back { li { a.btn href=(link.href) { (link.label) } } } }
            }
        }
    }
}
