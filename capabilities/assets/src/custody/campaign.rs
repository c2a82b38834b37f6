//! The kind `custody_campaign`: once a year everybody who answers for something is asked whether they still have it (AS-2).

use kernel::event::Event;
use kernel::job::{Job, JobContext, enqueue};
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation, tr};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{GIVE, check, store};

/// Sees when all holders were and are asked.
pub const VIEW: &str = "assets.campaign.view";

const STATES: [Choice; 2] =
    [Choice::new("open", "Sürüyor", Tone::Doing), Choice::new("closed", "Kapandı", Tone::Done)];

const JOB: &str = "assets.ask_holders";

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
    let until = campaign.get("last_on").text().parse::<kernel::Day>().ok();
    let until = until.map(|day| tr::date(day.0)).unwrap_or_default();
    check::ask(tx, &campaign, &until, &holders).await?;
    Ok(true)
}
