//! The second factor: time-based one-time codes (RFC 6238, SHA-1, six digits, 30 seconds) and recovery codes.
//! No database.

use hmac::{Hmac, KeyInit as _, Mac};
use kernel::{Clock, Instant, Violation};
use sha1::Sha1;

const PERIOD_SECONDS: i64 = 30;
/// A telephone's clock may be this many steps early or late.
const DRIFT_STEPS: i64 = 1;
pub const RECOVERY_CODES: usize = 10;

/// Without letters that are read as digits or as each other.
const ALPHABET: &[u8; 31] = b"ABCDEFGHJKLMNPQRSTUVWXYZ2345679";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret of 160 bits (RFC 4226 asks for at least 128) in base32, as authenticator applications read it.
pub fn new_secret(clock: &Clock) -> String {
    base32(&clock.random_bytes::<20>())
}

/// RFC 4648 base32 without padding.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut buffer, mut bits) = (0_u32, 0);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(BASE32[(buffer >> bits & 31) as usize] as char);
        }
    }
    if bits > 0 {
        text.push(BASE32[(buffer << (5 - bits) & 31) as usize] as char);
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut buffer, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = BASE32.iter().position(|known| *known == letter)?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 255) as u8);
        }
    }
    Some(bytes)
}

/// The address an authenticator application reads from the picture (Google's key URI format).
pub fn uri(town: &str, username: &str, secret: &str) -> String {
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |mut all, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                all.push(byte as char);
            } else {
                all.push_str(&format!("%{byte:02X}"));
            }
            all
        })
    };
    let issuer = encode(&format!("Belde {town}"));
    format!("otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}", encode(username))
}

/// The step that `at` falls in.
fn step_at(at: Instant) -> i64 {
    at.0.div_euclid(PERIOD_SECONDS * Instant::SECOND_US)
}

/// RFC 4226 5.3: dynamic truncation to six digits.
fn code_of(secret: &[u8], step: i64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 15);
    let four = [digest[offset] & 127, digest[offset + 1], digest[offset + 2], digest[offset + 3]];
    u32::from_be_bytes(four) % 1_000_000
}

/// The code a telephone shows at this moment; for tests and for the demo's printed accounts.
pub fn code_at(secret: &str, at: Instant) -> Option<String> {
    Some(format!("{:06}", code_of(&from_base32(secret)?, step_at(at))))
}

/// The step whose code was typed, if it is near enough to now and later than `last_step`: a code is good once
/// (RFC 6238 5.2).
pub fn accepted_step(secret: &str, typed: &str, at: Instant, last_step: i64) -> Option<i64> {
    let secret = from_base32(secret)?;
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != 6 {
        return None;
    }
    let typed: u32 = digits.parse().ok()?;
    let now = step_at(at);
    let mut found = None;
    // All steps are computed, whether or not an earlier one matched.
    for step in (now - DRIFT_STEPS)..=(now + DRIFT_STEPS) {
        if code_of(&secret, step) == typed && step > last_step && found.is_none() {
            found = Some(step);
        }
    }
    found
}

/// One letter per byte, in groups of `size` with dashes between. Taking a byte modulo 31 favours eight letters
/// by one part in 32, which costs less than half a bit over a whole code.
pub(crate) fn grouped(bytes: &[u8], size: usize) -> String {
    let letters: Vec<char> =
        bytes.iter().map(|byte| ALPHABET[usize::from(*byte) % ALPHABET.len()] as char).collect();
    letters.chunks(size).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Said at the field where a code was typed that is not the one of now.
pub fn wrong_code(field: &str) -> Violation {
    let text = "Kod doğru değil. Telefonunuzun saatinin doğru olduğundan emin olup yeni kodu yazın.";
    Violation::new("IKI-001", field, text)
}

/// Ten codes, each good once when the telephone is lost.
pub fn new_recovery_codes(clock: &Clock) -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| grouped(&clock.random_bytes::<12>(), 4)).collect()
}

/// As typed on paper or telephone: case, spaces and dashes do not matter.
pub fn normal_recovery_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the secret `12345678901234567890`, last six of the eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = base32(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(&secret, Instant(seconds * 1_000_000)).unwrap(), code);
        }
    }

    #[test]
    fn base32_goes_there_and_back() {
        for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
            assert_eq!(from_base32(&base32(text.as_bytes())).unwrap(), text.as_bytes());
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert!(from_base32("MZ1").is_none());
    }

    #[test]
    fn a_code_is_good_once_and_only_near_its_time() {
        let secret = new_secret(&Clock::at(Instant(0)));
        let at = Instant(1_700_000_000 * 1_000_000);
        let code = code_at(&secret, at).unwrap();
        let step = accepted_step(&secret, &code, at, 0).unwrap();
        assert!(accepted_step(&secret, &code, at, step).is_none(), "used twice");
        assert!(accepted_step(&secret, &code, at.plus_seconds(30), 0).is_some(), "a late telephone");
        assert!(accepted_step(&secret, &code, at.plus_seconds(-30), 0).is_some(), "an early telephone");
        assert!(accepted_step(&secret, &code, at.plus_seconds(120), 0).is_none(), "too old");
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert!(accepted_step(&secret, &spaced, at, 0).is_some());
        for broken in ["", "12345", "1234567", "abcdef"] {
            assert!(accepted_step(&secret, broken, at, 0).is_none(), "{broken}");
        }
    }

    #[test]
    fn recovery_codes_can_be_typed_from_paper() {
        let codes = new_recovery_codes(&Clock::at(Instant(0)));
        assert_eq!(codes.len(), RECOVERY_CODES);
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), RECOVERY_CODES);
        assert_eq!(codes[0].len(), 14, "{}", codes[0]);
        let typed = codes[0].to_lowercase().replace('-', " ");
        assert_eq!(normal_recovery_code(&typed), normal_recovery_code(&codes[0]));
        assert!(!codes.join("").contains(['0', 'O', '1', 'I', '8']), "look-alikes");
    }

    #[test]
    fn the_address_of_the_picture_names_the_town() {
        assert_eq!(
            uri("Çınarlı", "ayse", "ABC"),
            "otpauth://totp/Belde%20%C3%87%C4%B1narl%C4%B1:ayse?secret=ABC&issuer=Belde%20%C3%87%C4%B1narl%C4%B1"
        );
    }
}
