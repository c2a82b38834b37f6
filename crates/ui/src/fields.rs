//! One question of a form: label, hint, control, error. What a value means is the server's business.

use maud::{Markup, html};

use crate::base::{Opt, id_part};
use crate::names::TYPED_SUFFIX;
use crate::shell::hidden;

/// How the answer is given.
#[derive(Clone, Debug, Default)]
pub enum Input {
    #[default]
    Text,
    LongText {
        rows: u8,
    },
    /// Lines for a machine, such as a query: every letter as wide as the others, nothing corrected.
    Code {
        rows: u8,
    },
    /// Whole number, typed as `1.842`.
    Number,
    /// Amount in lira, typed as `1.234,56`.
    Money,
    /// Day, typed as `5.11.2026` or picked.
    Date,
    Email,
    Phone,
    /// `new` when a password is being chosen rather than given.
    Password {
        new: bool,
    },
    /// Sends `evet`; `value` is `evet` when ticked.
    Checkbox,
    Select(Vec<Opt>),
    Radio(Vec<Opt>),
    /// A record chosen from many: `value` is its id, sent under the field's name; what was typed is sent under
    /// the name with `_metin`, so that the server can look it up when there is no script.
    Combobox {
        source_href: String,
        chosen_label: String,
    },
    File {
        accept: String,
        multiple: bool,
    },
    /// A picture; a telephone opens its camera for it at once.
    Photo,
    Hidden,
    /// Shown, not sent.
    ReadOnly,
}

/// As wide as the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// About four characters.
    Tiny,
    /// About twelve characters: a date, a number, a plate.
    Short,
    /// About thirty characters: a name, a phone.
    #[default]
    Medium,
    /// About fifty characters: a subject.
    Long,
    /// As wide as the form.
    Full,
}

impl Width {
    fn class(self) -> &'static str {
        match self {
            Self::Tiny => "w-tiny",
            Self::Short => "w-short",
            Self::Medium => "w-medium",
            Self::Long => "w-long",
            Self::Full => "w-full",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct FieldView {
    pub name: String,
    pub label: String,
    /// How to answer, under the label.
    pub hint: String,
    pub kind: Input,
    /// What was typed or stored; kept when it was refused.
    pub value: String,
    /// Adds `isteğe bağlı` to the label; fields are required otherwise.
    pub optional: bool,
    /// By when an optional answer is needed after all, such as `imzaya sunmadan önce gerekli`; said instead.
    pub needed: String,
    /// Takes the focus when the page opens.
    pub is_first: bool,
    /// In characters.
    pub max_length: Option<u32>,
    pub width: Width,
    pub error: Option<String>,
    /// Value of the `autocomplete` attribute, such as `username`.
    pub autocomplete: Option<String>,
    /// Of texts: address that is sent the form while this field is typed and answers with a piece of page about it, shown
    /// under the control. Sent as a body, so that what people type stands in no address.
    pub lookup: Option<String>,
    /// Of a long text of one record a line: where its records are offered.
    pub each_line: Option<EachLine>,
}

/// The records that the lines of a text name. Without script the lines are typed.
#[derive(Clone, Debug, Default)]
pub struct EachLine {
    /// Answers with options whose value is what the line begins with.
    pub source_href: String,
    /// Follows it, such as `; ` where a quantity is typed next; empty where the line is whole.
    pub after: String,
}

impl FieldView {
    /// The HTML id of the control, for links from the error summary.
    pub(crate) fn id(&self) -> String {
        field_id(&self.name)
    }

    fn lookup_trigger(&self) -> Option<&'static str> {
        self.lookup.as_ref().map(|_| "input changed delay:400ms")
    }

    fn lookup_target(&self) -> Option<String> {
        self.lookup.as_ref().map(|_| format!("#{}-bulunan", self.id()))
    }

    fn described_by(&self) -> Option<String> {
        let id = self.id();
        let hint = (!self.hint.is_empty()).then(|| format!("{id}-ipucu"));
        let error = self.error.as_ref().map(|_| format!("{id}-hata"));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }
}

/// The id of the control that carries a form name.
pub fn field_id(name: &str) -> String {
    format!("alan-{}", id_part(name))
}

/// One field with its label, hint and error.
pub fn field(view: &FieldView) -> Markup {
    let id = view.id();
    let wrong = view.error.is_some();
    match &view.kind {
        Input::Hidden => hidden(&view.name, &view.value),
        Input::Radio(options) => radio(view, &id, options),
        Input::Checkbox => checkbox(view, &id),
        Input::ReadOnly => html! {
            div.field.is-read-only {
                p.field-label { (view.label) }
                (hint(view, &id))
                p.read-only #(id) { (view.value) }
            }
        },
        _ => html! {
            div.field.is-wrong[wrong] {
                label.field-label for=(id) { (view.label) (optional(view)) }
                (hint(view, &id))
                (error(view, &id))
                (control(view, &id))
                @if view.lookup.is_some() { div.lookup #{ (id) "-bulunan" } aria-live="polite" {} }
            }
        },
    }
}

fn control(view: &FieldView, id: &str) -> Markup {
    match &view.kind {
        Input::LongText { rows } | Input::Code { rows } => html! {
            @let is_code = matches!(view.kind, Input::Code { .. });
            textarea.(view.width.class()).is-code[is_code] #(id) name=(view.name) autofocus[view.is_first] rows=(rows) maxlength=[view.max_length]
                spellcheck=[is_code.then_some("false")] autocapitalize=[is_code.then_some("off")] autocomplete=[view.autocomplete.as_deref()] aria-invalid=[view.error.as_ref().map(|_| "true")]
                aria-describedby=[view.described_by()] hx-post=[view.lookup.as_deref()]
                data-each-line=[view.each_line.as_ref().map(|one| &one.source_href)] data-after=[view.each_line.as_ref().map(|one| &one.after)]
                hx-trigger=[view.lookup_trigger()] hx-target=[view.lookup_target()] { (view.value) }
        },
        Input::Select(options) => html! {
            select #(id) name=(view.name) autofocus[view.is_first] class=(view.width.class()) autocomplete=[view.autocomplete.as_deref()]
                aria-invalid=[view.error.as_ref().map(|_| "true")] aria-describedby=[view.described_by()] {
                @for option in options { option value=(option.value) selected[option.selected] { (option.label) } }
            }
        },
        Input::Combobox { source_href, chosen_label } => combobox(view, id, source_href, chosen_label),
        Input::File { accept, multiple } => html! {
            input.file #(id) type="file" name=(view.name) accept=[(!accept.is_empty()).then_some(accept)] multiple[*multiple]
                aria-invalid=[view.error.as_ref().map(|_| "true")] aria-describedby=[view.described_by()];
        },
        Input::Photo => html! {
            input.file #(id) type="file" name=(view.name) accept="image/jpeg,image/png" capture="environment"
                aria-invalid=[view.error.as_ref().map(|_| "true")] aria-describedby=[view.described_by()];
        },
        Input::Money => html! { span.affix { (text_input(view, id)) span aria-hidden="true" { "TL" } } },
        _ => text_input(view, id),
    }
}

fn text_input(view: &FieldView, id: &str) -> Markup {
    let (kind, mode) = match view.kind {
        Input::Number => ("text", Some("numeric")),
        Input::Money | Input::Date => ("text", Some("decimal")),
        Input::Email => ("email", None),
        Input::Phone => ("tel", None),
        Input::Password { .. } => ("password", None),
        _ => ("text", None),
    };
    let autocomplete = match (&view.autocomplete, &view.kind) {
        (Some(given), _) => given.as_str(),
        (None, Input::Password { new: true }) => "new-password",
        (None, Input::Password { new: false }) => "current-password",
        (None, _) => "off",
    };
    let is_date = matches!(view.kind, Input::Date);
    let is_number = matches!(view.kind, Input::Number | Input::Money);
    // A password is never written back into the page.
    let value = if matches!(view.kind, Input::Password { .. }) { "" } else { &view.value };
    html! {
        input.{ (view.width.class()) }.is-number[is_number] #(id) type=(kind) name=(view.name) value=(value) inputmode=[mode]
            autocomplete=(autocomplete) maxlength=[view.max_length] data-date[is_date] autofocus[view.is_first]
            placeholder=[is_date.then_some("gg.aa.yyyy")] spellcheck=[(kind != "text").then_some("false")]
            hx-post=[view.lookup.as_deref()] hx-trigger=[view.lookup_trigger()] hx-target=[view.lookup_target()]
            aria-invalid=[view.error.as_ref().map(|_| "true")] aria-describedby=[view.described_by()];
    }
}

fn combobox(view: &FieldView, id: &str, source_href: &str, chosen_label: &str) -> Markup {
    let typed = format!("{}{TYPED_SUFFIX}", view.name);
    html! {
        span.combobox data-combobox=(source_href) {
            (hidden(&view.name, &view.value))
            input #(id) type="text" name=(typed) value=(chosen_label) class=(view.width.class()) autocomplete="off"
                placeholder="Yazmaya başlayın" aria-invalid=[view.error.as_ref().map(|_| "true")]
                aria-describedby=[view.described_by()];
        }
    }
}

fn checkbox(view: &FieldView, id: &str) -> Markup {
    html! {
        div.field.is-check.is-wrong[view.error.is_some()] {
            (error(view, id))
            label.check {
                input #(id) type="checkbox" name=(view.name) value="evet" checked[view.value == "evet"]
                    aria-invalid=[view.error.as_ref().map(|_| "true")] aria-describedby=[view.described_by()];
                span { (view.label) }
            }
            (hint(view, id))
        }
    }
}

fn radio(view: &FieldView, id: &str, options: &[Opt]) -> Markup {
    html! {
        fieldset.field.is-wrong[view.error.is_some()] aria-describedby=[view.described_by()] {
            legend.field-label { (view.label) (optional(view)) }
            (hint(view, id))
            (error(view, id))
            @for (index, option) in options.iter().enumerate() {
                label.check {
                    // The first choice carries the field's id, so that the error summary can lead to it.
                    input id=[(index == 0).then_some(id)] type="radio" name=(view.name) value=(option.value)
                        checked[option.selected || (!view.value.is_empty() && option.value == view.value)];
                    span { (option.label) }
                }
            }
        }
    }
}

fn optional(view: &FieldView) -> Markup {
    html! {
        @if !view.needed.is_empty() { " " span.optional { "(" (view.needed) ")" } }
        @else if view.optional { " " span.optional { "(isteğe bağlı)" } }
    }
}

fn hint(view: &FieldView, id: &str) -> Markup {
    html! { @if !view.hint.is_empty() { p.hint #{ (id) "-ipucu" } { (view.hint) } } }
}

fn error(view: &FieldView, id: &str) -> Markup {
    html! {
        @if let Some(error) = &view.error {
            p.field-error #{ (id) "-hata" } { span.visually-hidden { "Hata: " } (error) }
        }
    }
}
