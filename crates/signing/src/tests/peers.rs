//! What we make, `openssl` accepts; what `openssl` makes, we accept.

use super::helpers::*;
use crate::*;

pub fn openssl_accepts(cms: &[u8], name: &str, content: Option<&str>) {
    WORLD.write(&format!("{name}.p7s"), cms);
    let file = format!("{name}.p7s");
    let out = format!("{name}.out");
    let mut arguments = vec![
        "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", &file, "-CAfile", "root.pem",
        "-purpose", "any", "-out", &out,
    ];
    if let Some(content) = content {
        arguments.extend(["-content", content]);
    }
    let (is_content, text) = WORLD.try_run(&arguments);
    assert!(is_content, "{name}: {text}");
    assert_eq!(WORLD.read(&out), CONTENT);
}

#[test]
fn openssl_accepts_our_signatures_at_every_level() {
    for name in ["rsa", "p256", "p384"] {
        openssl_accepts(&sign(name, Profile::P1), &format!("{name}-bes"), None);
        openssl_accepts(&stamp(&sign(name, Profile::P4), 0), &format!("{name}-t"), None);
        let raised = long_term(name, Profile::P4);
        openssl_accepts(&raised, &format!("{name}-xl"), None);
        openssl_accepts(&archive(&raised), &format!("{name}-a"), None);
    }
}

#[test]
fn openssl_accepts_our_detached_and_parallel_signatures() {
    WORLD.write("content.bin", CONTENT);
    let (one, two) = (key("rsa"), key("p256"));
    let prepared = Preparation::new(Content::Detached(CONTENT), one.chain(), Profile::P4, now()).unwrap();
    let first = prepared.finish(&one.sign(prepared.to_be_signed()).unwrap()).unwrap();
    openssl_accepts(&first, "detached", Some("content.bin"));
    let prepared = Preparation::parallel(&first, Some(CONTENT), two.chain(), Profile::P4, now()).unwrap();
    let both = prepared.finish(&two.sign(prepared.to_be_signed()).unwrap()).unwrap();
    openssl_accepts(&both, "parallel", Some("content.bin"));
}

#[test]
fn we_accept_what_openssl_signs() {
    WORLD.write("theirs.bin", CONTENT);
    for name in ["rsa", "p256", "p384"] {
        for streamed in ["", " -stream -nodetach", " -nodetach"] {
            let digest = if name == "p384" { "sha384" } else { "sha256" };
            WORLD.run(&format!(
                "cms -sign -cades -binary -in theirs.bin -signer {name}.pem -inkey {name}.key -certfile issuer.pem -md {digest} -outform DER -out {name}.theirs{streamed}"
            ));
            let report = verify(&WORLD.read(&format!("{name}.theirs")), Some(CONTENT), &trust(), soon());
            assert_eq!(report.verdict(), Verdict::Valid, "{name}{streamed}\n{}", report.turkish());
        }
    }
}

#[test]
fn we_accept_pss_and_doubt_sha1() {
    WORLD.write("pss.bin", CONTENT);
    WORLD.run("cms -sign -cades -binary -in pss.bin -signer rsa.pem -inkey rsa.key -certfile issuer.pem -md sha256 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest -outform DER -out pss.theirs");
    let report = verify(&WORLD.read("pss.theirs"), Some(CONTENT), &trust(), soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    WORLD.run("cms -sign -cades -binary -in pss.bin -signer rsa.pem -inkey rsa.key -certfile issuer.pem -md sha1 -outform DER -out sha1.theirs");
    let old = WORLD.read("sha1.theirs");
    assert_found(&verify(&old, Some(CONTENT), &trust(), soon()), Verdict::CannotSay, "weak-hash");
    assert_eq!(weak_hashes(&old), Ok(vec![Hash::Sha1]));
}

#[test]
fn openssl_accepts_our_questions_and_we_read_refusals() {
    let request = TimeStampRequest::new(Hash::Sha512, &Hash::Sha512.digest(CONTENT), b"\x81nonce").unwrap();
    let answer = WORLD.stamp(&request.encode(), "tsa_good");
    assert!(request.read_answer(&answer).is_ok());
    let other = TimeStampRequest::new(Hash::Sha512, &Hash::Sha512.digest(CONTENT), b"other").unwrap();
    assert_eq!(other.read_answer(&answer), Err(Error::TimeStampDiffers));
    let refused = WORLD.stamp(b"\x30\x03\x02\x01\x01", "tsa_good");
    assert!(matches!(request.read_answer(&refused), Err(Error::TimeStampRefused(text)) if !text.is_empty()));
}
