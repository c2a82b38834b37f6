//! The working calendar: which days and hours count, and arithmetic with them in Türkiye time.
//! Holidays as data are in `calendar/holidays`, the hours of a working day in `calendar/hours`,
//! the arithmetic in `calendar/arithmetic`. Leave of single persons is not here.

mod arithmetic;
mod holidays;
mod hours;

pub use arithmetic::WorkingCalendar;
pub use holidays::{DayPart, Holiday, Holidays, HolidaysError};
pub use hours::{WorkingDay, WorkingHours};

use time::Date;

/// A day or half day on which the administration is on leave by decision (idari izin), from settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministrativeLeave {
    pub on: Date,
    pub part: DayPart,
    /// What is shown in calendars, e.g. "İdari izin (Cumhurbaşkanlığı genelgesi)".
    pub name: String,
}
