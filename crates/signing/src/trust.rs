//! Whom one trusts and what one knows, and what follows for a certificate: a path to an anchor and
//! whether it was revoked (RFC 5280, 6, as far as signatures in Türkiye need it). Never asks a network.

use time::{Duration, OffsetDateTime};

use crate::certificate::{CERT_SIGN, Certificate};
use crate::crl::{Crl, Revoked};
use crate::ocsp::{Ocsp, Status};
use crate::report::{Finding, Wanted, turkish_day, turkish_time};
use crate::upgrade::ValidationData;

/// Longest path, anchor included.
const MAX_PATH: usize = 8;
/// How many issuers are tried in all; many certificates with one name cannot cost more.
const MAX_TRIES: usize = 64;
/// How far clocks may differ.
pub(crate) const CLOCK_SKEW: Duration = Duration::minutes(5);
/// How long an OCSP answer holds that does not say so itself.
const OCSP_FRESH: Duration = Duration::DAY;

/// Anchors and extra evidence. Anchors are believed as they are; the evidence is checked.
#[derive(Debug, Default, Clone)]
pub struct Trust {
    pub anchors: Vec<Certificate>,
    pub evidence: ValidationData,
    /// Only secure electronic signatures of Law 5070 are wanted: a certificate that is not qualified makes
    /// a signature invalid. Seals of institutions are made with other certificates.
    pub must_be_qualified: bool,
}

impl Trust {
    /// Trust in `anchors` with no further evidence.
    pub fn in_anchors(anchors: Vec<Certificate>) -> Self {
        Trust { anchors, ..Trust::default() }
    }
}

/// Everything that is at hand while one file is verified.
pub(crate) struct Known<'a> {
    pub anchors: &'a [Certificate],
    /// What the file carries; the first choice, since it is what levels are made of.
    pub inside: ValidationData,
    pub given: &'a ValidationData,
    /// For which instant the file is verified.
    pub now: OffsetDateTime,
}

/// Answers about revocation, in the order in which they are better.
enum Revocation {
    Good { issued: OffsetDateTime, is_inside: bool },
    Revoked(Revoked),
    Nothing,
}

/// What became of one certificate.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub findings: Vec<Finding>,
    pub wanted: Vec<Wanted>,
    /// Every revocation answer came from inside the file.
    pub is_self_contained: bool,
    /// When the youngest answer about the certificate itself was made.
    pub evidence_at: Option<OffsetDateTime>,
    /// The answer about the certificate itself was OCSP.
    pub is_by_ocsp: bool,
    /// When the first certificate on the path was revoked, if that was before the instant asked for.
    pub revoked_at: Option<OffsetDateTime>,
    /// From the certificate to the anchor; empty if there is none.
    pub path: Vec<Certificate>,
}

impl Known<'_> {
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.inside.certificates.iter().chain(&self.given.certificates).chain(self.anchors)
    }

    /// Path, validity and revocation of `leaf` at `at`. `who` opens the sentences ("İmzalayanın").
    pub fn judge(&self, leaf: &Certificate, at: OffsetDateTime, who: &str) -> Judged {
        self.judge_at(leaf, (at, at), who)
    }

    /// The same with two instants: was it revoked at the first, is it valid at the second? For time stamps
    /// they differ: what a file carries tells about the time of the stamp, years later, too.
    pub fn judge_at(
        &self,
        leaf: &Certificate,
        (at, valid_at): (OffsetDateTime, OffsetDateTime),
        who: &str,
    ) -> Judged {
        let mut judged = Judged { is_self_contained: true, ..Default::default() };
        let mut tries = MAX_TRIES;
        let mut path = vec![leaf.clone()];
        if !self.extend(&mut path, at, &mut tries) {
            let last = path.last().unwrap_or(leaf);
            judged.is_self_contained = false;
            judged.findings.push(Finding::doubt(
                "untrusted",
                format!(
                    "{who} sertifikası güvenilen bir köke bağlanamadı ({} sertifikasını verenin, {}, sertifikası bilinmiyor ya da güvenilmiyor).",
                    last.holder(),
                    last.issuer_display()
                ),
            ));
            judged.wanted.push(Wanted { certificate: last.clone(), issuer: None });
            check_validity(&path[..1], valid_at, who, &mut judged.findings);
            return judged;
        }
        let below = &path[..path.len() - 1];
        check_validity(below, valid_at, who, &mut judged.findings);
        if path.iter().any(|one| one.facts().has_unknown_critical) {
            let text = format!("{who} sertifika yolunda tanınmayan kritik bir uzantı var.");
            judged.findings.push(Finding::doubt("unknown-extension", text));
        }
        for pair in path.windows(2) {
            if let [certificate, issuer] = pair {
                self.check_revocation(certificate, issuer, (at, who, certificate == leaf), &mut judged);
            }
        }
        judged.path = path;
        judged
    }

    /// Depth first: finds a path to an anchor, best one valid at `at`. What is left in `path` on failure
    /// is the farthest that was reached on the first branch.
    fn extend(&self, path: &mut Vec<Certificate>, at: OffsetDateTime, tries: &mut usize) -> bool {
        let Some(last) = path.last().cloned() else { return false };
        if self.anchors.contains(&last) {
            // A root that was damaged on its way into the store is not what somebody decided to trust.
            return !last.is_self_issued() || last.is_signed_by(&last) != Ok(false);
        }
        if path.len() >= MAX_PATH || last.is_self_issued() && path.len() > 1 && self.is_dead_end(&last) {
            return false;
        }
        let mut candidates: Vec<&Certificate> = Vec::new();
        for one in self.certificates() {
            let is_named = one.subject() == last.issuer() && may_issue(one, path.len() - 1);
            let keys = (last.facts().authority_key.as_ref(), one.facts().subject_key.as_ref());
            let is_key = !matches!(keys, (Some(wanted), Some(has)) if wanted != has);
            if is_named && is_key && !path.contains(one) && !candidates.contains(&one) {
                candidates.push(one);
            }
        }
        candidates.sort_by_key(|one| (!self.anchors.contains(one), !one.is_valid_at(at)));
        let mut farthest: Option<Vec<Certificate>> = None;
        for candidate in candidates {
            if *tries == 0 {
                break;
            }
            *tries -= 1;
            if last.is_signed_by(candidate) != Ok(true) {
                continue;
            }
            path.push(candidate.clone());
            if self.extend(path, at, tries) {
                return true;
            }
            farthest.get_or_insert_with(|| path.clone());
            path.truncate(path.iter().position(|one| one == candidate).unwrap_or(path.len()));
        }
        if let Some(farthest) = farthest {
            *path = farthest;
        }
        false
    }

    /// A root that nobody trusts and nobody else signed.
    fn is_dead_end(&self, root: &Certificate) -> bool {
        !self.anchors.iter().any(|one| one.subject() == root.subject())
    }

    fn check_revocation(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        (at, who, is_leaf): (OffsetDateTime, &str, bool),
        judged: &mut Judged,
    ) {
        let (by_ocsp, by_crl) = (self.by_ocsp(certificate, issuer, at), self.by_crl(certificate, issuer, at));
        let name = if is_leaf { String::new() } else { format!(" ({})", certificate.holder()) };
        for found in [&by_ocsp, &by_crl] {
            let Revocation::Revoked(revoked) = found else { continue };
            if revoked.at <= at {
                let kind = if revoked.reason == Some(6) { "askıya alınmış" } else { "iptal edilmiş" };
                let text = format!("{who} sertifikası{name} {} anında {kind}.", turkish_time(revoked.at));
                judged.findings.push(Finding::broken("revoked", text));
                judged.revoked_at = Some(revoked.at);
                return;
            }
        }
        let later = [&by_ocsp, &by_crl].into_iter().find_map(|found| match found {
            Revocation::Revoked(revoked) => Some(revoked.at),
            _ => None,
        });
        if let Some(later) = later {
            let text = format!(
                "{who} sertifikası{name} imzadan sonra, {} anında iptal edilmiş.",
                turkish_time(later)
            );
            judged.findings.push(Finding::note("revoked-later", text));
            judged.evidence_at = judged.evidence_at.or(is_leaf.then_some(later));
            judged.is_by_ocsp |= is_leaf && !matches!(by_ocsp, Revocation::Nothing);
            return;
        }
        match (by_ocsp, by_crl) {
            (Revocation::Good { issued, is_inside }, other) => {
                let also_inside = matches!(other, Revocation::Good { is_inside: true, .. });
                judged.is_self_contained &= is_inside || also_inside;
                if is_leaf {
                    (judged.evidence_at, judged.is_by_ocsp) = (Some(issued), true);
                }
            }
            (_, Revocation::Good { issued, is_inside }) => {
                judged.is_self_contained &= is_inside;
                if is_leaf {
                    judged.evidence_at = Some(issued);
                }
            }
            _ => {
                let text = format!(
                    "{who} sertifikasının{name} {} anında iptal edilmiş olup olmadığı bilinmiyor.",
                    turkish_time(at)
                );
                judged.findings.push(Finding::doubt("revocation-unknown", text));
                judged.is_self_contained = false;
                let wanted = Wanted { certificate: certificate.clone(), issuer: Some(issuer.clone()) };
                judged.wanted.push(wanted);
            }
        }
    }

    fn by_ocsp(&self, certificate: &Certificate, issuer: &Certificate, at: OffsetDateTime) -> Revocation {
        let inside = self.inside.ocsps.iter().map(|one| (one, true));
        let all = inside.chain(self.given.ocsps.iter().map(|one| (one, false)));
        let mut best = Revocation::Nothing;
        for (ocsp, is_inside) in all {
            let Some(answer) = ocsp.about(certificate, issuer) else { continue };
            if ocsp.produced_at() > self.now.saturating_add(CLOCK_SKEW) || !self.is_signed(ocsp, issuer) {
                continue;
            }
            match answer.status {
                Status::Revoked(revoked) => return Revocation::Revoked(revoked),
                Status::Unknown => {}
                Status::Good => {
                    let until = answer.next_update.unwrap_or(answer.this_update.saturating_add(OCSP_FRESH));
                    if until.max(answer.this_update) >= at {
                        best = better(best, answer.this_update, is_inside);
                    }
                }
            }
        }
        best
    }

    /// Whether a responder signed it that may speak for `issuer` and was not revoked by then: a list at hand
    /// says so, or the issuer says that none is needed (RFC 6960, 4.2.2.2.1).
    pub fn is_signed(&self, ocsp: &Ocsp, issuer: &Certificate) -> bool {
        if ocsp.certificates().len() > MAX_PATH {
            return false;
        }
        let Some(responder) = ocsp.signer_for(issuer, self.certificates()) else { return false };
        if responder == issuer {
            return true;
        }
        let lists = self.inside.crls.iter().chain(&self.given.crls);
        let mut about = lists.filter(|crl| crl.is_about(responder) && crl.is_signed_by(issuer)).peekable();
        (about.peek().is_some() || responder.facts().is_unchecked_responder)
            && about.all(|crl| {
                let found = crl.find(responder.serial()).ok().flatten();
                found.is_none_or(|revoked| revoked.at > ocsp.produced_at())
            })
    }

    fn by_crl(&self, certificate: &Certificate, issuer: &Certificate, at: OffsetDateTime) -> Revocation {
        let inside = self.inside.crls.iter().map(|one| (one, true));
        let all = inside.chain(self.given.crls.iter().map(|one| (one, false)));
        let mut best = Revocation::Nothing;
        for (crl, is_inside) in all {
            if !crl.is_about(certificate)
                || crl.this_update() > self.now.saturating_add(CLOCK_SKEW)
                || !is_list(crl, issuer)
            {
                continue;
            }
            match crl.find(certificate.serial()) {
                Ok(Some(revoked)) => return Revocation::Revoked(revoked),
                Err(_) => {}
                // Lists drop certificates that have ended: a later list proves nothing.
                Ok(None) if crl.this_update() > certificate.valid_until() => {}
                Ok(None) => {
                    let until = crl.next_update().unwrap_or(crl.this_update()).max(crl.this_update());
                    if until >= at {
                        best = better(best, crl.this_update(), is_inside);
                    }
                }
            }
        }
        best
    }
}

fn is_list(crl: &Crl, issuer: &Certificate) -> bool {
    crl.is_signed_by(issuer)
}

/// The younger answer; being inside the file is kept if either was.
fn better(best: Revocation, issued: OffsetDateTime, is_inside: bool) -> Revocation {
    match best {
        Revocation::Good { issued: other, is_inside: was } => {
            Revocation::Good { issued: other.max(issued), is_inside: was || is_inside }
        }
        _ => Revocation::Good { issued, is_inside },
    }
}

/// Whether a certificate may give others when `below` authorities stand under it (the leaf not counted).
fn may_issue(certificate: &Certificate, below: usize) -> bool {
    let facts = certificate.facts();
    let may_sign = facts.key_usage.is_none_or(|bits| bits & CERT_SIGN != 0);
    let is_short = facts.path_length.is_none_or(|length| below as u64 <= length);
    facts.is_authority && may_sign && is_short
}

fn check_validity(path: &[Certificate], at: OffsetDateTime, who: &str, findings: &mut Vec<Finding>) {
    for certificate in path.iter().filter(|one| !one.is_valid_at(at)) {
        let is_leaf = path.first() == Some(certificate);
        let name = if is_leaf { String::new() } else { format!(" ({})", certificate.holder()) };
        let span =
            format!("{} – {}", turkish_day(certificate.valid_from()), turkish_day(certificate.valid_until()));
        let text = format!("{who} sertifikası{name} {} anında geçerli değil ({span}).", turkish_time(at));
        findings.push(Finding::doubt("not-in-validity", text));
    }
}
