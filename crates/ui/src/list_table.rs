//! The table of a list with its toolbar, bulk bar and pager. One POST form surrounds it when rows can be selected.

use maud::{Markup, html};

use crate::cell::Cell;
use crate::icons;
use crate::list::{BulkAction, ColumnsForm, Direction, Head, ListView, Pager, Row, SaveView, chips};
use crate::names;
use crate::pieces::empty_state;
use crate::shell::hidden;
use crate::table::{frame, is_code, is_number};

pub(crate) fn sheet(view: &ListView, csrf: &str) -> Markup {
    html! {
        section.sheet aria-label={ (view.title) " listesi" } {
            div.sheet-bars {
                (toolbar(view, csrf))
                @if !view.bulk.is_empty() && !view.rows.is_empty() { (bulk_bar(view)) }
            }
            @if view.rows.is_empty() {
                (empty_state(&view.empty.text, view.empty.action.as_ref()))
            } @else if view.bulk.is_empty() {
                (table(view))
            } @else {
                // The buttons of the bulk bar belong to this form by its id, so that the bar may stand in the toolbar.
                form #toplu method="post" action=(view.bulk_action_path) data-bulk {
                    (hidden(names::CSRF, csrf))
                    (table(view))
                }
            }
            @if !view.rows.is_empty() || view.pager.prev_href.is_some() { (pager(&view.pager)) }
        }
    }
}

fn toolbar(view: &ListView, csrf: &str) -> Markup {
    html! {
        div.toolbar {
            @if view.chips.is_empty() { span.range { (view.pager.range_text) } } @else { (chips(view)) }
            div.toolbar-end {
                @if let Some(href) = &view.texts_href { a.btn.is-quiet href=(href) { "Metinlerde ara" } }
                @if let Some(columns) = &view.columns_form { (columns_form(columns)) }
                @if let Some(save) = &view.save_view { (save_form(save, csrf)) }
                @if !view.exports.is_empty() {
                    button.btn.is-quiet type="button" popovertarget="disa-aktar" { "Dışa aktar" (icons::down()) }
                    div.panel #disa-aktar popover {
                        p.panel-note { "Gördüğünüz süzgeç ve sütunlarla indirilir." }
                        @for export in &view.exports { a.panel-link href=(export.href) download { (export.label) } }
                    }
                }
                @if !view.tools.is_empty() {
                    button.btn.is-quiet type="button" popovertarget="araclar" { "Araçlar" (icons::down()) }
                    div.panel #araclar popover {
                        @for tool in &view.tools { a.panel-link href=(tool.href) { (tool.label) } }
                    }
                }
                @if let Some(href) = &view.print_href { a.btn.is-quiet href=(href) { "Yazdır" } }
            }
        }
    }
}

fn columns_form(view: &ColumnsForm) -> Markup {
    html! {
        button.btn.is-quiet type="button" popovertarget="sutunlar" { "Sütunlar" (icons::down()) }
        form.panel #sutunlar popover method="get" action=(view.action) {
            @for (name, value) in &view.keep { (hidden(name, value)) }
            fieldset.checks {
                legend { "Gösterilecek sütunlar" }
                @for column in &view.columns {
                    label { input type="checkbox" name=(names::COLUMN) value=(column.name) checked[column.chosen]; (column.label) }
                }
            }
            button.btn type="submit" { "Uygula" }
        }
    }
}

fn save_form(view: &SaveView, csrf: &str) -> Markup {
    html! {
        button.btn.is-quiet type="button" popovertarget="gorunum-kaydet" { "Görünümü kaydet" }
        form.panel #gorunum-kaydet popover method="post" action=(view.action) {
            (hidden(names::CSRF, csrf))
            (hidden("sorgu", &view.query))
            label for="gorunum-adi" { "Görünümün adı" }
            input #gorunum-adi type="text" name=(names::VIEW_NAME) maxlength="40" required autocomplete="off";
            @if view.audiences.len() > 1 {
                label for="gorunum-kiminle" { "Kimler görsün" }
                select #gorunum-kiminle name="kiminle" {
                    @for audience in &view.audiences {
                        option value=(audience.value) selected[audience.selected] { (audience.label) }
                    }
                }
            }
            button.btn type="submit" { "Kaydet" }
            @if let Some(href) = &view.manage_href { a.panel-link href=(href) { "Kayıtlı görünümler" } }
        }
    }
}

fn bulk_bar(view: &ListView) -> Markup {
    html! {
        div.bulk role="group" aria-label="Seçili kayıtlarla yapılacaklar" {
            strong data-bulk-count { "Seçili kayıtlar" }
            @if let Some(count) = &view.all_matching_count {
                label.bulk-all data-bulk-all=(count) {
                    input type="checkbox" name=(names::ALL_MATCHING) value="evet" form="toplu";
                    "süzgece uyan " (count) " kaydın tümünü seç"
                }
            }
            div.bulk-acts { @for action in &view.bulk { (bulk_button(action)) } }
        }
    }
}

fn bulk_button(action: &BulkAction) -> Markup {
    html! {
        button.btn.is-danger[action.danger] type="submit" form="toplu" formaction=[&action.action]
            name=(names::VERB) value=(action.verb) {
            (action.label)
            @if action.needs_reason || action.confirm { "…" }
        }
    }
}

fn table(view: &ListView) -> Markup {
    let selectable = !view.bulk.is_empty();
    let body = html! {
        table.rows.as-cards data-list {
            thead {
                tr {
                    @if selectable {
                        th.pick scope="col" {
                            span.visually-hidden { "Seç" }
                            label.pick-page {
                                input type="checkbox" aria-label="Bu sayfadakileri seç" data-bulk-page hidden;
                                // Seen on phones, where the other headings are not.
                                span.pick-note aria-hidden="true" { "Bu sayfadakileri seç" }
                            }
                        }
                    }
                    @for column in &view.columns { (head(column)) }
                }
            }
            tbody { @for row in &view.rows { (line(row, &view.columns, selectable)) } }
        }
    };
    frame(&format!("{} tablosu", view.title), &body)
}

fn head(column: &Head) -> Markup {
    let (sorted, arrow) = match column.sort.as_ref().map(|sort| sort.state) {
        Some(Direction::Ascending) => (Some("ascending"), icons::sort_up()),
        Some(Direction::Descending) => (Some("descending"), icons::sort_down()),
        Some(Direction::None) | None => (None, icons::sort_none()),
    };
    html! {
        th class=[column.numeric.then_some("c-num")] scope="col" aria-sort=[sorted] {
            @match &column.sort {
                Some(sort) => a.sort href=(sort.href) { (column.label) (arrow) },
                None => (column.label),
            }
        }
    }
}

fn line(row: &Row, columns: &[Head], selectable: bool) -> Markup {
    let mut cells = row.cells.iter().zip(columns);
    let first = cells.next();
    html! {
        tr data-row=(row.id) {
            @if selectable {
                td.pick { label.pick-box { input type="checkbox" name=(names::IDS) value=(row.id) aria-label=(row.selected_label); } }
            }
            @if let Some((cell, _)) = first { (row_header(row, cell)) }
            @for (cell, column) in cells {
                td class={ (cell.class()) @if is_number(cell.plain()) { " is-code" } } data-label=(column.label) {
                    (cell.render())
                }
            }
        }
    }
}

fn row_header(row: &Row, cell: &Cell) -> Markup {
    let sub = match cell {
        Cell::Link { sub, .. } => sub.as_deref(),
        _ => None,
    };
    html! {
        th.number.is-code[is_code(cell.plain())] scope="row" {
            @if row.href.is_empty() { (cell.plain()) } @else { a href=(row.href) { (cell.plain()) } }
            @if let Some(sub) = sub { small { (sub) } }
        }
    }
}

pub(crate) fn pager(pager: &Pager) -> Markup {
    html! {
        nav.pager aria-label="Sayfalar" {
            span.range { (pager.range_text) }
            @if !pager.sizes.is_empty() {
                span.sizes {
                    "Sayfada "
                    @for size in &pager.sizes {
                        a href=(size.link.href) aria-current=[size.current.then_some("true")] { (size.link.label) }
                    }
                }
            }
            span.pager-end {
                @if let Some(href) = &pager.prev_href { a.btn rel="prev" href=(href) { "Önceki" } }
                @if let Some(href) = &pager.next_href { a.btn rel="next" href=(href) { "Sonraki" } }
            }
        }
    }
}
