//! Separator sheets: one paper between two letters, so that a whole stack is scanned at once and comes apart again.

/// What a separator sheet says, in letters and as QR code.
pub(super) const WORDS: &str = "BELDE-AYRAC";
