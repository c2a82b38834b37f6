//! The Merkle tree over the rows of a segment: the shape of RFC 6962 with BLAKE2b, four digests at a time. The event
//! log's tree (crate `seal`) is SHA-256 and grows leaf by leaf; here whole levels are at hand, and a stream brings a
//! hundred megabytes a second.

use blake2b_simd::many::{HashManyJob, hash_many};
use blake2b_simd::{Params, blake2b};

/// The first 32 bytes of a BLAKE2b-512, as `openssl dgst -blake2b512` gives it.
pub type Digest = [u8; 32];

/// Rows of one block: its node stands in the chain entry, so that a flip is named to the block and the proof of a
/// row needs no other block.
pub const BLOCK_ROWS: usize = 4_096;

/// Leaf inputs hashed in one go.
const BATCH: usize = 64;

/// BLAKE2b(00 ‖ at ‖ received at ‖ bytes), instants as 8 bytes big-endian.
pub fn leaf_digest(at_us: i64, received_at_us: i64, leaf: &[u8]) -> Digest {
    let mut input = Vec::with_capacity(17 + leaf.len());
    leaf_input(at_us, received_at_us, &mut input);
    input.extend_from_slice(leaf);
    cut(&blake2b(&input))
}

fn leaf_input(at_us: i64, received_at_us: i64, input: &mut Vec<u8>) {
    input.push(0x00);
    input.extend_from_slice(&at_us.to_be_bytes());
    input.extend_from_slice(&received_at_us.to_be_bytes());
}

fn cut(hash: &blake2b_simd::Hash) -> Digest {
    let mut digest = [0; 32];
    digest.copy_from_slice(&hash.as_bytes()[..32]);
    digest
}

/// Collects leaves and hashes them together.
#[derive(Debug, Default)]
pub struct Leaves {
    inputs: Vec<u8>,
    ends: Vec<usize>,
}

impl Leaves {
    /// Adds a row's leaf; `write` appends its bytes. What is full is hashed into `digests`.
    pub fn add(
        &mut self,
        (at_us, received_at_us): (i64, i64),
        digests: &mut Vec<Digest>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        leaf_input(at_us, received_at_us, &mut self.inputs);
        write(&mut self.inputs);
        self.ends.push(self.inputs.len());
        if self.ends.len() == BATCH {
            self.flush(digests);
        }
    }

    /// Hashes what is left.
    pub fn flush(&mut self, digests: &mut Vec<Digest>) {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let slices = starts.zip(&self.ends).map(|(from, to)| &self.inputs[from..*to]);
        hash_all(slices, digests);
        self.inputs.clear();
        self.ends.clear();
    }
}

fn hash_all<'a>(inputs: impl Iterator<Item = &'a [u8]>, digests: &mut Vec<Digest>) {
    let params = Params::new();
    let mut jobs: Vec<HashManyJob<'_>> = inputs.map(|input| HashManyJob::new(&params, input)).collect();
    hash_many(jobs.iter_mut());
    digests.extend(jobs.iter().map(|job| cut(&job.to_hash())));
}

/// The level above these digests: pairs become BLAKE2b(01 ‖ left ‖ right), one left over climbs as it is.
fn level_above(level: &[Digest]) -> Vec<Digest> {
    let mut above = Vec::with_capacity(level.len().div_ceil(2));
    let mut inputs = Vec::with_capacity(65 * BATCH);
    for pairs in level.chunks(2 * BATCH) {
        inputs.clear();
        for pair in pairs.chunks_exact(2) {
            inputs.push(0x01);
            inputs.extend_from_slice(&pair[0]);
            inputs.extend_from_slice(&pair[1]);
        }
        hash_all(inputs.chunks_exact(65), &mut above);
        above.extend(pairs.chunks_exact(2).remainder());
    }
    above
}

/// The root over these digests; zeros for none.
pub fn root(digests: &[Digest]) -> Digest {
    let mut level = digests.to_vec();
    while level.len() > 1 {
        level = level_above(&level);
    }
    level.first().copied().unwrap_or_default()
}

/// The node of each block of [`BLOCK_ROWS`] leaves; `root` of them is the root of the leaves.
pub fn blocks(leaves: &[Digest]) -> Vec<Digest> {
    leaves.chunks(BLOCK_ROWS).map(root).collect()
}

/// Evidence that a leaf stands at a place under a root, without any other row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Place of the row in the segment, from 0.
    pub index: u64,
    /// Rows of the segment.
    pub count: u64,
    /// Sibling digests from the leaf up.
    pub path: Vec<Digest>,
}

/// The siblings of the digest at `index`, from below.
fn siblings(digests: &[Digest], mut index: usize, path: &mut Vec<Digest>) {
    let mut level = digests.to_vec();
    while level.len() > 1 {
        path.extend(level.get(index ^ 1));
        level = level_above(&level);
        index /= 2;
    }
}

impl Proof {
    /// The proof of a leaf from the leaves of its block and the nodes of all blocks; `None` when there is no such row.
    pub(crate) fn new(index: u64, count: u64, block: &[Digest], blocks: &[Digest]) -> Option<Self> {
        let (at, of) = (usize::try_from(index).ok()? / BLOCK_ROWS, usize::try_from(index).ok()? % BLOCK_ROWS);
        if index >= count || of >= block.len() || at >= blocks.len() {
            return None;
        }
        let mut path = Vec::new();
        siblings(block, of, &mut path);
        siblings(blocks, at, &mut path);
        Some(Self { index, count, path })
    }

    /// Whether the leaf stands under the root at this place.
    pub fn holds(&self, leaf: &Digest, root: &Digest) -> bool {
        if self.index >= self.count {
            return false;
        }
        let (mut at, mut last, mut digest) = (self.index, self.count - 1, *leaf);
        let mut path = self.path.iter();
        while last > 0 {
            // The last of an odd level has no sibling and climbs as it is.
            if at % 2 == 1 || at < last {
                let Some(sibling) = path.next() else { return false };
                digest = if at % 2 == 1 { node(sibling, &digest) } else { node(&digest, sibling) };
            }
            at /= 2;
            last /= 2;
        }
        path.next().is_none() && digest == *root
    }
}

fn node(left: &Digest, right: &Digest) -> Digest {
    level_above(&[*left, *right])[0]
}
