//! What is done to an inventory on receipt: secrets and what is nobody's business are dropped, and the words of the three
//! agents become those of one.

use serde_json::Value;

use super::{Inventory, Item};

/// Never kept: what runs and with which words and environment carries passwords; who worked at the machine and when is
/// personal data that no duty here asks for (6698 sayılı Kanun, m. 4).
const DROPPED: [&str; 7] =
    ["envs", "processes", "registry", "accesslog", "users", "local_users", "local_groups"];

/// Parts of an item that are never kept: the agent's own command line (`--password=`), keys of licences, a person's key
/// for remote log-in. A licence key belongs into the key vault, where it is entered by hand.
const DROPPED_FIELDS: [(&str, &str); 13] = [
    ("hardware", "lastloggeduser"),
    ("hardware", "datelastloggeduser"),
    ("hardware", "userid"),
    ("hardware", "userdomain"),
    ("versionprovider", "perl_args"),
    ("versionprovider", "perl_inc"),
    ("versionprovider", "perl_config"),
    ("versionprovider", "program"),
    ("hardware", "winprodkey"),
    ("licenseinfos", "key"),
    ("operatingsystem", "ssh_key"),
    ("monitors", "base64"),
    ("monitors", "uuencode"),
];

/// Section, what an agent calls a field, what it is called here (the words of GLPI's JSON).
const RENAMED: [(&str, &str, &str); 11] = [
    ("storages", "serialnumber", "serial"),
    ("networks", "macaddr", "mac"),
    ("softwares", "installdate", "install_date"),
    ("softwares", "architecture", "arch"),
    ("cpus", "cores", "core"),
    ("cpus", "threads", "thread"),
    ("cpus", "cpuarch", "arch"),
    ("cpus", "current_speed", "speed"),
    ("memories", "serialnumber", "serial"),
    ("bios", "smanufacturer", "manufacturer"),
    ("bios", "smodel", "model"),
];

/// Whether anything is dropped from this section or called otherwise in it.
pub(super) fn touches(section: &str) -> bool {
    section.starts_with("firewall")
        || DROPPED.contains(&section)
        || DROPPED_FIELDS.iter().any(|(of, _)| *of == section)
        || RENAMED.iter().any(|(of, ..)| *of == section)
}

pub(super) fn clean(inventory: &mut Inventory) {
    for dropped in DROPPED {
        inventory.sections.remove(dropped);
        inventory.emptied.remove(dropped);
    }
    if let Some(firewall) = inventory.sections.remove("firewall") {
        inventory.sections.entry("firewalls".into()).or_default().extend(firewall);
    }
    if inventory.emptied.remove("firewall") {
        inventory.emptied.insert("firewalls".into());
    }
    for (section, items) in &mut inventory.sections {
        for (_, field) in DROPPED_FIELDS.iter().filter(|(of, _)| of == section) {
            items.iter_mut().for_each(|item| drop(item.remove(*field)));
        }
        for (_, from, to) in RENAMED.iter().filter(|(of, ..)| of == section) {
            items.iter_mut().for_each(|item| rename(item, from, to));
        }
        // OCS calls the processor's name its type.
        if section == "cpus" {
            items
                .iter_mut()
                .filter(|item| !item.contains_key("name"))
                .for_each(|item| rename(item, "type", "name"));
        }
        items.retain(|item| !item.is_empty());
    }
    inventory.sections.retain(|_, items| !items.is_empty());
    // Once empty and once not is not empty.
    let Inventory { sections, unread, emptied, .. } = inventory;
    emptied.retain(|name| !sections.contains_key(name) && !unread.contains_key(name));
}

fn rename(item: &mut Item, from: &str, to: &str) {
    if let Some(value) = item.remove(from) {
        item.entry(to).or_insert(value);
    }
}

/// A whole number with or without a unit: `8192`, `"8192 MB"`, `"8 GB"`, `"274877.9"`; in megabytes where it has a unit
/// of bytes.
pub(super) fn number(value: Option<&Value>) -> Option<i64> {
    let text = match value? {
        Value::Number(number) => return number.as_i64().or(number.as_f64().map(|number| number as i64)),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let times = match text[end..].trim().to_ascii_lowercase().as_str() {
        "kb" | "kib" => 1.0 / 1024.0,
        "gb" | "gib" => 1024.0,
        "tb" | "tib" => 1024.0 * 1024.0,
        _ => 1.0,
    };
    Some((number * times) as i64)
}
