//! Definitions and principles.

use super::{Tree, articles};
use crate::reading::letters::{near, skeleton};
use crate::reading::model::{Definition, Kind, Node, Principle, Role};
use crate::reading::prose::is_about_terms;

/// Longest term, in bytes and words.
const TERM_BYTES: usize = 120;
const TERM_WORDS: usize = 8;

/// Every `term: meaning` of the articles that define terms.
pub(super) fn definitions(tree: &Tree) -> Vec<Definition> {
    let mut found = Vec::new();
    for article in articles(tree) {
        let inside = tree.inside(article);
        let announces = |node: &&Node| is_about_terms(&tree.reading.display(node, tree.text));
        let is_headed = article.heading.as_deref().is_some_and(is_about_terms);
        let openers = std::iter::once(article)
            .chain(inside.iter().copied().filter(|node| node.kind == Kind::Paragraph));
        if is_headed || openers.take(3).any(|node| announces(&node)) {
            found.extend(inside.iter().filter_map(|node| definition(tree, node)));
        }
    }
    found
}

fn definition(tree: &Tree, node: &Node) -> Option<Definition> {
    let leaf = node.leaves.iter().find(|leaf| leaf.role != Role::Marker)?;
    let own = tree.reading.display(node, tree.text);
    // A term in bold is read as the heading of its clause.
    let (term, meaning) = match (&node.heading, own.split_once(':')) {
        (Some(heading), _) => (heading.as_str(), own.as_str()),
        (None, Some(parts)) => parts,
        (None, None) => return None,
    };
    let term = term.trim().trim_matches(['“', '”', '"', '‘', '’']);
    let fits = !term.is_empty() && term.len() <= TERM_BYTES && term.split_whitespace().count() <= TERM_WORDS;
    let meaning = without_tail(meaning.trim());
    (fits && !meaning.is_empty()).then(|| Definition {
        term: term.to_owned(),
        meaning: meaning.to_owned(),
        node: node.index,
        span: leaf.span,
    })
}

/// The meaning without the words that close the whole list (`ifade eder.`) and its comma.
fn without_tail(meaning: &str) -> &str {
    let bare = meaning.trim_end_matches(['.', ',', ';', ' ']);
    let closing = ["ifade eder", "ifade etmektedir", "tanımlar", "anlatır"];
    let cut = closing.iter().find_map(|tail| bare.strip_suffix(tail)).unwrap_or(bare);
    cut.trim_end_matches([',', ';', ' '])
}

/// Every clause of the articles headed as principles.
pub(super) fn principles(tree: &Tree) -> Vec<Principle> {
    let mut found = Vec::new();
    for article in articles(tree).filter(|article| is_about_principles(article)) {
        let inside = tree.inside(article);
        let leaves = inside.iter().filter(|node| tree.under(node).next().is_none());
        for node in leaves.filter(|node| node.kind >= Kind::Clause || node.label.contains('.')) {
            let text = tree.reading.display(node, tree.text);
            let text = principle(&text);
            if !text.is_empty() {
                found.push(Principle { text: text.to_owned(), node: node.index });
            }
        }
    }
    found
}

fn is_about_principles(article: &Node) -> bool {
    let folded = skeleton(article.heading.as_deref().unwrap_or(""));
    folded
        .split(|letter: char| !letter.is_alphabetic())
        .any(|word| near(word, "ilkeler") || near(word, "ilkeleri"))
}

/// A principle without the words that close the list (`… temel ilkelerini esas alır.`).
fn principle(text: &str) -> &str {
    let bare = text.trim_end_matches(['.', ',', ';', ' ']);
    let tail = bare.rfind(',').filter(|&comma| {
        let folded = skeleton(&bare[comma..]);
        folded.contains("ilke")
            && ["alir", "uyar", "gozetir", "benimser", "eder"].iter().any(|verb| folded.ends_with(verb))
    });
    tail.map_or(bare, |comma| bare[..comma].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_close_a_list_are_not_part_of_its_last_item() {
        assert_eq!(without_tail("Ağaç yetiştirilen yeri ifade eder."), "Ağaç yetiştirilen yeri");
        assert_eq!(without_tail("Başkanı,"), "Başkanı");
        assert_eq!(
            principle("Suyun tutumlu kullanılması, temel ilkelerini esas alır."),
            "Suyun tutumlu kullanılması"
        );
        assert_eq!(principle("Ağaca, kuşa, çiçeğe saygı,"), "Ağaca, kuşa, çiçeğe saygı");
    }
}
