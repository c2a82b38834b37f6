//! Record kinds: one declaration from which list, form, API, export, import and print are made.

mod field;
mod import;
mod input;
mod kind;
mod link;
mod moved;
mod open;
mod plan;
mod query;
mod read;
mod refs;
mod reserve;
mod signature;
mod value;
mod verb;
mod words;
mod write;

pub use field::{Choice, Enter, Field, FieldGroup, FieldKind, Form, LineBy, Tone};
pub use import::{ImportRow, Outcome, Unknown, import_rows, unknown_words};
pub use input::{Draft, parse_form};
pub use kind::{Files, Fixed, Kind, Prepare, SeenThrough, Series, Texts, View};
pub(crate) use link::table as link_table;
pub use link::{LINKED, Link, Relation, link, links, move_links, unlink};
pub use moved::{Moved, move_back, move_references};
pub use open::openable;
pub(crate) use plan::table as plan_table;
pub use plan::{
    COLUMN, OTHERWISE, Origin, Plan, Proposal, REST, for_import, offered, propose, refuse, remember,
    remembered,
};
pub(crate) use query::Counted;
pub use query::{
    Direction, FilterValue, ListQuery, MAX_PAGE, Mention, PAGE_SIZES, Page, Reach, count, list, list_counted,
    page_statement, referring,
};
pub use read::{Named, Record, get, get_many, get_visible, hold, names, references, references_in};
pub use refs::{Choosable, choosable, choosable_one, numbered, seen_alike};
pub use reserve::Reserved;
pub(crate) use signature::table as signature_table;
pub use signature::{Drawing, SHEET, Signature, signatures, signer_name, statement};
pub use value::FieldValue;
pub use verb::{Answer, Verb, VerbRun};
pub use words::{Found, enter_many, index, remove, search, similar};
pub use write::{REASON, answer, create, run_verb, sign, update};
