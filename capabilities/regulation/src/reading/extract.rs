//! What the tree says about the directorate: terms, units, titles, principles, repeals, the start of force. Reads the
//! tree and never changes it.

mod force;
mod staff;
mod terms;

use std::collections::HashMap;

use super::letters::skeleton;
use super::model::{Kind, Node, Reading, Role, Span};

/// Most characters of a provision looked at to see what it is about.
const HEAD: usize = 400;

/// The tree with its downward edges, built once per extraction.
struct Tree<'a> {
    text: &'a str,
    reading: &'a Reading,
    below: HashMap<u32, Vec<usize>>,
    places: HashMap<u32, usize>,
}

impl<'a> Tree<'a> {
    fn new(reading: &'a Reading, text: &'a str) -> Self {
        let mut below: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut places = HashMap::with_capacity(reading.nodes.len());
        for (place, node) in reading.nodes.iter().enumerate() {
            places.insert(node.index, place);
            if let Some(parent) = node.parent {
                below.entry(parent).or_default().push(place);
            }
        }
        Self { text, reading, below, places }
    }

    /// Nodes directly under `node`.
    fn under(&self, node: &Node) -> impl Iterator<Item = &'a Node> {
        self.below
            .get(&node.index)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .map(|&place| &self.reading.nodes[place])
    }

    /// The node above.
    fn above(&self, node: &Node) -> Option<&'a Node> {
        self.places.get(&node.parent?).map(|&place| &self.reading.nodes[place])
    }

    /// All nodes under `node`, in order. The tree is at most `MAX_DEPTH` deep.
    fn inside(&self, node: &Node) -> Vec<&'a Node> {
        let mut found = Vec::new();
        for child in self.under(node) {
            found.push(child);
            found.extend(self.inside(child));
        }
        found
    }

    /// Heading and opening words of a node, folded.
    fn about(&self, node: &Node) -> String {
        let words = self.reading.display(node, self.text);
        let head = words.char_indices().nth(HEAD).map_or(words.as_str(), |(at, _)| &words[..at]);
        skeleton(&format!("{} {head}", node.heading.as_deref().unwrap_or("")))
    }

    /// The text pieces of a node.
    fn pieces(&self, node: &'a Node) -> impl Iterator<Item = Span> {
        node.leaves.iter().filter(|leaf| leaf.role == Role::Text).map(|leaf| leaf.span)
    }
}

/// Fills the extracts of a reading from its tree.
pub(super) fn fill(reading: &mut Reading, text: &str) {
    let tree = Tree::new(reading, text);
    let definitions = terms::definitions(&tree);
    let principles = terms::principles(&tree);
    let (units, titles) = staff::find(&tree);
    let repeals = force::repeals(&tree);
    let in_force = force::in_force(&tree);
    reading.definitions = definitions;
    reading.principles = principles;
    reading.units = units;
    reading.titles = titles;
    reading.repeals = repeals;
    reading.in_force = in_force;
}

/// Articles of the tree.
fn articles<'a>(tree: &Tree<'a>) -> impl Iterator<Item = &'a Node> {
    tree.reading.nodes.iter().filter(|node| node.kind == Kind::Article)
}

/// The piece of `part` inside `whole` as a span, where `whole` starts at byte `start` of the text.
fn span_of(part: &str, whole: &str, start: usize) -> Span {
    let from = start + (part.as_ptr() as usize - whole.as_ptr() as usize);
    Span::new(from, from + part.len())
}
