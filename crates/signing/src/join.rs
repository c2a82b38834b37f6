//! Puts the signers of one file beside those of another over the same content ("paralel imza"), so that nobody's program has to be
//! given what others signed. Nothing is judged here.

use crate::algorithm::Hash;
use crate::asn1::{Tlv, context, encode};
use crate::cms::{Parts, SignedData, normal};
use crate::error::Error;
use crate::oids;

/// `file` with the signers of `more` behind its own, and what they brought: certificates, revocation data. Every signer keeps its
/// bytes; one that stands in both files stands once, as it stands in `file`.
///
/// # Errors
/// [`Error::ContentMissing`] if a file does not carry what was signed, [`Error::ContentDiffers`], [`Error::Malformed`];
/// [`Error::Unsupported`] below an archive time stamp of version 2, which covers the lists of the file as they stand.
pub fn join(file: &[u8], more: &[u8]) -> Result<Vec<u8>, Error> {
    let (file, more) = (normal(file)?, normal(more)?);
    let (data, other) = (SignedData::parse(&file)?, SignedData::parse(&more)?);
    let (Some(own), Some(others)) = (data.content, other.content) else { return Err(Error::ContentMissing) };
    if own != others || data.content_type.raw != other.content_type.raw {
        return Err(Error::ContentDiffers);
    }
    let mut both = data.signers.iter().chain(&other.signers);
    if both.any(|one| one.unsigned(&oids::ARCHIVE_TIME_STAMP_V2).next().is_some()) {
        return Err(Error::Unsupported("ikinci sürüm arşiv zaman damgasının altında başka bir imzacı"));
    }
    let mut parts = Parts::of(&data);
    // RFC 5652, 5.1: the larger number is there for what the other file holds.
    if other.version.body > data.version.body {
        parts.version = other.version.raw.to_vec();
    }
    for digest in &other.digests {
        if !parts.digests.iter().any(|one| is_same_hash(one, digest)) {
            parts.digests.push(digest.raw.to_vec());
        }
    }
    add_missing(&mut parts.certificates, &other.certificates);
    let mut revocations: Vec<Vec<u8>> = data.revocations.iter().map(|one| one.raw.to_vec()).collect();
    add_missing(&mut revocations, &other.revocations);
    if revocations.len() > data.revocations.len() {
        let values: Vec<&[u8]> = revocations.iter().map(Vec::as_slice).collect();
        parts.revocations = Some(encode(context(1), &values));
    }
    for signer in &other.signers {
        if !data.signers.iter().any(|one| one.signature() == signer.signature()) {
            parts.signers.push(signer.raw.to_vec());
        }
    }
    let joined = parts.encode();
    // The limits of a file hold for the whole.
    SignedData::parse(&joined)?;
    Ok(joined)
}

fn is_same_hash(one: &[u8], other: &Tlv) -> bool {
    let hash = Tlv::only(one).ok().and_then(|one| Hash::read(&one).ok());
    one == other.raw || hash.is_some_and(|hash| Hash::read(other) == Ok(hash))
}

fn add_missing(own: &mut Vec<Vec<u8>>, more: &[Tlv]) {
    for one in more {
        if !own.iter().any(|known| known == one.raw) {
            own.push(one.raw.to_vec());
        }
    }
}
