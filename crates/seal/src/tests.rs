//! Duties of the crate, one file each; the reference values come from an independent computation.
#![allow(clippy::unwrap_used)]

mod canonical;
mod chain;
mod tamper;
mod tree;
