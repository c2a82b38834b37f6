//! Against counting every line of a made town, and names against lines written by hand.

use super::*;
use crate::who::tests::Kept;
use lines::made::{Plan, Town};
use std::net::Ipv4Addr;

const SECOND_US: i64 = 1_000_000;
const ALL: (i64, i64) = (0, i64::MAX / 2);

#[test]
fn entries_of_lists_are_read() {
    let name = |it: &str| Some(Indicator::Name(it.to_owned()));
    let ip = |it: &str| Some(Indicator::Ip(it.parse().unwrap()));
    for (text, wanted) in [
        ("Kotu.Example", name("kotu.example")),
        (" hxxp://kotu[.]example/a?b ", name("kotu.example")),
        ("https://a@kotu.example:8443/", name("kotu.example")),
        ("*.kotu.example.", name("kotu.example")),
        ("203.0.113[.]9", ip("203.0.113.9")),
        ("http://203.0.113.9/x", ip("203.0.113.9")),
        ("http://[2001:db8::1]:80/x", ip("2001:db8::1")),
        ("2001:DB8::1", ip("2001:db8::1")),
        ("::ffff:203.0.113.9", ip("203.0.113.9")),
        ("kötü.example", name("kötü.example")),
        ("10.10.20.0/24", Some(Indicator::Net("10.10.20.0".parse().unwrap(), 24))),
        ("10.10.20.77/24", Some(Indicator::Net("10.10.20.0".parse().unwrap(), 24))),
        ("10.10[.]20.7/32", ip("10.10.20.7")),
        ("2001:db8::/32", Some(Indicator::Net("2001:db8::".parse().unwrap(), 32))),
        // Nearly everything is no list of bad addresses.
        ("0.0.0.0/0", None),
        ("10.0.0.0/33", None),
        ("203.0.113.9/a", ip("203.0.113.9")),
        ("", None),
        ("localhost", None),
        ("# bir açıklama", None),
    ] {
        assert_eq!(Indicator::parse(text), wanted, "{text}");
    }
}

/// Lines of a town, and how often each other side stands in a session's line, with its first and last instant.
async fn town(lasts_us: i64) -> (Kept, HashMap<IpAddr, u64>) {
    let plan = Plan { people: 30, sessions_per_second: 1, day_us: 7_200 * SECOND_US, ..Plan::default() };
    let (kept, mut lines) = (Kept::new(4_000).await, Town::new(plan).lines());
    let (mut line, mut all, mut counts) = (Vec::new(), Vec::new(), HashMap::new());
    loop {
        let written = lines.next_line(&mut line);
        if written.received_us > plan.start_us + lasts_us {
            break;
        }
        let moment = lines::Moment { received_us: written.received_us, offset_minutes: 180 };
        let mut taken = lines::Taken::default();
        lines::take_apart(&line, moment, None, &mut taken);
        for column in [Column::DST_IP, Column::SRC_IP, Column::IP] {
            let text = taken.text(&line, column).and_then(|it| std::str::from_utf8(it).ok());
            if let Some(ip) = text.and_then(|it| it.parse::<IpAddr>().ok()) {
                *counts.entry(ip).or_insert(0) += 1;
            }
        }
        all.push((written.received_us, 1, line.clone()));
    }
    kept.add(&all).await;
    (kept, counts)
}

fn checked(found: &Found, list: &[Indicator], counts: &HashMap<IpAddr, u64>) -> usize {
    let by_number: HashMap<usize, &Sighting> = found.sightings.iter().map(|it| (it.number, it)).collect();
    let mut at_least = 0;
    for (number, one) in list.iter().enumerate() {
        let Indicator::Ip(ip) = one else { continue };
        let wanted = counts.get(ip).copied().unwrap_or(0);
        let Some(sighting) = by_number.get(&number) else {
            assert_eq!(wanted, 0, "{ip} was not seen");
            continue;
        };
        at_least += usize::from(sighting.is_at_least);
        match sighting.is_at_least {
            true => assert!(sighting.count <= wanted, "{ip}: {sighting:?} of {wanted}"),
            false => assert_eq!(sighting.count, wanted, "{ip}"),
        }
        assert!(!sighting.examples.is_empty());
        let text = ip.to_string();
        let is_there = |it: &Example| String::from_utf8_lossy(&it.line).contains(&text);
        assert!(sighting.examples.iter().all(is_there));
        assert_eq!(sighting.examples[0].at_us, sighting.first_us);
        assert_eq!(sighting.examples.last().unwrap().at_us, sighting.last_us);
    }
    at_least
}

#[tokio::test]
async fn a_list_of_addresses_is_counted_as_if_every_line_were_read() {
    let (kept, counts) = town(1_200 * SECOND_US).await;
    let mut list: Vec<Indicator> =
        (0..300).map(|it| Indicator::Ip(Ipv4Addr::from_bits(0xCB00_7200 + it).into())).collect();
    list.extend(counts.keys().map(|ip| Indicator::Ip(*ip)));
    let found = hunt(&kept.journal, &kept.encoder, &list, ALL, &Limits::default()).await.unwrap();
    assert_eq!(checked(&found, &list, &counts), 0);
    assert_eq!((found.sightings.len(), found.is_partial), (counts.len(), false));
    // With room for few rows the time is halved and what is too often is no longer counted.
    let some: Vec<Indicator> = counts.keys().take(20).map(|ip| Indicator::Ip(*ip)).collect();
    let limits = Limits { rows: 10, ..Limits::default() };
    let all = (Plan::default().start_us - 600 * SECOND_US, Plan::default().start_us + 7_200 * SECOND_US);
    let found = hunt(&kept.journal, &kept.encoder, &some, all, &limits).await.unwrap();
    assert!(checked(&found, &some, &counts) > 0);
    assert_eq!((found.sightings.len(), found.is_partial), (some.len(), false));
    let limits = Limits { queries: 2, ..Limits::default() };
    let found = hunt(&kept.journal, &kept.encoder, &some, ALL, &limits).await.unwrap();
    assert!(found.is_partial && found.queries == 2);
}

#[tokio::test]
async fn a_name_is_found_with_every_name_below_it() {
    let start_us = Plan::default().start_us;
    let line = |host: &str, url: &str| {
        format!(
            "date=2026-11-01 time=00:00:10 devname=\"FG\" devid=\"FG1\" tz=\"+0300\" logid=\"0316013056\" type=\"utm\" \
             subtype=\"webfilter\" level=\"warning\" vd=\"root\" srcip=10.0.0.5 srcport=5000 dstip=23.1.2.3 dstport=443 \
             proto=6 action=\"blocked\" hostname=\"{host}\" url=\"{url}\""
        )
    };
    let lines = [
        ("kotu.example", "https://kotu.example/a"),
        ("a.b.KOTU.example", "/a"),
        ("cokkotu.example", "/"),
        ("kotu.example.iyi.example", "/"),
        ("proxy.example", "http://x.kotu.example:8080/kotu"),
        ("alt.baska.example", "/"),
    ];
    let kept = Kept::new(1_000).await;
    let all: Vec<_> =
        (0..).zip(lines).map(|(at, (host, url))| (start_us + at, 1, line(host, url).into_bytes())).collect();
    kept.add(&all).await;
    kept.journal.seal_now().await.unwrap();
    let list: Vec<Indicator> = ["baska.example", "kotu.example", "yok.example"]
        .iter()
        .filter_map(|it| Indicator::parse(it))
        .collect();
    let found = hunt(&kept.journal, &kept.encoder, &list, ALL, &Limits::default()).await.unwrap();
    let seen: Vec<_> = found.sightings.iter().map(|it| (it.number, it.count, it.columns.clone())).collect();
    assert_eq!(seen, [(0, 1, vec!["site"]), (1, 3, vec!["site", "url"])]);
}

#[tokio::test]
async fn ranges_are_looked_for_as_every_address_in_them() {
    let (kept, counts) = town(1_800 * SECOND_US).await;
    let some: Vec<&IpAddr> = counts.keys().filter(|ip| ip.is_ipv4()).take(5).collect();
    for bits in [12, 16, 22, 24, 29] {
        let list: Vec<Indicator> =
            some.iter().map(|ip| Indicator::parse(&format!("{ip}/{bits}")).unwrap()).collect();
        for indicator in list {
            let Indicator::Net(first, bits) = indicator else { panic!("no range") };
            let within = |ip: &IpAddr| ip.is_ipv4() && masked(*ip, bits) == first;
            let wanted: u64 = counts.iter().filter(|(ip, _)| within(ip)).map(|(_, count)| count).sum();
            let limits = Limits { rows: 1_000_000, ..Limits::default() };
            let found = hunt(&kept.journal, &kept.encoder, &[Indicator::Net(first, bits)], ALL, &limits)
                .await
                .unwrap();
            assert_eq!(found.sightings[0].count, wanted, "{first}/{bits}");
        }
    }
}
