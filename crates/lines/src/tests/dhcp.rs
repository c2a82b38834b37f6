//! What DHCP servers write.

use super::{means, says, taken};
use crate::{Column, Doubt, Format, Mac, What};

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
