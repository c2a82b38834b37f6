//! Asking for a service: the form its questions make, and the ticket that comes of it.

use axum::extract::Path;
use kernel::record::{self, Draft, FieldValue, Kind, Record};
use kernel::tx::Once;
use kernel::{Boxed, Error, ErrorKind, Result, Violation};
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome, redirect, see_other};

use super::kind;
use super::questions::{Answer, Question, parse};
use crate::ticket;

const PLACE: &str = "yer";

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, service: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let is_offered = service.get("state").text() == "offered" && ctx.actor().may(ticket::REPORT);
        let verbs = is_offered.then(|| ui::Verb {
            label: "İste".into(),
            href: format!("{}/iste", kind.address(service.id)),
            primary: true,
            ..ui::Verb::default()
        });
        Ok(Extras { verbs: verbs.into_iter().collect(), ..Extras::default() })
    })
}

pub(crate) async fn ask(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (service, questions) = offered(&ctx, id).await?;
    show(&ctx, &service, &questions, &Form::default(), &[]).await
}

/// The service and its questions; what is not offered is not there.
async fn offered(ctx: &Ctx, id: Uuid) -> Result<(Record, Vec<Question>)> {
    let service = record::get_visible(ctx.db(), &kind(), id, ctx.actor()).await?;
    if service.get("state").text() != "offered" {
        return Err(Error::not_found());
    }
    let questions = parse(service.get("questions").text()).map_err(Error::internal)?;
    Ok((service, questions))
}

fn name_of(place: usize) -> String {
    format!("soru{place}")
}

pub(crate) async fn take(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (service, questions) = offered(&ctx, id).await?;
    let mut violations = Vec::new();
    let mut said = vec![service.get("name").text().to_string()];
    for (place, question) in questions.iter().enumerate() {
        match question.read(form.get(&name_of(place))) {
            Ok(answer) if answer.is_empty() => {}
            Ok(answer) => said.push(format!("{} {answer}", question.text)),
            Err(why) => violations.push(Violation::new("HZM-002", name_of(place), why)),
        }
    }
    if form.get(PLACE).trim().is_empty() {
        violations.push(Violation::new("HZM-003", PLACE, "Nereye istediğinizi yazın."));
    }
    if !violations.is_empty() {
        return show(&ctx, &service, &questions, &form, &violations).await;
    }
    let tickets = ticket::kind();
    let mut draft = Draft::default();
    for (column, value) in [
        ("title", service.get("name").text()),
        ("description", &said.join("\n")),
        ("place", form.get(PLACE).trim()),
        ("kind", "request"),
        ("category", service.get("category").text()),
        ("urgency", "normal"),
        ("impact", "person"),
    ] {
        draft.set(column, FieldValue::Text(value.chars().take(10_000).collect()));
    }
    if let Some(staff) = ctx.actor().staff_id {
        draft.set("requester_id", FieldValue::Id(staff));
    }
    draft.set("service_id", FieldValue::Id(id));
    let tx = ctx.db().begin(&ctx.act).await?;
    let made = match record::create(&tx, &tickets, draft).await {
        Ok(made) => made,
        Err(error) if error.kind == ErrorKind::Invalid => {
            return show(&ctx, &service, &questions, &form, &error.violations).await;
        }
        Err(error) => return Err(error.into()),
    };
    let address = tickets.address(made);
    let token = form.get(ui::names::ONCE);
    if !token.is_empty()
        && let Once::Again(earlier) = tx.once(token, &address).await?
    {
        tx.rollback().await?;
        return Ok(see_other(&earlier));
    }
    tx.commit().await?;
    Ok(redirect(&address, "İsteğiniz alındı."))
}

async fn show(
    ctx: &Ctx,
    service: &Record,
    questions: &[Question],
    form: &Form,
    violations: &[Violation],
) -> Outcome {
    let error = |name: &str| violations.iter().find(|one| one.field == name).map(|one| one.text.clone());
    let mut fields: Vec<ui::FieldView> = questions
        .iter()
        .enumerate()
        .map(|(place, question)| {
            field(&name_of(place), question, form.get(&name_of(place)), error(&name_of(place)))
        })
        .collect();
    fields.push(ui::FieldView {
        name: PLACE.into(),
        label: "Nereye?".into(),
        hint: "Bina, kat, oda.".into(),
        value: form.get(PLACE).into(),
        max_length: Some(120),
        width: ui::Width::Long,
        error: error(PLACE),
        ..ui::FieldView::default()
    });
    let once = form.get(ui::names::ONCE);
    fields.push(ui::FieldView {
        name: ui::names::ONCE.into(),
        kind: ui::Input::Hidden,
        value: if once.is_empty() { ctx.app.clock.token() } else { once.into() },
        ..ui::FieldView::default()
    });
    let label = |name: &str| fields.iter().find(|one| one.name == name).map(|one| one.label.clone());
    let errors = violations
        .iter()
        .map(|one| ui::FieldError {
            field: if label(&one.field).is_some() { one.field.clone() } else { String::new() },
            label: label(&one.field).unwrap_or_default(),
            text: one.text.clone(),
        })
        .collect();
    let name = service.get("name").text();
    let view = ui::FormView {
        title: name.into(),
        lead: service.get("summary").text().into(),
        action: format!("{}/iste", kind().address(service.id)),
        csrf: ctx.csrf.clone(),
        errors,
        sections: vec![ui::FormSection { title: String::new(), fields, ..ui::FormSection::default() }],
        submit: "İste".into(),
        cancel_href: Some(kind().address(service.id)),
        draft_key: Some(format!("iste-{}", service.id)),
        ..ui::FormView::default()
    };
    let frame = Frame::new(name).crumb(kind().plural_tr, kind().path);
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

fn field(name: &str, question: &Question, value: &str, error: Option<String>) -> ui::FieldView {
    let kind = match &question.answer {
        Answer::Text => ui::Input::Text,
        Answer::LongText => ui::Input::LongText { rows: 4 },
        Answer::Number => ui::Input::Number,
        Answer::Day => ui::Input::Date,
        Answer::YesNo => ui::Input::Checkbox,
        Answer::OneOf(all) => {
            let none = ui::Opt::new("", "Seçin", value.is_empty());
            ui::Input::Select(
                std::iter::once(none)
                    .chain(all.iter().map(|one| ui::Opt::new(one, one, one == value)))
                    .collect(),
            )
        }
    };
    ui::FieldView {
        name: name.into(),
        label: question.text.clone(),
        kind,
        value: value.into(),
        optional: question.is_optional,
        width: ui::Width::Long,
        error,
        ..ui::FieldView::default()
    }
}
