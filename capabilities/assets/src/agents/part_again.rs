//! The way back from joining an agent to the wrong asset: what the agent wrote over is put back, and the two are not taken for
//! one again.

use kernel::event::NewEvent;
use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Error, Ref, Result, Tx};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{kind, receive, store};
use crate::asset::{self, TOLD_BY_AGENTS};
use crate::software;
use crate::wire::Machine;

/// What an asset was before an agent reported of it, as JSON text.
pub(super) async fn snapshot(tx: &Tx, asset: Uuid) -> Result<String> {
    let kind = asset::kind();
    let record = record::get(tx, &kind, asset).await?;
    let mut fields = Map::new();
    for column in TOLD_BY_AGENTS {
        let value = record.get(column);
        let value = value.int().map(Json::from).or_else(|| match value {
            FieldValue::Text(text) => Some(Json::from(text.as_str())),
            _ => None,
        });
        fields.insert(column.into(), value.unwrap_or_default());
    }
    let macs = asset::store::macs(tx, asset).await?;
    Ok(serde_json::json!({ "fields": fields, "macs": macs }).to_string())
}

/// "Varlıktan ayır": only what still stands as the agent told it goes back; what a person wrote meanwhile stays.
pub(super) async fn part(tx: &Tx, agent: &Record) -> Result<()> {
    let Some(asset) = agent.get("asset_id").id() else {
        return Err(Error::rule("AJN-006", "", "Bu ajan bir varlığa bağlı değil."));
    };
    let kinds = asset::kind();
    let before = record::get(tx, &kinds, asset).await?;
    let told = receive::told(&Machine::of(&store::sections(tx, agent.id).await?));
    let kept: Json = serde_json::from_str(&store::before_join(tx, agent.id).await?).unwrap_or_default();
    let by_hand: Vec<&str> = before.get("by_hand").text().split(' ').collect();
    let mut draft = Draft::default();
    for column in TOLD_BY_AGENTS {
        let is_the_agents = before.get(column) == told.get(column) && !by_hand.contains(&column);
        let Some(earlier) = kept["fields"].get(column).filter(|_| is_the_agents) else { continue };
        draft.set(
            column,
            match earlier {
                Json::String(text) => FieldValue::Text(text.clone()),
                other => other.as_i64().map_or(FieldValue::Null, FieldValue::Int),
            },
        );
    }
    if !draft.values.is_empty() && before.get("state").text() != "written_off" {
        draft.set("by_hand", before.get("by_hand").clone());
        record::update(tx, &kinds, asset, before.version, draft).await?;
    }
    if let Some(macs) = kept["macs"].as_array() {
        let macs: Vec<String> = macs.iter().filter_map(Json::as_str).map(str::to_string).collect();
        asset::store::set_macs(tx, asset, &macs).await?;
    }
    software::store::clear(tx, asset).await?;
    store::part(tx, agent.id, asset).await?;
    let event = NewEvent::new(before.reference(&kinds), before.title(&kinds), "agent_parted");
    let event =
        event.related(Ref::new(kind().id, agent.id)).scope(before.unit_id(&kinds), before.owner_id(&kinds));
    tx.record(event).await?;
    Ok(())
}
