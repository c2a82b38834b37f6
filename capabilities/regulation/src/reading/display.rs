//! The words of a node as a person reads them: dressing and line breaks off, hyphenated words joined. The text itself
//! and the spans stay as they are.

use super::letters::is_unseen;
use super::lines::is_blank;
use super::model::{Node, Reading, Role};
use super::scan::debris;

impl Reading {
    /// The provision of a node without its mark and heading, cleaned for reading.
    pub fn display(&self, node: &Node, text: &str) -> String {
        join(node, text, Role::Text)
    }

    /// Heading and provision of a node and of everything under it, one line each.
    pub fn display_deep(&self, node: &Node, text: &str) -> String {
        let start = self.nodes.iter().position(|other| other.index == node.index).unwrap_or(self.nodes.len());
        let mut inside = std::collections::HashSet::from([node.index]);
        let mut lines = Vec::new();
        for other in &self.nodes[start.min(self.nodes.len())..] {
            let is_inside =
                other.index == node.index || other.parent.is_some_and(|parent| inside.contains(&parent));
            if !is_inside {
                break;
            }
            inside.insert(other.index);
            let words = [other.heading.clone().unwrap_or_default(), self.display(other, text)];
            lines.extend(words.into_iter().filter(|line| !line.is_empty()));
        }
        lines.join("\n")
    }
}

/// The heading of a node, cleaned, without its closing colon.
pub(super) fn heading(node: &Node, text: &str) -> Option<String> {
    let words = join(node, text, Role::Heading);
    let bare = words.trim_end_matches([':', ';', '-', '–', ' ']).trim_start_matches(['-', '–', ' ']);
    (!bare.is_empty()).then(|| bare.to_owned())
}

fn join(node: &Node, text: &str, role: Role) -> String {
    let mut shown = String::new();
    for leaf in node.leaves.iter().filter(|leaf| leaf.role == role) {
        append(&mut shown, leaf.span.of(text));
    }
    shown
}

/// Text cleaned for reading: bold stars, heading signs and converter debris off, white space levelled, words broken
/// by a hyphen at the end of a line joined.
pub fn clean(words: &str) -> String {
    let mut shown = String::new();
    append(&mut shown, words);
    shown
}

fn append(shown: &mut String, words: &str) {
    let mut rest = words;
    let mut gap = !shown.is_empty();
    while let Some(letter) = rest.chars().next() {
        if let Some(length) = debris(rest) {
            rest = &rest[length..];
            gap = true;
            continue;
        }
        let after = &rest[letter.len_utf8()..];
        if is_unseen(letter) {
            rest = broken_word(after).filter(|_| letter == '\u{ad}').unwrap_or(after);
            continue;
        }
        if letter == '-'
            && shown.ends_with(char::is_lowercase)
            && !gap
            && let Some(joined) = broken_word(after)
        {
            rest = joined;
            continue;
        }
        let is_star = letter == '*' && !(gap && after.chars().next().is_none_or(is_blank));
        let is_heading_sign = is_star || letter == '#' && (gap || shown.is_empty());
        if is_blank(letter) {
            gap = true;
        } else if rest.starts_with("**") {
            rest = &rest[2..];
            continue;
        } else if !is_heading_sign {
            if gap && !shown.is_empty() {
                shown.push(' ');
            }
            gap = false;
            shown.push(letter);
        }
        rest = after;
    }
}

/// What follows a hyphen at the end of a line, if a word goes on there in small letters.
fn broken_word(after: &str) -> Option<&str> {
    let spaces = after.len() - after.trim_start_matches([' ', '\t', '\r', '\u{ad}']).len();
    let line = after[spaces..].strip_prefix('\n')?;
    let next = line.trim_start_matches([' ', '\t']);
    next.chars().next().is_some_and(char::is_lowercase).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_broken_over_two_lines_is_shown_whole() {
        assert_eq!(clean("ağaç-\n  ların sulan-\nması"), "ağaçların sulanması");
        assert_eq!(
            clean("ağaç\u{ad}ların sulan\u{ad}\n  ması,\u{200b} bu\u{feff}dama"),
            "ağaçların sulanması, budama"
        );
        assert_eq!(clean("alt-üst -\nve sebze - meyve"), "alt-üst - ve sebze - meyve");
    }

    #[test]
    fn dressing_and_debris_are_not_shown() {
        assert_eq!(clean("## **Kuruluş:**\t\n [image: ] yeri [bookmark: _a]"), "Kuruluş: yeri");
        assert_eq!(clean("*(Amaç)* 2 * 3"), "(Amaç) 2 * 3");
        assert_eq!(clean(" \u{feff} "), "");
    }
}
