//! Nothing is lost and nothing invented, on any text and on spoiled regulations.

use proptest::prelude::*;

use super::samples::ALL;
use crate::reading::{Reading, ReadingError, Span, read};

/// Pieces regulations are made of, and what breaks readers.
const PIECES: [&str; 62] = [
    "MADDE 1- ",
    "MADDE 2",
    "Madde 3 – ",
    "MADDE 7.6. ",
    "GEÇİCİ MADDE 1- ",
    "(1) ",
    "(2) ",
    "7.6.1. ",
    "1.1. ",
    "1. ",
    "2) ",
    "a) ",
    "b) ",
    "ç. ",
    "i) ",
    "ii. ",
    "aa) ",
    "- ",
    "• ",
    "[image: ]",
    "[bookmark: x]",
    "**",
    "# ",
    "BİRİNCİ BÖLÜM\n",
    "İKİNCİ BÖLÜM ",
    "T.C.\n",
    "KUMKÖY BELEDİYESİ\n",
    "Amaç\n",
    "Tanımlar: ",
    "Müdür: Park Müdürünü ",
    "Başkan ",
    "yapmak, ",
    "Ağaç ",
    "sağlar.",
    ";",
    ":",
    "\n",
    "\n\n",
    "\r\n",
    "\u{c}",
    "\t",
    " ",
    "ı",
    "€. ",
    "\u{feff}",
    "12\n",
    "\u{a0}",
    "\u{ad}",
    "\u{ad}\n",
    "\u{200b}",
    "\u{2028}",
    "\u{85}",
    "\r",
    "\0",
    "\u{fffd}",
    "c\u{327}) ",
    "MU\u{308}DU\u{308}RLU\u{308}K",
    "\u{307}",
    ". 5018 say1l1 ",
    "Miidiirliigii’niin ",
    "l) ",
    "— 3 —\n",
];

/// Ways a letter is spoiled on its way from paper: misread, parted, doubled, lost.
fn noise(letter: char, way: usize) -> String {
    match (letter, way) {
        ('ü', 0) => "ii".into(),
        ('ı' | 'l', 1) => "1".into(),
        ('ç', 2) => "c\u{327}".into(),
        (' ', 3) => "\u{a0}".into(),
        ('\n', 4) => "\r\n".into(),
        ('\n', 5) => "\u{c}".into(),
        ('\n', 6) => "\r".into(),
        ('0'..='9', 7) => String::new(),
        (_, 8) => format!("{letter}\u{ad}"),
        (_, 9) => format!("{letter}{letter}"),
        (_, 10) => String::new(),
        (_, 11) => format!("{letter} "),
        _ => letter.into(),
    }
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    match read(text) {
        Ok(reading) => {
            prop_assert_eq!(reading.account(text), Ok(()));
            prop_assert_eq!(rebuilt(&reading, text), text, "the pieces in order are the text");
            let outline = crate::reading::outline(&reading, text);
            prop_assert!(reading.nodes.len() <= outline.lines().count());
        }
        Err(error) => prop_assert_eq!(error, ReadingError::Empty, "{:?}", text),
    }
    Ok(())
}

/// The text put together again from its pieces alone, without the reader's own account of itself.
fn rebuilt(reading: &Reading, text: &str) -> String {
    let leaves = reading.nodes.iter().flat_map(|node| node.leaves.iter().map(|leaf| leaf.span));
    let mut spans: Vec<Span> =
        leaves.chain(reading.furniture.iter().copied()).chain(reading.unplaced.iter().copied()).collect();
    spans.sort_unstable();
    spans.iter().map(|span| span.of(text)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_character_of_any_text_is_in_exactly_one_place(text in "\\PC{0,300}") {
        holds(&text)?;
    }

    #[test]
    fn every_character_of_any_pile_of_marks_is_in_exactly_one_place(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..120)
    ) {
        let text: String = pieces.into_iter().map(|at| PIECES[at]).collect();
        holds(&text)?;
    }

    #[test]
    fn every_character_of_a_spoiled_regulation_is_in_exactly_one_place(
        sample in 0..ALL.len(),
        wounds in proptest::collection::vec((any::<prop::sample::Index>(), 0..12_usize, 0..PIECES.len()), 0..12),
    ) {
        let mut letters: Vec<char> = ALL[sample].chars().collect();
        for (at, cut, piece) in wounds {
            let at = at.index(letters.len());
            let end = (at + cut).min(letters.len());
            letters.splice(at..end, PIECES[piece].chars());
        }
        holds(&letters.into_iter().collect::<String>())?;
    }

    #[test]
    fn every_character_of_any_bytes_read_as_text_is_in_exactly_one_place(
        bytes in proptest::collection::vec(any::<u8>(), 0..400)
    ) {
        holds(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn every_character_of_a_badly_scanned_regulation_is_in_exactly_one_place(
        sample in 0..ALL.len(),
        ways in proptest::collection::vec(0..40_usize, 0..600),
        numbers_stay in any::<bool>(),
    ) {
        let spoiled: String = ALL[sample]
            .chars()
            .zip(ways.iter().cycle().copied().chain(std::iter::repeat(99)))
            .filter(|(letter, _)| numbers_stay || !letter.is_ascii_digit())
            .map(|(letter, way)| noise(letter, way))
            .collect();
        holds(&spoiled)?;
    }
}

#[test]
fn the_samples_themselves_account_for_every_character() {
    for sample in ALL {
        let reading = read(sample).expect("a sample is a regulation");
        assert_eq!(reading.account(sample), Ok(()));
        assert_eq!(reading.unplaced, [], "nothing of a sample is left over");
    }
}
