//! Dates of devices: found in a line with the pattern that writes them again, and written. No clock, no zone names.

/// When and where a line was received: what a time without year or zone takes them from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// Microseconds since 1970-01-01 UTC.
    pub received_us: i64,
    /// What the clocks of the place are ahead of UTC; 180 in Türkiye.
    pub offset_minutes: i32,
}

/// A date and a time of day as they stand in a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Civil {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub nanos: u32,
}

pub(crate) const SECOND: i64 = 1_000_000_000;
const MONTHS: [&[u8; 3]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
const DAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];

/// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
pub(crate) fn days_of(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = i64::from((month + 9) % 12);
    let of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days (Howard Hinnant's `civil_from_days`).
pub(crate) fn date_of(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (era * 400 + year + i64::from(month <= 2), month, day)
}

fn days_in(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Civil {
    /// Seconds of the local clock since 1970; none when there is no such date or time, or its nanoseconds would
    /// leave 64 bits.
    pub(crate) fn local_seconds(&self) -> Option<i64> {
        let is_date = (1..=12).contains(&self.month)
            && (1..=days_in(self.year, self.month)).contains(&self.day)
            && (1700..=2250).contains(&self.year);
        if !is_date || self.hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let of_day = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Some(days_of(self.year, self.month, self.day) * 86_400 + of_day)
    }

    /// Nanoseconds since 1970 UTC.
    pub(crate) fn ns(&self, offset_minutes: i32) -> Option<i64> {
        let seconds = self.local_seconds()? - i64::from(offset_minutes) * 60;
        seconds.checked_mul(SECOND)?.checked_add(i64::from(self.nanos))
    }
}

/// A pattern made while reading: `%b %e %H:%M:%S.%3N`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern {
    bytes: [u8; 48],
    len: usize,
}

impl Pattern {
    pub(crate) fn new(start: &str) -> Self {
        let mut it = Self { bytes: [0; 48], len: 0 };
        it.push(start.as_bytes());
        it
    }

    pub(crate) fn push(&mut self, more: &[u8]) {
        for byte in more.iter().take(48 - self.len) {
            self.bytes[self.len] = *byte;
            self.len += 1;
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// A time that was found: where it ends, what it is, and how it is written again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub end: usize,
    pub ns: i64,
    pub offset_minutes: i32,
    pub pattern: Pattern,
}

/// Two digits.
#[inline]
pub(crate) fn two(line: &[u8], at: usize) -> Option<u32> {
    match line.get(at..at + 2)? {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(u32::from(a - b'0') * 10 + u32::from(b - b'0')),
        _ => None,
    }
}

/// Four digits.
#[inline]
pub(crate) fn four(line: &[u8], at: usize) -> Option<i64> {
    Some(i64::from(two(line, at)? * 100 + two(line, at + 2)?))
}

/// `hh:mm:ss` at a place, into `civil`; answers where it ends.
#[inline]
pub(crate) fn clock(line: &[u8], at: usize, civil: &mut Civil) -> Option<usize> {
    let bytes = line.get(at..at + 8)?;
    if bytes[2] != b':' || bytes[5] != b':' {
        return None;
    }
    civil.hour = two(bytes, 0)?;
    civil.minute = two(bytes, 3)?;
    civil.second = two(bytes, 6)?;
    Some(at + 8)
}

/// `.123` or `,123456` at a place, at most nine digits; answers the end, and writes it to the pattern.
pub(crate) fn fraction(line: &[u8], at: usize, civil: &mut Civil, pattern: &mut Pattern) -> usize {
    let Some(mark @ (b'.' | b',')) = line.get(at) else { return at };
    let digits = line[at + 1..].iter().take_while(|it| it.is_ascii_digit()).count();
    if digits == 0 || digits > 9 {
        return at;
    }
    let mut nanos = 0u32;
    for index in 0..9 {
        let digit = if index < digits { line[at + 1 + index] - b'0' } else { 0 };
        nanos = nanos * 10 + u32::from(digit);
    }
    civil.nanos = nanos;
    pattern.push(&[*mark, b'%', b'0' + digits as u8, b'N']);
    at + 1 + digits
}

/// `Z`, `+03:00` or `+0300` at a place: where it ends, the minutes, and the pattern for it.
fn zone(line: &[u8], at: usize) -> Option<(usize, i32, &'static [u8])> {
    let sign = match line.get(at)? {
        b'Z' => return Some((at + 1, 0, b"Z")),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = two(line, at + 1)?;
    let (end, minutes, pattern): (usize, u32, &[u8]) = match line.get(at + 3)? {
        b':' => (at + 6, two(line, at + 4)?, b"%:z"),
        _ => (at + 5, two(line, at + 3)?, b"%z"),
    };
    let offset = sign * (hours * 60 + minutes) as i32;
    // Minus zero would be written as plus zero.
    (hours <= 18 && minutes < 60 && (sign > 0 || offset != 0)).then_some((end, offset, pattern))
}

/// `2026-11-30T00:39:50.123456+03:00`, with a blank instead of `T`, without fraction, without zone.
pub(crate) fn iso(line: &[u8], at: usize, moment: Moment) -> Option<Found> {
    let bytes = line.get(at..at + 19)?;
    let (b'-', b'-', between @ (b'T' | b' ')) = (bytes[4], bytes[7], bytes[10]) else { return None };
    let mut civil =
        Civil { year: four(bytes, 0)?, month: two(bytes, 5)?, day: two(bytes, 8)?, ..Civil::default() };
    let end = clock(line, at + 11, &mut civil)?;
    let mut pattern = Pattern::new("%Y-%m-%d");
    pattern.push(&[between]);
    pattern.push(b"%H:%M:%S");
    let end = fraction(line, end, &mut civil, &mut pattern);
    let (end, offset_minutes) = match zone(line, end) {
        Some((end, offset, text)) => {
            pattern.push(text);
            (end, offset)
        }
        None => (end, moment.offset_minutes),
    };
    Some(Found { end, ns: civil.ns(offset_minutes)?, offset_minutes, pattern })
}

/// The number of a month by its three letters as English devices write them.
pub(crate) fn month(name: &[u8]) -> Option<u32> {
    MONTHS.iter().position(|it| it.as_slice() == name).map(|at| at as u32 + 1)
}

/// `Nov 30 00:39:50`, also with milliseconds, also Cisco's with the year: `Nov 30 2026 00:39:50`.
pub(crate) fn bsd(line: &[u8], at: usize, moment: Moment) -> Option<Found> {
    let bytes = line.get(at..at + 15)?;
    if bytes[3] != b' ' || bytes[6] != b' ' {
        return None;
    }
    let month = month(&bytes[..3])?;
    let (day, day_code) = match bytes[4] {
        b' ' => (u32::from(bytes[5].wrapping_sub(b'0')), "%b %e "),
        b'0' => (two(bytes, 4)?, "%b %d "),
        _ => (two(bytes, 4)?, "%b %e "),
    };
    let mut civil = Civil { month, day, ..Civil::default() };
    let mut pattern = Pattern::new(day_code);
    let year = four(line, at + 7).filter(|_| line.get(at + 11) == Some(&b' '));
    let start = if year.is_some() { at + 12 } else { at + 7 };
    if year.is_some() {
        pattern.push(b"%Y ");
    }
    let end = clock(line, start, &mut civil)?;
    pattern.push(b"%H:%M:%S");
    let end = fraction(line, end, &mut civil, &mut pattern);
    let ns = match year {
        Some(year) => Civil { year, ..civil }.ns(moment.offset_minutes)?,
        None => nearest(civil, moment)?,
    };
    Some(Found { end, ns, offset_minutes: moment.offset_minutes, pattern })
}

/// The moment of a date without year that is nearest to when the line was received.
pub(crate) fn nearest(civil: Civil, moment: Moment) -> Option<i64> {
    const HALF_A_YEAR: u64 = 180 * 86_400 * SECOND as u64;
    let received = moment.received_us.saturating_mul(1000);
    let (year, _, _) = date_of(
        (moment.received_us.div_euclid(1_000_000) + i64::from(moment.offset_minutes) * 60).div_euclid(86_400),
    );
    let at = |year: i64| Civil { year, ..civil }.ns(moment.offset_minutes);
    let this = at(year);
    if let Some(ns) = this.filter(|ns| ns.abs_diff(received) < HALF_A_YEAR) {
        return Some(ns);
    }
    // The 29th of February may be four years away, eight around a century.
    let others = (-8..=8).filter_map(|away| at(year + away));
    others.min_by_key(|ns| ns.abs_diff(received))
}

/// `+03:00`.
pub(crate) fn offset_text(minutes: i32) -> [u8; 6] {
    let (sign, size) = (if minutes < 0 { b'-' } else { b'+' }, minutes.unsigned_abs());
    let digit = |number: u32| b'0' + (number % 10) as u8;
    [sign, digit(size / 600), digit(size / 60), b':', digit(size % 60 / 10), digit(size % 60)]
}

/// The minutes of `+03:00`.
pub(crate) fn offset_of(text: &[u8]) -> Option<i32> {
    let [sign @ (b'+' | b'-'), _, _, b':', _, _] = text else { return None };
    let size = (two(text, 1)? * 60 + two(text, 4)?) as i32;
    Some(if *sign == b'-' { -size } else { size })
}

/// Writes a moment by a pattern: `%Y %y %m %d %e %b %h %a %w %H %M %S %s %1N`–`%9N %z %:z`, all else as it stands.
/// False when the pattern is none.
pub(crate) fn write(ns: i64, offset_minutes: i32, pattern: &[u8], out: &mut Vec<u8>) -> bool {
    let utc = ns.div_euclid(SECOND);
    let local = utc + i64::from(offset_minutes) * 60;
    let (year, month, day) = date_of(local.div_euclid(86_400));
    let of_day = local.rem_euclid(86_400) as u32;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        at += 1;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let Some(code) = pattern.get(at) else { return false };
        at += 1;
        match code {
            b'Y' => digits(year.unsigned_abs(), 4, out),
            b'y' => digits(year.unsigned_abs() % 100, 2, out),
            b'm' => digits(u64::from(month), 2, out),
            b'd' => digits(u64::from(day), 2, out),
            b'e' if day < 10 => out.extend_from_slice(&[b' ', b'0' + day as u8]),
            b'e' => digits(u64::from(day), 2, out),
            b'b' => out.extend_from_slice(MONTHS[month as usize - 1]),
            b'h' => out.extend(MONTHS[month as usize - 1].map(|it| it.to_ascii_lowercase())),
            b'a' => out.extend_from_slice(DAYS[local.div_euclid(86_400).rem_euclid(7) as usize]),
            b'w' => out.push(b'0' + (local.div_euclid(86_400) + 4).rem_euclid(7) as u8),
            b'H' => digits(u64::from(of_day / 3600), 2, out),
            b'M' => digits(u64::from(of_day / 60 % 60), 2, out),
            b'S' => digits(u64::from(of_day % 60), 2, out),
            b's' => number(utc.unsigned_abs(), out),
            b'z' => {
                let [sign, a, b, _, c, d] = offset_text(offset_minutes);
                out.extend_from_slice(&[sign, a, b, c, d]);
            }
            b':' if pattern.get(at) == Some(&b'z') => {
                at += 1;
                out.extend_from_slice(&offset_text(offset_minutes));
            }
            count @ b'1'..=b'9' if pattern.get(at) == Some(&b'N') => {
                at += 1;
                let count = u32::from(count - b'0');
                digits(ns.rem_euclid(SECOND) as u64 / 10u64.pow(9 - count), count as usize, out);
            }
            _ => return false,
        }
    }
    true
}

/// A number with leading zeros.
fn digits(mut number: u64, count: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + count, b'0');
    for place in out[start..].iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// A number as it is printed.
pub(crate) fn number(mut number: u64, out: &mut Vec<u8>) {
    let mut text = [0u8; 20];
    let mut start = text.len();
    loop {
        start -= 1;
        text[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[start..]);
}
