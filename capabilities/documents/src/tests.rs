//! The register and its referrals, on both databases.
#![allow(clippy::unwrap_used)]

mod delivery;
mod esign;
mod letters;
mod meeting;
mod referrals;
mod register;
mod town;
