//! Any lines at all, and any question: an answer comes, and every sentence can be made.

use super::*;
use proptest::prelude::*;

/// Lines of every kind, with a few addresses, ports and times in them, some of them cut off.
fn line() -> impl Strategy<Value = (i64, u32, Vec<u8>)> {
    let templates = prop::sample::select(vec![
        "date=2026-11-30 time=HH:MM:SS devname=\"F\" tz=\"+0300\" logid=\"0000000013\" type=\"traffic\" srcip=IP srcport=PORT dstip=IP dstport=443 sessionid=N proto=6 action=\"close\" trandisp=\"snat\" transip=IP transport=PORT duration=N srcmac=\"MAC\" user=\"a\"",
        "date=2026-11-30 time=HH:MM:SS devname=\"F\" tz=\"+0300\" logid=\"0000000020\" type=\"traffic\" srcip=IP srcport=PORT dstip=IP dstport=443 sessionid=N proto=17 action=\"accept\" transip=IP transport=PORT duration=N",
        "<166>Nov 30 2026 HH:MM:SS asa : %ASA-6-305011: Built dynamic TCP translation from inside:IP/PORT to outside:IP/PORT",
        "<166>Nov 30 2026 HH:MM:SS asa : %ASA-6-305012: Teardown dynamic TCP translation from inside:IP/PORT to outside:IP/PORT duration 0:00:30",
        "<166>Nov 30 2026 HH:MM:SS asa : %ASA-6-302013: Built outbound TCP connection N for outside:IP/443 (IP/443) to inside:IP/PORT (IP/PORT)",
        "firewall,info NAT forward: in:lan out:wan, connection-state:new,snat src-mac MAC, proto TCP (SYN), IP:PORT->IP:443, NAT (IP:PORT->IP:PORT)->IP:443, len 52",
        "<30>Nov 30 HH:MM:SS d dhcpd[812]: DHCPACK on IP to MAC (pc) via eth0 lease-duration N",
        "<30>Nov 30 HH:MM:SS d dhcpd[812]: DHCPRELEASE of IP from MAC via eth0 (found)",
        "<30>Nov 30 HH:MM:SS dnsmasq-dhcp[77]: DHCPACK(eth0) IP MAC pc",
        "Mon Nov 30 HH:MM:SS 2026\n\tUser-Name = \"b\"\n\tAcct-Status-Type = Start\n\tFramed-IP-Address = IP\n\tCalling-Station-Id = \"MAC\"",
        "Mon Nov 30 HH:MM:SS 2026\n\tUser-Name = \"b\"\n\tAcct-Status-Type = Stop\n\tFramed-IP-Address = IP",
    ]);
    let parts = prop::collection::vec(0_u64..1 << 20, 24);
    (templates, parts, 0_i64..3_000, 1_u32..5, prop::option::weighted(0.1, 0_usize..200)).prop_map(
        |(template, parts, seconds, source, cut)| {
            let (mut line, mut at) = (template.to_owned(), 0);
            for (word, values) in [
                ("IP", ["10.0.0.1", "10.0.0.2", "198.51.100.7", "10.0.0.3"]),
                ("PORT", ["4000", "4001", "4000", "65535"]),
                ("MAC", ["4c:55:41:a0:fa:99", "74:83:c2:c3:31:7f", "4C-55-41-A0-FA-99", "0:0"]),
                ("HH", ["14", "14", "13", "15"]),
                ("MM", ["10", "11", "12", "13"]),
                ("SS", ["00", "01", "30", "59"]),
                (" N", [" 1", " 60", " 3600", " 18446744073709551615"]),
                ("=N", ["=1", "=60", "=99999999999", "=9223372036854775807"]),
            ] {
                while line.contains(word) {
                    line = line.replacen(word, values[parts[at % 24] as usize % 4], 1);
                    at += 1;
                }
            }
            let mut line = line.into_bytes();
            line.truncate(cut.unwrap_or(usize::MAX));
            let waited = if parts[23] % 9 == 0 { 86_400 } else { 0 };
            ((1_796_036_400 + seconds + waited) * 1_000_000 + parts[22] as i64, source, line)
        },
    )
}

fn any_question() -> impl Strategy<Value = Question> {
    let moments = prop_oneof![
        9 => (0_i64..3_000).prop_map(|it| (1_796_036_400 + it) * 1_000_000),
        1 => prop::sample::select(vec![i64::MIN, i64::MAX, 0])
    ];
    let ips = prop::sample::select(vec!["198.51.100.7", "10.0.0.1", "10.0.0.2", "2001:db8::1"]);
    let ports = prop::sample::select(vec![None, Some(4_000), Some(65_535)]);
    let tolerances = prop::sample::select(vec![0, 30_000_000, -1, i64::MAX]);
    (ips, ports, moments, tolerances, any::<bool>()).prop_map(|(ip, port, at_us, tolerance_us, has_other)| {
        let other_side = has_other.then(|| (IpAddr::from([10, 0, 0, 3]), Some(443)));
        Question { ip: ip.parse().unwrap(), port, proto: None, at_us, tolerance_us, other_side }
    })
}

fn any_sources() -> impl Strategy<Value = Sources> {
    let times = prop::sample::select(vec![0, 120_000_000, i64::MIN, i64::MAX]);
    let about = (times.clone(), times, any::<bool>()).prop_map(|(ahead_us, within_us, has_place)| About {
        skew: Some(Skew { ahead_us, within_us }),
        place: has_place.then_some(1),
        gaps: vec![(ahead_us, within_us)],
        ..About::default()
    });
    prop::collection::hash_map(1_u32..5, about, 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_lines_are_an_answer_comes(
        lines in prop::collection::vec(line(), 0..120),
        questions in prop::collection::vec(any_question(), 6),
        sources in any_sources(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let kept = Kept::new(1_000).await;
            kept.add(&lines).await;
            for question in &questions {
                let answer = kept.ask(question, &sources).await;
                assert!(answer.chains.len() <= 16, "{}", answer.chains.len());
                for step in answer.chains.iter().flat_map(|it| &it.steps) {
                    assert!(step.sentence_tr().ends_with('.'));
                    assert!(step.doubts.iter().all(|it| it.sentence_tr().ends_with('.')));
                }
                assert!(answer.doubts.iter().all(|it| it.sentence_tr().ends_with('.')));
            }
        });
    }
}
