//! Inventory and custody as people and machines live them, through HTTP on both databases.
#![allow(clippy::unwrap_used)]

mod agents;
mod agreement;
mod custody;
mod dependency;
mod import;
mod inventory;
mod merging;
mod network;
mod software;
mod stocktake;
mod town;
mod voucher;
mod write_off;
