//! A row of the state table, from its button: the question first where it has one. What the rules refuse is said on the page it
//! was asked on, with what was typed and a way to each field.

use axum::extract::Path;
use http::StatusCode;
use kernel::record::{self, Answer, Kind, Record, Verb};
use kernel::{Error, ErrorKind, Violation};
use maud::{Markup, html};
use uuid::Uuid;

use super::detail::{self, Said};
use super::{DetailExtras, kind_of};
use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::form::Form;
use crate::shell::Frame;

pub(super) async fn run(
    ctx: Ctx,
    kind: &'static str,
    Path(id): Path<Uuid>,
    extras: Option<DetailExtras>,
    form: Form,
) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let verb = kind.verb(form.get(ui::names::VERB)).filter(|verb| !verb.is_elsewhere);
    let verb = verb.ok_or_else(super::unknown_verb)?;
    // Whoever may not is told so before, not after, they wrote a reason.
    ctx.act.require(verb.permission, record.unit_id(&kind), record.owner_id(&kind))?;
    let is_confirmed = form.get("onayli") == "evet";
    let is_open = verb.from.is_empty() || verb.from.contains(&record.get("state").text());
    let is_asking = is_open && (verb.needs_reason || verb.is_danger || verb.signer.is_some());
    let drawn = form.get(ui::names::SIGNATURE);
    let undrawn = verb.signer.is_some() && is_confirmed && record::Drawing::parse(drawn).is_none();
    if is_asking && (!is_confirmed || undrawn) {
        return ask(&ctx, (&kind, &record, verb), &form, undrawn, &[]).await;
    }
    let error = match act(&ctx, &kind, id, verb, &form).await {
        Ok(()) => {
            ctx.app.forget_cached();
            return super::lead_to(&ctx, &kind, id, &done(verb)).await;
        }
        Err(error) => error,
    };
    match error.kind {
        ErrorKind::Invalid if is_asking && verb.needs_reason => {
            ask(&ctx, (&kind, &record, verb), &form, false, &error.violations).await
        }
        ErrorKind::Invalid | ErrorKind::Conflict if kind.has_detail => {
            refused(&ctx, &kind, id, extras, (verb, &said(verb, &form)), &error).await
        }
        _ => Err(error.into()),
    }
}

async fn act(ctx: &Ctx, kind: &Kind, id: Uuid, verb: &Verb, form: &Form) -> kernel::Result<()> {
    let reason = said(verb, form);
    let tx = ctx.db().begin(&ctx.act).await?;
    if verb.signer.is_some() {
        record::sign(&tx, kind, id, verb.id, &reason, form.get(ui::names::SIGNATURE)).await?;
    } else {
        record::run_verb(&tx, kind, id, verb.id, &reason).await?;
    }
    tx.commit().await
}

/// What is said when it is done.
pub(super) fn done(verb: &Verb) -> String {
    if verb.done_tr.is_empty() {
        format!("“{}” işlemi yapıldı.", verb.label_tr)
    } else {
        verb.done_tr.into()
    }
}

/// The page that asks, again with what was answered where that was refused.
async fn ask(
    ctx: &Ctx,
    (kind, record, verb): (&Kind, &Record, &Verb),
    form: &Form,
    undrawn: bool,
    violations: &[Violation],
) -> Outcome {
    let (of_answer, others): (Vec<_>, Vec<_>) =
        violations.iter().cloned().partition(|one| one.field == record::REASON);
    let reason_error = of_answer.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(" ");
    let is_refused = undrawn || !violations.is_empty();
    let address = kind.address(record.id);
    let view = ui::ConfirmView {
        refusal: (!others.is_empty()).then(|| refusal(ctx, (kind, record, verb), &others)),
        title: format!("{}: {}", verb.label_tr, record.title(kind)),
        action: format!("{address}/eylem"),
        csrf: ctx.csrf.clone(),
        hidden: vec![(ui::names::VERB.into(), verb.id.into()), ("onayli".into(), "evet".into())],
        reason_label: verb.needs_reason.then(|| verb.reason_tr.into()),
        reason_input: input(verb),
        reason_hint: verb.reason_hint_tr.into(),
        reason_value: form.get(ui::names::REASON).into(),
        also: also(verb, form),
        reason_error: (!reason_error.is_empty()).then_some(reason_error),
        submit: verb.label_tr.into(),
        danger: verb.is_danger,
        pad: super::signature::pad(ctx, kind, record, verb, undrawn).await?,
        cancel_href: address,
        ..ui::ConfirmView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb(kind.plural_tr, kind.path);
    let content = ui::confirm_page(&view);
    if is_refused { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

/// How the question of a verb is answered, as the form draws it; `None` for some sentences.
pub(super) fn input(verb: &Verb) -> Option<ui::Input> {
    match verb.answer {
        Answer::Text => None,
        Answer::Line => Some(ui::Input::Text),
        Answer::Day => Some(ui::Input::Date),
    }
}

/// What was answered, as [`record::answer`] reads it.
pub(super) fn said(verb: &Verb, form: &Form) -> String {
    let first = form.get(ui::names::REASON);
    if verb.also_tr.is_empty() { first.into() } else { format!("{first}\n{}", form.get(ui::names::ALSO)) }
}

/// The second question of a verb that has one.
pub(super) fn also(verb: &Verb, form: &Form) -> Option<(String, String)> {
    (!verb.also_tr.is_empty()).then(|| (verb.also_tr.into(), form.get(ui::names::ALSO).into()))
}

/// The record's own page, with why it was not done above it and what had been typed below that.
async fn refused(
    ctx: &Ctx,
    kind: &Kind,
    id: Uuid,
    extras: Option<DetailExtras>,
    (verb, typed): (&Verb, &str),
    error: &Error,
) -> Outcome {
    // Read anew: somebody else may have been faster.
    let record = record::get_visible(ctx.db(), kind, id, ctx.actor()).await?;
    let (status, lines) = match error.kind {
        ErrorKind::Conflict => {
            (StatusCode::CONFLICT, vec![Violation::new("KYT-001", "", error.message_tr.clone())])
        }
        _ => (StatusCode::UNPROCESSABLE_ENTITY, error.violations.clone()),
    };
    let refusal = html! {
        (refusal(ctx, (kind, &record, verb), &lines))
        @if !typed.trim().is_empty() {
            (ui::notice(ui::FlashKind::Info, html! { "Yazdığınız: " span.lines { (typed) } }))
        }
    };
    detail::page(ctx, kind, &record, extras, Said::refused(status, refusal)).await
}

/// A line that is about a field leads to it in the form, where this person may correct it.
fn refusal(ctx: &Ctx, (kind, record, verb): (&Kind, &Record, &Verb), violations: &[Violation]) -> Markup {
    let may_correct = kind.may_edit(record, ctx.actor());
    let line = |one: &Violation| {
        let field = kind.field(&one.field).filter(|field| may_correct && field.is_asked(ctx.actor(), false));
        ui::FieldError {
            field: field.map_or("", |field| field.name).into(),
            label: field.map_or("", |field| field.label_of(record)).into(),
            text: one.text.clone(),
        }
    };
    let lines: Vec<ui::FieldError> = violations.iter().map(line).collect();
    let form = format!("{}/duzenle", kind.address(record.id));
    ui::refusal(&format!("“{}” yapılamadı", verb.label_tr), &form, &lines)
}
