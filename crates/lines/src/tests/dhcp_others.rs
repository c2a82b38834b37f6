//! What the other servers that give addresses write: Kea, dnsmasq, Windows, and their files.

use super::{means, says, taken};
use crate::{Column, Format, Mac, What};

const MAC: Option<Mac> = Some(Mac(0x4c55_41a0_fa99));

#[test]
fn kea_says_who_got_which_address() {
    let bodies: [(&str, &[(Column, &str)]); 6] = [
        (
            "DHCP4_LEASE_ALLOC [hwtype=1 4c:55:41:a0:fa:99], cid=[01:4c:55:41:a0:fa:99], tid=0x4e6ff12: lease 10.0.0.5 has been allocated for 3600 seconds",
            &[(Column::IP, "10.0.0.5"), (Column::MAC, "4c:55:41:a0:fa:99"), (Column::LEASE_SECONDS, "3600")],
        ),
        (
            "DHCP4_LEASE_ALLOC [hwtype=1 4c:55:41:a0:fa:99], cid=[no info], tid=0x1: lease 10.0.0.5 has been allocated for 3600 seconds",
            &[(Column::CLIENT_ID, "no info"), (Column::TRANSACTION_ID, "0x1")],
        ),
        (
            "DHCP6_LEASE_ALLOC duid=[00:01:00:01], [no hwaddr info], tid=0x12: lease for address 2001:db8::5 and iaid=1 has been allocated for 4000 seconds",
            &[(Column::IP, "2001:db8::5"), (Column::IAID, "1"), (Column::LEASE_SECONDS, "4000")],
        ),
        (
            "DHCP4_RELEASE [hwtype=1 4c:55:41:a0:fa:99], cid=[no info], tid=0x1: address 10.0.0.5 was released properly.",
            &[(Column::IP, "10.0.0.5"), (Column::REST, " was released properly.")],
        ),
        (
            "DHCP4_LEASE_ADVERT [hwtype=1 4c:55:41:a0:fa:99], cid=[no info], tid=0x1: lease 10.0.0.5 will be advertised",
            &[(Column::IP, "10.0.0.5")],
        ),
        ("DHCP4_STARTED Kea DHCPv4 server version 2.2.0 started", &[(Column::EVENT, "DHCP4_STARTED")]),
    ];
    for head in [
        "2026-11-30 00:39:50.123 INFO  [kea-dhcp4.leases/812.140213] ",
        "Nov 30 00:39:50 gw kea-dhcp4[812]: INFO  [kea-dhcp4.leases.0x7f01] ",
        "<30>1 2026-11-30T00:39:50.123+03:00 gw kea-dhcp4 812 - - INFO  [kea-dhcp4.leases.0x7f01] ",
    ] {
        for (body, wanted) in bodies {
            let line = format!("{head}{body}");
            let taken = says(&line, Format::Kea, wanted);
            let at_us = means(line.as_bytes(), &taken).device_us.expect("its head has a time");
            assert_eq!(at_us / 1_000_000, 1_795_988_390);
            let what = means(line.as_bytes(), &taken).what;
            match taken.text(line.as_bytes(), Column::EVENT).unwrap_or_default() {
                b"DHCP4_LEASE_ALLOC" => {
                    let What::Lease(lease) = what else { panic!("{line}") };
                    assert_eq!((lease.mac, lease.until_us), (MAC, Some(at_us + 3_600_000_000)));
                }
                b"DHCP6_LEASE_ALLOC" => assert!(matches!(what, What::Lease(_))),
                b"DHCP4_RELEASE" => assert!(matches!(what, What::Release(_))),
                _ => assert_eq!(what, What::Nothing),
            }
        }
    }
}

#[test]
fn the_forensic_log_of_kea_names_the_switch_port() {
    let line = "2026-11-30 00:39:50 +03 Address: 10.0.0.5 has been renewed for 1 hrs 52 min 15 secs to a device with hardware address: hwtype=1 4c:55:41:a0:fa:99, client-id: 17:34:e2 connected via relay at address: 192.2.16.33, identified by circuit-id: 68:6f:77 (how) and remote-id: 87:f6";
    let wanted = [
        (Column::EVENT, "renewed"),
        (Column::CLIENT_ID, "17:34:e2"),
        (Column::RELAY_IP, "192.2.16.33"),
        (Column::CIRCUIT_ID, "68:6f:77 (how)"),
        (Column::REMOTE_ID, "87:f6"),
        (Column::LEASE_LENGTH, "1 hrs 52 min 15 secs"),
    ];
    let taken = says(line, Format::KeaForensic, &wanted);
    let meaning = means(line.as_bytes(), &taken);
    assert_eq!(meaning.device_us, Some(1_795_988_390_000_000));
    let What::Lease(lease) = meaning.what else { panic!("no lease") };
    assert_eq!((lease.mac, lease.until_us), (MAC, Some(1_795_988_390_000_000 + 6_735_000_000)));

    for (line, event, is_release) in [
        (
            "2026-11-29 22:39:50 CET Address: 10.0.0.5 has been released from a device with hardware address: hwtype=1 4c:55:41:a0:fa:99",
            "released",
            true,
        ),
        (
            "2026-11-30 00:39:50 EEST Administrator added a lease of address: 10.0.0.5 to a device with hardware address: hwtype=1 4c:55:41:a0:fa:99 for 1 hrs 0 min 0 secs",
            "added",
            false,
        ),
        ("2026-11-30 00:39:50 EEST Administrator deleted the lease for address: 10.0.0.5", "deleted", true),
        (
            "2026-11-30 00:39:50 TRT Address: 2001:db8::5 has been assigned for 0 hrs 11 mins 53 secs to a device with DUID: 17:34 and hardware address: hwtype=1 4c:55:41:a0:fa:99 (from DUID)",
            "assigned",
            false,
        ),
    ] {
        if event == "deleted" {
            // Nothing that says it is of Kea: only whoever knows the source can tell.
            let mut taken = crate::Taken::default();
            crate::take_apart(line.as_bytes(), super::MOMENT, Some(Format::KeaForensic), &mut taken);
            super::comes_back(line.as_bytes(), &taken);
            assert!(matches!(means(line.as_bytes(), &taken).what, What::Release(_)), "{taken:?}");
            continue;
        }
        let taken = says(line, Format::KeaForensic, &[(Column::EVENT, event)]);
        let meaning = means(line.as_bytes(), &taken);
        assert_eq!(meaning.device_us, Some(1_795_988_390_000_000), "{line}");
        match meaning.what {
            What::Release(_) => assert!(is_release, "{line}"),
            What::Lease(lease) => {
                assert!(!is_release && lease.mac == MAC && lease.until_us.is_some(), "{line}")
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn lease_files_are_read() {
    let line = "10.0.0.5,4c:55:41:a0:fa:99,01:4c:55,3600,1795991990,1,0,0,pc-12,0,,0";
    let taken_4 = says(line, Format::KeaLeases, &[(Column::HOST, "pc-12"), (Column::SUBNET_ID, "1")]);
    let What::Lease(lease) = means(line.as_bytes(), &taken_4).what else { panic!("no lease") };
    assert_eq!((lease.mac, lease.until_us), (MAC, Some(1_795_991_990_000_000)));
    let line = "2001:db8::5,00:01:00:01,4000,1795991990,1,3000,0,7,128,0,0,pc,4c:55:41:a0:fa:99,2,{ \"a\": [1, 2] },0";
    let taken_6 = says(line, Format::KeaLeases, &[(Column::CLIENT_ID, "00:01:00:01"), (Column::IAID, "7")]);
    assert!(matches!(means(line.as_bytes(), &taken_6).what, What::Release(_)));

    let block = "lease 10.0.0.5 {\n  starts 0 2026/11/29 21:39:50;\n  ends 1 2026/11/30 01:39:50;\n  tstp 1 2026/11/30 01:39:50;\n  cltt 0 2026/11/29 21:39:50;\n  binding state active;\n  next binding state free;\n  rewind binding state free;\n  hardware ethernet 4c:55:41:a0:fa:99;\n  uid \"\\001LU\\\"A\";\n  set vendor-class-identifier = \"MSFT 5.0\";\n  client-hostname \"pc-12\";\n}";
    let wanted = [(Column::HOST, "pc-12"), (Column::CLIENT_ID, "\\001LU\\\"A"), (Column::EVENT, "active")];
    let taken_b = says(block, Format::IscLeases, &wanted);
    let meaning = means(block.as_bytes(), &taken_b);
    assert_eq!(meaning.device_us, Some(1_795_988_390_000_000));
    let What::Lease(lease) = meaning.what else { panic!("no lease") };
    assert_eq!((lease.mac, lease.until_us), (MAC, Some(1_796_002_790_000_000)));
    let endless = "lease 10.0.0.5 {\n  starts 1 2026/11/29 21:39:50;\n  ends never;\n  binding state free;\n";
    let taken_e = taken(endless.as_bytes());
    assert!(
        matches!(means(endless.as_bytes(), &taken_e).what, What::Release(_)),
        "29 November was a Sunday, 0"
    );
}

#[test]
fn dnsmasq_says_who_got_which_address_and_who_asked() {
    let head = "Nov 30 00:39:50 gw dnsmasq-dhcp[812]: ";
    let lines: [(&str, &[(Column, &str)]); 8] = [
        (
            "DHCPACK(eth0) 10.0.0.5 4c:55:41:a0:fa:99 pc-12",
            &[(Column::HOST, "pc-12"), (Column::INTERFACE_IN, "eth0")],
        ),
        ("DHCPACK(eth0) 10.0.0.5 4c:55:41:a0:fa:99", &[(Column::IP, "10.0.0.5")]),
        ("1429037641 DHCPOFFER(eth0) 10.0.0.5 4c:55:41:a0:fa:99", &[(Column::TRANSACTION_ID, "1429037641")]),
        (
            "DHCPDISCOVER(eth0) 4c:55:41:a0:fa:99 no address available",
            &[(Column::REASON, "no address available")],
        ),
        ("DHCPNAK(eth0) 10.0.0.5 4c:55:41:a0:fa:99 wrong address", &[(Column::REASON, "wrong address")]),
        (
            "DHCPREPLY(eth0) 2001:db8::5 00:01:00:01:2a:2b:2c:2d:4c:55:41:a0:fa:99 pc",
            &[(Column::IP, "2001:db8::5")],
        ),
        ("DHCPSOLICIT(eth0) 00:01:00:01:2a:2b:2c:2d:4c:55:41:a0:fa:99", &[(Column::EVENT, "DHCPSOLICIT")]),
        ("DHCPRELEASE(eth0) 10.0.0.5 4c:55:41:a0:fa:99", &[(Column::MAC, "4c:55:41:a0:fa:99")]),
    ];
    for (body, wanted) in lines {
        let line = format!("{head}{body}");
        let taken = says(&line, Format::Dnsmasq, wanted);
        match means(line.as_bytes(), &taken).what {
            What::Lease(_) => assert!(body.contains("ACK") || body.contains("REPLY"), "{line}"),
            What::Release(_) => assert!(body.contains("RELEASE"), "{line}"),
            _ => assert!(!body.contains("ACK") && !body.contains("RELEASE"), "{line}"),
        }
    }
    let head = "Nov 30 00:39:50 dnsmasq[811]: ";
    for (body, wanted) in [
        ("query[A] belde.example from 10.0.0.5", (Column::SRC_IP, "10.0.0.5")),
        ("12 10.0.0.5/51514 query[AAAA] belde.example from 10.0.0.5", (Column::SRC_PORT, "51514")),
        ("forwarded belde.example to 9.9.9.9", (Column::DST_IP, "9.9.9.9")),
        ("reply belde.example is 203.0.113.9", (Column::SITE, "belde.example")),
    ] {
        says(&format!("{head}{body}"), Format::Dnsmasq, &[wanted]);
    }
}

#[test]
fn what_servers_tell_besides_has_no_addresses_of_clients() {
    let line = b"dnsmasq-dhcp[1]: 2014254603 requested options: 1:netmask, 28:broadcast";
    let taken_d = taken(line);
    assert_eq!((taken_d.format(), taken_d.get(line, Column::SRC_IP)), (Format::Dnsmasq, None));
    let line = "2026-11-30 02:02:10.203 INFO  [kea-dhcp4.hosts/1870.1402] HOSTS_BACKENDS_REGISTERED the following: mysql";
    says(
        line,
        Format::Kea,
        &[(Column::EVENT, "HOSTS_BACKENDS_REGISTERED"), (Column::REST, "the following: mysql")],
    );
}

#[test]
fn windows_rows_are_read_however_short_they_are() {
    let rows: [(&str, &[(Column, &str)]); 5] = [
        (
            "10,11/30/26,00:39:50,Assign,10.0.0.5,pc-12.belde.local,4C5541A0FA99,,3141592653,0,,,,0x4D53465420352E30,MSFT 5.0,,,,0",
            &[(Column::HOST, "pc-12.belde.local"), (Column::TRANSACTION_ID, "3141592653")],
        ),
        ("11,11/30/26,00:39:50,Renew,10.0.0.5,pc-12,4C5541A0FA99", &[(Column::MAC, "4C5541A0FA99")]),
        ("12,11/30/26,00:39:50,Release,10.0.0.5,,4C5541A0FA99,,0", &[(Column::HOST, "")]),
        ("24,11/30/26,00:39:50,Database Cleanup Begin,,,,,0,6,,,,,,,,,0", &[(Column::EVENT, "24")]),
        ("10,13/32/26,00:39:50,Assign,10.0.0.5,pc,4C5541A0FA99,", &[(Column::SPARE_0, "13/32/26")]),
    ];
    for (line, wanted) in rows {
        let taken = says(line, Format::WindowsDhcp, wanted);
        let meaning = means(line.as_bytes(), &taken);
        assert_eq!(meaning.device_us.is_none(), line.contains("/32/"));
        match &line[..2] {
            "10" | "11" => assert!(matches!(meaning.what, What::Lease(it) if it.mac == MAC), "{line}"),
            "12" => assert!(matches!(meaning.what, What::Release(_))),
            _ => assert_eq!(meaning.what, What::Nothing),
        }
    }
}
