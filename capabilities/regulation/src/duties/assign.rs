//! Who does a duty: the form, and taking it back. Units, titles and people are records of another crate and are
//! known here by their kind's id only.

use axum::extract::Path;
use kernel::record::Record;
use kernel::{Error, NewEvent, Ref, Violation, tr};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, choice, redirect};

use super::holders::{self, Whom};
use super::kind::WHO;
use super::page::duty_of;
use super::store::{self, Assignment};
use super::sync::restate;

const NOTE_LENGTH: u32 = 300;
const MANY_TITLE: &str = "Seçilen görevlerin sorumlusu";
/// Carries what was ticked, and tells the form that was filled in from the one that only brings it.
const WRITTEN: &str = "secilenler";
/// Duties one form may be about; the catalogue has fewer.
const MOST: usize = 500;
/// Form name, kind, label and hint of the three choices.
const CHOICES: [(&str, &str, &str, &str); 3] = [
    ("birim", "unit", "Birim", "Görevi yürüten birim."),
    ("unvan", "title", "Unvan", "Boş bırakırsanız birimdeki herkes sayılır."),
    ("personel", "staff", "Kişi", "Görev belli bir kişideyse seçin."),
];

pub(super) async fn ask(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (_, record) = duty_of(&ctx, id).await?;
    let view = view(&ctx, About::One(&record), &prefilled(&ctx, &record).await?, &[]).await?;
    ctx.page(frame(&record), ui::form(&view)).await
}

/// The button of the duty's page.
pub(super) async fn lead(_ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    Ok(web::see_other(&format!("/gorevler/{id}/kimde")))
}

/// What the regulation says of the duty, where the town has such a unit or title.
async fn prefilled(ctx: &Ctx, record: &Record) -> kernel::Result<Form> {
    let clauses = store::clauses_of(ctx.db(), record.get("code").text()).await?;
    let mut form = Form::default();
    for said in holders::said(ctx.db(), &clauses).await? {
        let (name, kind) = match said.kind {
            Some(Whom::Unit) => ("birim", "unit"),
            Some(Whom::Title) => ("unvan", "title"),
            None => continue,
        };
        if form.get(name).is_empty()
            && let Some((id, title)) = store::chosen(ctx.db(), kind, &said.name).await?
        {
            form.0.push((name.into(), id.to_string()));
            form.0.push((format!("{name}{}", ui::names::TYPED_SUFFIX), title));
        }
    }
    Ok(form)
}

pub(super) async fn add(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (kind, record) = duty_of(&ctx, id).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let (assignment, mut violations) = read(&tx, id, &form).await?;
    if is_known(&tx, &assignment).await? {
        violations.push(Violation::new("GRV-004", "birim", "Bu sorumlu zaten yazılı."));
    }
    if !violations.is_empty() {
        tx.rollback().await?;
        let view = view(&ctx, About::One(&record), &form, &violations).await?;
        return ctx.refused(frame(&record), ui::form(&view)).await;
    }
    keep(&tx, &assignment, &record.title(&kind)).await?;
    restate(&tx, None).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/gorevler/{id}"), "Sorumlu belirlendi."))
}

/// The same for every duty that was ticked in the list: the form first, then all of them in one transaction.
pub(super) async fn many(ctx: Ctx, form: Form) -> Outcome {
    let kind = ctx.registry().kind("duty").ok_or_else(|| Error::internal("no kind duty"))?;
    let carried = form.get(WRITTEN);
    if carried.is_empty() {
        let chosen = web::chosen_for(&ctx, &kind, WHO, &form).await?;
        let view = view(&ctx, About::Many(&chosen), &form, &[]).await?;
        return ctx.page(many_frame(), ui::form(&view)).await;
    }
    let chosen: Vec<Uuid> = carried.split(',').filter_map(|id| id.parse().ok()).take(MOST).collect();
    let tx = ctx.db().begin(&ctx.act).await?;
    let mut written = 0;
    for id in &chosen {
        let (assignment, violations) = read(&tx, *id, &form).await?;
        if !violations.is_empty() {
            tx.rollback().await?;
            let view = view(&ctx, About::Many(&chosen), &form, &violations).await?;
            return ctx.refused(many_frame(), ui::form(&view)).await;
        }
        if is_known(&tx, &assignment).await? {
            continue;
        }
        let record = kernel::record::get(&tx, &kind, *id).await?;
        keep(&tx, &assignment, &record.title(&kind)).await?;
        written += 1;
    }
    if written == 0 {
        tx.rollback().await?;
        return Ok(redirect("/gorevler", "Seçtiğiniz görevlerde bu sorumlu zaten yazılıydı."));
    }
    restate(&tx, None).await?;
    tx.commit().await?;
    Ok(redirect("/gorevler", &format!("{written} görevin sorumlusu belirlendi.")))
}

async fn is_known(tx: &kernel::Tx, assignment: &Assignment) -> kernel::Result<bool> {
    let same = |one: &Assignment| {
        (one.unit_id, one.title_id, one.staff_id)
            == (assignment.unit_id, assignment.title_id, assignment.staff_id)
    };
    Ok(store::assignments(tx, Some(assignment.duty_id)).await?.iter().any(same))
}

/// Writes it with its event; who calls works out afterwards what follows of it.
pub(super) async fn keep(tx: &kernel::Tx, assignment: &Assignment, title: &str) -> kernel::Result<()> {
    store::insert_assignment(tx, assignment).await?;
    let event = NewEvent::new(Ref::new("duty", assignment.duty_id), title, "assigned")
        .note(assignment.in_words())
        .related(concerned(assignment));
    tx.record(event).await?;
    Ok(())
}

pub(super) async fn remove(ctx: Ctx, Path((id, assignment)): Path<(Uuid, Uuid)>, _form: Form) -> Outcome {
    let (kind, record) = duty_of(&ctx, id).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let all = store::assignments(&tx, Some(id)).await?;
    let known = all.iter().find(|one| one.id == assignment).ok_or_else(Error::not_found)?;
    if !store::delete_assignment(&tx, id, assignment).await? {
        return Err(Error::not_found().into());
    }
    restate(&tx, None).await?;
    let event = NewEvent::new(Ref::new("duty", id), record.title(&kind), "unassigned")
        .note(known.in_words())
        .related(concerned(known));
    tx.record(event).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/gorevler/{id}"), "Sorumlu kaldırıldı."))
}

/// Whose timeline it belongs to as well: the person's, when one was named.
fn concerned(assignment: &Assignment) -> Ref {
    assignment.staff_id.map_or(Ref::new("unit", assignment.unit_id), |staff| Ref::new("staff", staff))
}

/// What the form means, or what is wrong with it.
async fn read(tx: &kernel::Tx, duty: Uuid, form: &Form) -> kernel::Result<(Assignment, Vec<Violation>)> {
    let mut violations = Vec::new();
    let mut found = Vec::new();
    for (name, kind, label, _) in CHOICES {
        let typed = form.chosen(name);
        let chosen = match typed.is_empty() {
            true => None,
            false => store::chosen(tx, kind, typed).await?,
        };
        if chosen.is_none() && !typed.is_empty() {
            let text = format!("{label}: “{typed}” bulunamadı; listeden seçin ya da tam adını yazın.");
            violations.push(Violation::new("GRV-001", name, text));
        }
        found.push(chosen);
    }
    if found[0].is_none() && form.chosen("birim").is_empty() {
        violations.push(Violation::new("GRV-002", "birim", "Birim seçin."));
    }
    let note = tr::clean_line(form.get("aciklama")).text;
    if note.chars().count() > NOTE_LENGTH as usize {
        let text = format!("Açıklama en çok {NOTE_LENGTH} karakter olabilir.");
        violations.push(Violation::new("GRV-003", "aciklama", text));
    }
    let id = |place: usize| found[place].as_ref().map(|(id, _)| *id);
    let name = |place: usize| found[place].as_ref().map(|(_, title)| title.clone());
    let assignment = Assignment {
        id: tx.new_id(),
        duty_id: duty,
        unit_id: id(0).unwrap_or_default(),
        title_id: id(1),
        staff_id: id(2),
        note,
        unit: name(0),
        title: name(1),
        staff: name(2),
    };
    Ok((assignment, violations))
}

/// What the form is about.
#[derive(Clone, Copy)]
enum About<'a> {
    One(&'a Record),
    Many(&'a [Uuid]),
}

async fn view(
    ctx: &Ctx,
    about: About<'_>,
    form: &Form,
    violations: &[Violation],
) -> kernel::Result<ui::FormView> {
    let fields = fields(ctx, form, violations).await?;
    let label = |name: &str| fields.iter().find(|one| one.name == name).map(|one| one.label.clone());
    let errors = violations.iter().map(|one| ui::FieldError {
        field: one.field.clone(),
        label: label(&one.field).unwrap_or_default(),
        text: one.text.clone(),
    });
    let view = ui::FormView {
        csrf: ctx.csrf.clone(),
        submit: "Sorumluyu ekle".into(),
        errors: errors.collect(),
        sections: vec![ui::FormSection { title: String::new(), fields, ..ui::FormSection::default() }],
        ..ui::FormView::default()
    };
    Ok(match about {
        About::One(duty) => ui::FormView {
            title: format!("Sorumlu belirle: {}", duty.get("title").text()),
            lead: duty.get("text").text().into(),
            action: format!("/gorevler/{}/kimde", duty.id),
            cancel_href: Some(format!("/gorevler/{}", duty.id)),
            ..view
        },
        About::Many(chosen) => {
            let ids: Vec<String> = chosen.iter().map(Uuid::to_string).collect();
            let mut view = ui::FormView {
                title: MANY_TITLE.into(),
                lead: format!("Seçtiğiniz {} görevin her birine aynı sorumlu yazılır.", chosen.len()),
                action: "/gorevler/sorumlu".into(),
                cancel_href: Some("/gorevler".into()),
                ..view
            };
            view.sections[0].fields.push(ui::FieldView {
                name: WRITTEN.into(),
                kind: ui::Input::Hidden,
                value: ids.join(","),
                ..ui::FieldView::default()
            });
            view
        }
    })
}

async fn fields(ctx: &Ctx, form: &Form, violations: &[Violation]) -> kernel::Result<Vec<ui::FieldView>> {
    let wrong = |name: &str| violations.iter().find(|one| one.field == name).map(|one| one.text.clone());
    let mut fields = Vec::new();
    for (name, kind, label, hint) in CHOICES {
        let value = form.get(name).to_string();
        let is_optional = name != "birim";
        let input = choice(ctx, kind, name, "Seçilmedi", form).await?;
        fields.push(ui::FieldView {
            name: name.into(),
            label: label.into(),
            hint: hint.into(),
            kind: input,
            value,
            optional: is_optional,
            error: wrong(name),
            ..ui::FieldView::default()
        });
    }
    fields.push(ui::FieldView {
        name: "aciklama".into(),
        label: "Açıklama".into(),
        value: form.get("aciklama").into(),
        optional: true,
        max_length: Some(NOTE_LENGTH),
        width: ui::Width::Long,
        error: wrong("aciklama"),
        ..ui::FieldView::default()
    });
    Ok(fields)
}

fn many_frame() -> Frame {
    Frame::new(MANY_TITLE).crumb("Görevler", "/gorevler")
}

fn frame(duty: &Record) -> Frame {
    let title = duty.get("title").text();
    Frame::new(format!("Sorumlu belirle: {title}"))
        .crumb("Görevler", "/gorevler")
        .crumb(title, format!("/gorevler/{}", duty.id))
}
