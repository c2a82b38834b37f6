//! Public holidays of Türkiye read from data; no arithmetic.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;
use time::{Date, Duration, Month};

use crate::Refusal;

/// The data shipped with the program; its head says where it comes from.
const BUILT_IN: &str = include_str!("../../holidays.toml");

/// More years than this in one file is a mistake.
const MAX_YEARS: i32 = 200;

/// Which part of a day is off. Days are cut at 13:00 (law 2429, article 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayPart {
    Whole,
    /// Until 13:00.
    Morning,
    /// From 13:00 on.
    Afternoon,
}

/// One day of one holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub on: Date,
    /// Turkish name; the eve of a feast is named "Ramazan Bayramı arifesi".
    pub name: String,
    pub part: DayPart,
    /// False where the moving date is only expected and a person should check it.
    pub is_certain: bool,
}

/// The holidays of the years that the data knows.
#[derive(Debug, Clone)]
pub struct Holidays {
    by_day: BTreeMap<Date, Vec<Holiday>>,
    first_year: i32,
    last_year: i32,
}

/// Why holiday data was refused (English: it is read by whoever edits the data).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidaysError(String);

impl fmt::Display for HolidaysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "holiday data: {}", self.0)
    }
}

impl std::error::Error for HolidaysError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fixed: Vec<Fixed>,
    feast: Vec<Feast>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    name: String,
    month: u8,
    day: u8,
    #[serde(default)]
    is_afternoon: bool,
    since_year: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Feast {
    name: String,
    days: u8,
    first_days: Vec<FirstDay>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstDay {
    on: String,
    certain: Option<bool>,
}

impl Holidays {
    /// The holidays shipped with the program: 2020–2032.
    pub fn built_in() -> &'static Self {
        static PARSED: OnceLock<Holidays> = OnceLock::new();
        PARSED.get_or_init(|| Self::parse(BUILT_IN).expect("the shipped holidays are parsed in a test"))
    }

    /// Reads holiday data (TOML of the shape of `holidays.toml`). The years are those that every feast names.
    pub fn parse(text: &str) -> Result<Self, HolidaysError> {
        let file: File = toml::from_str(text).map_err(|e| HolidaysError(e.to_string()))?;
        let mut by_day: BTreeMap<Date, Vec<Holiday>> = BTreeMap::new();
        let mut first_year = i32::MIN;
        let mut last_year = i32::MAX;
        for feast in &file.feast {
            let years = add_feast(&mut by_day, feast)?;
            first_year = first_year.max(years.0);
            last_year = last_year.min(years.1);
        }
        if file.feast.is_empty() || first_year > last_year || last_year - first_year > MAX_YEARS {
            return Err(HolidaysError("the feasts name no common years, or too many".to_owned()));
        }
        for fixed in &file.fixed {
            add_fixed(&mut by_day, fixed, first_year..=last_year)?;
        }
        Ok(Self { by_day, first_year, last_year })
    }

    /// The holidays that touch a day; usually none or one, sometimes two on one day.
    pub fn on(&self, day: Date) -> &[Holiday] {
        self.by_day.get(&day).map_or(&[], Vec::as_slice)
    }

    /// Every holiday of a year in order of days.
    pub fn in_year(&self, year: i32) -> impl Iterator<Item = &Holiday> {
        self.by_day.values().flatten().filter(move |holiday| holiday.on.year() == year)
    }

    /// The years whose moving feasts are in the data, first and last. Outside, only weekends would be known.
    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.first_year..=self.last_year
    }

    /// Why nothing is counted in a year that the data does not cover; nothing for the others.
    pub fn refuse(&self, year: i32) -> Result<(), Refusal> {
        if self.years().contains(&year) {
            return Ok(());
        }
        let reason = format!(
            "{year} yılının resmî ve dinî bayram günleri bilinmiyor; çalışma günü {}–{} yılları için hesaplanır.",
            self.first_year, self.last_year
        );
        Err(Refusal::new("calendar.unknown_year", "yil", reason))
    }
}

/// Adds the eve and the days of each year's feast; gives the first and last year named.
fn add_feast(by_day: &mut BTreeMap<Date, Vec<Holiday>>, feast: &Feast) -> Result<(i32, i32), HolidaysError> {
    let mut years = Vec::with_capacity(feast.first_days.len());
    for first in &feast.first_days {
        let start = kernel::tr::parse_date(&first.on)
            .map_err(|_| HolidaysError(format!("{}: bad date {:?}", feast.name, first.on)))?;
        let is_certain = first.certain.unwrap_or(true);
        let eve = start - Duration::days(1);
        add(by_day, eve, format!("{} arifesi", feast.name), DayPart::Afternoon, is_certain);
        for offset in 0..feast.days {
            let day = start + Duration::days(i64::from(offset));
            add(by_day, day, feast.name.clone(), DayPart::Whole, is_certain);
        }
        years.push(start.year());
    }
    match (years.first(), years.last()) {
        (Some(&first), Some(&last)) if years.windows(2).all(|pair| pair[0] + 1 == pair[1]) => {
            Ok((first, last))
        }
        _ => Err(HolidaysError(format!("{}: years must follow one another without a gap", feast.name))),
    }
}

fn add_fixed(
    by_day: &mut BTreeMap<Date, Vec<Holiday>>,
    fixed: &Fixed,
    years: std::ops::RangeInclusive<i32>,
) -> Result<(), HolidaysError> {
    let bad = || HolidaysError(format!("{}: no such day", fixed.name));
    let month = Month::try_from(fixed.month).map_err(|_| bad())?;
    let part = if fixed.is_afternoon { DayPart::Afternoon } else { DayPart::Whole };
    for year in years.filter(|&year| fixed.since_year.is_none_or(|since| year >= since)) {
        let day = Date::from_calendar_date(year, month, fixed.day).map_err(|_| bad())?;
        add(by_day, day, fixed.name.clone(), part, true);
    }
    Ok(())
}

fn add(by_day: &mut BTreeMap<Date, Vec<Holiday>>, on: Date, name: String, part: DayPart, is_certain: bool) {
    by_day.entry(on).or_default().push(Holiday { on, name, part, is_certain });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use time::macros::date;

    fn names(day: Date) -> Vec<(&'static str, DayPart)> {
        Holidays::built_in().on(day).iter().map(|h| (h.name.as_str(), h.part)).collect()
    }

    #[test]
    fn the_shipped_years_are_2020_to_2032() {
        let holidays = Holidays::built_in();
        assert_eq!(holidays.years(), 2020..=2032);
    }

    #[test]
    fn every_year_has_the_days_of_the_law() {
        for year in 2020..=2032 {
            let days: Vec<_> = Holidays::built_in().in_year(year).collect();
            let halves = days.iter().filter(|h| h.part == DayPart::Afternoon).count();
            // Seven fixed days and 3 + 4 feast days; three eves: 28 October and one before each feast.
            assert_eq!((days.len() - halves, halves), (14, 3), "{year}");
        }
    }

    #[test]
    fn known_feasts_are_where_people_remember_them() {
        assert_eq!(names(date!(2023 - 04 - 20)), [("Ramazan Bayramı arifesi", DayPart::Afternoon)]);
        assert_eq!(names(date!(2025 - 06 - 06)), [("Kurban Bayramı", DayPart::Whole)]);
        assert_eq!(names(date!(2025 - 06 - 09)), [("Kurban Bayramı", DayPart::Whole)]);
        assert_eq!(names(date!(2025 - 06 - 10)), []);
        assert_eq!(names(date!(2026 - 10 - 28)), [("Cumhuriyet Bayramı", DayPart::Afternoon)]);
    }

    #[test]
    fn two_holidays_may_share_a_day() {
        assert_eq!(
            names(date!(2029 - 04 - 23)),
            [
                ("Kurban Bayramı arifesi", DayPart::Afternoon),
                ("Ulusal Egemenlik ve Çocuk Bayramı", DayPart::Whole)
            ]
        );
    }

    #[test]
    fn moving_feasts_come_a_lunar_year_apart() {
        // Twelve lunar months are 354 or 355 days, and Kurban follows Ramazan by two months and nine days.
        let firsts = |name: &str| -> Vec<Date> {
            (2020..=2032)
                .map(|year| {
                    let mut days = Holidays::built_in().in_year(year).filter(|h| h.name == name);
                    days.next().unwrap().on
                })
                .collect()
        };
        let (ramazan, kurban) = (firsts("Ramazan Bayramı"), firsts("Kurban Bayramı"));
        for feast in [&ramazan, &kurban] {
            for pair in feast.windows(2) {
                assert!((354..=355).contains(&(pair[1] - pair[0]).whole_days()), "{pair:?}");
            }
        }
        for (first, second) in ramazan.iter().zip(&kurban) {
            assert!((67..=69).contains(&(*second - *first).whole_days()), "{first} {second}");
        }
    }

    #[test]
    fn doubtful_dates_are_marked_so() {
        let doubtful: Vec<i32> =
            (2020..=2032).filter(|&year| Holidays::built_in().in_year(year).any(|h| !h.is_certain)).collect();
        assert_eq!(doubtful, [2030, 2032]);
    }

    #[test]
    fn wrong_data_is_refused_with_the_place() {
        let reason = |text: &str| Holidays::parse(text).unwrap_err().to_string();
        assert!(reason("fixed = []\nfeast = []\nfoo = 1").contains("foo"));
        assert!(reason("fixed = []\nfeast = []").contains("common years"));
        let feast = |days: &str| {
            format!(
                "[[feast]]\nname = \"F\"\ndays = 3\nfirst_days = [{days}]\n[[fixed]]\nname = \"X\"\nmonth = 2\nday = 30\n"
            )
        };
        assert!(reason(&feast("{ on = \"2026-13-01\" }")).contains("bad date"));
        assert!(reason(&feast("{ on = \"2026-01-01\" }, { on = \"2028-01-01\" }")).contains("without a gap"));
        assert!(reason(&feast("{ on = \"2026-01-01\" }")).contains("X: no such day"));
    }
}
