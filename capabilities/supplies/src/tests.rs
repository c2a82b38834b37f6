//! A store, and what comes and goes, on both databases.
#![allow(clippy::unwrap_used)]

mod opening;
mod stock;
mod town;
mod voucher;
mod year;
