//! Turkish upper, lower and title case. Folding for search is in `fold`.

/// The dot that turns `I` into `İ` in decomposed text.
const COMBINING_DOT: char = '\u{307}';

/// Conjunctions that stay small inside a Turkish title.
const SMALL_WORDS: [&str; 6] = ["ve", "ile", "veya", "ya", "da", "de"];

/// Upper case by Turkish rules: `i → İ`, `ı → I`; `â î û` keep their hat.
pub fn upper(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(letter) = chars.next() {
        match letter {
            'i' => {
                out.push('İ');
                chars.next_if_eq(&COMBINING_DOT);
            }
            'ı' => out.push('I'),
            'İ' => out.push('İ'),
            _ => out.extend(letter.to_uppercase()),
        }
    }
    out
}

/// Lower case by Turkish rules: `İ → i`, `I → ı`; a decomposed `I` + dot also becomes `i`.
pub fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(letter) = chars.next() {
        match letter {
            'I' => out.push(if chars.next_if_eq(&COMBINING_DOT).is_some() { 'i' } else { 'ı' }),
            'İ' => out.push('i'),
            _ => out.extend(letter.to_lowercase()),
        }
    }
    out
}

/// Title case: every word begins with a capital and the rest is small.
///
/// `ve`, `ile`, `veya`, `ya`, `da`, `de` stay small except at the beginning; roman numerals written
/// in capitals (`II`, `XIV`) stay as they are; what follows an apostrophe stays small (`Kars’ta`).
pub fn title_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_first = true;
    let mut rest = text;
    while !rest.is_empty() {
        let word_len = rest.find(is_word_break).unwrap_or(rest.len());
        if word_len == 0 {
            let step = rest.chars().next().map_or(rest.len(), char::len_utf8);
            out.push_str(&rest[..step]);
            rest = &rest[step..];
            continue;
        }
        let (word, after) = rest.split_at(word_len);
        push_title_word(&mut out, word, is_first);
        is_first = false;
        rest = after;
    }
    out
}

fn push_title_word(out: &mut String, word: &str, is_first: bool) {
    if is_roman_numeral(word) {
        out.push_str(word);
        return;
    }
    let small = lower(word);
    if !is_first && SMALL_WORDS.contains(&small.as_str()) {
        out.push_str(&small);
        return;
    }
    let first_len = small.chars().next().map_or(0, char::len_utf8);
    let (first, tail) = small.split_at(first_len);
    // `to_uppercase` of `ß` is two capitals; a title wants only the first of them big.
    let big = upper(first);
    let mut big_letters = big.chars();
    out.extend(big_letters.next());
    out.push_str(&lower(big_letters.as_str()));
    out.push_str(tail);
}

/// Only `I V X` are looked at: `CİLİ`-like words never qualify, and chapters do not pass 39.
fn is_roman_numeral(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
}

fn is_word_break(c: char) -> bool {
    !(c.is_alphanumeric()
        || matches!(c, '\'' | '\u{2019}')
        || unicode_normalization::char::is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_four_letters_i_never_lose_their_dot() {
        assert_eq!(upper("ışık ilçe"), "IŞIK İLÇE");
        assert_eq!(lower("IŞIK İLÇE"), "ışık ilçe");
        assert_eq!(lower("DI\u{307}L"), "dil");
        assert_eq!(upper("di\u{307}l"), "DİL");
    }

    #[test]
    fn hats_are_kept() {
        assert_eq!(upper("vekâleten lâzım millî sükûn"), "VEKÂLETEN LÂZIM MİLLÎ SÜKÛN");
        assert_eq!(lower("VEKÂLETEN LÂZIM MİLLÎ SÜKÛN"), "vekâleten lâzım millî sükûn");
    }

    #[test]
    fn a_unit_name_shouted_in_capitals_reads_as_a_name() {
        assert_eq!(title_case("BİLGİ İŞLEM MÜDÜRLÜĞÜ"), "Bilgi İşlem Müdürlüğü");
        assert_eq!(title_case("ağ ve sistem ŞEFLİĞİ"), "Ağ ve Sistem Şefliği");
        assert_eq!(title_case("ISPARTA-ILGAZ (ığdır)"), "Isparta-Ilgaz (Iğdır)");
        assert_eq!(title_case("II. KISIM"), "II. Kısım");
        assert_eq!(title_case("KARS’TA"), "Kars’ta");
        assert_eq!(title_case("VE SONRA"), "Ve Sonra");
        assert_eq!(title_case(""), "");
    }

    proptest! {
        #[test]
        fn turkish_letters_survive_the_round_trip(text in "[a-zçğıöşü ]{0,40}") {
            prop_assert_eq!(lower(&upper(&text)), text);
        }

        #[test]
        fn any_input_is_taken(text in "\\PC{0,60}") {
            let _ = (upper(&text), lower(&text));
            let titled = title_case(&text);
            prop_assert_eq!(title_case(&titled), titled);
        }
    }
}
