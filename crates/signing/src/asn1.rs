//! Bytes of ASN.1, in and out. Reading gives slices of the original, because signatures are made over
//! the bytes that came and not over what a second encoding of them would look like.
//!
//! `cms` and `x509-cert` were not taken: they refuse BER (which signing programs in Java write), sort and
//! encode again what others signed, and copy every entry of a revocation list of some megabytes.

use std::borrow::Cow;

use const_oid::ObjectIdentifier;
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

use crate::error::Error;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0A;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const IA5_STRING: u8 = 0x16;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// How deep BER of indefinite length may be nested.
const MAX_DEPTH: usize = 24;

/// The tag `[number]` of a constructed value.
pub(crate) const fn context(number: u8) -> u8 {
    0xA0 | number
}

/// The tag `[number]` of a primitive value.
pub(crate) const fn context_primitive(number: u8) -> u8 {
    0x80 | number
}

/// One value: its tag, its whole encoding and what is inside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tlv<'a> {
    pub tag: u8,
    pub raw: &'a [u8],
    pub body: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The one value that `bytes` is; nothing may follow it.
    pub fn only(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let value = reader.next()?;
        reader.end()?;
        Ok(value)
    }

    pub fn inside(&self) -> Reader<'a> {
        Reader::new(self.body)
    }

    pub fn expect(self, tag: u8) -> Result<Self, Error> {
        if self.tag == tag { Ok(self) } else { Err(Error::Malformed("unexpected tag")) }
    }

    pub fn is_oid(&self, oid: &ObjectIdentifier) -> bool {
        self.tag == OID && self.body == oid.as_bytes()
    }

    /// A small number that is not negative.
    pub fn small(&self) -> Result<u64, Error> {
        match self.body {
            [] => Err(Error::Malformed("empty integer")),
            [first, ..] if *first >= 0x80 => Err(Error::Malformed("negative integer")),
            bytes if bytes.len() > 8 => Err(Error::Malformed("integer is too large")),
            bytes => Ok(bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte))),
        }
    }

    /// What a BIT STRING of whole octets holds.
    pub fn bits(&self) -> Result<&'a [u8], Error> {
        match self.expect(BIT_STRING)?.body.split_first() {
            Some((0, rest)) => Ok(rest),
            _ => Err(Error::Malformed("bit string")),
        }
    }

    /// An instant of UTCTime or GeneralizedTime; fractions of a second are cut off.
    pub fn instant(&self) -> Result<OffsetDateTime, Error> {
        const BAD: Error = Error::Malformed("time");
        let text = std::str::from_utf8(self.body).map_err(|_| BAD)?;
        let text = text.strip_suffix('Z').ok_or(BAD)?;
        let text = text.split_once('.').map_or(text, |(whole, _)| whole);
        if !text.is_ascii() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BAD);
        }
        let (year, rest) = match self.tag {
            UTC_TIME => {
                let year: i32 = text.get(..2).and_then(|part| part.parse().ok()).ok_or(BAD)?;
                (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..).ok_or(BAD)?)
            }
            GENERALIZED_TIME => {
                let year = text.get(..4).and_then(|part| part.parse().ok()).ok_or(BAD)?;
                (year, text.get(4..).ok_or(BAD)?)
            }
            _ => return Err(BAD),
        };
        let part = |at: usize| rest.get(at..at + 2).and_then(|part| part.parse::<u8>().ok());
        let second = if rest.len() == 8 { 0 } else { part(8).ok_or(BAD)? };
        if rest.len() != 8 && rest.len() != 10 {
            return Err(BAD);
        }
        let month = Month::try_from(part(0).ok_or(BAD)?).map_err(|_| BAD)?;
        let date = Date::from_calendar_date(year, month, part(2).ok_or(BAD)?).map_err(|_| BAD)?;
        let time =
            Time::from_hms(part(4).ok_or(BAD)?, part(6).ok_or(BAD)?, second.min(59)).map_err(|_| BAD)?;
        Ok(date.with_time(time).assume_utc())
    }
}

/// Walks over values that follow one another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(rest: &'a [u8]) -> Self {
        Reader { rest }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn end(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(Error::Malformed("bytes are left over")) }
    }

    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub fn next(&mut self) -> Result<Tlv<'a>, Error> {
        let (tag, header, length) = header(self.rest)?;
        let length = length.ok_or(Error::Malformed("indefinite length"))?;
        let end = header.checked_add(length).filter(|end| *end <= self.rest.len());
        let end = end.ok_or(Error::Malformed("value is cut off"))?;
        let (raw, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(Tlv { tag, raw, body: &raw[header..] })
    }

    pub fn expect(&mut self, tag: u8) -> Result<Tlv<'a>, Error> {
        self.next()?.expect(tag)
    }

    pub fn optional(&mut self, tag: u8) -> Result<Option<Tlv<'a>>, Error> {
        if self.peek() == Some(tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// Every value that is left, at most `limit` of them.
    pub fn all(mut self, limit: usize) -> Result<Vec<Tlv<'a>>, Error> {
        let mut values = Vec::new();
        while !self.is_empty() {
            if values.len() == limit {
                return Err(Error::TooLarge("liste"));
            }
            values.push(self.next()?);
        }
        Ok(values)
    }
}

/// Tag, length of the header and length of the body (none if indefinite).
fn header(bytes: &[u8]) -> Result<(u8, usize, Option<usize>), Error> {
    let (tag, length) = match bytes {
        [tag, length, ..] => (*tag, *length),
        _ => return Err(Error::Malformed("value is cut off")),
    };
    if tag & 0x1F == 0x1F {
        return Err(Error::Malformed("tag of several bytes"));
    }
    match length {
        0..=0x7F => Ok((tag, 2, Some(usize::from(length)))),
        0x80 => Ok((tag, 2, None)),
        0x81..=0x84 => {
            let count = usize::from(length & 0x7F);
            let digits = bytes.get(2..2 + count).ok_or(Error::Malformed("value is cut off"))?;
            let length = digits.iter().fold(0usize, |sum, byte| (sum << 8) | usize::from(*byte));
            Ok((tag, 2 + count, Some(length)))
        }
        _ => Err(Error::Malformed("length")),
    }
}

/// The same value with definite lengths and octet strings in one piece. Only what has an indefinite
/// length is touched, so that whatever was signed as DER keeps its bytes.
pub(crate) fn definite(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    match header(bytes)? {
        (_, _, Some(_)) => Ok(Cow::Borrowed(bytes)),
        _ => {
            let (value, used) = definite_value(bytes, 0)?;
            if used == bytes.len() {
                Ok(Cow::Owned(value))
            } else {
                Err(Error::Malformed("bytes are left over"))
            }
        }
    }
}

/// The first value of bytes that something follows, such as the padding of a PDF's signature.
pub(crate) fn first_value(bytes: &[u8]) -> Result<&[u8], Error> {
    let (_, head, length) = header(bytes)?;
    let end = match length {
        Some(length) => head.saturating_add(length),
        None => definite_value(bytes, 0)?.1,
    };
    bytes.get(..end).ok_or(Error::Malformed("value is cut off"))
}

fn definite_value(bytes: &[u8], depth: usize) -> Result<(Vec<u8>, usize), Error> {
    if depth > MAX_DEPTH {
        return Err(Error::TooLarge("iç içe yapı"));
    }
    let (tag, head, length) = header(bytes)?;
    if let Some(length) = length {
        let value = bytes.get(..head.saturating_add(length)).ok_or(Error::Malformed("value is cut off"))?;
        return Ok((value.to_vec(), value.len()));
    }
    if tag & 0x20 == 0 {
        return Err(Error::Malformed("indefinite length"));
    }
    let (mut at, mut body) = (head, Vec::new());
    loop {
        let rest = bytes.get(at..).ok_or(Error::Malformed("value is cut off"))?;
        if rest.starts_with(&[0, 0]) {
            at += 2;
            break;
        }
        let (child, used) = definite_value(rest, depth + 1)?;
        match tag {
            0x24 => body.extend_from_slice(Tlv::only(&child)?.expect(OCTET_STRING)?.body),
            _ => body.extend_from_slice(&child),
        }
        at += used;
    }
    Ok((encode(if tag == 0x24 { OCTET_STRING } else { tag }, &[&body]), at))
}

/// One value made of `parts`.
pub(crate) fn encode(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = Vec::with_capacity(length + 6);
    bytes.push(tag);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => bytes.push(short),
        _ => {
            let digits = length.to_be_bytes();
            let skip = digits.iter().take_while(|digit| **digit == 0).count();
            bytes.push(0x80 | u8::try_from(digits.len() - skip).expect("a usize has at most eight bytes"));
            bytes.extend_from_slice(&digits[skip..]);
        }
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    encode(SEQUENCE, parts)
}

/// SEQUENCE OF.
pub(crate) fn list<T: AsRef<[u8]>>(values: &[T]) -> Vec<u8> {
    encode(SEQUENCE, &values.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

/// SET OF in the order that DER prescribes.
pub(crate) fn set_of(tag: u8, mut values: Vec<Vec<u8>>) -> Vec<u8> {
    values.sort();
    encode(tag, &values.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

pub(crate) fn oid(value: &ObjectIdentifier) -> Vec<u8> {
    encode(OID, &[value.as_bytes()])
}

pub(crate) fn octets(value: &[u8]) -> Vec<u8> {
    encode(OCTET_STRING, &[value])
}

/// INTEGER from the bytes of a number that is not negative.
pub(crate) fn unsigned(digits: &[u8]) -> Vec<u8> {
    let skip = digits.iter().take_while(|digit| **digit == 0).count();
    match digits[skip..].first() {
        None => vec![INTEGER, 1, 0],
        Some(first) if *first >= 0x80 => encode(INTEGER, &[&[0], &digits[skip..]]),
        Some(_) => encode(INTEGER, &[&digits[skip..]]),
    }
}

pub(crate) fn number(value: u64) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

/// `AlgorithmIdentifier` without parameters.
pub(crate) fn algorithm(value: &ObjectIdentifier) -> Vec<u8> {
    sequence(&[&oid(value)])
}

/// UTCTime until 2049, GeneralizedTime later, as RFC 5652 (11.3) asks.
pub(crate) fn instant(at: OffsetDateTime) -> Vec<u8> {
    let at = at.to_offset(UtcOffset::UTC);
    let tail = format!(
        "{:02}{:02}{:02}{:02}{:02}Z",
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    match at.year() {
        1950..=2049 => encode(UTC_TIME, &[format!("{:02}{tail}", at.year() % 100).as_bytes()]),
        year => encode(GENERALIZED_TIME, &[format!("{year:04}{tail}").as_bytes()]),
    }
}

/// GeneralizedTime whatever the year.
pub(crate) fn generalized(at: OffsetDateTime) -> Vec<u8> {
    let at = at.to_offset(UtcOffset::UTC);
    let (date, time) = (at.date(), at.time());
    let text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    );
    encode(GENERALIZED_TIME, &[text.as_bytes()])
}
