//! What says who it was: RADIUS and Windows.

use super::{means, says, taken};
use crate::{Column, Folding, Format, Mac, Moment, What, recognise};

const RECORD: &str = "Mon Nov 30 00:39:50 2026\n\tUser-Name = \"ayse\"\n\tAcct-Status-Type = Start\n\tAcct-Session-Id = \"5A1B\"\n\tFramed-IP-Address = 10.0.0.5\n\tCalling-Station-Id = \"4C-55-41-A0-FA-99\"\n\tNAS-IP-Address = 10.0.0.250\n\tEvent-Timestamp = \"Nov 30 2026 00:39:50 +03\"\n\tTmp-String-9 = \"ai:\"\n\tTimestamp = 1795988390";

#[test]
fn a_record_of_radius_is_put_together_from_its_lines() {
    let mut folding = Folding::default();
    let mut records = Vec::new();
    for line in RECORD.lines().chain(["Mon Nov 30 00:39:51 2026", "\tUser-Name = \"ali\""]) {
        records.extend(folding.offer(line.as_bytes()).map(<[u8]>::to_vec));
    }
    assert_eq!(records, [RECORD.as_bytes()]);
    assert!(folding.end().is_some_and(|it| it.ends_with(b"\"ali\"")));
    assert_eq!(folding.end(), None);

    let wanted = [(Column::USER, "ayse"), (Column::NAS_IP, "10.0.0.250"), (Column::SESSION_NAME, "5A1B")];
    let taken = says(RECORD, Format::FreeRadius, &wanted);
    let meaning = means(RECORD.as_bytes(), &taken);
    assert_eq!(meaning.device_us, Some(1_795_988_390_000_000));
    let What::Login(login) = meaning.what else { panic!("nobody signed in") };
    assert_eq!((login.user, login.mac), (b"ayse".as_slice(), Some(Mac(0x4c55_41a0_fa99))));
}

/// As rsyslog forwards a file that it reads: each line under a header, later ones perhaps a second later.
fn forwarded(record: &str) -> String {
    let line = |(number, line): (usize, &str)| {
        let second = if number < 3 { 50 } else { 51 };
        format!("<134>Nov 30 00:39:{second} r1 detail: {line}")
    };
    record.lines().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_record_whose_lines_each_have_a_header_says_the_same() {
    let record = forwarded(RECORD);
    let wanted = [
        (Column::USER, "ayse"),
        (Column::NAS_IP, "10.0.0.250"),
        (Column::SESSION_NAME, "5A1B"),
        (Column::DEVICE, "r1"),
    ];
    let taken = says(&record, Format::FreeRadius, &wanted);
    let meaning = means(record.as_bytes(), &taken);
    assert_eq!(meaning.device_us, Some(1_795_988_390_000_000));
    let What::Login(login) = meaning.what else { panic!("nobody signed in") };
    assert_eq!((login.user, login.mac), (b"ayse".as_slice(), Some(Mac(0x4c55_41a0_fa99))));
    // Another second makes another value, not another layout.
    let layout = |second: &str| {
        let record = record.replace("00:39:51 r1", &format!("00:39:{second} r1"));
        taken_of(&record).layout().to_vec()
    };
    assert_eq!(layout("52"), layout("53"));
    let leases = "lease 10.0.0.5 {\n  starts 1 2026/11/30 00:39:50;\n  binding state active;\n  hardware ethernet 4c:55:41:a0:fa:99;\n}";
    let wanted = [(Column::IP, "10.0.0.5"), (Column::EVENT, "active"), (Column::MAC, "4c:55:41:a0:fa:99")];
    says(&forwarded(leases), Format::IscLeases, &wanted);
}

fn taken_of(line: &str) -> crate::Taken {
    taken(line.as_bytes())
}

#[test]
fn sign_ins_of_radius_are_read() {
    for (line, is_in) in [
        (
            "Mon Nov 30 00:39:50 2026 : Auth: (12) Login OK: [ayse] (from client ap1 port 3 cli 4C-55-41-A0-FA-99)",
            true,
        ),
        (
            "Mon Nov 30 00:39:50 2026 : Auth: Login incorrect (mschap: no): [ay]se] (from client ap1 port 0)",
            false,
        ),
        (
            "<30>Nov 30 00:39:50 r radiusd[9]: (3) Login OK: [ayse] (from client ap1 port 3 cli 4C-55-41-A0-FA-99)",
            true,
        ),
    ] {
        let taken = says(line, Format::FreeRadius, &[(Column::NAS_NAME, "ap1")]);
        let meaning = means(line.as_bytes(), &taken);
        assert_eq!(meaning.device_us, Some(1_795_988_390_000_000), "{line}");
        assert_eq!(matches!(meaning.what, What::Login(_)), is_in, "{line}");
        assert_eq!(matches!(meaning.what, What::LoginRefused(_)), !is_in, "{line}");
    }
    // The day of the week is wrong: it is kept as it stands.
    taken(b"Tue Nov 30 00:39:50 2026 : Auth: Login OK: [a] (from client b port 1)");
}

#[test]
fn sign_ins_of_windows_are_read_from_json_and_xml() {
    let json = r#"{"EventTime":"2026-11-30 00:39:50","Hostname":"dc1","EventID":4624,"TargetUserName":"ayse","TargetDomainName":"BELDE","LogonType":"3","IpAddress":"::ffff:10.0.0.5","IpPort":"51514","Tags":["a","b"],"Nested":{"k":"v"},"Message":"An account was \"logged\" on"}"#;
    let xml = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-A5BA-3E3B0328C30D}'/><EventID>4624</EventID><TimeCreated SystemTime='2026-11-29T21:39:50.1234567Z'/><EventRecordID>99</EventRecordID><Correlation ActivityID='{1}'/><Execution ProcessID='668' ThreadID='9'/><Computer>dc1</Computer></System><EventData><Data Name='TargetUserName'>ayse</Data><Data Name='IpAddress'>10.0.0.5</Data><Data Name='IpPort'>51514</Data></EventData></Event>";
    for line in [json.to_owned(), format!("<13>Nov 30 00:39:50 dc1 nxlog: {json}"), xml.to_owned()] {
        let wanted = [(Column::EVENT, "4624"), (Column::USER, "ayse"), (Column::SRC_PORT, "51514")];
        let taken = says(&line, Format::WindowsLogon, &wanted);
        let meaning = means(line.as_bytes(), &taken);
        assert_eq!(meaning.device_us.map(|it| it / 1_000_000), Some(1_795_988_390));
        let What::Login(login) = meaning.what else { panic!("{line}") };
        assert_eq!(login.ip.map(|it| it.to_string()).as_deref(), Some("10.0.0.5"));
    }
    let refused = r#"{"EventID":4768,"TargetUserName":"ayse","Status":"0x12","IpAddress":"10.0.0.5"}"#;
    assert!(matches!(means(refused.as_bytes(), &taken(refused.as_bytes())).what, What::LoginRefused(_)));
    let given = refused.replace("0x12", "0x0");
    assert!(matches!(means(given.as_bytes(), &taken(given.as_bytes())).what, What::Login(_)));
}

#[test]
fn a_source_is_recognised_by_most_of_its_first_lines() {
    let lines: [&[u8]; 5] = [
        b"<30>Nov 30 00:39:50 gw dhcpd[77]: Wrote 35 leases to leases file.",
        b"<30>Nov 30 00:39:50 gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 via eth0",
        b"<30>Nov 30 00:39:50 gw sshd[1]: Connection closed",
        b"<30>Nov 30 00:39:50 gw cron[1]: x",
        b"<30>Nov 30 00:39:50 gw cron[1]: y",
    ];
    let found = recognise(lines, Moment::default());
    assert_eq!((found.format, found.doubted), (Format::IscDhcp, 4));
    assert_eq!(found.votes, [(Format::IscDhcp, 2), (Format::Plain, 3)]);
    assert_eq!(recognise([b"?".as_slice()], Moment::default()).format, Format::Unknown);
}

#[test]
fn sign_ins_of_windows_are_read_from_the_text_of_snare() {
    let logon = "MSWinEventLog\t1\tSecurity\t99\tMon Nov 30 00:39:50 2026\t4624\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tSuccess Audit\tdc1.belde.example\tLogon\t\tAn account was successfully logged on.    Subject:   Security ID:  S-1-5-18   Account Name:  DC1$   Account Domain:  BELDE   Logon ID:  0x3E7    New Logon:   Security ID:  S-1-5-21-1   Account Name:  ayse   Account Domain:  BELDE   Logon ID:  0x8DCDC   Network Information:   Workstation Name: PC-12   Source Network Address: 10.0.0.5   Source Port:  51514    Detailed Authentication";
    let ticket = "MSWinEventLog\t1\tSecurity\t99\tMon Nov 30 00:39:50 2026\t4768\tMicrosoft-Windows-Security-Auditing\tayse\tUser\tSuccess Audit\tdc1\tKerberos Authentication Service\t\tA Kerberos authentication ticket (TGT) was requested.    Account Information:   Account Name:  ayse   Supplied Realm Name: BELDE   User ID:   S-1-5-21-1    Service Information:   Service Name:  krbtgt   Network Information:   Client Address:  ::ffff:10.0.0.5   Client Port:  51514    Additional Information:   Ticket Options:  0x40810010   Result Code:  0x0   Ticket Encryption Type: 0x12";
    for line in [
        logon.to_owned(),
        format!("<13>Nov 30 00:39:50 dc1 {logon}"),
        logon.replace('\t', "#011"),
        ticket.to_owned(),
    ] {
        let wanted = [(Column::USER, "ayse"), (Column::DOMAIN, "BELDE"), (Column::SRC_PORT, "51514")];
        let taken = says(&line, Format::WindowsLogon, &wanted);
        let meaning = means(line.as_bytes(), &taken);
        assert_eq!(meaning.device_us, Some(1_795_988_390_000_000), "{line}");
        let What::Login(login) = meaning.what else { panic!("{line}") };
        assert_eq!(login.ip.map(|it| it.to_canonical().to_string()).as_deref(), Some("10.0.0.5"), "{line}");
    }
    let refused = ticket.replace("0x0 ", "0x12 ");
    assert!(matches!(means(refused.as_bytes(), &taken(refused.as_bytes())).what, What::LoginRefused(_)));
}
