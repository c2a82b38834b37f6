//! Lines out of a stream: octet counting and line feeds (RFC 6587), told apart for each message; and the two halves of
//! a line that its device cut over two datagrams. No sockets, no clock.

use crate::format::LONGEST_LINE;

/// A message of a stream, without its count or line feed. A carriage return before the line feed stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'b> {
    pub line: &'b [u8],
    /// Pieces of the same message that came before. A message of more than [`LONGEST_LINE`] bytes comes in pieces.
    pub piece: u32,
    /// More pieces of the same message follow.
    pub is_cut: bool,
}

/// Takes lines from the bytes of a stream. Holds at most one piece of a line and what was fed last.
#[derive(Debug, Default)]
pub struct Framing {
    buffer: Vec<u8>,
    /// Everything before this was handed out.
    start: usize,
    /// No line feed is between `start` and this.
    searched: usize,
    /// What is left of a counted message that comes in pieces.
    counted_left: usize,
    piece: u32,
    is_ended: bool,
}

/// A count has at most this many digits; longer digits are text.
const COUNT_DIGITS: usize = 8;

enum Head {
    /// A counted message of so many bytes, behind so many bytes of head.
    Counted(usize, usize),
    Line,
    /// It cannot be told yet.
    Short,
}

impl Framing {
    /// Adds bytes as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.start == self.buffer.len() {
            self.buffer.clear();
        } else {
            self.buffer.drain(..self.start);
        }
        self.searched = self.searched.saturating_sub(self.start);
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The stream is over: what is left is a line.
    pub fn end(&mut self) {
        self.is_ended = true;
    }

    /// Bytes that wait for the rest of their line.
    pub fn waiting_bytes(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// The next message that is complete. Empty lines say nothing and are passed over.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        loop {
            if self.start >= self.buffer.len() {
                return None;
            }
            if self.counted_left > 0 {
                return self.counted();
            }
            let head = if self.piece > 0 { Head::Line } else { self.head() };
            match head {
                Head::Short => return None,
                Head::Counted(head, length) => {
                    self.start += head;
                    self.counted_left = length;
                }
                Head::Line => {
                    let (from, to, next, is_cut) = self.line()?;
                    let piece = self.piece;
                    self.start = next;
                    self.searched = next;
                    self.piece = if is_cut { piece + 1 } else { 0 };
                    if to > from {
                        return Some(Frame { line: &self.buffer[from..to], piece, is_cut });
                    }
                }
            }
        }
    }

    /// Counted messages begin with `<`, as every syslog message does: a line that begins with a number is no count.
    fn head(&self) -> Head {
        let rest = &self.buffer[self.start..];
        let digits = rest.iter().take(COUNT_DIGITS + 1).take_while(|it| it.is_ascii_digit()).count();
        if digits == 0 || digits > COUNT_DIGITS || rest[0] == b'0' {
            return Head::Line;
        }
        match (rest.get(digits), rest.get(digits + 1)) {
            (Some(b' '), Some(b'<')) => {
                let length = rest[..digits].iter().fold(0, |sum, it| sum * 10 + usize::from(it - b'0'));
                Head::Counted(digits + 1, length)
            }
            (None, _) | (Some(b' '), None) if !self.is_ended => Head::Short,
            _ => Head::Line,
        }
    }

    fn counted(&mut self) -> Option<Frame<'_>> {
        let there = self.buffer.len() - self.start;
        let wanted = self.counted_left.min(LONGEST_LINE);
        if there < wanted && !self.is_ended {
            return None;
        }
        let taken = wanted.min(there);
        let from = self.start;
        self.start += taken;
        self.searched = self.start;
        // What the stream's end took away never comes.
        self.counted_left = if there < wanted { 0 } else { self.counted_left - taken };
        let (piece, is_cut) = (self.piece, self.counted_left > 0);
        self.piece = if is_cut { piece + 1 } else { 0 };
        Some(Frame { line: &self.buffer[from..from + taken], piece, is_cut })
    }

    /// From, to, where the next begins, and whether it goes on.
    fn line(&self) -> Option<(usize, usize, usize, bool)> {
        let from = self.start;
        let searched = self.searched.max(from);
        let most = self.buffer.len().min(from + LONGEST_LINE + 1);
        let found = memchr::memchr(b'\n', &self.buffer[searched.min(most)..most]);
        if let Some(found) = found {
            let to = searched + found;
            return Some((from, to, to + 1, false));
        }
        if self.buffer.len() - from > LONGEST_LINE {
            return Some((from, from + LONGEST_LINE, from + LONGEST_LINE, true));
        }
        self.is_ended.then_some((from, self.buffer.len(), self.buffer.len(), false))
    }
}

/// What became of a datagram that was given to a [`Joiner`].
#[derive(Debug, PartialEq, Eq)]
pub enum Joined<'b> {
    /// It may be the first half of a line and is kept for a moment.
    Kept,
    /// A line: the datagram as it came, or both halves with how long the first was.
    Line { line: &'b [u8], first_bytes: Option<usize> },
    /// The kept half stayed alone and is a line of its own; `next` says what became of the datagram.
    Alone { half: &'b [u8], next: Option<&'b [u8]> },
}

/// Joins the halves of a MikroTik line that the device cut, somewhere within an address, over two datagrams. One for
/// each sender; keeps one datagram, for [`Joiner::PATIENCE_US`].
#[derive(Debug, Default)]
pub struct Joiner {
    kept: Vec<u8>,
    kept_at_us: i64,
    is_keeping: bool,
    out: Vec<u8>,
}

impl Joiner {
    /// How long a first half is kept.
    pub const PATIENCE_US: i64 = 200_000;

    /// Gives a datagram and when it came.
    pub fn offer<'b>(&'b mut self, datagram: &'b [u8], received_us: i64) -> Joined<'b> {
        let is_whole = !is_first_half(datagram);
        if !self.is_keeping {
            if is_whole {
                return Joined::Line { line: datagram, first_bytes: None };
            }
            self.keep(datagram, received_us);
            return Joined::Kept;
        }
        let is_late = received_us.saturating_sub(self.kept_at_us) > Self::PATIENCE_US;
        std::mem::swap(&mut self.kept, &mut self.out);
        self.is_keeping = false;
        if !is_late && !begins_a_line(datagram) && self.out.len() + datagram.len() <= LONGEST_LINE {
            let first_bytes = Some(self.out.len());
            self.out.extend_from_slice(datagram);
            return Joined::Line { line: &self.out, first_bytes };
        }
        if is_whole {
            return Joined::Alone { half: &self.out, next: Some(datagram) };
        }
        self.keep(datagram, received_us);
        Joined::Alone { half: &self.out, next: None }
    }

    /// A first half is kept.
    pub fn is_waiting(&self) -> bool {
        self.is_keeping
    }

    /// The half that waited too long, if one did.
    pub fn overdue(&mut self, now_us: i64) -> Option<&[u8]> {
        if !self.is_keeping || now_us.saturating_sub(self.kept_at_us) <= Self::PATIENCE_US {
            return None;
        }
        self.is_keeping = false;
        Some(&self.kept)
    }

    fn keep(&mut self, datagram: &[u8], received_us: i64) {
        self.kept.clear();
        self.kept.extend_from_slice(datagram);
        self.kept_at_us = received_us;
        self.is_keeping = true;
    }
}

/// Puts records of several lines together: a line that begins with a blank, a tab or a closing brace belongs to the one
/// before it. Detail files of FreeRADIUS and lease files of ISC dhcpd are such; their records hold line feeds.
#[derive(Debug, Default)]
pub struct Folding {
    kept: Vec<u8>,
    out: Vec<u8>,
}

impl Folding {
    /// Gives a line; answers the record before it, if this line begins another. A record that grows beyond
    /// [`LONGEST_LINE`] is parted.
    pub fn offer(&mut self, line: &[u8]) -> Option<&[u8]> {
        let goes_on = line.first().is_some_and(|it| matches!(it, b' ' | b'\t' | b'}'));
        if goes_on && !self.kept.is_empty() && self.kept.len() + line.len() < LONGEST_LINE {
            self.kept.push(b'\n');
            self.kept.extend_from_slice(line);
            return None;
        }
        std::mem::swap(&mut self.kept, &mut self.out);
        self.kept.clear();
        self.kept.extend_from_slice(line);
        (!self.out.is_empty()).then_some(&self.out)
    }

    /// The last record, when nothing comes for a while.
    pub fn end(&mut self) -> Option<&[u8]> {
        std::mem::swap(&mut self.kept, &mut self.out);
        self.kept.clear();
        (!self.out.is_empty()).then_some(&self.out)
    }
}

/// A firewall line of MikroTik that ends before its length does.
fn is_first_half(datagram: &[u8]) -> bool {
    let end = crate::taken::end_of(datagram);
    let Some(topics) = memchr::memmem::find(&datagram[..end.min(200)], b"firewall,") else { return false };
    let rest = &datagram[topics..end];
    if memchr::memmem::find(rest, b" in:").is_none() {
        return false;
    }
    // `, len 97`, perhaps with a priority behind it, is the end of every whole line.
    memchr::memmem::rfind(rest, b", len ").is_none()
}

/// A priority, a date or topics: what no second half begins with.
fn begins_a_line(datagram: &[u8]) -> bool {
    let word = datagram.iter().take_while(|it| it.is_ascii_lowercase()).count();
    datagram.first() == Some(&b'<')
        || (word > 1
            && datagram.get(word) == Some(&b',')
            && datagram.get(word + 1).is_some_and(u8::is_ascii_lowercase))
        || crate::instant::bsd(datagram, 0, crate::Moment::default()).is_some()
}
