//! A town that logs, made from a seed: people with devices, leases that overlap, sessions through one or two address
//! translations with ports used again and again, gateways whose clocks are wrong. Its lines come in the order in which
//! they are received, without end and in little memory, and the town itself knows who used which public address.
//!
//! Three places: the town hall (FortiGate, ISC dhcpd), a branch (MikroTik, whose translated sessions go through the town
//! hall's FortiGate once more) and a library (Cisco ASA, ISC dhcpd). All of it is arithmetic on the number of a session
//! or a device: nothing is remembered but what is going on at the moment, and the truth is computed, not looked up.

mod schedule;
mod writing;

use crate::Format;
use crate::meaning::Mac;
use std::net::Ipv4Addr;

pub use schedule::{Lines, Written};

/// What town is made.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    /// Each has a computer and a telephone.
    pub people: u32,
    pub sessions_per_second: u32,
    /// When it begins, in microseconds since 1970 UTC.
    pub start_us: i64,
    /// How long a device keeps its address, at least two hours. A lease is valid for a sixth of it.
    pub day_us: i64,
    /// Devices by number whose hardware address is known beforehand, so that something else of a town can know them too.
    pub macs: &'static [(u32, Mac)],
}

impl Default for Plan {
    /// A town of 1,000 on 2026-11-01 with 500 sessions a second.
    fn default() -> Self {
        Self {
            seed: 5651,
            people: 1_000,
            sessions_per_second: 500,
            start_us: 1_793_480_400_000_000,
            day_us: 86_400_000_000,
            macs: &[],
        }
    }
}

/// Who writes lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    Fortigate,
    /// dhcpd of the town hall.
    Dhcp,
    Mikrotik,
    Asa,
    /// dhcpd of the library.
    LibraryDhcp,
}

pub const SOURCES: [Source; 5] =
    [Source::Fortigate, Source::Dhcp, Source::Mikrotik, Source::Asa, Source::LibraryDhcp];

impl Source {
    /// The name it has in its lines, where they have one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fortigate => "FG-Merkez",
            Self::Dhcp => "dhcp-merkez",
            Self::Mikrotik => "sube-fen-isleri",
            Self::Asa => "asa-kutuphane",
            Self::LibraryDhcp => "dhcp-kutuphane",
        }
    }

    pub fn format(self) -> Format {
        match self {
            Self::Fortigate => Format::Fortigate,
            Self::Dhcp | Self::LibraryDhcp => Format::IscDhcp,
            Self::Mikrotik => Format::Mikrotik,
            Self::Asa => Format::CiscoAsa,
        }
    }
}

/// Where a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    TownHall,
    Branch,
    Library,
}

/// The truth about a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The person who did it.
    pub person: u32,
    pub mac: Mac,
    /// The address the device had.
    pub ip: Ipv4Addr,
    pub port: u16,
    /// What came out at the town's edge.
    pub public: (Ipv4Addr, u16),
    /// What came out of the branch, where there is a translation before the last.
    pub between: Option<(Ipv4Addr, u16)>,
    pub target: (Ipv4Addr, u16),
    pub started_us: i64,
    pub ended_us: i64,
}

/// A town, ready to log and to answer.
#[derive(Debug, Clone, Copy)]
pub struct Town {
    plan: Plan,
    /// Public ports of each place: how many sessions until one comes again.
    ports: u64,
}

const LONGEST_SESSION_US: u64 = 120_000_000;
/// Ports of one public address, from 1024 on.
const PORTS: u64 = 60_000;

/// What a session is made of.
#[derive(Debug, Clone, Copy)]
struct Made {
    number: u64,
    device: u32,
    place: Place,
    truth: Use,
    chance: u64,
}

/// SplitMix64: numbers that look like chance and are the same each time.
fn mix(seed: u64, number: u64) -> u64 {
    let mut it =
        seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    it ^ (it >> 31)
}

impl Town {
    pub fn new(plan: Plan) -> Self {
        let plan = Plan {
            people: plan.people.clamp(1, 100_000),
            sessions_per_second: plan.sessions_per_second.clamp(1, 1_000_000),
            day_us: plan.day_us.clamp(7_200_000_000, 864_000_000_000),
            ..plan
        };
        // A port comes again when the session that had it is over, soon after.
        let wanted = u64::from(plan.sessions_per_second) * (LONGEST_SESSION_US / 1_000_000 + 5);
        Self { plan, ports: wanted.max(2_000) }
    }

    /// Its lines from the beginning.
    pub fn lines(&self) -> Lines {
        Lines::new(*self)
    }

    /// The session that used this public address and port at this true moment.
    pub fn who(&self, ip: Ipv4Addr, port: u16, at_us: i64) -> Option<Use> {
        let slot = self.slot_of(ip, port)?;
        let elapsed = u64::try_from(at_us.checked_sub(self.plan.start_us)?).ok()?;
        let latest = (u128::from(elapsed) * u128::from(self.plan.sessions_per_second) / 1_000_000) as u64;
        let back = (latest % self.ports + self.ports - slot) % self.ports;
        let truth = self.session(latest.checked_sub(back)?)?.truth;
        let is_it = truth.public == (ip, port) && truth.started_us <= at_us && at_us <= truth.ended_us;
        is_it.then_some(truth)
    }

    /// How far the clock of a source is ahead, in microseconds: within three minutes, whole milliseconds.
    pub fn skew_us(&self, source: Source) -> i64 {
        let index = SOURCES.iter().position(|it| *it == source).unwrap_or_default() as u64;
        (mix(self.plan.seed, 0xC10C_0000 + index) % 360_000) as i64 * 1000 - 180_000_000
    }

    fn devices(&self) -> u32 {
        self.plan.people * 2
    }

    fn person(device: u32) -> u32 {
        device / 2
    }

    /// Six of ten devices are in the town hall, two in the branch, two in the library; with a number within the place.
    fn place(device: u32) -> (Place, u32) {
        let (tens, one) = (device / 10, device % 10);
        match one {
            0..6 => (Place::TownHall, tens * 6 + one),
            6..8 => (Place::Branch, tens * 2 + one - 6),
            _ => (Place::Library, tens * 2 + one - 8),
        }
    }

    fn mac(&self, device: u32) -> Mac {
        if let Some((_, mac)) = self.plan.macs.iter().find(|(known, _)| *known == device) {
            return *mac;
        }
        let makers = [0x4c_5541, 0x74_83c2, 0xa4_bb6d, 0x00_1a8c, 0xf0_d5bf, 0x8c_ec4b];
        let chance = mix(self.plan.seed, 0xAC00_0000_0000 + u64::from(device));
        // The device's own number makes it unique.
        Mac((makers[(chance % 6) as usize] << 24) | (u64::from(device) << 4) | (chance >> 60))
    }

    /// The address a device has on a day: another each day, handed on from one device to another.
    fn address(&self, device: u32, epoch: i64) -> Ipv4Addr {
        let (place, index) = Self::place(device);
        let (base, share) = match place {
            Place::TownHall => (Ipv4Addr::new(10, 10, 0, 10), 6),
            Place::Branch => (Ipv4Addr::new(10, 74, 0, 10), 2),
            Place::Library => (Ipv4Addr::new(10, 138, 0, 10), 2),
        };
        let pool = (self.devices() / 10 + 1) * share + 37;
        let shift = mix(self.plan.seed, 0xADD0_0000 + (epoch as u64) * 4 + share as u64) % u64::from(pool);
        Ipv4Addr::from_bits(base.to_bits() + (index + shift as u32) % pool)
    }

    /// The number of the day.
    fn epoch(&self, at_us: i64) -> i64 {
        (at_us - self.plan.start_us) / self.plan.day_us
    }

    /// At the ends of a day devices go away and come back within so much: ten minutes of a whole day.
    fn change_us(&self) -> u64 {
        self.plan.day_us as u64 / 144
    }

    /// From when to when a device is there on a day. Nobody takes over an address before its holder has gone.
    fn presence(&self, device: u32, epoch: i64) -> (i64, i64) {
        let chance = mix(self.plan.seed, 0x9E5E_0000_0000 + (u64::from(device) << 20) + epoch as u64);
        let begin = self.plan.start_us + epoch * self.plan.day_us;
        let (late, early) = (chance % self.change_us(), (chance >> 32) % self.change_us());
        (begin + late as i64, begin + self.plan.day_us - 1_000_000 - early as i64)
    }

    fn session_start(&self, number: u64) -> i64 {
        let rate = u128::from(self.plan.sessions_per_second);
        self.plan.start_us + (u128::from(number) * 1_000_000).div_ceil(rate) as i64
    }

    fn session(&self, number: u64) -> Option<Made> {
        let chance = mix(self.plan.seed, number);
        let started_us = self.session_start(number);
        // Most are short: the square of a fraction.
        let fraction = (chance >> 40) & 0xFFFF;
        let lasted = 200_000 + fraction * fraction * (LONGEST_SESSION_US - 400_000) / (0xFFFF * 0xFFFF);
        let ended_us = started_us + lasted as i64;
        let device = (((chance & 0xFFFF_FFFF) * u64::from(self.devices())) >> 32) as u32;
        let epoch = self.epoch(started_us);
        let (begin, end) = self.presence(device, epoch);
        if started_us <= begin + 1_000_000 || ended_us >= end {
            return None;
        }
        let more = mix(chance, 1);
        let (place, _) = Self::place(device);
        let slot = number % self.ports;
        let (page, port) = ((slot / PORTS) as u32, 1024 + (slot % PORTS) as u16);
        let public = match place {
            Place::TownHall | Place::Branch => Ipv4Addr::from_bits(PUBLIC.to_bits() + page),
            Place::Library => Ipv4Addr::from_bits(LIBRARY.to_bits() + page),
        };
        let inner = 1024 + ((slot % PORTS + 29_999) % PORTS) as u16;
        let truth = Use {
            person: Self::person(device),
            mac: self.mac(device),
            ip: self.address(device, epoch),
            port: 32_768 + (more % 28_000) as u16,
            public: (public, port),
            between: (place == Place::Branch).then(|| (Ipv4Addr::from_bits(BRANCH.to_bits() + page), inner)),
            target: target(more >> 16),
            started_us,
            ended_us,
        };
        Some(Made { number, device, place, truth, chance: more })
    }

    fn slot_of(&self, ip: Ipv4Addr, port: u16) -> Option<u64> {
        let port = u64::from(port.checked_sub(1024)?);
        let pages = self.ports.div_ceil(PORTS) as u32;
        let page = |base: Ipv4Addr| ip.to_bits().checked_sub(base.to_bits()).filter(|it| *it < pages);
        let slot = u64::from(page(PUBLIC).or_else(|| page(LIBRARY))?) * PORTS + port;
        (port < PORTS && slot < self.ports).then_some(slot)
    }
}

const PUBLIC: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
const LIBRARY: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const BRANCH: Ipv4Addr = Ipv4Addr::new(100, 64, 1, 1);

/// Few targets have most of the sessions.
fn target(chance: u64) -> (Ipv4Addr, u16) {
    let fraction = chance & 0xFFFF;
    let rank = (fraction * fraction / 0xFFFF * 4_000 / 0xFFFF) as u32;
    let ip = Ipv4Addr::from_bits(0x1700_0000 + rank.wrapping_mul(0x9E3779B1) % 0x9000_0000);
    let port = match chance >> 16 & 15 {
        0 => 80,
        1 | 2 => 53,
        3 => 123,
        _ => 443,
    };
    (ip, port)
}
