//! What inventory agents speak: FusionInventory 2.6, GLPI agent 1.x and the OCS unified agent. Bytes in, messages out,
//! and the bytes of the answer. No HTTP, no database. Written from what the agents' own sources accept and from runs of
//! Debian's `fusioninventory-agent` 2.6 and `ocsinventory-agent` 2.10.

mod clean;
mod identity;
mod json;
mod machine;
mod message;
mod packing;
mod reply;
#[cfg(test)]
mod tests;
mod unread;
mod xml;

#[cfg(test)]
pub(crate) use tests::{FUSION, GLPI, GLPI_PARTIAL, OCS};

pub(crate) use identity::{serial_key, uuid_swapped};
pub(crate) use machine::{Disk, EMPTIED, IDENTIFYING, Machine, READ, Software};
pub(crate) use message::{Inventory, Message, Network, read};
pub(crate) use packing::{MOST_PACKED_BYTES, Packing, pack, unpack};
pub(crate) use reply::{
    Reply, contact, get_config, json_ok, json_refusal, pending, prolog, xml_ok, xml_refusal,
};

use std::collections::BTreeMap;

/// One object of a section: names in small letters.
pub(crate) type Item = serde_json::Map<String, serde_json::Value>;
/// An inventory by sections in small letters: `bios`, `storages`, `softwares`.
pub(crate) type Sections = BTreeMap<String, Vec<Item>>;

/// Why a message is not taken; the sentence goes back to the agent, which writes it into its log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Sıkıştırılmış ileti bozuk ya da yarım.")]
    Damaged,
    #[error("İleti açıldığında {most_bytes} bayttan büyük oluyor.")]
    TooLarge { most_bytes: usize },
    #[error("İleti XML ya da JSON değil: {0}")]
    Unreadable(String),
    #[error("İletide makinenin kimliği (DEVICEID) yok.")]
    Nameless,
}
