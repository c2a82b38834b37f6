//! Judges an opened package: structure, rules and digests. Signatures are handed out with what they cover; another
//! crate checks them. No schema is validated, because the official schemas refuse official packages.

mod digests;
mod envelope;
mod letter;
mod structure;

use std::io::{Read, Seek};

use crate::codes::Kind;
use crate::findings::{Finding, Report, SignatureKind, SignaturePart};
use crate::package::Package;
use crate::role::Role;

pub use envelope::verify_inner;

/// Judges a package. Annexes that are withheld from any addressee, and the signature of the initials, may be
/// missing; nothing that is there may differ from its digest.
pub fn verify<R: Read + Seek>(package: &mut Package<R>) -> Report {
    judge(package, None, true)
}

/// Judges a package for one addressee, whose DETSİS number, TCKN or register number is `identifier`: only annexes
/// that are withheld from this one may be missing.
pub fn verify_for<R: Read + Seek>(package: &mut Package<R>, identifier: &str) -> Report {
    judge(package, Some(identifier), true)
}

fn judge<R: Read + Seek>(package: &mut Package<R>, addressee: Option<&str>, goes_inside: bool) -> Report {
    let mut findings = package.notes.clone();
    structure::check(package, &mut findings);
    let compared = match package.kind {
        Kind::Letter => {
            letter::check(package, addressee, &mut findings);
            digests::check(package, addressee, &mut findings)
        }
        Kind::Update => digests::check(package, addressee, &mut findings),
        Kind::Encrypted => {
            digests::check_form(package, &mut findings);
            let text = "Özetler, şifre çözüldükten sonra içindeki paketle karşılaştırılır.";
            findings.push(Finding::note(text));
            0
        }
    };
    let signatures = signatures(package, &mut findings);
    let original =
        (package.kind == Kind::Update && goes_inside).then(|| original(package, &mut findings)).flatten();
    let (kind, version) = (package.kind, package.version);
    let mut report = Report { kind, version, findings, signatures, compared, original };
    report.sort();
    report
}

fn original<R: Read + Seek>(package: &mut Package<R>, findings: &mut Vec<Finding>) -> Option<Box<Report>> {
    // When there is none, the structure said so.
    package.place_of(Role::Original)?;
    let limits = package.limits;
    let opened = package.original().and_then(|file| Package::open(std::io::BufReader::new(file), &limits));
    match opened {
        Ok(mut inner) => Some(Box::new(judge(&mut inner, None, false))),
        Err(refusal) => {
            findings.push(Finding::error(format!("Özgün paket açılamadı: {refusal}")));
            None
        }
    }
}

fn signatures<R: Read + Seek>(package: &mut Package<R>, findings: &mut Vec<Finding>) -> Vec<SignaturePart> {
    let rows = [
        (Role::InitialsDigest, Role::Initials, SignatureKind::Initials),
        (Role::PackageDigest, Role::Signature, SignatureKind::Signature),
        (Role::FinalDigest, Role::Seal, SignatureKind::Seal),
    ];
    let mut signatures = Vec::new();
    for (digest, role, kind) in rows {
        let Some(at) = package.place_of(role) else { continue };
        let Some(summary) = package.summaries.iter().find(|summary| summary.role == digest) else { continue };
        let (covers, covered_bytes) = (summary.part.clone(), summary.bytes.clone());
        let part = package.container.parts()[at].name.clone();
        match package.container.read_small(at) {
            Ok(bytes) => signatures.push(SignaturePart { kind, part, covers, bytes, covered_bytes }),
            Err(refusal) => findings.push(Finding::error(refusal.to_string()).part(&part)),
        }
    }
    signatures
}
