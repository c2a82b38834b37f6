//! Import from CSV or XLSX: what its columns mean where that is not plain, a preview that writes nothing, then the same
//! file written.

mod mapping;

use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use kernel::record::{self, Field, ImportRow, Kind, Outcome as RowOutcome, Plan, for_import, import_rows};
use kernel::{Error, NewEvent, Ref, Tx, tr};
use maud::html;
use printing::sheet::{self, Table};

use super::kind_of;
use crate::answer::{Outcome, download, redirect};
use crate::ctx::Ctx;
use crate::form::Upload;
use crate::shell::Frame;

/// Rows shown in the preview; all are checked.
const SHOWN_ROWS: usize = 200;
/// Rows of one file.
const MOST_ROWS: usize = 20_000;
/// A checked file travels in the confirmation form as text.
const CARRIED: &str = "icerik";
/// A table that was pasted instead of sent as a file.
const PASTED: &str = "tablo";
/// What the reader of tables is called on the command line.
pub const SHEET_READER: &str = "sheet";
/// The largest table that is taken is read in a tenth of it.
const READ_TIME: Duration = Duration::from_secs(8);

pub(super) async fn ask(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    page(&ctx, &kind, "", None).await
}

/// An empty table with the heads that are known, to be filled in.
pub(super) async fn sample(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let known = for_import(&kind);
    let heads: Vec<&str> = record::offered(&known).map(|field| field.label_tr).collect();
    let failed = |error: sheet::WriteError| Error::internal(error.turkish());
    let format = sheet::Format::Xlsx;
    let writer = sheet::SheetWriter::new(format, Vec::new(), kind.plural_tr, &heads).map_err(failed)?;
    let bytes = writer.finish().map_err(failed)?;
    Ok(download(&format!("{}-ornek.{}", kind.id, format.extension()), format.media_type(), bytes))
}

/// What the page says of the columns: those that must be there first.
fn columns_hint(kind: &Kind) -> String {
    let known = for_import(kind);
    let (needed, others): (Vec<&Field>, Vec<&Field>) =
        record::offered(&known).partition(|field| field.is_required && field.default.is_none());
    let names = |fields: &[&Field]| fields.iter().map(|one| one.label_tr).collect::<Vec<_>>().join(", ");
    let mut hint = "İlk satır başlıktır.".to_string();
    if !needed.is_empty() {
        hint += &format!(" Zorunlu sütunlar: {}.", names(&needed));
    }
    if !others.is_empty() {
        hint += &format!(" İsteğe bağlı sütunlar: {}.", names(&others));
    }
    let products: Vec<&str> = kind.origins.iter().map(|origin| origin.label_tr).collect();
    hint += " Sütunların adı başkaysa hangisinin ne olduğunu sonraki adımda siz söylersiniz";
    if !products.is_empty() {
        hint += &format!("; {} dışa aktarımları kendiliğinden tanınır", products.join(" ve "));
    }
    hint + "."
}

/// The page that asks for a file or a pasted table; `pasted` is what was sent before a refusal, and `error` why.
async fn page(ctx: &Ctx, kind: &Kind, pasted: &str, error: Option<&str>) -> Outcome {
    let error_at = |name: &str| {
        let is_here = (name == PASTED) != pasted.is_empty();
        error.filter(|_| is_here).map(str::to_string)
    };
    let file = ui::FieldView {
        name: ui::names::FILES.into(),
        label: "CSV ya da Excel dosyası".into(),
        hint: columns_hint(kind),
        kind: ui::Input::File { accept: ".csv,.xlsx".into(), multiple: false },
        optional: true,
        error: error_at(ui::names::FILES),
        ..ui::FieldView::default()
    };
    let table = ui::FieldView {
        name: PASTED.into(),
        label: "ya da tabloyu yapıştırın".into(),
        hint: "Excel’den kopyalanan hücreler olduğu gibi yapıştırılır; noktalı virgülle ayrılmış metin de olur. İlk satır yine başlıktır.".into(),
        kind: ui::Input::LongText { rows: 6 },
        value: pasted.into(),
        optional: true,
        width: ui::Width::Full,
        error: error_at(PASTED),
        ..ui::FieldView::default()
    };
    let errors = [&file, &table].into_iter().filter_map(|field| {
        let text = field.error.clone()?;
        Some(ui::FieldError { field: field.name.clone(), label: field.label.clone(), text })
    });
    let view = ui::FormView {
        title: format!("{}: içe aktar", kind.plural_tr),
        lead: "Önce ne olacağı gösterilir; onaylamadan hiçbir şey yazılmaz. Aynı dosya yeniden verilirse kayıtlar çoğalmaz.".into(),
        action: format!("{}/ice-aktar", kind.path),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        before: Some(html! {
            p { a href={ (kind.path) "/ice-aktar/ornek" } download { "Başlıkları hazır boş dosyayı indir (XLSX)" } }
        }),
        errors: errors.collect(),
        sections: vec![ui::FormSection { title: String::new(), fields: vec![file, table], ..ui::FormSection::default() }],
        submit: "Denetle".into(),
        cancel_href: Some(kind.path.into()),
        multipart: true,
        ..ui::FormView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb(kind.plural_tr, kind.path);
    if error.is_some() {
        ctx.refused(frame, ui::form(&view)).await
    } else {
        ctx.page(frame, ui::form(&view)).await
    }
}

pub(super) async fn run(ctx: Ctx, kind: &'static str, upload: Upload) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let carried = upload.form.get(CARRIED);
    let pasted = upload.form.get(PASTED);
    let bytes = match upload.files.first() {
        _ if !carried.is_empty() => Bytes::copy_from_slice(carried.as_bytes()),
        Some(_) if !pasted.trim().is_empty() => {
            let text = "Hem dosya seçtiniz hem tablo yapıştırdınız; birini bırakın.";
            return page(&ctx, &kind, pasted, Some(text)).await;
        }
        Some(file) => file.bytes.clone(),
        None if !pasted.trim().is_empty() => Bytes::copy_from_slice(pasted.as_bytes()),
        None => return page(&ctx, &kind, "", Some("Bir dosya seçin ya da tabloyu yapıştırın.")).await,
    };
    let table = match table_of(bytes).await? {
        Ok(table) => table,
        Err(refusal) => return page(&ctx, &kind, pasted, Some(&refusal)).await,
    };
    if table.rows.len() > MOST_ROWS {
        let text = format!("Bir seferde en çok {} satır alınır.", tr::grouped(MOST_ROWS as i64));
        return page(&ctx, &kind, pasted, Some(&text)).await;
    }
    let sheet = Sheet {
        rows: table.rows.iter().map(|row| row.cells.clone()).collect(),
        lines: table.rows.iter().map(|row| row.number as usize).collect(),
        header: table.header,
    };
    let step = if carried.is_empty() { Step::Propose } else { Step::of(upload.form.get(STEP)) };
    let planned = match step {
        Step::Propose => mapping::first(&ctx, &kind, &sheet).await?,
        Step::Map => mapping::sent(&ctx, &kind, &sheet, &upload.form).await?,
        Step::MapAgain => mapping::again(&ctx, &kind, &sheet, carried_plan(&kind, &sheet, &upload)).await?,
        Step::Write => return write(&ctx, &kind, &sheet, &carried_plan(&kind, &sheet, &upload)).await,
    };
    match planned {
        Planned::Asks(page) => Ok(*page),
        Planned::Ready(plan) => try_out(&ctx, &kind, &sheet, (&plan, step)).await,
    }
}

/// A file as it was read.
struct Sheet {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Number of each row in its file.
    lines: Vec<usize>,
}

/// Where a file that was sent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Propose,
    Map,
    MapAgain,
    Write,
}

/// The name under which a form says which step it is.
const STEP: &str = "adim";
/// The decisions of the mapping travel to the last step as text.
const PLAN: &str = "esleme";
const MAP: &str = "esle";
const MAP_AGAIN: &str = "esleme-degistir";

impl Step {
    fn of(sent: &str) -> Self {
        match sent {
            MAP => Self::Map,
            MAP_AGAIN => Self::MapAgain,
            _ => Self::Write,
        }
    }
}

/// What became of a question for the meaning of columns.
enum Planned {
    Ready(Plan),
    Asks(Box<Response>),
}

/// The plan as the preview carried it; of a form that carries none, what the head says by itself.
fn carried_plan(kind: &Kind, sheet: &Sheet, upload: &Upload) -> Plan {
    let carried = serde_json::from_str(upload.form.get(PLAN)).ok();
    carried.unwrap_or_else(|| record::propose(&for_import(kind), &sheet.header).plan)
}

/// What every row would become or became, in a transaction that the caller ends.
async fn rows_in(tx: &Tx, kind: &Kind, sheet: &Sheet, plan: &Plan) -> kernel::Result<Vec<ImportRow>> {
    let mut report = import_rows(tx, kind, plan, &sheet.header, &sheet.rows).await?;
    let is_said = |row: &&Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
    let lines = sheet.rows.iter().zip(&sheet.lines).filter(|(row, _)| is_said(row)).map(|(_, line)| *line);
    for (row, line) in report.iter_mut().zip(lines) {
        row.line = line;
    }
    Ok(report)
}

async fn begin(ctx: &Ctx) -> kernel::Result<Tx> {
    let mut act = ctx.act.clone();
    act.source = kernel::Source::Import;
    ctx.db().begin(&act).await
}

async fn try_out(ctx: &Ctx, kind: &Kind, sheet: &Sheet, (plan, step): (&Plan, Step)) -> Outcome {
    let tx = begin(ctx).await?;
    let report = rows_in(&tx, kind, sheet, plan).await;
    tx.rollback().await?;
    let report = report?;
    // A column that every row lacks is said once. Where some rows are right all the same, they change what is there.
    let is_hopeless = report.iter().all(|row| matches!(row.outcome, RowOutcome::Failed(_)));
    let lacking = lacking(kind, plan);
    if step == Step::Propose && is_hopeless && !report.is_empty() && !lacking.is_empty() {
        return match mapping::lacking(ctx, kind, sheet, plan, &lacking).await? {
            Planned::Asks(page) => Ok(*page),
            Planned::Ready(plan) => preview(ctx, kind, sheet, &plan, &report).await,
        };
    }
    preview(ctx, kind, sheet, plan, &report).await
}

/// Required fields that no column fills and nobody decided about.
fn lacking(kind: &Kind, plan: &Plan) -> Vec<Field> {
    let known = for_import(kind);
    let needed = record::offered(&known).filter(|field| field.is_required && field.default.is_none());
    let is_lacking = |field: &&Field| {
        let is_filled = plan.columns.iter().any(|name| name == field.name);
        !is_filled && !plan.fixed.contains_key(field.name) && !plan.instead.contains_key(field.name)
    };
    needed.filter(is_lacking).cloned().collect()
}

async fn write(ctx: &Ctx, kind: &Kind, sheet: &Sheet, plan: &Plan) -> Outcome {
    let tx = begin(ctx).await?;
    let report = match rows_in(&tx, kind, sheet, plan).await {
        Ok(report) => report,
        Err(error) if !error.violations.is_empty() => {
            let text: Vec<_> = error.violations.iter().map(|one| one.text.as_str()).collect();
            return page(ctx, kind, "", Some(&text.join(" "))).await;
        }
        Err(error) => return Err(error.into()),
    };
    let counts = counts(&report);
    let note = counts.iter().map(|(text, _)| text.clone()).collect::<Vec<_>>().join(", ");
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let (who, what) = (Ref::new("account", account), format!("{}: {note}", kind.plural_tr));
    tx.record(NewEvent::new(who, ctx.actor().name.clone(), "imported").note(what)).await?;
    record::remember(&tx, kind, &sheet.header, plan).await?;
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(redirect(kind.path, &format!("İçe aktarıldı: {note}.")))
}

/// The table in a file, or in Turkish why there is none. A server reads it in a process of its own.
async fn table_of(bytes: Bytes) -> kernel::Result<Result<Table, String>> {
    let read = move || match files::apart::ask(SHEET_READER, &[], &bytes, READ_TIME) {
        None => sheet::read(&bytes).map_err(|error| error.turkish()),
        Some(answer) => answer
            .map_err(|error| error.message_tr)
            .and_then(|table: Result<Table, sheet::ReadError>| table.map_err(|error| error.turkish())),
    };
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)
}

/// The reader's side of an import, as [`files::apart`] starts it.
///
/// # Errors
/// Pipes that broke.
pub fn serve_sheet_reader() -> std::io::Result<()> {
    files::apart::serve(|bytes| sheet::read(&bytes))
}

fn counts(report: &[ImportRow]) -> Vec<(String, bool)> {
    let count =
        |wanted: fn(&RowOutcome) -> bool| report.iter().filter(|row| wanted(&row.outcome)).count() as i64;
    let all = [
        (count(|outcome| *outcome == RowOutcome::Created), "yeni", false),
        (count(|outcome| *outcome == RowOutcome::Updated), "güncellenen", false),
        (count(|outcome| *outcome == RowOutcome::Unchanged), "değişmeyen", false),
        (count(|outcome| matches!(outcome, RowOutcome::Failed(_))), "hatalı", true),
    ];
    all.into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, word, bad)| (format!("{} {word}", tr::grouped(number)), bad))
        .collect()
}

async fn preview(ctx: &Ctx, kind: &Kind, sheet: &Sheet, plan: &Plan, report: &[ImportRow]) -> Outcome {
    // Faulty rows first, then those with a remark: they are what the person must look at.
    let mut shown: Vec<&ImportRow> = report.iter().collect();
    let is_failed = |row: &ImportRow| matches!(row.outcome, RowOutcome::Failed(_));
    shown.sort_by_key(|row| (!is_failed(row), row.remarks.is_empty(), row.line));
    let remarked = report.iter().filter(|row| !row.remarks.is_empty()).count();
    let mut counts = counts(report);
    if remarked > 0 {
        counts.push((format!("{} satırda tanınmayan sözcük", tr::grouped(remarked as i64)), false));
    }
    let view_row = |row: &&ImportRow| ui::ImportRow {
        line: u32::try_from(row.line).unwrap_or(u32::MAX),
        cells: row.cells.iter().map(|cell| as_people_write(cell)).collect(),
        outcome: match &row.outcome {
            RowOutcome::Created => "yeni",
            RowOutcome::Updated => "güncellenecek",
            RowOutcome::Unchanged => "değişiklik yok",
            RowOutcome::Failed(_) => "hatalı, alınmayacak",
        }
        .into(),
        errors: match &row.outcome {
            RowOutcome::Failed(violations) => {
                violations.iter().map(|one| (place(plan, &one.field), one.text.clone())).collect()
            }
            _ => Vec::new(),
        },
        remarks: row.remarks.iter().map(|one| (place(plan, &one.field), one.text.clone())).collect(),
    };
    let good =
        report.iter().filter(|row| matches!(row.outcome, RowOutcome::Created | RowOutcome::Updated)).count();
    let more = report.len().saturating_sub(SHOWN_ROWS);
    let view = ui::ImportView {
        title: format!("{}: önizleme", kind.plural_tr),
        columns: sheet.header.clone(),
        rows: shown.iter().take(SHOWN_ROWS).map(view_row).collect(),
        counts,
        more_text: (more > 0).then(|| format!("… ve {} satır daha denetlendi.", tr::grouped(more as i64))),
        action: format!("{}/ice-aktar", kind.path),
        csrf: ctx.csrf.clone(),
        hidden: vec![
            (CARRIED.into(), as_csv(&sheet.header, &sheet.rows)?),
            (PLAN.into(), serde_json::to_string(plan).map_err(Error::internal)?),
        ],
        again: Some((STEP.into(), MAP_AGAIN.into())),
        submit: (good > 0).then(|| format!("{} satırı yaz", tr::grouped(good as i64))),
        cancel_href: format!("{}/ice-aktar", kind.path),
        errors_href: None,
    };
    let frame = Frame::new(view.title.clone()).crumb(kind.plural_tr, kind.path);
    ctx.page(frame, html! { (ui::import_preview(&view)) }).await
}

/// A cell as it is shown: programs write days in their own order.
fn as_people_write(cell: &str) -> String {
    let text = cell.trim();
    match text.get(..10).map(str::parse::<kernel::Day>) {
        Some(Ok(day)) => format!("{}{}", tr::date(day.0), text[10..].replacen('T', " ", 1)),
        _ => cell.to_string(),
    }
}

fn place(plan: &Plan, field: &str) -> Option<usize> {
    plan.columns.iter().position(|name| name == field)
}

/// The checked rows as CSV text, so that what was shown is what will be written.
fn as_csv(header: &[String], rows: &[Vec<String>]) -> kernel::Result<String> {
    use sheet::{Cell, Format, SheetWriter};
    let failed = |error: sheet::WriteError| Error::internal(error.turkish());
    let head: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut sheet = SheetWriter::new(Format::Csv, Vec::new(), "icerik", &head).map_err(failed)?;
    // A row longer than its head was refused in the preview; it has no place in the table.
    for row in rows.iter().filter(|row| row.len() <= head.len()) {
        let cells: Vec<Cell<'_>> = row.iter().map(|text| Cell::Text(text)).collect();
        sheet.row(&cells).map_err(failed)?;
    }
    String::from_utf8(sheet.finish().map_err(failed)?).map_err(Error::internal)
}
