//! Vehicle registration plates of Türkiye (Highway Traffic Regulation, plate groups).

use std::fmt;

const SHAPE: &str = "Plakayı il kodu, harf ve rakam olarak yazın (örnek: 34 ABC 123).";

/// A civil plate: province 01–81, one to three letters, digits; stored as `34ABC123`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Plate {
    compact: String,
    letter_count: usize,
}

impl Plate {
    /// Reads `34 ABC 123`; spaces and hyphens are dropped, small letters taken, `İ` read as `I`.
    ///
    /// One letter is followed by 4–5 digits, two letters by 3–4, three letters by 2–3.
    /// Errors: a Turkish reason.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > 60 {
            return Err(SHAPE);
        }
        let typed: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(plate_letter).collect();
        if typed.chars().any(|c| matches!(c, 'Ç' | 'Ğ' | 'Ö' | 'Ş' | 'Ü' | 'Q' | 'W' | 'X')) {
            return Err("Plakada Ç, Ğ, İ, Ö, Ş, Ü, Q, W ve X harfleri kullanılmaz.");
        }
        if !typed.is_ascii() || typed.len() < 6 {
            return Err(SHAPE);
        }
        let (province, rest) = typed.split_at(2);
        match province.bytes().all(|b| b.is_ascii_digit()).then(|| province.parse::<u8>()) {
            Some(Ok(1..=81)) => {}
            Some(Ok(_)) => return Err("Plakanın il kodu 01 ile 81 arasında olmalıdır."),
            _ => return Err(SHAPE),
        }
        let letter_count = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = &rest[letter_count..];
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(SHAPE);
        }
        match (letter_count, digits.len()) {
            (1, 4 | 5) | (2, 3 | 4) | (3, 2 | 3) => Ok(Self { compact: typed, letter_count }),
            (1, _) => Err("Tek harfli plakada 4 veya 5 rakam olur."),
            (2, _) => Err("İki harfli plakada 3 veya 4 rakam olur."),
            (3, _) => Err("Üç harfli plakada 2 veya 3 rakam olur."),
            _ => Err(SHAPE),
        }
    }

    /// Without spaces: `34ABC123`.
    pub fn as_str(&self) -> &str {
        &self.compact
    }

    /// The province code, 1–81.
    pub fn province(&self) -> u8 {
        self.compact[..2].parse().expect("two digits were checked when the plate was parsed")
    }
}

/// `34 ABC 123`.
impl fmt::Display for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (province, rest) = self.compact.split_at(2);
        let (letters, digits) = rest.split_at(self.letter_count);
        write!(f, "{province} {letters} {digits}")
    }
}

fn plate_letter(c: char) -> char {
    match c {
        'i' | 'ı' | 'İ' => 'I',
        _ => c.to_uppercase().next().unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plates_are_read_in_the_ways_people_write_them() {
        for (typed, shown) in [
            ("34 abc 123", "34 ABC 123"),
            ("34-ABC-12", "34 ABC 12"),
            ("06a12345", "06 A 12345"),
            ("36 KT 0501", "36 KT 0501"),
            ("34 ist 34", "34 IST 34"),
            ("34 İST 34", "34 IST 34"),
        ] {
            let plate = Plate::parse(typed).unwrap();
            assert_eq!(plate.to_string(), shown);
            assert_eq!(Plate::parse(shown), Ok(plate));
        }
        assert_eq!(Plate::parse("81 AB 123").unwrap().province(), 81);
        assert_eq!(Plate::parse("36 kt 050").unwrap().as_str(), "36KT050");
    }

    #[test]
    fn the_reason_is_said() {
        let province = Err("Plakanın il kodu 01 ile 81 arasında olmalıdır.");
        assert_eq!(Plate::parse("82 ABC 123"), province);
        assert_eq!(Plate::parse("00 ABC 123"), province);
        assert_eq!(Plate::parse("34 A 123"), Err("Tek harfli plakada 4 veya 5 rakam olur."));
        assert_eq!(Plate::parse("34 AB 12345"), Err("İki harfli plakada 3 veya 4 rakam olur."));
        assert_eq!(Plate::parse("34 ABC 1234"), Err("Üç harfli plakada 2 veya 3 rakam olur."));
        assert_eq!(
            Plate::parse("34 ŞAH 12"),
            Err("Plakada Ç, Ğ, İ, Ö, Ş, Ü, Q, W ve X harfleri kullanılmaz.")
        );
        for nonsense in ["", "34", "ABC 34 123", "34 123456", "34 ABCD 12", "34 AB1C 23", "+4 ABC 123"] {
            assert_eq!(Plate::parse(nonsense), Err(SHAPE), "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn any_typed_text_is_answered(text in any::<String>(), near in "[0-9]{2} ?[A-ZÇİa-zı]{0,4} ?[0-9]{0,6}") {
            let _ = Plate::parse(&text);
            if let Ok(plate) = Plate::parse(&near) {
                prop_assert_eq!(Plate::parse(&plate.to_string()), Ok(plate));
            }
        }
    }
}
