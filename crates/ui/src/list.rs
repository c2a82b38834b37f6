//! The list screen: view models and the order of its parts. Filters and table are drawn in their own files.

use maud::{Markup, html};

use crate::base::{Link, Opt};
use crate::cell::Cell;
use crate::list_filters::list_filters;
use crate::list_table::sheet;
use crate::pieces::tabs;

/// A whole list screen. The URL is its state: every link here carries the full query.
#[derive(Clone, Debug, Default)]
pub struct ListView {
    /// The h1.
    pub title: String,
    /// Beside the h1, such as `128` or `1.000+`.
    pub count_text: String,
    /// Path of the list without query: where the filter form goes.
    pub path: String,
    /// Query pairs the filter form must keep (sort, view, page size, columns).
    pub keep: Vec<(String, String)>,
    pub primary: Option<Link>,
    pub tabs: Vec<Tab>,
    pub search: Option<SearchBox>,
    /// The first five are shown, the rest wait under `Daha çok süzgeç`.
    pub filters: Vec<FilterView>,
    pub chips: Vec<Chip>,
    /// Where `Tümünü temizle` goes; shown when there are chips.
    pub clear_href: String,
    pub columns: Vec<Head>,
    pub rows: Vec<Row>,
    pub bulk: Vec<BulkAction>,
    /// Where the selection is posted; required when there are bulk actions.
    pub bulk_action_path: String,
    /// How many records fit the filters, such as `1.240`; offered for selection when more than the page.
    pub all_matching_count: Option<String>,
    pub pager: Pager,
    /// Files to download.
    pub exports: Vec<Link>,
    /// Pages that the list leads to.
    pub tools: Vec<Link>,
    pub columns_form: Option<ColumnsForm>,
    pub save_view: Option<SaveView>,
    pub empty: Empty,
    pub print_href: Option<String>,
    /// Where the same words are looked for in the texts of these records.
    pub texts_href: Option<String>,
}

/// A saved view, or a part of a record.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
    pub count: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct SearchBox {
    /// Query key, usually `ara`.
    pub name: String,
    pub value: String,
    /// What can be typed, such as `Numara, konu, kişi`.
    pub hint: String,
}

#[derive(Clone, Debug, Default)]
pub enum FilterKind {
    /// One of the options; an option with an empty value means no filter.
    Choice(Vec<Opt>),
    #[default]
    Text,
    /// Two dates as typed (`5.11.2026`); sent as `{name}_bas` and `{name}_son`.
    DateRange { from: String, to: String },
    /// Sent as `evet` or `hayir`.
    YesNo,
}

#[derive(Clone, Debug, Default)]
pub struct FilterView {
    pub name: String,
    pub label: String,
    pub kind: FilterKind,
    /// What was typed or chosen, kept even when it was refused.
    pub value: String,
    pub error: Option<String>,
}

/// A filter in force, with the address that takes it away.
#[derive(Clone, Debug, Default)]
pub struct Chip {
    pub label: String,
    pub remove_href: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    None,
    Ascending,
    Descending,
}

/// Where a click on a column heading goes, and how the list is sorted now.
#[derive(Clone, Debug, Default)]
pub struct SortLink {
    pub href: String,
    pub state: Direction,
}

#[derive(Clone, Debug, Default)]
pub struct Head {
    pub label: String,
    pub sort: Option<SortLink>,
    pub numeric: bool,
}

/// One record. The first cell becomes the row header and the link to `href`.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Value of the check box.
    pub id: String,
    pub href: String,
    pub cells: Vec<Cell>,
    /// Name of the check box, such as `T-2026-004817 kaydını seç`.
    pub selected_label: String,
}

#[derive(Clone, Debug, Default)]
pub struct BulkAction {
    /// Where this one is posted; none: with the others.
    pub action: Option<String>,
    /// Sent as `eylem`.
    pub verb: String,
    pub label: String,
    /// The server asks for a reason on the next page; the label gets an ellipsis.
    pub needs_reason: bool,
    pub danger: bool,
    /// The server asks for confirmation on the next page; the label gets an ellipsis.
    pub confirm: bool,
}

/// One choice of rows per page.
#[derive(Clone, Debug, Default)]
pub struct PageSize {
    pub link: Link,
    pub current: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Such as `1–25 / 128 kayıt`.
    pub range_text: String,
    pub prev_href: Option<String>,
    pub next_href: Option<String>,
    pub sizes: Vec<PageSize>,
}

#[derive(Clone, Debug, Default)]
pub struct ColumnChoice {
    pub name: String,
    pub label: String,
    pub chosen: bool,
}

/// The column picker: a GET form that sends `sutun` once per chosen column.
#[derive(Clone, Debug, Default)]
pub struct ColumnsForm {
    pub action: String,
    /// Query pairs to keep (filters, sort, page size).
    pub keep: Vec<(String, String)>,
    pub columns: Vec<ColumnChoice>,
}

/// Saves the present filters under a name (`ad`).
#[derive(Clone, Debug, Default)]
pub struct SaveView {
    pub action: String,
    /// Query text of the view, sent as `sorgu`.
    pub query: String,
    /// With whom it can be shared, sent as `kiminle`; not asked when there is no choice.
    pub audiences: Vec<Opt>,
    /// Where saved views are shared, chosen and removed.
    pub manage_href: Option<String>,
}

/// Why there is nothing, and what to do next.
#[derive(Clone, Debug, Default)]
pub struct Empty {
    pub text: String,
    pub action: Option<Link>,
}

/// The list screen, from the h1 down. `csrf` guards the bulk form and saving a view.
pub fn list(view: &ListView, csrf: &str) -> Markup {
    html! {
        div.top {
            h1 {
                (view.title)
                @if !view.count_text.is_empty() { " " span.count { (view.count_text) } }
            }
            @if let Some(primary) = &view.primary {
                div.top-end { a.btn.is-primary href=(primary.href) data-new { (primary.label) } }
            }
        }
        (tabs("Görünümler", &view.tabs))
        (list_filters(view))
        (sheet(view, csrf))
    }
}

pub(crate) fn chips(view: &ListView) -> Markup {
    html! {
        @if !view.chips.is_empty() {
            ul.chips aria-label="Geçerli süzgeçler" {
                @for chip in &view.chips {
                    li {
                        a.chip href=(chip.remove_href) {
                            span { (chip.label) }
                            span.visually-hidden { " süzgecini kaldır" }
                            (crate::icons::close())
                        }
                    }
                }
                li { a.chips-clear href=(view.clear_href) { "Tümünü temizle" } }
            }
        }
    }
}
