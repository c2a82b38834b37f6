//! e-Yazışma packages.

mod codes;
mod container;
mod digest;
mod findings;
mod limits;
mod model;
mod package;
mod part_name;
mod read;
mod refusal;
mod role;
mod rules;
mod verify;
mod write;
mod xml;

pub use codes::{Algorithm, AnnexKind, Confidentiality, DistributionKind, ErrorCode, Kind, Urgency, Version};
pub use findings::{Finding, Report, Severity, SignatureKind, SignaturePart};
pub use limits::Limits;
pub use model::*;
pub use package::{Package, PartInfo};
pub use part_name::transliterate;
pub use refusal::Refusal;
pub use role::Role;
pub use verify::{verify, verify_for, verify_inner};
pub use write::{
    CannotWrite, Content, Draft, Envelope, OldNumber, PersonalCopy, Sealed, SealedUpdate, Signed, Unsealed,
    UpdateDraft,
};

#[cfg(test)]
mod tests;
