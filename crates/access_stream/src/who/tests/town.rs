//! The town: every answer is compared with what it knows.

use super::*;
use lines::made::{Plan, SOURCES, Town, Use};
use std::net::Ipv4Addr;

const SECOND_US: i64 = 1_000_000;
const PUBLIC: [Ipv4Addr; 2] = [Ipv4Addr::new(198, 51, 100, 1), Ipv4Addr::new(203, 0, 113, 1)];

struct Tried {
    kept: Kept,
    town: Town,
    plan: Plan,
    end_us: i64,
    chance: u64,
}

async fn tried(plan: Plan, lasts_us: i64) -> Tried {
    let (kept, town) = (Kept::new(12_000).await, Town::new(plan));
    let (mut lines, mut line, end_us) = (town.lines(), Vec::new(), plan.start_us + lasts_us);
    let mut some = Vec::new();
    loop {
        let written = lines.next_line(&mut line);
        let source = SOURCES.iter().position(|it| *it == written.source).unwrap() as u32 + 1;
        some.push((written.received_us, source, line.clone()));
        if some.len() == 4_000 || written.received_us > end_us {
            kept.add(&some).await;
            some.clear();
        }
        if written.received_us > end_us {
            break;
        }
    }
    Tried { kept, town, plan, end_us, chance: 1 }
}

impl Tried {
    fn next(&mut self) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 8
    }

    /// A public address and port, and a moment from the first to the second share of the time in thousandths.
    fn somewhere(&mut self, shares: (u64, u64)) -> (Ipv4Addr, u16, i64) {
        let (first, length) =
            (self.plan.start_us + 200 * SECOND_US, self.end_us - self.plan.start_us - 400 * SECOND_US);
        let share = shares.0 * 1000 + self.next() % ((shares.1 - shares.0) * 1000);
        let at_us = first + length / 1_000_000 * share as i64 + (self.next() % 1_000_000) as i64;
        let ports = (u64::from(self.plan.sessions_per_second) * 125).clamp(2_000, 60_000);
        (PUBLIC[(self.next() % 2) as usize], 1024 + (self.next() % ports) as u16, at_us)
    }

    /// A session that used a port at a moment.
    fn somebody(&mut self, shares: (u64, u64)) -> (Use, i64) {
        loop {
            let (ip, port, at_us) = self.somewhere(shares);
            if let Some(truth) = self.town.who(ip, port, at_us) {
                return (truth, at_us);
            }
        }
    }

    fn users(&self, truth: &Use, at_us: i64, within_us: i64) -> Vec<lines::Mac> {
        let (ip, port) = truth.public;
        let steps = within_us / 100_000;
        let moments = (-steps..=steps).map(|step| at_us + step * 100_000);
        moments.filter_map(|us| self.town.who(ip, port, us)).map(|it| it.mac).collect()
    }

    async fn is_right(&self, truth: &Use, at_us: i64, sources: &Sources) {
        let asked = question(&truth.public.0.to_string(), truth.public.1, at_us);
        let answer = self.kept.ask(&asked, sources).await;
        let about = || format!("{asked:?}\n{truth:#?}\n{}", told(&answer));
        assert_eq!(answer.chains.len(), 1, "{}", about());
        let chain = &answer.chains[0];
        assert_eq!(
            (chain.mac, chain.ip, chain.port),
            (Some(truth.mac), truth.ip.into(), Some(truth.port)),
            "{}",
            about()
        );
        assert_eq!(chain.steps.len(), if truth.between.is_some() { 3 } else { 2 }, "{}", about());
        assert!(!answer.is_partial);
    }
}

pub(super) fn told(answer: &Answer) -> String {
    let mut text = format!("{:?} {:?}\n", answer.doubts, answer.looked_at);
    for chain in &answer.chains {
        text.push_str(&format!("chain {} {:?} {:?} off {}\n", chain.ip, chain.mac, chain.user, chain.off_us));
        for step in &chain.steps {
            text.push_str(&format!("  {} {:?}\n", step.sentence_tr(), step.doubts));
            for line in &step.evidence {
                text.push_str(&format!("    {}\n", String::from_utf8_lossy(&line.line)));
            }
        }
    }
    text
}

/// Three days of two hours each.
fn days() -> Plan {
    Plan { people: 60, sessions_per_second: 1, day_us: 7_200 * SECOND_US, ..Plan::default() }
}

#[tokio::test]
async fn every_user_of_an_address_is_found_and_nobody_else() {
    let mut tried = tried(days(), 3 * 7_200 * SECOND_US).await;
    let sources = Sources::new();
    for number in 0..150 {
        let (truth, at_us) = tried.somebody((0, 1000));
        let moments = [at_us, truth.started_us, truth.ended_us];
        tried.is_right(&truth, moments[number % 3], &sources).await;
    }
    // When addresses are handed on from one device to another.
    for day in [333, 666] {
        for _ in 0..50 {
            let (truth, at_us) = tried.somebody((day - 3, day + 5));
            tried.is_right(&truth, at_us, &sources).await;
            tried.is_right(&truth, truth.started_us, &sources).await;
        }
    }
}

#[tokio::test]
async fn a_moment_without_a_user_has_no_chain() {
    let mut tried = tried(days(), 7_200 * SECOND_US).await;
    let mut asked = 0;
    while asked < 60 {
        let (ip, port, at_us) = tried.somewhere((0, 1000));
        // Times are whole seconds: nearer than that nobody can say.
        if (-30..=30).any(|step| tried.town.who(ip, port, at_us + step * 100_000).is_some()) {
            continue;
        }
        asked += 1;
        let answer = tried.kept.ask(&question(&ip.to_string(), port, at_us), &Sources::new()).await;
        assert!(answer.chains.is_empty(), "{ip}:{port} {at_us}\n{}", told(&answer));
    }
}

#[tokio::test]
async fn within_port_reuse_the_true_user_is_among_those_named_and_the_ambiguity_is_said() {
    // A port comes again every 125 seconds, and a session lasts up to 120.
    let plan = Plan { people: 60, sessions_per_second: 20, day_us: 7_200 * SECOND_US, ..Plan::default() };
    let mut tried = tried(plan, 1_000 * SECOND_US).await;
    let (sources, mut several) = (Sources::new(), 0);
    for _ in 0..100 {
        let (truth, at_us) = tried.somebody((0, 1000));
        tried.is_right(&truth, at_us, &sources).await;
        let tolerance_us = 30 * SECOND_US;
        let asked = Question { tolerance_us, ..question(&truth.public.0.to_string(), truth.public.1, at_us) };
        let answer = tried.kept.ask(&asked, &sources).await;
        let found: Vec<_> = answer.chains.iter().filter_map(|it| it.mac).collect();
        assert_eq!(found.first(), Some(&truth.mac), "{truth:?}\n{}", told(&answer));
        let possible = tried.users(&truth, at_us, tolerance_us + 3 * SECOND_US);
        assert!(found.iter().all(|it| possible.contains(it)), "{truth:?}\n{}", told(&answer));
        let certain = tried.users(&truth, at_us, tolerance_us);
        assert!(certain.iter().all(|it| found.contains(it)), "{truth:?}\n{}", told(&answer));
        if found.len() > 1 {
            several += 1;
            assert!(answer.doubts.iter().any(|it| matches!(it, Doubt::SeveralFit { .. })));
        }
    }
    assert!(several > 2, "{several}");
}

#[tokio::test]
async fn clocks_that_the_caller_measured_do_as_well() {
    let mut tried = tried(Plan { seed: 77, ..days() }, 7_200 * SECOND_US).await;
    let about = |source| {
        let skew = Skew { ahead_us: tried.town.skew_us(source), within_us: 500_000 };
        About { skew: Some(skew), ..About::default() }
    };
    let sources: Sources = (1..).zip(SOURCES).map(|(number, source)| (number, about(source))).collect();
    for _ in 0..50 {
        let (truth, at_us) = tried.somebody((0, 1000));
        tried.is_right(&truth, at_us, &sources).await;
    }
}
