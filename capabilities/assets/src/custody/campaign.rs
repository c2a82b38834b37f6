//! The kind `custody_campaign`: once a year everybody who answers for something is asked whether they still have it (AS-2), begun by
//! a person or, where a day is set for it, by itself.

use kernel::db::Sql;
use kernel::event::Event;
use kernel::job::{Job, JobContext, enqueue};
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb,
};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Boxed, Day, Result, Tx, Violation, number, tr};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{GIVE, check, store};

/// Sees when all holders were and are asked.
pub const VIEW: &str = "assets.campaign.view";

const STATES: [Choice; 2] =
    [Choice::new("open", "Sürüyor", Tone::Doing), Choice::new("closed", "Kapandı", Tone::Done)];

const JOB: &str = "assets.ask_holders";

/// Settings: month and day on which it begins by itself, and how long people have to answer.
const MONTH: &str = "assets.campaign_month";
const DAY: &str = "assets.campaign_day";
const ANSWER_DAYS: &str = "assets.campaign_answer_days";
/// A house that slept on the day begins so many days later at most: nobody is asked in spring what was meant for autumn.
const LATEST_DAYS: i64 = 14;

pub(crate) fn settings() -> Vec<Setting> {
    let number = |key, label_tr, hint_tr, max, default| Setting {
        key,
        group_tr: "Envanter",
        label_tr,
        hint_tr,
        kind: SettingKind::Int { min: 1, max },
        default,
    };
    vec![
        Setting {
            key: MONTH,
            group_tr: "Envanter",
            label_tr: "Yıllık zimmet teyidi",
            hint_tr: "Seçilen ayda, üzerinde varlık olan herkese üzerindekiler kendiliğinden sorulur; yılda bir kez.",
            kind: SettingKind::Choice(&[
                ("0", "Kendiliğinden başlamasın"),
                ("1", "Ocak"),
                ("2", "Şubat"),
                ("3", "Mart"),
                ("4", "Nisan"),
                ("5", "Mayıs"),
                ("6", "Haziran"),
                ("7", "Temmuz"),
                ("8", "Ağustos"),
                ("9", "Eylül"),
                ("10", "Ekim"),
                ("11", "Kasım"),
                ("12", "Aralık"),
            ]),
            default: "\"0\"",
        },
        number(DAY, "Zimmet teyidinin başladığı gün", "Ayın kaçında başlayacağı.", 31, "1"),
        number(ANSWER_DAYS, "Zimmet teyidinin süresi", "Kaç gün içinde yanıt bekleneceği.", 180, "30"),
    ]
}

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0008_custody_campaign", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("custody_campaign", "times at which all holders are asked what they hold")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what it is called")
        .on("last_on", "day until which an answer is expected")
        .text("state", "open, closed")
        .at("created_at", "when it was begun")
        .listing(&["state"], &["last_on", "created_at"])
}

/// At `/zimmet-teyit-donemleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new(
        "custody_campaign",
        "zimmet teyit dönemi",
        "Zimmet teyit dönemleri",
        "/zimmet-teyit-donemleri",
        VIEW,
    );
    kind.create = Some(GIVE);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields =
        vec![
            Field::text("title", "Adı", 120).required().listed().searched().hint(
                "“2026 yılı zimmet teyidi” gibi. Kaydettiğinizde üzerinde varlık olan herkese sorulur.",
            ),
            Field::new("last_on", "Son gün", FieldKind::Day).required().listed().sorted(),
            Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
            Field::new("created_at", "Başladığı an", FieldKind::Instant).listed().sorted().read_only(),
        ];
    kind.verbs = vec![
        Verb::new("kapat", "Dönemi kapat", GIVE, &["open"], "closed", "campaign_closed").official().danger(),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    _before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        if draft.get("last_on").text() < tx.at().day().to_string().as_str() {
            found.push(Violation::new("ZMT-010", "last_on", "Son gün geçmişte olamaz."));
        }
        if let Some(open) = store::open_campaign(tx).await? {
            let text = format!("“{open}” sürüyor; yenisini başlatmadan önce onu kapatın.");
            found.push(Violation::new("ZMT-009", "title", text));
        }
        draft.set("state", FieldValue::Text("open".into()));
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}

/// Begun: the holders are asked by a job, so that a metropolis with thousands of them does not hold up the form.
pub(crate) fn begun<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let key = event.subject_id.to_string();
        enqueue(tx, JOB, &json!({ "campaign": key }), Some(&format!("{JOB} {key}")), tx.at()).await
    })
}

pub(crate) fn job() -> Job {
    Job {
        name: JOB,
        label_tr: "Zimmetli kişilere üzerindekileri sorma",
        every_seconds: None,
        max_attempts: 5,
        limit_seconds: 600,
        run: ask,
    }
}

pub(crate) fn job_of_beginning() -> Job {
    Job {
        name: "assets.begin_campaign",
        label_tr: "Günü gelen yıllık zimmet teyidini başlatma",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 60,
        run: begin,
    }
}

/// Begins it once a year: not where one was begun this year, by whomever, and not while an earlier one runs.
fn begin<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let settings = Settings::load(&context.db, &settings()).await?;
        let month = settings.text(MONTH).parse().unwrap_or(0);
        let today = context.clock.now().day();
        if !is_due(today, month, settings.int(DAY)) || !is_free(&context.db, today).await? {
            return Ok(());
        }
        let tx = context.db.begin(&context.act("yıllık zimmet teyidi")).await?;
        // Another node that begins it, too, waits at this row and then sees that it is begun.
        if number::next(&tx, "custody_campaign", today.year()).await? > 1 || !is_free(&tx, today).await? {
            return tx.rollback().await;
        }
        let last_on = today.0.saturating_add(time::Duration::days(settings.int(ANSWER_DAYS)));
        let mut draft = Draft::default();
        draft.set("title", FieldValue::Text(format!("{} yılı zimmet teyidi", today.year())));
        draft.set("last_on", FieldValue::Text(Day(last_on).to_string()));
        record::create(&tx, &kind(), draft).await?;
        tx.commit().await
    })
}

async fn is_free(db: &impl Sql, today: Day) -> Result<bool> {
    let new_year = time::Date::from_calendar_date(today.year(), time::Month::January, 1).map(Day);
    let begun = store::campaigns_since(db, new_year.unwrap_or(today).start()).await?;
    Ok(begun == 0 && store::open_campaign(db).await?.is_none())
}

/// From the set day on, of a shorter month its last, for two weeks.
fn is_due(today: Day, month: u8, day: i64) -> bool {
    let Ok(month) = time::Month::try_from(month) else { return false };
    let day = u8::try_from(day).unwrap_or(1).clamp(1, month.length(today.year()));
    let Ok(first) = time::Date::from_calendar_date(today.year(), month, day) else { return false };
    (0..LATEST_DAYS).contains(&(today.0 - first).whole_days())
}

/// A hundred people a transaction; whoever was asked is not asked again, so that it goes on where a dead node stopped.
fn ask<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let Some(id) = payload["campaign"].as_str().and_then(|text| text.parse::<Uuid>().ok()) else {
            return Ok(());
        };
        loop {
            let tx = context.db.begin(&context.act("zimmet teyidi")).await?;
            if !ask_next(&tx, id).await? {
                return tx.rollback().await;
            }
            tx.commit().await?;
        }
    })
}

/// Asks the next hundred; answers whether there were any.
pub(crate) async fn ask_next(tx: &Tx, id: Uuid) -> Result<bool> {
    let campaign = record::get(tx, &kind(), id).await?;
    let holders = store::not_asked(tx, id).await?;
    if holders.is_empty() || campaign.get("state").text() != "open" {
        return Ok(false);
    }
    let until = campaign.get("last_on").text().parse::<Day>().ok();
    let until = until.map(|day| tr::date(day.0)).unwrap_or_default();
    check::ask(tx, &campaign, &until, &holders).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn it_begins_on_its_day_or_within_two_weeks_of_it() {
        for (today, month, day, expected) in [
            (date!(2026 - 11 - 14), 11, 15, false),
            (date!(2026 - 11 - 15), 11, 15, true),
            (date!(2026 - 11 - 28), 11, 15, true),
            (date!(2026 - 11 - 29), 11, 15, false),
            (date!(2027 - 02 - 28), 2, 31, true),
            (date!(2026 - 11 - 15), 0, 15, false),
        ] {
            assert_eq!(is_due(Day(today), month, day), expected, "{today} {month} {day}");
        }
    }
}
