//! What stands in a signature file, for whoever takes it apart so that other programs can check it: certificates, time stamps.
//! Nothing is judged here.

use crate::certificate::Certificate;
use crate::cms::{SignedData, normal};
use crate::error::Error;
use crate::oids;
use crate::time_stamp::TimeStamp;
use crate::upgrade::values_of;

/// A time stamp over a signature (CAdES-T) and the bytes that it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureStamp {
    /// Place of the signer, from 0.
    pub signer: usize,
    /// The token (RFC 3161), DER.
    pub token: Vec<u8>,
    /// The signature value, whose digest is in the token.
    pub covered: Vec<u8>,
}

/// The time stamps over the signatures of a file, signer by signer. Stamps over references and archives are left out: what
/// they cover is no file of its own.
///
/// # Errors
/// [`Error::Malformed`], [`Error::TooLarge`]; a token that cannot be read is passed over.
pub fn signature_stamps(cms: &[u8]) -> Result<Vec<SignatureStamp>, Error> {
    let bytes = normal(cms)?;
    let data = SignedData::parse(&bytes)?;
    let mut found = Vec::new();
    for (signer, info) in data.signers.iter().enumerate() {
        for value in info.unsigned(&oids::SIGNATURE_TIME_STAMP).flat_map(|one| &one.values) {
            let Ok(token) = TimeStamp::from_der(value.raw) else { continue };
            found.push(SignatureStamp {
                signer,
                token: token.der().to_vec(),
                covered: info.signature().to_vec(),
            });
        }
    }
    Ok(found)
}

/// Every certificate that a file carries, those of its time stamps too, each once, in the order in which they stand.
///
/// # Errors
/// [`Error::Malformed`], [`Error::TooLarge`]; a certificate that cannot be read is passed over.
pub fn certificates(cms: &[u8]) -> Result<Vec<Certificate>, Error> {
    let bytes = normal(cms)?;
    let data = SignedData::parse(&bytes)?;
    let mut all = data.read_certificates();
    for info in &data.signers {
        all.extend(values_of(info).certificates);
        for value in info.unsigned(&oids::SIGNATURE_TIME_STAMP).flat_map(|one| &one.values) {
            if let Ok(token) = TimeStamp::from_der(value.raw) {
                all.extend(SignedData::parse(token.der())?.read_certificates());
            }
        }
    }
    let mut kept: Vec<Certificate> = Vec::new();
    for one in all {
        if !kept.iter().any(|other| other.der() == one.der()) {
            kept.push(one);
        }
    }
    Ok(kept)
}
