//! The syslog header that forwarders repeat before each line of a message of several lines, as rsyslog does with files that it
//! reads: the same in each of them but for the time. No message.

use crate::envelope::{is_shape, priority};

/// Header of the first line: where its message begins, and where the time stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    end: usize,
    time: (usize, usize),
}

/// Host and program are not longer.
const LONGEST_NAMES: usize = 300;

impl Header {
    /// Of a line with priority, time, host and program; the message begins behind `: `, or where RFC 5424 says.
    pub fn of(line: &[u8]) -> Option<Self> {
        let start = priority(line)?;
        let rest = line.get(start..)?;
        if rest.starts_with(b"1 ") {
            return Self::rfc5424(line, start + 2);
        }
        let time = (start, start + time_bytes(rest)?);
        let names = line.get(time.1..line.len().min(time.1 + LONGEST_NAMES))?;
        let end = memchr::memmem::find(names, b": ")? + 2;
        Some(Self { end: time.1 + end, time })
    }

    /// `TIME HOST APP PROCID MSGID - MESSAGE`; with data in brackets lines differ.
    fn rfc5424(line: &[u8], start: usize) -> Option<Self> {
        let head = line.get(start..line.len().min(start + LONGEST_NAMES))?;
        let mut blanks = memchr::memchr_iter(b' ', head);
        let time_end = blanks.next()?;
        let data = blanks.nth(3)? + 1;
        let is_nil = head.get(data..data + 2) == Some(b"- ");
        is_nil.then_some(Self { end: start + data + 2, time: (start, start + time_end) })
    }

    /// Where the message begins.
    pub fn end(&self) -> usize {
        self.end
    }

    /// Where the time stands.
    pub(crate) fn time(&self) -> (usize, usize) {
        self.time
    }

    /// Where the message of another line begins, if its header is that of `first` but for the time. The blank before a message that
    /// says nothing may be missing.
    pub fn again(&self, first: &[u8], line: &[u8]) -> Option<usize> {
        let end = self.end.min(line.len());
        if end + 1 < self.end || first.len() < self.end {
            return None;
        }
        let (from, to) = self.time;
        let is_alike =
            |(one, other): (&u8, &u8)| one == other || is_of_a_number(*one) && is_of_a_number(*other);
        let is_same = line.get(..from)? == &first[..from]
            && line.get(to..end)? == &first[to..end]
            && first[from..to].iter().zip(&line[from..to]).all(is_alike);
        is_same.then_some(end)
    }
}

fn is_of_a_number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b' '
}

/// How long the time is: `Nov 30 00:39:50`, or `2026-11-30T00:39:50.123456+03:00`.
fn time_bytes(rest: &[u8]) -> Option<usize> {
    if is_shape(rest) {
        return Some(15);
    }
    let end = memchr::memchr(b' ', &rest[..rest.len().min(40)])?;
    (end >= 19 && rest[0].is_ascii_digit() && rest[10] == b'T').then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_header_is_the_same_but_for_its_time() {
        let first = b"<134>Nov 30 00:39:59 r1 radius-detail: Mon Nov 30 00:39:50 2026";
        let header = Header::of(first).expect("it has one");
        assert_eq!(&first[header.end()..], b"Mon Nov 30 00:39:50 2026");
        for (line, message) in [
            (b"<134>Nov 30 00:40:00 r1 radius-detail: \tUser".as_slice(), Some(b"\tUser".as_slice())),
            (b"<134>Nov 30 00:40:00 r1 radius-detail: ", Some(b"")),
            (b"<134>Nov 30 00:40:00 r1 radius-detail:", Some(b"")),
            (b"<134>Nov 30 00:40:00 r2 radius-detail: \tUser", None),
            (b"<135>Nov 30 00:40:00 r1 radius-detail: \tUser", None),
            (b"<134>Nov 30 00:40:00 r1 other: \tUser", None),
            (b"<134>Nov 30", None),
            (b"\tUser", None),
        ] {
            let found = header.again(first, line).map(|at| &line[at..]);
            assert_eq!(found, message, "{}", String::from_utf8_lossy(line));
        }
    }

    #[test]
    fn headers_of_both_standards_are_known_and_other_lines_have_none() {
        for (line, end) in [
            ("<30>2026-11-30T00:39:50.123456+03:00 r1 java[7]: x", 49),
            ("<30>1 2026-11-30T00:39:50.123456+03:00 r1 java 7 - - x", 53),
        ] {
            assert_eq!(Header::of(line.as_bytes()).map(|it| it.end()), Some(end), "{line}");
        }
        for line in [
            "",
            "<30>",
            "<30>x: y",
            "Nov 30 00:39:50 r1 a: x",
            "<30>Nov 30 00:39:50 r1 no tag",
            "<30>1 - - - - - x",
        ] {
            let found = Header::of(line.as_bytes()).filter(|it| it.time.1 - it.time.0 > 1);
            assert_eq!(found, None, "{line}");
        }
    }
}
