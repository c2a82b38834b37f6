//! Bytes that nobody meant well: whatever they are, they come back or stay whole, and memory stays bounded.

use super::{MOMENT, comes_back, taken};
use crate::{Doubt, FORMATS, Format, LONGEST_LAYOUT, Layout, Moment, Taken, Value, put_together, take_apart};
use proptest::prelude::*;

/// Beginnings that lead into every format, and pieces that matter to some.
const PIECES: [&str; 62] = [
    "<134>",
    "Nov 30 00:39:50 ",
    "Feb 29 23:59:60 ",
    "<13>1 2026-11-30T00:39:50.123456+03:00 h a 1 m [x y=\"]\"] ",
    "gw dhcpd[77]: ",
    "DHCPACK on ",
    "10.0.0.5",
    " to ",
    "aa:bb:cc:dd:ee:ff",
    " (x) via eth0",
    "date=2026-11-30 time=00:39:50 ",
    "logid=\"1\" ",
    "eventtime=1795988390123456789 ",
    "tz=\"+0300\"",
    "srcip=1.2.3.4 ",
    "key=\"va lue\" ",
    "\"",
    "=",
    "007",
    "\r\n",
    "\n\t",
    " ",
    ",",
    ":",
    "(",
    ")",
    "[",
    "->",
    "|",
    "0",
    "10,11/30/26,00:39:50,Assign,",
    "5,,,12,igb0,match,block,in,4,",
    "0x0,,64,1,0,DF,6,tcp,60,",
    "%ASA-6-302013: Built outbound TCP connection 77 for ",
    "%ASA-4-106023: Deny tcp src ",
    "outside:1.2.3.4/443 (5.6.7.8/443)",
    " duration 0:00:30",
    "firewall,info a: in:b out:c, ",
    "proto TCP (SYN), ",
    "1.2.3.4:5->6.7.8.9:10",
    ", NAT (1.2.3.4:5->9.9.9.9:5)->6.7.8.9:10",
    ", len 5",
    "IN=eth0 OUT= ",
    "MAC=aa:bb:cc:dd:ee:ff:aa:bb:cc:dd:ee:00:08:00 ",
    "SRC=1.2.3.4 ",
    "DST=1.2.3.4 PROTO=UDP ",
    "[NEW] tcp 6 120 SYN_SENT src=1.2.3.4 dst=5.6.7.8 sport=5 dport=6 ",
    "[1795988390.123456] ",
    "2026-11-30 00:39:50.123 INFO [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC ",
    "[hwtype=1 aa:bb:cc:dd:ee:ff], cid=[01:02], tid=0x1: ",
    "lease 10.0.0.5 has been allocated for 60 seconds",
    "2026-11-30 00:39:50 CET Address: 1.2.3.4 has been renewed for 1 hrs 2 min 3 secs",
    " to a device with hardware address: hwtype=1 aa:bb:cc:dd:ee:ff",
    ", client-id: 01 connected via relay at address: 1.2.3.4, circuit-id: 68 (x)",
    "10.0.0.5,aa:bb:cc:dd:ee:ff,01,3600,1795991990,1,0,0,pc,0,,0",
    "lease 1.2.3.4 {\n  starts 1 2026/11/30 00:39:50;\n  ends never;\n  uid \"a",
    "Mon Nov 30 00:39:50 2026",
    "\n\tUser-Name = \"a\"\n\tAcct-Status-Type = Start",
    " : Auth: (1) Login OK: [a] (from client b port 1 cli c)",
    "{\"EventID\":4624,\"IpAddress\":\"1.2.3.4\",\"k\":[\"x\",",
    "<Event ><EventID>4624</EventID><TimeCreated SystemTime='2026-11-30T00:39:50Z'/><Data Name='k'>v</Data>",
    "dnsmasq-dhcp[1]: DHCPACK(eth0) 10.0.0.5 aa:bb:cc:dd:ee:ff h",
];

fn line() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES.as_slice()).prop_map(|it| it.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => "[ -~]{0,12}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_bytes_come_back_or_stay_whole(line in line(), received_us in any::<i64>(), offset_minutes in any::<i32>(),
                                         forced in prop::option::of(prop::sample::select(FORMATS.as_slice()))) {
        let mut taken = Taken::default();
        take_apart(&line, Moment { received_us, offset_minutes }, forced, &mut taken);
        comes_back(&line, &taken);
        prop_assert!(taken.layout().len() <= LONGEST_LAYOUT);
        let _ = crate::Meaning::of(&line, &taken);
    }

    #[test]
    fn any_layout_and_values_are_a_line_or_an_error(layout in prop::collection::vec(prop_oneof![Just(2u8), Just(3), Just(b'|'), Just(b'%'), any::<u8>()], 0..40),
                                                    number in any::<u64>(), ns in any::<i64>()) {
        let _ = put_together(&layout, &[Value::Number(number), Value::Time(ns), Value::Text(b"x")]);
        let _ = Layout::new(&layout).map(|it| it.columns().count());
    }
}

#[test]
fn marks_binary_and_endless_lines_stay_whole() {
    assert_eq!(taken(b"<134>Nov 30 00:39:50 gw dhcpd: \x02").doubt(), Some(Doubt::Marks));
    assert_eq!(taken(b"").doubt(), Some(Doubt::Empty));
    assert_eq!(taken(&vec![b'a'; 1 << 20]).doubt(), Some(Doubt::TooLong));
    assert_eq!(taken(b"\x00\xFF\xFE\x80").doubt(), Some(Doubt::NoFormat));
    assert_eq!(taken(&vec![b'='; 60_000]).format(), Format::Unknown);
}

#[test]
fn ever_new_keys_make_neither_columns_nor_layouts_without_end() {
    let mut taken = Taken::default();
    let mut layouts = std::collections::HashSet::new();
    for number in 0..5_000 {
        let line = format!("date=2026-11-30 time=00:39:50 logid=1 devid=a k{number}=v srcip=10.0.0.5");
        take_apart(line.as_bytes(), MOMENT, None, &mut taken);
        comes_back(line.as_bytes(), &taken);
        layouts.insert(taken.layout().to_vec());
    }
    assert!(taken.names().len() < 400 && layouts.len() < 400, "{} {}", taken.names().len(), layouts.len());
}
