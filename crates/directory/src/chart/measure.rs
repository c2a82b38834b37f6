//! How wide words are in the fonts of the pages, near enough to break lines: no font is at hand on the server.

use kernel::tr;

/// The page's fonts differ; widths are those of a common grotesque, widened so that none overflows.
const SAFETY_PERCENT: i32 = 112;

/// Width of a text in tenths of a pixel.
pub(super) fn width_tenths(text: &str, size_px: i32, is_bold: bool) -> i32 {
    let em_thousandths: i32 = text.chars().map(width_of).sum();
    let bold_percent = if is_bold { 106 } else { 100 };
    em_thousandths * size_px / 100 * SAFETY_PERCENT / 100 * bold_percent / 100
}

/// Breaks a text into at most `max_lines` lines of `width_px`; the last ends with `…` when words are left.
///
/// A word wider than a line is cut. Gives at least one line (perhaps empty).
pub(super) fn wrap(text: &str, width_px: i32, size_px: i32, is_bold: bool, max_lines: usize) -> Vec<String> {
    let fits = |line: &str| width_tenths(line, size_px, is_bold) <= width_px * 10;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        for piece in pieces(word, &fits) {
            let line = lines.last_mut().expect("there is always a line");
            let joined = if line.is_empty() { piece.clone() } else { format!("{line} {piece}") };
            if fits(&joined) {
                *line = joined;
            } else {
                lines.push(piece);
            }
        }
    }
    if lines.len() > max_lines {
        lines.truncate(max_lines.max(1));
        let last = lines.last_mut().expect("at least one line was kept");
        while !fits(&format!("{last}…")) && last.pop().is_some() {}
        last.truncate(last.trim_end().len());
        last.push('…');
    }
    lines
}

/// A word in pieces that each fit a line; nearly always the word itself.
fn pieces(word: &str, fits: &impl Fn(&str) -> bool) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let piece = pieces.last_mut().expect("there is always a piece");
        piece.push(letter);
        if !fits(piece) && piece.chars().count() > 1 {
            piece.pop();
            pieces.push(letter.to_string());
        }
    }
    pieces
}

/// Width of one letter in thousandths of the font size; marks do not widen a letter.
fn width_of(letter: char) -> i32 {
    if letter.is_ascii() {
        return ascii_width(letter);
    }
    let folded = tr::fold(letter.encode_utf8(&mut [0; 4]));
    match (folded.chars().next(), letter.is_uppercase()) {
        (Some('i'), true) => 278,
        (Some(base), true) if base.is_ascii() => ascii_width(base.to_ascii_uppercase()),
        (Some(base), false) if base.is_ascii() => ascii_width(base),
        // Other scripts may be as wide as they are high.
        (Some(_), _) => 1000,
        (None, _) => 556,
    }
}

fn ascii_width(letter: char) -> i32 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' => 240,
        ' ' | '!' | ',' | '.' | '/' | ':' | ';' | 'I' | 'f' | 't' => 290,
        'r' | '(' | ')' | '-' | '[' | ']' | '`' => 340,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 510,
        'm' => 840,
        'w' => 740,
        'F' | 'L' | 'T' | 'Z' => 620,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' => 680,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | '&' => 740,
        'G' | 'O' | 'Q' => 790,
        'M' | '%' => 880,
        'W' | '@' => 1000,
        _ => 570,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wider_letters_measure_wider() {
        let width = |text| width_tenths(text, 13, false);
        assert!(width("iii") < width("nnn") && width("nnn") < width("mmm"));
        assert_eq!(width("ŞÇĞ"), width("SCG"));
        assert!(width_tenths("Birim", 13, true) > width("Birim"));
        assert_eq!(width(""), 0);
    }

    #[test]
    fn names_break_between_words() {
        let lines = wrap("Coğrafi Bilgi Sistemleri ve Akıllı Şehir Şefliği", 160, 13, true, 3);
        assert!((2..=3).contains(&lines.len()), "{lines:?}");
        assert_eq!(lines.join(" "), "Coğrafi Bilgi Sistemleri ve Akıllı Şehir Şefliği");
    }

    #[test]
    fn what_does_not_fit_ends_with_three_dots() {
        let lines = wrap(&"çok uzun birim adı ".repeat(20), 160, 13, true, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,120}", width in 40_i32..300, max_lines in 1_usize..5) {
            let lines = wrap(&text, width, 13, false, max_lines);
            prop_assert!((1..=max_lines).contains(&lines.len()));
            for line in lines {
                prop_assert!(width_tenths(&line, 13, false) <= width * 10, "{}", line);
            }
        }

        #[test]
        fn no_letter_is_lost_while_lines_are_left(text in "[a-zçğıöşü ]{0,80}") {
            let lines = wrap(&text, 100, 13, false, 100);
            let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
