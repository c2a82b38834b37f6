//! The record kinds of the directory, and the small helpers their rules share. Each kind is in its own file.

pub mod acting;
pub mod appointment;
pub mod norm;
pub mod staff;
pub mod title;
pub mod unit;

use kernel::record::{Choice, Draft, FieldValue, Kind, Record, Tone, Verb};
use kernel::{Error, Violation};

use crate::Refusal;

/// Every kind, in the order of the menu.
pub(crate) fn all() -> Vec<Kind> {
    vec![unit::kind(), title::kind(), norm::kind(), staff::kind(), appointment::kind(), acting::kind()]
}

/// Where something dated stands today.
pub(crate) const PHASES: &[Choice] = &[
    Choice::new("current", "Görevde", Tone::Done),
    Choice::new("coming", "Başlayacak", Tone::Doing),
    Choice::new("over", "Süresi doldu", Tone::Wait),
    Choice::new("none", "Onaylı değil", Tone::Wait),
];

/// Refusals of the pure rules as violations, at the fields of the form.
pub(crate) fn violations(
    refusals: impl IntoIterator<Item = Refusal>,
    field: impl Fn(&str) -> &'static str,
) -> Vec<Violation> {
    let made = |refusal: Refusal| Violation::new(refusal.code, field(refusal.field), refusal.reason);
    refusals.into_iter().map(made).collect()
}

pub(crate) fn as_error(refusals: Vec<Refusal>) -> Error {
    Error::invalid(violations(refusals, |_| ""))
}

pub(crate) fn text_of(draft: &Draft, column: &str, before: Option<&Record>) -> String {
    draft.or(column, before).text().to_string()
}

pub(crate) fn set_text(draft: &mut Draft, column: &'static str, text: impl Into<String>) {
    draft.set(column, FieldValue::Text(text.into()));
}

/// True when the draft changes a column of an existing record.
pub(crate) fn differs(draft: &Draft, column: &str, before: &Record) -> bool {
    draft.values.get(column).is_some_and(|value| value != before.get(column))
}

/// A row of a state table without extra work; fields of the struct add the rest.
pub(crate) const fn verb(
    id: &'static str,
    label_tr: &'static str,
    permission: &'static str,
    from: &'static [&'static str],
    to: &'static str,
    event: &'static str,
) -> Verb {
    Verb::new(id, label_tr, permission, from, to, event).official()
}
