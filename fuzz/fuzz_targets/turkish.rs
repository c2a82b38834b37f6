//! Any text where a date, an amount, a number of a person, a plate … is asked for: refused, or read as something that
//! reads the same when it is written again.
#![no_main]

use kernel::tr;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let line = tr::clean_line(text).text;
    assert_eq!(tr::clean_line(&line).text, line);
    assert!(!line.contains(['\n', '\r', '\0']) && line.trim() == line);
    let long = tr::clean_text(text).text;
    assert_eq!(tr::clean_text(&long).text, long);
    assert_eq!(tr::fold(&tr::fold(text)), tr::fold(text));
    for word in tr::words(text) {
        assert!(!word.is_empty() && tr::words(&word).eq([word.clone()]), "{word:?}");
    }
    let _ = (tr::upper(text), tr::lower(text), tr::title_case(text), tr::collation_key(text), tr::dative_name(text));
    if let Ok(day) = tr::parse_date(text) {
        assert_eq!(tr::parse_date(&tr::date(day)), Ok(day));
    }
    if let Ok(time) = tr::parse_clock_time(text) {
        assert_eq!(tr::parse_clock_time(&tr::clock_time(time)).map(|again| again.hour()), Ok(time.hour()));
    }
    if let Ok(amount) = tr::parse_money(text) {
        assert_eq!(tr::parse_money(tr::money(amount).trim_end_matches(" TL")), Ok(amount));
    }
    if let Ok(phone) = tr::Phone::parse(text) {
        assert_eq!(tr::Phone::parse(phone.as_str()), Ok(phone));
    }
    if let Ok(address) = tr::Email::parse(text) {
        assert_eq!(tr::Email::parse(address.as_str()), Ok(address));
    }
    if let Ok(iban) = tr::Iban::parse(text) {
        assert_eq!(tr::Iban::parse(iban.as_str()), Ok(iban));
    }
    if let Ok(plate) = tr::Plate::parse(text) {
        assert!((1..=81).contains(&plate.province()));
        assert_eq!(tr::Plate::parse(plate.as_str()), Ok(plate));
    }
    let _ = (tr::parse_instant(text), tr::clause_ordinal(text));
});
