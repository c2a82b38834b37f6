//! Bytes of somebody who means harm: nothing panics, and what was damaged is not called valid as if it
//! were whole.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::helpers::*;
use crate::*;

/// Whole files of each kind, made once.
static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let raised = long_term("p256", Profile::P4);
    WORLD.write("hostile.bin", CONTENT);
    WORLD.run("cms -sign -cades -binary -in hostile.bin -signer rsa.pem -inkey rsa.key -certfile issuer.pem -stream -nodetach -outform DER -out hostile.ber");
    vec![sign("rsa", Profile::P1), archive(&raised), raised, WORLD.read("hostile.ber")]
});
static TRUST: LazyLock<Trust> = LazyLock::new(trust);

#[derive(Debug, Clone)]
enum Damage {
    Change(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    CutOff(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => (any::<usize>(), any::<u8>()).prop_map(|(at, to)| Damage::Change(at, to)),
        1 => (any::<usize>(), 1usize..64).prop_map(|(at, count)| Damage::Remove(at, count)),
        1 => (any::<usize>(), proptest::collection::vec(any::<u8>(), 1..32)).prop_map(|(at, new)| Damage::Insert(at, new)),
        1 => any::<usize>().prop_map(Damage::CutOff),
    ]
}

fn hurt(bytes: &mut Vec<u8>, damage: Damage) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match damage {
        Damage::Change(at, to) => bytes[at % length] = to,
        Damage::Remove(at, count) => {
            let at = at % length;
            bytes.drain(at..(at + count).min(length));
        }
        Damage::Insert(at, new) => {
            bytes.splice(at % length..at % length, new);
        }
        Damage::CutOff(at) => bytes.truncate(at % length),
    }
}

/// Everything that reads bytes, on the same bytes.
fn read_everything(bytes: &[u8]) -> Report {
    let _ = (Certificate::from_pem_or_der(bytes), Crl::from_der(bytes), Ocsp::from_der(bytes));
    let _ = (TimeStamp::from_der(bytes), next_restamp(bytes), weak_hashes(bytes));
    let _ = (kamusm::read_credit(bytes), archive_imprint(bytes, 0, Some(CONTENT), Hash::Sha256));
    let _ = add_validation_data(bytes, 0, &TRUST.evidence);
    let report = verify(bytes, None, &TRUST, soon_for_all());
    let _ = report.turkish();
    report
}

fn soon_for_all() -> time::OffsetDateTime {
    static AT: LazyLock<time::OffsetDateTime> = LazyLock::new(|| {
        LazyLock::force(&FILES);
        soon()
    });
    *AT
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_panics_nowhere_and_keeps_what_was_signed(
        which in 0usize..4,
        damages in proptest::collection::vec(damage(), 1..4),
    ) {
        let whole = &FILES[which];
        let mut bytes = whole.clone();
        damages.into_iter().for_each(|one| hurt(&mut bytes, one));
        let report = read_everything(&bytes);
        if report.verdict() == Verdict::Valid {
            let normal = crate::cms::normal(&bytes).unwrap();
            let data = crate::cms::SignedData::parse(&normal).unwrap();
            prop_assert_eq!(data.content, Some(CONTENT));
            prop_assert_eq!(report.signers.len(), 1);
        }
    }

    #[test]
    fn noise_panics_nowhere(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_everything(&bytes);
    }
}

#[test]
fn damaged_lists_and_answers_panic_nowhere() {
    let crl = trust().evidence.crls.pop().unwrap();
    let (answer, signer, issuer) = (ocsp("rsa"), certificate("rsa"), certificate("issuer"));
    let stamp = token(Hash::Sha256, &Hash::Sha256.digest(b"damage"), "tsa_good");
    for source in [crl.der(), answer.der(), signer.der(), stamp.der()] {
        for at in 0..source.len() {
            for to in [0, 0x7F, 0x80, 0x84, 0xFF, source[at] ^ 1] {
                let mut bytes = source.to_vec();
                bytes[at] = to;
                if let Ok(crl) = Crl::from_der(&bytes) {
                    let _ = crl.find(signer.serial());
                }
                if let Ok(answer) = Ocsp::from_der(&bytes) {
                    let _ = answer.about(&signer, &issuer);
                }
                let _ = (Certificate::from_der(&bytes), TimeStamp::from_der(&bytes));
            }
        }
    }
}

#[test]
fn times_at_the_end_of_the_calendar_do_no_harm() {
    let end = time::macros::datetime!(9999-12-31 23:59:59 UTC);
    let cms = sign_at("rsa", Profile::P1, end);
    assert_ne!(check(&cms).verdict(), Verdict::Valid);
    let _ = verify(&cms, None, &trust(), end).turkish();
}

#[test]
fn deep_nesting_is_refused() {
    let mut bytes = [0x30, 0x80].repeat(100_000);
    bytes.extend([0, 0].repeat(100_000));
    assert_eq!(check(&bytes).verdict(), Verdict::CannotSay);
}
