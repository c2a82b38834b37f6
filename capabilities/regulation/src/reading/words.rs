//! The few words and letters a regulation is built with, recognised through capitals, dressing and OCR. Knows words,
//! not places.

use super::letters::{composed, is_combining, lower, near, roman, skeleton};
use super::scan::Scan;

const ORDINALS: [&str; 10] = [
    "birinci",
    "ikinci",
    "ucuncu",
    "dorduncu",
    "besinci",
    "altinci",
    "yedinci",
    "sekizinci",
    "dokuzuncu",
    "onuncu",
];

/// Longest head of a line looked at for `BİRİNCİ BÖLÜM`, in characters.
const HEAD: usize = 60;

/// Reads `BİRİNCİ BÖLÜM`, `ON İKİNCİ BÖLÜM`, `2. BÖLÜM`, `IV. BÖLÜM` or `BÖLÜM 3` at the start of `rest`: the number as
/// a label (`3`, for a kısım `kısım 3`) and the bytes it took. `None` inside a sentence ("ikinci bölümünde").
pub fn part_heading(rest: &str) -> Option<(String, usize)> {
    let head = rest.char_indices().nth(HEAD).map_or(rest, |(at, _)| &rest[..at]);
    if !head.chars().next()?.is_uppercase() && !head.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    let mut words = Vec::with_capacity(3);
    let mut start = None;
    for (at, letter) in head.char_indices().chain([(head.len(), ' ')]) {
        match (letter.is_alphanumeric() || is_combining(letter), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((skeleton(&head[from..at]), at));
                start = None;
            }
            _ => {}
        }
        if words.len() == 3 {
            break;
        }
    }
    let word = |at: usize| words.get(at).map_or("", |(word, _)| word.as_str());
    let (number, taken) = if is_part_word(word(0)) {
        (value(word(1))?, 2)
    } else if is_part_word(word(1)) {
        (ordinal(word(0)).or_else(|| value(word(0)))?, 2)
    } else if word(0) == "on" && is_part_word(word(2)) {
        (10 + ordinal(word(1))?, 3)
    } else {
        return None;
    };
    let behind = words[taken - 1].1;
    let mut ahead = Scan::new(rest, behind, rest.len());
    ahead.take_while(8, |letter| !letter.is_alphanumeric());
    let is_sentence = ahead.peek().is_some_and(char::is_lowercase);
    let is_kisim = words.iter().any(|(word, _)| word == "kisim");
    let label = if is_kisim { format!("kısım {number}") } else { number.to_string() };
    (!is_sentence).then_some((label, behind))
}

fn is_part_word(word: &str) -> bool {
    near(word, "bolum") || word == "kisim"
}

fn ordinal(word: &str) -> Option<u32> {
    let exact = ORDINALS.iter().position(|&ordinal| ordinal == word);
    let joined = || word.strip_prefix("on").and_then(ordinal_exact).map(|at| at + 10);
    let misread = || ORDINALS.iter().position(|ordinal| near(word, ordinal));
    exact.or_else(joined).or_else(misread).and_then(|at| u32::try_from(at + 1).ok())
}

fn ordinal_exact(word: &str) -> Option<usize> {
    ORDINALS.iter().position(|&ordinal| ordinal == word)
}

fn value(word: &str) -> Option<u32> {
    // The skeleton folds `ii` to `u`; a roman number must have it back.
    let number = word.parse().ok().or_else(|| roman(&word.replace('u', "ii")))?;
    (1..40).contains(&number).then_some(number)
}

/// Takes `MADDE`, `GEÇİCİ MADDE`, `EK MADDE`; gives what stands before the number in the label and whether OCR had
/// spoiled the word.
pub fn article_word(scan: &mut Scan) -> Option<(&'static str, bool)> {
    if !scan.peek()?.is_uppercase() {
        return None;
    }
    let before = *scan;
    let first = scan.word();
    let kind = match skeleton(first).as_str() {
        "gecici" => "Geçici ",
        "ek" => "Ek ",
        "mukerrer" => "Mükerrer ",
        _ => "",
    };
    let word = if kind.is_empty() {
        first
    } else {
        scan.skip_blank();
        scan.word()
    };
    let folded = skeleton(word);
    if folded == "madde" {
        return Some((kind, false));
    }
    let is_shouted = !word.is_empty() && word.chars().all(char::is_uppercase);
    if is_shouted && word == "M" {
        scan.skip_blank();
        if scan.word() == "ADDE" {
            return Some((kind, true));
        }
    }
    if is_shouted && word.chars().count() >= 4 && near(&folded, "madde") {
        return Some((kind, true));
    }
    *scan = before;
    None
}

/// Takes a number whose digits OCR printed as letters (`l2`, `1O`) or that is roman (`IV`).
pub fn misread_number(scan: &mut Scan) -> Option<String> {
    let printed = scan.take_while(4, |letter| letter.is_ascii_digit() || "lIıOoVX|".contains(letter));
    if printed.is_empty() || printed.len() > 6 || scan.peek().is_some_and(char::is_alphanumeric) {
        return None;
    }
    if let Some(value) = roman(&printed.to_ascii_lowercase()) {
        return Some(value.to_string());
    }
    let digits: String = printed
        .chars()
        .map(|letter| match letter {
            'l' | 'I' | 'ı' | '|' => '1',
            'O' | 'o' => '0',
            other => other,
        })
        .collect();
    (digits.len() <= 3 && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(digits)
}

/// Labels a printed clause letter may stand for, likeliest first; `None` when it is no letter, doubled letter or
/// roman number.
pub fn letter_labels(printed: &str) -> Option<Vec<String>> {
    let printed = composed(printed);
    let printed = printed.as_str();
    let mut letters = printed.chars();
    let first = letters.next()?;
    let Some(second) = letters.next() else {
        return match first {
            '€' => Some(vec!["e".into()]),
            '¢' => Some(vec!["ç".into(), "c".into()]),
            'I' => Some(vec!["ı".into(), "i".into()]),
            _ => Some(lower(first)).filter(|&letter| is_label(letter)).map(|letter| vec![letter.into()]),
        };
    };
    let low = printed.to_ascii_lowercase();
    if roman(&low).is_some() {
        return Some(vec![low]);
    }
    let doubled = first == second && letters.next().is_none() && first.is_lowercase() && is_label(first);
    doubled.then(|| vec![printed.to_owned()])
}

fn is_label(letter: char) -> bool {
    letter.is_ascii_lowercase() || matches!(letter, 'ç' | 'ğ' | 'ı' | 'ö' | 'ş' | 'ü')
}

const VERBS_IN_LAR: [&str; 12] = [
    "sağlar",
    "uygular",
    "hazırlar",
    "düzenler",
    "tamamlar",
    "planlar",
    "inceler",
    "belirler",
    "izler",
    "denetler",
    "arşivler",
    "yönlendirir",
];

/// Whether a duty can end with this word: an infinitive (`yapmak`) or a verb of the third person (`yürütür`).
pub fn ends_a_duty(word: &str) -> bool {
    let low: String = composed(word).chars().map(lower).collect();
    if VERBS_IN_LAR.contains(&low.as_str()) {
        return true;
    }
    let is_plural = low.ends_with("lar") || low.ends_with("ler");
    let verb = ["mak", "mek", "ar", "er", "ır", "ir", "ur", "ür", "maz", "mez"];
    low.chars().count() >= 4 && !is_plural && verb.iter().any(|ending| low.ends_with(ending))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn parts_are_found_however_they_are_numbered_and_never_inside_a_sentence() {
        let label = |line: &str| part_heading(line).map(|(label, _)| label);
        for (line, wanted) in [
            ("ÜÇÜNCÜ BÖLÜM", "3"),
            ("YEDINCi BOLUM", "7"),
            ("İkinci Bölüm Kuruluş", "2"),
            ("ON İKİNCİ BÖLÜM", "12"),
            ("ONBİRİNCİ BÖLÜM", "11"),
            ("BÖLÜM 4", "4"),
            ("III. BÖLÜM", "3"),
            ("5. BÖLÜM – Mali işler", "5"),
            ("BİRİNCİ KISIM", "kısım 1"),
            ("I\u{307}KI\u{307}NCI\u{307} BO\u{308}LU\u{308}M", "2"),
        ] {
            assert_eq!(label(line).as_deref(), Some(wanted), "{line}");
        }
        for line in [
            "İkinci bölüm hükümleri",
            "Bölümün amacı",
            "birinci bölüm",
            "Bu bölüm",
            "",
            "Bölüm başkanı",
            "İkinci bölümünde",
        ] {
            assert_eq!(label(line), None, "{line}");
        }
    }

    #[test]
    fn the_article_word_is_known_through_ocr_but_not_in_other_words() {
        let word = |text: &str| article_word(&mut Scan::new(text, 0, text.len()));
        assert_eq!(word("MADDE 3"), Some(("", false)));
        assert_eq!(word("GEÇİCİ MADDE 1"), Some(("Geçici ", false)));
        assert_eq!(word("MADDF 3"), Some(("", true)));
        assert_eq!(word("M ADDE 3"), Some(("", true)));
        assert_eq!((word("madde 3"), word("Müdür"), word("Maddi"), word("EK")), (None, None, None, None));
    }

    #[test]
    fn misread_digits_are_mended_and_words_are_not_numbers() {
        let number = |text: &str| misread_number(&mut Scan::new(text, 0, text.len()));
        assert_eq!(number("l2-").as_deref(), Some("12"));
        assert_eq!(number("1O-").as_deref(), Some("10"));
        assert_eq!(number("IV.").as_deref(), Some("4"));
        assert_eq!((number("Olarak"), number("lar"), number("")), (None, None, None));
    }

    #[test]
    fn letters_keep_their_possible_readings() {
        assert_eq!(letter_labels("¢").unwrap(), ["ç", "c"]);
        assert_eq!(letter_labels("I").unwrap(), ["ı", "i"]);
        assert_eq!(letter_labels("VIII").unwrap(), ["viii"]);
        assert_eq!(letter_labels("bb").unwrap(), ["bb"]);
        assert_eq!(letter_labels("c\u{327}").unwrap(), ["ç"]);
        assert_eq!((letter_labels("ab"), letter_labels("5"), letter_labels("")), (None, None, None));
    }

    #[test]
    fn a_duty_ends_in_a_verb_and_not_in_a_plural_noun() {
        assert!(ends_a_duty("yapmak") && ends_a_duty("yürütür") && ends_a_duty("uygular"));
        assert!(!ends_a_duty("kurumlar") && !ends_a_duty("ve") && !ends_a_duty("personel"));
    }
}
