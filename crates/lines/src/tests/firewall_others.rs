//! What the other firewalls write: ASA, MikroTik, pfSense and OPNsense, Linux.

use super::{means, says, taken};
use crate::{Column, Doubt, Format, Phase, What};

#[test]
fn asa_says_what_is_built_and_torn_down() {
    for head in [
        "<166>Nov 30 2026 00:39:50 fw1 : ",
        "<166>Nov 30 2026 00:39:50: ",
        "<166>:Nov 30 00:39:50 TRT: ",
        "Nov 30 00:39:50 fw1 ",
        "<166>",
    ] {
        let line = format!(
            "{head}%ASA-6-302013: Built outbound TCP connection 77 for outside:203.0.113.9/443 (203.0.113.10/443) to inside:10.0.0.5/51514 (198.51.100.9/1024)"
        );
        let wanted = [
            (Column::DST_IP, "203.0.113.10"),
            (Column::NAT_DST_IP, "203.0.113.9"),
            (Column::SRC_PORT, "51514"),
            (Column::NAT_SRC_PORT, "1024"),
            (Column::SESSION, "77"),
            (Column::INTERFACE_IN, "inside"),
        ];
        let taken = says(&line, Format::CiscoAsa, &wanted);
        let What::Session(session) = means(line.as_bytes(), &taken).what else { panic!("{line}") };
        assert_eq!((session.phase, session.proto), (Phase::Begun, Some(6)));
    }
}

/// Message, what its columns say, and what it means.
type Case = (&'static str, &'static [(Column, &'static str)], &'static str);

const ASA: [Case; 13] = [
    (
        "302015: Built inbound UDP connection 5 for outside:203.0.113.9/53 (203.0.113.9/53)(LOCAL\\ayse) to dmz:10.0.0.5/53 (198.51.100.9/53) (ali)",
        &[
            (Column::SRC_IP, "203.0.113.9"),
            (Column::DST_IP, "198.51.100.9"),
            (Column::NAT_DST_IP, "10.0.0.5"),
        ],
        "session",
    ),
    (
        "302014: Teardown TCP connection 77 for outside:203.0.113.9/443 to inside:10.0.0.5/51514 duration 0:00:30 bytes 91500 TCP FINs from inside",
        &[
            (Column::TOTAL_BYTES, "91500"),
            (Column::REASON, "TCP FINs from inside"),
            (Column::DURATION, "0:00:30"),
        ],
        "session",
    ),
    (
        "302016: Teardown UDP connection 77 for outside:2001:db8::9/53 to inside:2001:db8::5/51514 duration 0:00:30 bytes 91",
        &[(Column::DST_IP, "2001:db8::9"), (Column::SRC_PORT, "51514")],
        "session",
    ),
    (
        "302020: Built outbound ICMP connection for faddr 203.0.113.9/0 gaddr 198.51.100.9/1 laddr 10.0.0.5/1 type 8 code 0",
        &[(Column::SRC_IP, "10.0.0.5"), (Column::NAT_SRC_IP, "198.51.100.9"), (Column::PROTO, "ICMP")],
        "session",
    ),
    (
        "305011: Built dynamic TCP translation from inside:10.0.0.5/1772 to outside:198.51.100.9/8256",
        &[(Column::SRC_PORT, "1772"), (Column::NAT_SRC_PORT, "8256"), (Column::PROTO, "TCP")],
        "open",
    ),
    (
        "305012: Teardown dynamic UDP translation from inside:10.0.0.5/1772 to outside:198.51.100.9/8256 duration 0:01:00",
        &[(Column::DURATION, "0:01:00")],
        "close",
    ),
    (
        "305009: Built static translation from inside:10.0.0.5 to outside:198.51.100.9",
        &[(Column::NAT_SRC_IP, "198.51.100.9")],
        "open",
    ),
    (
        "106023: Deny tcp src outside:203.0.113.9/4000 dst inside:10.0.0.5/22 by access-group \"acl\" [0x0, 0x0]",
        &[(Column::RULE_NAME, "acl"), (Column::DST_PORT, "22")],
        "refused",
    ),
    (
        "106023: Deny icmp src outside:203.0.113.9 dst inside:10.0.0.5 (type 8, code 0) by access-group \"acl\" [0x0, 0x0]",
        &[(Column::FLAGS, "8, code 0"), (Column::PROTO, "icmp")],
        "refused",
    ),
    (
        "106015: Deny TCP (no connection) from 203.0.113.9/4000 to 10.0.0.5/22 flags RST ACK on interface outside",
        &[(Column::FLAGS, "RST ACK"), (Column::SRC_PORT, "4000")],
        "refused",
    ),
    (
        "106100: access-list acl denied tcp inside/10.0.0.5(51514) -> outside/203.0.113.9(25) hit-cnt 1 first hit [0x1, 0x2]",
        &[(Column::DST_PORT, "25"), (Column::ACTION, "denied")],
        "refused",
    ),
    (
        "605005: Login permitted from 10.0.0.2/4242 to inside:10.0.0.1/ssh for user \"yonetici\"",
        &[(Column::USER, "yonetici")],
        "login",
    ),
    (
        "722051: Group <vpn> User <ayse> IP <203.0.113.9> IPv4 Address <10.1.1.1> IPv6 address <::> assigned to session",
        &[(Column::IP, "10.1.1.1"), (Column::SRC_IP, "203.0.113.9")],
        "login",
    ),
];

#[test]
fn asa_messages_have_the_meaning_of_their_number() {
    for (body, wanted, meaning) in ASA {
        let line = format!("<166>Nov 30 2026 00:39:50 fw1 : %ASA-6-{body}");
        let taken = says(&line, Format::CiscoAsa, wanted);
        let found = match means(line.as_bytes(), &taken).what {
            What::Session(_) => "session",
            What::NatOpen(_) => "open",
            What::NatClose(_) => "close",
            What::Refused(_) => "refused",
            What::Login(_) => "login",
            _ => "nothing",
        };
        assert_eq!(found, meaning, "{line}");
    }
    let line = b"<166>Nov 30 2026 00:39:50 fw1 : %ASA-5-111008: User 'enable_15' executed the 'write memory' command.";
    assert_eq!((taken(line).format(), taken(line).doubt()), (Format::CiscoAsa, Some(Doubt::Message)));
}

#[test]
fn mikrotik_says_what_the_address_became() {
    let line = "firewall,info CGN forward: in:bridge out:ether1, connection-state:new,snat connection-mark:voip src-mac 4C:55:41:A0:FA:99, proto TCP (ACK,PSH), 192.168.5.50:57922->52.123.139.72:443, NAT (192.168.5.50:57922->46.102.221.224:1025)->52.123.139.72:443, len 97";
    for head in ["", "<134>", "<134>Nov 30 00:39:50 sube ", "Nov 30 00:39:50 sube "] {
        let line = format!("{head}{line}");
        let wanted = [
            (Column::NAT_SRC_IP, "46.102.221.224"),
            (Column::NAT_SRC_PORT, "1025"),
            (Column::DST_PORT, "443"),
            (Column::FLAGS, "ACK,PSH"),
            (Column::CONNECTION_MARK, "voip"),
            (Column::RULE_NAME, "CGN forward:"),
            (Column::LENGTH, "97"),
        ];
        let taken = says(&line, Format::Mikrotik, &wanted);
        assert_eq!(taken.get(line.as_bytes(), Column::SPARE_0), None, "what comes twice is one value");
        assert!(matches!(means(line.as_bytes(), &taken).what, What::Session(_)));
    }
    for (line, column, value) in [
        (
            "firewall,info input: in:ether1 out:(unknown 0), proto ICMP (type 8, code 0), 203.0.113.9->198.51.100.7, len 60",
            Column::SRC_IP,
            "203.0.113.9",
        ),
        (
            "firewall,info dst: in:ether1 out:(unknown 0), src-mac 4c:55:41:a0:fa:99, proto UDP, 203.0.113.9:5->198.51.100.7:80, NAT 203.0.113.9:5->(198.51.100.7:80->10.0.0.5:8080), prio 6->0, len 60",
            Column::NAT_DST_PORT,
            "8080",
        ),
        (
            "firewall,info f: in:a out:b, proto UDP, [2001:db8::5]:1234->[2001:db8::9]:53, len 60",
            Column::SRC_PORT,
            "1234",
        ),
        (
            "firewall,info f: in:a out:b, proto TCP (SYN), 10.0.0.5:1->203.0.113.9:2, NAT (10.0.0.6:1->1.2.3.4:9)->203.0.113.9:2, len 60",
            Column::SPARE_0,
            "10.0.0.6",
        ),
        (
            "dhcp,info dhcp1 assigned 10.0.0.5 to 4C:55:41:A0:FA:99 Ali'nin telefonu",
            Column::HOST,
            "Ali'nin telefonu",
        ),
        ("dhcp,info dhcp1 deassigned 10.0.0.5 from 4C:55:41:A0:FA:99", Column::EVENT, "deassigned"),
        ("system,info,account user yonetici logged in from 10.0.0.2 via winbox", Column::SERVICE, "winbox"),
        (
            "system,error,critical login failure for user yonetici from 203.0.113.9 via ssh",
            Column::USER,
            "yonetici",
        ),
        ("hotspot,info,debug ayse (10.0.0.5): logged in", Column::USER, "ayse"),
    ] {
        let taken = says(line, Format::Mikrotik, &[(column, value)]);
        assert_ne!(means(line.as_bytes(), &taken).what, What::Nothing, "{line}");
    }
    let half = b"firewall,info f: in:a out:b, proto TCP (SYN), 10.0.0.5:1->203.0.1";
    assert_eq!(taken(half).doubt(), None, "a half is a line as far as it goes");
}

#[test]
fn filterlog_is_read_by_what_the_packet_is() {
    for head in
        ["<134>Nov 30 00:39:50 filterlog[812]: ", "<134>1 2026-11-30T00:39:50+03:00 fw filterlog 812 - - "]
    {
        for (body, wanted) in [
            (
                "5,,,1000000103,igb0,match,block,in,4,0x0,,64,40022,0,DF,6,tcp,60,203.0.113.9,198.51.100.7,4000,22,0,S,101,,64240,,mss;nop",
                (Column::DST_PORT, "22"),
            ),
            (
                "5,,,02f4bab031b57d1e30553ce08e0ec131,igb0,match,pass,out,4,0x0,,64,40022,0,none,17,udp,60,10.0.0.5,9.9.9.9,4000,53,32",
                (Column::DATA_LENGTH, "32"),
            ),
            (
                "5,,,12,igb0,match,block,in,4,0x0,,64,40022,0,none,1,icmp,60,10.0.0.5,9.9.9.9,request,1,32",
                (Column::REST, "request,1,32"),
            ),
            (
                "5,,,12,igb0,match,block,in,6,0x00,0x12345,1,udp,17,60,fe80::1,ff02::fb,5353,5353,60",
                (Column::SRC_PORT, "5353"),
            ),
            ("5,,,12,igb0,match,block,in,6,0x00", (Column::ACTION, "block")),
        ] {
            let line = format!("{head}{body}");
            let taken = says(&line, Format::Filterlog, &[wanted, (Column::PID, "812")]);
            match means(line.as_bytes(), &taken).what {
                What::Refused(_) => assert!(body.contains("block")),
                What::Session(_) => assert!(body.contains("pass")),
                _ => assert!(body.ends_with("0x00"), "{line}"),
            }
        }
    }
}

#[test]
fn linux_logs_are_read_with_prefix_flags_and_what_is_nested() {
    let head = "Nov 30 00:39:50 gw kernel: [12345.678901] ";
    let body = "FW-DROP: IN=eth0 OUT=eth2 MAC=aa:bb:cc:dd:ee:ff:4c:55:41:a0:fa:99:08:00 SRC=10.0.0.5 DST=203.0.113.9 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=4321 DF PROTO=TCP SPT=51514 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 ";
    let line = format!("{head}{body}");
    let wanted = [
        (Column::RULE_NAME, "FW-DROP:"),
        (Column::MAC, "4c:55:41:a0:fa:99"),
        (Column::DST_MAC, "aa:bb:cc:dd:ee:ff"),
        (Column::UPTIME, "12345.678901"),
        (Column::DST_PORT, "443"),
    ];
    let taken = says(&line, Format::Netfilter, &wanted);
    assert!(matches!(means(line.as_bytes(), &taken).what, What::Refused(it) if it.proto == Some(6)));
    for (body, column, value) in [
        (
            "IN=eth0 OUT= MAC= SRC=203.0.113.9 DST=198.51.100.7 LEN=88 TOS=0x00 PREC=0xC0 TTL=64 ID=1 PROTO=ICMP TYPE=3 CODE=3 [SRC=198.51.100.7 DST=203.0.113.9 LEN=60 PROTO=UDP SPT=5 DPT=53 LEN=40 ] ",
            Column::NESTED,
            "SRC=198.51.100.7 DST=203.0.113.9 LEN=60 PROTO=UDP SPT=5 DPT=53 LEN=40 ",
        ),
        (
            "noblankIN=eth0 OUT= SRC=2001:db8::5 DST=ff02::1 LEN=76 TC=0 HOPLIMIT=1 FLOWLBL=123456 PROTO=ICMPv6 TYPE=143 CODE=0",
            Column::RULE_NAME,
            "noblank",
        ),
        ("IN=eth0 OUT= SRC=10.0.0.5 DST=10.0.0.6 LEN=40 PROTO=UDP SPT=1 DPT=2 LEN=20", Column::SPARE_0, "20"),
    ] {
        says(&format!("{head}{body}"), Format::Netfilter, &[(column, value)]);
    }
}

#[test]
fn tracked_connections_say_what_the_address_became() {
    for (line, event) in [
        (
            "[1795988390.123456]\t    [NEW] tcp      6 120 SYN_SENT src=10.0.0.5 dst=203.0.113.9 sport=51514 dport=443 [UNREPLIED] src=203.0.113.9 dst=198.51.100.9 sport=443 dport=1024",
            "NEW",
        ),
        (
            "[1795988390.123456]\t[DESTROY] tcp      6 src=10.0.0.5 dst=203.0.113.9 sport=51514 dport=443 packets=5 bytes=900 src=203.0.113.9 dst=198.51.100.9 sport=443 dport=1024 packets=7 bytes=9000 [ASSURED] mark=0 id=12",
            "DESTROY",
        ),
        (
            "Nov 30 00:39:50 gw ulogd[12]: [DESTROY] ORIG: SRC=10.0.0.5 DST=203.0.113.9 PROTO=TCP SPT=51514 DPT=443 PKTS=5 BYTES=900 , REPLY: SRC=203.0.113.9 DST=198.51.100.9 PROTO=TCP SPT=443 DPT=1024 PKTS=7 BYTES=9000",
            "DESTROY",
        ),
    ] {
        let taken =
            says(line, Format::Conntrack, &[(Column::EVENT, event), (Column::NAT_SRC_IP, "198.51.100.9")]);
        let meaning = means(line.as_bytes(), &taken);
        assert_eq!(meaning.device_us.map(|it| it / 1_000_000), Some(1_795_988_390));
        let What::Session(session) = meaning.what else { panic!("{line}") };
        assert_eq!(session.proto, Some(6));
        assert_eq!(session.nat_src.and_then(|it| it.1), Some(1024));
        assert_eq!(session.received_bytes, (event == "DESTROY").then_some(9000));
    }
}

#[test]
fn what_was_refused_is_counted_as_such() {
    let packet = "IN=eth0 OUT=eth2 MAC= SRC=10.0.0.5 DST=203.0.113.9 LEN=60 PROTO=TCP SPT=51514 DPT=443";
    let session = "in:bridge out:ether1, proto TCP (SYN), 10.0.0.5:4000->203.0.113.9:443, len 52";
    let mut cases = vec![
        ("<166>%ASA-4-106023: Deny tcp src outside:203.0.113.9/4000 dst inside:10.0.0.5/22 by access-group \"acl\" [0x0, 0x0]".to_owned(), Some("deny")),
        ("<166>%ASA-2-106001: Inbound TCP connection denied from 203.0.113.9/4000 to 10.0.0.5/22 flags SYN on interface outside".to_owned(), Some("deny")),
        ("<166>%ASA-3-106014: Deny inbound icmp src outside:203.0.113.9 dst inside:10.0.0.5 (type 8, code 0)".to_owned(), Some("deny")),
        ("<166>%ASA-session-6-106015: Deny TCP (no connection) from 203.0.113.9/4000 to 10.0.0.5/22 flags RST on interface outside".to_owned(), Some("deny")),
        // The list says it in a column of its own.
        ("<166>%ASA-4-106100: access-list acl denied tcp outside/203.0.113.9(4000) -> inside/10.0.0.5(22) hit-cnt 1 first hit [0x0, 0x0]".to_owned(), None),
        (format!("<4>Nov 30 00:39:50 gw kernel: ACCEPT {packet}"), None),
        (format!("<134>firewall,info forward: {session}"), None),
    ];
    for (prefix, counted) in
        [("FW-DROP:", "drop"), ("[UFW BLOCK]", "block"), ("REJECT", "reject"), ("in deny", "deny")]
    {
        cases.push((format!("<4>Nov 30 00:39:50 gw kernel: {prefix} {packet}"), Some(counted)));
    }
    for (prefix, counted) in [("DROP forward:", "drop"), ("drop input:", "drop")] {
        cases.push((format!("<134>firewall,info {prefix} {session}"), Some(counted)));
    }
    for (line, counted) in cases {
        let taken = taken(line.as_bytes());
        assert_eq!(taken.doubt(), None, "{line}");
        assert_eq!(crate::refusal(line.as_bytes(), &taken), counted, "{line}");
        let is_list = line.contains("106100");
        let is_refused = matches!(means(line.as_bytes(), &taken).what, What::Refused(_));
        assert_eq!(is_refused, counted.is_some() || is_list, "{line}");
        assert!(
            taken.text(line.as_bytes(), Column::REST).is_none_or(|rest| !rest.starts_with(b"\"")),
            "{line}"
        );
    }
}

#[test]
fn asa_is_read_with_the_class_of_its_message() {
    let line = "<166>%ASA-session-6-302013: Built outbound TCP connection 77 for outside:203.0.113.9/443 (203.0.113.9/443) to inside:10.0.0.5/51514 (198.51.100.9/1024)";
    let taken =
        says(line, Format::CiscoAsa, &[(Column::EVENT, "302013"), (Column::NAT_SRC_IP, "198.51.100.9")]);
    assert!(matches!(means(line.as_bytes(), &taken).what, What::Session(_)));
}
