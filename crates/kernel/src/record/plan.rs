//! What the columns and the words of a file mean for a kind: proposed from the kind's own labels and from products whose
//! exports it knows again, corrected by a person, kept for the next file with the same head.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Field, FieldKind, Form, Kind};
use crate::db::Sql;
use crate::error::{Error, Result, Violation};
use crate::schema::Table;
use crate::tr;
use crate::tx::Tx;

/// A product whose exports a kind knows again by their heads.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub label_tr: &'static str,
    /// Head of a column in its files, and the field it fills; [`REST`] for what goes to the free text.
    pub columns: &'static [(&'static str, &'static str)],
    /// Field, word of its files, code of the choice it stands for.
    pub words: &'static [(&'static str, &'static str, &'static str)],
    /// A field that its files may leave empty, and the one that is taken instead.
    pub instead: &'static [(&'static str, &'static str)],
}

/// The column goes to the kind's free text, under its head.
pub const REST: &str = "+";
/// The word that stands for every word nobody knows.
pub const OTHERWISE: &str = "*";

/// What an import does with a file. It travels with the file from the mapping to the preview and to the writing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// For each column the field it fills, [`REST`], or nothing when it is left out.
    pub columns: Vec<String>,
    /// Field and what is written where the file says nothing.
    pub fixed: BTreeMap<String, String>,
    /// Field, folded word, and what it stands for: a code, or the id of a record.
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// Field and the one that is taken where it is empty.
    pub instead: BTreeMap<String, String>,
}

/// A plan and how it came about.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub plan: Plan,
    /// The product whose export it seems to be.
    pub origin: Option<&'static Origin>,
    /// Every column was known by the kind's own names, or a person decided on such a file before.
    pub is_certain: bool,
}

/// The kind as an import meets it: what only an import may say is asked like any other field of a new record.
pub fn for_import(kind: &Kind) -> Kind {
    let mut kind = kind.clone();
    for field in kind.fields.iter_mut().filter(|field| field.form == Form::Import) {
        field.form = Form::Create;
    }
    kind
}

/// What the columns of this head most likely mean.
pub fn propose(kind: &Kind, header: &[String]) -> Proposal {
    let own: Vec<Option<&str>> = header.iter().map(|name| own_field(kind, name)).collect();
    if own.iter().all(Option::is_some) {
        let columns = own.into_iter().flatten().map(str::to_string).collect();
        return Proposal { plan: Plan { columns, ..Plan::default() }, origin: None, is_certain: true };
    }
    let known = |origin: &Origin| header.iter().filter(|name| foreign(origin, name).is_some()).count();
    let origin = kind.origins.iter().max_by_key(|origin| known(origin)).filter(|origin| known(origin) > 1);
    let mut plan = Plan::default();
    for (name, own) in header.iter().zip(own) {
        let field = origin.and_then(|origin| foreign(origin, name)).or(own).unwrap_or("");
        // Of two columns for one field the first counts until somebody says otherwise.
        let is_taken = field != REST && plan.columns.iter().any(|known| known == field);
        plan.columns.push(if is_taken { String::new() } else { field.to_string() });
    }
    for (field, word, code) in origin.map(|origin| origin.words).unwrap_or_default() {
        plan.words.entry((*field).into()).or_default().insert(tr::fold(word), (*code).into());
    }
    let instead = origin.map(|origin| origin.instead).unwrap_or_default();
    plan.instead = instead.iter().map(|(field, other)| ((*field).into(), (*other).into())).collect();
    Proposal { plan, origin, is_certain: false }
}

/// Fields that a column may fill.
pub fn offered(kind: &Kind) -> impl Iterator<Item = &Field> {
    kind.fields.iter().filter(|field| field.form.has(true))
}

fn own_field<'a>(kind: &'a Kind, name: &str) -> Option<&'a str> {
    let folded = tr::fold(name);
    offered(kind)
        .find(|field| tr::fold(field.label_tr) == folded || field.name == name.trim())
        .map(|field| field.name)
}

fn foreign(origin: &Origin, name: &str) -> Option<&'static str> {
    let folded = tr::fold(name);
    origin.columns.iter().find(|(head, _)| tr::fold(head) == folded).map(|(_, field)| *field)
}

/// What keeps a plan from being carried out.
pub fn refuse(kind: &Kind, plan: &Plan) -> Vec<Violation> {
    let mut found = Vec::new();
    let label = |name: &str| kind.field(name).map_or_else(|| name.to_string(), |field| field.label_tr.into());
    for (place, name) in plan.columns.iter().enumerate() {
        if name.is_empty() || name == REST {
            continue;
        }
        if plan.columns[..place].contains(name) {
            let text = format!("“{}” sütunu iki kez var; hangisinin geçerli olduğu bilinemez.", label(name));
            found.push(Violation::new("ICE-006", format!("{COLUMN}{place}"), text));
        }
    }
    let has_key = |key: &&[&str]| key.iter().all(|name| plan.columns.iter().any(|known| known == name));
    if !kind.import_key.iter().any(has_key) {
        let keys: Vec<String> = kind
            .import_key
            .iter()
            .map(|key| key.iter().map(|name| format!("“{}”", label(name))).collect::<Vec<_>>().join(" ve "))
            .collect();
        let text = format!("{} sütunu eksik; kayıtlar onunla tanınır.", keys.join(" ya da "));
        found.push(Violation::new("ICE-002", "", text));
    }
    found
}

/// The name under which the mapping form sends what a column means.
pub const COLUMN: &str = "sutun-";

impl Plan {
    /// What a cell of a field stands for.
    pub(super) fn stands_for(&self, field: &Field, cell: &str) -> String {
        let word = self.words.get(field.name).and_then(|words| words.get(&tr::fold(cell)));
        match (word, field.kind) {
            (Some(word), _) if !cell.trim().is_empty() => word.clone(),
            (_, FieldKind::Money) => with_comma(cell).unwrap_or_else(|| cell.to_string()),
            (_, FieldKind::Instant) => to_the_minute(cell).to_string(),
            _ => cell.to_string(),
        }
    }

    /// What stands for a word of a field that nobody knows.
    pub fn otherwise(&self, field: &str) -> Option<&str> {
        let text = self.words.get(field)?.get(OTHERWISE)?;
        (!text.is_empty()).then_some(text.as_str())
    }
}

/// `1,234.50` as Turkish writes it. Two digits after a dot are no group of thousands, so there is nothing to guess.
fn with_comma(text: &str) -> Option<String> {
    let (whole, cents) = text.trim().rsplit_once('.')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    (cents.len() == 2 && cents.bytes().all(|byte| byte.is_ascii_digit()) && is_number(whole))
        .then(|| format!("{},{cents}", whole.replace(',', "")))
}

/// `2019-03-04 09:10:11` without its seconds, which nobody here writes.
fn to_the_minute(text: &str) -> &str {
    let text = text.trim();
    match text.rsplit_once(':') {
        Some((minute, second)) if minute.contains(':') && second.len() == 2 && !text.contains('T') => minute,
        _ => text,
    }
}

pub(crate) fn table() -> Table {
    Table::new("import_plan", "how files with the same head were read last, per record kind")
        .text("kind", "record kind")
        .text("head", "SHA-256 of the head's folded names")
        .text("plan", "JSON of the decisions")
        .at("at", "when it was used last")
        .key(&["kind", "head"])
}

fn digest(header: &[String]) -> String {
    let mut hasher = Sha256::new();
    for name in header {
        hasher.update(tr::fold(name).as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The plan with which such a file was imported last.
pub async fn remembered(db: &impl Sql, kind: &Kind, header: &[String]) -> Result<Option<Plan>> {
    let sql = "SELECT plan FROM import_plan WHERE kind = $1 AND head = $2";
    let text: Option<String> = db.scalar(sql, vec![kind.id.into(), digest(header).into()]).await?;
    // What an older version wrote and this one cannot read is proposed anew.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps the plan for the next file with this head.
pub async fn remember(tx: &Tx, kind: &Kind, header: &[String], plan: &Plan) -> Result<()> {
    let text = serde_json::to_string(plan).map_err(Error::internal)?;
    let sql = "INSERT INTO import_plan (kind, head, plan, at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (kind, head) DO UPDATE SET plan = excluded.plan, at = excluded.at";
    tx.run(sql, vec![kind.id.into(), digest(header).into(), text.into(), tx.at().into()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Origin = Origin {
        label_tr: "Eski program",
        columns: &[("Asset Tag", "former"), ("Serial", "serial"), ("Model No.", REST), ("Order", REST)],
        words: &[("state", "Deployed", "used")],
        instead: &[("name", "former")],
    };

    fn kind() -> Kind {
        let mut kind = Kind::new("probe", "deneme", "Denemeler", "/deneme", "probe.view");
        kind.fields = vec![
            Field::text("name", "Adı", 40).required(),
            Field::text("serial", "Seri no", 40),
            Field::text("former", "Eski numarası", 40).on_import(),
            Field::text("told", "Söylenen", 40).read_only(),
        ];
        kind.import_key = &[&["serial"], &["former"]];
        kind.origins = &[ORIGIN];
        for_import(&kind)
    }

    fn head(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_string()).collect()
    }

    #[test]
    fn own_names_are_certain_and_a_products_names_are_proposed() {
        let own = propose(&kind(), &head(&["adı", "SERİ NO", "former"]));
        assert!(own.is_certain && own.plan.columns == ["name", "serial", "former"]);
        let foreign = propose(&kind(), &head(&["ASSET TAG", "Serial", "Model No.", "Order", "Adı", "Sütun"]));
        assert!(!foreign.is_certain && foreign.origin.is_some());
        assert_eq!(foreign.plan.columns, ["former", "serial", REST, REST, "name", ""]);
        assert_eq!(foreign.plan.words["state"]["deployed"], "used");
        assert!(propose(&kind(), &head(&["Söylenen"])).plan.columns == [""], "what is told is not imported");
    }

    #[test]
    fn a_plan_needs_a_key_and_no_field_twice() {
        let plan = |columns: &[&str]| Plan { columns: head(columns), ..Plan::default() };
        assert!(refuse(&kind(), &plan(&["name", "former", REST, REST, "", ""])).is_empty());
        let found = refuse(&kind(), &plan(&["name", "name"]));
        assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["ICE-006", "ICE-002"]);
        assert!(found[1].text.contains("“Seri no” ya da “Eski numarası”"), "{}", found[1].text);
    }

    #[test]
    fn foreign_amounts_and_times_are_read_where_nothing_is_guessed() {
        assert_eq!(with_comma("1,234.50").as_deref(), Some("1234,50"));
        assert_eq!(with_comma("18.75").as_deref(), Some("18,75"));
        assert_eq!(to_the_minute("2019-03-04 09:10:11"), "2019-03-04 09:10");
        assert_eq!(to_the_minute("4.3.2019 09:10"), "4.3.2019 09:10");
        assert_eq!(to_the_minute("2019-03-04T09:10:11+03:00"), "2019-03-04T09:10:11+03:00");
        assert_eq!(with_comma("1.234"), None);
        assert_eq!(with_comma("1.234,50"), None);
    }
}
