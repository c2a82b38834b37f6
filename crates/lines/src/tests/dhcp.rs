//! What DHCP servers write.

use super::{means, says, taken};
use crate::{Column, Doubt, Format, Mac, Moment, What};

#[test]
fn isc_dhcpd_says_who_got_which_address() {
    let head = "<134>Nov 30 00:39:50 gw dhcpd[77]: ";
    let cases: [(&str, &[(Column, &str)]); 10] = [
        (
            "DHCPACK on 10.150.60.56 to 4c:55:41:a0:fa:99 (computer-name) via eth0.60",
            &[
                (Column::IP, "10.150.60.56"),
                (Column::MAC, "4c:55:41:a0:fa:99"),
                (Column::HOST, "computer-name"),
            ],
        ),
        ("DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 via eth0", &[(Column::INTERFACE_IN, "eth0")]),
        (
            "DHCPREQUEST for 10.0.0.5 (10.0.0.1) from 4c:55:41:a0:fa:99 (Ayşe'nin telefonu) via 10.9.0.1: wrong network.",
            &[
                (Column::SERVER_IP, "10.0.0.1"),
                (Column::HOST, "Ayşe'nin telefonu"),
                (Column::INTERFACE_IN, "10.9.0.1"),
                (Column::REASON, "wrong network."),
            ],
        ),
        ("DHCPDISCOVER from 4c:55:41:a0:fa:99 (a) b) via eth0", &[(Column::HOST, "a) b")]),
        ("DHCPACK to 10.0.0.5 (4c:55:41:a0:fa:99) via eth0", &[(Column::MAC, "4c:55:41:a0:fa:99")]),
        ("DHCPINFORM from 10.0.0.5 via eth0", &[(Column::IP, "10.0.0.5")]),
        ("DHCPNAK on 10.0.0.5 to 4c:55:41:a0:fa:99 via eth0", &[(Column::EVENT, "DHCPNAK")]),
        (
            "DHCPRELEASE of 10.0.0.5 from 4c:55:41:a0:fa:99 (pc) via eth0 (found)",
            &[(Column::IP, "10.0.0.5"), (Column::REST, " (found)")],
        ),
        (
            "DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 (pc) via eth0 relay 10.9.0.1 lease-duration 600",
            &[(Column::RELAY_IP, "10.9.0.1"), (Column::LEASE_SECONDS, "600")],
        ),
        (
            "Advertise NA: address 2001:db8::5 to client with duid 00:01:00:01 iaid = 35 valid for 7200 seconds",
            &[(Column::IP, "2001:db8::5"), (Column::IAID, "35"), (Column::LEASE_SECONDS, "7200")],
        ),
    ];
    for (message, wanted) in cases {
        let line = format!("{head}{message}");
        let taken = says(&line, Format::IscDhcp, wanted);
        assert_eq!(taken.text(line.as_bytes(), Column::DEVICE), Some(b"gw".as_slice()));
        assert_eq!(taken.number(Column::PID), Some(77));
        assert_eq!(means(line.as_bytes(), &taken).device_us, Some(1_795_988_390_000_000));
    }
}

#[test]
fn a_lease_of_isc_dhcpd_has_its_end_when_the_line_says_how_long() {
    let line =
        b"Nov 30 00:39:50 gw dhcpd: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 (pc) via e0 lease-duration 600";
    let taken = taken(line);
    let What::Lease(lease) = means(line, &taken).what else { panic!("no lease") };
    assert_eq!(lease.mac, Some(Mac(0x4c55_41a0_fa99)));
    assert_eq!(lease.until_us, Some(1_795_988_990_000_000));
}

#[test]
fn what_dhcpd_says_besides_is_kept_as_a_message() {
    let line = b"<134>Nov 30 00:39:50 gw dhcpd[77]: Wrote 35 leases to leases file.";
    let taken = taken(line);
    assert_eq!((taken.format(), taken.doubt()), (Format::IscDhcp, Some(Doubt::Message)));
    assert_eq!(taken.text(line, Column::MESSAGE), Some(b"Wrote 35 leases to leases file.".as_slice()));
}

#[test]
fn a_header_without_such_a_day_is_a_header_all_the_same() {
    for stamp in ["Feb 30 00:39:50", "Nov 30 24:39:50", "Nov 30 23:59:60", "Nov  0 00:39:50"] {
        let line = format!("<30>{stamp} gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 via eth0");
        let taken = says(&line, Format::IscDhcp, &[(Column::DEVICE, "gw"), (Column::SPARE_0, stamp)]);
        let meaning = means(line.as_bytes(), &taken);
        assert!(meaning.device_us.is_none() && matches!(meaning.what, What::Lease(_)), "{line}");
    }
}

#[test]
fn a_date_without_year_is_the_nearest_to_when_it_came() {
    let at = |stamp: &str, received_us: i64| {
        let line = format!("<30>{stamp} gw dhcpd[77]: x");
        let mut taken = crate::Taken::default();
        crate::take_apart(line.as_bytes(), Moment { received_us, offset_minutes: 180 }, None, &mut taken);
        super::comes_back(line.as_bytes(), &taken);
        taken.time(Column::HEADER_TIME).map(|ns| ns / 1_000_000_000)
    };
    // Received on 1 January 2027 at 00:00:05, and on 31 December 2026 at 23:59:55 in Türkiye.
    assert_eq!(at("Dec 31 23:59:58", 1_798_750_805_000_000), Some(1_798_750_798));
    assert_eq!(at("Jan  1 00:00:03", 1_798_750_795_000_000), Some(1_798_750_803));
    // The next 29 February before or after the summer of 2026 is that of 2028, the last that of 2024.
    assert_eq!(at("Feb 29 00:00:00", 1_782_000_000_000_000), Some(1_835_384_400));
    assert_eq!(at("Jul 03 00:00:00", 1_782_000_000_000_000), Some(1_783_026_000));
}

#[test]
fn a_name_in_an_old_code_page_comes_back() {
    let line =
        b"<30>Nov 30 00:39:50 gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 (Ay\xFEe) via eth0";
    let taken = taken(line);
    assert_eq!(taken.text(line, Column::HOST), Some(b"Ay\xFEe".as_slice()));
}
