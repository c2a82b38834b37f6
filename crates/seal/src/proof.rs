//! Inclusion proofs (RFC 6962 §2.1.1): one leaf, its path of siblings and the root. An outsider who
//! has the root can check one record without seeing any other.

use crate::tree::{Digest, Tree, node_digest};

/// Evidence that a leaf stands at `index` among `count` leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Position of the leaf within its tree, from 0.
    pub index: u64,
    /// Number of leaves of the tree.
    pub count: u64,
    /// Sibling digests from the leaf up to the root, at most 64.
    pub path: Vec<Digest>,
}

impl Proof {
    /// Whether `leaf` (a leaf digest) stands under `root` at this place. RFC 9162 §2.1.3.2.
    pub fn holds(&self, leaf: &Digest, root: &Digest) -> bool {
        if self.index >= self.count {
            return false;
        }
        let (mut at, mut last) = (self.index, self.count - 1);
        let mut digest = *leaf;
        for sibling in &self.path {
            if last == 0 {
                return false;
            }
            if at % 2 == 1 || at == last {
                digest = node_digest(sibling, &digest);
                // A node without a right sibling climbs until it becomes a right child.
                while at.is_multiple_of(2) && at != 0 {
                    at /= 2;
                    last /= 2;
                }
            } else {
                digest = node_digest(&digest, sibling);
            }
            at /= 2;
            last /= 2;
        }
        last == 0 && digest == *root
    }
}

/// The proof of the leaf at `index` among these leaf digests; `None` when there is no such leaf.
pub fn prove(leaves: &[Digest], index: usize) -> Option<Proof> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut range, mut at) = (leaves, index);
    while range.len() > 1 {
        // The left subtree holds the largest power of two below the width (RFC 6962 §2.1).
        let split = range.len().next_power_of_two() / 2;
        let (left, right) = range.split_at(split);
        if at < split {
            path.push(right.iter().copied().collect::<Tree>().root());
            range = left;
        } else {
            path.push(left.iter().copied().collect::<Tree>().root());
            range = right;
            at -= split;
        }
    }
    path.reverse();
    Some(Proof { index: index as u64, count: leaves.len() as u64, path })
}
