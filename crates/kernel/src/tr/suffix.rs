//! The few Turkish suffixes that can be attached exactly by rule. Where a rule would guess
//! (a word with a palatal l, a foreign spelling) the answer is `None` and the caller words it otherwise.

use super::lower;

/// `5` → `5’inci`, `6` → `6’ncı`.
pub fn ordinal(n: u64) -> String {
    let suffix = match last_spoken(n) {
        Spoken::Digit(1 | 5 | 8) | Spoken::Ten(7 | 8) | Spoken::Thousand => "inci",
        Spoken::Digit(2 | 7) | Spoken::Ten(2 | 5) => "nci",
        Spoken::Digit(3 | 4) | Spoken::Hundred => "üncü",
        Spoken::Digit(6) => "ncı",
        Spoken::Ten(4 | 6 | 9) | Spoken::Zero => "ıncı",
        Spoken::Digit(_) | Spoken::Ten(_) | Spoken::Million => "uncu",
        Spoken::Milliard => "ıncı",
    };
    format!("{n}’{suffix}")
}

/// `2026` → `2026’da`, `3` → `3’te`.
pub fn locative_number(n: u64) -> String {
    let suffix = match last_spoken(n) {
        Spoken::Digit(3..=5) | Spoken::Ten(7) => "te",
        Spoken::Digit(6 | 9) | Spoken::Ten(1 | 3 | 9) | Spoken::Zero | Spoken::Million | Spoken::Milliard => {
            "da"
        }
        Spoken::Ten(4 | 6) => "ta",
        Spoken::Digit(_) | Spoken::Ten(_) | Spoken::Hundred | Spoken::Thousand => "de",
    };
    format!("{n}’{suffix}")
}

/// A person's name in the dative, as in "Ayşe Kaya’ya vekâleten"; `None` where only a speaker knows.
///
/// Exact for names in Turkish letters whose last syllable says its vowel class. A back vowel before
/// a last `l` may be palatal (`Kemal’e` but `Ünal’a`), and so may a hatted vowel: those are `None`.
pub fn dative_name(name: &str) -> Option<String> {
    let name = name.trim();
    let last_word = lower(name.split_whitespace().next_back()?);
    if !last_word.chars().all(is_turkish_small) {
        return None;
    }
    let vowel = last_word.chars().rev().find(|&c| is_vowel(c))?;
    if matches!(vowel, 'â' | 'û') {
        return None;
    }
    let is_back = matches!(vowel, 'a' | 'ı' | 'o' | 'u');
    if is_back && last_word.ends_with('l') {
        return None;
    }
    let buffer = if last_word.ends_with(is_vowel) { "y" } else { "" };
    Some(format!("{name}’{buffer}{}", if is_back { "a" } else { "e" }))
}

/// The last word said when a number is read aloud; only it decides the suffix.
enum Spoken {
    Zero,
    Digit(u64),
    Ten(u64),
    Hundred,
    Thousand,
    /// `milyon`, and `trilyon`, `katrilyon`, `kentilyon`, which end alike.
    Million,
    Milliard,
}

fn last_spoken(n: u64) -> Spoken {
    if n == 0 {
        return Spoken::Zero;
    }
    let zeros = n.ilog10().min(19);
    let trailing = (0..=zeros).take_while(|&power| n.is_multiple_of(10_u64.pow(power))).count() - 1;
    match trailing {
        0 => Spoken::Digit(n % 10),
        1 => Spoken::Ten(n / 10 % 10),
        2 => Spoken::Hundred,
        3..=5 => Spoken::Thousand,
        9..=11 => Spoken::Milliard,
        _ => Spoken::Million,
    }
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'ı' | 'i' | 'o' | 'ö' | 'u' | 'ü' | 'â' | 'î' | 'û')
}

fn is_turkish_small(c: char) -> bool {
    matches!(c, 'a'..='z' | 'ç' | 'ğ' | 'ı' | 'ö' | 'ş' | 'ü' | 'â' | 'î' | 'û')
        && !matches!(c, 'q' | 'w' | 'x')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_read_as_spoken() {
        let expected = [
            (0, "0’ıncı"),
            (1, "1’inci"),
            (2, "2’nci"),
            (3, "3’üncü"),
            (4, "4’üncü"),
            (5, "5’inci"),
            (6, "6’ncı"),
            (7, "7’nci"),
            (8, "8’inci"),
            (9, "9’uncu"),
            (10, "10’uncu"),
            (20, "20’nci"),
            (30, "30’uncu"),
            (40, "40’ıncı"),
            (50, "50’nci"),
            (60, "60’ıncı"),
            (70, "70’inci"),
            (80, "80’inci"),
            (90, "90’ıncı"),
            (100, "100’üncü"),
            (1000, "1000’inci"),
            (1_000_000, "1000000’uncu"),
            (1_000_000_000, "1000000000’ıncı"),
            (5393, "5393’üncü"),
        ];
        for (n, text) in expected {
            assert_eq!(ordinal(n), text);
        }
    }

    #[test]
    fn years_take_the_right_locative() {
        let expected = [
            (2020, "2020’de"),
            (2021, "2021’de"),
            (2022, "2022’de"),
            (2023, "2023’te"),
            (2024, "2024’te"),
            (2025, "2025’te"),
            (2026, "2026’da"),
            (2027, "2027’de"),
            (2028, "2028’de"),
            (2029, "2029’da"),
            (2030, "2030’da"),
            (2040, "2040’ta"),
            (2050, "2050’de"),
            (2060, "2060’ta"),
            (2070, "2070’te"),
            (2080, "2080’de"),
            (2090, "2090’da"),
            (1910, "1910’da"),
            (1900, "1900’de"),
            (2000, "2000’de"),
            (0, "0’da"),
            (10_000_000_000_000_000_000, "10000000000000000000’da"),
        ];
        for (n, text) in expected {
            assert_eq!(locative_number(n), text);
        }
    }

    #[test]
    fn names_take_the_dative_of_their_last_syllable() {
        for (name, text) in [
            ("Ayşe Kaya", "Ayşe Kaya’ya"),
            ("Ali Öztürk", "Ali Öztürk’e"),
            ("Mehmet YILMAZ", "Mehmet YILMAZ’a"),
            ("Elif Şimşek", "Elif Şimşek’e"),
            ("Nuri Demirci", "Nuri Demirci’ye"),
            ("Zeynep Gül", "Zeynep Gül’e"),
            ("Kâmil Koç", "Kâmil Koç’a"),
        ] {
            assert_eq!(dative_name(name).as_deref(), Some(text));
        }
    }

    #[test]
    fn where_only_a_speaker_knows_nothing_is_guessed() {
        for name in ["Mustafa Kemal", "Hasan Ünal", "John Wayne", "Brr", "", "Ağ ve Sistem (2)", "Cemâl"] {
            assert_eq!(dative_name(name), None, "{name}");
        }
    }
}
