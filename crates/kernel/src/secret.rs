//! Secrets at rest: encryption with the installation's key, and blind indexes to look up what is encrypted.
//! Passwords are hashed in the access crate; nothing here is for passwords.

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::clock::Clock;
use crate::error::{Error, Result};

/// Mark of the present form; a later one gets another, so that old rows stay readable.
const VERSION: &str = "v1.";
const NONCE_BYTES: usize = 24;

/// The installation's key: 256 bits that live beside the configuration, never in the database or its backup.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    /// Never shows the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key(…)")
    }
}

impl Key {
    pub fn new(clock: &Clock) -> Self {
        Self(clock.random_bytes())
    }

    /// Reads 64 hexadecimal digits; white space around them is ignored.
    pub fn from_hex(text: &str) -> Result<Self> {
        let bytes = hex::decode(text.trim()).unwrap_or_default();
        let bytes = <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| Error::internal("the installation key is not 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }

    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// HMAC-SHA256 of `message` under a key for this purpose only, hexadecimal: says "this comes from whoever has the
    /// key" and tells nothing of the key.
    pub fn mark(&self, purpose: &str, message: &[u8]) -> String {
        hex::encode(mac(&self.derived(purpose), message))
    }

    /// A key for one purpose, so that what is learnt about one says nothing about another.
    fn derived(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, purpose.as_bytes())
    }
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Encrypts `plain` (XChaCha20-Poly1305, RFC 8439 with the extended nonce). `place` names the row and column it
/// is kept in; a text moved to another place no longer opens.
pub fn seal(key: &Key, clock: &Clock, place: &str, plain: &str) -> String {
    let nonce: [u8; NONCE_BYTES] = clock.random_bytes();
    let payload = Payload { msg: plain.as_bytes(), aad: place.as_bytes() };
    let cipher = XChaCha20Poly1305::new(&key.derived("belde secrets v1").into());
    let sealed =
        cipher.encrypt(&XNonce::from(nonce), payload).expect("texts are far below the cipher's limit");
    format!("{VERSION}{}{}", hex::encode(nonce), hex::encode(sealed))
}

/// Opens what [`seal`] made. Fails with an internal error when the key, the place or a byte differs.
pub fn open(key: &Key, place: &str, sealed: &str) -> Result<String> {
    let fail = || Error::internal(format!("a secret at {place} does not open with this installation's key"));
    let bytes = sealed.strip_prefix(VERSION).and_then(|text| hex::decode(text).ok()).ok_or_else(fail)?;
    let (nonce, body) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(fail)?;
    let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).map_err(|_| fail())?;
    let cipher = XChaCha20Poly1305::new(&key.derived("belde secrets v1").into());
    let payload = Payload { msg: body, aad: place.as_bytes() };
    let plain = cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| fail())?;
    String::from_utf8(plain).map_err(|_| fail())
}

/// A keyed digest (HMAC-SHA256, hexadecimal) by which an encrypted text can be found again, and by nobody
/// who has only the database.
pub fn blind_index(key: &Key, text: &str) -> String {
    hex::encode(mac(&key.derived("belde blind index v1"), text.as_bytes()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::value::Instant;

    fn clock() -> Clock {
        Clock::at(Instant(0))
    }

    #[test]
    fn a_secret_opens_only_with_its_key_at_its_place_and_unchanged() {
        let clock = clock();
        let (key, other) = (Key::new(&clock), Key::new(&clock));
        let sealed = seal(&key, &clock, "person/1/tckn", "10000000146");
        assert!(!sealed.contains("10000000146"));
        assert_eq!(open(&key, "person/1/tckn", &sealed).unwrap(), "10000000146");
        assert!(open(&other, "person/1/tckn", &sealed).is_err());
        assert!(open(&key, "person/2/tckn", &sealed).is_err());
        let mut changed = sealed.clone().into_bytes();
        let last = changed.len() - 1;
        changed[last] = if changed[last] == b'0' { b'1' } else { b'0' };
        assert!(open(&key, "person/1/tckn", &String::from_utf8(changed).unwrap()).is_err());
        for broken in ["", "v1.", "v1.00", "v2.00", "v1.zz"] {
            assert!(open(&key, "person/1/tckn", broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_same_secret_is_never_written_the_same_way_but_found_by_its_index() {
        let clock = clock();
        let key = Key::new(&clock);
        assert_ne!(seal(&key, &clock, "a", "x"), seal(&key, &clock, "a", "x"));
        assert_eq!(blind_index(&key, "x"), blind_index(&key, "x"));
        assert_ne!(blind_index(&key, "x"), blind_index(&Key::new(&clock), "x"));
        assert_ne!(blind_index(&key, "x"), blind_index(&key, "y"));
    }

    #[test]
    fn a_mark_belongs_to_its_key_its_purpose_and_its_message() {
        let clock = clock();
        let (key, other) = (Key::new(&clock), Key::new(&clock));
        assert_eq!(key.mark("a", b"x"), key.mark("a", b"x"));
        for differs in [other.mark("a", b"x"), key.mark("b", b"x"), key.mark("a", b"y")] {
            assert_ne!(key.mark("a", b"x"), differs);
        }
    }

    #[test]
    fn a_key_is_written_as_hexadecimal_and_never_shown_by_accident() {
        let key = Key::new(&clock());
        assert_eq!(Key::from_hex(&format!(" {}\n", key.to_hex())).unwrap().to_hex(), key.to_hex());
        assert!(Key::from_hex("abc").is_err());
        assert_eq!(format!("{key:?}"), "Key(…)");
    }
}
