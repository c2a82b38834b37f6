//! OCSP (RFC 6960): the question's bytes and the answer, with the rules for who may answer. The caller
//! carries them over the network.

use std::sync::Arc;

use time::OffsetDateTime;

use crate::algorithm::{Hash, check_signature, public_key};
use crate::asn1::{
    self, BIT_STRING, ENUMERATED, INTEGER, OCTET_STRING, SEQUENCE, Tlv, context, context_primitive, encode,
    sequence,
};
use crate::certificate::{Certificate, extension_parts};
use crate::cms::tagged_list;
use crate::crl::Revoked;
use crate::error::Error;
use crate::oids;

/// Largest answer that is read.
pub const MAX_OCSP_BYTES: usize = 256 * 1024;
const MAX_ANSWERS: usize = 32;

/// A question about `certificate` that `issuer` gave. `nonce` (1 to 32 bytes) ties the answer to it;
/// many responders leave it out of their answers.
pub fn ocsp_request(certificate: &Certificate, issuer: &Certificate, nonce: Option<&[u8]>) -> Vec<u8> {
    let key = public_key(&issuer.spki()).map(|(_, bits)| bits.to_vec()).unwrap_or_default();
    // SHA-1 only names the issuer here; responders understand nothing else for certain (RFC 5019).
    let id = sequence(&[
        &sequence(&[&asn1::oid(&oids::SHA1), &[5, 0]]),
        &asn1::octets(&Hash::Sha1.digest(issuer.subject())),
        &asn1::octets(&Hash::Sha1.digest(&key)),
        &encode(INTEGER, &[certificate.serial()]),
    ]);
    let list = sequence(&[&sequence(&[&id])]);
    let extensions = nonce.map(|nonce| {
        let value = asn1::octets(&asn1::octets(nonce));
        encode(context(2), &[&sequence(&[&sequence(&[&asn1::oid(&oids::OCSP_NONCE), &value])])])
    });
    sequence(&[&sequence(&[&list, extensions.as_deref().unwrap_or_default()])])
}

/// An answer of a responder. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Ocsp {
    /// The `BasicOCSPResponse`, which signature files keep.
    basic: Arc<[u8]>,
    to_be_signed: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    responder: Vec<u8>,
    produced_at: OffsetDateTime,
    nonce: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    answers: Vec<Answer>,
}

/// What is said about one certificate.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    hash: Hash,
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
    serial: Vec<u8>,
    pub status: Status,
    pub this_update: OffsetDateTime,
    pub next_update: Option<OffsetDateTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Good,
    Revoked(Revoked),
    Unknown,
}

impl Ocsp {
    /// Reads an `OCSPResponse` as it came from the network, or the `BasicOCSPResponse` inside it.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Unsupported`] if the responder refused.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_OCSP_BYTES {
            return Err(Error::TooLarge("OCSP yanıtı"));
        }
        let mut fields = Tlv::only(der)?.expect(SEQUENCE)?.inside();
        if fields.peek() != Some(ENUMERATED) {
            return basic(der);
        }
        if fields.next()?.body != [0] {
            return Err(Error::Unsupported("OCSP sunucusu yanıt vermedi"));
        }
        let mut bytes = Tlv::only(fields.expect(context(0))?.body)?.expect(SEQUENCE)?.inside();
        if !bytes.next()?.is_oid(&oids::OCSP_BASIC) {
            return Err(Error::Unsupported("OCSP yanıtı"));
        }
        basic(bytes.expect(OCTET_STRING)?.body)
    }

    /// The `BasicOCSPResponse`.
    pub fn der(&self) -> &[u8] {
        &self.basic
    }

    /// The `OCSPResponse` around it, as it came from the network.
    pub(crate) fn whole(&self) -> Vec<u8> {
        let basic = sequence(&[&asn1::oid(&oids::OCSP_BASIC), &asn1::octets(&self.basic)]);
        sequence(&[&encode(ENUMERATED, &[&[0]]), &encode(context(0), &[&basic])])
    }

    pub fn produced_at(&self) -> OffsetDateTime {
        self.produced_at
    }

    /// The nonce it repeats, to compare with that of the question.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// The ResponderID as encoded.
    pub(crate) fn responder(&self) -> &[u8] {
        &self.responder
    }

    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// What it says about `certificate`, signed or not.
    pub(crate) fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<&Answer> {
        let (_, key) = public_key(&issuer.spki()).ok()?;
        self.answers.iter().find(|answer| {
            answer.serial == certificate.serial()
                && answer.name_hash == answer.hash.digest(issuer.subject())
                && answer.key_hash == answer.hash.digest(key)
        })
    }

    /// Who signed it, if that one may speak for `issuer`: the issuer itself, or a certificate that the
    /// issuer gave for OCSP (RFC 6960, 4.2.2.2) and that was valid then.
    pub(crate) fn signer_for<'a>(
        &'a self,
        issuer: &'a Certificate,
        others: impl Iterator<Item = &'a Certificate>,
    ) -> Option<&'a Certificate> {
        let mut candidates = self.certificates.iter().chain(std::iter::once(issuer)).chain(others);
        candidates.find(|one| {
            let may = *one == issuer
                || (one.has_extended_usage(&oids::USE_OCSP_SIGNING)
                    && one.is_valid_at(self.produced_at)
                    && one.issuer() == issuer.subject()
                    && one.is_signed_by(issuer) == Ok(true));
            let Ok(algorithm) = Tlv::only(&self.algorithm) else { return false };
            let message = &self.to_be_signed;
            self.names(one)
                && may
                && check_signature(&one.spki(), &algorithm, None, message, &self.signature) == Ok(true)
        })
    }

    /// Whether the ResponderID names this certificate.
    fn names(&self, certificate: &Certificate) -> bool {
        let Ok(id) = Tlv::only(&self.responder) else { return false };
        if id.tag == context(1) {
            return id.body == certificate.subject();
        }
        let key = public_key(&certificate.spki()).map(|(_, bits)| Hash::Sha1.digest(bits));
        Tlv::only(id.body).is_ok_and(|hash| key.is_ok_and(|key| hash.body == key))
    }
}

fn basic(der: &[u8]) -> Result<Ocsp, Error> {
    let mut outer = Tlv::only(der)?.expect(SEQUENCE)?.inside();
    let to_be_signed = outer.expect(SEQUENCE)?;
    let algorithm = outer.expect(SEQUENCE)?;
    let signature = outer.expect(BIT_STRING)?.bits()?;
    let certificates = tagged_list(&mut outer, 0, MAX_ANSWERS)?;
    outer.end()?;

    let mut fields = to_be_signed.inside();
    fields.optional(context(0))?;
    let responder = fields.next()?;
    if responder.tag != context(1) && responder.tag != context(2) {
        return Err(Error::Malformed("OCSP responder"));
    }
    let produced_at = fields.next()?.instant()?;
    let answers = fields.expect(SEQUENCE)?.inside().all(MAX_ANSWERS)?;
    let mut nonce = None;
    for extension in tagged_list(&mut fields, 1, MAX_ANSWERS)? {
        let (id, _, value) = extension_parts(&extension)?;
        if id.is_oid(&oids::OCSP_NONCE) {
            nonce = Some(Tlv::only(value).map_or(value, |inner| inner.body).to_vec());
        }
    }
    Ok(Ocsp {
        basic: der.into(),
        to_be_signed: to_be_signed.raw.to_vec(),
        algorithm: algorithm.raw.to_vec(),
        signature: signature.to_vec(),
        responder: responder.raw.to_vec(),
        produced_at,
        nonce,
        certificates: certificates.iter().filter_map(|one| Certificate::from_der(one.raw).ok()).collect(),
        answers: answers.iter().map(answer).collect::<Result<_, _>>()?,
    })
}

fn answer(single: &Tlv) -> Result<Answer, Error> {
    let mut fields = single.expect(SEQUENCE)?.inside();
    let mut id = fields.expect(SEQUENCE)?.inside();
    let status = fields.next()?;
    let this_update = fields.next()?.instant()?;
    let next_update = match fields.optional(context(0))? {
        Some(wrapper) => Some(Tlv::only(wrapper.body)?.instant()?),
        None => None,
    };
    let status = match status.tag {
        tag if tag == context_primitive(0) => Status::Good,
        tag if tag == context(1) => {
            let mut fields = status.inside();
            let at = fields.next()?.instant()?;
            let reason = match fields.optional(context(0))? {
                Some(wrapper) => Tlv::only(wrapper.body)?.expect(ENUMERATED)?.body.first().copied(),
                None => None,
            };
            Status::Revoked(Revoked { at, reason })
        }
        _ => Status::Unknown,
    };
    Ok(Answer {
        hash: Hash::read(&id.expect(SEQUENCE)?)?,
        name_hash: id.expect(OCTET_STRING)?.body.to_vec(),
        key_hash: id.expect(OCTET_STRING)?.body.to_vec(),
        serial: id.expect(INTEGER)?.body.to_vec(),
        status,
        this_update,
        next_update,
    })
}
