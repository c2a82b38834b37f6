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
    /// What was refused, drawn above.
    pub refusal: Option<Markup>,
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
    /// How it is answered; `None` for some sentences.
    pub reason_input: Option<Input>,
    /// How to answer, under the question.
    pub reason_hint: String,
    pub reason_value: String,
    pub reason_error: Option<String>,
    /// A second question and what was answered, sent as `neden`.
    pub also: Option<(String, String)>,
    /// Asks for a signature drawn on the screen.
    pub pad: Option<PadView>,
    /// Text of the button, a verb.
    pub submit: String,
    pub danger: bool,
    pub cancel_href: String,
}

/// A sheet to sign on, under the text that is signed. Without script there is nothing to draw on; paper is the other way.
#[derive(Clone, Debug, Default)]
pub struct PadView {
    /// Who signs.
    pub signer: String,
    /// What the name is put to; line breaks are kept.
    pub statement: String,
    /// Width and height of the sheet, in the units of its points.
    pub sheet: (u16, u16),
    pub error: Option<String>,
}

/// A drawn signature and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct SignatureView {
    pub signer: String,
    /// An SVG path's `d`.
    pub path: String,
    pub sheet: (u16, u16),
    /// When and on whose screen.
    pub note: String,
}

/// Signatures side by side.
pub fn signatures(views: &[SignatureView]) -> Markup {
    html! {
        ul.drawn-signatures {
            @for one in views {
                li {
                    svg.signature viewBox=(format!("0 0 {} {}", one.sheet.0, one.sheet.1)) role="img"
                        aria-label={ (one.signer) ", imza" } { path d=(one.path) {} }
                    strong { (one.signer) }
                    span.muted { (one.note) }
                }
            }
        }
    }
}

fn pad(view: &PadView) -> Markup {
    html! {
        @if !view.statement.is_empty() {
            section.statement aria-label="İmzalanan metin" tabindex="0" {
                @for line in view.statement.lines() { p { (line) } }
            }
        }
        div.field.is-wrong[view.error.is_some()] {
            span.field-label { "İmza: " (view.signer) }
            @if let Some(error) = &view.error { p.field-error #imza-hata { (error) } }
            p.hint { "Kutunun içine parmağınızla, kalemle ya da fareyle imza atın. Ekranda çizemiyorsanız kâğıdı basıp imzalatın." }
            div.signature-pad data-signature-pad {
                svg viewBox=(format!("0 0 {} {}", view.sheet.0, view.sheet.1)) role="img"
                    aria-label="İmza kutusu: parmağınızla, kalemle ya da fareyle çizin" { path {} }
            }
            input type="hidden" name=(names::SIGNATURE);
            button.btn.is-quiet type="button" data-signature-clear { "Temizle" }
        }
    }
}

pub fn confirm_page(view: &ConfirmView) -> Markup {
    let rows: Vec<_> =
        view.rows.iter().map(|(label, value)| (label.clone(), html! { (value) }, None)).collect();
    html! {
        div.form-page {
            @if let Some(refusal) = &view.refusal { (refusal) }
            h1 { (view.title) }
            @if !view.text.is_empty() { p.lead { (view.text) } }
            @if !rows.is_empty() { (summary_list(&rows)) }
            form.form method="post" action=(view.action) novalidate {
                (hidden(names::CSRF, &view.csrf))
                @for (name, value) in &view.hidden { (hidden(name, value)) }
                @if let Some(label) = &view.reason_label {
                    (field(&FieldView {
                        name: names::REASON.into(),
                        label: label.clone(),
                        hint: view.reason_hint.clone(),
                        width: match &view.reason_input {
                            None => Width::Full,
                            Some(Input::Date) => Width::Short,
                            Some(_) => Width::Medium,
                        },
                        kind: view.reason_input.clone().unwrap_or(Input::LongText { rows: 3 }),
                        value: view.reason_value.clone(),
                        error: view.reason_error.clone(),
                        max_length: Some(1000),
                        is_first: view.refusal.is_none(),
                        ..FieldView::default()
                    }))
                }
                @if let Some((label, value)) = &view.also {
                    (field(&FieldView {
                        name: names::ALSO.into(),
                        label: label.clone(),
                        width: Width::Full,
                        kind: Input::Text,
                        value: value.clone(),
                        max_length: Some(1000),
                        ..FieldView::default()
                    }))
                }
                @if let Some(view) = &view.pad { (pad(view)) }
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
