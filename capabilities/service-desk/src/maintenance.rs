//! The kind `maintenance_plan`: preventive work that makes its own tickets when its day comes, or when the device has counted as much
//! as it may between two of them, whichever is first (SD-3).

mod store;

use kernel::event::Event;
use kernel::job::{Job, JobContext};
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Day, Result, Tx, Violation, tr};
use serde_json::Value as Json;
use time::{Date, Duration, Month};

use crate::levels::Levels;
use crate::ticket;

/// Sees plans.
pub const VIEW: &str = "service_desk.maintenance_plan.view";
/// Makes and stops plans.
pub const EDIT: &str = "service_desk.maintenance_plan.edit";

const STATES: [Choice; 2] =
    [Choice::new("active", "Yürürlükte", Tone::Done), Choice::new("stopped", "Durduruldu", Tone::Wait)];

const INTERVALS: [Choice; 6] = [
    Choice::new("day", "Her iş günü", Tone::Wait),
    Choice::new("week", "Haftada bir", Tone::Wait),
    Choice::new("month", "Ayda bir", Tone::Wait),
    Choice::new("quarter", "Üç ayda bir", Tone::Wait),
    Choice::new("half_year", "Altı ayda bir", Tone::Wait),
    Choice::new("year", "Yılda bir", Tone::Wait),
];

/// Pages of a printer's life, hours of a generator, kilometres of a vehicle.
const COUNT: FieldKind = FieldKind::Int { min: 0, max: 1_000_000_000 };

/// Plans that one run looks at.
const AT_ONCE: u32 = 100;

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0001_maintenance_plan", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("maintenance_plan", "preventive work that repeats")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what is maintained")
        .text("title_key", "Turkish sort key of the title")
        .text("steps", "what is to be done each time")
        .text("interval", "day, week, month, quarter, half_year, year")
        .on("next_on", "day of the next work, before holidays move it")
        .int_null("counter_every", "the device counts so much between two works: pages, hours, kilometres; null where only days count")
        .int_null("counter_now", "what it had counted when it was last read")
        .int_null("counter_next", "count at which the next work is due")
        .uuid("responsible_id", "for whom the tickets are opened")
        .references("staff")
        .uuid("unit_id", "unit that does it")
        .references("unit")
        .uuid_null("assignee_id", "who does it; null for whoever takes it")
        .references("staff")
        .uuid_null("asset_id", "what is maintained, of whichever capability keeps assets")
        .text("place", "where")
        .text("state", "active, stopped")
        .at("created_at", "when it was entered")
        .index_where(&["counter_next"], "counter_next IS NOT NULL")
        .listing(
            &["state", "unit_id", "assignee_id", "asset_id", "interval"],
            &["next_on", "title_key", "created_at"],
        )
}

/// At `/bakim-planlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("maintenance_plan", "bakım planı", "Bakım planları", "/bakim-planlari", VIEW);
    kind.unit = Some("unit_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("next_on", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Bakım", 160).required().listed().sorted_by("title_key").searched(),
        Field::new("steps", "Yapılacaklar", FieldKind::LongText { max_length: 8_000 })
            .required()
            .searched()
            .hint("Her satıra bir iş yazın; açılan kayda olduğu gibi geçer."),
        Field::choice("interval", "Sıklığı", &INTERVALS).required().listed().filtered(),
        Field::new("next_on", "Sıradaki gün", FieldKind::Day)
            .required()
            .listed()
            .sorted()
            .hint("Tatile rastlarsa sonraki iş gününe kayar."),
        Field::new("counter_every", "Sayaç aralığı", COUNT)
            .hint("Kaç sayfada, saatte ya da kilometrede bir; gün gelmeden dolarsa iş o zaman açılır. Yalnızca güne bakılacaksa boş."),
        Field::new("counter_now", "Sayaç şimdi", COUNT)
            .hint("Ağdan okunan yazıcınınki kendiliğinden yazılır; ötekileri okudukça siz yazın."),
        Field::new("counter_next", "Sıradaki bakımın sayacı", COUNT)
            .hint("Boşsa şimdikine göre hesaplanır."),
        Field::reference("unit_id", "Yapan birim", "unit").among(&["open"]).required().listed().filtered(),
        Field::reference("responsible_id", "Sorumlusu", "staff").among(&["active"]).required(),
        Field::reference("assignee_id", "Görevli", "staff").among(&["active"]).listed().filtered(),
        Field::reference("asset_id", "Cihaz", "asset")
            .among(&["in_stock", "in_use", "in_repair"])
            .filtered()
            .backlinked(),
        Field::text("place", "Yeri", 120).required(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![View { id: "yururlukte", label_tr: "Yürürlükte", query: "state=active" }];
    kind.verbs = vec![
        Verb::new("durdur", "Durdur", EDIT, &["active"], "stopped", "plan_stopped").asking("Gerekçe"),
        Verb::new("surdur", "Yürürlüğe al", EDIT, &["stopped"], "active", "plan_resumed"),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(counter(draft, before).into_iter().collect())
    })
}

/// When the next work is due by the counter, where nobody said so.
fn counter(draft: &mut Draft, before: Option<&Record>) -> Option<Violation> {
    let of = |column: &'static str| draft.or(column, before).int();
    let (every, now, next) = (of("counter_every"), of("counter_now"), of("counter_next"));
    match every {
        None => {
            draft.set("counter_next", FieldValue::Null);
            None
        }
        Some(0) => Some(Violation::new("BKM-001", "counter_every", "Sıfırdan büyük bir sayı yazın.")),
        Some(every) if next.is_none() => {
            draft.set("counter_next", FieldValue::Int(now.unwrap_or(0) + every));
            None
        }
        Some(_) => None,
    }
}

/// A printer's counter was read from the network: plans for it know of it.
pub(crate) fn counted<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let pages = event.change_list().into_iter().find(|change| change.field == "pages");
        let pages = pages.and_then(|change| change.after.parse::<i64>().ok());
        let (Some(pages), Some(asset)) = (pages, event.related_id) else { return Ok(()) };
        store::set_counter(tx, asset, pages).await
    })
}

pub(crate) fn job() -> Job {
    Job {
        name: "service_desk.maintain",
        label_tr: "Günü gelen bakımların kaydını açma",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 120,
        run: maintain,
    }
}

/// One ticket for each plan whose day or count has come; days that passed while the server was off are not made up for.
fn maintain<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("bakım planları")).await?;
        let due = store::due(&tx, tx.at().day(), AT_ONCE).await?;
        if due.is_empty() {
            return tx.rollback().await;
        }
        let levels = Levels::load(&tx).await?;
        for id in due {
            open(&tx, &levels, id).await?;
        }
        tx.commit().await
    })
}

async fn open(tx: &Tx, levels: &Levels, plan: uuid::Uuid) -> Result<()> {
    let plan = record::get(tx, &kind(), plan).await?;
    let today = tx.at().day().0;
    let planned = levels.calendar.add_working_days(today, 0).unwrap_or(today);
    let reached = plan.get("counter_now").int().filter(|_| plan.get("counter_every").int().is_some());
    let description = match reached {
        Some(count) => format!("{}\n\nSayaç: {}", plan.get("steps").text(), tr::grouped(count)),
        None => plan.get("steps").text().to_string(),
    };
    let mut draft = Draft::default();
    for (column, value) in [
        ("title", plan.get("title").text()),
        ("description", description.as_str()),
        ("place", plan.get("place").text()),
        ("kind", "maintenance"),
        ("category", "other"),
        ("urgency", "low"),
        ("impact", "unit"),
    ] {
        draft.set(column, FieldValue::Text(value.into()));
    }
    draft.set("planned_on", FieldValue::Text(Day(planned).to_string()));
    for (column, from) in [
        ("requester_id", "responsible_id"),
        ("assignee_id", "assignee_id"),
        ("asset_id", "asset_id"),
        ("team_id", "unit_id"),
    ] {
        if let Some(id) = plan.get(from).id() {
            draft.set(column, FieldValue::Id(id));
        }
    }
    draft.set("plan_id", FieldValue::Id(plan.id));
    record::create(tx, &ticket::kind(), draft).await?;
    let mut next: Date = plan.get("next_on").text().parse::<Day>().map_or(today, |day| day.0);
    if next > today {
        // The count came first: both begin anew.
        next = after(today, plan.get("interval").text());
    }
    while next <= today {
        next = after(next, plan.get("interval").text());
    }
    if plan.get("interval").text() == "day" {
        next = levels.calendar.add_working_days(today, 1).unwrap_or(next);
    }
    let every = plan.get("counter_every").int();
    let count = every.map(|every| plan.get("counter_now").int().unwrap_or(0) + every);
    store::set_next(tx, plan.id, Day(next), count).await
}

/// The same day of the month later, or the last one that month has.
fn after(on: Date, interval: &str) -> Date {
    match interval {
        "week" => on + Duration::days(7),
        "month" => plus_months(on, 1),
        "quarter" => plus_months(on, 3),
        "half_year" => plus_months(on, 6),
        "year" => plus_months(on, 12),
        _ => on + Duration::days(1),
    }
}

fn plus_months(on: Date, months: i32) -> Date {
    let count = on.year() * 12 + i32::from(u8::from(on.month())) - 1 + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    let month =
        u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok()).unwrap_or(Month::January);
    Date::from_calendar_date(year, month, on.day().min(month.length(year))).unwrap_or(on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_month_later_is_the_same_day_or_the_last() {
        for (on, interval, expected) in [
            (date!(2026 - 01 - 31), "month", date!(2026 - 02 - 28)),
            (date!(2026 - 11 - 30), "quarter", date!(2027 - 02 - 28)),
            (date!(2026 - 12 - 15), "month", date!(2027 - 01 - 15)),
            (date!(2028 - 02 - 29), "year", date!(2029 - 02 - 28)),
            (date!(2026 - 12 - 28), "week", date!(2027 - 01 - 04)),
            (date!(2026 - 12 - 31), "day", date!(2027 - 01 - 01)),
        ] {
            assert_eq!(after(on, interval), expected, "{on} {interval}");
        }
    }
}
