//! The corpus of the test process and the steps that most tests share.

use std::sync::LazyLock;

use time::{Duration, OffsetDateTime};

use super::corpus::Corpus;
use crate::*;

pub static WORLD: LazyLock<Corpus> = LazyLock::new(Corpus::make);
pub const CONTENT: &[u8] = b"<Ozet>Sayfa d\xC3\xBCzeni</Ozet>";

pub fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(WORLD.now()).expect("an instant")
}

pub fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_or_der(&WORLD.read(&format!("{name}.pem"))).expect("a certificate").remove(0)
}

pub fn key(name: &str) -> SoftwareKey {
    let chain = WORLD.text(&format!("{name}.pem")) + &WORLD.text("issuer.pem");
    SoftwareKey::from_pem(&WORLD.text(&format!("{name}.key")), &chain).expect("a key")
}

/// Trust in the root, with the lists of root and issuer at hand.
pub fn trust() -> Trust {
    let crls =
        ["root", "issuer"].map(|name| Crl::from_der(&WORLD.read(&format!("{name}.crl"))).expect("a list"));
    let evidence = ValidationData { crls: crls.to_vec(), ..Default::default() };
    Trust { anchors: vec![certificate("root")], evidence, must_be_qualified: false }
}

pub fn bare_trust() -> Trust {
    Trust::in_anchors(vec![certificate("root")])
}

pub fn sign_at(name: &str, profile: Profile, at: OffsetDateTime) -> Vec<u8> {
    let key = key(name);
    let prepared = Preparation::new(Content::Attached(CONTENT), key.chain(), profile, at).expect("prepared");
    prepared.finish(&key.sign(prepared.to_be_signed()).expect("signed")).expect("finished")
}

pub fn sign(name: &str, profile: Profile) -> Vec<u8> {
    sign_at(name, profile, now())
}

/// A token over `imprint`.
pub fn token(hash: Hash, imprint: &[u8], who: &str) -> TimeStamp {
    let request = TimeStampRequest::new(hash, imprint, &imprint[..8]).expect("a request");
    request.read_answer(&WORLD.stamp(&request.encode(), who)).expect("a token")
}

pub fn stamp(cms: &[u8], index: usize) -> Vec<u8> {
    let imprint = signature_imprint(cms, index, Hash::Sha256).expect("a signer");
    add_time_stamp(cms, index, &token(Hash::Sha256, &imprint, "tsa_good")).expect("stamped")
}

pub fn ocsp(name: &str) -> Ocsp {
    let query = ocsp_request(&certificate(name), &certificate("issuer"), Some(b"12345678"));
    let answer = Ocsp::from_der(&WORLD.ocsp(&query, "responder")).expect("an answer");
    assert_eq!(answer.nonce(), Some(&b"12345678"[..]));
    answer
}

pub fn evidence(name: &str) -> ValidationData {
    ValidationData {
        certificates: ["issuer", "root", "tsa"].map(certificate).to_vec(),
        crls: trust().evidence.crls,
        ocsps: vec![ocsp(name)],
    }
}

pub fn long_term(name: &str, profile: Profile) -> Vec<u8> {
    let stamped = stamp(&sign(name, profile), 0);
    add_validation_data(&stamped, 0, &evidence(name)).expect("raised")
}

pub fn archive(cms: &[u8]) -> Vec<u8> {
    let imprint = archive_imprint(cms, 0, None, Hash::Sha512).expect("an imprint");
    add_archive_time_stamp(cms, 0, None, &token(Hash::Sha512, &imprint, "tsa_good")).expect("archived")
}

/// A little later than now, so that what was just made is not in the future.
pub fn soon() -> OffsetDateTime {
    now() + Duration::seconds(2)
}

pub fn check(cms: &[u8]) -> Report {
    verify(cms, None, &trust(), soon())
}

#[track_caller]
pub fn assert_found(report: &Report, verdict: Verdict, code: &str) {
    let found = report.findings.iter().chain(report.signers.iter().flat_map(|one| &one.findings));
    let codes: Vec<_> = found.map(|one| one.code).collect();
    assert!(codes.contains(&code), "{code} is not in {codes:?}\n{}", report.turkish());
    assert_eq!(report.verdict(), verdict, "{}", report.turkish());
}
