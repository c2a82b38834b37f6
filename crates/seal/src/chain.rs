//! A seal and how the next one is made. Checking a chain lives in `verify.rs`; when to seal and where
//! to keep the seals is the caller's.

use crate::tree::{Digest, Tree};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Leaves of one seal. A sealer that has fallen behind makes several seals; a verifier holds one
/// seal's digests in memory (8 MiB at this bound).
pub const MAX_LEAVES: usize = 1 << 18;

/// One link of the chain: a Merkle root over `count` records from number `first` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Number of the seal, from 0, without a gap.
    pub no: u64,
    /// Number of the first record under this seal; the first seal starts at 0.
    pub first: u64,
    /// Number of records under this seal, at least 1.
    pub count: u64,
    /// Merkle root over the leaf digests of the records, in order.
    pub root: Digest,
    /// `hash` of the seal before; zeros for the first.
    pub previous: Digest,
    /// When it was sealed, in microseconds since 1970-01-01T00:00:00Z.
    pub sealed_at_us: i64,
    /// SHA-256(0x02 ‖ no ‖ first ‖ count ‖ root ‖ previous ‖ sealed_at_us), integers as 8 bytes
    /// big-endian. This is what a time stamp or a signature is later taken over.
    pub hash: Digest,
}

/// A seal known from outside the database (a printed page, a backup's manifest, a time stamp).
/// Without one, a chain rewritten from end to end, or cut at its end, looks whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Number of the seal.
    pub no: u64,
    /// Its hash.
    pub hash: Digest,
}

/// Why a seal was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotSeal {
    /// There is nothing to seal.
    Empty,
    /// More than [`MAX_LEAVES`] records; seal them in parts.
    TooMany,
    /// The instant is before that of the previous seal: the machine's clock went back.
    ClockSetBack,
    /// The numbers ran out (2^64 records or seals).
    OutOfNumbers,
}

impl fmt::Display for CannotSeal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Empty => "nothing to seal",
            Self::TooMany => "too many records for one seal",
            Self::ClockSetBack => "the clock is behind the previous seal",
            Self::OutOfNumbers => "the numbers of the chain ran out",
        })
    }
}

impl std::error::Error for CannotSeal {}

impl Seal {
    /// Seals the next records. `previous` is the last seal of the chain, `leaves` the leaf digests of
    /// the records that follow it, in order.
    pub fn next(previous: Option<&Self>, leaves: &[Digest], sealed_at_us: i64) -> Result<Self, CannotSeal> {
        if leaves.is_empty() {
            return Err(CannotSeal::Empty);
        }
        if leaves.len() > MAX_LEAVES {
            return Err(CannotSeal::TooMany);
        }
        if previous.is_some_and(|seal| sealed_at_us < seal.sealed_at_us) {
            return Err(CannotSeal::ClockSetBack);
        }
        let (no, first, hash) = match previous {
            None => (0, 0, [0; 32]),
            Some(seal) => {
                let no = seal.no.checked_add(1).ok_or(CannotSeal::OutOfNumbers)?;
                let first = seal.first.checked_add(seal.count).ok_or(CannotSeal::OutOfNumbers)?;
                (no, first, seal.hash)
            }
        };
        let root = leaves.iter().copied().collect::<Tree>().root();
        let count = leaves.len() as u64;
        let mut seal = Self { no, first, count, root, previous: hash, sealed_at_us, hash: [0; 32] };
        seal.hash = seal.expected_hash();
        Ok(seal)
    }

    /// The hash that the other fields give.
    pub fn expected_hash(&self) -> Digest {
        Sha256::new()
            .chain_update([0x02])
            .chain_update(self.no.to_be_bytes())
            .chain_update(self.first.to_be_bytes())
            .chain_update(self.count.to_be_bytes())
            .chain_update(self.root)
            .chain_update(self.previous)
            .chain_update(self.sealed_at_us.to_be_bytes())
            .finalize()
            .into()
    }

    /// What to write down elsewhere in order to recognise this seal later.
    pub fn anchor(&self) -> Anchor {
        Anchor { no: self.no, hash: self.hash }
    }
}
