//! Raises a signature's level by unsigned attributes (RFC 5126, EN 319 122-1): time stamp, references,
//! values and archive time stamp. What was signed before keeps its bytes.

use crate::algorithm::Hash;
use crate::archive;
use crate::asn1::{self, OCTET_STRING, Tlv, context, encode, sequence};
use crate::build::content_of;
use crate::certificate::Certificate;
use crate::cms::{Attribute, Parts, SignedData, SignerInfo, attribute_bytes, normal, replace_signer};
use crate::crl::Crl;
use crate::error::Error;
use crate::ocsp::Ocsp;
use crate::oids;
use crate::time_stamp::TimeStamp;

/// The digest that the signature time stamp of signer `index` (from 0) is asked for.
///
/// # Errors
/// [`Error::NoSuchSigner`], [`Error::Malformed`].
pub fn signature_imprint(cms: &[u8], index: usize, hash: Hash) -> Result<Vec<u8>, Error> {
    let cms = normal(cms)?;
    Ok(hash.digest(SignedData::parse(&cms)?.signer(index)?.signature()))
}

/// CAdES-T: adds the signature time stamp.
///
/// # Errors
/// [`Error::TimeStampDiffers`] if the token stamps something else; as [`signature_imprint`].
pub fn add_time_stamp(cms: &[u8], index: usize, token: &TimeStamp) -> Result<Vec<u8>, Error> {
    if signature_imprint(cms, index, token.hash())? != token.imprint {
        return Err(Error::TimeStampDiffers);
    }
    add_attribute(cms, index, attribute_bytes(&oids::SIGNATURE_TIME_STAMP, token.der()))
}

/// What a verifier needs besides the file, all of it as it came from the network.
#[derive(Debug, Default, Clone)]
pub struct ValidationData {
    /// The path above the signer, those of the time stamp and of responders; a root may be there.
    pub certificates: Vec<Certificate>,
    pub crls: Vec<Crl>,
    pub ocsps: Vec<Ocsp>,
}

impl ValidationData {
    pub(crate) fn add(&mut self, more: ValidationData) {
        self.certificates.extend(more.certificates);
        self.crls.extend(more.crls);
        self.ocsps.extend(more.ocsps);
    }
}

/// CAdES-X-L: adds complete certificate and revocation references and their values. Below an archive time
/// stamp the attributes may not change any more; what is new goes into the file's own lists then.
///
/// # Errors
/// As [`signature_imprint`]; [`Error::CertificateMissing`] if the file does not carry the signer's.
pub fn add_validation_data(cms: &[u8], index: usize, data: &ValidationData) -> Result<Vec<u8>, Error> {
    let bytes = normal(cms)?;
    let signed = SignedData::parse(&bytes)?;
    let info = signed.signer(index)?;
    if info.unsigned(&oids::ARCHIVE_TIME_STAMP_V3).next().is_some() {
        return add_to_file(&signed, data);
    }
    let known = signed.read_certificates();
    let signer = known.iter().find(|one| info.id.is(one)).ok_or(Error::CertificateMissing)?;
    let mut others: Vec<&Certificate> = Vec::new();
    for one in &data.certificates {
        if one != signer && !others.contains(&one) {
            others.push(one);
        }
    }
    let kinds =
        [oids::CERTIFICATE_REFS, oids::REVOCATION_REFS, oids::CERTIFICATE_VALUES, oids::REVOCATION_VALUES];
    let is_replaced = |one: &Attribute| kinds.iter().any(|kind| one.kind.is_oid(kind));
    let kept = info.unsigned_attributes.iter().filter(|one| !is_replaced(one));
    let mut attributes: Vec<Vec<u8>> = kept.map(|one| one.raw.to_vec()).collect();
    let values: Vec<&[u8]> =
        std::iter::once(signer).chain(others.iter().copied()).map(Certificate::der).collect();
    attributes.push(attribute_bytes(&oids::CERTIFICATE_REFS, &certificate_refs(&others)));
    attributes.push(attribute_bytes(&oids::REVOCATION_REFS, &revocation_refs(signer, &others, data)));
    attributes.push(attribute_bytes(&oids::CERTIFICATE_VALUES, &asn1::list(&values)));
    attributes.push(attribute_bytes(&oids::REVOCATION_VALUES, &revocation_values(data)));
    attributes.sort();
    replace_signer(&signed, index, info.with_unsigned(attributes))
}

/// Adds to the file's own lists of certificates and revocations (EN 319 122-1, 5.5.3: before the next
/// archive stamp). Stamps of version 2 cover those lists as they stand.
fn add_to_file(signed: &SignedData, data: &ValidationData) -> Result<Vec<u8>, Error> {
    let has_old =
        signed.signers.iter().any(|one| one.unsigned(&oids::ARCHIVE_TIME_STAMP_V2).next().is_some());
    if has_old {
        return Err(Error::Unsupported("ikinci sürüm arşiv zaman damgasının altındaki doğrulama verisi"));
    }
    let mut parts = Parts::of(signed);
    parts.add_certificates(&data.certificates);
    let mut values: Vec<Vec<u8>> = signed.revocations.iter().map(|one| one.raw.to_vec()).collect();
    let answers = data
        .ocsps
        .iter()
        .map(|ocsp| encode(context(1), &[&asn1::oid(&oids::REVOCATION_OCSP), &ocsp.whole()]));
    for value in data.crls.iter().map(|crl| crl.der().to_vec()).chain(answers) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if !values.is_empty() {
        parts.revocations = Some(encode(context(1), &values.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    }
    Ok(parts.encode())
}

/// SEQUENCE OF OtherCertID with SHA-256.
fn certificate_refs(certificates: &[&Certificate]) -> Vec<u8> {
    let ids = certificates.iter().map(|one| {
        let names = sequence(&[&encode(context(4), &[one.issuer()])]);
        let serial = encode(asn1::INTEGER, &[one.serial()]);
        sequence(&[&other_hash(one.der()), &sequence(&[&names, &serial])])
    });
    asn1::list(&ids.collect::<Vec<_>>())
}

/// OtherHashAlgAndValue of RFC 5126.
fn other_hash(bytes: &[u8]) -> Vec<u8> {
    sequence(&[&asn1::algorithm(&oids::SHA256), &asn1::octets(&Hash::Sha256.digest(bytes))])
}

/// One CrlOcspRef for the signer and one for each referenced certificate, in that order. Whatever speaks
/// about nobody of them (a responder's own list, say) goes to the last one, so that nothing is lost.
fn revocation_refs(signer: &Certificate, others: &[&Certificate], data: &ValidationData) -> Vec<u8> {
    let subjects: Vec<&Certificate> = std::iter::once(signer).chain(others.iter().copied()).collect();
    let all: Vec<&Certificate> = subjects.clone();
    let mut groups: Vec<(Vec<&Crl>, Vec<&Ocsp>)> = vec![Default::default(); subjects.len()];
    for crl in &data.crls {
        let at = subjects.iter().position(|one| crl.is_about(one) && !one.is_self_issued());
        groups[at.unwrap_or(subjects.len() - 1)].0.push(crl);
    }
    for ocsp in &data.ocsps {
        let about = |one: &&Certificate| all.iter().any(|issuer| ocsp.about(one, issuer).is_some());
        let at = subjects.iter().position(about);
        groups[at.unwrap_or(subjects.len() - 1)].1.push(ocsp);
    }
    asn1::list(&groups.iter().map(|(crls, ocsps)| crl_ocsp_ref(crls, ocsps)).collect::<Vec<_>>())
}

fn crl_ocsp_ref(crls: &[&Crl], ocsps: &[&Ocsp]) -> Vec<u8> {
    let crl_ids = crls.iter().map(|crl| {
        let number = crl.number().map(|number| encode(asn1::INTEGER, &[number])).unwrap_or_default();
        let id = sequence(&[crl.issuer(), &asn1::instant(crl.this_update()), &number]);
        sequence(&[&other_hash(crl.der()), &id])
    });
    let ocsp_ids = ocsps.iter().map(|ocsp| {
        let id = sequence(&[ocsp.responder(), &asn1::generalized(ocsp.produced_at())]);
        sequence(&[&id, &other_hash(ocsp.der())])
    });
    let wrap = |tag, ids: Vec<Vec<u8>>| {
        if ids.is_empty() { Vec::new() } else { encode(context(tag), &[&sequence(&[&asn1::list(&ids)])]) }
    };
    sequence(&[&wrap(0, crl_ids.collect()), &wrap(1, ocsp_ids.collect())])
}

fn revocation_values(data: &ValidationData) -> Vec<u8> {
    let crls: Vec<&[u8]> = data.crls.iter().map(Crl::der).collect();
    let ocsps: Vec<&[u8]> = data.ocsps.iter().map(Ocsp::der).collect();
    let wrap = |tag, values: &[&[u8]]| {
        if values.is_empty() { Vec::new() } else { encode(context(tag), &[&asn1::list(values)]) }
    };
    sequence(&[&wrap(0, &crls), &wrap(1, &ocsps)])
}

/// The digest of the optional stamp over signature, signature stamp and references (CAdES-X type 1).
///
/// # Errors
/// As [`signature_imprint`].
pub fn references_imprint(cms: &[u8], index: usize, hash: Hash) -> Result<Vec<u8>, Error> {
    let cms = normal(cms)?;
    let data = SignedData::parse(&cms)?;
    Ok(references_digest(data.signer(index)?, hash, true))
}

/// RFC 5126, 6.3.5 (with the signature and its stamp) and 6.3.6 (references alone).
pub(crate) fn references_digest(info: &SignerInfo, hash: Hash, is_whole: bool) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    if is_whole {
        parts.push(info.signature());
        parts.extend(info.unsigned(&oids::SIGNATURE_TIME_STAMP).map(|one| one.inner));
    }
    parts.extend(info.unsigned(&oids::CERTIFICATE_REFS).map(|one| one.inner));
    parts.extend(info.unsigned(&oids::REVOCATION_REFS).map(|one| one.inner));
    hash.digest_parts(&parts)
}

/// CAdES-X type 1: adds the stamp over signature, signature stamp and references.
///
/// # Errors
/// As [`add_time_stamp`].
pub fn add_references_time_stamp(cms: &[u8], index: usize, token: &TimeStamp) -> Result<Vec<u8>, Error> {
    if references_imprint(cms, index, token.hash())? != token.imprint {
        return Err(Error::TimeStampDiffers);
    }
    add_attribute(cms, index, attribute_bytes(&oids::CADES_C_TIME_STAMP, token.der()))
}

/// The digest that an archive time stamp (version 3) of signer `index` is asked for. `content` is needed
/// if the file does not carry it.
///
/// # Errors
/// As [`signature_imprint`]; [`Error::ContentMissing`], [`Error::ContentDiffers`].
pub fn archive_imprint(
    cms: &[u8],
    index: usize,
    content: Option<&[u8]>,
    hash: Hash,
) -> Result<Vec<u8>, Error> {
    let cms = normal(cms)?;
    let data = SignedData::parse(&cms)?;
    let info = data.signer(index)?;
    let index = archive::hash_index(&data, info, hash);
    Ok(archive::imprint_v3(&data, info, content_of(&data, content)?, hash, &index))
}

/// CAdES-A: adds an archive time stamp of version 3 (EN 319 122-1, 5.5.3). The file must be the one that
/// the imprint was made from.
///
/// # Errors
/// As [`archive_imprint`] and [`Error::TimeStampDiffers`].
pub fn add_archive_time_stamp(
    cms: &[u8],
    index: usize,
    content: Option<&[u8]>,
    token: &TimeStamp,
) -> Result<Vec<u8>, Error> {
    if archive_imprint(cms, index, content, token.hash())? != token.imprint {
        return Err(Error::TimeStampDiffers);
    }
    let bytes = normal(cms)?;
    let data = SignedData::parse(&bytes)?;
    let hash_index = archive::hash_index(&data, data.signer(index)?, token.hash());
    let token_data = SignedData::parse(token.der())?;
    let info = token_data.signer(0)?.with_one_more(attribute_bytes(&oids::ATS_HASH_INDEX_V3, &hash_index));
    let token = replace_signer(&token_data, 0, info)?;
    add_attribute(cms, index, attribute_bytes(&oids::ARCHIVE_TIME_STAMP_V3, &token))
}

fn add_attribute(cms: &[u8], index: usize, attribute: Vec<u8>) -> Result<Vec<u8>, Error> {
    let bytes = normal(cms)?;
    let data = SignedData::parse(&bytes)?;
    let info = data.signer(index)?.with_one_more(attribute);
    replace_signer(&data, index, info)
}

/// Certificates, lists and answers that a signer's attributes carry; what cannot be read is left out.
pub(crate) fn values_of(info: &SignerInfo) -> ValidationData {
    const MAX: usize = 128;
    let mut found = ValidationData::default();
    for value in info.unsigned(&oids::CERTIFICATE_VALUES).flat_map(|one| &one.values) {
        let values = value.inside().all(MAX).unwrap_or_default();
        found.certificates.extend(values.iter().filter_map(|one| Certificate::from_der(one.raw).ok()));
    }
    for value in info.unsigned(&oids::REVOCATION_VALUES).flat_map(|one| &one.values) {
        for field in value.inside().all(3).unwrap_or_default() {
            let values = Tlv::only(field.body).and_then(|list| list.inside().all(MAX)).unwrap_or_default();
            if field.tag == context(0) {
                found.crls.extend(values.iter().filter_map(|one| Crl::from_der(one.raw).ok()));
            } else if field.tag == context(1) {
                found.ocsps.extend(values.iter().filter_map(|one| Ocsp::from_der(one.raw).ok()));
            }
        }
    }
    found
}

/// Lists and answers of the file's own field `crls [1]` (RFC 5652, RFC 5940).
pub(crate) fn values_of_file(data: &SignedData) -> ValidationData {
    let mut found = ValidationData { certificates: data.read_certificates(), ..Default::default() };
    for one in &data.revocations {
        if one.tag == asn1::SEQUENCE {
            found.crls.extend(Crl::from_der(one.raw).ok());
        } else if let Ok([kind, value]) = <[Tlv; 2]>::try_from(one.inside().all(2).unwrap_or_default())
            && (kind.is_oid(&oids::REVOCATION_OCSP) || kind.is_oid(&oids::OCSP_BASIC))
        {
            let bytes = if value.tag == OCTET_STRING { value.body } else { value.raw };
            found.ocsps.extend(Ocsp::from_der(bytes).ok());
        }
    }
    found
}
