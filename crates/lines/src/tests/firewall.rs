//! What firewalls write.

use super::{means, says, taken};
use crate::{Column, Format, Phase, What};

const TRAFFIC: &str = r#"<189>date=2026-11-30 time=00:39:50 devname="FG-Merkez" devid="FG100FTK00000001" eventtime=1795988390123456789 tz="+0300" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.0.0.5 srcport=51514 srcintf="Personel" dstip=203.0.113.9 dstport=443 dstintf="wan1" sessionid=4711 proto=6 action="close" policyid=12 service="HTTPS" trandisp="snat" transip=198.51.100.7 transport=51514 duration=30 sentbyte=1500 rcvdbyte=90000 srcmac="4c:55:41:a0:fa:99" srcserver=0 app="Su Faturası""#;

#[test]
fn a_fortigate_session_has_both_addresses_and_both_times() {
    let wanted = [
        (Column::DEVICE, "FG-Merkez"),
        (Column::SRC_PORT, "51514"),
        (Column::NAT_SRC_IP, "198.51.100.7"),
        (Column::APPLICATION, "Su Faturası"),
        (Column::TIME, "1795988390123456789"),
    ];
    let taken = says(TRAFFIC, Format::Fortigate, &wanted);
    assert_eq!(taken.get(TRAFFIC.as_bytes(), Column::EVENT_TIME), None, "one moment is one value");
    let What::Session(session) = means(TRAFFIC.as_bytes(), &taken).what else { panic!("no session") };
    assert_eq!(session.phase, Phase::Ended);
    assert_eq!(session.started_us, Some(1_795_988_360_123_456));
    assert_eq!(session.nat_src.and_then(|it| it.1), Some(51514));
    assert!(taken.names().len() >= 2, "keys that nobody knows have columns of their own");
}

#[test]
fn a_fortigate_clock_is_read_in_its_own_zone() {
    let with = |more: &str| format!("date=2026-11-30 time=00:39:50 devname=a logid=1 {more} srcip=10.0.0.5");
    for (more, time) in [
        ("tz=\"+0300\"", "1795988390000000000"),
        ("tz=\"-0500\"", "1796017190000000000"),
        ("", "1795988390000000000"),
        ("eventtime=1795988390", "1795988390000000000"),
        ("eventtime=1796017190123 tz=\"-0500\"", "1796017190123000000"),
        ("eventtime=1796017190000123", "1796017190000123000"),
        // The device says two different things: both are kept.
        ("eventtime=1795988391 tz=\"+0300\"", "1795988390000000000"),
        ("eventtime=17959883911 tz=\"+0300\"", "1795988390000000000"),
        ("eventtime=0795988391", "1795988390000000000"),
        ("tz=\"+0300\" tz=\"+0200\"", "1795988390000000000"),
        ("tz=\"UTC\"", "1795988390000000000"),
    ] {
        says(&with(more), Format::Fortigate, &[(Column::TIME, time), (Column::SRC_IP, "10.0.0.5")]);
    }
}

#[test]
fn fortigate_lines_with_faults_come_back_too() {
    for line in [
        r#"date=2026-11-30 time=00:39:50 logid="1" msg="no end srcip=10.0.0.5"#,
        r#"date=2026-11-30 time=00:39:50 logid="1" msg="he said "yes" to it" srcip=10.0.0.5"#,
        r#"date=2026-02-30 time=00:39:50 logid="1" duration=N/A duration=007 srcport=""#,
        r#"date=2026-11-30 time=00:39:60 logid="1" srcip=10.0.0.5 a b c"#,
        r#"logid="1" devid="x" srcip= dstip=10.0.0.9 "#,
        "date=2026-11-30 time=00:39:50 logid=1 srcip=10.0.0.5\r",
        "logid=1 =5 == date=2026-11-30 time=00:39:50",
    ] {
        assert_eq!(taken(line.as_bytes()).format(), Format::Fortigate, "{line}");
    }
}

#[test]
fn fortigate_dhcp_gives_a_lease() {
    let line = r#"date=2026-11-30 time=00:39:50 devname="F" devid="F1" logid="0100026001" type="event" subtype="system" level="information" vd="root" logdesc="DHCP Ack log" interface="lan" dhcp_msg="Ack" mac="4C:55:41:A0:FA:99" ip=10.0.0.5 lease=86400 hostname="pc-12" msg="DHCP server sends a DHCPACK""#;
    let taken = says(line, Format::Fortigate, &[(Column::LEASE_SECONDS, "86400"), (Column::HOST, "pc-12")]);
    let What::Lease(lease) = means(line.as_bytes(), &taken).what else { panic!("no lease") };
    assert_eq!(lease.until_us, Some(1_796_074_790_000_000));
}

#[test]
fn the_site_of_a_looked_into_session_is_no_device() {
    let line = r#"date=2026-11-30 time=00:39:50 devname="F" devid="F1" logid="0316013056" type="utm" subtype="webfilter" srcip=10.0.0.5 hostname="kotu.example" url="/a""#;
    let taken = says(line, Format::Fortigate, &[(Column::SITE, "kotu.example")]);
    assert_eq!(taken.text(line.as_bytes(), Column::HOST), None);
}
