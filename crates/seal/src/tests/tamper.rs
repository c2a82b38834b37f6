//! Whatever is done to a sealed log is found, and where a place can be named it is the right one.

use crate::{
    Anchor, Digest, Finding, MAX_FINDINGS, Report, Seal, Sealed, Verifier, What, leaf_digest, verify_chain,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// A log as a database holds it: seals, the digests kept beside them, and the records themselves.
#[derive(Debug, Clone)]
struct Log {
    seals: Vec<Seal>,
    kept: Vec<Vec<Digest>>,
    records: Vec<Vec<Vec<u8>>>,
}

impl Log {
    /// One seal for each entry of `sizes`, every record different from the others.
    fn sealed(sizes: &[usize]) -> Self {
        let mut log = Self { seals: Vec::new(), kept: Vec::new(), records: Vec::new() };
        for (at, size) in sizes.iter().enumerate() {
            let records: Vec<_> =
                (0..*size).map(|no| format!("seal {at} record {no}").into_bytes()).collect();
            let kept: Vec<_> = records.iter().map(|record| leaf_digest(record)).collect();
            log.seals.push(Seal::next(log.seals.last(), &kept, at as i64 * 5).unwrap());
            log.kept.push(kept);
            log.records.push(records);
        }
        log
    }

    fn verify(&self, anchors: &[Anchor], with_kept: bool) -> Report {
        let found: Vec<Vec<Digest>> = self
            .records
            .iter()
            .map(|records| records.iter().map(|record| leaf_digest(record)).collect())
            .collect();
        let sealed = self.seals.iter().zip(&found).zip(&self.kept).map(|((seal, found), kept)| Sealed {
            seal,
            found,
            kept: with_kept.then_some(kept.as_slice()),
        });
        verify_chain(sealed, anchors)
    }

    fn head(&self) -> Anchor {
        self.seals.last().unwrap().anchor()
    }

    fn findings(&self) -> Vec<Finding> {
        self.verify(&[], true).findings
    }
}

fn leaf(seal_no: u64, leaf_no: u64, what: What) -> Finding {
    Finding { seal_no, leaf_no: Some(leaf_no), what }
}

fn seal(seal_no: u64, what: What) -> Finding {
    Finding { seal_no, leaf_no: None, what }
}

#[test]
fn an_untouched_log_is_whole() {
    let log = Log::sealed(&[3, 1, 4]);
    let report = log.verify(&[log.seals[1].anchor(), log.head()], true);
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.seals, report.leaves, report.left_out), (3, 8, 0));
    assert!(verify_chain([], &[]).is_whole());
}

#[test]
fn a_changed_record_is_named() {
    let mut log = Log::sealed(&[3, 4]);
    log.records[1][2][0] ^= 1;
    assert_eq!(log.findings(), [leaf(1, 5, What::LeafChanged)]);
    assert_eq!(log.verify(&[], false).findings, [seal(1, What::LeavesChanged)]);
}

#[test]
fn a_deleted_record_is_named_even_at_the_end() {
    for at in 0..4 {
        let mut log = Log::sealed(&[3, 4]);
        log.records[1].remove(at);
        assert_eq!(log.findings(), [leaf(1, 3 + at as u64, What::LeafMissing)]);
    }
}

#[test]
fn an_added_record_is_named_even_when_it_copies_its_neighbour() {
    let mut log = Log::sealed(&[3, 4]);
    log.records[0].insert(1, b"forged".to_vec());
    assert_eq!(log.findings(), [leaf(0, 1, What::LeafExtra)]);
    let mut log = Log::sealed(&[3, 4]);
    let copy = log.records[0][1].clone();
    log.records[0].insert(2, copy);
    assert_eq!(log.findings(), [leaf(0, 2, What::LeafExtra)]);
}

#[test]
fn two_swapped_records_are_named_together() {
    let mut log = Log::sealed(&[5]);
    log.records[0].swap(1, 3);
    assert_eq!(log.findings(), [leaf(0, 1, What::LeafSwapped { with: 3 })]);
}

#[test]
fn a_removal_beside_an_addition_names_both() {
    let mut log = Log::sealed(&[6]);
    log.records[0].remove(4);
    log.records[0].remove(1);
    log.records[0].insert(2, b"forged".to_vec());
    let expected =
        [leaf(0, 1, What::LeafMissing), leaf(0, 4, What::LeafMissing), leaf(0, 2, What::LeafExtra)];
    assert_eq!(log.findings(), expected);
}

#[test]
fn digests_changed_together_with_their_record_are_still_found() {
    let mut log = Log::sealed(&[3]);
    log.records[0][1] = b"forged".to_vec();
    log.kept[0][1] = leaf_digest(b"forged");
    assert_eq!(log.findings(), [seal(0, What::DigestsChanged), seal(0, What::LeavesChanged)]);
    let mut log = Log::sealed(&[3]);
    log.kept[0].pop();
    assert_eq!(log.findings(), [seal(0, What::DigestsChanged)]);
}

#[test]
fn a_missing_seal_is_named_whether_in_the_middle_or_at_the_end() {
    let whole = Log::sealed(&[1, 2, 3, 4]);
    let cut = |seals: std::ops::Range<usize>| {
        let mut log = whole.clone();
        log.seals.drain(seals.clone());
        log.kept.drain(seals.clone());
        log.records.drain(seals);
        log.verify(&[whole.head()], true).findings
    };
    assert_eq!(cut(1..3), [seal(1, What::SealMissing { last: 2 })]);
    assert_eq!(cut(0..1), [seal(0, What::SealMissing { last: 0 })]);
    assert_eq!(cut(3..4), [seal(3, What::SealMissing { last: 3 })]);
    assert_eq!(cut(0..4), [seal(0, What::SealMissing { last: 3 })]);
}

#[test]
fn numbered_records_after_the_last_seal_betray_a_removed_seal() {
    let log = Log::sealed(&[2, 3]);
    let found: Vec<_> = log.records[0].iter().map(|record| leaf_digest(record)).collect();
    let check = |numbered| {
        let mut verifier = Verifier::new(&[]);
        verifier.check(&Sealed { seal: &log.seals[0], found: &found, kept: None });
        verifier.finish(Some(numbered)).findings
    };
    assert_eq!(check(2), []);
    assert_eq!(check(5), [leaf(1, 2, What::SealMissing { last: 1 })]);
}

#[test]
fn a_seal_made_anew_breaks_the_next_one_and_the_anchor() {
    let whole = Log::sealed(&[2, 2, 2]);
    let mut log = whole.clone();
    log.seals[1].root = [9; 32];
    log.seals[1].hash = log.seals[1].expected_hash();
    let findings = log.verify(&[], false).findings;
    assert_eq!(findings, [seal(1, What::LeavesChanged), seal(2, What::ChainBroken)]);
    let mut log = Log::sealed(&[2, 2, 2]);
    log.seals[2].root = [9; 32];
    assert!(log.findings().contains(&seal(2, What::SealChanged)));
    let forged = Log::sealed(&[2, 2, 1]);
    assert!(forged.findings().is_empty(), "a chain rewritten to its end looks whole by itself");
    assert_eq!(forged.verify(&[whole.head()], true).findings, [seal(2, What::ChainBroken)]);
}

#[test]
fn a_clock_set_back_is_named() {
    let mut log = Log::sealed(&[1, 1]);
    log.seals[1].sealed_at_us = -1;
    log.seals[1].hash = log.seals[1].expected_hash();
    assert_eq!(log.findings(), [seal(1, What::ClockSetBack)]);
}

#[test]
fn a_repeated_seal_is_a_broken_chain() {
    let mut log = Log::sealed(&[1, 1]);
    log.seals[1] = log.seals[0].clone();
    log.records[1] = log.records[0].clone();
    log.kept[1] = log.kept[0].clone();
    assert_eq!(log.findings(), [seal(0, What::ChainBroken)]);
}

#[test]
fn a_verification_can_go_on_from_a_trusted_seal() {
    let log = Log::sealed(&[2, 3, 1]);
    let found: Vec<_> = log.records[2].iter().map(|record| leaf_digest(record)).collect();
    let sealed = Sealed { seal: &log.seals[2], found: &found, kept: Some(&log.kept[2]) };
    let mut verifier = Verifier::after(log.seals[1].clone(), &[log.seals[0].anchor(), log.head()]);
    verifier.check(&sealed);
    assert!(verifier.finish(Some(6)).is_whole());
    let mut verifier = Verifier::after(log.seals[0].clone(), &[]);
    verifier.check(&sealed);
    assert_eq!(verifier.finish(None).findings, [seal(1, What::SealMissing { last: 1 })]);
}

#[test]
fn a_report_keeps_its_first_findings_and_counts_the_rest() {
    let mut log = Log::sealed(&[MAX_FINDINGS + 7]);
    log.records[0].iter_mut().for_each(|record| record.push(0));
    let report = log.verify(&[], true);
    assert_eq!((report.findings.len(), report.left_out), (MAX_FINDINGS, 7));
}

#[test]
fn each_finding_has_one_line_in_english_and_one_sentence_in_turkish() {
    let all = [
        What::LeafChanged,
        What::LeafMissing,
        What::LeafExtra,
        What::LeafSwapped { with: 9 },
        What::LeavesChanged,
        What::DigestsChanged,
        What::SealChanged,
        What::SealMissing { last: 4 },
        What::SealMissing { last: 6 },
        What::ChainBroken,
        What::ClockSetBack,
    ];
    let mut seen = std::collections::BTreeSet::new();
    for what in all {
        let finding = leaf(4, 7, what);
        assert!(finding.to_string().starts_with("seal 4, record 7: "), "{finding}");
        assert!(finding.turkish().starts_with("Mühür 4, kayıt 7: ") && finding.turkish().ends_with('.'));
        assert!(seal(4, what).turkish().starts_with("Mühür 4: "));
        assert!(
            seen.insert(finding.to_string()) && seen.insert(finding.turkish()),
            "{what:?} repeats another"
        );
    }
}

/// What a dishonest administrator can do to the stored log.
#[derive(Debug, Clone)]
enum Tamper {
    FlipRecord(Index, Index, Index, u8),
    DeleteRecord(Index, Index),
    InsertRecord(Index, Index, Vec<u8>),
    SwapRecords(Index, Index, Index, Index),
    MoveRecord(Index, Index),
    DeleteSeal(Index),
    Truncate(Index),
    SwapSeals(Index, Index),
    FlipSeal(Index, u8, u8),
    FlipKept(Index, Index, u8),
}

fn tamper() -> impl Strategy<Value = Tamper> {
    let at = any::<Index>;
    prop_oneof![
        (at(), at(), at(), 0..8_u8).prop_map(|(a, b, c, bit)| Tamper::FlipRecord(a, b, c, bit)),
        (at(), at()).prop_map(|(a, b)| Tamper::DeleteRecord(a, b)),
        (at(), at(), proptest::collection::vec(any::<u8>(), 0..9))
            .prop_map(|(a, b, c)| Tamper::InsertRecord(a, b, c)),
        (at(), at(), at(), at()).prop_map(|(a, b, c, d)| Tamper::SwapRecords(a, b, c, d)),
        (at(), at()).prop_map(|(a, b)| Tamper::MoveRecord(a, b)),
        at().prop_map(Tamper::DeleteSeal),
        at().prop_map(Tamper::Truncate),
        (at(), at()).prop_map(|(a, b)| Tamper::SwapSeals(a, b)),
        (at(), 0..128_u8, 0..8_u8).prop_map(|(a, byte, bit)| Tamper::FlipSeal(a, byte, bit)),
        (at(), at(), 0..=255_u8).prop_map(|(a, b, bit)| Tamper::FlipKept(a, b, bit)),
    ]
}

/// Carries out the change; a seal is its number, range, root, previous hash, instant and hash, 128 bytes.
fn carry_out(log: &mut Log, tamper: &Tamper) {
    let pick = |index: &Index, len: usize| index.index(len.max(1));
    let seals = log.seals.len();
    match tamper {
        Tamper::FlipRecord(a, b, c, bit) => {
            let (a, b) = (pick(a, seals), b);
            let b = pick(b, log.records[a].len());
            let c = pick(c, log.records[a][b].len());
            log.records[a][b][c] ^= 1 << bit;
        }
        Tamper::DeleteRecord(a, b) => {
            let a = pick(a, seals);
            let b = pick(b, log.records[a].len());
            log.records[a].remove(b);
        }
        Tamper::InsertRecord(a, b, bytes) => {
            let a = pick(a, seals);
            let b = pick(b, log.records[a].len() + 1);
            log.records[a].insert(b, bytes.clone());
        }
        Tamper::SwapRecords(a, b, c, d) => {
            let (a, c) = (pick(a, seals), pick(c, seals));
            let (b, d) = (pick(b, log.records[a].len()), pick(d, log.records[c].len()));
            let held = log.records[a][b].clone();
            log.records[a][b] = std::mem::replace(&mut log.records[c][d], held);
        }
        Tamper::MoveRecord(a, b) => {
            let (a, b) = (pick(a, seals), pick(b, seals));
            let record = log.records[a].pop().unwrap();
            log.records[b].push(record);
        }
        Tamper::DeleteSeal(a) => {
            let a = pick(a, seals);
            log.seals.remove(a);
            log.kept.remove(a);
            log.records.remove(a);
        }
        Tamper::Truncate(a) => {
            let a = pick(a, seals);
            log.seals.truncate(a);
            log.kept.truncate(a);
            log.records.truncate(a);
        }
        Tamper::SwapSeals(a, b) => {
            let (a, b) = (pick(a, seals), pick(b, seals));
            log.seals.swap(a, b);
            log.kept.swap(a, b);
            log.records.swap(a, b);
        }
        Tamper::FlipSeal(a, byte, bit) => {
            let (seal, byte) = (&mut log.seals[pick(a, seals)], usize::from(*byte));
            match byte {
                0..8 => seal.no ^= 1 << (byte * 8 + usize::from(*bit)),
                8..16 => seal.first ^= 1 << ((byte - 8) * 8 + usize::from(*bit)),
                16..24 => seal.count ^= 1 << ((byte - 16) * 8 + usize::from(*bit)),
                24..32 => seal.sealed_at_us ^= 1 << ((byte - 24) * 8 + usize::from(*bit)),
                32..64 => seal.root[byte - 32] ^= 1 << bit,
                64..96 => seal.previous[byte - 64] ^= 1 << bit,
                _ => seal.hash[byte - 96] ^= 1 << bit,
            }
        }
        Tamper::FlipKept(a, b, bit) => {
            let a = pick(a, seals);
            let b = pick(b, log.kept[a].len());
            log.kept[a][b][usize::from(*bit) / 8] ^= 1 << (bit % 8);
        }
    }
}

proptest! {
    #[test]
    fn any_change_of_any_log_is_found(sizes in proptest::collection::vec(1..9_usize, 1..7), tamper in tamper()) {
        let whole = Log::sealed(&sizes);
        let mut log = whole.clone();
        carry_out(&mut log, &tamper);
        let touched = log.seals != whole.seals || log.records != whole.records || log.kept != whole.kept;
        prop_assert_eq!(log.verify(&[whole.head()], true).is_whole(), !touched);
        let seen = log.seals != whole.seals || log.records != whole.records;
        prop_assert_eq!(log.verify(&[whole.head()], false).is_whole(), !seen);
    }

    #[test]
    fn any_seals_with_any_leaves_never_panic(
        numbers in proptest::collection::vec((any::<u64>(), any::<u64>(), any::<u64>(), any::<i64>()), 0..5),
        found in proptest::collection::vec(any::<Digest>(), 0..5),
    ) {
        let seals: Vec<Seal> = numbers
            .into_iter()
            .map(|(no, first, count, sealed_at_us)| Seal {
                no, first, count, root: [1; 32], previous: [2; 32], sealed_at_us, hash: [3; 32],
            })
            .collect();
        let report = verify_chain(seals.iter().map(|seal| Sealed { seal, found: &found, kept: Some(&found) }), &[]);
        prop_assert_eq!(report.is_whole(), seals.is_empty());
    }
}
