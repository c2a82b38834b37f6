//! The kind `file_plan`: one dated version of the Standard File Plan. A document keeps the code it was filed under, and with
//! it the version (CO-1; 2005/7 sayılı Genelge).

use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Capability, Error, Result, Tx, Violation};

use crate::file_code::{self, store};
use crate::{KEEPERS, READERS, entry, permission, verb};

/// Sees plans and codes.
pub const VIEW: &str = "documents.file_plan.view";
/// Writes plans and codes and brings a plan into force.
pub const EDIT: &str = "documents.file_plan.edit";

const STATES: [Choice; 3] = [
    Choice::new("draft", "Hazırlanıyor", Tone::New),
    Choice::new("current", "Yürürlükte", Tone::Done),
    Choice::new("former", "Yürürlükten kalktı", Tone::Wait),
];

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Dosya planları", "/dosya-planlari", VIEW)],
        permissions: vec![
            permission(VIEW, "Standart dosya planını ve kodlarını görür.", READERS),
            permission(EDIT, "Dosya planı ve kodlarını yazar, içe aktarır, yürürlüğe alır.", KEEPERS),
        ],
        kinds: vec![kind()],
        verbs: vec![
            verb("file_plan_in_force", "Yürürlüğe aldı", true),
            verb("file_plan_groups_added", "Ortak ana grupları ekledi", false),
        ],
        ..Capability::default()
    }
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0001_file_plan", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("file_plan", "versions of the Standard File Plan")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what it is called")
        .text("title_key", "for sorting in Turkish order")
        .on("valid_from", "day from which it holds")
        .text("source", "where it comes from: circular, decision, web page; may be empty")
        .text("note", "anything else; may be empty")
        .text("state", "draft, current, former")
        .at("created_at", "when it was entered")
        .unique(&["title"])
        .listing(&["state"], &["valid_from", "title_key"])
}

/// At `/dosya-planlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("file_plan", "dosya planı", "Dosya planları", "/dosya-planlari", VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("valid_from", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Adı", 160)
            .required()
            .listed()
            .sorted_by("title_key")
            .searched()
            .hint("“Saklama Süreli SDP, 2024” gibi."),
        Field::new("valid_from", "Yürürlük günü", FieldKind::Day).required().listed().sorted(),
        Field::text("source", "Kaynağı", 300).hint("Genelge, karar ya da yayımlandığı sayfa."),
        Field::new("note", "Not", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).read_only(),
    ];
    kind.views = vec![View { id: "yururlukte", label_tr: "Yürürlükte", query: "state=current" }];
    kind.verbs = vec![
        Verb::new(
            "ortak-gruplar",
            "Ortak ana grupları ekle",
            EDIT,
            &["draft"],
            "draft",
            "file_plan_groups_added",
        )
        .run(|tx, plan, _| Box::pin(add_groups(tx, plan))),
        Verb::new("yururluge-al", "Yürürlüğe al", EDIT, &["draft"], "current", "file_plan_in_force")
            .official()
            .danger()
            .run(|tx, plan, _| Box::pin(bring_into_force(tx, plan))),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        for column in ["source", "note"] {
            if draft.or(column, before).is_null() {
                draft.set(column, FieldValue::Text(String::new()));
            }
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("draft".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// One plan holds at a time; what was filed under the one before stays there.
async fn bring_into_force(tx: &Tx, plan: &Record) -> Result<()> {
    if store::count_of(tx, plan.id).await? == 0 {
        let text = "Bu planda hiç kod yok; önce kodlarını yazın ya da içe aktarın.";
        return Err(Error::rule("DPL-001", "", text));
    }
    store::close_others(tx, plan.id).await?;
    store::open(tx, plan.id).await
}

/// Three-digit groups that every plan has; what is shipped says where the names come from and that nobody compared them.
const GROUPS: &str = include_str!("../data/common_groups.csv");

/// Those that are not there yet.
async fn add_groups(tx: &Tx, plan: &Record) -> Result<()> {
    let there = store::codes_of(tx, plan.id).await?;
    let rows = GROUPS.lines().filter(|line| !line.starts_with('#')).skip(1);
    let new: Vec<(&str, &str)> = rows
        .filter_map(|line| line.split_once(';'))
        .filter(|(code, _)| !there.iter().any(|one| one == code))
        .collect();
    if new.is_empty() {
        return Err(Error::conflict("Ortak ana gruplar bu plana zaten eklenmiş."));
    }
    for (code, name) in new {
        let mut draft = Draft::default();
        draft.set("plan_id", FieldValue::Id(plan.id));
        draft.set("code", FieldValue::Text(code.into()));
        draft.set("name", FieldValue::Text(name.into()));
        record::create(tx, &file_code::kind(), draft).await?;
    }
    Ok(())
}
