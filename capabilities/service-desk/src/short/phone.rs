//! A fault told by telephone, written down while the caller speaks: who calls, which of their devices, one line. With the keyboard
//! alone: a name, Tab, a line, Enter. While the name is typed the caller's devices appear under it; without script the form asks for
//! what is still open.

use kernel::record::{self, FieldValue, Record};
use kernel::{Result, Violation};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::{DESCRIPTION, Sent, category_of, devices_of, draft, error_of, errors, once, open};
use crate::ticket::{self, similar};

pub(crate) const PATH: &str = "/destek/telefon";
/// Asked while the caller's name is typed.
pub(crate) const CALLER_PATH: &str = "/destek/telefon/benzer";

const CALLER: &str = "arayan";
const PERSON: &str = "kisi";
const DEVICE: &str = "cihaz";
/// Chosen for what is about no device.
const NONE: &str = "yok";

/// People who may be meant; with more the name is too short.
const MOST_CALLERS: u32 = 6;

struct Caller {
    id: Uuid,
    name: String,
    unit: String,
}

impl Caller {
    fn said(&self) -> String {
        format!("{}, {}", self.name, self.unit)
    }
}

/// Those who work here and whom the typed name or number may mean.
async fn callers(ctx: &Ctx, form: &Form) -> Result<Vec<Caller>> {
    let Some(staff) = ctx.registry().kind("staff") else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = match form.get(PERSON).parse() {
        Ok(chosen) => vec![chosen],
        Err(_) if form.get(CALLER).trim().chars().count() < 2 => Vec::new(),
        Err(_) => {
            let found =
                record::search(ctx.db(), &[&staff], ctx.actor(), form.get(CALLER), MOST_CALLERS).await?;
            found.iter().map(|one| one.id).collect()
        }
    };
    let mut people = record::get_many(ctx.db(), &staff, &ids).await?;
    people.retain(|one| {
        let may_see = ctx.actor().may_on(staff.view, one.unit_id(&staff), one.owner_id(&staff));
        may_see && one.get("state").text() == "active"
    });
    let units = record::references(&staff, &people);
    let units = record::names(ctx.db(), &units).await?;
    let caller = |one: &Record| Caller {
        id: one.id,
        name: one.title(&staff),
        unit: units
            .iter()
            .find(|unit| unit.kind == "unit" && Some(unit.id) == one.get("unit_id").id())
            .map(|unit| unit.title.clone())
            .unwrap_or_default(),
    };
    Ok(ids.iter().filter_map(|id| people.iter().find(|one| one.id == *id)).map(caller).collect())
}

/// What is still to be chosen: which of several people, which of one's devices.
async fn choice(ctx: &Ctx, people: &[Caller], form: &Form) -> Result<Option<ui::FieldView>> {
    let radio = |name: &str, label: String, options: Vec<ui::Opt>| ui::FieldView {
        name: name.into(),
        label,
        kind: ui::Input::Radio(options),
        ..ui::FieldView::default()
    };
    let [one] = people else {
        if people.is_empty() {
            return Ok(None);
        }
        let options = people.iter().map(|one| ui::Opt::new(one.id.to_string(), one.said(), false)).collect();
        return Ok(Some(radio(PERSON, "Hangisi arıyor?".into(), options)));
    };
    let devices = devices_of(ctx, one.id).await?;
    if devices.is_empty() {
        return Ok(None);
    }
    let (chosen, is_only) = (form.get(DEVICE), devices.len() == 1);
    let mut options: Vec<ui::Opt> = devices
        .iter()
        .map(|device| {
            let label = format!("{} · {}", device.get("number").text(), device.get("name").text());
            let is_chosen = device.id.to_string() == chosen || (is_only && chosen.is_empty());
            ui::Opt::new(device.id.to_string(), label, is_chosen)
        })
        .collect();
    options.push(ui::Opt::new(NONE, "Cihazla ilgili değil", chosen == NONE));
    Ok(Some(radio(DEVICE, format!("{}: hangi cihaz?", one.said()), options)))
}

/// `POST /destek/telefon/benzer`: who is meant and what they have, while the name is typed.
pub(crate) async fn found(ctx: Ctx, form: Form) -> Outcome {
    let people = callers(&ctx, &form).await?;
    let piece = match choice(&ctx, &people, &form).await? {
        Some(view) => ui::field(&view),
        None => maud::html! { @for one in &people { p { (one.said()) ": üzerinde cihaz yok." } } },
    };
    ctx.fragment(piece)
}

/// `GET /destek/telefon`
pub(crate) async fn ask(ctx: Ctx) -> Outcome {
    show(&ctx, None, &Form::default(), &[]).await
}

/// `POST /destek/telefon`
pub(crate) async fn take(ctx: Ctx, form: Form) -> Outcome {
    let people = callers(&ctx, &form).await?;
    let mut choice = choice(&ctx, &people, &form).await?;
    let mut violations = Vec::new();
    let asked = choice.as_ref().map(|view| view.name.clone()).unwrap_or_default();
    if people.is_empty() {
        let text = "Bu adla ya da sicil numarasıyla çalışan biri bulunamadı.";
        violations.push(Violation::new("DST-012", CALLER, text));
    } else if asked == PERSON {
        violations.push(Violation::new("DST-012", PERSON, "Bu adda birkaç kişi var; arayanı seçin."));
    } else if asked == DEVICE && form.get(DEVICE).is_empty() {
        violations.push(Violation::new("DST-013", DEVICE, "Hangi cihaz olduğunu seçin."));
    }
    if form.get(DESCRIPTION).trim().is_empty() {
        violations.push(Violation::new("DST-011", DESCRIPTION, "Ne olduğunu bir satırla yazın."));
    }
    let ([caller], true) = (people.as_slice(), violations.is_empty()) else {
        return show(&ctx, choice.take(), &form, &violations).await;
    };
    let device = match form.get(DEVICE).parse::<Uuid>() {
        Ok(id) => devices_of(&ctx, caller.id).await?.into_iter().find(|one| one.id == id),
        Err(_) => None,
    };
    let category = device.as_ref().map_or("other", |one| category_of(one.get("category").text()));
    let mut draft = draft(&[
        ("description", form.get(DESCRIPTION).trim()),
        ("place", if device.is_some() { "" } else { &caller.unit }),
        ("category", category),
        ("channel", "phone"),
    ]);
    draft.set("requester_id", FieldValue::Id(caller.id));
    if let Some(device) = device {
        draft.set("asset_id", FieldValue::Id(device.id));
    }
    match open(&ctx, draft, &form, &[]).await? {
        Sent::Opened(id) => {
            let said = format!("{} adına kayıt açıldı.", caller.name);
            Ok(redirect(&ticket::kind().address(id), &said))
        }
        Sent::Refused(violations) => show(&ctx, choice.take(), &form, &violations).await,
    }
}

async fn show(ctx: &Ctx, choice: Option<ui::FieldView>, form: &Form, violations: &[Violation]) -> Outcome {
    let is_refused = !violations.is_empty();
    let mut fields = vec![ui::FieldView {
        name: CALLER.into(),
        label: "Arayan".into(),
        hint: "Adı ya da sicil numarası.".into(),
        value: form.get(CALLER).into(),
        max_length: Some(120),
        is_first: !is_refused,
        error: error_of(violations, CALLER),
        // Once it is asked below, it is not asked a second time.
        lookup: choice.is_none().then(|| CALLER_PATH.into()),
        ..ui::FieldView::default()
    }];
    fields.extend(choice.map(|view| ui::FieldView { error: error_of(violations, &view.name), ..view }));
    if let Ok(person) = form.get(PERSON).parse::<Uuid>()
        && fields.iter().all(|one| one.name != PERSON)
    {
        fields.push(ui::FieldView {
            name: PERSON.into(),
            kind: ui::Input::Hidden,
            value: person.to_string(),
            ..ui::FieldView::default()
        });
    }
    fields.push(ui::FieldView {
        name: DESCRIPTION.into(),
        label: "Ne oluyor?".into(),
        value: form.get(DESCRIPTION).into(),
        max_length: Some(400),
        width: ui::Width::Full,
        error: error_of(violations, DESCRIPTION),
        lookup: Some(similar::PATH.into()),
        ..ui::FieldView::default()
    });
    fields.push(once(ctx, form));
    let view = ui::FormView {
        title: "Telefonla gelen arıza".into(),
        lead: "Arayanı ve sorunu yazıp Enter’a basın; kayıt onun adına açılır.".into(),
        action: PATH.into(),
        csrf: ctx.csrf.clone(),
        errors: errors(violations, &fields),
        sections: vec![ui::FormSection { title: String::new(), fields, ..ui::FormSection::default() }],
        submit: "Kaydı aç".into(),
        cancel_href: Some(ticket::kind().path.into()),
        ..ui::FormView::default()
    };
    let frame = Frame::new("Telefonla gelen arıza").crumb(ticket::kind().plural_tr, ticket::kind().path);
    if is_refused {
        ctx.refused(frame, ui::form(&view)).await
    } else {
        ctx.page(frame, ui::form(&view)).await
    }
}
