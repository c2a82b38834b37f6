//! The formats, how a line is led to the one it has, and how a source is recognised by its first lines. What each
//! format looks like is said in its own file.

use crate::envelope::{self, Envelope};
use crate::formats;
use crate::instant::Moment;
use crate::layout::{CLOSE, OPEN};
use crate::taken::{Cut, Taken};

/// What wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Format {
    /// Not taken apart at all.
    #[default]
    Unknown,
    /// A syslog header, and behind it a message that none of the others knows.
    Plain,
    Fortigate,
    IscDhcp,
    /// The lease file of ISC dhcpd, a block for each line.
    IscLeases,
    Kea,
    KeaForensic,
    /// The lease files of Kea.
    KeaLeases,
    Dnsmasq,
    WindowsDhcp,
    /// pfSense and OPNsense.
    Filterlog,
    CiscoAsa,
    /// LOG of iptables and nft.
    Netfilter,
    /// Connection tracking of Linux.
    Conntrack,
    Mikrotik,
    FreeRadius,
    WindowsLogon,
}

/// Every format that a source can have.
pub const FORMATS: [Format; 16] = [
    Format::Plain,
    Format::Fortigate,
    Format::IscDhcp,
    Format::IscLeases,
    Format::Kea,
    Format::KeaForensic,
    Format::KeaLeases,
    Format::Dnsmasq,
    Format::WindowsDhcp,
    Format::Filterlog,
    Format::CiscoAsa,
    Format::Netfilter,
    Format::Conntrack,
    Format::Mikrotik,
    Format::FreeRadius,
    Format::WindowsLogon,
];

impl Format {
    /// Its name in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Plain => "plain",
            Self::Fortigate => "fortigate",
            Self::IscDhcp => "isc_dhcp",
            Self::IscLeases => "isc_leases",
            Self::Kea => "kea",
            Self::KeaForensic => "kea_forensic",
            Self::KeaLeases => "kea_leases",
            Self::Dnsmasq => "dnsmasq",
            Self::WindowsDhcp => "windows_dhcp",
            Self::Filterlog => "filterlog",
            Self::CiscoAsa => "cisco_asa",
            Self::Netfilter => "netfilter",
            Self::Conntrack => "conntrack",
            Self::Mikrotik => "mikrotik",
            Self::FreeRadius => "free_radius",
            Self::WindowsLogon => "windows_logon",
        }
    }

    /// The format with that name.
    pub fn named(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|one| one.name() == name)
    }
}

/// Why a line, or the message behind its header, was not taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    Empty,
    /// Longer than [`LONGEST_LINE`].
    TooLong,
    /// It has bytes that mark the placeholders of layouts.
    Marks,
    /// No header and no message of any format.
    NoFormat,
    /// What would be left as layout is longer than [`LONGEST_LAYOUT`].
    Layout,
    /// The header was understood, the message was not.
    Message,
}

/// Longer lines are not taken apart; the framing cuts them before.
pub const LONGEST_LINE: usize = 64 * 1024;
/// Longer layouts are not made: a dictionary of them would not stay small.
pub const LONGEST_LAYOUT: usize = 4 * 1024;

/// Takes a line apart into `taken`. `forced` is the format its source is known to have; a line of it that does not fit is
/// doubted instead of being tried as another.
pub fn take_apart(line: &[u8], moment: Moment, forced: Option<Format>, taken: &mut Taken) {
    taken.clear();
    let moment = Moment { offset_minutes: moment.offset_minutes.clamp(-1080, 1080), ..moment };
    let doubt = if line.is_empty() {
        Some(Doubt::Empty)
    } else if line.len() > LONGEST_LINE {
        Some(Doubt::TooLong)
    } else if memchr::memchr2(OPEN, CLOSE, line).is_some() {
        Some(Doubt::Marks)
    } else {
        None
    };
    if let Some(doubt) = doubt {
        return taken.give_up(doubt);
    }
    let mut cut = Cut::new(line, taken);
    let envelope = envelope::read(&mut cut, moment);
    let (format, is_understood) = message(&mut cut, &envelope, moment, forced);
    if !is_understood {
        if !envelope.is_there && format == Format::Unknown {
            return taken.give_up(Doubt::NoFormat);
        }
        let start = cut.kept().max(envelope.message);
        cut.put_rest(crate::Column::MESSAGE, start);
    }
    cut.finish();
    taken.format = if format == Format::Unknown { Format::Plain } else { format };
    taken.doubt = (!is_understood).then_some(Doubt::Message);
    if taken.layout().len() > LONGEST_LAYOUT {
        taken.give_up(Doubt::Layout);
    }
}

/// Longest name of a device that a relay's lines are told apart by.
const LONGEST_DEVICE: usize = 100;

/// Who wrote a line, by its header alone: nothing where the header names nobody, or by an odd name. Of what `taken` held
/// nothing is left.
pub fn device<'l>(line: &'l [u8], moment: Moment, taken: &mut Taken) -> Option<&'l str> {
    taken.clear();
    if line.is_empty() || line.len() > LONGEST_LINE || memchr::memchr2(OPEN, CLOSE, line).is_some() {
        return None;
    }
    envelope::read(&mut Cut::new(line, taken), moment);
    let name = taken.text(line, crate::Column::DEVICE)?;
    let is_plain = name.len() <= LONGEST_DEVICE && name.iter().all(u8::is_ascii_graphic);
    std::str::from_utf8(name).ok().filter(|_| is_plain)
}

/// The format of the message, and whether it was taken apart.
fn message(cut: &mut Cut, envelope: &Envelope, moment: Moment, forced: Option<Format>) -> (Format, bool) {
    let format = forced.unwrap_or_else(|| guess(cut.line, envelope));
    let at = envelope.message;
    let is_understood = match format {
        Format::Unknown | Format::Plain => false,
        Format::Fortigate => formats::fortigate::read(cut, at, moment),
        Format::IscDhcp => formats::isc_dhcp::read(cut, at),
        Format::IscLeases => formats::isc_leases::read(cut, at, moment),
        Format::Kea => formats::kea::read_log(cut, at, moment),
        Format::KeaForensic => formats::kea::read_forensic(cut, at, moment),
        Format::KeaLeases => formats::kea::read_row(cut, at),
        Format::Dnsmasq => formats::dnsmasq::read(cut, at),
        Format::WindowsDhcp => formats::windows_dhcp::read(cut, at, moment),
        Format::Filterlog => formats::filterlog::read(cut, at),
        Format::CiscoAsa => formats::cisco_asa::read(cut, at),
        Format::Netfilter => formats::netfilter::read_log(cut, at),
        Format::Conntrack => formats::netfilter::read_event(cut, at),
        Format::Mikrotik => formats::mikrotik::read(cut, at),
        Format::FreeRadius => formats::free_radius::read(cut, at, moment),
        Format::WindowsLogon => formats::windows_logon::read(cut, at, moment),
    };
    (format, is_understood)
}

/// The format by program and first words; the cheap and the frequent are asked first.
fn guess(line: &[u8], envelope: &Envelope) -> Format {
    let message = &line[envelope.message..];
    match envelope.app(line) {
        b"dhcpd" => return Format::IscDhcp,
        b"dnsmasq" | b"dnsmasq-dhcp" => return Format::Dnsmasq,
        b"filterlog" => return Format::Filterlog,
        _ => {}
    }
    type Test = fn(&[u8]) -> bool;
    const TESTS: [(Test, Format); 16] = [
        (|it| it.starts_with(b"date="), Format::Fortigate),
        (formats::isc_dhcp::is_one, Format::IscDhcp),
        (formats::cisco_asa::is_one, Format::CiscoAsa),
        (formats::mikrotik::is_one, Format::Mikrotik),
        (formats::windows_dhcp::is_one, Format::WindowsDhcp),
        (formats::isc_leases::is_one, Format::IscLeases),
        (formats::kea::is_forensic, Format::KeaForensic),
        (formats::kea::is_log, Format::Kea),
        (formats::netfilter::is_event, Format::Conntrack),
        (formats::netfilter::is_log, Format::Netfilter),
        (formats::fortigate::is_one, Format::Fortigate),
        (formats::filterlog::is_one, Format::Filterlog),
        (formats::kea::is_row, Format::KeaLeases),
        (formats::windows_logon::is_one, Format::WindowsLogon),
        (formats::free_radius::is_one, Format::FreeRadius),
        (is_dnsmasq, Format::Dnsmasq),
    ];
    TESTS.iter().find(|(test, _)| test(message)).map_or(Format::Unknown, |(_, format)| *format)
}

/// dnsmasq's lines without its name, as some forwarders send them.
fn is_dnsmasq(message: &[u8]) -> bool {
    message.starts_with(b"DHCP") && message[..message.len().min(20)].contains(&b'(')
}

/// What the first lines of a source say about its format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recognised {
    /// The format of most lines that have one; [`Format::Unknown`] when none has.
    pub format: Format,
    /// How many lines are of each format, the most first.
    pub votes: Vec<(Format, usize)>,
    /// How many lines were not taken apart.
    pub doubted: usize,
}

/// Recognises a source by its first lines. A line whose message nobody knows is a vote for [`Format::Plain`], which wins
/// only when no format has one.
pub fn recognise<'l>(lines: impl IntoIterator<Item = &'l [u8]>, moment: Moment) -> Recognised {
    let mut taken = Taken::default();
    let mut it = Recognised::default();
    for line in lines {
        take_apart(line, moment, None, &mut taken);
        it.doubted += usize::from(taken.doubt().is_some());
        // What a server says besides is still a sign of it.
        let format = taken.format();
        match it.votes.iter_mut().find(|(one, _)| *one == format) {
            Some((_, count)) => *count += 1,
            None => it.votes.push((format, 1)),
        }
    }
    it.votes.sort_by_key(|(format, count)| (*format <= Format::Plain, std::cmp::Reverse(*count), *format));
    it.format = it.votes.first().map_or(Format::Unknown, |(format, _)| *format);
    it
}
