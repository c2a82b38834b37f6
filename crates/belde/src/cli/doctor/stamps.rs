//! The time stamp server and what is left there. No stamp is bought here.

use super::Findings;
use crate::start::House;

pub(super) async fn look(house: &House, findings: &mut Findings) {
    let stamps = match time_stamps::examine(&house.job_context()).await {
        Ok(Some(stamps)) => stamps,
        Ok(None) => return findings.say(true, "time stamps: no server is set; signatures get none", ""),
        Err(error) => return findings.say(false, "time stamps: settings fit together", &error.to_string()),
    };
    let why = stamps.answered.as_ref().err().map(ToString::to_string).unwrap_or_default();
    findings.say(stamps.answered.is_ok(), &format!("time stamps: {} answers", stamps.url), &why);
    if let Some(left) = stamps.left {
        let is_enough = i64::try_from(left).unwrap_or(i64::MAX) >= stamps.least;
        let hint = "buy more at KamuSM; no e-Yazışma package is made without one";
        findings.say(is_enough, &format!("time stamps: {left} left"), hint);
    }
}
