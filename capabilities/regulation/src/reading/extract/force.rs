//! Repeals and the start of force.

use super::{Tree, articles};
use crate::reading::letters::{near, skeleton};
use crate::reading::model::{InForce, InForceRule, Node, Repeal, Span};

/// Sentences that repeal another regulation.
pub(super) fn repeals(tree: &Tree) -> Vec<Repeal> {
    let mut found = Vec::new();
    for node in tree.reading.provisions() {
        for (sentence, folded, span) in sentences(tree, node) {
            if folded.contains("yururlukten kaldir") {
                let dates = dates(&sentence);
                found.push(Repeal { sentence, dates, node: node.index, span });
            }
        }
    }
    found
}

/// The sentence by which the regulation itself takes effect: in the article so headed, or one that starts with
/// "Bu yönetmelik".
pub(super) fn in_force(tree: &Tree) -> Option<InForce> {
    let mut own = None;
    for article in articles(tree) {
        let is_headed = skeleton(article.heading.as_deref().unwrap_or(""))
            .split_whitespace()
            .any(|word| near(word, "yururluk"));
        let inside = tree.inside(article);
        for node in std::iter::once(article).chain(inside) {
            for (sentence, folded, span) in sentences(tree, node) {
                let takes_effect = ["girer", "girmistir", "girecektir"]
                    .iter()
                    .any(|verb| folded.contains(&format!("yururluge {verb}")));
                let starts = ["bu yonetmelik", "isbu yonetmelik", "bu ic yonetmelik", "yonetmelik"];
                let is_own = starts.iter().any(|start| folded.starts_with(start));
                if takes_effect && (is_headed || is_own) {
                    let found = Some((sentence, folded, node.index, span));
                    own = if is_headed { found } else { own.or(found) };
                }
            }
        }
    }
    let (sentence, folded, node, span) = own?;
    let dates = dates(&sentence);
    let rule = rule(&folded, !dates.is_empty());
    Some(InForce { sentence, rule, dates, node, span })
}

fn rule(folded: &str, has_date: bool) -> InForceRule {
    let verb = folded.find("yururluge gir").unwrap_or(folded.len());
    let before = &folded[..verb];
    if before.contains("ilan") || before.contains("yayim") {
        InForceRule::OnAnnouncement
    } else if has_date {
        InForceRule::OnDate
    } else if before.contains("kesinles") || before.contains("kabul") || before.contains("onay") {
        InForceRule::OnDecision
    } else {
        InForceRule::Other
    }
}

/// The sentences of a node, cleaned and folded, each with the piece of text it begins in.
fn sentences(tree: &Tree, node: &Node) -> Vec<(String, String, Span)> {
    let shown = tree.reading.display(node, tree.text);
    // Most provisions say nothing of force; do not fold them sentence by sentence.
    if !skeleton(&shown).contains("yururlu") {
        return Vec::new();
    }
    let span = node
        .leaves
        .iter()
        .find(|leaf| skeleton(leaf.span.of(tree.text)).contains("yururlu"))
        .map(|leaf| leaf.span);
    let Some(span) = span.or(node.leaves.first().map(|leaf| leaf.span)) else { return Vec::new() };
    split(&shown).into_iter().map(|sentence| (sentence.to_owned(), skeleton(sentence), span)).collect()
}

/// Splits at full stops that end a sentence: followed by a capital and not part of a number ("23. maddesi").
fn split(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        if matches!(letter, '.' | '!' | '?') && !before.is_ascii_digit() {
            let behind = &text[at + 1..];
            let ends =
                behind.starts_with(' ') && behind.trim_start().chars().next().is_some_and(char::is_uppercase);
            if ends {
                found.push(text[start..=at].trim());
                start = at + 1;
            }
        }
        before = letter;
    }
    found.push(text[start..].trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// Dates as printed: `04.02.2013`, `3/7/2005`.
fn dates(sentence: &str) -> Vec<String> {
    let pieces = sentence.split(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | '/'));
    pieces
        .map(|piece| piece.trim_matches(['.', '/']))
        .filter(|piece| is_date(piece))
        .map(str::to_owned)
        .collect()
}

fn is_date(piece: &str) -> bool {
    let separator = if piece.contains('/') { '/' } else { '.' };
    let parts: Vec<u32> = piece.split(separator).map_while(|part| part.parse().ok()).collect();
    let [day, month, year] = parts[..] else { return false };
    piece.split(separator).count() == 3
        && (1..=31).contains(&day)
        && (1..=12).contains(&month)
        && (1900..=2100).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_stops_but_not_inside_numbers_or_abbreviations() {
        assert_eq!(
            split("Kanunun 23. Maddesi geçerlidir. Yeni cümle vb. sözler."),
            ["Kanunun 23. Maddesi geçerlidir.", "Yeni cümle vb. sözler."]
        );
        assert_eq!(split("").len(), 0);
    }

    #[test]
    fn dates_are_taken_as_printed_and_decision_numbers_are_not_dates() {
        assert_eq!(
            dates("04.02.2013 tarih, 3/7/2005 gün ve 05/2009 sayılı, 1.2.3. bent"),
            ["04.02.2013", "3/7/2005"]
        );
        assert!(!is_date("41.02.2013") && !is_date("1.13.2013") && !is_date("1.2") && !is_date(""));
    }

    #[test]
    fn the_rule_of_force_is_told_from_the_words_before_the_verb() {
        assert_eq!(rule("ilan edildigi tarihte yururluge girer", false), InForceRule::OnAnnouncement);
        assert_eq!(rule("kararin kesinlestigi gun yururluge girer", false), InForceRule::OnDecision);
        assert_eq!(rule("kabul edilmis, 1.1.2020 gunu yururluge girmistir", true), InForceRule::OnDate);
        assert_eq!(rule("yururluge girer", false), InForceRule::Other);
    }
}
