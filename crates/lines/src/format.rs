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
    CiscoAsa,
    Mikrotik,
}

/// Every format that a source can have.
pub const FORMATS: [Format; 5] =
    [Format::Plain, Format::Fortigate, Format::IscDhcp, Format::CiscoAsa, Format::Mikrotik];

impl Format {
    /// Its name in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Plain => "plain",
            Self::Fortigate => "fortigate",
            Self::IscDhcp => "isc_dhcp",
            Self::CiscoAsa => "cisco_asa",
            Self::Mikrotik => "mikrotik",
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

/// The format of the message, and whether it was taken apart.
fn message(cut: &mut Cut, envelope: &Envelope, moment: Moment, forced: Option<Format>) -> (Format, bool) {
    let format = forced.unwrap_or_else(|| guess(cut.line, envelope));
    let is_understood = match format {
        Format::Unknown | Format::Plain => false,
        Format::Fortigate => formats::fortigate::read(cut, envelope.message, moment),
        Format::IscDhcp => formats::isc_dhcp::read(cut, envelope.message),
        Format::CiscoAsa => formats::cisco_asa::read(cut, envelope.message),
        Format::Mikrotik => formats::mikrotik::read(cut, envelope.message),
    };
    (format, is_understood)
}

/// The format by program and first words.
fn guess(line: &[u8], envelope: &Envelope) -> Format {
    let message = &line[envelope.message..];
    match envelope.app(line) {
        b"dhcpd" => return Format::IscDhcp,
        _ => {}
    }
    if message.starts_with(b"date=") || formats::fortigate::is_one(message) {
        return Format::Fortigate;
    }
    if formats::isc_dhcp::is_one(message) {
        return Format::IscDhcp;
    }
    if formats::cisco_asa::is_one(message) {
        return Format::CiscoAsa;
    }
    if formats::mikrotik::is_one(message) {
        return Format::Mikrotik;
    }
    Format::Unknown
}
