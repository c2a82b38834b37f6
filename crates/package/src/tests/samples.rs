//! The six public packages of another program: what they say and what the verifier says of them.

use std::io::Read;

use super::given::{judge, open, unzip};
use crate::*;

pub const V1: &[u8] = include_bytes!("samples/paketv1x.eyp");
pub const V2: &[u8] = include_bytes!("samples/paketv2x.eyp");
pub const V1_SEALED: &[u8] = include_bytes!("samples/sifrelipaketv1x.eyps");
pub const V1_HOLLOW: &[u8] = include_bytes!("samples/sifrelipaketv1xicerikbos.eyps");
pub const V2_SEALED: &[u8] = include_bytes!("samples/sifrelipaketv2x.eyps");
pub const V2_HOLLOW: &[u8] = include_bytes!("samples/sifrelipaketv2xicerikbos.eyps");

fn lines(report: &Report) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn the_old_letter_is_valid_without_a_remark() {
    let report = judge(V1);
    assert_eq!((report.kind, report.version, report.compared), (Kind::Letter, Version::V1, 14));
    assert!(report.is_valid());
    assert_eq!(lines(&report), [] as [&str; 0]);
}

#[test]
fn the_new_letter_is_valid_with_two_remarks() {
    let report = judge(V2);
    assert_eq!((report.kind, report.version, report.compared), (Kind::Letter, Version::V2, 40));
    assert!(report.is_valid());
    assert_eq!(
        lines(&report),
        [
            "UYARI [K.19] Üst yazının dosya türü (MimeTuru) belirtilmemiş. (/Ustveri/Ustveri.xml)",
            "UYARI [K.19] Belge doğrulama adresi yok. (/Ustveri/Ustveri.xml)",
        ]
    );
}

#[test]
fn the_example_of_the_documentation_works() {
    let mut package = Package::open(std::io::Cursor::new(V2), &Limits::default()).unwrap();
    assert_eq!(package.kind(), Kind::Letter);
    assert_eq!(package.letter().map(|letter| letter.subject.as_str()), Some("Olustur Versiyon 2X"));
    let report = verify(&mut package);
    assert!(report.is_valid());
    assert!(report.signatures.iter().all(|signature| !signature.covered_bytes.is_empty()));
}

#[test]
fn a_real_letter_fills_the_model() {
    let package = open(V2);
    let letter = package.letter().unwrap();
    assert_eq!(letter.subject, "Olustur Versiyon 2X");
    assert_eq!(letter.id.to_string().to_uppercase(), "B586D8E7-ADE1-4B08-B2B8-57250B22F8DC");
    assert_eq!(letter.confidentiality, Confidentiality::Open);
    assert_eq!(letter.distributions.len(), 3);
    let Party::Company(bank) = &letter.distributions[1].party else { panic!("no company") };
    assert_eq!((bank.scheme.as_deref(), bank.id.as_str()), (Some("MERSIS"), "0922003497008217"));
    assert_eq!(bank.contact.as_ref().unwrap().district.as_deref(), Some("ÇANKAYA"));
    assert_eq!(letter.distributions[0].deadline, Some(Deadline::Days(0)));
    assert_eq!(letter.author.identifier(), "61648174");
    let files: Vec<&str> =
        letter.annexes.iter().map(|annex| package.part_of_annex(annex.id).unwrap()).collect();
    assert_eq!(files, ["/Ekler/ek1.pdf", "/Ekler/ek2.pdf"]);
    let metadata = package.final_metadata().unwrap();
    assert_eq!(metadata.number, "E-24312041-702.03-1");
    assert_eq!(metadata.signatories[0].signer.full_name(), "Ali İhsan TOKDEMİR");
    assert_eq!(package.core().unwrap().version.as_deref(), Some("2.0"));
}

#[test]
fn an_old_letter_has_its_number_and_its_signatory_too() {
    let package = open(V1);
    let metadata = package.final_metadata().unwrap();
    assert_eq!(metadata.number, "E-24312041-702.03-1");
    assert_eq!(metadata.dated_at.year(), 2021);
    assert_eq!(metadata.signatories[0].signer.last_name, "TOKDEMİR");
    assert_eq!(package.targets().len(), 2);
}

#[test]
fn signatures_are_handed_out_with_the_bytes_they_cover() {
    let report = judge(V2);
    let parts = unzip(V2);
    let bytes = |name: &str| parts.iter().find(|part| format!("/{}", part.0) == name).unwrap().1.clone();
    let kinds: Vec<SignatureKind> = report.signatures.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [SignatureKind::Initials, SignatureKind::Signature, SignatureKind::Seal]);
    for signature in &report.signatures {
        assert_eq!(signature.bytes, bytes(&signature.part));
        assert_eq!(signature.covered_bytes, bytes(&signature.covers));
    }
    assert_eq!(report.signatures[2].part, "/Muhur/MuhurCades.imz");
    assert_eq!(judge(V1).signatures[1].part, "/Muhurler/MuhurCades.imz");
}

#[test]
fn an_envelope_shows_whom_it_is_for_and_waits_for_its_inside() {
    for (bytes, version, targets) in [(V1_SEALED, Version::V1, 2), (V2_SEALED, Version::V2, 3)] {
        let report = judge(bytes);
        assert_eq!((report.kind, report.version), (Kind::Encrypted, version));
        assert!(report.is_valid());
        assert_eq!(report.codes(), [] as [u8; 0]);
        assert_eq!(open(bytes).targets().len(), targets);
        assert!(open(bytes).letter().is_none());
    }
}

#[test]
fn the_inside_of_an_envelope_is_held_against_the_outside() {
    for (sealed, compared) in [(V1_SEALED, 14 + 5), (V2_SEALED, 40 + 20)] {
        let mut outer = open(sealed);
        let mut inside = Vec::new();
        outer.encrypted_content().unwrap().read_to_end(&mut inside).unwrap();
        let report = verify_inner(&outer, &mut open(&inside));
        assert!(report.is_valid(), "{report}");
        assert_eq!(report.compared, compared);
    }
}

#[test]
fn another_letter_in_an_envelope_is_seen() {
    for (sealed, other) in [(V1_SEALED, V1), (V2_SEALED, V2)] {
        let report = verify_inner(&open(sealed), &mut open(other));
        assert!(report.codes().contains(&15), "{report}");
    }
    assert!(!verify_inner(&open(V2_SEALED), &mut open(V1)).is_valid());
}

#[test]
fn an_envelope_without_content_is_refused_with_code_13() {
    for hollow in [V1_HOLLOW, V2_HOLLOW] {
        let report = judge(hollow);
        assert!(!report.is_valid());
        assert_eq!(report.codes(), [13]);
        assert!(matches!(open(hollow).encrypted_content().err(), Some(Refusal::NoSuchPart(_))));
    }
}
