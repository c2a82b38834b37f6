//! The doors of access logs (law 5651): whether each can be had, whose certificate ends soon, and what the last check of the seals found.
//! Nothing is taken in here: a door that a server has open is in use.

use access_logs::Doors;
use kernel::{Error, Result};
use signing::Certificate;

use super::Findings;
use crate::config::Config;
use crate::start::House;

/// A new certificate is made in a day, but somebody must come to it.
const RENEW_DAYS: i64 = 14;

pub(super) async fn look(config: &Config, house: &House, findings: &mut Findings) -> Result<()> {
    let doors: Doors = config.log_listen.parse().map_err(Error::internal)?;
    let found = doors.examine();
    if found.is_empty() {
        findings.say(
            true,
            "access logs: no door is set; lines come through the screens and the API alone",
            "",
        );
    }
    for door in found {
        let what = format!("access logs: {} can be had", door.label);
        findings.say(door.fault.is_none(), &what, door.fault.as_deref().unwrap_or_default());
        let Some(certificate) = door.certificate else { continue };
        let read = std::fs::read(&certificate)
            .ok()
            .and_then(|pem| Certificate::from_pem_or_der(&pem).ok()?.into_iter().next());
        if let Some(read) = read {
            let days = (read.valid_until() - house.clock.now().utc()).whole_days();
            let what = format!("access logs: certificate of {} has {days} day(s) left", door.label);
            findings.say(
                days >= RENEW_DAYS,
                &what,
                "senders will refuse it; have it renewed and start again",
            );
        }
    }
    if let Some(checked) = access_logs::last_check(&house.db).await? {
        let days = (house.clock.now().0 - checked.at.0) / kernel::Instant::DAY_US;
        let what =
            format!("access logs: seals checked {days} day(s) ago, {} change(s) found", checked.findings);
        let hint = "Ağ ve kayıt › Kayıtların durumu › Mühürler names the place; run `belde verify`";
        findings.say(checked.findings == 0 && days <= 2, &what, hint);
    }
    Ok(())
}
