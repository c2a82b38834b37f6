//! Working hours and administrative leave from settings, and the calendar made of them.

use kernel::setting::{Setting, SettingKind, Settings};
use time::{Time, Weekday};

use crate::Refusal;
use crate::calendar::{AdministrativeLeave, DayPart, Holidays, WorkingCalendar, WorkingHours};

const GROUP: &str = "Çalışma takvimi";

/// Half hours of a day, as hours are chosen.
const TIMES: &[(&str, &str)] = &[
    ("06:00", "06.00"),
    ("06:30", "06.30"),
    ("07:00", "07.00"),
    ("07:30", "07.30"),
    ("08:00", "08.00"),
    ("08:30", "08.30"),
    ("09:00", "09.00"),
    ("09:30", "09.30"),
    ("10:00", "10.00"),
    ("11:00", "11.00"),
    ("11:30", "11.30"),
    ("12:00", "12.00"),
    ("12:30", "12.30"),
    ("13:00", "13.00"),
    ("13:30", "13.30"),
    ("14:00", "14.00"),
    ("15:00", "15.00"),
    ("15:30", "15.30"),
    ("16:00", "16.00"),
    ("16:30", "16.30"),
    ("17:00", "17.00"),
    ("17:30", "17.30"),
    ("18:00", "18.00"),
    ("18:30", "18.30"),
    ("19:00", "19.00"),
    ("20:00", "20.00"),
];

/// What an administrator can steer.
pub fn settings() -> Vec<Setting> {
    let setting = |key, label_tr, hint_tr, kind, default| Setting {
        key,
        group_tr: GROUP,
        label_tr,
        hint_tr,
        kind,
        default,
    };
    let hour = SettingKind::Choice(TIMES);
    vec![
        setting("directory.work_starts", "Mesai başlangıcı", "", hour, "\"08:00\""),
        setting("directory.lunch_starts", "Öğle arası başlangıcı", "", hour, "\"12:00\""),
        setting("directory.lunch_ends", "Öğle arası bitişi", "", hour, "\"13:00\""),
        setting("directory.work_ends", "Mesai bitişi", "", hour, "\"17:00\""),
        setting("directory.works_saturday", "Cumartesi çalışılır", "", SettingKind::Bool, "false"),
        setting(
            "directory.leave_days",
            "İdari izin günleri",
            "Her satıra bir tarih yazın; bu günlerde süreler işlemez.",
            SettingKind::Days,
            "[]",
        ),
        setting(
            "directory.half_leave_days",
            "Öğleden sonra idari izin günleri",
            "Saat 13.00’ten sonrası izinli sayılır. Her satıra bir tarih yazın.",
            SettingKind::Days,
            "[]",
        ),
        setting(
            "directory.is_chart_public",
            "Teşkilat şeması halka açık sayfada yayımlansın",
            "Yalnız birim ve yönetici adları görünür; kişi sayıları ve boş kadrolar görünmez.",
            SettingKind::Bool,
            "false",
        ),
    ]
}

/// The hours that the settings say, or why they cannot be: for example an end before the start.
pub fn hours(settings: &Settings) -> Result<WorkingHours, Refusal> {
    let mut week =
        vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    if settings.bool("directory.works_saturday") {
        week.push(Weekday::Saturday);
    }
    let at = |key: &str| time_of(&settings.text(key));
    let (Some(start), Some(end), Some(from), Some(until)) = (
        at("directory.work_starts"),
        at("directory.work_ends"),
        at("directory.lunch_starts"),
        at("directory.lunch_ends"),
    ) else {
        return Ok(WorkingHours::usual());
    };
    WorkingHours::new(&week, start, end, Some((from, until)))
}

/// The calendar of the settings over the public holidays; with impossible hours, the usual ones.
pub fn working_calendar(settings: &Settings) -> WorkingCalendar {
    let hours = hours(settings).unwrap_or_else(|_| WorkingHours::usual());
    WorkingCalendar::new(Holidays::built_in(), &leave(settings), hours)
}

/// Administrative leave of the settings.
pub(crate) fn leave(settings: &Settings) -> Vec<AdministrativeLeave> {
    let days = |key: &str, part: DayPart| {
        let days = settings.days(key).into_iter();
        days.map(move |day| AdministrativeLeave { on: day.0, part, name: "İdari izin".into() })
    };
    days("directory.leave_days", DayPart::Whole)
        .chain(days("directory.half_leave_days", DayPart::Afternoon))
        .collect()
}

fn time_of(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::from_hms(hour.parse().ok()?, minute.parse().ok()?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_settings_the_usual_forty_hours_count() {
        assert_eq!(hours(&Settings::default()), Ok(WorkingHours::usual()));
    }

    #[test]
    fn every_hour_offered_is_a_time_and_every_default_is_offered() {
        assert!(TIMES.iter().all(|(code, _)| time_of(code).is_some()));
        for setting in settings() {
            if let SettingKind::Choice(choices) = setting.kind {
                let default = setting.default_json();
                assert!(choices.iter().any(|(code, _)| Some(*code) == default.as_str()), "{}", setting.key);
            }
        }
    }
}
