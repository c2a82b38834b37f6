//! Corrections a person makes to a reading, as plain data that can be stored and replayed. Every correction moves
//! pieces from one place to another; none can lose or add a character.

mod moves;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::account::may_hold;
use super::model::{Certainty, Kind, Leaf, MAX_DEPTH, MAX_NODES, Node, Reading, Role, Span};

/// Longest label a person may give, in characters.
const LONGEST_LABEL: usize = 24;

/// One correction. Nodes are named by [`Node::index`], places by byte offset into the text that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Correction {
    /// The node is of another kind. What follows it and cannot stand where it stood comes under it.
    SetKind { node: u32, kind: Kind },
    /// The node has another number or letter.
    SetLabel { node: u32, label: String },
    /// The node stands under another one, or (`None`) at the top.
    SetParent { node: u32, parent: Option<u32> },
    /// One level deeper, under the node before it of the same level.
    Indent { node: u32 },
    /// One level up, beside the node it stood under; what followed it there comes under it.
    Outdent { node: u32 },
    /// From `offset` on, the node's own text is a new node.
    Split { node: u32, offset: usize, kind: Kind, label: String },
    /// The node was none: its text goes on with the node before it.
    MergeWithPrevious { node: u32 },
    /// The node's own text up to `until` is its heading; `None`: it has no heading.
    SetHeading { node: u32, until: Option<usize> },
    /// The node's own text is page furniture.
    ToFurniture { node: u32 },
    /// Nobody knows where the node's own text belongs.
    ToUnplaced { node: u32 },
    /// The piece of furniture or unplaced text around `offset` is a node.
    Place { offset: usize, kind: Kind, label: String },
    /// The piece of furniture or unplaced text around `offset` belongs to a node's own text.
    Attach { offset: usize, node: u32 },
    /// The node is right as it is.
    MarkSure { node: u32 },
}

/// Why a correction cannot be made. The message is Turkish and fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CorrectionError {
    #[error("Düzeltilecek öge bulunamadı. Başka bir düzeltmeyle kaldırılmış olabilir; sayfayı yenileyin.")]
    NoSuchNode,
    #[error("Seçilen yer bu ögenin metninde değil. İmleci ögenin kendi metninin içine koyun.")]
    NoSuchPlace,
    #[error("Numara ya da harf geçersiz. En çok 24 karakter yazın; eğik çizgi kullanmayın.")]
    BadLabel,
    #[error("Bu öge seçilen yerin altında duramaz. Sıra bölüm, madde, fıkra, bent, alt bent biçimindedir.")]
    CannotStandThere,
    #[error("Bundan önce bir öge yok.")]
    NothingBefore,
    #[error("Bu işlemle izin verilenden derin bir iç içelik oluşur. En fazla {limit} düzey olabilir.")]
    TooDeep { limit: usize },
    #[error("Metinde çok fazla öge var. En fazla {limit} öge olabilir.")]
    TooMany { limit: usize },
    #[error("Düzeltme bu metne ait değil. Yönetmelik yeniden yüklenmiş olabilir; okumaya baştan başlayın.")]
    OtherText,
}

/// The reading after one correction. The given reading is left as it is.
///
/// # Errors
/// The correction names nothing in this reading, or would break the order of kinds.
pub fn apply(reading: &Reading, text: &str, correction: &Correction) -> Result<Reading, CorrectionError> {
    if reading.length_bytes != text.len() {
        return Err(CorrectionError::OtherText);
    }
    let mut bench = Bench { reading: reading.clone(), text };
    bench.make(correction)?;
    bench.settle()?;
    bench.reading.account(text).map_err(|_| CorrectionError::CannotStandThere)?;
    Ok(bench.reading)
}

/// The reading after all corrections in order.
///
/// # Errors
/// The place in the list of the first that cannot be made, and why.
pub fn replay(
    reading: &Reading,
    text: &str,
    corrections: &[Correction],
) -> Result<Reading, (usize, CorrectionError)> {
    let mut corrected = reading.clone();
    for (place, correction) in corrections.iter().enumerate() {
        corrected = apply(&corrected, text, correction).map_err(|error| (place, error))?;
    }
    Ok(corrected)
}

struct Bench<'a> {
    reading: Reading,
    text: &'a str,
}

impl Bench<'_> {
    fn make(&mut self, correction: &Correction) -> Result<(), CorrectionError> {
        match correction {
            Correction::SetKind { node, kind } => self.set_kind(*node, *kind),
            Correction::SetLabel { node, label } => {
                let label = checked(label)?;
                let node = self.node(*node)?;
                node.label = label;
                node.also.clear();
                node.certainty = Certainty::Certain;
                Ok(())
            }
            Correction::SetParent { node, parent } => self.set_parent(*node, *parent),
            Correction::Indent { node } => self.indent(*node),
            Correction::Outdent { node } => self.outdent(*node),
            Correction::Split { node, offset, kind, label } => self.split(*node, *offset, *kind, label),
            Correction::MergeWithPrevious { node } => self.merge(*node),
            Correction::SetHeading { node, until } => self.set_heading(*node, *until),
            Correction::ToFurniture { node } => {
                let spans = self.take_out(*node)?;
                self.reading.furniture.extend(spans);
                Ok(())
            }
            Correction::ToUnplaced { node } => {
                let spans = self.take_out(*node)?;
                self.reading.unplaced.extend(spans);
                Ok(())
            }
            Correction::Place { offset, kind, label } => self.place(*offset, *kind, label),
            Correction::Attach { offset, node } => {
                self.node(*node)?;
                let span = self.take_span(*offset)?;
                self.node(*node)?.leaves.push(Leaf { span, role: Role::Text });
                Ok(())
            }
            Correction::MarkSure { node } => {
                self.node(*node)?.certainty = Certainty::Certain;
                Ok(())
            }
        }
    }

    fn node(&mut self, index: u32) -> Result<&mut Node, CorrectionError> {
        self.reading.nodes.iter_mut().find(|node| node.index == index).ok_or(CorrectionError::NoSuchNode)
    }

    fn position(&self, index: u32) -> Result<usize, CorrectionError> {
        self.reading.nodes.iter().position(|node| node.index == index).ok_or(CorrectionError::NoSuchNode)
    }

    fn kind_of(&self, index: u32) -> Option<Kind> {
        self.reading.node(index).map(|node| node.kind)
    }

    /// The nodes above `index`, nearest first.
    fn above(&self, index: u32) -> Vec<u32> {
        let mut found = Vec::new();
        let mut at = self.reading.node(index).and_then(|node| node.parent);
        while let Some(parent) = at.filter(|_| found.len() <= MAX_DEPTH) {
            found.push(parent);
            at = self.reading.node(parent).and_then(|node| node.parent);
        }
        found
    }

    fn split(&mut self, index: u32, offset: usize, kind: Kind, label: &str) -> Result<(), CorrectionError> {
        let label = checked(label)?;
        let place = self.position(index)?;
        if !self.text.is_char_boundary(offset) || kind == Kind::Title {
            return Err(CorrectionError::NoSuchPlace);
        }
        let mut kept = Vec::new();
        let mut moved = Vec::new();
        for leaf in &self.reading.nodes[place].leaves {
            let Span { start, end } = leaf.span;
            if start < offset {
                kept.push(Leaf { span: Span::new(start, end.min(offset)), role: leaf.role });
            }
            if end > offset {
                moved.push(Leaf { span: Span::new(start.max(offset), end), role: leaf.role });
            }
        }
        if kept.is_empty() || moved.is_empty() {
            return Err(CorrectionError::NoSuchPlace);
        }
        self.reading.nodes[place].leaves = kept;
        let parent = self.parent_for(place, kind);
        let new = self.new_node(kind, label, parent, moved)?;
        let above = self.above(index);
        let own = self.reading.nodes[place].clone();
        self.reading.nodes.insert(place + 1, new);
        // What stood under the first half and begins behind the cut goes with the second half.
        let new = self.reading.nodes[place + 1].index;
        let left: Vec<u32> =
            std::iter::once(index).chain(above).take_while(|&at| Some(at) != parent).collect();
        if own.kind <= kind && parent == Some(index) {
            return Ok(());
        }
        self.gather(place + 1, new, &left);
        Ok(())
    }

    /// The nearest node, at `place` or above it, that may hold `kind`.
    fn parent_for(&self, place: usize, kind: Kind) -> Option<u32> {
        let node = &self.reading.nodes[place];
        // A sub-clause split from a sub-clause is its neighbour, not its child.
        let may = |index: u32, above: Kind| may_hold(above, kind) && !(index == node.index && above == kind);
        if may(node.index, node.kind) {
            return Some(node.index);
        }
        self.above(node.index)
            .into_iter()
            .find(|&index| self.kind_of(index).is_some_and(|above| may(index, above)))
    }

    fn new_node(
        &mut self,
        kind: Kind,
        label: String,
        parent: Option<u32>,
        leaves: Vec<Leaf>,
    ) -> Result<Node, CorrectionError> {
        if self.reading.nodes.len() >= MAX_NODES {
            return Err(CorrectionError::TooMany { limit: MAX_NODES });
        }
        let index = self.reading.next_index;
        self.reading.next_index += 1;
        let (address, address_tr) = (String::new(), String::new());
        let (also, aliases) = (Vec::new(), Vec::new());
        let certainty = Certainty::Certain;
        Ok(Node {
            index,
            parent,
            kind,
            label,
            also,
            address,
            aliases,
            address_tr,
            heading: None,
            leaves,
            certainty,
        })
    }

    fn merge(&mut self, index: u32) -> Result<(), CorrectionError> {
        let place = self.position(index)?;
        let before = place.checked_sub(1).ok_or(CorrectionError::NothingBefore)?;
        let gone = self.reading.nodes.remove(place);
        let into = &mut self.reading.nodes[before];
        into.leaves.extend(gone.leaves.iter().map(|leaf| Leaf { span: leaf.span, role: Role::Text }));
        let (into, above) = (into.index, into.kind);
        for node in &mut self.reading.nodes {
            if node.parent == Some(index) {
                node.parent = Some(into).filter(|_| may_hold(above, node.kind));
            }
        }
        Ok(())
    }

    fn set_heading(&mut self, index: u32, until: Option<usize>) -> Result<(), CorrectionError> {
        let text = self.text;
        let node = self.node(index)?;
        let Some(until) = until else {
            for leaf in node.leaves.iter_mut().filter(|leaf| leaf.role == Role::Heading) {
                leaf.role = Role::Text;
            }
            return Ok(());
        };
        let inside = node
            .leaves
            .iter()
            .any(|leaf| leaf.role != Role::Marker && leaf.span.start < until && until <= leaf.span.end);
        if !inside || !text.is_char_boundary(until) {
            return Err(CorrectionError::NoSuchPlace);
        }
        let mut leaves = Vec::with_capacity(node.leaves.len() + 1);
        for leaf in &node.leaves {
            let Span { start, end } = leaf.span;
            if leaf.role == Role::Marker {
                leaves.push(*leaf);
                continue;
            }
            let cut = until.clamp(start, end);
            leaves.push(Leaf { span: Span::new(start, cut), role: Role::Heading });
            leaves.push(Leaf { span: Span::new(cut, end), role: Role::Text });
        }
        leaves.retain(|leaf| !leaf.span.is_empty());
        node.leaves = leaves;
        Ok(())
    }

    /// Removes a node; what stood under it stands under the node before that may hold it.
    fn take_out(&mut self, index: u32) -> Result<Vec<Span>, CorrectionError> {
        let place = self.position(index)?;
        let gone = self.reading.nodes.remove(place);
        for node in &mut self.reading.nodes {
            if node.parent == Some(index) {
                node.parent = gone.parent;
            }
        }
        let mut spans: Vec<Span> = Vec::with_capacity(1);
        for leaf in gone.leaves {
            match spans.last_mut() {
                Some(last) if last.end == leaf.span.start => last.end = leaf.span.end,
                _ => spans.push(leaf.span),
            }
        }
        Ok(spans)
    }

    fn take_span(&mut self, offset: usize) -> Result<Span, CorrectionError> {
        let lists = [&mut self.reading.unplaced, &mut self.reading.furniture];
        for spans in lists {
            if let Some(at) = spans.iter().position(|span| span.contains(offset)) {
                return Ok(spans.remove(at));
            }
        }
        Err(CorrectionError::NoSuchPlace)
    }

    fn place(&mut self, offset: usize, kind: Kind, label: &str) -> Result<(), CorrectionError> {
        let label = checked(label)?;
        let span = self.take_span(offset)?;
        let before = self.reading.nodes.iter().rposition(|node| first_byte(node) < span.start);
        let parent = before.and_then(|before| self.parent_for(before, kind));
        let leaves = vec![Leaf { span, role: Role::Text }];
        let node = self.new_node(kind, label, parent, leaves)?;
        self.reading.nodes.push(node);
        Ok(())
    }

    /// Document order, parents that may hold their children, depth, spans in order; then everything that follows.
    fn settle(&mut self) -> Result<(), CorrectionError> {
        for node in &mut self.reading.nodes {
            node.leaves.sort_unstable();
            join(&mut node.leaves);
        }
        self.reading.nodes.sort_by_key(first_byte);
        self.reading.furniture.sort_unstable();
        self.reading.unplaced.sort_unstable();
        let mut seen: HashMap<u32, (Kind, Option<u32>, usize)> = HashMap::new();
        let mut last = None;
        for node in &mut self.reading.nodes {
            let fits = |parent: u32| seen.get(&parent).is_some_and(|&(kind, _, _)| may_hold(kind, node.kind));
            if node.parent.is_some_and(|parent| !fits(parent))
                || (node.parent.is_none() && node.kind > Kind::Article)
            {
                let mut above: Option<u32> = last;
                while let Some(parent) = above.filter(|&parent| !fits(parent)) {
                    above = seen.get(&parent).and_then(|&(_, parent, _)| parent);
                }
                node.parent = above;
            }
            let depth =
                node.parent.and_then(|parent| seen.get(&parent)).map_or(1, |&(_, _, depth)| depth + 1);
            if depth > MAX_DEPTH {
                return Err(CorrectionError::TooDeep { limit: MAX_DEPTH });
            }
            seen.insert(node.index, (node.kind, node.parent, depth));
            last = Some(node.index);
        }
        self.reading.refresh(self.text);
        Ok(())
    }
}

fn first_byte(node: &Node) -> usize {
    node.leaves.first().map_or(usize::MAX, |leaf| leaf.span.start)
}

/// Joins pieces that touch and are for the same.
fn join(leaves: &mut Vec<Leaf>) {
    leaves.dedup_by(|next, kept| {
        let touch = kept.role == next.role && kept.span.end == next.span.start;
        if touch {
            kept.span.end = next.span.end;
        }
        touch
    });
}

fn checked(label: &str) -> Result<String, CorrectionError> {
    let label = label.trim();
    let fits = !label.is_empty()
        && label.chars().count() <= LONGEST_LABEL
        && !label.chars().any(|letter| letter == '/' || letter.is_control());
    if fits { Ok(label.to_owned()) } else { Err(CorrectionError::BadLabel) }
}
