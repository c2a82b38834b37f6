//! A town, and what happens at its service desk, on both databases.
#![allow(clippy::unwrap_used)]

mod catalogue;
mod change;
mod finding;
mod import;
mod links;
mod mail;
mod rules;
mod short;
mod tickets;
mod town;
mod work;
