//! The time stamps of one signer: what each covers, whether its authority may be believed, and until when.

use time::OffsetDateTime;

use super::{Scene, core};
use crate::archive;
use crate::certificate::{Certificate, DIGITAL_SIGNATURE, NON_REPUDIATION};
use crate::cms::{Attribute, SignedData, SignerInfo};
use crate::error::Error;
use crate::oids;
use crate::report::{Finding, StampKind, StampReport, Verdict, Wanted};
use crate::time_stamp::TimeStamp;
use crate::trust::{Known, Trust};
use crate::upgrade::{ValidationData, references_digest, values_of, values_of_file};

/// More stamps than this are not looked at; renewing every five years it lasts for centuries.
const MAX_STAMPS: usize = 32;

/// The attributes that hold stamps.
pub(super) fn attributes<'a, 'b>(info: &'b SignerInfo<'a>) -> Vec<(StampKind, &'b Attribute<'a>)> {
    let kinds = [
        (StampKind::Signature, oids::SIGNATURE_TIME_STAMP),
        (StampKind::References, oids::CADES_C_TIME_STAMP),
        (StampKind::References, oids::REFS_TIME_STAMP),
        (StampKind::Archive, oids::ARCHIVE_TIME_STAMP_V2),
        (StampKind::Archive, oids::ARCHIVE_TIME_STAMP_V3),
    ];
    let of = |(kind, oid)| info.unsigned(&oid).map(move |one| (kind, one)).collect::<Vec<_>>();
    kinds.into_iter().flat_map(of).collect()
}

/// One stamp before it is judged.
struct Found<'a> {
    kind: StampKind,
    attribute: &'a Attribute<'a>,
    token: Result<TimeStamp, Error>,
}

/// Every stamp, oldest first. A stamp is judged at the instant of the next believable archive stamp,
/// the last ones at the instant of the verification: that is why they are judged from the end.
pub(super) fn check_all(scene: &Scene, info: &SignerInfo, known: &Known) -> Vec<StampReport> {
    let mut found = Vec::new();
    let all = attributes(info);
    for (kind, attribute) in &all {
        for value in &attribute.values {
            found.push(Found { kind: *kind, attribute, token: TimeStamp::from_der(value.raw) });
        }
    }
    found.truncate(MAX_STAMPS);
    found.sort_by_key(|one| {
        (one.token.as_ref().map_or(OffsetDateTime::UNIX_EPOCH, TimeStamp::at), order(one.kind))
    });
    let (mut moment, mut reports) = (scene.at, Vec::new());
    for one in found.iter().rev() {
        let report = match &one.token {
            Err(error) => unreadable(one.kind, scene.at, error),
            Ok(token) => {
                let covers = covers(scene, info, &found, (one, token));
                judge(one.kind, token, covers, (known, moment))
            }
        };
        if report.kind == StampKind::Archive && report.verdict() == Verdict::Valid {
            moment = moment.min(report.at);
        }
        reports.push(report);
    }
    reports.reverse();
    reports
}

fn order(kind: StampKind) -> u8 {
    match kind {
        StampKind::Signature => 0,
        StampKind::References => 1,
        StampKind::Archive => 2,
        StampKind::Document => 3,
    }
}

fn unreadable(kind: StampKind, at: OffsetDateTime, error: &Error) -> StampReport {
    StampReport {
        kind,
        at,
        authority: "bilinmiyor".to_owned(),
        hash: crate::algorithm::Hash::Sha256,
        valid_until: None,
        findings: vec![Finding::broken("stamp-unreadable", format!("Zaman damgası okunamadı: {error}"))],
        wanted: Vec::new(),
    }
}

/// Whether the token's imprint is that of what it must cover.
fn covers(
    scene: &Scene,
    info: &SignerInfo,
    all: &[Found],
    (found, token): (&Found, &TimeStamp),
) -> Result<bool, Error> {
    let hash = token.hash();
    let is = |digest: Vec<u8>| digest == token.imprint;
    let kind = &found.attribute.kind;
    if kind.is_oid(&oids::SIGNATURE_TIME_STAMP) {
        return Ok(is(hash.digest(info.signature())));
    }
    if kind.is_oid(&oids::CADES_C_TIME_STAMP) || kind.is_oid(&oids::REFS_TIME_STAMP) {
        return Ok(is(references_digest(info, hash, kind.is_oid(&oids::CADES_C_TIME_STAMP))));
    }
    if kind.is_oid(&oids::ARCHIVE_TIME_STAMP_V3) {
        let data = SignedData::parse(token.der())?;
        let index = archive::index_of(data.signer(0)?).ok_or(Error::Malformed("index of digests"))?;
        let imprint = archive::imprint_v3(scene.data, info, scene.content, hash, index.raw);
        return Ok(is(imprint) && archive::check_index(scene.data, info, &index)?);
    }
    let is_older = |one: &&Attribute| {
        let mut stamps = all.iter().filter(|stamp| stamp.attribute.raw == one.raw);
        let is_archive =
            one.kind.is_oid(&oids::ARCHIVE_TIME_STAMP_V2) || one.kind.is_oid(&oids::ARCHIVE_TIME_STAMP_V3);
        !is_archive || stamps.any(|stamp| stamp.token.as_ref().is_ok_and(|other| other.at() < token.at()))
    };
    let older: Vec<&Attribute> = info.unsigned_attributes.iter().filter(is_older).collect();
    let forms = archive::imprints_v2(scene.data, info, scene.content, hash, &older);
    match forms.into_iter().any(is) {
        // Version 2 covers how lengths were written, and that is lost here.
        false if scene.was_ber => Err(Error::Unsupported("BER üzerinde ikinci sürüm arşiv zaman damgası")),
        is_covered => Ok(is_covered),
    }
}

fn judge(
    kind: StampKind,
    token: &TimeStamp,
    covers: Result<bool, Error>,
    (known, moment): (&Known, OffsetDateTime),
) -> StampReport {
    let mut findings = Vec::new();
    match covers {
        Ok(true) => {}
        Ok(false) => findings.push(Finding::broken(
            "stamp-differs",
            "Zaman damgası bu imzaya ait değil: damgalanan özet uyuşmuyor.",
        )),
        Err(error) => findings.push(Finding::doubt("stamp-unreadable", error.to_string())),
    }
    let mut wanted = Vec::new();
    let certificate = check_token(token, (known, moment), &mut findings, &mut wanted);
    StampReport {
        kind,
        at: token.at(),
        authority: certificate.as_ref().map_or_else(|| "bilinmiyor".to_owned(), Certificate::holder),
        hash: token.hash(),
        valid_until: certificate.as_ref().map(Certificate::valid_until),
        findings,
        wanted,
    }
}

/// The token's own signature, its certificate's purpose (RFC 3161, 2.3) and path.
fn check_token(
    token: &TimeStamp,
    (known, moment): (&Known, OffsetDateTime),
    findings: &mut Vec<Finding>,
    wanted: &mut Vec<Wanted>,
) -> Option<Certificate> {
    let data = SignedData::parse(token.der()).ok()?;
    let (Some(info), Some(content)) = (data.signers.first(), data.content) else {
        findings.push(Finding::broken("stamp-unreadable", "Zaman damgası imzasız."));
        return None;
    };
    let checked = core::check(info, content, Some(&data.content_type), known);
    findings.extend(
        checked
            .findings
            .into_iter()
            .map(|finding| Finding { text: format!("Zaman damgası: {}", finding.text), ..finding }),
    );
    let certificate = checked.certificate?;
    let facts = certificate.facts();
    let is_only = facts.extended_usage.as_ref().is_some_and(|uses| uses.len() == 1);
    if !certificate.has_extended_usage(&oids::USE_TIME_STAMPING)
        || !is_only
        || !facts.is_extended_usage_critical
    {
        let text = "Zaman damgasını veren sertifika, zaman damgası vermeye yetkili değil.";
        findings.push(Finding::broken("stamp-purpose", text));
    }
    if facts.key_usage.is_some_and(|bits| bits & (DIGITAL_SIGNATURE | NON_REPUDIATION) == 0) {
        findings.push(Finding::broken("stamp-purpose", "Zaman damgası sertifikası imza için verilmemiş."));
    }
    if !certificate.is_valid_at(token.at()) {
        let text = "Zaman damgası, verenin sertifikası geçerli değilken verilmiş.";
        findings.push(Finding::broken("stamp-outside-validity", text));
    }
    if token.at() > known.now.saturating_add(crate::trust::CLOCK_SKEW) {
        findings.push(Finding::broken("stamp-in-future", "Zaman damgası gelecekteki bir ana ait."));
    }
    if token.hash().is_weak() {
        findings.push(Finding::doubt("weak-hash", "Zaman damgası SHA-1 özetine dayanıyor."));
    }
    let moments = (token.at(), moment.max(token.at()));
    let judged = known.judge_at(&certificate, moments, "Zaman damgasını verenin");
    findings.extend(judged.findings);
    wanted.extend(judged.wanted);
    Some(certificate)
}

/// When the certificate of the signer's last stamp ends.
pub(super) fn end_of_last(data: &SignedData, info: &SignerInfo) -> Option<OffsetDateTime> {
    let all = attributes(info);
    let values = all.iter().flat_map(|(_, attribute)| &attribute.values);
    let last = values.filter_map(|value| TimeStamp::from_der(value.raw).ok()).max_by_key(TimeStamp::at)?;
    let token = SignedData::parse(last.der()).ok()?;
    let signer = token.signers.first()?;
    let mut certificates = token.read_certificates();
    certificates.extend(data.read_certificates());
    certificates.extend(values_of(info).certificates);
    certificates.iter().find(|one| signer.id.is(one)).map(Certificate::valid_until)
}

/// Verifies a token by itself, for example the answer of a time stamping authority before it is kept.
/// `message` is what was stamped.
pub fn verify_time_stamp(
    token: &TimeStamp,
    message: &[u8],
    trust: &Trust,
    at: OffsetDateTime,
) -> StampReport {
    verify_document_stamp(token, message, (trust, &ValidationData::default()), at)
}

/// The same for a stamp over a document that carries evidence beside it.
pub(crate) fn verify_document_stamp(
    token: &TimeStamp,
    message: &[u8],
    (trust, beside): (&Trust, &ValidationData),
    at: OffsetDateTime,
) -> StampReport {
    let mut inside = beside.clone();
    if let Ok(data) = SignedData::parse(token.der()) {
        let own = std::iter::once(values_of_file(&data)).chain(data.signers.iter().map(values_of));
        own.for_each(|more| inside.add(more));
    }
    let known = Known { anchors: &trust.anchors, inside, given: &trust.evidence, now: at };
    let covers = Ok(token.hash().digest(message) == token.imprint);
    judge(StampKind::Document, token, covers, (&known, at))
}

/// What is said of a document stamp that cannot be read.
pub(crate) fn unreadable_document_stamp(at: OffsetDateTime) -> StampReport {
    unreadable(StampKind::Document, at, &Error::Malformed("PDF"))
}
