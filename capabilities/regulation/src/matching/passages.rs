//! The provisions of a reading as passages to be matched, each with what stands above it. Nothing is matched here.

use super::Passage;
use crate::reading::{Node, Reading};

/// Most characters of context: enough for headings and an opening sentence, not for a page.
const MAX_CONTEXT: usize = 400;
/// How many levels up the context goes: a sub-clause, its clause, its paragraph, its article.
const MAX_LEVELS: usize = 4;

/// A provision that says something of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provision {
    /// See [`Node::index`].
    pub node: u32,
    pub address: String,
    /// The provision cleaned for reading; the heading where the node has nothing else.
    pub text: String,
    /// Headings above it and the sentences that open the lists it stands in.
    pub context: String,
}

impl Provision {
    /// As the matcher takes it.
    pub fn passage(&self) -> Passage<'_> {
        Passage { text: &self.text, context: &self.context }
    }
}

/// Every article, paragraph, clause and sub-clause of `reading` that has words of its own, in document order.
/// `text` must be the text the reading was made from.
pub fn provisions(reading: &Reading, text: &str) -> Vec<Provision> {
    reading
        .provisions()
        .filter_map(|node| {
            let own = reading.display(node, text);
            let heading = node.heading.clone().unwrap_or_default();
            let (said, mut context) =
                if own.trim().is_empty() { (heading, Vec::new()) } else { (own, vec![heading]) };
            if said.trim().is_empty() {
                return None;
            }
            context.extend(above(reading, text, node));
            context.retain(|part| !part.trim().is_empty());
            Some(Provision {
                node: node.index,
                address: node.address.clone(),
                text: said,
                context: context.join("\n").chars().take(MAX_CONTEXT).collect(),
            })
        })
        .collect()
}

fn above(reading: &Reading, text: &str, node: &Node) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = node.parent;
    for _ in 0..MAX_LEVELS {
        let Some(holder) = next.and_then(|index| reading.node(index)) else { break };
        found.push(holder.heading.clone().unwrap_or_default());
        found.push(reading.display(holder, text));
        next = holder.parent;
    }
    found
}
