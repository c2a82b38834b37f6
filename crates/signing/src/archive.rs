//! What archive time stamps cover (EN 319 122-1, 5.5; RFC 5126, 6.4.1): the imprint and the index of
//! digests beside it, for making and for checking.

use crate::algorithm::Hash;
use crate::asn1::{self, OCTET_STRING, SEQUENCE, Tlv, encode, sequence};
use crate::cms::{Attribute, SignedData, SignerInfo};
use crate::error::Error;
use crate::oids;
use crate::upgrade::values_of;

/// More digests than this no index has.
const MAX_INDEX: usize = 1024;

/// ATSHashIndexV3 over everything that is in the file now.
pub(crate) fn hash_index(data: &SignedData, info: &SignerInfo, hash: Hash) -> Vec<u8> {
    let octets = |bytes: Vec<u8>| asn1::octets(&bytes);
    let certificates: Vec<_> = data.certificates.iter().map(|one| octets(hash.digest(one.raw))).collect();
    let revocations: Vec<_> = data.revocations.iter().map(|one| octets(hash.digest(one.raw))).collect();
    let attributes = info.unsigned_attributes.iter().flat_map(|one| attribute_digests(one, hash));
    let attributes: Vec<_> = attributes.map(octets).collect();
    sequence(&[
        &asn1::algorithm(&hash.oid()),
        &asn1::list(&certificates),
        &asn1::list(&revocations),
        &asn1::list(&attributes),
    ])
}

/// Each value hashed together with the attribute's kind (5.5.2).
fn attribute_digests(attribute: &Attribute, hash: Hash) -> Vec<Vec<u8>> {
    let values = attribute.values.iter();
    values.map(|value| hash.digest_parts(&[attribute.kind.raw, value.raw])).collect()
}

/// What a version 3 stamp is made over (5.5.3): content type, digest of the content, the signer's signed
/// fields and the index.
pub(crate) fn imprint_v3(
    data: &SignedData,
    info: &SignerInfo,
    content: &[u8],
    hash: Hash,
    index: &[u8],
) -> Vec<u8> {
    let digest = hash.digest(content);
    let signed = info.signed.map_or(&[][..], |field| field.raw);
    hash.digest_parts(&[
        data.content_type.raw,
        &digest,
        info.version.raw,
        info.id_field.raw,
        info.digest.raw,
        signed,
        info.algorithm.raw,
        info.signature_field.raw,
        index,
    ])
}

/// What is not in the file though the index names it, or why the index cannot be read.
///
/// Things that came later are not in the index; they are simply not covered.
pub(crate) fn check_index(data: &SignedData, info: &SignerInfo, index: &Tlv) -> Result<bool, Error> {
    let mut lists = index.expect(SEQUENCE)?.inside().all(4)?;
    // The older index may leave the algorithm out, SHA-256 is meant then.
    let hash = if lists.len() == 4 { Hash::read(&lists.remove(0))? } else { Hash::Sha256 };
    let [certificates, revocations, attributes] =
        <[Tlv; 3]>::try_from(lists).map_err(|_| Error::Malformed("index of digests"))?;
    // Some programs index what stands in the signer's attributes as if it stood in the file's own lists.
    let values = values_of(info);
    let mut present: Vec<_> = data.certificates.iter().map(|one| hash.digest(one.raw)).collect();
    present.extend(values.certificates.iter().map(|one| hash.digest(one.der())));
    let mut revoked: Vec<_> = data.revocations.iter().map(|one| hash.digest(one.raw)).collect();
    revoked.extend(values.crls.iter().map(|one| hash.digest(one.der())));
    for ocsp in &values.ocsps {
        let choice = encode(asn1::context(1), &[&asn1::oid(&oids::REVOCATION_OCSP), &ocsp.whole()]);
        revoked.extend([hash.digest(ocsp.der()), hash.digest(&ocsp.whole()), hash.digest(&choice)]);
    }
    let mut unsigned: Vec<_> =
        info.unsigned_attributes.iter().flat_map(|one| attribute_digests(one, hash)).collect();
    unsigned.extend(info.unsigned_attributes.iter().map(|one| hash.digest(one.raw)));
    let is_there = |list: &Tlv, digests: &[Vec<u8>]| -> Result<bool, Error> {
        let named = list.expect(SEQUENCE)?.inside().all(MAX_INDEX)?;
        Ok(named.iter().all(|one| one.tag == OCTET_STRING && digests.iter().any(|digest| digest == one.body)))
    };
    Ok(is_there(&certificates, &present)?
        && is_there(&revocations, &revoked)?
        && is_there(&attributes, &unsigned)?)
}

/// The forms in which programs computed version 2 (RFC 5126, 6.4.1 leaves room): the unsigned attributes
/// that are older than the stamp, in the order of the file, with and without the field's own header.
pub(crate) fn imprints_v2(
    data: &SignedData,
    info: &SignerInfo,
    content: &[u8],
    hash: Hash,
    older: &[&Attribute],
) -> Vec<Vec<u8>> {
    let external = if data.content.is_none() { content } else { &[] };
    let field = |field: Option<Tlv>| field.map(|field| field.raw.to_vec()).unwrap_or_default();
    let (certificates, revocations) = (field(data.certificates_field), field(data.revocations_field));
    let signed = field(info.signed);
    let bare: Vec<u8> = older.iter().flat_map(|one| one.raw.iter().copied()).collect();
    let headed = encode(asn1::context(1), &[&bare]);
    let set = encode(asn1::SET, &[&bare]);
    let over = |unsigned: &[u8]| {
        hash.digest_parts(&[
            data.encapsulated.raw,
            external,
            &certificates,
            &revocations,
            info.version.raw,
            info.id_field.raw,
            info.digest.raw,
            &signed,
            info.algorithm.raw,
            info.signature_field.raw,
            unsigned,
        ])
    };
    vec![over(&headed), over(&bare), over(&set)]
}

/// The index inside a token, if there is one.
pub(crate) fn index_of<'a>(token: &SignerInfo<'a>) -> Option<Tlv<'a>> {
    token.unsigned_value(&oids::ATS_HASH_INDEX_V3).or_else(|| token.unsigned_value(&oids::ATS_HASH_INDEX))
}
