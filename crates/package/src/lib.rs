//! e-Yazışma packages (.eyp, .eyps, .eypg) of versions 1.3 and 2.0: opened within limits, judged, and written. No
//! signature is made or checked here and nothing is encrypted: the bytes to be signed are handed out and taken back,
//! and a [`Report`] lists every signature with what it covers. No clock, no chance, no database, no network.
//!
//! A package is a zip whose parts are tied together by relationships (ECMA-376 part 2). Three digest files cover the
//! parts: ParafOzeti for the initials, PaketOzeti for the signature, NihaiOzet for the seal. The rules come from the
//! technical guide of e-Yazışma (K.n) and the official programs (error codes 1 to 36).
//!
//! Reading what came in:
//!
//! ```
//! use std::io::Cursor;
//! use package::{Kind, Limits, Package, verify};
//!
//! let file = include_bytes!("tests/samples/paketv2x.eyp");
//! let mut package = Package::open(Cursor::new(file), &Limits::default())?;
//! assert_eq!(package.kind(), Kind::Letter);
//! assert_eq!(package.letter().map(|letter| letter.subject.as_str()), Some("Olustur Versiyon 2X"));
//! let report = verify(&mut package);
//! assert!(report.is_valid());
//! for signature in &report.signatures {
//!     // Another crate checks `signature.bytes` against `signature.covered_bytes`.
//!     assert!(!signature.covered_bytes.is_empty());
//! }
//! println!("{report}");
//! # Ok::<(), package::Refusal>(())
//! ```
//!
//! Writing goes through stages, because date and number are known only after signing: [`Draft`] hands out
//! ParafOzeti.xml and PaketOzeti.xml, [`Signed`] takes date and number, [`Unsealed`] hands out NihaiOzet.xml, and
//! [`Sealed`] writes the package, a copy for one addressee, or the [`Envelope`] of its encrypted form.

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
