//! The form that asks what the columns of a file mean: proposed, corrected by a person, with the words that nothing here is
//! called by.

use std::collections::BTreeMap;

use kernel::record::{self, COLUMN, Field, Kind, OTHERWISE, Plan, REST, Unknown, for_import};
use kernel::{Violation, tr};

use super::{CARRIED, MAP, Planned, STEP, Sheet, as_csv, as_people_write, begin};
use crate::ctx::Ctx;
use crate::form::Form;
use crate::kit::edit::control;
use crate::options::resolve;
use crate::shell::Frame;

/// Words of one field that are asked for; the others have one answer together.
const ASKED_WORDS: usize = 25;
/// Different cells shown beside a column, and their letters.
const SAMPLES: usize = 3;
const SAMPLE_LETTERS: usize = 30;

const FIXED: &str = "sabit-";
/// Followed by the field, a dash and the place of the word.
const WORD: &str = "soz-";
/// The word itself, under the same place.
const SAID: &str = "sozcuk-";

/// Of a file that was just sent: what is plain needs no question.
pub(super) async fn first(ctx: &Ctx, kind: &Kind, sheet: &Sheet) -> Result<Planned, crate::answer::Failure> {
    let proposal = record::propose(&for_import(kind), &sheet.header);
    if !proposal.is_certain
        && let Some(plan) = record::remembered(ctx.db(), kind, &sheet.header).await?
        && record::refuse(kind, &plan).is_empty()
    {
        return Ok(Planned::Ready(plan));
    }
    let refused = record::refuse(kind, &proposal.plan);
    if proposal.is_certain && refused.is_empty() {
        return Ok(Planned::Ready(proposal.plan));
    }
    let nothing = "Hiçbir sütunun adı tanınmadı. Dosya bir tabloysa sütunların ne olduğunu aşağıda seçin; değilse vazgeçin.";
    let shown = match proposal.plan.columns.iter().all(String::is_empty) {
        true => vec![Violation::new("ICE-001", "", nothing)],
        // What is only not decided yet is no fault.
        false if !proposal.is_certain => Vec::new(),
        false => refused,
    };
    let lead = match proposal.origin {
        Some(origin) => format!("{} dışa aktarımı olarak tanındı. ", origin.label_tr),
        None => String::new(),
    };
    asked(ctx, kind, sheet, &proposal.plan, &lead, &shown).await
}

/// Of a file without columns that must be there: said once, with a place where one answer for all rows can be given.
pub(super) async fn lacking(
    ctx: &Ctx,
    kind: &Kind,
    sheet: &Sheet,
    plan: &Plan,
    fields: &[Field],
) -> Result<Planned, crate::answer::Failure> {
    let said = |field: &Field| {
        let text = "Bu sütun dosyada yok ve zorunlu. Sütunu dosyaya ekleyin ya da bütün satırlar için tek bir değer verin.";
        Violation::new("ICE-009", format!("{FIXED}{}", field.name), text)
    };
    let violations: Vec<Violation> = fields.iter().map(said).collect();
    asked(ctx, kind, sheet, plan, "", &violations).await
}

/// The same question again, with the decisions so far.
pub(super) async fn again(
    ctx: &Ctx,
    kind: &Kind,
    sheet: &Sheet,
    plan: Plan,
) -> Result<Planned, crate::answer::Failure> {
    asked(ctx, kind, sheet, &plan, "", &[]).await
}

/// The form as it was sent.
pub(super) async fn sent(
    ctx: &Ctx,
    kind: &Kind,
    sheet: &Sheet,
    form: &Form,
) -> Result<Planned, crate::answer::Failure> {
    let (plan, mut violations) = plan_of(ctx, kind, sheet, form).await?;
    violations.extend(record::refuse(kind, &plan));
    if violations.is_empty() {
        let unknown = unknown(ctx, kind, sheet, &plan).await?;
        let was_asked =
            |one: &Unknown| form.0.iter().any(|(name, _)| *name == word_name(&one.field, OTHERWISE));
        if unknown.iter().all(was_asked) {
            return Ok(Planned::Ready(plan));
        }
        let text = "Dosyada tanınmayan sözcükler var; aşağıda her birinin karşılığını seçin.";
        violations.push(Violation::new("ICE-008", "", text));
    }
    asked(ctx, kind, sheet, &plan, "", &violations).await
}

async fn unknown(ctx: &Ctx, kind: &Kind, sheet: &Sheet, plan: &Plan) -> kernel::Result<Vec<Unknown>> {
    let tx = begin(ctx).await?;
    let unknown = record::unknown_words(&tx, kind, plan, &sheet.header, &sheet.rows).await;
    tx.rollback().await?;
    unknown
}

fn word_name(field: &str, place: &str) -> String {
    format!("{WORD}{field}-{place}")
}

/// What a form says, and what it names that cannot be found.
async fn plan_of(
    ctx: &Ctx,
    kind: &Kind,
    sheet: &Sheet,
    form: &Form,
) -> kernel::Result<(Plan, Vec<Violation>)> {
    let proposed = record::propose(&for_import(kind), &sheet.header).plan;
    let columns = (0..sheet.header.len()).map(|place| form.get(&format!("{COLUMN}{place}")).to_string());
    let mut plan = Plan {
        columns: columns.collect(),
        words: proposed.words,
        instead: proposed.instead,
        ..Plan::default()
    };
    let mut violations = Vec::new();
    let kind = for_import(kind);
    for field in record::offered(&kind) {
        let name = format!("{FIXED}{}", field.name);
        if let Some(text) = chosen(ctx, field, form, &name, &mut violations).await? {
            plan.fixed.insert(field.name.into(), text);
        }
        let places = (0..ASKED_WORDS).map(|place| place.to_string()).chain([OTHERWISE.to_string()]);
        for place in places {
            let name = word_name(field.name, &place);
            let Some(text) = chosen(ctx, field, form, &name, &mut violations).await? else { continue };
            let word = match place.as_str() {
                OTHERWISE => OTHERWISE.to_string(),
                place => tr::fold(form.get(&format!("{SAID}{}-{place}", field.name))),
            };
            plan.words.entry(field.name.into()).or_default().insert(word, text);
        }
    }
    Ok((plan, violations))
}

/// What was chosen or typed under a name; `None` for nothing.
async fn chosen(
    ctx: &Ctx,
    field: &Field,
    form: &Form,
    name: &str,
    violations: &mut Vec<Violation>,
) -> kernel::Result<Option<String>> {
    let text = form.get(name);
    if !text.is_empty() {
        return Ok(Some(text.to_string()));
    }
    let typed = form.typed(name);
    let (record::FieldKind::Reference(target), false) = (field.kind, typed.is_empty()) else {
        return Ok(None);
    };
    let found = resolve(ctx, target, field.among, typed).await?;
    if found.is_none() {
        let text = format!("“{typed}” ile tek bir kayıt bulunamadı; numarasını ya da tam adını yazın.");
        violations.push(Violation::new("ALN-002", name, text));
    }
    Ok(found.map(|id| id.to_string()))
}

async fn asked(
    ctx: &Ctx,
    kind: &Kind,
    sheet: &Sheet,
    plan: &Plan,
    lead: &str,
    violations: &[Violation],
) -> Result<Planned, crate::answer::Failure> {
    let imported = for_import(kind);
    let hidden = |name: &str, value: String| ui::FieldView {
        name: name.into(),
        kind: ui::Input::Hidden,
        value,
        ..ui::FieldView::default()
    };
    let mut columns = vec![hidden(CARRIED, as_csv(&sheet.header, &sheet.rows)?), hidden(STEP, MAP.into())];
    columns.extend(column_fields(&imported, sheet, plan, violations));
    let section =
        |title: &str, fields| ui::FormSection { title: title.into(), fields, ..ui::FormSection::default() };
    let mut sections = vec![section("Sütunlar", columns)];
    let missing = fixed_fields(ctx, &imported, sheet, plan, violations).await?;
    if !missing.is_empty() {
        sections.push(section("Dosyada boş olanlar", missing));
    }
    for one in unknown(ctx, kind, sheet, plan).await? {
        let Some(field) = imported.field(&one.field) else { continue };
        let title = format!("Tanınmayan sözcükler: {}", field.label_tr);
        sections.push(section(&title, word_fields(ctx, field, &one, plan).await?));
    }
    let view = ui::FormView {
        title: format!("{}: sütunları eşle", kind.plural_tr),
        lead: format!(
            "{lead}Dosyanın her sütununun ne olduğunu söyleyin. Bu eşleme saklanır; aynı başlıklı dosya bir daha sorulmadan denetlenir."
        ),
        action: format!("{}/ice-aktar", kind.path),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        sections,
        submit: "Denetle".into(),
        cancel_href: Some(format!("{}/ice-aktar", kind.path)),
        errors: violations.iter().map(|one| error_of(&imported, sheet, one)).collect(),
        multipart: true,
        ..ui::FormView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb(kind.plural_tr, kind.path);
    let page = ui::form(&view);
    let page =
        if violations.is_empty() { ctx.page(frame, page).await? } else { ctx.refused(frame, page).await? };
    Ok(Planned::Asks(Box::new(page)))
}

/// A line of the summary; what a plan lacks as a whole stands alone.
fn error_of(kind: &Kind, sheet: &Sheet, violation: &Violation) -> ui::FieldError {
    let column = violation.field.strip_prefix(COLUMN).and_then(|place| place.parse::<usize>().ok());
    let fixed = violation.field.strip_prefix(FIXED).and_then(|name| kind.field(name));
    let label = match (column, fixed) {
        (Some(place), _) => sheet.header.get(place).cloned().unwrap_or_default(),
        (_, Some(field)) => field.label_tr.into(),
        _ => String::new(),
    };
    ui::FieldError { field: violation.field.clone(), label, text: violation.text.clone() }
}

fn column_fields(kind: &Kind, sheet: &Sheet, plan: &Plan, violations: &[Violation]) -> Vec<ui::FieldView> {
    let field = |(place, head): (usize, &String)| {
        let chosen = plan.columns.get(place).map_or("", String::as_str);
        let mut options = vec![ui::Opt::new("", "Alınmasın", chosen.is_empty())];
        if let Some(rest) = kind.import_rest.and_then(|name| kind.field(name)) {
            options.push(ui::Opt::new(REST, format!("“{}” alanına eklensin", rest.label_tr), chosen == REST));
        }
        options.extend(
            record::offered(kind).map(|field| ui::Opt::new(field.name, field.label_tr, field.name == chosen)),
        );
        let name = format!("{COLUMN}{place}");
        ui::FieldView {
            error: violations.iter().find(|one| one.field == name).map(|one| one.text.clone()),
            name,
            label: if head.trim().is_empty() { format!("{}. sütun", place + 1) } else { head.clone() },
            hint: samples(sheet, place),
            kind: ui::Input::Select(options),
            ..ui::FieldView::default()
        }
    };
    sheet.header.iter().enumerate().map(field).collect()
}

/// The first different cells of a column.
fn samples(sheet: &Sheet, place: usize) -> String {
    let mut seen: Vec<String> = Vec::new();
    for cell in sheet.rows.iter().filter_map(|row| row.get(place)) {
        let text = as_people_write(&tr::clean_line(cell).text);
        if !text.is_empty() && !seen.contains(&text) {
            seen.push(text);
        }
        if seen.len() == SAMPLES {
            break;
        }
    }
    let short = |text: &String| match text.chars().count() {
        0..=SAMPLE_LETTERS => text.clone(),
        _ => text.chars().take(SAMPLE_LETTERS).chain(['…']).collect(),
    };
    match seen.is_empty() {
        true => "Bu sütun boş.".into(),
        false => seen.iter().map(short).collect::<Vec<_>>().join(" · "),
    }
}

/// Required fields that no column fills, or not in every row.
async fn fixed_fields(
    ctx: &Ctx,
    kind: &Kind,
    sheet: &Sheet,
    plan: &Plan,
    violations: &[Violation],
) -> kernel::Result<Vec<ui::FieldView>> {
    let is_said = |place: usize| {
        sheet.rows.iter().all(|row| row.get(place).is_some_and(|cell| !cell.trim().is_empty()))
    };
    let mut fields = Vec::new();
    for field in record::offered(kind).filter(|field| field.is_required && field.default.is_none()) {
        let column = plan.columns.iter().position(|name| name == field.name);
        if column.is_some_and(is_said) || plan.instead.contains_key(field.name) {
            continue;
        }
        let name = format!("{FIXED}{}", field.name);
        let hint = "Dosyada bunun yazmadığı satırlara yazılır.";
        let value = plan.fixed.get(field.name).map_or("", String::as_str);
        let mut view = decided(ctx, field, name, value).await?;
        view.hint = hint.into();
        view.error = violations.iter().find(|one| one.field == view.name).map(|one| one.text.clone());
        fields.push(view);
    }
    Ok(fields)
}

/// A control for what somebody decides about a field.
async fn decided(ctx: &Ctx, field: &Field, name: String, value: &str) -> kernel::Result<ui::FieldView> {
    let stored = value.parse().ok();
    let mut optional = field.clone();
    optional.is_required = false;
    let (kind, width, max_length) = control(ctx, &optional, value, stored).await?;
    Ok(ui::FieldView {
        name,
        label: field.label_tr.into(),
        kind,
        value: value.into(),
        optional: true,
        max_length,
        width,
        ..ui::FieldView::default()
    })
}

async fn word_fields(
    ctx: &Ctx,
    field: &Field,
    unknown: &Unknown,
    plan: &Plan,
) -> kernel::Result<Vec<ui::FieldView>> {
    let empty = BTreeMap::new();
    let words = plan.words.get(field.name).unwrap_or(&empty);
    let mut fields = Vec::new();
    for (place, (word, count)) in unknown.words.iter().take(ASKED_WORDS).enumerate() {
        let said = format!("{SAID}{}-{place}", field.name);
        fields.push(ui::FieldView {
            name: said,
            kind: ui::Input::Hidden,
            value: word.clone(),
            ..ui::FieldView::default()
        });
        let name = word_name(field.name, &place.to_string());
        let mut view =
            decided(ctx, field, name, words.get(&tr::fold(word)).map_or("", String::as_str)).await?;
        view.label = word.clone();
        view.hint = format!("{} satırda.", tr::grouped(*count as i64));
        fields.push(view);
    }
    let name = word_name(field.name, OTHERWISE);
    let mut view = decided(ctx, field, name, words.get(OTHERWISE).map_or("", String::as_str)).await?;
    view.label = "Seçilmeyenlerin hepsi için".into();
    view.hint = match field.is_noted {
        true => "Seçmeseniz de satırlar alınır; dosyadaki sözcük açıklamaya eklenir.",
        false => "Seçmezseniz o satırlar hatalı sayılır ve alınmaz. Seçerseniz dosyadaki sözcük açıklamaya eklenir.",
    }
    .into();
    fields.push(view);
    Ok(fields)
}
