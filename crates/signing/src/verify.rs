//! Verifies signature files without a network: what is asked of each signer and what the answers make
//! together. The single questions are in the files beside this one.

mod core;
mod references;
mod rules;
mod stamps;

pub use stamps::verify_time_stamp;
pub(crate) use stamps::{unreadable_document_stamp, verify_document_stamp};
use time::OffsetDateTime;

use crate::algorithm::Hash;
use crate::certificate::Certificate;
use crate::cms::{SignedData, SignerInfo, normal};
use crate::error::Error;
use crate::oids;
use crate::profile::Profile;
use crate::report::{Finding, Level, Report, SignerReport, StampKind, StampReport, Verdict};
use crate::time_stamp::TimeStamp;
use crate::trust::{Judged, Known, Trust};
use crate::upgrade::{ValidationData, values_of, values_of_file};

/// Signatures over signatures over signatures: deeper is not looked at.
const MAX_COUNTER_DEPTH: usize = 3;
/// Countersignatures that are looked at for one signer.
const MAX_COUNTERS: usize = 8;

/// Verifies every signer of `cms` as of `at`. `content` is needed if the file does not carry it, and must
/// be the same if it does. Never fails: a file that cannot be read is an invalid one.
pub fn verify(cms: &[u8], content: Option<&[u8]>, trust: &Trust, at: OffsetDateTime) -> Report {
    verify_with(cms, content, (trust, &Beside::default()), at)
}

/// What stands beside a signature in the document that carries it.
#[derive(Default)]
pub(crate) struct Beside {
    /// The signer's word about the time, if it is not among the signed attributes.
    pub claimed_at: Option<OffsetDateTime>,
    /// Evidence that the document carries for its signatures.
    pub evidence: ValidationData,
    /// Stamps over the document that cover the signature.
    pub stamps: Vec<StampReport>,
}

/// [`verify`] for a signature inside a document.
pub(crate) fn verify_with(
    cms: &[u8],
    content: Option<&[u8]>,
    (trust, beside): (&Trust, &Beside),
    at: OffsetDateTime,
) -> Report {
    let mut report = Report { findings: Vec::new(), signers: Vec::new(), at };
    if let Err(error) = try_verify(cms, content, (trust, beside), &mut report) {
        report.findings.push(match error {
            Error::ContentMissing => Finding::doubt("content-missing", error.to_string()),
            Error::Unsupported(_) | Error::TooLarge(_) => Finding::doubt("cannot-read", error.to_string()),
            _ => Finding::broken("cannot-read", error.to_string()),
        });
    }
    report
}

fn try_verify(
    cms: &[u8],
    content: Option<&[u8]>,
    (trust, beside): (&Trust, &Beside),
    report: &mut Report,
) -> Result<(), Error> {
    let bytes = normal(cms)?;
    let was_ber = matches!(bytes, std::borrow::Cow::Owned(_));
    let data = SignedData::parse(&bytes)?;
    let content = crate::build::content_of(&data, content)?;
    if data.signers.is_empty() {
        report.findings.push(Finding::broken("no-signer", "İmza dosyasında hiç imza yok."));
    }
    for info in &data.signers {
        let scene = Scene { data: &data, content, trust, beside, was_ber, at: report.at };
        report.signers.push(scene.signer(info, 0));
    }
    Ok(())
}

/// What all signers of a file have in common.
#[derive(Clone, Copy)]
struct Scene<'a> {
    data: &'a SignedData<'a>,
    content: &'a [u8],
    trust: &'a Trust,
    beside: &'a Beside,
    /// The file had indefinite lengths.
    was_ber: bool,
    at: OffsetDateTime,
}

impl Scene<'_> {
    fn signer(&self, info: &SignerInfo, depth: usize) -> SignerReport {
        let own = self.own(info);
        let known = self.with_stamps(&own, info);
        let over = if depth == 0 { Some(&self.data.content_type) } else { None };
        let checked = core::check(info, self.content, over, &own);
        let mut report = self.begin(checked, info);
        report.stamps = stamps::check_all(self, info, &known);
        report.stamps.extend(self.beside.stamps.iter().cloned());
        report.proven_at = proven_at(&report.stamps);
        report.level = level(info, self.beside, &report.stamps);
        let moment = report.proven_at.unwrap_or(self.at);

        let mut judged = Judged::default();
        if let Some(certificate) = report.certificate.clone() {
            judged = own.judge(&certificate, moment, "İmzalayanın");
            rules::soften(&mut judged, &report, &certificate);
            let must_be_qualified = self.trust.must_be_qualified && depth == 0;
            report.findings.extend(rules::check_certificate(&certificate, must_be_qualified));
        }
        report.findings.append(&mut judged.findings);
        report.wanted.append(&mut judged.wanted);
        rules::check_times(&mut report, &judged, self.at);
        if report.level == Level::Xl && !judged.is_self_contained {
            report.level = Level::T;
        }
        rules::check_profile(&mut report, info, &judged);
        let has_values = info.unsigned(&oids::REVOCATION_VALUES).next().is_some();
        let is_demanded = report.profile.is_long_term() && has_values;
        report.findings.extend(references::check(self.data, info, &judged.path, is_demanded));
        rules::take_over_stamps(&mut report);
        if depth < MAX_COUNTER_DEPTH {
            report.counter = self.counters(info, depth);
        }
        report
    }

    /// The signer's evidence: of the file and of its attributes.
    fn own(&self, info: &SignerInfo) -> Known<'_> {
        let mut inside = values_of_file(self.data);
        inside.add(values_of(info));
        inside.add(self.beside.evidence.clone());
        self.known(inside)
    }

    /// Adds what stands inside the time stamps. It is for them only: what proves a stamp does not stand in
    /// for what the signer's own attributes lack.
    fn with_stamps(&self, own: &Known, info: &SignerInfo) -> Known<'_> {
        let mut inside = own.inside.clone();
        for (_, attribute) in stamps::attributes(info) {
            for value in &attribute.values {
                let Ok(token) = SignedData::parse(value.raw) else { continue };
                inside.add(values_of_file(&token));
                token.signers.iter().for_each(|one| inside.add(values_of(one)));
            }
        }
        self.known(inside)
    }

    fn known(&self, mut inside: ValidationData) -> Known<'_> {
        let responders = inside.ocsps.iter().flat_map(|ocsp| ocsp.certificates().iter().cloned());
        let responders: Vec<Certificate> = responders.collect();
        let mut unique: Vec<Certificate> = Vec::new();
        for one in inside.certificates.into_iter().chain(responders) {
            if !unique.contains(&one) {
                unique.push(one);
            }
        }
        inside.certificates = unique;
        Known { anchors: &self.trust.anchors, inside, given: &self.trust.evidence, now: self.at }
    }

    fn begin(&self, checked: core::Checked, info: &SignerInfo) -> SignerReport {
        let certificate = checked.certificate;
        let name = certificate.as_ref().map(Certificate::subject_name).unwrap_or_default();
        SignerReport {
            name: certificate.as_ref().map_or_else(|| "bilinmiyor".to_owned(), Certificate::holder),
            tckn: name.tckn(),
            organisation: name.organisation,
            issuer: certificate.as_ref().map_or_else(|| "bilinmiyor".to_owned(), Certificate::issuer_display),
            is_qualified: certificate.as_ref().is_some_and(Certificate::is_qualified),
            looks_like_trial: certificate.as_ref().is_some_and(Certificate::looks_like_trial),
            certificate,
            profile: rules::profile(info).unwrap_or(Profile::P1),
            level: Level::Bes,
            claimed_at: core::claimed_at(info).or(self.beside.claimed_at),
            proven_at: None,
            stamps: Vec::new(),
            findings: checked.findings,
            wanted: Vec::new(),
            counter: Vec::new(),
        }
    }

    fn counters(&self, info: &SignerInfo, depth: usize) -> Vec<SignerReport> {
        let values = info.unsigned(&oids::COUNTER_SIGNATURE).flat_map(|one| &one.values);
        let infos = values.take(MAX_COUNTERS).filter_map(|value| SignerInfo::parse(value).ok());
        let infos: Vec<_> = infos.collect();
        let scene = Scene { content: info.signature(), ..*self };
        infos.iter().map(|counter| scene.signer(counter, depth + 1)).collect()
    }
}

/// The earliest instant that a believable stamp over the signature proves.
fn proven_at(stamps: &[StampReport]) -> Option<OffsetDateTime> {
    let good = stamps.iter().filter(|stamp| stamp.verdict() == Verdict::Valid);
    good.map(|stamp| stamp.at).min()
}

/// What the signer's attributes make it; X-L is taken back later if the data inside do not suffice.
fn level(info: &SignerInfo, beside: &Beside, stamps: &[StampReport]) -> Level {
    let has =
        |kind: StampKind| stamps.iter().any(|one| one.kind == kind && one.verdict() != Verdict::Invalid);
    let has_values = info.unsigned(&oids::REVOCATION_VALUES).next().is_some();
    let has_beside = !beside.evidence.crls.is_empty() || !beside.evidence.ocsps.is_empty();
    let (is_stamped, is_document) = (has(StampKind::Signature), has(StampKind::Document));
    match () {
        () if !is_stamped && !is_document => Level::Bes,
        () if has(StampKind::Archive) || (is_stamped && is_document && has_beside) => Level::A,
        () if has_values || has_beside => Level::Xl,
        () => Level::T,
    }
}

/// When the file must be stamped again at the latest: the first end among the certificates of the last
/// stamp of each signer. None if a signer has no stamp that can be read or the token lacks its certificate.
///
/// # Errors
/// [`Error::Malformed`], [`Error::TooLarge`].
pub fn next_restamp(cms: &[u8]) -> Result<Option<OffsetDateTime>, Error> {
    let bytes = normal(cms)?;
    let data = SignedData::parse(&bytes)?;
    let mut first: Option<OffsetDateTime> = None;
    for info in &data.signers {
        let Some(end) = stamps::end_of_last(&data, info) else { return Ok(None) };
        first = Some(first.map_or(end, |first| first.min(end)));
    }
    Ok(first)
}

/// Digest algorithms of signatures and stamps in the file that new trust must not rest on; where there
/// are some, the file should be stamped again soon.
///
/// # Errors
/// [`Error::Malformed`], [`Error::TooLarge`].
pub fn weak_hashes(cms: &[u8]) -> Result<Vec<Hash>, Error> {
    let bytes = normal(cms)?;
    let data = SignedData::parse(&bytes)?;
    let mut found = Vec::new();
    for info in &data.signers {
        found.extend(info.hash());
        found.extend(crate::algorithm::hash_of_signature(&info.algorithm));
        for (_, attribute) in stamps::attributes(info) {
            let tokens = attribute.values.iter().filter_map(|value| TimeStamp::from_der(value.raw).ok());
            found.extend(tokens.map(|token| token.hash()));
        }
    }
    found.retain(|hash| hash.is_weak());
    found.sort();
    found.dedup();
    Ok(found)
}
