//! The answer "no" of a rule in this crate: a stable code, the field, the reason in Turkish.

use std::fmt;

/// Why a rule refuses an act. Data, not a failure: the screen shows `reason` at `field`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable name of the rule, e.g. `unit.cycle`; for the API and for tests.
    pub code: &'static str,
    /// The field it belongs to; empty for the whole act.
    pub field: &'static str,
    /// A Turkish sentence: what is wrong and, where it helps, what to do.
    pub reason: String,
}

impl Refusal {
    /// A refusal at a field.
    pub fn new(code: &'static str, field: &'static str, reason: impl Into<String>) -> Self {
        Self { code, field, reason: reason.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refusal {}
