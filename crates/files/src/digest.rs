//! The name of a blob: its SHA-256, and the place in the store that follows from it.
//! Reading and writing blobs is in `store`.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// SHA-256 of a blob's bytes (FIPS 180-4). Written as 64 lower-case hexadecimal digits everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits")]
pub struct NotADigest;

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The raw 32 bytes, as a database column stores them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// `ab/cd/<64 hex>`: two levels of 256 keep every folder small up to tens of millions of blobs.
    pub fn fan_out(&self) -> String {
        let name = self.to_hex();
        format!("{}/{}/{}", &name[..2], &name[2..4], name)
    }

    /// The digest whose [`fan_out`](Self::fan_out) is `path`; nothing for any other file in the store's folder.
    pub fn from_fan_out(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?;
        let digest: Self = name.parse().ok()?;
        (digest.fan_out() == path).then_some(digest)
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<Sha256> for Digest {
    fn from(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotADigest)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The one-block example of FIPS 180-4.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_digest_of_abc_is_the_one_in_the_standard() {
        assert_eq!(Digest::of(b"abc").to_hex(), ABC);
        assert_eq!(ABC.parse::<Digest>().unwrap(), Digest::of(b"abc"));
    }

    #[test]
    fn a_blob_lies_two_folders_deep_and_its_place_names_it_back() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.fan_out(), format!("ba/78/{ABC}"));
        assert_eq!(Digest::from_fan_out(&digest.fan_out()), Some(digest));
    }

    #[test]
    fn other_files_in_the_folder_are_not_taken_for_blobs() {
        for path in ["", "tmp/x", ABC, &format!("ba/79/{ABC}"), &format!("BA/78/{}", ABC.to_uppercase())] {
            assert_eq!(Digest::from_fan_out(path), None, "{path}");
        }
    }

    #[test]
    fn a_text_of_another_shape_is_refused() {
        for text in ["", "ab", &ABC[1..], &format!("{ABC}00"), &ABC.replace('b', "g")] {
            assert_eq!(text.parse::<Digest>(), Err(NotADigest), "{text}");
        }
    }
}
