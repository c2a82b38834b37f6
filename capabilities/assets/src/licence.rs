//! The kind `licence`: the right to have a program on so many machines, and how long it lasts (AS-4).

pub(crate) mod key;
mod origins;
mod store;

use kernel::event::Event;
use kernel::job::Job;
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation, tr};
use uuid::Uuid;

use crate::ending::{self, Ending};
use crate::software::{self, JUDGE, counting};

/// Sees licences.
pub const VIEW: &str = "assets.licence.view";
/// Enters licences and ends them.
pub const EDIT: &str = "assets.licence.edit";

const STATES: [Choice; 2] =
    [Choice::new("valid", "Geçerli", Tone::Done), Choice::new("cancelled", "İptal edildi", Tone::Wait)];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0005_licence", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("licence", "rights to have a program on machines")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "program and seats, for people")
        .text("title_key", "Turkish sort key of the title")
        .uuid("software_id", "for which program")
        .references("software")
        .int("seats", "machines it allows")
        .text("contract", "invoice, contract or order it stands in; may be empty")
        .text("supplier", "who sold it; may be empty")
        .on_null("bought_on", "day it was bought")
        .on_null("until_on", "last day; null for one that does not end")
        .text("ending", "unknown, valid, ending, ended; follows the last day as a warranty does")
        .int_null("price_kurus", "what it cost")
        .text("note", "anything else; may be empty")
        .text("state", "valid, cancelled")
        .at("created_at", "when it was entered")
        .index(&["ending", "until_on"])
        .listing(&["state", "software_id", "ending"], &["title_key", "created_at"])
}

/// By what the program the town used before called it, so that its list can be brought in again.
pub(crate) fn migration_of_imports() -> Migration {
    let up = |backend| {
        let column = Table::new("licence", "rights to have a program on machines")
            .text("former_number", "number in the program the town used before; may be empty")
            .default("''")
            .index_where(&["former_number"], "former_number <> ''");
        column.add_columns(backend)
    };
    Migration { id: "assets/0020_licence_imported", up }
}

/// At `/lisanslar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("licence", "yazılım lisansı", "Yazılım lisansları", "/lisanslar", VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("title", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.import_key = &[&["former_number"], &["software_id", "contract"]];
    kind.import_rest = Some("note");
    kind.origins = origins::ORIGINS;
    kind.fields = vec![
        Field::text("title", "Lisans", 200).listed().sorted_by("title_key").searched().read_only(),
        Field::reference("software_id", "Program", "software")
            .required()
            .listed()
            .filtered()
            .backlinked()
            .entering(software::installed::enter),
        Field::new("seats", "Kaç makine", FieldKind::Int { min: 1, max: 1_000_000 }).required().listed(),
        Field::text("contract", "Belgesi", 120).searched().hint("Fatura, sözleşme ya da sipariş no."),
        Field::text("supplier", "Satıcı firma", 120).searched(),
        Field::text("former_number", "Eski programdaki no", 60).searched().on_import(),
        Field::new("bought_on", "Alındığı gün", FieldKind::Day),
        Field::new("until_on", "Son günü", FieldKind::Day).listed().hint("Süresizse boş bırakın."),
        Field::choice("ending", "Süresi", &ending::STATES).listed().filtered().read_only(),
        Field::new("price_kurus", "Bedeli", FieldKind::Money),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![View { id: "biten", label_tr: "Bitmek üzere olanlar", query: "ending=ending" }];
    kind.verbs = vec![
        Verb::new("iptal", "İptal et", EDIT, &["valid"], "cancelled", "licence_cancelled")
            .asking("Gerekçe")
            .run(|tx, licence, _| Box::pin(recount(tx, licence))),
    ];
    kind
}

async fn recount(tx: &Tx, licence: &Record) -> Result<()> {
    match licence.get("software_id").id() {
        Some(software) => counting::count_one(tx, software).await,
        None => Ok(()),
    }
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let until = draft.or("until_on", before).text().to_string();
        let bought = draft.or("bought_on", before).text();
        if !until.is_empty() && !bought.is_empty() && until.as_str() < bought {
            return Ok(vec![Violation::new("LSN-001", "until_on", "Son gün alındığı günden önce olamaz.")]);
        }
        let seats = draft.or("seats", before).int().unwrap_or(0);
        let of = match draft.or("software_id", before).id() {
            Some(id) => kernel::record::get(tx, &software::kind(), id).await?.title(&software::kind()),
            None => String::new(),
        };
        let title: String = format!("{of}: {} makine", tr::grouped(seats)).chars().take(200).collect();
        draft.set("title", FieldValue::Text(title));
        draft.set("ending", FieldValue::Text(ending::state_on(until.parse().ok(), tx.at().day()).into()));
        if before.is_none() {
            if draft.get("former_number").is_null() {
                draft.set("former_number", FieldValue::Text(String::new()));
            }
            draft.set("state", FieldValue::Text("valid".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// A licence that came or changed counts at once.
pub(crate) fn written<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let licence = kernel::record::get(tx, &kind(), event.subject_id).await?;
        recount(tx, &licence).await
    })
}

const LICENCE: Ending = Ending {
    kind,
    until: "until_on",
    column: "ending",
    in_force: "state = 'valid'",
    act_tr: "lisanslar",
    ending: "licence_ending",
    ended: "licence_ended",
    then: Some(count_again),
};

/// What licences allow of their program changes with them.
fn count_again<'a>(tx: &'a Tx, licence: &'a Record) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        match licence.get("software_id").id() {
            Some(software) => counting::count_one(tx, software).await,
            None => Ok(()),
        }
    })
}

pub(crate) fn job() -> Job {
    Job {
        name: "assets.watch_licences",
        label_tr: "Bitmek üzere olan lisansları bildirme",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 60,
        run: |context, _| Box::pin(ending::watch(context, &LICENCE)),
    }
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.licence_ending",
        label_tr: "Bir lisansın süresi bitmek üzereyken ya da bittiğinde",
        on: &[("licence", "licence_ending"), ("licence", "licence_ended")],
        receivers: keepers,
        sentence_tr: "Lisansın süresi: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = ::access::who_may(tx, JUDGE, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
