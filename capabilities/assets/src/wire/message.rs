//! Messages of agents, whichever of their languages they come in.

use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::WINDOWS_1254;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::unread::{Packed, Unread};
use super::{Item, Refusal, Sections, clean, json, xml};

/// Items of one section that are kept.
pub(super) const MOST_ITEMS: usize = 20_000;
/// The agents know some forty sections; each is a row of the database.
pub(super) const MOST_SECTIONS: usize = 120;
/// Devices in one message of a scan.
const MOST_DEVICES: usize = 64;
pub(super) const LONGEST_SECTION: usize = 60;
/// A name longer than this was not made by an agent.
const MOST_NAME: usize = 200;

/// What an agent says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Message {
    /// May I send? Older agents and OCS in XML.
    Prolog {
        device_id: String,
    },
    /// The same of newer agents, in JSON.
    Contact {
        device_id: String,
    },
    Inventory(Box<Inventory>),
    /// What was found on the network, or what a device answered.
    Network(Box<Network>),
    /// Understood, and not ours (remote deployment, SNMP results nobody asked for).
    Other {
        what: String,
        is_json: bool,
    },
}

/// A piece of the answer to work that was given to an agent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Network {
    pub device_id: String,
    /// The number of the work.
    pub task: i64,
    /// Devices answered in detail, otherwise they were only found.
    pub is_detail: bool,
    pub devices: Vec<Item>,
    /// The agent is through.
    pub is_end: bool,
}

/// What a machine is made of, or what of it changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inventory {
    /// Host name and the moment of the agent's first run.
    pub device_id: String,
    /// Header `GLPI-Agent-ID` of newer agents.
    pub agent_id: Option<Uuid>,
    /// Name and version of the agent.
    pub client: String,
    pub tag: Option<String>,
    /// A section that is absent did not change.
    pub is_partial: bool,
    pub is_json: bool,
    pub sections: Sections,
    /// Sections that nothing here looks into.
    pub unread: BTreeMap<String, Packed>,
    /// Sections that stand in the message with nothing in them: of these there is nothing any more.
    pub emptied: BTreeSet<String>,
    /// What was left out and why, for the agent's page.
    pub warnings: Vec<String>,
}

/// Reads an unpacked message.
pub(crate) fn read(bytes: &[u8], agent_id: Option<Uuid>) -> Result<Message, Refusal> {
    let text = decoded(bytes);
    let text = text.trim_start_matches(|letter: char| letter == '\u{FEFF}' || letter.is_whitespace());
    match text.as_bytes().first() {
        Some(b'{') => from_json(text, agent_id),
        Some(b'<') => from_xml(text, agent_id),
        Some(_) => Err(Refusal::Unreadable("ne < ne { ile başlıyor".into())),
        None => Err(Refusal::Unreadable("boş".into())),
    }
}

/// Agents of old Turkish Windows send their own code page and say UTF-8.
fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => WINDOWS_1254.decode(bytes).0,
    }
}

fn from_xml(text: &str, agent_id: Option<Uuid>) -> Result<Message, Refusal> {
    let mut unread = Unread::default();
    let (root, value) = xml::read(text, &mut |name, value| unread.take(name, value))?;
    if root != "request" {
        return Err(Refusal::Unreadable(format!("kök öğe REQUEST değil, {root}")));
    }
    let Value::Object(mut all) = value else { return Err(Refusal::Nameless) };
    let device_id = name(all.get("deviceid"));
    match name(all.get("query")).to_ascii_uppercase().as_str() {
        "PROLOG" if device_id.is_empty() => Err(Refusal::Nameless),
        "PROLOG" => Ok(Message::Prolog { device_id }),
        "" | "INVENTORY" => {
            let mut content = all.remove("content").unwrap_or_default();
            // With every part kept elsewhere nothing is left of it.
            if !unread.is_empty() && content.is_string() {
                content = Value::Object(Map::new());
            }
            let found = inventory(device_id, agent_id, content, unread)?;
            Ok(Message::Inventory(Box::new(found)))
        }
        query @ ("NETDISCOVERY" | "SNMPQUERY") if !device_id.is_empty() => {
            let content = all.remove("content").unwrap_or_default();
            Ok(Message::Network(Box::new(network(device_id, query == "SNMPQUERY", content))))
        }
        other => Ok(Message::Other { what: other.into(), is_json: false }),
    }
}

/// Each message has one device, older agents' up to four.
fn network(device_id: String, is_detail: bool, content: Value) -> Network {
    let Value::Object(mut content) = content else {
        return Network { device_id, is_detail, ..Network::default() };
    };
    let is_end = content.get("agent").is_some_and(|agent| !name(agent.get("end")).is_empty());
    let devices = match content.remove("device").map(deeply_lowered) {
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let objects = devices.into_iter().take(MOST_DEVICES).filter_map(|device| match device {
        Value::Object(device) => Some(device),
        _ => None,
    });
    Network {
        device_id,
        is_detail,
        task: name(content.get("processnumber")).parse().unwrap_or(0),
        devices: objects.collect(),
        is_end,
    }
}

/// Names in small letters all the way down.
fn deeply_lowered(value: Value) -> Value {
    match value {
        Value::Object(item) => Value::Object(
            item.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), deeply_lowered(value))).collect(),
        ),
        Value::Array(all) => Value::Array(all.into_iter().map(deeply_lowered).collect()),
        other => other,
    }
}

fn from_json(text: &str, agent_id: Option<Uuid>) -> Result<Message, Refusal> {
    let mut unread = Unread::default();
    let json::Read { head, content } = json::read(text, &mut unread)?;
    let device_id = name(head.get("deviceid"));
    let action = name(head.get("action")).to_ascii_lowercase();
    match action.as_str() {
        "contact" if device_id.is_empty() => Err(Refusal::Nameless),
        "contact" => Ok(Message::Contact { device_id }),
        "" | "inventory" => {
            let mut found = inventory(device_id, agent_id, content.unwrap_or_default(), unread)?;
            found.is_json = true;
            found.is_partial = head.get("partial").is_some_and(|value| value.as_bool().unwrap_or(true));
            let tag = Some(name(head.get("tag"))).filter(|tag| !tag.is_empty());
            found.tag = found.tag.or(tag);
            Ok(Message::Inventory(Box::new(found)))
        }
        other => Ok(Message::Other { what: other.into(), is_json: true }),
    }
}

fn inventory(
    device_id: String,
    agent_id: Option<Uuid>,
    content: Value,
    unread: Unread,
) -> Result<Inventory, Refusal> {
    if device_id.is_empty() {
        return Err(Refusal::Nameless);
    }
    let Value::Object(content) = content else {
        return Err(Refusal::Unreadable("içerik (CONTENT) yok".into()));
    };
    let mut found = Inventory { device_id, agent_id, ..Inventory::default() };
    let mut too_many = unread.into(&mut found)?;
    for (section, value) in content {
        let section = section.to_ascii_lowercase();
        match (section.as_str(), value) {
            ("versionclient", value) => found.client = name(Some(&value)),
            ("accountinfo", value) => found.tag = tag_of(value).or(found.tag.take()),
            _ if section.len() > LONGEST_SECTION => too_many += 1,
            _ if !found.sections.contains_key(&section)
                && found.sections.len() + found.unread.len() >= MOST_SECTIONS =>
            {
                too_many += 1;
            }
            (_, value) if is_nothing(&value) => drop(found.emptied.insert(section)),
            (_, value) => {
                let items = items(value, &section, &mut found.warnings);
                found.sections.entry(section).or_default().extend(items);
            }
        }
    }
    if too_many > 0 {
        found
            .warnings
            .push(format!("{too_many} bölüm alınmadı; bir bildirimde en çok {MOST_SECTIONS} bölüm olur."));
    }
    clean::clean(&mut found);
    Ok(found)
}

/// `[]` and `{}` of JSON, an element of XML with nothing in it.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(item) => item.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// `KEYNAME` TAG and its `KEYVALUE`; the pair may come twice.
fn tag_of(value: Value) -> Option<String> {
    let pairs = if let Value::Array(pairs) = value { pairs } else { vec![value] };
    let is_tag = |pair: &&Value| name(pair.get("keyname")).eq_ignore_ascii_case("TAG");
    pairs.iter().find(is_tag).map(|pair| name(pair.get("keyvalue"))).filter(|tag| !tag.is_empty())
}

/// One object and a list of one are the same; texts beside objects are no items.
fn items(value: Value, section: &str, warnings: &mut Vec<String>) -> Vec<Item> {
    let list = match value {
        Value::Array(list) => list,
        Value::Object(one) => vec![Value::Object(one)],
        _ => return Vec::new(),
    };
    if list.len() > MOST_ITEMS {
        warnings.push(format!("{section}: {} öğenin ilk {MOST_ITEMS} tanesi alındı.", list.len()));
    }
    let objects = list.into_iter().take(MOST_ITEMS).filter_map(|item| match item {
        Value::Object(item) => Some(lowered(item)),
        _ => None,
    });
    objects.filter(|item| !item.is_empty()).collect()
}

/// Names in small letters, empty values left out.
pub(super) fn lowered(item: Map<String, Value>) -> Item {
    let is_said = |value: &Value| !value.is_null() && value.as_str() != Some("");
    item.into_iter()
        .filter(|(_, value)| is_said(value))
        .map(|(key, value)| (key.to_ascii_lowercase(), value))
        .collect()
}

fn name(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    text.chars().filter(|letter| !letter.is_control()).take(MOST_NAME).collect::<String>().trim().to_string()
}
