//! The header of a line: RFC 5424, RFC 3164 with what devices leave out of it (priority, year, host), the file formats
//! of rsyslog and systemd, or none. No message.

use crate::columns::Column;
use crate::instant::{self, Found, Moment};
use crate::taken::{Cut, end_of};

/// What the header says that the formats want to know.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Envelope {
    /// Where the message begins.
    pub message: usize,
    /// Priority or time was there.
    pub is_there: bool,
    app: (usize, usize),
}

impl Envelope {
    /// The name of the program.
    pub(crate) fn app<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        &line[self.app.0..self.app.1]
    }
}

/// Cuts the header.
pub(crate) fn read(cut: &mut Cut, moment: Moment) -> Envelope {
    let after_priority = priority(cut.line).unwrap_or(0);
    let mut it = Envelope { message: after_priority, is_there: after_priority > 0, app: (0, 0) };
    if after_priority > 0 && cut.line[after_priority..].starts_with(b"1 ") && rfc5424(cut, &mut it, moment) {
        return it;
    }
    let at = match cut.line.get(after_priority) {
        // Cisco: `<166>:Nov 30 2026 …`.
        Some(b':') if after_priority > 0 => skip_blanks(cut.line, after_priority + 1),
        // Cisco IOS marks a clock that is not set: `*Nov 30 …`.
        Some(b'*') if after_priority > 0 => after_priority + 1,
        _ => after_priority,
    };
    let found = match cut.line.get(at) {
        Some(b'0'..=b'9') => instant::iso(cut.line, at, moment).filter(|it| is_stamp(cut.line, it)),
        Some(b'A'..=b'Z') => instant::bsd(cut.line, at, moment),
        _ => None,
    };
    match found.filter(|it| matches!(cut.line.get(it.end), None | Some(b' ' | b':'))) {
        Some(found) => {
            it.is_there = true;
            cut.put_time(Column::HEADER_TIME, at, &found);
            after_time(cut, found.end, &mut it);
        }
        None if is_shape(&cut.line[at..]) => {
            // No such day or hour: a text, and the line goes on as if it were one.
            it.is_there = true;
            cut.spare(at, at + 15);
            after_time(cut, at + 15, &mut it);
        }
        None => tag(cut, after_priority, &mut it),
    }
    it
}

/// Has it the shape of `Nov 30 00:39:50`, whatever the numbers are?
pub(crate) fn is_shape(rest: &[u8]) -> bool {
    rest.len() > 15
        && rest[15] == b' '
        && instant::month(&rest[..3]).is_some()
        && rest[3..15].iter().zip(b" 00 00:00:00").all(|(one, shape)| match shape {
            b'0' => one.is_ascii_digit() || *one == b' ',
            _ => one == shape,
        })
}

/// In a header the ISO form has a `T` or a zone; what has neither is the beginning of a message, such as Kea's.
fn is_stamp(line: &[u8], found: &Found) -> bool {
    line.get(found.end) == Some(&b' ') && found.pattern.as_bytes().contains(&b'T')
}

/// `<0>`–`<191>`: where it ends.
pub(crate) fn priority(line: &[u8]) -> Option<usize> {
    if line.first() != Some(&b'<') {
        return None;
    }
    let digits = line[1..].iter().take(4).take_while(|it| it.is_ascii_digit()).count();
    let is_closed = (1..=3).contains(&digits) && line.get(1 + digits) == Some(&b'>');
    is_closed.then_some(digits + 2)
}

fn skip_blanks(line: &[u8], mut at: usize) -> usize {
    while line.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

/// Where the word that begins here ends.
#[inline]
pub(crate) fn word_end(line: &[u8], at: usize) -> usize {
    let end = end_of(line);
    let rest = line.get(at..end).unwrap_or_default();
    at + rest.iter().position(|it| *it == b' ').unwrap_or(rest.len())
}

/// Host and tag, where they are there.
fn after_time(cut: &mut Cut, at: usize, it: &mut Envelope) {
    let line = cut.line;
    if line.get(at) == Some(&b':') {
        // Cisco without a host: `Nov 30 2026 00:39:50: %ASA-…`.
        it.message = skip_blanks(line, at + 1);
        return;
    }
    let start = skip_blanks(line, at);
    it.message = start;
    if tag_end(line, start).is_some() {
        return tag(cut, start, it);
    }
    let end = word_end(line, start);
    let is_host = end > start
        && end - start <= 255
        && line[start..end].iter().all(|it| it.is_ascii_graphic() && !b"%=,\"<>[]{}".contains(it));
    if !is_host {
        return;
    }
    cut.put(Column::DEVICE, start, end);
    let mut next = skip_blanks(line, end);
    // Cisco with `logging device-id`: `fw1 : %ASA-…`.
    if line[next..].starts_with(b": ") {
        next = skip_blanks(line, next + 1);
    }
    it.message = next;
    tag(cut, next, it);
}

/// `name:` or `name[123]:`: the ends of the name and of the whole.
fn tag_end(line: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = line.get(at..)?;
    let is_name =
        |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.' | b'/' | b'(' | b')');
    let name = rest.iter().take(64).take_while(|it| is_name(it)).count();
    let after = match rest.get(name) {
        Some(b'[') => {
            let digits = rest[name + 1..].iter().take(10).take_while(|it| it.is_ascii_digit()).count();
            if digits == 0 || rest.get(name + 1 + digits) != Some(&b']') {
                return None;
            }
            name + digits + 2
        }
        Some(b':') => name,
        _ => return None,
    };
    let is_end = rest.get(after) == Some(&b':') && matches!(rest.get(after + 1), None | Some(b' '));
    (name > 0 && is_end).then_some((at + name, at + after + 1))
}

/// Cuts the tag, if there is one, and sets where the message begins.
fn tag(cut: &mut Cut, at: usize, it: &mut Envelope) {
    it.message = at;
    let Some((name_end, end)) = tag_end(cut.line, at) else { return };
    it.app = (at, name_end);
    if cut.line[name_end] == b'[' {
        cut.put(Column::PID, name_end + 1, end - 2);
    }
    it.message = if cut.line.get(end) == Some(&b' ') { end + 1 } else { end };
}

/// `1 TIME HOST APP PROCID MSGID [DATA] MESSAGE`. False when it is not one.
fn rfc5424(cut: &mut Cut, it: &mut Envelope, moment: Moment) -> bool {
    let line = cut.line;
    let mut words = [(0, 0); 5];
    let mut at = it.message + 2;
    for word in &mut words {
        let end = word_end(line, at);
        if end == at || line.get(end) != Some(&b' ') {
            return false;
        }
        *word = (at, end);
        at = end + 1;
    }
    let is_nil = |(from, to): (usize, usize)| line[from..to] == *b"-";
    let [time, host, app, process, _] = words;
    let Some(data_end) = structured_data(line, at) else { return false };
    if !is_nil(time) {
        match instant::iso(line, time.0, moment).filter(|found| found.end == time.1) {
            Some(found) => _ = cut.put_time(Column::HEADER_TIME, time.0, &found),
            None => cut.spare(time.0, time.1),
        }
    }
    if !is_nil(host) {
        cut.put(Column::DEVICE, host.0, host.1);
    }
    it.app = app;
    if !is_nil(process) {
        cut.put(Column::PID, process.0, process.1);
    }
    if line[at] == b'[' {
        cut.put_named("syslog", (at, at), (at, data_end));
    }
    it.message = if line.get(data_end) == Some(&b' ') { data_end + 1 } else { data_end };
    // The mark of UTF-8 that RFC 5424 asks for belongs to the header.
    if line[it.message..].starts_with(b"\xEF\xBB\xBF") {
        it.message += 3;
    }
    true
}

/// The end of `-` or of `[id key="value"]…`.
fn structured_data(line: &[u8], at: usize) -> Option<usize> {
    match line.get(at)? {
        b'-' => return Some(at + 1),
        b'[' => {}
        _ => return None,
    }
    let (mut is_quoted, mut at) = (false, at + 1);
    loop {
        match line.get(at)? {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b']' if !is_quoted && line.get(at + 1) != Some(&b'[') => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}
