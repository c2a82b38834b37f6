//! The form on which the organisation of a confirmed regulation is put right and opened.

use axum::extract::Path;
use kernel::{Error, ErrorKind, Violation};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome};

use super::super::founding::{
    Plan, SPARE, TitleRow, Under, UnitRow, found, parse, plan_of_profile, plan_of_reading, title_field,
    unit_field,
};
use super::super::opened::open;
use super::super::store::{self, Regulation};
use crate::profiles::Profile;

const TITLE: &str = "Teşkilatı kur";

pub(crate) async fn show(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let regulation = confirmed(&ctx, id).await?;
    let mut plan = proposed(&ctx, &regulation).await?;
    let open = open_now(&ctx).await?;
    (plan.open_units, plan.open_titles) = (open.open_units, open.open_titles);
    page(&ctx, &regulation, &plan, &[]).await
}

pub(crate) async fn send(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let regulation = confirmed(&ctx, id).await?;
    let (plan, violations) = parse(&form, open_now(&ctx).await?);
    if !violations.is_empty() {
        return page(&ctx, &regulation, &plan, &violations).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let opening = match found(&tx, (id, &regulation.title), &plan).await {
        Ok(opening) => opening,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            let violations = match error.violations.is_empty() {
                true => vec![Violation::new("YON-013", "", error.message_tr)],
                false => error.violations,
            };
            return page(&ctx, &regulation, &plan, &violations).await;
        }
        Err(error) => return Err(error.into()),
    };
    tx.commit().await?;
    ctx.app.forget_cached();
    let text = format!(
        "{} birim, {} unvan ve {} norm kadro satırı açıldı.",
        opening.units, opening.titles, opening.norms
    );
    let next = ctx.guide.map_or_else(|| directory::CHART_PATH.to_owned(), |guide| guide.next.to_owned());
    Ok(web::redirect(&next, &text))
}

/// Only what was confirmed founds anything; a draft may still change.
async fn confirmed(ctx: &Ctx, id: Uuid) -> kernel::Result<Regulation> {
    let regulation = store::regulation(ctx.db(), id).await?;
    // On the way of the set-up the town is founded from what was confirmed just now, whenever it takes force.
    if regulation.state == "in_force" || (ctx.guide.is_some() && regulation.state == "awaiting") {
        return Ok(regulation);
    }
    Err(Error::conflict("Teşkilat, onaylanıp yürürlüğe konmuş yönetmelikten kurulur. Önce onaylayın."))
}

async fn proposed(ctx: &Ctx, regulation: &Regulation) -> kernel::Result<Plan> {
    match regulation.profile.as_deref().and_then(Profile::of) {
        Some(profile) => Ok(plan_of_profile(profile)),
        None => Ok(plan_of_reading(&open(ctx.db(), regulation.id).await?)),
    }
}

async fn open_now(ctx: &Ctx) -> kernel::Result<Plan> {
    let open_units = directory::store::open_units(ctx.db()).await?;
    let open_titles = directory::store::open_titles(ctx.db()).await?;
    Ok(Plan { open_units, open_titles, ..Plan::default() })
}

async fn page(ctx: &Ctx, regulation: &Regulation, plan: &Plan, violations: &[Violation]) -> Outcome {
    let base = format!("/yonetmelik/{}", regulation.id);
    let mut plan = plan.clone();
    if violations.is_empty() {
        plan.units.extend(std::iter::repeat_n(spare_unit(), SPARE));
        plan.titles.extend(std::iter::repeat_n(spare_title(), SPARE));
    }
    let content = html! {
        div.form-page.is-wide {
            (summary(violations))
            div.top { h1 { (TITLE) } }
            p.lead {
                "Yönetmelikten okunan birimler ve unvanlar. Adları düzeltin, gerekmeyenlerin işaretini kaldırın, eksikleri boş \
                 satırlara yazın. Var olan birim ve unvanlar yeniden açılmaz."
            }
            form.form method="post" action={ (base) "/teskilat" } novalidate data-guard {
                input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                fieldset.section {
                    legend { h2 { "Birimler" } }
                    ul.plan { @for (number, row) in plan.units.iter().enumerate() { (unit(&plan, number, row, violations)) } }
                }
                fieldset.section {
                    legend { h2 { "Unvanlar ve norm kadro" } }
                    p.hint { "Kadro sayısı müdürlüğün norm kadro cetveline yazılır ve aşılmasına izin verilmez. Yönetmelikte sayı yoksa boş bırakın; cetvel sonra da doldurulabilir." }
                    ul.plan { @for (number, row) in plan.titles.iter().enumerate() { (title(&plan, number, row, violations)) } }
                }
                div.form-end {
                    button.btn.is-primary type="submit" { "Teşkilatı kur" }
                    @let back = ctx.guide.map_or(base.as_str(), |guide| guide.last);
                    a.btn.is-quiet href=(back) data-cancel { @if ctx.guide.is_some() { "Şimdi kurmadan sürdür" } @else { "Vazgeç" } }
                }
            }
        }
    };
    let frame =
        Frame::new(TITLE).crumb("Yönetmelikler", "/yonetmelik").crumb(&regulation.title, base.clone());
    if violations.is_empty() { ctx.page(frame, content).await } else { ctx.refused(frame, content).await }
}

fn spare_unit() -> UnitRow {
    UnitRow {
        is_wanted: false,
        name: String::new(),
        kind: "service".into(),
        under: Under::Row(0),
        read_at: String::new(),
    }
}

fn spare_title() -> TitleRow {
    TitleRow {
        is_wanted: false,
        name: String::new(),
        employment: "officer".into(),
        is_head: false,
        norm: String::new(),
        read_at: String::new(),
    }
}

fn summary(violations: &[Violation]) -> Markup {
    let errors: Vec<_> = violations
        .iter()
        .map(|one| ui::FieldError {
            field: one.field.clone(),
            label: label_of(&one.field),
            text: one.text.clone(),
        })
        .collect();
    ui::error_summary(&errors)
}

/// `birim3_ad` → `4. birim`.
fn label_of(field: &str) -> String {
    let number = |rest: &str| rest.split('_').next().and_then(|number| number.parse::<usize>().ok());
    for (prefix, noun) in [("birim", "birim"), ("unvan", "unvan")] {
        if let Some(number) = field.strip_prefix(prefix).and_then(number) {
            return format!("{}. {noun}", number + 1);
        }
    }
    String::new()
}

/// A small labelled control inside a row.
fn part(label: &str, class: &str, control: Markup) -> Markup {
    html! { label.plan-part.(class) { span { (label) } (control) } }
}

fn error_of(field: &str, violations: &[Violation]) -> Markup {
    html! {
        @for one in violations.iter().filter(|one| one.field == field) { span.field-error { (one.text) } }
    }
}

fn wanted(field: &str, is_wanted: bool, what: &str) -> Markup {
    html! {
        label.plan-pick {
            input type="checkbox" name=(field) value="evet" checked[is_wanted];
            span.visually-hidden { "Kur: " (what) }
        }
    }
}

fn name_input(field: &str, name: &str, most: u32) -> Markup {
    html! { input type="text" name=(field) id=(ui::field_id(field)) value=(name) maxlength=(most) autocomplete="off"; }
}

/// What the row means: new, or there already; and where it was read.
fn note(is_open: bool, read_at: &str, (name, field): (&str, &str)) -> Markup {
    html! {
        input type="hidden" name=(field) value=(read_at);
        @if !name.is_empty() && (is_open || !read_at.is_empty()) {
            small.plan-note {
                @if is_open { (ui::state_badge(ui::Tone::Done, "Teşkilatta var")) " " }
                (read_at)
            }
        }
    }
}

fn unit(plan: &Plan, number: usize, row: &UnitRow, violations: &[Violation]) -> Markup {
    let field = |part: &str| unit_field(number, part);
    let what = if row.name.is_empty() { format!("{}. satır", number + 1) } else { row.name.clone() };
    html! {
        li.plan-row.is-wrong[violations.iter().any(|one| one.field.starts_with(&field("")))] {
            (wanted(&field("kur"), row.is_wanted, &what))
            (part("Birimin adı", "is-name", html! { (name_input(&field("ad"), &row.name, 200)) (error_of(&field("ad"), violations)) }))
            (part("Türü", "", html! {
                select name=(field("tur")) {
                    @for choice in directory::kinds::unit::KINDS { option value=(choice.code) selected[choice.code == row.kind] { (choice.label_tr) } }
                }
            }))
            (part("Bağlı olduğu birim", "", html! {
                select name=(field("ust")) id=(ui::field_id(&field("ust"))) {
                    option value="" selected[row.under == Under::Top] { "En üstte" }
                    @for (other, above) in plan.units.iter().enumerate().filter(|(other, above)| *other != number && !above.name.is_empty()) {
                        option value={ "satir" (other) } selected[row.under == Under::Row(other)] { (above.name) }
                    }
                    @for (id, name) in &plan.open_units {
                        option value=(id) selected[row.under == Under::Unit(*id)] { (name) " (var)" }
                    }
                }
                (error_of(&field("ust"), violations))
            }))
            (note(plan.open_unit(&row.name).is_some(), &row.read_at, (&row.name, &field("yer"))))
        }
    }
}

fn title(plan: &Plan, number: usize, row: &TitleRow, violations: &[Violation]) -> Markup {
    let field = |part: &str| title_field(number, part);
    let what = if row.name.is_empty() { format!("{}. satır", number + 1) } else { row.name.clone() };
    html! {
        li.plan-row.is-wrong[violations.iter().any(|one| one.field.starts_with(&field("")))] {
            (wanted(&field("kur"), row.is_wanted, &what))
            (part("Unvan", "is-name", html! { (name_input(&field("ad"), &row.name, 120)) (error_of(&field("ad"), violations)) }))
            (part("İstihdam türü", "", html! {
                select name=(field("tur")) {
                    @for choice in directory::kinds::title::EMPLOYMENTS { option value=(choice.code) selected[choice.code == row.employment] { (choice.label_tr) } }
                }
            }))
            (part("Kadro sayısı", "is-count", html! {
                input type="text" inputmode="numeric" name=(field("kadro")) id=(ui::field_id(&field("kadro"))) value=(row.norm) maxlength="6" autocomplete="off";
                (error_of(&field("kadro"), violations))
            }))
            label.plan-check { input type="checkbox" name=(field("yonetici")) value="evet" checked[row.is_head]; " Birim yöneticisi" span.visually-hidden { ": " (what) } }
            (note(plan.open_title(&row.name).is_some(), &row.read_at, (&row.name, &field("yer"))))
        }
    }
}
