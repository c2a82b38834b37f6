//! Signers of several files in one: each keeps its bytes, all are judged, and what does not belong together is refused.

use super::helpers::*;
use crate::cms::SignedData;
use crate::*;

fn raw_signers(cms: &[u8]) -> Vec<Vec<u8>> {
    SignedData::parse(cms).unwrap().signers.iter().map(|one| one.raw.to_vec()).collect()
}

#[test]
fn two_files_joined_hold_both_signers_byte_for_byte_at_their_own_levels() {
    let (first, second) = (long_term("rsa", Profile::P4), stamp(&sign("p384", Profile::P4), 0));
    let both = join(&first, &second).unwrap();
    assert_eq!(raw_signers(&both), [raw_signers(&first), raw_signers(&second)].concat());
    let raised = add_validation_data(&both, 1, &evidence("p384")).unwrap();
    assert_eq!(raw_signers(&raised)[0], raw_signers(&first)[0]);
    let report = verify(&raised, Some(CONTENT), &bare_trust(), soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    let found: Vec<_> = report.signers.iter().map(|one| (one.name.as_str(), one.level)).collect();
    assert_eq!(found, [("Ayşe Yılmaz (rsa)", Level::Xl), ("Ayşe Yılmaz (p384)", Level::Xl)]);
    super::peers::openssl_accepts(&both, "joined", None);
    super::peers::openssl_accepts(&raised, "joined-xl", None);
    // A third, and the same ones once more: each stands once.
    let three = join(&raised, &sign("p256", Profile::P1)).unwrap();
    assert_eq!(join(&three, &both).unwrap(), three);
    assert_eq!(check(&three).signers.len(), 3);
    super::peers::openssl_accepts(&three, "joined-three", None);
}

#[test]
fn a_signer_behind_an_archive_stamp_of_the_present_kind_leaves_it_whole() {
    let both = join(&archive(&long_term("rsa", Profile::P4)), &sign("p256", Profile::P1)).unwrap();
    let report = verify(&both, None, &trust(), soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    assert_eq!(report.signers[0].level, Level::A);
}

#[test]
fn files_over_other_bytes_without_content_or_that_are_none_are_not_joined() {
    let own = sign("rsa", Profile::P1);
    let key = key("p256");
    let made = |content: Content| {
        let prepared = Preparation::new(content, key.chain(), Profile::P1, now()).unwrap();
        prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap()
    };
    assert_eq!(join(&own, &made(Content::Attached(b"other"))), Err(Error::ContentDiffers));
    assert_eq!(join(&own, &made(Content::Detached(CONTENT))), Err(Error::ContentMissing));
    for broken in [&b""[..], b"\x30\x80", &own[..own.len() - 1]] {
        assert!(join(&own, broken).is_err() && join(broken, &own).is_err());
    }
    // A signer of another content that was made to look like one of this is found when the whole is judged.
    let other = made(Content::Attached(&[b'x'; CONTENT.len()]));
    let at = other.windows(CONTENT.len()).position(|part| part == [b'x'; CONTENT.len()]).unwrap();
    let mut forged = other.clone();
    forged[at..at + CONTENT.len()].copy_from_slice(CONTENT);
    assert_found(&check(&join(&own, &forged).unwrap()), Verdict::Invalid, "digest-differs");
}
