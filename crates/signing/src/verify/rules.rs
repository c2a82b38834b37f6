//! What the profiles of BTK and Law 5070 ask beyond cryptography: times, policy, purpose of the certificate.

use time::{Duration, OffsetDateTime};

use crate::algorithm::Hash;
use crate::asn1::{OCTET_STRING, SEQUENCE};
use crate::certificate::Certificate;
use crate::cms::SignerInfo;
use crate::error::Error;
use crate::oids;
use crate::profile::{Profile, is_policy_document};
use crate::report::{Finding, Level, SignerReport, StampKind, Verdict, Weight, turkish_time};
use crate::trust::{CLOCK_SKEW, Judged};

/// P4: the stamp follows the signature within two hours.
const STAMP_WITHIN: Duration = Duration::hours(2);
/// P3: revocation data are a day younger than the stamp ("kesinleşme süresi").
const GRACE: Duration = Duration::hours(24);

/// The profile whose policy the signature names; none if it names no policy or another one.
pub(super) fn profile(info: &SignerInfo) -> Option<Profile> {
    let value = info.signed_value(&oids::SIGNATURE_POLICY).ok().flatten()?;
    Profile::of(value.inside().next().ok()?.body)
}

/// The certificate's purpose and kind.
pub(super) fn check_certificate(certificate: &Certificate, must_be_qualified: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !certificate.is_for_signatures() {
        let text = "Sertifikanın anahtar kullanımı imza (inkâr edilemezlik) için değil.";
        findings.push(Finding::broken("key-usage", text));
    }
    if !certificate.is_qualified() {
        let text = "Sertifika nitelikli elektronik sertifika değil; imza 5070 sayılı Kanuna göre güvenli elektronik imza sayılmaz.";
        findings.push(match must_be_qualified {
            true => Finding::broken("not-qualified", text),
            false => Finding::note("not-qualified", text),
        });
    } else if must_be_qualified && !certificate.facts().has_notice {
        let text = "Sertifika ilkelerinde nitelikli elektronik sertifika ibaresi yok.";
        findings.push(Finding::doubt("no-notice", text));
    }
    if certificate.looks_like_trial() {
        findings.push(Finding::note("trial", "Sertifika deneme amaçlı görünüyor."));
    }
    findings
}

/// Without a stamp nobody knows whether the signature is older than the revocation: then it is a doubt.
/// A signer who says himself that he signed outside the certificate's validity is wrong for certain.
pub(super) fn soften(judged: &mut Judged, report: &SignerReport, certificate: &Certificate) {
    let may_be_older = report.proven_at.is_none()
        && judged.revoked_at.is_some_and(|at| report.claimed_at.is_some_and(|claimed| claimed < at));
    for finding in &mut judged.findings {
        if finding.code == "revoked" && may_be_older {
            finding.weight = Weight::Doubt;
            finding.text.push_str(" İmzanın iptalden önce atıldığını kanıtlayan zaman damgası yok.");
        }
    }
    if report.claimed_at.is_some_and(|claimed| !certificate.is_valid_at(claimed)) {
        let text = "Beyan edilen imza zamanında sertifika geçerli değil.";
        judged.findings.push(Finding::broken("signed-outside-validity", text));
    }
}

/// The signer's word against the stamp and the clock.
pub(super) fn check_times(report: &mut SignerReport, judged: &Judged, now: OffsetDateTime) {
    let Some(claimed) = report.claimed_at else {
        let text = "İmzada imza zamanı beyanı yok.";
        report.findings.push(match report.profile {
            Profile::P1 => Finding::note("no-signing-time", text),
            _ => Finding::doubt("no-signing-time", text),
        });
        return;
    };
    let mut findings = Vec::new();
    if claimed > now.saturating_add(CLOCK_SKEW) {
        let text = format!("Beyan edilen imza zamanı ({}) gelecekte.", turkish_time(claimed));
        findings.push(Finding::doubt("signed-in-future", text));
    }
    let stamp =
        report.stamps.iter().find(|stamp| matches!(stamp.kind, StampKind::Signature | StampKind::Document));
    if let Some(stamp) = stamp {
        if claimed > stamp.at.saturating_add(CLOCK_SKEW) {
            let text =
                "Beyan edilen imza zamanı, zaman damgasından sonra: imzalayanın saati yanlış olabilir.";
            findings.push(Finding::doubt("clock-ahead", text));
        } else if stamp.at - claimed > STAMP_WITHIN {
            let text = "Zaman damgası, beyan edilen imza zamanından iki saatten çok sonra alınmış.";
            findings.push(match report.profile {
                Profile::P4 => Finding::broken("stamp-late", text),
                _ => Finding::note("stamp-late", text),
            });
        }
    }
    if report.profile == Profile::P3 {
        let proven = report.proven_at.zip(judged.evidence_at);
        if proven.is_some_and(|(stamp, evidence)| evidence < stamp.saturating_add(GRACE)) {
            let text =
                "P3 profili, iptal listesinin zaman damgasından en az 24 saat sonra çıkmış olmasını ister.";
            findings.push(Finding::doubt("evidence-early", text));
        }
    }
    report.findings.append(&mut findings);
}

/// The policy and what the profile asks for.
pub(super) fn check_profile(report: &mut SignerReport, info: &SignerInfo, judged: &Judged) {
    match policy(info) {
        Ok(None) => {
            report.findings.push(Finding::note("no-policy", "İmza bir imza politikası belirtmiyor (P1)."))
        }
        Ok(Some(Policy { is_known: false, .. })) => report
            .findings
            .push(Finding::doubt("policy-unknown", "İmza, tanınmayan bir imza politikası belirtiyor.")),
        Ok(Some(Policy { is_document: Some(true), .. })) => {}
        Ok(Some(Policy { is_document: Some(false), .. })) => report.findings.push(Finding::broken(
            "policy-differs",
            "İmza politikası belgesinin özeti, BTK'nın yayımladığı belgenin özeti değil.",
        )),
        Ok(Some(_)) => report.findings.push(Finding::doubt(
            "policy-unchecked",
            "İmza politikası belgesinin özeti bu algoritmayla karşılaştırılamadı.",
        )),
        Err(_) => report.findings.push(Finding::broken("policy-differs", "İmza politikası bilgisi bozuk.")),
    }
    let is_bound_by_sha1 = matches!(info.signed_value(&oids::SIGNING_CERTIFICATE_V2), Ok(None));
    if report.profile != Profile::P1 && is_bound_by_sha1 && info.signed.is_some() {
        let text =
            "Profil, sertifikanın SHA-1 dışında bir özetle bağlanmasını ister (signing-certificate-v2).";
        report.findings.push(Finding::doubt("weak-binding", text));
    }
    let name = report.profile.name();
    if report.profile != Profile::P1 && report.level == Level::Bes {
        let text = format!("{name} profili zaman damgası ister; imzada geçerli bir zaman damgası yok.");
        report.findings.push(Finding::doubt("no-time-stamp", text));
    } else if report.profile.is_long_term() && report.level < Level::Xl {
        let text = format!("{name} profili sertifika ve iptal bilgilerini imzanın içinde ister; eksik.");
        report.findings.push(Finding::doubt("not-long-term", text));
    }
    if report.profile == Profile::P4 && judged.evidence_at.is_some() && !judged.is_by_ocsp {
        let text =
            "P4 profili imzalayanın sertifikası için OCSP (ÇİSDuP) yanıtı ister; yalnız iptal listesi var.";
        report.findings.push(Finding::doubt("no-ocsp", text));
    }
}

/// Bad stamps are doubts of the signer: the signature itself may be whole.
pub(super) fn take_over_stamps(report: &mut SignerReport) {
    let has_good = report.stamps.iter().any(|one| one.verdict() == Verdict::Valid);
    let mut findings = Vec::new();
    for stamp in report.stamps.iter().filter(|stamp| stamp.verdict() != Verdict::Valid) {
        for finding in stamp.findings.iter().filter(|finding| finding.weight != Weight::Note) {
            // A stamp that is not this signature's was put there by somebody: that is no mere doubt.
            let is_foreign = finding.code == "stamp-differs" || finding.code == "bad-signature";
            let weight = match finding.weight {
                Weight::Broken if is_foreign || !has_good => Weight::Broken,
                _ => Weight::Doubt,
            };
            findings.push(Finding { weight, ..finding.clone() });
        }
    }
    report.findings.append(&mut findings);
}

struct Policy {
    is_known: bool,
    is_document: Option<bool>,
}

fn policy(info: &SignerInfo) -> Result<Option<Policy>, Error> {
    let Some(value) = info.signed_value(&oids::SIGNATURE_POLICY)? else { return Ok(None) };
    let mut fields = value.expect(SEQUENCE)?.inside();
    let is_known = Profile::of(fields.next()?.body).is_some();
    let mut digest = fields.expect(SEQUENCE)?.inside();
    let hash = Hash::read(&digest.expect(SEQUENCE)?);
    let bytes = digest.expect(OCTET_STRING)?.body;
    let is_document = hash.ok().and_then(|hash| is_policy_document(hash, bytes));
    Ok(Some(Policy { is_known, is_document }))
}
