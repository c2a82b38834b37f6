//! A cursor over one line and the little recognisers the marks are made of. Every step moves forward, so a scan of a
//! line is linear in its length.

use super::letters::{is_combining, is_unseen};
use super::lines::is_blank;

/// Reads forward in `text`, never past `end`.
#[derive(Debug, Clone, Copy)]
pub struct Scan<'a> {
    pub text: &'a str,
    pub at: usize,
    pub end: usize,
}

impl<'a> Scan<'a> {
    /// A cursor at byte `at` of `text`, stopping at `end`.
    pub fn new(text: &'a str, at: usize, end: usize) -> Self {
        Self { text, at: at.min(end), end }
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    /// Next character, not taken.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes one character if `wanted` says so.
    pub fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let letter = self.peek().filter(|&letter| wanted(letter))?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// Takes as many characters as `wanted` says, at most `limit`.
    pub fn take_while(&mut self, limit: usize, wanted: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        for _ in 0..limit {
            if self.take(&wanted).is_none() {
                break;
            }
        }
        self.text.get(start..self.at).unwrap_or("")
    }

    /// Skips white space and the stars and underscores of bold text.
    pub fn skip_dressing(&mut self) {
        self.take_while(usize::MAX, |letter| is_blank(letter) || matches!(letter, '*' | '_'));
    }

    /// Skips white space.
    pub fn skip_blank(&mut self) {
        self.take_while(usize::MAX, is_blank);
    }

    /// Whether the next written word starts with a small letter: a sign that a number or a letter with a bracket
    /// is part of a sentence and not a mark.
    pub fn goes_on_small(&self) -> bool {
        let mut ahead = *self;
        ahead.skip_dressing();
        ahead.peek().is_some_and(char::is_lowercase)
    }

    /// Whether only dressing is left.
    pub fn is_done(&self) -> bool {
        let mut ahead = *self;
        ahead.skip_dressing();
        ahead.at >= ahead.end
    }

    /// Takes a word of letters, with what nobody sees inside it.
    pub fn word(&mut self) -> &'a str {
        self.take_while(40, |letter| letter.is_alphabetic() || is_combining(letter) || is_unseen(letter))
    }

    /// Takes `1`, `7.6` or `7.6.9`: parts of one to three digits without a leading zero. A full stop after the
    /// number is left. `None` (nothing taken) when what stands here is a date, a sum or no number.
    pub fn dotted(&mut self) -> Option<String> {
        let from = self.at;
        let mut number = String::new();
        loop {
            let part = self.take_while(5, |letter| letter.is_ascii_digit());
            if part.is_empty() || part.len() > 3 || (part.starts_with('0') && !number.is_empty()) {
                self.at = from;
                return None;
            }
            number.push_str(part);
            let mut ahead = *self;
            let more = ahead.take(|letter| letter == '.').is_some()
                && ahead.peek().is_some_and(|next| next.is_ascii_digit());
            if !more || number.len() > 16 {
                return Some(number);
            }
            number.push('.');
            *self = ahead;
        }
    }
}

/// What stood before the first word of a line: bullets, `[image: ]` and other debris, heading signs, bold stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prefix {
    pub bullet: Option<Bullet>,
    /// `#` or bold stars: the converter saw a heading here.
    pub is_dressed: bool,
}

/// How a bullet was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bullet {
    /// A dash or star.
    Dash,
    /// A round or square sign.
    Dot,
    /// `[image: ]`, the grave of a bullet.
    Image,
}

const DOTS: [char; 13] =
    ['•', '·', '●', '▪', '■', '○', '◦', '\u{f0b7}', '\u{f0a7}', '\u{f0d8}', '➢', '✓', '❖'];

/// Reads the prefix of a line and leaves the cursor at its first word.
pub fn prefix(scan: &mut Scan) -> Prefix {
    let mut found = Prefix::default();
    loop {
        scan.skip_blank();
        if scan.take_while(12, |letter| letter == '#').chars().next().is_some() {
            found.is_dressed = true;
        } else if scan.rest().starts_with("**") || scan.rest().starts_with("__") {
            scan.at += 2;
            found.is_dressed = true;
        } else if let Some(bullet) = bullet(scan) {
            found.bullet =
                found.bullet.filter(|&earlier| earlier == Bullet::Image).or(bullet).or(found.bullet);
        } else {
            return found;
        }
    }
}

/// Takes a bullet or a piece of debris (`Some(None)`: debris that is no bullet, such as a bookmark).
pub fn bullet(scan: &mut Scan) -> Option<Option<Bullet>> {
    let rest = scan.rest();
    if let Some(length) = debris(rest) {
        scan.at += length;
        return Some(rest.starts_with("[image").then_some(Bullet::Image));
    }
    let first = rest.chars().next()?;
    let after = rest[first.len_utf8()..].chars().next();
    let stands_free = after.is_none_or(is_blank);
    let kind = match first {
        '-' | '–' | '—' | '*' | '+' if stands_free => Bullet::Dash,
        _ if DOTS.contains(&first) => Bullet::Dot,
        _ => return None,
    };
    scan.at += first.len_utf8();
    Some(Some(kind))
}

/// Length of `[image: …]` or `[bookmark: …]` at the start of `rest`.
pub fn debris(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix("[image:").or_else(|| rest.strip_prefix("[bookmark:"))?;
    let close = inside.char_indices().take(80).find(|&(_, letter)| letter == ']' || letter == '\n')?;
    (close.1 == ']').then(|| rest.len() - inside.len() + close.0 + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn after_prefix(line: &str) -> (Prefix, &str) {
        let mut scan = Scan::new(line, 0, line.len());
        let prefix = prefix(&mut scan);
        (prefix, scan.rest())
    }

    #[test]
    fn a_prefix_of_any_make_is_read_to_the_first_word() {
        let cases = [
            ("## **Kuruluş", None, true, "Kuruluş"),
            ("- a) iş", Some(Bullet::Dash), false, "a) iş"),
            ("\t•   sunucu", Some(Bullet::Dot), false, "sunucu"),
            ("[image: ][image: ]  Tüm", Some(Bullet::Image), false, "Tüm"),
            ("[bookmark: _x][image: ]Diğer", Some(Bullet::Image), false, "Diğer"),
            ("[image: kapanmadı", None, false, "[image: kapanmadı"),
            ("-5 derece", None, false, "-5 derece"),
        ];
        for (line, bullet, is_dressed, rest) in cases {
            assert_eq!(after_prefix(line), (Prefix { bullet, is_dressed }, rest), "{line}");
        }
    }

    #[test]
    fn numbers_of_clauses_are_told_from_dates_and_sums() {
        let number = |text: &str| Scan::new(text, 0, text.len()).dotted();
        assert_eq!(number("7.6.9. a").as_deref(), Some("7.6.9"));
        assert_eq!(number("12-").as_deref(), Some("12"));
        assert_eq!(
            (number("22.02.2007 tarihli"), number("5393 sayılı"), number("3.04 iş")),
            (None, None, None)
        );
        assert_eq!(number("1.1.1.1.1.1.1.1.1.1.1.1.1.1.1").unwrap().len(), 17);
    }
}
