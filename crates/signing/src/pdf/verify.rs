//! Finds the signatures of a PDF and judges each: what it covers, whether the CMS holds, and what was
//! appended afterwards.

use lopdf::{Dictionary, Document, Object};
use time::OffsetDateTime;

use super::{array, dictionary, later, load};
use crate::asn1::{self, GENERALIZED_TIME, Tlv};
use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::error::Error;
use crate::ocsp::Ocsp;
use crate::report::{Finding, Report, StampReport, Verdict};
use crate::time_stamp::TimeStamp;
use crate::trust::Trust;
use crate::upgrade::ValidationData;
use crate::verify::{Beside, unreadable_document_stamp, verify_document_stamp, verify_with};

/// More signatures than this are not looked at.
const MAX_SIGNATURES: usize = 64;
const MAX_VALUES: usize = 256;

/// One signature of a PDF.
#[derive(Debug, Clone)]
pub struct PdfSignature {
    pub report: Report,
    /// Nothing follows what it covers.
    pub covers_whole_file: bool,
    /// How many bytes of the file it covers from the start, its own room included.
    pub covered_bytes: usize,
}

impl PdfSignature {
    pub fn verdict(&self) -> Verdict {
        self.report.verdict()
    }
}

/// Verifies every signature, oldest first. Document time stamps (EN 319 142-1, 5.4.3) count for the
/// signatures they cover.
///
/// # Errors
/// [`Error::Malformed`], [`Error::TooLarge`], [`Error::Unsupported`] if the PDF itself cannot be read.
pub fn verify_pdf(pdf: &[u8], trust: &Trust, at: OffsetDateTime) -> Result<Vec<PdfSignature>, Error> {
    let document = load(pdf)?;
    let evidence = store(&document);
    let values = signature_values(&document);
    let (stamps, signatures): (Vec<_>, Vec<_>) =
        values.into_iter().take(MAX_SIGNATURES).partition(|value| is_stamp(value));
    let stamps: Vec<(usize, StampReport)> = stamps
        .into_iter()
        .map(|value| document_stamp(pdf, &document, value, (trust, &evidence, at)))
        .collect();
    let mut found = Vec::new();
    for value in signatures {
        let end = range(pdf, &document, value).map_or(0, |range| range.end);
        let covering = stamps.iter().filter(|(stamped, _)| *stamped >= end).map(|(_, stamp)| stamp.clone());
        let mut stamps: Vec<StampReport> = covering.collect();
        stamps.sort_by_key(|stamp| stamp.at);
        let beside = Beside { claimed_at: claimed_at(value), evidence: evidence.clone(), stamps };
        found.push(one(pdf, &document, value, (trust, &beside, at)));
    }
    found.sort_by_key(|one| one.covered_bytes);
    Ok(found)
}

fn is_stamp(value: &Dictionary) -> bool {
    value.get(b"SubFilter").and_then(Object::as_name).is_ok_and(|name| name == b"ETSI.RFC3161")
}

/// How far a document stamp reaches, and what is to be thought of it. One that cannot be read reaches
/// over everything, so that it is not passed over in silence.
fn document_stamp(
    pdf: &[u8],
    document: &Document,
    value: &Dictionary,
    (trust, evidence, at): (&Trust, &ValidationData, OffsetDateTime),
) -> (usize, StampReport) {
    let read = range(pdf, document, value).and_then(|range| {
        let token = TimeStamp::from_der(&range.cms).ok()?;
        let content = [&pdf[..range.gap.0], &pdf[range.gap.1..range.end]].concat();
        Some((range.end, verify_document_stamp(&token, &content, (trust, evidence), at)))
    });
    read.unwrap_or_else(|| (pdf.len(), unreadable_document_stamp(at)))
}

/// Dictionaries with a ByteRange and Contents, each once, wherever they stand.
fn signature_values(document: &Document) -> Vec<&Dictionary> {
    let mut found: Vec<&Dictionary> = Vec::new();
    for object in document.objects.values() {
        let Ok(holder) = object.as_dict() else { continue };
        let inner = holder.get(b"V").ok().and_then(|value| value.as_dict().ok());
        for value in [Some(holder), inner].into_iter().flatten() {
            if value.has(b"ByteRange") && value.has(b"Contents") {
                found.push(value);
            }
        }
    }
    found
}

fn one(
    pdf: &[u8],
    document: &Document,
    value: &Dictionary,
    (trust, beside, at): (&Trust, &Beside, OffsetDateTime),
) -> PdfSignature {
    let Some(range) = range(pdf, document, value) else {
        let text = "İmzanın kapsadığı bölüm (ByteRange) hatalı: imza, dosyanın görünen hâlini kapsamıyor.";
        let findings = vec![Finding::broken("byte-range", text)];
        let report = Report { findings, signers: Vec::new(), at };
        return PdfSignature { report, covers_whole_file: false, covered_bytes: 0 };
    };
    let content = [&pdf[..range.gap.0], &pdf[range.gap.1..range.end]].concat();
    let mut report = verify_with(&range.cms, Some(&content), (trust, beside), at);
    let covers_whole_file = range.end == pdf.len();
    if !covers_whole_file {
        report.findings.push(later::judge(&pdf[..range.end], document));
    }
    PdfSignature { report, covers_whole_file, covered_bytes: range.end }
}

struct Range {
    gap: (usize, usize),
    end: usize,
    cms: Vec<u8>,
}

/// The range must start at zero and leave out exactly the hexadecimal string of the signature, which
/// must be the same that the dictionary holds: otherwise something could hide in the gap.
fn range(pdf: &[u8], document: &Document, value: &Dictionary) -> Option<Range> {
    let numbers = array(document, value.get(b"ByteRange").ok()?)?;
    let numbers: Vec<usize> =
        numbers.iter().map(|one| one.as_i64().ok()?.try_into().ok()).collect::<Option<_>>()?;
    let [0, start, end, rest] = numbers[..] else { return None };
    let last = end.checked_add(rest)?;
    if start >= end || last > pdf.len() {
        return None;
    }
    let digits = pdf.get(start..end)?.strip_prefix(b"<")?.strip_suffix(b">")?;
    let digits: Vec<u8> = digits.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = hex::decode(digits).ok()?;
    if value.get(b"Contents").ok()?.as_str().ok()? != bytes {
        return None;
    }
    Some(Range { gap: (start, end), end: last, cms: asn1::first_value(&bytes).ok()?.to_vec() })
}

/// `D:YYYYMMDDHHmmSS`, then `Z` or an offset like `+03'00'`.
fn claimed_at(value: &Dictionary) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(value.get(b"M").ok()?.as_str().ok()?).ok()?;
    let digits = text.strip_prefix("D:").unwrap_or(text);
    let (moment, offset) = digits.split_at_checked(14)?;
    let encoded = asn1::encode(GENERALIZED_TIME, &[moment.as_bytes(), b"Z"]);
    let utc = Tlv::only(&encoded).ok()?.instant().ok()?;
    let sign = match offset.chars().next() {
        Some('+') => -1,
        Some('-') => 1,
        _ => return Some(utc),
    };
    let number = |at: usize| offset.get(at..at + 2).and_then(|part| part.parse::<i64>().ok());
    let minutes = number(1)? * 60 + number(4).unwrap_or(0);
    utc.checked_add(time::Duration::minutes(sign * minutes))
}

/// What the document's store (DSS) holds; entries that cannot be read are left out.
fn store(document: &Document) -> ValidationData {
    let mut found = ValidationData::default();
    let store = document.catalog().ok().and_then(|catalog| catalog.get(b"DSS").ok());
    let Some(store) = store.and_then(|store| dictionary(document, store)) else { return found };
    let values = |key: &[u8]| -> Vec<Vec<u8>> {
        let list = store.get(key).ok().and_then(|list| array(document, list)).map_or(&[][..], Vec::as_slice);
        let streams =
            list.iter().take(MAX_VALUES).filter_map(|one| document.dereference(one).ok()?.1.as_stream().ok());
        streams
            .filter_map(|stream| stream.get_plain_content_with_limit(super::MAX_STREAM_BYTES).ok())
            .collect()
    };
    found.certificates = values(b"Certs").iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    found.crls = values(b"CRLs").iter().filter_map(|der| Crl::from_der(der).ok()).collect();
    found.ocsps = values(b"OCSPs").iter().filter_map(|der| Ocsp::from_der(der).ok()).collect();
    found
}
