//! The filter row of a list: search, up to five filters, the rest under `Daha çok süzgeç`.

use maud::{Markup, html};

use crate::base::{Opt, id_part};
use crate::icons;
use crate::list::{FilterKind, FilterView, ListView, SearchBox};
use crate::names::{FROM_SUFFIX, TO_SUFFIX};
use crate::shell::hidden;

/// Filters beyond this many are folded away.
const SHOWN: usize = 5;

pub(crate) fn list_filters(view: &ListView) -> Markup {
    filters_called(view, "Listede süz", "Süz")
}

/// Filters of a page that is no list of records: the form's name, its button, where it leads, what is looked for.
pub fn filters(
    label: &str,
    submit: &str,
    path: &str,
    search: Option<SearchBox>,
    filters: Vec<FilterView>,
) -> Markup {
    let view = ListView { path: path.into(), search, filters, ..ListView::default() };
    filters_called(&view, label, submit)
}

/// The same under other names, for a page that is no list.
pub(crate) fn filters_called(view: &ListView, form_label: &str, submit: &str) -> Markup {
    if view.search.is_none() && view.filters.is_empty() {
        return html! {};
    }
    let (shown, folded) = view.filters.split_at(view.filters.len().min(SHOWN));
    // A folded filter with an error or a value must not hide from the person who set it.
    let open = folded.iter().any(|filter| filter.error.is_some());
    html! {
        form.filters role="search" aria-label=(form_label) method="get" action=(view.path) {
            @for (name, value) in &view.keep { (hidden(name, value)) }
            @if let Some(search) = &view.search {
                div.filter.is-search {
                    label.visually-hidden for="suzgec-ara" { "Listede ara" }
                    (icons::search())
                    input #suzgec-ara type="search" name=(search.name) value=(search.value) placeholder=(search.hint) autocomplete="off";
                }
            }
            @if !shown.is_empty() { div.filter-row { @for filter in shown { (one(filter)) } } }
            button.btn type="submit" { (submit) }
            @if !folded.is_empty() {
                details.more open[open] {
                    summary.btn { "Daha çok süzgeç" (icons::down()) }
                    div.more-body { @for filter in folded { (one(filter)) } }
                }
            }
        }
    }
}

fn one(filter: &FilterView) -> Markup {
    let id = format!("suzgec-{}", id_part(&filter.name));
    let error_id = format!("{id}-hata");
    let described = filter.error.is_some().then_some(error_id.as_str());
    html! {
        div.filter.is-set[is_set(filter)].is-wrong[filter.error.is_some()] {
            @match &filter.kind {
                FilterKind::Choice(options) => { (choice(filter, &id, options)) }
                FilterKind::YesNo => {
                    (choice(filter, &id, &yes_no(&filter.value)))
                }
                FilterKind::Text => {
                    label for=(id) { (filter.label) }
                    input #(id) type="text" name=(filter.name) value=(filter.value) autocomplete="off"
                        aria-invalid=[described.map(|_| "true")] aria-describedby=[described];
                }
                FilterKind::DateRange { from, to } => {
                    label for=(id) { (filter.label) }
                    input.is-date #(id) type="text" name={ (filter.name) (FROM_SUFFIX) } value=(from) placeholder="gg.aa.yyyy"
                        inputmode="decimal" autocomplete="off" data-date aria-invalid=[described.map(|_| "true")] aria-describedby=[described];
                    span aria-hidden="true" { "–" }
                    input.is-date type="text" name={ (filter.name) (TO_SUFFIX) } value=(to) placeholder="gg.aa.yyyy"
                        inputmode="decimal" autocomplete="off" data-date aria-label={ (filter.label) ", son gün" };
                }
            }
            @if let Some(error) = &filter.error { p.filter-error #(error_id) { (error) } }
        }
    }
}

fn choice(filter: &FilterView, id: &str, options: &[Opt]) -> Markup {
    html! {
        label for=(id) { (filter.label) }
        select #(id) name=(filter.name) {
            @if options.iter().all(|option| !option.value.is_empty()) { option value="" { "tümü" } }
            @for option in options {
                option value=(option.value) selected[option.selected] { (option.label) }
            }
        }
    }
}

fn yes_no(value: &str) -> [Opt; 2] {
    [Opt::new("evet", "evet", value == "evet"), Opt::new("hayir", "hayır", value == "hayir")]
}

fn is_set(filter: &FilterView) -> bool {
    match &filter.kind {
        FilterKind::Choice(options) => {
            options.iter().any(|option| option.selected && !option.value.is_empty())
        }
        FilterKind::DateRange { from, to } => !from.is_empty() || !to.is_empty(),
        FilterKind::Text | FilterKind::YesNo => !filter.value.is_empty(),
    }
}
