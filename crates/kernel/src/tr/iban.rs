//! Turkish IBAN (ISO 13616: TR, two check digits, 22 digits; mod 97 by ISO 7064).

use std::fmt;

/// A valid Turkish IBAN, stored without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

impl Iban {
    /// Reads `TR33 0006 1005 1978 6457 8413 26`; spaces are dropped, small letters taken.
    /// Errors: a Turkish reason.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > 200 {
            return Err("IBAN 26 karakterdir (TR ve 24 rakam).");
        }
        let typed: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let Some(digits) = typed.strip_prefix("TR") else {
            return Err("IBAN TR ile başlamalıdır; yalnız Türkiye hesapları yazılabilir.");
        };
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err("IBAN’da TR’den sonra yalnız rakam olur.");
        }
        if digits.len() != 24 {
            return Err("IBAN 26 karakterdir (TR ve 24 rakam).");
        }
        // The country and check digits move to the end; T is 29 and R is 27.
        let (check, account) = digits.split_at(2);
        let remainder = account
            .bytes()
            .chain(*b"2927")
            .chain(check.bytes())
            .fold(0_u32, |rest, b| (rest * 10 + u32::from(b - b'0')) % 97);
        if remainder != 1 {
            return Err("IBAN hatalı; rakamları denetleyin.");
        }
        Ok(Self(typed))
    }

    /// The 26 characters without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The five-digit bank code (with leading zeros), e.g. `00061`.
    pub fn bank_code(&self) -> &str {
        &self.0[4..9]
    }
}

/// In groups of four, as banks print it.
impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, letter) in self.0.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// The example account of the Turkish IBAN registry entry.
    const EXAMPLE: &str = "TR330006100519786457841326";

    #[test]
    fn an_account_is_read_and_shown_in_fours() {
        let iban = Iban::parse("tr33 0006 1005 1978 6457 8413 26").unwrap();
        assert_eq!(iban.as_str(), EXAMPLE);
        assert_eq!(iban.to_string(), "TR33 0006 1005 1978 6457 8413 26");
        assert_eq!(iban.bank_code(), "00061");
        assert_eq!(Iban::parse(&iban.to_string()), Ok(iban));
    }

    #[test]
    fn the_reason_is_said() {
        let length = Err("IBAN 26 karakterdir (TR ve 24 rakam).");
        assert_eq!(Iban::parse("TR33000610051978645784132"), length);
        assert_eq!(Iban::parse(&"1".repeat(300)), length);
        assert_eq!(Iban::parse("TR33000610051978645784132X"), Err("IBAN’da TR’den sonra yalnız rakam olur."));
        assert_eq!(
            Iban::parse("DE89370400440532013000"),
            Err("IBAN TR ile başlamalıdır; yalnız Türkiye hesapları yazılabilir.")
        );
    }

    #[test]
    fn a_changed_or_swapped_digit_is_noticed() {
        for place in 2..EXAMPLE.len() {
            for digit in b'0'..=b'9' {
                let mut changed = EXAMPLE.as_bytes().to_vec();
                changed[place] = digit;
                let text = String::from_utf8(changed).unwrap();
                assert_eq!(Iban::parse(&text).is_ok(), text == EXAMPLE, "{text}");
            }
        }
        for place in 2..EXAMPLE.len() - 1 {
            let mut swapped = EXAMPLE.as_bytes().to_vec();
            swapped.swap(place, place + 1);
            let text = String::from_utf8(swapped).unwrap();
            assert_eq!(Iban::parse(&text).is_ok(), text == EXAMPLE, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_typed_text_is_answered(text in any::<String>()) {
            let _ = Iban::parse(&text);
        }
    }
}
