//! Lines written by hand, each for one thing that makes an answer doubtful.

use super::town::told;
use super::*;
use crate::who::words::hour;

const SECOND_US: i64 = 1_000_000;
/// 2026-11-30 14:00:00 in Türkiye.
const BASE_US: i64 = 1_796_036_400 * SECOND_US;
const FORTIGATE: u32 = 1;
const DHCP: u32 = 2;
const OTHER_DHCP: u32 = 3;
const MIKROTIK: u32 = 4;
const RADIUS: u32 = 5;
const MAC_A: &str = "4c:55:41:a0:fa:99";
const MAC_B: &str = "74:83:c2:c3:31:7f";
const SERVER: &str = "23.1.2.3";

type Line = (i64, u32, Vec<u8>);

/// The instant so many seconds after the base.
fn at(seconds: i64) -> i64 {
    BASE_US + seconds * SECOND_US
}

fn mac(text: &str) -> Option<Mac> {
    Mac::parse(text.as_bytes())
}

/// A session's line, received at its end; `more` is what else it says.
fn session(end: i64, seconds: i64, (src, nat): (&str, &str), more: &str) -> Line {
    let (src, src_port) = src.rsplit_once(':').unwrap();
    let nat = nat
        .rsplit_once(':')
        .map_or_else(String::new, |(ip, port)| format!(" trandisp=\"snat\" transip={ip} transport={port}"));
    let line = format!(
        "date=2026-11-30 time={} devname=\"FG-Merkez\" devid=\"FG1\" tz=\"+0300\" logid=\"0000000013\" type=\"traffic\" \
         subtype=\"forward\" level=\"notice\" vd=\"root\" srcip={src} srcport={src_port} dstip={} dstport=443 \
         sessionid=123456 proto=6 action=\"close\"{nat} duration={seconds} sentbyte=1 rcvdbyte=1{more}",
        hour(at(end)),
        if src.contains(':') { "2a00::1" } else { SERVER }
    );
    (at(end) + 300_000, FORTIGATE, line.into_bytes())
}

/// A server's line; its clock is ahead by so many seconds.
fn dhcp(seconds: i64, (source, ahead): (u32, i64), what: &str) -> Line {
    let line = format!("<30>Nov 30 {} dhcp-{source} dhcpd[812]: {what}", hour(at(seconds + ahead)));
    (at(seconds) + 300_000, source, line.into_bytes())
}

fn given(seconds: i64, source: (u32, i64), ip: &str, mac: &str) -> Line {
    dhcp(seconds, source, &format!("DHCPACK on {ip} to {mac} (pc-7) via eth0.10 lease-duration 3600"))
}

async fn asked(mut lines: Vec<Line>, question: &Question, sources: &Sources) -> Answer {
    let kept = Kept::new(1_000).await;
    lines.sort();
    kept.add(&lines).await;
    let unsealed = kept.ask(question, sources).await;
    kept.journal.seal_now().await.unwrap();
    let answer = kept.ask(question, sources).await;
    let macs = |it: &Answer| it.chains.iter().map(|one| one.mac).collect::<Vec<_>>();
    assert_eq!(macs(&unsealed), macs(&answer));
    let steps = || answer.chains.iter().flat_map(|it| &it.steps);
    for doubt in steps().flat_map(|it| &it.doubts).chain(&answer.doubts) {
        assert!(doubt.sentence_tr().ends_with('.'), "{doubt:?}");
    }
    assert!(steps().all(|it| it.sentence_tr().ends_with('.') && !it.evidence.is_empty()));
    answer
}

fn has(answer: &Answer, is: impl Fn(&Doubt) -> bool) -> bool {
    let mut steps = answer.chains.iter().flat_map(|it| &it.steps).flat_map(|it| &it.doubts);
    steps.any(&is) || answer.doubts.iter().any(is)
}

fn public(seconds: i64) -> Question {
    question("198.51.100.7", 40_312, at(seconds))
}

fn one_session(more: &str) -> Line {
    session(600, 110, ("10.10.3.17:51514", "198.51.100.7:40312"), more)
}

#[tokio::test]
async fn two_servers_that_gave_the_same_address_are_two_possible_users() {
    let lines = |more: &str| {
        vec![
            given(0, (DHCP, 0), "10.10.3.17", MAC_A),
            given(60, (OTHER_DHCP, 0), "10.10.3.17", MAC_B),
            one_session(more),
        ]
    };
    let answer = asked(lines(""), &public(550), &Sources::new()).await;
    assert_eq!(answer.chains.len(), 2, "{}", told(&answer));
    assert!(has(&answer, |it| matches!(it, Doubt::OverlappingLeases { clients: 2, .. })));
    assert!(has(&answer, |it| matches!(it, Doubt::SeveralFit { users: 2, .. })));
    // The session's own line says which.
    let answer = asked(lines(&format!(" srcmac=\"{MAC_A}\"")), &public(550), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, mac(MAC_A)), "{}", told(&answer));
    // So does the place.
    let place = |place| About { place: Some(place), ..About::default() };
    let places = [(FORTIGATE, place(1)), (DHCP, place(2)), (OTHER_DHCP, place(1))].into();
    let answer = asked(lines(""), &public(550), &places).await;
    assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, mac(MAC_B)), "{}", told(&answer));
}

#[tokio::test]
async fn an_address_that_was_handed_on_counts_for_the_last_who_was_given_it() {
    let lines = vec![
        given(0, (DHCP, 0), "10.10.3.17", MAC_A),
        given(480, (DHCP, 0), "10.10.3.17", MAC_B),
        one_session(""),
    ];
    let answer = asked(lines, &public(550), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, mac(MAC_B)), "{}", told(&answer));
    assert_eq!(answer.chains[0].host.as_deref(), Some("pc-7"));
    let said = answer.chains[0].steps[0].sentence_tr();
    assert!(
        said.starts_with("198.51.100.7:40312 adresi 30.11.2026 14:08:09 ile 14:10:00 arasında 23.1.2.3:443 hedefine giderken 10.10.3.17:51514 adına çevrildi (FG-Merkez, bağlantı 123456)."),
        "{said}"
    );
}

#[tokio::test]
async fn a_port_that_was_used_again_within_the_uncertainty_has_two_possible_users() {
    let lines = vec![
        given(0, (DHCP, 0), "10.10.3.17", MAC_A),
        given(0, (DHCP, 0), "10.10.3.18", MAC_B),
        session(600, 100, ("10.10.3.17:51514", "198.51.100.7:40312"), ""),
        session(700, 97, ("10.10.3.18:40000", "198.51.100.7:40312"), ""),
    ];
    let answer =
        asked(lines.clone(), &Question { tolerance_us: 5 * SECOND_US, ..public(602) }, &Sources::new()).await;
    assert_eq!(answer.chains.len(), 2, "{}", told(&answer));
    assert!(has(&answer, |it| matches!(it, Doubt::SeveralFit { users: 2, .. })));
    // The nearer one first, each alone when the moment is clear.
    for (seconds, who) in [(595, MAC_A), (610, MAC_B)] {
        let answer = asked(lines.clone(), &public(seconds), &Sources::new()).await;
        assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, mac(who)), "{}", told(&answer));
    }
}

#[tokio::test]
async fn behind_two_translations_stands_the_device_of_the_branch() {
    let mikrotik = |seconds, src: &str, mac: &str| {
        let line = format!(
            "firewall,info NAT forward: in:bridge-lan out:ether1-wan, connection-state:new,snat src-mac {mac}, proto TCP \
             (SYN), {src}->{SERVER}:443, NAT ({src}->100.64.1.1:30000)->{SERVER}:443, len 52"
        );
        (at(seconds) + 20_000, MIKROTIK, line.into_bytes())
    };
    let lines = vec![
        mikrotik(100, "10.74.0.9:1111", MAC_B),
        mikrotik(490, "10.74.0.10:2222", MAC_A),
        given(0, (DHCP, 0), "10.74.0.10", MAC_A),
        session(600, 110, ("100.64.1.1:30000", "198.51.100.7:40312"), " srcmac=\"02:00:00:00:00:01\""),
    ];
    let answer = asked(lines, &public(550), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].steps.len()), (1, 3), "{}", told(&answer));
    assert_eq!(
        (answer.chains[0].mac, answer.chains[0].ip.to_string()),
        (mac(MAC_A), "10.74.0.10".to_owned())
    );
    // The outer line shows the router's own card, which is no contradiction.
    assert!(!has(&answer, |it| matches!(it, Doubt::MacDiffers { .. })));
}

#[tokio::test]
async fn without_a_lease_the_chain_ends_at_the_address_and_says_so() {
    let answer = asked(vec![one_session("")], &public(550), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, None), "{}", told(&answer));
    assert!(has(&answer, |it| matches!(it, Doubt::NoLease { before: None, after: None, .. })));
    // The session's line knows the device all the same.
    let with_mac = one_session(&format!(" srcmac=\"{MAC_A}\""));
    let answer = asked(vec![with_mac], &public(550), &Sources::new()).await;
    assert_eq!(answer.chains[0].mac, mac(MAC_A), "{}", told(&answer));
    // A lease that had run out is named, but its holder is not the user.
    let short = format!("DHCPACK on 10.10.3.17 to {MAC_A} via eth0.10 lease-duration 60");
    let answer =
        asked(vec![dhcp(0, (DHCP, 0), &short), one_session("")], &public(550), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, None), "{}", told(&answer));
    assert!(has(&answer, |it| matches!(it, Doubt::NoLease { before: Some(_), after: None, .. })));
}

#[tokio::test]
async fn a_clock_two_minutes_wrong_does_not_make_another_the_user() {
    for ahead in [-120, 120] {
        let lines = vec![
            given(0, (DHCP, ahead), "10.10.3.17", MAC_A),
            given(560, (DHCP, ahead), "10.10.3.17", MAC_B),
            session(500, 30, ("10.10.3.17:51514", "198.51.100.7:40312"), ""),
            session(640, 70, ("10.10.3.17:51515", "198.51.100.7:40313"), ""),
        ];
        for (port, seconds, who) in [(40_312, 490, MAC_A), (40_313, 600, MAC_B)] {
            let answer =
                asked(lines.clone(), &question("198.51.100.7", port, at(seconds)), &Sources::new()).await;
            assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, mac(who)), "{}", told(&answer));
        }
    }
}

#[tokio::test]
async fn an_archive_without_a_known_clock_is_doubted() {
    let mut line = one_session("");
    line.0 += 2 * 86_400 * SECOND_US;
    let answer = asked(vec![line], &public(550), &Sources::new()).await;
    assert_eq!(answer.chains.len(), 1, "{}", told(&answer));
    assert!(has(&answer, |it| matches!(it, Doubt::ClockUnknown { source: FORTIGATE, .. })));
}

fn accounting(seconds: i64, kind: &str) -> Line {
    let line = format!(
        "Mon Nov 30 {} 2026\n\tUser-Name = \"ayse\"\n\tAcct-Status-Type = {kind}\n\tAcct-Session-Id = \"5A1B\"\n\t\
         Framed-IP-Address = 10.10.3.17\n\tCalling-Station-Id = \"4C-55-41-A0-FA-99\"\n\tNAS-IP-Address = 10.0.0.250\n\t\
         NAS-Port-Id = \"GigabitEthernet1/0/7\"",
        hour(at(seconds))
    );
    (at(seconds) + 300_000, RADIUS, line.into_bytes())
}

#[tokio::test]
async fn the_account_is_the_one_that_was_signed_in_then() {
    let lines = |stop| {
        vec![
            given(0, (DHCP, 0), "10.10.3.17", MAC_A),
            accounting(10, "Start"),
            accounting(stop, "Stop"),
            one_session(""),
        ]
    };
    let answer = asked(lines(580), &public(550), &Sources::new()).await;
    assert_eq!(answer.chains[0].user.as_deref(), Some("ayse"), "{}", told(&answer));
    assert_eq!(answer.chains[0].circuit_id.as_deref(), Some("GigabitEthernet1/0/7"));
    let answer = asked(lines(400), &public(550), &Sources::new()).await;
    assert_eq!(
        (answer.chains[0].user.as_deref(), answer.chains[0].mac),
        (None, mac(MAC_A)),
        "{}",
        told(&answer)
    );
}

#[tokio::test]
async fn the_switch_port_comes_from_the_relay() {
    let kea = format!(
        "2026-11-30 {} +03 Address: 10.10.3.17 has been assigned for 1 hrs 0 min 0 secs to a device with hardware address: \
         hwtype=1 {MAC_A}, client-id: 01:4c:55:41:a0:fa:99 connected via relay at address: 10.10.0.1, identified by \
         circuit-id: 47:69:31 (Gi1) and remote-id: 73:77 (sw)",
        hour(at(30))
    );
    let lines = vec![(at(30) + 300_000, DHCP, kea.into_bytes()), one_session("")];
    let answer = asked(lines, &public(550), &Sources::new()).await;
    let chain = &answer.chains[0];
    assert_eq!(chain.mac, mac(MAC_A), "{}", told(&answer));
    assert!(chain.circuit_id.is_some() && chain.remote_id.is_some(), "{}", told(&answer));
}

#[tokio::test]
async fn an_address_of_version_6_is_used_as_it_is() {
    let kea = format!(
        "2026-11-30 {} +03 Address: 2001:db8::17 has been assigned for 1 hrs 0 min 0 secs to a device with DUID: \
         00:03:00:01:4c:55:41:a0:fa:99",
        hour(at(30))
    );
    let lines =
        vec![(at(30) + 300_000, DHCP, kea.into_bytes()), session(600, 110, ("2001:db8::17:51514", ""), "")];
    let answer = asked(lines, &question("2001:db8::17", 51_514, at(550)), &Sources::new()).await;
    assert_eq!(answer.chains.len(), 1, "{}", told(&answer));
    assert!(matches!(answer.chains[0].steps[0].fact, Fact::Session { .. }));
    assert_eq!(answer.chains[0].steps.len(), 2, "{}", told(&answer));
    assert_eq!(answer.chains[0].mac, mac(MAC_A), "{}", told(&answer));
}

#[tokio::test]
async fn a_session_of_hours_is_found_from_its_middle() {
    let lines = vec![
        given(0, (DHCP, 0), "10.10.3.17", MAC_A),
        session(18_100, 18_000, ("10.10.3.17:51514", "198.51.100.7:40312"), ""),
    ];
    let answer = asked(lines.clone(), &public(1_800), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, mac(MAC_A)), "{}", told(&answer));
    let answer = asked(lines, &public(50), &Sources::new()).await;
    assert!(answer.chains.is_empty(), "{}", told(&answer));
    // One whose end nobody wrote.
    let begun = "firewall,info NAT forward: in:lan out:wan, connection-state:new,snat src-mac 4C:55:41:A0:FA:99, proto TCP \
                 (SYN), 10.10.3.17:51514->23.1.2.3:443, NAT (10.10.3.17:51514->198.51.100.7:40312)->23.1.2.3:443, len 52";
    let answer = asked(vec![(at(0), MIKROTIK, begun.into())], &public(7_000), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].mac), (1, mac(MAC_A)), "{}", told(&answer));
    assert!(has(&answer, |it| matches!(it, Doubt::EndUnknown { next_us: None })));
}

#[tokio::test]
async fn the_other_side_tells_two_sessions_apart() {
    let lines = vec![
        session(600, 110, ("10.10.3.17:51514", "198.51.100.7:40312"), ""),
        session(601, 110, ("10.10.3.18:51514", "198.51.100.7:40312"), ""),
    ];
    let mut lines: Vec<Line> = lines;
    lines[1].2 = String::from_utf8(lines[1].2.clone()).unwrap().replace(SERVER, "23.9.9.9").into_bytes();
    let asks =
        |other: &str| Question { other_side: Some((other.parse().unwrap(), Some(443))), ..public(550) };
    let answer = asked(lines.clone(), &asks("23.9.9.9"), &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].ip.to_string()), (1, "10.10.3.18".to_owned()));
    let answer = asked(lines.clone(), &asks("23.8.8.8"), &Sources::new()).await;
    assert_eq!(answer.chains.len(), 2, "{}", told(&answer));
    assert!(has(&answer, |it| matches!(it, Doubt::OtherSideDiffers { .. })));
    // Without a port the other side leads to the session.
    let answer = asked(lines, &Question { port: None, ..asks("23.9.9.9") }, &Sources::new()).await;
    assert_eq!((answer.chains.len(), answer.chains[0].ip.to_string()), (1, "10.10.3.18".to_owned()));
}

#[tokio::test]
async fn silence_and_unread_lines_are_said_when_nobody_is_found() {
    let gap = About { gaps: vec![(at(500), at(700))], ..About::default() };
    let broken = (at(550), DHCP, b"<30>Nov 30 14:09:10 dhcp-2 dhcpd[812]: DHCPACK on 10.10.".to_vec());
    let answer = asked(vec![broken], &public(550), &[(FORTIGATE, gap)].into()).await;
    assert!(answer.chains.is_empty());
    assert!(has(&answer, |it| matches!(it, Doubt::Gap { source: FORTIGATE, .. })), "{}", told(&answer));
}

#[tokio::test]
async fn a_limit_that_was_met_is_said() {
    let kept = Kept::new(1_000).await;
    kept.add(&[given(0, (DHCP, 0), "10.10.3.17", MAC_A), one_session("")]).await;
    let limits = Limits { queries: 1, ..Limits::default() };
    let answer = who(&kept.journal, &kept.encoder, &public(550), &Sources::new(), &limits).await.unwrap();
    assert!(answer.is_partial && has(&answer, |it| matches!(it, Doubt::QueryLimit { queries: 1 })));
}
