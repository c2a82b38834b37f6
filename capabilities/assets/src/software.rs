//! The kind `software`: what is installed on the municipality's machines, whether it may be there, and on how many it
//! stands (AS-1, AS-4, AS-5). Names are told by agents and made comparable first (`name`).

pub(crate) mod audit;
pub(crate) mod counting;
pub(crate) mod installed;
pub(crate) mod name;
pub(crate) mod report;
pub(crate) mod rule;
pub(crate) mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, Verb, View};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind};

/// Sees what is installed where.
pub const VIEW: &str = "assets.software.view";
/// Says what may be installed.
pub const JUDGE: &str = "assets.software.judge";

pub(crate) const VERDICTS: [Choice; 4] = [
    Choice::new("unjudged", "Değerlendirilmedi", Tone::New),
    Choice::new("allowed", "Serbest", Tone::Done),
    Choice::new("licenced", "Lisans ister", Tone::Doing),
    Choice::new("forbidden", "Yasak", Tone::Late),
];

pub(crate) const FINDINGS: [Choice; 4] = [
    Choice::new("none", "Sorun yok", Tone::Done),
    Choice::new("short", "Lisans yetmiyor", Tone::Late),
    Choice::new("forbidden", "Yasak ama kurulu", Tone::Late),
    Choice::new("unlisted", "Listede yok ama kurulu", Tone::Late),
];

/// Setting: what is neither allowed, nor licenced, nor forbidden should not be there.
pub(crate) const UNLISTED: &str = "assets.unlisted_software_is_finding";

pub(crate) fn settings() -> Vec<Setting> {
    let unlisted = Setting {
        key: UNLISTED,
        group_tr: "Envanter",
        label_tr: "Listede olmayan program bulgudur",
        hint_tr: "Açıkken, hakkında ne elle ne kuralla karar verilmiş her kurulu program denetim bulgusu sayılır. Önce kurallarla \
                  bilinenleri serbest bırakın.",
        kind: SettingKind::Bool,
        default: "false",
    };
    vec![unlisted, report::setting()]
}

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0004_software", up: |backend| create(backend, &[table(), installed_table()]) }
}

fn table() -> Table {
    Table::new("software", "programs that were ever seen on a machine")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "as the first machine told it, without its version")
        .text("name_key", "Turkish sort key of the name")
        .text("known_as", "what makes two names the same: small letters without version and architecture")
        .text("publisher", "who made it, as told; may be empty")
        .text("state", "verdict: unjudged, allowed, licenced, forbidden")
        .int("installed", "machines in use that have it, when they were last counted")
        .int("seats", "machines that valid licences allow, when they were last counted")
        .text("finding", "none, short, forbidden; follows from the three above")
        .text("note", "why, or anything else; may be empty")
        .at("created_at", "when it was first seen")
        .unique(&["known_as"])
        .listing(&["state", "finding"], &["name_key", "installed", "created_at"])
}

/// A row for each program of each machine: 700 of them a machine, and millions in a metropolis. No foreign keys: to check
/// them would lock 700 rows that every other machine wants, too, and neither assets nor programs are ever deleted. The way
/// from a program to its machines is kept for the few with a verdict only: for all of them it was half the work of an intake.
fn installed_table() -> Table {
    Table::new("asset_software", "what is installed on an asset")
        .uuid("asset_id", "on which asset")
        .uuid("software_id", "which program")
        .text("version", "as told; several are separated by commas")
        .at("seen_at", "since when it is there in this version")
        .bool("is_watched", "there is a verdict on the program, so that its machines must be found quickly")
        .key(&["asset_id", "software_id"])
        .index_where(&["software_id", "asset_id"], "is_watched = TRUE")
}

/// At `/programlar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("software", "program", "Programlar", "/programlar", VIEW);
    kind.title = "name";
    kind.edit = Some(JUDGE);
    kind.default_sort = ("installed", Direction::Descending);
    kind.fields = vec![
        Field::text("name", "Program", 160).listed().sorted_by("name_key").searched().read_only(),
        Field::text("publisher", "Yayımcısı", 120).listed().searched().read_only(),
        Field::text("source", "Kaynağı", 40).read_only(),
        Field::choice("state", "Karar", &VERDICTS).listed().filtered().read_only(),
        Field::reference("rule_id", "Kararın kuralı", "software_rule").read_only(),
        Field::new("installed", "Kurulu makine", FieldKind::Int { min: 0, max: 100_000_000 })
            .listed()
            .sorted()
            .read_only(),
        Field::new("seats", "Lisansın yettiği", FieldKind::Int { min: 0, max: 100_000_000 })
            .listed()
            .read_only(),
        Field::choice("finding", "Bulgu", &FINDINGS).listed().filtered().read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::new("created_at", "İlk görüldüğü an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "yasak", label_tr: "Yasak ama kurulu", query: "finding=forbidden" },
        View { id: "eksik", label_tr: "Lisansı yetmeyen", query: "finding=short" },
        View { id: "listesiz", label_tr: "Listede olmayan", query: "finding=unlisted" },
        View { id: "karar", label_tr: "Karar bekleyen", query: "state=unjudged" },
    ];
    kind.verbs = vec![
        judged(
            "serbest",
            "Serbest bırak",
            &["unjudged", "licenced", "forbidden"],
            "allowed",
            "software_allowed",
        ),
        judged(
            "lisansli",
            "Lisans ister",
            &["unjudged", "allowed", "forbidden"],
            "licenced",
            "software_licenced",
        ),
        Verb {
            is_danger: true,
            ..judged(
                "yasakla",
                "Yasakla",
                &["unjudged", "allowed", "licenced"],
                "forbidden",
                "software_forbidden",
            )
            .asking("Gerekçe")
        },
    ];
    kind.list_links = &[("Denetim raporu", "denetim"), ("Denetim raporu (PDF)", "denetim/pdf")];
    kind
}

/// A verdict counts at once: whoever forbids wants to see where it is.
fn judged(
    id: &'static str,
    label_tr: &'static str,
    from: &'static [&'static str],
    to: &'static str,
    event: &'static str,
) -> Verb {
    Verb::new(id, label_tr, JUDGE, from, to, event)
        .bulk()
        .run(|tx, software, _| Box::pin(counting::judged(tx, software.id)))
}
