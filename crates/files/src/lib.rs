//! Files from outside and inside: content-addressed blobs on a local folder or S3, recognising and guarding what
//! comes in, and reading text out of it. No database and no HTTP here: attachments and routes stand on this.

pub mod apart;
pub mod archive;
mod digest;
mod error;
pub mod extract;
pub mod image;
mod limits;
mod media;
pub mod name;
pub mod plain;
pub mod sniff;
mod store;
mod upload;

pub use digest::{Digest, NotADigest};
pub use error::{Error, ErrorKind, Result, human_size};
pub use extract::{Extracted, extract_text};
pub use limits::Limits;
pub use media::MediaType;
pub use store::{S3Config, SpoolWriter, Spooled, Store, StoreConfig, Stored, bucket};
pub use upload::{Accepted, accept_upload, check_upload};

#[cfg(test)]
mod tests;
