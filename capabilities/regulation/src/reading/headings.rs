//! Which lines without a mark are headings, and of what. Looks at the marks around a line; builds nothing.

use super::marks::{Mark, Sign};

/// Longest heading, in characters and words.
const LONGEST: usize = 130;
const MOST_WORDS: usize = 16;

/// What an unmarked line is, seen from the marks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Not a heading, as far as can be seen from here.
    Body,
    /// Heading of the part above.
    OfPart,
    /// Heading of the article below; whether that is sure.
    OfArticleBelow { is_sure: bool },
    /// Heading of the article whose mark stands directly above, or opens the same line; whether that is sure.
    OfArticleAbove { is_sure: bool },
}

/// For every mark the place of its words. Only `Text` marks (and articles whose own line is their heading) get
/// anything but `Body`.
pub fn place(text: &str, marks: &[Mark]) -> Vec<Place> {
    let mut places = vec![Place::Body; marks.len()];
    for at in 0..marks.len() {
        match marks[at].sign {
            Sign::Part(_) => below_part(text, marks, at, &mut places),
            Sign::Article { .. } => above_article(text, marks, at, &mut places),
            _ => {}
        }
    }
    for at in 0..marks.len() {
        if matches!(marks[at].sign, Sign::Article { .. }) {
            behind_article(text, marks, at, &mut places);
        }
    }
    places
}

/// The words of mark `at`, up to the next mark on its line.
pub fn words<'a>(text: &'a str, marks: &[Mark], at: usize) -> &'a str {
    let end = marks
        .get(at + 1)
        .filter(|next| next.line == marks[at].line)
        .map_or(marks[at].line_end, |next| next.start);
    text.get(marks[at].body..end)
        .unwrap_or("")
        .trim_matches(|letter: char| letter.is_whitespace() || letter == '*')
}

/// Whether the words could be a heading by their look: short, capital first, no full stop, comma or semicolon last.
pub fn is_like(words: &str) -> bool {
    words.len() <= 2 * LONGEST
        && words.chars().find(|letter| letter.is_alphanumeric()).is_some_and(|first| !first.is_lowercase())
        && words.chars().filter(|letter| letter.is_alphabetic()).count() >= 3
        && words.chars().count() <= LONGEST
        && words.split_whitespace().count() <= MOST_WORDS
        && !words.ends_with(['.', ',', ';'])
}

/// Whether the words are all capitals.
pub fn is_shouted(words: &str) -> bool {
    words.len() <= 2 * LONGEST
        && words.chars().filter(|letter| letter.is_uppercase()).count() >= 3
        && !words.chars().any(char::is_lowercase)
}

fn previous(marks: &[Mark], at: usize) -> Option<usize> {
    (0..at).rev().find(|&before| marks[before].sign != Sign::Furniture)
}

fn next(marks: &[Mark], at: usize) -> Option<usize> {
    (at + 1..marks.len()).find(|&after| marks[after].sign != Sign::Furniture)
}

fn ends_a_sentence(words: &str) -> bool {
    words.trim_end_matches(['”', '"', '’', '\'', '»', '*']).ends_with(['.', ';', ':', '!', '?', ')'])
}

/// The lines between a part and what opens below it.
fn below_part(text: &str, marks: &[Mark], part: usize, places: &mut [Place]) {
    let mut lines = Vec::new();
    let mut at = part;
    while let Some(below) =
        next(marks, at).filter(|&below| marks[below].sign == Sign::Text && !marks[below].is_inline)
    {
        if lines.len() == 8 || !fits_part_heading(words(text, marks, below), &lines) {
            break;
        }
        lines.push(below);
        at = below;
    }
    let article = next(marks, at).filter(|&below| matches!(marks[below].sign, Sign::Article { .. }));
    let mut own = lines.len();
    if let (Some(article), true) = (article, !lines.is_empty()) {
        // An article printed on the heading's own line takes that heading; below a part with a heading of its own the
        // last line is the article's.
        let part_is_named = !words(text, marks, part).is_empty() || lines.len() > 1;
        if marks[article].is_inline || part_is_named {
            own -= 1;
            places[lines[own]] = Place::OfArticleBelow { is_sure: true };
            let one_above = own
                .checked_sub(1)
                .map(|at| lines[at])
                .filter(|_| own >= 2 || !words(text, marks, part).is_empty());
            if let Some(above) = one_above.filter(|&above| is_pair(text, marks, above, lines[own])) {
                own -= 1;
                places[above] = Place::OfArticleBelow { is_sure: true };
            }
        }
    }
    for &line in &lines[..own] {
        places[line] = Place::OfPart;
    }
}

/// A part's heading may be broken over lines: after a comma, `ve`, or an ending that asks for more.
fn fits_part_heading(words: &str, above: &[usize]) -> bool {
    let wraps = words.len() <= 2 * LONGEST
        && words.split_whitespace().count() <= MOST_WORDS
        && !words.ends_with(['.', ';']);
    is_like(words) || (wraps && (words.ends_with(',') || !above.is_empty()))
}

/// Walks up from an article to the heading printed above it.
fn above_article(text: &str, marks: &[Mark], article: usize, places: &mut [Place]) {
    let Some(last) =
        previous(marks, article).filter(|&at| marks[at].sign == Sign::Text && places[at] == Place::Body)
    else {
        return;
    };
    // A heading sometimes ends in a semicolon by mistake; then it must stand free.
    let line = words(text, marks, last);
    let line = line.strip_suffix(';').filter(|_| is_free(text, marks, last)).unwrap_or(line).trim_end();
    let above = previous(marks, last);
    if !is_like(line) {
        // The second half of a heading broken over two lines starts with a small letter.
        let Some(first) = above.filter(|&at| marks[at].sign == Sign::Text && places[at] == Place::Body)
        else {
            return;
        };
        let fits =
            !line.ends_with(['.', ',', ';']) && line.split_whitespace().count() <= 8 && !line.is_empty();
        let head = words(text, marks, first);
        let opens = fits_part_heading(head, &[]) && is_free(text, marks, first) && !marks[last].is_apart;
        if fits && opens && is_like(head.trim_end_matches([',', ' '])) {
            places[first] = Place::OfArticleBelow { is_sure: true };
            places[last] = Place::OfArticleBelow { is_sure: true };
        }
        return;
    }
    let is_sure = marks[last].is_apart
        || marks[last].prefix.is_dressed
        || marks[article].is_inline
        || is_free(text, marks, last);
    places[last] = Place::OfArticleBelow { is_sure };
    if let Some(above) = above.filter(|&at| marks[at].sign == Sign::Text && places[at] == Place::Body)
        && is_pair(text, marks, above, last)
        && is_free(text, marks, above)
    {
        places[above] = Place::OfArticleBelow { is_sure: true };
        places[last] = Place::OfArticleBelow { is_sure: true };
    }
}

/// Whether nothing above runs into line `at`.
fn is_free(text: &str, marks: &[Mark], at: usize) -> bool {
    marks[at].is_apart
        || previous(marks, at).is_none_or(|above| {
            matches!(marks[above].sign, Sign::Part(_)) || ends_a_sentence(words(text, marks, above))
        })
}

/// Whether two lines over an article are one heading ("GÖREV UNVANI: Şef" over "Görev ve yetkileri:").
fn is_pair(text: &str, marks: &[Mark], above: usize, below: usize) -> bool {
    let (first, second) = (words(text, marks, above), words(text, marks, below));
    let both_dressed = marks[above].prefix.is_dressed && marks[below].prefix.is_dressed;
    let close = !marks[below].is_apart || both_dressed;
    let asks_for_more =
        first.ends_with(',') || first.split_whitespace().last() == Some("ve") || first.contains(':');
    let both_shouted = is_shouted(first) && is_shouted(second);
    close && (is_like(first) || first.ends_with(',')) && (asks_for_more || both_shouted || both_dressed)
}

/// A heading printed after the number: on the article's own line or alone on the next.
fn behind_article(text: &str, marks: &[Mark], article: usize, places: &mut [Place]) {
    let has_heading =
        previous(marks, article).is_some_and(|at| matches!(places[at], Place::OfArticleBelow { .. }));
    let Some(below) = next(marks, article).filter(|_| !has_heading) else { return };
    let own = words(text, marks, article);
    let opens = |at: usize| {
        let words = words(text, marks, at);
        !matches!(marks[at].sign, Sign::Part(_) | Sign::Article { .. })
            && (marks[at].sign != Sign::Text
                || words.chars().next().is_some_and(|first| !first.is_lowercase()))
    };
    if !own.is_empty() {
        let is_short = own.split_whitespace().count() <= 8 && own.chars().count() <= 80;
        let far_shorter = own.chars().count() * 2 <= words(text, marks, below).chars().count();
        let is_marked = marks[below].sign != Sign::Text || own.ends_with(':') || marks[below].is_apart;
        let starts_line = marks[below].line != marks[article].line;
        let is_intro = own.ends_with(':') && !matches!(marks[below].sign, Sign::Text | Sign::Paragraph(_));
        if is_short && is_like(own) && starts_line && opens(below) && (is_marked || far_shorter) && !is_intro
        {
            let raw = marks[article].rest(text).trim_end();
            let is_dressed = marks[article].prefix.is_dressed && raw.ends_with("**");
            places[article] = Place::OfArticleAbove { is_sure: is_dressed || is_shouted(own) };
        }
        return;
    }
    let heading = words(text, marks, below);
    let is_title =
        marks[below].sign == Sign::Text && is_like(heading) && heading.split_whitespace().count() <= 10;
    let is_followed = next(marks, below).is_some_and(|after| {
        opens(after)
            && (marks[after].sign != Sign::Text
                || heading.chars().count() * 2 <= words(text, marks, after).chars().count())
    });
    if is_title && is_followed && !(heading.ends_with(':') && is_list(marks, below)) {
        places[below] = Place::OfArticleAbove { is_sure: true };
    }
}

fn is_list(marks: &[Mark], at: usize) -> bool {
    next(marks, at).is_some_and(|after| {
        matches!(marks[after].sign, Sign::Letter { .. } | Sign::Bullet(_) | Sign::Number { .. })
    })
}
