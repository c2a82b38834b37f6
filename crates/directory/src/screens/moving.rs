//! Several people brought to a unit or a title at once: the form first, then each by itself, so that one who cannot move keeps
//! nobody else.

use axum::extract::Path;
use kernel::record::{self, Draft, FieldValue, Kind, ListQuery};
use kernel::{Day, Error, ErrorKind, Ref, Result, Tx, Violation, tr};
use maud::html;
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, choice, redirect};

use crate::kinds::staff::{MOVE, kind};

const PATH: &str = "/teskilat/personel/tasi";
const TITLE: &str = "Birim ya da unvan değiştir";
/// People of one act.
const MOST: usize = 500;
/// Carries who was ticked, and tells the form that was filled in from the one that only brings them.
const CHOSEN: &str = "secilenler";
const ON: &str = "tarih";
/// Form name, kind, column, label and hint.
const CHOICES: [(&str, &str, &str, &str, &str); 2] = [
    ("birim", "unit", "unit_id", "Yeni birim", "Boş bırakırsanız herkes kendi biriminde kalır."),
    ("unvan", "title", "title_id", "Yeni unvan", "Boş bırakırsanız herkes kendi unvanında kalır."),
];

/// Where people go, and from when.
struct Move {
    to: Vec<(&'static str, Uuid)>,
    on: Option<Day>,
}

/// The button of one person's page.
pub(super) async fn one(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let person = record::get_visible(ctx.db(), &kind(), id, ctx.actor()).await?;
    page(&ctx, &[person.id], &Form::default(), &[]).await
}

pub(super) async fn many(ctx: Ctx, form: Form) -> Outcome {
    let kind = kind();
    let carried = form.get(CHOSEN);
    if carried.is_empty() {
        let chosen = web::chosen_for(&ctx, &kind, MOVE, &form).await?;
        if chosen.len() > MOST {
            let text = format!("Bir seferde en çok {MOST} kişi işlenir; süzgeci daraltın.");
            return Err(Error::new(ErrorKind::TooLarge, text).into());
        }
        return page(&ctx, &chosen, &Form::default(), &[]).await;
    }
    let chosen: Vec<Uuid> = carried.split(',').filter_map(|id| id.parse().ok()).take(MOST).collect();
    if !any_seen(&ctx, &chosen).await? {
        return Err(Error::not_found().into());
    }
    let (wanted, violations) = read(&ctx, &form).await?;
    if !violations.is_empty() {
        return page(&ctx, &chosen, &form, &violations).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let (mut moved, mut failed) = (0, Vec::new());
    for id in chosen {
        tx.begin_part().await?;
        match bring(&tx, &kind, id, &wanted).await {
            Ok(is_moved) => {
                tx.end_part(true).await?;
                moved += i64::from(is_moved);
            }
            Err(error) if matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable) => {
                return Err(error.into());
            }
            Err(error) => {
                tx.end_part(false).await?;
                let first = error.violations.first().map(|one| one.text.clone());
                failed.push((id, first.unwrap_or(error.message_tr)));
            }
        }
    }
    if moved > 0 {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    ctx.app.forget_cached();
    if failed.is_empty() {
        let text = format!("Görev yeri değişen kişi: {}.", tr::grouped(moved));
        return Ok(redirect(kind.path, &text));
    }
    report(&ctx, &kind, moved, &failed).await
}

/// Whoever sees none of these people is told nothing of them.
async fn any_seen(ctx: &Ctx, chosen: &[Uuid]) -> Result<bool> {
    if chosen.is_empty() {
        return Ok(false);
    }
    let kind = kind();
    let query = ListQuery { only: chosen.to_vec(), size: 1, ..ListQuery::first(&kind) };
    let seen = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
    Ok(!seen.records.is_empty())
}

/// The same change as on the person's own form; false for whoever is there already.
async fn bring(tx: &Tx, kind: &Kind, id: Uuid, wanted: &Move) -> Result<bool> {
    let before = record::get(tx, kind, id).await?;
    let mut draft = Draft::default();
    for (column, to) in wanted.to.iter().filter(|(column, to)| before.get(column).id() != Some(*to)) {
        draft.set(column, FieldValue::Id(*to));
    }
    if draft.values.is_empty() {
        return Ok(false);
    }
    if let Some(on) = wanted.on {
        draft.set("effective_on", FieldValue::Text(on.to_string()));
    }
    record::update(tx, kind, id, before.version, draft).await
}

async fn read(ctx: &Ctx, form: &Form) -> Result<(Move, Vec<Violation>)> {
    let mut wrong = Vec::new();
    let mut to = Vec::new();
    for (name, of, column, label, _) in CHOICES {
        let typed = form.chosen(name);
        if typed.is_empty() {
            continue;
        }
        let kind = ctx.registry().kind(of).ok_or_else(|| Error::internal("a kind of this crate"))?;
        let found = match typed.parse::<Uuid>() {
            Ok(id) => Some(id),
            // Without script what was typed stands there; its exact name is enough.
            Err(_) => {
                let hits = record::search(ctx.db(), &[&kind], ctx.actor(), typed, 25).await?;
                hits.into_iter().find(|hit| hit.title == typed).map(|hit| hit.id)
            }
        };
        match found {
            Some(id) => to.push((column, id)),
            None => {
                let text = format!("{label}: “{typed}” bulunamadı; listeden seçin ya da tam adını yazın.");
                wrong.push(Violation::new("TAS-001", name, text));
            }
        }
    }
    if to.is_empty() && wrong.is_empty() {
        wrong.push(Violation::new("TAS-002", "birim", "Yeni birimi, yeni unvanı ya da ikisini seçin."));
    }
    let day = form.get(ON).trim();
    let on = match day.is_empty() {
        true => None,
        false => {
            tr::parse_date(day).map(Day).map_err(|text| wrong.push(Violation::new("TAS-003", ON, text))).ok()
        }
    };
    Ok((Move { to, on }, wrong))
}

async fn page(ctx: &Ctx, chosen: &[Uuid], form: &Form, violations: &[Violation]) -> Outcome {
    let ids: Vec<String> = chosen.iter().map(Uuid::to_string).collect();
    let mut fields = fields(ctx, form, violations).await?;
    let label = |name: &str| fields.iter().find(|one| one.name == name).map(|one| one.label.clone());
    let errors = violations.iter().map(|one| ui::FieldError {
        field: one.field.clone(),
        label: label(&one.field).unwrap_or_default(),
        text: one.text.clone(),
    });
    let errors = errors.collect();
    fields.push(ui::FieldView {
        name: CHOSEN.into(),
        kind: ui::Input::Hidden,
        value: ids.join(","),
        ..ui::FieldView::default()
    });
    let view = ui::FormView {
        title: TITLE.into(),
        lead: format!(
            "{} kişi. Norm kadroda yeri olmayan ya da ayrılmış olan taşınmaz, nedeni söylenir; ötekiler taşınır.",
            tr::grouped(chosen.len() as i64)
        ),
        action: PATH.into(),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        submit: "Değiştir".into(),
        cancel_href: Some(kind().path.into()),
        errors,
        sections: vec![ui::FormSection { fields, ..ui::FormSection::default() }],
        ..ui::FormView::default()
    };
    let frame = Frame::new(TITLE).crumb("Personel", kind().path);
    let content = ui::form(&view);
    if violations.is_empty() { ctx.page(frame, content).await } else { ctx.refused(frame, content).await }
}

async fn fields(ctx: &Ctx, form: &Form, violations: &[Violation]) -> Result<Vec<ui::FieldView>> {
    let wrong = |name: &str| violations.iter().find(|one| one.field == name).map(|one| one.text.clone());
    let mut fields = Vec::new();
    for (name, of, _, label, hint) in CHOICES {
        let value = form.get(name).to_string();
        let input = choice(ctx, of, name, "Değişmesin", form).await?;
        fields.push(ui::FieldView {
            name: name.into(),
            label: label.into(),
            hint: hint.into(),
            kind: input,
            value,
            optional: true,
            error: wrong(name),
            ..ui::FieldView::default()
        });
    }
    fields.push(ui::FieldView {
        name: ON.into(),
        label: "Geçerlilik tarihi".into(),
        hint: "Değişikliğin geçerli olduğu gün; boş bırakırsanız bugün.".into(),
        kind: ui::Input::Date,
        value: form.get(ON).into(),
        optional: true,
        width: ui::Width::Short,
        error: wrong(ON),
        ..ui::FieldView::default()
    });
    Ok(fields)
}

async fn report(ctx: &Ctx, kind: &Kind, moved: i64, failed: &[(Uuid, String)]) -> Outcome {
    let refs: Vec<Ref> = failed.iter().map(|(id, _)| Ref::new(kind.id, *id)).collect();
    let names = record::names(ctx.db(), &refs).await?;
    let name_of = |id: &Uuid| {
        names.iter().find(|named| named.id == *id).map_or("(kayıt yok)", |named| named.title.as_str())
    };
    let rows: Vec<_> = failed
        .iter()
        .map(|(id, text)| vec![html! { a href=(kind.address(*id)) { (name_of(id)) } }, html! { (text) }])
        .collect();
    let title = format!("{TITLE}: sonuç");
    let content = html! {
        h1 { (title) }
        p.lead { (tr::grouped(moved)) " kişinin görev yeri değişti, " (tr::grouped(failed.len() as i64)) " kişininki değişmedi." }
        (ui::table("Değişmeyenler", &ui::heads(&["Kişi", "Neden değişmedi"]), &rows))
        p { a.btn href=(kind.path) { "Listeye dön" } }
    };
    ctx.page(Frame::new(title).crumb("Personel", kind.path), content).await
}
