//! What you see, as CSV or XLSX; an event says who took personal data out.

use axum::extract::Path;
use kernel::record::{self, Field, FieldKind, FieldValue, Kind};
use kernel::{Error, ErrorKind, NewEvent, Ref, tr};
use printing::sheet::{Cell, Format, SheetWriter};

use super::{bulk, kind_of, list};
use crate::answer::{Outcome, download};
use crate::ctx::Ctx;
use crate::options::titles;

/// Rows of one export at most.
const MOST_ROWS: usize = 100_000;

pub(super) async fn export(ctx: Ctx, kind: &'static str, Path(format): Path<String>) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let format = match format.as_str() {
        "csv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        _ => return Err(Error::not_found().into()),
    };
    let columns = list::chosen_columns(&ctx, &kind);
    let (bytes, count) = write(&ctx, &kind, &columns, format).await?;
    note(&ctx, &kind, &columns, count).await?;
    let name = format!("{}-{}.{}", kind.id, ctx.act.now().day(), format.extension());
    Ok(download(&name, format.media_type(), bytes))
}

async fn write(
    ctx: &Ctx,
    kind: &Kind,
    columns: &[&Field],
    format: Format,
) -> kernel::Result<(Vec<u8>, usize)> {
    let (mut query, violations) = list::read(ctx, kind).await?;
    if !violations.is_empty() {
        return Err(Error::invalid(violations));
    }
    query.size = record::MAX_PAGE;
    query.cursor = None;
    let head: Vec<&str> = columns.iter().map(|field| field.label_tr).collect();
    let failed = |error: printing::sheet::WriteError| Error::internal(error.turkish());
    let mut sheet = SheetWriter::new(format, Vec::new(), kind.plural_tr, &head).map_err(failed)?;
    let mut count = 0;
    loop {
        let page = record::list(ctx.db(), kind, &query, ctx.actor(), kind.view).await?;
        let titles = titles(ctx, kind, &page.records).await?;
        for one in &page.records {
            let texts: Vec<String> = columns
                .iter()
                .map(|field| {
                    let value = one.get(field.name);
                    value.show(field, value.id().and_then(|id| titles.get(&id)).map(String::as_str))
                })
                .collect();
            let cells: Vec<Cell<'_>> = columns
                .iter()
                .zip(&texts)
                .map(|(field, text)| cell(field, one.get(field.name), text))
                .collect();
            sheet.row(&cells).map_err(failed)?;
        }
        count += page.records.len();
        if count > MOST_ROWS {
            let text =
                format!("En çok {} satır dışa aktarılır; süzgeci daraltın.", tr::grouped(MOST_ROWS as i64));
            return Err(Error::new(ErrorKind::TooLarge, text));
        }
        match page.records.last().filter(|_| page.has_next) {
            Some(last) => query = bulk::next(kind, query, last),
            None => break,
        }
    }
    Ok((sheet.finish().map_err(failed)?, count))
}

fn cell<'a>(field: &Field, value: &FieldValue, text: &'a str) -> Cell<'a> {
    match (field.kind, value) {
        (FieldKind::Int { .. }, FieldValue::Int(number)) => Cell::Int(*number),
        (FieldKind::Money, FieldValue::Int(kurus)) => Cell::Kurus(*kurus),
        _ => Cell::Text(text),
    }
}

async fn note(ctx: &Ctx, kind: &Kind, columns: &[&Field], count: usize) -> kernel::Result<()> {
    let personal: Vec<&str> =
        columns.iter().filter(|field| field.is_personal).map(|field| field.label_tr).collect();
    if personal.is_empty() {
        return Ok(());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let (what, count) = (kind.plural_tr, tr::grouped(count as i64));
    let note = format!("{what}: {count} kayıt; kişisel veri: {}", personal.join(", "));
    let account = ctx.actor().account_id.unwrap_or_default();
    tx.record(NewEvent::new(Ref::new("account", account), ctx.actor().name.clone(), "exported").note(note))
        .await?;
    tx.commit().await
}
