//! Making seals, continuing a chain, and the limits of both.

use crate::{CannotSeal, Digest, MAX_LEAVES, Seal, leaf_digest};

fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|no| leaf_digest(&no.to_be_bytes())).collect()
}

#[test]
fn seals_count_on_without_a_gap_and_point_back() {
    let first = Seal::next(None, &leaves(3), 10).unwrap();
    let second = Seal::next(Some(&first), &leaves(2), 10).unwrap();
    let third = Seal::next(Some(&second), &leaves(1), 11).unwrap();
    assert_eq!([first.no, second.no, third.no], [0, 1, 2]);
    assert_eq!([first.first, second.first, third.first], [0, 3, 5]);
    assert_eq!([first.count, second.count, third.count], [3, 2, 1]);
    assert_eq!([first.previous, second.previous, third.previous], [[0; 32], first.hash, second.hash]);
    assert_eq!(third.anchor().hash, third.hash);
}

/// Computed with another SHA-256 implementation from the description in `docs/formats/seal.md`.
#[test]
fn the_documented_seal_keeps_its_hash() {
    let seal = Seal::next(None, &[leaf_digest(b"a"), leaf_digest(b"b")], 1_700_000_000_000_000).unwrap();
    let documented = include_str!("../../../../docs/formats/seal.md");
    assert!(documented.contains(&hex::encode(seal.root)), "root {}", hex::encode(seal.root));
    assert!(documented.contains(&hex::encode(seal.hash)), "hash {}", hex::encode(seal.hash));
}

#[test]
fn every_field_counts_in_the_hash() {
    let seal = Seal::next(None, &leaves(3), 10).unwrap();
    let changed = [
        Seal { no: 1, ..seal.clone() },
        Seal { first: 1, ..seal.clone() },
        Seal { count: 4, ..seal.clone() },
        Seal { root: [1; 32], ..seal.clone() },
        Seal { previous: [1; 32], ..seal.clone() },
        Seal { sealed_at_us: 11, ..seal.clone() },
    ];
    for other in changed {
        assert_ne!(other.expected_hash(), seal.hash, "{other:?}");
    }
}

#[test]
fn nothing_too_much_or_a_clock_set_back_is_refused() {
    let first = Seal::next(None, &leaves(1), 10).unwrap();
    assert_eq!(Seal::next(None, &[], 10), Err(CannotSeal::Empty));
    assert_eq!(Seal::next(Some(&first), &leaves(1), 9), Err(CannotSeal::ClockSetBack));
    let many = vec![[7; 32]; MAX_LEAVES];
    assert_eq!(Seal::next(None, &many, 1).unwrap().count, MAX_LEAVES as u64);
    assert_eq!(Seal::next(None, &[many, leaves(1)].concat(), 1), Err(CannotSeal::TooMany));
}

#[test]
fn numbers_that_run_out_are_an_error_and_not_a_wrap() {
    let last = Seal { no: u64::MAX, ..Seal::next(None, &leaves(1), 1).unwrap() };
    assert_eq!(Seal::next(Some(&last), &leaves(1), 1), Err(CannotSeal::OutOfNumbers));
    let full = Seal { first: u64::MAX, ..Seal::next(None, &leaves(1), 1).unwrap() };
    let refused = Seal::next(Some(&full), &leaves(1), 1).unwrap_err();
    assert_eq!(refused, CannotSeal::OutOfNumbers);
    assert_eq!(refused.to_string(), "the numbers of the chain ran out");
}
