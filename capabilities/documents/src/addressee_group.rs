//! The kind `addressee_group`: a named list of those a letter often goes to (dağıtım grubu). Its name in one line of a letter
//! becomes its members when the letter is saved, so that a later change of the group changes no letter.

pub(crate) mod store;

use std::collections::HashSet;

use kernel::db::Sql;
use kernel::migrate::{Migration, create};
use kernel::record::{Direction, Draft, Field, FieldKind, FieldValue, Kind, Record};
use kernel::schema::Table;
use kernel::{Boxed, Capability, Result, Tx, Violation};

use crate::correspondent::known_as;
use crate::{READERS, entry, permission};

pub const VIEW: &str = "documents.addressee_group.view";
pub const EDIT: &str = "documents.addressee_group.edit";

/// Members of one group.
const MOST: usize = 300;

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Dağıtım grupları", "/dagitim-gruplari", VIEW)],
        permissions: vec![
            permission(VIEW, "Yazıların dağıtım gruplarını görür.", READERS),
            permission(
                EDIT,
                "Yazıların dağıtım gruplarını yazar.",
                &[("admin", "all"), ("deputy_mayor", "all"), ("clerk", "all")],
            ),
        ],
        kinds: vec![kind()],
        ..Capability::default()
    }
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0013_addressee_group", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("addressee_group", "named lists of those a letter often goes to")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "as it is typed in a letter")
        .text("name_key", "for sorting in Turkish order")
        .text("known_as", "folded, by which a typed name is found again")
        .text("members", "one a line")
        .at("created_at", "when it was made")
        .unique(&["known_as"])
        .listing(&[], &["name_key"])
}

/// At `/dagitim-gruplari`.
pub(crate) fn kind() -> Kind {
    let mut kind =
        Kind::new("addressee_group", "dağıtım grubu", "Dağıtım grupları", "/dagitim-gruplari", VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Adı", 120)
            .required()
            .listed()
            .sorted_by("name_key")
            .searched()
            .hint("Yazının muhatabına bu ad yazılınca içindekiler açılır."),
        Field::new("members", "İçindekiler", FieldKind::LongText { max_length: 8_000 })
            .required()
            .searched()
            .hint("Her satıra bir muhatap."),
        Field::new("created_at", "Oluşturulduğu an", FieldKind::Instant).listed().read_only(),
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
        let name = known_as(draft.or("name", before).text());
        if name.is_empty() {
            found.push(Violation::new("DGT-001", "name", "Adı harfle yazın."));
        }
        let other = store::named(tx, &name).await?;
        if other.is_some_and(|other| before.map(|one| one.id) != Some(other)) {
            found.push(Violation::new("DGT-002", "name", "Bu adla bir dağıtım grubu zaten var."));
        }
        if crate::correspondent::store::known(tx, &name).await?.is_some() {
            let text =
                "Bu adla bir muhatap kayıtlı; yazıda hangisinin istendiği anlaşılmaz. Başka bir ad verin.";
            found.push(Violation::new("DGT-003", "name", text));
        }
        let typed = draft.or("members", before).text().to_string();
        let members = once_each(typed.lines());
        if members.len() > MOST {
            let text = format!("Bir dağıtım grubunda en çok {MOST} muhatap olabilir.");
            found.push(Violation::new("DGT-004", "members", text));
        }
        draft.set("known_as", FieldValue::Text(name));
        draft.set("members", FieldValue::Text(members.join("\n")));
        if before.is_none() {
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}

/// Lines with something in them; of those that name the same one, the first.
fn once_each<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known = HashSet::new();
    lines.map(str::trim).filter(|line| !line.is_empty() && known.insert(known_as(line))).collect()
}

/// The lines with each group's name replaced by its members, nobody twice.
pub(crate) async fn unfold(db: &impl Sql, typed: &str) -> Result<String> {
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let names: Vec<String> = lines.iter().map(|line| known_as(line)).collect();
    let groups = store::members(db, &names).await?;
    if groups.is_empty() {
        return Ok(typed.to_string());
    }
    let mut unfolded = Vec::new();
    for (line, name) in lines.into_iter().zip(&names) {
        match groups.iter().find(|group| group.known_as == *name) {
            Some(group) => unfolded.extend(group.members.lines()),
            None => unfolded.push(line),
        }
    }
    Ok(once_each(unfolded.into_iter()).join("\n"))
}
