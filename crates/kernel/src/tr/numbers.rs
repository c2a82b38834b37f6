//! Numbers, money and sizes as written in Turkish: dot between thousands, comma before decimals.
//! No floating point: amounts are integers scaled by their decimals (money is kuruş).

const NOT_A_NUMBER: &str = "Yalnız rakam yazın; binlik için nokta, ondalık için virgül (örnek: 1.234,56).";
const GROUPS: &str = "Noktalar üçer haneyi ayırmalıdır; ondalık için virgül kullanın (örnek: 1.234,56).";
const TOO_MANY_DECIMALS: &str = "Virgülden sonra fazla hane var.";
const TOO_LARGE: &str = "Sayı çok büyük.";

/// `1.240.000`.
pub fn grouped(value: i64) -> String {
    number(value, 0)
}

/// `number(123456, 2)` is `1.234,56`: `scaled` counts units of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ.
pub fn number(scaled: i64, decimals: u8) -> String {
    let digits = format!("{:0>width$}", scaled.unsigned_abs(), width = usize::from(decimals) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 2);
    if scaled < 0 {
        out.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

/// Kuruş as `1.234,56`, without a currency sign (columns say it once).
pub fn money(amount_kurus: i64) -> String {
    number(amount_kurus, 2)
}

/// Reads money typed as `1.234,56`, `1234,5`, `1234`, also with `₺`, `TL` and pasted spaces; gives kuruş.
pub fn parse_money(text: &str) -> Result<i64, &'static str> {
    let text = text.trim().trim_start_matches('₺');
    let text = ["₺", "TL", "tl", "Tl"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    parse_number(text, 2)
}

/// Reads a number with at most `decimals` decimals into the scaled form of [`number`].
///
/// `12.5` is refused instead of guessed: a dot separates thousands, and only in groups of three.
pub fn parse_number(text: &str, decimals: u8) -> Result<i64, &'static str> {
    if text.len() > 80 {
        return Err(TOO_LARGE);
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (is_negative, unsigned) = match compact.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, compact.as_str()),
    };
    let (whole, fraction) = unsigned.split_once(',').unwrap_or((unsigned, ""));
    let is_fraction_missing = unsigned.ends_with(',');
    let whole = ungroup(whole)?;
    if is_fraction_missing || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NOT_A_NUMBER);
    }
    if fraction.len() > usize::from(decimals) {
        return Err(TOO_MANY_DECIMALS);
    }
    let digits = format!("{whole}{fraction:0<width$}", width = usize::from(decimals));
    let sign = if is_negative { "-" } else { "" };
    format!("{sign}{digits}").parse().map_err(|_| TOO_LARGE)
}

/// `count("kayıt", 1240)` is `1.240 kayıt`: Turkish nouns stay singular after a number.
pub fn count(noun: &str, n: u64) -> String {
    format!("{} {noun}", grouped(i64::try_from(n).unwrap_or(i64::MAX)))
}

/// `512 bayt`, `3,4 MB`: steps of 1024 as the desktops of the users count, rounded to the nearest tenth.
pub fn file_size(size_bytes: u64) -> String {
    if size_bytes < 1024 {
        return format!("{size_bytes} bayt");
    }
    let mut unit_bytes = 1024_u128;
    let mut units = ["KB", "MB", "GB", "TB", "PB", "EB"].iter();
    let mut unit = units.next().expect("the list of units is not empty");
    loop {
        let tenths = (u128::from(size_bytes) * 10 + unit_bytes / 2) / unit_bytes;
        if tenths < 10_240 {
            let tenths = i64::try_from(tenths).expect("below 10,240 as just checked");
            let has_tenth = tenths < 1000 && tenths % 10 != 0;
            let shown = if has_tenth { number(tenths, 1) } else { grouped((tenths + 5) / 10) };
            return format!("{shown} {unit}");
        }
        match units.next() {
            Some(larger) => unit = larger,
            None => return format!("{} {unit}", u128::from(size_bytes) / unit_bytes),
        }
        unit_bytes *= 1024;
    }
}

/// Removes thousands dots after checking that they stand where they should.
fn ungroup(whole: &str) -> Result<String, &'static str> {
    let groups: Vec<&str> = whole.split('.').collect();
    if groups.iter().any(|group| !group.bytes().all(|b| b.is_ascii_digit())) {
        return Err(NOT_A_NUMBER);
    }
    match groups[..] {
        [""] => Err(NOT_A_NUMBER),
        [plain] => Ok(plain.to_owned()),
        [first, ..] if first.is_empty() || first.len() > 3 => Err(GROUPS),
        [_, ref rest @ ..] if rest.iter().any(|group| group.len() != 3) => Err(GROUPS),
        _ => Ok(groups.concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_wear_dots_and_commas() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(-1_234_567), "-1.234.567");
        assert_eq!(money(123_456), "1.234,56");
        assert_eq!(money(5), "0,05");
        assert_eq!(money(-5), "-0,05");
        assert_eq!(money(i64::MIN), "-92.233.720.368.547.758,08");
        assert_eq!(count("kayıt", 1240), "1.240 kayıt");
    }

    #[test]
    fn money_may_be_typed_or_pasted() {
        for (typed, kurus) in [
            ("1.234,56", 123_456),
            ("1234,5", 123_450),
            ("1234", 123_400),
            ("1.234", 123_400),
            (" 1 234,56 TL ", 123_456),
            ("₺ 12", 1200),
            ("12₺", 1200),
            ("0,05", 5),
            ("-3,50", -350),
        ] {
            assert_eq!(parse_money(typed), Ok(kurus), "{typed}");
        }
    }

    #[test]
    fn a_doubtful_amount_is_refused_instead_of_guessed() {
        assert_eq!(parse_money("12.5"), Err(GROUPS));
        assert_eq!(parse_money("1234.567"), Err(GROUPS));
        assert_eq!(parse_money(".500"), Err(GROUPS));
        assert_eq!(parse_money("1,234"), Err(TOO_MANY_DECIMALS));
        assert_eq!(parse_money("99999999999999999999"), Err(TOO_LARGE));
        for nonsense in ["", "-", ",", "5,", ",5", "1,2,3", "on", "1e3", "+5", "5 USD"] {
            assert_eq!(parse_money(nonsense), Err(NOT_A_NUMBER), "{nonsense}");
        }
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, shown) in [
            (0, "0 bayt"),
            (1023, "1023 bayt"),
            (1024, "1 KB"),
            (3_565_158, "3,4 MB"),
            (1_048_575, "1 MB"),
            (157_286_400, "150 MB"),
            (u64::MAX, "16 EB"),
        ] {
            assert_eq!(file_size(bytes), shown);
        }
    }

    proptest! {
        #[test]
        fn money_shown_can_be_typed_back(kurus in any::<i64>()) {
            prop_assert_eq!(parse_money(&money(kurus)), Ok(kurus));
        }

        #[test]
        fn any_number_of_decimals_comes_back(scaled in any::<i64>(), decimals in 0_u8..6) {
            prop_assert_eq!(parse_number(&number(scaled, decimals), decimals), Ok(scaled));
        }

        #[test]
        fn any_typed_text_is_answered(text in any::<String>(), size in any::<u64>()) {
            let _ = parse_money(&text);
            prop_assert!(file_size(size).chars().count() <= 10);
        }
    }
}
