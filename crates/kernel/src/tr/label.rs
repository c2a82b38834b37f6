//! Numbers of records as labels, readers and people give them.

/// A record's number ("2026-VR-000007") as it is compared: capitals without blanks, however it was typed or scanned. A number has
/// ASCII letters alone; a small `ı` and a capital `İ` come from a Turkish keyboard.
pub fn number_key(text: &str) -> String {
    let letter = |one: char| match one {
        'ı' | 'İ' => 'I',
        other => other.to_ascii_uppercase(),
    };
    text.chars().filter(|one| !one.is_whitespace() && !one.is_control()).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::number_key;

    #[test]
    fn a_number_is_the_same_however_it_was_typed() {
        for typed in ["2026-VR-000007", " 2026-vr-000007\r", "2026 - VR - 000007", "2026-vR-\u{a0}000007"] {
            assert_eq!(number_key(typed), "2026-VR-000007", "{typed}");
        }
        assert_eq!(number_key("bım-İ 1"), "BIM-I1");
    }
}
