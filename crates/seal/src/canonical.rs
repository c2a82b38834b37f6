//! One and only one byte sequence for a record, so that its digest means the same on every node,
//! every database and for an outsider. Reading the bytes back is nobody's need and lives nowhere.
//!
//! Each value is `tag (1 byte) ‖ length (8 bytes, big-endian) ‖ content`; see `docs/formats/seal.md`.

use crate::tree::{Digest, leaf_digest};
use serde_json::{Number, Value};

const NONE: u8 = 0x00;
const BOOL: u8 = 0x01;
const INT: u8 = 0x02;
const UINT: u8 = 0x03;
const FLOAT: u8 = 0x04;
const TEXT: u8 = 0x05;
const BYTES: u8 = 0x06;
const INSTANT: u8 = 0x07;
const LIST: u8 = 0x08;
const MAP: u8 = 0x09;
const RECORD: u8 = 0x0A;

/// Whole floats up to here are exact, so that 100.0 and 100 can share their bytes.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Writer of a record's canonical bytes: name the kind, then write its fields in the documented order.
#[derive(Debug, Clone)]
pub struct Canonical {
    bytes: Vec<u8>,
}

impl Canonical {
    /// Starts a record. `kind` names the layout and its version, such as `event/1`: a change of the
    /// fields or of their order needs a new kind.
    pub fn record(kind: &str) -> Self {
        let mut record = Self { bytes: Vec::with_capacity(256) };
        record.put(RECORD, kind.as_bytes());
        record
    }

    /// A field that has no value; different from an empty text.
    pub fn none(&mut self) -> &mut Self {
        self.put(NONE, &[])
    }

    /// A truth value.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.put(BOOL, &[u8::from(value)])
    }

    /// A whole number.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.put(INT, &value.to_be_bytes())
    }

    /// UTF-8 text as it is stored: no normalisation, no trimming.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.put(TEXT, value.as_bytes())
    }

    /// Raw bytes, such as an id or a digest.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.put(BYTES, value)
    }

    /// An instant in microseconds since 1970-01-01T00:00:00Z.
    pub fn instant_us(&mut self, value: i64) -> &mut Self {
        self.put(INSTANT, &value.to_be_bytes())
    }

    /// Text, or [`none`](Self::none).
    pub fn optional_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.none(),
        }
    }

    /// Bytes, or [`none`](Self::none).
    pub fn optional_bytes(&mut self, value: Option<&[u8]>) -> &mut Self {
        match value {
            Some(value) => self.bytes(value),
            None => self.none(),
        }
    }

    /// Announces that the next `count` values are one list.
    pub fn list(&mut self, count: usize) -> &mut Self {
        self.put(LIST, &(count as u64).to_be_bytes())
    }

    /// A JSON value by meaning, not by spelling: members in byte order of their names, and a number
    /// without a fraction as a whole number. PostgreSQL's `jsonb` reorders members and rewrites `1e2`
    /// as `100`, and the digest must survive that. Depth is the caller's: the parser stops at 128.
    pub fn json(&mut self, value: &Value) -> &mut Self {
        match value {
            Value::Null => self.none(),
            Value::Bool(value) => self.bool(*value),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                self.list(items.len());
                items.iter().fold(self, |record, item| record.json(item))
            }
            Value::Object(members) => {
                self.put(MAP, &(members.len() as u64).to_be_bytes());
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_unstable_by_key(|(name, _)| name.as_bytes());
                sorted.into_iter().fold(self, |record, (name, item)| record.text(name).json(item))
            }
        }
    }

    /// The bytes written so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The record as a leaf of the tree.
    pub fn leaf(&self) -> Digest {
        leaf_digest(&self.bytes)
    }

    fn number(&mut self, number: &Number) -> &mut Self {
        if let Some(value) = number.as_i64() {
            return self.int(value);
        }
        if let Some(value) = number.as_u64() {
            return self.put(UINT, &value.to_be_bytes());
        }
        let value = number.as_f64().expect("serde_json holds i64, u64 or f64 only");
        // The bound makes the conversion exact; -0.0 becomes 0 here, as it does in jsonb.
        if value.fract() == 0.0 && value.abs() <= EXACT {
            return self.int(value as i64);
        }
        self.put(FLOAT, &value.to_bits().to_be_bytes())
    }

    fn put(&mut self, tag: u8, content: &[u8]) -> &mut Self {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&(content.len() as u64).to_be_bytes());
        self.bytes.extend_from_slice(content);
        self
    }
}
