//! SignedData (RFC 5652) taken apart into slices and put together again without touching what is signed.

use std::borrow::Cow;

use const_oid::ObjectIdentifier;

use crate::algorithm::Hash;
use crate::asn1::{
    self, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET, Tlv, context, context_primitive, encode,
    sequence,
};
use crate::certificate::Certificate;
use crate::error::Error;
use crate::oids;

/// Largest signature file that is read, content included.
pub const MAX_CMS_BYTES: usize = 64 * 1024 * 1024;
const MAX_CERTIFICATES: usize = 128;
const MAX_REVOCATIONS: usize = 64;
const MAX_SIGNERS: usize = 64;
const MAX_ATTRIBUTES: usize = 64;

/// The bytes of a signature file with definite lengths.
pub(crate) fn normal(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if bytes.len() > MAX_CMS_BYTES {
        return Err(Error::TooLarge("imza dosyası"));
    }
    asn1::definite(bytes)
}

/// One SignedData in slices of its file.
#[derive(Debug)]
pub(crate) struct SignedData<'a> {
    pub version: Tlv<'a>,
    pub digests: Vec<Tlv<'a>>,
    pub encapsulated: Tlv<'a>,
    pub content_type: Tlv<'a>,
    pub content: Option<&'a [u8]>,
    /// The field `certificates [0]` as it stands, and what is in it.
    pub certificates_field: Option<Tlv<'a>>,
    pub certificates: Vec<Tlv<'a>>,
    pub revocations_field: Option<Tlv<'a>>,
    pub revocations: Vec<Tlv<'a>>,
    pub signers: Vec<SignerInfo<'a>>,
}

/// Whom a SignerInfo names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SignerId<'a> {
    IssuerAndSerial { issuer: &'a [u8], serial: &'a [u8] },
    KeyId(&'a [u8]),
}

impl SignerId<'_> {
    pub fn is(&self, certificate: &Certificate) -> bool {
        match self {
            SignerId::IssuerAndSerial { issuer, serial } => {
                certificate.issuer() == *issuer && certificate.serial() == *serial
            }
            SignerId::KeyId(key) => certificate.facts().subject_key.as_deref() == Some(*key),
        }
    }
}

/// One SignerInfo in slices.
#[derive(Debug)]
pub(crate) struct SignerInfo<'a> {
    pub raw: &'a [u8],
    pub version: Tlv<'a>,
    pub id_field: Tlv<'a>,
    pub id: SignerId<'a>,
    pub digest: Tlv<'a>,
    pub signed: Option<Tlv<'a>>,
    pub signed_attributes: Vec<Attribute<'a>>,
    pub algorithm: Tlv<'a>,
    pub signature_field: Tlv<'a>,
    pub unsigned: Option<Tlv<'a>>,
    pub unsigned_attributes: Vec<Attribute<'a>>,
}

/// One attribute: its kind and its values.
#[derive(Debug, Clone)]
pub(crate) struct Attribute<'a> {
    pub raw: &'a [u8],
    /// Kind and values without the outer SEQUENCE, as some imprints want them.
    pub inner: &'a [u8],
    pub kind: Tlv<'a>,
    pub values: Vec<Tlv<'a>>,
}

impl<'a> SignedData<'a> {
    /// `bytes` must come from [`normal`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut outer = Tlv::only(bytes)?.expect(SEQUENCE)?.inside();
        if !outer.next()?.is_oid(&oids::SIGNED_DATA) {
            return Err(Error::Malformed("not SignedData"));
        }
        let wrapped = outer.expect(context(0))?;
        outer.end()?;
        let mut fields = Tlv::only(wrapped.body)?.expect(SEQUENCE)?.inside();
        let version = fields.expect(INTEGER)?;
        let digests = fields.expect(SET)?.inside().all(MAX_SIGNERS)?;
        let encapsulated = fields.expect(SEQUENCE)?;
        let certificates_field = fields.optional(context(0))?;
        let revocations_field = fields.optional(context(1))?;
        let signers = fields.expect(SET)?.inside().all(MAX_SIGNERS)?;
        fields.end()?;

        let mut content_fields = encapsulated.inside();
        let content_type = content_fields.expect(OID)?;
        let content = match content_fields.optional(context(0))? {
            Some(wrapper) => Some(Tlv::only(wrapper.body)?.expect(OCTET_STRING)?.body),
            None => None,
        };
        let all =
            |field: Option<Tlv<'a>>, limit| field.map_or(Ok(Vec::new()), |field| field.inside().all(limit));
        Ok(SignedData {
            version,
            digests,
            encapsulated,
            content_type,
            content,
            certificates: all(certificates_field, MAX_CERTIFICATES)?,
            certificates_field,
            revocations: all(revocations_field, MAX_REVOCATIONS)?,
            revocations_field,
            signers: signers.iter().map(SignerInfo::parse).collect::<Result<_, _>>()?,
        })
    }

    pub fn signer(&self, index: usize) -> Result<&SignerInfo<'a>, Error> {
        self.signers.get(index).ok_or(Error::NoSuchSigner(index + 1))
    }

    /// The certificates that can be read; others (attribute certificates) are passed over.
    pub fn read_certificates(&self) -> Vec<Certificate> {
        let plain = self.certificates.iter().filter(|one| one.tag == SEQUENCE);
        plain.filter_map(|one| Certificate::from_der(one.raw).ok()).collect()
    }
}

impl<'a> SignerInfo<'a> {
    pub fn parse(info: &Tlv<'a>) -> Result<Self, Error> {
        let mut fields = info.expect(SEQUENCE)?.inside();
        let version = fields.expect(INTEGER)?;
        let id_field = fields.next()?;
        let id = match id_field.tag {
            SEQUENCE => {
                let mut parts = id_field.inside();
                let issuer = parts.expect(SEQUENCE)?.raw;
                SignerId::IssuerAndSerial { issuer, serial: parts.expect(INTEGER)?.body }
            }
            tag if tag == context_primitive(0) => SignerId::KeyId(id_field.body),
            _ => return Err(Error::Malformed("signer id")),
        };
        let digest = fields.expect(SEQUENCE)?;
        let signed = fields.optional(context(0))?;
        let algorithm = fields.expect(SEQUENCE)?;
        let signature_field = fields.expect(OCTET_STRING)?;
        let unsigned = fields.optional(context(1))?;
        fields.end()?;
        Ok(SignerInfo {
            raw: info.raw,
            version,
            id_field,
            id,
            digest,
            signed,
            signed_attributes: signed.map_or(Ok(Vec::new()), attributes)?,
            algorithm,
            signature_field,
            unsigned,
            unsigned_attributes: unsigned.map_or(Ok(Vec::new()), attributes)?,
        })
    }

    pub fn signature(&self) -> &'a [u8] {
        self.signature_field.body
    }

    pub fn hash(&self) -> Result<Hash, Error> {
        Hash::read(&self.digest)
    }

    /// The one value of a signed attribute; an attribute that stands twice is an error (RFC 5652, 11).
    pub fn signed_value(&self, kind: &ObjectIdentifier) -> Result<Option<Tlv<'a>>, Error> {
        let mut found = self.signed_attributes.iter().filter(|one| one.kind.is_oid(kind));
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(one), None) if one.values.len() == 1 => Ok(one.values.first().copied()),
            _ => Err(Error::Malformed("signed attribute stands twice")),
        }
    }

    pub fn unsigned(&self, kind: &ObjectIdentifier) -> impl Iterator<Item = &Attribute<'a>> {
        self.unsigned_attributes.iter().filter(move |one| one.kind.is_oid(kind))
    }

    pub fn unsigned_value(&self, kind: &ObjectIdentifier) -> Option<Tlv<'a>> {
        self.unsigned(kind).find_map(|one| one.values.first().copied())
    }

    /// What the signature is made over if there are signed attributes: the same bytes as a SET. BER that
    /// came unsorted is sorted, as RFC 5652 (5.4) asks; the second form is only there then.
    pub fn signed_messages(&self) -> Vec<Vec<u8>> {
        let Some(signed) = self.signed else { return Vec::new() };
        let as_it_came = encode(SET, &[signed.body]);
        let sorted = asn1::set_of(SET, self.signed_attributes.iter().map(|one| one.raw.to_vec()).collect());
        if sorted == as_it_came { vec![as_it_came] } else { vec![sorted, as_it_came] }
    }

    /// The same SignerInfo with other unsigned attributes.
    pub fn with_unsigned(&self, attributes: Vec<Vec<u8>>) -> Vec<u8> {
        let end = self.unsigned.map_or(0, |field| field.raw.len());
        let inside = Tlv::only(self.raw).expect("it was parsed").body;
        let kept = &inside[..inside.len() - end];
        if attributes.is_empty() {
            return sequence(&[kept]);
        }
        let attributes: Vec<&[u8]> = attributes.iter().map(Vec::as_slice).collect();
        sequence(&[kept, &encode(context(1), &attributes)])
    }

    /// The same SignerInfo with one more unsigned attribute: in DER's order, or at the end where what
    /// stands there is not in that order, because old archive stamps cover the order.
    pub fn with_one_more(&self, attribute: Vec<u8>) -> Vec<u8> {
        let mut attributes = self.unsigned_raw();
        let at = if attributes.is_sorted() {
            attributes.partition_point(|one| *one <= attribute)
        } else {
            attributes.len()
        };
        attributes.insert(at, attribute);
        self.with_unsigned(attributes)
    }

    /// The unsigned attributes as they stand.
    pub fn unsigned_raw(&self) -> Vec<Vec<u8>> {
        self.unsigned_attributes.iter().map(|one| one.raw.to_vec()).collect()
    }
}

fn attributes(field: Tlv) -> Result<Vec<Attribute>, Error> {
    field.inside().all(MAX_ATTRIBUTES)?.iter().map(attribute).collect()
}

fn attribute<'a>(one: &Tlv<'a>) -> Result<Attribute<'a>, Error> {
    let mut fields = one.expect(SEQUENCE)?.inside();
    let kind = fields.expect(OID)?;
    let values = fields.expect(SET)?.inside().all(MAX_ATTRIBUTES)?;
    fields.end()?;
    Ok(Attribute { raw: one.raw, inner: one.body, kind, values })
}

/// An attribute with one value.
pub(crate) fn attribute_bytes(kind: &ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    sequence(&[&asn1::oid(kind), &encode(SET, &[value])])
}

/// What a file is made of; fields are whole encodings and stand in the order given.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub version: Vec<u8>,
    pub digests: Vec<Vec<u8>>,
    pub encapsulated: Vec<u8>,
    pub certificates: Vec<Vec<u8>>,
    pub revocations: Option<Vec<u8>>,
    pub signers: Vec<Vec<u8>>,
}

impl Parts {
    /// A file that nobody signed yet.
    pub fn empty(encapsulated: Vec<u8>) -> Self {
        Parts {
            version: asn1::number(1),
            digests: Vec::new(),
            encapsulated,
            certificates: Vec::new(),
            revocations: None,
            signers: Vec::new(),
        }
    }

    /// The parts of a file that is there.
    pub fn of(data: &SignedData) -> Self {
        let raw = |values: &[Tlv]| values.iter().map(|one| one.raw.to_vec()).collect();
        Parts {
            version: data.version.raw.to_vec(),
            digests: raw(&data.digests),
            encapsulated: data.encapsulated.raw.to_vec(),
            certificates: raw(&data.certificates),
            revocations: data.revocations_field.map(|field| field.raw.to_vec()),
            signers: data.signers.iter().map(|one| one.raw.to_vec()).collect(),
        }
    }

    /// Adds what is not there yet, at the end: old archive stamps cover the field as it stands.
    pub fn add_certificates(&mut self, more: &[Certificate]) {
        for certificate in more {
            if !self.certificates.iter().any(|one| one == certificate.der()) {
                self.certificates.push(certificate.der().to_vec());
            }
        }
    }

    /// The whole file.
    pub fn encode(&self) -> Vec<u8> {
        let slices =
            |values: &'_ [Vec<u8>], tag| encode(tag, &values.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let mut fields = vec![self.version.clone(), slices(&self.digests, SET), self.encapsulated.clone()];
        if !self.certificates.is_empty() {
            fields.push(slices(&self.certificates, context(0)));
        }
        fields.extend(self.revocations.clone());
        fields.push(slices(&self.signers, SET));
        let data = asn1::list(&fields);
        sequence(&[&asn1::oid(&oids::SIGNED_DATA), &encode(context(0), &[&data])])
    }
}

/// The same file with another SignerInfo at `index`.
pub(crate) fn replace_signer(data: &SignedData, index: usize, signer: Vec<u8>) -> Result<Vec<u8>, Error> {
    let mut parts = Parts::of(data);
    *parts.signers.get_mut(index).ok_or(Error::NoSuchSigner(index + 1))? = signer;
    Ok(parts.encode())
}

/// Values that stand in a SEQUENCE OF inside `[tag]` of a reader, if it is there.
pub(crate) fn tagged_list<'a>(fields: &mut Reader<'a>, tag: u8, limit: usize) -> Result<Vec<Tlv<'a>>, Error> {
    match fields.optional(context(tag))? {
        Some(wrapper) => Tlv::only(wrapper.body)?.expect(SEQUENCE)?.inside().all(limit),
        None => Ok(Vec::new()),
    }
}
