//! Digests and the checking of signatures, on top of ring. What ring does not know (P-521, DSA, keys
//! under 1024 bits) is unsupported and said so.

use const_oid::ObjectIdentifier;
use ring::{digest, signature};

use crate::asn1::{INTEGER, Reader, SEQUENCE, Tlv, context};
use crate::error::Error;
use crate::oids;

/// A digest algorithm. SHA-1 is only read, never written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Hash::Sha1 => "SHA-1",
            Hash::Sha256 => "SHA-256",
            Hash::Sha384 => "SHA-384",
            Hash::Sha512 => "SHA-512",
        }
    }

    /// Whether new documents must not rely on it.
    pub fn is_weak(self) -> bool {
        self == Hash::Sha1
    }

    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        digest::digest(self.ring(), bytes).as_ref().to_vec()
    }

    /// The digest of parts that follow one another.
    pub(crate) fn digest_parts(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = digest::Context::new(self.ring());
        parts.iter().for_each(|part| context.update(part));
        context.finish().as_ref().to_vec()
    }

    fn ring(self) -> &'static digest::Algorithm {
        match self {
            Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &digest::SHA256,
            Hash::Sha384 => &digest::SHA384,
            Hash::Sha512 => &digest::SHA512,
        }
    }

    pub(crate) fn oid(self) -> ObjectIdentifier {
        match self {
            Hash::Sha1 => oids::SHA1,
            Hash::Sha256 => oids::SHA256,
            Hash::Sha384 => oids::SHA384,
            Hash::Sha512 => oids::SHA512,
        }
    }

    /// From an `AlgorithmIdentifier`; some programs name the signature's algorithm where the digest's belongs.
    pub(crate) fn read(algorithm: &Tlv) -> Result<Self, Error> {
        let oid = algorithm.expect(SEQUENCE)?.inside().next()?;
        let known = [
            (oids::SHA256, Hash::Sha256),
            (oids::SHA384, Hash::Sha384),
            (oids::SHA512, Hash::Sha512),
            (oids::SHA1, Hash::Sha1),
            (oids::RSA_SHA256, Hash::Sha256),
            (oids::RSA_SHA384, Hash::Sha384),
            (oids::RSA_SHA512, Hash::Sha512),
            (oids::RSA_SHA1, Hash::Sha1),
        ];
        let found = known.iter().find(|(known, _)| oid.is_oid(known));
        found.map(|(_, hash)| *hash).ok_or(Error::Unsupported("özet algoritması"))
    }
}

/// A public key as `SubjectPublicKeyInfo` holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa,
    P256,
    P384,
    Unknown,
}

/// The kind of key and its bits.
pub(crate) fn public_key<'a>(spki: &Tlv<'a>) -> Result<(KeyKind, &'a [u8]), Error> {
    let mut fields = spki.expect(SEQUENCE)?.inside();
    let mut algorithm = fields.expect(SEQUENCE)?.inside();
    let bits = fields.next()?.bits()?;
    let oid = algorithm.next()?;
    if oid.is_oid(&oids::RSA) || oid.is_oid(&oids::RSA_PSS) {
        return Ok((KeyKind::Rsa, bits));
    }
    if !oid.is_oid(&oids::EC_KEY) {
        return Ok((KeyKind::Unknown, bits));
    }
    let curve = algorithm.next()?;
    Ok(match () {
        () if curve.is_oid(&oids::P256) => (KeyKind::P256, bits),
        () if curve.is_oid(&oids::P384) => (KeyKind::P384, bits),
        () => (KeyKind::Unknown, bits),
    })
}

/// What kind of signature an `AlgorithmIdentifier` names, and over which digest if it says so itself.
enum Scheme {
    Pkcs1(Option<Hash>),
    Pss(Hash),
    Ecdsa(Option<Hash>),
}

fn scheme(algorithm: &Tlv) -> Result<Scheme, Error> {
    let mut fields = algorithm.expect(SEQUENCE)?.inside();
    let oid = fields.next()?;
    let known = [
        (oids::RSA, Scheme::Pkcs1(None)),
        (oids::RSA_SHA1, Scheme::Pkcs1(Some(Hash::Sha1))),
        (oids::RSA_SHA256, Scheme::Pkcs1(Some(Hash::Sha256))),
        (oids::RSA_SHA384, Scheme::Pkcs1(Some(Hash::Sha384))),
        (oids::RSA_SHA512, Scheme::Pkcs1(Some(Hash::Sha512))),
        (oids::EC_KEY, Scheme::Ecdsa(None)),
        (oids::ECDSA_SHA256, Scheme::Ecdsa(Some(Hash::Sha256))),
        (oids::ECDSA_SHA384, Scheme::Ecdsa(Some(Hash::Sha384))),
    ];
    for (known, scheme) in known {
        if oid.is_oid(&known) {
            return Ok(scheme);
        }
    }
    if oid.is_oid(&oids::RSA_PSS) {
        return pss(fields);
    }
    Err(Error::Unsupported("imza algoritması"))
}

/// RFC 4055: absent fields mean SHA-1, which nobody uses with PSS; the salt must be as long as the
/// digest, which is what ring checks.
fn pss(mut fields: Reader) -> Result<Scheme, Error> {
    let mut parameters = fields.expect(SEQUENCE)?.inside();
    let hash = parameters.optional(context(0))?.ok_or(Error::Unsupported("SHA-1 ile PSS"))?;
    Ok(Scheme::Pss(Hash::read(&hash.inside().next()?)?))
}

/// Whether two `AlgorithmIdentifier`s say the same; some issuers write NULL in one place and nothing in the other.
pub(crate) fn is_same_algorithm(one: &Tlv, other: &Tlv) -> bool {
    let parts = |tlv: &Tlv| {
        let mut fields = tlv.inside();
        let oid = fields.next().map(|oid| oid.raw.to_vec()).unwrap_or_default();
        let parameters = fields.next().map(|parameters| parameters.raw.to_vec()).unwrap_or_default();
        (oid, if parameters == [5, 0] { Vec::new() } else { parameters })
    };
    parts(one) == parts(other)
}

/// The digest that a signature algorithm names itself.
pub(crate) fn hash_of_signature(algorithm: &Tlv) -> Option<Hash> {
    match scheme(algorithm).ok()? {
        Scheme::Pkcs1(hash) | Scheme::Ecdsa(hash) => hash,
        Scheme::Pss(hash) => Some(hash),
    }
}

/// Whether `signature` over `message` was made with the key of `spki`. `digest` is the algorithm to
/// take when the signature's own does not say (CMS with `rsaEncryption`).
///
/// An error means that this program cannot tell (an algorithm it does not know).
pub(crate) fn check_signature(
    spki: &Tlv,
    algorithm: &Tlv,
    digest: Option<Hash>,
    message: &[u8],
    value: &[u8],
) -> Result<bool, Error> {
    let (kind, bits) = public_key(spki)?;
    let scheme = scheme(algorithm)?;
    let first = check_with(&scheme, (kind, bits), digest, (message, value))?;
    // Some programs name one digest in the signature's algorithm and sign with that of the content.
    match scheme {
        Scheme::Pkcs1(Some(own)) if !first && digest.is_some_and(|digest| digest != own) => {
            check_with(&Scheme::Pkcs1(None), (kind, bits), digest, (message, value))
        }
        _ => Ok(first),
    }
}

/// Bits of an RSA key's modulus.
fn modulus_bits(key: &[u8]) -> Result<usize, Error> {
    let modulus = Tlv::only(key)?.expect(SEQUENCE)?.inside().expect(INTEGER)?.body;
    let digits = modulus.iter().skip_while(|digit| **digit == 0);
    Ok(digits
        .enumerate()
        .map(|(at, digit)| if at == 0 { 8 - digit.leading_zeros() as usize } else { 8 })
        .sum())
}

/// Whether an RSA key is shorter than what is trusted today.
pub(crate) fn is_short_key(spki: &Tlv) -> bool {
    let key = public_key(spki);
    key.is_ok_and(|(kind, bits)| kind == KeyKind::Rsa && modulus_bits(bits).is_ok_and(|bits| bits < 2048))
}

fn check_with(
    scheme: &Scheme,
    (kind, bits): (KeyKind, &[u8]),
    digest: Option<Hash>,
    (message, value): (&[u8], &[u8]),
) -> Result<bool, Error> {
    let missing = Error::Unsupported("imzanın özet algoritması");
    // ring says "wrong" to keys of lengths that it does not do: that would be a false accusation.
    let is_short = match kind {
        KeyKind::Rsa => match modulus_bits(bits)? {
            1024..=2047 => true,
            2048..=8192 => false,
            _ => return Err(Error::Unsupported("RSA anahtarının uzunluğu")),
        },
        _ => false,
    };
    let verification: &dyn signature::VerificationAlgorithm = match (scheme, kind) {
        (Scheme::Pkcs1(hash), KeyKind::Rsa) => match hash.or(digest).ok_or(missing)? {
            Hash::Sha1 => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 if is_short => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Hash::Sha512 if is_short => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
            Hash::Sha384 if is_short => return Err(Error::Unsupported("RSA anahtarının uzunluğu")),
            Hash::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Hash::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Hash::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        },
        (Scheme::Pss(_), KeyKind::Rsa) if is_short => {
            return Err(Error::Unsupported("RSA anahtarının uzunluğu"));
        }
        (Scheme::Pss(hash), KeyKind::Rsa) => match hash {
            Hash::Sha256 => &signature::RSA_PSS_2048_8192_SHA256,
            Hash::Sha384 => &signature::RSA_PSS_2048_8192_SHA384,
            Hash::Sha512 => &signature::RSA_PSS_2048_8192_SHA512,
            Hash::Sha1 => return Err(Error::Unsupported("SHA-1 ile PSS")),
        },
        (Scheme::Ecdsa(hash), curve) => match (curve, hash.or(digest).ok_or(missing)?) {
            (KeyKind::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
            (KeyKind::P256, Hash::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
            (KeyKind::P384, Hash::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
            (KeyKind::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
            _ => return Err(Error::Unsupported("eğri ya da özeti")),
        },
        _ => return Ok(false),
    };
    Ok(signature::UnparsedPublicKey::new(verification, bits).verify(message, value).is_ok())
}
