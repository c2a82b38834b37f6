//! Makes any text printable: PDF/A forbids a letter that no embedded font can draw (ISO 19005-2
//! §6.2.11.8), and what cannot be seen must not be able to reorder what can.

use super::outside::Fonts;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Stands for a letter that we have no glyph for.
const BOX: char = '□';
/// Where a word may be broken although nothing in it asks for it.
const MAY_BREAK: char = '\u{200B}';
/// Letters that fit a line of a table's column when the columns of the table share an upright page.
fn letters_of_a_column(columns: usize) -> usize {
    (108 / columns.max(1)).clamp(4, 18)
}

/// Characters that every style of at least one family can draw.
static DRAWABLE: LazyLock<BTreeSet<char>> = LazyLock::new(|| {
    let mut families: Vec<(String, BTreeSet<char>)> = Vec::new();
    for face in &Fonts::get().faces {
        let info = face.info();
        let covered: BTreeSet<char> = info.coverage.iter().filter_map(char::from_u32).collect();
        match families.iter_mut().find(|(family, _)| *family == info.family) {
            Some((_, common)) => common.retain(|letter| covered.contains(letter)),
            None => families.push((info.family.to_string(), covered)),
        }
    }
    families.into_iter().flat_map(|(_, common)| common).filter(|letter| is_public(*letter)).collect()
});

/// Private-use letters mean something only to the font that drew them.
fn is_public(letter: char) -> bool {
    !matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. )
}

/// Characters without a shape: controls, joiners, direction marks, variation selectors.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Cleans texts and counts what had to be replaced.
#[derive(Debug, Default)]
pub struct Letters {
    replaced: usize,
}

impl Letters {
    /// The text with every letter drawable: invisible ones are dropped, unknown ones become a box.
    pub fn printable(&mut self, text: &str) -> String {
        let mut printable = String::with_capacity(text.len());
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\r' if letters.peek() == Some(&'\n') => {}
                '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{B}' | '\u{C}' => printable.push('\n'),
                '\t' => printable.push(' '),
                _ if is_invisible(letter) => {}
                _ if DRAWABLE.contains(&letter) => printable.push(letter),
                _ => {
                    self.replaced += 1;
                    printable.push(BOX);
                }
            }
        }
        printable
    }

    /// A printable text whose long unbroken runs (digests, addresses) may be broken to fit one of so many
    /// columns.
    pub fn breakable(&mut self, text: &str, columns: usize) -> String {
        let longest = letters_of_a_column(columns);
        let text = self.printable(text);
        let mut breakable = String::with_capacity(text.len());
        let mut run = 0;
        for letter in text.chars() {
            run = if letter.is_whitespace() || letter == '-' { 0 } else { run + 1 };
            if run > longest {
                breakable.push(MAY_BREAK);
                run = 1;
            }
            breakable.push(letter);
        }
        breakable
    }

    /// How many letters became boxes.
    pub fn replaced(&self) -> usize {
        self.replaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_every_system_are_one_line_end() {
        let mut letters = Letters::default();
        assert_eq!(letters.printable("a\r\nb\rc\nd\u{2028}e\u{85}f\u{C}g\th"), "a\nb\nc\nd\ne\nf\ng h");
        assert_eq!(letters.replaced(), 0);
    }

    #[test]
    fn all_turkish_letters_and_the_signs_of_office_work_can_be_drawn() {
        let text = "abcçdefgğhıijklmnoöprsştuüvyz ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ âîûÂÎÛ 0-9 ₺€§°×…–—•“”‘’«»№½";
        let mut letters = Letters::default();
        assert_eq!(letters.printable(text), text);
        assert_eq!(letters.replaced(), 0);
    }

    #[test]
    fn what_nobody_sees_is_dropped_and_what_no_font_has_is_counted() {
        let mut letters = Letters::default();
        assert_eq!(letters.printable("a\u{202E}\u{200D}\u{FE0F}\u{0}\u{FEFF}\u{AD}b"), "ab");
        assert_eq!(letters.replaced(), 0);
        assert_eq!(letters.printable("漢\u{E000}😀"), "□□□");
        assert_eq!(letters.replaced(), 3);
    }

    #[test]
    fn only_long_runs_may_be_broken_and_nothing_else_changes() {
        let mut letters = Letters::default();
        let short = "Dizüstü bilgisayar SN-000001";
        assert_eq!(letters.breakable(short, 4), short);
        let digest = "f".repeat(64);
        for (columns, longest) in [(0, 18), (6, 18), (12, 9), (20, 5)] {
            let broken = letters.breakable(&digest, columns);
            assert!(broken.split(MAY_BREAK).all(|run| run.chars().count() <= longest), "{columns} columns");
            assert_eq!(broken.replace(MAY_BREAK, ""), digest);
        }
    }
}
