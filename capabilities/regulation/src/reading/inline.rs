//! Marks in the middle of a line, where several clauses were run together. Only candidates; one pass over the line.

use super::lines::is_blank;
use super::marks::{Mark, Sign, article, inline_bullet, letter, paragraph};
use super::scan::{Prefix, Scan};
use super::words::ends_a_duty;

/// Most characters between the start of a line and an article that stands behind its own heading.
const LONGEST_HEADING_BYTES: usize = 120;
/// Most bytes before a colon looked at for a term.
const TERM_BYTES: usize = 100;
/// Most words of a defined term.
const TERM_WORDS: usize = 5;

/// What was seen on the way along a line.
struct Walk {
    /// Last visible character, stars left out.
    seen: Option<char>,
    /// Where the latest word began, and the one before it ended.
    word_start: usize,
    word_end: usize,
    after_gap: bool,
    behind_mark: bool,
    /// A colon was seen on the line: the first term of the line stands before it.
    has_colon: bool,
}

/// Appends the marks inside the line of `opening`, looking only behind it.
pub fn find(text: &str, opening: &Mark, marks: &mut Vec<Mark>) {
    if opening.body >= opening.line_end {
        return;
    }
    let mut scan = Scan::new(text, opening.body, opening.line_end);
    let (word_start, word_end) = (scan.at, scan.at);
    let mut walk =
        Walk { seen: None, word_start, word_end, after_gap: false, behind_mark: false, has_colon: false };
    while let Some(next) = scan.peek() {
        let at_gap = walk.after_gap || next == '[';
        let found = if at_gap { candidate(text, scan, &walk, opening) } else { None };
        if let Some((sign, body)) = found {
            let is_chained = walk.behind_mark;
            let mark = Mark {
                start: scan.at,
                body,
                is_inline: true,
                is_chained,
                is_apart: false,
                prefix: Prefix::default(),
                ..opening.clone()
            };
            walk.behind_mark = matches!(sign, Sign::Article { .. } | Sign::Paragraph(_));
            let is_soft = matches!(sign, Sign::Soft);
            marks.push(Mark { sign, ..mark });
            if !is_soft {
                scan.at = body.max(scan.at + 1).min(scan.end);
                (walk.word_start, walk.word_end) = (scan.at, scan.at);
                (walk.seen, walk.after_gap) = (None, walk.behind_mark);
                continue;
            }
        }
        if next == ':' && walk.seen.is_some_and(char::is_alphabetic) {
            if walk.has_colon {
                push_term(text, scan.at, opening, marks);
            }
            walk.has_colon = true;
        }
        step(&mut walk, &mut scan, next);
    }
}

fn step(walk: &mut Walk, scan: &mut Scan, next: char) {
    let is_gap = is_blank(next);
    if is_gap && !walk.after_gap {
        walk.word_end = scan.at;
    }
    if !is_gap && walk.after_gap {
        walk.word_start = scan.at;
    }
    walk.after_gap = is_gap || (next == '*' && walk.after_gap);
    if !is_gap && next != '*' {
        walk.seen = Some(next);
        walk.behind_mark = false;
    }
    scan.at += next.len_utf8();
}

fn candidate(text: &str, scan: Scan, walk: &Walk, opening: &Mark) -> Option<(Sign, usize)> {
    let next = scan.peek()?;
    if let Some(found) = inline_bullet(scan) {
        return Some(found);
    }
    let after_stop = walk.behind_mark || matches!(walk.seen, Some('.' | ',' | ';' | ':'));
    if next.is_uppercase() {
        let behind_heading =
            matches!(opening.sign, Sign::Text) && scan.at - opening.body <= LONGEST_HEADING_BYTES;
        let is_shouted = scan.rest().chars().take(3).all(|letter| !letter.is_lowercase());
        if is_shouted
            && (matches!(walk.seen, Some('.' | ';' | ':')) || behind_heading)
            && let Some(found) = article(scan)
        {
            return Some(found);
        }
    }
    if after_stop {
        let found = if next == '(' { paragraph(scan) } else { letter(scan) };
        if found.is_some() {
            return found;
        }
    }
    let ends_duty = || {
        let word = text.get(walk.word_start..walk.word_end).unwrap_or("");
        ends_a_duty(word.trim_end_matches([',', '*']))
    };
    (next.is_uppercase() && walk.seen == Some(',') && ends_duty()).then_some((Sign::Soft, scan.at))
}

/// A colon in mid-line: the capitalised words before it may be a term whose definition begins here.
fn push_term(text: &str, colon: usize, opening: &Mark, marks: &mut Vec<Mark>) {
    let floor = marks
        .last()
        .map_or(opening.body, |last| if last.line == opening.line { last.body } else { opening.body });
    let before = text.get(floor..colon).unwrap_or("");
    let window = before.len().saturating_sub(TERM_BYTES);
    let window = (window..=before.len()).find(|&at| before.is_char_boundary(at)).unwrap_or(before.len());
    let mut start = None;
    for (number, word) in
        before[window..].rsplit(is_blank).filter(|word| !word.is_empty()).enumerate().take(TERM_WORDS)
    {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let has_case_ending = number > 0 && is_accusative(word);
        if !word.chars().next().is_some_and(char::is_uppercase) || has_case_ending {
            break;
        }
        start = Some(at);
    }
    let Some(start) = start.filter(|&start| start > floor) else { return };
    let mark = Mark {
        sign: Sign::Term,
        start,
        body: start,
        is_inline: true,
        is_chained: false,
        is_apart: false,
        ..opening.clone()
    };
    marks.push(Mark { prefix: Prefix::default(), ..mark });
}

/// `Belediyesi’ni`: the end of a definition, not a part of the next term.
fn is_accusative(word: &str) -> bool {
    let bare = word.trim_end_matches([',', ';', '.']);
    bare.len() < word.len()
        || word.contains(['\'', '’', '‘'])
        || ["nı", "ni", "nu", "nü"].iter().any(|ending| bare.ends_with(ending))
}
