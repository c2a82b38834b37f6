//! Spreadsheets as people exchange them: CSV as Turkish Excel expects it and XLSX. Rows go out one by
//! one, so an export never stands in memory; a file that comes in is read whole, within limits.
//! Which columns a list has, and what an import does with a row, is the caller's.

mod csv;
mod encoding;
mod read;
mod write;
mod xlsx_read;
mod xlsx_write;

pub use read::{
    MAX_CELL_CHARS, MAX_CELLS, MAX_COLUMNS, MAX_FILE_BYTES, MAX_INFLATED_BYTES, MAX_ROWS, MAX_TEXT_BYTES,
    ReadError, Row, Table, read,
};
pub use write::{Cell, Format, MAX_XLSX_CHARS, MAX_XLSX_ROWS, SheetWriter, WriteError};

/// Whether a letter only changes the direction in which others are shown (Unicode UAX #9). With one a
/// name can look like another name, so they are taken out both ways.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A cell's text without direction marks, byte order marks and controls; any line end becomes `\n`.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => plain.push('\n'),
            '\n' | '\t' => plain.push(letter),
            _ if letter.is_control()
                || turns_direction(letter)
                || matches!(letter, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') => {}
            _ => plain.push(letter),
        }
    }
    plain
}

/// Whether a spreadsheet program might take this text for a formula (OWASP, CSV Injection), or for one
/// that was already made harmless: leading apostrophes are kept apart from ours by adding one more.
fn looks_like_formula(text: &str) -> bool {
    let first = text.trim_start_matches('\'').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '|' | '＝' | '＋' | '－' | '＠'))
}
