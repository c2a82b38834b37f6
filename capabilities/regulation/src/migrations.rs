//! Tables shared by the parts of the capability. What only one part needs is declared there.

use kernel::migrate::{Migration, create};
use kernel::schema::Table;

pub(crate) fn all() -> Vec<Migration> {
    vec![Migration { id: "regulation/0001_texts", up: |backend| create(backend, &tables()) }]
}

/// What came after the parts had their tables; new ones stand at the end.
pub(crate) fn later() -> Vec<Migration> {
    vec![Migration {
        id: "regulation/0104_directive_basis",
        up: |backend| {
            let wider =
                Table::new("directive", "directives, instructions and workflows under the regulation")
                    .uuid_null("regulation_id", "regulation it stands under")
                    .references("regulation")
                    .uuid_null("duty_id", "duty it is about")
                    .references("duty")
                    .text("article", "article or clause of the regulation as people cite it; may be empty")
                    .default("''");
            let indexed = ["regulation_id", "duty_id"]
                .into_iter()
                .flat_map(|filter| ["title_key", "created_at"].map(|sort| [filter, sort, "id"]))
                .fold(wider, |table, columns| table.index(&columns));
            indexed.add_columns(backend)
        },
    }]
}

fn tables() -> Vec<Table> {
    vec![regulation(), correction(), node(), clause_duty()]
}

fn regulation() -> Table {
    Table::new("regulation", "a regulation or one version of it")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "name of the regulation")
        .text("title_key", "Turkish sort key of the title")
        .text("kind", "yonetmelik: the only kind a council adopts for a directorate")
        .text("state", "draft, in_force, repealed")
        .on_null("in_force_on", "first day in force")
        .on_null("repealed_on", "first day no longer in force")
        .text("decision", "council decision as people cite it; may be empty")
        .text("source", "file, paste, profile")
        .text("source_name", "file name, or the profile's municipality; may be empty")
        .text_null("profile", "id of the built-in profile it was made from")
        .text("text", "the text as found; empty for a profile")
        .text("text_digest", "SHA-256 of the text, hex")
        .int("reader_version", "reader that the corrections were made with")
        .uuid_null("supersedes_id", "the version it replaced")
        .references("regulation")
        .at("created_at", "when it was taken in")
        .text("created_by", "name of who took it in")
        .listing(&["state", "source"], &["title_key", "created_at"])
        .index(&["supersedes_id"])
}

fn correction() -> Table {
    Table::new("regulation_correction", "corrections of a reading, replayed in order over the text")
        .id()
        .uuid("regulation_id", "whose reading")
        .references("regulation")
        .int("seq", "from 1 without gaps")
        .text("correction", "JSON of reading::correct::Correction")
        .uuid_null("by_id", "account that corrected")
        .text("by_name", "name as it was then")
        .at("at", "when")
        .unique(&["regulation_id", "seq"])
}

fn node() -> Table {
    Table::new("regulation_node", "articles and clauses of a confirmed reading or of a profile")
        .id()
        .uuid("regulation_id", "whose clause")
        .references("regulation")
        .int("place", "order in the text, from 1")
        .uuid_null("parent_id", "node it stands under")
        .references("regulation_node")
        .text("kind", "title, part, article, paragraph, clause, sub_clause")
        .text("address", "13/ç")
        .text("address_tr", "as a clerk says it: Madde 13, bent ç")
        .text("heading", "may be empty")
        .text("display", "the provision cleaned for reading; empty for a profile")
        .text("digest", "SHA-256 of heading and display, hex: equal words, equal digest")
        .unique(&["regulation_id", "address"])
        .index(&["regulation_id", "place"])
        .index(&["parent_id"])
}

fn clause_duty() -> Table {
    Table::new("clause_duty", "which duty of the catalogue a clause states")
        .id()
        .int("version", "for concurrent edits")
        .uuid("node_id", "the clause")
        .references("regulation_node")
        .uuid("regulation_id", "the regulation of the clause")
        .references("regulation")
        .text("duty", "id in docs/duties.toml, such as ORG-1")
        .int("score_milli", "0 to 1000: the matcher's score; 1000 where a person said it")
        .text("words", "words of the clause that spoke for the duty, separated by a comma and a space")
        .text("state", "proposed, confirmed, rejected")
        .uuid_null("decided_by_id", "account that decided")
        .text_null("decided_by", "name as it was then")
        .at_null("decided_at", "when it was decided")
        .unique(&["node_id", "duty"])
        .index(&["regulation_id", "state"])
        .index(&["duty", "state"])
}
