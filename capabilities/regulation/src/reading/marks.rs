//! Marks: the places in the lines where something may begin. A mark is a candidate; what it becomes, and whether it
//! counts at all, is decided by whoever knows the neighbourhood.

use super::letters::is_combining;
use super::lines::{Lines, is_blank};
use super::model::{MAX_NODES, ReadingError, Span};
use super::scan::{Bullet, Prefix, Scan, bullet, debris, prefix};
use super::{inline, words};

/// What may begin at a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// A whole line of page furniture.
    Furniture,
    /// `BİRİNCİ BÖLÜM`: its number.
    Part(String),
    /// `MADDE 7.6.`: the label; whether the word or number had to be guessed.
    Article {
        label: String,
        guessed: bool,
    },
    /// `(2)`.
    Paragraph(String),
    /// `7.6.9.` without the word MADDE.
    Dotted(String),
    /// `3.`, `3)` or `3-`.
    Number {
        label: String,
        close: char,
    },
    /// `ç)`, `viii.`: possible labels, the printed one first; the sign that closes it.
    Letter {
        labels: Vec<String>,
        close: char,
    },
    /// A letter alone on its line, as OCR leaves them: its possible labels.
    Stray(Vec<String>),
    Bullet(Bullet),
    /// `. 5018 sayılı…`: a mark was here and its letter is lost.
    Lost,
    /// `yapmak, Ağı kurmak`: two clauses ran together.
    Soft,
    /// `Başkan: … Müdür: …`: a term defined in the middle of a line.
    Term,
    /// A line with no mark of its own.
    Text,
}

/// A candidate and what stands around it.
#[derive(Debug, Clone)]
pub struct Mark {
    pub sign: Sign,
    /// First byte of the mark (of its bullet or stars where it has them).
    pub start: usize,
    /// First byte after the mark itself; the words begin here.
    pub body: usize,
    /// End of the line's visible text.
    pub line_end: usize,
    /// Line number into [`Lines`].
    pub line: usize,
    pub prefix: Prefix,
    /// In the middle of a line.
    pub is_inline: bool,
    /// Directly behind another mark of the same line (`MADDE 5- (1)`).
    pub is_chained: bool,
    /// Set apart from the line above by empty space. Never for marks within a line.
    pub is_apart: bool,
}

/// Most marks looked at.
const MAX_MARKS: usize = 6 * MAX_NODES;

/// Finds the marks of all lines. `furniture[n]` says whether line `n` is page furniture.
///
/// # Errors
/// `TooManyNodes` when the candidates alone are past any sane number.
pub fn find(text: &str, lines: &Lines, furniture: &[bool]) -> Result<Vec<Mark>, ReadingError> {
    let mut marks = Vec::with_capacity(lines.lines.len());
    for (number, line) in lines.lines.iter().enumerate() {
        let mut mark = Mark {
            sign: Sign::Furniture,
            start: line.body.start,
            body: line.body.start,
            line_end: line.body.end,
            line: number,
            prefix: Prefix::default(),
            is_inline: false,
            is_chained: false,
            is_apart: lines.is_apart(number),
        };
        if !furniture[number] {
            let mut scan = Scan::new(text, line.body.start, line.body.end);
            mark.prefix = prefix(&mut scan);
            (mark.sign, mark.body) = opening(scan, mark.prefix, true);
            chain(text, mark, &mut marks);
        } else {
            marks.push(mark);
        }
        if marks.len() > MAX_MARKS {
            return Err(ReadingError::TooManyNodes { limit: MAX_NODES });
        }
    }
    Ok(marks)
}

/// Puts the mark of a line, the marks directly behind it and those in the middle of the line into `marks`.
fn chain(text: &str, first: Mark, marks: &mut Vec<Mark>) {
    let mut last = first.clone();
    marks.push(first);
    while matches!(
        last.sign,
        Sign::Article { .. } | Sign::Paragraph(_) | Sign::Dotted(_) | Sign::Number { .. }
    ) {
        let mut scan = Scan::new(text, last.body, last.line_end);
        let start = scan.at;
        scan.skip_dressing();
        let (sign, body) = opening(scan, Prefix::default(), false);
        if !matches!(sign, Sign::Paragraph(_) | Sign::Letter { .. }) {
            break;
        }
        last =
            Mark { sign, start, body, is_chained: true, is_apart: false, prefix: Prefix::default(), ..last };
        marks.push(last.clone());
    }
    inline::find(text, &last, marks);
}

/// The sign a line (or the rest of it, behind another mark) opens with, and where its words begin.
fn opening(scan: Scan, prefix: Prefix, whole_line: bool) -> (Sign, usize) {
    let found = if whole_line { part(scan).or_else(|| article(scan)) } else { None };
    let found = found.or_else(|| paragraph(scan)).or_else(|| dotted(scan)).or_else(|| number(scan));
    let found = found.or_else(|| stray(scan).filter(|_| whole_line)).or_else(|| letter(scan));
    if let Some(found) = found {
        return found;
    }
    if let (None, true, Some(behind)) = (prefix.bullet, whole_line, lost(scan)) {
        return (Sign::Lost, behind);
    }
    let plain = prefix.bullet.map_or(Sign::Text, Sign::Bullet);
    let body = if matches!(plain, Sign::Text) { scan.at } else { past_blank(scan) };
    (plain, body)
}

/// `. 5018 sayılı…`: where the words behind the lone full stop begin.
fn lost(mut scan: Scan) -> Option<usize> {
    scan.take(|letter| letter == '.')?;
    scan.take(is_blank)?;
    Some(scan.at)
}

fn past_blank(mut scan: Scan) -> usize {
    scan.skip_blank();
    scan.at
}

fn part(mut scan: Scan) -> Option<(Sign, usize)> {
    let (label, behind) = words::part_heading(scan.rest())?;
    scan.at += behind;
    scan.skip_dressing();
    scan.take(|letter| matches!(letter, ':' | '-' | '–' | '.'));
    scan.skip_dressing();
    Some((Sign::Part(label), scan.at))
}

/// `MADDE 7`, `Madde 7 -`, `GEÇİCİ MADDE 1`. Also used in the middle of lines.
pub fn article(mut scan: Scan) -> Option<(Sign, usize)> {
    let (kind, mut guessed) = words::article_word(&mut scan)?;
    scan.take_while(200, |letter| is_blank(letter) || letter == '*' || letter == ':');
    let before_number = scan;
    let number = scan.dotted().filter(|_| !scan.peek().is_some_and(|next| next.is_alphanumeric()));
    let number = match number {
        Some(number) => number,
        None => {
            scan = before_number;
            guessed = true;
            words::misread_number(&mut scan)?
        }
    };
    scan.take(|letter| letter == '.');
    let mut ahead = scan;
    ahead.skip_dressing();
    let closed =
        ahead.take(|letter| matches!(letter, '-' | '–' | '—' | '.' | ':' | ')' | '‒' | '−')).is_some();
    if closed {
        ahead.take(|letter| matches!(letter, '-' | '–' | '—'));
        scan = ahead;
    } else if scan.goes_on_small() || scan.peek().is_some_and(|next| matches!(next, '\'' | '’' | '/' | ','))
    {
        return None;
    }
    scan.skip_dressing();
    Some((Sign::Article { label: format!("{kind}{number}"), guessed }, scan.at))
}

/// `(2)`, or `(a)` for a clause.
pub fn paragraph(mut scan: Scan) -> Option<(Sign, usize)> {
    scan.take(|letter| letter == '(')?;
    let inside = scan.take_while(4, char::is_alphanumeric);
    scan.take(|letter| letter == ')')?;
    let is_reference = scan.goes_on_small();
    if is_reference || inside.is_empty() || scan.peek().is_some_and(|next| matches!(next, '\'' | '’')) {
        return None;
    }
    let sign = if inside.len() <= 2 && inside.bytes().all(|byte| byte.is_ascii_digit()) {
        Sign::Paragraph(inside.to_owned())
    } else {
        Sign::Letter { labels: words::letter_labels(inside)?, close: '(' }
    };
    Some((sign, past_blank(scan)))
}

fn dotted(mut scan: Scan) -> Option<(Sign, usize)> {
    let label = scan.dotted().filter(|label| label.contains('.') && label.split('.').count() <= 6)?;
    let plain = label.split('.').all(|part| part.len() <= 2);
    scan.take(|letter| letter == '.' || letter == ')');
    scan.take(|letter| letter == '-');
    (plain && (scan.at >= scan.end || scan.peek().is_some_and(|next| is_blank(next) || next == '*')))
        .then(|| (Sign::Dotted(label), past_blank(scan)))
}

fn number(mut scan: Scan) -> Option<(Sign, usize)> {
    let label = scan.take_while(3, |letter| letter.is_ascii_digit());
    if label.is_empty() || label.len() > 2 {
        return None;
    }
    let close = scan.take(|letter| matches!(letter, '.' | ')' | '-'))?;
    scan.take(|letter| letter == '-');
    let spaced = scan.at >= scan.end || scan.peek().is_some_and(is_blank) || close == ')';
    if !spaced || scan.goes_on_small() && close != ')' {
        return None;
    }
    // A nought before a full stop is how OCR prints the letter o.
    let sign = match label {
        "0" => Sign::Letter { labels: vec!["o".into()], close },
        _ => Sign::Number { label: label.to_owned(), close },
    };
    Some((sign, past_blank(scan)))
}

/// `ç)`, `aa)`, `vi.`, `C.` and what OCR makes of them. Also used in the middle of lines.
pub fn letter(mut scan: Scan) -> Option<(Sign, usize)> {
    let printed = scan.take_while(6, |letter| {
        letter.is_alphabetic() || is_combining(letter) || matches!(letter, '€' | '¢')
    });
    let labels = words::letter_labels(printed)?;
    let mut close = scan.take(|letter| matches!(letter, ')' | '.' | '-' | '–'))?;
    if close != ')' && scan.take(|letter| letter == ')').is_some() {
        close = ')';
    }
    scan.take(|letter| letter == '-');
    let spaced = scan.at >= scan.end || scan.peek().is_some_and(|next| is_blank(next) || next == '*');
    (close == ')' || spaced).then(|| (Sign::Letter { labels, close }, past_blank(scan)))
}

/// A line with one letter and nothing else, possibly with a digit or stop that OCR saw beside it.
fn stray(mut scan: Scan) -> Option<(Sign, usize)> {
    let letter = scan.take(|letter| letter.is_alphabetic() || matches!(letter, '€' | '¢'))?;
    scan.take(|letter| letter.is_ascii_digit());
    scan.take(|letter| matches!(letter, '.' | ')' | ','));
    let labels = words::letter_labels(letter.encode_utf8(&mut [0; 4]))?;
    scan.is_done().then_some((Sign::Stray(labels), scan.end))
}

/// Bullets and debris in the middle of a line, for [`inline`].
pub fn inline_bullet(mut scan: Scan) -> Option<(Sign, usize)> {
    let is_debris = debris(scan.rest()).is_some();
    let mut kind = bullet(&mut scan)?;
    scan.skip_blank();
    while let Some(Some(next)) = debris(scan.rest()).and_then(|_| bullet(&mut scan)) {
        kind = Some(next);
        scan.skip_blank();
    }
    let kind = kind.filter(|&kind| kind != Bullet::Dash || is_debris)?;
    Some((Sign::Bullet(kind), scan.at))
}

impl Mark {
    /// The words of the line behind the mark.
    pub fn rest<'a>(&self, text: &'a str) -> &'a str {
        Span::new(self.body, self.line_end).of(text)
    }
}
