//! What a verifier has to say: findings with their official numbers, and the report as a text for people.

use std::fmt;

use crate::codes::{ErrorCode, Kind, Version};

/// More than anybody reads.
const MAX_FINDINGS: usize = 1_000;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// A rule is broken, but what was signed is what is here.
    Warning,
    /// The package must not be accepted.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Official error code of digest verification, where one applies.
    pub code: Option<ErrorCode>,
    /// Rule of the technical guide, such as `K.33`, where one is known.
    pub rule: Option<&'static str>,
    /// The part it is about.
    pub part: Option<String>,
    /// A Turkish sentence.
    pub text: String,
}

impl Finding {
    pub(crate) fn new(severity: Severity, text: impl Into<String>) -> Self {
        Self { severity, code: None, rule: None, part: None, text: text.into() }
    }

    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self::new(Severity::Error, text)
    }

    pub(crate) fn warning(text: impl Into<String>) -> Self {
        Self::new(Severity::Warning, text)
    }

    pub(crate) fn note(text: impl Into<String>) -> Self {
        Self::new(Severity::Note, text)
    }

    pub(crate) fn code(mut self, code: ErrorCode) -> Self {
        self.code = Some(code);
        self
    }

    pub(crate) fn rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    pub(crate) fn part(mut self, part: &str) -> Self {
        self.part = Some(part.to_owned());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Note => "BİLGİ",
            Severity::Warning => "UYARI",
            Severity::Error => "HATA",
        };
        write!(f, "{word}")?;
        let mut marks = Vec::new();
        marks.extend(self.code.map(|code| format!("hata kodu {code}")));
        marks.extend(self.rule.map(str::to_owned));
        if !marks.is_empty() {
            write!(f, " [{}]", marks.join(", "))?;
        }
        write!(f, " {}", harmless(&self.text))?;
        if let Some(part) = &self.part {
            write!(f, " ({})", harmless(part))?;
        }
        Ok(())
    }
}

/// Texts of strangers must neither move the cursor of a terminal nor turn the direction of a line.
fn harmless(text: &str) -> String {
    let is_harmful =
        |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if is_harmful(c) { '\u{FFFD}' } else { c }).collect()
}

/// Whose signature a part holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    /// Paraf imzası, over ParafOzeti.xml.
    Initials,
    /// İmza, over PaketOzeti.xml.
    Signature,
    /// Mühür, over NihaiOzet.xml.
    Seal,
}

/// A signature for another crate to check: a CAdES signature with the covered bytes as its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignaturePart {
    /// Whose it is.
    pub kind: SignatureKind,
    /// Name of the part that holds it.
    pub part: String,
    /// Name of the part that it covers.
    pub covers: String,
    /// The signature.
    pub bytes: Vec<u8>,
    /// What it covers.
    pub covered_bytes: Vec<u8>,
}

/// What was found in a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the package is.
    pub kind: Kind,
    /// Its version.
    pub version: Version,
    /// All findings, the worst first.
    pub findings: Vec<Finding>,
    /// The signatures that are there; whether they are true is for another crate.
    pub signatures: Vec<SignaturePart>,
    /// Digests that were compared.
    pub compared: usize,
    /// Report on the package inside of an update.
    pub original: Option<Box<Report>>,
}

impl Report {
    /// Is there no error, here and in the package inside? Signatures are not looked at.
    pub fn is_valid(&self) -> bool {
        let is_original_valid = self.original.as_ref().is_none_or(|report| report.is_valid());
        is_original_valid && self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }

    /// The official codes found, each once, in ascending order.
    pub fn codes(&self) -> Vec<u8> {
        let mut codes: Vec<u8> =
            self.findings.iter().filter_map(|it| it.code).map(ErrorCode::number).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The worst first; a package that was made to be wrong everywhere is not worth a book.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if self.findings.len() > MAX_FINDINGS {
            let more = self.findings.len() - MAX_FINDINGS;
            self.findings.truncate(MAX_FINDINGS);
            self.findings.push(Finding::note(format!("Bunlara benzeyen {more} bulgu daha var.")));
        }
    }
}

/// The report as a Turkish text for a terminal. It lists the signatures; whether they hold is said beside it, by whoever
/// checks them.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Letter => "e-Yazışma paketi",
            Kind::Encrypted => "Şifreli e-Yazışma paketi",
            Kind::Update => "e-Yazışma güncelleme paketi",
        };
        writeln!(f, "{kind}, sürüm {}", self.version.digit())?;
        let verdict = if self.is_valid() {
            "Paketin yapısı ve özetleri geçerli."
        } else {
            "Paket GEÇERSİZ; kabul etmeyiniz."
        };
        writeln!(f, "{verdict} Karşılaştırılan özet: {}", self.compared)?;
        for signature in &self.signatures {
            let name = match signature.kind {
                SignatureKind::Initials => "Paraf imzası",
                SignatureKind::Signature => "İmza",
                SignatureKind::Seal => "Mühür",
            };
            writeln!(
                f,
                "{name}: {} ({} için, {} bayt)",
                signature.part,
                signature.covers,
                signature.bytes.len()
            )?;
        }
        for finding in &self.findings {
            writeln!(f, "- {finding}")?;
        }
        if let Some(original) = &self.original {
            write!(f, "İçindeki özgün paket: {original}")?;
        }
        Ok(())
    }
}
