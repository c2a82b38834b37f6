//! What an agent found on the network, or what a device answered it. Only what was asked for is taken, and only from the agent
//! that was asked.

use std::collections::BTreeMap;

use kernel::access::Source;
use kernel::event::{Change, NewEvent};
use kernel::record;
use kernel::{Act, Clock, Db, Ref, Result, Tx, tr};
use uuid::Uuid;

use super::device::{self, TYPES};
use super::store::{self, Told};
use crate::agents::recognise::{Found, recognise};
use crate::asset;
use crate::wire::{Item, Network, serial_key};

/// Percent under which a cartridge is to be ordered.
const LOW_PERCENT: i64 = 10;

/// Pages between two words about a printer's counter.
const TOLD_EVERY: i64 = 1_000;

/// Takes a message in; `false` for what nobody asked of this agent.
pub(crate) async fn take(db: &Db, clock: &Clock, message: &Network, address: &str) -> Result<bool> {
    let Some(agent) = store::scanning_agent(db, &message.device_id).await? else { return Ok(false) };
    let mut act = Act::system(clock, Source::Api, "Ağ taraması");
    act.address = Some(address.to_string());
    let tx = db.begin(&act).await?;
    tx.without_event("what is the same as before is no news");
    let is_asked = in_tx(&tx, agent, message).await?;
    tx.commit().await?;
    Ok(is_asked)
}

pub(super) async fn in_tx(tx: &Tx, agent: Uuid, message: &Network) -> Result<bool> {
    if message.is_detail { detailed(tx, agent, message).await } else { discovered(tx, agent, message).await }
}

async fn discovered(tx: &Tx, agent: Uuid, message: &Network) -> Result<bool> {
    let Some(scan) = store::scan_with_task(tx, agent, message.task).await? else { return Ok(false) };
    for item in &message.devices {
        keep(tx, scan, &told(item)).await?;
    }
    if message.is_end {
        store::ended(tx, scan).await?;
    }
    Ok(true)
}

/// A text of an item, without what cannot be shown, cut to `most` letters.
fn text(item: &Item, name: &str, most: usize) -> String {
    let value = item.get(name).map(|value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => String::new(),
    });
    tr::clean_line(&value.unwrap_or_default()).text.chars().take(most).collect()
}

/// What a found or asked device says of itself.
fn told(item: &Item) -> Told {
    let first = |names: &[&str], most: usize| {
        names.iter().map(|name| text(item, name, most)).find(|text| !text.is_empty()).unwrap_or_default()
    };
    let address = first(&["ip"], 60);
    let called = first(&["snmphostname", "name", "netbiosname", "dnshostname"], 120);
    let kind = TYPES.iter().find(|(theirs, ..)| *theirs == text(item, "type", 20).to_uppercase());
    Told {
        name: if called.is_empty() { address.clone() } else { called },
        kind: kind.map_or("unknown", |(_, kind, _)| kind).into(),
        address,
        mac: first(&["mac"], 20).to_uppercase(),
        manufacturer: first(&["manufacturer", "netportvendor"], 80),
        model: first(&["model"], 120),
        serial: first(&["serial"], 80),
        firmware: first(&["firmware"], 120),
        place: first(&["location"], 120),
        description: first(&["description", "comments"], 400),
        way: text(item, "authsnmp", 3).parse().unwrap_or(0),
    }
}

/// By what it is known again, the surest first.
fn identities(told: &Told) -> Vec<String> {
    let serial = serial_key(&told.serial);
    let signs = [("s:", serial.as_str()), ("m:", told.mac.as_str()), ("i:", told.address.as_str())];
    signs.iter().filter(|(_, sign)| !sign.is_empty()).map(|(mark, sign)| format!("{mark}{sign}")).collect()
}

async fn keep(tx: &Tx, scan: Uuid, told: &Told) -> Result<()> {
    let identities = identities(told);
    let Some(identity) = identities.first() else { return Ok(()) };
    let known = store::known(tx, &identities, &told.mac).await?;
    let asset = match known.as_ref().and_then(|known| known.asset_id) {
        Some(asset) => Some(asset),
        None => same_asset(tx, told).await?,
    };
    let kind = device::kind();
    let id = match &known {
        Some(known) => {
            // A serial is surer than a card, and a card than an address; what was surer before stays.
            let stronger = if rank(identity) < rank(&known.identity) { identity } else { &known.identity };
            store::set_found(tx, known.id, scan, stronger, told, asset).await?;
            known.id
        }
        None => store::insert(tx, scan, identity, told, asset).await?,
    };
    let device = record::get(tx, &kind, id).await?;
    if known.is_none() || known.is_some_and(|known| known.name != told.name) {
        record::index(tx, &kind, &device).await?;
    }
    if device.get("first_seen_at").int() == Some(tx.at().0) {
        let note = [told.address.as_str(), told.manufacturer.as_str(), told.model.as_str()];
        let note: Vec<&str> = note.into_iter().filter(|text| !text.is_empty()).collect();
        tx.record(NewEvent::new(Ref::new(kind.id, id), &told.name, "device_found").note(note.join(", ")))
            .await?;
    }
    Ok(())
}

/// Told whenever another thousand is full, so that whoever plans by the counter knows of it and no day fills the history.
async fn tell_count(tx: &Tx, known: &store::Known, pages: i64) -> Result<()> {
    let before = store::readings(tx, known.id).await?.first().map(|reading| reading.pages);
    let Some(asset) = known.asset_id else { return Ok(()) };
    if before.is_some_and(|before| pages / TOLD_EVERY <= before / TOLD_EVERY) {
        return Ok(());
    }
    let change = Change {
        field: "pages".into(),
        label: "Bastığı sayfa".into(),
        before: before.map(|before| before.to_string()).unwrap_or_default(),
        after: pages.to_string(),
    };
    let event = NewEvent::new(Ref::new("network_device", known.id), &known.name, "pages_counted");
    tx.record(event.changes(vec![change]).related(Ref::new("asset", asset))).await?;
    Ok(())
}

fn rank(identity: &str) -> u8 {
    match identity.get(..2) {
        Some("s:") => 0,
        Some("m:") => 1,
        _ => 2,
    }
}

/// The asset with this serial or this card, where there is no doubt.
async fn same_asset(tx: &Tx, told: &Told) -> Result<Option<Uuid>> {
    let serial = serial_key(&told.serial);
    let macs: Vec<String> = Some(told.mac.clone()).filter(|mac| !mac.is_empty()).into_iter().collect();
    let candidates = asset::store::alike(tx, &serial, &[], &macs).await?;
    Ok(match recognise(&serial, &[], &candidates) {
        Found::Same(one, _) => Some(one.id),
        Found::Perhaps(some) if macs.len() == 1 && some.len() == 1 && serial.is_empty() => Some(some[0].0.id),
        _ => None,
    })
}

async fn detailed(tx: &Tx, agent: Uuid, message: &Network) -> Result<bool> {
    let mut is_asked = message.devices.is_empty();
    for item in &message.devices {
        let part = |name: &str| item.get(name).and_then(serde_json::Value::as_object);
        let of = part("info").or(part("error"));
        let Some(no) = of.and_then(|info| text(info, "id", 12).parse::<i64>().ok()) else { continue };
        let Some(known) = store::asked_of(tx, agent, no).await? else { continue };
        is_asked = true;
        if let Some(error) = part("error") {
            store::set_trouble(tx, known.id, &text(error, "message", 400)).await?;
            continue;
        }
        let Some(info) = part("info") else { continue };
        answered(tx, &known, &told(info), item).await?;
    }
    Ok(is_asked)
}

async fn answered(tx: &Tx, known: &store::Known, told: &Told, item: &Item) -> Result<()> {
    let part = |name: &str| item.get(name).and_then(serde_json::Value::as_object);
    let counter = |name: &str| {
        let counters = part("pagecounters")?;
        text(counters, name, 12).parse::<i64>().ok().filter(|pages| (0..1_000_000_000).contains(pages))
    };
    let levels: BTreeMap<String, i64> = part("cartridges")
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| {
            let percent = value.as_str().and_then(|text| text.trim().parse::<i64>().ok())?;
            (0..=100).contains(&percent).then(|| (name.chars().take(40).collect(), percent))
        })
        .take(40)
        .collect();
    let prints = |name: &str| name.starts_with("toner") || name.starts_with("cartridge");
    let emptiest = levels.iter().filter(|(name, _)| prints(name)).map(|(_, percent)| *percent).min();
    let toner = match emptiest {
        None => "unknown",
        Some(percent) if percent < LOW_PERCENT => "low",
        Some(_) => "enough",
    };
    let ports = part("ports").and_then(|ports| ports.get("port")).map(|port| match port {
        serde_json::Value::Array(all) => all.len() as i64,
        _ => 1,
    });
    let answer = store::Answer {
        pages: counter("total").or(counter("printtotal")),
        colour_pages: counter("color"),
        toner,
        levels: serde_json::to_string(&levels)?,
        ports,
    };
    store::set_answer(tx, known.id, told, &answer).await?;
    if let Some(pages) = answer.pages {
        tell_count(tx, known, pages).await?;
        store::read_counter(tx, known.id, pages, answer.colour_pages.unwrap_or(0)).await?;
    }
    if toner == "low" && known.toner != "low" {
        let said: Vec<String> = levels
            .iter()
            .filter(|(name, _)| prints(name))
            .map(|(name, percent)| format!("{} %{percent}", device::cartridge(name)))
            .collect();
        device::tell_low(tx, known.id, &known.name, &said.join(", ")).await?;
    }
    Ok(())
}
