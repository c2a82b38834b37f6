//! A fault told with as few questions as there are: by whoever read the label of a device (`device`), and by the desk for
//! whoever is on the telephone (`phone`). The ticket that comes of it is one like any other.

pub(crate) mod device;
pub(crate) mod phone;

use kernel::record::{self, Draft, FieldValue, FilterValue, ListQuery, Record};
use kernel::tx::Once;
use kernel::{ErrorKind, Result, Violation};
use uuid::Uuid;
use web::{Ctx, Form};

use crate::ticket;

const DESCRIPTION: &str = "description";

/// Devices of one person that are offered; nobody answers for more by telephone.
const MOST_DEVICES: u32 = 20;

/// States in which a device can have a fault that somebody mends.
const MENDED_IN: [&str; 3] = ["in_stock", "in_use", "in_repair"];

/// What a fault of a device of this sort is about.
fn category_of(device: &str) -> &'static str {
    match device {
        "desktop" | "laptop" | "tablet" | "monitor" => "computer",
        "printer" | "scanner" => "printer",
        "network" => "network",
        "phone" => "phone",
        "camera" => "camera",
        _ => "other",
    }
}

/// A fault with what nobody is asked filled in as the desk would.
fn draft(texts: &[(&'static str, &str)]) -> Draft {
    let usual = [("title", ""), ("kind", "fault"), ("urgency", "normal"), ("impact", "person")];
    let mut draft = Draft::default();
    for (column, value) in usual.iter().chain(texts) {
        draft.set(column, FieldValue::Text((*value).into()));
    }
    draft
}

/// What became of a form.
enum Sent {
    /// A ticket; also when the same form came twice.
    Opened(Uuid),
    Refused(Vec<Violation>),
}

/// Opens the ticket with its files, once for each form that was shown.
async fn open(ctx: &Ctx, draft: Draft, form: &Form, files: &[files::Accepted]) -> Result<Sent> {
    let kind = ticket::kind();
    let tx = ctx.db().begin(&ctx.act).await?;
    let made = match record::create(&tx, &kind, draft).await {
        Ok(made) => made,
        Err(error) if error.kind == ErrorKind::Invalid => return Ok(Sent::Refused(error.violations)),
        Err(error) => return Err(error),
    };
    let token = form.get(ui::names::ONCE);
    if !token.is_empty()
        && let Once::Again(earlier) = tx.once(token, &kind.address(made)).await?
    {
        tx.rollback().await?;
        let earlier = earlier.rsplit('/').next().and_then(|id| id.parse().ok());
        return Ok(Sent::Opened(earlier.unwrap_or(made)));
    }
    if !files.is_empty() {
        let ticket = record::get(&tx, &kind, made).await?;
        web::attach(&tx, &kind, &ticket, files).await?;
    }
    tx.commit().await?;
    Ok(Sent::Opened(made))
}

/// Devices in somebody's charge, of those that the person who asks may see.
async fn devices_of(ctx: &Ctx, holder: Uuid) -> Result<Vec<Record>> {
    let Some(kind) = ctx.registry().kind("asset") else { return Ok(Vec::new()) };
    if !ctx.actor().may(kind.view) {
        return Ok(Vec::new());
    }
    let is_theirs = FilterValue::Is(FieldValue::Id(holder));
    let query =
        ListQuery { filters: vec![("holder_id", is_theirs)], size: MOST_DEVICES, ..ListQuery::first(&kind) };
    let mut devices = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?.records;
    devices.retain(|one| MENDED_IN.contains(&one.get("state").text()));
    Ok(devices)
}

/// So that a form that is sent twice opens one ticket.
fn once(ctx: &Ctx, form: &Form) -> ui::FieldView {
    let sent = form.get(ui::names::ONCE);
    ui::FieldView {
        name: ui::names::ONCE.into(),
        kind: ui::Input::Hidden,
        value: if sent.is_empty() { ctx.app.clock.token() } else { sent.into() },
        ..ui::FieldView::default()
    }
}

fn error_of(violations: &[Violation], name: &str) -> Option<String> {
    violations.iter().find(|one| one.field == name).map(|one| one.text.clone())
}

/// The lines above a form that was refused.
fn errors(violations: &[Violation], fields: &[ui::FieldView]) -> Vec<ui::FieldError> {
    let label = |name: &str| fields.iter().find(|one| one.name == name).map(|one| one.label.clone());
    let line = |one: &Violation| ui::FieldError {
        field: if label(&one.field).is_some() { one.field.clone() } else { String::new() },
        label: label(&one.field).unwrap_or_default(),
        text: one.text.clone(),
    };
    violations.iter().map(line).collect()
}
