//! A certificate (RFC 5280) as far as signatures need it. Its bytes are kept as they came.

use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::algorithm::{Hash, check_signature, is_same_algorithm};
use crate::asn1::{
    BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, Reader, SEQUENCE, SET, Tlv, context, context_primitive,
};
use crate::error::Error;
use crate::name::{self, Name};
use crate::oids;

/// Largest certificate that is read.
pub const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;
const MAX_EXTENSIONS: usize = 64;

/// A certificate. Cloning is cheap; two are equal if their bytes are.
#[derive(Clone)]
pub struct Certificate {
    der: Arc<[u8]>,
    parsed: Arc<Parsed>,
}

/// What was found inside; names and keys are whole encodings.
struct Parsed {
    to_be_signed: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    serial: Vec<u8>,
    valid_from: OffsetDateTime,
    valid_until: OffsetDateTime,
    spki: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    facts: Facts,
}

/// What the extensions say.
#[derive(Debug, Default, Clone)]
pub(crate) struct Facts {
    pub is_authority: bool,
    pub path_length: Option<u64>,
    /// Bits of keyUsage, the first bit is the highest; none if the extension is absent.
    pub key_usage: Option<u16>,
    pub extended_usage: Option<Vec<Vec<u8>>>,
    pub is_extended_usage_critical: bool,
    pub subject_key: Option<Vec<u8>>,
    pub authority_key: Option<Vec<u8>>,
    pub is_qualified: bool,
    /// A policy carries a notice to whoever relies on it.
    pub has_notice: bool,
    pub is_unchecked_responder: bool,
    pub ocsp_urls: Vec<String>,
    pub issuer_urls: Vec<String>,
    pub crl_urls: Vec<String>,
    pub has_unknown_critical: bool,
}

/// keyUsage bits.
pub(crate) const DIGITAL_SIGNATURE: u16 = 0x8000;
pub(crate) const NON_REPUDIATION: u16 = 0x4000;
pub(crate) const KEY_ENCIPHERMENT: u16 = 0x2000;
pub(crate) const CERT_SIGN: u16 = 0x0400;
pub(crate) const CRL_SIGN: u16 = 0x0200;

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(Error::TooLarge("sertifika"));
        }
        let parsed = Arc::new(parse(der)?);
        Ok(Certificate { der: der.into(), parsed })
    }

    /// Reads every certificate of a PEM text, or the one of a DER file.
    ///
    /// # Errors
    /// As [`Certificate::from_der`]; [`Error::CertificateMissing`] if there is none.
    pub fn from_pem_or_der(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        if bytes.first() == Some(&SEQUENCE) {
            return Ok(vec![Self::from_der(bytes)?]);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Error::Malformed("PEM"))?;
        let found = crate::pem::blocks(text, "CERTIFICATE")?;
        if found.is_empty() {
            return Err(Error::CertificateMissing);
        }
        found.iter().map(|der| Self::from_der(der)).collect()
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whose certificate it is, as people read it: the common name, or the whole name if there is none.
    pub fn holder(&self) -> String {
        self.subject_name().display()
    }

    /// Who gave it.
    pub fn issuer_display(&self) -> String {
        name::read(&self.parsed.issuer).display()
    }

    /// Common name, organisation, serial number of the subject.
    pub fn subject_name(&self) -> Name {
        name::read(&self.parsed.subject)
    }

    /// The holder's TCKN if the name's serialNumber holds one (bare or as `PNOTR-…`/`TCTR-…`).
    pub fn tckn(&self) -> Option<String> {
        self.subject_name().tckn()
    }

    pub fn valid_from(&self) -> OffsetDateTime {
        self.parsed.valid_from
    }

    pub fn valid_until(&self) -> OffsetDateTime {
        self.parsed.valid_until
    }

    /// Whether `at` is inside the validity.
    pub fn is_valid_at(&self, at: OffsetDateTime) -> bool {
        self.parsed.valid_from <= at && at <= self.parsed.valid_until
    }

    /// Whether it carries both statements of a qualified certificate: that of EN 319 412-5 and that of
    /// Law 5070.
    pub fn is_qualified(&self) -> bool {
        self.parsed.facts.is_qualified
    }

    /// Whether its key may make signatures that bind the holder (keyUsage nonRepudiation).
    pub fn is_for_signatures(&self) -> bool {
        self.parsed.facts.key_usage.is_some_and(|bits| bits & NON_REPUDIATION != 0)
    }

    /// Whether others may encrypt keys for it (keyUsage keyEncipherment, or nothing said).
    pub fn is_for_encryption(&self) -> bool {
        self.parsed.facts.key_usage.is_none_or(|bits| bits & KEY_ENCIPHERMENT != 0)
    }

    /// Whether the names in it say that it was given for trials.
    pub fn looks_like_trial(&self) -> bool {
        let text = format!("{} {}", self.subject_name().whole, name::read(&self.parsed.issuer).whole);
        let text = text.to_uppercase();
        text.split(|c: char| !c.is_alphanumeric()).any(|word| {
            matches!(word, "TEST" | "DENEME" | "TRIAL" | "DEMO" | "SAMPLE") || word.starts_with("SOFTHSM")
        })
    }

    /// Where its issuer answers OCSP requests.
    pub fn ocsp_urls(&self) -> &[String] {
        &self.parsed.facts.ocsp_urls
    }

    /// Where its issuer's revocation list lies.
    pub fn crl_urls(&self) -> &[String] {
        &self.parsed.facts.crl_urls
    }

    /// Where its issuer's certificate lies.
    pub fn issuer_urls(&self) -> &[String] {
        &self.parsed.facts.issuer_urls
    }

    /// The serial number as hexadecimal digits.
    pub fn serial_hex(&self) -> String {
        hex::encode(&self.parsed.serial)
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.parsed.facts
    }

    pub(crate) fn issuer(&self) -> &[u8] {
        &self.parsed.issuer
    }

    pub(crate) fn subject(&self) -> &[u8] {
        &self.parsed.subject
    }

    /// The serial number's bytes, as an INTEGER holds them.
    pub(crate) fn serial(&self) -> &[u8] {
        &self.parsed.serial
    }

    pub(crate) fn spki(&self) -> Tlv<'_> {
        Tlv::only(&self.parsed.spki).expect("it was cut out of a parsed certificate")
    }

    pub(crate) fn signature_algorithm(&self) -> Tlv<'_> {
        Tlv::only(&self.parsed.algorithm).expect("it was cut out of a parsed certificate")
    }

    pub(crate) fn is_self_issued(&self) -> bool {
        self.parsed.issuer == self.parsed.subject
    }

    pub(crate) fn has_extended_usage(&self, usage: &const_oid::ObjectIdentifier) -> bool {
        let uses = self.parsed.facts.extended_usage.as_ref();
        uses.is_some_and(|uses| uses.iter().any(|one| one == usage.as_bytes()))
    }

    /// Whether `issuer`'s key made this certificate's signature.
    pub(crate) fn is_signed_by(&self, issuer: &Certificate) -> Result<bool, Error> {
        let parsed = &self.parsed;
        check_signature(
            &issuer.spki(),
            &self.signature_algorithm(),
            None,
            &parsed.to_be_signed,
            &parsed.signature,
        )
    }

    /// SHA-256 over the whole certificate, its name in every list.
    pub(crate) fn fingerprint(&self) -> Vec<u8> {
        Hash::Sha256.digest(&self.der)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.holder(), self.serial_hex())
    }
}

fn parse(der: &[u8]) -> Result<Parsed, Error> {
    let mut outer = Tlv::only(der)?.expect(SEQUENCE)?.inside();
    let to_be_signed = outer.expect(SEQUENCE)?;
    let algorithm = outer.expect(SEQUENCE)?;
    let signature = outer.expect(BIT_STRING)?.bits()?;
    outer.end()?;

    let mut fields = to_be_signed.inside();
    fields.optional(context(0))?;
    let serial = fields.expect(INTEGER)?;
    let inner_algorithm = fields.expect(SEQUENCE)?;
    let issuer = fields.expect(SEQUENCE)?;
    let mut validity = fields.expect(SEQUENCE)?.inside();
    let subject = fields.expect(SEQUENCE)?;
    let spki = fields.expect(SEQUENCE)?;
    fields.optional(context_primitive(1))?;
    fields.optional(context_primitive(2))?;
    let extensions = fields.optional(context(3))?;
    fields.end()?;
    if !is_same_algorithm(&inner_algorithm, &algorithm) {
        return Err(Error::Malformed("certificate names two algorithms"));
    }
    crate::algorithm::public_key(&spki)?;
    Ok(Parsed {
        to_be_signed: to_be_signed.raw.to_vec(),
        issuer: issuer.raw.to_vec(),
        subject: subject.raw.to_vec(),
        serial: serial.body.to_vec(),
        valid_from: validity.next()?.instant()?,
        valid_until: validity.next()?.instant()?,
        spki: spki.raw.to_vec(),
        algorithm: algorithm.raw.to_vec(),
        signature: signature.to_vec(),
        facts: extensions.map(|found| facts(&found)).transpose()?.unwrap_or_default(),
    })
}

fn facts(wrapper: &Tlv) -> Result<Facts, Error> {
    let mut facts = Facts::default();
    let mut seen: Vec<&[u8]> = Vec::new();
    for extension in wrapper.inside().expect(SEQUENCE)?.inside().all(MAX_EXTENSIONS)? {
        let (id, is_critical, value) = extension_parts(&extension)?;
        if seen.contains(&id.body) {
            return Err(Error::Malformed("extension stands twice"));
        }
        seen.push(id.body);
        take(&mut facts, &id, is_critical, value)?;
    }
    Ok(facts)
}

/// The id, whether it is critical and the value of one extension, of certificates, lists and answers.
pub(crate) fn extension_parts<'a>(extension: &Tlv<'a>) -> Result<(Tlv<'a>, bool, &'a [u8]), Error> {
    let mut fields = extension.expect(SEQUENCE)?.inside();
    let id = fields.expect(crate::asn1::OID)?;
    let is_critical = fields.optional(BOOLEAN)?.is_some_and(|flag| flag.body != [0]);
    let value = fields.expect(OCTET_STRING)?.body;
    fields.end()?;
    Ok((id, is_critical, value))
}

fn take(facts: &mut Facts, id: &Tlv, is_critical: bool, value: &[u8]) -> Result<(), Error> {
    match () {
        () if id.is_oid(&oids::BASIC_CONSTRAINTS) => {
            let mut fields = Tlv::only(value)?.expect(SEQUENCE)?.inside();
            facts.is_authority = fields.optional(BOOLEAN)?.is_some_and(|flag| flag.body != [0]);
            facts.path_length = fields.optional(INTEGER)?.map(|length| length.small()).transpose()?;
        }
        () if id.is_oid(&oids::KEY_USAGE) => {
            let bits = Tlv::only(value)?.expect(BIT_STRING)?.body;
            let byte = |at: usize| bits.get(at).copied().map_or(0, u16::from);
            facts.key_usage = Some((byte(1) << 8) | byte(2));
        }
        () if id.is_oid(&oids::EXTENDED_KEY_USAGE) => {
            let uses = Tlv::only(value)?.expect(SEQUENCE)?.inside().all(MAX_EXTENSIONS)?;
            facts.extended_usage = Some(uses.iter().map(|one| one.body.to_vec()).collect());
            facts.is_extended_usage_critical = is_critical;
        }
        () if id.is_oid(&oids::SUBJECT_KEY_ID) => {
            facts.subject_key = Some(Tlv::only(value)?.expect(OCTET_STRING)?.body.to_vec());
        }
        () if id.is_oid(&oids::AUTHORITY_KEY_ID) => {
            let mut fields = Tlv::only(value)?.expect(SEQUENCE)?.inside();
            facts.authority_key = fields.optional(context_primitive(0))?.map(|key| key.body.to_vec());
        }
        () if id.is_oid(&oids::QC_STATEMENTS) => facts.is_qualified = is_qualified(value)?,
        () if id.is_oid(&oids::OCSP_NO_CHECK) => facts.is_unchecked_responder = true,
        () if id.is_oid(&oids::AUTHORITY_INFO) => authority_info(facts, value)?,
        () if id.is_oid(&oids::CRL_POINTS) => facts.crl_urls = crl_points(value)?,
        () if id.is_oid(&oids::CERTIFICATE_POLICIES) => facts.has_notice = has_notice(value)?,
        // Other names name no signer.
        () if id.is_oid(&oids::SUBJECT_ALT_NAME) => {}
        () => facts.has_unknown_critical |= is_critical,
    }
    Ok(())
}

fn is_qualified(value: &[u8]) -> Result<bool, Error> {
    let (mut european, mut turkish) = (false, false);
    for statement in Tlv::only(value)?.expect(SEQUENCE)?.inside().all(MAX_EXTENSIONS)? {
        let id = statement.expect(SEQUENCE)?.inside().next()?;
        european |= id.is_oid(&oids::QC_COMPLIANCE);
        turkish |= id.is_oid(&oids::QC_TURKISH);
    }
    Ok(european && turkish)
}

fn has_notice(value: &[u8]) -> Result<bool, Error> {
    for policy in Tlv::only(value)?.expect(SEQUENCE)?.inside().all(MAX_EXTENSIONS)? {
        let mut fields = policy.expect(SEQUENCE)?.inside();
        fields.next()?;
        let Some(qualifiers) = fields.optional(SEQUENCE)? else { continue };
        for qualifier in qualifiers.inside().all(MAX_EXTENSIONS)? {
            if qualifier.inside().next()?.is_oid(&oids::USER_NOTICE) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn authority_info(facts: &mut Facts, value: &[u8]) -> Result<(), Error> {
    for access in Tlv::only(value)?.expect(SEQUENCE)?.inside().all(MAX_EXTENSIONS)? {
        let mut fields = access.expect(SEQUENCE)?.inside();
        let method = fields.next()?;
        let Some(url) = url(&fields.next()?) else { continue };
        if method.is_oid(&oids::ACCESS_OCSP) {
            facts.ocsp_urls.push(url);
        } else if method.is_oid(&oids::ACCESS_ISSUERS) {
            facts.issuer_urls.push(url);
        }
    }
    Ok(())
}

fn crl_points(value: &[u8]) -> Result<Vec<String>, Error> {
    let mut urls = Vec::new();
    for point in Tlv::only(value)?.expect(SEQUENCE)?.inside().all(MAX_EXTENSIONS)? {
        let Some(name) = point.expect(SEQUENCE)?.inside().optional(context(0))? else { continue };
        let Some(full) = name.inside().optional(context(0))? else { continue };
        urls.extend(full.inside().all(MAX_EXTENSIONS)?.iter().filter_map(url));
    }
    Ok(urls)
}

fn url(general_name: &Tlv) -> Option<String> {
    let is_url = general_name.tag == context_primitive(6);
    if is_url { std::str::from_utf8(general_name.body).ok().map(str::to_owned) } else { None }
}

/// Attributes of a name: every SET of every part.
pub(crate) fn name_parts<'a>(name: &Tlv<'a>, limit: usize) -> Result<Vec<Tlv<'a>>, Error> {
    let mut parts = Vec::new();
    for set in name.expect(SEQUENCE)?.inside().all(limit)? {
        parts.extend(Reader::new(set.expect(SET)?.body).all(limit)?);
    }
    Ok(parts)
}
