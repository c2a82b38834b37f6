//! The declaration of a record kind: its fields (`field.rs`), verbs (`verb.rs`), views and rules. No behaviour beyond look-ups.

use uuid::Uuid;

use super::field::{Field, FieldGroup};
use super::verb::Verb;
use crate::Boxed;
use crate::access::Actor;
use crate::db::Db;
use crate::error::{Result, Violation};
use crate::record::{Draft, Record};
use crate::tx::Tx;

/// A named tab over the list; `query` is the URL query it stands for. `{me}` and `{unit}` are the reader's own; `{yesterday}`,
/// `{today}` and `{sunday}`, the last day of this week, are days.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub id: &'static str,
    pub label_tr: &'static str,
    pub query: &'static str,
}

/// Checks rules and fills hidden columns before a create (`None`) or an update.
pub type Prepare = for<'a> fn(&'a Tx, &'a mut Draft, Option<&'a Record>) -> Boxed<'a, Result<Vec<Violation>>>;

/// Records that somebody enters one after the other all morning: where the form begins and what the next has in common.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// Field that has the focus when the form opens.
    pub first: &'static str,
    /// Fields whose answers are usually the same in the next one.
    pub kept: &'static [&'static str],
    /// Row of the state table that ends the work on one that waits; the form offers it, and opens the next that waits.
    pub verb: Option<&'static str>,
}

/// Records of a kind are opened, one by one, by those of another that refer to them in this column; lists and searches go
/// by unit and owner alone, because what opens a record is in its receiver's own list (docs/adr/0028).
#[derive(Clone, Copy, Debug)]
pub struct SeenThrough {
    pub kind: fn() -> Kind,
    pub column: &'static str,
}

/// Long texts of these records that stand in none of their fields; a record may come several times, or not at all.
pub type TextsOf = for<'a> fn(&'a Db, &'a [Uuid]) -> Boxed<'a, Result<Vec<(Uuid, String)>>>;

/// Records whose texts change with these records of another kind.
pub type TextsWith = for<'a> fn(&'a Db, &'a [Uuid]) -> Boxed<'a, Result<Vec<Uuid>>>;

/// A kind whose records are found by every word of their texts (docs/adr/0030): fields that are searched, long texts, files,
/// and what is said here.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// Day or instant by which what was found is narrowed and ordered.
    pub on: &'static str,
    /// `None` where the fields say everything.
    pub of: Option<TextsOf>,
    /// What happens to records of these other kinds changes texts of this one.
    pub with: &'static [(&'static str, TextsWith)],
}

/// What may happen to the files that hang on a record in some state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// None comes and none goes: people are putting their names to what hangs there.
    Closed,
    /// More may come, but what hangs there stays: it was signed, or it proves what the record says.
    Kept,
}

/// Fields that follow something else and are not edited here: what a signed letter says of its entry.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// Names of the fixed fields of this record; empty for none.
    pub of: fn(&Record) -> &'static [&'static str],
    /// Why, and what to do instead.
    pub why_tr: &'static str,
}

/// One record kind.
#[derive(Clone)]
pub struct Kind {
    pub id: &'static str,
    pub table: &'static str,
    pub name_tr: &'static str,
    pub plural_tr: &'static str,
    /// Where its list lives; a record is at `path/<id>`.
    pub path: &'static str,
    /// Column with the title people use.
    pub title: &'static str,
    /// Column with the human number, if it has one.
    pub number: Option<&'static str>,
    /// Columns the access rule reads.
    pub unit: Option<&'static str>,
    pub owner: Option<&'static str>,
    pub view: &'static str,
    pub create: Option<&'static str>,
    pub edit: Option<&'static str>,
    pub fields: Vec<Field>,
    /// Name of the field sorted by at first, and its direction.
    pub default_sort: (&'static str, super::Direction),
    /// Questions of its form that belong together; what is in no group is asked first.
    pub groups: &'static [FieldGroup],
    /// Where many are entered one after the other.
    pub series: Option<Series>,
    /// Kinds of whose records a new one may begin, in this state: what has the same name in both is taken over.
    pub begun_from: &'static [(&'static str, &'static str)],
    pub views: Vec<View>,
    pub verbs: Vec<Verb>,
    /// States in which a record may be edited; empty: in any.
    pub editable_in: &'static [&'static str],
    /// States in which that takes another permission as well.
    pub editable_with: &'static [(&'static str, &'static str)],
    /// States in which its files are not free; in the others a file comes, and goes with a reason where the record may be edited.
    pub files_in: &'static [(&'static str, Files)],
    /// Why it cannot be edited in the others and what to do instead; empty for the usual sentence.
    pub locked_tr: &'static str,
    /// What of a record nobody edits any more, whatever its state.
    pub fixed: Option<Fixed>,
    /// Fields of a record that are corrected with a reason alone, which its history keeps.
    pub reasoned: &'static [&'static str],
    pub prepare: Option<Prepare>,
    /// Keys that recognise an existing record in an import, in this order, each of one field or several; empty: no import.
    pub import_key: &'static [&'static [&'static str]],
    /// Who may import where that is more than who may make one.
    pub import_with: Option<&'static str>,
    /// Long text that takes what an import knows no field for.
    pub import_rest: Option<&'static str>,
    /// Products whose exports are known again.
    pub origins: &'static [super::Origin],
    /// More that the list leads to, with its filters: label and the address under the list's.
    pub list_links: &'static [(&'static str, &'static str)],
    /// Has a `version` column and can be edited.
    pub is_versioned: bool,
    /// Names its own detail page; `false` where a capability draws it.
    pub has_detail: bool,
    /// The kit draws the page where a new one is made; `false` where a capability draws it at `path/yeni`.
    pub has_form: bool,
    /// What the files are called that may be sent along with a new one; they become its attachments.
    pub first_files: Option<&'static str>,
    /// A new one belongs to whoever makes it.
    pub is_makers_own: bool,
    /// What of it not everybody sees who sees the kind.
    pub reserved: &'static [super::Reserved],
    /// Other kinds that open this one: who may open a record of theirs that refers to this one may open this one, too.
    pub seen_through: &'static [SeenThrough],
    /// Column with the text that people put their names to, frozen when it is made; shown with what is signed under it.
    pub statement: Option<&'static str>,
    /// Long texts for whose sake its page is opened: they stand before notes and history, not among the facts.
    pub read_first: &'static [&'static str],
    /// Found by the words of its texts, too.
    pub texts: Option<Texts>,
}

impl Kind {
    /// A kind with a list and a detail page and nothing else; the fields of the struct add the rest.
    pub fn new(
        id: &'static str,
        name_tr: &'static str,
        plural_tr: &'static str,
        path: &'static str,
        view: &'static str,
    ) -> Self {
        Self {
            id,
            table: id,
            name_tr,
            plural_tr,
            path,
            title: "title",
            number: None,
            unit: None,
            owner: None,
            view,
            create: None,
            edit: None,
            fields: Vec::new(),
            default_sort: ("title", super::Direction::Ascending),
            groups: &[],
            series: None,
            begun_from: &[],
            views: Vec::new(),
            verbs: Vec::new(),
            editable_in: &[],
            editable_with: &[],
            files_in: &[],
            locked_tr: "",
            fixed: None,
            reasoned: &[],
            prepare: None,
            import_key: &[],
            import_with: None,
            import_rest: None,
            origins: &[],
            list_links: &[],
            is_versioned: true,
            has_detail: true,
            has_form: true,
            first_files: None,
            is_makers_own: false,
            reserved: &[],
            seen_through: &[],
            statement: None,
            read_first: &[],
            texts: None,
        }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn verb(&self, id: &str) -> Option<&Verb> {
        self.verbs.iter().find(|verb| verb.id == id)
    }

    /// Whether the record's state lets this person edit it; the permission to edit is another question.
    pub fn is_editable(&self, record: &Record, actor: &Actor) -> bool {
        let state = record.get("state").text();
        let is_open = self.editable_in.is_empty() || self.editable_in.contains(&state);
        let needed = self.editable_with.iter().filter(|(known, _)| *known == state);
        is_open && needed.into_iter().all(|(_, permission)| actor.may(permission))
    }

    /// Whether this person may edit this record now.
    pub fn may_edit(&self, record: &Record, actor: &Actor) -> bool {
        let (unit, owner) = (record.unit_id(self), record.owner_id(self));
        self.edit.is_some_and(|permission| actor.may_on(permission, unit, owner))
            && self.is_editable(record, actor)
    }

    fn files_rule(&self, record: &Record) -> Option<Files> {
        let state = record.get("state").text();
        self.files_in.iter().find(|(known, _)| *known == state).map(|(_, rule)| *rule)
    }

    /// Whether this person may hang a file on this record now.
    pub fn may_attach(&self, record: &Record, actor: &Actor) -> bool {
        let (unit, owner) = (record.unit_id(self), record.owner_id(self));
        self.edit.is_some_and(|permission| actor.may_on(permission, unit, owner))
            && self.files_rule(record) != Some(Files::Closed)
    }

    /// Whether this person may take a file off this record now.
    pub fn may_detach(&self, record: &Record, actor: &Actor) -> bool {
        self.may_edit(record, actor) && self.files_rule(record).is_none()
    }

    /// Why a record that is not editable cannot be changed.
    pub fn locked(&self, record: &Record) -> String {
        if !self.locked_tr.is_empty() {
            return self.locked_tr.into();
        }
        let state = record.get("state").text();
        let choices = self.field("state").map(Field::choices).unwrap_or_default();
        let label =
            choices.iter().find(|choice| choice.code == state).map_or(state, |choice| choice.label_tr);
        format!("Durumu “{label}” olan kayıt değiştirilemez.")
    }

    /// Whether this field of the record follows something else.
    pub fn is_fixed(&self, record: &Record, field: &str) -> bool {
        self.fixed.is_some_and(|fixed| (fixed.of)(record).contains(&field))
    }

    /// Whether a form about this record asks why it is corrected.
    pub fn asks_why(&self, record: &Record) -> bool {
        self.reasoned.iter().any(|field| !self.is_fixed(record, field))
    }

    /// Whom an import is offered to; `None` where the kind has none.
    pub fn importer(&self) -> Option<&'static str> {
        if self.import_key.is_empty() { None } else { self.import_with.or(self.create) }
    }

    pub fn address(&self, id: uuid::Uuid) -> String {
        format!("{}/{id}", self.path)
    }

    /// Offered in search and as reference target: any kind with searched fields.
    pub fn is_searchable(&self) -> bool {
        self.fields.iter().any(|field| field.is_searched)
    }
}
