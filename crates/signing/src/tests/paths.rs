//! Certificate paths and revocation lists that somebody made up.

use super::helpers::*;
use crate::*;

/// A signature under a certificate that `by` gave, with openssl's simple command that asks no questions.
fn sign_under(name: &str, by: &str, is_authority: bool) -> Vec<u8> {
    let usage = if is_authority {
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
    } else {
        "keyUsage=critical,nonRepudiation\n"
    };
    WORLD.write(&format!("{name}.ext"), usage.as_bytes());
    WORLD.run(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key"));
    WORLD.run(&format!("req -new -config openssl.cnf -key {name}.key -subj /CN={name} -out {name}.csr"));
    WORLD.run(&format!(
        "x509 -req -in {name}.csr -CA {by}.pem -CAkey {by}.key -set_serial 77 -days 30 -extfile {name}.ext -out {name}.pem"
    ));
    let chain = [name, by, "issuer"].map(|one| WORLD.text(&format!("{one}.pem"))).concat();
    let key = SoftwareKey::from_pem(&WORLD.text(&format!("{name}.key")), &chain).unwrap();
    let prepared = Preparation::new(Content::Attached(CONTENT), key.chain(), Profile::P1, now()).unwrap();
    prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap()
}

#[test]
fn a_certificate_given_by_a_mere_signer_is_not_trusted() {
    assert_found(&check(&sign_under("underling", "p256", false)), Verdict::CannotSay, "untrusted");
}

#[test]
fn a_path_longer_than_its_authority_allows_is_not_trusted() {
    sign_under("middle", "issuer", true);
    assert_found(&check(&sign_under("lowest", "middle", false)), Verdict::CannotSay, "untrusted");
}

#[test]
fn a_forged_list_and_a_list_of_somebody_else_prove_nothing() {
    let good = trust().evidence.crls;
    let mut forged = good[1].der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    for lists in [vec![good[0].clone()], vec![good[0].clone(), Crl::from_der(&forged).unwrap()]] {
        let mut trust = trust();
        trust.evidence.crls = lists;
        let report = verify(&sign("rsa", Profile::P1), None, &trust, soon());
        assert_found(&report, Verdict::CannotSay, "revocation-unknown");
    }
}

#[test]
fn a_list_that_ended_or_is_not_made_yet_proves_nothing() {
    let cms = sign("rsa", Profile::P1);
    let late = verify(&cms, None, &trust(), now() + time::Duration::days(31));
    assert_found(&late, Verdict::CannotSay, "revocation-unknown");
    let early = verify(&cms, None, &trust(), now() - time::Duration::days(1));
    assert_ne!(early.verdict(), Verdict::Valid);
}

#[test]
fn an_altered_certificate_is_not_the_one_that_signed() {
    let cms = sign("rsa", Profile::P1);
    let der = certificate("rsa").der().to_vec();
    let at = cms.windows(der.len()).position(|part| part == der).unwrap();
    // A letter of the holder's name.
    let name = der.windows(4).position(|part| part == "Ayş".as_bytes()).unwrap();
    let mut altered = cms.clone();
    altered[at + name] = b'B';
    assert_found(&check(&altered), Verdict::Invalid, "certificate-differs");
}

#[test]
fn the_next_signer_is_not_spared_by_a_valid_one() {
    let first = sign("rsa", Profile::P1);
    let key = key("cipher");
    let prepared = Preparation::parallel(&first, None, key.chain(), Profile::P1, now()).unwrap();
    let both = prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap();
    let report = check(&both);
    assert_eq!(report.signers[0].verdict(), Verdict::Valid);
    assert_found(&report, Verdict::Invalid, "key-usage");
}
