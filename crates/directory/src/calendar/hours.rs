//! The hours of a working week: days, opening, closing, lunch.

use time::macros::time as clock;
use time::{Time, Weekday};

use crate::Refusal;

/// Half holidays begin at 13:00 (law 2429, article 2).
pub(super) const HALF_DAY_MINUTE: u32 = 13 * 60;

/// How much of a day is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkingDay {
    Full,
    /// Only before or only after 13:00.
    Half,
    None,
}

/// Working days of the week and hours of a day, checked when made. Whole minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingHours {
    is_worked: [bool; 7],
    /// One or two intervals of minutes since midnight, in order, half open.
    spans: Vec<(u32, u32)>,
}

impl WorkingHours {
    /// Hours from settings. `lunch` is the break inside the day.
    ///
    /// Errors: no weekday, an end before the start, or a lunch outside the day, each at its field.
    pub fn new(
        weekdays: &[Weekday],
        start: Time,
        end: Time,
        lunch: Option<(Time, Time)>,
    ) -> Result<Self, Refusal> {
        let refuse = |field, reason: &str| Err(Refusal::new("calendar.hours", field, reason));
        if weekdays.is_empty() {
            return refuse("weekdays", "Haftada en az bir çalışma günü seçin.");
        }
        let (start, end) = (minute_of(start), minute_of(end));
        if start >= end {
            return refuse("end", "Mesai bitişi başlangıcından sonra olmalıdır.");
        }
        let spans = match lunch.map(|(from, until)| (minute_of(from), minute_of(until))) {
            None => vec![(start, end)],
            Some((from, until)) if start < from && from < until && until < end => {
                vec![(start, from), (until, end)]
            }
            Some(_) => return refuse("lunch", "Öğle arası mesai saatlerinin içinde olmalıdır."),
        };
        let mut is_worked = [false; 7];
        for weekday in weekdays {
            is_worked[usize::from(weekday.number_days_from_monday())] = true;
        }
        Ok(Self { is_worked, spans })
    }

    /// Monday to Friday 08:00–17:00 with lunch 12:00–13:00: forty hours (law 657, article 99).
    pub fn usual() -> Self {
        let week =
            [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        Self::new(&week, clock!(08:00), clock!(17:00), Some((clock!(12:00), clock!(13:00))))
            .expect("these hours keep the rules above")
    }

    pub(super) fn is_worked(&self, weekday: Weekday) -> bool {
        self.is_worked[usize::from(weekday.number_days_from_monday())]
    }

    /// The worked intervals of a day of which the morning or afternoon may be off.
    pub(super) fn spans(&self, has_morning: bool, has_afternoon: bool) -> impl Iterator<Item = (u32, u32)> {
        let from = if has_morning { 0 } else { HALF_DAY_MINUTE };
        let until = if has_afternoon { 24 * 60 } else { HALF_DAY_MINUTE };
        self.spans.iter().map(move |&(a, b)| (a.max(from), b.min(until))).filter(|(a, b)| a < b)
    }

    /// The share of a day that such a day is; a "half" without any minute in it is no working day.
    pub(super) fn share(&self, has_morning: bool, has_afternoon: bool) -> WorkingDay {
        let worked: u32 = self.spans(has_morning, has_afternoon).map(|(a, b)| b - a).sum();
        let usual: u32 = self.spans(true, true).map(|(a, b)| b - a).sum();
        match worked {
            0 => WorkingDay::None,
            minutes if minutes < usual => WorkingDay::Half,
            _ => WorkingDay::Full,
        }
    }
}

fn minute_of(time: Time) -> u32 {
    u32::from(time.hour()) * 60 + u32::from(time.minute())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_usual_week_has_forty_hours() {
        let hours = WorkingHours::usual();
        let day: u32 = hours.spans(true, true).map(|(a, b)| b - a).sum();
        assert_eq!(day * 5, 40 * 60);
        assert!(hours.is_worked(Weekday::Friday) && !hours.is_worked(Weekday::Saturday));
    }

    #[test]
    fn a_half_day_is_cut_at_one_o_clock() {
        let hours = WorkingHours::usual();
        assert_eq!(hours.spans(true, false).collect::<Vec<_>>(), [(480, 720)]);
        assert_eq!(hours.spans(false, true).collect::<Vec<_>>(), [(780, 1020)]);
        assert_eq!(hours.spans(false, false).count(), 0);
        let through = WorkingHours::new(&[Weekday::Monday], clock!(10:00), clock!(16:00), None).unwrap();
        assert_eq!(through.spans(true, false).collect::<Vec<_>>(), [(600, 780)]);
    }

    #[test]
    fn a_day_that_ends_at_noon_is_whole_before_a_holiday() {
        let hours = WorkingHours::new(&[Weekday::Monday], clock!(08:00), clock!(12:00), None).unwrap();
        assert_eq!(hours.share(true, false), WorkingDay::Full);
        assert_eq!(hours.share(false, true), WorkingDay::None);
        assert_eq!(WorkingHours::usual().share(true, false), WorkingDay::Half);
    }

    #[test]
    fn wrong_hours_are_refused_at_their_field() {
        let week = [Weekday::Monday];
        let field = |hours: Result<WorkingHours, Refusal>| hours.unwrap_err().field;
        assert_eq!(field(WorkingHours::new(&[], clock!(08:00), clock!(17:00), None)), "weekdays");
        assert_eq!(field(WorkingHours::new(&week, clock!(17:00), clock!(08:00), None)), "end");
        let lunch = Some((clock!(12:00), clock!(18:00)));
        assert_eq!(field(WorkingHours::new(&week, clock!(08:00), clock!(17:00), lunch)), "lunch");
    }
}
