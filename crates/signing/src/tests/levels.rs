//! Every level from BES to A, good and bad.

use time::Duration;

use super::helpers::*;
use crate::*;

#[test]
fn a_signature_of_each_kind_of_key_is_valid_at_every_level() {
    for name in ["rsa", "p256", "p384"] {
        let report = check(&sign(name, Profile::P1));
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
        assert_eq!(report.signers[0].level, Level::Bes);

        let report = check(&stamp(&sign(name, Profile::P2), 0));
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
        assert_eq!(report.signers[0].level, Level::T);

        let raised = long_term(name, Profile::P4);
        let report = verify(&raised, None, &bare_trust(), soon());
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
        assert_eq!(report.signers[0].level, Level::Xl);

        let report = verify(&archive(&raised), Some(CONTENT), &bare_trust(), soon());
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
        assert_eq!(report.signers[0].level, Level::A);
    }
}

#[test]
fn the_report_says_who_signed_and_with_what() {
    let report = check(&long_term("rsa", Profile::P4));
    let signer = &report.signers[0];
    assert_eq!(signer.name, "Ayşe Yılmaz (rsa)");
    assert_eq!(signer.tckn.as_deref(), Some("10000000146"));
    assert_eq!(signer.organisation.as_deref(), Some("Örnek Belediyesi"));
    assert_eq!(signer.profile, Profile::P4);
    assert!(signer.is_qualified && signer.looks_like_trial);
    assert!(signer.proven_at.is_some());
    let text = report.turkish();
    for words in
        ["Sonuç: GEÇERLİ", "Ayşe Yılmaz", "10000000146", "ES-X-L", "Nitelikli sertifika: evet", "deneme"]
    {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

#[test]
fn other_content_is_found_out() {
    let key = key("p256");
    let prepared = Preparation::new(Content::Detached(CONTENT), key.chain(), Profile::P1, now()).unwrap();
    let cms = prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap();
    let report = verify(&cms, Some(CONTENT), &trust(), soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    assert_found(&verify(&cms, Some(b"other"), &trust(), soon()), Verdict::Invalid, "digest-differs");
    assert_found(&verify(&cms, None, &trust(), soon()), Verdict::CannotSay, "content-missing");
    let attached = sign("p256", Profile::P1);
    assert_found(&verify(&attached, Some(b"other"), &trust(), soon()), Verdict::Invalid, "cannot-read");
}

#[test]
fn an_altered_attribute_is_found_out() {
    let cms = sign("rsa", Profile::P4);
    let at = cms.windows(12).position(|part| part == b"http://www.e").expect("the policy's address");
    let mut altered = cms.clone();
    altered[at + 5] ^= 1;
    assert_found(&check(&altered), Verdict::Invalid, "bad-signature");
}

#[test]
fn a_signature_over_other_bytes_is_refused_while_it_is_made_and_found_out_later() {
    let key = key("rsa");
    let prepared = Preparation::new(Content::Attached(CONTENT), key.chain(), Profile::P1, now()).unwrap();
    let foreign = key.sign(b"something else").unwrap();
    assert_eq!(prepared.finish(&foreign), Err(Error::SignatureDoesNotFit));
    let good = key.sign(prepared.to_be_signed()).unwrap();
    let cms = prepared.finish(&good).unwrap();
    let at = cms.windows(good.len()).position(|part| part == good).unwrap();
    let mut forged = cms.clone();
    forged[at..at + good.len()].copy_from_slice(&foreign);
    assert_found(&check(&forged), Verdict::Invalid, "bad-signature");
}

#[test]
fn an_expired_certificate_signs_nothing() {
    assert_found(&check(&sign("expired", Profile::P1)), Verdict::Invalid, "signed-outside-validity");
    let back_dated = sign_at("expired", Profile::P1, time::macros::datetime!(2020-06-01 12:00 UTC));
    assert_found(&check(&back_dated), Verdict::CannotSay, "not-in-validity");
}

#[test]
fn a_revoked_certificate_signs_nothing() {
    let at = now() + Duration::minutes(1);
    let cms = stamp(&sign_at("revoked", Profile::P2, at), 0);
    assert_found(&check(&cms), Verdict::Invalid, "revoked");
    let raised = add_validation_data(&cms, 0, &evidence("revoked")).unwrap();
    assert_found(&verify(&raised, None, &bare_trust(), soon()), Verdict::Invalid, "revoked");
    let by_ocsp = Trust { evidence: ValidationData { crls: vec![], ..evidence("revoked") }, ..bare_trust() };
    let bes = sign_at("revoked", Profile::P1, at);
    assert_found(&verify(&bes, None, &by_ocsp, at + Duration::minutes(1)), Verdict::Invalid, "revoked");
}

#[test]
fn without_a_stamp_an_earlier_date_proves_nothing_against_a_revocation() {
    let cms = sign_at("revoked", Profile::P1, now() - Duration::hours(1));
    let report = check(&cms);
    assert!(report.signers[0].has("revoked"));
    assert_ne!(report.verdict(), Verdict::Valid);
}

#[test]
fn a_revocation_after_the_stamp_does_not_hurt() {
    let cms = stamp(&sign("later", Profile::P2), 0);
    let report = verify(&cms, None, &trust(), now() + Duration::hours(2));
    assert_found(&report, Verdict::Valid, "revoked-later");
    let without = sign("later", Profile::P1);
    assert_found(
        &verify(&without, None, &trust(), now() + Duration::hours(2)),
        Verdict::CannotSay,
        "revoked",
    );
}

#[test]
fn unknown_revocation_is_no_verdict_and_tells_what_to_fetch() {
    let report = verify(&sign("rsa", Profile::P1), None, &bare_trust(), soon());
    assert_found(&report, Verdict::CannotSay, "revocation-unknown");
    let wanted = &report.signers[0].wanted;
    assert_eq!(wanted[0].certificate, certificate("rsa"));
    assert_eq!(wanted[0].certificate.ocsp_urls(), ["http://ocsp.example.tr"]);
    assert_eq!(wanted[0].certificate.crl_urls(), ["http://depo.example.tr/eshs.crl"]);
    assert_eq!(wanted[0].issuer, Some(certificate("issuer")));
}

#[test]
fn a_stranger_with_the_root_s_name_is_not_trusted() {
    let chain = WORLD.text("stranger.pem") + &WORLD.text("rogue.pem");
    let key = SoftwareKey::from_pem(&WORLD.text("stranger.key"), &chain).unwrap();
    let prepared = Preparation::new(Content::Attached(CONTENT), key.chain(), Profile::P1, now()).unwrap();
    let cms = prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap();
    assert_found(&check(&cms), Verdict::CannotSay, "untrusted");
    let nobody = verify(&sign("rsa", Profile::P1), None, &Trust::default(), soon());
    assert_found(&nobody, Verdict::CannotSay, "untrusted");
}

#[test]
fn a_signer_cannot_give_certificates() {
    let mut trust = trust();
    trust.anchors = vec![certificate("issuer")];
    let report = verify(&sign("rsa", Profile::P1), None, &trust, soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    trust.anchors = vec![certificate("p256")];
    assert_found(&verify(&sign("rsa", Profile::P1), None, &trust, soon()), Verdict::CannotSay, "untrusted");
}

#[test]
fn a_certificate_for_ciphers_signs_nothing() {
    assert_found(&check(&sign("cipher", Profile::P1)), Verdict::Invalid, "key-usage");
    let plain = check(&sign("plain", Profile::P1));
    assert_found(&plain, Verdict::Valid, "not-qualified");
    assert!(!plain.signers[0].is_qualified);
}

#[test]
fn profiles_ask_for_what_they_promise() {
    assert_found(&check(&sign("rsa", Profile::P2)), Verdict::CannotSay, "no-time-stamp");
    assert_found(&check(&sign("rsa", Profile::P4)), Verdict::CannotSay, "no-time-stamp");
    assert_found(&check(&stamp(&sign("rsa", Profile::P4), 0)), Verdict::CannotSay, "not-long-term");
    assert_found(&check(&long_term("rsa", Profile::P3)), Verdict::CannotSay, "evidence-early");
    let crl_only = ValidationData { ocsps: vec![], ..evidence("rsa") };
    let raised = add_validation_data(&stamp(&sign("rsa", Profile::P4), 0), 0, &crl_only).unwrap();
    assert_found(&check(&raised), Verdict::CannotSay, "no-ocsp");
}

#[test]
fn clocks_are_compared() {
    let late = stamp(&sign_at("rsa", Profile::P4, now() - Duration::hours(3)), 0);
    let late = add_validation_data(&late, 0, &evidence("rsa")).unwrap();
    let report = check(&late);
    assert!(report.signers[0].has("stamp-late"), "{}", report.turkish());
    assert_eq!(report.verdict(), Verdict::Invalid);
    let ahead = stamp(&sign_at("rsa", Profile::P2, now() + Duration::hours(1)), 0);
    assert_found(&check(&ahead), Verdict::CannotSay, "clock-ahead");
    let future = sign_at("rsa", Profile::P1, now() + Duration::hours(1));
    assert_found(&check(&future), Verdict::CannotSay, "signed-in-future");
}

#[test]
fn a_stamp_of_something_else_is_refused_and_found_out() {
    let (first, second) = (sign("rsa", Profile::P2), sign("p256", Profile::P2));
    let imprint = signature_imprint(&first, 0, Hash::Sha256).unwrap();
    let foreign = token(Hash::Sha256, &imprint, "tsa_good");
    assert_eq!(add_time_stamp(&second, 0, &foreign), Err(Error::TimeStampDiffers));
    let data = crate::cms::SignedData::parse(&second).unwrap();
    let attribute = crate::cms::attribute_bytes(&crate::oids::SIGNATURE_TIME_STAMP, foreign.der());
    let info = data.signers[0].with_one_more(attribute);
    let forged = crate::cms::replace_signer(&data, 0, info).unwrap();
    assert_found(&check(&forged), Verdict::Invalid, "stamp-differs");
}

#[test]
fn a_token_is_judged_by_itself_before_it_is_kept() {
    let trust = trust();
    let good = token(Hash::Sha384, &Hash::Sha384.digest(CONTENT), "tsa_good");
    let report = verify_time_stamp(&good, CONTENT, &trust, soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{:?}", report.findings);
    assert_eq!(verify_time_stamp(&good, b"x", &trust, soon()).verdict(), Verdict::Invalid);
    let nobody = verify_time_stamp(&good, CONTENT, &Trust::default(), soon());
    assert_eq!(nobody.verdict(), Verdict::CannotSay);
}

#[test]
fn a_wrong_policy_is_found_out() {
    let good = sign("rsa", Profile::P4);
    let at = good.windows(32).position(|part| part == POLICY_SHA256).unwrap();
    let mut wrong = good.clone();
    wrong[at] ^= 1;
    let report = check(&wrong);
    assert!(report.signers[0].has("policy-differs") && report.signers[0].has("bad-signature"));
    assert_eq!(report.verdict(), Verdict::Invalid);
}

#[test]
fn two_people_sign_the_same_content_and_both_are_judged() {
    let first = long_term("rsa", Profile::P4);
    let key = key("p384");
    let prepared = Preparation::parallel(&first, None, key.chain(), Profile::P4, now()).unwrap();
    let both = prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap();
    let both = add_validation_data(&stamp(&both, 1), 1, &evidence("p384")).unwrap();
    let report = verify(&both, None, &bare_trust(), soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    let names: Vec<_> = report.signers.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Ayşe Yılmaz (rsa)", "Ayşe Yılmaz (p384)"]);
}

#[test]
fn a_countersignature_is_judged_by_itself() {
    let first = sign("rsa", Profile::P1);
    let key = key("p256");
    let prepared = Preparation::counter(&first, 0, key.chain(), Profile::P1, now()).unwrap();
    let both = prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap();
    let report = check(&both);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    assert_eq!(report.signers[0].counter[0].verdict(), Verdict::Valid, "{}", report.turkish());
    assert_eq!(report.signers[0].counter[0].name, "Ayşe Yılmaz (p256)");
}

#[test]
fn an_archive_stamp_covers_what_was_there() {
    let raised = archive(&long_term("p256", Profile::P4));
    let data = crate::cms::SignedData::parse(&raised).unwrap();
    let without = data.signers[0].unsigned_attributes.iter();
    let without = without.filter(|one| !one.kind.is_oid(&crate::oids::REVOCATION_REFS));
    let info = data.signers[0].with_unsigned(without.map(|one| one.raw.to_vec()).collect());
    let stripped = crate::cms::replace_signer(&data, 0, info).unwrap();
    assert_found(&check(&stripped), Verdict::Invalid, "stamp-differs");

    let twice = add_validation_data(&raised, 0, &evidence("p256")).unwrap();
    let twice = archive(&twice);
    let report = verify(&twice, None, &bare_trust(), soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    assert_eq!(report.signers[0].stamps.len(), 3);
}

#[test]
fn the_next_stamp_is_due_before_the_last_one_s_certificate_ends() {
    let end = certificate("tsa").valid_until();
    assert_eq!(next_restamp(&sign("rsa", Profile::P1)), Ok(None));
    let stamped = stamp(&sign("rsa", Profile::P2), 0);
    assert_eq!(next_restamp(&stamped), Ok(Some(end)));
    assert_eq!(weak_hashes(&stamped), Ok(vec![]));
    let too_late = verify(&stamped, None, &trust(), end + Duration::DAY);
    assert_ne!(too_late.verdict(), Verdict::Valid);
}
