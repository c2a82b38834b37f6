//! Nothing is lost and nothing invented, on any text and on spoiled regulations.

use proptest::prelude::*;

use super::samples::ALL;
use crate::reading::{ReadingError, read};

/// Pieces regulations are made of, and what breaks readers.
const PIECES: [&str; 46] = [
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
];

fn holds(text: &str) -> Result<(), TestCaseError> {
    match read(text) {
        Ok(reading) => {
            prop_assert_eq!(reading.account(text), Ok(()));
            let outline = crate::reading::outline(&reading, text);
            prop_assert!(reading.nodes.len() <= outline.lines().count());
        }
        Err(error) => prop_assert_eq!(error, ReadingError::Empty, "{:?}", text),
    }
    Ok(())
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
}

#[test]
fn the_samples_themselves_account_for_every_character() {
    for sample in ALL {
        let reading = read(sample).expect("a sample is a regulation");
        assert_eq!(reading.account(sample), Ok(()));
        assert_eq!(reading.unplaced, [], "nothing of a sample is left over");
    }
}
