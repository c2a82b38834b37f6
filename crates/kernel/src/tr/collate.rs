//! Turkish alphabetical order (a b c ç d … ı i … z) as text that any database sorts the same way.
//! Search folding is in `fold`.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::is_invisible;

/// A key is cut here: longer texts that agree so far sort together. Keeps index rows small.
pub const COLLATION_KEY_MAX_BYTES: usize = 240;

/// Column value whose plain order is the Turkish order of the text.
///
/// Made of `0-9a-z` only and prefix-free, so bytewise order (SQLite, PostgreSQL "C") and
/// the order of the usual locales agree on it. Case, hats and punctuation do not count; numbers
/// inside text count by value (`Oda 9` before `Oda 10`); digits come before letters; `q w x`
/// stand after `p v w`; other scripts come last. At most [`COLLATION_KEY_MAX_BYTES`] long.
pub fn collation_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len().min(COLLATION_KEY_MAX_BYTES) + 16);
    let mut pending_space = false;
    let mut digits = String::new();
    for raw in text.nfc() {
        if key.len() >= COLLATION_KEY_MAX_BYTES {
            break;
        }
        let letter = turkish_lower(raw);
        if is_invisible(letter) || is_combining_mark(letter) {
            continue;
        }
        if letter.is_ascii_digit() {
            if digits.is_empty() {
                push_space(&mut key, &mut pending_space);
            }
            digits.push(letter);
            continue;
        }
        push_number(&mut key, &mut digits);
        if letter.is_alphanumeric() {
            push_space(&mut key, &mut pending_space);
            push_letter(&mut key, letter);
        } else {
            pending_space = !key.is_empty();
        }
    }
    push_number(&mut key, &mut digits);
    key.truncate(COLLATION_KEY_MAX_BYTES);
    key
}

/// Turkish order of two texts. Equal only when the texts are equal: after the key, the text itself decides.
pub fn compare(left: &str, right: &str) -> Ordering {
    collation_key(left).cmp(&collation_key(right)).then_with(|| left.cmp(right))
}

fn turkish_lower(letter: char) -> char {
    match letter {
        'I' => 'ı',
        'İ' => 'i',
        _ => letter.to_lowercase().next().unwrap_or(letter),
    }
}

fn push_space(key: &mut String, pending: &mut bool) {
    if std::mem::take(pending) {
        key.push('0');
    }
}

/// A number is `1`, its length as a letter, and its digits, so that the longer one is greater.
fn push_number(key: &mut String, digits: &mut String) {
    if digits.is_empty() {
        return;
    }
    let value = digits.trim_start_matches('0');
    // Lengths from 25 on share `z`; such "numbers" are serials and compare digit by digit.
    let length = b'a' + u8::try_from(value.len().min(25)).unwrap_or(25);
    key.push('1');
    key.push(char::from(length));
    key.push_str(value);
    digits.clear();
}

/// Every letter is one character, or two where Turkish has a second letter on the same base.
fn push_letter(key: &mut String, letter: char) {
    match letter {
        'c' => key.push_str("c0"),
        'ç' => key.push_str("c1"),
        'g' => key.push_str("g0"),
        'ğ' => key.push_str("g1"),
        'ı' => key.push_str("i0"),
        'i' => key.push_str("i1"),
        'o' => key.push_str("o0"),
        'ö' => key.push_str("o1"),
        's' => key.push_str("s0"),
        'ş' => key.push_str("s1"),
        'u' => key.push_str("u0"),
        'ü' => key.push_str("u1"),
        'z' => key.push_str("z0"),
        'a'..='y' => key.push(letter),
        _ => push_other(key, letter),
    }
}

/// Foreign marks are dropped (`é` sorts as `e`); letters of other scripts go after `z`.
fn push_other(key: &mut String, letter: char) {
    let base = std::iter::once(letter).nfkd().next().map_or(letter, turkish_lower);
    match base {
        // A decomposed `î` is the dotted letter with a hat, not the dotless one.
        'ı' | 'i' => key.push_str("i1"),
        'a'..='z' => push_letter(key, base),
        _ => key.push_str(&format!("zz{:06x}", u32::from(letter))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALPHABET: &str = "abcçdefgğhıijklmnoöprsştuüvyz";

    fn sorted(mut texts: Vec<&str>) -> Vec<&str> {
        texts.sort_by(|a, b| compare(a, b));
        texts
    }

    #[test]
    fn the_alphabet_is_in_its_own_order() {
        let letters: Vec<String> = ALPHABET.chars().map(|c| collation_key(&c.to_string())).collect();
        assert!(letters.is_sorted_by(|a, b| a < b), "{letters:?}");
        let capitals: Vec<String> =
            ALPHABET.chars().map(|c| collation_key(&super::super::upper(&c.to_string()))).collect();
        assert_eq!(letters, capitals);
    }

    #[test]
    fn names_sort_as_in_a_turkish_phone_book() {
        assert_eq!(
            sorted(vec![
                "Şule", "Çiğdem", "Irmak", "Cemal", "İrem", "Sevgi", "Zeynep", "Öznur", "Oya", "Ümit"
            ]),
            ["Cemal", "Çiğdem", "Irmak", "İrem", "Oya", "Öznur", "Sevgi", "Şule", "Ümit", "Zeynep"]
        );
        assert_eq!(sorted(vec!["Kâmil", "Kamer", "Kamış"]), ["Kamer", "Kamış", "Kâmil"]);
    }

    #[test]
    fn a_shorter_name_and_a_space_come_first() {
        assert_eq!(sorted(vec!["Ağ Yönetimi", "Ağaç", "Ağ"]), ["Ağ", "Ağ Yönetimi", "Ağaç"]);
    }

    #[test]
    fn numbers_inside_names_sort_by_value() {
        assert_eq!(
            sorted(vec!["Oda 10", "Oda 9", "Oda 100", "Oda", "Oda A"]),
            ["Oda", "Oda 9", "Oda 10", "Oda 100", "Oda A"]
        );
        assert_eq!(collation_key("Oda 009"), collation_key("Oda 9"));
    }

    #[test]
    fn foreign_letters_have_a_place() {
        assert_eq!(
            sorted(vec!["xenon", "yüz", "watt", "vana", "жук"]),
            ["vana", "watt", "xenon", "yüz", "жук"]
        );
        assert_eq!(collation_key("café"), collation_key("cafe"));
        assert_eq!(collation_key("millî"), collation_key("milli"));
    }

    proptest! {
        #[test]
        fn keys_hold_only_letters_and_digits_and_stay_short(text in any::<String>()) {
            let key = collation_key(&text);
            prop_assert!(key.len() <= COLLATION_KEY_MAX_BYTES);
            prop_assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        }

        #[test]
        fn order_of_keys_is_the_order_of_letters(left in "[a-zçğıöşü]{0,8}", right in "[a-zçğıöşü]{0,8}") {
            let full = "abcçdefgğhıijklmnoöpqrsştuüvwxyz";
            let rank = |t: &str| -> Vec<Option<usize>> { t.chars().map(|c| full.find(c)).collect() };
            prop_assert_eq!(collation_key(&left).cmp(&collation_key(&right)), rank(&left).cmp(&rank(&right)));
        }

        #[test]
        fn numbers_compare_by_value(left in any::<u32>(), right in any::<u32>()) {
            let key = |n: u32| collation_key(&format!("Kayıt {n} sayılı"));
            prop_assert_eq!(key(left).cmp(&key(right)), left.cmp(&right));
        }

        #[test]
        fn compare_is_antisymmetric(left in any::<String>(), right in any::<String>()) {
            prop_assert_eq!(compare(&left, &right), compare(&right, &left).reverse());
        }
    }
}
