//! Times as they are written in lines, asked what stands in them: whether it can at all, and whether it does.

use super::{How, Need};
use crate::instant::{self, SECOND};

/// How a time is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Printed {
    pub offset_minutes: i32,
    pub pattern: Vec<u8>,
}

/// Answers that are remembered of one question: of some hours, by the second.
const KNOWN: usize = 1 << 14;

impl Need {
    /// Tells of times, in nanoseconds, whether they meet it; `None` when it is not of times. Times that are written the
    /// same are written once.
    pub fn of_times(&self) -> Option<impl FnMut(i64) -> bool + Send + use<>> {
        let (Printed { offset_minutes, pattern }, how, sought) =
            (self.printed.clone()?, self.how, self.text.clone());
        let unit = unit(&pattern);
        let finder = memchr::memmem::Finder::new(&sought).into_owned();
        // By their last bits; no time is so long ago as what stands there at first.
        let mut known = if unit < SECOND { Vec::new() } else { vec![(i64::MIN, false); KNOWN] };
        let mut text = Vec::new();
        let mut is_met = move |ns: i64| {
            text.clear();
            instant::write(ns, offset_minutes, &pattern, &mut text)
                && match how {
                    How::Holds => finder.find(&text).is_some(),
                    How::Begins => text.starts_with(&sought),
                    How::Ends => text.ends_with(&sought),
                    How::Is => text == sought,
                }
        };
        Some(move |ns: i64| {
            if known.is_empty() {
                return is_met(ns);
            }
            let time = ns.div_euclid(unit);
            let slot = &mut known[time.rem_euclid(KNOWN as i64) as usize];
            if slot.0 != time {
                *slot = (time, is_met(ns));
            }
            slot.1
        })
    }
}

/// The shortest time, in nanoseconds, that the pattern tells apart.
fn unit(pattern: &[u8]) -> i64 {
    let has = |code: &[u8]| memchr::memmem::find(pattern, code).is_some();
    match pattern {
        _ if pattern.contains(&b'N') => 1,
        _ if has(b"%S") || has(b"%s") => SECOND,
        // Clocks differ by whole minutes.
        _ => 60 * SECOND,
    }
}

/// Bytes that can stand at a place.
#[derive(Debug, Clone, Copy)]
enum Place {
    Is(u8),
    Between(u8, u8),
    OneOf(&'static [u8]),
}

/// What can stand where in a time that is written by a pattern.
#[derive(Debug)]
pub(super) struct Places {
    places: Vec<Place>,
    /// Not as long as it has places: the seconds since 1970 have any number of digits.
    is_any_length: bool,
}

const DIGIT: Place = Place::Between(b'0', b'9');
const OF_MONTHS: &[u8] = b"JFMASONDanebpryulgctov";
const OF_SMALL_MONTHS: &[u8] = b"jfmasondanebpryulgctov";
const OF_DAYS: &[u8] = b"MTWFSonueduhriat";

impl Places {
    /// `None` when it is no pattern.
    pub(super) fn new(offset_minutes: i32, pattern: &[u8]) -> Option<Self> {
        // Whoever writes by it says whether it is one.
        if !instant::write(0, offset_minutes, pattern, &mut Vec::new()) {
            return None;
        }
        let (mut places, mut is_any_length, mut rest) = (Vec::new(), false, pattern);
        let upto = |most: u8| [Place::Between(b'0', most), DIGIT];
        let offset = |has_colon: bool| {
            let text = instant::offset_text(offset_minutes).into_iter();
            text.filter(move |it| has_colon || *it != b':').map(Place::Is)
        };
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if *byte != b'%' {
                places.push(Place::Is(*byte));
                continue;
            }
            let (code, after) = rest.split_first()?;
            rest = after;
            match code {
                b'Y' => places.extend([DIGIT; 4]),
                b'y' => places.extend([DIGIT; 2]),
                b'm' => places.extend(upto(b'1')),
                b'd' => places.extend(upto(b'3')),
                b'e' => places.extend([Place::OneOf(b" 123"), DIGIT]),
                b'b' => places.extend([Place::OneOf(OF_MONTHS); 3]),
                b'h' => places.extend([Place::OneOf(OF_SMALL_MONTHS); 3]),
                b'a' => places.extend([Place::OneOf(OF_DAYS); 3]),
                b'w' => places.push(Place::Between(b'0', b'6')),
                b'H' => places.extend(upto(b'2')),
                b'M' | b'S' => places.extend(upto(b'5')),
                b's' => {
                    is_any_length = true;
                    places.push(DIGIT);
                }
                b'z' => places.extend(offset(false)),
                b':' => places.extend(offset(true)),
                digits => places.extend(std::iter::repeat_n(DIGIT, usize::from(digits - b'0'))),
            }
            if matches!(code, b':' | b'1'..=b'9') {
                rest = rest.get(1..)?;
            }
        }
        Some(Self { places, is_any_length })
    }

    /// Whether a time may have the text so.
    pub(super) fn allow(&self, how: How, text: &[u8]) -> bool {
        let can_be = |at: usize, byte: u8| self.places[at].can_be(byte);
        if self.is_any_length {
            return text.iter().all(|byte| (0..self.places.len()).any(|at| can_be(at, *byte)));
        }
        let Some(last) = self.places.len().checked_sub(text.len()) else { return false };
        let stands = |from: usize| text.iter().enumerate().all(|(at, byte)| can_be(from + at, *byte));
        match how {
            How::Holds => (0..=last).any(stands),
            How::Begins => stands(0),
            How::Ends => stands(last),
            How::Is => last == 0 && stands(0),
        }
    }
}

impl Place {
    fn can_be(self, byte: u8) -> bool {
        match self {
            Self::Is(one) => one == byte,
            Self::Between(first, last) => (first..=last).contains(&byte),
            Self::OneOf(bytes) => bytes.contains(&byte),
        }
    }
}
