//! Distances in time as a person says them: "3 gün gecikti", "2 saat 10 dk kaldı", "dün 16:20".
//! Counted on the wall clock, not in working hours (the directory crate's calendar knows those).

use time::Date;

use super::dates::{clock_time, instant, local, local_date};
use super::numbers::grouped;

const MINUTE_US: u64 = 60_000_000;
const DAY_MINUTES: u64 = 24 * 60;

/// How a deadline stands: `3 gün gecikti`, `40 dk gecikti`, `2 saat 10 dk kaldı`, `süresi doldu`.
pub fn due(due_at_us: i64, now_us: i64) -> String {
    let distance_us = due_at_us.abs_diff(now_us);
    if distance_us == 0 {
        return "süresi doldu".to_owned();
    }
    let is_late = due_at_us < now_us;
    let minutes = distance_us / MINUTE_US;
    if minutes == 0 {
        return if is_late { "süresi doldu" } else { "1 dk’dan az kaldı" }.to_owned();
    }
    let verb = if is_late { "gecikti" } else { "kaldı" };
    format!("{} {verb}", span(minutes))
}

/// When something happened: `az önce`, `bugün 09:40`, `dün 16:20`, otherwise `05.11.2026 14:30`.
pub fn past(at_us: i64, now_us: i64) -> String {
    let at = local(at_us);
    let today = local_date(now_us);
    if at_us > now_us {
        return instant(at_us);
    }
    if at_us.abs_diff(now_us) < MINUTE_US {
        return "az önce".to_owned();
    }
    if at.date() == today {
        return format!("bugün {}", clock_time(at.time()));
    }
    if Some(at.date()) == today.previous_day() {
        return format!("dün {}", clock_time(at.time()));
    }
    instant(at_us)
}

/// A day seen from today: `bugün`, `dün`, `yarın`, `3 gün önce`, `12 gün sonra`.
pub fn day_distance(value: Date, today: Date) -> String {
    let days = i64::from(value.to_julian_day()) - i64::from(today.to_julian_day());
    match days {
        0 => "bugün".to_owned(),
        1 => "yarın".to_owned(),
        -1 => "dün".to_owned(),
        later if later > 0 => format!("{} gün sonra", grouped(later)),
        earlier => format!("{} gün önce", grouped(-earlier)),
    }
}

fn span(minutes: u64) -> String {
    let days = minutes / DAY_MINUTES;
    if days > 0 {
        return format!("{} gün", grouped(i64::try_from(days).unwrap_or(i64::MAX)));
    }
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} dk"),
        (hours, 0) => format!("{hours} saat"),
        (hours, minutes) => format!("{hours} saat {minutes} dk"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::parse_instant;
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    fn at(text: &str) -> i64 {
        parse_instant(text).unwrap()
    }

    #[test]
    fn a_deadline_says_what_is_left_or_how_late_it_is() {
        let now = at("5.11.2026 12:00");
        assert_eq!(due(at("5.11.2026 14:10"), now), "2 saat 10 dk kaldı");
        assert_eq!(due(at("5.11.2026 15:00"), now), "3 saat kaldı");
        assert_eq!(due(at("7.11.2026 15:00"), now), "2 gün kaldı");
        assert_eq!(due(at("2.11.2026 11:00"), now), "3 gün gecikti");
        assert_eq!(due(at("5.11.2026 11:20"), now), "40 dk gecikti");
        assert_eq!(due(now, now), "süresi doldu");
        assert_eq!(due(now - 1, now), "süresi doldu");
        assert_eq!(due(now + 59_000_000, now), "1 dk’dan az kaldı");
    }

    #[test]
    fn yesterday_is_a_calendar_day_in_turkiye() {
        let now = at("5.11.2026 00:30");
        assert_eq!(past(at("4.11.2026 23:50"), now), "dün 23:50");
        assert_eq!(past(at("5.11.2026 00:10"), now), "bugün 00:10");
        assert_eq!(past(at("3.11.2026 23:59"), now), "03.11.2026 23:59");
        assert_eq!(past(now - 59_000_000, now), "az önce");
        assert_eq!(past(at("6.11.2026 10:00"), now), "06.11.2026 10:00");
    }

    #[test]
    fn days_are_named_from_today() {
        let today = date!(2026 - 11 - 05);
        let say = |value| day_distance(value, today);
        assert_eq!(say(today), "bugün");
        assert_eq!(say(date!(2026 - 11 - 04)), "dün");
        assert_eq!(say(date!(2026 - 11 - 06)), "yarın");
        assert_eq!(say(date!(2026 - 11 - 02)), "3 gün önce");
        assert_eq!(say(date!(2030 - 11 - 05)), "1.461 gün sonra");
    }

    proptest! {
        #[test]
        fn any_two_instants_can_be_compared(left in any::<i64>(), right in any::<i64>()) {
            let text = due(left, right);
            prop_assert_eq!(text.contains("kaldı"), left > right);
            let _ = past(left, right);
        }
    }
}
