//! Cleaning of typed and pasted text before it is stored: hidden characters that could turn a text
//! around or hide a difference are taken out and reported. Validation of meaning is elsewhere.

use unicode_normalization::UnicodeNormalization;

use super::fold::is_invisible;

/// Text fit to be stored, and whether hidden characters were taken out of it (worth telling the person).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// NFC text without hidden characters.
    pub text: String,
    /// True when control, bidirectional or zero-width characters were removed; spaces do not count.
    pub has_removed_hidden: bool,
}

/// One line: trimmed, every run of white space one space, hidden characters removed, NFC.
///
/// Removed are control characters (NUL too), bidirectional marks (U+200E/F, U+202A–E, U+2066–9,
/// U+061C), zero-width characters, soft hyphens, private-use and unassigned-by-design code points.
pub fn clean_line(text: &str) -> Cleaned {
    let mut out = String::with_capacity(text.len());
    let mut has_removed_hidden = false;
    for letter in text.nfc() {
        if letter.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if is_hidden(letter) {
            has_removed_hidden = true;
        } else {
            out.push(letter);
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    // Taking out a hidden character may bring a letter and its mark together.
    let text = if has_removed_hidden { out.nfc().collect() } else { out };
    Cleaned { text, has_removed_hidden }
}

/// Several lines: as [`clean_line`] for each line; line ends become `\n`, at most one empty line in a row.
pub fn clean_text(text: &str) -> Cleaned {
    let mut out = String::with_capacity(text.len());
    let mut has_removed_hidden = false;
    let mut empty_lines = 0;
    let unified = text.replace("\r\n", "\n");
    for line in unified.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let cleaned = clean_line(line);
        has_removed_hidden |= cleaned.has_removed_hidden;
        if cleaned.text.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        out.push_str(&cleaned.text);
    }
    Cleaned { text: out, has_removed_hidden }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || is_invisible(c)
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e007f}'
            | '\u{f0000}'..='\u{10ffff}')
        || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(text: &str) -> Cleaned {
        Cleaned { text: text.to_owned(), has_removed_hidden: false }
    }

    fn removed(text: &str) -> Cleaned {
        Cleaned { text: text.to_owned(), has_removed_hidden: true }
    }

    #[test]
    fn spaces_are_tidied_without_a_word() {
        assert_eq!(clean_line("  Ayşe \t Yılmaz\u{a0}\n"), kept("Ayşe Yılmaz"));
        assert_eq!(clean_line(""), kept(""));
    }

    #[test]
    fn hidden_characters_are_taken_out_and_said() {
        assert_eq!(clean_line("fatura\u{202e}fdp.exe"), removed("faturafdp.exe"));
        assert_eq!(clean_line("a\u{200b}b\u{feff}c\0d\u{2066}e\u{200f}"), removed("abcde"));
        assert_eq!(clean_line("A\u{1b}[31mB"), removed("A[31mB"));
    }

    #[test]
    fn decomposed_letters_become_the_usual_ones() {
        assert_eq!(clean_line("O\u{308}g\u{306}r. I\u{307}lker"), kept("Öğr. İlker"));
    }

    #[test]
    fn a_pasted_text_keeps_its_lines() {
        assert_eq!(clean_text("bir\r\n  iki \r\n\r\n\r\nüç\n\n"), kept("bir\niki\n\nüç"));
        assert_eq!(clean_text("bir\u{202e}\niki"), removed("bir\niki"));
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in any::<String>()) {
            let once = clean_line(&text).text;
            prop_assert_eq!(clean_line(&once), kept(&once));
            let lines = clean_text(&text).text;
            prop_assert_eq!(clean_text(&lines), kept(&lines));
        }

        #[test]
        fn ordinary_turkish_is_never_touched(text in "[A-Za-zçğıöşüÇĞİÖŞÜâîû0-9.,;:!?()’'\"/-]{1,20}( [a-zçğıöşü]{1,9}){0,5}") {
            prop_assert_eq!(clean_line(&text), kept(&text));
        }
    }
}
