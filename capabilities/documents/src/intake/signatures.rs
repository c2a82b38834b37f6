//! Who signed and sealed a package that arrived, and whether that holds (CO-6; Law 5070). Offline: roots come from the
//! configuration, time stamps and revocation data from inside the package. What cannot be proven is said, not guessed.

use std::sync::Arc;

use kernel::event::VerbLabel;
use kernel::job::JobContext;
use kernel::record::{Choice, Tone};
use kernel::setting::Settings;
use kernel::{Instant, Result, tr};
use package::{FinalMetadata, Report, SignatureKind, SignaturePart};
use signing::{Certificate, SignerReport, Trust, Verdict, Weight};
use time::OffsetDateTime;

use super::unseal::Opening;
use crate::Trusted;
use crate::letter::esign::sealing::SharedSeal;
use crate::letter::esign::sealing::pins::Gate;
use crate::letter::{DETSIS, SIGNING};
use crate::verb;

/// Characters of the short sentence.
const MOST_SAID: usize = 600;
/// Signers named in it.
const MOST_NAMED: usize = 8;

/// How a clerk reads it at once; what is no package has none.
pub(crate) const STATES: [Choice; 4] = [
    Choice::new("none", "e-İmza yok", Tone::Wait),
    Choice::new("valid", "İmzası geçerli", Tone::Done),
    Choice::new("invalid", "İmzası geçersiz", Tone::Late),
    Choice::new("unchecked", "İmzası denetlenemedi", Tone::Doing),
];

pub(super) const DESPITE: VerbLabel =
    verb("registered_despite", "İmzası geçersiz olduğu hâlde kaydedildi", true);

/// By what packages are judged when they arrive.
#[derive(Clone)]
pub(crate) struct Judge {
    pub anchors: Vec<Certificate>,
    /// Only secure electronic signatures of Law 5070 count as signatures; seals are made with other certificates.
    pub must_be_qualified: bool,
    pub at: OffsetDateTime,
    /// The municipality's own number, to find itself among the addressees.
    pub detsis: String,
    /// Opens what was encrypted for the municipality.
    pub opening: Option<Arc<Opening>>,
    /// Stands before the PIN of its module.
    pub gate: Gate,
    /// The municipality's own seal, which is no person's certificate.
    pub seal: Option<SharedSeal>,
}

impl Judge {
    /// Called where there is a runtime to wait in.
    pub(crate) fn of(context: &JobContext, settings: &Settings) -> Self {
        let trusted = context.services.get::<Trusted>().ok();
        Self {
            anchors: trusted.map(|trusted| trusted.anchors.clone()).unwrap_or_default(),
            must_be_qualified: settings.text(SIGNING) != "trial",
            at: context.clock.now().utc(),
            detsis: settings.text(DETSIS),
            opening: trusted.and_then(|trusted| trusted.opening.clone()),
            gate: Gate::of(context),
            seal: trusted.and_then(|trusted| trusted.seal.clone()),
        }
    }

    pub(crate) async fn for_job(context: &JobContext) -> Result<Self> {
        let settings = Settings::load(&context.db, &context.registry.settings()).await?;
        Ok(Self::of(context, &settings))
    }
}

/// What the standing of the key is called that opens packages.
pub(super) const OPENING: &str = "decrypt";

/// What became of a package's signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// One of none, valid, invalid, unchecked.
    pub state: &'static str,
    /// Who signed and when, or why it cannot be believed.
    pub said: String,
    /// Everything that was found.
    pub report: String,
}

impl Judged {
    /// `told` is everything that was found, in lines.
    pub(crate) fn new(state: &'static str, said: &str, told: &str) -> Self {
        let label = STATES.iter().find(|one| one.code == state).map_or("", |one| one.label_tr);
        let said: String = tr::clean_line(said).text.chars().take(MOST_SAID).collect();
        let report = format!("{label}: {said}\n{told}");
        Self { state, said, report }
    }
}

/// Judges every signature of a package that was verified, those of a package inside of an update included. `last` names who
/// signed according to the package itself.
pub fn judge(
    report: &Report,
    last: Option<&FinalMetadata>,
    (anchors, must_be_qualified): (&[Certificate], bool),
    at: OffsetDateTime,
) -> Judged {
    let mut all = All { last, found: Found::default() };
    let inside = report.original.as_ref().map(|inside| inside.signatures.as_slice()).unwrap_or_default();
    let (mut sealed_by, mut original_by) = (None, None);
    let outside = report.signatures.len();
    for (place, one) in report.signatures.iter().chain(inside).enumerate() {
        let trust = Trust {
            must_be_qualified: must_be_qualified && one.kind != SignatureKind::Seal,
            ..Trust::in_anchors(anchors.to_vec())
        };
        let found = signing::verify(&one.bytes, Some(&one.covered_bytes), &trust, at);
        all.add(one, &found);
        if one.kind == SignatureKind::Seal {
            let whose = if place < outside { &mut sealed_by } else { &mut original_by };
            *whose = found.signers.into_iter().next().map(|signer| signer.name);
        }
    }
    if report.original.is_some() {
        all.compare_seals(sealed_by, original_by);
    }
    all.conclude(report, anchors.is_empty())
}

/// What was found of several signatures, put together as a clerk reads it: one that is wrong counts before one that is doubtful.
#[derive(Default)]
pub(super) struct Found {
    who: Vec<String>,
    wrong: Vec<String>,
    doubts: Vec<String>,
    told: String,
}

impl Found {
    /// `called` is what stands before the names of who signed, where there are several sorts of signatures.
    pub(super) fn add(&mut self, called: &str, found: &signing::Report) {
        // Whoever reads the report needs the name; the number of the person is nobody's here.
        let lines = found.turkish();
        let lines = lines.lines().filter(|line| !line.trim_start().starts_with("T.C. kimlik no:"));
        lines.for_each(|line| self.told.push_str(&format!("{line}\n")));
        let why = |weight: Weight| {
            let of_signers = found.signers.iter().flat_map(|signer| &signer.findings);
            let first = found.findings.iter().chain(of_signers).find(|finding| finding.weight == weight);
            let text = first.map_or("imza dosyasında imza yok.", |finding| &finding.text);
            format!("{called}{text}")
        };
        match found.verdict() {
            Verdict::Valid => {}
            Verdict::CannotSay => self.doubts.push(why(Weight::Doubt)),
            Verdict::Invalid => self.wrong.push(why(Weight::Broken)),
        }
        self.who.extend(found.signers.iter().map(|signer| format!("{called}{}", signed(signer))));
    }

    fn doubt(&mut self, text: String) {
        self.told.push_str(&format!("- BELİRSİZ: {text}\n"));
        self.doubts.push(text);
    }

    pub(super) fn conclude(mut self, has_no_anchor: bool) -> Judged {
        self.who.truncate(MOST_NAMED);
        let who = self.who.join(" · ");
        let (state, said) = if let Some(why) = self.wrong.first() {
            ("invalid", format!("{why} {who}"))
        } else if has_no_anchor && !self.doubts.is_empty() {
            ("unchecked", format!("Güvenilen kök sertifika tanımlı değil (trust_anchors). {who}"))
        } else if let Some(why) = self.doubts.first() {
            ("unchecked", format!("{why} {who}"))
        } else {
            ("valid", who)
        };
        Judged::new(state, &said, &self.told)
    }
}

/// Those of a package, with what it says itself.
struct All<'a> {
    last: Option<&'a FinalMetadata>,
    found: Found,
}

impl All<'_> {
    fn add(&mut self, one: &SignaturePart, found: &signing::Report) {
        let name = name(one.kind);
        self.found.told.push_str(&format!("\n{name} ({}, {} üzerine)\n", one.part, one.covers));
        self.found.add(&format!("{name}: "), found);
        found.signers.iter().for_each(|signer| self.compare(one.kind, signer));
    }

    /// The seal covers who the package says has signed; a signature of somebody else is looked at by a person.
    fn compare(&mut self, kind: SignatureKind, signer: &SignerReport) {
        let Some(last) =
            self.last.filter(|last| kind == SignatureKind::Signature && !last.signatories.is_empty())
        else {
            return;
        };
        let own = tr::fold(&signer.name);
        if !last.signatories.iter().any(|one| tr::fold(&full_name(&one.signer)) == own) {
            let named: Vec<String> = last.signatories.iter().map(|one| full_name(&one.signer)).collect();
            self.found.doubt(format!(
                "Sertifika {} adına; pakette imzacı olarak {} yazıyor.",
                signer.name,
                named.join(", ")
            ));
        }
    }

    /// Who changes a package must be who made it: any institution could put somebody else's package into an update of its own.
    fn compare_seals(&mut self, new: Option<String>, old: Option<String>) {
        if new.is_some() && new.as_deref().map(tr::fold) == old.as_deref().map(tr::fold) {
            return;
        }
        let named = |who: Option<String>| who.unwrap_or_else(|| "mühür yok".into());
        self.found.doubt(format!(
            "Güncelleme paketinin mührü özgün paketin mührüyle aynı kurumun değil ({}; özgün pakette {}).",
            named(new),
            named(old)
        ));
    }

    fn conclude(mut self, report: &Report, has_no_anchor: bool) -> Judged {
        if !report.is_valid() && report.kind != package::Kind::Encrypted {
            self.found.wrong.insert(
                0,
                "Paketin içeriği imzalananla aynı değil ya da eksik; göndericiden yeniden isteyin.".into(),
            );
        }
        let has_signature = report.signatures.iter().any(|one| one.kind != SignatureKind::Initials);
        if !has_signature && self.found.wrong.is_empty() {
            return Judged::new("unchecked", "Pakette denetlenecek imza yok.", &self.found.told);
        }
        self.found.conclude(has_no_anchor)
    }
}

fn name(kind: SignatureKind) -> &'static str {
    match kind {
        SignatureKind::Initials => "Paraf",
        SignatureKind::Signature => "İmza",
        SignatureKind::Seal => "Mühür",
    }
}

/// As a certificate has it, without the prefix that a letter may put before it.
fn full_name(person: &package::Person) -> String {
    package::Person { prefix: None, ..person.clone() }.full_name()
}

/// "Veli Ak, 29.11.2026 10:04 (zaman damgası 29.11.2026 10:05)"
fn signed(signer: &SignerReport) -> String {
    let when = |at: OffsetDateTime| tr::instant(at.unix_timestamp().saturating_mul(Instant::SECOND_US));
    let mut text = signer.name.clone();
    if let Some(at) = signer.claimed_at {
        text.push_str(&format!(", {}", when(at)));
    }
    if let Some(at) = signer.proven_at {
        text.push_str(&format!(" (zaman damgası {})", when(at)));
    }
    text
}
