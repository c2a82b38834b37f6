//! Clause letters of Turkish legal texts: a b c ç d … z, then aa bb cc çç …
//! Reading a regulation is the regulation capability's work; only the alphabet lives here.

use super::lower;

/// The 29 letters in the order clauses use them (q, w and x are not clause letters).
const LETTERS: [char; 29] = [
    'a', 'b', 'c', 'ç', 'd', 'e', 'f', 'g', 'ğ', 'h', 'ı', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'ö', 'p', 'r',
    's', 'ş', 't', 'u', 'ü', 'v', 'y', 'z',
];

/// A list longer than `zzzz` is not a list of clauses.
const MAX_REPEATS: usize = 4;

/// Iterator over clause letters; made by [`clause_letters`].
#[derive(Debug, Clone)]
pub struct ClauseLetters {
    next_ordinal: u32,
}

/// `a b c ç d … z aa bb cc çç … zzzz` (116 of them).
pub fn clause_letters() -> ClauseLetters {
    ClauseLetters { next_ordinal: 1 }
}

impl Iterator for ClauseLetters {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let letter = clause_letter(self.next_ordinal)?;
        self.next_ordinal += 1;
        Some(letter)
    }
}

/// The clause at a place counted from 1: `clause_letter(4)` is `ç`, `clause_letter(30)` is `aa`.
pub fn clause_letter(ordinal: u32) -> Option<String> {
    let index = usize::try_from(ordinal.checked_sub(1)?).ok()?;
    let repeats = index / LETTERS.len() + 1;
    if repeats > MAX_REPEATS {
        return None;
    }
    Some(std::iter::repeat_n(LETTERS[index % LETTERS.len()], repeats).collect())
}

/// The place of a clause letter counted from 1: `ç` is 4, `aa` is 30; capitals count as small ones.
/// Anything that is not one letter repeated 1–4 times is `None`.
pub fn clause_ordinal(letter: &str) -> Option<u32> {
    if letter.len() > 16 {
        return None;
    }
    let small = lower(letter);
    let first = small.chars().next()?;
    let repeats = small.chars().count();
    if repeats > MAX_REPEATS || small.chars().any(|c| c != first) {
        return None;
    }
    let index = LETTERS.iter().position(|&c| c == first)?;
    u32::try_from((repeats - 1) * LETTERS.len() + index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clauses_follow_the_turkish_alphabet() {
        let first: Vec<String> = clause_letters().take(14).collect();
        assert_eq!(first, ["a", "b", "c", "ç", "d", "e", "f", "g", "ğ", "h", "ı", "i", "j", "k"]);
        let later: Vec<String> = clause_letters().skip(27).take(6).collect();
        assert_eq!(later, ["y", "z", "aa", "bb", "cc", "çç"]);
        assert_eq!(clause_letters().count(), 116);
        assert_eq!(clause_letters().last().as_deref(), Some("zzzz"));
    }

    #[test]
    fn a_letter_knows_its_place() {
        assert_eq!(clause_ordinal("ç"), Some(4));
        assert_eq!(clause_ordinal("Ç"), Some(4));
        assert_eq!(clause_ordinal("I"), Some(11));
        assert_eq!(clause_ordinal("İ"), Some(12));
        assert_eq!(clause_ordinal("aa"), Some(30));
    }

    #[test]
    fn what_is_not_a_clause_letter_has_no_place() {
        for text in ["", "ab", "w", "x", "q", "1", "a)", "aaaaa", " "] {
            assert_eq!(clause_ordinal(text), None, "{text:?}");
        }
        assert_eq!(clause_letter(0), None);
        assert_eq!(clause_letter(117), None);
        assert_eq!(clause_letter(u32::MAX), None);
    }

    proptest! {
        #[test]
        fn letters_and_places_agree(ordinal in 1_u32..=116) {
            let letter = clause_letter(ordinal).expect("all of these exist");
            prop_assert_eq!(clause_ordinal(&letter), Some(ordinal));
        }
    }
}
