//! Electronic signatures as Law 5070 and e-Yazışma want them: CAdES made in two steps around a key that is
//! elsewhere, raised with time stamps and validation data, and verified without a network. No HTTP, no
//! database, no clock: callers carry bytes and hand over instants and nonces.
//!
//! [`Preparation`] makes signatures, [`join`] puts those of several people into one file, [`add_time_stamp`] and its
//! neighbours raise them, [`verify`] judges them, [`Key`] is whatever signs: a file for trials or a card ([`token`]).
//! [`enveloped`] is content that was encrypted for somebody.

mod algorithm;
mod archive;
mod asn1;
mod build;
mod certificate;
mod cms;
mod crl;
pub mod enveloped;
mod error;
mod join;
pub mod kamusm;
mod key;
mod name;
mod ocsp;
mod oids;
mod parts;
pub mod pdf;
mod pem;
mod profile;
mod report;
mod time_stamp;
mod trust;
mod upgrade;
mod verify;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use algorithm::Hash;
pub use build::{Content, PdfDigests, Preparation, SignatureAlgorithm};
pub use certificate::{Certificate, MAX_CERTIFICATE_BYTES};
pub use cms::MAX_CMS_BYTES;
pub use crl::{Crl, MAX_CRL_BYTES, Revoked};
pub use error::Error;
pub use join::join;
#[cfg(feature = "token")]
pub use key::token;
pub use key::{Key, KeyError, SoftwareKey};
pub use name::Name;
pub use ocsp::{MAX_OCSP_BYTES, Ocsp, ocsp_request};
pub use parts::{SignatureStamp, certificates, signature_stamps};
pub use profile::{POLICY_SHA256, POLICY_URL, Profile};
pub use report::{Finding, Level, Report, SignerReport, StampKind, StampReport, Verdict, Wanted, Weight};
pub use time_stamp::{MAX_TIME_STAMP_BYTES, TimeStamp, TimeStampRequest};
pub use trust::Trust;
pub use upgrade::{
    ValidationData, add_archive_time_stamp, add_references_time_stamp, add_time_stamp, add_validation_data,
    archive_imprint, references_imprint, signature_imprint,
};
pub use verify::{next_restamp, verify, verify_time_stamp, weak_hashes};
