//! Network scans and SNMP inventories by agents that are installed already: an office computer in a branch asks the devices
//! around it, the town's server need not reach them (NE-1, AS-1; FusionInventory 2.6's tasks NetDiscovery and NetInventory).

pub(crate) mod access;
pub(crate) mod demo;
pub(crate) mod device;
pub(crate) mod hand_out;
pub(crate) mod part;
pub(crate) mod take_in;

mod store;

pub use access::SnmpAccess;
pub(crate) use part::{part, routes};
pub(crate) use store::totals;

use std::net::Ipv4Addr;

use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

/// Sees scans and what they found.
pub const VIEW: &str = "assets.network.view";
/// Sets scans up, makes assets of what they found.
pub const EDIT: &str = "assets.network.edit";

pub(crate) const PATH: &str = "/ag-taramalari";
/// Addresses of one scan: a street of offices, not the Internet.
const MOST_ADDRESSES: u32 = 4_096;

const STATES: [Choice; 2] =
    [Choice::new("active", "Sürüyor", Tone::Done), Choice::new("paused", "Durduruldu", Tone::Wait)];

pub(crate) fn migration() -> Migration {
    Migration {
        id: "assets/0014_network",
        up: |backend| create(backend, &[table(), device::table(), device::reading_table()]),
    }
}

fn table() -> Table {
    Table::new("network_scan", "ranges of addresses that an agent looks through")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what people call it")
        .text("name_key", "Turkish sort key of the name")
        .uuid("agent_id", "agent that looks")
        .references("agent")
        .text("first_address", "first IPv4 address")
        .text("last_address", "last IPv4 address")
        .int("port", "UDP port of SNMP")
        .int("every_hours", "how often")
        .text("state", "active, paused")
        .int("task_no", "number under which the agent was asked last; 0 before")
        .at_null("asked_at", "when it was asked last")
        .at_null("ended_at", "when it was through last")
        .int("found", "devices that answered the last time")
        .at("created_at", "when it was entered")
        .index(&["agent_id"])
        .index_where(&["task_no"], "task_no > 0")
        .listing(&["state"], &["name_key", "created_at"])
}

/// At `/ag-taramalari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("network_scan", "ağ taraması", "Ağ taramaları", PATH, VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Adı", 120).required().listed().sorted_by("name_key").searched(),
        Field::reference("agent_id", "Tarayan ajan", "agent")
            .among(&["approved"])
            .required()
            .listed()
            .hint("Ağ görevi kurulu olan onaylı bir ajan (fusioninventory-agent-task-network)."),
        Field::text("first_address", "İlk adres", 15).required().listed(),
        Field::text("last_address", "Son adres", 15).required().listed(),
        Field::new("port", "SNMP kapısı", FieldKind::Int { min: 1, max: 65_535 }).required().default("161"),
        Field::new("every_hours", "Kaç saatte bir", FieldKind::Int { min: 1, max: 720 })
            .required()
            .default("24"),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("found", "Son bulunan", FieldKind::Int { min: 0, max: 100_000 }).listed().read_only(),
        Field::new("asked_at", "Son istendiği an", FieldKind::Instant).read_only(),
        Field::new("ended_at", "Son bittiği an", FieldKind::Instant).listed().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.verbs = vec![
        Verb::new("durdur", "Durdur", EDIT, &["active"], "paused", "scan_paused"),
        Verb::new("surdur", "Sürdür", EDIT, &["paused"], "active", "scan_resumed"),
        Verb::new("simdi", "İlk fırsatta tara", EDIT, &["active"], "active", "scan_wanted")
            .staying()
            .run(|tx, scan, _| Box::pin(store::want(tx, scan.id))),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let mut address = |column: &'static str| match draft.or(column, before).text().parse::<Ipv4Addr>() {
            Ok(address) => Some(u32::from(address)),
            Err(_) => {
                found.push(Violation::new("AGT-001", column, "IPv4 adresi yazın: 10.1.2.1 gibi."));
                None
            }
        };
        let range = (address("first_address"), address("last_address"));
        if let (Some(first), Some(last)) = range {
            if last < first {
                found.push(Violation::new("AGT-002", "last_address", "Son adres ilkinden önce olamaz."));
            } else if last - first >= MOST_ADDRESSES {
                let text = "Bir taramada en çok 4.096 adres olur; aralığı bölün.";
                found.push(Violation::new("AGT-003", "last_address", text));
            }
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            for column in ["task_no", "found"] {
                draft.set(column, FieldValue::Int(0));
            }
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}
