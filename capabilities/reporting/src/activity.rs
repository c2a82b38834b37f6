//! The kind `activity_report`: what was done in a period, counted from the events, with the words of whoever presents it (RP-1).

mod figures;
pub(crate) mod page;
mod store;

use kernel::capability::{Evidence, EvidenceNow};
use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Day, Db, Error, Instant, Result, Tx, Violation, tr};
use time::Date;

use crate::{VIEW, WRITE};

pub(crate) const PATH: &str = "/faaliyet-raporlari";

const STATES: [Choice; 2] =
    [Choice::new("draft", "Hazırlanıyor", Tone::New), Choice::new("submitted", "Sunuldu", Tone::Done)];

const PERIODS: [Choice; 6] = [
    Choice::new("last_week", "Geçen hafta", Tone::Wait),
    Choice::new("last_month", "Geçen ay", Tone::Wait),
    Choice::new("this_month", "Bu ay", Tone::Wait),
    Choice::new("last_year", "Geçen yıl", Tone::Wait),
    Choice::new("this_year", "Bu yıl", Tone::Wait),
    Choice::new("other", "Başka (günlerini yazacağım)", Tone::Wait),
];

/// Longest period, in days.
const MOST_DAYS: i64 = 731;

pub(crate) fn migration() -> Migration {
    Migration { id: "reporting/0001_activity_report", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("activity_report", "what was done in a period")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what people call it")
        .text(
            "period",
            "last_week, last_month, this_month, last_year, this_year, other: how the days were chosen",
        )
        .text("from_on", "first day, YYYY-MM-DD")
        .text("until_on", "last day, YYYY-MM-DD")
        .text("presented_to", "office it is written to")
        .text("assessment", "what numbers do not say; may be empty")
        .text("plans", "what is meant to be done next; may be empty")
        .text("statement", "the numbers, frozen when it was submitted; empty before")
        .text("state", "draft, submitted")
        .at("created_at", "when it was begun")
        .at_null("submitted_at", "when it was submitted last")
        .listing(&["state"], &["from_on", "created_at"])
}

/// At `/faaliyet-raporlari`.
pub(crate) fn kind() -> Kind {
    let long = |name, label_tr| Field::new(name, label_tr, FieldKind::LongText { max_length: 20_000 });
    let mut kind = Kind::new("activity_report", "faaliyet raporu", "Faaliyet raporları", PATH, VIEW);
    kind.create = Some(WRITE);
    kind.edit = Some(WRITE);
    kind.default_sort = ("from_on", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.editable_in = &["draft"];
    kind.locked_tr = "Sunulan rapor değiştirilemez; düzeltmek için önce geri alın.";
    kind.fields = vec![
        Field::text("title", "Adı", 200).listed().searched().hint("Boş bırakırsanız döneminden yazılır."),
        Field::choice("period", "Dönemi", &PERIODS).required().default("last_month").on_create(),
        Field::new("from_on", "İlk günü", FieldKind::Day)
            .listed()
            .sorted()
            .hint("Yalnız “Başka” seçildiğinde."),
        Field::new("until_on", "Son günü", FieldKind::Day).listed().hint("Yalnız “Başka” seçildiğinde."),
        Field::text("presented_to", "Sunulan makam", 120).default("Başkanlık Makamına"),
        long("assessment", "Değerlendirme")
            .searched()
            .hint("Sayıların söylemediği: öne çıkan işler, aksayanlar ve nedenleri."),
        long("plans", "Gelecek dönem").hint("Yapılması düşünülenler, gereksinimler."),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Başlandığı an", FieldKind::Instant).sorted().read_only(),
        Field::new("submitted_at", "Sunulduğu an", FieldKind::Instant).listed().read_only(),
    ];
    kind.views = vec![
        View { id: "taslak", label_tr: "Hazırlananlar", query: "state=draft" },
        View { id: "sunulan", label_tr: "Sunulanlar", query: "state=submitted" },
    ];
    kind.verbs = vec![
        Verb::new("sun", "Sun", WRITE, &["draft"], "submitted", "report_submitted")
            .official()
            .run(|tx, report, _| Box::pin(submit(tx, report))),
        Verb::new("geri-al", "Geri al", WRITE, &["submitted"], "draft", "report_reopened")
            .asking("Neden geri alınıyor?")
            .official()
            .run(|tx, report, _| Box::pin(store::set_statement(tx, report.id, "", false))),
    ];
    kind
}

/// First and last day, for the one who begins it today.
fn days_of(period: &str, today: Date) -> Option<(Date, Date)> {
    let first = today.replace_day(1).ok()?;
    let year = |year| {
        Some((
            Date::from_ordinal_date(year, 1).ok()?,
            Date::from_calendar_date(year, time::Month::December, 31).ok()?,
        ))
    };
    match period {
        "last_week" => {
            let monday =
                today - time::Duration::days(i64::from(today.weekday().number_days_from_monday()) + 7);
            Some((monday, monday + time::Duration::days(6)))
        }
        "last_month" => {
            let last = first.previous_day()?;
            Some((last.replace_day(1).ok()?, last))
        }
        "this_month" => Some((first, today)),
        "last_year" => year(today.year() - 1),
        "this_year" => Some((year(today.year())?.0, today)),
        _ => None,
    }
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let period = draft.or("period", before).text().to_string();
        if let Some((from, until)) = days_of(&period, tx.at().day().0).filter(|_| before.is_none()) {
            draft.set("from_on", FieldValue::Text(Day(from).to_string()));
            draft.set("until_on", FieldValue::Text(Day(until).to_string()));
        }
        let mut wrong = Vec::new();
        let day = |column| draft.or(column, before).text().parse::<Day>().ok();
        let (from, until) = (day("from_on"), day("until_on"));
        let (Some(from), Some(until)) = (from, until) else {
            let missing = if from.is_none() { "from_on" } else { "until_on" };
            return Ok(vec![Violation::new("RPR-001", missing, "Dönemin ilk ve son gününü yazın.")]);
        };
        let days = (until.0 - from.0).whole_days();
        if days < 0 {
            wrong.push(Violation::new("RPR-002", "until_on", "Son gün ilk günden önce olamaz."));
        }
        if days > MOST_DAYS {
            wrong.push(Violation::new("RPR-003", "until_on", "Bir rapor en çok iki yılı kapsar."));
        }
        if draft.or("title", before).text().trim().is_empty() {
            let title = format!("{} – {} faaliyet raporu", tr::date(from.0), tr::date(until.0));
            draft.set("title", FieldValue::Text(title));
        }
        if before.is_none() {
            draft.set("statement", FieldValue::Text(String::new()));
            draft.set("state", FieldValue::Text("draft".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(wrong)
    })
}

/// The numbers as they stand, frozen; a period that is not over is not reported.
async fn submit(tx: &Tx, report: &Record) -> Result<()> {
    let (from, until) = days(report)?;
    if until.0 > tx.at().day().0 {
        return Err(Error::rule(
            "RPR-004",
            "until_on",
            "Dönem bitmeden rapor sunulamaz; son günü bugüne çekin.",
        ));
    }
    let registry = tx.registry().cloned().ok_or_else(|| Error::internal("no registry to count by"))?;
    let text = figures::of(tx, &registry, from, until).await?.text();
    store::set_statement(tx, report.id, &text, true).await
}

fn days(report: &Record) -> Result<(Day, Day)> {
    let day = |column| report.get(column).text().parse::<Day>();
    match (day("from_on"), day("until_on")) {
        (Ok(from), Ok(until)) => Ok((from, until)),
        _ => Err(Error::internal("a report without days")),
    }
}

pub(crate) fn evidence() -> Evidence {
    Evidence {
        duty: "RP-1",
        label_tr: "Sunulan faaliyet raporları",
        path: "/faaliyet-raporlari?state=submitted",
        fresh_days: 45,
        run: |db| Box::pin(proven(db)),
    }
}

async fn proven(db: &Db) -> Result<EvidenceNow> {
    let found = store::totals(db).await?;
    let sentence_tr = format!("Sunulan faaliyet raporu: {}.", tr::grouped(found.number));
    Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
}
