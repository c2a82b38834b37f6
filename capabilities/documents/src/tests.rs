//! The register and its referrals, on both databases.
#![allow(clippy::unwrap_used)]

mod intake;
mod letters;
mod mailbox;
mod referrals;
mod register;
mod scans;
mod town;
