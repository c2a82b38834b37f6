//! Where a follower is: what is written into every commit of the index.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// [`crate::fields::declaration`] that it was made of.
    pub declared: String,
    /// First act of the database it was made of.
    pub first: Option<Uuid>,
    /// Seal and leaf up to which the log is in it, and the act that stands there.
    pub seal: (i64, i64),
    pub last: Option<Uuid>,
    /// Acts that began before this were in the records already when they were read.
    pub known_ms: u64,
    /// How far it is, while it is being made.
    pub building: Option<Building>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Building {
    /// Place of the kind that is being read, and its last record.
    pub kind: usize,
    pub after: Uuid,
    pub done: u64,
    pub committed: u64,
    pub of: u64,
}

impl Place {
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("names, numbers and ids are JSON")
    }
}
