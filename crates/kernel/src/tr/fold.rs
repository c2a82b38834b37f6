//! Folding of text for search: what a person types without Turkish letters finds what was written
//! with them. Order of lists is in `collate`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds text for search: small letters without Turkish marks, words separated by one space.
///
/// `I İ ı i` all become `i`; `ç ğ ö ş ü â î û` lose their marks whether composed or decomposed;
/// compatibility forms (`ﬁ`, full-width letters) become plain ones; soft hyphens and zero-width
/// characters vanish; every other character that is neither letter nor digit separates words.
/// Folding twice changes nothing.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pending_space = false;
    for letter in text.nfkd().flat_map(char::to_lowercase).nfkd() {
        if is_combining_mark(letter) || is_invisible(letter) {
            continue;
        }
        if !letter.is_alphanumeric() {
            pending_space = !out.is_empty();
            continue;
        }
        if pending_space {
            out.push(' ');
            pending_space = false;
        }
        push_base(&mut out, letter);
    }
    out
}

/// The folded words of a text, in order; the same folding as [`fold`].
pub fn words(text: &str) -> impl Iterator<Item = String> + use<> {
    let folded = fold(text);
    let found: Vec<String> = folded.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
    found.into_iter()
}

/// Letters whose mark is part of the letter and which Unicode therefore does not decompose.
fn push_base(out: &mut String, letter: char) {
    match letter {
        'ı' => out.push('i'),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' => out.push('d'),
        'ə' => out.push('e'),
        _ => out.push(letter),
    }
}

/// Characters that take no place on paper: soft hyphen, zero-width and direction marks.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::super::{lower, upper};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn typing_without_turkish_letters_finds_turkish_words() {
        assert_eq!(fold("Çığır ŞÜKRÂN İÖĞÜ"), "cigir sukran iogu");
        assert_eq!(fold("MILLÎ / millî / MİLLİ"), "milli milli milli");
        assert_eq!(fold("IŞIK"), fold("ışık"));
        assert_eq!(fold("isik"), fold("IŞIK"));
    }

    #[test]
    fn decomposed_and_composed_spellings_are_the_same_word() {
        assert_eq!(fold("o\u{308}g\u{306}retmen"), fold("öğretmen"));
        assert_eq!(fold("DI\u{307}L"), "dil");
        assert_eq!(fold("di\u{307}l"), "dil");
    }

    #[test]
    fn punctuation_separates_and_hyphenation_marks_vanish() {
        assert_eq!(fold("  Kars’ta, (5393 s.K.) madde:14/a  "), "kars ta 5393 s k madde 14 a");
        assert_eq!(fold("müdür\u{ad}lük\u{200b}"), "mudurluk");
        assert_eq!(fold("…–!"), "");
        assert_eq!(fold("ﬁhrist ＡＢ"), "fihrist ab");
    }

    #[test]
    fn words_are_the_folded_words_in_order() {
        let found: Vec<String> = words("Bilgi İşlem; Müdürlüğü").collect();
        assert_eq!(found, ["bilgi", "islem", "mudurlugu"]);
        assert_eq!(words(" - ").count(), 0);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_never_matters(text in "[a-zA-ZçğıöşüÇĞİÖŞÜâîû ]{0,40}") {
            prop_assert_eq!(fold(&upper(&text)), fold(&text));
            prop_assert_eq!(fold(&lower(&text)), fold(&text));
        }

        #[test]
        fn folded_text_has_single_spaces_only_between_words(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert!(!folded.starts_with(' ') && !folded.ends_with(' ') && !folded.contains("  "));
        }
    }
}
