//! The declaration of a record kind: its fields, views, verbs and rules. No behaviour beyond look-ups.

use uuid::Uuid;

use crate::Boxed;
use crate::access::Actor;
use crate::db::Db;
use crate::error::{Result, Violation};
use crate::record::{Draft, Record};
use crate::tx::Tx;

/// How a state or choice is coloured; the word and the shape say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    New,
    Doing,
    Done,
    #[default]
    Wait,
    Late,
}

/// One option of a choice field.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    pub code: &'static str,
    pub label_tr: &'static str,
    pub tone: Tone,
}

impl Choice {
    pub const fn new(code: &'static str, label_tr: &'static str, tone: Tone) -> Self {
        Self { code, label_tr, tone }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    Text {
        max_length: usize,
    },
    LongText {
        max_length: usize,
    },
    Int {
        min: i64,
        max: i64,
    },
    /// Kuruş.
    Money,
    Bool,
    Day,
    Instant,
    Choice(&'static [Choice]),
    /// Another record of this kind.
    Reference(&'static str),
    Email,
    Phone,
    Tckn,
}

/// When a field is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Never,
    Create,
    /// Not of a new record: what is known of it later only.
    Edit,
    /// Only an import says it: what was so before the town came to Belde.
    Import,
    Always,
}

impl Form {
    /// Whether the form of a new record has it, or that of one that exists.
    pub fn has(self, is_new: bool) -> bool {
        match self {
            Self::Never | Self::Import => false,
            Self::Create => is_new,
            Self::Edit => !is_new,
            Self::Always => true,
        }
    }
}

/// One column of the table as people meet it.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: &'static str,
    pub label_tr: &'static str,
    pub hint_tr: &'static str,
    pub kind: FieldKind,
    pub is_required: bool,
    pub form: Form,
    /// Shown in the list by default.
    pub in_list: bool,
    pub is_filter: bool,
    /// Column that sorts it: itself, or a Turkish sort key filled by the kit.
    pub sort: Option<&'static str>,
    pub is_searched: bool,
    /// Personal data: masked in exports unless permitted, and exporting it is logged.
    pub is_personal: bool,
    pub default: Option<&'static str>,
    /// States in which the record referred to may be chosen; empty: in any.
    pub among: &'static [&'static str],
    /// Only who has this permission in some scope is asked; for others it begins with its default and stays as it is.
    pub asked_with: Option<&'static str>,
    /// The page of what it refers to shows the newest that refer to it, and leads to a new one.
    pub is_backlink: bool,
    /// Address that answers with a piece of page about what is being typed; shown under the field.
    pub lookup: Option<&'static str>,
    /// A name that an import does not find goes to the kind's free text, and the field stays empty.
    pub is_noted: bool,
    /// What this is called where another choice field has one of these values: column, and label for each value.
    pub called: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    /// By when an answer that may wait is needed: "imzaya sunmadan önce gerekli".
    pub needed_tr: &'static str,
}

impl Field {
    pub fn new(name: &'static str, label_tr: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            label_tr,
            hint_tr: "",
            kind,
            is_required: false,
            form: Form::Always,
            in_list: false,
            is_filter: false,
            sort: None,
            is_searched: false,
            is_personal: false,
            default: None,
            among: &[],
            asked_with: None,
            is_backlink: false,
            lookup: None,
            is_noted: false,
            called: None,
            needed_tr: "",
        }
    }

    pub fn text(name: &'static str, label_tr: &'static str, max_length: usize) -> Self {
        Self::new(name, label_tr, FieldKind::Text { max_length })
    }

    pub fn reference(name: &'static str, label_tr: &'static str, kind: &'static str) -> Self {
        Self::new(name, label_tr, FieldKind::Reference(kind))
    }

    /// A reference that may only be made to records in these states.
    pub fn among(mut self, states: &'static [&'static str]) -> Self {
        self.among = states;
        self
    }

    pub fn choice(name: &'static str, label_tr: &'static str, choices: &'static [Choice]) -> Self {
        Self::new(name, label_tr, FieldKind::Choice(choices))
    }

    pub fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    pub fn hint(mut self, hint_tr: &'static str) -> Self {
        self.hint_tr = hint_tr;
        self
    }

    pub fn listed(mut self) -> Self {
        self.in_list = true;
        self
    }

    /// Offered as a filter; the table must have the `listing` index for it.
    pub fn filtered(mut self) -> Self {
        self.is_filter = true;
        self
    }

    /// Sortable by its own column, which must be NOT NULL.
    pub fn sorted(mut self) -> Self {
        self.sort = Some(self.name);
        self
    }

    /// Sortable in Turkish order through a key column that the kit fills.
    pub fn sorted_by(mut self, key_column: &'static str) -> Self {
        self.sort = Some(key_column);
        self
    }

    pub fn searched(mut self) -> Self {
        self.is_searched = true;
        self
    }

    pub fn personal(mut self) -> Self {
        self.is_personal = true;
        self
    }

    pub fn default(mut self, typed: &'static str) -> Self {
        self.default = Some(typed);
        self
    }

    pub fn on_create(mut self) -> Self {
        self.form = Form::Create;
        self
    }

    /// Asked only once the record is there.
    pub fn on_edit(mut self) -> Self {
        self.form = Form::Edit;
        self
    }

    /// Asked of an import only; otherwise told.
    pub fn on_import(mut self) -> Self {
        self.form = Form::Import;
        self
    }

    pub fn noted(mut self) -> Self {
        self.is_noted = true;
        self
    }

    pub fn read_only(mut self) -> Self {
        self.form = Form::Never;
        self
    }

    /// Asked only of those who have the permission in some scope.
    pub fn asked_with(mut self, permission: &'static str) -> Self {
        self.asked_with = Some(permission);
        self
    }

    /// A reference that its target's page shows, too; must be a filter.
    pub fn backlinked(mut self) -> Self {
        self.is_backlink = true;
        self
    }

    /// Looks up what is being typed at this address, which is given the text under the field's name.
    pub fn looked_up(mut self, address: &'static str) -> Self {
        self.lookup = Some(address);
        self
    }

    /// Called otherwise where the choice in `column` says so: what came in has another day than what went out.
    pub fn called(mut self, column: &'static str, labels: &'static [(&'static str, &'static str)]) -> Self {
        self.called = Some((column, labels));
        self
    }

    /// May be left open at first but not for good; the form says by when it is needed.
    pub fn needed(mut self, by_when_tr: &'static str) -> Self {
        self.needed_tr = by_when_tr;
        self
    }

    /// What it is called on the page of this record.
    pub fn label_of(&self, record: &Record) -> &'static str {
        let named = self.called.and_then(|(column, labels)| {
            labels.iter().find(|(value, _)| *value == record.get(column).text()).map(|(_, label)| *label)
        });
        named.unwrap_or(self.label_tr)
    }

    /// Whether the form of a new record, or of one that exists, has it for this person.
    pub fn is_asked(&self, actor: &Actor, is_new: bool) -> bool {
        self.form.has(is_new) && self.asked_with.is_none_or(|permission| actor.may(permission))
    }

    pub fn choices(&self) -> &'static [Choice] {
        if let FieldKind::Choice(choices) = self.kind { choices } else { &[] }
    }
}

/// A named tab over the list; `query` is the URL query it stands for. `{me}` and `{unit}` are the reader's own.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub id: &'static str,
    pub label_tr: &'static str,
    pub query: &'static str,
}

/// Extra work of a verb, after the rules and in the same transaction.
pub type VerbRun = for<'a> fn(&'a Tx, &'a Record, &'a str) -> Boxed<'a, Result<()>>;

/// Checks rules and fills hidden columns before a create (`None`) or an update.
pub type Prepare = for<'a> fn(&'a Tx, &'a mut Draft, Option<&'a Record>) -> Boxed<'a, Result<Vec<Violation>>>;

/// Questions of a form that belong together.
#[derive(Clone, Copy, Debug)]
pub struct FieldGroup {
    pub title_tr: &'static str,
    /// Names of fields, in the order they are asked.
    pub fields: &'static [&'static str],
    /// Opened by who needs it; open by itself where something in it was answered or is wrong.
    pub is_folded: bool,
}

impl FieldGroup {
    pub const fn new(title_tr: &'static str, fields: &'static [&'static str]) -> Self {
        Self { title_tr, fields, is_folded: false }
    }

    /// For what is rarely needed.
    pub const fn folded(self) -> Self {
        Self { is_folded: true, ..self }
    }
}

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

/// How the question of a verb is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Some sentences.
    #[default]
    Text,
    /// A name, a number.
    Line,
    /// A day; whatever runs is given it as `30.11.2026`.
    Day,
}

/// A row of the state table: from which states, under which permission, to which state.
#[derive(Clone)]
pub struct Verb {
    pub id: &'static str,
    /// On the button: "Onayla".
    pub label_tr: &'static str,
    pub permission: &'static str,
    /// States it is offered in; empty means all.
    pub from: &'static [&'static str],
    /// New value of the `state` column; `None` leaves it.
    pub to: Option<&'static str>,
    /// The event's verb.
    pub event: &'static str,
    pub needs_reason: bool,
    /// What is asked for is called so: "Gerekçe", "Çözüm".
    pub reason_tr: &'static str,
    /// How that is answered.
    pub answer: Answer,
    /// How to answer, under the question; may be empty.
    pub reason_hint_tr: &'static str,
    /// Said when it is done: "Yazı imzaya sunuldu."; empty for what the button says.
    pub done_tr: &'static str,
    /// Signed on the screen by the person in this reference field, under the kind's statement.
    pub signer: Option<&'static str>,
    pub is_official: bool,
    pub is_danger: bool,
    pub in_bulk: bool,
    /// Done with something outside of this house, such as a card; see [`Verb::elsewhere`].
    pub is_elsewhere: bool,
    pub run: Option<VerbRun>,
}

impl Verb {
    /// A row that moves from these states to that one and asks nothing.
    pub const fn new(
        id: &'static str,
        label_tr: &'static str,
        permission: &'static str,
        from: &'static [&'static str],
        to: &'static str,
        event: &'static str,
    ) -> Self {
        Self {
            id,
            label_tr,
            permission,
            from,
            to: Some(to),
            event,
            needs_reason: false,
            reason_tr: "Gerekçe",
            answer: Answer::Text,
            reason_hint_tr: "",
            done_tr: "",
            signer: None,
            is_official: false,
            is_danger: false,
            in_bulk: false,
            is_elsewhere: false,
            run: None,
        }
    }

    /// Asks for a text under this label before it runs.
    pub const fn asking(self, reason_tr: &'static str) -> Self {
        Self { needs_reason: true, reason_tr, ..self }
    }

    /// Asks for a text of one line.
    pub const fn asking_line(self, reason_tr: &'static str) -> Self {
        Self { answer: Answer::Line, ..self.asking(reason_tr) }
    }

    /// Asks for a day.
    pub const fn asking_day(self, reason_tr: &'static str) -> Self {
        Self { answer: Answer::Day, ..self.asking(reason_tr) }
    }

    /// Says how its question is answered.
    pub const fn hint(self, reason_hint_tr: &'static str) -> Self {
        Self { reason_hint_tr, ..self }
    }

    /// What is said when it is done, as a sentence.
    pub const fn saying(self, done_tr: &'static str) -> Self {
        Self { done_tr, ..self }
    }

    /// Drawn on the screen by the person in this field; one record at a time.
    pub const fn drawn_by(self, field: &'static str) -> Self {
        Self { signer: Some(field), ..self }
    }

    /// Leaves the state as it is.
    pub const fn staying(self) -> Self {
        Self { to: None, ..self }
    }

    /// An act that only a counter-act answers.
    pub const fn official(self) -> Self {
        Self { is_official: true, ..self }
    }

    /// Asked for once more before it runs.
    pub const fn danger(self) -> Self {
        Self { is_danger: true, ..self }
    }

    /// Offered for many records at once, too.
    pub const fn bulk(self) -> Self {
        Self { in_bulk: true, ..self }
    }

    /// Done with something outside of this house. The button only begins it: it posts to `path/{id}/<verb>`, of many records at
    /// once to `path/<verb>`, where whoever can do it has routes. They run the verb when it is done; a form or a program cannot.
    pub const fn elsewhere(self) -> Self {
        Self { is_elsewhere: true, ..self }
    }

    pub fn run(self, run: VerbRun) -> Self {
        Self { run: Some(run), ..self }
    }
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
    /// Why it cannot be edited in the others and what to do instead; empty for the usual sentence.
    pub locked_tr: &'static str,
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
            locked_tr: "",
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
