//! What only the end of the text can tell: whether the front is a title, whose the stray letters are, which words in
//! bold are a clause's heading. Then the reading is closed and addressed.

use super::build::{Builder, TITLE};
use super::headings::is_like;
use super::lines::is_blank;
use super::model::{Certainty, Kind, Leaf, READER_VERSION, Reading, Role, Span};

/// Longest front of a text still taken for its title, in bytes.
const TITLE_BYTES: usize = 2_000;

impl Builder<'_> {
    pub(super) fn finish(mut self) -> Reading {
        self.flush_headings();
        self.settle_title();
        self.settle_strays();
        for node in &mut self.nodes {
            node.leaves.sort_unstable();
            if matches!(node.kind, Kind::Paragraph | Kind::Clause | Kind::SubClause) {
                set_bold_heading(self.text, &mut node.leaves);
            }
        }
        let next_index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.retain(|node| !node.leaves.is_empty());
        self.unplaced.sort_unstable();
        let mut reading = Reading {
            reader_version: READER_VERSION,
            length_bytes: self.text.len(),
            nodes: self.nodes,
            furniture: self.furniture,
            unplaced: self.unplaced,
            definitions: Vec::new(),
            units: Vec::new(),
            titles: Vec::new(),
            principles: Vec::new(),
            repeals: Vec::new(),
            in_force: None,
            next_index,
        };
        reading.refresh(self.text);
        for node in &mut reading.nodes {
            let is_repeated = node.address.ends_with(')') && !node.label.ends_with(')');
            if is_repeated && node.certainty.is_certain() {
                let why_tr = "Aynı adres metinde birden çok kez geçiyor.".to_owned();
                node.certainty = Certainty::Uncertain { why_tr };
            }
        }
        reading
    }

    /// A short front is the title. A long one, or one with nothing behind it, nobody has placed yet.
    fn settle_title(&mut self) {
        let is_whole_text = self.nodes.len() == 1;
        let title = &mut self.nodes[TITLE as usize];
        let length: usize = title.leaves.iter().map(|leaf| leaf.span.of(self.text).trim().len()).sum();
        if is_whole_text || length > TITLE_BYTES {
            self.unplaced.extend(title.leaves.drain(..).map(|leaf| leaf.span));
        }
    }

    /// Letters that OCR printed in a column of their own belong to the clauses that lost theirs.
    fn settle_strays(&mut self) {
        for (guesses, span, holder) in std::mem::take(&mut self.strays) {
            let owner = self.nodes.iter_mut().find(|node| {
                node.parent == holder
                    && guesses.contains(&node.label)
                    && !node.certainty.is_certain()
                    && node.kind >= Kind::Clause
                    && node.leaves.iter().all(|leaf| leaf.role != Role::Marker || leaf.span.len() <= 2)
            });
            match owner {
                Some(node) => node.leaves.push(Leaf { span, role: Role::Marker }),
                None => self.unplaced.push(span),
            }
        }
    }
}

/// `**Görevin kabulü:** Gelen evrak…`: the bold words are the heading of the clause.
fn set_bold_heading(text: &str, leaves: &mut Vec<Leaf>) {
    let Some(at) = leaves.iter().position(|leaf| leaf.role == Role::Text) else { return };
    if leaves.iter().any(|leaf| leaf.role == Role::Heading) {
        return;
    }
    let span = leaves[at].span;
    let words = span.of(text);
    let Some(inside) = words.strip_prefix("**") else { return };
    let Some(close) = inside.char_indices().take(130).find(|&(at, _)| inside[at..].starts_with("**")) else {
        return;
    };
    let heading = inside[..close.0].trim();
    if !heading.ends_with(':') || !is_like(heading) {
        return;
    }
    let behind = &inside[close.0 + 2..];
    let end = span.end - behind.trim_start_matches(is_blank).len();
    leaves[at] = Leaf { span: Span::new(span.start, end), role: Role::Heading };
    if end < span.end {
        leaves.insert(at + 1, Leaf { span: Span::new(end, span.end), role: Role::Text });
    }
}

impl Reading {
    /// Recomputes what follows from the tree and the pieces: addresses, headings as shown, extracts.
    pub fn refresh(&mut self, text: &str) {
        super::address::refresh(&mut self.nodes);
        for node in &mut self.nodes {
            node.heading = super::display::heading(node, text);
        }
        super::extract::fill(self, text);
    }
}
