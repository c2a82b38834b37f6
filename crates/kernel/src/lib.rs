//! What everything may stand on: no HTTP, no HTML.

pub mod tr;
