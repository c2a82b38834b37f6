//! What verification tells: a verdict of three values, findings as Turkish sentences, and the whole as text.

use std::fmt::Write as _;

use time::{OffsetDateTime, UtcOffset};

use crate::algorithm::Hash;
use crate::certificate::Certificate;
use crate::profile::Profile;

/// May the signature be relied on?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Everything that was asked is proven.
    Valid,
    /// Nothing speaks against it, but something cannot be proven with what is there.
    CannotSay,
    /// It is proven wrong.
    Invalid,
}

impl Verdict {
    pub fn turkish(self) -> &'static str {
        match self {
            Verdict::Valid => "GEÇERLİ",
            Verdict::CannotSay => "KARAR VERİLEMEDİ",
            Verdict::Invalid => "GEÇERSİZ",
        }
    }
}

/// What a finding means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// Not proven.
    Doubt,
    /// Proven wrong.
    Broken,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub weight: Weight,
    /// A word for programs; it stays the same when the sentence is written better.
    pub code: &'static str,
    /// A Turkish sentence.
    pub text: String,
}

impl Finding {
    pub(crate) fn note(code: &'static str, text: impl Into<String>) -> Self {
        Finding { weight: Weight::Note, code, text: text.into() }
    }

    pub(crate) fn doubt(code: &'static str, text: impl Into<String>) -> Self {
        Finding { weight: Weight::Doubt, code, text: text.into() }
    }

    pub(crate) fn broken(code: &'static str, text: impl Into<String>) -> Self {
        Finding { weight: Weight::Broken, code, text: text.into() }
    }
}

/// The worst of the findings.
pub(crate) fn verdict_of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Verdict {
    match findings.into_iter().map(|finding| finding.weight).max() {
        Some(Weight::Broken) => Verdict::Invalid,
        Some(Weight::Doubt) => Verdict::CannotSay,
        _ => Verdict::Valid,
    }
}

/// What a signature carries (RFC 5126), proven or not; the verdict tells whether it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The signature alone.
    Bes,
    /// With a time stamp.
    T,
    /// With the certificates and revocation data that were needed for the signer.
    Xl,
    /// With an archive time stamp.
    A,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Bes => "BES",
            Level::T => "T",
            Level::Xl => "X-L",
            Level::A => "A",
        }
    }
}

/// Which stamp it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampKind {
    Signature,
    References,
    Archive,
    /// Over a whole PDF, beside its signatures.
    Document,
}

/// One time stamp of a signature.
#[derive(Debug, Clone)]
pub struct StampReport {
    pub kind: StampKind,
    /// What it says; the verdict tells whether that may be believed.
    pub at: OffsetDateTime,
    pub authority: String,
    pub hash: Hash,
    /// When the authority's certificate ends.
    pub valid_until: Option<OffsetDateTime>,
    pub findings: Vec<Finding>,
    /// What would have helped to judge the authority.
    pub wanted: Vec<Wanted>,
}

impl StampReport {
    pub fn verdict(&self) -> Verdict {
        verdict_of(&self.findings)
    }
}

/// Something that would have helped and may be fetched by whoever has a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub certificate: Certificate,
    /// Not known if it is the issuer that is missing.
    pub issuer: Option<Certificate>,
}

/// What was found about one signer.
#[derive(Debug, Clone)]
pub struct SignerReport {
    pub name: String,
    pub organisation: Option<String>,
    pub tckn: Option<String>,
    pub issuer: String,
    pub certificate: Option<Certificate>,
    /// Both statements of a qualified certificate are there.
    pub is_qualified: bool,
    /// The names in the certificate say that it is for trials.
    pub looks_like_trial: bool,
    pub profile: Profile,
    pub level: Level,
    /// What the signer's machine said.
    pub claimed_at: Option<OffsetDateTime>,
    /// What a believable time stamp says.
    pub proven_at: Option<OffsetDateTime>,
    pub stamps: Vec<StampReport>,
    pub findings: Vec<Finding>,
    pub wanted: Vec<Wanted>,
    /// Signatures over this signature ("seri imza").
    pub counter: Vec<SignerReport>,
}

impl SignerReport {
    /// The worst of the signer's own findings. A bad countersignature does not spoil what it stands on.
    pub fn verdict(&self) -> Verdict {
        verdict_of(&self.findings)
    }

    /// Whether a finding has that code.
    pub fn has(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}

/// What was found about one file.
#[derive(Debug, Clone)]
pub struct Report {
    /// About the file as a whole.
    pub findings: Vec<Finding>,
    pub signers: Vec<SignerReport>,
    /// For which instant it was verified.
    pub at: OffsetDateTime,
}

impl Report {
    /// The worst of all signers; a file that nobody signed is not valid.
    pub fn verdict(&self) -> Verdict {
        let signers = self.signers.iter().map(SignerReport::verdict);
        signers.chain([verdict_of(&self.findings)]).max().unwrap_or(Verdict::Invalid)
    }

    /// Whether nothing was verified because the content stands elsewhere and was not given.
    pub fn has_no_content(&self) -> bool {
        self.findings.iter().any(|finding| finding.code == "content-missing")
    }

    /// The whole report in Turkish.
    pub fn turkish(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "Sonuç: {}", self.verdict().turkish());
        let _ = writeln!(text, "Denetim anı: {}", turkish_time(self.at));
        self.findings.iter().for_each(|finding| write_finding(&mut text, "", finding));
        for (at, signer) in self.signers.iter().enumerate() {
            let _ = writeln!(text, "\n{}. imza: {}", at + 1, signer.verdict().turkish());
            write_signer(&mut text, "  ", signer);
        }
        text
    }
}

fn write_signer(text: &mut String, margin: &str, signer: &SignerReport) {
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{margin}{name}: {value}");
    };
    line("İmzalayan", &signer.name);
    if let Some(tckn) = &signer.tckn {
        line("T.C. kimlik no", tckn);
    }
    if let Some(organisation) = &signer.organisation {
        line("Kurum", organisation);
    }
    line("Sertifikayı veren", &signer.issuer);
    line("Nitelikli sertifika", if signer.is_qualified { "evet" } else { "hayır" });
    line("Profil", signer.profile.name());
    line("Düzey", &format!("ES-{}", signer.level.name()));
    if let Some(at) = signer.claimed_at {
        line("İmza zamanı (imzalayanın beyanı)", &turkish_time(at));
    }
    if let Some(at) = signer.proven_at {
        line("İmza zamanı (zaman damgası)", &turkish_time(at));
    }
    for stamp in &signer.stamps {
        let kind = match stamp.kind {
            StampKind::Signature => "Zaman damgası",
            StampKind::References => "Referans zaman damgası",
            StampKind::Archive => "Arşiv zaman damgası",
            StampKind::Document => "Belge zaman damgası",
        };
        let until = stamp.valid_until.map(|at| format!(", sertifikası {} gününe kadar", turkish_day(at)));
        let _ = writeln!(
            text,
            "{margin}{kind}: {}, {}, {}{}",
            turkish_time(stamp.at),
            stamp.authority,
            stamp.verdict().turkish(),
            until.unwrap_or_default()
        );
    }
    signer.findings.iter().for_each(|finding| write_finding(text, margin, finding));
    for counter in &signer.counter {
        let _ = writeln!(text, "{margin}Bu imzanın üzerine atılmış imza: {}", counter.verdict().turkish());
        write_signer(text, &format!("{margin}  "), counter);
    }
}

fn write_finding(text: &mut String, margin: &str, finding: &Finding) {
    let mark = match finding.weight {
        Weight::Broken => "HATA",
        Weight::Doubt => "BELİRSİZ",
        Weight::Note => "Bilgi",
    };
    let _ = writeln!(text, "{margin}- {mark}: {}", finding.text);
}

/// An instant as people in Türkiye read it.
pub(crate) fn turkish_time(at: OffsetDateTime) -> String {
    let at = local(at);
    format!("{} {:02}.{:02}.{:02}", turkish_day(at), at.hour(), at.minute(), at.second())
}

pub(crate) fn turkish_day(at: OffsetDateTime) -> String {
    let at = local(at);
    format!("{:02}.{:02}.{}", at.day(), u8::from(at.month()), at.year())
}

/// Türkiye is UTC+3 all year.
fn local(at: OffsetDateTime) -> OffsetDateTime {
    let offset = UtcOffset::from_hms(3, 0, 0).expect("three hours are an offset");
    at.checked_to_offset(offset).unwrap_or(at)
}
