//! Encodings, names, the log and the tree, each alone.

use super::Chance;
use crate::bits;
use crate::log::{self, Log};
use crate::names::{self, SegmentName};
use crate::tree::{self, BLOCK_ROWS, Digest, Proof, leaf_digest};

#[test]
fn runs_and_packed_values_come_back() {
    let mut chance = Chance(1);
    for width in 1..=32_u8 {
        for length in [0, 1, 7, 8, 9, 100, 1_000] {
            let top = 1_u64 << width;
            let mut values: Vec<u32> = Vec::new();
            while values.len() < length {
                let run = if chance.below(2) == 0 { 1 } else { chance.below(60) as usize };
                values.extend(std::iter::repeat_n(chance.below(top) as u32, run.min(length - values.len())));
            }
            let mut bytes = Vec::new();
            bits::put_runs(&values, width, &mut bytes);
            assert_eq!(bits::runs(&bytes, width, length).unwrap(), values, "width {width}, length {length}");
        }
    }
}

#[test]
fn differences_come_back() {
    let mut chance = Chance(2);
    for length in [0, 1, 2, 32, 33, 129, 1_000] {
        for top in [1, 2, 1_000, u64::MAX] {
            let values: Vec<u64> = (0..length).map(|_| chance.below(top)).collect();
            let mut bytes = Vec::new();
            bits::put_deltas(&values, &mut bytes);
            assert_eq!(bits::deltas(&bytes, length).unwrap(), values, "below {top}, length {length}");
        }
    }
}

#[test]
fn values_at_some_places_are_those_of_all() {
    let mut chance = Chance(4);
    for round in 0..400 {
        let (width, length) = (1 + chance.below(32) as u8, 1 + chance.below(400) as usize);
        let mut values: Vec<u32> = Vec::new();
        while values.len() < length {
            let run = if chance.below(3) == 0 { 1 + chance.below(70) as usize } else { 1 };
            let value = chance.below(1 << width) as u32;
            values.extend(std::iter::repeat_n(value, run.min(length - values.len())));
        }
        let places: Vec<u32> = (0..length as u32).filter(|_| chance.below(5) == 0).collect();
        let at = |all: &[u32]| places.iter().map(|place| all[*place as usize]).collect::<Vec<_>>();
        let mut bytes = Vec::new();
        bits::put_runs(&values, width, &mut bytes);
        assert_eq!(bits::runs_at(&bytes, width, length, &places).unwrap(), at(&values), "round {round}");
        let (levels, mut bytes): (Vec<u32>, _) = (values.iter().map(|value| value & 1).collect(), Vec::new());
        bits::put_runs(&levels, 1, &mut bytes);
        let (ones, all) = bits::ones_at(&bytes, length, &places).unwrap();
        let before = |place: &u32| levels[..*place as usize].iter().sum::<u32>();
        let expected: Vec<Option<u32>> =
            places.iter().map(|place| (levels[*place as usize] == 1).then(|| before(place))).collect();
        assert_eq!((ones, all as u32), (expected, levels.iter().sum()), "round {round}");
        let (numbers, mut bytes): (Vec<u64>, _) =
            (values.iter().map(|value| u64::from(*value) << chance.below(30)).collect(), Vec::new());
        bits::put_deltas(&numbers, &mut bytes);
        let expected: Vec<u64> = places.iter().map(|place| numbers[*place as usize]).collect();
        assert_eq!(bits::deltas_at(&bytes, length, &places).unwrap(), expected, "round {round}");
    }
}

#[test]
fn damaged_encodings_are_refused_without_a_panic() {
    let mut chance = Chance(3);
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..chance.below(40)).map(|_| chance.below(256) as u8).collect();
        let count = chance.below(300) as usize;
        let width = chance.below(70) as u8;
        let _ = (bits::runs(&bytes, width, count), bits::deltas(&bytes, count));
        let places: Vec<u32> = (0..320).filter(|_| chance.below(9) == 0).collect();
        let _ = (bits::runs_at(&bytes, width, count, &places), bits::deltas_at(&bytes, count, &places));
        let _ = bits::ones_at(&bytes, count, &places);
    }
}

#[test]
fn days_and_names_come_back() {
    for day in [0, 1, 58, 59, 60, 20_787, 11_016, 2_932_896] {
        assert_eq!(names::parse_day(&names::day_text(day)), Some(day));
    }
    for at_us in [0, 1_793_862_000_000_000, 253_402_300_799_000_000] {
        assert_eq!(names::parse_instant(&names::instant_text(at_us)), Some(at_us));
    }
    assert_eq!(names::instant_text(1_793_862_061_999_999), "2026-11-05T07-01-01Z");
    for wrong in ["2026-11-05T07-01-60Z", "2026-11-05T7-01-01Z", "2026-11-05T07-01Z", "2026-11-05T999-01-01Z"]
    {
        assert_eq!(names::parse_instant(wrong), None, "{wrong}");
    }
    assert_eq!(names::day_text(20_787), "2026-11-30");
    assert_eq!(names::parse_day("2026-02-30"), None);
    let name = SegmentName { stream: "access".into(), day: 20_787, node: "node-1".into(), log: 12 };
    assert_eq!(name.path(), "stream=access/day=2026-11-30/node-1-0000000012.parquet");
    assert_eq!(SegmentName::parse(&name.path()), Some(name));
    assert_eq!(SegmentName::parse("stream=access/day=2026-11-30/node-1-12.parquet"), None);
}

#[test]
fn a_log_that_ends_at_any_byte_gives_its_whole_records() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::create(folder.path(), 1).unwrap();
    let records: Vec<(i64, Vec<u8>)> = (0..12).map(|at| (at, vec![at as u8; at as usize * 3])).collect();
    let mut ends = vec![0];
    for (at, payload) in &records {
        log.append([(*at, payload.as_slice())].into_iter()).unwrap();
        ends.push(log.len as usize);
    }
    let whole = std::fs::read(&log.path).unwrap();
    let path = folder.path().join("cut.log");
    for end in 0..=whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        let mut found = Vec::new();
        let cut = log::replay(&path, |some| found.extend_from_slice(some)).unwrap();
        let expected = ends.iter().filter(|it| **it <= end).count() - 1;
        assert_eq!(found, records[..expected]);
        assert_eq!(cut as usize, end - ends[expected]);
        // A byte that the disk changed ends the log before its record.
        if end < whole.len() {
            let mut flipped = whole.clone();
            flipped[end] ^= 0x10;
            std::fs::write(&path, &flipped).unwrap();
            found.clear();
            log::replay(&path, |some| found.extend_from_slice(some)).unwrap();
            let before = ends.iter().filter(|it| **it <= end).count() - 1;
            assert_eq!(found, records[..before]);
        }
    }
}

#[test]
fn every_leaf_is_proved_and_no_other() {
    for count in [1, 2, 3, 5, 8, 13, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 77] {
        let leaves: Vec<Digest> = (0..count).map(|at| leaf_digest(at as i64, 0, b"line")).collect();
        let blocks = tree::blocks(&leaves);
        let root = tree::root(&leaves);
        assert_eq!(tree::root(&blocks), root, "{count} leaves");
        for index in (0..count).step_by(1 + count / 12).chain([count - 1]) {
            let from = index / BLOCK_ROWS * BLOCK_ROWS;
            let block = &leaves[from..count.min(from + BLOCK_ROWS)];
            let proof = Proof::new(index as u64, count as u64, block, &blocks).unwrap();
            assert!(proof.holds(&leaves[index], &root), "leaf {index} of {count}");
            assert!(!proof.holds(&leaf_digest(-1, 0, b"line"), &root));
            let moved = Proof { index: (index as u64 + 1) % count as u64, ..proof.clone() };
            assert!(count == 1 || !moved.holds(&leaves[index], &root));
            let longer = Proof { path: [proof.path.clone(), vec![root]].concat(), ..proof.clone() };
            assert!(!longer.holds(&leaves[index], &root));
        }
    }
}
