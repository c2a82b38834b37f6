//! A line on its way into the journal: what is known of it beside its bytes, as a record of the journal's log.

use lines::Format;

/// A line as it was received: what the journal's log keeps of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received<'l> {
    /// Number of the source it belongs to.
    pub source: u32,
    /// Who sent it: an address, or the name of a file.
    pub sender: &'l str,
    /// The format its source was said to have.
    pub format: Option<Format>,
    /// What the source's clock is ahead of UTC where its lines do not say.
    pub offset_minutes: i16,
    /// From an old archive: its own time is believed however long ago it is.
    pub is_old: bool,
    /// Of an old archive: when its last line was written, so that the year of a date that has none is known.
    pub as_of_us: Option<i64>,
    /// The sender or a limit cut it off.
    pub is_cut: bool,
    /// Of a file that is followed: which, and where in it the line is over.
    pub place: Option<FilePlace>,
    pub line: &'l [u8],
}

/// Where in a file a line is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePlace {
    /// Digest of the file's beginning, as `intake` names it.
    pub file: [u8; 16],
    pub to: u64,
}

impl FilePlace {
    /// The file as its column has it.
    pub fn name(&self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.file))
    }
}

const PLACE_BYTES: usize = 16 + 8;

const VERSION: u8 = 1;
const OLD: u8 = 1;
const CUT: u8 = 2;
const PLACED: u8 = 4;
const DATED: u8 = 8;
/// The source is not said to have a format.
const ANY_FORMAT: u8 = 255;
const HEAD: usize = 10;

impl<'l> Received<'l> {
    /// Appends the record.
    pub fn write(&self, out: &mut Vec<u8>) {
        let format = self.format.and_then(|it| lines::FORMATS.iter().position(|one| *one == it));
        let sender = &self.sender.as_bytes()[..self.sender.len().min(255)];
        out.extend_from_slice(&[
            VERSION,
            (u8::from(self.is_old) * OLD)
                | (u8::from(self.is_cut) * CUT)
                | (u8::from(self.place.is_some()) * PLACED)
                | (u8::from(self.as_of_us.is_some()) * DATED),
            format.map_or(ANY_FORMAT, |at| at as u8),
        ]);
        out.extend_from_slice(&self.source.to_le_bytes());
        out.extend_from_slice(&self.offset_minutes.to_le_bytes());
        out.push(sender.len() as u8);
        out.extend_from_slice(sender);
        if let Some(place) = self.place {
            out.extend_from_slice(&place.file);
            out.extend_from_slice(&place.to.to_le_bytes());
        }
        if let Some(as_of_us) = self.as_of_us {
            out.extend_from_slice(&as_of_us.to_le_bytes());
        }
        out.extend_from_slice(self.line);
    }

    pub(crate) fn read(record: &'l [u8]) -> Option<Self> {
        let (head, rest) = record.split_at_checked(HEAD)?;
        let (sender, rest) = rest.split_at_checked(usize::from(head[9]))?;
        let (place, line) = match head[1] & PLACED {
            0 => (None, rest),
            _ => {
                let (place, line) = rest.split_at_checked(PLACE_BYTES)?;
                let (file, to) = place.split_at(16);
                let to = u64::from_le_bytes(to.try_into().ok()?);
                (Some(FilePlace { file: file.try_into().ok()?, to }), line)
            }
        };
        let (as_of_us, line) = match head[1] & DATED {
            0 => (None, line),
            _ => {
                let (as_of, line) = line.split_at_checked(size_of::<i64>())?;
                (Some(i64::from_le_bytes(as_of.try_into().ok()?)), line)
            }
        };
        (head[0] == VERSION).then_some(Self {
            source: u32::from_le_bytes([head[3], head[4], head[5], head[6]]),
            sender: std::str::from_utf8(sender).ok()?,
            format: lines::FORMATS.get(usize::from(head[2])).copied(),
            offset_minutes: i16::from_le_bytes([head[7], head[8]]),
            is_old: head[1] & OLD != 0,
            as_of_us,
            is_cut: head[1] & CUT != 0,
            place,
            line,
        })
    }
}
