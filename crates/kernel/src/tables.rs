//! The kernel's own tables: events, the directory of records, jobs, settings, numbers, saved views.

use sea_orm::DbBackend;

use crate::schema::Table;

pub(crate) fn all() -> Vec<Table> {
    vec![
        event(),
        record(),
        record_word(),
        job(),
        schedule(),
        setting(),
        number_series(),
        submission(),
        saved_view(),
    ]
}

fn event() -> Table {
    Table::new("event", "append-only: every act, at once audit, timeline and activity report")
        .id()
        .at("at", "when")
        .uuid_null("actor_id", "account that acted; null for the system and visitors")
        .text("actor_name", "name as it was then")
        .uuid_null("acting_for_id", "staff member acted for")
        .text_null("acting_for_name", "name as it was then")
        .text("source", "screen, api, import, job, command_line")
        .uuid_null("request_id", "request the act came with")
        .text_null("address", "network address")
        .text("subject_kind", "record kind")
        .uuid("subject_id", "record")
        .text("subject_title", "title as it was then")
        .text_null("related_kind", "second record's kind")
        .uuid_null("related_id", "second record")
        .uuid_null("unit_id", "unit of the subject: decides who may read the event")
        .uuid_null("owner_id", "owner of the subject")
        .text("verb", "what was done, past participle")
        .text("changes", "JSON list of {field, label, before, after} with display text")
        .text("note", "comment, reason or free text; may be empty")
        .bytes("digest", "SHA-256 of the canonical row: the leaf of the seal")
        .int_null("seal_no", "seal that covers the row")
        .int_null("leaf_no", "place of the row in that seal")
        .index(&["subject_kind", "subject_id", "id"])
        .index(&["related_kind", "related_id", "id"])
        .index(&["seal_no", "leaf_no"])
        .index_where(&["id"], "seal_no IS NULL")
        .index_where(&["unit_id", "at", "id"], "unit_id IS NOT NULL")
        .index_where(&["owner_id", "at", "id"], "owner_id IS NOT NULL")
        .listing(&["actor_id", "verb", "source", "subject_kind"], &["at"])
}

fn record() -> Table {
    Table::new("record", "directory of all records that can be found, linked or named")
        .text("kind", "record kind")
        .uuid("id", "record")
        .text("number", "human number or empty")
        .text("title", "what people call it")
        .uuid_null("unit_id", "unit, for the access rule")
        .uuid_null("owner_id", "owner, for the access rule")
        .bool("is_removed", "no longer offered in search")
        .key(&["kind", "id"])
        .index(&["number"])
}

fn record_word() -> Table {
    Table::new("record_word", "folded words of a record's title and searchable fields")
        .text("kind", "record kind")
        .text("word", "folded word")
        .uuid("record_id", "record")
        .key(&["kind", "word", "record_id"])
        .index(&["record_id", "kind", "word"])
        .index(&["word", "kind", "record_id"])
}

fn job() -> Table {
    Table::new("job", "work to do later; rows leave when done")
        .id()
        .text("name", "which job")
        .text("payload", "JSON argument")
        .text("state", "queued, dead or discarded")
        .text_null("unique_key", "at most one queued row per key")
        .at("run_at", "not before")
        .int("attempts", "tries so far")
        .at("locked_until", "a worker holds it until then; 0 when free")
        .text_null("locked_by", "which worker")
        .text("last_error", "of the last failed try")
        .at("created_at", "when enqueued")
        .index(&["state", "run_at", "id"])
        .unique_where(&["unique_key"], "state = 'queued'")
}

fn schedule() -> Table {
    Table::new("schedule", "when each repeated job is next due")
        .text("name", "job name")
        .at("next_at", "next run")
        .key(&["name"])
}

fn setting() -> Table {
    Table::new("setting", "values that differ from the declared default")
        .text("key", "declared key")
        .text("value", "JSON value")
        .int("version", "for concurrent edits")
        .key(&["key"])
}

fn number_series() -> Table {
    Table::new("number_series", "last number given per series and year")
        .text("series", "series code")
        .int("year", "calendar year")
        .int("last", "last number given")
        .key(&["series", "year"])
}

fn submission() -> Table {
    Table::new("submission", "one-time tokens of sent forms; swept after two days")
        .text("token", "token in the form")
        .text("leads_to", "where the first submit led")
        .at("at", "when")
        .key(&["token"])
        .index(&["at"])
}

fn saved_view() -> Table {
    Table::new("saved_view", "a person's named list filters")
        .id()
        .text("kind", "record kind of the list")
        .uuid("account_id", "whose")
        .text("name", "tab label")
        .text("query", "URL query")
        .bool("is_shared", "shown to everybody")
        .index(&["kind", "account_id"])
}

/// A view is shared with a unit or with everybody, and one of them opens a person's list.
pub(crate) fn shared_views(backend: DbBackend) -> Vec<String> {
    let widened = Table::new("saved_view", "a person's named list filters")
        .uuid_null("unit_id", "unit it is shared with; null: everybody, when it is shared")
        .index_where(&["kind", "name", "id"], "is_shared = TRUE");
    let chosen = Table::new("default_view", "the saved view with which a person's list opens")
        .uuid("account_id", "whose list")
        .text("kind", "record kind of the list")
        .uuid("view_id", "saved view")
        .key(&["account_id", "kind"])
        .index(&["view_id"]);
    widened.add_columns(backend).into_iter().chain(chosen.create(backend)).collect()
}

/// The list of jobs filters by name and sorts without a filter.
pub(crate) fn jobs_by_name(backend: DbBackend) -> Vec<String> {
    let indexes =
        Table::new("job", "work to do later").index(&["name", "run_at", "id"]).index(&["run_at", "id"]);
    indexes.add_columns(backend)
}

/// A setting may be a file; the backup knows it by the name of the column.
pub(crate) fn pictures_of_settings(backend: DbBackend) -> Vec<String> {
    let widened = Table::new("setting", "values that differ from the declared default").text_null(
        "sha256",
        "digest of the stored file that the value is, hexadecimal; null for what is no file",
    );
    widened.add_columns(backend)
}
