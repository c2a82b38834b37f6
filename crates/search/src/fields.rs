//! What the index keeps of a record: its words, and the terms by which it is known who may see it. No text is kept, so that
//! what is shown comes from the database.

use kernel::Registry;
use kernel::record::{Kind, Record};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};
use uuid::Uuid;

/// Raised when the same records would make another index: analysis, fields, what is read of a record.
const VERSION: u32 = 1;

/// The name under which the analysis is known to the index.
pub(crate) const ANALYSIS: &str = "stems";

#[derive(Clone)]
pub(crate) struct Fields {
    pub schema: Schema,
    /// By which a record is replaced.
    key: Field,
    /// `k/kind`, `u/kind/unit`, `o/kind/owner`, and `r/kind/0` where the first reserve of the kind keeps it back.
    pub access: Field,
    /// Place of the kind among those with texts, and its id in two halves.
    pub kind: Field,
    pub high: Field,
    pub low: Field,
    pub at: Field,
    pub title: Field,
    pub text: Field,
}

/// One record as it is put into the index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub kind: usize,
    pub id: Uuid,
    pub at: i64,
    pub title: String,
    pub text: String,
    pub access: Vec<String>,
}

impl Fields {
    pub fn new() -> Self {
        let mut builder = Schema::builder();
        let words = |option| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default().set_tokenizer(ANALYSIS).set_index_option(option),
            )
        };
        let key = builder.add_text_field("key", STRING);
        let terms = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let access = builder.add_text_field("access", TextOptions::default().set_indexing_options(terms));
        let kind = builder.add_u64_field("kind", FAST);
        let high = builder.add_u64_field("high", FAST);
        let low = builder.add_u64_field("low", FAST);
        let at = builder.add_i64_field("at", FAST | INDEXED);
        let title = builder.add_text_field("title", words(IndexRecordOption::WithFreqs));
        let text = builder.add_text_field("text", words(IndexRecordOption::WithFreqsAndPositions));
        Self { schema: builder.build(), key, access, kind, high, low, at, title, text }
    }

    /// The term by which a record is known.
    pub fn key_of(&self, kind: &str, id: Uuid) -> Term {
        Term::from_field_text(self.key, &key(kind, id))
    }

    pub fn document(&self, kind: &str, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        let (high, low) = entry.id.as_u64_pair();
        document.add_text(self.key, key(kind, entry.id));
        for term in &entry.access {
            document.add_text(self.access, term);
        }
        document.add_u64(self.kind, entry.kind as u64);
        document.add_u64(self.high, high);
        document.add_u64(self.low, low);
        document.add_i64(self.at, entry.at);
        document.add_text(self.title, &entry.title);
        document.add_text(self.text, &entry.text);
        document
    }
}

fn key(kind: &str, id: Uuid) -> String {
    format!("{kind}/{}", id.simple())
}

/// The kinds with texts, in the order of the registry: their places stand in the index.
pub(crate) fn kinds(registry: &Registry) -> Vec<&Kind> {
    registry.kinds().filter(|kind| kind.texts.is_some()).collect()
}

/// The terms by which it is known who may see a record.
pub(crate) fn access_of(kind: &Kind, record: &Record) -> Vec<String> {
    let mut terms = vec![of_kind(kind)];
    terms.extend(record.unit_id(kind).map(|unit| of_unit(kind, unit)));
    terms.extend(record.owner_id(kind).map(|owner| of_owner(kind, owner)));
    for (place, reserved) in kind.reserved.iter().enumerate() {
        if reserved.values.contains(&record.get(reserved.column).text()) {
            terms.push(of_reserve(kind, place));
        }
    }
    terms
}

pub(crate) fn of_kind(kind: &Kind) -> String {
    format!("k/{}", kind.id)
}

pub(crate) fn of_unit(kind: &Kind, unit: Uuid) -> String {
    format!("u/{}/{}", kind.id, unit.simple())
}

pub(crate) fn of_owner(kind: &Kind, owner: Uuid) -> String {
    format!("o/{}/{}", kind.id, owner.simple())
}

pub(crate) fn of_reserve(kind: &Kind, place: usize) -> String {
    format!("r/{}/{place}", kind.id)
}

/// What decides how an index is made. One that was made of other declarations is thrown away.
pub(crate) fn declaration(registry: &Registry) -> String {
    let mut text = format!("{VERSION}");
    for kind in kinds(registry) {
        let fields: Vec<&str> = super::gather::fields(kind).map(|field| field.name).collect();
        let reserved: Vec<String> =
            kind.reserved.iter().map(|one| format!("{} in {:?}", one.column, one.values)).collect();
        let on = kind.texts.map_or("", |texts| texts.on);
        text.push_str(&format!(
            "; {} of {} by {:?} {:?} on {on} of {} kept {}",
            kind.id,
            kind.table,
            kind.unit,
            kind.owner,
            fields.join(" "),
            reserved.join(" ")
        ));
    }
    text
}
