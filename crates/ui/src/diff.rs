//! Two texts compared word by word, and two texts side by side for correction. Knows nothing of where they come from.

use maud::{Markup, html};

/// Words beyond which the comparison falls back to whole texts, so that a hostile text costs no time.
const MOST_WORDS: usize = 2_000;

/// What a piece of the comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Same,
    Removed,
    Added,
}

/// Two texts side by side, headed by what each is.
#[derive(Clone, Debug, Default)]
pub struct DiffView {
    pub old_title: String,
    pub new_title: String,
    pub old: String,
    pub new: String,
}

/// One running text: removed words struck through, added words underlined.
pub fn diff(old: &str, new: &str) -> Markup {
    html! {
        p.diff {
            @for (piece, text) in &pieces(old, new) {
                @match piece {
                    Piece::Same => (text),
                    Piece::Removed => (removed(text)),
                    Piece::Added => (added(text)),
                }
            }
        }
    }
}

/// The space after a word is nobody's change: it is not struck through.
fn removed(text: &str) -> Markup {
    let words = text.trim_end();
    html! { del { (words) } (text[words.len()..]) }
}

fn added(text: &str) -> Markup {
    let words = text.trim_end();
    html! { ins { (words) } (text[words.len()..]) }
}

/// Two columns with the differences marked in each; on a phone one under the other.
pub fn side_by_side(view: &DiffView) -> Markup {
    let pieces = pieces(&view.old, &view.new);
    html! {
        div.side-by-side {
            section {
                h2 { (view.old_title) }
                p.diff {
                    @for (piece, text) in &pieces {
                        @match piece { Piece::Same => (text), Piece::Removed => (removed(text)), Piece::Added => {} }
                    }
                }
            }
            section {
                h2 { (view.new_title) }
                p.diff {
                    @for (piece, text) in &pieces {
                        @match piece { Piece::Same => (text), Piece::Added => (added(text)), Piece::Removed => {} }
                    }
                }
            }
        }
    }
}

/// Cuts a text into words, each with the white space after it: nothing is lost.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

fn pieces(old: &str, new: &str) -> Vec<(Piece, String)> {
    let (old_words, new_words) = (words(old), words(new));
    if old_words.len() > MOST_WORDS || new_words.len() > MOST_WORDS {
        return whole(old, new);
    }
    let common = common_lengths(&old_words, &new_words);
    let mut found: Vec<(Piece, String)> = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old_words.len() || j < new_words.len() {
        let (piece, word) = match (old_words.get(i), new_words.get(j)) {
            (Some(left), Some(right)) if left.trim_end() == right.trim_end() => {
                (i, j) = (i + 1, j + 1);
                (Piece::Same, *right)
            }
            (Some(left), right) if right.is_none() || common[i + 1][j] >= common[i][j + 1] => {
                i += 1;
                (Piece::Removed, *left)
            }
            (_, Some(right)) => {
                j += 1;
                (Piece::Added, *right)
            }
            _ => break,
        };
        match found.last_mut() {
            Some((last, text)) if *last == piece => text.push_str(word),
            _ => found.push((piece, word.to_owned())),
        }
    }
    found
}

fn whole(old: &str, new: &str) -> Vec<(Piece, String)> {
    if old == new {
        return vec![(Piece::Same, new.to_owned())];
    }
    vec![(Piece::Removed, old.to_owned()), (Piece::Added, new.to_owned())]
}

/// `table[i][j]` is the length of the longest common run of words of `old[i..]` and `new[j..]`.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u16>> {
    let mut table = vec![vec![0_u16; new.len() + 1]; old.len() + 1];
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            table[i][j] = if left.trim_end() == right.trim_end() {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_is_struck_and_its_successor_underlined() {
        let html = diff("yazılı olarak bildirir", "elektronik olarak bildirir").into_string();
        assert_eq!(html, "<p class=\"diff\"><del>yazılı</del> <ins>elektronik</ins> olarak bildirir</p>");
    }

    #[test]
    fn equal_texts_show_no_change_and_empty_ones_do_not_fail() {
        assert_eq!(diff("aynı söz", "aynı söz").into_string(), "<p class=\"diff\">aynı söz</p>");
        assert_eq!(diff("", "yeni").into_string(), "<p class=\"diff\"><ins>yeni</ins></p>");
        assert_eq!(diff("eski", "").into_string(), "<p class=\"diff\"><del>eski</del></p>");
    }

    #[test]
    fn every_word_of_both_texts_is_in_the_comparison() {
        let (old, new) = ("a b c d e f", "a x c e y f g");
        let found = pieces(old, new);
        let side = |skipped| -> String {
            let kept = found.iter().filter(|(piece, _)| *piece != skipped).map(|(_, text)| text.trim_end());
            kept.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(side(Piece::Added), old);
        assert_eq!(side(Piece::Removed), new);
    }

    #[test]
    fn a_very_long_text_is_compared_as_a_whole() {
        let long = "söz ".repeat(MOST_WORDS + 1);
        assert_eq!(pieces(&long, "kısa").len(), 2);
        assert_eq!(pieces(&long, &long), vec![(Piece::Same, long.clone())]);
    }

    #[test]
    fn columns_show_only_their_own_words() {
        let view = DiffView {
            old_title: "Yürürlükteki".into(),
            new_title: "Yeni".into(),
            old: "bir iki".into(),
            new: "bir üç".into(),
        };
        let html = side_by_side(&view).into_string();
        assert!(html.contains("bir <del>iki</del>") && html.contains("bir <ins>üç</ins>"));
        assert!(!html.contains("<del>iki</del><ins>"));
    }
}
