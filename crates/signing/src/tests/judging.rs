//! Rules that TÜBİTAK's validation suite asks for, each with a small case of our own.

use super::helpers::*;
use crate::*;

#[test]
fn a_value_that_a_reference_names_must_be_there_and_the_other_way_round() {
    let whole = evidence("rsa");
    let stamped = stamp(&sign("rsa", Profile::P4), 0);
    let raised = add_validation_data(&stamped, 0, &whole).unwrap();
    let data = crate::cms::SignedData::parse(&raised).unwrap();
    let fewer =
        ValidationData { crls: whole.crls[..1].to_vec(), certificates: vec![certificate("issuer")], ..whole };
    let poorer = add_validation_data(&stamped, 0, &fewer).unwrap();
    let other = crate::cms::SignedData::parse(&poorer).unwrap();
    let mixed = |kind: const_oid::ObjectIdentifier| {
        let kept = data.signers[0].unsigned_attributes.iter().filter(|one| !one.kind.is_oid(&kind));
        let mut attributes: Vec<_> = kept.map(|one| one.raw.to_vec()).collect();
        attributes.push(other.signers[0].unsigned(&kind).next().unwrap().raw.to_vec());
        let info = data.signers[0].with_unsigned(attributes);
        crate::cms::replace_signer(&data, 0, info).unwrap()
    };
    assert_eq!(check(&raised).verdict(), Verdict::Valid);
    assert_found(&check(&mixed(crate::oids::CERTIFICATE_REFS)), Verdict::CannotSay, "reference-missing");
    assert_found(&check(&mixed(crate::oids::REVOCATION_REFS)), Verdict::CannotSay, "reference-missing");
    assert_found(&check(&mixed(crate::oids::CERTIFICATE_VALUES)), Verdict::CannotSay, "value-missing");
    assert_found(&check(&mixed(crate::oids::REVOCATION_VALUES)), Verdict::CannotSay, "value-missing");
}

/// Trust with the root's list and the answer of `who`; with the issuer's list if wanted.
fn trust_by_ocsp(who: &str, has_issuer_list: bool) -> Trust {
    let query = ocsp_request(&certificate("rsa"), &certificate("issuer"), None);
    let mut trust = trust();
    trust.evidence.ocsps = vec![Ocsp::from_der(&WORLD.ocsp(&query, who)).unwrap()];
    if !has_issuer_list {
        trust.evidence.crls.pop();
    }
    trust
}

#[test]
fn an_ocsp_answer_needs_a_responder_that_was_not_revoked() {
    let cms = sign("rsa", Profile::P1);
    let judged = |who, has_list| verify(&cms, None, &trust_by_ocsp(who, has_list), soon());
    assert_eq!(judged("responder", false).verdict(), Verdict::Valid, "its issuer says that none is needed");
    assert_found(&judged("witness", false), Verdict::CannotSay, "revocation-unknown");
    assert_eq!(judged("witness", true).verdict(), Verdict::Valid);
    // The list would speak for the signer itself, so the answer is looked at as such.
    let (barred, issuer) = (trust_by_ocsp("barred", true), certificate("issuer"));
    let known = crate::trust::Known {
        anchors: &barred.anchors,
        inside: ValidationData::default(),
        given: &barred.evidence,
        now: soon(),
    };
    assert!(!known.is_signed(&barred.evidence.ocsps[0], &issuer));
    let witness = trust_by_ocsp("witness", true);
    let known = crate::trust::Known { given: &witness.evidence, ..known };
    assert!(known.is_signed(&witness.evidence.ocsps[0], &issuer));
}

#[test]
fn an_ocsp_answer_of_a_stranger_proves_nothing() {
    let report = verify(&sign("rsa", Profile::P1), None, &trust_by_ocsp("stranger", false), soon());
    assert_found(&report, Verdict::CannotSay, "revocation-unknown");
}

#[test]
fn a_damaged_root_is_not_trusted() {
    let mut der = certificate("root").der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    let mut trust = trust();
    trust.anchors = vec![Certificate::from_der(&der).unwrap()];
    assert_found(&verify(&sign("rsa", Profile::P1), None, &trust, soon()), Verdict::CannotSay, "untrusted");
}

#[test]
fn where_secure_signatures_are_wanted_others_are_refused() {
    let trust = Trust { must_be_qualified: true, ..trust() };
    assert_found(
        &verify(&sign("plain", Profile::P1), None, &trust, soon()),
        Verdict::Invalid,
        "not-qualified",
    );
    assert_found(&verify(&sign("rsa", Profile::P1), None, &trust, soon()), Verdict::CannotSay, "no-notice");
}

#[test]
fn a_short_key_is_a_doubt_and_no_false_accusation() {
    WORLD.write("short.bin", CONTENT);
    WORLD.run("cms -sign -cades -binary -in short.bin -signer short.pem -inkey short.key -certfile issuer.pem -md sha256 -outform DER -out short.theirs");
    let cms = WORLD.read("short.theirs");
    assert_found(&verify(&cms, Some(CONTENT), &trust(), soon()), Verdict::CannotSay, "short-key");
    let report = verify(&cms, Some(b"other"), &trust(), soon());
    assert!(!report.signers[0].has("bad-signature") && report.signers[0].has("digest-differs"));
}

#[test]
fn what_proves_a_stamp_years_ago_still_proves_it_today() {
    let raised = long_term("rsa", Profile::P4);
    // The lists of the corpus say thirty days; long after that only what stands in the file speaks.
    let at = now() + time::Duration::days(200);
    let report = verify(&raised, None, &bare_trust(), at);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
}

#[test]
fn who_may_not_stamp_is_not_believed() {
    // openssl itself refuses to stamp with such a certificate, so a CMS is made over the words of a token.
    let good = token(Hash::Sha256, &Hash::Sha256.digest(b"purpose"), "tsa_good");
    let data = crate::cms::SignedData::parse(good.der()).unwrap();
    WORLD.write("tst.bin", data.content.unwrap());
    WORLD.run("cms -sign -cades -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in tst.bin -signer badtsa.pem -inkey badtsa.key -certfile issuer.pem -md sha256 -outform DER -out tst.theirs");
    let forged = TimeStamp::from_der(&WORLD.read("tst.theirs")).unwrap();
    assert_eq!(verify_time_stamp(&good, b"purpose", &trust(), soon()).verdict(), Verdict::Valid);
    let report = verify_time_stamp(&forged, b"purpose", &trust(), soon());
    assert!(report.findings.iter().any(|one| one.code == "stamp-purpose"), "{:?}", report.findings);
    assert_eq!(report.verdict(), Verdict::Invalid);
}
