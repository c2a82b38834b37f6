//! An agent's page: what the machine says of itself, assets that look like it, and the choice among them.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, Ref, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras, Form, Outcome};

use super::recognise::{Found, recognise};
use super::{APPROVE, kind, receive, store};
use crate::asset;
use crate::wire::Machine;

/// Value of the choice that makes a new asset.
const NEW: &str = "yeni";
/// Field of any other asset.
const OTHER: &str = "baska";

pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, agent: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let machine = Machine::of(&store::sections(ctx.db(), agent.id).await?);
        let mut before_timeline = vec![machine_table(&machine)];
        let is_open = agent.get("asset_id").is_null() && agent.get("state").text() != "refused";
        if is_open && ctx.actor().may_in_whole(APPROVE) {
            before_timeline.insert(0, choice(ctx, agent, &machine).await?);
        }
        Ok(Extras { before_timeline, ..Extras::default() })
    })
}

/// Assets that look like the machine, and any other by its number: only who stands before a machine knows that it is the one
/// from the cellar.
async fn choice(ctx: &Ctx, agent: &Record, machine: &Machine) -> Result<Markup> {
    let (serial, uuids, macs) = receive::signs(machine);
    let candidates = receive::candidates(ctx.db(), agent.id, &serial, &uuids, &macs).await?;
    let alike = match recognise(&serial, &uuids, &candidates) {
        Found::Perhaps(some) => some,
        _ => Vec::new(),
    };
    let options: Vec<ui::Opt> = alike
        .iter()
        .map(|(one, by)| {
            let label = format!("{} {} — {}", one.number, one.name, by.label_tr());
            ui::Opt::new(one.id.to_string(), label, false)
        })
        .chain([ui::Opt::new(NEW, "Hiçbiri; yeni bir varlık", false)])
        .collect();
    let like = ui::FieldView {
        name: "varlik".into(),
        label: "Benzeyen varlıklar".into(),
        kind: ui::Input::Radio(options),
        ..ui::FieldView::default()
    };
    let form = html! {
        form.form method="post" action={ "/ajanlar/" (agent.id) "/bagla" } {
            input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
            @if !alike.is_empty() { (ui::field(&like)) }
            (ui::field(&any_asset(ctx, !alike.is_empty()).await?))
            div.form-end { button.btn.is-primary type="submit" { "Onayla ve bağla" } }
        }
    };
    Ok(html! {
        @if alike.is_empty() {
            details {
                summary { "Başka bir varlığa bağla" }
                p { "“Onayla” bilinen varlığa bağlar ya da yeni varlık kaydeder. Makine kayıtlı başka bir varlıksa onu seçin." }
                (form)
            }
        } @else {
            h2 { "Hangi varlık?" }
            p { "Bu makineye benzeyen varlıklar var ama hiçbiri kesin değil. Ajan seçtiğiniz varlığı bildirir." }
            (form)
        }
    })
}

/// The kit's choice of a record: from a list while there are few, else typed.
async fn any_asset(ctx: &Ctx, is_optional: bool) -> Result<ui::FieldView> {
    let kind = web::choice(ctx, "asset", OTHER, "Seçilmedi", &Form::default()).await?;
    Ok(ui::FieldView {
        name: OTHER.into(),
        label: if is_optional { "Başka bir varlık" } else { "Varlık" }.into(),
        hint: "Envanter numarasını ya da adını yazın.".into(),
        kind,
        optional: is_optional,
        ..ui::FieldView::default()
    })
}

/// `POST /ajanlar/{id}/bagla`: approves the agent and ties it to the chosen asset, or to a new one.
pub(crate) async fn join(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (agents, assets) = (kind(), asset::kind());
    let agent = record::get_visible(ctx.db(), &agents, id, ctx.actor()).await?;
    let other = other(&ctx, &form).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    if store::is_joined(&tx, id).await? {
        return Err(Error::conflict("Bu ajan bu arada bir varlığa bağlanmış.").into());
    }
    let machine = Machine::of(&store::sections(&tx, id).await?);
    let is_new = other.is_none() && form.get("varlik") == NEW;
    let chosen = match other {
        None if is_new => receive::enter(&tx, &agent, &machine).await?,
        other => {
            let asset = other.or_else(|| form.get("varlik").parse().ok());
            let asset = asset.ok_or_else(|| Error::rule("AJN-004", "varlik", "Bir varlık seçin."))?;
            let asset = record::get_visible(&tx, &assets, asset, ctx.actor()).await?;
            if asset::GONE.contains(&asset.get("state").text()) {
                let text = "Kayıttan düşen ya da başka kayda katılan varlığa ajan bağlanamaz.";
                return Err(Error::rule("AJN-007", OTHER, text).into());
            }
            asset.id
        }
    };
    receive::join(&tx, id, chosen, is_new, &machine).await?;
    store::set_approved(&tx, id).await?;
    let event = NewEvent::new(Ref::new("agent", id), agent.title(&agents), "agent_joined");
    tx.record(event.related(Ref::new("asset", chosen))).await?;
    tx.commit().await?;
    Ok(web::redirect(&assets.address(chosen), "Ajan bu varlığa bağlandı."))
}

/// The asset that was chosen beside those that are alike; what was typed without a script is looked up.
async fn other(ctx: &Ctx, form: &Form) -> Result<Option<Uuid>> {
    if let Ok(id) = form.get(OTHER).parse() {
        return Ok(Some(id));
    }
    let typed = form.typed(OTHER);
    if typed.is_empty() {
        return Ok(None);
    }
    let kind = asset::kind();
    let mut found = record::numbered(ctx.db(), &kind, ctx.actor(), typed).await?;
    if found.is_empty() {
        let alike = record::search(ctx.db(), &[&kind], ctx.actor(), typed, 2).await?;
        found = alike.iter().map(|one| one.id).collect();
    }
    match found.as_slice() {
        [id] => Ok(Some(*id)),
        _ => {
            let text = "Yazdığınız tek bir varlığı göstermiyor; envanter numarasını yazın.";
            Err(Error::rule("AJN-004", OTHER, text))
        }
    }
}

/// What a machine says of itself, part by part.
fn machine_table(machine: &Machine) -> Markup {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut rows: Vec<(&str, String)> = vec![
        ("İşletim sistemi", machine.os_text().unwrap_or_default()),
        (
            "Marka ve model",
            format!("{} {}", said(&machine.manufacturer), said(&machine.model)).trim().to_string(),
        ),
        ("Seri no", said(&machine.serial)),
        ("Anakart kimliği", said(&machine.uuid)),
        ("Bellek", megabytes(machine.memory_mb)),
    ];
    rows.extend(parts(machine));
    table("Makinenin bildirdiği", rows)
}

/// What an asset's facts do not say already.
pub(crate) fn parts_table(machine: &Machine) -> Markup {
    table("Parçaları", parts(machine))
}

fn megabytes(value: Option<i64>) -> String {
    value.map(|value| format!("{} MB", tr::grouped(value))).unwrap_or_default()
}

fn parts(machine: &Machine) -> Vec<(&'static str, String)> {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut rows = Vec::new();
    for one in &machine.processors {
        let cores = one.cores.map(|cores| format!(", {cores} çekirdek")).unwrap_or_default();
        rows.push(("İşlemci", format!("{}{cores}", said(&one.name))));
    }
    for disk in &machine.disks {
        let serial = disk.serial.as_ref().map(|serial| format!(", seri no {serial}")).unwrap_or_default();
        rows.push(("Disk", format!("{} {}{serial}", said(&disk.model), megabytes(disk.size_mb))));
    }
    for one in &machine.antivirus {
        let state = match (one.is_enabled, one.is_up_to_date) {
            (Some(false), _) => "kapalı",
            (_, Some(false)) => "güncel değil",
            (Some(true), Some(true)) => "açık ve güncel",
            _ => "durumu bilinmiyor",
        };
        rows.push(("Virüs koruması", format!("{} {} — {state}", one.name, one.version)));
    }
    rows.push(("Ağ kartları", machine.macs.join(", ")));
    rows.push(("Ağ adresleri", machine.ips.join(", ")));
    rows
}

fn table(title: &str, mut rows: Vec<(&str, String)>) -> Markup {
    rows.retain(|(_, value)| !value.is_empty());
    let rows: Vec<Vec<Markup>> =
        rows.into_iter().map(|(label, value)| vec![html! { (label) }, html! { (value) }]).collect();
    html! {
        h2 { (title) }
        @if rows.is_empty() { p { "Makine bunlar hakkında bir şey bildirmedi." } }
        @else { (ui::table(title, &ui::heads(&["Özellik", "Değeri"]), &rows)) }
    }
}
