//! Dates and instants as people in Türkiye read and type them. Instants are microseconds since the
//! Unix epoch in UTC; Türkiye is UTC+3 all year (Cabinet decree 2016/9154), so no zone database is needed.
//! Distances ("3 gün gecikti") are in `relative`; working days are in the directory crate.

use time::macros::{date as day, time as clock};
use time::{Date, Duration, Month, PrimitiveDateTime, Time};

use super::lower;

const EPOCH: PrimitiveDateTime = PrimitiveDateTime::new(day!(1970 - 01 - 01), clock!(00:00));
const OFFSET: Duration = Duration::hours(3);

const MONTHS: [&str; 12] = [
    "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım",
    "Aralık",
];
const WEEKDAYS: [&str; 7] = ["Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"];

const SHAPE: &str = "Tarihi gün.ay.yıl olarak yazın (örnek: 5.11.2026).";
const SHORT_YEAR: &str = "Yılı dört haneli yazın (örnek: 5.11.2026).";
const NO_SUCH_DAY: &str = "Takvimde böyle bir gün yok.";
const YEAR_RANGE: &str = "Yıl 1850 ile 2200 arasında olmalıdır.";
const CLOCK_SHAPE: &str = "Saati saat:dakika olarak yazın (örnek: 14:30).";
const INSTANT_SHAPE: &str = "Tarih ve saati birlikte yazın (örnek: 5.11.2026 14:30).";

/// `05.11.2026`: the one short form of a date on screens and paper.
pub fn date(value: Date) -> String {
    format!("{:02}.{:02}.{:04}", value.day(), u8::from(value.month()), value.year())
}

/// `5 Kasım 2026 Perşembe`.
pub fn date_long(value: Date) -> String {
    let weekday = weekday_name(value);
    format!("{} {} {} {weekday}", value.day(), month_name(value.month()), value.year())
}

/// `Kasım`.
pub fn month_name(month: Month) -> &'static str {
    MONTHS[usize::from(u8::from(month)) - 1]
}

/// `Perşembe`.
pub fn weekday_name(value: Date) -> &'static str {
    WEEKDAYS[usize::from(value.weekday().number_days_from_monday())]
}

/// `14:30`.
pub fn clock_time(value: Time) -> String {
    format!("{:02}:{:02}", value.hour(), value.minute())
}

/// `05.11.2026 14:30` in Türkiye time.
pub fn instant(at_us: i64) -> String {
    let at = local(at_us);
    format!("{} {}", date(at.date()), clock_time(at.time()))
}

/// Türkiye's wall clock at an instant; instants outside the years time can name are moved to their edge.
pub fn local(at_us: i64) -> PrimitiveDateTime {
    EPOCH.saturating_add(Duration::microseconds(at_us)).saturating_add(OFFSET)
}

/// The day in Türkiye at an instant.
pub fn local_date(at_us: i64) -> Date {
    local(at_us).date()
}

/// The instant at which Türkiye's wall clock shows the given time.
pub fn instant_us(wall: PrimitiveDateTime) -> i64 {
    let since = wall - EPOCH - OFFSET;
    i64::try_from(since.whole_microseconds()).expect("every date of the time crate fits i64 microseconds")
}

/// Reads a typed date: `5.11.2026`, `05/11/2026`, `5-11-2026`, `2026-11-05`, `5 Kasım 2026 [Perşembe]`.
///
/// Errors: a Turkish sentence that says how to write it. Years 1850–2200 are taken.
pub fn parse_date(text: &str) -> Result<Date, &'static str> {
    if text.len() > 60 {
        return Err(SHAPE);
    }
    let lowered = lower(text.trim());
    let parts: Vec<&str> = lowered
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | '/' | '-' | ','))
        .filter(|part| !part.is_empty())
        .collect();
    let (first, middle, last, weekday) = match parts[..] {
        [first, middle, last] => (first, middle, last, None),
        [first, middle, last, weekday] => (first, middle, last, Some(weekday)),
        _ => return Err(SHAPE),
    };
    let (day_text, year_text) = if first.len() == 4 { (last, first) } else { (first, last) };
    let day_number: u8 = digits(day_text, 2).ok_or(SHAPE)?;
    let month = parse_month(middle).ok_or(SHAPE)?;
    if year_text.len() < 4 && digits::<i32>(year_text, 3).is_some() {
        return Err(SHORT_YEAR);
    }
    let year: i32 = digits(year_text, 4).ok_or(SHAPE)?;
    if !(1850..=2200).contains(&year) {
        return Err(YEAR_RANGE);
    }
    let month = Month::try_from(month).map_err(|_| NO_SUCH_DAY)?;
    let value = Date::from_calendar_date(year, month, day_number).map_err(|_| NO_SUCH_DAY)?;
    match weekday {
        Some(name) if lower(weekday_name(value)) != name => {
            Err("Yazılan gün adı bu tarihe uymuyor; tarihi denetleyin.")
        }
        _ => Ok(value),
    }
}

/// Reads `14:30`, `14.30`, `9:05`. Seconds are not taken.
pub fn parse_clock_time(text: &str) -> Result<Time, &'static str> {
    let (hour, minute) = text.trim().split_once([':', '.']).ok_or(CLOCK_SHAPE)?;
    if minute.len() != 2 {
        return Err(CLOCK_SHAPE);
    }
    let hour = digits(hour, 2).ok_or(CLOCK_SHAPE)?;
    let minute = digits(minute, 2).ok_or(CLOCK_SHAPE)?;
    Time::from_hms(hour, minute, 0).map_err(|_| "Saat 00:00 ile 23:59 arasında olmalıdır.")
}

/// Reads `5.11.2026 14:30` (or the browser's `2026-11-05T14:30`) as Türkiye time; gives the instant in µs.
pub fn parse_instant(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    let (date_text, clock_text) =
        text.rsplit_once(|c: char| c.is_whitespace() || c == 'T').ok_or(INSTANT_SHAPE)?;
    let wall = PrimitiveDateTime::new(parse_date(date_text)?, parse_clock_time(clock_text)?);
    Ok(instant_us(wall))
}

fn digits<T: std::str::FromStr>(text: &str, max_len: usize) -> Option<T> {
    let is_number = !text.is_empty() && text.len() <= max_len && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// A month by number or by its (already lowered) Turkish name.
fn parse_month(text: &str) -> Option<u8> {
    if let Some(number) = digits(text, 2) {
        return Some(number);
    }
    let index = MONTHS.iter().position(|name| lower(name) == text)?;
    u8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_is_written_one_way() {
        assert_eq!(date(day!(2026 - 11 - 05)), "05.11.2026");
        assert_eq!(date_long(day!(2026 - 11 - 05)), "5 Kasım 2026 Perşembe");
        assert_eq!(date_long(day!(2023 - 02 - 06)), "6 Şubat 2023 Pazartesi");
    }

    #[test]
    fn a_date_may_be_typed_in_the_usual_ways() {
        let expected = day!(2026 - 11 - 05);
        for typed in [
            "5.11.2026",
            "05.11.2026",
            " 5/11/2026 ",
            "5-11-2026",
            "2026-11-05",
            "5. 11. 2026",
            "5 Kasım 2026",
            "5 KASIM 2026",
            "5 kasım 2026 Perşembe",
            "5 Kasım 2026, Perşembe",
        ] {
            assert_eq!(parse_date(typed), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn a_wrong_date_is_refused_with_the_reason() {
        assert_eq!(parse_date("29.2.2027"), Err(NO_SUCH_DAY));
        assert_eq!(parse_date("1.13.2026"), Err(NO_SUCH_DAY));
        assert_eq!(parse_date("5.11.26"), Err(SHORT_YEAR));
        assert_eq!(parse_date("5.11.0026"), Err(YEAR_RANGE));
        assert_eq!(
            parse_date("5 Kasım 2026 Cuma"),
            Err("Yazılan gün adı bu tarihe uymuyor; tarihi denetleyin.")
        );
        for nonsense in ["", "yarın", "5.11", "+5.11.2026", "5.11.20266", "٥.11.2026", "5.11.2026.1.1"] {
            assert_eq!(parse_date(nonsense), Err(SHAPE), "{nonsense}");
        }
    }

    #[test]
    fn instants_are_shown_in_turkish_time() {
        // 2026-11-05T21:30:00Z is past midnight in Türkiye.
        let at_us = 1_793_914_200_000_000;
        assert_eq!(instant(at_us), "06.11.2026 00:30");
        assert_eq!(local_date(at_us), day!(2026 - 11 - 06));
        assert_eq!(parse_instant("06.11.2026 00:30"), Ok(at_us));
        assert_eq!(parse_instant("2026-11-06T00:30"), Ok(at_us));
        assert_eq!(parse_instant("6 Kasım 2026 00.30"), Ok(at_us));
    }

    #[test]
    fn the_edges_of_time_do_not_panic() {
        assert_eq!(local(i64::MIN).year(), -9999);
        assert_eq!(local(i64::MAX).year(), 9999);
    }

    #[test]
    fn clock_times_are_checked() {
        assert_eq!(parse_clock_time("9:05"), Ok(clock!(09:05)));
        assert_eq!(parse_clock_time("24:00"), Err("Saat 00:00 ile 23:59 arasında olmalıdır."));
        assert_eq!(parse_clock_time("9:5"), Err(CLOCK_SHAPE));
        assert_eq!(parse_clock_time("öğlen"), Err(CLOCK_SHAPE));
        assert_eq!(parse_instant("5.11.2026"), Err(INSTANT_SHAPE));
    }

    proptest! {
        #[test]
        fn every_date_shown_can_be_typed_back(julian in 2_396_759_i32..2_524_958) {
            let value = Date::from_julian_day(julian).unwrap();
            prop_assert_eq!(parse_date(&date(value)), Ok(value));
            prop_assert_eq!(parse_date(&date_long(value)), Ok(value));
        }

        #[test]
        fn every_instant_comes_back_from_the_wall_clock(at_us in -60_000_000_000_000_000_i64..200_000_000_000_000_000) {
            prop_assert_eq!(instant_us(local(at_us)), at_us);
        }

        #[test]
        fn any_typed_text_is_answered(text in any::<String>()) {
            let _ = (parse_date(&text), parse_clock_time(&text), parse_instant(&text));
        }
    }
}
