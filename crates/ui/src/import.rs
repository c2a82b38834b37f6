//! Preview of an import before anything is written: what will happen per row, and what is wrong where.

use maud::{Markup, html};

use crate::names;
use crate::shell::hidden;
use crate::table::frame;

/// One row of the file as it was read.
#[derive(Clone, Debug, Default)]
pub struct ImportRow {
    /// Line in the file, from 1, counting the heading.
    pub line: u32,
    pub cells: Vec<String>,
    /// What will be done, such as `eklenecek`, `güncellenecek`, `değişmedi`; empty when the row is refused.
    pub outcome: String,
    /// Column index and what is wrong; `None` is about the whole row.
    pub errors: Vec<(Option<usize>, String)>,
    /// The same of what is taken all the same, such as a word that nobody knows.
    pub remarks: Vec<(Option<usize>, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct ImportView {
    /// The h1.
    pub title: String,
    pub columns: Vec<String>,
    /// The rows shown; wrong ones first is the caller's choice.
    pub rows: Vec<ImportRow>,
    /// Such as `9.997 satır eklenecek`, `3 satır hatalı`: text and whether it is about errors.
    pub counts: Vec<(String, bool)>,
    /// How many rows are not shown, such as `9.900 satır daha`.
    pub more_text: Option<String>,
    pub action: String,
    pub csrf: String,
    /// Fields that name the upload.
    pub hidden: Vec<(String, String)>,
    /// Name and value of a second button, which leads back to the meaning of the columns.
    pub again: Option<(String, String)>,
    /// Text of the button; `None` when nothing can be imported.
    pub submit: Option<String>,
    pub cancel_href: String,
    /// The wrong rows as a file to correct.
    pub errors_href: Option<String>,
}

pub fn import_preview(view: &ImportView) -> Markup {
    let rows = html! {
        table.rows.import {
            thead {
                tr {
                    th scope="col" { "Satır" }
                    th scope="col" { "Sonuç" }
                    @for column in &view.columns { th scope="col" { (column) } }
                }
            }
            tbody { @for row in &view.rows { (line(row, view.columns.len())) } }
        }
    };
    html! {
        div.top { h1 { (view.title) } }
        ul.import-counts {
            @for (text, is_wrong) in &view.counts { li class=[is_wrong.then_some("is-wrong")] { (text) } }
        }
        section.sheet aria-label="Önizleme" {
            (frame("Aktarılacak satırlar", &rows))
            @if let Some(more) = &view.more_text { p.sheet-note { (more) } }
        }
        form.form-end method="post" action=(view.action) enctype="multipart/form-data" {
            (hidden(names::CSRF, &view.csrf))
            @for (name, value) in &view.hidden { (hidden(name, value)) }
            @if let Some(submit) = &view.submit { button.btn.is-primary type="submit" { (submit) } }
            @if let Some((name, value)) = &view.again {
                button.btn type="submit" name=(name) value=(value) { "Sütunları yeniden eşle" }
            }
            a.btn.is-quiet href=(view.cancel_href) { "Vazgeç" }
            @if let Some(href) = &view.errors_href { a.btn.is-quiet href=(href) download { "Hatalı satırları indir" } }
        }
    }
}

fn line(row: &ImportRow, columns: usize) -> Markup {
    let wrong = !row.errors.is_empty();
    html! {
        tr class=[wrong.then_some("is-wrong")] {
            th scope="row" { (row.line) }
            td {
                @if wrong {
                    ul.row-errors { @for (column, text) in &row.errors { @if column.is_none_or(|at| at >= columns) { li { (text) } } } }
                    @if row.errors.iter().all(|(column, _)| column.is_some()) { span.bad { "aktarılmayacak" } }
                } @else {
                    (row.outcome)
                    @for (_, text) in row.remarks.iter().filter(|(at, _)| at.is_none_or(|at| at >= columns)) { p.cell-remark { (text) } }
                }
            }
            @for index in 0..columns {
                td class=[(row.errors.iter().any(|(at, _)| *at == Some(index))).then_some("is-wrong")] {
                    (row.cells.get(index).map_or("", String::as_str))
                    @for (_, text) in row.errors.iter().filter(|(at, _)| *at == Some(index)) { p.cell-error { (text) } }
                    @for (_, text) in row.remarks.iter().filter(|(at, _)| *at == Some(index)) { p.cell-remark { (text) } }
                }
            }
        }
    }
}
