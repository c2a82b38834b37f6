//! What an agent that asks for work is given: the scans that are due, and the devices that are to be asked in detail.

use std::fmt::Write as _;

use kernel::access::Source;
use kernel::{Act, Clock, Db, Instant, Result, number};

use super::access::{SnmpAccess, attribute};
use super::store;

/// Devices asked in one piece of work.
const DEVICES_AT_ONCE: u32 = 200;
/// An agent that was asked and never came back is asked again after this.
const GIVEN_UP_US: i64 = 6 * 60 * Instant::MINUTE_US;

/// Whether an agent has anything to look for.
pub(crate) async fn looks_through_network(db: &Db, device_id: &str) -> Result<bool> {
    match store::scanning_agent(db, device_id).await? {
        Some(agent) => store::has_scan(db, agent).await,
        None => Ok(false),
    }
}

/// The options of a prolog's answer; empty where nothing is due. Passwords of devices are in it.
pub(crate) async fn work_for(db: &Db, clock: &Clock, device_id: &str, access: &SnmpAccess) -> Result<String> {
    let Some(agent) = store::scanning_agent(db, device_id).await? else { return Ok(String::new()) };
    let now = clock.now();
    let due = store::due(db, agent, now, Instant(now.0 - GIVEN_UP_US)).await?;
    let devices = store::to_ask(db, agent, now, DEVICES_AT_ONCE).await?;
    if due.is_empty() && devices.is_empty() {
        return Ok(String::new());
    }
    let tx = db.begin(&Act::system(clock, Source::Job, "ağ taraması")).await?;
    tx.without_event("what an agent is asked becomes an event where it finds something");
    let ways = access.elements();
    let mut options = String::new();
    for scan in &due {
        let task = number::next(&tx, "network_task", 0).await?;
        store::asked(&tx, scan.id, task).await?;
        let _ = write!(
            options,
            "<OPTION><NAME>NETDISCOVERY</NAME><PARAM THREADS_DISCOVERY=\"8\" TIMEOUT=\"2\" PID=\"{task}\"/>\
             <RANGEIP ID=\"1\" IPSTART=\"{}\" IPEND=\"{}\" ENTITY=\"0\" PORT=\"{}\"/>{ways}</OPTION>",
            attribute(&scan.first_address),
            attribute(&scan.last_address),
            scan.port
        );
    }
    if !devices.is_empty() {
        let task = number::next(&tx, "network_task", 0).await?;
        let _ = write!(
            options,
            "<OPTION><NAME>SNMPQUERY</NAME><PARAM THREADS_QUERY=\"4\" TIMEOUT=\"15\" PID=\"{task}\"/>"
        );
        for one in &devices {
            store::asked_device(&tx, one.id).await?;
            let kind = if one.kind == "printer" { "PRINTER" } else { "NETWORKING" };
            let _ = write!(
                options,
                "<DEVICE TYPE=\"{kind}\" ID=\"{}\" IP=\"{}\" AUTHSNMP_ID=\"{}\" PORT=\"{}\"/>",
                one.no,
                attribute(&one.address),
                one.way,
                one.port
            );
        }
        let _ = write!(options, "{ways}</OPTION>");
    }
    tx.commit().await?;
    Ok(options)
}
