//! The four signature profiles of BTK ("Elektronik İmza Kullanım Profilleri Rehberi") and the policy
//! document they name.

use const_oid::ObjectIdentifier;

use crate::algorithm::Hash;
use crate::oids;

/// Where the policy document lies; one document describes all profiles.
pub const POLICY_URL: &str = "http://www.eimza.gov.tr/EimzaPolitikalari/216792161015070321.pdf";

/// SHA-256 of the policy document.
pub const POLICY_SHA256: [u8; 32] = [
    0xff, 0x39, 0xbd, 0x29, 0x46, 0x33, 0x83, 0xf6, 0x9b, 0x20, 0x52, 0xac, 0x47, 0x43, 0x9e, 0x06, 0xce,
    0x7c, 0x3b, 0x86, 0x46, 0xe8, 0x88, 0xb6, 0xe5, 0xae, 0x3e, 0x46, 0xba, 0x08, 0x11, 0x7a,
];

/// SHA-1 of the same document, which signatures of the first years name.
const POLICY_SHA1: [u8; 20] = [
    0x7e, 0x3b, 0x50, 0xd9, 0x02, 0x0c, 0x67, 0x6b, 0xbb, 0xf0, 0x7a, 0x99, 0x8e, 0x75, 0xe6, 0x37, 0x34,
    0x90, 0x9c, 0xd8,
];

/// A signature profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// No policy, no time stamp.
    P1,
    /// Short term: time stamp, revocation lists.
    P2,
    /// Long term: revocation lists that are 24 hours younger than the time stamp.
    P3,
    /// Long term: OCSP for the signer, no waiting. e-Yazışma and KEP ask for it.
    P4,
}

impl Profile {
    /// Its policy; P1 has none.
    pub(crate) fn oid(self) -> Option<ObjectIdentifier> {
        match self {
            Profile::P1 => None,
            Profile::P2 => Some(oids::PROFILE_P2),
            Profile::P3 => Some(oids::PROFILE_P3),
            Profile::P4 => Some(oids::PROFILE_P4),
        }
    }

    pub(crate) fn of(oid: &[u8]) -> Option<Self> {
        let all = [Profile::P2, Profile::P3, Profile::P4];
        all.into_iter().find(|one| one.oid().is_some_and(|known| known.as_bytes() == oid))
    }

    /// As officials write it.
    pub fn name(self) -> &'static str {
        match self {
            Profile::P1 => "P1",
            Profile::P2 => "P2",
            Profile::P3 => "P3",
            Profile::P4 => "P4",
        }
    }

    /// Whether the profile asks for the revocation data inside the file.
    pub fn is_long_term(self) -> bool {
        matches!(self, Profile::P3 | Profile::P4)
    }
}

/// Whether `digest` is that of the policy document; none if this program does not know it in `hash`.
pub(crate) fn is_policy_document(hash: Hash, digest: &[u8]) -> Option<bool> {
    match hash {
        Hash::Sha256 => Some(digest == POLICY_SHA256),
        Hash::Sha1 => Some(digest == POLICY_SHA1),
        _ => None,
    }
}
