//! The lines of the town, as its devices write them.

use super::schedule::Event;
use super::{Made, Place, SOURCES, Source, Town, mix};
use crate::instant::{number, write as write_time};
use std::net::Ipv4Addr;

/// Türkiye.
const OFFSET_MINUTES: i32 = 180;

#[derive(Debug)]
pub(super) struct Writer {
    town: Town,
    skews_us: [i64; 5],
}

type Out<'o> = &'o mut Vec<u8>;

fn text(it: &str, out: Out) {
    out.extend_from_slice(it.as_bytes());
}

fn address(it: Ipv4Addr, out: Out) {
    for (at, part) in it.octets().into_iter().enumerate() {
        if at > 0 {
            out.push(b'.');
        }
        number(u64::from(part), out);
    }
}

fn end((ip, port): (Ipv4Addr, u16), between: u8, out: Out) {
    address(ip, out);
    out.push(between);
    number(u64::from(port), out);
}

const SERVICES: [(&str, &str, &str); 8] = [
    ("HTTPS", "HTTPS.BROWSER", "Web.Client"),
    ("HTTPS", "Google.Services", "General.Interest"),
    ("HTTPS", "WhatsApp", "Collaboration"),
    ("HTTPS", "YouTube", "Video/Audio"),
    ("HTTPS", "Microsoft.365", "Collaboration"),
    ("HTTPS", "SSL", "Network.Service"),
    ("HTTPS", "Instagram", "Social.Media"),
    ("HTTPS", "Microsoft.Update", "Update"),
];
const COUNTRIES: [&str; 8] =
    ["United States", "Turkey", "Turkey", "Germany", "Ireland", "Netherlands", "United Kingdom", "Turkey"];

impl Writer {
    pub(super) fn new(town: Town) -> Self {
        Self { town, skews_us: SOURCES.map(|source| town.skew_us(source)) }
    }

    /// Nanoseconds of the clock of a source.
    fn clock(&self, source: Source, at_us: i64) -> i64 {
        let index = SOURCES.iter().position(|it| *it == source).unwrap_or_default();
        (at_us + self.skews_us[index]) * 1000
    }

    pub(super) fn session(&self, at_us: i64, event: Event, made: &Made, out: Out) -> Source {
        match event {
            Event::MikrotikBegin => self.mikrotik(made, out),
            Event::FortigateEnd => self.fortigate(at_us, made, out),
            _ => self.asa(at_us, event, made, out),
        }
    }

    fn fortigate(&self, at_us: i64, made: &Made, out: Out) -> Source {
        let (truth, chance) = (&made.truth, made.chance);
        let ns = self.clock(Source::Fortigate, at_us) + (chance % 1000) as i64;
        let is_branch = truth.between.is_some();
        let (service, app, category) = match truth.target.1 {
            53 => ("DNS", "DNS", "Network.Service"),
            123 => ("NTP", "NTP", "Network.Service"),
            80 => ("HTTP", "HTTP.BROWSER", "Web.Client"),
            _ => SERVICES[(u32::from(truth.target.0) % 8) as usize],
        };
        let is_udp = matches!(truth.target.1, 53 | 123);
        text("<189>", out);
        write_time(ns, OFFSET_MINUTES, b"date=%Y-%m-%d time=%H:%M:%S", out);
        text(" devname=\"FG-Merkez\" devid=\"FG100FTK20000001\" eventtime=", out);
        write_time(ns, OFFSET_MINUTES, b"%s%9N", out);
        text(
            " tz=\"+0300\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip=",
            out,
        );
        let (ip, port) = truth.between.unwrap_or((truth.ip, truth.port));
        address(ip, out);
        text(" srcport=", out);
        number(u64::from(port), out);
        text(if is_branch { " srcintf=\"Sube\"" } else { " srcintf=\"Personel\"" }, out);
        text(" dstip=", out);
        address(truth.target.0, out);
        text(" dstport=", out);
        number(u64::from(truth.target.1), out);
        text(" dstintf=\"wan1\" srccountry=\"Reserved\" dstcountry=\"", out);
        text(COUNTRIES[(u32::from(truth.target.0) / 8 % 8) as usize], out);
        text("\" sessionid=", out);
        number(1_000_000 + made.number % 4_000_000_000, out);
        text(if is_udp { " proto=17 action=\"accept\"" } else { ACTIONS[(chance >> 8 & 3) as usize] }, out);
        text(" policyid=", out);
        number(if is_branch { 21 } else { 12 + (chance >> 12) % 3 }, out);
        text(" policytype=\"policy\" policyname=\"", out);
        text(if is_branch { "Sube-Internet" } else { "Personel-Internet" }, out);
        self.fortigate_end(made, (service, app, category), out);
        Source::Fortigate
    }

    fn fortigate_end(&self, made: &Made, (service, app, category): (&str, &str, &str), out: Out) {
        let (truth, chance) = (&made.truth, made.chance);
        if truth.between.is_none() && made.device.is_multiple_of(2) {
            text("\" user=\"P", out);
            number(10_000 + u64::from(truth.person), out);
        }
        text("\" service=\"", out);
        text(service, out);
        text("\" trandisp=\"snat\" transip=", out);
        address(truth.public.0, out);
        text(" transport=", out);
        number(u64::from(truth.public.1), out);
        text(" duration=", out);
        number(((truth.ended_us - truth.started_us) / 1_000_000) as u64, out);
        let size = 60 + ((chance >> 20 & 0x3FF) << (chance >> 30 & 7));
        let received = 80 + ((chance >> 33 & 0xFFF) << (chance >> 45 & 7));
        for (key, value) in [
            (" sentbyte=", size),
            (" rcvdbyte=", received),
            (" sentpkt=", size / 400 + 1),
            (" rcvdpkt=", received / 900 + 1),
        ] {
            text(key, out);
            number(value, out);
        }
        text(" appcat=\"", out);
        text(category, out);
        text("\" app=\"", out);
        text(app, out);
        text("\" apprisk=\"elevated\" countapp=1", out);
        if truth.between.is_none() {
            text(" osname=\"Windows\" srcname=\"", out);
            host(made.device, out);
            text("\" srcmac=\"", out);
            text(&truth.mac.to_string(), out);
            text("\" srcserver=0", out);
        }
    }

    fn mikrotik(&self, made: &Made, out: Out) -> Source {
        let truth = &made.truth;
        let between = truth.between.unwrap_or(truth.public);
        text(
            "firewall,info NAT forward: in:bridge-lan out:ether1-wan, connection-state:new,snat src-mac ",
            out,
        );
        text(&truth.mac.to_string().to_uppercase(), out);
        text(if matches!(truth.target.1, 53 | 123) { ", proto UDP, " } else { ", proto TCP (SYN), " }, out);
        end((truth.ip, truth.port), b':', out);
        text("->", out);
        end(truth.target, b':', out);
        text(", NAT (", out);
        end((truth.ip, truth.port), b':', out);
        text("->", out);
        end(between, b':', out);
        text(")->", out);
        end(truth.target, b':', out);
        text(", len ", out);
        number(52 + made.chance % 8, out);
        Source::Mikrotik
    }

    fn asa(&self, at_us: i64, event: Event, made: &Made, out: Out) -> Source {
        let truth = &made.truth;
        let proto = if matches!(truth.target.1, 53 | 123) { "UDP" } else { "TCP" };
        let is_udp = proto == "UDP";
        text("<166>", out);
        write_time(self.clock(Source::Asa, at_us), OFFSET_MINUTES, b"%b %d %Y %H:%M:%S", out);
        text(" asa-kutuphane : %ASA-6-", out);
        let lasted = (truth.ended_us - truth.started_us) / 1_000_000;
        match event {
            Event::AsaTranslation | Event::AsaTranslationEnd => {
                let is_end = event == Event::AsaTranslationEnd;
                text(if is_end { "305012: Teardown dynamic " } else { "305011: Built dynamic " }, out);
                text(proto, out);
                text(" translation from inside:", out);
                end((truth.ip, truth.port), b'/', out);
                text(" to outside:", out);
                end(truth.public, b'/', out);
                if is_end {
                    text(" duration ", out);
                    duration(lasted, out);
                }
            }
            _ => {
                let is_end = event == Event::AsaTeardown;
                text(ASA_WORDS[usize::from(is_udp) * 2 + usize::from(is_end)], out);
                number(100_000 + made.number % 2_000_000_000, out);
                text(" for outside:", out);
                end(truth.target, b'/', out);
                if !is_end {
                    text(" (", out);
                    end(truth.target, b'/', out);
                    text(")", out);
                }
                text(" to inside:", out);
                end((truth.ip, truth.port), b'/', out);
                if is_end {
                    text(" duration ", out);
                    duration(lasted, out);
                    text(" bytes ", out);
                    number(140 + ((made.chance >> 20 & 0xFFFF) << (made.chance >> 36 & 7)), out);
                    text(if is_udp { "" } else { " TCP FINs" }, out);
                } else {
                    text(" (", out);
                    end(truth.public, b'/', out);
                    text(")", out);
                }
            }
        }
        Source::Asa
    }

    pub(super) fn lease(&self, at_us: i64, event: Event, device: u32, epoch: i64, out: Out) -> Source {
        let source = match Town::place(device).0 {
            Place::Library => Source::LibraryDhcp,
            _ => Source::Dhcp,
        };
        let mac = self.town.mac(device).to_string();
        let (words, between) = match event {
            Event::Discover => ("DHCPDISCOVER from ", ""),
            Event::Offer => ("DHCPOFFER on ", " to "),
            Event::Request | Event::Renew => ("DHCPREQUEST for ", " from "),
            Event::Release => ("DHCPRELEASE of ", " from "),
            _ => ("DHCPACK on ", " to "),
        };
        text("<30>", out);
        write_time(self.clock(source, at_us), OFFSET_MINUTES, b"%b %e %H:%M:%S ", out);
        text(source.name(), out);
        text(" dhcpd[812]: ", out);
        text(words, out);
        if event != Event::Discover {
            address(self.town.address(device, epoch), out);
        }
        text(between, out);
        text(&mac, out);
        // A telephone that has heard of privacy gives no name.
        if !mix(self.town.plan.seed, u64::from(device) + 0x4057).is_multiple_of(8) {
            text(" (", out);
            host(device, out);
            text(")", out);
        }
        // The branch asks the town hall's server through its router.
        match Town::place(device).0 {
            Place::Branch => text(" via 10.74.0.1", out),
            _ => {
                text(" via eth0.", out);
                number(10 + u64::from(device % 3), out);
            }
        }
        if matches!(event, Event::Ack | Event::Renewed) {
            text(" lease-duration ", out);
            number(self.town.plan.day_us as u64 / 6_000_000, out);
        }
        if event == Event::Release {
            text(" (found)", out);
        }
        source
    }
}

const ACTIONS: [&str; 4] = [
    " proto=6 action=\"close\"",
    " proto=6 action=\"close\"",
    " proto=6 action=\"client-rst\"",
    " proto=6 action=\"timeout\"",
];
const ASA_WORDS: [&str; 4] = [
    "302013: Built outbound TCP connection ",
    "302014: Teardown TCP connection ",
    "302015: Built outbound UDP connection ",
    "302016: Teardown UDP connection ",
];

/// The name a device gives itself: computers by number, telephones by owner.
fn host(device: u32, out: Out) {
    if device.is_multiple_of(2) {
        text("pc-", out);
        number(1_000 + u64::from(device / 2), out);
    } else {
        text(["iPhone-", "Galaxy-A54-", "android-"][(device / 2 % 3) as usize], out);
        number(u64::from(device / 2), out);
    }
}

/// `0:00:30`.
fn duration(seconds: i64, out: Out) {
    number((seconds / 3600) as u64, out);
    for part in [seconds / 60 % 60, seconds % 60] {
        out.push(b':');
        out.extend_from_slice(&[b'0' + (part / 10) as u8, b'0' + (part % 10) as u8]);
    }
}
