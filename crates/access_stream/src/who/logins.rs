//! Which account was signed in at an address or a device.

use super::answer::{Doubt, Evidence, Fact, Step};
use super::clock::Edge;
use super::reading::{Heard, HeardLogin};

/// An account signed in.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    heard: Heard,
    pub user: String,
    ip: Option<std::net::IpAddr>,
    mac: Option<lines::Mac>,
    session_name: Option<String>,
    pub circuit_id: Option<String>,
    pub nas: Option<String>,
    from: Option<Edge>,
    to: Option<Edge>,
    seen: Edge,
    evidence: Vec<Evidence>,
}

impl Stay {
    fn of(line: HeardLogin) -> Self {
        let at = line.heard.at;
        Self {
            user: line.user,
            ip: line.ip,
            mac: line.mac,
            session_name: line.session_name,
            circuit_id: line.circuit_id,
            nas: line.nas,
            from: (!line.is_logout).then_some(at),
            to: line.is_logout.then_some(at),
            seen: at,
            evidence: vec![line.heard.evidence.clone()],
            heard: line.heard,
        }
    }

    fn is_of(&self, line: &HeardLogin) -> bool {
        let is_user = self.user.eq_ignore_ascii_case(&line.user) && self.heard.source == line.heard.source;
        match (&self.session_name, &line.session_name) {
            (Some(one), Some(other)) => one == other && is_user,
            _ => is_user,
        }
    }

    pub fn step(&self) -> Step {
        let (circuit_id, nas) = (self.circuit_id.clone(), self.nas.clone());
        let fact = Fact::Login { user: self.user.clone(), ip: self.ip, mac: self.mac, circuit_id, nas };
        let mut doubts: Vec<Doubt> = self.heard.clock_doubt().into_iter().collect();
        if self.from.is_none() {
            doubts.push(Doubt::BeginUnknown);
        }
        Step {
            fact,
            source: self.heard.source,
            source_name: self.heard.name.clone(),
            evidence: self.evidence.clone(),
            from_us: self.from.map(|it| it.us),
            to_us: self.to.map(|it| it.us),
            doubts,
        }
    }
}

/// The accounts that were signed in during this time, the last one first; accounts of machines end in `$` and count
/// only where there is no other.
pub(super) fn during(told: &[HeardLogin], (from_us, to_us): (i64, i64)) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    for line in told.iter().cloned() {
        let open = stays.iter_mut().rev().find(|it| it.to.is_none() && it.is_of(&line));
        match open {
            Some(stay) => {
                stay.seen = line.heard.at;
                stay.ip = stay.ip.or(line.ip);
                stay.mac = stay.mac.or(line.mac);
                stay.to = line.is_logout.then_some(line.heard.at);
                stay.evidence.truncate(1);
                stay.evidence.push(line.heard.evidence);
            }
            None => stays.push(Stay::of(line)),
        }
    }
    let fits = |it: &Stay| {
        let is_begun = it.from.is_none_or(|from| from.earliest() <= to_us);
        is_begun && it.to.is_none_or(|to| to.latest() >= from_us)
    };
    stays.retain(fits);
    let has_person = stays.iter().any(|it| !it.user.ends_with('$'));
    stays.retain(|it| !has_person || !it.user.ends_with('$'));
    stays.sort_by_key(|it| std::cmp::Reverse(it.seen.us));
    let mut users: Vec<String> = Vec::new();
    stays.retain(|it| {
        let user = it.user.to_lowercase();
        let is_new = !users.contains(&user);
        users.push(user);
        is_new
    });
    stays
}
