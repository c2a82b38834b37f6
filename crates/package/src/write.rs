//! Writes packages: strict, so that nothing leaves that the verifier would refuse, and deterministic, so that the same
//! letter is the same bytes. Signatures come from outside, in the order that the format demands.

mod archive;
mod content;
mod draft;
mod envelope;
mod letter;
mod parties;
mod refusal;
mod small;
mod summary;
mod update;
mod xml;

pub use content::Content;
pub use draft::{Draft, OldNumber, PersonalCopy, Sealed, Signed, Unsealed};
pub use envelope::Envelope;
pub use refusal::CannotWrite;
pub use update::{SealedUpdate, UpdateDraft};
