//! The kind `work_log`: who worked on a ticket, how long and what they did (SD-1, SD-5).

use kernel::migrate::{Migration, create};
use kernel::record::{Direction, Draft, Field, FieldKind, FieldValue, Kind, Record};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

use crate::ticket::rules::first_sentence;

/// Reads what was worked, within a scope; everybody reads their own.
pub const VIEW: &str = "service_desk.work_log.view";
/// Writes down one's own work.
pub const WRITE: &str = "service_desk.work_log.write";

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0003_work_log", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("work_log", "work done on tickets")
        .id()
        .int("version", "for concurrent edits")
        .uuid("ticket_id", "on which ticket")
        .references("ticket")
        .uuid("staff_id", "who worked")
        .references("staff")
        .uuid("unit_id", "the worker's unit at that time")
        .references("unit")
        .on("worked_on", "day of the work")
        .int("minutes", "how long, in minutes")
        .text("title", "first sentence of the note")
        .text("note", "what was done")
        .at("created_at", "when it was written down")
        .listing(&["ticket_id", "staff_id", "unit_id"], &["worked_on", "created_at"])
}

/// At `/calismalar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("work_log", "çalışma notu", "Çalışma notları", "/calismalar", VIEW);
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.is_makers_own = true;
    kind.create = Some(WRITE);
    kind.edit = Some(WRITE);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Ne yapıldı", 160).listed().searched().read_only(),
        Field::reference("ticket_id", "Destek kaydı", "ticket")
            .required()
            .listed()
            .filtered()
            .backlinked()
            .on_create(),
        Field::new("note", "Yapılan iş", FieldKind::LongText { max_length: 4_000 }).required().searched(),
        Field::new("minutes", "Süre (dakika)", FieldKind::Int { min: 1, max: 1_440 }).required().listed(),
        Field::new("worked_on", "Gün", FieldKind::Day).listed().sorted().hint("Boş bırakırsanız bugün."),
        Field::reference("staff_id", "Çalışan", "staff").listed().filtered().read_only(),
        Field::reference("unit_id", "Birimi", "unit").filtered().read_only(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        draft.set("title", FieldValue::Text(first_sentence(draft.or("note", before).text())));
        if draft.or("worked_on", before).text().is_empty() {
            draft.set("worked_on", FieldValue::Text(tx.at().day().to_string()));
        }
        let mut found = Vec::new();
        if draft.or("worked_on", before).text() > tx.at().day().to_string().as_str() {
            found.push(Violation::new("CLS-002", "worked_on", "Henüz yapılmamış bir iş yazılamaz."));
        }
        if before.is_some() {
            return Ok(found);
        }
        let person = match tx.act().actor.staff_id.or(draft.get("staff_id").id()) {
            Some(staff) => directory::store::person(tx, staff).await?.map(|person| (staff, person.unit_id)),
            None => None,
        };
        let Some((staff, unit)) = person else {
            let text = "Hesabınız bir personele bağlı değil; çalışma notu kendi adınıza yazılır.";
            found.push(Violation::new("CLS-001", "", text));
            return Ok(found);
        };
        draft.set("staff_id", FieldValue::Id(staff));
        draft.set("unit_id", FieldValue::Id(unit));
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}
