//! What a line says for the law, whatever format it has: who got which address, which session went where and by which
//! public address, who signed in. Lines that belong together (a connection that is built and torn down) are paired by
//! whoever reads them.

use crate::columns::Column;
use crate::format::Format;
use crate::layout::Value;
use crate::refusal;
use crate::taken::Taken;
use std::fmt;
use std::net::IpAddr;

/// A hardware address, whichever way it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(pub u64);

impl Mac {
    /// Twelve hexadecimal digits, two, four or all of them between colons, dashes or points.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (mut number, mut digits) = (0u64, 0);
        for byte in text {
            let Some(digit) = (*byte as char).to_digit(16) else {
                if !matches!(byte, b':' | b'-' | b'.') || digits % 2 != 0 {
                    return None;
                }
                continue;
            };
            number = number << 4 | u64::from(digit);
            digits += 1;
            if digits > 12 {
                return None;
            }
        }
        (digits == 12).then_some(Self(number))
    }

    /// Every way in which lines write this address: what a search for it looks for.
    pub fn spellings(self) -> [String; 6] {
        let pairs: Vec<String> =
            (0..6).rev().map(|at| format!("{:02x}", self.0 >> (8 * at) & 0xff)).collect();
        let (colons, dashes) = (pairs.join(":"), pairs.join("-"));
        let dots = format!("{}.{}.{}", pairs[..2].concat(), pairs[2..4].concat(), pairs[4..].concat());
        let none = pairs.concat();
        [colons.to_uppercase(), dashes.to_uppercase(), none.to_uppercase(), colons, dashes, dots]
    }
}

/// Pairs of small digits between colons.
impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for at in (0..6).rev() {
            write!(f, "{:02x}{}", self.0 >> (8 * at) & 0xff, if at > 0 { ":" } else { "" })?;
        }
        Ok(())
    }
}

/// One end of a session.
pub type Side = (IpAddr, Option<u16>);

/// An address and who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease<'l> {
    pub ip: IpAddr,
    pub mac: Option<Mac>,
    /// The client's identifier or DUID.
    pub client_id: Option<&'l [u8]>,
    /// The name the client gave itself.
    pub host: Option<&'l [u8]>,
    /// When it ends by itself, in microseconds, if the line says so.
    pub until_us: Option<i64>,
    /// Switch port and switch, if a relay told them.
    pub circuit_id: Option<&'l [u8]>,
    pub remote_id: Option<&'l [u8]>,
}

/// At which moment of a session its line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// When it began, or at a packet of it.
    Begun,
    /// Meanwhile.
    Going,
    /// When it ended.
    Ended,
}

/// A session, or a translation without its other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session<'l> {
    /// The number of the protocol above IP: 6 TCP, 17 UDP, 1 ICMP.
    pub proto: Option<u8>,
    pub src: Side,
    pub dst: Option<Side>,
    /// What src was translated to.
    pub nat_src: Option<Side>,
    /// What dst was translated to.
    pub nat_dst: Option<Side>,
    pub sent_bytes: Option<u64>,
    pub received_bytes: Option<u64>,
    pub phase: Phase,
    /// In microseconds; from the line's time and the duration it tells.
    pub started_us: Option<i64>,
    pub ended_us: Option<i64>,
    /// The device's number of it, by which its lines belong together.
    pub session: Option<u64>,
    pub mac: Option<Mac>,
    pub user: Option<&'l [u8]>,
}

/// An account at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Login<'l> {
    pub user: &'l [u8],
    pub ip: Option<IpAddr>,
    pub mac: Option<Mac>,
    /// By which beginning and end belong together.
    pub session_name: Option<&'l [u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'l> {
    /// Nothing of what is asked here.
    Nothing,
    /// An address was given or its time prolonged.
    Lease(Lease<'l>),
    /// An address was given back, taken back or ran out.
    Release(Lease<'l>),
    Session(Session<'l>),
    /// The device did not let it through.
    Refused(Session<'l>),
    /// A translation began; the other side is not known yet.
    NatOpen(Session<'l>),
    NatClose(Session<'l>),
    Login(Login<'l>),
    Logout(Login<'l>),
    /// Somebody could not sign in.
    LoginRefused(Login<'l>),
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning<'l> {
    /// The device's own time, in microseconds since 1970 UTC.
    pub device_us: Option<i64>,
    pub what: What<'l>,
}

impl<'l> Meaning<'l> {
    /// The meaning of a line that was taken apart.
    pub fn of(line: &'l [u8], taken: &Taken) -> Self {
        let time = taken.time(Column::TIME).or_else(|| taken.time(Column::HEADER_TIME));
        let device_us = time.map(|ns| ns.div_euclid(1000));
        let read = Read { line, taken, device_us };
        let what = if taken.doubt().is_some() { None } else { read.what() };
        Self { device_us, what: what.unwrap_or(What::Nothing) }
    }
}

/// The address of a value.
pub fn side_ip(value: Value<'_>) -> Option<IpAddr> {
    let Value::Text(text) = value else { return None };
    ip(text)
}

/// Windows writes addresses of version 4 as `::ffff:10.0.0.5`; they are the same.
fn ip(text: &[u8]) -> Option<IpAddr> {
    let ip: IpAddr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(ip.to_canonical())
}

fn protocol(text: &[u8]) -> Option<u8> {
    match text {
        b"TCP" | b"tcp" => Some(6),
        b"UDP" | b"udp" => Some(17),
        b"ICMP" | b"icmp" => Some(1),
        b"ICMPv6" | b"icmpv6" | b"IPV6-ICMP" | b"ipv6-icmp" => Some(58),
        b"GRE" | b"gre" => Some(47),
        b"ESP" | b"esp" => Some(50),
        b"AH" | b"ah" => Some(51),
        b"IGMP" | b"igmp" => Some(2),
        _ => std::str::from_utf8(text).ok()?.parse().ok(),
    }
}

struct Read<'l, 't> {
    line: &'l [u8],
    taken: &'t Taken,
    device_us: Option<i64>,
}

impl<'l> Read<'l, '_> {
    fn what(&self) -> Option<What<'l>> {
        match self.taken.format() {
            Format::Unknown | Format::Plain => None,
            Format::Fortigate => self.fortigate(),
            Format::IscDhcp => self.isc_dhcp(),
            Format::IscLeases => self.isc_leases(),
            Format::Kea => self.kea(),
            Format::KeaForensic => self.kea_forensic(),
            Format::KeaLeases => self.kea_leases(),
            Format::Dnsmasq => self.dnsmasq(),
            Format::WindowsDhcp => self.windows_dhcp(),
            Format::Filterlog => self.filterlog(),
            Format::Netfilter => self.netfilter(),
            Format::Conntrack => self.conntrack(),
            Format::FreeRadius => self.free_radius(),
            Format::WindowsLogon => self.windows_logon(),
            Format::CiscoAsa => self.cisco_asa(),
            Format::Mikrotik => self.mikrotik(),
        }
    }

    fn text(&self, column: Column) -> Option<&'l [u8]> {
        self.taken.text(self.line, column)
    }

    fn ip(&self, column: Column) -> Option<IpAddr> {
        ip(self.text(column)?)
    }

    fn mac(&self) -> Option<Mac> {
        Mac::parse(self.text(Column::MAC)?)
    }

    fn side(&self, address: Column, port: Column) -> Option<Side> {
        let port = self.taken.number(port).and_then(|it| u16::try_from(it).ok());
        Some((self.ip(address)?, port))
    }

    fn lease(&self) -> Option<Lease<'l>> {
        let seconds = self.taken.number(Column::LEASE_SECONDS).and_then(|it| i64::try_from(it).ok());
        let by_length =
            self.device_us.zip(seconds).and_then(|(at, it)| at.checked_add(it.checked_mul(1_000_000)?));
        Some(Lease {
            ip: self.ip(Column::IP)?,
            mac: self.mac(),
            // Kea says so where the client sent none.
            client_id: self.text(Column::CLIENT_ID).filter(|it| *it != b"no info"),
            host: self.text(Column::HOST),
            until_us: self.taken.time(Column::UNTIL).map(|ns| ns.div_euclid(1000)).or(by_length),
            circuit_id: self.text(Column::CIRCUIT_ID),
            remote_id: self.text(Column::REMOTE_ID),
        })
    }

    fn session(&self, phase: Phase) -> Option<Session<'l>> {
        let seconds = self.taken.number(Column::DURATION_SECONDS).and_then(|it| i64::try_from(it).ok());
        let seconds = seconds.or_else(|| clock_seconds(self.text(Column::DURATION)?));
        let begun =
            self.device_us.zip(seconds).and_then(|(at, it)| at.checked_sub(it.checked_mul(1_000_000)?));
        Some(Session {
            proto: self.text(Column::PROTO).and_then(protocol),
            src: self.side(Column::SRC_IP, Column::SRC_PORT)?,
            dst: self.side(Column::DST_IP, Column::DST_PORT),
            nat_src: self.side(Column::NAT_SRC_IP, Column::NAT_SRC_PORT),
            nat_dst: self.side(Column::NAT_DST_IP, Column::NAT_DST_PORT),
            sent_bytes: self.taken.number(Column::SENT_BYTES),
            received_bytes: self.taken.number(Column::RECEIVED_BYTES),
            phase,
            started_us: if phase == Phase::Begun { self.device_us } else { begun },
            ended_us: self.device_us.filter(|_| phase == Phase::Ended),
            session: self.taken.number(Column::SESSION),
            mac: self.mac(),
            user: self.text(Column::USER),
        })
    }

    fn isc_dhcp(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT)? {
            b"DHCPACK" | b"Reply" | b"BOOTREPLY" => self.lease().map(What::Lease),
            b"DHCPRELEASE" | b"DHCPDECLINE" | b"Release" | b"Decline" => self.lease().map(What::Release),
            _ => None,
        }
    }

    fn fortigate(&self) -> Option<What<'l>> {
        if let Some(event) = self.text(Column::EVENT).filter(|_| self.text(Column::IP).is_some()) {
            return match event {
                b"Ack" | b"DHCP Ack log" => self.lease().map(What::Lease),
                b"Release" | b"Decline" => self.lease().map(What::Release),
                _ => None,
            };
        }
        match self.text(Column::ACTION)? {
            b"start" => self.session(Phase::Begun).map(What::Session),
            b"deny" | b"blocked" | b"block" | b"dropped" | b"drop" | b"reset" => {
                self.session(Phase::Begun).map(What::Refused)
            }
            // A session that lasts long is told of meanwhile as well, under a number of its own.
            b"accept" if self.text(Column::LOG_ID).is_some_and(|it| it.ends_with(b"00020")) => {
                self.session(Phase::Going).map(What::Session)
            }
            b"accept" if self.taken.number(Column::DURATION_SECONDS).is_none() => {
                self.session(Phase::Going).map(What::Session)
            }
            b"accept" | b"close" | b"timeout" | b"client-rst" | b"server-rst" | b"ip-conn" | b"dns"
            | b"perm" => self.session(Phase::Ended).map(What::Session),
            _ => None,
        }
    }
}

/// Servers that give addresses.
impl<'l> Read<'l, '_> {
    fn isc_leases(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT)? {
            b"active" => self.lease().map(What::Lease),
            b"free" | b"expired" | b"released" | b"abandoned" => self.lease().map(What::Release),
            _ => None,
        }
    }

    fn kea(&self) -> Option<What<'l>> {
        let event = self.text(Column::EVENT)?;
        let is_given = self.taken.number(Column::LEASE_SECONDS).is_some();
        match event.get(6..)? {
            b"LEASE_ALLOC" | b"LEASE_REUSE" | b"LEASE_RENEW" if is_given => self.lease().map(What::Lease),
            b"RELEASE"
            | b"RELEASE_DELETED"
            | b"RELEASE_EXPIRED"
            | b"RELEASE_NA"
            | b"RELEASE_NA_DELETED"
            | b"RELEASE_NA_EXPIRED"
            | b"DECLINE_LEASE" => self.lease().map(What::Release),
            _ => None,
        }
    }

    fn kea_forensic(&self) -> Option<What<'l>> {
        let seconds = self.text(Column::LEASE_LENGTH).and_then(worded_seconds);
        let until_us =
            self.device_us.zip(seconds).and_then(|(at, it)| at.checked_add(it.checked_mul(1_000_000)?));
        let lease = self.lease().map(|it| Lease { until_us, ..it })?;
        match self.text(Column::EVENT)? {
            b"assigned" | b"renewed" | b"added" | b"updated" => Some(What::Lease(lease)),
            b"released" | b"declined" | b"deleted" => Some(What::Release(lease)),
            _ => None,
        }
    }

    /// A row has no time of its own: the lease began as long ago as its end allows.
    fn kea_leases(&self) -> Option<What<'l>> {
        let lease = self.lease()?;
        match self.text(Column::EVENT)? {
            b"0" if self.taken.number(Column::LEASE_SECONDS) != Some(0) => Some(What::Lease(lease)),
            _ => Some(What::Release(lease)),
        }
    }

    fn dnsmasq(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT)? {
            b"DHCPACK" | b"DHCPREPLY" => self.lease().map(What::Lease),
            b"DHCPRELEASE" | b"DHCPDECLINE" => self.lease().map(What::Release),
            _ => None,
        }
    }

    fn windows_dhcp(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT)? {
            b"10" | b"11" | b"20" | b"21" => self.lease().map(What::Lease),
            b"12" | b"16" | b"17" | b"18" => self.lease().map(What::Release),
            _ => None,
        }
    }
}

/// What lets through and what does not.
impl<'l> Read<'l, '_> {
    fn filterlog(&self) -> Option<What<'l>> {
        match self.text(Column::ACTION)? {
            b"block" | b"reject" => self.session(Phase::Begun).map(What::Refused),
            _ => self.session(Phase::Going).map(What::Session),
        }
    }

    fn netfilter(&self) -> Option<What<'l>> {
        match self.is_refused() {
            true => self.session(Phase::Begun).map(What::Refused),
            false => self.session(Phase::Going).map(What::Session),
        }
    }

    /// A rule whose prefix says that it refuses.
    fn is_refused(&self) -> bool {
        refusal::refusal(self.line, self.taken).is_some()
    }

    fn conntrack(&self) -> Option<What<'l>> {
        let phase = match self.text(Column::EVENT)? {
            b"NEW" => Phase::Begun,
            b"DESTROY" => Phase::Ended,
            _ => Phase::Going,
        };
        self.session(phase).map(What::Session)
    }
}

/// Who signs in.
impl<'l> Read<'l, '_> {
    fn free_radius(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT)? {
            b"Start" | b"Alive" | b"Interim-Update" | b"Login OK" => self.login().map(What::Login),
            b"Stop" => self.login().map(What::Logout),
            b"Login incorrect" => self.login().map(What::LoginRefused),
            _ => None,
        }
    }

    fn windows_logon(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT)? {
            b"4624" | b"4768" | b"4769" | b"4776" if self.is_success() => self.login().map(What::Login),
            b"4634" | b"4647" => self.login().map(What::Logout),
            b"4625" | b"4771" | b"4768" | b"4769" | b"4776" => self.login().map(What::LoginRefused),
            _ => None,
        }
    }

    /// The domain says with the same number that it gave a ticket and that it did not.
    fn is_success(&self) -> bool {
        self.text(Column::REASON)
            .is_none_or(|it| it.strip_prefix(b"0x").unwrap_or(it).iter().all(|it| *it == b'0'))
    }

    fn login(&self) -> Option<Login<'l>> {
        Some(Login {
            user: self.text(Column::USER)?,
            ip: self.ip(Column::IP).or_else(|| self.ip(Column::SRC_IP)),
            mac: self.mac(),
            session_name: self.text(Column::SESSION_NAME),
        })
    }

    fn cisco_asa(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT)? {
            b"302013" | b"302015" | b"302020" => self.session(Phase::Begun).map(What::Session),
            b"302014" | b"302016" | b"302021" => self.session(Phase::Ended).map(What::Session),
            b"305009" | b"305011" => self.session(Phase::Begun).map(What::NatOpen),
            b"305010" | b"305012" => self.session(Phase::Ended).map(What::NatClose),
            number if refusal::ASA.contains(&number) => self.session(Phase::Begun).map(What::Refused),
            b"106100" if self.text(Column::ACTION) == Some(b"denied") => {
                self.session(Phase::Begun).map(What::Refused)
            }
            b"106100" => self.session(Phase::Going).map(What::Session),
            b"722051" | b"605005" => self.login().map(What::Login),
            b"113019" => self.login().map(What::Logout),
            b"605004" => self.login().map(What::LoginRefused),
            _ => None,
        }
    }

    fn mikrotik(&self) -> Option<What<'l>> {
        match self.text(Column::EVENT) {
            None if self.is_refused() => self.session(Phase::Begun).map(What::Refused),
            None => self.session(Phase::Begun).map(What::Session),
            Some(b"assigned") => self.lease().map(What::Lease),
            Some(b"deassigned") => self.lease().map(What::Release),
            Some(b"logged in") => self.login().map(What::Login),
            Some(b"logged out") => self.login().map(What::Logout),
            Some(b"login failed" | b"login failure") => self.login().map(What::LoginRefused),
            Some(_) => None,
        }
    }
}

/// The seconds of `1:02:03`.
fn clock_seconds(text: &[u8]) -> Option<i64> {
    let mut parts = std::str::from_utf8(text).ok()?.split(':').map(|it| it.parse::<u32>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds))
}

/// The seconds of `1 hrs 52 min 15 secs`.
fn worded_seconds(text: &[u8]) -> Option<i64> {
    let mut words = std::str::from_utf8(text).ok()?.split(' ');
    let mut seconds = 0i64;
    while let Some(number) = words.next() {
        let number: u32 = number.parse().ok()?;
        let unit = match words.next()?.trim_end_matches('s') {
            "day" => 86_400,
            "hr" => 3_600,
            "min" => 60,
            "sec" => 1,
            _ => return None,
        };
        seconds += i64::from(number) * unit;
    }
    Some(seconds)
}
