//! The index of texts of this node.

use std::path::Path;

use search::Examined;

use super::{Findings, LATE_SECONDS, is_writable};
use crate::start::House;

pub(super) async fn look(house: &House, folder: &Path, findings: &mut Findings) -> kernel::Result<()> {
    let is_kept = !folder.exists() || is_writable(folder);
    let hint =
        "check its owner, its rights and the free space; what is new is not found by its texts until then";
    findings.say(is_kept, &format!("index of texts in {} is writable", folder.display()), hint);
    let of = |done: u64, of: u64| format!("{done} of about {of} record(s) at its last commit");
    match search::examine(folder, &house.registry, &house.db).await? {
        Examined::Missing => findings.say(true, "index of texts is not made yet; a server makes it", ""),
        Examined::Foreign => {
            let what = "index of texts is of another database or version; a server makes it again";
            findings.say(true, what, "");
        }
        Examined::Building { done, of: all } => {
            findings.say(true, &format!("index of texts is being made: {}", of(done, all)), "");
        }
        Examined::Broken(why) => {
            let hint = format!("{why}; a server makes it again when it starts");
            findings.say(false, "index of texts can be read", &hint);
        }
        Examined::Following { behind, since } => {
            let is_late = since.is_some_and(|at| at.plus_seconds(LATE_SECONDS) < house.clock.now());
            let what = format!("index of texts follows the event log, {behind} act(s) behind");
            let hint = "is a server running on this node? its log says why (“the index of texts could not be kept up”)";
            findings.say(!is_late, &what, hint);
        }
    }
    Ok(())
}
