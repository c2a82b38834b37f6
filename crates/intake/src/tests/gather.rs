//! Whatever the bytes are and however they are cut, the same lines come out, and each place is a place to go on from.

use super::*;
use crate::Gathering;
use ::lines::LONGEST_LINE;
use proptest::prelude::*;

type Found = Vec<(Vec<u8>, Shape)>;

fn gathered(bytes: &[u8], from: u64, cuts: &[usize]) -> (Found, Batch) {
    let mut gathering = Gathering::of_file(Arc::new(Origin::Import("any".to_owned())), [0; 16], from);
    let mut rest = bytes;
    for cut in cuts {
        let (part, behind) = rest.split_at((*cut).min(rest.len()));
        gathering.feed(part, NOON_US);
        rest = behind;
    }
    gathering.feed(rest, NOON_US);
    gathering.end(NOON_US);
    assert_eq!(gathering.waiting_bytes(), 0);
    let empty = || Batch::new(gathering.origin().clone(), NOON_US);
    let origin = empty();
    let batch = gathering.take().unwrap_or(origin);
    (found(batch.lines()), batch)
}

fn found<'b>(lines: impl Iterator<Item = crate::Line<'b>>) -> Found {
    lines.map(|it| (it.bytes.to_vec(), it.shape)).collect()
}

/// Bytes with many line feeds, numbers, and now and then a line that is too long.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..40),
        4 => Just(b"\n".to_vec()),
        2 => Just(b"12 <13>hello\n".to_vec()),
        1 => (LONGEST_LINE - 2..2 * LONGEST_LINE + 3).prop_map(|length| vec![b'x'; length]),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn lines_of_a_file_do_not_depend_on_how_it_is_read(
        file in any_file(),
        cuts in prop::collection::vec(0..70_000_usize, 0..12),
    ) {
        let (lines, batch) = gathered(&file, 0, &[]);
        prop_assert_eq!(&gathered(&file, 0, &cuts).0, &lines);
        if let Some(place) = batch.place {
            prop_assert_eq!((place.from, place.to), (0, file.len() as u64));
        }
        let expected: Vec<&[u8]> = file.split(|it| *it == b'\n').filter(|it| !it.is_empty()).collect();
        let mut whole: Vec<Vec<u8>> = Vec::new();
        for (line, shape) in &lines {
            let is_first = !matches!(shape, Shape::Piece { number: 1.., .. });
            if is_first {
                whole.push(line.clone());
            } else if let Some(last) = whole.last_mut() {
                last.extend_from_slice(line);
            }
        }
        prop_assert_eq!(whole, expected);
    }

    #[test]
    fn whoever_goes_on_from_a_place_finds_exactly_the_rest(file in any_file(), at in any::<prop::sample::Index>()) {
        let cut = at.index(file.len() + 1);
        // The first reader has seen the file when it was shorter, and has kept what was whole.
        let mut first = Gathering::of_file(Arc::new(Origin::Import("any".to_owned())), [0; 16], 0);
        first.feed(&file[..cut], NOON_US);
        let kept = first.take();
        let to = kept.as_ref().and_then(|it| it.place).map_or(0, |it| it.to);
        let (_, all) = gathered(&file, 0, &[]);
        prop_assert_eq!(found(all.lines()).len(), kept.map_or(0, |it| it.len()) + all.lines_behind(to).count());
        let (rest, _) = gathered(&file[to as usize..], to, &[]);
        let bytes = |found: &Found| found.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        prop_assert_eq!(bytes(&rest).concat(), bytes(&found(all.lines_behind(to))).concat());
    }
}

const DETAIL: &str = "Mon Nov 30 00:39:50 2026\n\tUser-Name = \"ayse\"\n\tAcct-Status-Type = Start\n\tFramed-IP-Address = 10.0.0.5";
const LEASE: &str = "lease 10.0.0.5 {\n  starts 1 2026/11/30 00:39:50;\n  binding state active;\n}";

#[test]
fn records_of_several_lines_come_in_one_piece_however_they_are_read() {
    let file = format!("# leases\n{LEASE}\n{DETAIL}\n\n<13>one line\n{LEASE}\nnext\n{DETAIL}\n");
    let wanted: Vec<&[u8]> = ["# leases", LEASE, DETAIL, "<13>one line", LEASE, "next", DETAIL]
        .into_iter()
        .map(str::as_bytes)
        .collect();
    for step in [1, 7, 50, file.len()] {
        let cuts = vec![step; file.len() / step];
        let (lines, batch) = gathered(file.as_bytes(), 0, &cuts);
        assert_eq!(lines.iter().map(|(line, _)| line.as_slice()).collect::<Vec<_>>(), wanted, "{step}");
        assert!(lines.iter().all(|(_, shape)| *shape == Shape::Whole));
        assert_eq!(batch.place.map(|it| it.to), Some(file.len() as u64));
    }
    let mut gathering = Gathering::of_stream(Arc::new(Origin::Http("any".to_owned())));
    for part in file.as_bytes().chunks(11) {
        gathering.feed(part, NOON_US);
    }
    gathering.end(NOON_US);
    let batch = gathering.take().unwrap();
    assert_eq!(batch.lines().map(|it| it.bytes.to_vec()).collect::<Vec<_>>(), wanted);
}

/// Under a header before each line, as forwarders send files that they read.
fn headed(record: &str, tag: &str) -> Vec<String> {
    let line =
        |(number, line): (usize, &str)| format!("<134>Nov 30 00:39:{:02} r1 {tag}: {line}", 50 + number);
    record.lines().enumerate().map(line).collect()
}

const TRACE: &str = "ERROR kapı açılamadı\n\tat tr.bel.Kapi.ac(Kapi.java:7)\nCaused by: java.io.IOException: yok\n\t... 3 more";

#[test]
fn records_under_a_repeated_header_come_in_one_piece_with_every_byte_of_each_line() {
    let detail = [headed(DETAIL, "detail"), vec!["<134>Nov 30 00:39:55 r1 detail: ".to_owned()]].concat();
    let lease = headed(LEASE, "leases");
    let (trace, again) = (headed(TRACE, "java"), headed(TRACE, "java"));
    let plain =
        vec!["<134>Nov 30 00:39:50 gw ok: one".to_owned(), "<134>Nov 30 00:39:50 gw ok:  two".to_owned()];
    let foreign = vec!["<134>Nov 30 00:39:53 r2 java: \tat tr.bel.Kapi.ac(Kapi.java:7)".to_owned()];
    let all =
        [&plain, &detail, &lease, &trace, &plain, &again, &foreign].map(|one| one.join("\n")).join("\n");
    let joined = |lines: &[String]| vec![lines.join("\n")];
    // That lines go on with others is known when one did; from then on they wait for what follows.
    let wanted =
        [plain.clone(), joined(&detail), joined(&lease), trace, plain, joined(&again), foreign].concat();
    for step in [3, 50, all.len()] {
        let mut gathering = Gathering::of_stream(Arc::new(Origin::Http("any".to_owned())));
        for part in all.as_bytes().chunks(step) {
            gathering.feed(part, NOON_US);
        }
        gathering.end(NOON_US);
        let batch = gathering.take().unwrap();
        let kept: Vec<String> =
            batch.lines().map(|it| String::from_utf8_lossy(it.bytes).into_owned()).collect();
        assert_eq!(kept, wanted, "{step}");
    }
}

#[test]
fn a_record_that_does_not_end_is_bounded_in_size_and_time() {
    let mut gathering = Gathering::of_file(Arc::new(Origin::Import("any".to_owned())), [0; 16], 0);
    gathering.feed(format!("before\n{DETAIL}\n").as_bytes(), NOON_US);
    let first = gathering.take().unwrap();
    // Whoever goes on from here reads the record again as a whole.
    assert_eq!((first.len(), first.place.map(|it| it.to)), (1, Some(7)));
    gathering.end_record(NOON_US + 1_000_000);
    assert!(gathering.take().is_none());
    gathering.end_record(NOON_US + 3_000_000);
    let late = gathering.take().unwrap();
    assert_eq!(late.lines().next().map(|it| it.bytes.to_vec()), Some(DETAIL.as_bytes().to_vec()));
    assert_eq!(late.place.map(|it| (it.from, it.to)), Some((7, 8 + DETAIL.len() as u64)));
    gathering.feed(b"lease 10.0.0.5 {\n", NOON_US);
    gathering.feed("  set a = \"b\";\n".repeat(20_000).as_bytes(), NOON_US);
    assert!(gathering.waiting_bytes() <= LONGEST_LINE);
}
