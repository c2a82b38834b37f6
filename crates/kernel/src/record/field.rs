//! The declaration of a field: what one column is to the people who meet it. No behaviour beyond look-ups.

use uuid::Uuid;

use crate::Boxed;
use crate::access::Actor;
use crate::error::Result;
use crate::record::Record;
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

/// Enters a record of the kind that a reference names, by the name that stands in a file.
pub type Enter = for<'a> fn(&'a Tx, &'a str) -> Boxed<'a, Result<Uuid>>;

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
    /// A long text of one record a line: their kind, and what a line begins with. The form offers them.
    pub each_line: Option<(&'static str, LineBy)>,
    /// A name that an import does not find goes to the kind's free text, and the field stays empty.
    pub is_noted: bool,
    /// Enters what an import does not find, by its name; answers the same record for the same name.
    pub enters: Option<Enter>,
    /// What this is called where another choice field has one of these values: column, and label for each value.
    pub called: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    /// By when an answer that may wait is needed: "imzaya sunmadan önce gerekli".
    pub needed_tr: &'static str,
    /// The expression that is read instead of a column; see [`Field::computed`].
    pub computed: Option<&'static str>,
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
            each_line: None,
            is_noted: false,
            enters: None,
            called: None,
            needed_tr: "",
            computed: None,
        }
    }

    pub fn text(name: &'static str, label_tr: &'static str, max_length: usize) -> Self {
        Self::new(name, label_tr, FieldKind::Text { max_length })
    }

    pub fn reference(name: &'static str, label_tr: &'static str, kind: &'static str) -> Self {
        Self::new(name, label_tr, FieldKind::Reference(kind))
    }

    /// A reference that may only be made to records in these states; of a text, what its lines are offered ([`Field::each_line`]).
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

    /// No column but what this expression over the kind's table gives when a record is read ("how many are there now"), so that
    /// nothing has to be kept right. It costs a look for each record of the page; nothing is sorted, filtered or searched by it.
    pub fn computed(mut self, sql: &'static str) -> Self {
        self.computed = Some(sql);
        self.read_only()
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

    /// An import enters what it does not find here: who brings their licences brings programs that no machine has yet.
    pub fn entering(mut self, enter: Enter) -> Self {
        self.enters = Some(enter);
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

    /// Each line of this text names a record of `kind`; whoever types is offered them.
    pub fn each_line(mut self, kind: &'static str, by: LineBy) -> Self {
        self.each_line = Some((kind, by));
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

/// What a line of a text that lists records begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineBy {
    /// The record's number, and nothing else.
    Number,
    /// Its title; a semicolon and more follow, such as a quantity.
    Title,
    /// Its title, and nothing else: names of people and institutions.
    Name,
}

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
