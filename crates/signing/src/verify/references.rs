//! Complete references (RFC 5126, 6.2) against the values they stand for: what is named must be there, and
//! what the signer's path needs must be named.

use crate::algorithm::Hash;
use crate::asn1::{OCTET_STRING, SEQUENCE, Tlv};
use crate::certificate::Certificate;
use crate::cms::{SignedData, SignerInfo, tagged_list};
use crate::error::Error;
use crate::oids;
use crate::report::Finding;
use crate::upgrade::{ValidationData, values_of, values_of_file};

/// More references than this are not read.
const MAX: usize = 128;

/// A digest by which something is named.
type Named = (Hash, Vec<u8>);

/// `path` goes from the signer to the anchor. References that are absent are a doubt only if the profile
/// demands them.
pub(super) fn check(
    data: &SignedData,
    info: &SignerInfo,
    path: &[Certificate],
    is_demanded: bool,
) -> Vec<Finding> {
    let certificates = info.unsigned_value(&oids::CERTIFICATE_REFS);
    let revocations = info.unsigned_value(&oids::REVOCATION_REFS);
    let (Some(certificates), Some(revocations)) = (certificates, revocations) else {
        let text = "Profilin istediği sertifika ve iptal bilgisi referansları imzada yok.";
        let finding = is_demanded.then(|| Finding::doubt("no-references", text));
        return finding.into_iter().collect();
    };
    let named = certificate_refs(&certificates).and_then(|one| Ok((one, revocation_refs(&revocations)?)));
    let Ok((certificates, revocations)) = named else {
        return vec![Finding::doubt(
            "bad-references",
            "Sertifika ya da iptal bilgisi referansları okunamadı.",
        )];
    };
    // Read once: a revocation list may have some megabytes.
    let values = (values_of(info), values_of_file(data));
    let mut findings = check_certificates(&values, path, &certificates);
    findings.extend(check_revocations(&values, &revocations));
    findings
}

fn is_named(named: &Named, bytes: &[u8]) -> bool {
    named.0.digest(bytes) == named.1
}

fn check_certificates(
    (own, file): &(ValidationData, ValidationData),
    path: &[Certificate],
    named: &[Named],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for certificate in path.iter().skip(1) {
        if !named.iter().any(|named| is_named(named, certificate.der())) {
            let text = format!("Sertifika referansları, {} sertifikasını göstermiyor.", certificate.holder());
            findings.push(Finding::doubt("reference-missing", text));
        }
    }
    let is_there = |named: &Named| {
        own.certificates.iter().chain(&file.certificates).any(|one| is_named(named, one.der()))
    };
    if !named.iter().all(is_there) {
        let text = "Referansla gösterilen bir sertifika imza dosyasında yok.";
        findings.push(Finding::doubt("value-missing", text));
    }
    findings
}

fn check_revocations((own, file): &(ValidationData, ValidationData), named: &[Named]) -> Vec<Finding> {
    let mut findings = Vec::new();
    // OCSP answers are named by some as they came from the network, by others as they are kept.
    let forms = |one: &crate::ocsp::Ocsp| vec![one.der().to_vec(), one.whole()];
    let ocsps = own.ocsps.iter().map(forms);
    let mut values: Vec<Vec<Vec<u8>>> =
        own.crls.iter().map(|one| vec![one.der().to_vec()]).chain(ocsps).collect();
    let is_one = |forms: &Vec<Vec<u8>>, named: &Named| forms.iter().any(|bytes| is_named(named, bytes));
    if !values.iter().all(|forms| named.iter().any(|named| is_one(forms, named))) {
        let text = "İmzadaki bir iptal bilgisi, iptal bilgisi referanslarında gösterilmiyor.";
        findings.push(Finding::doubt("reference-missing", text));
    }
    values.extend(file.crls.iter().map(|one| vec![one.der().to_vec()]));
    values.extend(file.ocsps.iter().map(forms));
    if !named.iter().all(|named| values.iter().any(|forms| is_one(forms, named))) {
        let text = "Referansla gösterilen bir iptal bilgisi imza dosyasında yok.";
        findings.push(Finding::doubt("value-missing", text));
    }
    findings
}

/// OtherHash: SHA-1 alone, or an algorithm and a digest.
fn other_hash(value: &Tlv) -> Result<Named, Error> {
    if value.tag == OCTET_STRING {
        return Ok((Hash::Sha1, value.body.to_vec()));
    }
    let mut fields = value.expect(SEQUENCE)?.inside();
    Ok((Hash::read(&fields.next()?)?, fields.expect(OCTET_STRING)?.body.to_vec()))
}

fn certificate_refs(value: &Tlv) -> Result<Vec<Named>, Error> {
    let ids = value.expect(SEQUENCE)?.inside().all(MAX)?;
    ids.iter().map(|id| other_hash(&id.expect(SEQUENCE)?.inside().next()?)).collect()
}

fn revocation_refs(value: &Tlv) -> Result<Vec<Named>, Error> {
    let mut named = Vec::new();
    for group in value.expect(SEQUENCE)?.inside().all(MAX)? {
        let mut fields = group.expect(SEQUENCE)?.inside();
        for lists in tagged_list(&mut fields, 0, MAX)? {
            for id in lists.expect(SEQUENCE)?.inside().all(MAX)? {
                named.push(other_hash(&id.expect(SEQUENCE)?.inside().next()?)?);
            }
        }
        for lists in tagged_list(&mut fields, 1, MAX)? {
            for id in lists.expect(SEQUENCE)?.inside().all(MAX)? {
                let mut parts = id.expect(SEQUENCE)?.inside();
                parts.next()?;
                if !parts.is_empty() {
                    named.push(other_hash(&parts.next()?)?);
                }
            }
        }
    }
    Ok(named)
}
