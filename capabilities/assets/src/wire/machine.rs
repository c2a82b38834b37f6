//! A machine as its inventory tells it: what identifies it, what it is made of, what is installed.

use serde_json::Value;

use super::clean::number;
use super::identity::{mac, model, serial_key, uuid};
use super::{Item, Sections};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Machine {
    pub name: Option<String>,
    pub serial: Option<String>,
    /// Small letters.
    pub uuid: Option<String>,
    pub manufacturer: Option<String>,
    pub model: Option<String>,
    /// What the chassis says of itself: "Notebook", "Desktop", "Rack Mount Chassis".
    pub chassis: Option<String>,
    pub os_name: Option<String>,
    pub os_version: Option<String>,
    pub memory_mb: Option<i64>,
    pub processors: Vec<Processor>,
    pub disks: Vec<Disk>,
    /// Disks whose size the agent could not read.
    pub unsized_disks: usize,
    /// Of real cards, upper case with colons, in order.
    pub macs: Vec<String>,
    pub ips: Vec<String>,
    pub antivirus: Vec<Antivirus>,
    /// Of each drive that says so: whether it is encrypted.
    pub encrypted: Vec<bool>,
    pub softwares: Vec<Software>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Processor {
    pub name: Option<String>,
    pub cores: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Disk {
    pub model: Option<String>,
    pub serial: Option<String>,
    pub size_mb: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Antivirus {
    pub name: String,
    pub version: String,
    pub is_enabled: Option<bool>,
    pub is_up_to_date: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Software {
    pub name: String,
    pub version: String,
    pub publisher: String,
    /// Which kind of package or list it comes from: "deb", "rpm", "registry"; empty where the agent does not say.
    pub source: String,
}

/// Sections that [`Machine::of`] looks into; the others are kept and not read.
pub(crate) const READ: [&str; 10] = [
    "bios",
    "hardware",
    "operatingsystem",
    "networks",
    "memories",
    "cpus",
    "storages",
    "drives",
    "antivirus",
    "softwares",
];

/// Sections that agents leave out of a report of the whole when there is nothing to tell, as GLPI's server takes it too. Any
/// other may be absent because it was switched off (`no-category`) or took too long.
pub(crate) const EMPTIED: [&str; 4] = ["antivirus", "monitors", "remote_mgmt", "virtualmachines"];

/// Those of them that say which machine it is.
pub(crate) const IDENTIFYING: [&str; 3] = ["bios", "hardware", "networks"];

impl Machine {
    /// Which machine it is and nothing else: of seven hundred programs none is looked at.
    pub fn identified(sections: &Sections) -> Self {
        let some = sections.iter().filter(|(name, _)| IDENTIFYING.contains(&name.as_str()));
        Self::of(&some.map(|(name, items)| (name.clone(), items.clone())).collect())
    }

    pub fn of(sections: &Sections) -> Self {
        let first = |section: &str| sections.get(section).and_then(|items| items.first());
        let all = |section: &str| sections.get(section).map(Vec::as_slice).unwrap_or_default();
        let (bios, hardware, os) = (first("bios"), first("hardware"), first("operatingsystem"));
        let serials = ["ssn", "msn", "enclosureserial", "biosserial"].into_iter();
        let serial = serials.filter_map(|field| text(bios, field)).find(|one| !serial_key(one).is_empty());
        let cards: Vec<&Item> =
            all("networks").iter().filter(|card| !is_true(card.get("virtualdev")).unwrap_or(false)).collect();
        let mut macs: Vec<String> =
            cards.iter().filter_map(|card| text(Some(card), "mac")).filter_map(|one| mac(&one)).collect();
        macs.sort();
        macs.dedup();
        let addresses = cards.iter().filter_map(|card| text(Some(card), "ipaddress"));
        let mut ips: Vec<String> = addresses.filter(|one| !one.starts_with("127.")).collect();
        ips.dedup();
        let named = |section: Option<&Item>, fields: [&str; 2]| {
            let found = fields.into_iter().filter_map(|field| text(section, field));
            found.filter_map(|one| model(&one).map(str::to_string)).next()
        };
        Self {
            name: text(hardware, "name"),
            serial,
            uuid: text(hardware, "uuid").and_then(|one| uuid(&one)),
            manufacturer: named(bios, ["manufacturer", "mmanufacturer"]),
            model: named(bios, ["model", "mmodel"]),
            chassis: text(hardware, "chassis_type").or_else(|| text(bios, "type")),
            os_name: text(os, "full_name").or_else(|| text(os, "name")).or_else(|| text(hardware, "osname")),
            os_version: text(os, "version").or_else(|| text(hardware, "osversion")),
            memory_mb: memory(all("memories")).or_else(|| number(hardware.and_then(|one| one.get("memory")))),
            processors: all("cpus").iter().map(processor).collect(),
            disks: all("storages").iter().filter(|one| is_fixed(one) && has_size(one)).map(disk).collect(),
            unsized_disks: all("storages").iter().filter(|one| is_fixed(one) && !has_size(one)).count(),
            macs,
            ips,
            antivirus: all("antivirus").iter().map(antivirus).collect(),
            encrypted: all("drives").iter().filter_map(|one| is_true(one.get("encrypt_status"))).collect(),
            softwares: softwares(all("softwares")),
        }
    }

    /// A code of [`crate::asset::CATEGORIES`], if the machine tells.
    pub fn category(&self) -> Option<&'static str> {
        let chassis = self.chassis.as_deref()?.to_ascii_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| chassis.contains(word));
        match () {
            () if is(&["notebook", "laptop", "portable", "convertible", "detachable"]) => Some("laptop"),
            () if is(&["tablet"]) => Some("tablet"),
            () if is(&["rack", "blade", "server", "multi-system"]) => Some("server"),
            () if is(&["desktop", "tower", "mini", "all in one", "all-in-one", "stick", "space-saving"]) => {
                Some("desktop")
            }
            () => None,
        }
    }

    /// A code of the asset's `protection`. Only Windows tells of its guards; a Linux machine without one is not unguarded.
    pub fn protection(&self) -> &'static str {
        let is_on = |one: &&Antivirus| one.is_enabled == Some(true);
        let is_current = |one: &Antivirus| one.is_up_to_date != Some(false);
        let is_windows = self.os_name.as_deref().is_some_and(|name| name.contains("Windows"));
        match self.antivirus.iter().find(is_on) {
            _ if self.antivirus.iter().filter(is_on).any(is_current) => "live",
            Some(_) => "stale",
            None if self.antivirus.iter().any(|one| one.is_enabled == Some(false)) => "off",
            None if self.antivirus.is_empty() && is_windows => "off",
            None => "unknown",
        }
    }

    /// A code of the asset's `encryption`: one open drive leaves the door open. Silence says nothing.
    pub fn encryption(&self) -> &'static str {
        match self.encrypted.as_slice() {
            [] => "unknown",
            all if all.iter().all(|is_on| *is_on) => "on",
            _ => "off",
        }
    }

    /// Name and version, the version once.
    pub fn os_text(&self) -> Option<String> {
        let name = self.os_name.as_deref()?;
        match self.os_version.as_deref() {
            Some(version) if !name.contains(version) => Some(format!("{name} {version}")),
            _ => Some(name.to_string()),
        }
    }
}

fn text(item: Option<&Item>, field: &str) -> Option<String> {
    let said = match item?.get(field)? {
        Value::String(text) => text.trim().to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => list.first()?.as_str()?.trim().to_string(),
        _ => return None,
    };
    (!said.is_empty()).then_some(said)
}

/// Agents say truth as true, 1, "1", "yes"; nothing else is an answer.
fn is_true(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "enabled" => Some(true),
            "0" | "false" | "no" | "disabled" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The modules together: what a person bought, not what the firmware left of it.
fn memory(modules: &[Item]) -> Option<i64> {
    let sizes = modules.iter().filter_map(|module| number(module.get("capacity")));
    Some(sizes.sum()).filter(|sum| *sum > 0)
}

fn processor(item: &Item) -> Processor {
    Processor { name: text(Some(item), "name"), cores: number(item.get("core")) }
}

/// Readers of discs and cards are storage to an agent as well, and so is what hangs at a cable.
fn is_fixed(item: &Item) -> bool {
    let said = |field: &str| text(Some(item), field).unwrap_or_default().to_ascii_lowercase();
    let kind = said("type");
    let is_moved = ["cd", "dvd", "floppy", "removable", "usb"].iter().any(|word| kind.contains(word));
    !is_moved && !said("interface").contains("usb")
}

fn has_size(item: &Item) -> bool {
    number(item.get("disksize")).is_some_and(|size| size > 0)
}

fn disk(item: &Item) -> Disk {
    let serial = text(Some(item), "serial").filter(|one| !serial_key(one).is_empty());
    let name = text(Some(item), "model").or_else(|| text(Some(item), "name"));
    Disk { model: name, serial, size_mb: number(item.get("disksize")) }
}

fn antivirus(item: &Item) -> Antivirus {
    let said = |field: &str| text(Some(item), field).unwrap_or_default();
    Antivirus {
        name: said("name"),
        version: said("version"),
        is_enabled: is_true(item.get("enabled")),
        is_up_to_date: is_true(item.get("uptodate")),
    }
}

/// Each program once, in order: two architectures of one library are one program.
fn softwares(items: &[Item]) -> Vec<Software> {
    let said = |item: &Item, field: &str, most: usize| -> String {
        text(Some(item), field).unwrap_or_default().chars().take(most).collect()
    };
    let read = |item: &Item| Software {
        name: said(item, "name", 200),
        version: said(item, "version", 80),
        publisher: said(item, "publisher", 120),
        source: said(item, "from", 40).to_lowercase(),
    };
    let mut all: Vec<Software> = items.iter().map(read).filter(|one| !one.name.is_empty()).collect();
    all.sort();
    all.dedup_by(|one, other| one.name == other.name && one.version == other.version);
    all
}
