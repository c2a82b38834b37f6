//! Corrections that move a node in the tree: another kind, another parent, one level in or out.

use super::{Bench, CorrectionError};
use crate::reading::account::may_hold;
use crate::reading::model::{Certainty, Kind};

impl Bench<'_> {
    pub(super) fn set_kind(&mut self, index: u32, kind: Kind) -> Result<(), CorrectionError> {
        let place = self.position(index)?;
        if kind == Kind::Title && place > 0 {
            return Err(CorrectionError::CannotStandThere);
        }
        let above = self.above(index);
        let parent = above
            .iter()
            .copied()
            .find(|&parent| self.kind_of(parent).is_some_and(|above| may_hold(above, kind)));
        let left: Vec<u32> = above.into_iter().take_while(|&above| Some(above) != parent).collect();
        let was = self.reading.nodes[place].kind;
        // What ranks lower than before goes on with the text above it, wherever that stands.
        let under =
            place.checked_sub(1).filter(|_| kind > was).and_then(|before| self.parent_for(before, kind));
        let node = &mut self.reading.nodes[place];
        (node.kind, node.certainty) = (kind, Certainty::Certain);
        if kind > was {
            node.parent = under;
        } else if kind < was || !left.is_empty() {
            node.parent = parent;
            self.gather(place, index, &left);
        }
        Ok(())
    }

    /// What comes after `index` and stood under one of `left` now stands under `index`.
    pub(super) fn gather(&mut self, place: usize, index: u32, left: &[u32]) {
        let kind = self.reading.nodes[place].kind;
        for node in &mut self.reading.nodes[place + 1..] {
            if node.parent.is_some_and(|parent| left.contains(&parent)) && may_hold(kind, node.kind) {
                node.parent = Some(index);
            }
        }
    }

    pub(super) fn set_parent(&mut self, index: u32, parent: Option<u32>) -> Result<(), CorrectionError> {
        let place = self.position(index)?;
        let kind = self.reading.nodes[place].kind;
        if let Some(parent) = parent {
            let holder = self.position(parent)?;
            if holder >= place || !may_hold(self.reading.nodes[holder].kind, kind) {
                return Err(CorrectionError::CannotStandThere);
            }
        }
        let node = &mut self.reading.nodes[place];
        (node.parent, node.certainty) = (parent, Certainty::Certain);
        Ok(())
    }

    pub(super) fn indent(&mut self, index: u32) -> Result<(), CorrectionError> {
        let place = self.position(index)?;
        let (parent, kind) = (self.reading.nodes[place].parent, self.reading.nodes[place].kind);
        let before = self.reading.nodes[..place]
            .iter()
            .rev()
            .find(|node| node.parent == parent && node.kind != Kind::Title);
        let Some((holder, above)) = before.map(|node| (node.index, node.kind)) else {
            return Err(CorrectionError::NothingBefore);
        };
        let kind = if may_hold(above, kind) { kind } else { below(above) };
        let node = &mut self.reading.nodes[place];
        (node.parent, node.kind, node.certainty) = (Some(holder), kind, Certainty::Certain);
        Ok(())
    }

    pub(super) fn outdent(&mut self, index: u32) -> Result<(), CorrectionError> {
        let place = self.position(index)?;
        let old = self.reading.nodes[place].parent.ok_or(CorrectionError::CannotStandThere)?;
        let (above, kind) = match self.reading.node(old) {
            Some(node) => (node.parent, node.kind),
            None => return Err(CorrectionError::NoSuchNode),
        };
        let node = &mut self.reading.nodes[place];
        (node.parent, node.kind, node.certainty) = (above, kind, Certainty::Certain);
        self.gather(place, index, &[old]);
        Ok(())
    }
}

fn below(kind: Kind) -> Kind {
    match kind {
        Kind::Title | Kind::Part => Kind::Article,
        Kind::Article => Kind::Paragraph,
        Kind::Paragraph => Kind::Clause,
        Kind::Clause | Kind::SubClause => Kind::SubClause,
    }
}
