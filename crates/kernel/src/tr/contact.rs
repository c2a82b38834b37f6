//! Phone numbers of Türkiye and e-mail addresses. Foreign numbers are refused: the municipality's
//! message gateways do not deliver to them.

use std::fmt;

/// A telephone number of Türkiye, stored as E.164 (`+905321234567`; 444 lines as `+904441234`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads `0532 123 45 67`, `(0474) 212 34 56`, `+90 …`, `0090 …`, `444 1 234`.
    /// Errors: a Turkish reason.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "Telefonu alan koduyla 10 hane olarak yazın (örnek: 0532 123 45 67).";
        if text.len() > 60 {
            return Err(SHAPE);
        }
        let is_separator =
            |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '-' | '.' | '/' | '\u{2013}');
        let typed: String = text.chars().filter(|&c| !is_separator(c)).collect();
        let (is_international, digits) = match typed.strip_prefix('+').or_else(|| typed.strip_prefix("00")) {
            Some(rest) => (true, rest),
            None => (false, typed.as_str()),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(SHAPE);
        }
        let national = match digits.len() {
            12 if digits.starts_with("90") => &digits[2..],
            9 if is_international && digits.starts_with("90444") => &digits[2..],
            _ if is_international => return Err("Yalnız Türkiye telefonları (+90) yazılabilir."),
            11 if digits.starts_with('0') => &digits[1..],
            7 | 10 => digits,
            _ => return Err(SHAPE),
        };
        match (national.len(), national.as_bytes()[0]) {
            (7, _) if national.starts_with("444") => {}
            (7, _) => return Err("Telefonu alan koduyla yazın (örnek: 0474 212 34 56)."),
            (_, b'2'..=b'5' | b'8') => {}
            _ => return Err("Türkiye’de bu alan kodu yok; numarayı denetleyin."),
        }
        Ok(Self(format!("+90{national}")))
    }

    /// E.164 form: `+905321234567`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True for mobile lines, the only ones that take SMS.
    pub fn is_mobile(&self) -> bool {
        self.0.starts_with("+905")
    }
}

/// `0532 123 45 67`; 444 lines as `444 1 234`.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let national = &self.0[3..];
        if national.len() == 7 {
            return write!(f, "{} {} {}", &national[..3], &national[3..4], &national[4..]);
        }
        write!(f, "0{} {} {} {}", &national[..3], &national[3..6], &national[6..8], &national[8..])
    }
}

/// An e-mail address that a mail server can be expected to take (a practical part of RFC 5321).
///
/// The domain is stored in small letters; the part before `@` is kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Reads `ad.soyad@belediye.bel.tr`; spaces around are dropped. Errors: a Turkish reason.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let typed = text.trim();
        if typed.len() > 254 {
            return Err("E-posta adresi çok uzun.");
        }
        if typed.chars().any(char::is_whitespace) {
            return Err("E-posta adresinde boşluk olmaz.");
        }
        let Some((local, domain)) = typed.split_once('@') else {
            return Err("E-posta adresinde @ işareti eksik (örnek: ad.soyad@ornek.bel.tr).");
        };
        if domain.contains('@') {
            return Err("E-posta adresinde tek @ işareti olur; alana bir adres yazın.");
        }
        if typed.chars().any(char::is_alphabetic) && !typed.is_ascii() {
            return Err("E-posta adresinde Türkçe harf kullanılmaz.");
        }
        if !is_local_part(local) {
            return Err("E-posta adresinin @ işaretinden önceki bölümü hatalı.");
        }
        let domain = domain.to_ascii_lowercase();
        if !is_domain(&domain) {
            return Err("E-posta adresinin @ işaretinden sonraki bölümü hatalı (örnek: ornek.bel.tr).");
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after `@`, in small letters.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_local_part(local: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    (1..=64).contains(&local.len())
        && local.bytes().all(is_allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, top)) = domain.rsplit_once('.') else { return false };
    domain.split('.').all(is_label)
        && top.len() >= 2
        && (top.starts_with("xn--") || top.bytes().all(|b| b.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phones_are_read_in_the_ways_people_write_them() {
        for typed in
            ["0532 123 45 67", "5321234567", "+90 (532) 123-45-67", "0090 532 1234567", "90 532 123 45 67"]
        {
            let phone = Phone::parse(typed).unwrap();
            assert_eq!(phone.as_str(), "+905321234567", "{typed}");
            assert!(phone.is_mobile());
            assert_eq!(phone.to_string(), "0532 123 45 67");
        }
        let desk = Phone::parse("(0474) 212 34 56").unwrap();
        assert_eq!((desk.as_str(), desk.is_mobile()), ("+904742123456", false));
        let line = Phone::parse("444 1 234").unwrap();
        assert_eq!((line.as_str(), line.to_string().as_str()), ("+904441234", "444 1 234"));
        assert_eq!(Phone::parse("+904441234"), Ok(line));
    }

    #[test]
    fn a_wrong_phone_is_refused_with_the_reason() {
        let shape = Err("Telefonu alan koduyla 10 hane olarak yazın (örnek: 0532 123 45 67).");
        for typed in ["", "532", "0532 123 45 678", "0532 123 45 6a", "+", "dahili 12"] {
            assert_eq!(Phone::parse(typed), shape, "{typed}");
        }
        assert_eq!(Phone::parse("212 34 56"), Err("Telefonu alan koduyla yazın (örnek: 0474 212 34 56)."));
        assert_eq!(Phone::parse("+49 30 123456"), Err("Yalnız Türkiye telefonları (+90) yazılabilir."));
        assert_eq!(Phone::parse("0132 123 45 67"), Err("Türkiye’de bu alan kodu yok; numarayı denetleyin."));
    }

    #[test]
    fn ordinary_addresses_are_taken() {
        for (typed, stored) in [
            (" ayse.yilmaz@Kars.BEL.tr ", "ayse.yilmaz@kars.bel.tr"),
            ("bt+test@example.com", "bt+test@example.com"),
            ("o'neil_1@a-b.co.uk", "o'neil_1@a-b.co.uk"),
        ] {
            assert_eq!(Email::parse(typed).unwrap().as_str(), stored);
        }
        assert_eq!(Email::parse("a@Kars.bel.tr").unwrap().domain(), "kars.bel.tr");
    }

    #[test]
    fn a_wrong_address_is_refused_with_the_reason() {
        let reason = |typed: &str| Email::parse(typed).unwrap_err();
        assert!(reason("ayse.kars.bel.tr").contains("@ işareti eksik"));
        assert!(reason("a@b.com;c@d.com").contains("tek @"));
        assert!(reason("ayşe@kars.bel.tr").contains("Türkçe harf"));
        assert!(reason("ay se@kars.bel.tr").contains("boşluk"));
        for typed in
            ["@kars.bel.tr", ".a@kars.bel.tr", "a.@kars.bel.tr", "a..b@kars.bel.tr", "a,b@kars.bel.tr"]
        {
            assert!(reason(typed).contains("önceki bölümü"), "{typed}");
        }
        for typed in ["a@kars", "a@", "a@-kars.tr", "a@kars..tr", "a@10.0.0.1", "a@kars.t"] {
            assert!(reason(typed).contains("sonraki bölümü"), "{typed}");
        }
        assert!(reason(&format!("a@{}.tr", "b".repeat(300))).contains("çok uzun"));
    }

    proptest! {
        #[test]
        fn every_phone_shown_can_be_typed_back(national in "[234589][0-9]{9}") {
            if let Ok(phone) = Phone::parse(&national) {
                prop_assert_eq!(Phone::parse(&phone.to_string()), Ok(phone.clone()));
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
            }
        }

        #[test]
        fn any_typed_text_is_answered(text in any::<String>()) {
            let _ = Phone::parse(&text);
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }
}
