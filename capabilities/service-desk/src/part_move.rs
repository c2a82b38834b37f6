//! The kind `part_move`: a sound part of one machine that goes into another (SD-7, the usable parts of scrapped machines).
//! Both machines' histories tell it.

pub(crate) mod store;

use std::sync::Arc;

use kernel::event::{Event, NewEvent};
use kernel::migrate::{Migration, create};
use kernel::record::{self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone};
use kernel::schema::Table;
use kernel::{Boxed, Ref, Result, Tx, Violation, tr};
use uuid::Uuid;

/// Sees which parts went where.
pub const VIEW: &str = "service_desk.part_move.view";
/// Takes parts out and fits them.
pub const MOVE: &str = "service_desk.part_move.move";

const PARTS: [Choice; 9] = [
    Choice::new("memory", "Bellek", Tone::Wait),
    Choice::new("disk", "Disk", Tone::Wait),
    Choice::new("processor", "İşlemci", Tone::Wait),
    Choice::new("mainboard", "Anakart", Tone::Wait),
    Choice::new("power_supply", "Güç kaynağı", Tone::Wait),
    Choice::new("graphics", "Ekran kartı", Tone::Wait),
    Choice::new("battery", "Pil", Tone::Wait),
    Choice::new("screen", "Ekran paneli", Tone::Wait),
    Choice::new("other", "Diğer", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0005_part_move", up: |backend| create(backend, &[table()]) }
}

/// Where a part is now is asked by its serial number.
pub(crate) fn migration_of_serials() -> Migration {
    let up = |backend| {
        let serials = Table::new("part_move", ABOUT).index_where(&["serial", "created_at"], "serial <> ''");
        serials.add_columns(backend)
    };
    Migration { id: "service_desk/0013_part_serial", up }
}

const ABOUT: &str = "parts taken out of one machine and fitted into another";

fn table() -> Table {
    Table::new("part_move", ABOUT)
        .id()
        .int("version", "for concurrent edits")
        .text("title", "part and its mark, for people")
        .text("part", "memory, disk and so on")
        .text("model", "make, size, as it says on it")
        .text("serial", "serial number of the part; may be empty")
        .uuid("from_asset_id", "machine it was taken from, of whichever capability keeps assets")
        .uuid("to_asset_id", "machine it was fitted into")
        .uuid_null("ticket_id", "for which ticket")
        .references("ticket")
        .on("moved_on", "day of the work")
        .text("note", "anything else; may be empty")
        .at("created_at", "when it was written down")
        .listing(&["part", "from_asset_id", "to_asset_id", "ticket_id"], &["moved_on", "created_at"])
}

/// At `/parca-aktarimlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("part_move", "parça aktarımı", "Parça aktarımları", "/parca-aktarimlari", VIEW);
    kind.create = Some(MOVE);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Aktarım", 160).listed().searched().read_only(),
        Field::choice("part", "Parça", &PARTS).required().listed().filtered(),
        Field::text("model", "Markası ve büyüklüğü", 120)
            .required()
            .hint("Üzerinde yazdığı gibi: “Kingston 8 GB DDR4”."),
        Field::text("serial", "Parçanın seri no", 80).searched(),
        Field::reference("from_asset_id", "Söküldüğü cihaz", "asset")
            .among(&["in_stock", "in_repair", "condemned", "written_off"])
            .required()
            .listed()
            .filtered()
            .backlinked(),
        Field::reference("to_asset_id", "Takıldığı cihaz", "asset")
            .among(&["in_stock", "in_use", "in_repair"])
            .required()
            .listed()
            .filtered()
            .backlinked(),
        Field::reference("ticket_id", "Destek kaydı", "ticket").filtered().backlinked(),
        Field::new("moved_on", "Gün", FieldKind::Day).listed().sorted().hint("Boş bırakırsanız bugün."),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
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
        if draft.get("from_asset_id").id() == draft.get("to_asset_id").id() {
            let text = "Parça başka bir cihaza takılır; iki ayrı cihaz seçin.";
            found.push(Violation::new("PRC-001", "to_asset_id", text));
        }
        found.extend(fitted_elsewhere(tx, draft).await?);
        if draft.get("moved_on").text().is_empty() {
            draft.set("moved_on", FieldValue::Text(tx.at().day().to_string()));
        }
        if draft.get("moved_on").text() > tx.at().day().to_string().as_str() {
            found.push(Violation::new("PRC-002", "moved_on", "Henüz yapılmamış bir iş yazılamaz."));
        }
        let part =
            PARTS.iter().find(|part| part.code == draft.get("part").text()).map_or("", |part| part.label_tr);
        let title = format!("{part}: {}", draft.get("model").text());
        draft.set("title", FieldValue::Text(title));
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}

/// A part is in one machine: where it was fitted last is where it can be taken from.
async fn fitted_elsewhere(tx: &Tx, draft: &mut Draft) -> Result<Option<Violation>> {
    let serial = tr::clean_line(draft.get("serial").text()).text;
    draft.set("serial", FieldValue::Text(serial.clone()));
    if serial.is_empty() {
        return Ok(None);
    }
    let Some(last) = store::fitted_into(tx, &serial).await? else { return Ok(None) };
    if Some(last) == draft.get("from_asset_id").id() {
        return Ok(None);
    }
    let named = record::names(tx, &[Ref::new("asset", last)]).await?;
    let device = named.first().map_or("başka bir cihaza".into(), |one| format!("“{}” cihazına", one.title));
    let text = format!("Bu seri numaralı parça en son {device} takıldı; önce oradan söküldüğünü yazın.");
    Ok(Some(Violation::new("PRC-003", "serial", text)))
}

/// Written on both machines' pages.
pub(crate) fn moved<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let Some(assets) = tx.registry().and_then(|registry| registry.kind("asset")) else { return Ok(()) };
        let part = record::get(tx, &kind(), event.subject_id).await?;
        for (column, verb) in [("from_asset_id", "part_taken_out"), ("to_asset_id", "part_fitted")] {
            if let Some(asset) = part.get(column).id() {
                tell(tx, &assets, asset, verb, &part).await?;
            }
        }
        Ok(())
    })
}

async fn tell(tx: &Tx, assets: &Arc<Kind>, asset: Uuid, verb: &'static str, part: &Record) -> Result<()> {
    let asset = record::get(tx, assets, asset).await?;
    let serial = part.get("serial").text();
    let serial = if serial.is_empty() { String::new() } else { format!(", seri no {serial}") };
    let event = NewEvent::new(asset.reference(assets), asset.title(assets), verb)
        .note(format!("{}{serial}", part.title(&kind())))
        .related(Ref::new("part_move", part.id))
        .scope(asset.unit_id(assets), asset.owner_id(assets));
    tx.record(event).await?;
    Ok(())
}
