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

/// Assets that look like the machine; nothing where none does, for "Onayla" then says it all.
async fn choice(ctx: &Ctx, agent: &Record, machine: &Machine) -> Result<Markup> {
    let (serial, uuids, macs) = receive::signs(machine);
    let candidates = receive::candidates(ctx.db(), agent.id, &serial, &uuids, &macs).await?;
    let Found::Perhaps(some) = recognise(&serial, &uuids, &candidates) else { return Ok(html! {}) };
    Ok(html! {
        h2 { "Hangi varlık?" }
        p { "Bu makineye benzeyen varlıklar var ama hiçbiri kesin değil. Ajan seçtiğiniz varlığı bildirir." }
        form.form method="post" action={ "/ajanlar/" (agent.id) "/bagla" } {
            input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
            fieldset { legend { "Varlık" }
                @for (one, by) in &some {
                    label.check {
                        input type="radio" name="varlik" value=(one.id);
                        " " (one.number) " " (one.name) " — " (by.label_tr())
                    }
                }
                label.check { input type="radio" name="varlik" value=(NEW); " Hiçbiri; yeni bir varlık" }
            }
            div.form-end { button.btn.is-primary type="submit" { "Onayla ve bağla" } }
        }
    })
}

/// `POST /ajanlar/{id}/bagla`: approves the agent and ties it to the chosen asset, or to a new one.
pub(crate) async fn join(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (agents, assets) = (kind(), asset::kind());
    let agent = record::get_visible(ctx.db(), &agents, id, ctx.actor()).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    if store::is_joined(&tx, id).await? {
        return Err(Error::conflict("Bu ajan bu arada bir varlığa bağlanmış.").into());
    }
    let machine = Machine::of(&store::sections(&tx, id).await?);
    let is_new = form.get("varlik") == NEW;
    let chosen = match form.get("varlik") {
        NEW => receive::enter(&tx, &agent, &machine).await?,
        typed => {
            let asset = typed.parse().map_err(|_| Error::rule("AJN-004", "varlik", "Bir varlık seçin."))?;
            record::get_visible(&tx, &assets, asset, ctx.actor()).await?.id
        }
    };
    receive::join(&tx, id, chosen, is_new, &machine).await?;
    store::set_approved(&tx, id).await?;
    let event = NewEvent::new(Ref::new("agent", id), agent.title(&agents), "agent_joined");
    tx.record(event.related(Ref::new("asset", chosen))).await?;
    tx.commit().await?;
    Ok(web::redirect(&assets.address(chosen), "Ajan bu varlığa bağlandı."))
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
