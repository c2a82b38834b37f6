//! The way back from joining an agent to the wrong asset: what the agent wrote over is put back, or what another agent of the same
//! machine tells, and the two are not taken for one again.

use kernel::event::NewEvent;
use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Error, Ref, Result, Tx};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::store::Known;
use super::{kind, receive, store};
use crate::asset::{self, GONE, TOLD_BY_AGENTS};
use crate::software::installed;
use crate::wire::Machine;

/// What an asset has of its agents beside its columns.
const BESIDE: [&str; 3] = ["macs", "programs", "seen_at"];

/// What an asset was before an agent reported of it, as JSON text: columns in `fields`, the rest by name, and in `told_by` which
/// agent had told each of them, so that parting that one first leaves nothing of it here.
pub(super) async fn snapshot(tx: &Tx, asset: Uuid) -> Result<String> {
    let record = record::get(tx, &asset::kind(), asset).await?;
    let mut fields = Map::new();
    for column in TOLD_BY_AGENTS {
        fields.insert(column.into(), json_of(record.get(column)));
    }
    let macs = asset::store::macs(tx, asset).await?;
    let programs = installed::of(tx, asset).await?;
    let mut told_by = Map::new();
    if let Some(other) = store::of_asset(tx, asset).await?.first() {
        let machine = Machine::of(&store::sections(tx, other.id).await?);
        let told = receive::told(&machine);
        let by_other =
            TOLD_BY_AGENTS.iter().filter(|column| is_told(&told, column, record.get(column))).copied();
        let mut all: Vec<&str> = by_other.chain(["seen_at"]).collect();
        all.extend((macs == machine.macs).then_some("macs"));
        told_by.extend(all.into_iter().map(|name| (name.to_string(), json!(other.id))));
        if let Some(teller) = store::teller(tx, asset, receive::SOFTWARES).await? {
            told_by.insert("programs".into(), json!(teller));
        }
    }
    let seen_at = record.get("seen_at").int();
    let kept = json!({
        "fields": fields, "macs": macs, "programs": programs, "seen_at": seen_at, "told_by": told_by
    });
    Ok(kept.to_string())
}

fn json_of(value: &FieldValue) -> Json {
    match value {
        FieldValue::Text(text) => json!(text),
        other => other.int().map(Json::from).unwrap_or_default(),
    }
}

fn value_of(kept: &Json) -> FieldValue {
    match kept {
        Json::String(text) => FieldValue::Text(text.clone()),
        other => other.as_i64().map_or(FieldValue::Null, FieldValue::Int),
    }
}

/// Whether the column stands as the machine told it. What it is silent about is not its own.
fn is_told(told: &Draft, column: &str, stands: &FieldValue) -> bool {
    receive::is_known(told.get(column)) && told.get(column) == stands
}

/// "Varlıktan ayır": only what still stands as the agent told it goes back; what a person wrote meanwhile stays. Of what other
/// agents report of the same asset nothing is lost.
pub(super) async fn part(tx: &Tx, agent: &Record) -> Result<()> {
    let Some(asset) = agent.get("asset_id").id() else {
        return Err(Error::rule("AJN-006", "", "Bu ajan bir varlığa bağlı değil."));
    };
    let kinds = asset::kind();
    let before = record::get(tx, &kinds, asset).await?;
    let kept: Json = serde_json::from_str(&store::before_join(tx, agent.id).await?).unwrap_or_default();
    let told = receive::told(&Machine::of(&store::sections(tx, agent.id).await?));
    store::part(tx, agent.id, asset).await?;
    let others = store::of_asset(tx, asset).await?;
    forget(tx, agent.id, &kept, &others).await?;
    if !GONE.contains(&before.get("state").text()) {
        let other = match others.first() {
            Some(one) => Some((one, Machine::of(&store::sections(tx, one.id).await?))),
            None => None,
        };
        let instead = other.as_ref().map(|(_, machine)| receive::told(machine)).unwrap_or_default();
        give_back(tx, &before, &told, &kept, &instead).await?;
        give_back_beside(tx, asset, &kept, other.as_ref()).await?;
    }
    let event = NewEvent::new(before.reference(&kinds), before.title(&kinds), "agent_parted");
    let event =
        event.related(Ref::new(kind().id, agent.id)).scope(before.unit_id(&kinds), before.owner_id(&kinds));
    tx.record(event).await?;
    Ok(())
}

/// The columns that stand as the agent told them: as another agent tells them, else as they were before.
async fn give_back(tx: &Tx, before: &Record, told: &Draft, kept: &Json, instead: &Draft) -> Result<()> {
    let stored = asset::store::by_hand(tx, before.id).await?;
    let by_hand: Vec<&str> = stored.split(' ').collect();
    let mut draft = Draft::default();
    for column in TOLD_BY_AGENTS {
        if !is_told(told, column, before.get(column)) || by_hand.contains(&column) {
            continue;
        }
        let other = Some(instead.get(column)).filter(|value| receive::is_known(value)).cloned();
        let value = other.or_else(|| kept["fields"].get(column).map(value_of));
        if let Some(value) = value.filter(|value| value != before.get(column)) {
            draft.set(column, value);
        }
    }
    if !draft.values.is_empty() {
        draft.set("by_hand", FieldValue::Text(stored));
        record::update(tx, &asset::kind(), before.id, before.version, draft).await?;
    }
    Ok(())
}

/// Cards, programs and the last report. An asset that was made from the agent has none of its own to go back to.
async fn give_back_beside(
    tx: &Tx,
    asset: Uuid,
    kept: &Json,
    other: Option<&(&Known, Machine)>,
) -> Result<()> {
    let macs: Option<Vec<String>> = match other {
        Some((_, machine)) if !machine.macs.is_empty() => Some(machine.macs.clone()),
        _ => serde_json::from_value(kept["macs"].clone()).ok(),
    };
    if let Some(macs) = macs {
        asset::store::set_macs(tx, asset, &macs).await?;
    }
    if let Some(teller) = store::teller(tx, asset, receive::SOFTWARES).await? {
        let machine = Machine::of(&store::sections(tx, teller).await?);
        installed::keep(tx, asset, &machine.softwares).await?;
    } else {
        let programs: Vec<(Uuid, String)> =
            serde_json::from_value(kept["programs"].clone()).unwrap_or_default();
        installed::restore(tx, asset, &programs).await?;
    }
    match (other, kept.get("seen_at")) {
        (Some((one, _)), _) => asset::store::set_seen_at(tx, asset, Some(one.last_seen_at)).await,
        (None, Some(at)) => asset::store::set_seen_at(tx, asset, at.as_i64().map(kernel::Instant)).await,
        (None, None) => Ok(()),
    }
}

/// What the agent had told before others were joined stands among what those will give back: in its place comes what it gives
/// back itself.
async fn forget(tx: &Tx, agent: Uuid, kept: &Json, others: &[Known]) -> Result<()> {
    if kept.is_null() {
        return Ok(());
    }
    for one in others {
        let mut theirs: Json =
            serde_json::from_str(&store::before_join(tx, one.id).await?).unwrap_or_default();
        let is_its = |theirs: &Json, name: &str| theirs["told_by"][name] == json!(agent);
        let names: Vec<&str> =
            TOLD_BY_AGENTS.into_iter().chain(BESIDE).filter(|name| is_its(&theirs, name)).collect();
        if names.is_empty() {
            continue;
        }
        for name in names {
            if BESIDE.contains(&name) {
                theirs[name] = kept[name].clone();
            } else {
                theirs["fields"][name] = kept["fields"][name].clone();
            }
            theirs["told_by"][name] = kept["told_by"][name].clone();
        }
        store::set_before_join(tx, one.id, &theirs.to_string()).await?;
    }
    Ok(())
}
