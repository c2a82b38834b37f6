//! Revocation lists (RFC 5280): read without copying the entries, since real ones have some megabytes.

use std::ops::Range;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::algorithm::{check_signature, is_same_algorithm};
use crate::asn1::{
    BIT_STRING, ENUMERATED, GENERALIZED_TIME, INTEGER, Reader, SEQUENCE, Tlv, UTC_TIME, context,
    context_primitive,
};
use crate::certificate::{CRL_SIGN, Certificate, extension_parts};
use crate::error::Error;
use crate::oids;

/// Largest list that is read.
pub const MAX_CRL_BYTES: usize = 64 * 1024 * 1024;
const MAX_EXTENSIONS: usize = 32;

/// A revocation list. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Crl {
    der: Arc<[u8]>,
    to_be_signed: Range<usize>,
    algorithm: Range<usize>,
    issuer: Range<usize>,
    /// The entries, without the SEQUENCE around them.
    entries: Range<usize>,
    signature: Vec<u8>,
    number: Option<Vec<u8>>,
    this_update: OffsetDateTime,
    next_update: Option<OffsetDateTime>,
    covers: Covers,
}

/// Which certificates of its issuer the list speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covers {
    All,
    Holders,
    Authorities,
    /// A part that this program does not follow: other issuers, single reasons, changes only.
    NotUsable,
}

/// When and why a certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    pub at: OffsetDateTime,
    /// The code of RFC 5280, 5.3.1; 6 is "on hold", 8 removes an entry.
    pub reason: Option<u8>,
}

impl Crl {
    /// Reads DER.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_CRL_BYTES {
            return Err(Error::TooLarge("iptal listesi"));
        }
        let der: Arc<[u8]> = der.into();
        let range = |part: &[u8]| {
            let start = part.as_ptr() as usize - der.as_ptr() as usize;
            start..start + part.len()
        };
        let mut outer = Tlv::only(&der)?.expect(SEQUENCE)?.inside();
        let to_be_signed = outer.expect(SEQUENCE)?;
        let algorithm = outer.expect(SEQUENCE)?;
        let signature = outer.expect(BIT_STRING)?.bits()?.to_vec();
        outer.end()?;

        let mut fields = to_be_signed.inside();
        fields.optional(INTEGER)?;
        if !is_same_algorithm(&fields.expect(SEQUENCE)?, &algorithm) {
            return Err(Error::Malformed("list names two algorithms"));
        }
        let issuer = fields.expect(SEQUENCE)?;
        let this_update = fields.next()?.instant()?;
        let has_next = matches!(fields.peek(), Some(UTC_TIME | GENERALIZED_TIME));
        let next_update = if has_next { Some(fields.next()?.instant()?) } else { None };
        let entries = fields.optional(SEQUENCE)?.map_or(0..0, |entries| range(entries.body));
        let (covers, number) = match fields.optional(context(0))? {
            Some(wrapper) => extensions(&Tlv::only(wrapper.body)?)?,
            None => (Covers::All, None),
        };
        fields.end()?;
        let (to_be_signed, algorithm, issuer) =
            (range(to_be_signed.raw), range(algorithm.raw), range(issuer.raw));
        Ok(Crl {
            to_be_signed,
            algorithm,
            issuer,
            entries,
            signature,
            number,
            this_update,
            next_update,
            covers,
            der: der.clone(),
        })
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// When it was made.
    pub fn this_update(&self) -> OffsetDateTime {
        self.this_update
    }

    /// Until when it is the newest.
    pub fn next_update(&self) -> Option<OffsetDateTime> {
        self.next_update
    }

    pub(crate) fn issuer(&self) -> &[u8] {
        &self.der[self.issuer.clone()]
    }

    pub(crate) fn number(&self) -> Option<&[u8]> {
        self.number.as_deref()
    }

    /// Whether it speaks about `certificate`.
    pub(crate) fn is_about(&self, certificate: &Certificate) -> bool {
        let fits = match self.covers {
            Covers::All => true,
            Covers::Holders => !certificate.facts().is_authority,
            Covers::Authorities => certificate.facts().is_authority,
            Covers::NotUsable => false,
        };
        fits && certificate.issuer() == self.issuer()
    }

    /// Whether `issuer` made it and may make lists.
    pub(crate) fn is_signed_by(&self, issuer: &Certificate) -> bool {
        let may = issuer.facts().key_usage.is_none_or(|bits| bits & CRL_SIGN != 0);
        let Ok(algorithm) = Tlv::only(&self.der[self.algorithm.clone()]) else { return false };
        let message = &self.der[self.to_be_signed.clone()];
        may && issuer.subject() == self.issuer()
            && check_signature(&issuer.spki(), &algorithm, None, message, &self.signature) == Ok(true)
    }

    /// Whether `serial` is on it.
    pub(crate) fn find(&self, serial: &[u8]) -> Result<Option<Revoked>, Error> {
        let mut entries = Reader::new(&self.der[self.entries.clone()]);
        while !entries.is_empty() {
            let mut fields = entries.expect(SEQUENCE)?.inside();
            if fields.expect(INTEGER)?.body != serial {
                continue;
            }
            let at = fields.next()?.instant()?;
            let mut reason = None;
            if let Some(extensions) = fields.optional(SEQUENCE)? {
                for extension in extensions.inside().all(MAX_EXTENSIONS)? {
                    let (id, _, value) = extension_parts(&extension)?;
                    if id.is_oid(&oids::CRL_REASON) {
                        reason = Tlv::only(value)?.expect(ENUMERATED)?.body.first().copied();
                    }
                }
            }
            return Ok(if reason == Some(8) { None } else { Some(Revoked { at, reason }) });
        }
        Ok(None)
    }
}

fn extensions(list: &Tlv) -> Result<(Covers, Option<Vec<u8>>), Error> {
    let (mut covers, mut number) = (Covers::All, None);
    for extension in list.expect(SEQUENCE)?.inside().all(MAX_EXTENSIONS)? {
        let (id, is_critical, value) = extension_parts(&extension)?;
        if id.is_oid(&oids::CRL_NUMBER) {
            number = Some(Tlv::only(value)?.expect(INTEGER)?.body.to_vec());
        } else if id.is_oid(&oids::ISSUING_POINT) {
            covers = issuing_point(value)?;
        } else if id.is_oid(&oids::DELTA_CRL) || (is_critical && !id.is_oid(&oids::AUTHORITY_KEY_ID)) {
            return Ok((Covers::NotUsable, number));
        }
    }
    Ok((covers, number))
}

fn issuing_point(value: &[u8]) -> Result<Covers, Error> {
    let mut covers = Covers::All;
    for field in Tlv::only(value)?.expect(SEQUENCE)?.inside().all(8)? {
        let is_set = field.body != [0];
        covers = match field.tag {
            tag if tag == context(0) || !is_set => covers,
            tag if tag == context_primitive(1) => Covers::Holders,
            tag if tag == context_primitive(2) => Covers::Authorities,
            _ => return Ok(Covers::NotUsable),
        };
    }
    Ok(covers)
}
