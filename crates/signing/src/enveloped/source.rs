//! BER as a stream: small values are read whole, the content piece by piece. Lengths may be definite or not, for streams are
//! written with lengths that nobody knew beforehand.

use std::io::Read;

use crate::asn1::{OCTET_STRING, definite};
use crate::error::Error;

/// Values inside values of a header.
const MAX_DEPTH: usize = 16;
/// An OCTET STRING that is put together of others.
const OCTET_STRINGS: u8 = 0x24;

#[derive(Debug)]
pub(super) struct Source<R> {
    reader: R,
    /// Bytes that may still be read into memory.
    left: usize,
    /// A tag that was looked at.
    ahead: Option<Head>,
}

#[derive(Debug, Clone)]
struct Head {
    tag: u8,
    /// None: up to the end mark.
    length: Option<u64>,
    raw: Vec<u8>,
}

fn malformed() -> Error {
    Error::Malformed("EnvelopedData")
}

impl<R: Read> Source<R> {
    pub fn new(reader: R, limit: usize) -> Self {
        Self { reader, left: limit, ahead: None }
    }

    /// Goes into a value; where it ends is not asked.
    pub fn enter(&mut self, tag: u8) -> Result<(), Error> {
        if self.head()?.tag == tag { Ok(()) } else { Err(malformed()) }
    }

    /// A whole value with definite lengths.
    pub fn element(&mut self, tag: u8) -> Result<Vec<u8>, Error> {
        let head = self.head()?;
        if head.tag != tag {
            return Err(malformed());
        }
        let mut raw = Vec::new();
        self.whole(head, &mut raw, 0)?;
        Ok(definite(&raw)?.into_owned())
    }

    /// Skips a value if it is there.
    pub fn skip_optional(&mut self, tag: u8) -> Result<(), Error> {
        let head = self.head()?;
        if head.tag == tag {
            return self.whole(head, &mut Vec::new(), 0);
        }
        self.ahead = Some(head);
        Ok(())
    }

    /// The rest is content: one string, or strings up to the end of the value.
    pub fn content(mut self, primitive: u8, constructed: u8) -> Result<Content<R>, Error> {
        let head = self.head().map_err(|_| Error::Unsupported("içerik dosyanın içinde değil"))?;
        let (inside, piece) = match head.length {
            Some(length) if head.tag == primitive => (None, length),
            length if head.tag == constructed => (Some(length), 0),
            _ => return Err(malformed()),
        };
        Ok(Content { source: Source { left: usize::MAX, ..self }, inside, piece })
    }

    fn whole(&mut self, head: Head, out: &mut Vec<u8>, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::TooLarge("şifreli içerik"));
        }
        out.extend_from_slice(&head.raw);
        if let Some(length) = head.length {
            let length = usize::try_from(length).map_err(|_| Error::TooLarge("şifreli içerik"))?;
            out.extend_from_slice(&self.bytes(length)?);
            return Ok(());
        }
        loop {
            let inner = self.head()?;
            if inner.tag == 0 && inner.length == Some(0) {
                out.extend_from_slice(&inner.raw);
                return Ok(());
            }
            self.whole(inner, out, depth + 1)?;
        }
    }

    fn head(&mut self) -> Result<Head, Error> {
        if let Some(head) = self.ahead.take() {
            return Ok(head);
        }
        let mut raw = self.bytes(2)?;
        if raw[0] & 0x1F == 0x1F {
            return Err(malformed());
        }
        let length = match raw[1] {
            0x80 => None,
            short if short < 0x80 => Some(u64::from(short)),
            long => {
                let count = usize::from(long & 0x7F);
                if count > 8 {
                    return Err(malformed());
                }
                let digits = self.bytes(count)?;
                raw.extend_from_slice(&digits);
                Some(digits.iter().fold(0, |sum, digit| (sum << 8) | u64::from(*digit)))
            }
        };
        Ok(Head { tag: raw[0], length, raw })
    }

    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Error> {
        if count > self.left {
            return Err(Error::TooLarge("şifreli içerik"));
        }
        if self.left != usize::MAX {
            self.left -= count;
        }
        let mut bytes = vec![0; count];
        self.reader.read_exact(&mut bytes).map_err(|_| malformed())?;
        Ok(bytes)
    }
}

/// Encrypted content.
#[derive(Debug)]
pub(super) struct Content<R> {
    source: Source<R>,
    /// Of content in pieces: how much of it is left, where that is said.
    inside: Option<Option<u64>>,
    /// What is left of the present piece.
    piece: u64,
}

impl<R: Read> Content<R> {
    /// Fills the buffer; less than that only at the end. Content that ends too early is an error.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while filled < buffer.len() {
            if self.piece == 0 && !self.next_piece()? {
                break;
            }
            let room = usize::try_from(self.piece).unwrap_or(usize::MAX).min(buffer.len() - filled);
            let place = &mut buffer[filled..filled + room];
            self.source.reader.read_exact(place).map_err(|_| Error::CannotDecrypt)?;
            self.piece -= room as u64;
            filled += room;
        }
        Ok(filled)
    }

    /// Empty pieces are passed over; each costs the sender two bytes.
    fn next_piece(&mut self) -> Result<bool, Error> {
        while let Some(left) = self.inside {
            if left == Some(0) {
                self.inside = None;
                break;
            }
            let head = self.source.head().map_err(|_| Error::CannotDecrypt)?;
            if left.is_none() && head.tag == 0 && head.length == Some(0) {
                self.inside = None;
                break;
            }
            let length = head.length.filter(|_| head.tag == OCTET_STRING);
            let Some(length) = length else {
                let is_nested = head.tag == OCTET_STRINGS;
                return Err(if is_nested {
                    Error::Unsupported("iç içe içerik")
                } else {
                    Error::CannotDecrypt
                });
            };
            if let Some(left) = left {
                let used = (head.raw.len() as u64).checked_add(length).ok_or(Error::CannotDecrypt)?;
                self.inside = Some(Some(left.checked_sub(used).ok_or(Error::CannotDecrypt)?));
            }
            if length > 0 {
                self.piece = length;
                return Ok(true);
            }
        }
        Ok(false)
    }
}
