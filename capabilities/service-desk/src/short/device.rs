//! What the label on a device opens for anybody who works here: the device is known, so that only the fault is asked. Whoever may
//! not see the device's record learns its number, its name and its place here, as they stand on it, and nothing else.

use kernel::record::{self, FieldValue, Record};
use kernel::{Actor, Result, Violation, tr};
use maud::html;
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, Upload, redirect};

use super::{DESCRIPTION, MENDED_IN, Sent, category_of, draft, error_of, errors, once, open};
use crate::ticket::{self, INTAKE, rules, similar};

pub(crate) const PATH: &str = "/destek/cihaz";

const ID: &str = "id";
const NUMBER: &str = "envanter_no";
const PLACE: &str = "place";
const FOR: &str = "kimin_icin";

struct Device {
    id: Uuid,
    number: String,
    name: String,
    place: String,
    category: String,
    /// Who answers for it, for whoever may see that.
    holder: Option<(Uuid, String)>,
    /// The device's own page, for whoever may see it.
    page: Option<String>,
}

/// The device that a label or a typed number names, whoever asks; what nobody mends any more is none.
async fn named(ctx: &Ctx, id: &str, number: &str) -> Result<Option<Device>> {
    let Some(kind) = ctx.registry().kind("asset") else { return Ok(None) };
    let id = match id.parse::<Uuid>() {
        Ok(id) => Some(id),
        Err(_) => {
            let typed = tr::number_key(number);
            // The number stands on the device for everybody to read; what is shown of it is decided below.
            record::numbered(ctx.db(), &kind, &Actor::system("etiket"), &typed).await?.first().copied()
        }
    };
    let Some(id) = id else { return Ok(None) };
    let mut found = record::get_many(ctx.db(), &kind, &[id]).await?;
    // Two records of one device that were made one: the label of either means the one that stayed.
    if let Some(stays) = found.first().and_then(|one| one.get("merged_into_id").id()) {
        found = record::get_many(ctx.db(), &kind, &[stays]).await?;
    }
    let Some(asset) = found.first().filter(|one| MENDED_IN.contains(&one.get("state").text())) else {
        return Ok(None);
    };
    let may_see = ctx.actor().may_on(kind.view, asset.unit_id(&kind), asset.owner_id(&kind));
    let id = asset.id;
    Ok(Some(Device {
        id,
        number: asset.number(&kind),
        name: asset.title(&kind),
        place: place_of(ctx, asset, &kind).await?,
        category: asset.get("category").text().into(),
        holder: if may_see { holder_of(ctx, asset).await? } else { None },
        page: may_see.then(|| kind.address(id)),
    }))
}

/// Its room, else the unit that has it.
async fn place_of(ctx: &Ctx, asset: &Record, kind: &record::Kind) -> Result<String> {
    let place = asset.get("place").text();
    Ok(match asset.unit_id(kind) {
        Some(unit) if place.is_empty() => {
            directory::store::unit(ctx.db(), unit).await?.map(|unit| unit.name).unwrap_or_default()
        }
        _ => place.to_string(),
    })
}

async fn holder_of(ctx: &Ctx, asset: &Record) -> Result<Option<(Uuid, String)>> {
    let Some(holder) = asset.get("holder_id").id() else { return Ok(None) };
    Ok(directory::store::person(ctx.db(), holder).await?.map(|person| (holder, person.name)))
}

/// `GET /destek/cihaz?id=…`, where labels lead; without a device its number is asked, too.
pub(crate) async fn ask(ctx: Ctx) -> Outcome {
    let device = named(&ctx, ctx.param(ID), "").await?;
    let mut violations = Vec::new();
    if device.is_none() && !ctx.param(ID).is_empty() {
        violations.push(unknown());
    }
    show(&ctx, device.as_ref(), &Form::default(), &violations).await
}

fn unknown() -> Violation {
    let text = "Bu numarayla onarılabilecek bir cihaz yok; etiketteki envanter numarasını yazın.";
    Violation::new("DST-010", NUMBER, text)
}

/// `POST /destek/cihaz`
pub(crate) async fn take(ctx: Ctx, upload: Upload) -> Outcome {
    let form = &upload.form;
    let device = named(&ctx, form.get(ID), form.get(NUMBER)).await?;
    let mut violations = Vec::new();
    if device.is_none() {
        violations.push(unknown());
    }
    if form.get(DESCRIPTION).trim().is_empty() {
        violations.push(Violation::new("DST-011", DESCRIPTION, "Ne olduğunu yazın."));
    }
    // Files are looked at before anything is written, and only of a form that is right otherwise.
    let files =
        if violations.is_empty() { web::accept_files(&ctx, &upload.files).await } else { Ok(Vec::new()) };
    let files = files.unwrap_or_else(|error| {
        violations.push(Violation::new("EKL-002", ui::names::FILES, error.message_tr));
        Vec::new()
    });
    let (Some(device), true) = (&device, violations.is_empty()) else {
        // A browser does not send files again by itself.
        if !upload.files.is_empty() && violations.iter().all(|one| one.field != ui::names::FILES) {
            let text = "Çektiğiniz fotoğrafı yeniden ekleyin.";
            violations.push(Violation::new("EKL-003", ui::names::FILES, text));
        }
        return show(&ctx, device.as_ref(), form, &violations).await;
    };
    let mut draft = draft(&[
        ("description", form.get(DESCRIPTION).trim()),
        ("place", form.get(PLACE).trim()),
        ("category", category_of(&device.category)),
    ]);
    draft.set(rules::LABELLED, FieldValue::Id(device.id));
    let chosen = form.get(FOR).parse().ok().or(device.holder.as_ref().map(|(id, _)| *id));
    let requester = chosen.filter(|_| ctx.actor().may(INTAKE)).or(ctx.actor().staff_id);
    if let Some(requester) = requester {
        draft.set("requester_id", FieldValue::Id(requester));
    }
    match open(&ctx, draft, form, &files).await? {
        Sent::Opened(id) => Ok(redirect(&ticket::kind().address(id), "Arızanız kaydedildi.")),
        Sent::Refused(violations) => show(&ctx, Some(device), form, &violations).await,
    }
}

async fn show(ctx: &Ctx, device: Option<&Device>, form: &Form, violations: &[Violation]) -> Outcome {
    let mut fields = Vec::new();
    match device {
        Some(device) => fields.extend(known(device)),
        None => fields.push(ui::FieldView {
            name: NUMBER.into(),
            label: "Envanter no".into(),
            hint: "Cihazın etiketinde yazar: 2026-VR-000012.".into(),
            value: form.get(NUMBER).into(),
            max_length: Some(40),
            is_first: true,
            error: error_of(violations, NUMBER),
            ..ui::FieldView::default()
        }),
    }
    fields.push(ui::FieldView {
        name: DESCRIPTION.into(),
        label: "Ne oluyor?".into(),
        hint: "Kendi sözlerinizle yazın; ekranda bir hata yazısı varsa onu da ekleyin.".into(),
        kind: ui::Input::LongText { rows: 4 },
        value: form.get(DESCRIPTION).into(),
        max_length: Some(10_000),
        width: ui::Width::Full,
        is_first: device.is_some(),
        error: error_of(violations, DESCRIPTION),
        lookup: Some(similar::PATH.into()),
        ..ui::FieldView::default()
    });
    fields.push(photo(violations));
    fields.extend(device.and_then(|device| for_whom(ctx, device, form)));
    let place = form.get(PLACE);
    fields.push(ui::FieldView {
        name: PLACE.into(),
        label: "Yeri".into(),
        hint: "Bina, kat, oda. Cihaz başka yere taşındıysa düzeltin.".into(),
        value: if place.is_empty() { device.map_or("", |one| &one.place) } else { place }.into(),
        optional: true,
        max_length: Some(120),
        width: ui::Width::Long,
        error: error_of(violations, PLACE),
        ..ui::FieldView::default()
    });
    fields.push(once(ctx, form));
    let view = ui::FormView {
        title: "Arıza bildir".into(),
        before: device.and_then(|device| device.page.as_ref()).map(|page| {
            html! { p { a href=(page) { "Cihazın sayfası" } } }
        }),
        action: PATH.into(),
        csrf: ctx.csrf.clone(),
        errors: errors(violations, &fields),
        sections: vec![ui::FormSection { title: String::new(), fields, ..ui::FormSection::default() }],
        submit: "Bildir".into(),
        multipart: true,
        cancel_href: Some(ticket::kind().path.into()),
        draft_key: Some(format!("cihaz-{}", device.map(|one| one.id.to_string()).unwrap_or_default())),
        ..ui::FormView::default()
    };
    let frame = Frame::new("Arıza bildir").crumb(ticket::kind().plural_tr, ticket::kind().path);
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

fn photo(violations: &[Violation]) -> ui::FieldView {
    ui::FieldView {
        name: ui::names::FILES.into(),
        label: "Fotoğraf".into(),
        kind: ui::Input::Photo,
        optional: true,
        error: error_of(violations, ui::names::FILES),
        ..ui::FieldView::default()
    }
}

/// What is known without asking, shown so that nobody reports the printer beside it.
fn known(device: &Device) -> Vec<ui::FieldView> {
    let told = |label: &str, value: String| ui::FieldView {
        name: format!("bilgi-{label}"),
        label: label.into(),
        kind: ui::Input::ReadOnly,
        value,
        ..ui::FieldView::default()
    };
    let mut all = vec![told("Cihaz", format!("{} · {}", device.number, device.name))];
    all.extend(device.holder.as_ref().map(|(_, name)| told("Zimmetli kişi", name.clone())));
    all.push(ui::FieldView {
        name: ID.into(),
        kind: ui::Input::Hidden,
        value: device.id.to_string(),
        ..ui::FieldView::default()
    });
    all
}

/// Whoever takes faults in for others is proposed who answers for the device.
fn for_whom(ctx: &Ctx, device: &Device, form: &Form) -> Option<ui::FieldView> {
    let (holder, name) = device.holder.as_ref()?;
    let own = ctx.actor().staff_id.filter(|own| own != holder && ctx.actor().may(INTAKE))?;
    let chosen = if form.get(FOR).is_empty() { holder.to_string() } else { form.get(FOR).into() };
    let choices = [(holder, name.as_str()), (&own, "Kendim")];
    let options = choices.map(|(id, label)| ui::Opt::new(id.to_string(), label, id.to_string() == chosen));
    Some(ui::FieldView {
        name: FOR.into(),
        label: "Kimin için?".into(),
        kind: ui::Input::Radio(options.to_vec()),
        value: chosen,
        ..ui::FieldView::default()
    })
}
