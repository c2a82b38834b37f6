//! Time stamps (RFC 3161): the question's bytes, the answer, and what a token says. Whether the token may
//! be believed is decided where signatures are verified.

use time::OffsetDateTime;

use crate::algorithm::Hash;
use crate::asn1::{self, BOOLEAN, INTEGER, OCTET_STRING, SEQUENCE, Tlv, encode, sequence};
use crate::cms::{SignedData, normal};
use crate::error::Error;
use crate::oids;

/// Largest answer that is read.
pub const MAX_TIME_STAMP_BYTES: usize = 1024 * 1024;

/// A question to a time stamping authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampRequest {
    hash: Hash,
    imprint: Vec<u8>,
    nonce: Vec<u8>,
}

impl TimeStampRequest {
    /// `imprint` is the digest to be stamped, `nonce` some eight to twenty bytes of chance.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for SHA-1, [`Error::Malformed`] if the digest's length does not fit.
    pub fn new(hash: Hash, imprint: &[u8], nonce: &[u8]) -> Result<Self, Error> {
        if hash.is_weak() {
            return Err(Error::Unsupported("SHA-1"));
        }
        if imprint.len() != hash.digest(&[]).len() {
            return Err(Error::Malformed("length of the digest"));
        }
        Ok(TimeStampRequest { hash, imprint: imprint.to_vec(), nonce: nonce.to_vec() })
    }

    /// The bytes to send as `application/timestamp-query`.
    pub fn encode(&self) -> Vec<u8> {
        let imprint =
            sequence(&[&sequence(&[&asn1::oid(&self.hash.oid()), &[5, 0]]), &asn1::octets(&self.imprint)]);
        let ask_for_certificate = encode(BOOLEAN, &[&[0xFF]]);
        sequence(&[&asn1::number(1), &imprint, &asn1::unsigned(&self.nonce), &ask_for_certificate])
    }

    /// Reads the answer and checks that it answers this question.
    ///
    /// # Errors
    /// [`Error::TimeStampRefused`] with the authority's own words (KamuSM sends them with HTTP 200),
    /// [`Error::TimeStampDiffers`] if imprint or nonce are others, [`Error::Malformed`].
    pub fn read_answer(&self, answer: &[u8]) -> Result<TimeStamp, Error> {
        let stamp = TimeStamp::from_answer(answer)?;
        let nonce = asn1::unsigned(&self.nonce);
        if stamp.hash != self.hash || stamp.imprint != self.imprint || stamp.nonce != Some(nonce) {
            return Err(Error::TimeStampDiffers);
        }
        Ok(stamp)
    }
}

/// The words of an answer that is a refusal and nothing more.
pub(crate) fn refusal(answer: &[u8]) -> Option<String> {
    let status = Tlv::only(answer).ok()?.inside().expect(SEQUENCE).ok()?;
    let number = status.inside().expect(INTEGER).ok()?.small().ok()?;
    (number > 1).then(|| failure_text(&status))
}

/// The words of a PKIStatusInfo, its failure bits and its number.
fn failure_text(status: &Tlv) -> String {
    const FAILURES: [(usize, &str); 8] = [
        (0, "özet algoritması tanınmıyor"),
        (2, "istek kabul edilmiyor"),
        (5, "istek biçimi bozuk"),
        (14, "sunucunun saati kullanılamıyor"),
        (15, "istenen politika desteklenmiyor"),
        (16, "istenen ek bilgi desteklenmiyor"),
        (17, "ek bilgi verilemiyor"),
        (25, "sunucu arızası"),
    ];
    let mut fields = status.inside();
    let number = fields.next().and_then(|number| number.small()).unwrap_or(99);
    let mut words = Vec::new();
    if let Ok(Some(texts)) = fields.optional(SEQUENCE) {
        for text in texts.inside().all(8).unwrap_or_default() {
            let text = String::from_utf8_lossy(text.body);
            words.push(text.chars().filter(|c| !c.is_control()).take(300).collect::<String>());
        }
    }
    if let Ok(Some(bits)) = fields.optional(asn1::BIT_STRING) {
        let bits = bits.body.get(1..).unwrap_or_default();
        let is_set = |at: usize| bits.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0);
        words.extend(FAILURES.iter().filter(|(at, _)| is_set(*at)).map(|(_, text)| (*text).to_owned()));
    }
    words.push(format!("durum {number}"));
    words.join("; ")
}

/// A time stamp token and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStamp {
    der: Vec<u8>,
    pub(crate) hash: Hash,
    pub(crate) imprint: Vec<u8>,
    /// The whole INTEGER.
    nonce: Option<Vec<u8>>,
    at: OffsetDateTime,
}

impl TimeStamp {
    /// Reads a token (the CMS, not the answer around it).
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`], [`Error::Unsupported`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_TIME_STAMP_BYTES {
            return Err(Error::TooLarge("zaman damgası"));
        }
        let der = normal(der)?;
        let data = SignedData::parse(&der)?;
        if !data.content_type.is_oid(&oids::TST_INFO) {
            return Err(Error::Malformed("not a time stamp"));
        }
        let content = data.content.ok_or(Error::Malformed("time stamp is empty"))?;
        let mut fields = Tlv::only(content)?.expect(SEQUENCE)?.inside();
        fields.expect(INTEGER)?;
        fields.expect(asn1::OID)?;
        let mut imprint = fields.expect(SEQUENCE)?.inside();
        let hash = Hash::read(&imprint.expect(SEQUENCE)?)?;
        let imprint = imprint.expect(OCTET_STRING)?.body.to_vec();
        fields.expect(INTEGER)?;
        let at = fields.expect(asn1::GENERALIZED_TIME)?.instant()?;
        fields.optional(SEQUENCE)?;
        fields.optional(BOOLEAN)?;
        let nonce = fields.optional(INTEGER)?.map(|nonce| nonce.raw.to_vec());
        Ok(TimeStamp { hash, imprint, nonce, at, der: der.to_vec() })
    }

    /// Reads the token of an authority's whole answer, whatever the question was.
    ///
    /// # Errors
    /// [`Error::TimeStampRefused`] with the authority's own words, [`Error::Malformed`], [`Error::TooLarge`].
    pub fn from_answer(answer: &[u8]) -> Result<Self, Error> {
        if answer.len() > MAX_TIME_STAMP_BYTES {
            return Err(Error::TooLarge("zaman damgası"));
        }
        let mut fields = Tlv::only(answer)?.expect(SEQUENCE)?.inside();
        let status = fields.expect(SEQUENCE)?;
        // 0 granted, 1 granted with changes; everything else is a refusal.
        if status.inside().expect(INTEGER)?.small().map_or(true, |status| status > 1) {
            return Err(Error::TimeStampRefused(failure_text(&status)));
        }
        Self::from_der(fields.next()?.raw)
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The instant it vouches for.
    pub fn at(&self) -> OffsetDateTime {
        self.at
    }

    /// The digest algorithm of what is stamped.
    pub fn hash(&self) -> Hash {
        self.hash
    }
}
