//! The book-keeping of a reading: every byte of the input is in one place, and the tree is a tree.
//! Nothing here decides where a byte should be.

use super::model::{Kind, MAX_DEPTH, Node, Reading, Span};

/// What is wrong with a reading. A reading that shows one of these is a bug of ours, never of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    #[error("text has {text} bytes, the reading was made from {reading}")]
    OtherText { text: usize, reading: usize },
    #[error("bytes {start}..{end} are in no place")]
    Lost { start: usize, end: usize },
    #[error("bytes from {start} are in two places")]
    Twice { start: usize },
    #[error("span {start}..{end} is empty or does not lie on character boundaries")]
    BadSpan { start: usize, end: usize },
    #[error("node {index} has no piece of the text")]
    Empty { index: u32 },
    #[error("node index {index} is used twice or is not below next_index")]
    BadIndex { index: u32 },
    #[error("node {index} stands under a node that is missing, comes later or ranks below it")]
    BadParent { index: u32 },
    #[error("node {index} is nested too deep")]
    TooDeep { index: u32 },
    #[error("address {address} is used twice")]
    AddressTwice { address: String },
}

impl Reading {
    /// Checks that every character of `text` is in exactly one leaf, or furniture, or unplaced, and that parents
    /// exist, come earlier in the list and rank above their children.
    ///
    /// # Errors
    /// The first fault found.
    pub fn account(&self, text: &str) -> Result<(), AccountError> {
        if text.len() != self.length_bytes {
            return Err(AccountError::OtherText { text: text.len(), reading: self.length_bytes });
        }
        self.account_spans(text)?;
        self.account_tree()
    }

    fn account_spans(&self, text: &str) -> Result<(), AccountError> {
        let leaves = self.nodes.iter().flat_map(|node| node.leaves.iter().map(|leaf| leaf.span));
        let mut spans: Vec<Span> =
            leaves.chain(self.furniture.iter().copied()).chain(self.unplaced.iter().copied()).collect();
        spans.sort_unstable();
        let mut reached = 0;
        for span in spans {
            if span.is_empty() || !text.is_char_boundary(span.start) || !text.is_char_boundary(span.end) {
                return Err(AccountError::BadSpan { start: span.start, end: span.end });
            }
            if span.start > reached {
                return Err(AccountError::Lost { start: reached, end: span.start });
            }
            if span.start < reached {
                return Err(AccountError::Twice { start: span.start });
            }
            reached = span.end;
        }
        if reached < text.len() {
            return Err(AccountError::Lost { start: reached, end: text.len() });
        }
        Ok(())
    }

    fn account_tree(&self) -> Result<(), AccountError> {
        let mut seen: std::collections::HashMap<u32, (Kind, usize)> = std::collections::HashMap::new();
        let mut addresses = std::collections::HashSet::new();
        for node in &self.nodes {
            if node.leaves.is_empty() {
                return Err(AccountError::Empty { index: node.index });
            }
            let depth = match node.parent {
                None => 1,
                Some(parent) => match seen.get(&parent) {
                    Some(&(kind, depth)) if may_hold(kind, node.kind) => depth + 1,
                    _ => return Err(AccountError::BadParent { index: node.index }),
                },
            };
            if depth > MAX_DEPTH {
                return Err(AccountError::TooDeep { index: node.index });
            }
            if node.index >= self.next_index || seen.insert(node.index, (node.kind, depth)).is_some() {
                return Err(AccountError::BadIndex { index: node.index });
            }
            if !addresses.insert(node.address.as_str()) {
                return Err(AccountError::AddressTwice { address: node.address.clone() });
            }
        }
        Ok(())
    }

    /// The node of that index.
    pub fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.iter().find(|node| node.index == index)
    }

    /// The nodes standing directly under `parent` (`None`: at the top), in document order.
    pub fn children(&self, parent: Option<u32>) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.parent == parent)
    }

    /// The nodes a provision can be cited by: articles, paragraphs, clauses and sub-clauses, in document order.
    pub fn provisions(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| !matches!(node.kind, Kind::Title | Kind::Part))
    }

    /// The article a node stands in, or is.
    pub fn article_of(&self, index: u32) -> Option<&Node> {
        let mut node = self.node(index)?;
        for _ in 0..=MAX_DEPTH {
            if node.kind == Kind::Article {
                return Some(node);
            }
            node = self.node(node.parent?)?;
        }
        None
    }
}

/// Whether a node of kind `parent` may hold one of kind `child`.
pub fn may_hold(parent: Kind, child: Kind) -> bool {
    parent != Kind::Title && (parent < child || (parent == Kind::SubClause && child == Kind::SubClause))
}
