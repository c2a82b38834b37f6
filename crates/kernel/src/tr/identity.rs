//! Numbers that name a person or a taxpayer: TCKN and VKN, with their check digits.
//! Encryption and blind index of them are the storing crate's work.

use std::fmt;

/// Turkish identity number (T.C. kimlik numarası; also the 99… numbers of foreigners), valid by its check digits.
///
/// `Debug` shows the masked form, so that a log line cannot leak it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tckn(String);

impl Tckn {
    /// Reads eleven digits; spaces are dropped. Errors: a Turkish reason.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (typed, digits) = fixed_digits::<11>(
            text,
            "T.C. kimlik numarası yalnız rakamlardan oluşur.",
            "T.C. kimlik numarası 11 hanedir.",
        )?;
        if digits[0] == 0 {
            return Err("T.C. kimlik numarası 0 ile başlamaz.");
        }
        let odd: u32 = digits.iter().take(9).step_by(2).sum();
        let even: u32 = digits.iter().skip(1).take(8).step_by(2).sum();
        // Even places sum to at most 36, so adding 40 keeps the difference positive and its last digit as it is.
        let tenth = (odd * 7 + 40 - even) % 10;
        let eleventh = digits.iter().take(10).sum::<u32>() % 10;
        if digits[9] != tenth || digits[10] != eleventh {
            return Err("T.C. kimlik numarası hatalı; rakamları denetleyin.");
        }
        Ok(Self(typed))
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `123******01`: for screens that may not show the number.
    pub fn masked(&self) -> String {
        format!("{}******{}", &self.0[..3], &self.0[9..])
    }
}

impl fmt::Display for Tckn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Tckn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tckn({})", self.masked())
    }
}

/// Tax number (vergi kimlik numarası), valid by its check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vkn(String);

impl Vkn {
    /// Reads ten digits; spaces are dropped. Errors: a Turkish reason.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (typed, digits) = fixed_digits::<10>(
            text,
            "Vergi kimlik numarası yalnız rakamlardan oluşur.",
            "Vergi kimlik numarası 10 hanedir.",
        )?;
        let mut sum = 0;
        for (place, digit) in (0_u32..9).zip(digits) {
            let shifted = (digit + 9 - place) % 10;
            sum += match (shifted * 2_u32.pow(9 - place)) % 9 {
                0 if shifted != 0 => 9,
                rest => rest,
            };
        }
        if digits[9] != (10 - sum % 10) % 10 {
            return Err("Vergi kimlik numarası hatalı; rakamları denetleyin.");
        }
        Ok(Self(typed))
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Vkn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Drops white space and gives the text with its digits, or the reason why it is not `N` digits.
fn fixed_digits<const N: usize>(
    text: &str,
    not_digits: &'static str,
    wrong_length: &'static str,
) -> Result<(String, [u32; N]), &'static str> {
    if text.len() > 100 {
        return Err(wrong_length);
    }
    let typed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_digits);
    }
    let digits: Vec<u32> = typed.bytes().map(|b| u32::from(b - b'0')).collect();
    let digits = digits.try_into().map_err(|_| wrong_length)?;
    Ok((typed, digits))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// Computed with an independent implementation (python-stdnum).
    const GOOD_TCKN: [&str; 6] =
        ["17291716060", "64990951452", "64752772066", "50560865656", "17029313714", "68584719558"];
    const GOOD_VKN: [&str; 7] =
        ["4540536920", "9458073022", "1573681933", "0364262120", "9972200337", "2245383232", "6405622417"];

    #[test]
    fn right_numbers_are_taken() {
        for number in GOOD_TCKN {
            assert_eq!(Tckn::parse(number).unwrap().to_string(), number);
        }
        for number in GOOD_VKN {
            assert_eq!(Vkn::parse(number).unwrap().to_string(), number);
        }
        assert_eq!(Tckn::parse(" 172 917 16060 ").unwrap().as_str(), "17291716060");
    }

    #[test]
    fn one_wrong_digit_is_always_noticed() {
        for number in GOOD_TCKN {
            each_single_digit_change(number, |changed| assert!(Tckn::parse(changed).is_err(), "{changed}"));
        }
    }

    #[test]
    fn a_wrong_check_digit_of_a_tax_number_is_noticed() {
        for number in GOOD_VKN {
            let last = number.as_bytes()[9];
            for other in b'0'..=b'9' {
                let changed = format!("{}{}", &number[..9], char::from(other));
                assert_eq!(Vkn::parse(&changed).is_ok(), other == last, "{changed}");
            }
        }
    }

    #[test]
    fn the_reason_is_said() {
        assert_eq!(Tckn::parse("1729171606"), Err("T.C. kimlik numarası 11 hanedir."));
        assert_eq!(Tckn::parse("1729171606a"), Err("T.C. kimlik numarası yalnız rakamlardan oluşur."));
        assert_eq!(Tckn::parse("07291716060"), Err("T.C. kimlik numarası 0 ile başlamaz."));
        assert_eq!(Tckn::parse("17291716061"), Err("T.C. kimlik numarası hatalı; rakamları denetleyin."));
        assert_eq!(Tckn::parse(""), Err("T.C. kimlik numarası 11 hanedir."));
        assert_eq!(Vkn::parse("454053692"), Err("Vergi kimlik numarası 10 hanedir."));
        assert_eq!(Vkn::parse("4540536921"), Err("Vergi kimlik numarası hatalı; rakamları denetleyin."));
    }

    #[test]
    fn a_log_line_cannot_leak_an_identity_number() {
        let number = Tckn::parse("17291716060").unwrap();
        assert_eq!(format!("{number:?}"), "Tckn(172******60)");
    }

    proptest! {
        #[test]
        fn any_typed_text_is_answered(text in any::<String>(), digits in "[0-9]{11}") {
            let _ = (Tckn::parse(&text), Vkn::parse(&text), Tckn::parse(&digits), Vkn::parse(&digits[1..]));
        }
    }

    fn each_single_digit_change(number: &str, check: impl Fn(&str)) {
        for place in 0..number.len() {
            for digit in b'0'..=b'9' {
                let mut changed = number.as_bytes().to_vec();
                if changed[place] != digit {
                    changed[place] = digit;
                    check(std::str::from_utf8(&changed).unwrap());
                }
            }
        }
    }
}
