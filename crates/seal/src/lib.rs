//! Merkle trees, the chain of seals over them, proofs and verification. No database, no clock, no
//! signatures: callers hand over bytes and instants and store what comes back.
//!
//! The log is a sequence of records numbered 0, 1, 2, … without a gap. Every few seconds the records
//! that arrived since the last seal become the leaves of one Merkle tree, and a [`Seal`] binds its
//! root to the seal before it. Whoever changes, removes, adds or reorders a sealed record must change
//! that seal and every later one; whoever knows one later seal ([`Anchor`]) sees it.
//!
//! The bytes are described for outsiders in `docs/formats/seal.md`.

pub mod audit;
mod canonical;
mod chain;
mod proof;
mod tree;
mod verify;

#[cfg(test)]
mod tests;

pub use canonical::Canonical;
pub use chain::{Anchor, CannotSeal, MAX_LEAVES, Seal};
pub use proof::{Proof, prove};
pub use tree::{Digest, Tree, leaf_digest, node_digest};
pub use verify::{Finding, MAX_FINDINGS, Report, Sealed, Verifier, What, verify_chain};
