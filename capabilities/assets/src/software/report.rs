//! The kind `audit_report`: what the inspection of programs found on a day, written down by itself at the set times and frozen, then
//! looked through by a person (AS-4, AS-5). Whichever node is awake writes it, and once.

mod store;

use axum::extract::Path;
use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{self, Choice, Direction, Field, FieldKind, Kind, Record, Tone, Verb, View};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Boxed, Capability, Day, Instant, Ref, Result, Tx, number, tr};
use printing::Block;
use serde_json::Value as Json;
use uuid::Uuid;
use web::{Allow, Ctx, Extras, Outcome, Routes};

use super::audit::{self, Part};
use super::store as programs;
use super::{JUDGE, VIEW};
use crate::{entry, verb};

pub(crate) const PATH: &str = "/program-denetimleri";

/// Setting: how often it is written.
const EVERY: &str = "assets.audit_every";
/// Machines named of one program, and in one report.
const MOST_PLACES: u32 = 50;
const MOST_NAMED: u32 = 1_000;

const STATES: [Choice; 2] = [
    Choice::new("waiting", "İnceleme bekliyor", Tone::New),
    Choice::new("reviewed", "İncelendi", Tone::Done),
];

pub(crate) fn setting() -> Setting {
    Setting {
        key: EVERY,
        group_tr: "Envanter",
        label_tr: "Program denetimi raporu",
        hint_tr: "Kurulu programların lisanslarla karşılaştırılması bu aralıkla kendiliğinden rapor edilir ve karar verenlere bildirilir.",
        kind: SettingKind::Choice(&[
            ("0", "Kendiliğinden alınmasın"),
            ("1", "Her ay"),
            ("3", "Üç ayda bir"),
            ("6", "Altı ayda bir"),
            ("12", "Yılda bir"),
        ]),
        default: "\"3\"",
    }
}

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Program denetimi raporları", PATH, VIEW)],
        migrations: vec![migration()],
        kinds: vec![kind()],
        verbs: vec![verb("audit_reviewed", "Denetim raporunu inceledi", true)],
        jobs: vec![job()],
        notices: vec![notice()],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(extras)).get(
        "/program-denetimleri/{id}/pdf",
        Allow::Permission(VIEW),
        print,
    )
}

fn migration() -> Migration {
    Migration { id: "assets/0022_audit_report", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("audit_report", "what the inspection of programs found, written down at the set times")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the report, gapless in its year")
        .text("title", "day of the report, for people")
        .on_null("from_on", "day of the report before; null of the first")
        .on("until_on", "day it was written")
        .int("findings", "programs that are forbidden and installed, or have too few licences")
        .text("statement", "the report, frozen when it was written")
        .text("state", "waiting, reviewed")
        .at("created_at", "when it was written")
        .unique(&["number"])
        .listing(&["state"], &["created_at"])
}

/// At `/program-denetimleri`.
pub(crate) fn kind() -> Kind {
    let mut kind =
        Kind::new("audit_report", "program denetimi raporu", "Program denetimi raporları", PATH, VIEW);
    kind.number = Some("number");
    kind.statement = Some("statement");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.fields = vec![
        Field::text("number", "Rapor no", 40).listed().searched(),
        Field::text("title", "Rapor", 200).listed().searched(),
        Field::new("from_on", "Önceki rapor", FieldKind::Day),
        Field::new("until_on", "Günü", FieldKind::Day).listed(),
        Field::new("findings", "Bulgu sayısı", FieldKind::Int { min: 0, max: 1_000_000 }).listed(),
        Field::choice("state", "Durum", &STATES).listed().filtered(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted(),
    ]
    .into_iter()
    .map(Field::read_only)
    .collect();
    kind.views = vec![View { id: "bekleyen", label_tr: "İnceleme bekleyenler", query: "state=waiting" }];
    kind.verbs = vec![
        Verb::new("incele", "İncelendi", JUDGE, &["waiting"], "reviewed", "audit_reviewed")
            .asking("Sonuç ve yapılacaklar")
            .official(),
    ];
    kind
}

pub(crate) fn job() -> Job {
    Job {
        name: "assets.write_audit_report",
        label_tr: "Zamanı gelen program denetimi raporunu yazma",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 300,
        run,
    }
}

fn run<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let settings = Settings::load(&context.db, &[setting()]).await?;
        let months: i32 = settings.text(EVERY).parse().unwrap_or(0);
        let today = context.clock.now().day();
        if months == 0 || !is_due(store::last_on(&context.db).await?, months, today) {
            return Ok(());
        }
        // Where no machine reported yet there is nothing to look through.
        if programs::totals(&context.db).await?.number == 0 {
            return Ok(());
        }
        let tx = context.db.begin(&context.act("program denetimi")).await?;
        // The number comes first: another node that writes it, too, waits here and then sees that it is written.
        let number = number::next(&tx, "audit_report", today.year()).await?;
        if !is_due(store::last_on(&tx).await?, months, today) {
            return tx.rollback().await;
        }
        write(&tx, number).await?;
        tx.commit().await
    })
}

/// So many months after the last, on the same day of the month or the last one there is.
fn is_due(last: Option<Day>, months: i32, today: Day) -> bool {
    let Some(last) = last else { return true };
    let month = i32::from(u8::from(last.0.month())) - 1 + months;
    let (year, month) = (last.year() + month / 12, u8::try_from(month % 12 + 1).unwrap_or(1));
    let Ok(month) = time::Month::try_from(month) else { return true };
    let day = last.0.day().min(month.length(year));
    time::Date::from_calendar_date(year, month, day).is_ok_and(|due| today.0 >= due)
}

/// Writes the report as things stand; the demo town begins with one.
pub(crate) async fn write(tx: &Tx, number: i64) -> Result<()> {
    let kind = kind();
    let today = tx.at().day();
    let (last, since) = audit::since_last(tx).await?;
    let parts = audit::parts(tx).await?;
    let findings = parts.iter().filter(|part| part.is_named).map(|part| part.rows.len() as i64).sum();
    let new = store::New {
        id: tx.new_id(),
        number: number::format(today.year(), "PD", number),
        title: format!("Program denetimi, {}", tr::date(today.0)),
        from_on: last.map(Instant::day),
        until_on: today,
        findings,
        statement: statement(tx, last, &parts, &since).await?,
    };
    store::insert(tx, &new).await?;
    let report = record::get(tx, &kind, new.id).await?;
    record::index(tx, &kind, &report).await?;
    tx.record(NewEvent::new(report.reference(&kind), new.title.clone(), "created")).await?;
    // The next one, also by hand, says what became of findings since.
    let taken = NewEvent::new(audit::subject(), new.title, "software_audited");
    tx.record(taken.related(Ref::new(kind.id, new.id))).await?;
    Ok(())
}

/// Which programs, on how many machines and on which of them.
async fn statement(tx: &Tx, last: Option<Instant>, parts: &[Part], since: &[Event]) -> Result<String> {
    let named: Vec<Uuid> = parts
        .iter()
        .filter(|part| part.is_named)
        .flat_map(|part| part.rows.iter().map(|row| row.id))
        .collect();
    let machines = programs::machines_of(tx, &named, MOST_PLACES, MOST_NAMED).await?;
    let mut said = vec![format!("Kapsadığı dönem: {}.", audit::period(last, tx.at()))];
    for part in parts {
        said.push(String::new());
        said.push(format!("{}:", part.title));
        if part.rows.is_empty() {
            said.push("Yok.".into());
        }
        let heads = audit::heads(part);
        for row in &part.rows {
            let cells = audit::cells(part, row);
            let counts =
                heads.iter().zip(&cells).skip(1).map(|(head, cell)| format!("{}: {cell}", tr::lower(head)));
            said.push(format!("• {} — {}", row.name, counts.collect::<Vec<_>>().join("; ")));
            let here = machines.iter().filter(|one| one.software_id == row.id);
            let here: Vec<String> =
                here.map(|one| format!("{} {}", one.place.number, one.place.name)).collect();
            if !here.is_empty() {
                let left = row.installed - here.len() as i64;
                let rest = if left > 0 { format!(" ve {left} makine daha") } else { String::new() };
                said.push(format!("   Makineler: {}{rest}.", here.join(", ")));
            }
        }
    }
    let gone: Vec<&str> = since
        .iter()
        .filter(|event| event.verb == "software_settled")
        .map(|event| event.subject_title.as_str())
        .collect();
    if last.is_some() {
        said.push(String::new());
        said.push("Önceki rapordan beri ortadan kalkan bulgular:".into());
        said.push(if gone.is_empty() { "Yok.".into() } else { gone.join(", ") });
    }
    Ok(said.join("\n"))
}

fn extras<'a>(_ctx: &'a Ctx, kind: &'a Kind, report: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let paper = ui::Verb {
            label: "Rapor (PDF)".into(),
            href: format!("{}/pdf", kind.address(report.id)),
            ..ui::Verb::default()
        };
        Ok(Extras { verbs: vec![paper], ..Extras::default() })
    })
}

/// `GET /program-denetimleri/{id}/pdf`: the frozen text on paper, to be signed.
async fn print(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let report = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let text = record::statement(ctx.db(), &kind, id).await?.unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty());
    let mut blocks: Vec<Block> = lines.map(|line| Block::Paragraph(line.into())).collect();
    blocks.push(Block::SignatureLines(vec!["Denetleyen".into(), "Müdür".into()]));
    let number = report.number(&kind);
    let document = ctx.paper(format!("{} ({number})", report.title(&kind)), blocks).await?;
    let bytes = ctx.pdf(document).await?;
    Ok(web::download(&format!("program-denetimi-{number}.pdf"), "application/pdf", bytes))
}

fn notice() -> Notice {
    Notice {
        key: "assets.audit_report",
        label_tr: "Program denetimi raporu kendiliğinden yazıldığında",
        on: &[("audit_report", "created")],
        receivers: judges,
        sentence_tr: "İncelemenizi bekliyor: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

fn judges<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, JUDGE, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_report_is_due_on_the_same_day_of_a_later_month() {
        for (last, months, today, expected) in [
            (None, 3, date!(2026 - 11 - 05), true),
            (Some(date!(2026 - 11 - 05)), 3, date!(2027 - 02 - 04), false),
            (Some(date!(2026 - 11 - 05)), 3, date!(2027 - 02 - 05), true),
            (Some(date!(2026 - 11 - 30)), 3, date!(2027 - 02 - 28), true),
            (Some(date!(2026 - 01 - 31)), 1, date!(2026 - 02 - 27), false),
            (Some(date!(2026 - 12 - 31)), 12, date!(2027 - 12 - 31), true),
        ] {
            assert_eq!(is_due(last.map(Day), months, Day(today)), expected, "{last:?} {months} {today}");
        }
    }
}
