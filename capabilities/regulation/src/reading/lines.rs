//! The text as lines that have something on them, with the white space around them counted. Looks at no words.

use super::model::{ReadingError, Span};

/// Most written lines one text may have.
pub const MAX_LINES: usize = 200_000;

/// One line with at least one visible character.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// From the first to the last visible character.
    pub body: Span,
    /// Empty lines between this line and the one above.
    pub blank_above: u32,
    /// Whether a form feed stands between this line and the one above.
    pub new_page: bool,
}

/// The lines and what they tell of the document as a whole.
pub struct Lines {
    pub lines: Vec<Line>,
    /// Empty lines that are mere spacing: 1 when the converter put one after every line, else 0.
    pub spacing: u32,
}

impl Lines {
    /// Whether the line is set apart from the one above by more than the document's usual spacing.
    pub fn is_apart(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.blank_above > self.spacing || line.new_page)
    }
}

/// White space as people see it: also the byte-order mark and zero-width characters that converters leave.
pub fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\0')
}

/// Splits a text at line ends and form feeds.
///
/// # Errors
/// `TooManyLines` past [`MAX_LINES`].
pub fn split(text: &str) -> Result<Lines, ReadingError> {
    let mut lines: Vec<Line> = Vec::new();
    let (mut blank_above, mut new_page) = (0_u32, false);
    let mut start = 0;
    while start < text.len() {
        let end = text[start..].find(['\n', '\u{c}']).map_or(text.len(), |at| start + at + 1);
        let trimmed = text[start..end].trim_matches(is_blank);
        if trimmed.is_empty() {
            blank_above = blank_above.saturating_add(1);
        } else {
            if lines.len() == MAX_LINES {
                return Err(ReadingError::TooManyLines { limit: MAX_LINES });
            }
            let first = start + (trimmed.as_ptr() as usize - text[start..].as_ptr() as usize);
            lines.push(Line { body: Span::new(first, first + trimmed.len()), blank_above, new_page });
            (blank_above, new_page) = (0, false);
        }
        new_page |= text[..end].ends_with('\u{c}');
        start = end;
    }
    let spaced = lines.iter().skip(1).filter(|line| line.blank_above > 0).count();
    let spacing = u32::from(lines.len() > 4 && spaced * 100 >= (lines.len() - 1) * 85);
    Ok(Lines { lines, spacing })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn empty_lines_are_counted_and_never_kept() {
        let text = "\u{feff} Bir \n\n \t\nİki\u{c}Üç";
        let lines = split(text).unwrap();
        let seen: Vec<_> =
            lines.lines.iter().map(|line| (line.body.of(text), line.blank_above, line.new_page)).collect();
        assert_eq!(seen, [("Bir", 0, false), ("İki", 2, false), ("Üç", 0, true)]);
        assert!(lines.is_apart(1) && lines.is_apart(2) && !lines.is_apart(0) && !lines.is_apart(9));
    }

    #[test]
    fn a_document_spaced_after_every_line_has_that_as_its_usual_spacing() {
        let text = "a\n\nb\n\nc\n\n\nd\n\ne\n\nf\n\n";
        let lines = split(text).unwrap();
        assert_eq!(lines.spacing, 1);
        assert!(!lines.is_apart(1) && lines.is_apart(3));
    }

    #[test]
    fn a_text_of_countless_lines_is_refused_in_turkish() {
        let refusal = split(&"x\n".repeat(MAX_LINES + 1)).err().unwrap();
        assert!(refusal.to_string().contains("satır"));
        assert_eq!(split(&"\n".repeat(MAX_LINES * 2)).unwrap().lines.len(), 0);
    }
}
