//! The kind `store_room`: where consumables lie until they are given out (AS-6, AS-8).

use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

use crate::{EDIT, VIEW};

const STATES: [Choice; 2] =
    [Choice::new("open", "Açık", Tone::Done), Choice::new("closed", "Kapalı", Tone::Wait)];

pub(crate) fn migration() -> Migration {
    Migration { id: "supplies/0001_store_room", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("store_room", "rooms where consumables are kept")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what people call it")
        .text("name_key", "Turkish sort key of the name")
        .text("place", "building, floor, room; may be empty")
        .text("state", "open, closed")
        .at("created_at", "when it was entered")
        .listing(&["state"], &["name_key", "created_at"])
}

/// At `/ambarlar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("store_room", "ambar", "Ambarlar", "/ambarlar", VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["name"]];
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Adı", 120).required().listed().sorted_by("name_key").searched(),
        Field::text("place", "Yeri", 120).listed(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.verbs = vec![
        Verb::new("kapat", "Kapat", EDIT, &["open"], "closed", "store_room_closed").asking("Gerekçe"),
        Verb::new("ac", "Yeniden aç", EDIT, &["closed"], "open", "store_room_opened"),
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
            draft.set("state", FieldValue::Text("open".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}
