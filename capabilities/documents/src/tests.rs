//! The register and its referrals, on both databases.
#![allow(clippy::unwrap_used)]

mod bundle;
mod checked;
mod citing;
mod copies;
mod delivery;
mod entries;
mod esign;
mod hands;
mod intake;
mod letters;
mod mailbox;
mod meeting;
mod parcels;
mod pdf_signing;
mod referrals;
mod register;
mod sayi;
mod scans;
mod screens;
mod seal;
mod secrecy;
mod sending;
mod signed_pdf;
mod signers;
mod stamp;
mod standing_in;
mod texts;
mod town;
mod waiting;
