//! OCS Inventory's server, as `ocs/setup.sh` leaves it: the same reports as Belde gets.

use super::super::intake::{self, What};
use super::super::load::Figures;
use crate::shell::Result;
use std::net::SocketAddr;
use std::time::Duration;

pub const NAME: &str = "OCS Inventory";

/// It goes by the agent's name and by what the agent calls its packing.
const HEADERS: &str = "User-Agent: OCS-NG_unified_unix_agent_v2.10.0\r\n";

pub fn measure(address: SocketAddr, lasts: Duration) -> Result<Vec<(&'static str, Figures)>> {
    let mut measured = Vec::new();
    for (name, what) in
        [("new machine", What::New), ("changed machine", What::Changed), ("unchanged machine", What::Same)]
    {
        measured.push((name, intake::reports(address, HEADERS, what, 8, lasts)?));
    }
    Ok(measured)
}
