//! Passwords: how they are hashed (argon2id, RFC 9106) and which are refused. No database.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::{Clock, Error, Result, Violation, tr};

/// Longer ones are refused before they are hashed, so that hashing cannot be used to exhaust a node.
pub const MAX_LENGTH: usize = 200;

/// What one hash costs. Stored in every hash, so that a change needs no migration.
#[derive(Clone, Copy, Debug)]
pub struct Hashing {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for Hashing {
    /// OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl Hashing {
    /// The least the algorithm allows, for tests.
    pub fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1, lanes: 1 }
    }

    fn hasher(self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None)
            .map_err(|error| Error::internal(format!("argon2: {error}")))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// The password as a PHC string with a random salt of 128 bits. Blocks for tens of milliseconds.
pub fn hash(hashing: Hashing, clock: &Clock, password: &str) -> Result<String> {
    let salt: [u8; 16] = clock.random_bytes();
    let hash = hashing.hasher()?.hash_password_with_salt(normal(password).as_bytes(), &salt);
    Ok(hash.map_err(|error| Error::internal(format!("argon2: {error}")))?.to_string())
}

/// Is this the password? With no stored hash as much work is done as with one, so that the time does not tell
/// whether there is such an account. Blocks for tens of milliseconds.
pub fn matches(hashing: Hashing, stored: &str, password: &str) -> Result<bool> {
    let hasher = hashing.hasher()?;
    match PasswordHash::new(stored) {
        Ok(hash) => Ok(hasher.verify_password(normal(password).as_bytes(), &hash).is_ok()),
        Err(_) => {
            let wasted = hasher.hash_password_with_salt(normal(password).as_bytes(), b"no such account.");
            wasted.map_err(|error| Error::internal(format!("argon2: {error}")))?;
            Ok(false)
        }
    }
}

/// One spelling for what looks the same, whichever keyboard typed it (NIST SP 800-63B 5.1.1.2 asks for it).
fn normal(password: &str) -> String {
    tr::clean_line(password).text
}

/// Checks a new password. `min_length` in characters comes from a setting. There are no rules of composition:
/// length and being unguessable are what helps (NIST SP 800-63B).
pub fn check(field: &str, password: &str, username: &str, min_length: i64) -> Vec<Violation> {
    let length = password.chars().count();
    let refuse = |code, text: String| vec![Violation::new(code, field, text)];
    if (length as i64) < min_length {
        return refuse(
            "PRL-001",
            format!(
                "Parola en az {min_length} karakter olmalı; akılda kalan birkaç sözcüğü yan yana yazabilirsiniz."
            ),
        );
    }
    if length > MAX_LENGTH {
        return refuse("PRL-002", format!("Parola en çok {MAX_LENGTH} karakter olabilir."));
    }
    let folded = tr::fold(password);
    let user = tr::fold(username);
    if !user.is_empty() && folded.contains(&user) {
        return refuse("PRL-003", "Parola kullanıcı adınızı içeremez.".into());
    }
    if is_monotonous(&folded) || is_common(&folded) {
        return refuse(
            "PRL-004",
            "Bu parola çok kolay tahmin edilir. Başkasının aklına gelmeyecek bir parola seçin.".into(),
        );
    }
    Vec::new()
}

/// Few different characters, or a walk along the alphabet, the digits or a keyboard row.
fn is_monotonous(folded: &str) -> bool {
    let distinct: std::collections::BTreeSet<char> = folded.chars().collect();
    let walks = [
        "01234567890123456789",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "fgghiodrnhpqwuieaatkmlsyjovcczsb",
    ];
    let backwards: String = folded.chars().rev().collect();
    distinct.len() < 5 || walks.iter().any(|walk| walk.contains(folded) || walk.contains(&backwards))
}

/// A word everybody tries, also with digits and signs around it or typed twice.
fn is_common(folded: &str) -> bool {
    let letters = folded.trim_matches(|c: char| !c.is_ascii_alphabetic());
    let bare: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    let half = letters.len() / 2;
    let is_twice =
        letters.is_char_boundary(half) && letters.len() % 2 == 0 && letters[..half] == letters[half..];
    let candidates = [folded, letters, bare.as_str(), if is_twice { &letters[..half] } else { letters }];
    candidates.iter().any(|candidate| COMMON.contains(candidate))
}

/// Folded words that guessers try first here: names, clubs, cities, keyboards, and what an office suggests.
const COMMON: [&str; 96] = [
    "password",
    "passw0rd",
    "parola",
    "sifre",
    "admin",
    "administrator",
    "yonetici",
    "root",
    "test",
    "deneme",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "letmein",
    "welcome",
    "iloveyou",
    "monkey",
    "dragon",
    "master",
    "login",
    "giris",
    "hosgeldin",
    "hosgeldiniz",
    "merhaba",
    "merhabadunya",
    "turkiye",
    "turkiyem",
    "turkiyecumhuriyeti",
    "ataturk",
    "mustafakemal",
    "mustafakemalataturk",
    "cumhuriyet",
    "bayrak",
    "fenerbahce",
    "galatasaray",
    "besiktas",
    "trabzonspor",
    "bursaspor",
    "cimbom",
    "kanarya",
    "karakartal",
    "istanbul",
    "ankara",
    "izmir",
    "bursa",
    "antalya",
    "konya",
    "adana",
    "trabzon",
    "diyarbakir",
    "gaziantep",
    "belediye",
    "belediyesi",
    "baskan",
    "mudur",
    "mudurluk",
    "bilgiislem",
    "bilgiislemmudurlugu",
    "zabita",
    "memur",
    "personel",
    "kullanici",
    "bilgisayar",
    "internet",
    "sistem",
    "server",
    "sunucu",
    "yazici",
    "mehmet",
    "ahmet",
    "mustafa",
    "fatma",
    "ayse",
    "emine",
    "huseyin",
    "hasan",
    "ibrahim",
    "zeynep",
    "elif",
    "seniseviyorum",
    "askim",
    "canim",
    "birtanem",
    "annem",
    "babam",
    "allah",
    "bismillah",
    "kartal",
    "aslan",
    "arkadas",
    "sevgilim",
    "benimparolam",
    "benimsifrem",
];

/// A one-time password that can be read out over the telephone: four groups of four, about 77 bits.
pub fn one_time(clock: &Clock) -> String {
    let bytes: [u8; 16] = clock.random_bytes();
    crate::totp::grouped(&bytes, 4)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::Instant;

    fn is_fine(password: &str) -> bool {
        check("parola", password, "ayse.kaya", 12).is_empty()
    }

    #[test]
    fn a_password_matches_only_itself_and_is_never_stored_the_same_way() {
        let clock = Clock::at(Instant(0));
        let stored = hash(Hashing::cheap(), &clock, "üç kedi çatıda gezer").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        assert_ne!(stored, hash(Hashing::cheap(), &clock, "üç kedi çatıda gezer").unwrap());
        assert!(matches(Hashing::cheap(), &stored, "üç kedi çatıda gezer").unwrap());
        assert!(!matches(Hashing::cheap(), &stored, "uc kedi catida gezer").unwrap());
        assert!(!matches(Hashing::cheap(), "", "üç kedi çatıda gezer").unwrap());
    }

    #[test]
    fn the_same_letters_typed_on_another_keyboard_are_the_same_password() {
        let stored =
            hash(Hashing::cheap(), &Clock::at(Instant(0)), "g\u{fc}ne\u{15f}li bir g\u{fc}n").unwrap();
        assert!(matches(Hashing::cheap(), &stored, "gu\u{308}nes\u{327}li bir gu\u{308}n").unwrap());
    }

    #[test]
    fn a_stored_password_outlives_a_change_of_its_cost() {
        let stored = hash(Hashing::cheap(), &Clock::at(Instant(0)), "eski masraf ile").unwrap();
        assert!(matches(Hashing { passes: 2, ..Hashing::cheap() }, &stored, "eski masraf ile").unwrap());
    }

    #[test]
    fn the_default_costs_what_owasp_asks_for() {
        let default = Hashing::default();
        assert!(default.memory_kib >= 19 * 1024 && default.passes >= 2);
    }

    #[test]
    fn length_and_being_unguessable_are_asked_and_nothing_else() {
        for good in ["mavi kapı açık kaldı", "kirpi-saat-deniz", "üüöö ççşş ğğıı x", "74 numaralı otobüs"]
        {
            assert!(is_fine(good), "{good}");
        }
        for bad in [
            "kısa",
            "ayse.kaya2026!",
            "AYSE.KAYA kendisi",
            "123456789012",
            "987654321098",
            "aaaaaaaaaaaaaa",
            "abababababab",
            "qwertyuiopas",
            "Fenerbahçe1907",
            "galatasaraygalatasaray",
            "belediyesi2026",
            "!!Türkiye1923!!",
            "bilgiislem1234",
        ] {
            assert!(!is_fine(bad), "{bad}");
        }
        assert!(!is_fine(&"uzun parola ".repeat(30)));
    }

    #[test]
    fn one_time_passwords_pass_the_rules_and_differ() {
        let clock = Clock::at(Instant(0));
        let first = one_time(&clock);
        assert_eq!(first.len(), 19, "{first}");
        assert!(is_fine(&first));
        assert_ne!(first, one_time(&clock));
    }

    #[test]
    fn every_common_word_is_written_as_it_is_compared() {
        for word in COMMON {
            assert_eq!(tr::fold(word), word);
        }
    }
}
