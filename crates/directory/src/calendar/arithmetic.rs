//! Arithmetic with working days and working minutes. Sums are prepared once, so that every question
//! costs a binary search whatever the distance.

use time::{Date, Duration, Weekday};

use kernel::tr;

use super::AdministrativeLeave;
use super::holidays::{DayPart, Holiday, Holidays};
use super::hours::{WorkingDay, WorkingHours};

const MINUTE_US: i64 = 60_000_000;

/// Working days and hours of the years that the holiday data covers ([`Holidays::years`]); every answer is `None` beyond
/// them, because a deadline counted through an unknown feast would be wrong ([`Holidays::refuse`] says so to people).
/// A half day counts as one working day: it is a day on which the office is open.
#[derive(Debug, Clone)]
pub struct WorkingCalendar {
    hours: WorkingHours,
    first_julian: i32,
    /// One entry per day.
    days: Vec<Day>,
    /// Minutes worked before each day; one entry more than days.
    minutes_before: Vec<i64>,
    /// Working days before each day; one entry more than days.
    working_before: Vec<i32>,
    /// Indexes of the working days.
    working: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    has_morning: bool,
    has_afternoon: bool,
    share: WorkingDay,
}

impl WorkingCalendar {
    /// Prepares a calendar from the public holidays, the administrative leave of settings, and the hours.
    pub fn new(holidays: &Holidays, administrative: &[AdministrativeLeave], hours: WorkingHours) -> Self {
        let first = edge(*holidays.years().start());
        let day_count = usize::try_from((edge(*holidays.years().end() + 1) - first).whole_days())
            .expect("the last year is after the first");
        let first_julian = first.to_julian_day();
        let mut days: Vec<Day> = Vec::with_capacity(day_count);
        let mut date = first;
        for _ in 0..day_count {
            days.push(day_of(date, holidays, &hours));
            date += Duration::days(1);
        }
        for leave in administrative {
            let index = usize::try_from(leave.on.to_julian_day() - first_julian).ok();
            if let Some(day) = index.and_then(|index| days.get_mut(index)) {
                take_off(day, leave.part);
            }
        }
        let mut calendar = Self {
            hours,
            first_julian,
            days,
            minutes_before: vec![0],
            working_before: vec![0],
            working: Vec::new(),
        };
        calendar.prepare_sums();
        calendar
    }

    /// How much of this day is worked; `None` outside the years.
    pub fn working_day(&self, date: Date) -> Option<WorkingDay> {
        Some(self.days[self.index(date)?].share)
    }

    /// True on full and half working days; false also outside the years.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.working_day(date).is_some_and(|share| share != WorkingDay::None)
    }

    /// The `n`-th working day strictly after `date` (before it when `n` is negative).
    /// With 0: `date` itself when worked, otherwise the next working day.
    pub fn add_working_days(&self, date: Date, n: i32) -> Option<Date> {
        let index = self.index(date)?;
        let nth = match n {
            0 => self.working_before[index],
            1.. => self.working_before[index + 1].checked_add(n - 1)?,
            _ => self.working_before[index].checked_add(n)?,
        };
        let found = *self.working.get(usize::try_from(nth).ok()?)?;
        Some(self.date(found))
    }

    /// Working days after `from` up to and with `to`: what `add_working_days` would have to be given.
    /// Negative when `to` is earlier (then from `to` with it to before `from`).
    pub fn working_days_between(&self, from: Date, to: Date) -> Option<i32> {
        let (from, to) = (self.index(from)?, self.index(to)?);
        Some(if to >= from {
            self.working_before[to + 1] - self.working_before[from + 1]
        } else {
            self.working_before[to] - self.working_before[from]
        })
    }

    /// The instant at which so many more minutes have been worked; both in µs UTC.
    ///
    /// A deadline that falls on closing time is that closing time, not the next opening. Negative
    /// minutes go back and stop on the opening. 0 gives the instant unchanged.
    pub fn add_working_minutes(&self, at_us: i64, minutes: i64) -> Option<i64> {
        let worked_us = self.worked_us(at_us)?;
        let target_us = worked_us.checked_add(minutes.checked_mul(MINUTE_US)?)?;
        match minutes {
            0 => Some(at_us),
            1.. => self.earliest_with(target_us),
            _ => self.latest_with(target_us),
        }
    }

    /// Whole minutes worked between two instants (µs UTC); negative when `to_us` is earlier.
    pub fn working_minutes_between(&self, from_us: i64, to_us: i64) -> Option<i64> {
        Some((self.worked_us(to_us)? - self.worked_us(from_us)?) / MINUTE_US)
    }

    /// True when work is going on at this instant.
    pub fn is_working_time(&self, at_us: i64) -> bool {
        let wall = tr::local(at_us);
        let Some(index) = self.index(wall.date()) else { return false };
        let now_us = since_midnight_us(at_us);
        self.spans_us(index).any(|(from, until)| (from..until).contains(&now_us))
    }

    fn prepare_sums(&mut self) {
        let (mut minutes, mut working) = (0_i64, 0_i32);
        for index in 0..self.days.len() {
            let day = &mut self.days[index];
            day.share = self.hours.share(day.has_morning, day.has_afternoon);
            let spans = self.hours.spans(day.has_morning, day.has_afternoon);
            minutes += spans.map(|(from, until)| i64::from(until - from)).sum::<i64>();
            if day.share != WorkingDay::None {
                working += 1;
                self.working.push(index);
            }
            self.minutes_before.push(minutes);
            self.working_before.push(working);
        }
    }

    fn index(&self, date: Date) -> Option<usize> {
        let index = usize::try_from(date.to_julian_day() - self.first_julian).ok()?;
        (index < self.days.len()).then_some(index)
    }

    fn date(&self, index: usize) -> Date {
        let julian = self.first_julian + i32::try_from(index).expect("the days of a hundred years fit");
        Date::from_julian_day(julian).expect("the day lies between the first and the last year")
    }

    fn spans_us(&self, index: usize) -> impl Iterator<Item = (i64, i64)> {
        let day = self.days[index];
        self.hours
            .spans(day.has_morning, day.has_afternoon)
            .map(|(from, until)| (i64::from(from) * MINUTE_US, i64::from(until) * MINUTE_US))
    }

    /// Everything worked since the first year until an instant.
    fn worked_us(&self, at_us: i64) -> Option<i64> {
        let index = self.index(tr::local_date(at_us))?;
        let now_us = since_midnight_us(at_us);
        let today_us: i64 = self.spans_us(index).map(|(from, until)| now_us.clamp(from, until) - from).sum();
        Some(self.minutes_before[index] * MINUTE_US + today_us)
    }

    /// The first instant at which `worked_us` has been worked.
    fn earliest_with(&self, worked_us: i64) -> Option<i64> {
        // The last day that begins with less than the target is the day on which it is reached.
        let reached = self.minutes_before.partition_point(|&before| before * MINUTE_US < worked_us);
        let index = reached.checked_sub(1).filter(|&index| index < self.days.len())?;
        let mut rest_us = worked_us - self.minutes_before[index] * MINUTE_US;
        for (from, until) in self.spans_us(index) {
            if rest_us <= until - from {
                return Some(self.midnight_us(index) + from + rest_us);
            }
            rest_us -= until - from;
        }
        None
    }

    /// The last instant at which no more than `worked_us` has been worked.
    fn latest_with(&self, worked_us: i64) -> Option<i64> {
        // The first day that ends with more than the target is the day on which it is left.
        let left = self.minutes_before.partition_point(|&before| before * MINUTE_US <= worked_us);
        let index = left.checked_sub(1).filter(|&index| index < self.days.len())?;
        let mut rest_us = worked_us - self.minutes_before[index] * MINUTE_US;
        for (from, until) in self.spans_us(index) {
            if rest_us < until - from {
                return Some(self.midnight_us(index) + from + rest_us);
            }
            rest_us -= until - from;
        }
        None
    }

    fn midnight_us(&self, index: usize) -> i64 {
        tr::instant_us(self.date(index).midnight())
    }
}

fn edge(year: i32) -> Date {
    Date::from_ordinal_date(year, 1).expect("every year has a first day")
}

fn day_of(date: Date, holidays: &Holidays, hours: &WorkingHours) -> Day {
    let is_worked = hours.is_worked(date.weekday()) && !is_saturday_after_holiday(date, holidays);
    let mut day = Day { has_morning: is_worked, has_afternoon: is_worked, share: WorkingDay::None };
    for Holiday { part, .. } in holidays.on(date) {
        take_off(&mut day, *part);
    }
    day
}

/// A holiday that ends on Friday evening makes the Saturday off too (law 2429, article 2), which matters
/// where Saturdays are worked.
fn is_saturday_after_holiday(date: Date, holidays: &Holidays) -> bool {
    date.weekday() == Weekday::Saturday && !holidays.on(date - Duration::days(1)).is_empty()
}

fn take_off(day: &mut Day, part: DayPart) {
    match part {
        DayPart::Whole => (day.has_morning, day.has_afternoon) = (false, false),
        DayPart::Morning => day.has_morning = false,
        DayPart::Afternoon => day.has_afternoon = false,
    }
}

/// Microseconds since midnight on Türkiye's wall clock.
fn since_midnight_us(at_us: i64) -> i64 {
    let (hours, minutes, seconds, us) = tr::local(at_us).time().as_hms_micro();
    (i64::from(hours) * 60 + i64::from(minutes)) * MINUTE_US + i64::from(seconds) * 1_000_000 + i64::from(us)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use std::sync::OnceLock;
    use time::macros::{date, time as clock};

    fn calendar() -> &'static WorkingCalendar {
        static MADE: OnceLock<WorkingCalendar> = OnceLock::new();
        MADE.get_or_init(|| WorkingCalendar::new(Holidays::built_in(), &[], WorkingHours::usual()))
    }

    fn at(text: &str) -> i64 {
        tr::parse_instant(text).unwrap()
    }

    fn leave(on: Date, part: DayPart) -> AdministrativeLeave {
        AdministrativeLeave { on, part, name: "İdari izin".to_owned() }
    }

    #[test]
    fn weekends_holidays_and_eves_are_known() {
        let share = |day| calendar().working_day(day).unwrap();
        assert_eq!(share(date!(2026 - 10 - 27)), WorkingDay::Full);
        assert_eq!(share(date!(2026 - 10 - 28)), WorkingDay::Half);
        assert_eq!(share(date!(2026 - 10 - 29)), WorkingDay::None);
        assert_eq!(share(date!(2026 - 10 - 31)), WorkingDay::None);
        assert_eq!(share(date!(2026 - 03 - 19)), WorkingDay::Half);
        // An eve that meets a whole holiday is no half day.
        assert_eq!(share(date!(2029 - 04 - 23)), WorkingDay::None);
        // An eve on a Saturday adds nothing.
        assert_eq!(share(date!(2025 - 03 - 29)), WorkingDay::None);
    }

    #[test]
    fn working_days_jump_over_a_feast() {
        // Kurban 2026: eve Tuesday 26 May, feast Wednesday 27 to Saturday 30 May.
        let days = |n| calendar().add_working_days(date!(2026 - 05 - 25), n).unwrap();
        assert_eq!(days(0), date!(2026 - 05 - 25));
        assert_eq!(days(1), date!(2026 - 05 - 26));
        assert_eq!(days(2), date!(2026 - 06 - 01));
        assert_eq!(days(-1), date!(2026 - 05 - 22));
        let from_sunday = |n| calendar().add_working_days(date!(2026 - 05 - 31), n).unwrap();
        assert_eq!((from_sunday(0), from_sunday(1)), (date!(2026 - 06 - 01), date!(2026 - 06 - 01)));
        let between = |a, b| calendar().working_days_between(a, b).unwrap();
        assert_eq!(between(date!(2026 - 05 - 25), date!(2026 - 06 - 01)), 2);
        assert_eq!(between(date!(2026 - 06 - 01), date!(2026 - 05 - 25)), -2);
        assert_eq!(between(date!(2026 - 05 - 27), date!(2026 - 05 - 31)), 0);
    }

    #[test]
    fn a_year_has_the_working_days_that_can_be_counted_by_hand() {
        // 2026: 261 weekdays; on weekdays fall 1 Jan, 20 Mar, 23 Apr, 1 May, 19 May, 27-29 May, 15 Jul, 29 Oct.
        let days = calendar().working_days_between(date!(2025 - 12 - 31), date!(2026 - 12 - 31));
        assert_eq!(days, Some(261 - 10));
        let minutes = calendar().working_minutes_between(at("1.1.2026 00:00"), at("1.1.2027 00:00"));
        // Three eves on weekdays lose four hours each.
        assert_eq!(minutes, Some((251 * 8 - 3 * 4) * 60));
    }

    #[test]
    fn hours_run_only_while_the_office_is_open() {
        let add =
            |from: &str, minutes| tr::instant(calendar().add_working_minutes(at(from), minutes).unwrap());
        assert_eq!(add("3.11.2026 09:00", 60), "03.11.2026 10:00");
        assert_eq!(add("3.11.2026 11:30", 60), "03.11.2026 13:30");
        assert_eq!(add("3.11.2026 16:00", 60), "03.11.2026 17:00");
        assert_eq!(add("3.11.2026 16:00", 61), "04.11.2026 08:01");
        assert_eq!(add("6.11.2026 20:00", 30), "09.11.2026 08:30");
        assert_eq!(add("28.10.2026 11:00", 120), "30.10.2026 09:00");
        assert_eq!(add("9.11.2026 09:00", -60), "09.11.2026 08:00");
        assert_eq!(add("9.11.2026 09:00", -61), "06.11.2026 16:59");
        assert_eq!(add("7.11.2026 09:00", 0), "07.11.2026 09:00");
        let between = |a, b| calendar().working_minutes_between(at(a), at(b)).unwrap();
        assert_eq!(between("6.11.2026 16:00", "9.11.2026 09:00"), 120);
        assert_eq!(between("9.11.2026 09:00", "6.11.2026 16:00"), -120);
        assert_eq!(between("7.11.2026 09:00", "8.11.2026 09:00"), 0);
    }

    #[test]
    fn the_office_is_open_or_closed_at_an_instant() {
        let is_open = |text| calendar().is_working_time(at(text));
        assert!(is_open("3.11.2026 08:00") && is_open("3.11.2026 16:59") && is_open("28.10.2026 11:59"));
        assert!(!is_open("3.11.2026 07:59") && !is_open("3.11.2026 12:30") && !is_open("3.11.2026 17:00"));
        assert!(!is_open("28.10.2026 14:00") && !is_open("7.11.2026 10:00"));
    }

    #[test]
    fn administrative_leave_comes_from_settings() {
        let leaves = [
            leave(date!(2026 - 05 - 25), DayPart::Whole),
            leave(date!(2026 - 05 - 26), DayPart::Morning),
            leave(date!(2026 - 06 - 02), DayPart::Morning),
            leave(date!(1990 - 01 - 01), DayPart::Whole),
        ];
        let calendar = WorkingCalendar::new(Holidays::built_in(), &leaves, WorkingHours::usual());
        assert_eq!(calendar.working_day(date!(2026 - 05 - 25)), Some(WorkingDay::None));
        // The morning of an eve: nothing of the day is left.
        assert_eq!(calendar.working_day(date!(2026 - 05 - 26)), Some(WorkingDay::None));
        assert_eq!(calendar.working_day(date!(2026 - 06 - 02)), Some(WorkingDay::Half));
        assert_eq!(calendar.add_working_days(date!(2026 - 05 - 22), 1), Some(date!(2026 - 06 - 01)));
    }

    #[test]
    fn a_worked_saturday_after_a_friday_holiday_is_off() {
        let week = [Weekday::Friday, Weekday::Saturday];
        let hours = WorkingHours::new(&week, clock!(09:00), clock!(15:00), None).unwrap();
        let calendar = WorkingCalendar::new(Holidays::built_in(), &[], hours);
        // 1 May 2026 and 15 January 2027 are Fridays; only the first is a holiday.
        assert!(!calendar.is_working_day(date!(2026 - 05 - 02)));
        assert!(calendar.is_working_day(date!(2027 - 01 - 16)));
    }

    #[test]
    fn beyond_its_years_the_calendar_is_silent() {
        let calendar = calendar();
        assert_eq!(calendar.working_day(date!(2019 - 12 - 31)), None);
        assert_eq!(calendar.working_day(date!(2020 - 01 - 01)), Some(WorkingDay::None));
        assert_eq!(calendar.working_day(date!(2032 - 12 - 31)), Some(WorkingDay::Full));
        assert_eq!(calendar.working_day(date!(2033 - 01 - 03)), None);
        // The feasts of 2033 are unknown: no deadline is counted through them, and none back out of the data.
        assert_eq!(calendar.add_working_days(date!(2032 - 12 - 31), 1), None);
        assert_eq!(calendar.add_working_days(date!(2020 - 01 - 02), -1), None);
        assert_eq!(calendar.working_days_between(date!(2032 - 12 - 31), date!(2033 - 01 - 03)), None);
        assert_eq!(calendar.add_working_minutes(at("31.12.2032 16:00"), 61), None);
        assert_eq!(calendar.add_working_minutes(at("31.12.2032 16:00"), 60), Some(at("31.12.2032 17:00")));
        let refused = Holidays::built_in().refuse(2033).unwrap_err();
        assert!(refused.reason.starts_with("2033 yılının") && refused.reason.contains("2020–2032"));
        assert_eq!(Holidays::built_in().refuse(2032), Ok(()));
        assert_eq!(calendar.add_working_days(date!(2026 - 01 - 01), i32::MAX), None);
        assert_eq!(calendar.add_working_days(date!(2026 - 01 - 01), i32::MIN), None);
        assert_eq!(calendar.add_working_minutes(at("1.1.2026 10:00"), i64::MAX), None);
        assert_eq!(calendar.add_working_minutes(at("1.1.2026 10:00"), -100_000_000), None);
        assert_eq!(calendar.add_working_minutes(at("1.1.2026 10:00"), 100_000_000), None);
        assert_eq!(calendar.working_minutes_between(i64::MIN, 0), None);
        assert!(!calendar.is_working_time(i64::MAX));
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (date!(2024 - 01 - 01).to_julian_day()..date!(2029 - 01 - 01).to_julian_day())
            .prop_map(|julian| Date::from_julian_day(julian).unwrap())
    }

    fn any_instant() -> impl Strategy<Value = i64> {
        at("1.1.2023 00:00")..at("1.1.2030 00:00")
    }

    proptest! {
        #[test]
        fn adding_days_and_counting_them_agree(from in any_day(), n in -800_i32..800) {
            prop_assume!(n != 0);
            let to = calendar().add_working_days(from, n).unwrap();
            prop_assert_eq!(calendar().working_days_between(from, to), Some(n));
            prop_assert!(calendar().is_working_day(to));
        }

        #[test]
        fn counting_days_one_by_one_gives_the_same(from in any_day(), span in 0_i64..500) {
            let to = from + Duration::days(span);
            let one_by_one = (1..=span).filter(|&d| calendar().is_working_day(from + Duration::days(d))).count();
            let count = calendar().working_days_between(from, to).unwrap();
            prop_assert_eq!(usize::try_from(count).unwrap(), one_by_one);
        }

        #[test]
        fn adding_minutes_and_measuring_them_agree(from in any_instant(), minutes in -200_000_i64..200_000) {
            let to = calendar().add_working_minutes(from, minutes).unwrap();
            prop_assert_eq!(calendar().working_minutes_between(from, to), Some(minutes));
        }

        #[test]
        fn later_stays_later(from in any_instant(), gap in 0_i64..10_000_000_000_000, minutes in -50_000_i64..50_000, more in 0_i64..5000) {
            let add = |at_us, m| calendar().add_working_minutes(at_us, m).unwrap();
            prop_assert!(add(from, minutes) <= add(from + gap, minutes));
            prop_assert!(add(from, minutes) <= add(from, minutes + more));
        }

        #[test]
        fn time_between_adds_up(a in any_instant(), b in any_instant(), c in any_instant()) {
            let whole = |us: i64| us - us.rem_euclid(MINUTE_US);
            let (a, b, c) = (whole(a), whole(b), whole(c));
            let between = |x, y| calendar().working_minutes_between(x, y).unwrap();
            prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
            prop_assert_eq!(between(a, b), -between(b, a));
        }
    }
}
