//! Page furniture: running headers, page numbers and letterheads that a converter left between the lines. Judges whole
//! lines only; a line it is not sure of stays text.

use std::collections::HashMap;

use super::letters::skeleton;
use super::lines::{Line, Lines};
use super::scan::{Scan, prefix};
use super::words::{article_word, part_heading};

/// Longest line that can be a running header, in bytes.
const LONGEST_BYTES: usize = 160;
/// How often a line must return to be a running header.
const OFTEN: usize = 3;
/// Most lines of a letterhead that starts with `T.C.`.
const LETTERHEAD_LINES: usize = 6;

/// What the judgement needs to know of one line.
struct Seen<'a> {
    line: &'a Line,
    /// As printed.
    raw: &'a str,
    /// Without dressing.
    words: &'a str,
    /// Same for two printings of one header: folded, digits levelled.
    key: String,
    is_shouted: bool,
    is_structure: bool,
    has_bullet: bool,
}

/// For every line whether it is page furniture.
pub fn judge(text: &str, lines: &Lines) -> Vec<bool> {
    let seen: Vec<Seen> = lines.lines.iter().map(|line| look(text, line)).collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for line in &seen {
        if !line.key.is_empty() {
            *times.entry(line.key.as_str()).or_default() += 1;
        }
    }
    let often = |line: &Seen| times.get(line.key.as_str()).copied().unwrap_or(0);
    let front = seen.iter().position(|line| line.is_structure).unwrap_or(seen.len());
    let mut judged = page_numbers(&seen, lines);
    letterheads(&seen, front, &times, &mut judged);
    for at in 0..seen.len() {
        let line = &seen[at];
        if judged[at] || line.key.is_empty() || often(line) < OFTEN || line.is_structure || line.has_bullet {
            continue;
        }
        let heads_article = seen.get(at + 1).is_some_and(|next| next.is_structure);
        if line.is_shouted && line.words.chars().count() >= 8 && !heads_article && at >= front {
            judged[at] = true;
        }
    }
    running_headers(&seen, lines, &times, front, &mut judged);
    judged
}

fn look<'a>(text: &'a str, line: &'a Line) -> Seen<'a> {
    let mut scan = Scan::new(text, line.body.start, line.body.end);
    let found = prefix(&mut scan);
    let words = scan.rest().trim_end_matches(['*', '_', ' ']);
    let is_short = line.body.len() <= LONGEST_BYTES;
    let is_structure = part_heading(words).is_some() || {
        let end = words.char_indices().nth(200).map_or(words.len(), |(at, _)| at);
        words[..end]
            .split(": ")
            .any(|piece| article_word(&mut Scan::new(piece.trim(), 0, piece.trim().len())).is_some())
    };
    let key = if is_short { key(words) } else { String::new() };
    let is_shouted =
        is_short && words.chars().any(char::is_uppercase) && !words.chars().any(char::is_lowercase);
    let raw = line.body.of(text);
    Seen { line, raw, words, key, is_shouted, is_structure, has_bullet: found.bullet.is_some() }
}

fn key(words: &str) -> String {
    let mut key = String::new();
    for letter in skeleton(words).chars() {
        match letter {
            '0'..='9' if key.ends_with('0') => {}
            '0'..='9' => key.push('0'),
            _ if letter.is_whitespace() => {}
            _ => key.push(letter),
        }
    }
    key
}

/// `- 3 -`, `Sayfa 3 / 12`, and lone numbers that count up through the document.
fn page_numbers(seen: &[Seen], lines: &Lines) -> Vec<bool> {
    let mut judged: Vec<bool> = seen.iter().map(|line| is_marked_page_number(line.raw, &line.key)).collect();
    let mut lone: Vec<(usize, u32)> = Vec::new();
    for (at, line) in seen.iter().enumerate() {
        let number = line.words.parse().ok().filter(|_| line.words.len() <= 3 && !line.has_bullet);
        if let Some(number) = number {
            let stands_apart = line.line.blank_above > 0 || line.line.new_page || at == 0;
            let is_followed_apart =
                at + 1 >= seen.len() || lines.lines[at + 1].blank_above > 0 || lines.lines[at + 1].new_page;
            if stands_apart && is_followed_apart {
                lone.push((at, number));
            }
        }
    }
    for window in lone.windows(2) {
        if window[1].1 == window[0].1 + 1 {
            judged[window[0].0] = true;
            judged[window[1].0] = true;
        }
    }
    for (at, _) in lone {
        judged[at] |= seen[at].line.new_page || lines.lines.get(at + 1).is_some_and(|next| next.new_page);
    }
    judged
}

fn is_marked_page_number(raw: &str, key: &str) -> bool {
    let words = raw.trim_matches(['*', '_', '#', ' ']);
    if words.len() > 30 || !words.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sayfa = key.strip_prefix("sayfa").or_else(|| key.strip_suffix("sayfa"));
    if let Some(rest) = sayfa {
        let rest = rest.trim_matches([':', '.', '-']);
        return matches!(rest, "0" | "0/0" | "0-0" | "no:0");
    }
    let bare = words.trim_matches(['-', '–', '—', ' ']);
    let dashed =
        bare.len() < words.len() && words.starts_with(['-', '–', '—']) && words.ends_with(['-', '–', '—']);
    dashed && bare.len() <= 3 && bare.bytes().all(|byte| byte.is_ascii_digit())
}

/// `T.C.` and the capitals under it, wherever the letterhead of the first page comes back.
fn letterheads(seen: &[Seen], front: usize, times: &HashMap<&str, usize>, judged: &mut [bool]) {
    for at in front..seen.len() {
        if !matches!(seen[at].key.as_str(), "t.c." | "t.c" | "tc") {
            continue;
        }
        let under = seen[at + 1..].iter().take(LETTERHEAD_LINES);
        let length = under
            .take_while(|line| line.is_shouted && !line.is_structure && line.line.blank_above == 0)
            .count();
        let returns =
            seen.get(at + 1).and_then(|line| times.get(line.key.as_str())).is_some_and(|&times| times > 1);
        if returns && length > 0 {
            judged[at..=at + length].fill(true);
        }
    }
}

/// Headers in small letters: they come back, end in no stop, and every time stand at a page's edge.
fn running_headers(
    seen: &[Seen],
    lines: &Lines,
    times: &HashMap<&str, usize>,
    front: usize,
    judged: &mut [bool],
) {
    let mut at_edges: HashMap<&str, usize> = HashMap::new();
    let is_candidate = |at: usize, judged: &[bool]| {
        let line = &seen[at];
        !judged[at]
            && times.get(line.key.as_str()).is_some_and(|&times| times >= OFTEN)
            && !line.is_structure
            && !line.has_bullet
            && line.words.contains(' ')
            && !line.words.ends_with(['.', ',', ';', ':'])
            && !seen.get(at + 1).is_some_and(|next| next.is_structure)
    };
    for at in 0..seen.len() {
        let beside_number = (at > 0 && judged[at - 1]) || judged.get(at + 1).copied().unwrap_or(false);
        let set_apart = lines.is_apart(at) && (at + 1 >= seen.len() || lines.is_apart(at + 1));
        if is_candidate(at, judged) && (beside_number || lines.lines[at].new_page || set_apart) {
            *at_edges.entry(seen[at].key.as_str()).or_default() += 1;
        }
    }
    let found: Vec<usize> = (front..seen.len())
        .filter(|&at| is_candidate(at, judged))
        .filter(|&at| at_edges.get(seen[at].key.as_str()) == times.get(seen[at].key.as_str()))
        .collect();
    for at in found {
        judged[at] = true;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::reading::lines::split;

    fn furniture(text: &str) -> Vec<&str> {
        let lines = split(text).unwrap();
        let judged = judge(text, &lines);
        lines.lines.iter().zip(judged).filter(|(_, is)| *is).map(|(line, _)| line.body.of(text)).collect()
    }

    #[test]
    fn a_letterhead_in_the_middle_of_a_sentence_is_furniture_and_the_first_is_the_title() {
        let head = "T.C.\nKUMKÖY BELEDİYESİ\nPARKLAR MÜDÜRLÜĞÜ\n";
        let text = format!(
            "{head}\nMADDE 1- Fidan dikimi için\n\n\n{head}\ngereken işleri yürütür.\n\n{head}\nson\n"
        );
        assert_eq!(furniture(&text), ["T.C.", "KUMKÖY BELEDİYESİ", "PARKLAR MÜDÜRLÜĞÜ"].repeat(2));
    }

    #[test]
    fn page_numbers_go_but_a_lone_year_or_sum_stays() {
        let text = "MADDE 1- Bir\n\n1\n\niki\n\n2\n\nüç - \n- 3 -\ndört\nSayfa 4 / 9\nbeş\n\n450\n\naltı";
        assert_eq!(furniture(text), ["1", "2", "- 3 -", "Sayfa 4 / 9"]);
    }

    #[test]
    fn a_sentence_that_returns_is_not_furniture() {
        let text = "MADDE 1- x\nVerilen işleri yapmak,\nMADDE 2- y\nVerilen işleri yapmak,\nMADDE 3- z\nVerilen işleri yapmak,\n";
        assert_eq!(furniture(text), [""; 0]);
        let headings =
            "Görev ve yetki\nMADDE 1- x\n\nGörev ve yetki\nMADDE 2- y\n\nGörev ve yetki\nMADDE 3- z\n";
        assert_eq!(furniture(headings), [""; 0]);
    }

    #[test]
    fn a_small_lettered_header_at_every_page_edge_is_furniture() {
        let page = "\n\nPark İşleri Yönergesi\n\n";
        let text = format!("MADDE 1- a\nb\nc{page}d\ne\nf{page}g\nh\ni{page}j\nk\n");
        assert_eq!(furniture(&text), ["Park İşleri Yönergesi"; 3]);
    }
}
