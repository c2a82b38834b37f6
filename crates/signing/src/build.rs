//! Makes CAdES-BES and -EPES signatures (EN 319 122-1) in two steps, because the key is in a card on
//! somebody's desk: what is to be signed goes out, a signature value comes back.

use sha2::{Digest as _, Sha256, Sha384};
use time::OffsetDateTime;

use crate::algorithm::{Hash, KeyKind, check_signature, public_key};
use crate::asn1::{self, IA5_STRING, OCTET_STRING, SET, Tlv, context, encode, sequence};
use crate::certificate::Certificate;
use crate::cms::{Parts, SignedData, attribute_bytes, normal};
use crate::error::Error;
use crate::oids;
use crate::profile::{POLICY_SHA256, POLICY_URL, Profile};

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// Stands in the signature file ("tümleşik").
    Attached(&'a [u8]),
    /// Stands elsewhere ("ayrık").
    Detached(&'a [u8]),
    /// A PDF around the room for its signature. The time of signing stands there, too (EN 319 142-1, 6.3).
    Pdf(&'a PdfDigests),
}

/// Digests of what a signature in a PDF covers, so that it can be made where the file is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfDigests {
    pub sha256: [u8; 32],
    pub sha384: [u8; 48],
}

impl PdfDigests {
    /// Of the bytes before and after the room.
    pub(crate) fn of(covered: &[u8]) -> Self {
        PdfDigests { sha256: Sha256::digest(covered).into(), sha384: Sha384::digest(covered).into() }
    }
}

impl Content<'_> {
    fn digest(self, hash: Hash) -> Result<Vec<u8>, Error> {
        match (self, hash) {
            (Content::Attached(bytes) | Content::Detached(bytes), hash) => Ok(hash.digest(bytes)),
            (Content::Pdf(digests), Hash::Sha256) => Ok(digests.sha256.to_vec()),
            (Content::Pdf(digests), Hash::Sha384) => Ok(digests.sha384.to_vec()),
            (Content::Pdf(_), _) => Err(Error::Unsupported("özet algoritması")),
        }
    }
}

/// How a signature value is made from the bytes to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    RsaSha256,
    EcdsaP256Sha256,
    EcdsaP384Sha384,
}

impl SignatureAlgorithm {
    /// What goes with a certificate's key.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for keys other than RSA, P-256 and P-384.
    pub fn of(certificate: &Certificate) -> Result<Self, Error> {
        match public_key(&certificate.spki())?.0 {
            KeyKind::Rsa => Ok(SignatureAlgorithm::RsaSha256),
            KeyKind::P256 => Ok(SignatureAlgorithm::EcdsaP256Sha256),
            KeyKind::P384 => Ok(SignatureAlgorithm::EcdsaP384Sha384),
            KeyKind::Unknown => Err(Error::Unsupported("açık anahtar")),
        }
    }

    /// The digest that is signed.
    pub fn hash(self) -> Hash {
        match self {
            SignatureAlgorithm::EcdsaP384Sha384 => Hash::Sha384,
            _ => Hash::Sha256,
        }
    }

    fn identifier(self) -> Vec<u8> {
        match self {
            // RFC 8017: RSA has NULL parameters, RFC 5758: ECDSA has none.
            SignatureAlgorithm::RsaSha256 => sequence(&[&asn1::oid(&oids::RSA_SHA256), &[5, 0]]),
            SignatureAlgorithm::EcdsaP256Sha256 => asn1::algorithm(&oids::ECDSA_SHA256),
            SignatureAlgorithm::EcdsaP384Sha384 => asn1::algorithm(&oids::ECDSA_SHA384),
        }
    }
}

/// A signature that waits for its value.
#[derive(Debug, Clone)]
pub struct Preparation {
    parts: Parts,
    certificate: Certificate,
    algorithm: SignatureAlgorithm,
    /// The signed attributes as a SET: exactly what the key signs.
    to_be_signed: Vec<u8>,
    /// For a countersignature: the signer whose signature is signed.
    countersigned: Option<usize>,
}

impl Preparation {
    /// A new file with one signer. `chain` starts with the signer's certificate; the rest goes into the
    /// file (a root need not).
    ///
    /// # Errors
    /// [`Error::CertificateMissing`] without a chain, [`Error::Unsupported`] for an unknown kind of key.
    pub fn new(
        content: Content,
        chain: &[Certificate],
        profile: Profile,
        signing_time: OffsetDateTime,
    ) -> Result<Self, Error> {
        let encapsulated = match content {
            Content::Attached(bytes) => {
                let wrapped = encode(context(0), &[&encode(OCTET_STRING, &[bytes])]);
                sequence(&[&asn1::oid(&oids::DATA), &wrapped])
            }
            Content::Detached(_) | Content::Pdf(_) => sequence(&[&asn1::oid(&oids::DATA)]),
        };
        let signing_time = (!matches!(content, Content::Pdf(_))).then_some(signing_time);
        let parts = Parts::empty(encapsulated);
        let kind = asn1::oid(&oids::DATA);
        Self::over(parts, content, Some(&kind), chain, (profile, signing_time))
    }

    /// One more signer over the same content ("paralel imza"). `content` is needed if the file does not
    /// carry it. What the other signers signed is not touched.
    ///
    /// # Errors
    /// As [`Preparation::new`]; [`Error::ContentMissing`], [`Error::ContentDiffers`], [`Error::Malformed`].
    pub fn parallel(
        cms: &[u8],
        content: Option<&[u8]>,
        chain: &[Certificate],
        profile: Profile,
        signing_time: OffsetDateTime,
    ) -> Result<Self, Error> {
        let cms = normal(cms)?;
        let data = SignedData::parse(&cms)?;
        let content = Content::Detached(content_of(&data, content)?);
        let kind = Some(data.content_type.raw);
        Self::over(Parts::of(&data), content, kind, chain, (profile, Some(signing_time)))
    }

    /// A signature over the signature of signer `index` ("seri imza", RFC 5652, 11.4).
    ///
    /// # Errors
    /// As [`Preparation::new`]; [`Error::NoSuchSigner`], [`Error::Malformed`].
    pub fn counter(
        cms: &[u8],
        index: usize,
        chain: &[Certificate],
        profile: Profile,
        signing_time: OffsetDateTime,
    ) -> Result<Self, Error> {
        let cms = normal(cms)?;
        let data = SignedData::parse(&cms)?;
        let signed = Content::Detached(data.signer(index)?.signature());
        let made = Self::over(Parts::of(&data), signed, None, chain, (profile, Some(signing_time)))?;
        Ok(Preparation { countersigned: Some(index), ..made })
    }

    fn over(
        mut parts: Parts,
        content: Content,
        content_type: Option<&[u8]>,
        chain: &[Certificate],
        (profile, signing_time): (Profile, Option<OffsetDateTime>),
    ) -> Result<Self, Error> {
        let certificate = chain.first().ok_or(Error::CertificateMissing)?.clone();
        let algorithm = SignatureAlgorithm::of(&certificate)?;
        let hash = algorithm.hash();
        let mut attributes = vec![
            attribute_bytes(&oids::MESSAGE_DIGEST, &asn1::octets(&content.digest(hash)?)),
            attribute_bytes(&oids::SIGNING_CERTIFICATE_V2, &signing_certificate(&certificate)),
        ];
        attributes.extend(signing_time.map(|at| attribute_bytes(&oids::SIGNING_TIME, &asn1::instant(at))));
        // RFC 5652, 11.4: a countersignature has no content type.
        attributes.extend(content_type.map(|kind| attribute_bytes(&oids::CONTENT_TYPE, kind)));
        if let Some(policy) = profile.oid() {
            attributes.push(attribute_bytes(&oids::SIGNATURE_POLICY, &policy_value(&policy)));
        }
        let digest = asn1::algorithm(&hash.oid());
        let is_known =
            parts.digests.iter().any(|one| Tlv::only(one).is_ok_and(|one| Hash::read(&one) == Ok(hash)));
        if !is_known {
            parts.digests.push(digest);
        }
        parts.add_certificates(chain);
        let to_be_signed = asn1::set_of(SET, attributes);
        Ok(Preparation { parts, certificate, algorithm, to_be_signed, countersigned: None })
    }

    /// The bytes that the key signs (not their digest).
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// How they are signed.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The file, once the key has signed. ECDSA values are DER (`Key` gives them so). The value is
    /// checked first, so that a card with another certificate makes no broken file.
    ///
    /// # Errors
    /// [`Error::SignatureDoesNotFit`].
    pub fn finish(&self, signature: &[u8]) -> Result<Vec<u8>, Error> {
        let identifier = self.algorithm.identifier();
        let algorithm = Tlv::only(&identifier)?;
        let spki = self.certificate.spki();
        if !check_signature(&spki, &algorithm, None, &self.to_be_signed, signature)? {
            return Err(Error::SignatureDoesNotFit);
        }
        let signed = Tlv::only(&self.to_be_signed)?.body;
        let serial = encode(asn1::INTEGER, &[self.certificate.serial()]);
        let info = sequence(&[
            &asn1::number(1),
            &sequence(&[self.certificate.issuer(), &serial]),
            &asn1::algorithm(&self.algorithm.hash().oid()),
            &encode(context(0), &[signed]),
            &identifier,
            &asn1::octets(signature),
        ]);
        let mut parts = self.parts.clone();
        match self.countersigned {
            None => parts.signers.push(info),
            Some(index) => {
                let signer = parts.signers.get_mut(index).ok_or(Error::NoSuchSigner(index + 1))?;
                let changed = crate::cms::SignerInfo::parse(&Tlv::only(signer)?)?
                    .with_one_more(attribute_bytes(&oids::COUNTER_SIGNATURE, &info));
                *signer = changed;
            }
        }
        Ok(parts.encode())
    }
}

/// The content of a file: its own, or what is given if that is the same or the file has none.
pub(crate) fn content_of<'a>(data: &SignedData<'a>, given: Option<&'a [u8]>) -> Result<&'a [u8], Error> {
    match (data.content, given) {
        (Some(own), Some(given)) if own != given => Err(Error::ContentDiffers),
        (Some(own), _) => Ok(own),
        (None, Some(given)) => Ok(given),
        (None, None) => Err(Error::ContentMissing),
    }
}

/// SigningCertificateV2 (RFC 5035) with issuer and serial; SHA-256 is the default and left out.
fn signing_certificate(certificate: &Certificate) -> Vec<u8> {
    let names = sequence(&[&encode(context(4), &[certificate.issuer()])]);
    let serial = encode(asn1::INTEGER, &[certificate.serial()]);
    let id = sequence(&[&asn1::octets(&certificate.fingerprint()), &sequence(&[&names, &serial])]);
    sequence(&[&sequence(&[&id])])
}

/// SignaturePolicyId (RFC 5126, 5.8.1) with the address of the document.
fn policy_value(policy: &const_oid::ObjectIdentifier) -> Vec<u8> {
    let digest = sequence(&[&asn1::algorithm(&oids::SHA256), &asn1::octets(&POLICY_SHA256)]);
    let url = encode(IA5_STRING, &[POLICY_URL.as_bytes()]);
    let qualifiers = sequence(&[&sequence(&[&asn1::oid(&oids::POLICY_URI), &url])]);
    sequence(&[&asn1::oid(policy), &digest, &qualifiers])
}
