//! Forms: new and edit. Refused input comes back as it was typed; two people's edits are shown side by side.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use kernel::record::{self, Field, FieldKind, Kind, LineBy, Record};
use kernel::{Error, ErrorKind, Violation};
use maud::Markup;
use uuid::Uuid;

use super::{FormBeside, attachments, kind_of, series, verb};
use crate::answer::{Outcome, redirect, redirect_refused, see_other};
use crate::ctx::Ctx;
use crate::form::{Form, Uploaded};
use crate::options::{Offered, Options, options, resolve, source_href, titles};
use crate::shell::Frame;

const ONCE: &str = ui::names::ONCE;

pub(super) async fn new(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    // A link may bring values along: "new unit under this one".
    let mut typed: BTreeMap<String, String> = ctx.query.iter().cloned().collect();
    series::begun(&ctx, &kind, &mut typed).await?;
    let mut view = form_view(&ctx, &kind, None, &typed, &[]).await?;
    view.before = series::choice(&ctx, &kind).await?;
    ctx.page(frame(&kind, &view.title, None), ui::form(&view)).await
}

pub(super) async fn create(ctx: Ctx, kind: &'static str, form: &Form, files: &[Uploaded]) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let mut typed = form.map();
    let mut violations = resolve_typed(&ctx, &kind, &mut typed).await?;
    let (draft, broken) = record::parse_form(&kind, &typed, None, ctx.actor());
    violations.extend(broken);
    // Files are looked at before anything is written, and only of a form that is right otherwise.
    let accepted =
        if violations.is_empty() { attachments::accept(&ctx, files).await } else { Ok(Vec::new()) };
    let accepted = accepted.unwrap_or_else(|error| {
        violations.push(Violation::new("EKL-002", ui::names::FILES, error.message_tr));
        Vec::new()
    });
    // A browser does not send files again by itself.
    if !violations.is_empty()
        && !files.is_empty()
        && violations.iter().all(|one| one.field != ui::names::FILES)
    {
        violations.push(Violation::new("EKL-003", ui::names::FILES, "Seçtiğiniz dosyaları yeniden seçin."));
    }
    if !violations.is_empty() {
        return refuse(&ctx, &kind, None, &typed, &violations).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let id = match record::create(&tx, &kind, draft).await {
        Ok(id) => id,
        Err(error) => return refuse_error(&ctx, &kind, None, &typed, error).await,
    };
    let address = kind.address(id);
    if let Some(earlier) = super::sent_before(&tx, form, &address).await? {
        tx.rollback().await?;
        return Ok(see_other(&earlier));
    }
    let record = record::get(&tx, &kind, id).await?;
    if !accepted.is_empty() {
        attachments::attach(&tx, &kind, &record, &accepted).await?;
    }
    tx.commit().await?;
    ctx.app.forget_cached();
    match series::of_new(&kind).filter(|_| form.get(ui::names::NEXT) == "evet") {
        Some(series) => Ok(series::again(&kind, &series, &typed, &record)),
        None => super::lead_to(&ctx, &kind, id, "Kaydedildi.").await,
    }
}

pub(super) async fn edit(
    ctx: Ctx,
    kind: &'static str,
    Path(id): Path<Uuid>,
    beside: Option<FormBeside>,
) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if !kind.is_editable(&record, ctx.actor()) {
        return Ok(redirect_refused(&kind.address(id), &kind.locked(&record)));
    }
    let mut view = form_view(&ctx, &kind, Some(&record), &BTreeMap::new(), &[]).await?;
    if series::verb_of(&ctx, &kind, &record).is_some() {
        view.before = Some(series::skip(&kind, &record));
        view.beside = series::beside(&ctx, &kind, &record, beside).await?;
    }
    ctx.page(frame(&kind, &view.title, Some(&record)), ui::form(&view)).await
}

pub(super) async fn update(
    ctx: Ctx,
    kind: &'static str,
    Path(id): Path<Uuid>,
    beside: Option<FormBeside>,
    form: Form,
) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let mut typed = form.map();
    let mut violations = resolve_typed(&ctx, &kind, &mut typed).await?;
    let is_box = |field: &&Field| {
        let is_asked = field.is_asked(ctx.actor(), false) && !kind.is_fixed(&record, field.name);
        is_asked && matches!(field.kind, FieldKind::Bool)
    };
    for field in kind.fields.iter().filter(is_box) {
        typed.insert(format!("{}__shown", field.name), "1".into());
    }
    let (mut draft, broken) = record::parse_form(&kind, &typed, Some(&record), ctx.actor());
    draft.why = form.get(ui::names::REASON).to_string();
    violations.extend(broken);
    let beside = series::beside(&ctx, &kind, &record, beside).await?;
    let before = Some((&record, beside.as_ref()));
    if !violations.is_empty() {
        return refuse(&ctx, &kind, before, &typed, &violations).await;
    }
    let version = form.get(ui::names::VERSION).parse().unwrap_or(record.version);
    let then = series::verb_of(&ctx, &kind, &record).filter(|_| form.get(ui::names::NEXT) == "evet");
    let is_changed = match save(&ctx, &kind, id, (version, draft), then).await {
        Ok(is_changed) => is_changed,
        Err(error) if error.kind == ErrorKind::Conflict => {
            // Read anew: the other's change may have come between the look above and the writing.
            let now = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
            if now.version != version {
                return conflict(&ctx, &kind, &now, &typed).await;
            }
            return refuse_error(&ctx, &kind, Some((&now, beside.as_ref())), &typed, error).await;
        }
        Err(error) => return refuse_error(&ctx, &kind, before, &typed, error).await,
    };
    if let Some(verb) = then {
        ctx.app.forget_cached();
        let said = format!("{} {}", verb::done(verb), record.title(&kind));
        return series::go_on(&ctx, &kind, &record, &format!("{}.", said.trim_end_matches('.'))).await;
    }
    if !is_changed {
        return Ok(redirect(&kind.address(id), "Değişiklik yapmadınız; kayıt olduğu gibi duruyor."));
    }
    ctx.app.forget_cached();
    super::lead_to(&ctx, &kind, id, "Değişiklik kaydedildi.").await
}

/// Writes what was changed and, where that ends the work on it, runs the verb that ends it, in one step. Answers whether
/// anything differed.
async fn save(
    ctx: &Ctx,
    kind: &Kind,
    id: Uuid,
    (version, draft): (i64, record::Draft),
    then: Option<&record::Verb>,
) -> kernel::Result<bool> {
    let tx = ctx.db().begin(&ctx.act).await?;
    let is_changed = record::update(&tx, kind, id, version, draft).await?;
    if let Some(verb) = then {
        record::run_verb(&tx, kind, id, verb.id, "").await?;
    }
    // The rules may have locked rows or filled columns on the way; a form saved as it was leaves no trace.
    if is_changed || then.is_some() {
        tx.commit().await?
    } else {
        tx.rollback().await?
    }
    Ok(is_changed)
}

/// A combobox without script sends the typed text under `name_metin`; it is looked up here.
async fn resolve_typed(
    ctx: &Ctx,
    kind: &Kind,
    typed: &mut BTreeMap<String, String>,
) -> kernel::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for field in &kind.fields {
        let FieldKind::Reference(target) = field.kind else { continue };
        let text =
            typed.get(&format!("{}{}", field.name, ui::names::TYPED_SUFFIX)).cloned().unwrap_or_default();
        let is_chosen = typed.get(field.name).is_some_and(|value| !value.is_empty());
        if is_chosen || text.trim().is_empty() {
            continue;
        }
        match resolve(ctx, target, field.among, &text).await? {
            Some(id) => {
                typed.insert(field.name.into(), id.to_string());
            }
            None => {
                let text =
                    format!("“{text}” ile tek bir kayıt bulunamadı; numarasını ya da tam adını yazın.");
                violations.push(Violation::new("ALN-002", field.name, text));
            }
        }
    }
    Ok(violations)
}

/// The record that a form is about, and what stands beside it.
type Before<'a> = Option<(&'a Record, Option<&'a Markup>)>;

/// Rules send the person back to the form; anything else to the error page.
async fn refuse_error(
    ctx: &Ctx,
    kind: &Kind,
    record: Before<'_>,
    typed: &BTreeMap<String, String>,
    error: Error,
) -> Outcome {
    match error.kind {
        ErrorKind::Invalid => refuse(ctx, kind, record, typed, &error.violations).await,
        ErrorKind::Conflict => {
            let violation = Violation::new("KYT-001", "", error.message_tr);
            refuse(ctx, kind, record, typed, &[violation]).await
        }
        _ => Err(error.into()),
    }
}

async fn refuse(
    ctx: &Ctx,
    kind: &Kind,
    before: Before<'_>,
    typed: &BTreeMap<String, String>,
    violations: &[Violation],
) -> Outcome {
    let record = before.map(|(record, _)| record);
    let mut view = form_view(ctx, kind, record, typed, violations).await?;
    view.beside = before.and_then(|(_, beside)| beside.cloned());
    ctx.refused(frame(kind, &view.title, record), ui::form(&view)).await
}

/// The form again with what was typed, beside what the other person saved meanwhile.
async fn conflict(ctx: &Ctx, kind: &Kind, now: &Record, typed: &BTreeMap<String, String>) -> Outcome {
    let mut view = form_view(ctx, kind, Some(now), typed, &[]).await?;
    let titles = titles(ctx, kind, std::slice::from_ref(now)).await?;
    let mut rows = Vec::new();
    for field in kind.fields.iter().filter(|field| field.is_asked(ctx.actor(), false)) {
        let theirs = now.get(field.name);
        let yours = typed.get(field.name).cloned().unwrap_or_default();
        if yours == theirs.typed(field) {
            continue;
        }
        let theirs = theirs.show(field, theirs.id().and_then(|id| titles.get(&id)).map(String::as_str));
        let yours = shown_choice(ctx, field, &yours, now.get(field.name).id()).await?;
        rows.push(ui::ConflictRow { label: field.label_tr.into(), yours, theirs });
    }
    view.conflict = Some(ui::ConflictView { by_text: String::new(), rows });
    let mut frame = frame(kind, &view.title, Some(now));
    frame.title = format!("Hata: {}", frame.title);
    let response: Response = ctx.page_with(StatusCode::CONFLICT, frame, ui::form(&view)).await?;
    Ok(response)
}

/// What a chosen value is called. A number typed by hand tells no more than the list of choices would; `stored` is what
/// the record that the person sees refers to.
async fn shown_choice(ctx: &Ctx, field: &Field, typed: &str, stored: Option<Uuid>) -> kernel::Result<String> {
    if let (FieldKind::Reference(target), Ok(id)) = (field.kind, typed.parse::<Uuid>()) {
        if stored == Some(id) {
            let named = record::names(ctx.db(), &[kernel::Ref::new(target, id)]).await?;
            return Ok(named.first().map(|named| named.title.clone()).unwrap_or_default());
        }
        let Some(target) = ctx.registry().kind(target) else { return Ok(String::new()) };
        let seen = record::choosable_one(ctx.db(), &target, ctx.actor(), id).await?;
        return Ok(seen.map(|seen| seen.title).unwrap_or_default());
    }
    let choice = field.choices().iter().find(|choice| choice.code == typed);
    Ok(choice.map_or_else(|| typed.to_string(), |choice| choice.label_tr.to_string()))
}

fn frame(kind: &Kind, title: &str, record: Option<&Record>) -> Frame {
    let frame = Frame::new(title).crumb(kind.plural_tr, kind.path);
    match record {
        Some(record) => frame.crumb(record.title(kind), kind.address(record.id)),
        None => frame,
    }
}

async fn form_view(
    ctx: &Ctx,
    kind: &Kind,
    record: Option<&Record>,
    typed: &BTreeMap<String, String>,
    violations: &[Violation],
) -> kernel::Result<ui::FormView> {
    let first_files = kind.first_files.filter(|_| record.is_none());
    let mut sections = sections(ctx, kind, record, typed, violations).await?;
    if record.is_none() {
        let token = typed
            .get(ONCE)
            .filter(|token| !token.is_empty())
            .cloned()
            .unwrap_or_else(|| ctx.app.clock.token());
        let token = ui::FieldView {
            name: ONCE.into(),
            kind: ui::Input::Hidden,
            value: token,
            ..ui::FieldView::default()
        };
        sections.first_mut().expect("there is a section").fields.push(token);
    }
    let label = |name: &str| {
        let files = kind.first_files.filter(|_| name == ui::names::FILES);
        let why = (name == record::REASON).then_some("Düzeltmenin gerekçesi");
        kind.field(name).map(|field| field.label_tr).or(files).or(why).unwrap_or_default().to_string()
    };
    let address = record.map(|record| kind.address(record.id));
    let names: Vec<String> =
        sections.iter().flat_map(|section| &section.fields).map(|field| field.name.clone()).collect();
    let is_asked = |name: &str| names.iter().any(|known| known == name);
    Ok(ui::FormView {
        title: match record {
            Some(record) => format!("{}: düzenle", record.title(kind)),
            None => format!("Yeni {}", kind.name_tr),
        },
        action: address
            .as_ref()
            .map_or_else(|| format!("{}/yeni", kind.path), |address| format!("{address}/duzenle")),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        version: record.map(|record| record.version.to_string()),
        sections,
        submit: "Kaydet".into(),
        submit_next: match record {
            None => series::of_new(kind).map(|_| "Kaydet ve sıradaki".into()),
            Some(record) => {
                series::verb_of(ctx, kind, record).map(|verb| format!("{} ve sıradaki", verb.label_tr))
            }
        },
        cancel_href: Some(address.unwrap_or_else(|| kind.path.into())),
        errors: violations
            .iter()
            .map(|one| ui::FieldError {
                // A line about what this form does not ask leads nowhere.
                field: match one.field.as_str() {
                    record::REASON if is_asked(ui::names::REASON) => ui::names::REASON.into(),
                    field if is_asked(field) => field.into(),
                    _ => String::new(),
                },
                label: label(&one.field),
                text: one.text.clone(),
            })
            .collect(),
        draft_key: Some(format!("{}-{}", kind.id, record.map(|one| one.id.to_string()).unwrap_or_default())),
        multipart: first_files.is_some(),
        ..ui::FormView::default()
    })
}

/// The questions in their groups: those of none first, each group's in its order. A folded one is open where something in it
/// was answered otherwise than usual, or is wrong.
async fn sections(
    ctx: &Ctx,
    kind: &Kind,
    record: Option<&Record>,
    typed: &BTreeMap<String, String>,
    violations: &[Violation],
) -> kernel::Result<Vec<ui::FormSection>> {
    let mut asked = Vec::new();
    let is_asked = |field: &&Field| {
        let is_fixed = record.is_some_and(|record| kind.is_fixed(record, field.name));
        field.is_asked(ctx.actor(), record.is_none()) && !is_fixed
    };
    for field in kind.fields.iter().filter(is_asked) {
        asked.push(field_view(ctx, (kind, field), record, typed, violations).await?);
    }
    asked.extend(kind.first_files.filter(|_| record.is_none()).map(|label| files_view(label, violations)));
    let mut grouped = Vec::new();
    for group in kind.groups {
        let mut fields = Vec::new();
        for name in group.fields {
            let place = asked.iter().position(|view| view.name == *name);
            fields.extend(place.map(|place| asked.remove(place)));
        }
        if fields.is_empty() {
            continue;
        }
        let usual = |name: &str| kind.field(name).and_then(|field| field.default).unwrap_or_default();
        let is_answered = |view: &ui::FieldView| !view.value.is_empty() && view.value != usual(&view.name);
        let is_needed = fields.iter().any(|view| is_answered(view) || view.error.is_some());
        let fold = match (group.is_folded, is_needed) {
            (false, _) => ui::Fold::Never,
            (true, true) => ui::Fold::Open,
            (true, false) => ui::Fold::Closed,
        };
        grouped.push(ui::FormSection { title: group.title_tr.into(), fields, fold });
    }
    let mut all = Vec::new();
    if !asked.is_empty() || grouped.is_empty() {
        all.push(ui::FormSection { fields: asked, ..ui::FormSection::default() });
    }
    all.extend(grouped);
    if record.is_some_and(|record| kind.asks_why(record)) {
        all.push(ui::FormSection {
            fields: vec![why_view(kind, typed, violations)],
            ..ui::FormSection::default()
        });
    }
    Ok(all)
}

/// Why what is written down is corrected; the question names what it is asked for.
fn why_view(kind: &Kind, typed: &BTreeMap<String, String>, violations: &[Violation]) -> ui::FieldView {
    let labels = kind.reasoned.iter().filter_map(|name| Some(kind.field(name)?.label_tr));
    let mut error = violations.iter().filter(|one| one.field == record::REASON);
    ui::FieldView {
        name: ui::names::REASON.into(),
        label: "Düzeltmenin gerekçesi".into(),
        hint: format!("Bunlardan biri değişiyorsa yazın: {}.", labels.collect::<Vec<_>>().join(", ")),
        kind: ui::Input::Text,
        value: typed.get(ui::names::REASON).cloned().unwrap_or_default(),
        optional: true,
        max_length: Some(2_000),
        width: ui::Width::Full,
        error: error.next().map(|one| one.text.clone()),
        ..ui::FieldView::default()
    }
}

/// One field of a kind's form with this in it, for a piece of page that fills it in.
pub async fn field_of(ctx: &Ctx, kind: &Kind, name: &str, value: &str) -> kernel::Result<ui::FieldView> {
    let field = kind.field(name).ok_or_else(|| Error::internal("a form has its fields"))?;
    let typed = BTreeMap::from([(name.to_string(), value.to_string())]);
    field_view(ctx, (kind, field), None, &typed, &[]).await
}

async fn field_view(
    ctx: &Ctx,
    (of, field): (&Kind, &Field),
    record: Option<&Record>,
    typed: &BTreeMap<String, String>,
    violations: &[Violation],
) -> kernel::Result<ui::FieldView> {
    let stored_id = record.and_then(|record| record.get(field.name).id());
    let stored = record.map(|record| record.get(field.name).typed(field));
    let is_sent = !typed.is_empty() && (record.is_some() || typed.contains_key(ONCE));
    let value = match typed.get(field.name) {
        Some(value) => value.clone(),
        None if is_sent => String::new(),
        None => stored.or_else(|| field.default.map(str::to_string)).unwrap_or_default(),
    };
    let (kind, width, max_length) = control(ctx, field, &value, stored_id).await?;
    let wrong = violations.iter().filter(|one| one.field == field.name);
    let wrong: Vec<&str> = wrong.map(|one| one.text.as_str()).collect();
    Ok(ui::FieldView {
        name: field.name.into(),
        label: record.map_or(field.label_tr, |record| field.label_of(record)).into(),
        hint: field.hint_tr.into(),
        kind,
        value,
        needed: field.needed_tr.into(),
        is_first: violations.is_empty() && of.series.is_some_and(|series| series.first == field.name),
        optional: !field.is_required && !matches!(field.kind, FieldKind::Bool),
        max_length,
        width,
        error: (!wrong.is_empty()).then(|| wrong.join(" ")),
        autocomplete: None,
        lookup: field.lookup.map(str::to_string),
        each_line: each_line(field),
    })
}

/// A telephone offers its camera for it, too.
fn files_view(label: &str, violations: &[Violation]) -> ui::FieldView {
    let name = ui::names::FILES;
    ui::FieldView {
        name: name.into(),
        label: label.into(),
        kind: ui::Input::File { accept: String::new(), multiple: true },
        optional: true,
        error: violations.iter().find(|one| one.field == name).map(|one| one.text.clone()),
        ..ui::FieldView::default()
    }
}

fn each_line(field: &Field) -> Option<ui::EachLine> {
    let (kind, by) = field.each_line?;
    let (word, after) = match by {
        LineBy::Number => ("no", ""),
        LineBy::Title => ("ad", "; "),
        LineBy::Name => ("ad", ""),
    };
    let source_href = format!("{}&satir={word}", source_href(kind, field.among));
    Some(ui::EachLine { source_href, after: after.into() })
}

pub(super) async fn control(
    ctx: &Ctx,
    field: &Field,
    value: &str,
    stored: Option<Uuid>,
) -> kernel::Result<(ui::Input, ui::Width, Option<u32>)> {
    use ui::{Input, Width};
    Ok(match field.kind {
        FieldKind::Text { max_length } => (Input::Text, width_of(max_length), u32::try_from(max_length).ok()),
        FieldKind::LongText { max_length } => {
            let rows = if field.each_line.is_some() { 6 } else { rows_of(max_length) };
            (Input::LongText { rows }, Width::Full, u32::try_from(max_length).ok())
        }
        FieldKind::Int { .. } => (Input::Number, Width::Tiny, None),
        FieldKind::Money => (Input::Money, Width::Short, None),
        FieldKind::Bool => (Input::Checkbox, Width::Medium, None),
        FieldKind::Day => (Input::Date, Width::Short, None),
        FieldKind::Instant => (Input::Text, Width::Short, Some(40)),
        FieldKind::Email => (Input::Email, Width::Medium, Some(254)),
        FieldKind::Phone => (Input::Phone, Width::Short, Some(30)),
        FieldKind::Tckn => (Input::Text, Width::Short, Some(20)),
        FieldKind::Choice(choices) => {
            let chosen =
                choices.iter().map(|choice| ui::Opt::new(choice.code, choice.label_tr, choice.code == value));
            (Input::Select(nothing(field, value).into_iter().chain(chosen).collect()), Width::Medium, None)
        }
        FieldKind::Reference(target) => match options(ctx, target).await?.as_ref() {
            Options::All(all) => {
                // What the record refers to stays, and so does what was chosen on another page and may be opened one by one,
                // also where this person would not find it among the choices.
                let may_be = |one: &&Offered| one.is_among(field.among);
                let is_offered = |id: Uuid| all.iter().filter(may_be).any(|one| one.id == id);
                let kept = match value.parse::<Uuid>().ok().filter(|id| !is_offered(*id)) {
                    Some(id) => {
                        let label = shown_choice(ctx, field, value, stored).await?;
                        let is_shown = stored == Some(id) || !label.is_empty();
                        is_shown.then(|| ui::Opt::new(value, label, true))
                    }
                    None => None,
                };
                let chosen = all.iter().filter(may_be).map(|one| {
                    let id = one.id.to_string();
                    let is_chosen = id == value;
                    ui::Opt::new(id, &one.label, is_chosen)
                });
                let all = nothing(field, value).into_iter().chain(kept).chain(chosen);
                (Input::Select(all.collect()), Width::Medium, None)
            }
            Options::TooMany => {
                let chosen_label = shown_choice(ctx, field, value, stored).await?;
                let source_href = source_href(target, field.among);
                (Input::Combobox { source_href, chosen_label }, Width::Medium, None)
            }
        },
    })
}

/// The empty option: where nothing may be chosen, and where nothing is chosen yet, so that the browser does not
/// choose the first one for the person.
fn nothing(field: &Field, value: &str) -> Option<ui::Opt> {
    let is_offered = !field.is_required || value.is_empty();
    is_offered
        .then(|| ui::Opt::new("", if field.is_required { "Seçin" } else { "Seçilmedi" }, value.is_empty()))
}

/// As high as the answer is long: a remark, a list, a whole text.
fn rows_of(max_length: usize) -> u8 {
    match max_length {
        0..=4_000 => 3,
        4_001..=19_999 => 5,
        _ => 12,
    }
}

fn width_of(max_length: usize) -> ui::Width {
    match max_length {
        0..=8 => ui::Width::Tiny,
        9..=24 => ui::Width::Short,
        25..=80 => ui::Width::Medium,
        81..=160 => ui::Width::Long,
        _ => ui::Width::Full,
    }
}
