//! The kind `agent`: an inventory agent that reported, waiting until somebody says that it may (AS-1). Its last full
//! state is kept, because later reports tell only what changed.

pub(crate) mod door;
pub(crate) mod file;
mod losses;
pub(crate) mod page;
mod part_again;
pub(crate) mod receive;
pub(crate) mod recognise;
pub(crate) mod store;

use kernel::event::Event;
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, Verb, View};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

/// Sees agents and everything they told.
pub const VIEW: &str = "assets.agent.view";
/// Lets agents in, refuses them, joins them to assets.
pub const APPROVE: &str = "assets.agent.approve";

/// Setting: agents without a key are turned away.
pub(crate) const MUST_SIGN_IN: &str = "assets.agents_sign_in";

pub(crate) fn settings() -> Vec<Setting> {
    vec![Setting {
        key: MUST_SIGN_IN,
        group_tr: "Envanter",
        label_tr: "Parolasız ajan kabul edilmez",
        hint_tr: "Açıkken ajanın parolasına, ajan onaylayabilen bir hesabın API anahtarı yazılır (kullanıcı adı ne olursa olsun); \
                  böyle bildiren makine kendiliğinden onaylanır. Kapalıyken parolasız ajanlar onay bekler.",
        kind: SettingKind::Bool,
        default: "false",
    }]
}

const STATES: [Choice; 3] = [
    Choice::new("waiting", "Onay bekliyor", Tone::New),
    Choice::new("approved", "Onaylı", Tone::Done),
    Choice::new("refused", "Reddedildi", Tone::Late),
];

const LIKENESSES: [Choice; 4] = [
    Choice::new("unknown", "Bakılmadı", Tone::Wait),
    Choice::new("new", "Yeni makine", Tone::New),
    Choice::new("same", "Bilinen varlık", Tone::Done),
    Choice::new("unsure", "Belli değil", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0002_agent", up: |backend| create(backend, &[table(), section_table()]) }
}

/// What nobody reads is kept packed.
pub(crate) fn migration_of_packed() -> Migration {
    Migration { id: "assets/0016_agent_section_packed", up: |backend| packed_column().add_columns(backend) }
}

fn table() -> Table {
    Table::new("agent", "inventory agents that reported")
        .id()
        .text("name", "host name the agent reported")
        .text("name_key", "Turkish sort key of the name")
        .text("identity", "id the agent keeps: its UUID, or host name and day of its first run")
        .text("device_id", "host name and day of its first run, by which older messages name it")
        .text("machine_key", "UUID and serial of the machine; tells cloned disks apart")
        .text("client", "name and version of the agent")
        .text("tag", "what was set in the agent's configuration; may be empty")
        .text("address", "network address it reported from")
        .text("state", "waiting, approved, refused")
        .uuid_null("asset_id", "asset it reports of; null until it is approved")
        .references("asset")
        .text("likeness", "unknown, new, same, unsure: what recognition says while it waits")
        .text(
            "before_join",
            "JSON of what its asset was before it was joined to it; empty when it was made from it",
        )
        .uuid_null("apart_from_id", "asset that a person parted it from")
        .references("asset")
        .bool("is_incomplete", "only changes were received, never the whole")
        .text("warnings", "what could not be read of the last report, one a line; may be empty")
        .at("first_seen_at", "first report")
        .at("last_seen_at", "last report")
        .unique(&["identity", "machine_key"])
        .index(&["asset_id"])
        .index(&["device_id"])
        .listing(&["state", "is_incomplete", "likeness"], &["name_key", "first_seen_at", "last_seen_at"])
}

fn section_table() -> Table {
    Table::new("agent_section", "the last known state of each part of a machine's inventory")
        .uuid("agent_id", "who told it")
        .references("agent")
        .text("section", "name of the part in small letters: bios, storages, softwares")
        .text("digest", "SHA-256 of the content, so that what is the same is not written again")
        .text("content", "list of objects as JSON; secrets are taken out before")
        .at("seen_at", "when it was told like this first")
        .key(&["agent_id", "section"])
}

fn packed_column() -> Table {
    Table::new("agent_section", "").bytes_null(
        "packed",
        "zlib stream of the same list where nothing here looks into the section; content is empty then",
    )
}

/// At `/ajanlar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("agent", "ajan", "Ajanlar", "/ajanlar", VIEW);
    kind.title = "name";
    kind.is_versioned = false;
    kind.default_sort = ("last_seen_at", Direction::Descending);
    kind.fields = vec![
        Field::text("name", "Makinenin adı", 200).listed().sorted_by("name_key").searched(),
        Field::choice("state", "Durum", &STATES).listed().filtered(),
        Field::choice("likeness", "Benzerliği", &LIKENESSES).listed().filtered(),
        Field::reference("asset_id", "Varlığı", "asset").listed(),
        Field::text("client", "Ajan programı", 120).listed(),
        Field::text("tag", "Etiketi", 120).listed().searched(),
        Field::text("address", "Ağ adresi", 60).listed().searched(),
        Field::text("identity", "Ajan kimliği", 200).searched(),
        Field::new("is_incomplete", "Eksik envanter", FieldKind::Bool).filtered(),
        Field::new("warnings", "Okunamayanlar", FieldKind::LongText { max_length: 20_000 }),
        Field::new("first_seen_at", "İlk bildirim", FieldKind::Instant).sorted(),
        Field::new("last_seen_at", "Son bildirim", FieldKind::Instant).listed().sorted(),
    ]
    .into_iter()
    .map(Field::read_only)
    .collect();
    kind.views = vec![
        View { id: "bekleyen", label_tr: "Onay bekleyenler", query: "state=waiting" },
        View {
            id: "karar",
            label_tr: "Hangi varlık belli olmayanlar",
            query: "state=waiting&likeness=unsure",
        },
        View { id: "onayli", label_tr: "Onaylılar", query: "state=approved" },
        View { id: "reddedilen", label_tr: "Reddedilenler", query: "state=refused" },
    ];
    let verb = |id, label_tr, from, to, event| Verb::new(id, label_tr, APPROVE, from, to, event).bulk();
    kind.list_links = &[("Dosyadan envanter al…", "dosya")];
    kind.verbs = vec![
        Verb {
            run: Some(|tx, agent, _| Box::pin(receive::approve(tx, agent))),
            ..verb("onayla", "Onayla", &["waiting", "refused"], "approved", "agent_approved")
        },
        verb("reddet", "Reddet", &["waiting", "approved"], "refused", "agent_refused")
            .asking("Gerekçe")
            .danger(),
        Verb {
            in_bulk: false,
            ..verb("ayir", "Varlıktan ayır", &["approved"], "waiting", "agent_parted_by_hand")
                .asking("Gerekçe")
                .danger()
                .run(|tx, agent, _| Box::pin(part_again::part(tx, agent)))
        },
    ];
    kind
}

/// What those hear who let agents in.
pub(crate) fn notices() -> Vec<Notice> {
    vec![
        Notice {
            key: "assets.agent_reported",
            label_tr: "Yeni bir envanter ajanı onay beklediğinde",
            on: &[("agent", "agent_reported")],
            receivers: approvers,
            sentence_tr: "Yeni bir makine bildirildi, onayınızı bekliyor: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
        Notice {
            key: "assets.part_lost",
            label_tr: "Bir cihazın belleği azaldığında ya da diski eksildiğinde",
            on: &[("asset", "part_lost")],
            receivers: approvers,
            sentence_tr: "Cihazın bir parçası eksilmiş görünüyor: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
        Notice {
            key: "assets.protection_lost",
            label_tr: "Bir makinenin virüs koruması kapandığında ya da güncelliğini yitirdiğinde",
            on: &[("asset", "protection_lost")],
            receivers: approvers,
            sentence_tr: "Virüs koruması kapalı ya da güncel değil: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
    ]
}

fn approvers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, APPROVE, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
