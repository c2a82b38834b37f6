//! The made town: its lines are in order, are taken apart, and say what the town knows to be true.

use super::comes_back;
use crate::made::{Plan, Source, Town, Written};
use crate::{Format, Meaning, Moment, Session, Taken, What, take_apart};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

fn plan() -> Plan {
    Plan { people: 60, sessions_per_second: 50, ..Plan::default() }
}

/// The first lines with what they were taken apart to.
fn each(plan: Plan, count: usize, mut look: impl FnMut(&[u8], Written, &Taken)) {
    let mut lines = Town::new(plan).lines();
    let (mut line, mut taken) = (Vec::new(), Taken::default());
    for _ in 0..count {
        let written = lines.next_line(&mut line);
        take_apart(&line, Moment { received_us: written.received_us, offset_minutes: 180 }, None, &mut taken);
        assert_eq!(taken.doubt(), None, "{}", String::from_utf8_lossy(&line));
        assert_eq!(taken.format(), written.source.format(), "{}", String::from_utf8_lossy(&line));
        look(&line, written, &taken);
    }
}

#[test]
fn its_lines_come_in_order_and_come_back() {
    let (mut last, mut layouts, mut count) = (i64::MIN, std::collections::HashSet::new(), HashMap::new());
    let mut fortigate_bytes = 0;
    each(plan(), 20_000, |line, written, taken| {
        assert!(written.received_us >= last);
        last = written.received_us;
        comes_back(line, taken);
        layouts.insert(taken.layout().to_vec());
        *count.entry(written.source).or_insert(0usize) += 1;
        fortigate_bytes += if written.source == Source::Fortigate { line.len() } else { 0 };
    });
    assert!(layouts.len() < 100, "{} layouts", layouts.len());
    assert_eq!(count.len(), 5, "{count:?}");
    let mean = fortigate_bytes / count[&Source::Fortigate];
    assert!((600..900).contains(&mean), "{mean} bytes");
}

#[test]
fn the_same_seed_makes_the_same_town() {
    let all = |seed| {
        let mut lines = Town::new(Plan { seed, ..plan() }).lines();
        let (mut line, mut all) = (Vec::new(), Vec::new());
        for _ in 0..2_000 {
            lines.next_line(&mut line);
            all.extend_from_slice(&line);
        }
        all
    };
    assert_eq!(all(1), all(1));
    assert_ne!(all(1), all(2));
}

fn v4(ip: IpAddr) -> Ipv4Addr {
    let IpAddr::V4(ip) = ip else { panic!("{ip}") };
    ip
}

#[test]
fn sessions_and_leases_say_what_the_town_knows() {
    let town = Town::new(plan());
    let (mut holders, mut between) = (HashMap::new(), HashMap::new());
    let mut asked = 0;
    each(plan(), 40_000, |line, written, taken| {
        let session = match Meaning::of(line, taken).what {
            What::Lease(lease) => {
                holders.insert(lease.ip, lease.mac);
                return;
            }
            What::Release(lease) => {
                holders.remove(&lease.ip);
                return;
            }
            What::Session(session) => session,
            _ => return,
        };
        if written.source == Source::Mikrotik {
            between.insert(session.nat_src, session.src);
            return;
        }
        let Session { nat_src: Some((public, Some(port))), ended_us, .. } = session else { return };
        let at_us = written.received_us;
        let truth = town.who(v4(public), port, at_us).expect("it was using it");
        let inner = if truth.between.is_some() { between[&Some(session.src)] } else { session.src };
        assert_eq!(inner, (IpAddr::V4(truth.ip), Some(truth.port)));
        assert_eq!(holders[&inner.0], Some(truth.mac));
        if let Some(ended_us) = ended_us {
            assert_eq!(
                ended_us.div_euclid(1_000_000),
                (at_us + town.skew_us(written.source)).div_euclid(1_000_000)
            );
        }
        assert_eq!(town.who(v4(public), port, truth.ended_us + 1), None);
        assert_eq!(town.who(v4(public), port, truth.started_us - 1), None);
        asked += 1;
    });
    assert!(asked > 5_000, "{asked}");
}

#[test]
fn ports_and_addresses_are_used_again_by_others() {
    let town = Town::new(plan());
    let (mut users, mut again, mut days) = (HashMap::new(), 0, HashMap::new());
    let mut changed = 0;
    // Days pass quickly where they are short and little happens.
    let slow = Plan { sessions_per_second: 1, day_us: 7_200_000_000, ..plan() };
    each(slow, 40_000, |line, _, taken| {
        if let What::Lease(lease) = Meaning::of(line, taken).what {
            changed +=
                usize::from(days.insert(lease.ip, lease.mac).is_some_and(|before| before != lease.mac));
        }
    });
    each(plan(), 60_000, |line, _, taken| {
        if taken.format() == Format::Fortigate
            && let What::Session(session) = Meaning::of(line, taken).what
            && let Some((ip, Some(port))) = session.nat_src
        {
            let at_us = session.ended_us.map(|it| it - town.skew_us(Source::Fortigate));
            let person = at_us.and_then(|it| town.who(v4(ip), port, it)).map(|it| it.person);
            again += usize::from(users.insert((ip, port), person).is_some_and(|before| before != person));
        }
    });
    assert!(again > 1_000, "{again} ports had another user before");
    assert!(changed > 50, "{changed} addresses had another device before");
}
