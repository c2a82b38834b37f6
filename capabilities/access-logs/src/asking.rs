//! Forms that ask something of all lines: drawn the same way, refused at their fields, answered below.

use kernel::Violation;
use maud::{Markup, html};
use web::{Ctx, Frame, Outcome};

use crate::search;

pub(crate) fn field(name: &str, label: &str, hint: &str, value: &str, kind: ui::Input) -> ui::FieldView {
    ui::FieldView {
        name: name.into(),
        label: label.into(),
        hint: hint.into(),
        value: value.into(),
        kind,
        width: ui::Width::Long,
        ..ui::FieldView::default()
    }
}

/// The page of a form, with what is wrong at its fields, and what came of it.
pub(crate) async fn page(
    ctx: &Ctx,
    mut view: ui::FormView,
    violations: &[Violation],
    answer: Markup,
) -> Outcome {
    for field in view.sections.iter_mut().flat_map(|section| &mut section.fields) {
        field.error = violations.iter().find(|one| one.field == field.name).map(|one| one.text.clone());
    }
    let fields = || view.sections.iter().flat_map(|section| &section.fields);
    let error = |one: &Violation| ui::FieldError {
        field: one.field.clone(),
        label: fields()
            .find(|field| field.name == one.field)
            .map_or_else(String::new, |field| field.label.clone()),
        text: one.text.clone(),
    };
    view.errors = violations.iter().map(error).collect();
    view.csrf = ctx.csrf.clone();
    let frame = Frame::new(view.title.clone()).crumb("Erişim kayıtları", search::PATH);
    let content = html! { (ui::form(&view)) (answer) };
    if violations.is_empty() { ctx.page(frame, content).await } else { ctx.refused(frame, content).await }
}
