//! PEM blocks (RFC 7468): which ones of a text carry a label.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::Error;

/// More blocks than this no chain has.
const MAX_BLOCKS: usize = 512;

/// The bytes of every block with that label.
pub(crate) fn blocks(text: &str, label: &str) -> Result<Vec<Vec<u8>>, Error> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let (mut rest, mut found) = (text, Vec::new());
    while let Some((_, after)) = rest.split_once(&begin) {
        let (body, after) = after.split_once(&end).ok_or(Error::Malformed("PEM"))?;
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        found.push(STANDARD.decode(body).map_err(|_| Error::Malformed("PEM"))?);
        if found.len() > MAX_BLOCKS {
            return Err(Error::TooLarge("PEM"));
        }
        rest = after;
    }
    Ok(found)
}
