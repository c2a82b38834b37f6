//! Sections that nothing here looks into, packed while they are read: a switch with its ports is twenty megabytes, and as a
//! tree ten times as many, so neither the tree nor the text is ever there as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::machine::READ;
use super::message::{Inventory, LONGEST_SECTION, MOST_ITEMS, MOST_SECTIONS, is_nothing, lowered};
use super::{Refusal, clean};

/// A section as it is kept: the zlib stream of a JSON list of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub zlib: Vec<u8>,
    /// SHA-256 of the list, in hexadecimal.
    pub digest: String,
    /// Bytes of the list.
    pub text_bytes: usize,
}

/// One section on its way.
struct Section {
    encoder: ZlibEncoder<Vec<u8>>,
    hasher: Sha256,
    text_bytes: usize,
    items: usize,
}

impl Section {
    fn new() -> Self {
        // What is packed here has the same names over and over; the fastest level makes a tenth of it.
        let encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        Self { encoder, hasher: Sha256::new(), text_bytes: 0, items: 0 }
    }

    fn push(&mut self, text: &str) {
        // Writing into memory does not fail.
        let _ = self.encoder.write_all(text.as_bytes());
        self.hasher.update(text);
        self.text_bytes += text.len();
    }

    fn done(mut self) -> Result<Packed, Refusal> {
        self.push("]");
        let zlib = self.encoder.finish().map_err(|_| Refusal::Damaged)?;
        Ok(Packed { zlib, digest: hex::encode(self.hasher.finalize()), text_bytes: self.text_bytes })
    }
}

/// The unread sections of one message.
#[derive(Default)]
pub(super) struct Unread {
    sections: BTreeMap<String, Section>,
    /// Those that came with nothing in them.
    emptied: BTreeSet<String>,
}

impl Unread {
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.emptied.is_empty()
    }

    /// Whether a section's items go here; its name is in small letters.
    pub fn is_for(section: &str) -> bool {
        let is_read = READ.contains(&section)
            || clean::touches(section)
            || ["versionclient", "accountinfo", "device", "agent", "processnumber"].contains(&section);
        !is_read
    }

    /// Takes what nobody reads; gives the rest back.
    pub fn take(&mut self, section: &str, value: Value) -> Option<Value> {
        if !Self::is_for(section) {
            return Some(value);
        }
        match value {
            value if is_nothing(&value) => self.empty(section),
            Value::Object(item) => self.push(section, item),
            _ => {}
        }
        None
    }

    /// A section that stands there with nothing in it.
    pub fn empty(&mut self, section: &str) {
        if section.len() <= LONGEST_SECTION && self.emptied.len() < MOST_SECTIONS {
            self.emptied.insert(section.to_string());
        }
    }

    /// One more item of a section. Of very many sections or items the last are only counted.
    pub fn push(&mut self, section: &str, item: Map<String, Value>) {
        let item = lowered(item);
        if item.is_empty() || !(self.sections.contains_key(section) || self.sections.len() <= MOST_SECTIONS) {
            return;
        }
        let into = self.sections.entry(section.to_string()).or_insert_with(Section::new);
        into.items += 1;
        if into.items <= MOST_ITEMS {
            into.push(if into.items == 1 { "[" } else { "," });
            into.push(&Value::Object(item).to_string());
        }
    }

    /// Hands the sections over; answers how many were too many or had too long a name.
    pub fn into(self, found: &mut Inventory) -> Result<usize, Refusal> {
        let mut too_many = 0;
        found.emptied = self.emptied;
        for (name, section) in self.sections {
            if name.len() > LONGEST_SECTION || found.unread.len() >= MOST_SECTIONS {
                too_many += 1;
                continue;
            }
            if section.items > MOST_ITEMS {
                let text = format!("{name}: {} öğenin ilk {MOST_ITEMS} tanesi alındı.", section.items);
                found.warnings.push(text);
            }
            found.unread.insert(name, section.done()?);
        }
        Ok(too_many)
    }
}
