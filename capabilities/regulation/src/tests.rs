//! Scenarios through HTTP on both databases, and the desk they are played at.
#![allow(clippy::unwrap_used)]

mod bad_input;
mod desk;
mod force;
mod profile;
mod texts;
