//! The kinds `it_service` and `dependency`: what the town's services stand on, and what stops when something stops (AS-1, NE-1).

pub(crate) mod draw;
pub(crate) mod page;
pub(crate) mod part;
pub(crate) mod reach;
pub(crate) mod store;

pub(crate) use part::{part, routes};

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Ref, Result, Tx, Violation};

use reach::{Edge, Node};

/// Sees services and what they stand on.
pub const VIEW: &str = "assets.dependency.view";
/// Enters services and dependencies.
pub const EDIT: &str = "assets.dependency.edit";

pub(crate) const PATH: &str = "/bagimliliklar";
pub(crate) const SERVICES: &str = "/bilisim-hizmetleri";

const SERVICE_STATES: [Choice; 2] =
    [Choice::new("active", "Çalışıyor", Tone::Done), Choice::new("retired", "Kapatıldı", Tone::Wait)];

const CRITICALITIES: [Choice; 3] = [
    Choice::new("critical", "Durursa belediye durur", Tone::Late),
    Choice::new("important", "Bir birimin işi durur", Tone::Doing),
    Choice::new("ordinary", "Bekleyebilir", Tone::Wait),
];

const STATES: [Choice; 2] =
    [Choice::new("active", "Geçerli", Tone::Done), Choice::new("ended", "Kalktı", Tone::Wait)];

const EFFECTS: [Choice; 2] =
    [Choice::new("stops", "Durur", Tone::Late), Choice::new("degrades", "Eksik çalışır", Tone::Doing)];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0015_dependency", up: |backend| create(backend, &[service_table(), table()]) }
}

fn service_table() -> Table {
    Table::new("it_service", "services of the town that stand on computers")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what people call it")
        .text("name_key", "Turkish sort key of the name")
        .uuid("unit_id", "unit that answers for it")
        .references("unit")
        .text("criticality", "critical, important, ordinary")
        .text("address", "where people reach it; may be empty")
        .text("note", "anything else; may be empty")
        .text("state", "active, retired")
        .at("created_at", "when it was entered")
        .listing(&["state", "criticality", "unit_id"], &["name_key", "created_at"])
}

fn table() -> Table {
    Table::new("dependency", "what a service or an asset needs to work")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "who needs what, for people")
        .uuid_null("service_id", "service that needs something")
        .references("it_service")
        .uuid_null("asset_id", "asset that needs something")
        .references("asset")
        .uuid_null("needs_service_id", "service that is needed")
        .references("it_service")
        .uuid_null("needs_asset_id", "asset that is needed")
        .references("asset")
        .text("effect", "stops, degrades: what happens to the one when the other is gone")
        .text("note", "anything else; may be empty")
        .text("state", "active, ended")
        .at("created_at", "when it was entered")
        .listing(
            &["state", "effect", "service_id", "asset_id", "needs_service_id", "needs_asset_id"],
            &["created_at"],
        )
}

/// At `/bilisim-hizmetleri`.
pub(crate) fn service_kind() -> Kind {
    let mut kind = Kind::new("it_service", "bilişim hizmeti", "Bilişim hizmetleri", SERVICES, VIEW);
    kind.title = "name";
    kind.unit = Some("unit_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["name"]];
    kind.prepare = Some(prepare_service);
    kind.fields = vec![
        Field::text("name", "Hizmet", 120)
            .required()
            .listed()
            .sorted_by("name_key")
            .searched()
            .hint("Vatandaşın ya da personelin kullandığı, bilgisayarla verilen bir hizmet."),
        Field::choice("criticality", "Önemi", &CRITICALITIES).required().listed().filtered(),
        Field::reference("unit_id", "Sorumlu birim", "unit").among(&["open"]).required().listed().filtered(),
        Field::text("address", "Adresi", 200).hint("İnsanların ona nereden ulaştığı."),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }).searched(),
        Field::choice("state", "Durum", &SERVICE_STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.verbs = vec![
        Verb::new("kapat", "Kapat", EDIT, &["active"], "retired", "it_service_retired").asking("Gerekçe"),
        Verb::new("ac", "Yeniden aç", EDIT, &["retired"], "active", "it_service_restored"),
    ];
    kind
}

/// At `/bagimliliklar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("dependency", "bağımlılık", "Bağımlılıklar", PATH, VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    let asset =
        |name, label| Field::reference(name, label, "asset").among(&["in_stock", "in_use", "in_repair"]);
    let service = |name, label| Field::reference(name, label, "it_service").among(&["active"]);
    kind.fields = vec![
        Field::text("title", "Bağımlılık", 300).listed().searched().read_only(),
        service("service_id", "Bağlı olan hizmet").filtered().backlinked(),
        asset("asset_id", "Bağlı olan varlık")
            .hint("Hizmet ya da varlıktan yalnız birini seçin.")
            .filtered()
            .backlinked(),
        service("needs_service_id", "Gereken hizmet").filtered().backlinked(),
        asset("needs_asset_id", "Gereken varlık")
            .hint("Hizmet ya da varlıktan yalnız birini seçin.")
            .filtered()
            .backlinked(),
        Field::choice("effect", "Gereken durursa", &EFFECTS).required().default("stops").listed().filtered(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 2_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![View { id: "gecerli", label_tr: "Geçerli olanlar", query: "state=active" }];
    kind.verbs = vec![
        Verb::new("kaldir", "Kaldır", EDIT, &["active"], "ended", "dependency_ended").asking("Gerekçe"),
        Verb::new("geri-koy", "Geri koy", EDIT, &["ended"], "active", "dependency_restored"),
    ];
    kind
}

fn prepare_service<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// The two ends of a dependency, as far as they are chosen.
fn ends(draft: &Draft, before: Option<&Record>) -> (Result<Node, usize>, Result<Node, usize>) {
    let end =
        |service: &str, asset: &str| match (draft.or(service, before).id(), draft.or(asset, before).id()) {
            (Some(id), None) => Ok(Node::Service(id)),
            (None, Some(id)) => Ok(Node::Asset(id)),
            (None, None) => Err(0),
            (Some(_), Some(_)) => Err(2),
        };
    (end("service_id", "asset_id"), end("needs_service_id", "needs_asset_id"))
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let (from, needs) = ends(draft, before);
        for (end, column, side) in
            [(&from, "service_id", "Bağlı olan"), (&needs, "needs_service_id", "Gereken")]
        {
            if end.is_err() {
                let text = format!("{side} tarafta bir hizmet ya da bir varlık seçin; ikisi birden olmaz.");
                found.push(Violation::new("BGM-001", column, text));
            }
        }
        let (Ok(from), Ok(needs)) = (from, needs) else { return Ok(found) };
        if from == needs {
            found.push(Violation::new("BGM-002", "needs_service_id", "Hiçbir şey kendisine bağlı olamaz."));
            return Ok(found);
        }
        let edges = store::edges(tx).await?;
        let is_same = |edge: &Edge| {
            edge.from == from && edge.needs == needs && Some(edge.id) != before.map(|one| one.id)
        };
        if edges.iter().any(is_same) {
            found.push(Violation::new("BGM-003", "needs_service_id", "Bu bağımlılık zaten yazılmış."));
        }
        let named = kernel::record::names(tx, &[from.reference(), needs.reference()]).await?;
        let name = |node: Node| {
            let found = named.iter().find(|one| Ref::new(one.kind.as_str(), one.id) == node.reference());
            found.map_or_else(String::new, |one| one.title.clone())
        };
        let title = format!("{} → {}", name(from), name(needs));
        draft.set("title", FieldValue::Text(title.chars().take(300).collect()));
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}
