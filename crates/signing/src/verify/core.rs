//! One SignerInfo against its content: digest, signature, signed attributes and the certificate that
//! they bind (RFC 5652, RFC 5035). Trust is another question.

use time::OffsetDateTime;

use crate::algorithm::{Hash, check_signature, hash_of_signature, is_short_key};
use crate::asn1::{OCTET_STRING, SEQUENCE, Tlv, context};
use crate::certificate::Certificate;
use crate::cms::SignerInfo;
use crate::error::Error;
use crate::oids;
use crate::report::Finding;
use crate::trust::Known;

/// What was found, and whose certificate it was found with.
pub(super) struct Checked {
    pub certificate: Option<Certificate>,
    pub findings: Vec<Finding>,
}

/// `content_type` is none for countersignatures.
pub(super) fn check(info: &SignerInfo, content: &[u8], content_type: Option<&Tlv>, known: &Known) -> Checked {
    let mut findings = Vec::new();
    let candidates: Vec<&Certificate> = known.certificates().filter(|one| info.id.is(one)).collect();
    // Two certificates may bear the same name and number; the right one is that whose key fits.
    let fits = |one: &&&Certificate| signature_holds(info, content, one) == Ok(true);
    let certificate = candidates.iter().find(fits).or(candidates.first()).map(|one| (*one).clone());
    match &certificate {
        None => findings.push(Finding::doubt(
            "no-certificate",
            "İmzalayanın sertifikası imza dosyasında yok; imza denetlenemedi.",
        )),
        Some(certificate) => {
            match signature_holds(info, content, certificate) {
                Ok(true) => {}
                // With a digest that this program does not know nothing can be said.
                Ok(false) if info.hash().is_err() => {}
                Ok(false) => findings.push(Finding::broken(
                    "bad-signature",
                    "İmza değeri, imzalanan bilgilerle uyuşmuyor: imzadan sonra değiştirilmiş.",
                )),
                Err(error) => findings.push(Finding::doubt("unsupported", error.to_string())),
            }
            check_binding(info, certificate, &mut findings);
            if is_short_key(&certificate.spki()) {
                let text = "İmza, bugün güvenilmeyen kısalıkta (2048 bitten az) bir RSA anahtarıyla atılmış.";
                findings.push(Finding::doubt("short-key", text));
            }
        }
    }
    check_attributes(info, content, content_type, &mut findings);
    check_strength(info, &mut findings);
    Checked { certificate, findings }
}

fn signature_holds(info: &SignerInfo, content: &[u8], certificate: &Certificate) -> Result<bool, Error> {
    let digest = info.hash().ok();
    let holds = |message: &[u8]| {
        check_signature(&certificate.spki(), &info.algorithm, digest, message, info.signature())
    };
    if info.signed.is_none() {
        return holds(content);
    }
    for message in info.signed_messages() {
        if holds(&message)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn check_attributes(
    info: &SignerInfo,
    content: &[u8],
    content_type: Option<&Tlv>,
    findings: &mut Vec<Finding>,
) {
    if info.signed.is_none() {
        let text = "İmza, imzalanan özellikleri (zaman, sertifika) taşımıyor; CAdES değil.";
        findings.push(Finding::doubt("no-signed-attributes", text));
        return;
    }
    match (info.signed_value(&oids::MESSAGE_DIGEST), info.hash()) {
        (Ok(Some(value)), Ok(hash)) => {
            if value.tag != OCTET_STRING || value.body != hash.digest(content) {
                let text = "İçerik, imzalanan içerik değil: özet değerleri uyuşmuyor.";
                findings.push(Finding::broken("digest-differs", text));
            }
        }
        (_, Err(error)) => findings.push(Finding::doubt("unsupported", error.to_string())),
        _ => findings.push(Finding::broken("no-digest", "İmzada içeriğin özeti yok.")),
    }
    if let Some(expected) = content_type {
        let is_same =
            matches!(info.signed_value(&oids::CONTENT_TYPE), Ok(Some(value)) if value.raw == expected.raw);
        if !is_same {
            let text = "İmzalanan içerik türü, dosyadaki içerik türüyle uyuşmuyor.";
            findings.push(Finding::broken("content-type-differs", text));
        }
    }
}

/// The certificate that the signer bound into the signature must be the one that is used.
fn check_binding(info: &SignerInfo, certificate: &Certificate, findings: &mut Vec<Finding>) {
    if info.signed.is_none() {
        return;
    }
    let bound = bound_certificate(info);
    match bound {
        Ok(Some((value, default))) => match binds(&value, default, certificate) {
            Ok(true) => {}
            Ok(false) => findings.push(Finding::broken(
                "certificate-differs",
                "İmzaya bağlanan sertifika, kullanılan sertifika değil.",
            )),
            Err(Error::Unsupported(_)) => findings.push(Finding::doubt(
                "unsupported",
                "İmzaya bağlanan sertifikanın özet algoritması tanınmıyor.",
            )),
            Err(_) => findings
                .push(Finding::broken("certificate-differs", "İmzaya bağlanan sertifika bilgisi bozuk.")),
        },
        Ok(None) => findings.push(Finding::doubt(
            "certificate-not-bound",
            "İmza, imzalayanın sertifikasını bağlamıyor (ESS signing-certificate yok).",
        )),
        Err(_) => findings.push(Finding::broken(
            "certificate-differs",
            "İmzaya bağlanan sertifika bilgisi birden çok kez bulunuyor.",
        )),
    }
}

/// The attribute that binds the certificate and the digest it means if it names none.
fn bound_certificate<'a>(info: &SignerInfo<'a>) -> Result<Option<(Tlv<'a>, Hash)>, Error> {
    if let Some(value) = info.signed_value(&oids::SIGNING_CERTIFICATE_V2)? {
        return Ok(Some((value, Hash::Sha256)));
    }
    Ok(info.signed_value(&oids::SIGNING_CERTIFICATE)?.map(|value| (value, Hash::Sha1)))
}

fn binds(value: &Tlv, default: Hash, certificate: &Certificate) -> Result<bool, Error> {
    let first = value.expect(SEQUENCE)?.inside().expect(SEQUENCE)?.inside().expect(SEQUENCE)?;
    let mut fields = first.inside();
    let hash = match fields.optional(SEQUENCE)? {
        Some(algorithm) => Hash::read(&algorithm)?,
        None => default,
    };
    if fields.expect(OCTET_STRING)?.body != hash.digest(certificate.der()) {
        return Ok(false);
    }
    let Some(issuer_serial) = fields.optional(SEQUENCE)? else { return Ok(true) };
    let mut parts = issuer_serial.inside();
    let names = parts.expect(SEQUENCE)?.inside().all(8)?;
    let serial = parts.next()?.body;
    let is_issuer = names.iter().any(|name| name.tag == context(4) && name.body == certificate.issuer());
    Ok(is_issuer && serial == certificate.serial())
}

fn check_strength(info: &SignerInfo, findings: &mut Vec<Finding>) {
    let weak = [info.hash().ok(), hash_of_signature(&info.algorithm)];
    if let Some(hash) = weak.into_iter().flatten().find(|hash| hash.is_weak()) {
        let text = format!("İmza, artık güvenli sayılmayan {} özetine dayanıyor.", hash.name());
        findings.push(Finding::doubt("weak-hash", text));
    }
}

/// The signer's own word about the time.
pub(super) fn claimed_at(info: &SignerInfo) -> Option<OffsetDateTime> {
    info.signed_value(&oids::SIGNING_TIME).ok().flatten()?.instant().ok()
}
