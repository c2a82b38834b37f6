//! The working calendar of a year: twelve months with public holidays and administrative leave.

use kernel::tr;
use maud::html;
use time::{Date, Month};
use web::{Ctx, Frame, Outcome};

use super::CALENDAR_PATH;
use crate::calendar::{DayPart, Holidays, WorkingCalendar, WorkingDay};
use crate::working::{hours, leave, working_calendar};

const MONTHS: [(Month, &str); 12] = [
    (Month::January, "Ocak"),
    (Month::February, "Şubat"),
    (Month::March, "Mart"),
    (Month::April, "Nisan"),
    (Month::May, "Mayıs"),
    (Month::June, "Haziran"),
    (Month::July, "Temmuz"),
    (Month::August, "Ağustos"),
    (Month::September, "Eylül"),
    (Month::October, "Ekim"),
    (Month::November, "Kasım"),
    (Month::December, "Aralık"),
];

/// What a day is called, with the half of it that is off.
type Notes = std::collections::HashMap<Date, String>;

fn notes(year: i32, settings: &kernel::setting::Settings) -> Notes {
    let named = |name: &str, part: DayPart| match part {
        DayPart::Whole => name.to_string(),
        DayPart::Morning => format!("{name} (13.00’e kadar)"),
        DayPart::Afternoon => format!("{name} (13.00’ten sonra)"),
    };
    let mut notes = Notes::new();
    let mut add = |on: Date, text: String| {
        notes.entry(on).and_modify(|known| *known = format!("{known} · {text}")).or_insert(text);
    };
    for holiday in Holidays::built_in().in_year(year) {
        let mut text = named(&holiday.name, holiday.part);
        if !holiday.is_certain {
            text.push_str(" (tarihi kesinleşmedi)");
        }
        add(holiday.on, text);
    }
    for day in leave(settings).into_iter().filter(|day| day.on.year() == year) {
        add(day.on, named(&day.name, day.part));
    }
    notes
}

fn month_view(
    year: i32,
    (month, name): (Month, &str),
    today: Date,
    calendar: &WorkingCalendar,
    notes: &Notes,
) -> Option<ui::CalendarMonth> {
    let first = Date::from_calendar_date(year, month, 1).ok()?;
    let length = month.length(year);
    let days = (1..=length).filter_map(|number| first.replace_day(number).ok()).map(|date| ui::CalendarDay {
        number: date.day(),
        today: date == today,
        free: calendar.working_day(date) == Some(WorkingDay::None),
        note: notes.get(&date).cloned().unwrap_or_default(),
        entries: Vec::new(),
    });
    Some(ui::CalendarMonth {
        title: format!("{name} {year}"),
        offset: first.weekday().number_days_from_monday(),
        days: days.collect(),
        prev_href: None,
        next_href: None,
        compact: true,
    })
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let settings = ctx.app.settings().await?;
    let today = ctx.act.now().day().0;
    let asked = ctx.param("yil").parse::<i32>().unwrap_or(today.year());
    let holidays = Holidays::built_in();
    let (first, last) = (*holidays.years().start(), *holidays.years().end());
    let year = asked.clamp(first, last);
    let calendar = working_calendar(&settings);
    let notes = notes(year, &settings);
    let months: Vec<_> =
        MONTHS.into_iter().filter_map(|month| month_view(year, month, today, &calendar, &notes)).collect();
    let working = months.iter().flat_map(|month| &month.days).filter(|day| !day.free).count();
    let link = |year: i32| format!("{CALENDAR_PATH}?yil={year}");
    let content = html! {
        div.top {
            h1 { "Çalışma takvimi " (year) }
            nav.top-end aria-label="Yıl" {
                @if year > first { a.btn rel="prev" href=(link(year - 1)) { "Önceki yıl: " (year - 1) } }
                @if year < last { a.btn rel="next" href=(link(year + 1)) { "Sonraki yıl: " (year + 1) } }
            }
        }
        @if let Err(refusal) = hours(&settings) {
            (ui::notice(ui::FlashKind::Warning, html! {
                (refusal.reason) " Düzeltilene kadar 08.00–17.00 uygulanır."
            }))
        }
        @if let Err(refusal) = holidays.refuse(asked) {
            (ui::notice(ui::FlashKind::Warning, html! { (refusal.reason) }))
        }
        p.lead { (tr::count("çalışma günü", working as u64)) " var. İdari izin günleri ve mesai saatleri "
            @if ctx.actor().may("house.setting.edit") { a href="/yonetim/ayarlar" { "ayarlardan" } } @else { "ayarlardan" }
            " değiştirilir." }
        p.hint {
            "Kaynak: resmî tatiller 2429 sayılı Ulusal Bayram ve Genel Tatiller Hakkında Kanun'dan; dinî bayram günleri Diyanet İşleri \
             Başkanlığının hesabına dayanan ve " (last) " yılına kadar uzanan tablodan alındı. Başkanlığın yıllık takvimi esastır; farklıysa \
             günü ayarlardan düzeltin."
        }
        div.months { @for month in &months { (ui::calendar_month(month)) } }
    };
    ctx.page(Frame::new(format!("Çalışma takvimi {year}")), content).await
}
