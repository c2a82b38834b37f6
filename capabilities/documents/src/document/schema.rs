//! The table of the register as it grew, migration by migration.

use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use sea_orm::DbBackend;

use super::store;

const ABOUT: &str = "entries of the register";

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0004_document", up: |backend| create(backend, &[table()]) }
}

/// What the list asks of the entries of some units stands in one index: they lie far apart in the table, a thousand of them in
/// a thousand blocks.
pub(crate) fn unit_index() -> Migration {
    let up = |backend| {
        let rest = [
            "received_on",
            "book",
            "state",
            "medium",
            "file_code_id",
            "correspondent_id",
            "secrecy",
            "owner_id",
            "answers_id",
        ];
        let wider = Table::new("document", ABOUT).index_with(&["unit_id", "created_at", "id"], &rest);
        let mut statements = wider.add_columns(backend);
        statements.push("DROP INDEX document__unit_id_created_at_id".into());
        statements
    };
    Migration { id: "documents/0017_document_unit", up }
}

fn table() -> Table {
    Table::new("document", ABOUT)
        .id()
        .int("version", "for concurrent edits")
        .text("number", "for people: 2026-GE-000123")
        .text("book", "incoming, outgoing, internal")
        .int("book_year", "calendar year of the book")
        .int("book_number", "number in book and year, gapless")
        .text("title", "subject")
        .text("correspondent", "who wrote or is written to, as typed")
        .uuid("correspondent_id", "the same as known")
        .references("correspondent")
        .text("their_number", "number the writer gave it; may be empty")
        .on_null("their_on", "day the writer put on it")
        .on("received_on", "day it came or went")
        .text("medium", "hand, post, email, scan, package, kep, api")
        .text("secrecy", "YOK, HZO, GZL, CGZ")
        .text("urgency", "NRM, ACL, GNL")
        .on_null("due_on", "day by which the writer wants an answer")
        .uuid_null("file_code_id", "code it is filed under, and so the version of the plan")
        .references("file_code")
        .uuid("unit_id", "unit it belongs to")
        .references("unit")
        .uuid_null("owner_id", "who entered it")
        .references("staff")
        .uuid_null("answers_id", "document it answers")
        .references("document")
        .int("sheets", "how many annexes")
        .bool("is_copy", "entered though one like it is there")
        .text("package_id", "BelgeId of its e-Yazışma package; empty for none")
        .text(
            "signature",
            "none, valid, invalid, unchecked: what was found of its package's signatures when it came",
        )
        .default("'none'")
        .text("signature_said", "who signed and when, or why that is not believed; may be empty")
        .default("''")
        .text("signature_report", "everything that was found of the signatures; may be empty")
        .default("''")
        .text("note", "anything else; may be empty")
        .text("state", "registered, recorded, referred, sent_back, done, filed, cancelled")
        .at("created_at", "when it was entered")
        .unique(&["number"])
        .unique(&["book", "book_year", "book_number"])
        .unique_where(&["package_id"], "package_id <> ''")
        .index(&["correspondent_id", "their_number"])
        .listing(
            &[
                "book",
                "state",
                "medium",
                "unit_id",
                "file_code_id",
                "correspondent_id",
                "secrecy",
                "owner_id",
                "answers_id",
            ],
            &["created_at", "received_on"],
        )
}

/// What an entry of a letter keeps of it, until when it is secret, and whether it waits for an answer.
pub(crate) fn kept() -> Migration {
    Migration { id: "documents/0028_document_kept", up: widened }
}

fn widened(backend: DbBackend) -> Vec<String> {
    let more = Table::new("document", ABOUT)
        .text("origin", "entered, letter: a letter that was signed here")
        .default("'entered'")
        .text_null("answer", "none, awaited, given, not_needed; null for what did not come in")
        .text("answer_said", "why none is needed; may be empty")
        .default("''")
        .on_null("secret_until", "last day of its degree of secrecy")
        // Days by which an answer is wanted are checked along the order: an index of their own would be sorted.
        .listing(&["answer"], &["created_at", "received_on"])
        .index_where(&["secret_until"], "secret_until IS NOT NULL");
    let mut statements = more.add_columns(backend);
    statements.retain(|one| !is_there_already(one));
    statements.extend(store::known_of_old(backend));
    statements
}

/// The orders themselves had their index from the beginning.
fn is_there_already(statement: &str) -> bool {
    ["(created_at, id)", "(received_on, id)"].iter().any(|order| statement.contains(order))
}
