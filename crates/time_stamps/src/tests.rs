//! Time stamps with a real authority on this machine: the credit, and journals that are stamped, tampered with and
//! verified, by us and by an outsider.
#![allow(clippy::unwrap_used)]

mod credit;
mod hourly;
mod outsider;
mod tamper;
mod world;
