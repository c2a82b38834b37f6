//! The Merkle tree of RFC 6962 (kept unchanged by RFC 9162): its two digests and its root, computed
//! leaf by leaf in memory that grows with the depth only. Proofs live in `proof.rs`.

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, 32 bytes.
pub type Digest = [u8; 32];

/// Digest of one leaf: SHA-256(0x00 ‖ data). RFC 6962 §2.1.
pub fn leaf_digest(data: &[u8]) -> Digest {
    Sha256::new().chain_update([0x00]).chain_update(data).finalize().into()
}

/// Digest of an inner node: SHA-256(0x01 ‖ left ‖ right). RFC 6962 §2.1.
pub fn node_digest(left: &Digest, right: &Digest) -> Digest {
    // One contiguous block hashes faster than three updates, and inner nodes are half of the work.
    let mut block = [0x01; 65];
    block[1..33].copy_from_slice(left);
    block[33..].copy_from_slice(right);
    Sha256::digest(block).into()
}

/// A tree that is only ever appended to. It keeps the roots of its complete subtrees, at most 64.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Roots of complete subtrees, the widest first; one for each set bit of `len`.
    peaks: Vec<Digest>,
    len: u64,
}

impl Tree {
    /// A tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether no leaf has been added.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds the digest of the next leaf, as made by [`leaf_digest`].
    pub fn push(&mut self, leaf: Digest) {
        let mut root = leaf;
        // Each trailing one bit of the old length is a complete subtree as wide as the one in hand.
        for _ in 0..self.len.trailing_ones() {
            let left = self.peaks.pop().expect("one peak is kept for each set bit of the length");
            root = node_digest(&left, &root);
        }
        self.peaks.push(root);
        self.len += 1;
    }

    /// Root over the leaves so far; SHA-256 of nothing for the empty tree, as RFC 6962 §2.1 says.
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Sha256::digest([]).into() };
        peaks.fold(*last, |right, left| node_digest(left, &right))
    }
}

impl Extend<Digest> for Tree {
    fn extend<I: IntoIterator<Item = Digest>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::new();
        tree.extend(leaves);
        tree
    }
}
